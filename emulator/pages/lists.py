"""A module's records as a list: all that the person may see, searched, in pages."""

from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..crm.convert_lead import converted
from ..schema import Module
from ..world import Record
from .columns import as_row, columns, title
from .records import find_module
from .visits import Visit, page
from .widgets import stage_for

bp = Blueprint("lists", __name__)

PER_PAGE = 20
SIZES = (10, 20, 30, 40, 50, 100)
"""How many rows a page may have; a list view of Zoho CRM offers the same (unverified)."""
WIDTH = 6
Which = Literal["open", "converted", "all"]
SEARCHED = ("text", "email", "phone", "website", "picklist", "autonumber")


@dataclass(frozen=True, slots=True)
class Turn:
    """Where in the pages of a list one is."""

    number: int
    total: int
    size: int = PER_PAGE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last_row(self) -> int:
        return min(self.number * self.size, self.total)


@page(bp, "/tab/<module>")
def show(visit: Visit, module: str) -> ResponseReturnValue:
    """The list of a module; leads that were converted only when they are asked for."""
    found = find_module(visit, module)
    search, which = request.args.get("search", "").strip(), _which(found)
    matching = [one for one in visit.records(found) if _belongs(one, which)]
    matching = [one for one in matching if _contains(visit, found, one, search)]
    matching.sort(key=lambda one: (str(one.get("Created_Time", "")), one["id"]), reverse=True)
    turn = Turn(_page_number(), len(matching), _size())
    if turn.number > turn.last:
        wanted = urlencode({**request.args.to_dict(), "page": turn.last})
        return redirect(f"{request.path}?{wanted}")
    fields = columns(visit, found, WIDTH)
    shown_rows = matching[turn.first_row - 1 : turn.last_row] if matching else []
    return render_template(
        "pages/list.html",
        module=found,
        fields=fields,
        rows=[as_row(visit, found, fields, one) for one in shown_rows],
        turn=turn,
        sizes=SIZES,
        search=search,
        which=which,
        stage=stage_for(found.api_name, "ListView"),
    )


def _which(module: Module) -> Which:
    wanted = request.args.get("converted", "open")
    for one in get_args(Which):
        if one == wanted and module.api_name == "Leads":
            return one  # type: ignore[no-any-return]
    return "open"


def _belongs(record: Record, which: Which) -> bool:
    return which == "all" or converted(record) == (which == "converted")


def _contains(visit: Visit, module: Module, record: Record, search: str) -> bool:
    """Whether a field that the person may see contains what is searched, in any case."""
    if not search:
        return True
    wanted = search.casefold()
    return (
        any(
            wanted in str(record.get(field.api_name) or "").casefold()
            for field in module.fields
            if field.data_type in SEARCHED and visit.sees_field(module.api_name, field.api_name)
        )
        or wanted in title(visit.world, module, record).casefold()
    )


def _size() -> int:
    text = request.args.get("per_page", str(PER_PAGE))
    if text not in map(str, SIZES):
        abort(400, f"A page of a list has {', '.join(map(str, SIZES))} rows.")
    return int(text)


def _page_number() -> int:
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) < 1:
        abort(400, "The page of a list is a number from 1.")
    return int(text)
