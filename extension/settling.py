"""Finds out what became of what was under way when conversions were stopped."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import cast

from . import ending, held_up, journal, overwritten, performing, tracing, waves
from .changed_since import read
from .errors import GrantRevoked, ScopeMissing, ZohoRefused
from .hung_since import Where
from .journal import Ended
from .our_writes import ON_ITS_WAY
from .parts import Parts
from .performing import Task
from .planning.steps import MoveActivity
from .runs import Runs, task_of
from .store.conversions import Conversion
from .tracing import Later, Unsure
from .zoho.outcomes import RowRefused
from .zoho.writer import Writer


def settle(parts: Parts, runs: Runs) -> float | None:
    """Find out what became of what was under way when they were stopped; nothing is sent again.
    What only a person can tell, or let us see, they are asked; then they stand as they did.
    Returns after how many seconds to look again for what Zoho has put off."""
    try:
        return _settle(parts, runs)
    except (GrantRevoked, ScopeMissing):
        for row in runs.stopped.values():
            # Whoever has cancelled it is not asked; who wants it taken back is told.
            if row.state != "cancelled":
                _ask(parts, runs, row, ending.sign_in(runs.caller.grant))
        raise


def _settle(parts: Parts, runs: Runs) -> float | None:
    forward = journal.by_conversion(parts, runs.stopped, undoing=False)
    tasks = [
        task_of(runs, runs.stopped[ident], one, waves.made(lines))
        for ident, lines in forward.items()
        for one in lines
        if one.state == "sent"
    ]
    there = tracing.standing(runs.eyes.writer, tasks)
    later: float | None = None
    found_out = dict(runs.stopped)
    for task in tasks:
        taken = waves.made_ids(forward[task.entry.conversion])
        row = runs.stopped[task.entry.conversion]
        match _looked_for(parts, runs, row, task, taken, there):
            case None:
                journal.unsent(parts, [task.entry])
            case Ended() as found:
                journal.ended(parts, [found])
            case Unsure() as unsure:
                _ask(parts, runs, row, tracing.question(unsure))
            case Later(seconds):
                later = seconds
                found_out.pop(task.entry.conversion)
    held_up.no_more(parts, list(found_out.values()))
    return later


def _looked_for(
    parts: Parts, runs: Runs, row: Conversion, task: Task, taken: Collection[str],
    there: Collection[Where],
) -> Ended | Unsure | Later | None:  # fmt: skip
    """The same as `looked_for`; what is not there may still be on its way."""
    found = looked_for(runs, task, taken, there)
    on_its_way = row.changed_at + ON_ITS_WAY - parts.clock()
    if found is None and on_its_way > timedelta(0):
        return Later(on_its_way.total_seconds())
    return found


def _ask(
    parts: Parts, runs: Runs, row: Conversion, question: Mapping[str, object]
) -> None:  # fmt: skip
    then = {"state": row.state, "problem": None if held_up.is_held_up(row) else row.problem}
    details = {**cast(Mapping[str, object], question["details"]), "then": then}
    ending.end(parts, runs, row, "waiting", question={**question, "details": details})


def looked_for(
    runs: Runs, task: Task, taken: Collection[str], there: Collection[Where]
) -> Ended | Unsure | Later | None:
    """As `tracing.trace`; where Zoho refuses to show what it would have been about, it is over."""
    try:
        found = tracing.trace(runs.eyes, task, taken, there)
        if found is None and _stands(runs.eyes.writer, task):
            return performing.done_already(task, "")
        return found
    except (GrantRevoked, ScopeMissing):
        raise
    except ZohoRefused as error:
        return performing.refused(task, RowRefused(error.zoho_code, error.message))


def _stands(writer: Writer, task: Task) -> bool:
    """Whether what may be sent twice was sent, by what stands there now: to send it again would
    tell, but it is not sent again, and what was not done is not taken back."""
    step = task.step
    if isinstance(step, MoveActivity):
        where = (step.module, step.activity)
        activity = read(writer, [where], ["What_Id"]).get(where)
        about = activity and activity.values.get("What_Id")
        on_lead = isinstance(about, Mapping) and str(about.get("id")) == task.lead
        return activity is not None and on_lead is task.entry.undoing
    [now] = overwritten.before(writer, [task])
    return bool(now) and now != task.entry.before
