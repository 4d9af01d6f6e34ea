"""Does, for callers without a session: who may knock at the other door, and how that is changed.

A workflow rule of Zoho's signs nothing. It knows two things: a key, which is part of the address
and names the installation, and a secret beside it. Each can be replaced while the former one is
still accepted for a while.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import structlog
from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import aliased

from . import refusals
from .doors import NOWHERE, Door
from .errors import ForgedDelivery
from .parts import Parts
from .store.database import changed
from .store.inbox import Automation, HookSecret
from .store.models import Installation
from .store.sealing import Unsealable, digest, new_secret

log = structlog.get_logger(__name__)

Kind = Literal["key", "secret"]
KINDS: tuple[Kind, ...] = ("key", "secret")
PATH = "/hooks/workflow/"
HEADER = "X-Convert-Anywhere-Secret"
PARAMETER = "secret"
KEPT = timedelta(days=30)
"""How long one that has ended is recognised: its administrators hear that it is still used."""
OVERLAP = timedelta(days=7)
"""How long the former one is accepted unless somebody says otherwise: time to change Zoho."""


def verified(parts: Parts, key: str, secret: str) -> Door:
    """The door that these two open. Raises ForgedDelivery, which says no more than that, and takes
    the same steps whatever is wrong."""
    name, given, now = digest(key), digest(secret), parts.clock()
    door = parts.doors.get(name)
    if door is not None and _opens(door, given, now):
        return door
    # Another process may have made a new secret since this one looked. So whoever is refused has
    # cost one question, the same whatever is wrong.
    door = _look(parts, name)
    if door is not None:
        parts.doors.put(name, door)
    known = door or NOWHERE
    if not _opens(known, given, now) or door is None:
        kind = "secret" if _lasts(known.ends_at, now) else "address"
        refusals.count(parts, known.installation_id, kind if door else "unknown")
        raise ForgedDelivery("This call could not prove where it comes from.")
    return door


def _opens(door: Door, given: str, now: datetime) -> bool:
    """Whether this digest is one of its secrets, and neither that nor the key has ended."""
    fits = [
        hmac.compare_digest(one, given) and _lasts(ends_at, now) for one, ends_at in door.secrets
    ]
    return any(fits) and _lasts(door.ends_at, now)


def _lasts(ends_at: datetime | None, now: datetime) -> bool:
    return ends_at is None or ends_at > now


def _look(parts: Parts, name: str) -> Door | None:
    """The door of a key, with one question."""
    other = aliased(HookSecret)
    wanted = (
        select(
            HookSecret.installation_id,
            Installation.short_id,
            HookSecret.ends_at,
            other.digest,
            other.ends_at,
            Automation.document,
        )
        .join(Installation, Installation.id == HookSecret.installation_id)
        .join(other, other.installation_id == HookSecret.installation_id)
        .outerjoin(Automation, Automation.installation_id == HookSecret.installation_id)
        .where(HookSecret.digest == name, HookSecret.kind == "key", other.kind == "secret")
    )
    lasting = or_(other.ends_at.is_(None), other.ends_at > parts.clock())
    with parts.sessions() as db:
        rows = db.execute(wanted.where(lasting)).all()
    if not rows:
        return None
    installation_id, short_id, ends_at, *_, document = rows[0]
    marker = str((document or {}).get("lead_in_text") or "")
    secrets = tuple((row[3], row[4]) for row in rows)
    return Door(installation_id, short_id, ends_at, secrets, marker)


@dataclass(frozen=True, slots=True)
class Knock:
    """What Zoho has to be told, for who may see it. `repr` hides both."""

    address: str
    secret: str
    made_at: Mapping[str, datetime]
    former_until: Mapping[str, datetime]
    """When those that were replaced end, the last of each kind."""

    def __repr__(self) -> str:
        return "Knock(…)"


def look(parts: Parts, installation: Installation) -> Knock | None:
    """The address and the secret; None where they were never made."""
    current, former = _known(parts, installation)
    return _knock(parts, current, former) if set(current) == set(KINDS) else None


def show(parts: Parts, installation: Installation) -> Knock:
    """The address and the secret; made now where there were none."""
    there_already = look(parts, installation)
    if there_already is not None:
        return there_already
    with parts.sessions.begin() as db:
        # Two who look at once shall see the same.
        _wait_for_others(db, installation)
        there = set(db.scalars(_current(installation.id).with_only_columns(HookSecret.kind)))
        for kind in KINDS:
            if kind not in there:
                _make(parts, db, installation.id, kind)
    return _knock(parts, *_known(parts, installation))


def rotate(
    parts: Parts, installation: Installation, kinds: tuple[Kind, ...], overlap: timedelta = OVERLAP
) -> Knock:
    """New ones; the former are accepted for as long as `overlap` says, and no longer."""
    show(parts, installation)
    now = parts.clock()
    until = now + max(overlap, timedelta(0))
    of = (HookSecret.installation_id == installation.id, HookSecret.kind.in_(kinds))
    with parts.sessions.begin() as db:
        # Of two who do this at once the second ends what the first has made.
        _wait_for_others(db, installation)
        earlier = or_(HookSecret.ends_at.is_(None), HookSecret.ends_at > until)
        db.execute(update(HookSecret).where(*of, earlier).values(ends_at=until))
        for kind in kinds:
            _make(parts, db, installation.id, kind)
    parts.doors.forget()
    log.info("hook secrets rotated", installation=installation.short_id, kinds=kinds)
    return _knock(parts, *_known(parts, installation))


def _wait_for_others(db: Db, installation: Installation) -> None:
    """Until this transaction is over nobody else changes what opens this org's door."""
    lock = update(Installation).where(Installation.id == installation.id)
    db.execute(lock.values(short_id=Installation.short_id))


def reseal(parts: Parts) -> int:
    """Put every kept one under the newest key; those that no key opens any more are left alone and
    still open the door. How many those are."""
    lost = 0
    with parts.sessions.begin() as db:
        for row in db.scalars(select(HookSecret)):
            try:
                row.sealed = parts.vault.reseal(row.sealed)
            except Unsealable:
                lost += 1
    return lost


def forget(parts: Parts, db: Db) -> int:
    """Delete those that have not been accepted for long."""
    over = delete(HookSecret).where(HookSecret.ends_at <= parts.clock() - KEPT)
    return changed(db, over)


def _make(parts: Parts, db: Db, installation_id: int, kind: Kind) -> None:
    plain = new_secret()
    db.add(
        HookSecret(
            digest=digest(plain),
            installation_id=installation_id,
            kind=kind,
            sealed=parts.vault.seal(plain),
            made_at=parts.clock(),
            ends_at=None,
        )
    )


def _current(installation_id: int) -> Select[HookSecret]:
    return select(HookSecret).where(
        HookSecret.installation_id == installation_id, HookSecret.ends_at.is_(None)
    )


def _known(
    parts: Parts, installation: Installation
) -> tuple[dict[str, HookSecret], dict[str, datetime]]:
    """The current ones by kind, and when the former end."""
    with parts.sessions() as db:
        current = {row.kind: row for row in db.scalars(_current(installation.id))}
        former = db.execute(
            select(HookSecret.kind, HookSecret.ends_at)
            .where(
                HookSecret.installation_id == installation.id,
                HookSecret.ends_at > parts.clock(),
            )
            .order_by(HookSecret.ends_at)
        ).all()
    return current, {kind: ends_at for kind, ends_at in former if ends_at is not None}


def _knock(
    parts: Parts, current: Mapping[str, HookSecret], former: Mapping[str, datetime]
) -> Knock:
    opened = {kind: _opened(parts, current[kind].sealed) for kind in KINDS}
    key = opened["key"]
    return Knock(
        address=f"{parts.config.public_url}{PATH}{key}" if key else "",
        secret=opened["secret"],
        made_at={kind: current[kind].made_at for kind in KINDS},
        former_until=former,
    )


def _opened(parts: Parts, sealed: str) -> str:
    """In clear, or "" where no configured key opens it: then it has to be rotated."""
    try:
        return parts.vault.open(sealed)
    except Unsealable:
        return ""
