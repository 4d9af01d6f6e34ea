"""How many records a module has, all of them or those a search finds.

https://www.zoho.com/crm/developer/docs/api/v8/record-count.html
"""

from flask import Blueprint

from .. import answers
from ..answers import Rejected
from ..call import Answer, endpoint
from ..caller import current
from .criteria import SEARCHES, finder
from .reading import visible_records

bp = Blueprint("counts", __name__)


@endpoint(bp, "/<module>/actions/count", scopes=["ZohoCRM.modules.{module}.READ"])
def count_records(module: str) -> Answer:
    """The number of records that the caller sees, not counting converted leads."""
    call = current()
    found = call.module(module)
    call.permit(f"Crm_Implied_View_{found.api_name}")
    searched = any(call.param(name) for name in SEARCHES)
    if call.param("cvid") is not None:
        if searched:
            due = [{"param_name": name} for name in ("cvid", *SEARCHES) if call.param(name)]
            raise Rejected(
                "AMBIGUITY_DURING_PROCESSING",
                "Please use either Cvid or Search Params. "
                "Combination of both the params is not allowed",
                {"ambiguity_due_to": due},
            )
        raise answers.invalid_param("cvid")
    too = "false" if found.convertable else "both"
    rows = visible_records(call, found, too)
    if not searched:
        return {"count": sum(1 for _ in rows)}
    fits = finder(call, found)
    return {"count": sum(fits(row) for row in rows if call.world.indexed(row["id"]))}
