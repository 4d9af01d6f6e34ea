"""Running a query: finding its columns, testing its condition, ordering its rows.

https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..answers import Rejected
from ..caller import Call
from ..schema import Field, Module
from ..world import Record
from .comparing import NUMBERS, REFERENCES, comparable, meant
from .computed import target_of, value
from .coql_grammar import Condition, Criterion, Joined
from .reading import readable

MOST_JOINS = 2
NULLS = ("is null", "is not null")
EQUAL = ("=", "!=")
ORDERED = (">", "<", ">=", "<=", "between")
MANY = ("in", "not in")
PATTERNS = ("like", "not like")
MOST_VALUES = 50
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: bool(left == right),
    ">": lambda left, right: bool(left > right),
    "<": lambda left, right: bool(left < right),
    ">=": lambda left, right: bool(left >= right),
    "<=": lambda left, right: bool(left <= right),
}
TEXTS = ("text", "email", "phone", "website", "autonumber", "picklist")
OPERATORS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(TEXTS, (*EQUAL, *PATTERNS, *MANY, *NULLS)),
    "multiselectpicklist": (*EQUAL, *MANY, *PATTERNS, *NULLS),
    **dict.fromkeys((*NUMBERS, "date", "datetime"), (*EQUAL, *ORDERED, *MANY, *NULLS)),
    **dict.fromkeys((*REFERENCES, "layout"), (*EQUAL, *MANY, *NULLS)),
    "id": (*EQUAL, *ORDERED, *MANY, *NULLS),
    "boolean": ("=",),
}
"""Which operators a column takes, by its data type; columns of other types are not criteria."""

Test = Callable[[Record], bool]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a query: a field, perhaps reached through lookups; `field` None is the id."""

    call: Call
    name: str
    module: Module
    path: tuple[Field, ...]
    field: Field | None

    @property
    def kind(self) -> str:
        if self.field is None:
            return "id"
        return self.field.returns if self.field.data_type == "formula" else self.field.data_type

    def of(self, record: Record) -> Any:
        """The column's value for a record; None where a lookup on the way is empty."""
        world, module = self.call.world, self.module
        row: Record | None = record
        for step in self.path:
            target = world.module(target_of(row, step)) if row is not None else None
            reference = value(world, module, row, step) if row is not None else None
            if target is None or reference is None:
                return None
            module, row = target, world.find(target.api_name, reference["id"])
        if row is None:
            return None
        return row["id"] if self.field is None else value(world, module, row, self.field)

    def sortable(self, record: Record) -> tuple[bool, Any]:
        """What to order by; empty values come first."""
        held = self.comparable(record)
        return (held is not None, 0 if held is None else held)

    def comparable(self, record: Record) -> Any:
        held = self.of(record)
        if held is None or held == "":
            return None
        if self.kind == "id":
            return int(held)
        if self.kind in (*TEXTS, "textarea"):
            return str(held).casefold()
        if self.kind == "layout":
            return str(held["id"])
        return comparable(self.kind, held)


def column(call: Call, module: Module, name: str, clause: str = "select") -> Column:
    """The column of this name; INVALID_QUERY if the caller knows none."""
    *steps, last = name.split(".")
    path: list[Field] = []
    at = module
    for step in steps:
        one = _field(call, at, step)
        target = call.world.module(one.lookup) if one and one.data_type == "lookup" else None
        if one is None or target is None or len(path) == MOST_JOINS:
            raise _unknown(name, clause)
        path.append(one)
        at = target
    if last == "id":
        return Column(call, name, module, tuple(path), None)
    found = _field(call, at, last)
    if found is None:
        raise _unknown(name, clause)
    return Column(call, name, module, tuple(path), found)


def _field(call: Call, module: Module, name: str) -> Field | None:
    return next((one for one in readable(call, module) if one.api_name == name), None)


def _unknown(name: str, clause: str) -> Rejected:
    details = {"column_name": name, "clause": clause}
    return Rejected("INVALID_QUERY", "column given seems to be invalid", details)


def condition(call: Call, module: Module, asked: Condition) -> Test:
    """Whether a record fulfils the condition."""
    if isinstance(asked, Joined):
        left, right = (condition(call, module, part) for part in asked.parts)
        if asked.operator == "and":
            return lambda record: left(record) and right(record)
        return lambda record: left(record) or right(record)
    return _criterion(column(call, module, asked.column, "where"), asked)


def _criterion(found: Column, asked: Criterion) -> Test:
    allowed = OPERATORS.get(found.kind)
    if allowed is None:
        details = {
            "cv_criteria": False,
            "column_name": found.name,
            "value": str(asked.values[0]) if asked.values else "",
            "operator": asked.operator,
        }
        raise Rejected("INVALID_QUERY", "unsupported column in criteria", details)
    if asked.operator not in allowed:
        details = {
            "reason": "invalid operator found",
            "column_name": found.name,
            "operator": asked.operator,
        }
        raise Rejected("INVALID_QUERY", "Invalid query formed", details)
    if asked.operator in NULLS:
        return lambda record: (found.comparable(record) is None) is (asked.operator == "is null")
    if asked.operator in PATTERNS:
        return _like(found, asked)
    return _compare(found, asked)


def _like(found: Column, asked: Criterion) -> Test:
    """`%` stands for anything; capitals do not matter."""
    if not isinstance(asked.values[0], str):
        raise _no_value(found, asked.values[0])
    parts = (re.escape(part) for part in asked.values[0].split("%"))
    pattern = re.compile(".*".join(parts), re.IGNORECASE | re.DOTALL)

    def test(record: Record) -> bool:
        held = found.of(record)
        texts = held if isinstance(held, list) else [held]
        fits = any(pattern.fullmatch(str(text)) for text in texts if text is not None)
        return fits is (asked.operator == "like")

    return test


def _compare(found: Column, asked: Criterion) -> Test:
    if len(asked.values) > MOST_VALUES:
        raise Rejected("LIMIT_EXCEEDED", "limit exceeded", {"limit": MOST_VALUES})
    wanted = [_meant(found, given) for given in asked.values]

    def test(record: Record) -> bool:
        held = found.comparable(record)
        if found.kind == "multiselectpicklist":
            chosen = held or []
            return any(one in chosen for one in wanted) is (asked.operator in ("=", "in"))
        if asked.operator in ("!=", "not in"):
            return held not in wanted
        if held is None:
            return False
        if asked.operator == "in":
            return held in wanted
        if asked.operator == "between":
            return bool(wanted[0] <= held <= wanted[1])
        return COMPARE[asked.operator](held, wanted[0])

    return test


def _meant(found: Column, given: Any) -> Any:
    """A written value in the form that its column is compared in."""
    kind = found.kind
    if isinstance(given, bool):
        result: Any = given if kind == "boolean" else None
    elif kind == "boolean":
        result = None
    elif kind == "id":
        result = int(given) if str(given).isascii() and str(given).isdigit() else None
    elif kind in TEXTS:
        result = str(given).casefold()
    elif kind == "layout":
        result = str(given)
    else:
        result = meant(kind, str(given))
    if result is None:
        raise _no_value(found, given)
    return result


def _no_value(found: Column, given: Any) -> Rejected:
    details = {
        "column_name": found.name,
        "expected_data_type": found.kind,
        "reason": f"{given} does not fit",
    }
    return Rejected("INVALID_QUERY", "value given seems to be invalid for the column", details)
