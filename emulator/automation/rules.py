"""Workflow rules: set up, listed, changed, put in order, deleted.

https://www.zoho.com/crm/developer/docs/api/v8/workflow-rules.html
"""

import json
from typing import Any

from flask import Blueprint

from .. import answers
from ..answers import Json, Rejected
from ..call import Answer, endpoint
from ..caller import Call, current
from ..crm.asking import ids
from ..permissions import MANAGE_WORKFLOW
from . import rule_request
from .given import Given, entries, module_param, page_of, unknown_id, wrong_param

bp = Blueprint("workflow_rules", __name__)

PATH = "/settings/automation/workflow_rules"
KEY = "workflow_rules"
MOST_AT_ONCE = 10
DETAILS = ("conditions", "category", "deprecated")
SORTABLE = ("name", "created_time", "modified_time")
MOST_ACTIVE = {"free": 1, "standard": 10, "professional": 30}
"""Rules of a module that may be there at once, per edition; fifty in those not named. A guess."""
OTHERWISE = 50


def _scope(operation: str) -> list[str]:
    return [f"ZohoCRM.settings.workflow_rules.{operation}"]


def _enter() -> Call:
    call = current()
    if not call.may(MANAGE_WORKFLOW):
        raise Rejected(
            "NO_PERMISSION",
            "feature not available in this edition",
            {"permissions": [MANAGE_WORKFLOW]},
            status=403,
        )
    return call


@endpoint(bp, PATH, scopes=_scope("READ"))
def get_rules() -> Answer:
    """All rules, in the order in which they run unless asked otherwise."""
    call = _enter()
    module = module_param(call)
    rows = [
        rule
        for rule in call.world.state.rules.values()
        if module is None or rule["module"]["id"] == module.id
    ]
    rows = [rule for rule in rows if _asked_for(call, rule)]
    sort_by, order = call.param("sort_by"), call.param("sort_order", "asc")
    if order not in ("asc", "desc"):
        raise wrong_param("sort_order")
    if sort_by is not None:
        if sort_by not in SORTABLE:
            raise wrong_param("sort_by")
        rows.sort(key=lambda rule: str(rule[sort_by]))
    kept, info = page_of(call, rows[::-1] if order == "desc" else rows)
    if not kept:
        return None
    inner = call.param("include_inner_details") == "true"
    return {KEY: [_told(rule, inner=inner) for rule in kept], "info": info}


def _asked_for(call: Call, rule: Json) -> bool:
    """Whether a rule is what `filter` and `execute_when` of the request leave."""
    wanted = call.param("execute_when")
    if wanted is not None and rule["execute_when"]["type"] != wanted:
        return False
    text = call.param("filter") or call.param("filters")
    if text is None:
        return True
    try:
        condition: Any = json.loads(text)
        name, comparator = condition["field"]["api_name"], condition["comparator"]
        value = condition["value"]
    except (ValueError, KeyError, TypeError):
        raise wrong_param("filter") from None
    if name == "name" and comparator in ("equal", "contains") and isinstance(value, str):
        return value == rule["name"] if comparator == "equal" else value in rule["name"]
    if name == "status" and comparator == "equal":
        return bool(rule["status"]["active"] is (value in (True, "true", "active")))
    raise wrong_param("filter")


@endpoint(bp, f"{PATH}/<rule_id>", scopes=_scope("READ"))
def get_rule(rule_id: str) -> Answer:
    return {KEY: [_told(_found(_enter(), rule_id), inner=True)]}


@endpoint(bp, PATH, methods=["POST"], scopes=_scope("CREATE"))
def create_rule() -> Answer:
    """One new rule, which is active at once and the last of its module."""
    call = _enter()
    world = call.world
    [given] = entries(call, KEY, most=1)
    try:
        made = rule_request.read(world, given)
        _refuse_too_many(call, made)
    except Rejected as refusal:
        return answers.many(KEY, [refusal])
    now = world.timestamp()
    made |= {
        "id": world.new_id(), "source": "crm", "category": "default", "deprecated": False,
        "created_by": call.user.brief(), "created_time": now,
        "modified_by": call.user.brief(), "modified_time": now, "last_executed_time": None,
    }  # fmt: skip
    world.state.rules[made["id"]] = made
    return answers.many(
        KEY, [answers.success("workflow created", {"id": made["id"]})], created=True
    )


def _refuse_too_many(call: Call, made: Json) -> None:
    most = MOST_ACTIVE.get(call.world.edition, OTHERWISE)
    alike = [one for one in call.world.state.rules.values() if one["module"] == made["module"]]
    if len(alike) >= most:
        raise Rejected("LIMIT_EXCEEDED", "rules limit exceeded", {"limit": most})


@endpoint(bp, PATH, methods=["PUT"], scopes=_scope("UPDATE"))
def update_rules() -> Answer:
    """Several, each named by its `id`."""
    call = _enter()
    return _each(call, entries(call, KEY, most=MOST_AT_ONCE))


@endpoint(bp, f"{PATH}/<rule_id>", methods=["PUT"], scopes=_scope("UPDATE"))
def update_rule(rule_id: str) -> Answer:
    call = _enter()
    _found(call, rule_id)
    [given] = entries(call, KEY, most=1)
    if given.values.get("id", rule_id) != rule_id:
        return answers.many(KEY, [given.wrong("id", "the id given seems to be invalid")])
    return _each(call, [Given({**given.values, "id": rule_id}, given.path)])


def _each(call: Call, rows: list[Given]) -> Answer:
    made: list[Json | Rejected] = []
    for given in rows:
        try:
            made.append(_update(call, given))
        except Rejected as refusal:
            made.append(refusal)
    return answers.many(KEY, made)


def _update(call: Call, given: Given) -> Json:
    """What a request does not name stays as it is: keys, conditions, and actions of these.

    A condition or action with `_delete` (null) goes.
    """
    known = call.world.state.rules.get(str(given.values.get("id")))
    if known is None:
        raise given.wrong("id", "the id given seems to be invalid")
    before = {key: known[key] for key in rule_request.KEYS if key in known}
    conditions = _merged_conditions(known, given)
    whole = Given({**before, **given.values, "conditions": conditions}, given.path)
    changed = rule_request.read(call.world, whole, known)
    if changed["module"] != known["module"]:
        raise given.wrong("module", "the module cannot be changed")
    if (changed["execute_when"]["type"] == rule_request.ON_DATES) is not (
        known["execute_when"]["type"] == rule_request.ON_DATES
    ):
        raise given.wrong("execute_when", "the trigger type cannot be changed")
    known.update(changed)
    known.update(modified_by=call.user.brief(), modified_time=call.world.timestamp())
    return answers.success("workflow updated", {"id": known["id"]})


def _merged_conditions(known: Json, given: Given) -> list[Any]:
    rows: list[Any] = given.values.get("conditions") or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise given.mistyped("conditions", "jsonarray")
    old = {one["id"]: one for one in known["conditions"]}
    new = {row["id"]: row for row in rows if isinstance(row.get("id"), str)}
    kept = [
        _merged(one, new[one["id"]]) if one["id"] in new else one
        for one in old.values()
        if "_delete" not in new.get(one["id"], {})
    ]
    return [*kept, *(row for row in rows if row.get("id") not in old)]


def _merged(old: Json, new: Json) -> Json:
    """A condition as changed; actions that the request does not name are kept."""
    merged = {**old, **new}
    asked = (new.get("instant_actions") or {}).get("actions")
    if isinstance(asked, list) and all(isinstance(action, dict) for action in asked):
        named = {action.get("id") for action in asked}
        kept = [one for one in old["instant_actions"]["actions"] if one["id"] not in named]
        asked = [action for action in asked if "_delete" not in action]
        merged["instant_actions"] = {"actions": [*kept, *asked]}
    return merged


@endpoint(bp, f"{PATH}/actions/reorder", methods=["PUT"], scopes=_scope("UPDATE"))
def reorder_rules() -> Answer:
    """The order in which the rules of a module run; all of the request, or nothing."""
    call = _enter()
    module = module_param(call)
    if module is None:
        details = {"param_name": "module"}
        raise Rejected("REQUIRED_PARAM_MISSING", "required param not found", details)
    body = Given(call.json_object(), "$")
    inner = body.inner("reorder")
    if inner is None:
        raise body.missing("reorder")
    mine = [r for r in call.world.state.rules.values() if r["module"]["id"] == module.id]
    try:
        wanted = _places(inner.rows(KEY, most=len(mine)), mine)
    except Rejected as refusal:
        return answers.many("reorder", [refusal])
    others = [rule for rule in mine if rule["id"] not in wanted.values()]
    order = [wanted[n] if n in wanted else others.pop(0)["id"] for n in range(1, len(mine) + 1)]
    _arrange(call, order)
    return answers.many(
        "reorder",
        [
            answers.success("rules reordered successfully", {"id": wanted[n]})
            for n in sorted(wanted)
        ],
    )


def _places(rows: list[Given], mine: list[Json]) -> dict[int, str]:
    """Which rule is asked to which place, from 1."""
    wanted: dict[int, str] = {}
    for row in rows:
        for key in ("id", "module_specific_sequence"):
            if row.values.get(key) is None:
                raise row.missing(key, "The required data missing")
        rule_id, place = row.text("id"), row.number("module_specific_sequence")
        if rule_id is None or rule_id not in {rule["id"] for rule in mine}:
            raise row.wrong("id", "Invalid process id")
        if place is None or not 1 <= place <= len(mine):
            raise row.wrong("module_specific_sequence", "Invalid sequence number is given")
        if place in wanted:
            raise row.wrong("module_specific_sequence", "duplicate data")
        if rule_id in wanted.values():
            raise row.wrong("id", "duplicate data")
        wanted[place] = rule_id
    return wanted


def _arrange(call: Call, order: list[str]) -> None:
    rules = call.world.state.rules
    arranged = {rule_id: rules[rule_id] for rule_id in order}
    others = {rule_id: rule for rule_id, rule in rules.items() if rule_id not in arranged}
    call.world.state.rules = {**others, **arranged}


@endpoint(bp, PATH, methods=["DELETE"], scopes=_scope("DELETE"))
def delete_rules() -> Answer:
    """Up to ten, named in `ids`."""
    call = _enter()
    wanted = ids(call)
    if wanted is None:
        raise answers.required_param_missing("ids")
    if len(wanted) > MOST_AT_ONCE:
        details = {"maximum_length": MOST_AT_ONCE, "param_name": "ids"}
        raise Rejected("INVALID_DATA", "Ids maximum length exceeded", details)
    made: list[Json | Rejected] = []
    for rule_id in wanted:
        if call.world.state.rules.pop(rule_id, None) is None:
            message = "the id given seems to be invalid"
            made.append(Rejected("INVALID_DATA", message, {"id": rule_id}))
        else:
            message = "WorkFlow Rule deleted successfully"
            made.append(answers.success(message, {"id": rule_id}))
    return answers.many(KEY, made)


@endpoint(bp, f"{PATH}/<rule_id>", methods=["DELETE"], scopes=_scope("DELETE"))
def delete_rule(rule_id: str) -> Answer:
    call = _enter()
    _found(call, rule_id)
    del call.world.state.rules[rule_id]
    return answers.many(KEY, [answers.success("workflow deleted", {"id": rule_id})])


def _found(call: Call, rule_id: str) -> Json:
    found = call.world.state.rules.get(rule_id)
    if found is None:
        raise unknown_id()
    return found


def _told(rule: Json, *, inner: bool) -> Json:
    whole = {
        **rule,
        "editable": True,
        "deletable": True,
        "lock": {"locked_by": None, "message": None, "status": False},
    }
    return whole if inner else {k: each for k, each in whole.items() if k not in DETAILS}
