"""Does, for an org: identify who comes from Zoho, install, welcome its users, uninstall."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import delete, select

from . import channels
from .errors import ExtensionError, GrantRevoked, InstallFailed, NotInstalled, WrongOrg
from .grants import ACTIVE, REVOKED, client
from .parts import Parts
from .planning.records import User
from .sessions import Caller
from .store.database import once_more
from .store.models import Grant, Installation
from .store.sealing import Unsealable
from .zoho import oauth
from .zoho.client import Crm
from .zoho.datacenters import DataCenter
from .zoho.oauth import TokenSet
from .zoho.people import Org
from .zoho.threads import together

log = structlog.get_logger(__name__)

SHORT_ID_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
SHORT_ID_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody whom Zoho has just named to us, with what they granted."""

    center: DataCenter
    tokens: TokenSet
    org: Org
    user: User


class HeldToken:
    """An access token that cannot be renewed: it only has to last for a handshake."""

    def __init__(self, token: str) -> None:
        self._token = token

    def access_token(self, stale: str | None = None) -> str:
        if stale is not None:
            raise GrantRevoked("Zoho does not accept the access that it has just given.")
        return self._token


def identify(parts: Parts, center: DataCenter, tokens: TokenSet) -> Arrived:
    """Ask Zoho itself which org and which user these tokens stand for."""
    crm = Crm(
        parts.transport,
        HeldToken(tokens.access_token),
        center,
        parts.config.zoho_api_version,
        parts.limiters.of(("arriving", center.location)),
    )
    org, user = together(crm.org, crm.current_user)
    return Arrived(center, tokens, org, user)


def install(parts: Parts, arrived: Arrived) -> Installation:
    """Make the org ours to serve, or renew it. Its installer's grant becomes the automation grant
    unless another one works already.

    Raises InstallFailed when the user does not administer the org, or without a refresh token.
    """
    if not arrived.user.administrator:
        raise InstallFailed(
            "Only an administrator of your Zoho CRM can install it.", code="not_admin"
        )
    if not arrived.tokens.refresh_token:
        raise InstallFailed("Zoho gave no lasting access.", code="no_refresh_token")
    installation, replaced = once_more(lambda: _keep(parts, arrived))
    give_back(parts, arrived.center, replaced)
    log.info("installed", installation=installation.short_id)
    return installation


def _keep(parts: Parts, arrived: Arrived) -> tuple[Installation, str]:
    """The org and its installer's grant; and the refresh token that is not needed any more."""
    with parts.sessions.begin() as db:
        installation = db.scalars(_of_org(arrived)).one_or_none()
        if installation is None:
            installation = Installation(
                short_id=_new_short_id(),
                zgid=arrived.org.id,
                data_center=arrived.center.location,
                automation_grant_id=None,
                installed_at=parts.clock(),
            )
            db.add(installation)
        installation.api_domain = arrived.center.api
        installation.org_name = arrived.org.name
        installation.edition = arrived.org.edition(parts.clock())
        db.flush()
        installer, replaced = _keep_grant(parts, db, installation, arrived)
        automation = installation.automation_grant_id
        kept = db.get(Grant, automation) if automation else None
        if not _lasts(parts, kept):
            installation.automation_grant_id = installer.id
            channels.see_to_soon(parts, db, installation.id)
    return installation, replaced


def welcome(parts: Parts, arrived: Arrived, expected_zgid: str) -> Grant | None:
    """Keep what a user of the widget granted; None where Zoho has to be asked again for a lasting
    grant. Raises NotInstalled, or WrongOrg where another org's lead is open."""
    if expected_zgid and arrived.org.id != expected_zgid:
        raise WrongOrg(
            f"You signed in to {arrived.org.name}, but the lead that is open belongs to another "
            "organisation. Sign in again and choose that one."
        )
    grant, replaced = once_more(lambda: _let_in(parts, arrived))
    give_back(parts, arrived.center, replaced)
    return grant


def _let_in(parts: Parts, arrived: Arrived) -> tuple[Grant | None, str]:
    with parts.sessions.begin() as db:
        installation = db.scalars(_of_org(arrived)).one_or_none()
        if installation is None:
            raise NotInstalled(
                f"Convert Anywhere is not installed for {arrived.org.name}. "
                "Ask an administrator of your Zoho CRM to install it."
            )
        # Orgs move up, and trials end.
        installation.edition = arrived.org.edition(parts.clock()) or installation.edition
        known = db.scalars(_grant_of(installation, arrived)).one_or_none()
        if not arrived.tokens.refresh_token and not _lasts(parts, known):
            return None, ""
        return _keep_grant(parts, db, installation, arrived)


def _lasts(parts: Parts, grant: Grant | None) -> bool:
    """Whether what we hold of this user can still be renewed."""
    return grant is not None and grant.state == ACTIVE and bool(_opened(parts, grant.refresh_token))


def uninstall(parts: Parts, installation_id: int) -> None:
    """Revoke every grant of the org at Zoho, then forget the org; ours goes even where Zoho cannot
    be reached. Harmless where it is gone already."""
    with parts.sessions() as db:
        installation = db.get(Installation, installation_id)
        of_org = Grant.installation_id == installation_id
        held = set(db.scalars(select(Grant.refresh_token).where(of_org)))
    if installation is None:
        return
    channels.close_all(parts, installation)
    center = parts.data_centers.by_location(installation.data_center)
    _give_all_back(parts, center, held)
    # Who has signed in meanwhile has given a consent that must end, too.
    _give_all_back(parts, center, _delete(parts, installation_id) - held)
    log.info("uninstalled", installation=installation.short_id)


def _delete(parts: Parts, installation_id: int) -> set[str]:
    """Delete all that is kept of the org. Returns the sealed refresh tokens that it then had."""
    with parts.sessions.begin() as db:
        # With that, nobody can join the org before it is gone.
        db.execute(
            select(Installation.id).where(Installation.id == installation_id).with_for_update()
        )
        gone = delete(Grant).where(Grant.installation_id == installation_id)
        tokens = set(db.scalars(gone.returning(Grant.refresh_token)))
        db.execute(delete(Installation).where(Installation.id == installation_id))
    return tokens


def _give_all_back(parts: Parts, center: DataCenter, sealed: Iterable[str]) -> None:
    tokens = [_opened(parts, one) for one in sealed]
    together(*(partial(give_back, parts, center, one) for one in tokens))


def find(parts: Parts, zgid: str = "") -> Installation:
    """The installation of this org, or the only one. Raises NotInstalled, naming what to do."""
    with parts.sessions() as db:
        wanted = select(Installation)
        found = list(db.scalars(wanted.where(Installation.zgid == zgid) if zgid else wanted))
    if len(found) == 1:
        return found[0]
    if found:
        raise NotInstalled("There are several organisations: choose one with --org.")
    raise NotInstalled("No such organisation is installed. Open /install first.")


def automation(parts: Parts, zgid: str = "") -> Caller:
    """The automation grant of an org, as a caller. Raises NotInstalled."""
    installation = find(parts, zgid)
    with parts.sessions() as db:
        grant = db.get(Grant, installation.automation_grant_id or 0)
    if grant is None:
        raise NotInstalled("This organisation has no grant of its own. Install again.")
    return Caller(installation, grant, parts.clock())


def introduce(parts: Parts, caller: Caller) -> dict[str, Any]:
    """Who is signed in, and where, for the widget. The installation's state is that of the
    automation grant."""
    grant, installation = caller.grant, caller.installation
    with parts.sessions() as db:
        automation = db.get(Grant, installation.automation_grant_id or 0)
    crm = parts.data_centers.by_location(installation.data_center).crm
    return {
        "user": {
            "id": grant.zoho_user_id,
            "name": grant.user_name,
            "email": grant.user_email,
            "profile": grant.profile_name,
            "administrator": grant.administrator,
        },
        "org": {"id": installation.zgid, "name": installation.org_name},
        "session": {"expires_at": caller.expires_at},
        "installation": {
            "data_center": installation.data_center,
            "state": automation.state if automation else REVOKED,
            "records_at": f"{crm}/crm/org{installation.zgid}/tab",
        },
    }


def give_back(parts: Parts, center: DataCenter, refresh_token: str) -> None:
    """Tell Zoho that we do not need this any more. Nothing depends on its hearing it."""
    if not refresh_token:
        return
    try:
        oauth.revoke(center, client(parts), refresh_token)
    except ExtensionError as error:
        log.warning("not revoked", error_code=error.code)


def _of_org(arrived: Arrived) -> Any:
    return select(Installation).where(
        Installation.zgid == arrived.org.id,
        Installation.data_center == arrived.center.location,
    )


def _grant_of(installation: Installation, arrived: Arrived) -> Any:
    return select(Grant).where(
        Grant.installation_id == installation.id, Grant.zoho_user_id == arrived.user.id
    )


def _keep_grant(
    parts: Parts, db: Any, installation: Installation, arrived: Arrived
) -> tuple[Grant, str]:
    """The user's grant, renewed; and the refresh token that it no longer needs, or ""."""
    user, tokens = arrived.user, arrived.tokens
    grant = db.scalars(_grant_of(installation, arrived)).one_or_none()
    replaced = ""
    if grant is None:
        grant = Grant(installation_id=installation.id, zoho_user_id=user.id)
        db.add(grant)
    elif tokens.refresh_token:
        former = _opened(parts, grant.refresh_token)
        replaced = former if former != tokens.refresh_token else ""
    if tokens.refresh_token:
        grant.refresh_token = parts.vault.seal(tokens.refresh_token)
        grant.scopes = tokens.scope
    # Who installed and then signs in gets a token that may do less than what they have granted.
    if tokens.refresh_token or not oauth.missing(tokens.scope, grant.scopes.split()):
        grant.access_token = parts.vault.seal(tokens.access_token)
        grant.access_until = parts.clock() + timedelta(seconds=tokens.expires_in)
        grant.refreshing_until = None
    # They are back, or have consented to more than before.
    if grant.id and grant.id == installation.automation_grant_id and tokens.refresh_token:
        channels.see_to_soon(parts, db, installation.id)
    grant.state = ACTIVE
    note_user(parts, grant, user)
    db.flush()
    return grant, replaced


def note_user(parts: Parts, grant: Grant, user: User) -> None:
    """Write down on the grant what Zoho says of its user now."""
    grant.user_name = user.name
    grant.user_email = user.email
    grant.locale = user.locale
    grant.time_zone = user.time_zone
    grant.profile_id = user.profile.id
    grant.profile_name = user.profile.name
    grant.administrator = user.administrator
    grant.user_read_at = parts.clock()


def _opened(parts: Parts, sealed: str) -> str:
    try:
        return parts.vault.open(sealed)
    except Unsealable:
        return ""


def _new_short_id() -> str:
    return "".join(secrets.choice(SHORT_ID_ALPHABET) for _ in range(SHORT_ID_LENGTH))
