"""The part of the API that converts many leads together."""

from typing import Any

from flask import Response

from .. import batches
from ..batch_wishes import Wish
from . import live
from .api import SIGNED_IN, may_fail
from .batch_schemas import (
    OVER,
    BatchBody,
    BatchesQuery,
    BatchesView,
    BatchView,
    LeadsBody,
    LedgerQuery,
    LedgerView,
    StartBody,
)
from .bodies import JsonBlueprint
from .caller import caller
from .conversion_schemas import UndoBody
from .conversions import KEY, idempotency_key
from .world import parts

many = JsonBlueprint(
    "batches", __name__, url_prefix="/api/v1", description="Many leads, converted together"
)


@many.post("/batches")
@many.arguments(BatchBody)
@many.response(202, BatchView)
@may_fail(400, 401, 403, 415, 422, 502, 503)
@many.doc(security=SIGNED_IN, parameters=[KEY])
def plan(body: dict[str, Any]) -> dict[str, Any]:
    """Have these leads planned. Nothing is written to Zoho before it is started."""
    wish = Wish(body["leads"], body["choices"], idempotency_key())
    return batches.request(parts(), caller(), wish)


@many.get("/batches")
@many.arguments(BatchesQuery, location="query")
@many.response(200, BatchesView)
@may_fail(401, 422)
@many.doc(security=SIGNED_IN)
def own(query: dict[str, str]) -> dict[str, Any]:
    """The person's own, the newest first; for administrators those of the whole org."""
    only_open = query["state"] == "open"
    return {"batches": batches.of_person(parts(), caller(), only_open=only_open)}


@many.get("/batches/<batch>")
@many.response(200, BatchView)
@may_fail(401, 404)
@many.doc(security=SIGNED_IN)
def one(batch: str) -> dict[str, Any]:
    """How far a batch has come."""
    return batches.find(parts(), caller(), batch)


@many.get("/batches/<batch>/events")
@many.response(200, content_type="text/event-stream")
@may_fail(401, 404, 503)
@many.doc(security=SIGNED_IN)
def follow(batch: str) -> Response:
    """How far a batch has come, as it happens: server-sent events, each a BatchView, for 25
    seconds or until it is over."""
    return live.answer(batches.find, batch, BatchView(), OVER)


@many.post("/batches/<batch>/leads")
@many.arguments(LeadsBody)
@many.response(202, BatchView)
@may_fail(400, 401, 404, 409, 415, 422)
@many.doc(security=SIGNED_IN)
def add(body: dict[str, Any], batch: str) -> dict[str, Any]:
    """More leads, up to 10,000 in all, before it is started."""
    return batches.add(parts(), caller(), batch, body["leads"])


@many.get("/batches/<batch>/ledger")
@many.arguments(LedgerQuery, location="query")
@many.response(200, LedgerView)
@may_fail(401, 404, 422)
@many.doc(security=SIGNED_IN)
def ledger(query: dict[str, Any], batch: str) -> dict[str, Any]:
    """What becomes of each lead, by place."""
    return batches.ledger(parts(), caller(), batch, **query)


@many.get("/batches/<batch>/ledger.csv")
@many.response(200, content_type="text/csv")
@may_fail(401, 404)
@many.doc(security=SIGNED_IN)
def ledger_csv(batch: str) -> Response:
    """The whole ledger as a table. What a spreadsheet would take for a formula is made a text."""
    lines = batches.ledger_csv(parts(), caller(), batch)
    response = Response(lines, mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="ledger.csv"'
    return response


@many.post("/batches/<batch>/start")
@many.arguments(StartBody)
@many.response(202, BatchView)
@may_fail(400, 401, 404, 409, 415, 422)
@many.doc(security=SIGNED_IN)
def start(body: dict[str, str], batch: str) -> dict[str, Any]:
    """Carry out what the person has seen. Twice is once."""
    return batches.start(parts(), caller(), batch, body["digest"])


@many.post("/batches/<batch>/cancel")
@many.response(202, BatchView)
@may_fail(401, 404, 409)
@many.doc(security=SIGNED_IN)
def cancel(batch: str) -> dict[str, Any]:
    """Do nothing more of it. What was done stays until it is undone."""
    return batches.cancel(parts(), caller(), batch)


@many.post("/batches/<batch>/retry")
@many.response(202, BatchView)
@may_fail(401, 404, 409)
@many.doc(security=SIGNED_IN)
def retry(batch: str) -> dict[str, Any]:
    """Send what failed once more; what was blocked is planned again and wants another start."""
    return batches.retry(parts(), caller(), batch)


@many.post("/batches/<batch>/undo")
@many.arguments(UndoBody)
@many.response(202, BatchView)
@may_fail(400, 401, 404, 409, 415, 422)
@many.doc(security=SIGNED_IN)
def undo(wish: dict[str, Any], batch: str) -> dict[str, Any]:
    """Take back every conversion of it that can be taken back."""
    return batches.undo(parts(), caller(), batch, force=wish["force"])
