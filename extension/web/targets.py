"""The part of the JSON API for administrators: what leads may become, and by which rules."""

from typing import Any

from .. import chosen_targets
from ..chosen_targets import Chosen
from ..planning.ruling import Spot
from ..planning.target_data import as_data, from_data
from .api import SIGNED_IN, may_fail
from .bodies import JsonBlueprint
from .caller import administrator
from .target_schemas import (
    FindingsView,
    LintWish,
    RuleWish,
    SuggestionView,
    SuggestionWish,
    TargetsView,
    TargetsWish,
)
from .world import parts

targets = JsonBlueprint(
    "targets",
    __name__,
    url_prefix="/api/v1",
    description="What leads may become, for those who say",
)


@targets.get("/targets")
@targets.response(200, TargetsView)
@may_fail(401, 403, 502, 503)
@targets.doc(security=SIGNED_IN)
def show_targets() -> dict[str, Any]:
    """What leads may become, and what is to be said of it."""
    return _view(chosen_targets.look(parts(), administrator()))


@targets.put("/targets")
@targets.arguments(TargetsWish)
@targets.response(200, TargetsView)
@may_fail(400, 401, 403, 409, 415, 422, 502, 503)
@targets.doc(security=SIGNED_IN)
def save_targets(wish: dict[str, Any]) -> dict[str, Any]:
    """Put other targets in the place of the version that was shown. Nothing is saved where
    somebody else was faster, or where lint finds an error."""
    boss = administrator()
    wanted = from_data(wish["targets"])
    return _view(chosen_targets.save(parts(), boss, wish["version"], wanted))


@targets.post("/targets/lint")
@targets.arguments(LintWish)
@targets.response(200, FindingsView)
@may_fail(400, 401, 403, 415, 422, 502, 503)
@targets.doc(security=SIGNED_IN)
def lint_targets(wish: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with targets, or will be. Nothing is saved."""
    boss = administrator()
    return {"findings": chosen_targets.check(parts(), boss, from_data(wish["targets"]))}


@targets.get("/targets/suggestion")
@targets.arguments(SuggestionWish, location="query")
@targets.response(200, SuggestionView)
@may_fail(401, 403, 404, 422, 502, 503)
@targets.doc(security=SIGNED_IN)
def suggest_target(wish: dict[str, str]) -> dict[str, Any]:
    """A first target for a module, and why its fields should be filled like that."""
    target, pairs = chosen_targets.suggest(parts(), administrator(), wish["module"])
    return {"target": as_data(target), "suggestions": pairs}


@targets.put("/targets/<key>/records/<record>/fields/<field>")
@targets.arguments(RuleWish)
@targets.response(200, TargetsView)
@may_fail(400, 401, 403, 404, 409, 415, 422, 502, 503)
@targets.doc(security=SIGNED_IN)
def set_rule(wish: dict[str, Any], key: str, record: str, field: str) -> dict[str, Any]:
    """Always fill that field by this rule from now on."""
    spot = Spot(key, record, field)
    return _view(chosen_targets.set_rule(parts(), administrator(), spot, wish["rule"]))


def _view(chosen: Chosen) -> dict[str, Any]:
    who = chosen.changed_by
    return {
        "version": chosen.version,
        "targets": [as_data(one) for one in chosen.targets],
        "findings": chosen.findings,
        "changed_at": chosen.changed_at,
        "changed_by": None if who is None else {"id": who[0], "name": who[1]},
        "modules": [
            {"module": one.api_name, "label": one.singular}
            for one in chosen_targets.open_modules(chosen.catalogue)
        ],
    }
