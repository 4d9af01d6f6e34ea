"""What leads may become here, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from extension.planning.business import is_business, leads_of
from extension.planning.policies import Condition, How, LeadAfter, Merge, WhenMatched
from extension.planning.records import Catalogue, Module
from extension.planning.rules import FirstOf, FromField, LinkTo, Rule
from extension.planning.suggest import suggest

ZOHO = "zoho"
CONVERSION = ("Contacts", "Accounts", "Deals")
"""The modules that Zoho's own conversion creates records in; of these a deal only on demand."""

DEFAULT_MODULES = ("Vendors",)
"""The modules of Zoho's own that leads become by default; all custom modules are added."""

ALWAYS = {
    "Contacts": {"First_Name": "First_Name", "Last_Name": "Last_Name"},
    "Accounts": {"Account_Name": "Company"},
}
"""What Zoho's conversion fills whether or not its metadata says so."""

LINKS = {
    "Contacts": {"Account_Name": "Accounts"},
    "Deals": {"Account_Name": "Accounts", "Contact_Name": "Contacts"},
}
"""Which of its records Zoho's conversion ties to which."""

MATCHED_TYPES = {"email": 1, "website": 3, "phone": 4}
"""Types whose agreement says something, and how surely (0 is a unique field, 2 the name)."""


@dataclass(frozen=True, slots=True)
class TargetRecord:
    """A record that a target creates, or that an existing one stands in for."""

    key: str
    module: str
    mapping: Mapping[str, str]
    """Field of the module -> field of the lead that fills it."""
    fallback: Mapping[str, str] = field(default_factory=dict)
    """The same, for where the lead's first field is empty."""
    optional: bool = False
    match_on: tuple[str, ...] = ()
    """Mapped fields by which an existing record is known to be the same; the surest first."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Lookup of this record -> key of the target's other record that it points at."""
    rules: Mapping[str, Rule] = field(default_factory=dict)
    """Field of the module -> the rule that fills it, where no field of the lead alone does."""
    layout: str = ""
    """Id of the layout; without one the first that the person may use."""
    when_matched: WhenMatched = "create"
    """What is proposed where there is a record that may be the same."""
    merge: Mapping[str, Merge] = field(default_factory=dict)
    """Field -> what happens to the value of an existing record that stands in."""
    merge_default: Merge = "fill_blanks"


@dataclass(frozen=True, slots=True)
class Target:
    """A named thing that a lead can become."""

    key: str
    label: str
    kind: Literal["zoho", "records"]
    records: tuple[TargetRecord, ...]
    profiles: frozenset[str] = frozenset()
    """Ids of the profiles that may use it; none named: everybody's."""
    offered_when: tuple[Condition, ...] = ()
    carry: Mapping[str, How] = field(default_factory=dict)
    """Related list of the lead -> what is done with it."""
    lead_after: LeadAfter = field(default_factory=LeadAfter)
    workflows: bool = True
    """Whether the org's workflow rules run on what is created."""


def rules_of(record: TargetRecord) -> dict[str, Rule]:
    """Every rule of a record, by the field that it fills."""
    found: dict[str, Rule] = {}
    for name, source in record.mapping.items():
        second = record.fallback.get(name)
        found[name] = FirstOf((source, second)) if second else FromField(source)
    found |= {name: LinkTo(key) for name, key in record.links.items()}
    return {**found, **record.rules}


def default_targets(catalogue: Catalogue) -> tuple[Target, ...]:
    """Zoho's own conversion, Vendors, then every custom module that can be created, by label."""
    custom = [one for one in catalogue.modules.values() if one.kind == "custom"]
    shipped = [catalogue.modules[one] for one in DEFAULT_MODULES if one in catalogue.modules]
    wanted = [*shipped, *sorted(custom, key=lambda one: (one.singular.casefold(), one.api_name))]
    records = (module_target(one, catalogue) for one in wanted if can_be_target(one))
    return (zoho_target(catalogue), *records)


def can_be_target(module: Module) -> bool:
    """Whether the org as a whole lets records be created there through the API."""
    shown = module.api_supported and module.creatable and module.visible
    return shown and module.kind in ("default", "custom")


def zoho_target(catalogue: Catalogue) -> Target:
    """Zoho's conversion, with the mapping that the org's administrators gave Zoho.

    https://help.zoho.com/portal/en/kb/crm/sales-force-automation/leads/articles/convert-leads
    """
    modules = [catalogue.modules[name] for name in CONVERSION if name in catalogue.modules]
    records = tuple(_converted(module, catalogue) for module in modules)
    return Target(ZOHO, joined([module.singular for module in modules]), "zoho", records)


def module_target(module: Module, catalogue: Catalogue) -> Target:
    """One record of a module, filled as we suggest."""
    first = suggest(leads_of(catalogue), module)
    record = TargetRecord(
        key=module.api_name,
        module=module.api_name,
        mapping=first.mapping,
        fallback=first.fallback,
        match_on=_match_on(module, first.mapping),
    )
    return Target(module.api_name, module.singular, "records", (record,))


def joined(labels: list[str]) -> str:
    """`Contact, Account and Deal`."""
    if len(labels) < 2:
        return "".join(labels)
    return f"{', '.join(labels[:-1])} and {labels[-1]}"


def _converted(module: Module, catalogue: Catalogue) -> TargetRecord:
    name, leads = module.api_name, leads_of(catalogue)
    told = {
        taker: one.api_name
        for one in leads.fields.values()
        if is_business(one) and (taker := one.converts_to.get(name))
    }
    always = {
        taker: source
        for taker, source in ALWAYS.get(name, {}).items()
        if source in leads.fields and source not in told.values()
    }
    mapping = {**always, **told}
    return TargetRecord(
        key=name,
        module=name,
        mapping=mapping,
        optional=name == "Deals",
        match_on=() if name == "Deals" else _match_on(module, mapping),
        links=LINKS.get(name, {}),
    )


def _match_on(module: Module, mapping: Mapping[str, str]) -> tuple[str, ...]:
    ranked = []
    for name in mapping:
        known = module.fields.get(name)
        if known is None:
            continue
        rank = 2 if name == module.name_field else MATCHED_TYPES.get(known.data_type)
        if known.unique or rank is not None:
            ranked.append((0 if known.unique else rank or 0, name))
    return tuple(name for _, name in sorted(ranked, key=lambda pair: pair[0]))
