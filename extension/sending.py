"""Sends what travels together, noted before and after; what was sent before is looked for first."""

from collections.abc import Collection, Iterator
from dataclasses import replace

import structlog

from . import (
    doubts,
    ending,
    gone_since,
    held_up,
    journal,
    overwritten,
    performing,
    settling,
    tracing,
    unclear,
)
from .backoff import BUSY_SECONDS, SOON
from .errors import GrantRevoked, ScopeMissing, ZohoBusy, ZohoRefused, ZohoUnclear
from .hung_since import Where
from .journal import Ended
from .parts import Parts
from .performing import Pending, Task
from .runs import Aside, Runs
from .tracing import Later, Unsure
from .zoho.outcomes import RowRefused

log = structlog.get_logger(__name__)


def send(parts: Parts, runs: Runs, wave: list[Task]) -> None:
    """One group: trace what was sent before, note, send, note. Raises Overtaken, and ZohoError
    where the call as a whole came to nothing."""
    ready = []
    there = tracing.standing(
        runs.eyes.writer, [one for one in wave if one.entry.state == "sent"]
    )  # fmt: skip
    for task in wave:
        if task.entry.state == "sent":
            if not _traced(parts, runs, task, there):
                continue
        elif performing.missing(task):
            _note(parts, runs, [_not_made(task)])
            continue
        ready.append(task)
    if not ready:
        return
    held = overwritten.now_and_then(runs.eyes.writer, ready, runs.eyes.user_id)
    both = list(zip(ready, held, strict=True))
    before = [(one.entry, then) for one, (_, then) in both]
    noted = {one.id: one for one in journal.sent(parts, before, runs.eyes.crm.clock.now())}
    now = [replace(one, entry=noted[one.entry.id], there=there)
           for one, (there, _) in both if one.entry.id in noted]  # fmt: skip
    if not now:
        return
    for told in _in_turn(parts, runs, now):
        for some in gone_since.in_turn(parts, runs, now, told):
            _note(parts, runs, some)


def _in_turn(parts: Parts, runs: Runs, tasks: list[Task]) -> Iterator[list[Ended]]:
    """What came of the wave: first what is sure, since to look for the rest may come to nothing."""
    told = _told(parts, runs, tasks)
    sure = [one for one in told if not (one.state == "refused" and one.entry.again)]
    yield sure
    if len(sure) < len(told):
        of = {one.entry.id: one for one in tasks}
        yield _sent_twice(parts, runs, [(of[one.entry.id], one) for one in told if one not in sure])


def _sent_twice(parts: Parts, runs: Runs, refused: list[tuple[Task, Ended]]) -> list[Ended]:
    """What was sent before may have been done then, even after it was looked for: that may be why
    Zoho refuses it now."""
    there = tracing.standing(runs.eyes.writer, [task for task, _ in refused])
    found = list[Ended]()
    for task, said in refused:
        taken = runs.taken[task.entry.conversion]
        trace = settling.looked_for(runs, task, taken, there)
        match trace:
            case None:
                found.append(said)
            case Ended():
                found.append(trace)
            case _:
                _not_ended(parts, runs, task, trace)
    return found


def _told(parts: Parts, runs: Runs, tasks: list[Task]) -> list[Ended]:
    """What came of the wave, as Zoho tells it; what nothing came of, or nobody knows what, is left
    for later. Raises ZohoError where that is so of all of it."""
    try:
        found = performing.perform(runs.eyes.writer, tasks)
    except ZohoUnclear:
        raise
    except (ZohoBusy, GrantRevoked, ScopeMissing):
        journal.unsent(parts, [one.entry for one in tasks])
        raise
    except ZohoRefused as error:
        said = RowRefused(error.zoho_code, error.message)
        return [performing.refused(one, said) for one in tasks]
    _put_off(parts, runs, [one for one in found if isinstance(one, Pending)])
    return [one for one in found if isinstance(one, Ended)]


def _put_off(parts: Parts, runs: Runs, found: list[Pending]) -> None:
    """Let the others of the wave be noted, then come back to these."""
    journal.unsent(parts, [one.entry for one in found if one.unsent])
    journal.put_off(parts, [(one.entry, one.job) for one in found if one.job])
    lost = [one.entry for one in found if not one.unsent and not one.job]
    unclear.set_aside(parts, runs, lost)
    if len(lost) < len(found):
        runs.wait = SOON if any(one.job for one in found) else BUSY_SECONDS


def _traced(parts: Parts, runs: Runs, task: Task, there: Collection[Where]) -> bool:
    """Find out what became of it. Returns whether it is to be sent again."""
    found = tracing.trace(runs.eyes, task, runs.taken[task.entry.conversion], there)
    match found:
        case None if task.entry.unclear >= unclear.MOST:
            row = runs.rows[task.entry.conversion]
            ending.end(parts, runs, row, "failed", problem=ending.unclear(task.entry))
        case None:
            return True
        case Ended():
            _note(parts, runs, [found])
        case _:
            _not_ended(parts, runs, task, found)
    return False


def _not_ended(parts: Parts, runs: Runs, task: Task, found: Unsure | Later) -> None:
    match found:
        case Unsure():
            row = runs.rows[task.entry.conversion]
            ending.end(parts, runs, row, "waiting", question=tracing.question(found))
        case Later(seconds):
            put_off = runs.rows.pop(task.entry.conversion, None)
            if put_off is not None:
                runs.aside[put_off.id] = Aside(put_off, seconds, "later")


def _note(parts: Parts, runs: Runs, found: list[Ended]) -> None:
    """Write down what came of lines; a refusal ends its conversion, and no other."""
    newest = journal.ended(parts, found)
    for one in found:
        if one not in newest:
            overtaken(runs, one.entry.conversion)
    found = newest
    if found:
        runs.got_on()
        held_up.no_more(parts, list(runs.rows.values()))
    for one in found:
        # Of several that were refused at once the first says why.
        row = runs.rows.get(one.entry.conversion)
        if one.state == "refused" and row is not None:
            ending.end(parts, runs, row, "failed", problem=ending.problem(runs, one))
    doubts.of_refusals(parts, runs.caller.installation.id, found)


def _not_made(task: Task) -> Ended:
    refusal = {"code": "NOT_MADE", "message": "the record that it is about was not made"}
    return Ended(task.entry, "refused", refusal=refusal)


def overtaken(runs: Runs, conversion: int) -> None:
    """Another process goes on with it; should that be at its end, it is looked at once more."""
    log.info("overtaken", installation=runs.caller.installation.short_id)
    runs.rows.pop(conversion, None)
    runs.wait = SOON
