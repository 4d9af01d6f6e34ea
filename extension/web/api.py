"""The JSON API under /api/v1, with its OpenAPI document at /api/v1/openapi.json."""

import re
from collections.abc import Callable
from typing import Any

from .. import catalogues, conversions, installations, sessions, sign_ins
from ..errors import InvalidInput
from .bodies import JsonBlueprint
from .caller import administrator, caller, token
from .schemas import Claim, MeView, OptionsView, Problem, RefreshView, SessionView
from .world import parts

api = JsonBlueprint("api", __name__, url_prefix="/api/v1", description="What the widget talks to")

ZOHO_ID = re.compile(r"[0-9]{1,20}")
LEAD_ID = {
    "in": "path",
    "name": "lead_id",
    "required": True,
    "description": "Zoho's id of the lead",
    "schema": {"type": "string", "pattern": "^[0-9]{1,20}$"},
}
FAILURES = {
    400: "The body is no JSON",
    401: "Not signed in, the session is over, or Zoho ended the consent",
    403: "The person may not do this, in Zoho or here",
    404: "There is no such thing for this person",
    409: "Something has changed meanwhile, or stands in the way; nothing was done",
    413: "The body is too large",
    415: "The body is not said to be JSON",
    422: "Something does not fit; the details name it",
    429: "Too often from one address; Retry-After says when it may be tried again",
    502: "Zoho refused for a reason of its own",
    503: "Zoho is busy or cannot be reached; of a stream also: as many as there may be are open",
}
SIGNED_IN: list[dict[str, list[str]]] = [{"session": []}]


def may_fail(*statuses: int) -> Callable[[Any], Any]:
    """Document the errors of an operation; all have the one shape. A body may always be too
    large."""

    def document(view: Any) -> Any:
        for status in (413, *statuses):
            view = api.alt_response(status, schema=Problem, description=FAILURES[status])(view)
        return view

    return document


@api.get("/me")
@api.response(200, MeView)
@may_fail(401)
@api.doc(security=SIGNED_IN)
def me() -> dict[str, Any]:
    """Who is signed in, and where."""
    return installations.introduce(parts(), caller())


@api.get("/leads/<lead_id>/options")
@api.response(200, OptionsView)
@may_fail(401, 403, 404, 422, 502, 503)
@api.doc(security=SIGNED_IN, parameters=[LEAD_ID])
def options(lead_id: str) -> dict[str, Any]:
    """Everything that this lead can become for this person, with the records that may be the
    same already. Nothing is written."""
    return conversions.offer(parts(), caller(), zoho_id(lead_id))


@api.post("/metadata/refresh")
@api.response(200, RefreshView)
@may_fail(401, 403, 502, 503)
@api.doc(security=SIGNED_IN)
def refresh_metadata() -> dict[str, str]:
    """Read modules, fields and layouts from Zoho again, now."""
    catalogues.refresh(parts(), administrator())
    return {"state": "refreshed"}


@api.post("/sessions")
@api.arguments(Claim)
@api.response(200, SessionView)
@api.alt_response(202, schema=SessionView, description="The person is still in the pop-up")
@may_fail(400, 403, 404, 415, 422, 429)
def claim_session(claim: dict[str, str]) -> Any:
    """Fetch the session that the pop-up has just opened, by the secret behind its challenge."""
    ticket = sign_ins.claim(parts(), claim["verifier"])
    if ticket is None:
        return {"state": "pending"}, 202
    return {"state": "signed_in", "token": ticket.token, "expires_at": ticket.expires_at}


@api.delete("/sessions/current")
@api.response(204)
@may_fail(401)
@api.doc(security=SIGNED_IN)
def end_session() -> None:
    """Sign out."""
    sessions.end(parts(), token())


def zoho_id(text: str) -> str:
    """The id, if it can be one. Raises InvalidInput."""
    if not ZOHO_ID.fullmatch(text):
        raise InvalidInput(
            "This is no id of a lead: Zoho's ids are up to 20 digits.", details={"field": "lead_id"}
        )
    return text
