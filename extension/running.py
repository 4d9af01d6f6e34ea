"""Does, for conversions: carry out what was agreed to, wave by wave, and never twice."""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import structlog
from sqlalchemy import CursorResult, and_, or_, select, update

from . import (
    batch_planning,
    catalogues,
    conversions,
    events,
    glances,
    grants,
    journal,
    performing,
    sharing,
    spending,
    tracing,
    waves,
)
from .attempts import Again, Duty, Verdict, Waiting
from .changed_since import Where
from .errors import (
    GrantRevoked,
    Refused,
    ScopeMissing,
    ZohoBusy,
    ZohoError,
    ZohoRefused,
    ZohoUnclear,
)
from .journal import Ended, Entry, Overtaken
from .parts import Parts
from .performing import Pending, Task
from .planning.own_fields import KEY_FIELD
from .planning.steps import Create
from .sessions import Caller
from .store.conversions import Conversion, Line
from .store.models import Grant, Installation
from .tracing import Eyes, Later, Unsure
from .zoho.outcomes import RowRefused
from .zoho.threads import together
from .zoho.writer import Writer

log = structlog.get_logger(__name__)

RUNNABLE = ("queued", "running", "undoing")
STOPPED = ("cancelled", "failed")
SOON = 2.0
"""Seconds until Zoho is asked what became of a step whose answer was lost."""
BUSY_SECONDS = 20.0
LONGEST_SECONDS = 600.0
"""Zoho may be busy for hours; asked every ten minutes, it is no burden."""
CHANGED = {
    "code": "lead_changed",
    "message": "The lead was changed after its plan was agreed to. Look at the new plan.",
    "details": {"gone": False},
}
GONE = {
    "code": "lead_changed",
    "message": "The lead was deleted, or hidden from you, after its plan was agreed to. Nothing of "
    "it was done: cancel this conversion.",
    "details": {"gone": True},
}
FAULT = {
    "code": "fault",
    "message": "Something went wrong on our side, again and again. Try again later.",
    "details": {},
}
SIGN_IN = {
    "code": "sign_in",
    "message": "Zoho does not let us in for the person who asked. They must sign in again.",
    "details": {},
}


UNDER_WAY = select(Line.id).where(
    Line.conversion_id == Conversion.id, Line.undoing.is_(False), Line.state == "sent"
)
TO_LOOK_AT = or_(
    Conversion.state.in_(RUNNABLE),
    and_(Conversion.state.in_(STOPPED), UNDER_WAY.exists()),
)
"""Conversions about which there is something to do or to find out."""


@dataclass(slots=True)
class Runs:
    """Conversions that one person asked for, as far as they have come."""

    caller: Caller
    eyes: Eyes
    rows: dict[int, Conversion]
    keyed: frozenset[str] = frozenset()
    """The modules whose records can hold a conversion key."""
    wait: float | None = None
    """Seconds after which to go on, where it cannot go on now."""
    reserve: int = 0
    """With fewer credits left than this it goes on later."""
    stopped: dict[int, Conversion] = field(default_factory=dict)
    """Those that somebody or something has stopped while a write was under way."""
    held: dict[int, Conversion] = field(default_factory=dict)
    """Those that wait for a record that another one of their batch creates."""
    soon: bool = False
    """Whether one of those others is on its way; else it waits for a person itself."""
    taken: dict[int, set[str]] = field(default_factory=dict)


class Backoff:
    """How long a run that Zoho keeps waiting leaves it alone: longer each time, until it gets on.
    Only this process knows; another begins anew."""

    def __init__(self) -> None:
        self._times: dict[str, int] = {}

    def longer(self, run_id: str, seconds: float) -> float:
        """Seconds to wait, at least so many; a wait that is none of a busy Zoho stays as it is."""
        if seconds < BUSY_SECONDS:
            return seconds
        times = self._times.get(run_id, 0)
        self._times[run_id] = times + 1
        longest = min(BUSY_SECONDS * 2.0 ** min(times, 10), LONGEST_SECONDS)
        # Not all at the same moment, where many wait for the same reason.
        return max(seconds, longest * random.uniform(0.5, 1.0))  # noqa: S311

    def over(self, run_id: str) -> None:
        self._times.pop(run_id, None)


def duty(parts: Parts) -> Duty:
    """What the engine does for a run, which is named after its conversion."""
    backoff = Backoff()
    return Duty(
        lambda public_id: _verdict(parts, public_id, backoff), lambda one: give_up(parts, one)
    )


def _verdict(parts: Parts, public_id: str, backoff: Backoff) -> Verdict:
    wait = run(parts, [public_id])
    if wait is None:
        backoff.over(public_id)
        return Waiting()
    return Again(backoff.longer(public_id, wait))


def give_up(parts: Parts, public_id: str) -> None:
    """Note that a fault of ours keeps it from being carried out; it can be tried again."""
    with parts.sessions.begin() as db:
        row = db.execute(
            update(Conversion)
            .where(Conversion.public_id == public_id, Conversion.state.in_(RUNNABLE))
            .values(state="failed", problem=FAULT, changed_at=parts.clock())
            .returning(Conversion)
        ).scalar_one_or_none()
        if row is not None:
            events.note(parts, db, row, "failed", FAULT)


def run(parts: Parts, public_ids: Sequence[str], *, reserve: int = 0) -> float | None:
    """Carry out what remains of these conversions; one that fails keeps no other. With fewer of
    Zoho's credits left than `reserve` the rest has to wait.

    Returns after how many seconds to call again, or None where all are over or wait for somebody.
    """
    waits = []
    for runs in _begun(parts, public_ids):
        runs.reserve = reserve
        waits.append(_run_for(parts, runs))
        spending.note(parts, runs.caller.installation.id, runs.eyes.crm.credits_left)
    return min((one for one in waits if one is not None), default=None)


def _begun(parts: Parts, public_ids: Sequence[str]) -> list[Runs]:
    """Those that can run, by who asked."""
    these = Conversion.public_id.in_(list(public_ids))
    with parts.sessions.begin() as db:
        # Not by way of what was read before: somebody may cancel it in that moment.
        db.execute(
            update(Conversion)
            .where(these, Conversion.state == "queued")
            .values(state="running", changed_at=parts.clock())
        )
        rows = db.scalars(select(Conversion).where(these, TO_LOOK_AT)).all()
        people = {row.grant_id: db.get_one(Grant, row.grant_id) for row in rows}
        orgs = {one.installation_id: db.get_one(Installation, one.installation_id)
                for one in people.values()}  # fmt: skip
    found = []
    for grant in people.values():
        caller = Caller(orgs[grant.installation_id], grant, parts.clock())
        mine = {row.id: row for row in rows if row.grant_id == grant.id}
        stopped = {ident: row for ident, row in mine.items() if row.state in STOPPED}
        crm = grants.crm(parts, caller.installation, grant)
        made = partial(tracing.made_lately, parts, caller.installation.id)
        eyes = Eyes(crm, Writer(crm), grant.zoho_user_id, parts.clock(), made)
        rest = {ident: row for ident, row in mine.items() if ident not in stopped}
        found.append(Runs(caller, eyes, rest, stopped=stopped))
    return found


def _keyed(parts: Parts, caller: Caller) -> frozenset[str]:
    known = catalogues.at_hand(parts, caller) or catalogues.read(parts, caller)
    modules = known.catalogue.modules.items()
    return frozenset(name for name, one in modules if KEY_FIELD in one.fields)


def _run_for(parts: Parts, runs: Runs) -> float | None:
    """All waves, until nothing is left to do or Zoho has to be left alone for a while."""
    try:
        runs.keyed = _keyed(parts, runs.caller)
        _settle(parts, runs)
        _hold(parts, runs)
        if runs.rows:
            _same_leads(parts, runs)
        while runs.rows and runs.wait is None:
            if _spent(runs):
                runs.wait = BUSY_SECONDS
                break
            _side_by_side(parts, runs, _next_wave(parts, runs))
            if not runs.rows and runs.held:
                _hold(parts, runs)
    except (GrantRevoked, ScopeMissing):
        for row in [*runs.rows.values(), *runs.held.values()]:
            _end(parts, runs, row, "waiting", question=SIGN_IN)
    except ZohoBusy as error:
        runs.wait = float(str(error.details.get("retry_after", BUSY_SECONDS)))
    except ZohoUnclear:
        runs.wait = SOON
    if runs.held and runs.wait is None:
        runs.wait = SOON if runs.soon else LONGEST_SECONDS
    return runs.wait


def _side_by_side(parts: Parts, runs: Runs, groups: Sequence[list[Task]]) -> None:
    """Carry out the groups of a wave at the same time: each is a call of its own, about
    conversions of its own. Raises what went wrong with one of them once all have ended."""
    attempts = together(*(partial(_attempt, parts, runs, one) for one in groups)) if groups else ()
    failed = [one for one in attempts if one is not None]
    # A fault of ours first; and that somebody has to sign in is worth more than that Zoho is busy.
    ours = [one for one in failed if not isinstance(one, ZohoError)]
    if ours:
        raise ours[0]
    for kind in (GrantRevoked, ScopeMissing, ZohoBusy, ZohoUnclear, ZohoError):
        for error in failed:
            if isinstance(error, kind):
                raise error


def _attempt(parts: Parts, runs: Runs, group: list[Task]) -> Exception | None:
    """One group, without those that another process is carrying out: they keep no other. What goes
    wrong is handed back: the next attempt must not begin while a call of this one is under way."""
    try:
        _perform(parts, runs, group)
    except Overtaken as error:
        log.info("overtaken", installation=runs.caller.installation.short_id)
        runs.rows.pop(error.conversion, None)
    except (GrantRevoked, ScopeMissing) as error:
        return error
    except ZohoRefused as error:
        return _unseen(parts, runs, group, error)
    except Exception as error:
        return error
    return None


def _unseen(
    parts: Parts, runs: Runs, group: list[Task], error: ZohoRefused
) -> Exception | None:  # fmt: skip
    """Zoho refuses to show what has to be seen before one of them goes on: that one ends, and what
    was sent of it is looked for when it is tried again. The others go on without it."""
    if len(group) > 1:
        for one in group:
            failed = _attempt(parts, runs, [one])
            if failed is not None:
                return failed
        return None
    [task] = group
    row = runs.rows.get(task.entry.conversion)
    if row is not None:
        said = performing.refused(task, RowRefused(error.zoho_code, error.message))
        _end(parts, runs, row, "failed", problem=problem(said))
    return None


def _settle(parts: Parts, runs: Runs) -> None:
    """Find out what became of what was under way when they were stopped; nothing is sent again."""
    forward = journal.by_conversion(parts, runs.stopped, undoing=False)
    tasks = [
        _task(runs, runs.stopped[ident], one, waves.made(lines))
        for ident, lines in forward.items()
        for one in lines
        if one.state == "sent"
    ]
    there = tracing.standing(runs.eyes.writer, tasks)
    for task in tasks:
        taken = waves.made_ids(forward[task.entry.conversion])
        match _looked_for(runs, task, taken, there):
            case None:
                journal.unsent(parts, [task.entry])
            case Ended() as found:
                journal.ended(parts, [found])
            case Unsure() if runs.stopped[task.entry.conversion].state == "cancelled":
                # Whoever cancelled it was asked, and shown which records these may be.
                journal.ended(parts, [Ended(task.entry, "skipped")])
            case Later(seconds):
                runs.wait = seconds


def _looked_for(
    runs: Runs, task: Task, taken: Collection[str], there: Collection[Where]
) -> Ended | Unsure | Later | None:
    """As `tracing.trace`; where Zoho refuses to show what it would have been about, it is over."""
    try:
        return tracing.trace(runs.eyes, task, taken, there)
    except (GrantRevoked, ScopeMissing):
        raise
    except ZohoRefused as error:
        return performing.refused(task, RowRefused(error.zoho_code, error.message))


def _spent(runs: Runs) -> bool:
    left = runs.eyes.crm.credits_left
    return bool(runs.rows) and left is not None and left < runs.reserve


def _hold(parts: Parts, runs: Runs) -> None:
    """Set aside those whose record another one is yet to create; those for which it is there now
    get its id, those for which it will never be there end. On the way back set aside those whose
    record others are still about: it goes last."""
    every = [*runs.rows.values(), *runs.held.values()]
    waiting = [one for one in every if one.awaits and one.state != "undoing"]
    back = [one for one in every if one.batch_id is not None and one.state == "undoing"]
    leant_on = sharing.leant_on(parts, [one.id for one in back]) if back else set()
    runs.soon = bool(leant_on)
    for row in back:
        there, other = (runs.held, runs.rows) if row.id in leant_on else (runs.rows, runs.held)
        other.pop(row.id, None)
        there[row.id] = row
    if not waiting:
        return
    wanted: Any = {one.id: one.awaits for one in waiting}
    others = sharing.others(parts, {int(one["conversion"] or 0) for one in wanted.values()})
    for row in waiting:
        runs.rows.pop(row.id, None)
        runs.held.pop(row.id, None)
        found = sharing.shared(parts, row, others)
        if found is None:
            runs.held[row.id] = row
            runs.soon |= others[int(wanted[row.id]["conversion"])][0] in RUNNABLE
            continue
        runs.rows[row.id] = row
        if not found:
            _end(parts, runs, row, "failed", problem=sharing.NOT_THERE)
        else:
            sharing.bind(parts, row, found)


def _same_leads(parts: Parts, runs: Runs) -> None:
    """Stop, before the first write, what was agreed to for a lead that is another one now."""
    every = {**runs.rows, **runs.held}
    lines = journal.entries(parts, every, undoing=False)
    touched = {one.conversion for one in lines if one.state in ("sent", "done")}
    fresh = [row for row in every.values() if row.id not in touched and row.state == "running"]
    if not fresh:
        return
    stamps = runs.eyes.writer.read("Leads", [one.lead_id for one in fresh], ["Modified_Time"])
    for row in fresh:
        lead = stamps.get(row.lead_id)
        stamp = None if lead is None else lead.values.get("Modified_Time")
        if stamp != row.lead_stamp and not _same_plan(parts, runs, row):
            _end(parts, runs, row, "waiting", question=CHANGED if lead else GONE)


def _same_plan(parts: Parts, runs: Runs, row: Conversion) -> bool:
    """Whether what was agreed to would be agreed to now: a lead is touched by much that changes
    nothing of its plan."""
    try:
        if row.batch_id is not None:
            return batch_planning.again(parts, runs.caller, row) == row.digest
        glance = glances.anew(parts, runs.caller, row.lead_id)
        plan = conversions.drawn(parts, runs.caller, glance, row.choices).plan
    except Refused:
        return False
    return plan.possible and plan.digest == row.digest


def _next_wave(parts: Parts, runs: Runs) -> list[list[Task]]:
    """What each conversion does next, in groups that travel together; ends what is done."""
    heads = list[Task]()
    _let_go(parts, runs)
    forward_of = journal.by_conversion(parts, runs.rows, undoing=False)
    back = [row.id for row in runs.rows.values() if row.state == "undoing"]
    back_of = journal.by_conversion(parts, back, undoing=True)
    # On the way back the last comes first: what was written over what must be put back before that.
    every = sorted(runs.rows.values(), key=lambda one: one.id, reverse=bool(back))
    for row in every:
        forward = forward_of.get(row.id, [])
        lines = back_of.get(row.id, []) if row.state == "undoing" else forward
        due = waves.next_lines(lines)
        runs.taken[row.id] = waves.made_ids(lines)
        if not due:
            _end(parts, runs, row, "undone" if row.state == "undoing" else "done")
        heads += [_task(runs, row, one, waves.made(forward)) for one in due]
    return performing.in_order(heads)


def _let_go(parts: Parts, runs: Runs) -> None:
    """Go on with no conversion that somebody has stopped, or turned back, since it was begun."""
    with parts.sessions() as db:
        wanted = select(Conversion.id, Conversion.state).where(Conversion.id.in_(list(runs.rows)))
        now = {one.id: one.state for one in db.execute(wanted)}
    for ident, row in list(runs.rows.items()):
        if now.get(ident) != row.state:
            runs.rows.pop(ident)


def _task(runs: Runs, row: Conversion, entry: Entry, there: Mapping[str, str]) -> Task:
    step = entry.step
    keyed = isinstance(step, Create) and step.module in runs.keyed
    key = f"{runs.caller.installation.short_id}-{row.public_id}-{entry.place}" if keyed else ""
    return Task(entry, row.lead_id, key, there)


def _perform(parts: Parts, runs: Runs, wave: list[Task]) -> None:
    """One wave: trace what was sent before, note, send, note."""
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
    held = performing.before(runs.eyes.writer, ready)
    noted = journal.sent(
        parts, [(one.entry, was) for one, was in zip(ready, held, strict=True)]
    )  # fmt: skip
    now = [replace(one, entry=entry, there=was)
           for entry, one, was in zip(noted, ready, held, strict=True)]  # fmt: skip
    _note(parts, runs, _answers(parts, runs, now))


def _answers(parts: Parts, runs: Runs, tasks: list[Task]) -> list[Ended]:
    """What came of the wave; what nothing came of, or nobody knows what, is left for later. Raises
    ZohoError where that is so of all of it."""
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
    if found:
        runs.wait = BUSY_SECONDS if all(one.unsent for one in found) else SOON


def _traced(parts: Parts, runs: Runs, task: Task, there: Collection[Where]) -> bool:
    """Find out what became of it. Returns whether it is to be sent again."""
    found = tracing.trace(runs.eyes, task, runs.taken[task.entry.conversion], there)
    match found:
        case None:
            return True
        case Ended():
            _note(parts, runs, [found])
        case Unsure():
            row = runs.rows[task.entry.conversion]
            _end(parts, runs, row, "waiting", question=tracing.question(found))
        case Later(seconds):
            runs.wait = seconds
    return False


def _note(parts: Parts, runs: Runs, found: list[Ended]) -> None:
    """Write down what came of lines; a refusal ends its conversion, and no other."""
    journal.ended(parts, found)
    for one in found:
        # Of several that were refused at once the first says why.
        row = runs.rows.get(one.entry.conversion)
        if one.state == "refused" and row is not None:
            _end(parts, runs, row, "failed", problem=problem(one))


def problem(one: Ended) -> dict[str, object]:
    """Why the conversion failed, in Zoho's code and words, and at which step."""
    said = one.refusal or {}
    return {
        "code": "step_refused",
        "message": f"Zoho refused a step: {said.get('message') or said.get('code')}.",
        "details": {
            "line": one.entry.id, "step": type(one.entry.step).__name__, **said,
        },
    }  # fmt: skip


def _not_made(task: Task) -> Ended:
    refusal = {"code": "NOT_MADE", "message": "the record that it is about was not made"}
    return Ended(task.entry, "refused", refusal=refusal)


OVER = ("done", "undone", "cancelled")


def _end(
    parts: Parts,
    runs: Runs,
    row: Conversion,
    state: str,
    *,
    question: Mapping[str, object] | None = None,
    problem: Mapping[str, object] | None = None,
) -> None:
    """Take it out of the run, in that state."""
    values: dict[str, Any] = {
        "state": state,
        "question": None if question is None else dict(question),
        "problem": None if problem is None else dict(problem),
        "changed_at": parts.clock(),
    }
    if state in OVER:
        values["open"] = None
    mine = (Conversion.id == row.id, Conversion.state == row.state)
    with parts.sessions.begin() as db:
        ended: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
            update(Conversion).where(*mine).values(**values)
        )
        if ended.rowcount == 1:
            events.note(parts, db, row, state, problem)
    runs.rows.pop(row.id, None)
    runs.held.pop(row.id, None)
    log.info("conversion", conversion=row.public_id, state=state)
