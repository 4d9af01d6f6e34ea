"""The ways to convert that chaos is made with, and what must be there afterwards."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from emulator import World

OVER = ("done", "failed", "cancelled", "undone", "waiting")
"""States that nothing but a person changes."""

SUPPLIER = {
    "key": "supplier",
    "label": "Supplier with a contact",
    "kind": "records",
    "records": [
        {
            "key": "vendor",
            "module": "Vendors",
            "fields": {"Vendor_Name": "Company", "Phone": "Phone"},
            "match_on": ["Vendor_Name"],
        },
        {
            "key": "contact",
            "module": "Contacts",
            "fields": {
                "Last_Name": "Last_Name",
                "Email": "Email",
                "Vendor_Name": {"link_to": "vendor"},
            },
        },
    ],
}
VENDOR = {
    "key": "vendor",
    "label": "Vendor",
    "kind": "records",
    "records": [
        {
            "key": "vendor",
            "module": "Vendors",
            "fields": {"Vendor_Name": "Company", "Phone": "Phone", "Email": "Email"},
            "match_on": ["Vendor_Name"],
        }
    ],
}
TARGETS = [{"key": "zoho", "label": "As Zoho does it", "kind": "zoho"}, VENDOR, SUPPLIER]


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to convert, and what must be there afterwards, each exactly once."""

    name: str
    choices: dict[str, Any]
    expected: Callable[[World, str, str], Iterator[tuple[str, int]]]
    """Of the world, the lead's id and its company: what, and how often it is there."""
    hanging: bool = False
    """Whether a note and a task hang on the lead."""


def named(world: World, module: str, name: str, company: str) -> list[dict[str, Any]]:
    return [one for one in list(world.records[module].values()) if one.get(name) == company]


def vendors(world: World, _lead: str, company: str) -> Iterator[tuple[str, int]]:
    yield "vendor", len(named(world, "Vendors", "Vendor_Name", company))


def with_all(world: World, lead: str, company: str) -> Iterator[tuple[str, int]]:
    yield from vendors(world, lead, company)
    ids = {one["id"] for one in named(world, "Vendors", "Vendor_Name", company)}
    notes = [
        one
        for one in list(world.records["Notes"].values())
        if one["Parent_Id"]["id"] in ids and one["Note_Title"] == "Call"
    ]
    yield "note", len(notes)
    tasks = named(world, "Tasks", "Subject", company)
    yield "task", sum((one.get("What_Id") or {}).get("id") in ids for one in tasks)
    found = world.find("Leads", lead)
    yield "mark", int(found is not None and found.get("Lead_Status") == "Contacted")


def pairs(world: World, lead: str, company: str) -> Iterator[tuple[str, int]]:
    yield from vendors(world, lead, company)
    ids = {one["id"] for one in named(world, "Vendors", "Vendor_Name", company)}
    people = named(world, "Contacts", "Email", address(company))
    yield "contact", len(people)
    yield "link", sum((one.get("Vendor_Name") or {}).get("id") in ids for one in people)


def gone(world: World, lead: str, company: str) -> Iterator[tuple[str, int]]:
    yield from vendors(world, lead, company)
    yield "lead in the bin", int(world.find("Leads", lead) is None and lead in world.bin)


def by_zoho(world: World, lead: str, company: str) -> Iterator[tuple[str, int]]:
    yield "contact", len(named(world, "Contacts", "Email", address(company)))
    yield "account", len(named(world, "Accounts", "Account_Name", company))
    found = world.find("Leads", lead)
    yield "converted", int(bool(found and found.get("Converted__s")))


def address(company: str) -> str:
    return company.lower().replace(" ", ".") + "@chaos.example"


MARK = {"kind": "mark", "values": {"Lead_Status": "Contacted"}}
KINDS = (
    Kind("vendor", {"target": "vendor"}, vendors),
    Kind("all that hangs", {"target": "vendor", "lead_after": MARK}, with_all, hanging=True),
    Kind("pair", {"target": "supplier"}, pairs),
    Kind("deleted", {"target": "vendor", "lead_after": {"kind": "delete"}}, gone),
    Kind("by Zoho", {"target": "zoho"}, by_zoho),
)
