"""Says of conversions that go on only later why that is; a batch says it for its own."""

from collections.abc import Collection

from sqlalchemy import update

from .backoff import BUSY_SECONDS
from .parts import Parts
from .runs import Aside, Runs
from .spending import PAUSED, used_up
from .store.conversions import Conversion
from .zoho.client import SPENT

Problem = dict[str, object]
WORTH_SAYING = 10.0
"""Whoever waits a shorter time than these seconds needs no reason."""
BUSY: Problem = {
    "code": "zoho_busy",
    "message": "Zoho is busy. It is tried again, ever later, and goes on by itself.",
    "details": {},
}
PUT_OFF: Problem = {
    "code": "put_off",
    "message": "Zoho has taken this on and does it later. It goes on by itself.",
    "details": {},
}
NO_ANSWER: Problem = {
    "code": "no_answer",
    "message": "Zoho has not said whether it has done a step. We find out what became of it, and "
    "it goes on by itself.",
    "details": {},
}
CODES = {PAUSED, *(str(one["code"]) for one in (BUSY, PUT_OFF, NO_ANSWER))}
WHY = {"later": PUT_OFF, "unclear": NO_ANSWER}


def say(parts: Parts, runs: Runs, wait: float | None) -> Problem | None:
    """Say why those of the run that are not over have to wait so many seconds, where that is long
    enough; and no more of those that have not to. Returns what is to be said of their batch."""
    of_all = _of_all(runs.eyes.crm.credits_left, wait)
    for row in runs.rows.values():
        aside = runs.aside.get(row.id)
        said = of_all if aside is None else _of_one(aside)
        if row.batch_id is None and row.problem != said:
            _note(parts, [row], said)
    together = (row for row in runs.rows.values() if row.id not in runs.aside)
    return of_all if any(row.batch_id is not None for row in together) else None


def no_more(parts: Parts, rows: Collection[Conversion]) -> None:
    """Say of none of these any more that it waits."""
    _note(parts, [one for one in rows if is_held_up(one)], None)


def is_held_up(row: Conversion) -> bool:
    """Whether it is said why it waits."""
    return (row.problem or {}).get("code") in CODES


def _of_all(left: int | None, wait: float | None) -> Problem | None:
    if wait is None or wait < BUSY_SECONDS:
        return None
    return used_up(left) if left is not None and left < SPENT else BUSY


def _of_one(aside: Aside) -> Problem | None:
    return WHY[aside.why] if aside.seconds >= WORTH_SAYING else None


def _note(parts: Parts, rows: Collection[Conversion], problem: Problem | None) -> None:
    if not rows:
        return
    # Not of one that somebody has stopped meanwhile.
    states = {one.state for one in rows}
    mine = (Conversion.id.in_([one.id for one in rows]), Conversion.state.in_(states))
    with parts.sessions.begin() as db:
        values = {"problem": problem, "changed_at": parts.clock()}
        db.execute(update(Conversion).where(*mine).values(**values))
    for one in rows:
        one.problem = problem
