"""The part of the API that says what keeps the installation from working well."""

from dataclasses import asdict
from typing import Any

from marshmallow import Schema, fields, validate

from .. import doctor as examining
from .api import SIGNED_IN, may_fail
from .bodies import JsonBlueprint
from .caller import administrator
from .world import parts

doctor = JsonBlueprint(
    "doctor", __name__, url_prefix="/api/v1", description="What keeps us from working well"
)


class ComplaintView(Schema):
    code = fields.String(required=True)
    severity = fields.String(required=True, validate=validate.OneOf(["error", "warning"]))
    message = fields.String(required=True)
    fix = fields.String(required=True, metadata={"description": "What to do about it"})


class DoctorView(Schema):
    healthy = fields.Boolean(required=True, metadata={"description": "There is no error"})
    findings = fields.List(fields.Nested(ComplaintView), required=True)


@doctor.get("/doctor")
@doctor.response(200, DoctorView)
@may_fail(401, 403, 502, 503)
@doctor.doc(security=SIGNED_IN)
def examine() -> dict[str, Any]:
    """Everything that is not as it should be, the worst first, each with what to do about it."""
    found = examining.examine(parts(), administrator())
    return {
        "healthy": not any(one.severity == "error" for one in found),
        "findings": [asdict(one) for one in found],
    }
