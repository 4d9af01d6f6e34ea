"""Does, for administrators: who is told of events, with which secret, and from where on."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session as Db

from . import events, outlet, telling
from .errors import InvalidInput, NotFound, WrongState
from .parts import Parts
from .sessions import Caller
from .store.database import changed
from .store.events import Endpoint, Event
from .store.models import Installation
from .store.sealing import Unsealable

log = structlog.get_logger(__name__)

Json = dict[str, Any]
OFF = "off"
MOST = 10
OVERLAP = timedelta(hours=24)
"""How long the former secret signs, too, unless somebody says otherwise."""
CALM = {"failures": 0, "failing_since": None, "retry_at": None, "last_problem": None}


def told(parts: Parts, caller: Caller, after: int, limit: int) -> Json:
    """The events of the org behind that cursor, the oldest first."""
    of = (Event.installation_id == caller.installation.id, Event.number > after)
    with parts.sessions() as db:
        rows = list(db.scalars(select(Event).where(*of).order_by(Event.number).limit(limit + 1)))
    shown = rows[:limit]
    return {
        "events": [events.as_told(caller.installation, one) for one in shown],
        "next": str(shown[-1].number if shown else after),
        "more": len(rows) > len(shown),
    }


def listed(parts: Parts, caller: Caller) -> list[Json]:
    """All endpoints of the org."""
    wanted = select(Endpoint).where(Endpoint.installation_id == caller.installation.id)
    with parts.sessions() as db:
        return [view(one) for one in db.scalars(wanted.order_by(Endpoint.id))]


def find(parts: Parts, caller: Caller, public_id: str) -> Json:
    """One of them. Raises NotFound."""
    return view(_row(parts, caller, public_id))


def add(parts: Parts, caller: Caller, url: str, types: Sequence[str]) -> Json:
    """Have this address told of what happens from now on. Its secret is in the answer, and never
    again. Raises InvalidInput."""
    _check(parts, url)
    secret = telling.new_secret()
    with parts.sessions.begin() as db:
        # Two who add at once are counted one after the other.
        _hold(db, caller.installation.id)
        count = select(func.count()).where(Endpoint.installation_id == caller.installation.id)
        if (db.scalar(count) or 0) >= MOST:
            raise InvalidInput(f"There are {MOST} endpoints already. Delete one first.")
        row = _new(parts, caller, url, types, secret)
        row.cursor = events.last(db, caller.installation.id)
        db.add(row)
    log.info("endpoint added", endpoint=row.public_id)
    return {**view(row), "secret": secret}


def change(parts: Parts, caller: Caller, public_id: str, url: str, types: Sequence[str]) -> Json:
    """Another address, or other types; what it has taken stays taken. Raises InvalidInput,
    NotFound."""
    row = _row(parts, caller, public_id)
    _check(parts, url)
    return _set(parts, row, url=url, types=list(types), **CALM)


def remove(parts: Parts, caller: Caller, public_id: str) -> None:
    """Tell it nothing more. Raises NotFound."""
    row = _row(parts, caller, public_id)
    with parts.sessions.begin() as db:
        db.execute(delete(Endpoint).where(Endpoint.id == row.id))
    log.info("endpoint removed", endpoint=public_id)


def enable(parts: Parts, caller: Caller, public_id: str) -> Json:
    """Tell it again, from where it was, with everything that is still kept. Raises NotFound."""
    return _set(parts, _row(parts, caller, public_id), state=events.ACTIVE, **CALM)


def disable(parts: Parts, caller: Caller, public_id: str) -> Json:
    """Tell it nothing until it is enabled again. Raises NotFound."""
    return _set(parts, _row(parts, caller, public_id), state=OFF)


def replay(parts: Parts, caller: Caller, public_id: str, after: int) -> Json:
    """Tell it once more what lies behind that cursor. Raises NotFound, WrongState, InvalidInput
    where the cursor lies ahead."""
    row = _row(parts, caller, public_id)
    if row.state != events.ACTIVE:
        raise WrongState("Enable this endpoint first.", details={"state": row.state})
    with parts.sessions() as db:
        last = events.last(db, caller.installation.id)
    if after > last:
        fields = {"after": f"The last event has the cursor {last}."}
        raise InvalidInput("That cursor lies ahead of all events.", details={"fields": fields})
    return _set(parts, row, cursor=after, **CALM)


def rotate(parts: Parts, caller: Caller, public_id: str, overlap: timedelta = OVERLAP) -> Json:
    """A new secret, shown here and never again; what is told is signed with the former, too, while
    the overlap lasts. Raises NotFound."""
    row, secret = _row(parts, caller, public_id), telling.new_secret()
    former = {"old_secret": row.secret, "old_until": parts.clock() + overlap}
    if overlap <= timedelta(0) or not _opens(parts, row.secret):
        former = {"old_secret": None, "old_until": None}
    made = _set(parts, row, secret=parts.vault.seal(secret), **former)
    log.info("endpoint's secret rotated", endpoint=public_id)
    return {**made, "secret": secret}


def try_out(parts: Parts, caller: Caller, public_id: str) -> Json:
    """Send it an event that means nothing, now. Raises NotFound."""
    answer = telling.try_out(parts, caller.installation, _row(parts, caller, public_id))
    return {"taken": not answer.problem, "problem": answer.problem or None}


def reseal(parts: Parts) -> int:
    """Put every secret under the newest key. How many no key opens any more: they have to be
    rotated."""
    lost = 0
    with parts.sessions.begin() as db:
        for row in db.scalars(select(Endpoint).with_for_update()):
            try:
                row.secret = parts.vault.reseal(row.secret)
                row.old_secret = row.old_secret and parts.vault.reseal(row.old_secret)
            except Unsealable:
                lost += 1
    return lost


def forget(parts: Parts, db: Db) -> int:
    """Delete former secrets that hold no more. How many."""
    over = update(Endpoint).where(Endpoint.old_until <= parts.clock())
    return changed(db, over.values(old_secret=None, old_until=None))


def view(row: Endpoint) -> Json:
    """An endpoint as our API shows it."""
    return {
        "id": row.public_id,
        "url": row.url,
        "types": list(row.types),
        "state": row.state,
        "cursor": str(row.cursor),
        "failures": row.failures,
        "failing_since": _at(row.failing_since),
        "retry_at": _at(row.retry_at),
        "problem": row.last_problem,
        "taken_at": _at(row.delivered_at),
        "former_secret_until": _at(row.old_until),
        "created_at": _at(row.created_at),
        "created_by": row.created_by,
    }


def _at(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()


def _check(parts: Parts, url: str) -> None:
    try:
        outlet.check(url, inside=bool(parts.config.zoho_emulator_url))
    except outlet.NotThere as error:
        fields = {"url": str(error)}
        said = "Nothing can be sent to this address."
        raise InvalidInput(said, details={"fields": fields}) from None


def _new(
    parts: Parts, caller: Caller, url: str, types: Sequence[str], secret: str
) -> Endpoint:  # fmt: skip
    return Endpoint(
        public_id=secrets.token_hex(8),
        installation_id=caller.installation.id,
        url=url,
        types=list(types),
        secret=parts.vault.seal(secret),
        old_secret=None,
        old_until=None,
        state=events.ACTIVE,
        **CALM,
        delivered_at=None,
        created_at=parts.clock(),
        created_by=caller.grant.zoho_user_id,
    )


def _opens(parts: Parts, sealed: str) -> bool:
    try:
        return bool(parts.vault.open(sealed))
    except Unsealable:
        return False


def _hold(db: Db, installation_id: int) -> None:
    db.execute(
        update(Installation)
        .where(Installation.id == installation_id)
        .values(short_id=Installation.short_id)
    )


def _row(parts: Parts, caller: Caller, public_id: str) -> Endpoint:
    mine = Endpoint.installation_id == caller.installation.id
    with parts.sessions() as db:
        row = db.scalar(select(Endpoint).where(mine, Endpoint.public_id == public_id))
    if row is None:
        raise NotFound("There is no such endpoint.")
    return row


def _set(parts: Parts, row: Endpoint, **values: Any) -> Json:
    """Write this, and have it told at once what it is to be told."""
    with parts.sessions.begin() as db:
        now = db.scalar(
            update(Endpoint).where(Endpoint.id == row.id).values(**values).returning(Endpoint)
        )
        if now is None:
            raise NotFound("There is no such endpoint.")
        if now.state == events.ACTIVE:
            events.put_in_line(parts, db, now.public_id, now.installation_id)
        return view(now)
