"""Who asks: the bearer token of our own, looked up anew for each request."""

from flask import g, request

from .. import catalogues, sentry, sessions
from ..errors import NotAdmin, NotSignedIn
from ..sessions import Caller
from .world import parts


def token() -> str:
    """The bearer token of this request. Raises NotSignedIn where there is none."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not value.strip():
        raise NotSignedIn("You are not signed in. Sign in with Zoho to go on.")
    return value.strip()


def caller() -> Caller:
    """Who asks. Raises NotSignedIn."""
    if "caller" not in g:
        g.caller = sessions.find(parts(), token())
        sentry.tag_installation(g.caller.installation.short_id)
    found: Caller = g.caller
    return found


def administrator() -> Caller:
    """Who asks, if Zoho says that they administer the org; it may have changed its mind since they
    signed in. Raises NotSignedIn, NotAdmin."""
    found = caller()
    if not catalogues.administers(parts(), found):
        raise NotAdmin("Only an administrator of your Zoho CRM can do this.")
    return found
