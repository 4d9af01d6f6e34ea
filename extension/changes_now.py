"""Sees, before an undo goes on, whether what it is about to take back was changed meanwhile."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session as Db

from . import catalogues, ending, left_alone, sharing, ways_back
from .changed_since import changed_since
from .errors import GrantRevoked, ScopeMissing, ZohoRefused
from .journal import Entry
from .left_alone import Left
from .parts import Parts
from .planning import step_json
from .planning.steps import without
from .runs import Runs
from .store.conversions import Conversion, Line

LOOK_AFTER = timedelta(minutes=1)
Pair = tuple[Entry, Entry]


def long_ago(row: Conversion) -> datetime:
    """Looked at then, it is looked at before anything more of it is taken back."""
    return row.created_at - LOOK_AFTER


def look(parts: Parts, runs: Runs) -> None:
    """Leave alone, and name, what somebody has changed since it was looked last, unless the person
    has insisted: an undo may have to wait for hours. One look for all of them, at the start, after
    each pause and every minute."""
    now = parts.clock()
    rows = [one for one in runs.rows.values() if one.state == "undoing" and one.looked_at]
    if not any(one.looked_at and now - one.looked_at >= LOOK_AFTER for one in rows):
        return
    try:
        pairs, changed = _changed(parts, runs, [one.id for one in rows])
    except (GrantRevoked, ScopeMissing):
        raise
    except ZohoRefused as error:
        # Nothing is taken back unseen.
        for row in rows:
            ending.end(parts, runs, row, "failed", problem=ending.unseen(error))
        return
    with parts.sessions.begin() as db:
        for row in rows:
            mine = [pair for pair in pairs if pair[0].conversion == row.id]
            left = _left(db, mine, changed)
            row.left_alone, row.looked_at = left_alone.kept(left, row.left_alone), now
            values = {"left_alone": row.left_alone, "looked_at": now}
            of = (Conversion.id == row.id, Conversion.state == "undoing")
            db.execute(update(Conversion).where(*of).values(**values))


def _changed(
    parts: Parts, runs: Runs, conversions: Sequence[int]
) -> tuple[list[Pair], Mapping[int, Left]]:
    """The steps back that are still to come, each with its line, and which lines are to be left
    alone."""
    known = ways_back.known(parts, conversions, sharing.company(parts, conversions))
    pairs = [one for one in ways_back.to_come(known) if one[0].conversion in {*conversions}]
    if not pairs:
        return [], {}
    at_hand = catalogues.known(parts, runs.caller)
    due, ours = [line for line, _ in pairs], ways_back.ours(parts, known)
    return pairs, changed_since(runs.eyes.crm, at_hand.catalogue, due, ours)


def _left(db: Db, pairs: Iterable[Pair], changed: Mapping[int, Left]) -> list[Left]:
    """What is left alone from now on: what was to be done about it is done no more."""
    found = list[Left]()
    for line, step in pairs:
        left = changed.get(line.id)
        if left is not None and _forgotten(db, step, left):
            found.append(left)
    return found


def _forgotten(db: Db, step: Entry, left: Left) -> bool:
    """Take the step, or these fields of it, out of the journal; whether nobody has sent it
    meanwhile."""
    unsent = (Line.id == step.id, Line.state == step.state, Line.tries == step.tries)
    rest = without(step.step, left.fields) if left.fields else None
    stroke = (
        delete(Line).where(*unsent)
        if rest is None
        else update(Line).where(*unsent).values(step=step_json.as_json(rest))
    )
    done: CursorResult[tuple[()]] = db.execute(stroke)  # type: ignore[assignment]
    return done.rowcount == 1
