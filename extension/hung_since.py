"""Finds what hangs on records that conversions have made: to delete those would take it along."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from .errors import GrantRevoked, ScopeMissing, ZohoRefused
from .planning.records import Catalogue, Module, Record
from .zoho import hanging, records
from .zoho.client import Crm
from .zoho.outcomes import RowRefused
from .zoho.pointing import Asked, Heard, pointing, target
from .zoho.threads import together
from .zoho.writer import Writer

STAMPS = ("Modified_Time", "Modified_By")
Where = tuple[str, str]
"""Module and id."""
Key = tuple[str, ...]
"""Of what hangs somewhere: its module and id, and of a link also where it hangs."""
Hung = Mapping[Where, Mapping[Key, Record]]
"""What hangs on each record."""

PARENT = "Parent_Id"
LISTED = ("Notes", "Attachments")
"""What a record has lists of, should Zoho answer no query about it."""
ACTIVITIES = ("Tasks", "Events", "Calls")
LINKED = {"Contacts": ("Campaigns", "Products"), "Accounts": ("Products",), "Deals": ("Products",)}
"""Module -> its lists of links, which no query reaches."""
STANDARD = {
    "Contacts": {"Vendor_Name": "Vendors", "Account_Name": "Accounts", "Reporting_To": "Contacts"},
    "Deals": {"Account_Name": "Accounts", "Contact_Name": "Contacts"},
    "Products": {"Vendor_Name": "Vendors"},
    "Purchase_Orders": {"Vendor_Name": "Vendors", "Contact_Name": "Contacts"},
    "Quotes": {"Account_Name": "Accounts", "Contact_Name": "Contacts", "Deal_Name": "Deals"},
    "Sales_Orders": {"Account_Name": "Accounts", "Contact_Name": "Contacts", "Deal_Name": "Deals"},
    "Invoices": {"Account_Name": "Accounts", "Contact_Name": "Contacts"},
    "Cases": {"Account_Name": "Accounts", "Deal_Name": "Deals", "Product_Name": "Products"},
}  # fmt: skip
"""Lookups of modules that nobody may have described to us yet, and where they point."""
KINDS = ("default", "custom", "linking")


def hung(crm: Crm, catalogue: Catalogue, made: Sequence[Where], noted: Sequence[Where]) -> Hung:
    """What this person sees hang on records that were made; on those that were there before, and
    got notes of ours, the notes alone. Five modules are asked about in one call for up to 1,250
    records; links, where the org has anything to link, take one for five lists."""
    places = {ident: (module, ident) for module, ident in (*noted, *made)}
    asked = list(_questions(catalogue, made, noted))
    told, linked = together(lambda: pointing(crm, asked), lambda: _links(crm, made))
    found: dict[Where, dict[Key, Record]] = {}
    for one, heard in zip(asked, told, strict=True):
        for record in _seen(crm, one, heard, places):
            where = places[target(record, one.field)]
            found.setdefault(where, {})[record.module, record.id] = record
    for where, record in linked:
        found.setdefault(where, {})[record.module, record.id, *where] = record
    return found


def _questions(
    catalogue: Catalogue, made: Iterable[Where], noted: Iterable[Where]
) -> Iterator[Asked]:
    """The modules of which something may hang there, each field by which it does once."""
    ids: dict[str, list[str]] = {}
    for module, ident in made:
        ids.setdefault(module, []).append(ident)
    every = [ident for some in ids.values() for ident in some]
    contacts = ids.get("Contacts", [])
    about = [ident for ident in every if ident not in set(contacts)]
    notes = list(dict.fromkeys([*every, *(ident for _, ident in noted)]))
    wanted = {("Notes", PARENT): notes, ("Attachments", PARENT): every}
    wanted |= {(module, "What_Id"): about for module in ACTIVITIES}
    wanted |= {(module, "Who_Id"): contacts for module in ACTIVITIES}
    for each in catalogue.modules.values():
        if each.visible and each.api_supported and each.kind in KINDS:
            wanted |= {(each.api_name, name): ids[to] for name, to in _lookups(each) if to in ids}
    for (name, lookup), some in wanted.items():
        if some:
            yield Asked(name, lookup, tuple(some), STAMPS if name == "Notes" else ())


def _lookups(module: Module) -> Iterable[tuple[str, str]]:
    """Its lookups and where each points."""
    if not module.fields:
        return STANDARD.get(module.api_name, {}).items()
    return [
        (one.api_name, one.lookup_module)
        for one in module.fields.values()
        if one.data_type == "lookup" and one.lookup_module
    ]


def _seen(crm: Crm, asked: Asked, heard: Heard, places: Mapping[str, Where]) -> Iterable[Record]:
    """What the answer holds; where no query is answered, what the lists of each record do. Whoever
    may not see those is not to know what is in them."""
    if not isinstance(heard, RowRefused):
        return [one for one in heard if target(one, asked.field) in places]
    if asked.module not in LISTED:
        return ()
    modules: dict[str, list[str]] = {}
    for ident in asked.ids:
        modules.setdefault(places[ident][0], []).append(ident)
    lists = (_listed(crm, *one, asked.module) for one in modules.items())
    return [Record(asked.module, one.id, {**one.values, asked.field: where[1]})
            for some in lists for where, one in some]  # fmt: skip


def _links(crm: Crm, made: Iterable[Where]) -> list[tuple[Where, Record]]:
    """Campaigns and products that are linked with these, each with its details."""
    wanted: dict[tuple[str, str], list[str]] = {}
    for module, ident in made:
        for name in LINKED.get(module, ()):
            wanted.setdefault((module, name), []).append(ident)
    there = {name: _any(crm, name) for name in {name for _, name in wanted}}
    calls = [partial(_listed, crm, module, ids, name) for (module, name), ids in wanted.items()
             if there[name]]  # fmt: skip
    return [one for some in together(*calls) for one in some] if calls else []


def _any(crm: Crm, module: str) -> bool:
    """Whether there may be any record of the module."""
    try:
        return crm.count(module) != 0
    except (GrantRevoked, ScopeMissing):
        raise
    except ZohoRefused:
        return False


def _listed(
    crm: Crm, module: str, ids: Sequence[str], name: str
) -> list[tuple[Where, Record]]:  # fmt: skip
    """What these lists hold: the record on which each hangs, and what hangs there."""
    pages_of = Writer(crm).lists([(ident, name) for ident in ids], module)
    return [
        ((module, ident), one)
        for ident, pages in zip(ids, pages_of, strict=True)
        if not isinstance(pages, RowRefused)
        for page in pages
        for one in records.records(page, name)
    ]


def memberships(
    crm: Crm, wanted: Iterable[Where]
) -> dict[Where, dict[str, str]]:  # fmt: skip
    """Of these records the campaigns, and what became of each invitation. Those whose list is not
    to be seen are absent. One call for five of them."""
    modules: dict[str, list[str]] = {}
    for module, ident in dict.fromkeys(wanted):
        modules.setdefault(module, []).append(ident)
    found: dict[Where, dict[str, str]] = {}
    for module, ids in modules.items():
        for ident, pages in zip(
            ids, Writer(crm).lists([(one, "Campaigns") for one in ids], module), strict=True
        ):
            if not isinstance(pages, RowRefused):
                found[module, ident] = dict(one for page in pages for one in hanging.statuses(page))
    return found
