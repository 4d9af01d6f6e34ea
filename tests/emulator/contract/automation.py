"""What the OpenAPI files lack of Zoho's automation, and what is wrong with their notifications.

No file describes webhooks and workflow rules; the schemas here are made of the newer examples.
"""

from typing import Any

from tests.emulator.contract.mending import ERROR as ERROR_ENTRY
from tests.emulator.contract.mending import (
    ERRORS,
    MODULE,
    Correction,
    Json,
    also,
    listed,
    optional,
    successes,
)

NEWER = "newer than the files; the schema is made of the newer examples"
FILE = "notifications.json"
WATCH = "/paths/~1crm~1v8~1actions~1watch"
STATUSES = "newer examples have this status"


def _object(required: str, optional_keys: str = "", **schemas: Json) -> Json:
    keys = [*required.split(), *optional_keys.split()]
    return {
        "type": "object",
        "properties": {key: schemas.get(key, {}) for key in keys},
        "required": required.split(),
        "additionalProperties": False,
    }


TEXT: Json = {"type": "string"}
FLAG: Json = {"type": "boolean"}
PERSON = _object("name id", name=TEXT, id=TEXT)
COMMON = {
    "id": TEXT, "name": TEXT, "module": MODULE, "created_by": PERSON, "modified_by": PERSON,
    "created_time": TEXT, "modified_time": TEXT, "editable": FLAG, "deletable": FLAG,
    "source": {"enum": ["crm", "user"]}, "associated": FLAG, "url": TEXT,
    "http_method": {"enum": ["POST", "GET", "PUT", "DELETE"]},
    "status": _object("active", active=FLAG),
    "lock": _object("locked_by message status", status=FLAG),
    "execute_when": _object("type details", type=TEXT, details={
        "type": "object", "required": ["trigger_module"]}),
    "lock_status": _object("locked", "message", locked=FLAG),
    "conditions": {"type": "array", "items": _object(
        "sequence_number instant_actions scheduled_actions criteria_details id",
        criteria_details=_object("relational_criteria criteria"),
        instant_actions=listed("actions", _object("name id type")))},
}  # fmt: skip
HOOK = (
    "created_time lock_status editable module related_module deletable description source "
    "created_by url feature_type http_method modified_time associated name modified_by id"
)
RULE = (
    "created_time execute_when editable module deletable description source created_by "
    "last_executed_time modified_time name modified_by lock id status"
)
INFO = _object("per_page count page more_records", "max_limit", per_page={"type": "integer"})


def _page(key: str, entry: Json) -> Json:
    made = listed(key, entry)
    return {**made, "properties": {**made["properties"], "info": INFO}, "required": [key, "info"]}


def _filed(path: str, method: str, *schemas: Json) -> Correction:
    """An operation that no file has, with all its answers."""
    content = {"application/json": {"schema": {"oneOf": [*schemas, ERROR_ENTRY, ERRORS, MIXED]}}}

    def change(paths: Any) -> None:
        answers: Json = {
            status: {"description": "", "content": content}
            for status in ("200", "201", "207", "400")
        }
        paths.setdefault(f"/crm/v8{path}", {})[method] = {
            "responses": {**answers, "204": {"description": "nothing"}}
        }

    return Correction(FILE, "/paths", change, NEWER)


MIXED: Json = {
    "type": "object",
    "additionalProperties": {
        "type": "array",
        "items": {"oneOf": [ERROR_ENTRY, _object("code details message status")]},
    },
    "minProperties": 1,
    "maxProperties": 1,
}
"""Successes and errors in one list."""
HOOKS, RULES = "/settings/automation/webhooks", "/settings/automation/workflow_rules"
HOOK_DONE = successes("webhooks", "^([wW]ebhook is deleted|webhook (created|updated) successfully)")
RULE_DONE = successes("workflow_rules", "^(workflow (created|updated|deleted)|WorkFlow Rule del)")
WHOLE_HOOK = _object(
    f"{HOOK} headers url_parameters body authentication", "date_time_format", **COMMON
)
WHOLE_RULE = _object(f"{RULE} category deprecated conditions", **COMMON)
FAILURE = _object("webhook entity_details failure_time failure_reason id workflow_rule")
USAGE = _object("date resource count type", resource=PERSON, count={"type": "integer"})


def _answered(method: str, statuses: str, found: str) -> Correction:
    """The operation answers with these statuses too: as with the one found, or with errors."""

    def change(responses: Json) -> None:
        whole = {"$ref": f"{responses[found]['$ref']}/content/application~1json/schema"}
        schema = {"oneOf": [whole, ERROR_ENTRY, ERRORS, MIXED]}
        for status in statuses.split():
            responses[status] = {
                "description": "",
                "content": {"application/json": {"schema": schema}},
            }

    return Correction(FILE, f"{WATCH}/{method}/responses", change, STATUSES)


AUTOMATION: tuple[Correction, ...] = (
    _filed(HOOKS, "get", _page("webhooks", _object(HOOK, **COMMON))),
    _filed(HOOKS, "post", HOOK_DONE),
    _filed(HOOKS, "put", HOOK_DONE),
    _filed(HOOKS, "delete", HOOK_DONE),
    _filed(f"{HOOKS}/{{id}}", "get", listed("webhooks", WHOLE_HOOK)),
    _filed(f"{HOOKS}/{{id}}", "put", HOOK_DONE),
    _filed(f"{HOOKS}/{{id}}", "delete", HOOK_DONE),
    _filed(f"{HOOKS}/actions/usage_reports", "get", _page("data_usage", USAGE)),
    _filed("/settings/automation/webhook_failures", "get", _page("webhook_failures", FAILURE)),
    _filed(RULES, "get", _page("workflow_rules", _object(RULE, **COMMON))),
    _filed(RULES, "post", RULE_DONE),
    _filed(RULES, "put", RULE_DONE),
    _filed(RULES, "delete", RULE_DONE),
    _filed(f"{RULES}/{{id}}", "get", listed("workflow_rules", WHOLE_RULE)),
    _filed(f"{RULES}/{{id}}", "put", RULE_DONE),
    _filed(f"{RULES}/{{id}}", "delete", RULE_DONE),
    _filed(f"{RULES}/actions/reorder", "put", successes("reorder", "reordered")),
    _answered("post", "207 400", "201"),
    _answered("put", "207 400", "200"),
    _answered("patch", "207 400", "200"),
    _answered("delete", "207 400", "200"),
    optional(
        FILE, "event", "notification_condition", "the samples and newer examples lack it"
    ),
    also(
        FILE, "/components/schemas/Notification/properties/channel_id", TEXT,
        "a whole number, written as text in every example",
    ),
    also(
        FILE, "/components/schemas/Notification/properties/notify_url", TEXT,
        "a pattern that describes one address, taken for all",
    ),
    optional(
        FILE, "Criteria", "comparator field value group group_operator",
        "a selection of fields compares nothing, and is a field or a group",
    ),
)  # fmt: skip
