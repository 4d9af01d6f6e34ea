"""Formula fields: reads an expression such as `${Deals.Amount} * 2` and works it out.

The part of Zoho's formula language that an org of ours uses: numbers, texts, fields, the
operators, and the functions in `FUNCTIONS`.
https://help.zoho.com/portal/en/kb/crm/customize-crm-account/customizing-fields/articles/working-with-formula-fields
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Tree

GRAMMAR = r"""
?start: either
?either: both | either "||" both -> either
?both: equal | both "&&" equal -> both
?equal: sum | sum COMPARE sum -> compare
?sum: product | sum ADD product -> calculate
?product: unary | product MULTIPLY unary -> calculate
?unary: atom | "-" unary -> negative | "!" unary -> opposite
?atom: NUMBER -> number
     | TEXT -> text
     | FIELD -> field
     | NAME "(" [either ("," either)*] ")" -> function
     | "(" either ")"

COMPARE: "==" | "!=" | "<=" | ">=" | "<" | ">"
ADD: "+" | "-"
MULTIPLY: "*" | "/" | "%"
NUMBER: /\d+(\.\d+)?/
TEXT: /'[^']*'/
FIELD: /\$\{[^}]+\}/
NAME: /[A-Za-z]+/
%ignore /\s+/
"""

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "if": lambda condition, yes, no: yes if condition else no,
    "and": lambda *parts: all(parts),
    "or": lambda *parts: any(parts),
    "not": lambda part: not part,
    "concat": lambda *parts: "".join(_written(part) for part in parts),
    "len": lambda text: len(_written(text)),
    "lower": lambda text: _written(text).lower(),
    "upper": lambda text: _written(text).upper(),
    "trim": lambda text: _written(text).strip(),
    "abs": abs,
    "ceil": math.ceil,
    "floor": math.floor,
    "max": max,
    "min": min,
    "isempty": lambda value: value in (None, ""),
}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
CALCULATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": lambda a, b: a % b,
}
TAKES_EMPTY = {"isempty", "concat", "if", "len"}

_parser = Lark(GRAMMAR, parser="lalr")


def work_out(expression: str, read: Callable[[str], Any]) -> Any:
    """The value of the expression; `read` gives a field's value by its API name.

    None where an operand is empty, a division is by zero or the types do not fit: Zoho
    leaves such a field blank.
    """
    try:
        return _value(_parsed(expression), read)
    except (ArithmeticError, TypeError, _Empty):
        return None


class _Empty(Exception):
    """An operand has no value."""


@lru_cache(maxsize=256)
def _parsed(expression: str) -> Tree[Token]:
    return _parser.parse(expression)


def _value(node: Tree[Token] | Token, read: Callable[[str], Any]) -> Any:
    if isinstance(node, Token):
        raise TypeError(node)
    match node.data, node.children:
        case "number", [found]:
            return float(str(found)) if "." in str(found) else int(str(found))
        case "text", [found]:
            return str(found)[1:-1]
        case "field", [found]:
            return read(str(found)[2:-1].rpartition(".")[2])
        case "negative", [part]:
            return -_needed(part, read)
        case "opposite", [part]:
            return not _value(part, read)
        case "either", [left, right]:
            return bool(_value(left, read) or _value(right, read))
        case "both", [left, right]:
            return bool(_value(left, read) and _value(right, read))
        case "compare", [left, sign, right]:
            return COMPARISONS[str(sign)](_needed(left, read), _needed(right, read))
        case "calculate", [left, sign, right]:
            return CALCULATIONS[str(sign)](_needed(left, read), _needed(right, read))
    return _call(node.children, read)


def _call(children: list[Any], read: Callable[[str], Any]) -> Any:
    name, *given = [child for child in children if child is not None]
    function = FUNCTIONS.get(str(name).lower())
    if function is None:
        raise TypeError(f"no such function: {name}")
    take = _value if str(name).lower() in TAKES_EMPTY else _needed
    return function(*(take(one, read) for one in given))


def _needed(node: Any, read: Callable[[str], Any]) -> Any:
    found = _value(node, read)
    if found is None:
        raise _Empty
    return found


def _written(value: Any) -> str:
    return "" if value is None else str(value)
