"""Related lists of a record: reading them, linking to them, and taking links away.

https://www.zoho.com/crm/developer/docs/api/v8/get-related-records.html
"""

from typing import Any

from flask import Blueprint, Response

from .. import answers
from ..answers import Json, Rejected
from ..call import Answer, endpoint
from ..caller import Call, current
from ..schema import Module, RelatedList
from ..world import Record
from . import asking, links, related_counts
from .reading import editable, find_visible, shown
from .records import changed_since
from .records_delete import delete_one
from .records_write import each
from .value_links import id_in
from .value_types import Place
from .writing import forbidden

bp = Blueprint("related", __name__)
bp.register_blueprint(related_counts.bp)

READ = ["ZohoCRM.modules.{module}.READ"]
UPDATE = ["ZohoCRM.modules.{module}.UPDATE"]
DELETE = ["ZohoCRM.modules.{module}.DELETE|ZohoCRM.modules.{module}.UPDATE"]
LISTED = "/<module>/<record_id>/<relation>"
WRITTEN_ELSEWHERE = ("notes", "attachments")


def parent(call: Call, module: str, record_id: str) -> tuple[Module, Record]:
    """The record whose related list is meant, if the caller sees it."""
    found = call.module(module)
    call.permit(f"Crm_Implied_View_{found.api_name}")
    record = find_visible(call, found, record_id)
    if record is None:
        raise Rejected(
            "INVALID_DATA", "the related id given seems to be invalid", {"resource_path_index": 1}
        )
    return found, record


def relation_of(module: Module, name: str) -> RelatedList:
    one = module.related_list(name)
    if one is None or not one.visible:
        raise Rejected(
            "INVALID_DATA",
            "the relation name given seems to be invalid",
            {"resource_path_index": 2},
        )
    return one


@endpoint(bp, LISTED, scopes=READ)
def get_related(module: str, record_id: str, relation: str) -> Answer:
    """A page of what hangs on a record; links come with what is kept of them."""
    call = current()
    found, record = parent(call, module, record_id)
    one = relation_of(found, relation)
    names = asking.fields(call)
    where = asking.page(call)
    rows = links.related(call, found, record, one)
    since = asking.header_moment("If-Modified-Since")
    if since is not None:
        rows = [row for row in rows if changed_since(row.record, since)]
        if not rows:
            return Response(status=304)
    only = asking.ids(call)
    if only is not None:
        rows = [row for row in rows if row.record["id"] in only]
    kept, info = asking.cut(call, rows, where)
    if not kept:
        return None
    return {"data": [_shown(call, one, row, names) for row in kept], "info": info}


@endpoint(bp, f"{LISTED}/<related_id>", scopes=READ)
def get_one_related(module: str, record_id: str, relation: str, related_id: str) -> Answer:
    call = current()
    found, record = parent(call, module, record_id)
    one = relation_of(found, relation)
    names = asking.fields(call, needed=False)
    rows = links.related(call, found, record, one)
    row = next((row for row in rows if row.record["id"] == related_id), None)
    return {"data": [_shown(call, one, row, names)]} if row else None


def _shown(call: Call, one: RelatedList, row: links.Related, names: list[str] | None) -> Json:
    other = call.world.module(one.module)
    if other is None:
        raise answers.invalid_module()
    details = row.details
    if names is not None:
        details = {name: details[name] for name in names if name in details}
    return {**shown(call, other, row.record, names), **details}


@endpoint(bp, LISTED, methods=["PUT"], scopes=UPDATE)
def link_records(module: str, record_id: str, relation: str) -> Answer:
    """Link up to 100 records, or change what is kept of links that exist."""
    call = current()
    found, record = parent(call, module, record_id)
    one = _linkable(call, found, record, relation)

    def put(row: Any, path: str) -> Json:
        if not isinstance(row, dict):
            raise answers.invalid_data("data", path, expected_data_type="jsonobject")
        return _link(call, found, record, one, (id_in(row, Place("id", path)), row, path))

    return each(call.data(), put)


@endpoint(bp, f"{LISTED}/<related_id>", methods=["PUT"], scopes=UPDATE)
def link_record(module: str, record_id: str, relation: str, related_id: str) -> Answer:
    call = current()
    found, record = parent(call, module, record_id)
    one = _linkable(call, found, record, relation)

    def put(row: Any, path: str) -> Json:
        if not isinstance(row, dict):
            raise answers.invalid_data("data", path, expected_data_type="jsonobject")
        return _link(call, found, record, one, (related_id, row, path))

    return each(call.data(most=1), put)


def _linkable(call: Call, module: Module, record: Record, relation: str) -> RelatedList:
    """A related list of links, of a record that the caller may change."""
    one = relation_of(module, relation)
    call.permit(f"Crm_Implied_Edit_{module.api_name}")
    if not editable(call, module, record):
        raise forbidden()
    if one.kind != "link":
        raise Rejected("CANNOT_BE_UPDATED", "invalid data", {"resource_path_index": 2})
    return one


def _link(
    call: Call, module: Module, record: Record, one: RelatedList, asked: tuple[str, Json, str]
) -> Json:
    other_id, row, path = asked
    details = {key: value for key, value in row.items() if key != "id"}
    status = details.get(links.MEMBER_STATUS)
    if status is not None and not isinstance(status, str):
        name = links.MEMBER_STATUS
        raise answers.invalid_data(name, f"{path}.{name}", expected_data_type="text")
    if not links.link(call, module, record, one, other_id, details):
        raise answers.invalid_data("id", f"{path}.id", "the id given seems to be invalid")
    return answers.success("relation added", {"id": other_id})


@endpoint(bp, LISTED, methods=["DELETE"], scopes=DELETE)
def unlink_records(module: str, record_id: str, relation: str) -> Answer:
    """Take away up to 100 links, named in `ids`."""
    call = current()
    found, record = parent(call, module, record_id)
    wanted = asking.ids(call)
    if wanted is None:
        raise Rejected(
            "MANDATORY_NOT_FOUND", "One of the expected parameter is missing", {"param_name": "ids"}
        )
    return _unlink_each(call, found, record, relation, wanted)


@endpoint(bp, f"{LISTED}/<related_id>", methods=["DELETE"], scopes=DELETE)
def unlink_record(module: str, record_id: str, relation: str, related_id: str) -> Answer:
    call = current()
    found, record = parent(call, module, record_id)
    return _unlink_each(call, found, record, relation, [related_id])


def _unlink_each(
    call: Call, module: Module, record: Record, relation: str, wanted: list[str]
) -> Answer:
    one = relation_of(module, relation)
    call.permit(f"Crm_Implied_Edit_{module.api_name}")
    if not editable(call, module, record):
        raise forbidden()
    entries: list[Json | Rejected] = []
    for other_id in wanted:
        try:
            entries.append(_unlink(call, module, record, one, other_id))
        except Rejected as refusal:
            entries.append(refusal)
    return answers.many("data", entries)


def _unlink(call: Call, module: Module, record: Record, one: RelatedList, other_id: str) -> Json:
    """Part two records. Notes and attachments cannot be without a parent: they are deleted."""
    missing = Rejected("INVALID_DATA", "relation not found", {"id": other_id})
    if one.kind == "link":
        if not links.unlink(call.world, module, record, one, other_id):
            raise missing
        return answers.success("relation removed", {"id": other_id})
    rows = {row.record["id"]: row.record for row in links.related(call, module, record, one)}
    other = call.world.module(one.module)
    if other is None or other_id not in rows:
        raise missing
    if one.kind in WRITTEN_ELSEWHERE:
        return delete_one(call, other, other_id)
    _let_go(call, rows[other_id], one, record)
    return answers.success("relation removed", {"id": other_id})


def _let_go(call: Call, row: Record, one: RelatedList, record: Record) -> None:
    names = (one.via,) if one.kind == "lookup" else ("What_Id", "Who_Id")
    for name in names:
        if links.points(row, name, record):
            row[name] = None
            if name == "What_Id":
                row["$se_module"] = None
    call.world.stamp(row, call.user)
