"""Zoho's consent and tokens: the accounts servers, and nothing but them.

https://www.zoho.com/crm/developer/docs/api/v8/oauth-overview.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests_oauthlib import OAuth2Session

from extension.errors import GrantRevoked, InstallFailed, ZohoRefused

from .client import TIMEOUT, translated
from .datacenters import DataCenter
from .protocol import busy
from .quiet import hush
from .scopes import SCOPES, asked, missing

__all__ = [
    "SCOPES",
    "Client",
    "TokenSet",
    "asked",
    "consent_url",
    "exchange",
    "missing",
    "refresh",
    "revoke",
]

# They log every token at DEBUG.
hush("requests_oauthlib", "oauthlib", "urllib3")

HOUR = 3600
# Zoho gives ten tokens in ten minutes, and then these.
THROTTLED = frozenset({"Access Denied", "general_error", "server_error", "temporarily_unavailable"})
# Expired or used up for a code; revoked, for a refresh token.
DEAD = frozenset({"invalid_code", "invalid_grant", "invalid_token"})


@dataclass(frozen=True, slots=True)
class Client:
    """Our registration at Zoho. `adapter` takes the place of the network in tests."""

    id: str
    secret: str = field(repr=False)
    adapter: BaseAdapter | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class TokenSet:
    """What Zoho issued. `repr` shows no token. `refresh_token` is "" where Zoho gave none: at
    every refresh, and at a consent that the person had given before."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    """Seconds from now."""
    scope: str
    """What was granted, parted by spaces; may be less than what was asked for."""
    api_domain: str
    """As Zoho says it: look it up with `DataCenters.by_api_domain` before it is called."""


class _Error(Exception):
    """Zoho's `error` in a token answer; "" where the answer cannot be used at all."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


def consent_url(
    center: DataCenter,
    client: Client,
    redirect_uri: str,
    state: str,
    scopes: Sequence[str] = SCOPES,
    force_consent: bool = False,
) -> str:
    """Where to send the person. With `force_consent` Zoho asks even one who has agreed before,
    and only then gives another refresh token.

    https://www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html
    """
    more = {"prompt": "consent"} if force_consent else {}
    # Zoho wants commas here; requests-oauthlib leaves a text as it is.
    with _session(center, client, redirect_uri, scope=",".join(scopes)) as session:
        url, _ = session.authorization_url(
            _secure(f"{center.accounts}/oauth/v2/auth"), state, access_type="offline", **more
        )
    return center.accounts + str(url).removeprefix(_secure(center.accounts))


def exchange(center: DataCenter, client: Client, redirect_uri: str, code: str) -> TokenSet:
    """Tokens for the code that came with the callback; it works once, and for three minutes (CRM's
    documentation; that of Zoho Accounts says two).
    https://www.zoho.com/crm/developer/docs/api/v8/token-validity.html

    Raises InstallFailed (`invalid_code`, or `install_failed` where our registration is wrong)
    or ZohoBusy; then only a new consent helps.
    """
    try:
        with _session(center, client, redirect_uri) as session, translated(wrote=False):
            token = session.fetch_token(
                _secure(f"{center.accounts}/oauth/v2/token"),
                code=code,
                client_secret=client.secret,
                include_client_id=True,
                timeout=TIMEOUT,
            )
    except _Error as error:
        _raise_busy(error)
        if error.error in DEAD:
            raise InstallFailed(
                "Zoho's confirmation has expired or was used before. Start again.",
                code="invalid_code",
            ) from None
        raise InstallFailed(
            "Zoho does not accept this extension's registration. Its operator must correct it.",
            details={"zoho_error": _name(error.error)},
        ) from None
    return _token_set(token)


def refresh(center: DataCenter, client: Client, refresh_token: str) -> TokenSet:
    """A new access token. Raises GrantRevoked, ZohoBusy or ZohoRefused (our registration)."""
    try:
        with _session(center, client) as session, translated(wrote=False):
            token = session.refresh_token(
                _secure(f"{center.accounts}/oauth/v2/token"),
                refresh_token=refresh_token,
                client_id=client.id,
                client_secret=client.secret,
                timeout=TIMEOUT,
            )
    except _Error as error:
        _raise_busy(error)
        if error.error in DEAD:
            raise GrantRevoked(
                "Your consent has ended in Zoho. Sign in again.", zoho_code=_name(error.error)
            ) from None
        raise ZohoRefused(
            "Zoho does not accept this extension's registration. Its operator must correct it.",
            zoho_code=_name(error.error),
        ) from None
    # requests-oauthlib repeats the refresh token that it was given; Zoho sends none.
    return _token_set({**token, "refresh_token": ""})


def revoke(center: DataCenter, client: Client, refresh_token: str) -> None:
    """End the consent. One that has ended before is fine. Raises ZohoBusy or ZohoRefused."""
    try:
        with _session(center, client) as session, translated(wrote=False):
            answer = session.post(
                _secure(f"{center.accounts}/oauth/v2/token/revoke"),
                params={"token": refresh_token},
                timeout=TIMEOUT,
            )
            _checked(answer)
    except _Error as error:
        _raise_busy(error)
        if error.error not in DEAD:
            raise ZohoRefused(
                "Zoho does not end the consent. End it in your Zoho account, under connected apps.",
                zoho_code=_name(error.error),
            ) from None


@contextmanager
def _session(
    center: DataCenter, client: Client, redirect_uri: str = "", scope: str = ""
) -> Iterator[OAuth2Session]:
    """A short-lived session that keeps nothing, and lets no answer pass that is an error."""
    session = OAuth2Session(client.id, redirect_uri=redirect_uri or None, scope=scope or None)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    # A secret follows nowhere.
    session.max_redirects = 0
    if client.adapter is not None:
        session.mount("https://", client.adapter)
    elif center.accounts.startswith("http://"):
        session.mount(_secure(center.accounts), _Plain(max_retries=0))
    session.register_compliance_hook("access_token_response", _checked_token)
    session.register_compliance_hook("refresh_token_response", _checked_token)
    try:
        yield session
    finally:
        session.close()


class _Plain(HTTPAdapter):
    """Reaches the emulator without TLS, which requests-oauthlib does not let anybody ask for."""

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        request.url = "http://" + (request.url or "").removeprefix("https://")
        return super().send(request, *args, **kwargs)


def _secure(url: str) -> str:
    return re.sub(r"^http://", "https://", url)


def _checked(answer: requests.Response) -> requests.Response:
    """The answer, unless it says `error`: the status does not tell, Zoho sends 200 with it."""
    try:
        said = answer.json()
    except ValueError:
        raise _Error("") from None
    if not isinstance(said, dict) or answer.status_code >= 500:
        raise _Error("")
    if "error" in said:
        raise _Error(str(said["error"]))
    return answer


def _checked_token(answer: requests.Response) -> requests.Response:
    if "access_token" not in _checked(answer).json():
        raise _Error("")
    return answer


def _token_set(token: Mapping[str, Any]) -> TokenSet:
    access, domain = token.get("access_token"), token.get("api_domain")
    if not isinstance(access, str) or not isinstance(domain, str):
        raise busy("NO_ANSWER")
    scope = token.get("scope") or ""
    # Older answers gave milliseconds in `expires_in`, and the seconds here.
    seconds = token.get("expires_in_sec") or token.get("expires_in") or HOUR
    return TokenSet(
        access_token=access,
        refresh_token=str(token.get("refresh_token") or ""),
        expires_in=int(seconds),
        scope=scope if isinstance(scope, str) else " ".join(scope),
        api_domain=domain,
    )


def _raise_busy(error: _Error) -> None:
    if not error.error or error.error in THROTTLED:
        raise busy("THROTTLED" if error.error else "NO_ANSWER") from None


def _name(error: str) -> str:
    """Zoho's word for it, if it is one word."""
    return error if re.fullmatch(r"[a-z_]{1,40}", error) else "unknown"
