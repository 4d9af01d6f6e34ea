"""Creating, updating and upserting records, one or a hundred at a time.

https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request

from .. import answers
from ..answers import Json, Rejected
from ..call import Answer, endpoint
from ..caller import Call, current
from ..changes import EVERY_TRIGGER
from ..schema import Module
from . import asking, duplicates, writing
from .reading import find_visible

bp = Blueprint("records_write", __name__)

MOST = 100
PER_CREDIT = 10
HEAVY_FROM = 11
FEATURES = (
    "layout_rules", "range_validation", "assignment_rules", "function_validation_rule",
    "criteria_validation_rule", "global_map_dependency", "territory_subordinates",
)  # fmt: skip
SKIPPABLE = ("cadences", "assignment_rules", "connected_workflows")
CREATE = ["ZohoCRM.modules.{module}.CREATE"]
UPDATE = ["ZohoCRM.modules.{module}.UPDATE"]
UPSERT = ["ZohoCRM.modules.{module}.CREATE|ZohoCRM.modules.{module}.UPDATE"]


def row_count() -> int:
    """How many records the body holds, as far as one can tell before it is checked."""
    body = request.get_json(silent=True, force=True)
    rows = body.get("data") if isinstance(body, dict) else None
    return len(rows) if isinstance(rows, list) else 1


def _cost(call: Call) -> int:
    """One credit for each ten records."""
    return max(1, -(-min(row_count(), MOST) // PER_CREDIT))


def _heavy(call: Call) -> bool:
    return row_count() >= HEAVY_FROM


def options(call: Call) -> list[str]:
    """The features to apply; refuses triggers and features that Zoho does not know."""
    body = call.json_object()
    wanted = _one_of_each(body, "trigger", EVERY_TRIGGER, named=False)
    if body.get("trigger") is not None:
        call.triggers = tuple(wanted)
    _one_of_each(body, "skip_feature_execution", SKIPPABLE, named=True)
    return _one_of_each(body, "apply_feature_execution", FEATURES, named=True)


def _one_of_each(body: Json, key: str, supported: tuple[str, ...], *, named: bool) -> list[str]:
    given = body.get(key)
    if given is None:
        return []
    if not isinstance(given, list):
        raise answers.invalid_data(key, f"$.{key}", expected_data_type="jsonarray").inside("data")
    found = []
    for index, row in enumerate(given):
        name = row.get("name") if named and isinstance(row, dict) else row
        if name not in supported:
            where = f"$.{key}[{index}]{'.name' if named else ''}"
            raise answers.invalid_data(
                "name" if named else key, where, supported_values=list(supported)
            ).inside("data")
        found.append(name)
    return found


def each(
    rows: list[Any], do: Callable[[Any, str], Json], *, created: bool = False
) -> tuple[Json, int]:
    """Do something with every row; what is refused stands in the answer beside the rest."""
    entries: list[Json | Rejected] = []
    for index, row in enumerate(rows):
        try:
            entries.append(do(row, f"$.data[{index}]"))
        except Rejected as refusal:
            entries.append(refusal)
    return answers.many("data", entries, created=created)


def writable_module(call: Call, name: str, *verbs: str) -> Module:
    """The module of a URL, if the API writes to it and the caller's profile allows it."""
    module = call.module(name)
    if not (module.creatable if "Create" in verbs else module.editable):
        raise answers.not_supported()
    call.permit(*(f"Crm_Implied_{verb}_{module.api_name}" for verb in verbs))
    return module


def added(record: Json, **extra: Any) -> Json:
    return _success("record added", record, **extra)


def updated(record: Json, **extra: Any) -> Json:
    return _success("record updated", record, **extra)


def _success(message: str, record: Json, **extra: Any) -> Json:
    details = writing.outcome(record)
    if not extra:
        details["$approval_state"] = record.get("$approval_state", "approved")
    return answers.success(message, details, **extra)


@endpoint(bp, "/<module>", methods=["POST"], scopes=CREATE, cost=_cost, heavy=_heavy)
def create_records(module: str) -> Answer:
    """Up to 100 new records; 201, 207 or 400 as all, some or none are accepted."""
    call = current()
    found = writable_module(call, module, "Create")
    rows, features = call.data(most=MOST), options(call)
    return each(
        rows,
        lambda row, path: added(writing.create(call, found, row, path, features)),
        created=True,
    )


@endpoint(bp, "/<module>", methods=["PUT"], scopes=UPDATE, cost=_cost, heavy=_heavy)
def update_records(module: str) -> Answer:
    """Up to 100 records, each named by its `id`."""
    call = current()
    found = writable_module(call, module, "Edit")
    rows, features = call.data(most=MOST), options(call)
    limit = asking.header_moment("If-Unmodified-Since")

    def change(row: Any, path: str) -> Json:
        record = writing.existing(call, found, row, path)
        writing.refuse_modified_since(record, limit)
        return updated(writing.update(call, found, record, row, path, features))

    return each(rows, change)


@endpoint(bp, "/<module>/<record_id>", methods=["PUT"], scopes=UPDATE)
def update_record(module: str, record_id: str) -> Answer:
    """One record, named by the URL."""
    call = current()
    found = writable_module(call, module, "Edit")
    record = find_visible(call, found, record_id)
    if record is None:
        raise answers.invalid_id()
    rows, features = call.data(most=1), options(call)
    limit = asking.header_moment("If-Unmodified-Since")

    def change(row: Any, path: str) -> Json:
        writing.refuse_modified_since(record, limit)
        return updated(writing.update(call, found, record, row, path, features))

    return each(rows, change)


@endpoint(bp, "/<module>/upsert", methods=["POST"], scopes=UPSERT, cost=_cost, heavy=_heavy)
def upsert_records(module: str) -> Answer:
    """Update those that are there already, insert the others, and say which was done."""
    call = current()
    found = writable_module(call, module, "Create", "Edit")
    rows, features = call.data(most=MOST), options(call)
    names = duplicates.check_names(found, call.json_object().get("duplicate_check_fields"))
    limit = asking.header_moment("If-Unmodified-Since")

    def upsert(row: Any, path: str) -> Json:
        if isinstance(row, dict) and row.get("id") is not None:
            known: tuple[Json, str] | None = (writing.existing(call, found, row, path), "id")
        else:
            values = row if isinstance(row, dict) else {}
            known = duplicates.known_by(call.world, found, values, names)
        if known is None:
            record = writing.create(call, found, row, path, features)
            return added(record, duplicate_field=None, action="insert")
        record, field = known
        writing.refuse_modified_since(record, limit)
        record = writing.update(call, found, record, row, path, features)
        return updated(record, duplicate_field=field, action="update")

    return each(rows, upsert)
