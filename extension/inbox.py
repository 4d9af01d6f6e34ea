"""Does, for a call from outside: accept it once, and see to it that it is dealt with, in order.

A delivery is written down, with its place in line, before anybody is told that it was accepted.
Those of one lead are dealt with by one run, named after the lead: never two at once.
"""

import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Db

from . import acting, automations, conversions, glances
from .acting import Became, Later
from .attempts import INSERTS, Again, Done, Duty, Verdict
from .doors import Door
from .errors import ExtensionError, ForgedDelivery, InvalidInput
from .parts import Parts
from .store.inbox import Delivery
from .zoho.webhooks import Told

log = structlog.get_logger(__name__)

WORKFLOW = "workflow"
WINDOW = timedelta(days=1)
"""How long the same rule, lead and version are the same call."""
SHORT_WINDOW = timedelta(minutes=2)
"""The same, of a call that names no version: a transport repeats soon, a person later."""
KEPT = timedelta(days=30)
FALL_BACK_SECONDS = 60.0
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
    """Write the call down, with its place in line, unless it repeats one; on return it is safe.

    Raises ForgedDelivery where the org has just gone.
    """
    values = _values(parts, door, told, raw)
    window = WINDOW if told.version else SHORT_WINDOW
    try:
        with parts.sessions.begin() as db:
            return _accepted(parts, db, values, window)
    except IntegrityError:
        raise ForgedDelivery("This call could not prove where it comes from.") from None


def note_unreadable(parts: Parts, door: Door, error: InvalidInput) -> None:
    """Write down that a call could not be understood, and why; each way of that once a day."""
    what = Told("", "", version=error.code)
    values = _values(parts, door, what, b"") | {
        "version": "",
        "state": "failed",
        "problem": {
            "code": error.code, "message": error.message, "details": dict(error.details)
        },
    }  # fmt: skip
    with parts.sessions.begin() as db:
        _accepted(parts, db, values, WINDOW, queued=False)


def _values(parts: Parts, door: Door, told: Told, raw: bytes) -> dict[str, Any]:
    about = [told.action, told.rule, told.target, told.lead, told.version]
    more = b"" if told.version else raw
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
        "repeats": 0,
        "replays": 0,
        "received_at": now,
        "changed_at": now,
    }


def _accepted(
    parts: Parts, db: Db, values: dict[str, Any], window: timedelta, *, queued: bool = True
) -> Accepted:
    made = _inserted(db, values)
    if made is None:
        there = db.scalars(_like(values)).one()
        if there.received_at > values["received_at"] - window:
            there.repeats += 1
            return Accepted(there.id, there.public_id, there.state, True, there.conversion)
        # News again; whoever comes now is compared with this one.
        there.fingerprint = None
        db.flush()
        made = _inserted(db, values)
        if made is None:
            there = db.scalars(_like(values)).one()
            return Accepted(there.id, there.public_id, there.state, True, there.conversion)
    if queued:
        put_in_line(parts, db, values["installation_id"], values["lead_id"], values["action"])
    return Accepted(made, values["public_id"], values["state"], False)


def _inserted(db: Db, values: dict[str, Any]) -> int | None:
    """The new row's id; None where there is one like it."""
    row = INSERTS[db.get_bind().dialect.name](Delivery).values(**values)
    unique = [Delivery.installation_id, Delivery.kind, Delivery.fingerprint]
    found = db.execute(row.on_conflict_do_nothing(index_elements=unique).returning(Delivery.id))
    return found.scalar_one_or_none()


def _like(values: dict[str, Any]) -> Any:
    names = ("installation_id", "kind", "fingerprint")
    return select(Delivery).where(*(getattr(Delivery, name) == values[name] for name in names))


def put_in_line(
    parts: Parts, db: Db, installation_id: int, lead_id: str, action: str = ""
) -> None:  # fmt: skip
    """Have the deliveries of this lead dealt with once this is committed. Options are worked out
    while their sender waits: the line is for when that comes to nothing."""
    wait = FALL_BACK_SECONDS if action == "options" else 0.0
    run_id = f"lead-{installation_id}-{lead_id}"
    parts.queue.put(db.connection(), run_id, str(installation_id), wait)


def answer(parts: Parts, accepted: Accepted, lead_id: str) -> dict[str, Any]:
    """What the lead can become, while the sender waits: as `conversions.offer`. It is remembered,
    and then worked out for the lead's owner, too."""
    row = _row(parts, accepted.id)
    try:
        caller = automations.caller_of(parts, row.installation_id)
        glance = glances.anew(parts, caller, lead_id)
        offered = conversions.offered(glance)
        acting.remember(parts, caller, glance, offered)
    except ExtensionError as error:
        _end(parts, row, Became("failed", error.code, error.message))
        raise
    with parts.sessions.begin() as db:
        put_in_line(parts, db, row.installation_id, lead_id)
    return offered


def duty(parts: Parts, otherwise: Duty) -> Duty:
    """What the engine does for a run: those named after a lead are ours, others another's."""

    def work(run_id: str) -> Verdict:
        return process(parts, run_id) if RUN.fullmatch(run_id) else otherwise.work(run_id)

    def gave_up(run_id: str) -> None:
        give_up(parts, run_id) if RUN.fullmatch(run_id) else otherwise.gave_up(run_id)

    return Duty(work, gave_up)


def process(parts: Parts, run_id: str) -> Verdict:
    """Deal with the lead's deliveries, the oldest first, until none is left or one has to wait."""
    while (row := _next(parts, run_id)) is not None:
        found = acting.act(parts, row)
        if isinstance(found, Later):
            return Again(found.seconds)
        _end(parts, row, found)
    return Done()


def give_up(parts: Parts, run_id: str) -> None:
    """Note that a fault of ours keeps the oldest one from being dealt with; the others go on."""
    row = _next(parts, run_id)
    if row is not None:
        _end(parts, row, FAULT)
        with parts.sessions.begin() as db:
            put_in_line(parts, db, row.installation_id, row.lead_id)


def forget(parts: Parts, db: Db) -> int:
    """Delete what is over and came too long ago."""
    old = delete(Delivery).where(
        Delivery.received_at < parts.clock() - KEPT, Delivery.state != "accepted"
    )
    return len(list(db.scalars(old.returning(Delivery.id))))


def _next(parts: Parts, run_id: str) -> Delivery | None:
    found = RUN.fullmatch(run_id)
    if found is None:
        return None
    wanted = select(Delivery).where(
        Delivery.installation_id == int(found[1]),
        Delivery.lead_id == found[2],
        Delivery.state == "accepted",
    )
    with parts.sessions() as db:
        return db.scalar(wanted.order_by(Delivery.id).limit(1))


def _row(parts: Parts, delivery_id: int) -> Delivery:
    with parts.sessions() as db:
        return db.get_one(Delivery, delivery_id)


def _end(parts: Parts, row: Delivery, found: Became) -> None:
    values = {
        "state": found.state,
        "problem": found.problem,
        "changed_at": parts.clock(),
        "conversion": found.conversion,
    }
    with parts.sessions.begin() as db:
        db.execute(
            update(Delivery)
            .where(Delivery.id == row.id, Delivery.state == "accepted")
            .values(**values)
        )
    log.info("delivery", delivery=row.public_id, state=found.state, problem_code=found.code)
