"""A record's page: its fields by the sections of its layout, its state, what hangs on it."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from ..crm.convert_lead import converted, scheduled, under_review
from ..schema import Field, Layout, Module
from ..world import Record
from . import related
from .choosing import offered
from .columns import title
from .values import Piece, moment, record_url, shown
from .visits import Visit, page
from .widgets import stage_for

bp = Blueprint("records", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """A field with its value."""

    field: Field
    pieces: list[Piece]
    required: bool
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a subform."""

    label: str
    fields: list[Field]
    rows: list[list[list[Piece]]]


@dataclass(frozen=True, slots=True)
class Block:
    """A section of the layout, as far as the person may see it."""

    label: str
    columns: int
    lines: list[Line]
    grids: list[Grid]


@dataclass(frozen=True, slots=True)
class Became:
    """One record that a lead was converted into; `href` is empty where it is gone."""

    label: str
    name: str
    href: str


@page(bp, "/tab/<module>/<record_id>")
def show(visit: Visit, module: str, record_id: str) -> ResponseReturnValue:
    """One record with everything that hangs on it."""
    found = find_module(visit, module)
    record = find_record(visit, found, record_id)
    everything = request.args.get("all", "")
    return render_template(
        "pages/record.html",
        module=found,
        record=record,
        title=title(visit.world, found, record),
        subtitle=_subtitle(visit, found, record),
        marks=list(_marks(record)),
        layout=_layout(found, record),
        blocks=list(_blocks(visit, found, record)),
        became=list(_became(visit, record)),
        converted=converted(record),
        converted_at=moment(visit, record.get("Converted_Date_Time") or ""),
        shelves=related.shelves(visit, found, record, everything),
        stage=stage_for(found.api_name, "DetailView", record_id),
    )


def find_module(visit: Visit, name: str) -> Module:
    """The module of a URL, or a page that says why not."""
    module = visit.world.module(name)
    if module is None or module.status != "visible" or module.api_name != name:
        abort(404, f"This org has no module {name}.")
    if not visit.may("View", name):
        abort(403, f"The profile {visit.user.profile} does not permit {module.plural} to be seen.")
    return module


def find_record(visit: Visit, module: Module, record_id: str) -> Record:
    record = visit.world.find(module.api_name, record_id)
    if record is None:
        gone = record_id in visit.world.bin
        abort(404, _missing(module, gone=gone))
    if not visit.sees(module, record):
        abort(403, f"This {module.singular.lower()} is not shared with {visit.user.full_name}.")
    return record


def _missing(module: Module, *, gone: bool) -> str:
    if gone:
        return f"This {module.singular.lower()} is in the recycle bin."
    return f"There is no such {module.singular.lower()}."


def _subtitle(visit: Visit, module: Module, record: Record) -> str:
    names = [name for name in ("Designation", "Title", "Company", "Account_Name", "Stage")
             if visit.sees_field(module.api_name, name)]  # fmt: skip
    parts = []
    for name in names:
        field = module.field(name)
        parts += [piece.text for piece in shown(visit, module, field, record)] if field else []
    return " · ".join(parts)


def _marks(record: Record) -> Iterator[tuple[str, str]]:
    """What state the record is in, in words, each with the tone it is shown in."""
    if converted(record):
        yield "Converted", "good"
    if record.get("Locked__s"):
        yield "Locked", "warn"
    if record.get("$approval_state", "approved") not in ("approved", None, ""):
        yield str(record["$approval_state"]).replace("_", " ").capitalize(), "warn"
    elif under_review(record):
        yield "Under review", "warn"
    if scheduled(record):
        yield "Conversion scheduled", "warn"
    if record.get("$in_merge"):
        yield "Being merged", "warn"


def _layout(module: Module, record: Record) -> Layout | None:
    own = record.get("Layout")
    return module.layout(str(own["id"]) if isinstance(own, dict) else None) or module.layout()


def _blocks(visit: Visit, module: Module, record: Record) -> Iterator[Block]:
    layout = _layout(module, record)
    for section in layout.sections if layout else ():
        lines, grids = [], []
        for placed in section.fields:
            field = module.field(placed.api_name)
            if field is None or not visit.sees_field(module.api_name, field.api_name):
                continue
            if field.data_type == "subform":
                grids.append(_grid(visit, field, record))
            else:
                pieces = shown(visit, module, field, record)
                choices = offered(visit, module, field, record, placed.choices)
                lines.append(Line(field, pieces, placed.required, choices))
        if lines or grids:
            yield Block(section.label, section.columns, lines, grids)
    yield Block("Record", 2, list(_stamps(visit, module, record)), [])


def _stamps(visit: Visit, module: Module, record: Record) -> Iterator[Line]:
    for name in ("Created_By", "Created_Time", "Modified_By", "Modified_Time"):
        field = module.field(name)
        if field is not None:
            yield Line(field, shown(visit, module, field, record), required=False)


def _grid(visit: Visit, field: Field, record: Record) -> Grid:
    module = visit.world.module(field.subform)
    fields = [one for one in module.fields if one.on_layouts] if module else []
    fields = [one for one in fields if one.api_name != "Parent_Id"]
    rows = [row for row in record.get(field.api_name) or () if isinstance(row, dict)]
    return Grid(
        field.label,
        fields,
        [[shown(visit, module, one, row) for one in fields] for row in rows] if module else [],
    )


def _became(visit: Visit, record: Record) -> Iterator[Became]:
    """Where a converted lead went."""
    for field, module in (
        ("Converted_Contact", "Contacts"), ("Converted_Account", "Accounts"),
        ("Converted_Deal", "Deals"),
    ):  # fmt: skip
        reference, found = record.get(field), visit.world.module(module)
        if isinstance(reference, dict) and reference.get("id") and found is not None:
            there = visit.world.find(module, str(reference["id"]))
            name = str(reference.get("name") or (there and title(visit.world, found, there)) or "")
            href = record_url(visit, module, str(reference["id"])) if there else ""
            yield Became(found.singular, name or str(reference["id"]), href)
