"""The ways to convert that chaos is made with, and what there must be afterwards."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator import World
from emulator.state import Link

OVER = ("done", "failed", "cancelled", "undone", "waiting")
"""States that nothing but a person changes."""

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
OF_VENDOR = {"Last_Name": "Last_Name", "Email": "Email", "Vendor_Name": {"link_to": "vendor"}}
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
        {"key": "contact", "module": "Contacts", "fields": OF_VENDOR},
    ],
}
MAKER = {
    **SUPPLIER,
    "key": "maker",
    "label": "Supplier with a contact and a product",
    "records": [
        *SUPPLIER["records"],
        {
            "key": "product",
            "module": "Products",
            "fields": {"Product_Name": "Company", "Vendor_Name": {"link_to": "vendor"}},
        },
    ],
}
PERSON = {
    "key": "person",
    "label": "Contact",
    "kind": "records",
    "records": [
        {
            "key": "contact",
            "module": "Contacts",
            "fields": {
                "Last_Name": "Last_Name", "Email": "Email", "Phone": "Phone",
                "Title": "Designation", "Description": "Description",
            },
        }
    ],
}  # fmt: skip
ZOHO = {"key": "zoho", "label": "As Zoho does it", "kind": "zoho"}
TARGETS = [ZOHO, VENDOR, SUPPLIER, MAKER, PERSON]


@dataclass
class Asked:
    """A lead, what it is to become, whether that is to be taken back or was `stopped` half-way, and
    the conversion that was promised."""

    kind: "Kind"
    lead: str
    company: str
    back: bool = False
    stopped: bool = False
    there: str = ""
    """The record that is to stand in for a new one."""
    conversion: str = ""

    @property
    def choices(self) -> dict[str, Any]:
        if not self.there:
            return self.kind.choices
        merge = {"Phone": "overwrite", "Title": "fill_blanks", "Description": "append"}
        return {**self.kind.choices, "records": {"contact": {"link": self.there, "merge": merge}}}


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A way to convert, and what it makes of the facts about a company: new records, for each of
    its leads or one that they `shared`, what it `adds` for each besides, and what is `gone`."""

    name: str
    choices: Mapping[str, Any]
    records: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    hang: Callable[[World, str, str], str] = lambda world, lead, company: ""
    """Furnish the lead. The id of what is to stand in for a new record, if there is such a one."""
    reversible: bool = True

    def made(self, start: Counter[str], leads: int) -> Counter[str]:
        """The facts about a company of so many leads, once they are converted."""
        gone = Counter(self.gone * leads)
        if gone - start:
            raise ValueError(f"{self.name}: {gone - start} is not there at the start")
        return start - gone + Counter((self.records + self.adds) * leads + self.shared)

    def taken_back(self, start: Counter[str], leads: int) -> Counter[str]:
        """The same, once that is undone: as before, and what was made lies in the recycle bin."""
        return start + Counter(
            f"bin/{one.split()[0]}" for one in self.records * leads + self.shared
        )


SMALL = b"An offer."
LARGE = bytes(range(256)) * 16 * 1024
"""Four megabytes."""


def _note(world: World, module: str, ident: str) -> dict[str, Any]:
    parent = {"Parent_Id": {"id": ident, "name": ""}, "$se_module": module}
    note = {"Note_Title": "Call", "Note_Content": "Rang twice.", **parent}
    return world.add_record("Notes", note, owner=world.users[0])


def _note_and_task(world: World, lead: str, company: str) -> str:
    _note(world, "Leads", lead)
    about = {"What_Id": {"id": lead, "name": company}, "$se_module": "Leads"}
    world.add_record("Tasks", {"Subject": "Ring", **about}, owner=world.users[0])
    return ""


def _file(world: World, module: str, ident: str, name: str, content: bytes) -> None:
    world.files[f"of chaos {name}"] = content
    file = {
        "File_Name": name, "Size": len(content), "$file_id": f"of chaos {name}", "$type": "File",
        "Parent_Id": {"id": ident, "name": ""}, "$se_module": module,
    }  # fmt: skip
    world.add_record("Attachments", file, owner=world.users[0])


def _offer(world: World, lead: str, company: str) -> str:
    _file(world, "Leads", lead, "offer.txt", SMALL)
    return ""


def _film(world: World, lead: str, company: str) -> str:
    _file(world, "Leads", lead, "film.mp4", LARGE)
    return _offer(world, lead, company)


def _fair(world: World, lead: str, company: str) -> str:
    """Tags, a campaign to which the lead has answered, and a product."""
    found = world.find("Leads", lead) or {}
    found["Tag"] = [{"name": "Fair", "id": world.new_id(), "color_code": None}]
    _linked(world, "Leads", lead, "Campaigns", "Campaign_Name")
    _linked(world, "Leads", lead, "Products", "Product_Name")
    return ""


def _linked(world: World, module: str, ident: str, other: str, name: str) -> None:
    there = list(world.records[other].values())
    known = next((one for one in there if one.get(name) == "Fair"), None)
    one = known or world.add_record(other, {name: "Fair"}, owner=world.users[0])
    details = {"Member_Status": "Responded"} if other == "Campaigns" else {}
    world.links.append(Link(module, ident, other, str(one["id"]), details))


def _contact(world: World, lead: str, company: str) -> str:
    """All that hangs on a lead, and a contact that is there already and has the like."""
    _note_and_task(world, lead, company)
    _film(world, lead, company)
    _fair(world, lead, company)
    (world.find("Leads", lead) or {})["Description"] = "Bought a lot."
    rep = world.users[0]
    there = {"Last_Name": f"A of {company}", "Phone": "none", "Description": "Known since May."}
    ident = str(world.add_record("Contacts", there, owner=rep)["id"])
    # Somebody's own, of long before anybody converts anything.
    _note(world, "Contacts", ident)["Created_Time"] = "2026-05-04T09:00:00+00:00"
    return ident


def address(company: str, letter: str = "a") -> str:
    return f"{letter}.{company.lower().replace(' ', '.')}@chaos.example"


def _rescued(module: str, lost: str) -> tuple[str, str]:
    """What says of a lead what its record does not hold, and the file with all of it."""
    note = f"{module}/Notes What this record does not hold of its lead: {lost}"
    return f"{note} All values are in the attached file.", f"{module}/Attachments lead.json whole"


MARK = {"kind": "mark", "values": {"Lead_Status": "Contacted"}}
DELETE = {"kind": "delete"}
LEAD, MARKED = "Leads Phone=555 #", "Leads Phone=555 # Lead_Status=Contacted"
VENDOR_FACT = ("Vendors Phone=555 #",)
CONTACT_FACT = ("Contacts Vendor_Name->Vendors",)
MEMBER_FACT = ("Contacts Phone=555 # Title=Buyer tag Fair",)
CALL, RING = "Notes Call: Rang twice.", "Tasks Ring"
OFFER, FILM = "Attachments offer.txt 5b620032", "Attachments film.mp4 c1d46223"
INVITED = ("Contacts/Campaigns Responded", "Contacts/Products")
NO_PERSON = _rescued("Vendors", "Last Name: Person Title: Buyer")
NO_TITLE = _rescued("Vendors", "Title: Buyer")
NO_COMPANY = _rescued("Contacts", "Company: #")

VENDORS = Kind("vendor", {"target": "vendor"}, VENDOR_FACT, adds=NO_PERSON)
HANGING = Kind(
    "all that hangs", {"target": "vendor", "lead_after": MARK}, VENDOR_FACT,
    adds=(f"Vendors/{CALL}", f"Vendors/{RING}", MARKED, *NO_PERSON),
    gone=(f"Leads/{RING}", LEAD), hang=_note_and_task,
)  # fmt: skip
PAIRS = Kind("pair", {"target": "supplier"}, VENDOR_FACT + CONTACT_FACT, adds=NO_TITLE)
THREE = Kind(
    "three", {"target": "maker"},
    (*VENDOR_FACT, *CONTACT_FACT, "Products Vendor_Name->Vendors"), adds=NO_TITLE,
)  # fmt: skip
DELETED = Kind(
    "deleted", {"target": "vendor", "lead_after": DELETE}, VENDOR_FACT,
    adds=("bin/Leads", *NO_PERSON), gone=(LEAD,),
)  # fmt: skip
FILES = Kind(
    "file", {"target": "vendor"}, VENDOR_FACT, adds=(f"Vendors/{OFFER}", *NO_PERSON), hang=_offer
)
FILMS = Kind(
    "film", {"target": "vendor"}, VENDOR_FACT,
    adds=(f"Vendors/{OFFER}", f"Vendors/{FILM}", *NO_PERSON), hang=_film,
)  # fmt: skip
MEMBERS = Kind(
    "member", {"target": "person"}, MEMBER_FACT, adds=(*INVITED, *NO_COMPANY), hang=_fair
)
MERGED = Kind(
    "merged", {"target": "person", "lead_after": MARK},
    adds=(
        f"{MARKED} Description=Bought a lot. tag Fair",
        "Contacts Phone=555 # Title=Buyer Description=Known since May. Bought a lot. tag Fair",
        *(f"Contacts/{one}" for one in (CALL, RING, OFFER, FILM)), *INVITED, *NO_COMPANY,
    ),
    gone=(
        f"{LEAD} Description=Bought a lot. tag Fair", f"Leads/{RING}",
        "Contacts Phone=none Description=Known since May.",
    ),
    hang=_contact,
)  # fmt: skip
BY_ZOHO = Kind(
    "by Zoho", {"target": "zoho"},
    ("Contacts Phone=555 # Title=Buyer Account_Name->Accounts",), ("Accounts Phone=555 #",),
    adds=(f"{LEAD} Converted__s=True", f"Contacts/{CALL}", f"Accounts/{RING}"),
    gone=(LEAD, f"Leads/{CALL}", f"Leads/{RING}"), hang=_note_and_task, reversible=False,
)  # fmt: skip
ONE_BY_ONE = (
    VENDORS, HANGING, PAIRS, DELETED, BY_ZOHO, MEMBERS, THREE, FILES, HANGING, PAIRS, MERGED,
    DELETED, VENDORS, BY_ZOHO, FILMS, MEMBERS, THREE, VENDORS, HANGING, PAIRS,
)  # fmt: skip
"""Twenty, in the shares in which they come about."""

SUPPLIERS = Kind(
    "supplier", {"target": "supplier", "lead_after": MARK, "salvage": False}, CONTACT_FACT,
    VENDOR_FACT, adds=(f"Vendors/{CALL}", f"Vendors/{RING}", MARKED),
    gone=(f"Leads/{RING}", LEAD), hang=_note_and_task,
)  # fmt: skip
SUPPLIERS_ONLY = Kind(
    "supplier, deleted", {"target": "supplier", "lead_after": DELETE}, CONTACT_FACT, VENDOR_FACT,
    adds=("bin/Leads", *NO_TITLE), gone=(LEAD,),
)  # fmt: skip
TOGETHER = (SUPPLIERS, SUPPLIERS_ONLY, MEMBERS, SUPPLIERS, BY_ZOHO)
"""What batches are of."""
