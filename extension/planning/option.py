"""What a lead can become, as data and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from extension.planning.business import FULL_NAME, leads_of, text_of
from extension.planning.demands import ToFill
from extension.planning.fit import NUMBERS, TEXTS
from extension.planning.mapping import Fate
from extension.planning.matches import Match, Matches
from extension.planning.obstacles import is_converted
from extension.planning.reasons import Reason
from extension.planning.records import Catalogue, Layout, Lead, Module, Pipeline

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class OptionRecord:
    """A record that an option creates, the layouts it may have, and what it collides with."""

    key: str
    module: Module
    optional: bool
    layouts: tuple[Layout, ...]
    layout: Layout | None
    """The one that is taken unless the person chooses another."""
    matches: Matches


@dataclass(frozen=True, slots=True)
class Option:
    """What the lead can become: a target as this person meets it now."""

    target: str
    kind: Literal["zoho", "records"]
    label: str
    blockers: tuple[Reason, ...] = ()
    records: tuple[OptionRecord, ...] = ()
    fates: tuple[Fate, ...] = ()
    to_fill: tuple[ToFill, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    warnings: tuple[Reason, ...] = ()
    choosable: bool = True
    """Whether nothing stands in its way, or nothing but what the person may choose otherwise."""

    @property
    def available(self) -> bool:
        return not self.blockers


@dataclass(frozen=True, slots=True)
class Related:
    """A list of what hangs on the lead; `count` is None where that could not be counted."""

    list: str
    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that a person sees of a lead before choosing."""

    lead: Lead
    related: tuple[Related, ...]
    options: tuple[Option, ...]
    warnings: tuple[Reason, ...]


def as_json(options: Options) -> Json:
    """The answer of our API, but for the moment it is true of (`as_of`)."""
    return {
        "lead": lead_json(options.lead),
        "related": [
            {"list": one.list, "label": one.label, "count": one.count} for one in options.related
        ],
        "options": [option_json(one) for one in options.options],
        "warnings": [reason_json(one) for one in options.warnings],
    }


def lead_json(lead: Lead) -> Json:
    values = lead.record.values
    return {
        "id": lead.record.id,
        "name": text_of(values, FULL_NAME) or lead.record.id,
        "company": text_of(values, "Company") or None,
        "email": text_of(values, "Email") or None,
        "owner": _named(values.get("Owner")),
        "layout": _named(values.get("Layout")),
        "converted": is_converted(values),
    }


def option_json(option: Option) -> Json:
    lost = [one for one in option.fates if not one.carried]
    return {
        "target": option.target,
        "kind": option.kind,
        "label": option.label,
        "available": option.available,
        "choosable": option.choosable and (option.available or option.kind == "records"),
        "blockers": [reason_json(one) for one in option.blockers],
        "records": [_record_json(one) for one in option.records],
        "carried": len(option.fates) - len(lost),
        "lost": len(lost),
        "losses": [_loss_json(one) for one in lost],
        "to_fill": [to_fill_json(one) for one in option.to_fill],
        "pipelines": [_pipeline_json(one) for one in option.pipelines],
    }


def reason_json(reason: Reason) -> Json:
    return {
        "code": reason.code,
        "key": reason.key,
        "message": reason.message,
        "params": dict(reason.params),
    }


def _record_json(record: OptionRecord) -> Json:
    return {
        "key": record.key,
        "module": record.module.api_name,
        "label": record.module.singular,
        "optional": record.optional,
        "layouts": [
            {"id": one.id, "name": one.name, "default": one is record.layout}
            for one in record.layouts
        ],
        "matches": [_match_json(one) for one in record.matches.found],
        "matches_state": record.matches.state,
        "more_matches": record.matches.more,
    }


def _match_json(match: Match) -> Json:
    return {
        "id": match.id,
        "name": match.name,
        "detail": match.detail,
        "score": match.score,
        "reasons": [reason_json(one) for one in match.reasons],
        "editable": match.editable,
        "locked": match.locked,
        "owner": match.owner,
    }


def _loss_json(fate: Fate) -> Json:
    loss = reason_json(fate.loss) if fate.loss is not None else {}
    return {"field": fate.held.field.api_name, "label": fate.held.field.label, **loss}


def to_fill_json(one: ToFill) -> Json:
    field = one.field
    counted = field.data_type in TEXTS | NUMBERS
    return {
        "record": one.record,
        "field": field.api_name,
        "label": field.label,
        "type": field.data_type,
        "required": one.required,
        "choices": [{"value": choice.value, "label": choice.label} for choice in field.choices],
        "lookup_module": field.lookup_module or None,
        "max_length": (field.max_length or None) if counted else None,
        "reason": one.reason,
    }


def _pipeline_json(one: Pipeline) -> Json:
    return {
        "id": one.id,
        "value": one.value,
        "name": one.name,
        "default": one.default,
        "layout": one.layout_id,
        "stages": [{"value": stage.value, "label": stage.label} for stage in one.stages],
    }


def _named(value: object) -> Json | None:
    if not isinstance(value, Mapping) or not value.get("id"):
        return None
    return {"id": str(value["id"]), "name": value.get("name")}


TAG = "Tag"
LIST_LABELS = {
    "Tasks": "Open Tasks",
    "Tasks_History": "Closed Tasks",
    "Events": "Open Meetings",
    "Events_History": "Closed Meetings",
    "Invited_Events": "Invited Meetings",
    "Calls": "Open Calls",
    "Calls_History": "Closed Calls",
}
"""What Zoho calls these lists, for when its metadata did not say."""


def related(lead: Lead, catalogue: Catalogue) -> tuple[Related, ...]:
    """The lists that hang on the lead, and its tags: values of its own, no list in Zoho."""
    lists = [
        Related(name, label_of_list(name, catalogue), count) for name, count in lead.related.items()
    ]
    tags = lead.record.values.get(TAG)
    count = len(tags) if isinstance(tags, list) else 0
    return (*lists, Related(TAG, label_of_list(TAG, catalogue), count))


def label_of_list(name: str, catalogue: Catalogue) -> str:
    """What people call a list that hangs on leads."""
    if name == TAG:
        field = leads_of(catalogue).fields.get(TAG)
        return "Tags" if field is None or field.label == TAG else field.label
    told = {**LIST_LABELS, **catalogue.related_labels}
    return told.get(name, name.replace("_", " "))
