"""A workflow rule as it is set up: what Zoho takes and what it refuses.

https://www.zoho.com/crm/developer/docs/api/v8/workflow-rules.html
"""

from typing import Any

from ..answers import Json, Rejected
from ..schema import Module
from ..world import World
from . import criteria
from .given import Given, reference

KEYS = ("id", "name", "description", "module", "execute_when", "conditions", "status", "lock")
NAME, DESCRIPTION = 100, 1000
SPECIAL = set('<>~%#^{}[]|\\"`;')
"""Zoho says that there are signs which a name must not have, and not which."""
SIMPLE = ("create", "edit", "create_or_edit", "delete")
ON_FIELDS = "field_update"
ON_DATES = "date_or_datetime"
TRIGGERS = (*SIMPLE, ON_FIELDS, ON_DATES)
REPEATS = ("edit", "create_or_edit", ON_FIELDS)
"""Triggers that must say whether they act again on the same record."""
PERIODS = ("minutes", "hours", "days", "weeks", "months", "years", "b_hours", "b_days")
CYCLES = ("once", "monthly", "yearly")
ASSOCIATED = ("webhooks", "email_notifications", "tasks", "functions", "field_updates")
"""Actions that are set up by themselves, and named by their id."""
MOST_CONDITIONS, MOST_OF_A_KIND = 10, 5
NOT_FOR = ("Notes", "Attachments")


def read(world: World, given: Given, known: Json | None = None) -> Json:
    """The rule that the request describes, or a refusal; `known` is the one that it changes."""
    given.only(*KEYS)
    given.need("name", "module", "execute_when", "conditions")
    module = _module(world, given)
    when = given.inner("execute_when")
    assert when is not None  # noqa: S101 (demanded above)
    execute_when = _execute_when(world, module, when)
    return {
        "name": _name(given),
        "description": given.text("description", most=DESCRIPTION),
        "module": reference(module),
        "execute_when": execute_when,
        "conditions": _conditions(world, module, given, execute_when, known),
        "status": {"active": _active(given, new=known is None)},
    }


def _name(given: Given) -> str:
    name = given.text("name", most=10**6) or ""
    if not name.strip():
        raise given.missing("name")
    if len(name) > NAME:
        raise given.wrong("name", "value too long", maximum_length=NAME)
    if SPECIAL & set(name):
        raise given.wrong("name", "Special characters found")
    return name


def _module(world: World, given: Given) -> Module:
    module = given.module(world)
    if module.api_name in NOT_FOR or not module.api_supported or module.status != "visible":
        raise given.wrong("module", "the module name given seems to be invalid")
    return module


def _active(given: Given, *, new: bool) -> bool:
    status = given.inner("status")
    if status is None:
        return True
    status.only("active", "delete_schedule_action")
    active = status.flag("active")
    if active is False and new:
        raise status.wrong("active", "invalid data")
    return active is not False


def _execute_when(world: World, module: Module, given: Given) -> Json:
    given.only("type", "details")
    given.need("type")
    kind = str(given.one_of("type", TRIGGERS, "invalid data"))
    details = given.inner("details") or Given({}, given.at("details"))
    extra = {ON_FIELDS: ("criteria", "match_all"),
             ON_DATES: ("field", "period", "unit", "execute_at", "recur_cycle")}  # fmt: skip
    details.only("trigger_module", "repeat", *extra.get(kind, ()))
    made: Json = {"trigger_module": reference(_trigger_module(world, module, details))}
    repeat = details.flag("repeat")
    if repeat is None and kind in REPEATS:
        raise given.depends(
            "DEPENDENT_FIELD_MISSING", "details.repeat", "type", "Dependent Field missing"
        )
    if repeat is not None:
        made["repeat"] = repeat
    if kind == ON_FIELDS:
        made |= _on_fields(module, details)
    if kind == ON_DATES:
        made |= _on_dates(module, details)
    return {"type": kind, "details": made}


def _trigger_module(world: World, module: Module, details: Given) -> Module:
    if details.values.get("trigger_module") is None:
        return module
    found = details.module(world, "trigger_module")
    if found is not module:
        # Zoho has rules on leads that notes wake; the emulator has not.
        raise details.wrong("trigger_module", "invalid data")
    return found


def _on_fields(module: Module, details: Given) -> Json:
    inner = details.inner("criteria")
    if inner is None:
        raise details.missing("criteria")
    made: Json = {"criteria": criteria.read(module, inner, any_value=True)}
    match_all = details.flag("match_all")
    return made if match_all is None else {**made, "match_all": match_all}


def _on_dates(module: Module, details: Given) -> Json:
    details.need("field", "period", "unit")
    inner = details.inner("field") or details
    name = inner.text("api_name")
    one = module.field(name or "")
    if one is None or one.data_type not in ("date", "datetime"):
        raise inner.wrong("api_name", "invalid data")
    made: Json = {
        "field": {"api_name": one.api_name, "id": one.id},
        "period": details.one_of("period", PERIODS),
        "unit": details.number("unit"),
        "recur_cycle": details.one_of("recur_cycle", CYCLES) or "once",
    }
    at = details.text("execute_at", most=5)
    return {**made, "execute_at": at} if at else made


def _conditions(
    world: World, module: Module, given: Given, when: Json, known: Json | None
) -> list[Json]:
    if isinstance(given.values["conditions"], list):
        if not given.values["conditions"]:
            raise given.missing("conditions")
        if len(given.values["conditions"]) > MOST_CONDITIONS:
            raise criteria.limit(given, "conditions", MOST_CONDITIONS, "conditions limit exceeded")
    rows = given.rows("conditions", most=MOST_CONDITIONS)
    made = [_condition(world, module, row, when, known) for row in rows]
    for n, one in enumerate(made):
        for m, earlier in enumerate(made[:n]):
            if one["sequence_number"] == earlier["sequence_number"]:
                raise rows[n].wrong("sequence_number", "duplicate data")
            if one["criteria_details"] == earlier["criteria_details"]:
                raise _used_twice(rows[n], rows[m])
    return sorted(made, key=lambda one: int(one["sequence_number"]))


def _used_twice(given: Given, earlier: Given) -> Rejected:
    key = "criteria_details"
    details = {
        "api_name": key,
        "exists_in": {"api_name": key, "json_path": earlier.at(key)},
        "json_path": given.at(key),
    }
    return Rejected("ALREADY_USED", "duplicate criteria details.", details)


def _condition(world: World, module: Module, given: Given, when: Json, known: Json | None) -> Json:
    given.only("id", "sequence_number", "criteria_details", "instant_actions", "scheduled_actions")
    given.need("sequence_number")
    number = given.number("sequence_number")
    if number is None or number < 1:
        raise given.wrong("sequence_number")
    if given.values.get("scheduled_actions"):
        # Zoho has actions that are done later; the emulator has not.
        inner = given.rows("scheduled_actions", most=MOST_OF_A_KIND)[0]
        raise Rejected(
            "NOT_ALLOWED", "The unsupported action is given",
            {"api_name": "actions", "json_path": inner.at("actions")},
        )  # fmt: skip
    return {
        "sequence_number": number,
        "instant_actions": {"actions": _actions(world, module, given)},
        "scheduled_actions": None,
        "criteria_details": _criteria(module, given),
        "id": _condition_id(world, given, known),
    }


def _condition_id(world: World, given: Given, known: Json | None) -> str:
    wanted = given.text("id")
    if wanted is None:
        return world.new_id()
    if wanted not in {one["id"] for one in (known or {"conditions": []})["conditions"]}:
        raise given.wrong("id", "This given conditionid seems to be invalid")
    return wanted


def _criteria(module: Module, given: Given) -> Json:
    """Absent, or with null inside, it fits every record."""
    nothing = {"criteria": None, "module": None, "module_selection": None}
    made: Json = {"relational_criteria": nothing, "criteria": None}
    if "criteria_details" not in given.values:
        return made
    details = given.inner("criteria_details")
    if details is None:
        raise given.mistyped("criteria_details", "jsonobject")
    details.only("criteria", "relational_criteria")
    related = details.inner("relational_criteria")
    if related is not None and any(each is not None for each in related.values.values()):
        raise details.wrong("relational_criteria")
    inner = details.inner("criteria")
    return {**made, "criteria": criteria.read(module, inner)} if inner else made


def _actions(world: World, module: Module, given: Given) -> list[Json]:
    instant = given.inner("instant_actions")
    if instant is None:
        raise given.missing("instant_actions")
    instant.only("actions")
    rows = instant.rows("actions", most=50)
    if not rows:
        raise instant.missing("actions")
    if len(rows) > MOST_OF_A_KIND:
        raise criteria.limit(instant, "actions", MOST_OF_A_KIND, "actions limit exceeded")
    made = [_action(world, module, row) for row in rows]
    for n, one in enumerate(made):
        if one in made[:n]:
            place = {"api_name": "actions", "json_path": rows[n].path}
            raise Rejected("DUPLICATE_DATA", "Duplicate action not allowed", place)
    return made


def _action(world: World, module: Module, given: Given) -> Json:
    given.only("id", "type", "name", "details", "related_details")
    kind: Any = given.values.get("type")
    if not isinstance(kind, str):
        raise given.wrong("type", "invalid data")
    if kind not in ASSOCIATED:
        # Tags, owners, conversions and the like: Zoho does them, the emulator does not.
        place = {"api_name": "type", "json_path": given.at("type")}
        raise Rejected("NOT_ALLOWED", "The unsupported action is given", place)
    if given.values.get("id") is None:
        raise given.depends("DEPENDENT_FIELD_MISSING", "id", "type", "Dependent Field missing")
    # Of the things that rules can do, the org has webhooks alone.
    found = world.state.webhooks.get(str(given.values["id"])) if kind == "webhooks" else None
    if found is None or found["feature_type"] != "workflow":
        raise given.wrong("id", "the id given seems to be invalid")
    if found["module"]["id"] != module.id:
        raise given.torn("module", "type", message="action not supported for this module")
    return {"name": found["name"], "id": found["id"], "type": "webhooks"}
