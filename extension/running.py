"""Does, for conversions: carry out what was agreed to, wave by wave, and never twice."""

from collections.abc import Callable, Hashable, Sequence
from functools import partial

import structlog
from sqlalchemy import select, update

from . import (
    calls,
    catalogues,
    changes_now,
    ending,
    events,
    held_up,
    holding,
    journal,
    leads_now,
    performing,
    sending,
    settling,
    spending,
    unclear,
    waves,
)
from .attempts import Again, Duty, Verdict, Waiting
from .backoff import BUSY_SECONDS, LONGEST_SECONDS, SOON, Backoff
from .errors import (
    GrantRevoked,
    ScopeMissing,
    ZohoBusy,
    ZohoError,
    ZohoRefused,
    ZohoUnclear,
)
from .journal import Ended, Overtaken
from .parts import Parts
from .performing import Task
from .runs import RUNNABLE, Runs, begun, task_of
from .store.conversions import Conversion
from .zoho.outcomes import RowRefused
from .zoho.threads import together

log = structlog.get_logger(__name__)


def duty(parts: Parts) -> Duty:
    """What the engine does for a run, which is named after its conversion."""
    backoff = Backoff()
    return Duty(
        lambda public_id: _verdict(parts, public_id, backoff), lambda one: give_up(parts, one)
    )


def _verdict(parts: Parts, public_id: str, backoff: Backoff) -> Verdict:
    wait = run(parts, [public_id], got_on=partial(backoff.over, public_id))
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
            .values(state="failed", problem=ending.FAULT, changed_at=parts.clock())
            .returning(Conversion)
        ).scalar_one_or_none()
        if row is not None:
            events.note(parts, db, row, events.news(db, row, "failed", ending.FAULT))


def run(
    parts: Parts,
    public_ids: Sequence[str],
    *,
    reserve: int = 0,
    got_on: Callable[[], None] = lambda: None,
    waits: Callable[[held_up.Problem], None] = lambda _: None,
) -> float | None:
    """Carry out what remains of these conversions; one that fails keeps no other. With fewer of
    Zoho's credits left than `reserve` the rest has to wait. `got_on` is told of every step that
    comes to its end, `waits` why those of a batch have to.

    Returns after how many seconds to call again, or None where all are over or wait for somebody.
    """
    pauses = []
    for runs in begun(parts, public_ids):
        runs.reserve, runs.got_on = reserve, got_on
        pauses.append(_run_for(parts, runs))
        spending.note(parts, runs.caller.installation.id, runs.eyes.crm.credits_left)
        why = held_up.say(parts, runs, pauses[-1])
        if why is not None:
            waits(why)
    return min((one for one in pauses if one is not None), default=None)


def _run_for(parts: Parts, runs: Runs) -> float | None:
    """All waves, until nothing is left to do or Zoho has to be left alone for a while."""
    try:
        runs.modules = catalogues.known(parts, runs.caller).catalogue.modules
        later = settling.settle(parts, runs)
        holding.hold(parts, runs)
        while runs.rows and runs.wait is None:
            leads_now.look(parts, runs)
            changes_now.look(parts, runs)
            if _spent(runs):
                runs.wait = BUSY_SECONDS
                break
            wave = _next_wave(parts, runs)
            if runs.rows and not wave:
                # All that is left has to wait for those that were set aside.
                break
            _side_by_side(parts, runs, wave)
            if not runs.rows and runs.held:
                holding.hold(parts, runs)
        # What Zoho has put off of those that were stopped keeps none of the others.
        runs.wait = later if runs.wait is None else runs.wait
    except (GrantRevoked, ScopeMissing):
        for row in [*runs.rows.values(), *runs.held.values()]:
            ending.end(parts, runs, row, "waiting", question=ending.sign_in(runs.caller.grant))
    except ZohoBusy as error:
        runs.wait = float(str(error.details.get("retry_after", BUSY_SECONDS)))
    unclear.take_up(runs)
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
    for kind in (GrantRevoked, ScopeMissing, ZohoBusy, ZohoError):
        for error in failed:
            if isinstance(error, kind):
                raise error


def _attempt(parts: Parts, runs: Runs, group: list[Task]) -> Exception | None:
    """One group, without those that another process is carrying out: they keep no other. What goes
    wrong is handed back: the next attempt must not begin while a call of this one is under way."""
    try:
        sending.send(parts, runs, group)
    except Overtaken as error:
        sending.overtaken(runs, error.conversion)
    except (GrantRevoked, ScopeMissing) as error:
        return error
    except ZohoUnclear:
        unclear.set_aside(parts, runs, [one.entry for one in group])
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
        ending.end(parts, runs, row, "failed", problem=ending.problem(runs, said))
    return None


def _spent(runs: Runs) -> bool:
    left = runs.eyes.crm.credits_left
    return bool(runs.rows) and left is not None and left < runs.reserve


def _next_wave(parts: Parts, runs: Runs) -> list[list[Task]]:
    """What each conversion does next, in groups that travel together; ends what is done. Nobody
    overtakes who writes over the same record before, be it that they were set aside."""
    heads, written = list[Task](), set[Hashable]()
    _let_go(parts, runs)
    every = [*runs.rows.values(), *(one.row for one in runs.aside.values())]
    forward_of = journal.by_conversion(parts, [row.id for row in every], undoing=False)
    back = [row.id for row in every if row.state == "undoing"]
    back_of = journal.by_conversion(parts, back, undoing=True)
    # On the way back the last comes first: what was written over what must be put back before that.
    for row in sorted(every, key=lambda one: one.id, reverse=bool(back)):
        forward = forward_of.get(row.id, [])
        lines = back_of.get(row.id, []) if row.state == "undoing" else forward
        made = waves.made(forward)
        before, written = written, written | waves.written_over(lines, made)
        if row.id in runs.aside:
            continue
        refused = next((one for one in lines if one.state == "refused"), None)
        if refused is not None:
            # A run that died when it had noted the refusal, and not yet what that means.
            said = Ended(refused, "refused", refusal=refused.refusal)
            ending.end(parts, runs, row, "failed", problem=ending.problem(runs, said))
            continue
        due = waves.next_lines(lines)
        runs.taken[row.id] = waves.made_ids(lines)
        if not due:
            ending.end(parts, runs, row, "undone" if row.state == "undoing" else "done")
        free = [one for one in due if not waves.written_over([one], made) & before]
        heads += [task_of(runs, row, one, made) for one in free]
    return calls.in_order(heads)


def _let_go(parts: Parts, runs: Runs) -> None:
    """Go on with no conversion that somebody has stopped, or turned back, since it was begun."""
    with parts.sessions() as db:
        wanted = select(Conversion.id, Conversion.state).where(Conversion.id.in_(list(runs.rows)))
        now = {one.id: one.state for one in db.execute(wanted)}
    for ident, row in list(runs.rows.items()):
        if now.get(ident) != row.state:
            runs.rows.pop(ident)
