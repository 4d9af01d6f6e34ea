"""How a search compares a field's value with what is asked for.

`equals` on texts behaves like "contains", and a handful of signs count as spaces, so a search
finds more than was meant: whoever asks must look again at what he gets.
https://www.zoho.com/crm/developer/docs/api/v8/search-records.html
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from ..answers import Rejected
from ..schema import Field
from ..world import World
from .asking import moment

Test = Callable[[Any], bool]

ORDERED = ("greater_than", "greater_equal", "less_than", "less_equal", "between")
FOR_TEXT = ("equals", "not_equal", "starts_with", "in")
FOR_CHOICE = ("equals", "not_equal", "in")
FOR_NUMBER = ("equals", "not_equal", *ORDERED, "in")
OPERATORS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("text", "email", "phone", "website"), FOR_TEXT),
    "textarea": ("equals", "not_equal", "starts_with"),
    "boolean": ("equals", "not_equal"),
    **dict.fromkeys(("picklist", "autonumber", "lookup", "ownerlookup", "userlookup"), FOR_CHOICE),
    "multiselectpicklist": FOR_TEXT,
    **dict.fromkeys(("integer", "bigint", "double", "currency", "percent"), FOR_NUMBER),
    **dict.fromkeys(("date", "datetime"), FOR_NUMBER),
}
NUMBERS = ("integer", "bigint", "double", "currency", "percent")
REFERENCES = ("lookup", "ownerlookup", "userlookup")
MANY = ("in", "between")
MOST_VALUES = 100
SPACED = re.compile(r"[{}\[\]^:\-/!?*_@\s]+")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda left, right: bool(left == right),
    "greater_than": lambda left, right: bool(left > right),
    "greater_equal": lambda left, right: bool(left >= right),
    "less_than": lambda left, right: bool(left < right),
    "less_equal": lambda left, right: bool(left <= right),
}


def test_of(world: World, one: Field, operator: str, given: list[str]) -> Test:
    """Whether a value of the field fits `operator` and what stands behind it."""
    kind = one.returns if one.data_type == "formula" else one.data_type
    allowed = OPERATORS.get(kind)
    if allowed is None:
        raise _refused(one, "the data type is not supported")
    if operator not in allowed:
        raise _refused(one, "invalid operator found", operator=operator)
    values = given if operator in MANY else [",".join(given)]
    if operator == "between" and len(values) != 2:
        raise _refused(one, "two values are expected", value=",".join(given))
    if len(values) > MOST_VALUES:
        details = {"api_name": one.api_name, "param_name": "criteria"}
        message = f'Only {MOST_VALUES} values are allowed in "IN" criteria'
        raise Rejected("INVALID_QUERY", message, details)
    if kind in FOR_TEXT_KINDS:
        return _text_test(operator, values)
    if kind == "multiselectpicklist":
        return _choices_test(operator, values)
    return _exact_test(world, one, kind, operator, values)


FOR_TEXT_KINDS = ("text", "textarea", "email", "phone", "website")


def plain(text: str) -> str:
    """As the search index holds a text: small letters, and signs are spaces."""
    return SPACED.sub(" ", text.casefold()).strip()


def _text_test(operator: str, values: list[str]) -> Test:
    wanted = [plain(each) for each in values]

    def test(found: Any) -> bool:
        text = plain(str(found)) if found is not None else ""
        match operator:
            case "equals":
                return bool(wanted[0]) and wanted[0] in text
            case "not_equal":
                return text != wanted[0]
            case "starts_with":
                return bool(wanted[0]) and text.startswith(wanted[0])
        return bool(text) and text in wanted

    return test


def _choices_test(operator: str, values: list[str]) -> Test:
    def test(found: Any) -> bool:
        chosen = found or []
        if operator == "starts_with":
            return any(choice.startswith(values[0]) for choice in chosen)
        return any(value in chosen for value in values) is (operator != "not_equal")

    return test


def _exact_test(world: World, one: Field, kind: str, operator: str, values: list[str]) -> Test:
    wanted = [_meant(one, kind, each) for each in values]

    def test(found: Any) -> bool:
        held = comparable(kind, found)
        if held is None:
            return operator == "not_equal"
        if operator in ("in", "not_equal"):
            return (held in wanted) is (operator == "in")
        if operator == "between":
            return bool(wanted[0] <= held <= wanted[1])
        return COMPARE[operator](held, wanted[0])

    return test


def comparable(kind: str, found: Any) -> Any:
    """A stored value in the form that can be compared."""
    if found is None or found == "":
        return None
    if kind in REFERENCES:
        return str(found["id"])
    if kind in NUMBERS:
        return float(found)
    if kind == "date":
        return date.fromisoformat(found)
    if kind == "datetime":
        return datetime.fromisoformat(found)
    return found


def meant(kind: str, text: str) -> Any:
    """What a written value means to a field of this kind; None if it means nothing there."""
    try:
        if kind in NUMBERS:
            return float(text)
        if kind == "date":
            return date.fromisoformat(text)
        if kind == "datetime":
            return moment(text)
    except ValueError:
        return None
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.casefold())
    if kind in REFERENCES:
        return text if text.isdigit() else None
    return text


def _meant(one: Field, kind: str, text: str) -> Any:
    found = meant(kind, text)
    if found is None:
        raise _refused(one, "invalid value found", value=text)
    return found


def _refused(one: Field, reason: str, **details: str) -> Rejected:
    return Rejected(
        "INVALID_QUERY",
        "Invalid query formed",
        {"reason": reason, "api_name": one.api_name, **details},
    )
