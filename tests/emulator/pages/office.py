"""A small org that has one of everything a page can show."""

from dataclasses import dataclass

from emulator import World
from emulator import fields as f
from emulator.schema import Layout, Module, Profile, RelatedList, User
from emulator.standard import custom_module
from emulator.world import Link, Record

HOSTILE = '<script>window.hacked = 1</script>"><img src=x onerror=hacked=1>'
SCRIPT = "javascript:alert(1)"
PAT = {
    "First_Name": "Pat",
    "Last_Name": "Doe",
    "Company": "Acme",
    "Email": "pat@acme.example",
    "Phone": "+1 555 0100",
    "Website": "www.acme.example",
    "Annual_Revenue": 1250000.5,
    "Description": "Line one\nLine two",
    "Lead_Source": "Trade Show",
    "Tag": [{"name": "supplier", "id": "1", "color_code": None}],
}


@dataclass(frozen=True, slots=True)
class Office:
    """What the tests ask for by name."""

    world: World
    admin: User
    rep: User
    reader: User
    pat: Record
    hostile: Record
    locked: Record
    converted: Record
    contact: Record
    partner: Record


def furnish_office(world: World) -> Office:
    """Fill a bare world."""
    admin, rep = world.users
    reader = _reader(world)
    _modules(world)
    contact = world.add_record("Contacts", {"Last_Name": "Ito", "First_Name": "Mei"}, owner=rep)
    account = world.add_record("Accounts", {"Account_Name": "Ito Works"}, owner=rep)
    pat = _lead(world, rep, PAT)
    odd = {"Last_Name": HOSTILE, "Company": HOSTILE, "Description": HOSTILE, "Website": SCRIPT}
    partner = {"Name": "Blue Partner", "Lead": world.reference("Leads", pat), "Regions": ["North"]}
    office = Office(
        world=world,
        admin=admin,
        rep=rep,
        reader=reader,
        pat=pat,
        hostile=_lead(world, rep, odd),
        locked=_lead(world, admin, {"Last_Name": "Lock", "Company": "Vault", "Locked__s": True}),
        converted=_lead(world, rep, _conversion(world, contact, account)),
        contact=contact,
        partner=world.add_record("Partners", partner, owner=rep),
    )
    _hang_on(world, rep, pat)
    return office


def _reader(world: World) -> User:
    """Somebody who may not see vendors, and whose profile hides a lead's e-mail."""
    world.add_profile(
        Profile(name="Reader", everything=True, custom=True, denied={"Crm_Implied_View_Vendors"})
    )
    world.add_user(
        User(first_name="Rhea", last_name="Reader", email="rhea@example.com", profile="Reader",
             role="CEO", date_format="dd.MM.yyyy", time_format="HH:mm", time_zone="Europe/Berlin"),
        User(first_name="Gone", last_name="Gary", email="gary@example.com", profile="Standard",
             role="Manager", status="disabled"),
    )  # fmt: skip
    email = world.module("Leads").field("Email")
    f.hidden_from(email, "Reader")
    return world.users[2]


def _modules(world: World) -> None:
    partner = custom_module(
        "Partners", "Partner", "Partners", f.lookup("Lead", "Leads"), f.boolean("Preferred"),
        f.multiselect("Regions", ["North", "South"]),
    )  # fmt: skip
    leads = world.module("Leads")
    leads.layouts.append(_supplier_layout())
    world.add_module(partner)
    leads.related_lists.append(
        RelatedList(
            api_name="Partners", label="Partners", module="Partners", kind="lookup", via="Lead"
        )
    )
    world.number(leads)


def _supplier_layout() -> Layout:
    return f.layout("Supplier", f.section("Supplier Information", "Company*", "Last_Name*"))


def _lead(world: World, owner: User, values: Record) -> Record:
    return world.add_record("Leads", dict(values), owner=owner)


def _conversion(world: World, contact: Record, account: Record) -> Record:
    return {
        "Last_Name": "Ito",
        "Company": "Ito Works",
        "$converted": True,
        "Converted__s": True,
        "Converted_Date_Time": "2026-01-09T12:00:00-06:00",
        "Converted_Contact": world.reference("Contacts", contact),
        "Converted_Account": world.reference("Accounts", account),
        "Converted_Deal": None,
    }


def _hang_on(world: World, rep: User, lead: Record) -> None:
    parent = {"Parent_Id": world.reference("Leads", lead), "$se_module": "Leads"}
    for number in range(12):
        note = {"Note_Title": f"Call {number}", "Note_Content": f"They said {number}", **parent}
        world.add_record("Notes", note, owner=rep)
    world.files["file1"] = b"%PDF-1.4 terms"
    world.add_record(
        "Attachments",
        {"File_Name": "terms.pdf", "Size": "14", "$file_id": "file1", **parent},
        owner=rep,
    )
    about = {"What_Id": world.reference("Leads", lead), "$se_module": "Leads"}
    world.add_record("Tasks", {"Subject": "Call back", "Status": "Not Started", **about}, owner=rep)
    world.add_record("Tasks", {"Subject": "Send offer", "Status": "Completed", **about}, owner=rep)
    product = world.add_record("Products", {"Product_Name": "Bolt"}, owner=rep)
    campaign = world.add_record("Campaigns", {"Campaign_Name": "Fair"}, owner=rep)
    world.links.extend(
        [
            Link("Leads", lead["id"], "Products", product["id"]),
            Link("Campaigns", campaign["id"], "Leads", lead["id"], {"Member_Status": "Planned"}),
        ]
    )


def module_of(world: World, name: str) -> Module:
    found = world.module(name)
    assert found is not None
    return found
