"""Does, for a call from outside: accept it once, and see to it that it is dealt with, in order.

A delivery is written down before anybody is told that it was accepted; a worker puts it in line a
moment later. Those of one lead are dealt with by one run, named after the lead: never two at once.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Db

from . import acting, automations, conversions, glances
from .acting import Became, Later
from .attempts import Again, Done, Duty, Verdict
from .backoff import Backoff
from .doors import Door
from .errors import (
    ExtensionError,
    ForgedDelivery,
    GrantRevoked,
    InvalidInput,
    ScopeMissing,
    ZohoBusy,
    ZohoUnclear,
)
from .parts import Parts
from .store import arrivals
from .store.arrivals import Arrived
from .store.database import changed, lock_soon
from .store.inbox import Delivery
from .store.models import Installation
from .zoho.thinking import OURS
from .zoho.webhooks import Told

log = structlog.get_logger(__name__)

WORKFLOW = "workflow"
WINDOW = timedelta(days=1)
"""How long the same rule, lead and version are the same call."""
SHORT_WINDOW = timedelta(minutes=2)
"""The same, of a call whose version does not tell two edits apart: a transport repeats soon, a
person later."""
KEPT = timedelta(days=30)
FALL_BACK = timedelta(minutes=1)
AT_ONCE = 2
"""In one transaction: who calls waits for it, where the database lets one write at a time."""
SOON = 0.05
"""Seconds: all deliveries are in one line, and none waits long behind what others compute."""
MOST_FORGOTTEN = 5_000
"""In one round of housekeeping, of which there is one a minute."""
RUN = re.compile(r"lead-([0-9]{1,18})-([0-9]{1,20})", re.ASCII)
FAULT = Became(
    "failed", "fault", "Something went wrong on our side, again and again. Replay it later."
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A delivery as its sender is told of it."""

    id: int
    public_id: str
    state: str
    repeated: bool
    conversion: str | None = None


def accept(parts: Parts, door: Door, told: Told, raw: bytes) -> Accepted:
    """Write the call down unless it repeats one; on return it is safe, and due.

    Raises ForgedDelivery where the org has just gone.
    """
    values = _values(parts, door, told, raw)
    # Options are worked out while their sender waits: a worker is for when that comes to nothing.
    wait = FALL_BACK if told.action == "options" else timedelta(0)
    values["due_at"] = values["received_at"] + wait
    return _accepted(parts, values, exact=told.exact)


def note_unreadable(parts: Parts, door: Door, error: InvalidInput, rule: str = "") -> None:
    """Write down that a call could not be understood, and why: each way of that once a day of each
    rule. Raises ForgedDelivery where the org has just gone."""
    field = str(error.details.get("field", ""))
    what = Told("", "", rule, version=f"{error.code} {field}")
    values = _values(parts, door, what, b"") | {
        "version": "",
        "state": "failed",
        "problem": {
            "code": error.code, "message": error.message, "details": dict(error.details)
        },
    }  # fmt: skip
    _accepted(parts, values, exact=True)


def _values(parts: Parts, door: Door, told: Told, raw: bytes) -> dict[str, Any]:
    about = [told.action, told.rule, told.target, told.lead, told.version]
    more = b"" if told.exact else raw
    now = parts.clock()
    return {
        "public_id": secrets.token_hex(8),
        "installation_id": door.installation_id,
        "kind": WORKFLOW,
        "fingerprint": hashlib.sha256(json.dumps(about).encode() + more).hexdigest(),
        "lead_id": told.lead,
        "action": told.action,
        "rule": told.rule,
        "target": told.target,
        "version": told.version,
        "written_as": told.written_as,
        "keys": list(told.keys),
        "state": "accepted",
        "problem": None,
        "repeats": 0,
        "replays": 0,
        "due_at": None,
        "received_at": now,
        "changed_at": now,
    }


def _accepted(parts: Parts, values: dict[str, Any], *, exact: bool) -> Accepted:
    """One statement, in company with what comes just then; more where it is like one that came too
    long ago."""
    window = WINDOW if exact else SHORT_WINDOW
    values |= {arrivals.SINCE: values["received_at"] - window, arrivals.EXACT: exact}
    try:
        found = parts.pen.write(values)
        if found is None:
            with parts.sessions.begin() as db:
                lock_soon(db.connection())
                found = _news_again(db, values)
    except IntegrityError:
        raise ForgedDelivery("This call could not prove where it comes from.") from None
    return Accepted(*found[:3], found.public_id != values["public_id"], found.conversion)


def _news_again(db: Db, values: dict[str, Any]) -> Arrived:
    """It is no repeat of the one that is there: whoever comes now is compared with this one."""
    like = (
        getattr(Delivery, name) == values[name]
        for name in ("installation_id", "kind", "fingerprint")
    )
    table = arrivals.DELIVERIES
    old = ~arrivals.repeated(table, values[arrivals.EXACT], values[arrivals.SINCE])
    db.execute(update(Delivery).where(*like, old).values(fingerprint=None))
    found = arrivals.insert(db.connection(), values)
    if found is None:
        raise RuntimeError("A call was written down that came before it was sent.")
    return found


def put_in_line(parts: Parts) -> int:
    """Put the leads whose deliveries are due in line, each once. How many deliveries these were."""
    ripe = Delivery.due_at <= parts.clock()
    with parts.sessions() as db:
        if db.scalar(select(Delivery.id).where(ripe).limit(1)) is None:
            return 0
    some = select(Delivery.id).where(ripe).order_by(Delivery.due_at).limit(AT_ONCE)
    with OURS.taken(SOON), parts.sessions.begin() as db:
        found = db.execute(
            update(Delivery)
            .where(Delivery.id.in_(some.with_for_update(skip_locked=True).scalar_subquery()))
            .values(due_at=None)
            .returning(Delivery.installation_id, Delivery.lead_id)
            .execution_options(synchronize_session=False)
        ).all()
        for installation_id, lead_id in dict.fromkeys((row[0], row[1]) for row in found):
            run_id = f"lead-{installation_id}-{lead_id}"
            parts.queue.put(db.connection(), run_id, str(installation_id))
    return len(found)


def due(parts: Parts, db: Db, installation_id: int, lead_id: str) -> None:
    """Have what waits of this lead put in line once this is committed."""
    db.execute(
        update(Delivery)
        .where(
            Delivery.installation_id == installation_id,
            Delivery.lead_id == lead_id,
            Delivery.state == "accepted",
        )
        .values(due_at=parts.clock())
    )


def person_is_back(parts: Parts, grant_id: int) -> None:
    """Have what waits for this person, as whom automation acts, dealt with at once."""
    theirs = select(Installation.id).where(Installation.automation_grant_id == grant_id)
    with parts.sessions() as db:
        found = list(db.scalars(theirs))
    for installation_id in found:
        go_on(parts, installation_id)


def go_on(parts: Parts, installation_id: int) -> None:
    """Have what waits in this org for somebody to do something dealt with at once."""
    with parts.sessions.begin() as db:
        db.execute(
            update(Delivery)
            .where(
                Delivery.installation_id == installation_id,
                Delivery.state == "accepted",
                Delivery.due_at.is_(None),
                Delivery.problem.is_not(None),
            )
            .values(due_at=parts.clock())
        )


def answer(parts: Parts, accepted: Accepted, lead_id: str) -> dict[str, Any]:
    """What the lead can become, while the sender waits: as `conversions.offer`. It is remembered,
    and then worked out for the lead's owner, too. An error names the delivery and its state: a
    worker tries where Zoho may well answer later, or once a person has done something about it."""
    row = _row(parts, accepted.id)
    try:
        caller = automations.caller_of(parts, row.installation_id)
        glance = glances.anew(parts, caller, lead_id)
        offered = conversions.offered(glance)
        acting.remember(parts, caller, glance, offered)
    except ExtensionError as error:
        raise _unanswered(parts, row, _whose(parts, row, error)) from error
    with parts.sessions.begin() as db:
        due(parts, db, row.installation_id, lead_id)
    return offered


def _whose(parts: Parts, row: Delivery, error: ExtensionError) -> ExtensionError:
    """The sender is not the one whose consent has ended: they are told whose it is."""
    if isinstance(error, GrantRevoked):
        try:
            automations.caller_of(parts, row.installation_id)
        except ExtensionError as named:
            return named
    return error


def _unanswered(parts: Parts, row: Delivery, error: ExtensionError) -> ExtensionError:
    """Note why the sender gets no options. Others wait for that person in the same way; what is
    over stays as it is."""
    state = row.state
    if state == "accepted" and isinstance(error, GrantRevoked | ScopeMissing):
        _say(parts, row, acting.to_say(row, error.code, error.message))
    elif state == "accepted" and not isinstance(error, ZohoBusy | ZohoUnclear):
        _end(parts, row, Became("failed", error.code, error.message))
        state = "failed"
    error.details = {**error.details, "delivery": row.public_id, "state": state}
    return error


def duty(parts: Parts, otherwise: Duty) -> Duty:
    """What the engine does for a run: those named after a lead are ours, others another's."""
    backoff = Backoff()

    def work(run_id: str) -> Verdict:
        return process(parts, run_id, backoff) if RUN.fullmatch(run_id) else otherwise.work(run_id)

    def gave_up(run_id: str) -> None:
        give_up(parts, run_id) if RUN.fullmatch(run_id) else otherwise.gave_up(run_id)

    return Duty(work, gave_up)


def process(parts: Parts, run_id: str, backoff: Backoff | None = None) -> Verdict:
    """Deal with the lead's deliveries, the oldest first, until none is left or one has to wait."""
    waiting = backoff or Backoff()
    while (row := _next(parts, run_id)) is not None:
        found = acting.act(parts, row)
        if isinstance(found, Later):
            _say(parts, row, found.problem or acting.still_to_say(row))
            if found.behind:
                return Again(waiting.behind(run_id))
            return Again(waiting.longer(run_id, found.seconds))
        waiting.over(run_id)
        # What has called again meanwhile may tell of an edit that was not seen yet.
        _end(parts, row, found, unless_again=found.conversion is None)
    return Done()


def give_up(parts: Parts, run_id: str) -> None:
    """Note that a fault of ours keeps the oldest one from being dealt with; the others go on."""
    row = _next(parts, run_id)
    if row is not None:
        _end(parts, row, FAULT)
        with parts.sessions.begin() as db:
            due(parts, db, row.installation_id, row.lead_id)


def forget(parts: Parts, db: Db) -> int:
    """Delete what is over and came too long ago; the oldest have the smallest ids."""
    first = select(Delivery.id).order_by(Delivery.id).limit(MOST_FORGOTTEN)
    old = delete(Delivery).where(
        Delivery.id.in_(first.scalar_subquery()),
        Delivery.received_at < parts.clock() - KEPT,
        Delivery.state != "accepted",
    )
    return changed(db, old)


def _next(parts: Parts, run_id: str) -> Delivery | None:
    found = RUN.fullmatch(run_id)
    if found is None:
        return None
    wanted = select(Delivery).where(
        Delivery.installation_id == int(found[1]),
        Delivery.lead_id == found[2],
        Delivery.state == "accepted",
        or_(Delivery.due_at.is_(None), Delivery.due_at <= parts.clock()),
    )
    with parts.sessions() as db:
        return db.scalar(wanted.order_by(Delivery.id).limit(1))


def _row(parts: Parts, delivery_id: int) -> Delivery:
    with parts.sessions() as db:
        return db.get_one(Delivery, delivery_id)


def _say(parts: Parts, row: Delivery, problem: Mapping[str, object] | None) -> None:
    """Note why it waits, if that is another reason than before: others want to write, too."""
    if problem == row.problem:
        return
    mine = (Delivery.id == row.id, Delivery.state == "accepted")
    with parts.sessions.begin() as db:
        values = {"problem": problem and dict(problem), "changed_at": parts.clock()}
        db.execute(update(Delivery).where(*mine).values(**values))
    code = problem and problem["code"]
    tell = log.info if code in (None, acting.BEHIND) else log.warning
    tell("delivery waits", delivery=row.public_id, problem_code=code)


def _end(parts: Parts, row: Delivery, found: Became, *, unless_again: bool = False) -> None:
    """Note what became of it; with `unless_again` only if nothing has repeated it since it was
    read, and it is dealt with anew otherwise."""
    values = {
        "state": found.state,
        "problem": found.problem,
        "changed_at": parts.clock(),
        "conversion": found.conversion,
    }
    mine = update(Delivery).where(Delivery.id == row.id, Delivery.state == "accepted")
    if unless_again:
        mine = mine.where(Delivery.repeats == row.repeats)
    with parts.sessions.begin() as db:
        ended = changed(db, mine.values(**values))
    if ended:
        log.info("delivery", delivery=row.public_id, state=found.state, problem_code=found.code)
