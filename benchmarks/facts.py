"""What there is of each company in an emulated org, in words that can be counted: a record with its
values, what hangs on it, what it is linked with, and what lies in the recycle bin."""

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from emulator import World
from emulator.crm.recycling import WITH_PARENT

Facts = Mapping[str, Counter[str]]
"""Company -> what there is of it, and how often. Under "" stands what belongs to none."""

HOLDERS = ("Leads", "Vendors", "Contacts", "Accounts", "Products", "Deals")
"""Modules of records that bear their company's name, and on which the others hang."""
HANGING = ("Notes", "Attachments", "Tasks", "Events", "Calls")
NAMED_BY = (
    "Company", "Vendor_Name", "Account_Name", "Last_Name", "Product_Name", "Deal_Name",
)  # fmt: skip
VALUES = ("Phone", "Title", "Lead_Status", "Converted__s", "Description")
LOOKUPS = ("Vendor_Name", "Account_Name", "Contact_Name")
COMPANY = re.compile(r"Chaos \d{5}")
ALIKE = (
    (re.compile(r"[A-Z] of Chaos \d{5}"), "Person"),
    (COMPANY, "#"),
    (re.compile(r"555 \d{5}"), "555 #"),
    # Zoho was too busy to say whether there are any.
    (re.compile(r"\b(Campaigns|Products): an unknown number\. .*?stays with the lead\.\n?"), ""),
    (re.compile(r"[a-z]\.chaos\.\d{5}@chaos\.example"), "@"),
)
"""What differs from company to company -> what stands for it in the facts of all."""


def facts(world: World) -> Facts:
    holders = _holders(world)
    found: dict[str, Counter[str]] = {}
    for company, fact in _every(world, holders):
        found.setdefault(company, Counter())[_alike(fact)] += 1
    return found


def _holders(world: World) -> dict[str, tuple[str, str]]:
    """Id of each record that bears a company's name, in the bin or not -> module and company."""
    found = {
        ident: (module, _company(one))
        for module in HOLDERS
        for ident, one in list(world.records.get(module, {}).items())
    }
    binned = {ident: (one.module, _company(one.record)) for ident, one in world.bin.items()}
    return found | {ident: one for ident, one in binned.items() if one[0] in HOLDERS}


def _company(record: Mapping[str, Any]) -> str:
    texts = (str(record[name]) for name in NAMED_BY if isinstance(record.get(name), str))
    return next((hit[0] for text in texts if (hit := COMPANY.search(text))), "")


Holders = Mapping[str, tuple[str, str]]


def _every(world: World, holders: Holders) -> Iterator[tuple[str, str]]:
    """Each fact with its company."""
    for module in HOLDERS:
        for one in list(world.records.get(module, {}).values()):
            yield holders[one["id"]][1], _record(module, one, holders)
    for module in HANGING:
        for one in list(world.records.get(module, {}).values()):
            where, company = _holder(one, holders)
            yield company, f"{where}/{module}{_content(world, module, one)}"
    for link in list(world.links):
        where, company = holders.get(link.id, (link.module, ""))
        yield (
            company,
            f"{where}/{link.other_module} {link.details.get('Member_Status', '')}".strip(),
        )
    for gone in list(world.bin.values()):
        if gone.module in HOLDERS and not gone.record.get(WITH_PARENT):
            yield holders[gone.record["id"]][1], f"bin/{gone.module}"


def _record(module: str, one: Mapping[str, Any], holders: Holders) -> str:
    said = [f"{name}={one[name]}" for name in VALUES if one.get(name)]
    for name in LOOKUPS:
        if isinstance(one.get(name), Mapping):
            module_there, company = holders.get(one[name]["id"], ("nowhere", ""))
            mine = company == holders[one["id"]][1]
            said.append(f"{name}->{module_there if mine else 'of another'}")
    said += sorted(f"tag {each['name']}" for each in one.get("Tag") or ())
    return " ".join([module, *said])


def _holder(one: Mapping[str, Any], holders: Holders) -> tuple[str, str]:
    """The module and company of the record that it hangs on."""
    for name in ("Parent_Id", "What_Id", "Who_Id"):
        if isinstance(one.get(name), Mapping):
            return holders.get(one[name]["id"], ("nowhere", ""))
    return "nowhere", ""


def _content(world: World, module: str, one: Mapping[str, Any]) -> str:
    match module:
        case "Notes":
            return f" {one['Note_Title']}: {one['Note_Content']}"
        case "Attachments":
            return f" {_file(one['File_Name'], world.files.get(str(one.get('$file_id')), b''))}"
    return f" {one.get('Subject') or one.get('Event_Title')}"


def _file(name: str, held: bytes) -> str:
    lead = re.fullmatch(r"lead-([0-9]+)\.json", name)
    if lead is None:
        return f"{name} {zlib.crc32(held):08x}"
    # It holds ids and times, so that no two are the same.
    try:
        whole = lead[1] in json.dumps(json.loads(held))
    except ValueError:
        whole = False
    return f"lead.json {'whole' if whole else 'broken'}"


def _alike(fact: str) -> str:
    for pattern, stands_for in ALIKE:
        fact = pattern.sub(stands_for, fact)
    return " ".join(fact.split())
