"""Writing one record: whether this user may, whether Zoho would, and then the deed.

What belongs to a request about many records, its shape and its answer, is in `records_write`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .. import answers, changes
from ..answers import Json, Rejected
from ..caller import Call
from ..schema import Module
from ..world import Record
from . import tagging
from .asking import is_id
from .computed import number_all
from .convert_lead import converted, unapproved, under_review
from .reading import editable, find_visible, parent_of
from .validation import check

STAMPS = ("Modified_Time", "Modified_By", "Created_Time", "Created_By")
ACTIVITIES = ("Tasks", "Events", "Calls")


def create(
    call: Call, module: Module, body: Any, path: str, features: Iterable[str] = ()
) -> Record:
    """Check the body and store it as a new record of the caller's."""
    values = check(call, module, body, path, features=features)
    if not values.get("Owner"):
        values["Owner"] = call.user.brief(email=True)
    return store(call, module, values)


def store(call: Call, module: Module, values: Json) -> Record:
    """Put checked values away as a new record."""
    _tag(call, module, values)
    for one in module.fields:
        # An empty value was asked for: that is not the same as none.
        if one.default is not None and one.api_name not in values:
            values[one.api_name] = one.default
    record = call.world.add_record(module.api_name, values, owner=call.user)
    for one in module.fields:
        if one.auto_number is not None:
            number_all(call.world, module, one)
    _consequences(call, module, record)
    changes.created(call.world, call.user, call.triggers, module.api_name, record)
    return record


def update(
    call: Call, module: Module, record: Record, body: Any, path: str,
    features: Iterable[str] = (),
) -> Record:  # fmt: skip
    """Check the body and write it over the record; keys it lacks stay as they are."""
    obstacle = obstacle_to_update(call, module, record, path)
    if obstacle is not None:
        raise obstacle
    values = check(call, module, body, path, record=record, features=features)
    if "Owner" in values and values["Owner"] is None:
        del values["Owner"]
    _tag(call, module, values)
    written = changes.differing(record, values)
    record.update(values)
    call.world.stamp(record, call.user)
    _consequences(call, module, record)
    changes.edited(call.world, call.user, call.triggers, module.api_name, record, written)
    return record


def existing(call: Call, module: Module, body: Any, path: str) -> Record:
    """The record that an entry of a bulk update means by its `id`."""
    if not isinstance(body, dict):
        raise answers.invalid_data("data", path, expected_data_type="jsonobject")
    if body.get("id") is None:
        raise answers.mandatory_not_found("id", f"{path}.id")
    found = find_visible(call, module, str(body["id"])) if is_id(body["id"]) else None
    if found is None:
        raise answers.invalid_data("id", f"{path}.id", "the id given seems to be invalid")
    return found


def obstacle_to_update(call: Call, module: Module, record: Record, path: str) -> Rejected | None:
    """Why Zoho will not change a record that the caller can see, or None."""
    here = {"api_name": "id", "json_path": f"{path}.id"}
    if converted(record):
        return Rejected("CONVERTED_RECORD", "can't update the converted record", here)
    if not editable(call, module, record):
        return forbidden()
    if record.get("$in_merge"):
        return Rejected("RECORD_LOCKED", "The record under merge is locked", here)
    if record.get("Locked__s"):
        return Rejected(
            "RECORD_LOCKED",
            "Sorry, you cannot perform this operation as the record is locked.",
            {**here, "action": "record_locking"},
        )
    if unapproved(record):
        return Rejected(
            "NOT_APPROVED",
            "Cannot update record that is not approved yet",
            {"resource_path_index": 1},
        )
    if under_review(record):
        return Rejected("NOT_REVIEWED", "record in review")
    return None


def forbidden() -> Rejected:
    """The profile allows it, but not for this record, which is somebody else's."""
    return Rejected(
        "AUTHORIZATION_FAILED",
        "User does not have sufficient privilege to perform this action",
        {"resource_path_index": 0},
    )


def refuse_modified_since(record: Record, limit: datetime | None) -> None:
    """412 if the record changed after what If-Unmodified-Since says."""
    if limit is not None and datetime.fromisoformat(record["Modified_Time"]) > limit:
        raise Rejected(
            "ALREADY_MODIFIED",
            "record updated time has already passed if-unmodified-since time",
            outcome(record),
            status=412,
        )


def outcome(record: Record) -> Json:
    """What a success tells about the record that was written."""
    details = {name: _named(record.get(name)) for name in STAMPS}
    return {**details, "id": record["id"]}


def _named(stamp: Any) -> Any:
    if isinstance(stamp, dict):
        return {"name": stamp["name"], "id": stamp["id"]}
    return stamp


def _tag(call: Call, module: Module, values: Json) -> None:
    if "Tag" in values:
        asked = values["Tag"] or []
        values["Tag"] = tagging.known(call.world, module.api_name, asked, call.user.brief())


def _consequences(call: Call, module: Module, record: Record) -> None:
    """What follows from a write: a task is closed, a parent has had an activity."""
    world = call.world
    above = world.reference(module.api_name, record)
    for one in module.fields:
        for row in (record.get(one.api_name) or []) if one.data_type == "subform" else []:
            row["Parent_Id"] = above
    if module.api_name == "Tasks":
        done = record.get("Status") == "Completed"
        record["Closed_Time"] = (record.get("Closed_Time") or world.timestamp()) if done else None
    for parent in parents_of(call, module, record):
        parent["Last_Activity_Time"] = world.timestamp()


def parents_of(call: Call, module: Module, record: Record) -> list[Record]:
    """The records that an activity, a note or an attachment hangs on."""
    if module.api_name not in ACTIVITIES:
        parent = parent_of(call.world, record) if "Parent_Id" in record else None
        return [parent[1]] if parent else []
    what = (record.get("What_Id") or {}).get("id")
    who = (record.get("Who_Id") or {}).get("id")
    found = [
        call.world.find(str(record.get("$se_module") or ""), str(what)),
        call.world.find("Contacts", str(who)),
    ]
    return [one for one in found if one is not None]
