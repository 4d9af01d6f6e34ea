"""Does, for nobody in particular: forget what is over, keep fresh what is in use."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Db

from . import (
    audit,
    batches,
    catalogues,
    doubts,
    event_endpoints,
    events,
    grants,
    hooks,
    inbox,
    refusals,
    remembered,
    sentry,
    watching,
)
from .errors import ExtensionError
from .parts import Parts
from .sessions import Caller
from .store.database import changed
from .store.models import Consent, Grant, Installation, Metadata, Session, SignIn

log = structlog.get_logger(__name__)

EVERY_SECONDS = 60
# How long the queue's own record of what was done is kept; ours, the journal, is another matter.
ATTEMPTS_KEPT = timedelta(days=7)


def keep(parts: Parts) -> None:
    """One round. Whatever goes wrong in a duty is for the log: the others are done, and the next
    round comes."""
    done = {}
    for name, duty in DUTIES.items():
        with sentry.going_on("housekeeping failed", duty=name):
            done[name] = duty(parts)
    log.info("kept house", **done)


def tidy(parts: Parts) -> int:
    """Delete sessions, consents, sign-ins, attempts, deliveries, events and secrets that are
    over, and what was seen of an org too long ago. Returns how many that were."""
    count = 0
    for name, forget in FORGETTING.items():
        # Each by itself: SQLite lets one write at a time, and somebody may be waiting to.
        with sentry.going_on("housekeeping failed", duty=name), parts.sessions.begin() as db:
            count += forget(parts, db)
    with sentry.going_on("housekeeping failed", duty="attempts"):
        count += parts.queue.forget(parts.clock() - ATTEMPTS_KEPT)
    return count


def _over(table: type[Session | Consent | SignIn]) -> Callable[[Parts, Db], int]:
    return lambda parts, db: changed(db, delete(table).where(table.expires_at < parts.clock()))


def _forget_metadata(parts: Parts, db: Db) -> int:
    own = Metadata.kind.startswith(catalogues.own_kind(""), autoescape=True)
    old = Metadata.read_at <= parts.clock() - catalogues.EXPIRED
    return changed(db, delete(Metadata).where(own, old))


def freshen(parts: Parts) -> int:
    """Read the metadata of every org whose people are signed in again, before it is old: then
    nobody waits for it. Returns for how many orgs that was done."""
    count = 0
    for caller in _in_use(parts):
        org = caller.installation.short_id
        with sentry.going_on("housekeeping failed", duty="freshened", installation=org):
            try:
                count += catalogues.freshen(parts, caller)
            except ExtensionError as error:
                log.warning("metadata not refreshed", installation=org, error_code=error.code)
    return count


def _in_use(parts: Parts) -> list[Caller]:
    """The automation grant, where it works, of each org with a living session and metadata that is
    not fresh, or doubted."""
    now = parts.clock()
    with parts.sessions() as db:
        rows = db.execute(
            select(Installation, Grant)
            .join(Grant, Grant.id == Installation.automation_grant_id)
            .join(Metadata, Metadata.installation_id == Installation.id)
            .where(
                Grant.state == grants.ACTIVE,
                Metadata.kind == catalogues.CATALOGUE,
                catalogues.is_due(now),
                Installation.id.in_(
                    select(Session.installation_id).where(Session.expires_at > now)
                ),
            )
        ).all()
    return [Caller(installation, grant, now) for installation, grant in rows]


FORGETTING: dict[str, Callable[[Parts, Db], int]] = {
    "sessions": _over(Session),
    "consents": _over(Consent),
    "sign-ins": _over(SignIn),
    "metadata": _forget_metadata,
    "hooks": hooks.forget,
    "deliveries": inbox.forget,
    "options": remembered.forget,
    "touched": watching.forget,
    "events": events.forget,
    "endpoints": event_endpoints.forget,
    "journal": audit.forget,
    "batches": batches.forget,
    "doubts": doubts.forget,
    "refusals": refusals.forget,
}
DUTIES: dict[str, Callable[[Parts], int]] = {
    "forgotten": tidy,
    "freshened": freshen,
    # What is found to have been missed has the channels seen to.
    "swept": watching.sweep,
    "watched": watching.tend,
}
