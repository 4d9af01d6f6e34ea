"""The part of the API on which an administrator's page is built: what rules are made of, and what
a target would do that nobody has saved."""

from collections.abc import Mapping
from typing import Any

from .. import conversions, rule_material
from ..errors import InvalidInput
from ..planning.target_data import from_data
from .api import SIGNED_IN, may_fail, zoho_id
from .bodies import JsonBlueprint
from .caller import administrator
from .plan_schemas import PlanView
from .target_preview_schemas import MaterialView, ModuleWish, PreviewWish, ProfilesView
from .world import parts

target_previews = JsonBlueprint(
    "target_previews", __name__, url_prefix="/api/v1", description="For those who write targets"
)


@target_previews.post("/targets/preview")
@target_previews.arguments(PreviewWish)
@target_previews.response(200, PlanView)
@may_fail(400, 401, 403, 404, 415, 422, 502, 503)
@target_previews.doc(security=SIGNED_IN)
def preview(wish: dict[str, Any]) -> dict[str, Any]:
    """What would happen to a lead by a target that is not saved. Nothing is written or saved."""
    boss, lead = administrator(), zoho_id(wish["lead"])
    try:
        [target] = from_data([wish["target"]])
        return conversions.try_out(parts(), boss, lead, target, wish["choices"])
    except InvalidInput as error:
        raise _of_the_target(error) from None


@target_previews.get("/targets/fields")
@target_previews.arguments(ModuleWish, location="query")
@target_previews.response(200, MaterialView)
@may_fail(401, 403, 404, 422, 502, 503)
@target_previews.doc(security=SIGNED_IN)
def fields(wish: dict[str, str]) -> dict[str, Any]:
    """The fields of a module that rules can fill; of Leads, those that rules can take from."""
    return rule_material.fields(parts(), administrator(), wish["module"])


@target_previews.get("/targets/profiles")
@target_previews.response(200, ProfilesView)
@may_fail(401, 403, 502, 503)
@target_previews.doc(security=SIGNED_IN)
def profiles() -> dict[str, Any]:
    """The profiles that a target may be kept for."""
    return rule_material.profiles(parts(), administrator())


def _of_the_target(error: InvalidInput) -> InvalidInput:
    """The same, with the faults of the one target at its place in the body."""
    faults = error.details.get("fields")
    if not isinstance(faults, Mapping):
        return error
    named = {_placed(str(path)): said for path, said in faults.items()}
    return InvalidInput(error.message, details={**error.details, "fields": named})


def _placed(path: str) -> str:
    return f"target{path.removeprefix('[0]')}" if path.startswith("[0]") else path
