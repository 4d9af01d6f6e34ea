"""Asks which records point at others, of several modules in one call.

https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from extension.errors import ZohoError, ZohoRefused
from extension.planning.records import Record

from . import coql, outcomes, paging, records
from .asks import MOST_TOGETHER
from .client import Crm
from .outcomes import RowRefused
from .protocol import Payload, more_follow
from .threads import together
from .write_asks import WriteAsks
from .writer import Writer


@dataclass(frozen=True, slots=True)
class Asked:
    """Which records of a module hold one of these ids in this field?"""

    module: str
    field: str
    ids: tuple[str, ...]
    columns: tuple[str, ...] = ()
    """What else is to be known of them."""

    @property
    def condition(self) -> str:
        return coql.holds(self.field, self.ids)

    @property
    def named(self) -> tuple[str, ...]:
        return (self.field, *self.columns)


Heard = tuple[Record, ...] | RowRefused


def pointing(crm: Crm, asked: Sequence[Asked]) -> list[Heard]:
    """What points there, or why that is not to be seen. One call for five questions, those about
    more than 1,250 ids being several; one with more than 25 answers takes calls of its own."""
    parts = [(at, part) for at, one in enumerate(asked) for part in _parts(one)]
    groups = [parts[at : at + MOST_TOGETHER] for at in range(0, len(parts), MOST_TOGETHER)]
    calls = [partial(_some, crm, [part for _, part in group]) for group in groups]
    told = [one for some in together(*calls) for one in some] if calls else []
    found: list[Heard] = [()] * len(asked)
    for (at, _), heard in zip(parts, told, strict=True):
        found[at] = _joined(found[at], heard)
    return found


def _joined(one: Heard, other: Heard) -> Heard:
    if isinstance(one, RowRefused):
        return one
    return other if isinstance(other, RowRefused) else (*one, *other)


def target(record: Record, field: str) -> str:
    """The id that the field holds."""
    held = record.values.get(field)
    return str(held.get("id") if isinstance(held, Mapping) else held)


def _parts(asked: Asked) -> Iterable[Asked]:
    for start in range(0, len(asked.ids), coql.MOST_TOGETHER):
        some = asked.ids[start : start + coql.MOST_TOGETHER]
        yield Asked(asked.module, asked.field, some, asked.columns)


def _some(crm: Crm, asked: Sequence[Asked]) -> list[Heard]:
    short = _in_one_call(crm, asked)
    return [short[at] if at in short else _alone(crm, one) for at, one in enumerate(asked)]


def _in_one_call(crm: Crm, asked: Sequence[Asked]) -> dict[int, Heard]:
    """By position, what fits into one call for all of them."""
    asks = WriteAsks(crm.asks.version)
    pages = paging.in_one_call(
        crm,
        [
            asks.query(coql.select(one.named, one.module, one.condition, rows=paging.MOST_IN_ONE))
            for one in asked
        ],
    )
    heard = {at: _heard(page, asked[at].module) for at, page in pages.items()}
    return {at: one for at, one in heard.items() if one is not None}


def _heard(page: Payload | ZohoError, module: str) -> Heard | None:
    if isinstance(page, ZohoRefused):
        return outcomes.alone(page)
    if isinstance(page, ZohoError) or more_follow(page):
        return None
    return records.records(page, module)


def _alone(crm: Crm, asked: Asked) -> Heard:
    try:
        return Writer(crm).where(asked.module, asked.named, asked.condition)
    except ZohoRefused as error:
        return outcomes.alone(error)
