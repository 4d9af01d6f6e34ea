"""The JSON API under /api/v1, with its OpenAPI document at /api/v1/openapi.json."""

import re
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
SIGNED_IN: list[dict[str, list[str]]] = [{"session": []}]


@api.get("/me")
@api.response(200, MeView)
@api.alt_response(401, schema=Problem, description="Not signed in")
@api.doc(security=SIGNED_IN)
def me() -> dict[str, Any]:
    """Who is signed in, and where."""
    return installations.introduce(parts(), caller())


@api.get("/leads/<lead_id>/options")
@api.response(200, OptionsView)
@api.alt_response(401, schema=Problem, description="Not signed in, or Zoho ended the consent")
@api.alt_response(403, schema=Problem, description="The person's profile does not allow it")
@api.alt_response(404, schema=Problem, description="No such lead for this person")
@api.alt_response(502, schema=Problem, description="Zoho refused for a reason of its own")
@api.alt_response(503, schema=Problem, description="Zoho is busy or cannot be reached")
@api.doc(security=SIGNED_IN, parameters=[LEAD_ID])
def options(lead_id: str) -> dict[str, Any]:
    """Everything that this lead can become for this person, with the records that may be the
    same already. Nothing is written."""
    return conversions.offer(parts(), caller(), zoho_id(lead_id))


@api.post("/metadata/refresh")
@api.response(200, RefreshView)
@api.alt_response(401, schema=Problem, description="Not signed in")
@api.alt_response(403, schema=Problem, description="Not an administrator")
@api.alt_response(503, schema=Problem, description="Zoho is busy or cannot be reached")
@api.doc(security=SIGNED_IN)
def refresh_metadata() -> dict[str, str]:
    """Read modules, fields and layouts from Zoho again, now."""
    catalogues.refresh(parts(), administrator())
    return {"state": "refreshed"}


@api.post("/sessions")
@api.arguments(Claim)
@api.response(200, SessionView)
@api.alt_response(202, schema=SessionView, description="The person is still in the pop-up")
@api.alt_response(403, schema=Problem, description="Consent denied, or another organisation")
@api.alt_response(404, schema=Problem, description="No such sign-in, or it took too long")
def claim_session(claim: dict[str, str]) -> Any:
    """Fetch the session that the pop-up has just opened, by the secret behind its challenge."""
    ticket = sign_ins.claim(parts(), claim["verifier"])
    if ticket is None:
        return {"state": "pending"}, 202
    return {"state": "signed_in", "token": ticket.token, "expires_at": ticket.expires_at}


@api.delete("/sessions/current")
@api.response(204)
@api.alt_response(401, schema=Problem, description="Not signed in")
@api.doc(security=SIGNED_IN)
def end_session() -> None:
    """Sign out."""
    sessions.end(parts(), token())


@api.delete("/installation")
@api.response(204)
@api.alt_response(401, schema=Problem, description="Not signed in")
@api.alt_response(403, schema=Problem, description="Not an administrator")
@api.doc(security=SIGNED_IN)
def uninstall() -> None:
    """Revoke every consent of the org at Zoho and delete what we keep of it."""
    installations.uninstall(parts(), administrator().installation.id)


def zoho_id(text: str) -> str:
    """The id, if it can be one. Raises InvalidInput."""
    if not ZOHO_ID.fullmatch(text):
        raise InvalidInput(
            "This is no id of a lead: Zoho's ids are up to 20 digits.", details={"field": "lead_id"}
        )
    return text
