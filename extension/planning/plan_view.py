"""A plan as the page needs it: with what can still be chosen, besides what will be done."""

from typing import Any

from extension.planning import drawn
from extension.planning.business import FULL_NAME, text_of
from extension.planning.carry import Lost
from extension.planning.choices import Choices
from extension.planning.drawn import Plan
from extension.planning.hanging import ListFate
from extension.planning.planned import PlannedRecord, ValueFate
from extension.planning.policies import lists_of
from extension.planning.records import Lead, Profile
from extension.planning.rescue import rescues
from extension.planning.targets import Target

Json = dict[str, Any]


def as_json(plan: Plan, lead: Lead, target: Target, choices: Choices, profile: Profile) -> Json:
    """The answer of our API, but for the moment it is true of (`as_of`). What can be chosen is not
    part of the digest: that a new field would take a loss changes nothing of what was agreed."""
    view: Json = drawn.as_json(plan)
    for said, record in zip(view["records"], plan.records, strict=True):
        _with_policies(said, record, target, choices)
    for said, fate in zip(view["values"], plan.fates, strict=True):
        said["rescues"] = _rescues(fate, plan, profile)
    for said, one in zip(view["lists"], plan.lists, strict=True):
        said |= _what_can_be_done(one, plan, target, choices)
    after = choices.lead_after or target.lead_after
    return {
        **view,
        "label": target.label,
        "lead_name": text_of(lead.record.values, FULL_NAME) or lead.record.id,
        "owner": {"id": choices.owner} if choices.owner else None,
        "lead_after": {"kind": after.kind, "values": dict(after.values)},
        "salvage": choices.salvage,
    }


def _with_policies(said: Json, one: PlannedRecord, target: Target, choices: Choices) -> None:
    """Add by which policy each field of an existing record is merged."""
    record = next(each for each in target.records if each.key == one.key)
    merge = {**record.merge, **choices.of(record).merge}
    by_us = one.link and target.kind == "records"
    for field in said["fields"]:
        field["merge"] = merge.get(field["field"], record.merge_default) if by_us else None


def _rescues(one: ValueFate, plan: Plan, profile: Profile) -> list[Json]:
    """The fields that would take what is lost; Zoho's own conversion lets nobody choose."""
    if not isinstance(one.verdict, Lost) or plan.kind == "zoho":
        return []
    return [
        {"record": each.record, "field": each.field.api_name, "label": each.field.label}
        for each in rescues(one.held, plan.records, profile)
    ]


def _what_can_be_done(one: ListFate, plan: Plan, target: Target, choices: Choices) -> Json:
    can = lists_of(plan.kind).get(one.list, ())
    wishes = {**target.carry, **choices.carry}
    return {"can": list(can), "how": wishes.get(one.list, can[0]) if can else None}
