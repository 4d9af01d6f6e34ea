"""One user's consent, kept working: a CRM client that acts as that user, one access token for all
processes."""

import random
import time
from datetime import timedelta

from sqlalchemy import CursorResult, or_, select, update

from .errors import ExtensionError, GrantRevoked, InstallFailed, NotInstalled, ZohoBusy
from .parts import Parts
from .store.models import Grant, Installation
from .store.sealing import Unsealable
from .zoho import limiter, oauth
from .zoho.client import Crm
from .zoho.datacenters import DataCenter

# A token that dies on the way is a wasted call: renew a little earlier than Zoho says.
MARGIN = timedelta(seconds=60)
# Longer than a refresh can take, so that a process which died while refreshing delays nobody long.
LEASE = timedelta(seconds=30)
PATIENCE_SECONDS = 35.0
ACTIVE, REVOKED = "active", "revoked"


def crm(parts: Parts, installation: Installation, grant: Grant) -> Crm:
    """A client of the installation's CRM that acts as the grant's user and may be used at once.

    Raises NotInstalled where it was installed against another Zoho than the configured one.
    """
    try:
        center = parts.data_centers.by_api_domain(installation.api_domain)
    except InstallFailed:
        raise NotInstalled("This organisation has to be installed again: Zoho has moved.") from None
    return Crm(
        parts.transport,
        GrantTokens(parts, grant.id),
        center,
        parts.config.zoho_api_version,
        parts.limiters.of(installation.id, limiter.allowed(installation.edition)),
        parts.patience,
    )


class GrantTokens:
    """The access token of one grant; see `access_token`."""

    def __init__(self, parts: Parts, grant_id: int) -> None:
        self._parts = parts
        self._grant_id = grant_id

    def access_token(self, stale: str | None = None) -> str:
        return access_token(self._parts, self._grant_id, stale)


def access_token(parts: Parts, grant_id: int, stale: str | None = None) -> str:
    """A token that Zoho should accept, and that is not `stale`.

    However many processes and threads ask at once, one of them refreshes and the others wait for
    what it gets: Zoho gives ten tokens in ten minutes and lets fifteen live.
    https://www.zoho.com/crm/developer/docs/api/v8/token-validity.html

    Raises GrantRevoked once Zoho has refused the refresh token, ZohoBusy when nobody gets an
    answer in time.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        grant = _read(parts, grant_id)
        if grant.state != ACTIVE:
            raise GrantRevoked("Zoho has withdrawn your consent. Sign in again.")
        token = _open(parts, grant.access_token)
        if token and token != stale and grant.access_until - MARGIN > parts.clock():
            return token
        if _claim(parts, grant):
            fresh = _refresh(parts, grant)
            if fresh is not None:
                return fresh
        time.sleep(random.uniform(0.02, 0.08))  # noqa: S311
    raise ZohoBusy("Zoho takes too long to renew the access. Try again in a moment.")


def reseal(parts: Parts) -> tuple[int, int]:
    """Put every kept token under the newest key. Returns how many grants that were, and how many
    no key opens any more: their users have to sign in again."""
    with parts.sessions() as db:
        kept = db.execute(select(Grant.id, Grant.refresh_token, Grant.access_token)).all()
    lost = 0
    for grant_id, *sealed in kept:
        try:
            refresh, access = (parts.vault.reseal(one) for one in sealed)
        except Unsealable:
            lost += 1
            continue
        with parts.sessions.begin() as db:
            # Only what has not been replaced since: that is under the newest key already.
            is_same = (Grant.refresh_token == sealed[0], Grant.access_token == sealed[1])
            # Who refreshes just now will find another token than the one it asked with, and go
            # round once more: it need not wait for its own turn to end.
            values = {"refresh_token": refresh, "access_token": access, "refreshing_until": None}
            db.execute(update(Grant).where(Grant.id == grant_id, *is_same).values(values))
    return len(kept) - lost, lost


def _read(parts: Parts, grant_id: int) -> Grant:
    with parts.sessions() as db:
        grant = db.get(Grant, grant_id)
    if grant is None:
        raise uninstalled()
    return grant


def uninstalled() -> NotInstalled:
    return NotInstalled("Convert Anywhere has been uninstalled from this organisation.")


def _open(parts: Parts, sealed: str) -> str:
    """The token, or "" where no key opens it any more: then a new one is fetched."""
    try:
        return parts.vault.open(sealed)
    except Unsealable:
        return ""


def _claim(parts: Parts, grant: Grant) -> bool:
    """Become the one that refreshes: only who still sees the token that it has just read."""
    now = parts.clock()
    with parts.sessions.begin() as db:
        claimed: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
            update(Grant)
            .where(
                Grant.id == grant.id,
                Grant.access_token == grant.access_token,
                or_(Grant.refreshing_until.is_(None), Grant.refreshing_until < now),
            )
            .values(refreshing_until=now + LEASE)
            .execution_options(synchronize_session=False)
        )
        return claimed.rowcount == 1


def _refresh(parts: Parts, grant: Grant) -> str | None:
    """Ask Zoho for a new token and write it down for everybody; None where the user has signed in
    again meanwhile. No transaction is open while Zoho works."""
    try:
        refresh_token = parts.vault.open(grant.refresh_token)
        tokens = oauth.refresh(_center(parts, grant), client(parts), refresh_token)
    except Unsealable:
        _note(parts, grant, refreshing_until=None)
        raise GrantRevoked("The key that protects your access is gone. Sign in again.") from None
    except GrantRevoked:
        if not _note(parts, grant, state=REVOKED, refreshing_until=None):
            return None
        raise
    except ExtensionError:
        _note(parts, grant, refreshing_until=None)
        raise
    noted = _note(
        parts,
        grant,
        access_token=parts.vault.seal(tokens.access_token),
        access_until=parts.clock() + timedelta(seconds=tokens.expires_in),
        refreshing_until=None,
    )
    return tokens.access_token if noted else None


def _note(parts: Parts, grant: Grant, **values: object) -> bool:
    """Write down what became of this refresh token. Returns whether the grant still has it: what
    is true of a former consent says nothing of the one that the user has given since."""
    is_same = (Grant.id == grant.id, Grant.refresh_token == grant.refresh_token)
    with parts.sessions.begin() as db:
        noted: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
            update(Grant).where(*is_same).values(**values)
        )
        return noted.rowcount == 1


def _center(parts: Parts, grant: Grant) -> DataCenter:
    with parts.sessions() as db:
        installation = db.get(Installation, grant.installation_id)
    if installation is None:
        raise uninstalled()
    return parts.data_centers.by_location(installation.data_center)


def client(parts: Parts) -> oauth.Client:
    """Who we are to Zoho's accounts servers."""
    return oauth.Client(parts.config.zoho_client_id, parts.config.zoho_client_secret, parts.network)


def redirect_uri(parts: Parts) -> str:
    """Where Zoho sends people back to; registered at Zoho to the letter."""
    return parts.config.public_url + "/oauth/callback"
