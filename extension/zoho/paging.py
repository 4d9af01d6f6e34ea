"""Reads lists and queries to their end, page by page. Raises what `Crm.ask` raises."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from extension.errors import ZohoError, ZohoRefused
from extension.planning.records import Record

from . import coql, outcomes, records
from .asks import MOST_TOGETHER
from .client import Crm
from .outcomes import RowRefused
from .protocol import Ask, Payload, more_follow
from .refusals import refusal
from .values import inner, text
from .write_asks import WriteAsks

MOST_IN_ONE = 25
"""Records that each part of a composite request answers with at most.
https://www.zoho.com/crm/developer/docs/api/v8/composite-api.html"""
MOST_PAGES = 50


def pages(crm: Crm, ask: Ask) -> Iterator[Payload]:
    """Every page of a list: by token where Zoho gives one, else by number."""
    where: dict[str, str] = {}
    for page in range(1, MOST_PAGES + 1):
        payload = crm.ask(replace(ask, params={**ask.params, **where}))
        yield payload
        if not more_follow(payload):
            return
        token = text(inner(payload or {}, "info"), "next_page_token")
        where = {"page_token": token} if token else {"page": str(page + 1)}
    raise _too_many()


def lists(crm: Crm, asks: Sequence[Ask]) -> list[list[Payload] | RowRefused]:
    """All pages of each list, or why there are none to see. One call for five of them; one that is
    too long for that, or fails in it, takes calls of its own."""
    found = list[list[Payload] | RowRefused]()
    for start in range(0, len(asks), MOST_TOGETHER):
        some = asks[start : start + MOST_TOGETHER]
        short = _short(crm, some)
        found += [[short[at]] if at in short else _whole(crm, ask) for at, ask in enumerate(some)]
    return found


def in_one_call(crm: Crm, asks: Sequence[Ask]) -> dict[int, Payload | ZohoError]:
    """By position, the answers to a few questions that are asked in one call; none where there is
    no such call."""
    if len(asks) < 2 or not crm.asks.offers("composite"):
        return {}
    try:
        answers = crm.composite({f"question{at}": one for at, one in enumerate(asks)})
    except ZohoRefused:
        # Such as where somebody consented before this was asked for. Each tells by itself.
        return {}
    return dict(enumerate(answers.values()))


def _short(crm: Crm, asks: Sequence[Ask]) -> dict[int, Payload]:
    """By position, the lists that fit into one call for all of them."""
    few = {"per_page": str(MOST_IN_ONE)}
    answers = in_one_call(crm, [replace(one, params={**one.params, **few}) for one in asks])
    return {
        at: page
        for at, page in answers.items()
        if not isinstance(page, ZohoError) and not more_follow(page)
    }


def _whole(crm: Crm, ask: Ask) -> list[Payload] | RowRefused:
    try:
        return list(pages(crm, ask))
    except ZohoRefused as error:
        return outcomes.alone(error)


def found(
    crm: Crm,
    module: str,
    columns: Sequence[str],
    condition: str,
    *,
    rows: int = coql.MOST_ROWS,
    most: int = MOST_PAGES,
) -> Iterator[Record]:
    """The records that fulfil a condition made with `coql`, converted leads among them. Raises
    ZohoRefused where there are more than so many pages."""
    asks = WriteAsks(crm.asks.version)
    for page in range(most):
        query = coql.select(columns, module, condition, page * rows, rows)
        payload = crm.ask(asks.query(query))
        yield from records.records(payload, module)
        if not more_follow(payload):
            return
    raise _too_many()


def _too_many() -> ZohoRefused:
    """A part of a list is never taken for the whole."""
    return refusal("PAGINATION_LIMIT_EXCEEDED", {})
