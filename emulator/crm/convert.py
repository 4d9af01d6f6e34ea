"""`POST /Leads/{id}/actions/convert`: a lead becomes a contact, an account and perhaps a deal.

https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html
"""

from typing import Any

from flask import Blueprint

from ..answers import Json, Rejected, success
from ..call import Answer, endpoint
from ..caller import Call, current
from ..permissions import CONVERT
from ..world import Record
from . import convert_jobs, convert_roles
from .convert_deed import Outcome, carry_out
from .convert_lead import find_lead, obstacle_to_conversion
from .convert_plan import draw_up
from .convert_request import OBJECTS_SINCE, read
from .writing import forbidden

bp = Blueprint("convert", __name__)
bp.register_blueprint(convert_roles.bp)
bp.before_app_request(convert_jobs.run_what_is_due)

CREDITS = 5
DONE = "The record has been converted successfully"


@endpoint(
    bp, "/Leads/<lead_id>/actions/convert", methods=["POST"],
    scopes=["ZohoCRM.modules.leads.CREATE"], cost=CREDITS, heavy=True, module="Leads",
)  # fmt: skip
def convert_lead(lead_id: str) -> Answer:
    """Convert now; or later (202), if that was ordered. Refusals then come with 202 as well."""
    call = current()
    later = any(strike.kind == "convert_scheduled" for strike in call.strikes)
    try:
        return _convert(call, lead_id, later)
    except Rejected as refusal:
        if later and refusal.status == 400:
            refusal.status = 202
        raise


def _convert(call: Call, lead_id: str, later: bool) -> Answer:
    call.permit(CONVERT)
    lead = find_lead(call, lead_id)
    obstacle = obstacle_to_conversion(lead)
    if obstacle is not None:
        raise obstacle
    if not call.world.editable_by(call.user, "Leads", lead):
        raise forbidden()
    [entry] = call.data(most=1)
    try:
        plan = draw_up(call, lead, read(call, entry, lead))
    except Rejected as refusal:
        # What is wrong with the one entry of `data` is told in the answer's `data`.
        raise refusal.inside("data") if refusal.status == 400 else refusal from None
    if later:
        return _scheduled(call, lead, entry)
    return {"data": [told(call, carry_out(call, lead, plan))]}


def told(call: Call, outcome: Outcome) -> Json:
    """The success entry. Before version 3 it held nothing but ids."""
    became = outcome.references(call.world)
    if call.version < OBJECTS_SINCE:
        return {name: found["id"] if found else None for name, found in became.items()}
    return success(DONE, dict(became))


def _scheduled(call: Call, lead: Record, entry: Any) -> Answer:
    job = convert_jobs.schedule_one(call, lead, entry)
    answer = {
        "code": "SCHEDULED",
        "details": {"job_id": job},
        "message": "Convert lead scheduled successfully",
        "status": "success",
    }
    return {"data": [answer]}, 202
