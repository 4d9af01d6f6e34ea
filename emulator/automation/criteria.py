"""The criteria of workflow rules: JSON that compares fields with values, alone or in groups.

Texts are compared without regard to case, which Zoho does not say; everything else exactly.
"""

from collections.abc import Callable
from typing import Any

from ..answers import Json, Rejected
from ..crm.comparing import comparable, meant
from ..crm.computed import value
from ..schema import Field, Module
from ..world import Record, World
from .given import Given

MOST, DEEPEST = 25, 5
EMPTY, NOT_EMPTY, ANY = "${EMPTY}", "${NOTEMPTY}", "${ANYVALUE}"
SAME = ("equal", "not_equal", "in", "not_in")
TEXTUAL = ("contains", "not_contains", "starts_with", "ends_with", "like", "not_like")
ORDERED = ("less_than", "less_equal", "greater_than", "greater_equal", "between", "not_between")
NUMBERS = ("integer", "bigint", "double", "currency", "percent", "date", "datetime")
TEXTS = ("text", "textarea", "email", "phone", "website", "autonumber", "picklist",
         "multiselectpicklist")  # fmt: skip
REFERENCES = ("lookup", "ownerlookup", "userlookup")
KINDS = (*TEXTS, *NUMBERS, *REFERENCES, "boolean")
LISTS = ("in", "not_in", "between", "not_between")


def read(module: Module, given: Given, *, any_value: bool = False, depth: int = 0) -> Json:
    """The criteria of a request in Zoho's own shape, or a refusal.

    `any_value` lets `${ANYVALUE}` pass, which only triggers on fields may say.
    """
    if "group" in given.values or "group_operator" in given.values:
        return _group(module, given, any_value, depth)
    given.only("field", "comparator", "value", "type")
    given.need("field", "comparator", "value")
    one = _field(module, given)
    kind = given.one_of("type", ("value",)) or "value"
    comparator = str(given.one_of("comparator", _comparators(one)))
    wanted = given.values["value"]
    if wanted == ANY and not any_value:
        raise given.wrong("value")
    if wanted not in (EMPTY, NOT_EMPTY, ANY):
        _check(given, one, comparator, wanted)
    elif comparator not in ("equal", "not_equal"):
        raise given.wrong("comparator")
    return {
        "comparator": comparator,
        "field": {"api_name": one.api_name, "id": one.id},
        "type": kind,
        "value": wanted,
    }


def _group(module: Module, given: Given, any_value: bool, depth: int) -> Json:
    given.only("group", "group_operator")
    given.need("group", "group_operator")
    operator = str(given.values["group_operator"]).upper()
    if operator not in ("AND", "OR"):
        raise given.wrong("group_operator", supported_values=["AND", "OR"])
    rows = given.rows("group", most=MOST)
    if len(rows) < 2 or depth >= DEEPEST:
        raise given.wrong("group")
    inner = [read(module, row, any_value=any_value, depth=depth + 1) for row in rows]
    return {"group_operator": operator, "group": inner}


def _field(module: Module, given: Given) -> Field:
    inner = given.inner("field")
    if inner is None:
        raise given.missing("field")
    name, number = inner.text("api_name"), inner.text("id")
    if name is None and number is None:
        raise inner.lacking("api_name", "id")
    found = [one for one in module.fields if name in (None, one.api_name)]
    if name is None:
        found = [one for one in found if one.id == number]
    if not found or found[0].data_type not in KINDS:
        raise inner.wrong("api_name" if name else "id")
    if number is not None and found[0].id != number:
        raise inner.torn("id", "api_name")
    return found[0]


def _comparators(one: Field) -> tuple[str, ...]:
    if one.data_type in TEXTS:
        return (*SAME, *TEXTUAL)
    return (*SAME, *ORDERED) if one.data_type in NUMBERS else SAME


def _check(given: Given, one: Field, comparator: str, wanted: Any) -> None:
    """Whether the value is one that such a field can have."""
    if comparator in LISTS:
        exact = 2 if "between" in comparator else None
        if not isinstance(wanted, list) or not wanted or exact not in (None, len(wanted)):
            raise given.mistyped("value", "jsonarray")
    values = wanted if isinstance(wanted, list) else [wanted]
    if any(_form(one, each) is None for each in values):
        raise given.wrong("value")


def _form(one: Field, given: Any) -> Any:
    """A written value in the form that can be compared."""
    if one.data_type in REFERENCES:
        found = given.get("id") if isinstance(given, dict) else given
        return found if isinstance(found, str) else None
    if one.data_type == "boolean":
        return given if isinstance(given, bool) else None
    if one.data_type in TEXTS:
        return given.casefold() if isinstance(given, str) else None
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    return meant(one.data_type, str(given))


def fits(
    world: World, module: Module, record: Record, criteria: Json | None,
    among: tuple[str, ...] | None = None,
) -> bool:  # fmt: skip
    """Whether the record is as the criteria say; of fields `among` these only, where given."""
    if criteria is None:
        return True
    if "group" in criteria:
        parts = (fits(world, module, record, one, among) for one in criteria["group"])
        return all(parts) if criteria["group_operator"] == "AND" else any(parts)
    one = module.field(criteria["field"]["api_name"])
    if one is None or (among is not None and one.api_name not in among):
        return False
    held = value(world, module, record, one)
    wanted, comparator = criteria["value"], criteria["comparator"]
    if wanted == ANY:
        return True
    if wanted in (EMPTY, NOT_EMPTY):
        empty = held in (None, "", [])
        return (empty is (wanted == EMPTY)) is (comparator == "equal")
    return _compare(one, comparator, held, wanted)


def _compare(one: Field, comparator: str, held: Any, wanted: Any) -> bool:
    values = [_form(one, each) for each in (wanted if isinstance(wanted, list) else [wanted])]
    plain = comparator.removeprefix("not_")
    if one.data_type == "multiselectpicklist":
        kept = [str(each).casefold() for each in held or []]
        found = any(_textual(plain, each, values) for each in kept)
    else:
        mine = comparable(one.data_type, held)
        mine = mine.casefold() if isinstance(mine, str) and one.data_type in TEXTS else mine
        if one.data_type == "boolean":
            mine = bool(held)
        found = mine is not None and _single(plain, mine, values)
    return found is not comparator.startswith("not_")


def _single(comparator: str, mine: Any, values: list[Any]) -> bool:
    order: dict[str, Callable[[], bool]] = {
        "less_than": lambda: mine < values[0],
        "less_equal": lambda: mine <= values[0],
        "greater_than": lambda: mine > values[0],
        "greater_equal": lambda: mine >= values[0],
        "between": lambda: values[0] <= mine <= values[1],
    }
    return order[comparator]() if comparator in order else _textual(comparator, mine, values)


def _textual(comparator: str, mine: Any, values: list[Any]) -> bool:
    match comparator:
        case "equal" | "in":
            return mine in values
        case "starts_with":
            return any(mine.startswith(each) for each in values)
        case "ends_with":
            return any(mine.endswith(each) for each in values)
    return any(each in mine for each in values)


def names(criteria: Json | None) -> set[str]:
    """The fields that the criteria speak of."""
    if criteria is None:
        return set()
    if "group" in criteria:
        return set().union(*(names(one) for one in criteria["group"]))
    return {criteria["field"]["api_name"]}


def limit(given: Given, key: str, most: int, message: str) -> Rejected:
    """Too many of something, as workflow rules say it."""
    details = {"api_name": key, "limit": most, "json_path": given.at(key)}
    return Rejected("LIMIT_EXCEEDED", message, details)
