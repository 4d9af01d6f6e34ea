"""Does, for an address that wants to know: tell it each event, in order, signed, until it has taken
it.

One run per endpoint, with a cursor: what was not taken is told again, later and later, and nothing
after it before. By the Standard Webhooks specification,
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import structlog
from sqlalchemy import select, update
from standardwebhooks import Webhook

from . import events, outlet
from .attempts import Again, Done, Duty, Patience, Verdict, Waiting
from .outlet import Answer
from .parts import Parts
from .store.events import Endpoint, Event, EventCount
from .store.models import Installation
from .store.sealing import Unsealable

log = structlog.get_logger(__name__)

ACTIVE, FAILED = events.ACTIVE, "failed"
PATIENCE = Patience(first_seconds=5.0, longest_seconds=6 * 3600.0)
GIVE_UP = timedelta(days=5)
"""An endpoint that fails for so long is told nothing more until somebody enables it."""
MOST = 20
"""Events of one attempt: then others have their turn."""
LOST_SECRET = "No configured key opens its secret any more: rotate it."  # noqa: S105
FAULT = "Something went wrong on our side, again and again. Enable it to try again."


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def duty(parts: Parts, otherwise: Duty) -> Duty:
    """What the engine does for a run: those named after an endpoint are ours, others another's."""

    def work(run_id: str) -> Verdict:
        ours = run_id.startswith(events.RUN)
        return tell(parts, run_id.removeprefix(events.RUN)) if ours else otherwise.work(run_id)

    def gave_up(run_id: str) -> None:
        if run_id.startswith(events.RUN):
            give_up(parts, run_id.removeprefix(events.RUN))
        else:
            otherwise.gave_up(run_id)

    return Duty(work, gave_up)


def tell(parts: Parts, public_id: str) -> Verdict:
    """Tell it what it has not taken yet, the oldest first."""
    for _ in range(MOST):
        found = _next(parts, public_id)
        if not isinstance(found, Message):
            return found
        _note(parts, found, _sent(parts, found.endpoint, found.ident, found.told))
    return Again(0.0)


def try_out(parts: Parts, installation: Installation, endpoint: Endpoint) -> Answer:
    """Tell it something that means nothing, now and once, whatever its state."""
    ident = f"evt_{installation.short_id}_test_{secrets.token_hex(6)}"
    told = {
        "id": ident,
        "type": "endpoint.test",
        "timestamp": events.stamp(parts.clock()),
        "cursor": str(endpoint.cursor),
        "data": {"org": installation.zgid, "endpoint": endpoint.public_id},
    }
    return _sent(parts, endpoint, ident, told)


def give_up(parts: Parts, public_id: str) -> None:
    """Note that a fault of ours keeps it from being told."""
    with parts.sessions.begin() as db:
        db.execute(
            update(Endpoint)
            .where(Endpoint.public_id == public_id, Endpoint.state == ACTIVE)
            .values(state=FAILED, last_problem=FAULT)
        )


@dataclass(frozen=True, slots=True)
class Message:
    """An event on its way to an endpoint."""

    endpoint: Endpoint
    number: int
    ident: str
    told: Mapping[str, object]


def _next(parts: Parts, public_id: str) -> Message | Verdict:
    """What it is to be told now, or why there is nothing."""
    with parts.sessions() as db:
        row = db.execute(
            select(Endpoint, Installation, EventCount.last)
            .join(Installation, Installation.id == Endpoint.installation_id)
            .outerjoin(EventCount, EventCount.installation_id == Endpoint.installation_id)
            .where(Endpoint.public_id == public_id)
        ).one_or_none()
        if row is None or row[0].state != ACTIVE:
            return Done()
        endpoint, installation, last = row
        if endpoint.retry_at is not None and endpoint.retry_at > parts.clock():
            return Again((endpoint.retry_at - parts.clock()).total_seconds())
        # What came after the count was read is told in the next round: it has put us in line.
        wanted = select(Event).where(
            Event.installation_id == installation.id,
            Event.number > endpoint.cursor,
            Event.number <= (last or 0),
        )
        if endpoint.types:
            wanted = wanted.where(Event.type.in_(endpoint.types))
        event = db.scalar(wanted.order_by(Event.number).limit(1))
    if event is None:
        _write(parts, endpoint, cursor=max(last or 0, endpoint.cursor))
        return Waiting()
    told = events.as_told(installation, event)
    return Message(endpoint, event.number, events.ident(installation, event.number), told)


def _sent(parts: Parts, endpoint: Endpoint, ident: str, told: Mapping[str, object]) -> Answer:
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    try:
        signed = _signatures(parts, endpoint, ident, body)
    except Unsealable:
        return Answer(HTTPStatus.GONE, LOST_SECRET)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Convert-Anywhere",
        "webhook-id": ident,
        "webhook-timestamp": str(int(parts.clock().timestamp())),
        "webhook-signature": signed,
    }
    inside = bool(parts.config.zoho_emulator_url)
    return outlet.post(endpoint.url, body.encode(), headers, inside=inside)


def _signatures(parts: Parts, endpoint: Endpoint, ident: str, body: str) -> str:
    """One for each secret that holds. Raises Unsealable."""
    now = parts.clock()
    sealed = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_until and endpoint.old_until > now:
        sealed.append(endpoint.old_secret)
    return " ".join(Webhook(parts.vault.open(one)).sign(ident, now, body) for one in sealed)


def _note(parts: Parts, message: Message, answer: Answer) -> None:
    endpoint, now = message.endpoint, parts.clock()
    if not answer.problem:
        _write(
            parts, endpoint, cursor=message.number, failures=0, failing_since=None, retry_at=None,
            last_problem=None, delivered_at=now,
        )  # fmt: skip
    else:
        _write(parts, endpoint, **_failure(endpoint, answer, now))
    log.info(
        "told",
        endpoint=endpoint.public_id,
        message=message.ident,
        status_code=answer.status,
        taken=not answer.problem,
    )


def _failure(endpoint: Endpoint, answer: Answer, now: datetime) -> dict[str, Any]:
    since = endpoint.failing_since or now
    failures = endpoint.failures + 1
    # Who answers that it is gone wants to hear nothing more.
    over = answer.status == HTTPStatus.GONE or now - since >= GIVE_UP
    return {
        "state": FAILED if over else ACTIVE,
        "failures": failures,
        "failing_since": since,
        "retry_at": None if over else now + timedelta(seconds=PATIENCE.pause(min(failures, 50))),
        "last_problem": answer.problem,
    }


def _write(parts: Parts, endpoint: Endpoint, **values: Any) -> None:
    """Unless somebody has changed it meanwhile: has moved its cursor back, or put it off."""
    same = (Endpoint.cursor == endpoint.cursor, Endpoint.state == endpoint.state)
    with parts.sessions.begin() as db:
        db.execute(
            update(Endpoint)
            .where(Endpoint.id == endpoint.id, *same, Endpoint.url == endpoint.url)
            .values(**values)
        )
