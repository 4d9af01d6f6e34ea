"""Shares a record between conversions of a batch: one creates it, the others go on with it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import aliased

from . import journal
from .parts import Parts
from .planning import crowd
from .store.batches import BatchRow
from .store.conversions import Conversion, Line

NEVER = ("failed", "cancelled", "undoing", "undone")
STANDING = ("running", "waiting", "done", "failed")
NOT_THERE = {
    "code": "shared_not_made",
    "message": "The record that this lead shares with another one of the batch was not created. "
    "See to that one first, then try this one again.",
    "details": {},
}

Other = tuple[str, Mapping[str, str]]
"""The state of another conversion, and the ids of what it has made by its keys."""


def others(parts: Parts, ids: Iterable[int]) -> dict[int, Other]:
    """Those that create something for others."""
    with parts.sessions() as db:
        wanted = select(Conversion.id, Conversion.state).where(Conversion.id.in_(list(ids)))
        states = {one.id: one.state for one in db.execute(wanted).all()}
        lines = journal.lines(db, states, undoing=False)
    made: dict[int, dict[str, str]] = {}
    for one in lines:
        found = {key: ident for key, _, ident in journal.records_made([one])}
        made.setdefault(one.conversion, {}).update(found)
    return {ident: (state, made.get(ident, {})) for ident, state in states.items()}


def shared(parts: Parts, row: Conversion, known: Mapping[int, Other]) -> dict[str, str] | None:
    """Its word for a record -> that record's id; {} where it never will be there, None where it is
    not there yet."""
    awaits: Any = row.awaits
    state, made = known.get(int(awaits["conversion"] or 0), ("cancelled", {}))
    wanted: Mapping[str, str] = awaits["records"]
    if all(key in made for key in wanted.values()) and state not in ("undoing", "undone"):
        return {word: made[key] for word, key in wanted.items()}
    return {} if state in NEVER else None


def bind(parts: Parts, row: Conversion, ids: Mapping[str, str]) -> None:
    """Write the ids into what is still to be done: from then on it is like any other."""
    with parts.sessions.begin() as db:
        for line in db.scalars(select(Line).where(Line.conversion_id == row.id)):
            line.step = crowd.bound(line.step, ids)
        mine = Conversion.id == row.id
        db.execute(update(Conversion).where(mine).values(awaits=None))
    row.awaits = None


def company(parts: Parts, conversions: Sequence[int]) -> set[int]:
    """These conversions of a batch, and all that share a record with one of them."""
    first = func.coalesce(BatchRow.joined_to, BatchRow.place)
    mine = select(BatchRow.batch_id, first).where(BatchRow.conversion_id.in_(list(conversions)))
    with parts.sessions() as db:
        firsts = db.execute(mine).all()
        batches, places = {one[0] for one in firsts}, {one[1] for one in firsts}
        of = (BatchRow.batch_id.in_(batches), BatchRow.conversion_id.is_not(None))
        shares = or_(BatchRow.place.in_(places), BatchRow.joined_to.in_(places))
        return {*conversions, *db.scalars(select(BatchRow.conversion_id).where(*of, shares))}


def leaning(parts: Parts, conversions: Iterable[int]) -> dict[int, set[int]]:
    """Of these those with whose records others have gone on -> the others, as far as they have not
    been taken back."""
    found: dict[int, set[int]] = {}
    for one, other in _leaning(parts, conversions, STANDING):
        found.setdefault(one, set()).add(other)
    return found


def leant_on(parts: Parts, conversions: Iterable[int]) -> set[int]:
    """Of these those whose records others have yet to take their own part back from."""
    return {one for one, _ in _leaning(parts, conversions, ("undoing",))}


def _leaning(
    parts: Parts, conversions: Iterable[int], states: Sequence[str]
) -> list[tuple[int, int]]:
    """Each of these with one, in one of these states, that has joined it in its batch."""
    mine, theirs = aliased(BatchRow), aliased(BatchRow)
    same = (theirs.batch_id == mine.batch_id) & (theirs.joined_to == mine.place)
    wanted = (
        select(mine.conversion_id, theirs.conversion_id)
        .join(theirs, same)
        .join(Conversion, Conversion.id == theirs.conversion_id)
        .where(mine.conversion_id.in_(list(conversions)), Conversion.state.in_(states))
    )
    with parts.sessions() as db:
        return [(one or 0, other or 0) for one, other in db.execute(wanted).all()]
