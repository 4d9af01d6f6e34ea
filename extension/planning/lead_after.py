"""What becomes of the lead itself, and what keeps it from being marked or deleted."""

from collections.abc import Iterator

from extension.planning import obstacles
from extension.planning.carry import NEVER_WRITTEN
from extension.planning.policies import LeadAfter
from extension.planning.reasons import Reason, say
from extension.planning.records import Field, Lead, Module, Profile
from extension.planning.steps import DeleteLead, MarkLead, Step


def steps(lead: Lead, after: LeadAfter) -> list[Step]:
    match after.kind:
        case "leave":
            return []
        case "mark":
            return [MarkLead(lead.record.id, dict(after.values))]
        case "delete":
            return [DeleteLead(lead.record.id)]


def blockers(lead: Lead, after: LeadAfter, leads: Module, profile: Profile) -> Iterator[Reason]:
    """Why the person cannot do that to this lead: found out only after the records are made, it
    would leave a conversion half done."""
    if after.kind == "leave":
        return
    verb, key = ("Edit", "mark_lead") if after.kind == "mark" else ("Delete", "delete_lead")
    if permission := obstacles.denied(verb, leads, profile):
        yield say(f"no_permission.{key}", permission=permission, module=leads.api_name)
    # Zoho shares a lead to be read, to be changed, or to be changed and deleted.
    elif lead.record.values.get("$editable") is False:
        yield say("lead_closed")
    for name in after.values:
        field = leads.fields.get(name)
        if why := _closed(field, profile):
            yield say(why, field=name, label=field.label if field else name)


def _closed(field: Field | None, profile: Profile) -> str:
    """Why nobody, or nobody of this profile, writes the field, as the key of a sentence."""
    if field is None or field.read_only or field.data_type in NEVER_WRITTEN:
        return "mark_closed"
    if profile.id in field.hidden_from:
        return "mark_closed.hidden"
    return "mark_closed.profile" if profile.id in field.read_only_for else ""
