"""The part of the API that tells what conversions have written, and for whom."""

import json
from datetime import datetime
from typing import Any

from flask import Response

from .. import audit
from .api import SIGNED_IN, may_fail
from .audit_schemas import AuditQuery, AuditView
from .bodies import JsonBlueprint
from .caller import administrator, caller
from .world import parts

accounts = JsonBlueprint(
    "audit", __name__, url_prefix="/api/v1", description="What was written, and for whom"
)

NDJSON = "application/x-ndjson"
LINES = {"type": "string", "description": "One JSON object in each line, as for one conversion"}


@accounts.get("/conversions/<conversion>/audit")
@accounts.response(200, AuditView)
@may_fail(401, 403, 404, 502, 503)
@accounts.doc(security=SIGNED_IN)
def of_conversion(conversion: str) -> dict[str, Any]:
    """Who had it done, when, and what stood in each record before and after."""
    return audit.of_conversion(parts(), caller(), conversion)


@accounts.get("/audit")
@accounts.arguments(AuditQuery, location="query")
@accounts.response(200, LINES, content_type=NDJSON)
@may_fail(401, 403, 422, 502, 503)
@accounts.doc(security=SIGNED_IN)
def export(query: dict[str, datetime | None]) -> Response:
    """The same of every conversion that was asked for in this time, the oldest first."""
    found = audit.all_of(parts(), administrator().installation, query["begin"], query["end"])
    lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in found)
    response = Response(lines, mimetype=NDJSON)
    response.headers["Content-Disposition"] = 'attachment; filename="audit.ndjson"'
    return response
