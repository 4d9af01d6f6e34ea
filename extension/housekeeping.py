"""Does, for nobody in particular: forget what is over, keep fresh what is in use."""

from datetime import timedelta

import structlog
from sqlalchemy import delete, select

from . import (
    audit,
    batch_runs,
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
FORGETTING = (
    hooks.forget, inbox.forget, remembered.forget, watching.forget, events.forget,
    event_endpoints.forget, audit.forget, batch_runs.forget, doubts.forget,
    refusals.forget,
)  # fmt: skip


def keep(parts: Parts) -> None:
    """One round. Whatever goes wrong in it is for the log: the next round comes."""
    try:
        log.info(
            "kept house",
            forgotten=tidy(parts),
            freshened=freshen(parts),
            # What is found to have been missed has the channels seen to.
            swept=watching.sweep(parts),
            watched=watching.tend(parts),
        )
    except Exception as error:
        sentry.report(error)
        log.error("housekeeping failed", exc_info=error)


def tidy(parts: Parts) -> int:
    """Delete sessions, consents, sign-ins, attempts, deliveries, events and secrets that are
    over, and what was seen of an org too long ago. Returns how many that were."""
    now, count = parts.clock(), 0
    old = [delete(table).where(table.expires_at < now) for table in (Session, Consent, SignIn)]
    old.append(
        delete(Metadata).where(
            Metadata.kind.startswith(catalogues.own_kind(""), autoescape=True),
            Metadata.read_at <= now - catalogues.EXPIRED,
        )
    )
    # Each by itself: SQLite lets one write at a time, and somebody may be waiting to.
    for one in old:
        with parts.sessions.begin() as db:
            count += changed(db, one)
    for forget in FORGETTING:
        with parts.sessions.begin() as db:
            count += forget(parts, db)
    return count + parts.queue.forget(now - ATTEMPTS_KEPT)


def freshen(parts: Parts) -> int:
    """Read the metadata of every org whose people are signed in again, before it is old: then
    nobody waits for it. Returns for how many orgs that was done."""
    count = 0
    for caller in _in_use(parts):
        try:
            count += catalogues.freshen(parts, caller)
        except ExtensionError as error:
            log.warning(
                "metadata not refreshed",
                installation=caller.installation.short_id,
                error_code=error.code,
            )
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
