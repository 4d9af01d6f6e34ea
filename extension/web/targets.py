"""The part of the JSON API for administrators: what leads may become, and by which rules."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, request, send_from_directory

from .. import chosen_targets, target_file
from ..chosen_targets import Chosen
from ..planning.ruling import Spot
from ..planning.target_changes import changes
from ..planning.target_data import as_data, from_data
from .api import SIGNED_IN, may_fail
from .bodies import JsonBlueprint
from .caller import administrator
from .target_schemas import (
    LIST_OF_TARGETS,
    FileView,
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

published = Blueprint("published", __name__)

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "targets.schema.json"
YAML = "text/yaml"
YAML_TYPES = (YAML, "application/yaml", "text/x-yaml", "application/x-yaml")
A_FILE = {
    "type": "object",
    "description": "A file of targets, as the schema for editors says",
    "properties": {"version": {"const": target_file.VERSION}, "targets": LIST_OF_TARGETS},
    "required": ["version", "targets"],
}


@published.get(f"/{SCHEMA.name}")
def schema() -> Response:
    """What may stand in a file of targets, for whoever's editor wants to know."""
    response = send_from_directory(SCHEMA.parent, SCHEMA.name, mimetype="application/schema+json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


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


@targets.get("/targets/file")
@targets.response(200, A_FILE, content_type=YAML)
@may_fail(401, 403, 502, 503)
@targets.doc(security=SIGNED_IN)
def export_targets() -> Response:
    """The targets as a file to keep, edit and send back."""
    chosen = chosen_targets.look(parts(), administrator())
    response = Response(target_file.dump(chosen.targets, schema_url()), mimetype=YAML)
    response.headers["Content-Disposition"] = 'attachment; filename="targets.yaml"'
    return response


@targets.post("/targets/file")
@targets.response(200, FileView)
@may_fail(401, 403, 415, 422, 502, 503)
@targets.doc(
    security=SIGNED_IN, requestBody={"required": True, "content": {YAML: {"schema": A_FILE}}}
)
def read_file() -> dict[str, Any]:
    """What a file of targets holds, what is to be said of it, and what it would change. Nothing is
    saved."""
    boss = administrator()
    if request.mimetype not in YAML_TYPES:
        abort(415)
    written = target_file.load(request.get_data())
    findings = chosen_targets.check(parts(), boss, written.targets)
    return {
        "targets": [as_data(one) for one in written.targets],
        "findings": [{**asdict(one), **asdict(written.place(one.path))} for one in findings],
        "changes": changes(chosen_targets.look(parts(), boss).targets, written.targets),
    }


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


def schema_url() -> str:
    """Where editors find what may stand in a file."""
    return f"{parts().config.public_url}/{SCHEMA.name}"


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
