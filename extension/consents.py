"""To Zoho's consent page and back: begun with a single-use state, bound to one browser."""

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from . import batch_runs, grants, inbox, installations, sessions, sign_ins
from .errors import ExtensionError, InstallFailed
from .installations import Arrived
from .parts import Parts
from .sessions import Ticket
from .sign_ins import Release
from .store.models import Consent, Installation, SignIn
from .store.sealing import digest, new_secret
from .zoho import oauth
from .zoho.datacenters import DataCenter
from .zoho.oauth import TokenSet

TIME_TO_CONSENT = timedelta(minutes=10)
DEFAULT_LOCATION = "us"
"""Where everybody may start: Zoho sends each account to its own region from there (except cn)."""
OUR_FAULT = "Something went wrong on our side. Start again; if it stays, tell your administrator."


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and the secret that it must bring back in a cookie."""

    url: str
    browser: str


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Zoho gave no refresh token and we hold none: once more, with the question shown."""

    departure: Departure


@dataclass(frozen=True, slots=True)
class Installed:
    installation: Installation


@dataclass(frozen=True, slots=True)
class SignedIn:
    ticket: Ticket
    release: Release
    origin: str


Arrival = AskAgain | Installed | SignedIn


class SignInFailed(Exception):
    """A sign-in from the widget came to nothing: the pop-up tells the widget `why`. Its cause is
    the fault of ours, where there was one."""

    def __init__(self, challenge: str, origin: str, why: ExtensionError) -> None:
        super().__init__(why.code)
        self.challenge = challenge
        self.origin = origin
        self.why = why


def new_browser() -> str:
    return new_secret()


def center_for(parts: Parts, zgid: str) -> DataCenter:
    """Where the users of this org sign in; the usual start for an org that we do not know."""
    with parts.sessions() as db:
        found = db.scalars(select(Installation).where(Installation.zgid == zgid)).first()
    return parts.data_centers.by_location(found.data_center if found else DEFAULT_LOCATION)


def begin(
    parts: Parts,
    purpose: str,
    center: DataCenter,
    *,
    browser: str,
    challenge: str | None = None,
    forced: bool | None = None,
) -> Departure:
    """Remember that this browser is on its way. Installing always makes Zoho ask; a user who
    signs in again is not asked twice unless we have nothing of theirs."""
    state = new_secret()
    force = purpose == "install" if forced is None else forced
    now = parts.clock()
    with parts.sessions.begin() as db:
        db.execute(delete(Consent).where(Consent.expires_at < now))
        db.add(
            Consent(
                state_hash=digest(state),
                browser_hash=digest(browser),
                purpose=purpose,
                data_center=center.location,
                challenge=challenge,
                forced=force,
                expires_at=now + TIME_TO_CONSENT,
            )
        )
    url = oauth.consent_url(
        center,
        grants.client(parts),
        grants.redirect_uri(parts),
        state,
        oauth.asked(purpose),
        force_consent=force,
    )
    return Departure(url, browser)


def come_back(parts: Parts, query: Mapping[str, str], browser: str) -> Arrival:
    """What became of the trip. Raises InstallFailed, or SignInFailed where a widget waits."""
    consent = _take(parts, query.get("state", ""), browser)
    if consent.purpose == "install":
        _check_time(parts, consent)
        center, tokens = _redeem(parts, query, consent)
        with _kept_or_given_back(parts, center, tokens):
            installation = installations.install(parts, _arrive(parts, center, tokens))
        batch_runs.person_is_back(parts, installation.automation_grant_id or 0)
        inbox.person_is_back(parts, installation.automation_grant_id or 0)
        return Installed(installation)
    waiting = sign_ins.begun(parts, consent.challenge or "")
    try:
        return _sign_in(parts, query, consent, waiting, browser)
    except ExtensionError as why:
        raise _failed(parts, waiting, why) from None
    except Exception as fault:
        # An edge: the widget in the other window would go on waiting.
        raise _failed(parts, waiting, ExtensionError(OUR_FAULT)) from fault


def _failed(parts: Parts, waiting: SignIn, why: ExtensionError) -> SignInFailed:
    # Where it is the database that fails, the pop-up can still say so.
    with suppress(SQLAlchemyError):
        sign_ins.fail(parts, waiting.challenge, why)
    return SignInFailed(waiting.challenge, waiting.origin, why)


def _sign_in(
    parts: Parts, query: Mapping[str, str], consent: Consent, waiting: SignIn, browser: str
) -> Arrival:
    challenge = waiting.challenge
    _check_time(parts, consent)
    sign_ins.check_time(parts, waiting)
    center, tokens = _redeem(parts, query, consent)
    with _kept_or_given_back(parts, center, tokens):
        arrived = _arrive(parts, center, tokens)
        grant = installations.welcome(parts, arrived, waiting.expected_zgid)
    if grant is None:
        if consent.forced:
            raise InstallFailed("Zoho gave no lasting access.", code="no_refresh_token")
        again = begin(parts, "session", center, browser=browser, challenge=challenge, forced=True)
        return AskAgain(again)
    batch_runs.person_is_back(parts, grant.id)
    inbox.person_is_back(parts, grant.id)
    ticket = sessions.start(parts, grant)
    return SignedIn(ticket, sign_ins.finish(parts, challenge, ticket), waiting.origin)


def _take(parts: Parts, state: str, browser: str) -> Consent:
    """The consent that this state began: once, and in the browser that began it."""
    with parts.sessions.begin() as db:
        # One statement: of two that bring the same state, one gets it.
        found = db.execute(
            delete(Consent).where(Consent.state_hash == digest(state)).returning(Consent)
        ).scalar_one_or_none()
    if found is None or not hmac.compare_digest(found.browser_hash, digest(browser)):
        raise _lost()
    return found


def _check_time(parts: Parts, consent: Consent) -> None:
    if consent.expires_at <= parts.clock():
        raise _lost()


def _lost() -> InstallFailed:
    return InstallFailed(
        "This answer belongs to no consent that was begun here.", code="state_lost"
    )


def _redeem(
    parts: Parts, query: Mapping[str, str], consent: Consent
) -> tuple[DataCenter, TokenSet]:
    """From Zoho's redirect to tokens, at the region that answered."""
    if query.get("error"):
        raise InstallFailed("You declined Zoho's question.", code="access_denied")
    code = query.get("code", "")
    if not code:
        raise InstallFailed("Zoho sent no code.", code="invalid_code")
    center = _answered_by(parts, query, consent)
    return center, oauth.exchange(center, grants.client(parts), grants.redirect_uri(parts), code)


@contextmanager
def _kept_or_given_back(parts: Parts, center: DataCenter, tokens: TokenSet) -> Iterator[None]:
    """What nobody keeps is revoked: nobody could end it later, and Zoho would not ask again."""
    kept = False
    try:
        yield
        kept = True
    finally:
        if not kept:
            installations.give_back(parts, center, tokens.refresh_token)


def _arrive(parts: Parts, center: DataCenter, tokens: TokenSet) -> Arrived:
    """From tokens to whom they stand for: each guard says what is wrong."""
    missing = oauth.missing(tokens.scope)
    if missing:
        raise InstallFailed(
            "Some permissions were not granted.",
            code="scopes_missing",
            details={"missing": sorted(missing)},
        )
    if parts.data_centers.by_api_domain(tokens.api_domain).api != center.api:
        raise InstallFailed("Zoho named another region's API.", code="unknown_data_centre")
    return installations.identify(parts, center, tokens)


def _answered_by(parts: Parts, query: Mapping[str, str], consent: Consent) -> DataCenter:
    """Zoho may have sent the account to another region than the one where it began."""
    server = query.get("accounts-server")
    if not server:
        return parts.data_centers.by_location(consent.data_center)
    center = parts.data_centers.by_accounts_server(server)
    named = query.get("location", "")
    if named:
        # One server may stand for several regions only where an emulator plays them all.
        other = parts.data_centers.by_location(named)
        return other if other.accounts == center.accounts else center
    return center
