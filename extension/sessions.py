"""The widget's users: a bearer token bound to one installation and one grant."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from .errors import NotSignedIn
from .parts import Parts
from .store.models import Grant, Installation, Session
from .store.sealing import digest, new_secret

LIFETIME = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: found by the token alone, never by what the browser says of itself."""

    installation: Installation
    grant: Grant
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """A new session as its user gets it. `repr` hides the token."""

    token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Ticket(expires_at={self.expires_at})"


def start(parts: Parts, grant: Grant) -> Ticket:
    """Sign the grant's user in for eight hours."""
    ticket = Ticket(new_secret(), parts.clock() + LIFETIME)
    with parts.sessions.begin() as db:
        db.execute(delete(Session).where(Session.expires_at < parts.clock()))
        db.add(
            Session(
                token_hash=digest(ticket.token),
                installation_id=grant.installation_id,
                grant_id=grant.id,
                expires_at=ticket.expires_at,
            )
        )
    return ticket


def find(parts: Parts, token: str) -> Caller:
    """Who stands behind the token. Raises NotSignedIn for one that is unknown, over, or whose
    grant Zoho no longer honours."""
    with parts.sessions() as db:
        row = db.execute(
            select(Session, Grant, Installation)
            .join(Grant, Grant.id == Session.grant_id)
            .join(Installation, Installation.id == Session.installation_id)
            .where(Session.token_hash == digest(token))
        ).first()
    if row is None:
        raise NotSignedIn("You are not signed in. Sign in with Zoho to go on.")
    session, grant, installation = row
    if session.expires_at <= parts.clock():
        raise NotSignedIn("Your session is over. Sign in with Zoho again.", code="session_over")
    if grant.state != "active":
        raise NotSignedIn("Zoho has withdrawn your consent. Sign in again.", code="grant_revoked")
    return Caller(installation, grant, session.expires_at)


def end(parts: Parts, token: str) -> None:
    """Sign out; harmless where nobody was signed in."""
    with parts.sessions.begin() as db:
        db.execute(delete(Session).where(Session.token_hash == digest(token)))
