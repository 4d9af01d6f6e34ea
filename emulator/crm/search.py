"""Search in one module, through an index that lags behind when told to.

https://www.zoho.com/crm/developer/docs/api/v8/search-records.html
"""

from flask import Blueprint

from .. import answers
from ..answers import Rejected
from ..call import Answer, endpoint
from ..caller import Call, current
from ..schema import Module
from ..world import Record
from . import asking
from .computed import value
from .criteria import finder
from .reading import shown, visible_records

bp = Blueprint("search", __name__)

SCOPES = ["ZohoSearch.securesearch.READ", "ZohoCRM.modules.{module}.READ"]
MOST_RESULTS = 2_000
CONVERTED = ("false", "true", "both")


@endpoint(bp, "/<module>/search", scopes=SCOPES)
def search_records(module: str) -> Answer:
    """The records that the caller sees and that fit, as far as the index has caught up."""
    call = current()
    found = call.module(module)
    call.permit(f"Crm_Implied_View_{found.api_name}")
    fits = finder(call, found)
    names = asking.fields(call, needed=False)
    where = _page(call)
    rows = [row for row in _candidates(call, found) if fits(row)]
    _sort(call, found, rows)
    kept, info = asking.cut(call, rows, where)
    if not kept:
        return None
    told = {key: info[key] for key in ("per_page", "count", "page", "more_records")}
    return {"data": [shown(call, found, row, names) for row in kept], "info": told}


def _page(call: Call) -> asking.Page:
    size = call.number_param("per_page", asking.MOST_PER_PAGE, most=asking.MOST_PER_PAGE)
    number = call.number_param("page", 1, most=10**6)
    if number * size > MOST_RESULTS:
        raise Rejected(
            "LIMIT_REACHED",
            "maximum response iteration limit reached",
            {"limit": str(MOST_RESULTS)},
        )
    return asking.Page(number, size)


def _candidates(call: Call, module: Module) -> list[Record]:
    too = asking.one_of(call, "converted", CONVERTED, "false") if module.convertable else "both"
    state = call.param("approval_state")
    return [
        row
        for row in visible_records(call, module, too)
        if call.world.indexed(row["id"])
        and (state is None or row.get("$approval_state", "approved") == state)
    ]


def _sort(call: Call, module: Module, rows: list[Record]) -> None:
    """By any field of the module; by default the newest record first."""
    name = call.param("sort_by", "id") or "id"
    backwards = asking.one_of(call, "sort_order", ("asc", "desc"), "desc") == "desc"
    one = module.field(name)
    if name == "id":
        rows.sort(key=lambda row: int(row["id"]), reverse=backwards)
    elif one is None:
        raise answers.invalid_param("sort_by")
    else:
        rows.sort(
            key=lambda row: str(value(call.world, module, row, one) or "").casefold(),
            reverse=backwards,
        )
