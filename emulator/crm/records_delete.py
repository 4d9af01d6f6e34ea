"""Deleting records, and the list of those that were deleted.

https://www.zoho.com/crm/developer/docs/api/v8/delete-records.html
"""

from flask import Blueprint, Response

from .. import answers, changes
from ..answers import Json, Rejected
from ..call import Answer, endpoint
from ..caller import Call, current
from ..schema import Module
from ..world import Deleted, Record
from . import asking, recycling
from .convert_lead import unapproved
from .reading import editable, find_visible
from .writing import forbidden

bp = Blueprint("records_delete", __name__)

DELETE = ["ZohoCRM.modules.{module}.DELETE"]
READ = ["ZohoCRM.modules.{module}.READ"]
TYPES = ("all", "recycle", "permanent")


def deletable_module(call: Call, name: str) -> Module:
    module = call.module(name)
    if not module.deletable:
        raise answers.not_supported()
    if asking.one_of(call, "wf_trigger", ("true", "false"), "true") == "false":
        call.triggers = ()
    call.permit(f"Crm_Implied_Delete_{module.api_name}")
    return module


def delete_one(call: Call, module: Module, record_id: str) -> Json:
    """Move a record into the recycle bin and say so, or refuse."""
    record = find_visible(call, module, record_id)
    if record is None:
        raise _not_deleted(record_id)
    obstacle = _obstacle(call, module, record)
    if obstacle is not None:
        raise obstacle
    recycling.delete(call.world, module.api_name, record_id, call.user)
    changes.deleted(call.world, call.user, call.triggers, module.api_name, record)
    return answers.success("record deleted", {"id": record_id})


def _not_deleted(record_id: str) -> Rejected:
    return Rejected("INVALID_DATA", "record not deleted", {"id": record_id})


def _obstacle(call: Call, module: Module, record: Record) -> Rejected | None:
    if not editable(call, module, record):
        return forbidden()
    if record.get("Locked__s") or record.get("$in_merge"):
        return Rejected(
            "RECORD_LOCKED",
            "You cannot perform this operation as the record is locked.",
            {"action": "record_locking", "id": record["id"]},
        )
    if unapproved(record):
        return Rejected("NOT_APPROVED", "cannot delete record that is not approved yet")
    return None


def delete_each(
    call: Call, module: Module, record_ids: list[str], among: set[str] | None = None
) -> tuple[Json, int]:
    """Delete these records; those that are not `among` the allowed ones count as unknown."""
    entries: list[Json | Rejected] = []
    for record_id in record_ids:
        try:
            if among is not None and record_id not in among:
                raise _not_deleted(record_id)
            entries.append(delete_one(call, module, record_id))
        except Rejected as refusal:
            entries.append(refusal)
    return answers.many("data", entries)


@endpoint(bp, "/<module>", methods=["DELETE"], scopes=DELETE)
def delete_records(module: str) -> Answer:
    """Up to 100 records, named in `ids`."""
    call = current()
    found = deletable_module(call, module)
    wanted = asking.ids(call)
    if wanted is None:
        raise answers.required_param_missing("ids")
    return delete_each(call, found, wanted)


@endpoint(bp, "/<module>/<record_id>", methods=["DELETE"], scopes=DELETE)
def delete_record(module: str, record_id: str) -> Answer:
    call = current()
    found = deletable_module(call, module)
    if find_visible(call, found, record_id) is None:
        raise answers.invalid_id()
    return delete_each(call, found, [record_id])


@endpoint(bp, "/<module>/deleted", scopes=READ, cost=2)
def get_deleted(module: str) -> Answer:
    """What was deleted from a module, the latest first: in the bin, or for good."""
    call = current()
    found = call.module(module)
    call.permit(f"Crm_Implied_View_{found.api_name}")
    kind = call.param("type", "all") or "all"
    if kind not in TYPES:
        raise Rejected(
            "PATTERN_NOT_MATCHED",
            "Please check whether the input values are correct",
            {"param_name": "type"},
            under="data",
        )
    where = asking.page(call)
    since = asking.header_moment("If-Modified-Since")
    entries = [
        one for one in call.world.bin.values() if one.module == found.api_name and _is(one, kind)
    ]
    if since is not None:
        entries = [one for one in entries if one.at > since]
        if not entries:
            return Response(status=304)
    entries.sort(key=lambda one: (one.at, int(one.record["id"])), reverse=True)
    kept, info = asking.cut(call, entries, where)
    if not kept:
        return None
    plain = {key: info[key] for key in ("per_page", "count", "page", "more_records")}
    return {"data": [_entry(call, found, one) for one in kept], "info": plain}


def _is(deleted: Deleted, kind: str) -> bool:
    gone = bool(deleted.record.get(recycling.GONE))
    return kind == "all" or gone is (kind == "permanent")


def _entry(call: Call, module: Module, deleted: Deleted) -> Json:
    gone = bool(deleted.record.get(recycling.GONE))
    name = None if gone else call.world.name_of(module.api_name, deleted.record)
    return {
        "deleted_by": None if gone else deleted.by,
        "id": deleted.record["id"],
        "display_name": name,
        "type": "permanent" if gone else "recycle",
        "created_by": recycling.brief(deleted.record.get("Created_By")),
        "deleted_time": recycling.entry_time(call.world, deleted),
    }
