"""The part of the API that shows plans, and what a person needs to make choices."""

from typing import Any

from .. import conversions, forms
from .api import LEAD_ID, SIGNED_IN, may_fail, zoho_id
from .bodies import JsonBlueprint
from .caller import caller
from .plan_schemas import (
    BatchTargetsView,
    ChoicesBody,
    FormQuery,
    FormView,
    FoundView,
    PlanView,
    SearchQuery,
    UsersView,
)
from .world import parts

plans = JsonBlueprint(
    "plans", __name__, url_prefix="/api/v1", description="What will happen, before it happens"
)


@plans.post("/leads/<lead_id>/plan")
@plans.arguments(ChoicesBody)
@plans.response(200, PlanView)
@may_fail(400, 401, 403, 404, 415, 422, 502, 503)
@plans.doc(security=SIGNED_IN, parameters=[LEAD_ID])
def plan(choices: dict[str, Any], lead_id: str) -> dict[str, Any]:
    """Exactly what would happen to this lead with these choices. Nothing is written."""
    return conversions.preview(parts(), caller(), zoho_id(lead_id), choices)


@plans.get("/modules/<module>/form")
@plans.arguments(FormQuery, location="query")
@plans.response(200, FormView)
@may_fail(401, 403, 404, 422, 502, 503)
@plans.doc(security=SIGNED_IN)
def form(query: dict[str, str], module: str) -> dict[str, Any]:
    """The fields of a new record of this module that the person can fill in."""
    return forms.form(parts(), caller(), module, query["layout"])


@plans.get("/records/search")
@plans.arguments(SearchQuery, location="query")
@plans.response(200, FoundView)
@may_fail(401, 403, 404, 422, 502, 503)
@plans.doc(security=SIGNED_IN)
def search(query: dict[str, str]) -> dict[str, Any]:
    """The first ten records of a module whose name begins with the text."""
    return forms.records(parts(), caller(), query["module"], query["text"])


@plans.get("/users")
@plans.response(200, UsersView)
@may_fail(401, 403, 502, 503)
@plans.doc(security=SIGNED_IN)
def users() -> dict[str, Any]:
    """Everybody in the org who may own a record."""
    return forms.people(parts(), caller())


@plans.get("/batch-targets")
@plans.response(200, BatchTargetsView)
@may_fail(401, 403, 502, 503)
@plans.doc(security=SIGNED_IN)
def batch_targets() -> dict[str, Any]:
    """What many leads can become together, and what may be decided for all of them."""
    return forms.batch_targets(parts(), caller())
