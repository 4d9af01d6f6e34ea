"""Tags: those of a module, and putting them on records and taking them off.

https://www.zoho.com/crm/developer/docs/api/v8/add-tags.html
"""

import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, request

from .. import answers
from ..answers import Json, Rejected
from ..call import Answer, endpoint
from ..caller import Call, current
from ..schema import Module
from ..world import Record
from . import tagging
from .reading import editable, find_visible, visible_records
from .value_links import tag_name
from .value_types import Place
from .writing import forbidden

bp = Blueprint("tags", __name__)

SETTINGS = "ZohoCRM.settings.tags"
WRITE = ["ZohoCRM.modules.{module}.UPDATE|ZohoCRM.modules.{module}.CREATE"]
IN_BODY_SINCE = (3, 0)
MOST_PER_RECORD = 10
MOST_IDS = 500
IDS_PER_CREDIT = 50
MOST_PER_CALL = 50

Tags = list[Json]


# Tags of a module


@endpoint(bp, "/settings/tags", scopes=[f"{SETTINGS}.READ"])
def get_tags() -> Answer:
    call = current()
    module = _module_asked(call)
    tags = list(call.world.tags.get(module.api_name, {}).values())
    return {"tags": tags, "info": {"count": len(tags), "allowed_count": 100}} if tags else None


@endpoint(bp, "/settings/tags", methods=["POST"], scopes=[f"{SETTINGS}.CREATE"])
def create_tags() -> Answer:
    call = current()
    module = _module_asked(call)
    entries: list[Json | Rejected] = []
    for index, row in enumerate(call.data("tags", most=MOST_PER_CALL)):
        try:
            entries.append(_create(call, module, tag_name(row, Place("tags", f"$.tags[{index}]"))))
        except Rejected as refusal:
            entries.append(refusal)
    return answers.many("tags", entries, created=True)


def _create(call: Call, module: Module, asked: Json) -> Json:
    old = tagging.find(call.world, module.api_name, asked["name"])
    if old is not None:
        raise Rejected("DUPLICATE_DATA", "duplicate data", {"id": old["id"], "api_name": "name"})
    tagging.known(call.world, module.api_name, [asked], call.user.brief())
    made = tagging.find(call.world, module.api_name, asked["name"]) or {}
    details = {key: value for key, value in made.items() if key != "name"}
    return answers.success("tags created successfully", details)


@endpoint(bp, "/settings/tags/<tag_id>", methods=["PUT"], scopes=[f"{SETTINGS}.UPDATE"])
def update_tag(tag_id: str) -> Answer:
    """Rename or repaint a tag, on all its records too."""
    call = current()
    module = _module_asked(call)
    tag = _tag(call, tag_id, module.api_name)[1]
    asked = tag_name(call.data("tags", most=1)[0], Place("tags", "$.tags[0]"))
    other = tagging.find(call.world, module.api_name, asked["name"])
    if other is not None and other is not tag:
        raise Rejected("DUPLICATE_DATA", "duplicate data", {"id": other["id"], "api_name": "name"})
    tags = call.world.tags[module.api_name]
    tags[asked["name"]] = tags.pop(tag["name"])
    tag["name"] = asked["name"]
    tag["color_code"] = asked["color_code"] or tag["color_code"]
    tag |= {"modified_by": call.user.brief(), "modified_time": call.world.timestamp()}
    for record in _carriers(call, module.api_name, tag_id):
        shown = [tagging.on_record(tag) if one["id"] == tag_id else one for one in record["Tag"]]
        record["Tag"] = shown
    details = {key: value for key, value in tag.items() if key != "name"}
    return {"tags": [answers.success("tags updated successfully", details)]}


@endpoint(bp, "/settings/tags/<tag_id>", methods=["DELETE"], scopes=[f"{SETTINGS}.DELETE"])
def delete_tag(tag_id: str) -> Answer:
    """Away with a tag, from all its records too."""
    call = current()
    module, tag = _tag(call, tag_id)
    del call.world.tags[module][tag["name"]]
    for record in _carriers(call, module, tag_id):
        record["Tag"] = [one for one in record["Tag"] if one["id"] != tag_id]
    return {"tags": [answers.success("tags deleted successfully", {"id": tag_id})]}


@endpoint(bp, "/settings/tags/<tag_id>/actions/records_count", scopes=[f"{SETTINGS}.READ"])
def count_tagged(tag_id: str) -> Answer:
    """How many records that the caller sees carry a tag."""
    call = current()
    module = _module_asked(call)
    _tag(call, tag_id, module.api_name)
    rows = visible_records(call, module, "both")
    count = sum(any(one["id"] == tag_id for one in tagging.carried(row)) for row in rows)
    return {"count": str(count)}


def _module_asked(call: Call) -> Module:
    name = call.param("module")
    if name is None:
        raise Rejected(
            "REQUIRED_PARAM_MISSING", "One of the expected param is missing", {"param": "module"}
        )
    return call.module(name)


def _tag(call: Call, tag_id: str, only: str = "") -> tuple[str, Json]:
    """The tag of this id, and the module it belongs to."""
    for module, tags in call.world.tags.items():
        for tag in tags.values():
            if tag["id"] == tag_id and only in ("", module):
                return module, tag
    raise answers.invalid_id(2)


def _carriers(call: Call, module: str, tag_id: str) -> list[Record]:
    records = call.world.records.get(module, {}).values()
    return [row for row in records if any(one["id"] == tag_id for one in tagging.carried(row))]


# Tags of records


def _cost(call: Call) -> int:
    """One credit for each 50 records."""
    return max(1, -(-min(len(_ids(call)), MOST_IDS) // IDS_PER_CREDIT))


@endpoint(bp, "/<module>/<record_id>/actions/add_tags", methods=["POST"], scopes=WRITE)
def add_tags_to_one(module: str, record_id: str) -> Answer:
    call = current()
    return _on_one(call, module, record_id, _added(call, module))


@endpoint(bp, "/<module>/<record_id>/actions/remove_tags", methods=["POST"], scopes=WRITE)
def remove_tags_from_one(module: str, record_id: str) -> Answer:
    call = current()
    return _on_one(call, module, record_id, _removed(call))


@endpoint(bp, "/<module>/actions/add_tags", methods=["POST"], scopes=WRITE, cost=_cost)
def add_tags(module: str) -> Answer:
    call = current()
    return _on_many(call, module, _added(call, module))


@endpoint(bp, "/<module>/actions/remove_tags", methods=["POST"], scopes=WRITE, cost=_cost)
def remove_tags(module: str) -> Answer:
    call = current()
    return _on_many(call, module, _removed(call))


def _on_one(call: Call, name: str, record_id: str, change: Callable[[Tags], Tags]) -> Answer:
    module = _taggable(call, name)
    record = find_visible(call, module, record_id)
    if record is None:
        raise answers.invalid_id()
    _tag_record(call, module, record, change)
    moment = call.world.now().strftime("%a, %d %b %Y %I:%M %p")
    details = {"modifiedTime": moment, "id": record_id, "tags": record["Tag"]}
    return {"data": [answers.success("tags updated successfully", details)]}


def _on_many(call: Call, name: str, change: Callable[[Tags], Tags]) -> Answer:
    module = _taggable(call, name)
    wanted = _ids(call)
    if not wanted:
        raise answers.required_param_missing("ids")
    if len(wanted) > MOST_IDS:
        raise answers.invalid_data("ids", "$.ids", maximum_length=MOST_IDS)
    entries: list[Json | Rejected] = []
    for record_id in wanted:
        try:
            record = find_visible(call, module, record_id)
            if record is None:
                raise Rejected(
                    "INVALID_DATA", "the id given seems to be invalid", {"id": record_id}
                )
            _tag_record(call, module, record, change)
            details = {"id": record_id, "affected_data": None, "tags": record["Tag"]}
            entries.append(answers.success("tags updated successfully", details))
        except Rejected as refusal:
            entries.append(refusal)
    locked = sum(isinstance(e, Rejected) and e.code == "RECORD_LOCKED" for e in entries)
    body, status = answers.many("data", entries)
    return {**body, "locked_count": str(locked)}, status


def _taggable(call: Call, name: str) -> Module:
    module = call.module(name)
    if module.field("Tag") is None:
        raise Rejected("INVALID_MODULE", "the given module is not supported for this api")
    call.permit(f"Crm_Implied_Edit_{module.api_name}")
    return module


def _tag_record(call: Call, module: Module, record: Record, change: Callable[[Tags], Tags]) -> None:
    if not editable(call, module, record):
        raise forbidden()
    if record.get("Locked__s"):
        raise Rejected(
            "RECORD_LOCKED",
            "Sorry, you cannot perform this operation as the record is locked.",
            {"action": "record_locking", "id": record["id"]},
        )
    changed = change(tagging.carried(record))
    if len(changed) > MOST_PER_RECORD:
        raise answers.invalid_data("tags", "$.tags", maximum_length=MOST_PER_RECORD)
    record["Tag"] = changed
    call.world.stamp(record, call.user)


def _added(call: Call, module: str) -> Callable[[Tags], Tags]:
    """Put the tags of the request beside those there, or in their place with `over_write`."""
    asked, over = _asked(call), _flag(call, "over_write")

    def change(before: Tags) -> Tags:
        new = tagging.known(call.world, module, asked, call.user.brief())
        kept = [] if over else [one for one in before if one["id"] not in {t["id"] for t in new}]
        return [*kept, *new]

    return change


def _removed(call: Call) -> Callable[[Tags], Tags]:
    gone = {one["name"].casefold() for one in _asked(call)}
    return lambda before: [one for one in before if one["name"].casefold() not in gone]


def _asked(call: Call) -> Tags:
    """The tags of the request: in the body, or before version 3 in `tag_names`."""
    if call.version < IN_BODY_SINCE:
        names = call.required_param("tag_names").split(",")
        return [tag_name({"name": name}, Place("tag_names", "tag_names")) for name in names]
    body = call.json_object()
    rows = body.get("tags")
    if rows is None:
        raise answers.mandatory_not_found("tags", "$.tags")
    if not isinstance(rows, list) or not rows:
        raise answers.invalid_data("tags", "$.tags", expected_data_type="jsonarray")
    return [_in_body(row, Place("tags", f"$.tags[{index}]")) for index, row in enumerate(rows)]


def _in_body(row: Any, place: Place) -> Json:
    try:
        return tag_name(row, place)
    except Rejected as refusal:
        raise refusal.inside("tags") from None


def _flag(call: Call, name: str) -> bool:
    given = _body().get(name, call.param(name))
    if isinstance(given, bool) or given is None:
        return bool(given)
    if given in ("true", "false"):
        return bool(given == "true")
    raise answers.invalid_data(name, f"$.{name}", expected_data_type="boolean")


def _ids(call: Call) -> list[str]:
    """The records meant: `ids` in the body, as a list or as its text, or in the query."""
    given = _body().get("ids", call.param("ids"))
    if isinstance(given, str) and given.startswith("["):
        try:
            given = json.loads(given)
        except ValueError:
            given = []
    if isinstance(given, str):
        given = given.split(",")
    return [str(one).strip() for one in given] if isinstance(given, list) else []


def _body() -> Json:
    body = request.get_json(silent=True, force=True)
    return body if isinstance(body, dict) else {}
