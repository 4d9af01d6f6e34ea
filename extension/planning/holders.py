"""Who else holds a value of a plan that no two records may share, and where nobody has looked."""

from collections.abc import Mapping

from extension.planning.business import is_empty, text_of
from extension.planning.drawn import Plan
from extension.planning.matching import MOST_CONDITIONS, Search, escaped, searches
from extension.planning.planned import Facts, PlannedField, PlannedRecord, is_written
from extension.planning.reasons import Reason, say
from extension.planning.records import Catalogue, Field, Lead, ZohoSays
from extension.planning.targets import Target

Unique = tuple[str, str]
"""A field, and what will stand there."""


def unsearched(
    plan: Plan, target: Target, lead: Lead, catalogue: Catalogue, said: ZohoSays
) -> Mapping[str, str]:
    """Module -> the criteria that find who holds such a value: typed in, taken from another field
    of the lead, or made by a rule. The lead's own values were looked for when it was read; for its
    own conversion Zoho has looked among contacts and accounts."""
    by_zoho = plan.kind == "zoho" and said.state != "unasked"
    looked = () if by_zoho else searches(target, lead, catalogue)
    known = {one.module: _searched(one, lead) for one in looked}
    wanted: dict[str, dict[Unique, str]] = {}
    for record in plan.records:
        module = record.module.api_name
        if by_zoho and module != "Deals" and said.state != "unavailable":
            continue
        for (name, folded), text in _unique(record).items():
            if (name, folded) not in known.get(module, ()):
                wanted.setdefault(module, {})[name, folded] = text
    return {module: _criteria(values) for module, values in wanted.items()}


def _searched(search: Search, lead: Lead) -> set[Unique]:
    values = lead.record.values
    return {(one.field, text_of(values, one.lead_field).casefold()) for one in search.conditions}


def _unique(record: PlannedRecord) -> dict[Unique, str]:
    texts = {
        one.field.api_name: text_of(record.values, one.field.api_name)
        for one in must_be_unique(record)
    }
    return {(name, text.casefold()): text for name, text in texts.items() if text}


def _criteria(values: Mapping[Unique, str]) -> str:
    """https://www.zoho.com/crm/developer/docs/api/v8/search-records.html"""
    found = [f"({name}:equals:{escaped(text)})" for (name, _), text in values.items()]
    return found[0] if len(found) == 1 else f"({'or'.join(found[:MOST_CONDITIONS])})"


def clashes(one: PlannedRecord, facts: Facts) -> list[Reason]:
    """Other records that hold a value which must be unique, as far as they were found."""
    module = one.module.api_name
    others = [each for each in facts.known(module) if each.id != one.link]
    return [
        say(
            "unique_clash",
            field=each.field.api_name,
            label=each.field.label,
            name=str(other.values.get(one.module.name_field) or other.id),
            id=other.id,
        )
        for each in must_be_unique(one)
        for other in others
        if alike(each.value, facts.held_by(other, each.field), each.field)
    ]


def unchecked(one: PlannedRecord, facts: Facts) -> list[Reason]:
    """The values that must be unique, where a search for others that hold them failed."""
    module = one.module.api_name
    if module not in facts.unsearched and facts.found.get(module, ()) is not None:
        return []
    return [
        say("unique_unchecked", field=each.field.api_name, label=each.field.label)
        for each in must_be_unique(one)
    ]


def must_be_unique(one: PlannedRecord) -> list[PlannedField]:
    """What will be written there, and must stand in no other record."""
    return [
        each
        for each in one.fields
        if each.field.unique and is_written(each) and not is_empty(each.value)
    ]


def alike(one: object, other: object, field: Field) -> bool:
    """Whether Zoho takes two values of a unique field for the same."""
    left, right = (str("" if each is None else each).strip() for each in (one, other))
    return left == right if field.case_sensitive else left.casefold() == right.casefold()
