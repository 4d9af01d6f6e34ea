"""The demo orgs are what they promise: believable, valid, and the same each time."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator import World, demo
from emulator.answers import Rejected
from emulator.caller import Call
from emulator.clock import Clock
from emulator.crm.computed import value
from emulator.crm.value_types import Place, Writing
from emulator.crm.values import checked
from emulator.schema import Field, Module
from emulator.tokens import Access
from emulator.worlds import Worlds

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
ORGS = (demo.brightwater_world, demo.kranich_world)
REQUIRED_TYPES = {
    "text", "textarea", "email", "phone", "website", "picklist", "multiselectpicklist", "boolean",
    "integer", "bigint", "double", "currency", "percent", "date", "datetime", "lookup",
    "userlookup", "ownerlookup", "multiselectlookup", "subform", "fileupload", "imageupload",
    "autonumber", "formula",
}  # fmt: skip
SHAPED = (
    "subform", "multiselectlookup", "tag", "layout", "fileupload", "imageupload", "autonumber",
    "formula",
)  # fmt: skip
"""Types whose values are read in another shape than they are written."""
LOOSE = ("What_Id", "Parent_Id", "Size")
"""Fields that are checked otherwise: by `$se_module`, or not at all."""
NOBODYS = Access(value="", client_id="", world=None, user_id="", scopes=(), expires=NOW)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def brightwater() -> World:
    return demo.brightwater_world(Clock(NOW))


@pytest.fixture(scope="module")
def kranich() -> World:
    return demo.kranich_world(Clock(NOW))


@pytest.fixture(params=ORGS, ids=["brightwater", "kranich"])
def org(request: pytest.FixtureRequest) -> World:
    world: World = request.param(Clock(NOW))
    return world


def module_of(world: World, name: str) -> Module:
    module = world.module(name)
    assert module is not None
    return module


def lead(world: World, lead_id: str) -> dict[str, Any]:
    record = world.find("Leads", lead_id)
    assert record is not None
    return record


def all_of(world: World, module: str) -> list[dict[str, Any]]:
    return list(world.records[module].values())


def hanging(world: World, module: str, lead_id: str) -> list[dict[str, Any]]:
    key = "Parent_Id" if module in ("Notes", "Attachments") else "What_Id"
    return [
        record
        for record in world.records[module].values()
        if (record.get(key) or {}).get("id") == lead_id and record["$se_module"] == "Leads"
    ]


def values(world: World) -> Iterator[tuple[str, Module, Field, dict[str, Any]]]:
    """Every field of every record that has a plain value."""
    for module in world.modules:
        for record in all_of(world, module.api_name):
            for one in module.fields:
                plain = one.data_type not in SHAPED and one.api_name not in LOOSE
                if plain and record.get(one.api_name) is not None:
                    yield f"{module.api_name} {record['id']}", module, one, record


def test_there_are_more_than_sixty_and_in_all_more_than_seventy_leads(
    brightwater: World, kranich: World
) -> None:
    first, second = len(brightwater.records["Leads"]), len(kranich.records["Leads"])
    assert first >= 60
    assert first + second >= 70


def test_the_leads_use_fields_of_every_type(brightwater: World) -> None:
    leads = module_of(brightwater, "Leads")
    used = {
        one.data_type
        for one in leads.fields
        if any(value(brightwater, leads, each, one) for each in all_of(brightwater, "Leads"))
    }
    assert used >= REQUIRED_TYPES


def test_one_lead_alone_has_a_value_of_every_type(brightwater: World) -> None:
    record, leads = lead(brightwater, demo.FULL_LEAD), module_of(brightwater, "Leads")
    used = {
        one.data_type
        for one in leads.fields
        if value(brightwater, leads, record, one) not in (None, [], "")
    }
    assert used >= REQUIRED_TYPES


def test_an_org_is_the_same_each_time() -> None:
    for build in ORGS:
        first, second = build(Clock(NOW)), build(Clock(NOW))
        assert first.records == second.records
        assert first.modules == second.modules
        assert first.files == second.files


def test_a_reset_brings_an_org_back_to_its_start() -> None:
    world = demo.brightwater_world(Clock(NOW))
    before = world.snapshot()
    world.recycle("Leads", demo.SUPPLIER_LEAD, world.users[0])
    world.add_record("Vendors", {"Vendor_Name": "New"})
    world.reset()
    assert world.snapshot() == before


def test_new_records_have_higher_ids_than_the_demo_ones(org: World) -> None:
    newest = max(record_id for records in org.records.values() for record_id in records)
    assert org.new_id() > newest


def test_the_api_would_take_every_value(org: World) -> None:
    anybody = Call(Worlds(org), org, org.users[0], NOBODYS, (8, 0))
    for where, module, one, record in values(org):
        given = record[one.api_name]
        layout = module.layout((record.get("Layout") or {}).get("id") or "")
        body = {"$se_module": record.get("$se_module")}
        writing = Writing(anybody, module, body, "$", None, layout)
        try:
            kept = checked(writing, one, given, Place(one.api_name, "$"))
        except Rejected as refusal:
            pytest.fail(f"{where} {one.api_name} {given!r}: {refusal} {refusal.details}")
        assert kept == given, (where, one.api_name)


def test_unique_values_are_unique(org: World) -> None:
    for module in org.modules:
        for one in module.fields:
            if one.unique:
                found = Counter(
                    str(record[one.api_name]).casefold()
                    for record in org.records[module.api_name].values()
                    if record.get(one.api_name)
                )
                assert all(count == 1 for count in found.values()), (module.api_name, one.api_name)


def test_every_lookup_points_at_a_record_and_knows_its_name(org: World) -> None:
    for module in org.modules:
        for record in org.records[module.api_name].values():
            for one in module.fields:
                points_at = record.get(one.api_name)
                if one.data_type != "lookup" or not points_at:
                    continue
                target = one.lookup or record["$se_module"]
                found = org.find(target, points_at["id"])
                assert found is not None, (module.api_name, one.api_name)
                assert org.name_of(target, found) == points_at["name"]


def test_every_owner_works_there(org: World) -> None:
    ids = {user.id for user in org.users}
    for records in org.records.values():
        assert {record["Owner"]["id"] for record in records.values()} <= ids


def test_addresses_lead_nowhere(org: World) -> None:
    allowed = re.compile(r"(\.example|@example\.(com|org|net)|//example\.com)(/.*)?$")
    people = [user.email for user in org.users]
    addresses = [
        record[one.api_name]
        for _, _, one, record in values(org)
        if one.data_type in ("email", "website")
    ]
    assert [each for each in people + addresses if not allowed.search(each)] == []


def test_every_attachment_has_its_bytes_or_a_link(brightwater: World) -> None:
    for record in brightwater.records["Attachments"].values():
        if record["$type"] == "File":
            assert len(brightwater.files[record["$file_id"]]) == int(record["Size"])
        else:
            assert record["$link_url"].startswith("https://")


def test_files_in_fields_have_their_bytes(brightwater: World) -> None:
    record = lead(brightwater, demo.FULL_LEAD)
    for entry in record["Data_Sheets"] + record["Site_Photos"]:
        assert len(brightwater.files[entry["File_Id__s"]]) == int(entry["Size__s"])


def test_the_busy_lead_has_forty_notes_and_ten_attachments(brightwater: World) -> None:
    assert len(hanging(brightwater, "Notes", demo.BUSY_LEAD)) == 40
    assert len(hanging(brightwater, "Attachments", demo.BUSY_LEAD)) == 10


def test_the_active_lead_has_something_of_everything(brightwater: World) -> None:
    tasks = {task["Status"] for task in hanging(brightwater, "Tasks", demo.ACTIVE_LEAD)}
    assert "Completed" in tasks
    assert len(tasks) > 1
    calls = {call["Call_Status"] for call in hanging(brightwater, "Calls", demo.ACTIVE_LEAD)}
    assert calls == {"Completed", "Scheduled"}
    ends = [e["End_DateTime"] for e in hanging(brightwater, "Events", demo.ACTIVE_LEAD)]
    assert min(ends) < NOW.isoformat() < max(ends)
    for module in ("Campaigns", "Products"):
        assert len(list(brightwater.linked("Leads", demo.ACTIVE_LEAD, module))) == 2
    assert len(lead(brightwater, demo.ACTIVE_LEAD)["Tag"]) == 2


def test_suppliers_are_told_by_their_type(brightwater: World, kranich: World) -> None:
    types = [record.get("Lead_Type") for record in brightwater.records["Leads"].values()]
    assert types.count("Supplier") >= 5
    statuses = [record.get("Lead_Status") for record in kranich.records["Leads"].values()]
    assert statuses.count("Lieferant") == 2


@pytest.mark.parametrize(
    ("lead_id", "key", "expected"),
    [
        (demo.LOCKED_LEAD, "Locked__s", True),
        (demo.MERGING_LEAD, "$in_merge", True),
        (demo.UNAPPROVED_LEAD, "$approval_state", "approval_process_pending"),
        (demo.REJECTED_LEAD, "$approval_state", "approval_process_rejected"),
        (demo.REVIEW_LEAD, "$approval_state", "review_process_pending"),
        (demo.CONVERTED_LEAD, "Converted__s", True),
        (demo.CONVERTED_LEAD, "$converted", True),
    ],
)
def test_leads_are_in_the_state_their_name_says(
    brightwater: World, lead_id: str, key: str, expected: object
) -> None:
    assert lead(brightwater, lead_id)[key] == expected


def test_the_converted_lead_knows_what_it_became(brightwater: World) -> None:
    record = lead(brightwater, demo.CONVERTED_LEAD)
    for part in ("Account", "Contact", "Deal"):
        became = record[f"Converted_{part}"]
        assert brightwater.find(f"{part}s", became["id"]) is not None
        assert record["$converted_detail"][part.lower()] == became["id"]


def same(world: World, lead_id: str, field: str, module: str, other: str) -> int:
    mine = lead(world, lead_id)[field]
    return sum(record.get(other) == mine for record in world.records[module].values())


def test_there_are_doubles_by_address_by_company_and_among_leads(brightwater: World) -> None:
    assert same(brightwater, demo.SAME_EMAIL_LEAD, "Email", "Contacts", "Email") == 1
    assert same(brightwater, demo.SAME_COMPANY_LEAD, "Company", "Accounts", "Account_Name") == 2
    assert same(brightwater, demo.KNOWN_SUPPLIER_LEAD, "Email", "Vendors", "Email") == 1
    assert same(brightwater, demo.SAME_TAX_LEAD, "Tax_Number", "Vendors", "Tax_Number") == 1
    first, second = (lead(brightwater, each) for each in demo.TWIN_LEADS)
    assert first["Email"] == second["Email"]


def test_the_long_lead_fits_leads_but_not_vendors(brightwater: World) -> None:
    record = lead(brightwater, demo.LONG_LEAD)
    vendors = module_of(brightwater, "Vendors")
    for source, target in (("Company", "Vendor_Name"), ("Tax_Number", "Tax_Number")):
        one = vendors.field(target)
        assert one is not None
        assert len(record[source]) > one.length


def test_vendors_lack_choices_that_leads_have(brightwater: World) -> None:
    record = lead(brightwater, demo.CHOICES_LEAD)
    vendors = module_of(brightwater, "Vendors")
    for name in ("Certification", "Payment_Terms"):
        one = vendors.field(name)
        assert one is not None
        assert record[name]
        assert one.choice(record[name]) is None


@pytest.mark.parametrize(
    ("lead_id", "script"),
    [
        (demo.VIETNAMESE_LEAD, "[ạ-ỹ]"),
        (demo.ARABIC_LEAD, "[؀-ۿ]"),
        (demo.CHINESE_LEAD, "[一-鿿]"),
        (demo.CYRILLIC_LEAD, "[Ѐ-ӿ]"),
        (demo.JAPANESE_LEAD, "[一-鿿]"),
    ],
)
def test_names_are_written_in_their_own_script(
    brightwater: World, lead_id: str, script: str
) -> None:
    record = lead(brightwater, lead_id)
    for name in ("First_Name", "Last_Name", "Company"):
        assert re.search(script, record[name]), (name, record[name])


def test_leads_contacts_and_deals_have_several_layouts(brightwater: World) -> None:
    for name in ("Leads", "Contacts", "Deals"):
        assert len(module_of(brightwater, name).layouts) > 1
    used = {record["Layout"]["name"] for record in brightwater.records["Leads"].values()}
    assert used == {"Standard", "Supplier Application"}


def test_every_layout_a_lead_converts_to_exists(org: World) -> None:
    for layout in module_of(org, "Leads").layouts:
        assert set(layout.converts_to) == {"Contacts", "Accounts", "Deals"}
        for module, name in layout.converts_to.items():
            assert module_of(org, module).layout(name) is not None


def test_every_field_a_lead_field_converts_to_exists(org: World) -> None:
    for one in module_of(org, "Leads").fields:
        for module, target in one.converts_to.items():
            assert module_of(org, module).field(target) is not None, (one.api_name, module)


def test_two_pipelines_share_a_layout_and_no_stage(brightwater: World) -> None:
    shared = [one for one in brightwater.pipelines if one.layout == "Standard"]
    assert len(shared) == 2
    first, second = ({stage.name for stage in one.stages} for one in shared)
    assert not first & second


def test_every_deal_is_at_a_stage_of_its_pipeline_in_its_layout(brightwater: World) -> None:
    for record in brightwater.records["Deals"].values():
        [pipeline] = [one for one in brightwater.pipelines if one.name == record["Pipeline"]]
        assert pipeline.stage(record["Stage"]) is not None
        assert record["Layout"]["name"] == pipeline.layout


def test_partners_demand_what_a_lead_does_not_have(brightwater: World) -> None:
    partners = module_of(brightwater, "Partners")
    mandatory = {one.api_name for one in partners.fields if one.mandatory}
    assert mandatory == {"Name", "Account", "Tier", "Partner_Since"}
    assert not mandatory & {one.api_name for one in module_of(brightwater, "Leads").fields}


@pytest.mark.parametrize(
    ("email", "allowed", "denied"),
    [
        (demo.ADMIN, ["Crm_Implied_Manage_Profiles", "Crm_Implied_Convert_Leads"], []),
        (demo.REP, ["Crm_Implied_Convert_Leads"], ["Crm_Implied_Manage_Profiles"]),
        (
            demo.READ_ONLY_REP,
            ["Crm_Implied_View_Leads", "Crm_Implied_View_Partners"],
            ["Crm_Implied_Create_Vendors", "Crm_Implied_Edit_Leads", "Crm_Implied_Convert_Leads"],
        ),
        (
            demo.NO_CONVERSION_REP,
            ["Crm_Implied_Create_Vendors", "Crm_Implied_Edit_Leads"],
            ["Crm_Implied_Convert_Leads", "Crm_Implied_View_Partners"],
        ),
    ],
)
def test_people_may_do_what_their_profile_says(
    brightwater: World, email: str, allowed: list[str], denied: list[str]
) -> None:
    [user] = [one for one in brightwater.users if one.email == email]
    assert all(brightwater.may(user, each) for each in allowed)
    assert not any(brightwater.may(user, each) for each in denied)


def test_the_rep_sees_the_managers_lead_and_may_not_change_it(brightwater: World) -> None:
    [rep] = [one for one in brightwater.users if one.email == demo.REP]
    record = lead(brightwater, demo.OTHERS_LEAD)
    assert brightwater.visible_to(rep, "Leads", record)
    assert not brightwater.editable_by(rep, "Leads", record)


def test_the_orgs_live_in_two_data_centres() -> None:
    worlds = demo.demo_worlds(Clock(NOW))
    assert [(one.org.zgid, one.data_centre.location, one.edition) for one in worlds] == [
        (demo.BRIGHTWATER, "us", "enterprise"),
        (demo.KRANICH, "eu", "professional"),
    ]


def test_notable_leads_are_there(org: World) -> None:
    assert org.notable
    assert all(org.find("Leads", lead_id) for lead_id in org.notable.values())
    assert len(set(org.notable.values())) == len(org.notable)


def test_the_plain_supplier_can_be_found_by_three_fields_only(brightwater: World) -> None:
    record = lead(brightwater, brightwater.notable["plain"])
    assert record["Email"]
    assert record["Phone"]
    assert re.fullmatch(r"[A-Za-z ]+", record["Company"])
    assert not record.get("Website")
