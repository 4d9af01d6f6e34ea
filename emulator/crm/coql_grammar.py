"""The part of COQL that the emulator reads, as a grammar and as values.

    select <columns> from <module> where <condition>
        [order by <column> [asc|desc], …] [limit [<offset>,] <count>] [offset <offset>]

More than two criteria must be grouped in pairs by parentheses, as Zoho demands:
https://www.zoho.com/crm/developer/docs/api/v8/COQL-Limitations.html. Functions, aliases,
grouping and subqueries are not read.
"""

from dataclasses import dataclass
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError

MOST_PARENTHESES = 60

GRAMMAR = r"""
start: "select"i columns "from"i NAME "where"i condition [order] [limit] [offset]
columns: column ("," column)*
column: NAME ("." NAME)* | TEXT
?condition: criterion
          | criterion "and"i criterion -> both
          | criterion "or"i criterion -> either
?criterion: "(" condition ")" | comparison
?comparison: column COMPARE value -> compare
           | column "like"i value -> like
           | column "not"i "like"i value -> not_like
           | column "in"i "(" value ("," value)* ")" -> within
           | column "not"i "in"i "(" value ("," value)* ")" -> not_within
           | column "between"i value "and"i value -> between
           | column "is"i "null"i -> is_null
           | column "is"i "not"i "null"i -> is_not_null
order: "order"i "by"i sorting ("," sorting)*
sorting: column [DIRECTION]
limit: "limit"i INT ["," INT]
offset: "offset"i INT
?value: TEXT -> text | NUMBER -> number | INT -> number | BOOLEAN -> boolean

COMPARE: ">=" | "<=" | "!=" | "=" | ">" | "<"
DIRECTION.2: /(asc|desc)\b/i
BOOLEAN.3: /(true|false)\b/i
NUMBER: /-?\d{1,19}\.\d{1,19}|-\d{1,19}/
INT: /\d{1,19}(?!\d)/
NAME: /!?[A-Za-z$_]\w*/
TEXT: /'(?:[^']|'')*'|"(?:[^"]|"")*"/
%ignore /\s+/
"""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One comparison. Values are texts, numbers or booleans, as they were written."""

    column: str
    operator: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """Two conditions with `and` or `or` between them."""

    operator: str
    parts: tuple["Condition", "Condition"]


Condition = Criterion | Joined


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was read; `limit` and `offset` are None where it names none."""

    columns: tuple[str, ...]
    module: str
    condition: Condition
    order: tuple[tuple[str, str], ...] = ()
    limit: int | None = None
    offset: int | None = None


def _unquoted(token: Token) -> str:
    quote = token[0]
    return str(token[1:-1]).replace(quote * 2, quote)


@v_args(inline=True)
class _Reader(Transformer[Token, Query]):
    """From the parse tree to a Query."""

    def start(
        self, columns: Any, module: Token, condition: Condition, order: Any, limit: Any,
        offset: Any,
    ) -> Query:  # fmt: skip
        first, count = limit or (None, None)
        return Query(
            columns=columns,
            module=str(module),
            condition=condition,
            order=order or (),
            limit=count,
            offset=offset if offset is not None else first,
        )

    def columns(self, *names: str) -> tuple[str, ...]:
        return names

    def column(self, *names: Token) -> str:
        parts = [_unquoted(n) if n.type == "TEXT" else str(n).lstrip("!") for n in names]
        return ".".join(parts)

    def compare(self, column: str, sign: Token, value: Any) -> Criterion:
        return Criterion(column, str(sign), (value,))

    def like(self, column: str, value: Any) -> Criterion:
        return Criterion(column, "like", (value,))

    def not_like(self, column: str, value: Any) -> Criterion:
        return Criterion(column, "not like", (value,))

    def within(self, column: str, *values: Any) -> Criterion:
        return Criterion(column, "in", values)

    def not_within(self, column: str, *values: Any) -> Criterion:
        return Criterion(column, "not in", values)

    def between(self, column: str, low: Any, high: Any) -> Criterion:
        return Criterion(column, "between", (low, high))

    def is_null(self, column: str) -> Criterion:
        return Criterion(column, "is null")

    def is_not_null(self, column: str) -> Criterion:
        return Criterion(column, "is not null")

    def both(self, left: Condition, right: Condition) -> Joined:
        return Joined("and", (left, right))

    def either(self, left: Condition, right: Condition) -> Joined:
        return Joined("or", (left, right))

    def order(self, *sortings: tuple[str, str]) -> tuple[tuple[str, str], ...]:
        return sortings

    def sorting(self, column: str, direction: Token | None) -> tuple[str, str]:
        return column, str(direction or "asc").lower()

    def limit(self, first: Token, second: Token | None) -> tuple[int | None, int]:
        return (int(first), int(second)) if second is not None else (None, int(first))

    def offset(self, number: Token) -> int:
        return int(number)

    def text(self, token: Token) -> str:
        return _unquoted(token)

    def number(self, token: Token) -> float | int:
        return float(token) if "." in token else int(token)

    def boolean(self, token: Token) -> bool:
        return token.lower() == "true"


parser = Lark(GRAMMAR, parser="lalr", maybe_placeholders=True)


class TooDeep(LarkError):
    """More parentheses than a query of at most 25 criteria can need."""


def read(text: str) -> Query:
    """Parse a query; raises lark's UnexpectedInput, or TooDeep, where it is none."""
    if text.count("(") > MOST_PARENTHESES:
        raise TooDeep
    return _Reader().transform(parser.parse(text))


def criteria_of(condition: Condition) -> list[Criterion]:
    """The comparisons of a condition, from left to right."""
    if isinstance(condition, Criterion):
        return [condition]
    return [one for part in condition.parts for one in criteria_of(part)]
