"""Endpoints of the metadata: modules, fields, layouts, related lists, pipelines.

https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html and its neighbours.
"""

from flask import Blueprint

from .. import answers
from ..answers import Json, Rejected
from ..call import Answer, Call, current, endpoint
from ..schema import Layout, Module, Pipeline, Stage
from ..world import World
from .describe import field_json, related_list_json, shown_fields
from .layouts import layout_json
from .modules import module_json

bp = Blueprint("metadata", __name__)

STATUSES = ("visible", "user_hidden", "system_hidden", "scheduled_for_deletion")


@endpoint(bp, "/settings/modules", scopes=["ZohoCRM.settings.modules.READ"])
def get_modules() -> Answer:
    call = current()
    wanted = (call.param("status") or ",".join(STATUSES)).split(",")
    if not set(wanted) <= set(STATUSES):
        raise _invalid_param("status", "invalid data")
    return {
        "modules": [
            module_json(call.world, call.user, module)
            for module in call.world.modules
            if module.status in wanted
        ]
    }


@endpoint(bp, "/settings/modules/<name>", scopes=["ZohoCRM.settings.modules.READ"])
def get_module(name: str) -> Answer:
    call = current()
    module = call.world.module(name)
    if module is None:
        raise answers.invalid_module(2)
    return {"modules": [module_json(call.world, call.user, module)]}


@endpoint(bp, "/settings/fields", scopes=["ZohoCRM.settings.fields.READ"])
def get_fields() -> Answer:
    call = current()
    module = _module_param(call, {})
    kind = call.param("type", "all")
    if kind not in ("all", "used", "unused"):
        raise _invalid_param("type", "invalid data")
    fields = [
        field_json(call.world, call.user, module, one)
        for one in shown_fields(call.world, call.user, module)
        if kind == "all" or one.visible == (kind == "used")
    ]
    return {"fields": fields} if fields else None


@endpoint(bp, "/settings/fields/<field>", scopes=["ZohoCRM.settings.fields.READ"])
def get_field(field: str) -> Answer:
    call = current()
    module = _module_param(call, {})
    shown = shown_fields(call.world, call.user, module)
    one = next((one for one in shown if field in (one.id, one.api_name)), None)
    return {"fields": [field_json(call.world, call.user, module, one)]} if one else None


@endpoint(bp, "/settings/layouts", scopes=["ZohoCRM.settings.layouts.READ"])
def get_layouts() -> Answer:
    call = current()
    module = _module_param(call, {"param_name": "module"})
    layouts = [
        layout_json(call.world, call.user, module, layout) for layout in _layouts_for(call, module)
    ]
    return {"layouts": layouts} if layouts else None


@endpoint(bp, "/settings/layouts/<layout_id>", scopes=["ZohoCRM.settings.layouts.READ"])
def get_layout(layout_id: str) -> Answer:
    call = current()
    module = _module_param(call, {"param_name": "module"})
    found = [layout for layout in _layouts_for(call, module) if layout.id == layout_id]
    if not found:
        return None
    return {"layouts": [layout_json(call.world, call.user, module, found[0])]}


@endpoint(bp, "/settings/related_lists", scopes=["ZohoCRM.settings.related_lists.READ"])
def get_related_lists() -> Answer:
    call = current()
    module = _module_param(call, {"param_name": "module"})
    layout_id = call.param("layout_id")
    if layout_id and layout_id not in {layout.id for layout in module.layouts}:
        raise _invalid_param("layout_id", "Invalid layoutid")
    wanted = call.param("status", "visible")
    if wanted not in ("visible", "user_hidden", "scheduled_for_deletion"):
        raise _invalid_param("status", "The status given is invalid.")
    lists = [
        related_list_json(call.world, module, one, number)
        for number, one in enumerate(module.related_lists, 1)
        if one.visible == (wanted == "visible") and wanted != "scheduled_for_deletion"
    ]
    return {"related_lists": lists} if lists else None


@endpoint(bp, "/settings/pipeline", scopes=["ZohoCRM.settings.pipeline.READ"])
def get_pipelines() -> Answer:
    call = current()
    layout = _deals_layout(call)
    found = [pipeline for pipeline in call.world.pipelines if pipeline.layout == layout.name]
    return {"pipeline": [_pipeline(call.world, pipeline) for pipeline in found]}


@endpoint(bp, "/settings/pipeline/<pipeline_id>", scopes=["ZohoCRM.settings.pipeline.READ"])
def get_pipeline(pipeline_id: str) -> Answer:
    call = current()
    layout = _deals_layout(call)
    for pipeline in call.world.pipelines:
        if (pipeline.id, pipeline.layout) == (pipeline_id, layout.name):
            return {"pipeline": [_pipeline(call.world, pipeline)]}
    return None


def _module_param(call: Call, details: Json) -> Module:
    """The module named by the parameter; Zoho's details differ from endpoint to endpoint."""
    module = call.world.module(call.required_param("module"))
    if module is None:
        raise Rejected("INVALID_MODULE", "the module name given seems to be invalid", details)
    if not module.api_supported:
        raise Rejected("NOT_SUPPORTED", "the given module is not supported for this api", details)
    return module


def _layouts_for(call: Call, module: Module) -> list[Layout]:
    """All layouts for administrators, those of their profile for others."""
    if call.world.is_admin(call.user):
        return module.layouts
    return [
        layout
        for layout in module.layouts
        if layout.profiles is None or call.user.profile in layout.profiles
    ]


def _deals_layout(call: Call) -> Layout:
    wanted = call.required_param("layout_id")
    deals = call.world.module("Deals")
    found = [layout for layout in (deals.layouts if deals else []) if layout.id == wanted]
    if not found:
        raise _invalid_param("layout_id", "Invalid layoutid")
    return found[0]


def _pipeline(world: World, pipeline: Pipeline) -> Json:
    return {
        "display_value": pipeline.name,
        "actual_value": pipeline.name,
        "default": pipeline.default,
        "id": pipeline.id,
        "maps": [_stage(world, stage, number) for number, stage in enumerate(pipeline.stages, 1)],
    }


def _stage(world: World, stage: Stage, number: int) -> Json:
    """A stage carries the id of its choice in Deals.Stage."""
    deals = world.module("Deals")
    field = deals.field("Stage") if deals else None
    choice = field.choice(stage.name) if field else None
    categories = sorted({one.category for pipe in world.pipelines for one in pipe.stages})
    return {
        "display_value": stage.name,
        "sequence_number": number,
        "forecast_category": {
            "name": stage.category,
            "id": world.fixed_id(7_092 + 2 * categories.index(stage.category)),
        },
        "actual_value": stage.name,
        "id": choice.id if choice else stage.id,
        "forecast_type": stage.forecast,
    }


def _invalid_param(name: str, message: str) -> Rejected:
    return Rejected("INVALID_DATA", message, {"param_name": name})
