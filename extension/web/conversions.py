"""The part of the API that carries plans out, and takes them back."""

from typing import Any

from flask import Response, jsonify, request

from .. import answering, batches, requested, undoing
from ..errors import InvalidInput
from ..requested import Wish
from . import live
from .api import SIGNED_IN, may_fail
from .batch_schemas import BatchView
from .bodies import JsonBlueprint
from .caller import caller
from .conversion_schemas import (
    OVER,
    AnswerBody,
    ConversionBody,
    ConversionsView,
    ConversionView,
    LeadQuery,
    UndoBody,
)
from .world import parts

carrying_out = JsonBlueprint(
    "conversions", __name__, url_prefix="/api/v1", description="What was agreed to, and its undoing"
)

LONGEST_KEY = 100
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "The same key brings the same conversion, however often it is sent",
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
}


@carrying_out.post("/conversions")
@carrying_out.arguments(ConversionBody)
@carrying_out.response(202, {"oneOf": [ConversionView, BatchView]})
@may_fail(400, 401, 403, 404, 409, 415, 422, 502, 503)
@carrying_out.doc(security=SIGNED_IN, parameters=[KEY])
def start(agreed: dict[str, Any]) -> tuple[Response, int]:
    """Queue the plan that the person has agreed to; with `leads`, start their planned batch of
    these leads. Twice is once."""
    choices, digest = agreed["choices"], agreed["digest"]
    if "leads" in agreed:
        started = batches.start_planned(parts(), caller(), agreed["leads"], choices, digest)
        return jsonify(BatchView().dump(started)), 202
    wish = Wish(agreed["lead"], choices, digest, idempotency_key())
    return jsonify(ConversionView().dump(requested.request(parts(), caller(), wish))), 202


@carrying_out.get("/conversions")
@carrying_out.arguments(LeadQuery, location="query")
@carrying_out.response(200, ConversionsView)
@may_fail(401, 403, 404, 422, 502, 503)
@carrying_out.doc(security=SIGNED_IN)
def of_lead(query: dict[str, str]) -> dict[str, Any]:
    """The conversions of a lead, the newest first."""
    return {"conversions": requested.of_lead(parts(), caller(), query["lead"])}


@carrying_out.get("/conversions/<conversion>")
@carrying_out.response(200, ConversionView)
@may_fail(401, 404)
@carrying_out.doc(security=SIGNED_IN)
def one(conversion: str) -> dict[str, Any]:
    """How far a conversion has come."""
    return requested.find(parts(), caller(), conversion)


@carrying_out.get("/conversions/<conversion>/events")
@carrying_out.response(200, content_type="text/event-stream")
@may_fail(401, 403, 404, 502, 503)
@carrying_out.doc(security=SIGNED_IN)
def follow(conversion: str) -> Response:
    """How far a conversion has come, as it happens: server-sent events, each a ConversionView, for
    25 seconds or until it is over."""
    return live.answer(requested.find, conversion, ConversionView(), OVER)


@carrying_out.post("/conversions/<conversion>/undo")
@carrying_out.arguments(UndoBody)
@carrying_out.response(202, ConversionView)
@may_fail(400, 401, 403, 404, 409, 415, 422, 502, 503)
@carrying_out.doc(security=SIGNED_IN)
def undo(wish: dict[str, Any], conversion: str) -> dict[str, Any]:
    """Take back what was done. What somebody has changed since is left alone and named."""
    return undoing.undo(parts(), caller(), conversion, force=wish["force"])


@carrying_out.post("/conversions/<conversion>/retry")
@carrying_out.response(202, ConversionView)
@may_fail(401, 404, 409)
@carrying_out.doc(security=SIGNED_IN)
def retry(conversion: str) -> dict[str, Any]:
    """Send what Zoho refused once more."""
    return requested.retry(parts(), caller(), conversion)


@carrying_out.post("/conversions/<conversion>/cancel")
@carrying_out.response(200, ConversionView)
@may_fail(401, 404, 409)
@carrying_out.doc(security=SIGNED_IN)
def cancel(conversion: str) -> dict[str, Any]:
    """Do nothing more of it. What was done stays until it is undone."""
    return requested.cancel(parts(), caller(), conversion)


@carrying_out.post("/conversions/<conversion>/resolve")
@carrying_out.arguments(AnswerBody)
@carrying_out.response(202, ConversionView)
@may_fail(400, 401, 404, 409, 415, 422)
@carrying_out.doc(security=SIGNED_IN)
def resolve(answer: dict[str, Any], conversion: str) -> dict[str, Any]:
    """Answer the question for which a conversion waits."""
    return answering.resolve(parts(), caller(), conversion, answer)


def idempotency_key() -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY or not key.isprintable() or not key.isascii():
        raise InvalidInput(
            f"An Idempotency-Key has at most {LONGEST_KEY} printable ASCII characters.",
            details={"fields": {"Idempotency-Key": "too long or unprintable"}},
        )
    return key
