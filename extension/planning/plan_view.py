"""A plan as the page needs it: with what can still be chosen, besides what will be done."""

from extension.planning import drawn
from extension.planning.business import FULL_NAME, text_of
from extension.planning.carry import Lost
from extension.planning.choices import Choices
from extension.planning.drawn import Plan
from extension.planning.hanging import ListFate
from extension.planning.planned import PlannedRecord, ValueFate
from extension.planning.policies import CARRIED_LISTS
from extension.planning.records import Lead, Profile
from extension.planning.rescue import rescues
from extension.planning.targets import Target

Json = dict[str, object]


def as_json(plan: Plan, lead: Lead, target: Target, choices: Choices, profile: Profile) -> Json:
    """The answer of our API, but for the moment it is true of (`as_of`). What can be chosen is not
    part of the digest: that a new field would take a loss changes nothing of what was agreed."""
    after = choices.lead_after or target.lead_after
    return {
        **drawn.as_json(plan),
        "label": target.label,
        "lead_name": text_of(lead.record.values, FULL_NAME) or lead.record.id,
        "records": [_record(one, target, choices) for one in plan.records],
        "values": [_fate(one, plan, profile) for one in plan.fates],
        "lists": [_list(one, plan, target, choices) for one in plan.lists],
        "owner": {"id": choices.owner} if choices.owner else None,
        "lead_after": {"kind": after.kind, "values": dict(after.values)},
        "salvage": choices.salvage,
    }


def _record(one: PlannedRecord, target: Target, choices: Choices) -> Json:
    """With the policy by which each field of an existing record is merged."""
    record = next(each for each in target.records if each.key == one.key)
    merge = {**record.merge, **choices.of(record).merge}
    by_us = one.link and target.kind == "records"
    return {
        **drawn.record_json(one),
        "fields": [
            {
                **drawn.field_json(each),
                "merge": merge.get(each.field.api_name, record.merge_default) if by_us else None,
            }
            for each in one.fields
        ],
    }


def _fate(one: ValueFate, plan: Plan, profile: Profile) -> Json:
    """With the fields that would take what is lost; Zoho's own conversion lets nobody choose."""
    lost = isinstance(one.verdict, Lost) and plan.kind == "records"
    found = rescues(one.held, plan.records, profile) if lost else ()
    return {
        **drawn.fate_json(one),
        "rescues": [
            {"record": each.record, "field": each.field.api_name, "label": each.field.label}
            for each in found
        ],
    }


def _list(one: ListFate, plan: Plan, target: Target, choices: Choices) -> Json:
    """With what can be done with the list, and what will be."""
    can = CARRIED_LISTS.get(one.list, ()) if plan.kind == "records" else ()
    wishes = {**target.carry, **choices.carry}
    how = wishes.get(one.list, can[0]) if can else None
    return {**drawn.list_json(one), "can": list(can), "how": how}
