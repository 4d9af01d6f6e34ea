"""Records: lists of them, and one by its id; the writes are in `records_write`.

https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
"""

from datetime import datetime

from flask import Blueprint, Response

from .. import answers
from ..call import Answer, endpoint
from ..caller import Call, current
from ..schema import Module
from ..world import Record
from . import asking, counts, records_delete, records_write
from .reading import find_visible, shown, visible_records, wanted

bp = Blueprint("records", __name__)
for part in (records_write, records_delete, counts):
    bp.register_blueprint(part.bp)

READ = ["ZohoCRM.modules.{module}.READ"]
SORTABLE = ("id", "Created_Time", "Modified_Time")
CONVERTED = ("false", "true", "both")


def readable_module(call: Call, name: str) -> Module:
    """The module of a URL, if the caller's profile lets him look into it."""
    module = call.module(name)
    if not module.viewable:
        raise answers.not_supported()
    call.permit(f"Crm_Implied_View_{module.api_name}")
    return module


def _heavy(call: Call) -> bool:
    return call.param("cvid") is not None or call.param("sort_by") is not None


@endpoint(bp, "/<module>", scopes=READ, heavy=_heavy)
def get_records(module: str) -> Answer:
    """A page of the records that the caller sees, the newest first unless asked otherwise."""
    call = current()
    found = readable_module(call, module)
    names = asking.fields(call)
    if call.param("cvid") is not None:
        # The emulator has no custom views, so any id of one is wrong.
        raise answers.invalid_param("cvid")
    sort_by = asking.one_of(call, "sort_by", SORTABLE, "id")
    sort_order = asking.one_of(call, "sort_order", ("asc", "desc"), "desc")
    where = asking.page(call, sort_by=sort_by, sort_order=sort_order)
    rows = _asked_for(call, found)
    since = asking.header_moment("If-Modified-Since")
    if since is not None:
        rows = [record for record in rows if changed_since(record, since)]
        if not rows:
            return Response(status=304)
    rows.sort(key=lambda record: order_key(record, sort_by), reverse=sort_order == "desc")
    kept, info = asking.cut(call, rows, where)
    if not kept:
        return None
    return {"data": [shown(call, found, record, names) for record in kept], "info": info}


def _asked_for(call: Call, module: Module) -> list[Record]:
    """The visible records that `ids`, `converted` and `approved` leave."""
    too = asking.one_of(call, "converted", CONVERTED, "false") if module.convertable else "both"
    rows = list(visible_records(call, module, too))
    only = asking.ids(call)
    if only is not None:
        rows = [record for record in rows if record["id"] in only]
    approved = asking.one_of(call, "approved", CONVERTED, "both")
    if approved != "both":
        rows = [record for record in rows if is_approved(record) is (approved == "true")]
    return rows


def is_approved(record: Record) -> bool:
    return bool(record.get("$approval_state", "approved") == "approved")


def order_key(record: Record, name: str) -> tuple[str | int, int]:
    number = int(record["id"])
    return (number, number) if name == "id" else (_instant(record.get(name)), number)


def _instant(text: object) -> int:
    return int(datetime.fromisoformat(text).timestamp()) if isinstance(text, str) else 0


def changed_since(record: Record, since: datetime) -> bool:
    return datetime.fromisoformat(record["Modified_Time"]) > since


@endpoint(bp, "/<module>/<record_id>", scopes=READ)
def get_record(module: str, record_id: str) -> Answer:
    """One record with all its fields; nothing for one that is gone, hidden or converted."""
    call = current()
    found = readable_module(call, module)
    if not asking.is_id(record_id):
        raise answers.invalid_id()
    names = asking.fields(call, needed=False)
    too = asking.one_of(call, "converted", CONVERTED, "false")
    since = asking.header_moment("If-Modified-Since")
    record = find_visible(call, found, record_id)
    if record is None or (found.convertable and not wanted(record, too)):
        return None
    if since is not None and not changed_since(record, since):
        return Response(status=304)
    return {"data": [shown(call, found, record, names)]}
