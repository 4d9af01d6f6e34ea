"""Zoho's accounts servers: consent, code, tokens, revocation.

https://www.zoho.com/accounts/protocol/oauth/web-apps.html
Whoever consents chooses one of the orgs' users here: the emulator knows no passwords.
"""

from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
)
from werkzeug.wrappers import Response as Answer

from .datacentres import BY_ACCOUNTS_HOST, DataCentre
from .pages.visits import signed_in
from .schema import User
from .scopes import exists
from .tokens import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    Access,
    Asked,
    InvalidCode,
    Throttled,
)
from .world import World
from .worlds import Worlds

__all__ = ["DEMO_CLIENT_ID", "DEMO_CLIENT_SECRET", "bp"]

bp = Blueprint("accounts", __name__)

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TOO_MANY = {
    "error_description": "You have made too many requests continuously. "
    "Please try again after some time.",
    "error": "Access Denied",
    "status": "failure",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A consent URL: what is asked, and the state to give back."""

    asked: Asked
    state: str | None


class NotAllowed(Exception):
    """The consent URL is wrong in a way that must not be redirected anywhere."""


@bp.get("/oauth/v2/auth")
def ask() -> Answer:
    """The consent page."""
    try:
        wish = _wish()
    except NotAllowed as problem:
        return _error_page(str(problem))
    worlds = _worlds_here()
    return make_response(
        render_template(
            "emulator/consent.html",
            wish=wish,
            worlds=worlds,
            users=_users,
            likely=_likely(worlds),
        )
    )


@bp.post("/oauth/v2/auth")
def decide() -> Answer:
    """Accept or decline; the form carries what the URL asked."""
    try:
        wish = _wish()
    except NotAllowed as problem:
        return _error_page(str(problem))
    if request.form.get("decision") != "accept":
        return _back(wish, error="access_denied")
    chosen = _chosen(request.form.get("user", ""))
    if chosen is None:
        return _error_page("Choose who you are.")
    world, user = chosen
    try:
        code = _worlds().tokens.new_code(world, user, wish.asked)
    except Throttled:
        return _back(wish, error="access_denied")
    return _back(
        wish,
        code=code.value,
        location=world.data_centre.location,
        **{"accounts-server": _accounts_server(world.data_centre)},
    )


@bp.post("/oauth/v2/token")
def token() -> Answer:
    """A code or a refresh token for an access token. Errors come with HTTP 200, as Zoho's do."""
    values = request.values
    problem = _client_problem(values.get("client_id"), values.get("client_secret"))
    if problem:
        return jsonify({"error": problem})
    grants = {"authorization_code": _redeem, "refresh_token": _renew}
    grant = grants.get(values.get("grant_type", ""))
    if grant is None:
        return jsonify({"error": "general_error"})
    try:
        return grant()
    except InvalidCode:
        return jsonify({"error": "invalid_code"})
    except Throttled:
        return make_response(jsonify(TOO_MANY), 400)


@bp.post("/oauth/v2/token/revoke")
def revoke() -> Answer:
    """End a refresh token and its access tokens, at once."""
    try:
        _worlds().tokens.revoke(request.values.get("token", ""), _location())
    except InvalidCode:
        return jsonify({"error": "invalid_code"})
    return jsonify({"status": "success"})


def _redeem() -> Response:
    values = request.values
    redirect_uri = values.get("redirect_uri", "")
    if not _registered(redirect_uri):
        return jsonify({"error": "invalid_redirect_uri"})
    access, refresh = _worlds().tokens.redeem(
        values.get("code", ""), values["client_id"], redirect_uri, _location()
    )
    more = {"refresh_token": refresh.value} if refresh else {}
    return jsonify({"access_token": access.value, **more, **_about(access)})


def _renew() -> Response:
    access = _worlds().tokens.renew(
        request.values.get("refresh_token", ""), request.values["client_id"], _location()
    )
    return jsonify({"access_token": access.value, **_about(access)})


def _about(access: Access) -> dict[str, object]:
    """Scopes came in parted by commas and go out parted by spaces."""
    return {
        "scope": " ".join(access.scopes),
        "api_domain": _api_domain(access.world.data_centre),
        "token_type": "Bearer",
        "expires_in": 3600,
    }


def _wish() -> Wish:
    """Read and check a consent request: the URL's, or the form's that repeats it."""
    read = request.args if request.method == "GET" else request.form
    if _client_problem(read.get("client_id"), DEMO_CLIENT_SECRET):
        raise NotAllowed("Invalid client: no application with this client id is registered here.")
    redirect_uri = read.get("redirect_uri", "")
    if not _registered(redirect_uri):
        raise NotAllowed("Invalid redirect URI: it is not one that the application registered.")
    if read.get("response_type") != "code":
        raise NotAllowed("Invalid response type: only response_type=code is offered.")
    scopes = tuple(part.strip() for part in read.get("scope", "").split(",") if part.strip())
    custom = [module.api_name for world in _worlds() for module in world.modules if module.custom]
    unknown = [scope for scope in scopes if not exists(scope, custom)]
    if unknown or not scopes:
        raise NotAllowed(f"Invalid OAuth scope: scope does not exist {', '.join(unknown)}".strip())
    asked = Asked(
        client_id=read["client_id"],
        redirect_uri=redirect_uri,
        scopes=scopes,
        offline=read.get("access_type") == "offline",
        prompted=read.get("prompt") == "consent",
    )
    return Wish(asked, read.get("state"))


def _client_problem(client_id: str | None, secret: str | None) -> str | None:
    if client_id != DEMO_CLIENT_ID:
        return "invalid_client"
    return None if secret == DEMO_CLIENT_SECRET else "invalid_client_secret"


def _registered(uri: str) -> bool:
    """The demo client may return to any page of this machine, and to any https page."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    if not parts.hostname or parts.fragment:
        return False
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    return local or parts.scheme == "https"


def _back(wish: Wish, **answer: str) -> Answer:
    """Send the browser back to the application."""
    parts = urlsplit(wish.asked.redirect_uri)
    state = [("state", wish.state)] if wish.state is not None else []
    query = urlencode([*parse_qsl(parts.query), *state, *answer.items()])
    return redirect(urlunsplit(parts._replace(query=query)), 302)


def _error_page(message: str) -> Answer:
    return make_response(render_template("emulator/error.html", message=message), 400)


def _worlds() -> Worlds:
    return cast(Worlds, current_app.extensions["worlds"])


def _here() -> DataCentre | None:
    """Whose accounts server is asked; None where the emulator serves all under its own host."""
    return BY_ACCOUNTS_HOST.get(request.host)


def _location() -> str | None:
    here = _here()
    return here.location if here else None


def _worlds_here() -> list[World]:
    """The orgs whose users may consent here.

    accounts.zoho.com leads everybody to their own data centre, except those of China.
    """
    here = _here()
    if here is None:
        return list(_worlds())
    if here.location == "us":
        return [world for world in _worlds() if world.data_centre.location != "cn"]
    return _worlds().in_data_centre(here.location)


def _users(world: World) -> list[User]:
    return [user for user in world.users if user.status == "active"]


def _likely(worlds: list[World]) -> User | None:
    """Who will probably consent: whom this browser is signed in as in the CRM, else the first."""
    here = (signed_in(world) for world in worlds)
    anybody = (user for world in worlds for user in _users(world))
    return next((user for user in here if user is not None), next(anybody, None))


def _chosen(value: str) -> tuple[World, User] | None:
    """The form says `<zgid>:<user id>`."""
    zgid, _, user_id = value.partition(":")
    for world in _worlds_here():
        for user in _users(world):
            if (world.org.zgid, user.id) == (zgid, user_id):
                return world, user
    return None


def _accounts_server(centre: DataCentre) -> str:
    return centre.accounts_url if _here() else request.host_url.rstrip("/")


def _api_domain(centre: DataCentre) -> str:
    return centre.api_url if _here() else request.host_url.rstrip("/")
