"""Exactly what will happen to one lead: steps, fates, warnings, blockers, cost and digest."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from extension.planning import option, step_json
from extension.planning.carry import Carried, Lost, Transformed, Verdict
from extension.planning.costs import Cost, cost
from extension.planning.demands import ToFill
from extension.planning.hanging import ListFate
from extension.planning.option import reason_json
from extension.planning.planned import PlannedField, PlannedRecord, ValueFate
from extension.planning.reasons import Reason, say
from extension.planning.steps import ConvertInZoho, DeleteLead, Salvage, Step, reversible

Json = dict[str, object]

FINAL: Mapping[type[Step], str] = {
    ConvertInZoho: "cannot_undo",
    DeleteLead: "cannot_undo.lead",
}
"""Steps of a plan that may have no way back -> what is said of them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One lead, one target, one set of choices: what will be done, and what comes of it."""

    lead: str
    target: str
    kind: Literal["zoho", "records"]
    records: tuple[PlannedRecord, ...] = ()
    steps: tuple[Step, ...] = ()
    fates: tuple[ValueFate, ...] = ()
    lists: tuple[ListFate, ...] = ()
    to_fill: tuple[ToFill, ...] = ()
    warnings: tuple[Reason, ...] = ()
    blockers: tuple[Reason, ...] = ()
    restores: bool = True
    """Whether Zoho's API brings back what was deleted."""

    @property
    def possible(self) -> bool:
        return not self.blockers

    @property
    def cost(self) -> Cost:
        return cost(self.steps)

    @property
    def cannot_undo(self) -> tuple[Reason, ...]:
        """What no step takes back, to be said before anything is done."""
        final = [one for one in self.steps if not reversible(one, restores=self.restores)]
        keys = dict.fromkeys(FINAL[type(one)] for one in final)
        return tuple(say(key) for key in keys)

    @property
    def digest(self) -> str:
        """The same for the same plan, another for another: what was agreed to is what is done."""
        return _digest(_told(self))


def as_json(plan: Plan) -> Json:
    """The plan as our API answers it."""
    told = _told(plan)
    return {**told, "digest": _digest(told)}


def _digest(told: Json) -> str:
    steps = [_agreed(one) for one in cast("list[Json]", told["steps"])]
    whole = json.dumps({**told, "steps": steps}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()


def _agreed(step: Json) -> Json:
    """A step without what a person does not agree to. The file with the lead holds its stamps and
    scores too, which change by themselves; what somebody wrote is told with the values' fates."""
    file = step["kind"] == Salvage.__name__
    return {name: value for name, value in step.items() if not (file and name == "lead")}


def _told(plan: Plan) -> Json:
    lost = sum(isinstance(one.verdict, Lost) for one in plan.fates)
    changed = sum(isinstance(one.verdict, Transformed) for one in plan.fates)
    spent = plan.cost
    return {
        "lead": plan.lead,
        "target": plan.target,
        "kind": plan.kind,
        "possible": plan.possible,
        "records": [_record_json(one) for one in plan.records],
        "steps": [step_json.as_json(one) for one in plan.steps],
        "values": [_fate_json(one) for one in plan.fates],
        "carried": len(plan.fates) - lost - changed,
        "transformed": changed,
        "lost": lost,
        "lists": [_list_json(one) for one in plan.lists],
        "to_fill": [option.to_fill_json(one) for one in plan.to_fill],
        "warnings": _reasons(plan.warnings),
        "blockers": _reasons(plan.blockers),
        "cost": {"credits": spent.credits, "calls": spent.calls, "at_least": spent.least},
        "cannot_undo": _reasons(plan.cannot_undo),
    }


def _reasons(reasons: Iterable[Reason]) -> list[Json]:
    return [reason_json(one) for one in reasons]


def _record_json(record: PlannedRecord) -> Json:
    layout = record.layout
    return {
        "key": record.key,
        "module": record.module.api_name,
        "label": record.module.singular,
        "layout": {"id": layout.id, "name": layout.name} if layout else None,
        "link": record.link or None,
        "fields": [_field_json(one) for one in record.fields],
    }


def _field_json(one: PlannedField) -> Json:
    return {
        "field": one.field.api_name,
        "label": one.field.label,
        "type": one.field.data_type,
        "sources": list(one.sources),
        "typed": one.typed,
        "points_at": one.link or None,
        "before": one.before,
        "written": one.written and not isinstance(one.verdict, Lost),
        **_verdict_json(one.verdict),
    }


def _fate_json(fate: ValueFate) -> Json:
    return {
        "field": fate.held.field.api_name,
        "label": fate.held.field.label,
        "held": fate.held.value,
        "places": [{"record": key, "field": name} for key, name in fate.places],
        **_verdict_json(fate.verdict),
    }


def _verdict_json(verdict: Verdict) -> Json:
    match verdict:
        case Carried(value):
            return {"fate": "carried", "value": value, "reason": None}
        case Transformed(value, how):
            return {"fate": "transformed", "value": value, "reason": reason_json(how)}
        case Lost(why):
            return {"fate": "lost", "value": None, "reason": reason_json(why)}


def _list_json(one: ListFate) -> Json:
    return {
        "list": one.list,
        "label": one.label,
        "count": one.count,
        "fate": one.kind,
        "reason": reason_json(one.reason),
    }
