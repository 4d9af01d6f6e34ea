"""Fields that must agree with each other: layout, pipeline and stage; start and end."""

from datetime import datetime

from ..answers import Json, Rejected
from ..schema import Pipeline
from .value_types import Writing


def refuse_mismatch(writing: Writing, values: Json) -> None:
    """Refuse values of one record that do not go together; fill in what follows from them."""
    if writing.module.api_name == "Deals":
        _refuse_deal(writing, values)
    if writing.module.api_name == "Events":
        _refuse_event(writing, values)


def _refuse_deal(writing: Writing, values: Json) -> None:
    """A stage belongs to a pipeline and that to a layout; the stage sets the probability."""
    if not {"Pipeline", "Stage", "Layout"} & {*values, *writing.body}:
        return
    whole = {**(writing.record or {}), **values}
    world = writing.call.world
    name = whole.get("Pipeline")
    pipeline = next((each for each in world.pipelines if each.name == name), None)
    if name and writing.layout and (pipeline is None or pipeline.layout != writing.layout.name):
        raise _mismatch("Layout", "Pipeline", writing, "Layout doesn't contain the Pipeline")
    stage = whole.get("Stage")
    if pipeline is not None and stage is not None and pipeline.stage(stage) is None:
        raise _mismatch("Pipeline", "Stage", writing, "Pipeline doesn't contain the Stage")
    if "Stage" in values and values.get("Probability") is None:
        values["Probability"] = _probability(pipeline, stage, writing)


def _probability(pipeline: Pipeline | None, stage: object, writing: Writing) -> int | None:
    found = pipeline.stage(stage) if pipeline else None
    if found is not None:
        return found.probability
    one = writing.module.field("Stage")
    choice = one.choice(stage) if one else None
    return choice.probability if choice else None


def _mismatch(mapped: str, name: str, writing: Writing, message: str) -> Rejected:
    details = {
        "mapped_field": mapped,
        "api_name": name,
        "json_path": f"{writing.path}.{name}",
    }
    return Rejected("MAPPING_MISMATCH", message, details)


def _refuse_event(writing: Writing, values: Json) -> None:
    whole = {**(writing.record or {}), **values}
    start, end = whole.get("Start_DateTime"), whole.get("End_DateTime")
    if start and end and datetime.fromisoformat(end) < datetime.fromisoformat(start):
        raise writing.place("End_DateTime").wrong()
