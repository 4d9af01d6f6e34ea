"""How many records hang on a record, for up to 20 related lists at once.

https://www.zoho.com/crm/developer/docs/api/v8/get-related-records-count.html
"""

from typing import Any

from flask import Blueprint

from .. import answers
from ..answers import Json, Rejected
from ..call import Answer, endpoint
from ..caller import Call, current
from ..schema import Module, RelatedList
from ..world import Record
from . import links
from .convert_lead import converted
from .reading import find_visible

bp = Blueprint("related_counts", __name__)

KEY = "get_related_records_count"
SINCE = (4, 0)
MOST = 20


@endpoint(
    bp, f"/<module>/<record_id>/actions/{KEY}", methods=["POST"],
    scopes=["ZohoCRM.modules.{module}.READ"], cost=2,
)  # fmt: skip
def count_related(module: str, record_id: str) -> Answer:
    """The counts in the order asked; a list that does not exist gets an error in its place."""
    call = current()
    if call.version < SINCE:
        raise answers.api_not_supported(SINCE[0])
    found = call.module(module)
    call.permit(f"Crm_Implied_View_{found.api_name}")
    record = find_visible(call, found, record_id)
    if record is None:
        raise Rejected(
            "INVALID_DATA", "the related id given seems to be invalid", {"resource_path_index": 1}
        )
    if found.convertable and converted(record):
        raise Rejected("ID_ALREADY_CONVERTED", "id already converted", {"resource_path_index": 1})
    entries: list[Json | Rejected] = []
    for index, row in enumerate(call.data(KEY, most=MOST)):
        try:
            entries.append(_count(call, found, record, row, f"$.{KEY}[{index}]"))
        except Rejected as refusal:
            entries.append(refusal)
    return answers.many(KEY, entries)


def _count(call: Call, module: Module, record: Record, row: Any, path: str) -> Json:
    if not isinstance(row, dict):
        raise answers.invalid_data(KEY, path, expected_data_type="jsonobject")
    one = _asked_for(module, row.get("related_list"), f"{path}.related_list")
    params = row.get("params")
    if params is not None and not isinstance(params, dict):
        raise answers.invalid_data("params", f"{path}.params", expected_data_type="jsonobject")
    if params and params.get("filters") is not None:
        # Zoho filters some modules' lists and refuses others; the emulator filters none.
        raise Rejected(
            "NOT_SUPPORTED",
            "Filters are not supported for this modules",
            {"api_name": "filters", "json_path": f"{path}.params.filters"},
        )
    count = len(links.related(call, module, record, one))
    return {"count": count, "related_list": {"api_name": one.api_name, "id": one.id}}


def _asked_for(module: Module, given: Any, path: str) -> RelatedList:
    """The related list named by its API name, its id, or both if they agree."""
    if given is None:
        raise answers.mandatory_not_found("related_list", path)
    if not isinstance(given, dict):
        raise answers.invalid_data("related_list", path, expected_data_type="jsonobject")
    keys = [key for key in ("api_name", "id") if given.get(key) is not None]
    if not keys:
        expected = [{"api_name": key, "json_path": f"{path}.{key}"} for key in ("api_name", "id")]
        raise Rejected(
            "EXPECTED_FIELD_MISSING", "Specify atleast one field", {"expected_fields": expected}
        )
    found = []
    for key in keys:
        lists = [one for one in module.related_lists if getattr(one, key) == given[key]]
        if not lists:
            raise answers.invalid_data(key, f"{path}.{key}", "Given related_list is invalid")
        found.append(lists[0])
    if len(found) == 2 and found[0] is not found[1]:
        due = [{"api_name": key, "json_path": f"{path}.{key}"} for key in ("id", "api_name")]
        raise Rejected(
            "AMBIGUITY_DURING_PROCESSING",
            "Ambiguity while processing the request",
            {"ambiguity_due_to": due},
        )
    return found[0]
