"""`/Leads/actions/mass_convert`: up to fifty leads, converted by a job that can be asked after.

The job tells how many leads were converted, never which, nor into what.
https://www.zoho.com/crm/developer/docs/api/v8/mass-convert-lead.html
"""

from flask import Blueprint

from ..answers import Rejected
from ..call import Answer, endpoint
from ..caller import current
from ..permissions import MASS_CONVERT
from . import convert_batch, convert_jobs

bp = Blueprint("convert_mass", __name__)

CREDITS = 200
ACCEPTED_SINCE = (8, 0)
"""From then on the answer's status is 202; before it was 200."""


@endpoint(
    bp, "/Leads/actions/mass_convert", methods=["POST"],
    scopes=["ZohoCRM.mass_convert.leads.CREATE"], cost=CREDITS, module="Leads",
)  # fmt: skip
def mass_convert() -> Answer:
    """Schedule the job."""
    call = current()
    call.permit(MASS_CONVERT)
    body = call.json_object()
    ids = convert_batch.lead_ids(call, body)
    job = convert_jobs.schedule_many(call, ids, convert_batch.check(call, body))
    answer = {
        "code": "SCHEDULED",
        "message": "Mass Convert scheduled successfully",
        "status": "success",
        "details": {"job_id": job},
    }
    return answer, 202 if call.version >= ACCEPTED_SINCE else 200


@endpoint(
    bp, "/Leads/actions/mass_convert", scopes=["ZohoCRM.mass_convert.leads.READ"], module="Leads"
)
def mass_convert_status() -> Answer:
    """How far a job is."""
    call = current()
    call.permit(MASS_CONVERT)
    job_id = call.param("job_id")
    if job_id is None:
        details = {"param": "job_id", "json_path": "$.job_id"}
        raise Rejected("REQUIRED_PARAM_MISSING", "job_id is required.", details)
    job = call.world.jobs.get(job_id)
    if job is None or job["kind"] != "many":
        details = {"param_name": "job_id"}
        raise Rejected("INVALID_DATA", "The jobid given seems to be invalid", details)
    return {"data": [convert_jobs.status(job)]}
