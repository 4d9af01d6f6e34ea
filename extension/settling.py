"""Finds out what became of what was under way when conversions were stopped."""

from collections.abc import Collection, Mapping
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
    later: dict[int, float] = {}
    for task in tasks:
        ident = task.entry.conversion
        found = looked_for(runs, task, waves.made_ids(forward[ident]), there)
        seconds = _on_its_way(parts, runs.stopped[ident])
        if found is None and seconds > 0:
            found = Later(seconds)
        match found:
            case None:
                journal.unsent(parts, [task.entry])
            case Ended():
                journal.ended(parts, [found])
            case Unsure():
                _ask(parts, runs, runs.stopped[ident], tracing.question(found))
            case Later(seconds):
                later[ident] = seconds
    held_up.no_more(parts, [row for ident, row in runs.stopped.items() if ident not in later])
    return min(later.values(), default=None)


def _on_its_way(parts: Parts, row: Conversion) -> float:
    """Seconds for which what was sent before the stop may still be under way."""
    return (row.changed_at + ON_ITS_WAY - parts.clock()).total_seconds()


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
