"""Which contacts and accounts Zoho takes for the same as a lead.

First the unique fields of Contacts and Accounts, against the lead's values that the conversion
mapping puts there. A module in which none of them agrees is searched by the lead's e-mail
address, then its name (Contacts), and by its company (Accounts).
https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..schema import Field, Module, User
from ..world import Record, World, full_name
from .convert_lead import LEADS

MOST = 100
CONTACTS, ACCOUNTS = "Contacts", "Accounts"
FALLBACKS = (
    ("Email", CONTACTS, "Email"),
    ("Company", ACCOUNTS, "Account_Name"),
    ("Full_Name", CONTACTS, "Full_Name"),
)
"""Lead field, module, its field: in this order where no unique field agrees."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A field by which records were found, and the lead's value that they have in it."""

    field: Field
    value: str


@dataclass(slots=True)
class Found:
    """What was found in one module."""

    agreements: list[Agreement] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    def add(self, agreement: Agreement, records: list[Record]) -> None:
        """Note an agreement and the records that have it, none of them twice."""
        known = {record["id"] for record in self.records}
        self.agreements.append(agreement)
        self.records += [record for record in records if record["id"] not in known]
        del self.records[MOST:]


@dataclass(slots=True)
class Matches:
    """`preference` is the module whose rule came first in Zoho's order, or ""."""

    contacts: Found = field(default_factory=Found)
    accounts: Found = field(default_factory=Found)
    preference: str = ""

    def of(self, module: str) -> Found:
        return self.contacts if module == CONTACTS else self.accounts

    def _add(self, module: str, agreement: Agreement, records: list[Record]) -> None:
        self.of(module).add(agreement, records)
        self.preference = self.preference or module


def matches(world: World, user: User, lead: Record) -> Matches:
    """The records that the user would be offered for this lead.

    That a module falls back by itself, that only records count which the user may see, and
    that the lead's name is compared only where its address found nothing, are guesses.
    """
    found = Matches()
    for unique_in, agreement in unique_values(world, lead):
        records = holders(world, unique_in, agreement, user)
        if records:
            found._add(unique_in.api_name, agreement, records)
    by_unique = {name for name in (CONTACTS, ACCOUNTS) if found.of(name).records}
    for lead_field, module_name, target in FALLBACKS:
        module = world.module(module_name)
        one = module.field(target) if module else None
        value = full_name(lead) if lead_field == "Full_Name" else lead.get(lead_field)
        done = module_name in by_unique or found.of(module_name).records
        if done or module is None or one is None or not value:
            continue
        agreement = Agreement(one, str(value))
        records = holders(world, module, agreement, user)
        if records:
            found._add(module_name, agreement, records)
    return found


def unique_values(world: World, lead: Record) -> Iterator[tuple[Module, Agreement]]:
    """The lead's values that conversion puts into unique fields, Contacts before Accounts."""
    leads = world.module(LEADS)
    for name in (CONTACTS, ACCOUNTS):
        module = world.module(name)
        for source in leads.fields if leads and module else ():
            target = module.field(source.converts_to.get(name, "")) if module else None
            value = lead.get(source.api_name)
            if module and target and target.unique and value not in (None, ""):
                yield module, Agreement(target, str(value))


def holders(
    world: World, module: Module, agreement: Agreement, user: User | None = None
) -> list[Record]:
    """The records of a module that have this value; only those the user may see, if given."""
    return [
        record
        for record in world.records.get(module.api_name, {}).values()
        if _agrees(record, agreement)
        and (user is None or world.visible_to(user, module.api_name, record))
    ]


def _agrees(record: Record, agreement: Agreement) -> bool:
    name = agreement.field.api_name
    value = full_name(record) if name == "Full_Name" else record.get(name)
    if value in (None, ""):
        return False
    mine, yours = str(value).strip(), agreement.value.strip()
    if agreement.field.unique and agreement.field.case_sensitive:
        return mine == yours
    return mine.casefold() == yours.casefold()
