"""Zoho's own conversion: done, put off, or refused, and each is told from the others."""

import pytest

from emulator import fields
from extension.errors import ZohoBusy, ZohoUnclear
from extension.zoho.outcomes import Converted, RowRefused, Scheduled
from extension.zoho.writer import Writer

ALL = ["v2", "v2.1", "v3", "v4", "v5", "v6", "v7", "v8"]
NOWHERE = "4876876000000999999"
DEAL = {
    "Deal_Name": "Acme – starter 🎉",
    "Stage": "Qualification",
    "Closing_Date": "2026-12-31",
    "Pipeline": "Standard (Standard)",
}


@pytest.mark.parametrize("version", ALL)
def test_a_lead_becomes_a_contact_and_an_account(crm, world, lead, version):
    client = crm(version=version)
    became = Writer(client).convert(lead, {})
    assert isinstance(became, Converted)
    assert set(world.records["Contacts"]) == {became.contact}
    assert set(world.records["Accounts"]) == {became.account}
    assert became.deal is None
    assert client.calls == 1


@pytest.mark.parametrize("version", ALL)
def test_a_lead_becomes_a_deal_as_well(writer, world, lead, version):
    became = writer(version=version).convert(lead, {"Deals": DEAL})
    assert world.records["Deals"][became.deal]["Deal_Name"] == DEAL["Deal_Name"]


def test_a_lead_without_a_company_becomes_only_a_contact(writer, add):
    person = add("Leads", Last_Name="Roe", Email="roe@example.com")
    became = writer().convert(person, {})
    assert (became.account, became.deal) == (None, None)
    assert became.contact


@pytest.mark.parametrize("version", ALL)
def test_records_that_exist_are_taken_for_new_ones(writer, world, lead, add, version):
    account, contact = add("Accounts", Account_Name="Acme"), add("Contacts", Last_Name="Doe")
    wish = {
        "Accounts": account,
        "Contacts": contact,
        "overwrite": True,
        "notify_lead_owner": False,
        "notify_new_entity_owner": False,
        "assign_to": world.users[1].id,
    }
    became = writer(version=version).convert(lead, wish)
    assert (became.account, became.contact) == (account, contact)


def test_attachments_and_tags_go_where_they_are_wished(writer, world, lead):
    one = writer()
    one.attach_bytes("Leads", lead, "offer.pdf", b"x")
    one.add_tags("Leads", [lead], ["vip"])
    wish = {
        "move_attachments_to": {"api_name": "Contacts", "id": world.module("Contacts").id},
        "carry_over_tags": {"Contacts": ["vip"]},
    }
    became = one.convert(lead, wish)
    assert [each.file_name for each in one.attachments("Contacts", became.contact)] == ["offer.pdf"]
    assert [tag["name"] for tag in world.records["Contacts"][became.contact]["Tag"]] == ["vip"]


def test_a_conversion_that_zoho_puts_off_is_scheduled(writer, world, lead):
    world.faults.order("convert_scheduled")
    later = writer().convert(lead, {})
    assert isinstance(later, Scheduled)
    assert later.job_id
    assert not world.records["Contacts"]


@pytest.mark.parametrize(
    ("wish", "code", "field"),
    [
        ({"Deals": {**DEAL, "Closing_Date": None}}, "MANDATORY_NOT_FOUND", "Closing_Date"),
        ({"Deals": {**DEAL, "Stage": "Elsewhere"}}, "MAPPING_MISMATCH", "Stage"),
        ({"Deals": {**DEAL, "Deal_Name": "x" * 121}}, "INVALID_DATA", "Deal_Name"),
        ({"Deals": "a deal"}, "INVALID_DATA", "Deals"),
        ({"Accounts": NOWHERE}, "INVALID_DATA", "Accounts"),
    ],
    ids=["no date", "another stage", "too long", "no deal", "no account"],
)
@pytest.mark.parametrize("later", [False, True], ids=["with 400", "with 202"])
def test_a_wish_that_zoho_refuses_names_the_field(writer, world, lead, wish, code, field, later):
    if later:
        world.faults.order("convert_scheduled")
    world.module("Deals").field("Stage").choices += fields.pick_list(["Elsewhere"])
    refused = writer().convert(lead, wish)
    assert isinstance(refused, RowRefused)
    assert (refused.code, refused.field, refused.missing) == (code, field, False)
    assert not world.records["Contacts"]


def test_a_lead_is_not_converted_twice(writer, lead):
    one = writer()
    one.convert(lead, {})
    assert one.convert(lead, {}).code == "ID_ALREADY_CONVERTED"


def test_a_lead_that_is_nowhere_is_missing(writer):
    refused = writer().convert(NOWHERE, {})
    assert (refused.code, refused.missing) == ("INVALID_DATA", True)


@pytest.mark.parametrize(
    ("traits", "code"),
    [
        ({"Locked__s": True}, "RECORD_LOCKED"),
        ({"$in_merge": True}, "RECORD_LOCKED"),
        ({"$approval_state": "approval_process_pending"}, "NOT_APPROVED"),
        ({"$approval_state": "review_process_pending"}, "NOT_REVIEWED"),
    ],
    ids=["locked", "in merge", "unapproved", "in review"],
)
def test_a_lead_that_is_held_back_is_refused(writer, world, lead, traits, code):
    world.records["Leads"][lead] |= traits
    refused = writer().convert(lead, {})
    assert (refused.code, refused.busy) == (code, False)


def test_who_may_not_convert_is_refused(writer, world, lead):
    rep = world.users[1]
    world.profile(rep.profile).denied.add("Crm_Implied_Convert_Leads")
    world.records["Leads"][lead]["Owner"] = rep.brief()
    assert writer(rep).convert(lead, {}).code == "NO_PERMISSION"


def test_a_contact_that_would_be_there_twice_is_named(writer, world, lead, add):
    world.module("Contacts").field("Email").unique = True
    there = add("Contacts", Last_Name="Doe", Email="pat@example.com")
    refused = writer().convert(lead, {})
    assert (refused.code, refused.duplicate) == ("DUPLICATE_DATA", there)


@pytest.mark.parametrize("kind", ["answer_lost", "answer_cut"])
def test_a_conversion_whose_answer_is_lost_is_unclear_and_shows_in_the_lead(
    writer, crm, world, lead, kind
):
    world.faults.order(kind, path="/Leads/*/actions/convert")
    with pytest.raises(ZohoUnclear):
        writer().convert(lead, {})
    values = crm().lead(lead).values
    assert values["$converted"] is True
    assert values["Converted_Contact"]["id"] in world.records["Contacts"]


@pytest.mark.parametrize(
    ("kind", "error"),
    [("busy", ZohoBusy), ("server_error", ZohoUnclear), ("no_connection", ZohoUnclear)],
)
def test_a_conversion_in_trouble_raises_and_has_not_happened(writer, world, lead, kind, error):
    world.faults.order(kind, path="/Leads/*/actions/convert")
    one = writer()
    with pytest.raises(error):
        one.convert(lead, {})
    assert not world.records["Contacts"]
    assert isinstance(one.convert(lead, {}), Converted)
