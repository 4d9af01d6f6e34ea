"""Which values of a plan nobody has looked for yet, though no two records may share them."""

from collections.abc import Mapping

from extension.planning.business import text_of
from extension.planning.drawn import Plan
from extension.planning.matching import MOST_CONDITIONS, Search, escaped, searches
from extension.planning.planned import PlannedRecord
from extension.planning.records import Catalogue, Lead
from extension.planning.targets import Target

Unique = tuple[str, str]
"""A field, and what will stand there."""


def unsearched(
    plan: Plan, target: Target, lead: Lead, catalogue: Catalogue
) -> Mapping[str, str]:  # fmt: skip
    """Module -> the criteria that find who holds such a value: typed in, taken from another field
    of the lead, or made by a rule. The lead's own values were looked for when it was read."""
    if plan.kind == "zoho":
        return {}
    known = {one.module: _searched(one, lead) for one in searches(target, lead, catalogue)}
    wanted: dict[str, dict[Unique, str]] = {}
    for record in plan.records:
        module = record.module.api_name
        for (name, folded), text in _unique(record).items():
            if (name, folded) not in known.get(module, ()):
                wanted.setdefault(module, {})[name, folded] = text
    return {module: _criteria(values) for module, values in wanted.items()}


def _searched(search: Search, lead: Lead) -> set[Unique]:
    values = lead.record.values
    return {(one.field, text_of(values, one.lead_field).casefold()) for one in search.conditions}


def _unique(record: PlannedRecord) -> dict[Unique, str]:
    fields = record.module.fields
    texts = {
        name: text_of(record.values, name)
        for name in record.values
        if name in fields and fields[name].unique
    }
    return {(name, text.casefold()): text for name, text in texts.items() if text}


def _criteria(values: Mapping[Unique, str]) -> str:
    """https://www.zoho.com/crm/developer/docs/api/v8/search-records.html"""
    found = [f"({name}:equals:{escaped(text)})" for (name, _), text in values.items()]
    return found[0] if len(found) == 1 else f"({'or'.join(found[:MOST_CONDITIONS])})"
