"""The recycle bin: what is in it, back from it, and out of it for good.

https://www.zoho.com/crm/developer/docs/api/v8/recycle-bin.html
"""

import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint

from .. import answers
from ..answers import Json, Rejected
from ..call import Answer, endpoint
from ..caller import Call, current
from ..world import Deleted
from . import asking, recycling
from .asking import is_id
from .reading import parent_of

bp = Blueprint("recycle", __name__)

BIN = "/settings/recycle_bin"
KEY = "recycle_bin"
MOST = 200
SORTABLE = ("deleted_time", "display_name", "module")
COMPARATORS: dict[str, Callable[[Any, Any], bool]] = {
    "equal": lambda held, asked: held == asked,
    "not_equal": lambda held, asked: held != asked,
    "contains": lambda held, asked: str(asked).casefold() in str(held or "").casefold(),
    "starts_with": lambda held, asked: str(held or "").casefold().startswith(str(asked).casefold()),
    "in": lambda held, asked: isinstance(asked, list) and held in asked,
}


def _scope(operation: str) -> list[str]:
    return [f"ZohoCRM.settings.recycle_bin.{operation}|ZohoCRM.recycle_bin.{operation}"]


def _mine(call: Call) -> list[Deleted]:
    """What the caller finds in the bin: everything as administrator, else his own."""
    world = call.world
    found = [one for key in world.bin if (one := recycling.in_bin(world, key)) is not None]
    if world.is_admin(call.user):
        return found
    return [one for one in found if _owner(one).get("id") == call.user.id]


def _owner(deleted: Deleted) -> Json:
    return deleted.record.get("Owner") or {}


@endpoint(bp, BIN, scopes=_scope("READ"))
def get_bin() -> Answer:
    """A page of the bin, what was deleted last first."""
    call = current()
    rows = _mine(call)
    only = asking.ids(call, most=MOST)
    if only is not None:
        rows = [row for row in rows if row.record["id"] in only]
    filters = call.param("filters")
    if filters is not None:
        fits = _filter(_parsed(filters))
        rows = [row for row in rows if fits(_entry(call, row))]
    sort_by = asking.one_of(call, "sort_by", SORTABLE, "deleted_time")
    backwards = asking.one_of(call, "sort_order", ("asc", "desc"), "desc") == "desc"
    rows.sort(key=lambda row: _order(call, row, sort_by), reverse=backwards)
    kept, info = asking.cut(call, rows, asking.page(call))
    if not kept:
        return None
    told = {key: info[key] for key in ("per_page", "count", "page", "more_records")}
    return {KEY: [_entry(call, row) for row in kept], "info": told}


@endpoint(bp, f"{BIN}/<record_id>", scopes=_scope("READ"))
def get_from_bin(record_id: str) -> Answer:
    call = current()
    found = next((row for row in _mine(call) if row.record["id"] == record_id), None)
    return {KEY: [_entry(call, found)]} if found else None


@endpoint(bp, f"{BIN}/actions/restore", methods=["POST"], scopes=_scope("UPDATE"))
def restore_many() -> Answer:
    """Back to where they were: by `ids`, by `filters`, or all."""
    call = current()
    body = call.json_object()
    keys = [key for key in ("ids", "filters", "restore_all_records") if body.get(key)]
    if len(keys) != 1:
        raise _one_needed(keys)
    if keys == ["ids"]:
        if not isinstance(body["ids"], list):
            raise answers.invalid_data("ids", "$.ids", expected_data_type="jsonarray")
        return _each(call, [str(one) for one in body["ids"]], _restore)
    fits = _filter(body["filters"]) if keys == ["filters"] else (lambda entry: True)
    wanted = [row.record["id"] for row in _mine(call) if fits(_entry(call, row))]
    return _each(call, wanted, _restore) if wanted else None


@endpoint(bp, f"{BIN}/<record_id>/actions/restore", methods=["POST"], scopes=_scope("UPDATE"))
def restore_one(record_id: str) -> Answer:
    return _each(current(), [record_id], _restore)


@endpoint(bp, BIN, methods=["DELETE"], scopes=_scope("DELETE"))
def destroy_many() -> Answer:
    """Delete for good: by `ids` or by `filters`."""
    call = current()
    only, filters = asking.ids(call, most=MOST), call.param("filters")
    if only is None and filters is None:
        raise Rejected(
            "EXPECTED_PARAM_MISSING",
            "one of the expected parameter is missing",
            {"param_names": ["filters", "ids"]},
        )
    if only is None:
        fits = _filter(_parsed(filters or ""))
        only = [row.record["id"] for row in _mine(call) if fits(_entry(call, row))]
    return _each(call, only, _destroy) if only else None


@endpoint(bp, f"{BIN}/<record_id>", methods=["DELETE"], scopes=_scope("DELETE"))
def destroy_one(record_id: str) -> Answer:
    return _each(current(), [record_id], _destroy)


def _each(call: Call, wanted: list[str], do: Callable[[Call, Deleted], str]) -> Answer:
    entries: list[Json | Rejected] = []
    for record_id in wanted:
        try:
            found = next((row for row in _mine(call) if row.record["id"] == record_id), None)
            if found is None or not is_id(record_id):
                raise Rejected(
                    "INVALID_DATA", "the id given seems to be invalid", {"id": record_id}
                )
            entries.append(answers.success(do(call, found), {"id": record_id}))
        except Rejected as refusal:
            entries.append(refusal)
    return answers.many(KEY, entries)


def _restore(call: Call, found: Deleted) -> str:
    record_id = found.record["id"]
    if "Parent_Id" in found.record and parent_of(call.world, found.record) is None:
        raise Rejected(
            "CANNOT_RESTORE_WITHOUT_PARENT", "cannot restore without parent", {"id": record_id}
        )
    recycling.restore(call.world, record_id)
    return "record restored"


def _destroy(call: Call, found: Deleted) -> str:
    recycling.destroy(call.world, found.record["id"])
    return "record deleted"


def _entry(call: Call, deleted: Deleted) -> Json:
    world = call.world
    return {
        "display_name": world.name_of(deleted.module, deleted.record),
        "deleted_time": recycling.entry_time(world, deleted),
        "owner": recycling.brief(deleted.record.get("Owner")),
        "module": {"api_name": deleted.module},
        "deleted_by": deleted.by,
        "id": deleted.record["id"],
    }


def _order(call: Call, deleted: Deleted, name: str) -> tuple[str, int]:
    entry = _entry(call, deleted)
    held = entry["module"]["api_name"] if name == "module" else entry[name]
    return str(held or ""), int(entry["id"])


def _parsed(filters: str) -> Any:
    try:
        return json.loads(filters)
    except ValueError:
        raise answers.invalid_param("filters") from None


def _filter(given: Any) -> Callable[[Json], bool]:
    """Whether an entry fits: one condition, or a group of them with AND or OR."""
    if not isinstance(given, dict):
        raise answers.invalid_param("filters")
    if "group" in given:
        if not isinstance(given["group"], list):
            raise answers.invalid_param("filters")
        parts = [_filter(part) for part in given["group"]]
        joined = any if str(given.get("group_operator")).upper() == "OR" else all
        return lambda entry: joined(part(entry) for part in parts)
    comparator = COMPARATORS.get(str(given.get("comparator")))
    if comparator is None:
        details = {"api_name": "comparator", "json_path": "$.comparator", "param_name": "filters"}
        raise Rejected("INVALID_DATA", "Please provide a valid comparator", details)
    field = given.get("field")
    name = field.get("api_name") if isinstance(field, dict) else None
    if name not in ("display_name", "module", "deleted_by", "owner", "deleted_time"):
        details = {"api_name": "field", "json_path": "$.field", "param_name": "filters"}
        raise Rejected("INVALID_DATA", "Please provide a valid field", details)
    return lambda entry: comparator(_held(entry, str(name)), given.get("value"))


def _held(entry: Json, name: str) -> Any:
    held = entry[name]
    return held.get("api_name") or held.get("id") if isinstance(held, dict) else held


def _one_needed(keys: list[str]) -> Rejected:
    names = ("ids", "filters", "restore_all_records")
    if keys:
        due = [{"api_name": key, "json_path": f"$.{key}"} for key in keys]
        return Rejected(
            "AMBIGUITY_DURING_PROCESSING",
            "ambiguity while processing the request",
            {"ambiguity_due_to": due},
        )
    expected = [{"api_name": key, "json_path": f"$.{key}"} for key in names]
    return Rejected(
        "EXPECTED_FIELD_MISSING",
        "one of the expected field is missing",
        {"expected_fields": expected},
    )
