"""Which records the lookup rules name, how to look for them, and which of those found are meant."""

from collections.abc import Iterable, Sequence

from extension.planning.business import is_empty, value_of
from extension.planning.carry import shown
from extension.planning.matching import escaped
from extension.planning.records import Catalogue, Lead, Module, Record
from extension.planning.rules import LookupByName
from extension.planning.targets import Target, rules_of

Name = tuple[str, str]
"""A module, and what a record there is called."""


def names(targets: Iterable[Target], lead: Lead, catalogue: Catalogue) -> tuple[Name, ...]:
    """Every name that a lookup rule of these targets takes from this lead, each once."""
    found = []
    for target in targets:
        for record in target.records:
            module = catalogue.modules.get(record.module)
            for field, rule in rules_of(record).items():
                if isinstance(rule, LookupByName) and module is not None:
                    found += _named(rule.field, field, module, lead, catalogue)
    return tuple(dict.fromkeys(found))


def criteria(name: Name, catalogue: Catalogue) -> str:
    """Zoho's search criteria for the records of that name.

    https://www.zoho.com/crm/developer/docs/api/v8/search-records.html
    """
    module, text = name
    return f"({catalogue.modules[module].name_field}:equals:{escaped(text)})"


def meant(name: Name, found: Sequence[Record], catalogue: Catalogue) -> tuple[str, ...]:
    """The ids of the records that are called so; Zoho's search is more tolerant than we are."""
    module, text = name
    field, wanted = catalogue.modules[module].name_field, text.casefold()
    return tuple(
        one.id for one in found if shown(one.values.get(field)).strip().casefold() == wanted
    )


def _named(
    source: str, field: str, module: Module, lead: Lead, catalogue: Catalogue
) -> list[Name]:  # fmt: skip
    taker = module.fields.get(field)
    value = value_of(lead.record.values, source)
    if taker is None or taker.lookup_module not in catalogue.modules or is_empty(value):
        return []
    text = shown(value).strip()
    return [(taker.lookup_module, text)] if text else []
