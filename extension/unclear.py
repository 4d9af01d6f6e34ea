"""How patient we are with a step whose answer stays out: it is repeated ever later, and not for
ever."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session as Db

from .backoff import LONGEST_SECONDS, SOON
from .journal import Entry
from .parts import Parts
from .runs import Aside, Runs
from .store.conversions import Line

MOST = 11
"""So often a step is sent of which nobody knows what became of it: within about half an hour."""
ALONE = 3
"""After so many it travels alone: one row over which Zoho breaks down keeps no other."""


def pause(times: int) -> float:
    """Seconds until it is looked what became of what was unclear so many times in a row: each time
    twice as long. After the last time nothing is sent any more, so it is looked soon."""
    if times >= MOST:
        return SOON
    return min(SOON * 2.0 ** (times - 1), LONGEST_SECONDS)


def set_aside(parts: Parts, runs: Runs, entries: Sequence[Entry]) -> None:
    """Note that the answer to these stayed out, and let the others of the run go on."""
    for ident, most in _noted(parts, entries) if entries else ():
        row = runs.rows.pop(ident, None)
        if row is not None:
            runs.aside[ident] = Aside(row, pause(most), "unclear")


def take_up(runs: Runs) -> None:
    """The run goes on at the latest when the first of those that were set aside may be looked
    at."""
    pauses = [one.seconds for one in runs.aside.values()]
    runs.rows |= {ident: one.row for ident, one in runs.aside.items()}
    runs.wait = min([*pauses, *([] if runs.wait is None else [runs.wait])], default=None)


def _noted(parts: Parts, entries: Sequence[Entry]) -> list[tuple[int, int]]:
    """Conversion, and how often in a row its step was unclear."""
    these = Line.id.in_([one.id for one in entries])
    once_more = update(Line).where(these, Line.state == "sent").values(unclear=Line.unclear + 1)
    times = select(Line.conversion_id, func.max(Line.unclear)).where(these)
    with parts.sessions.begin() as db:
        db.execute(once_more)
        found = db.execute(times.group_by(Line.conversion_id)).all()
    return [(conversion, most) for conversion, most in found]


def forget(db: Db, conversion: int) -> None:
    """Be as patient as at first: somebody wants it tried again."""
    db.execute(update(Line).where(Line.conversion_id == conversion).values(unclear=0))
