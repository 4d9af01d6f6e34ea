"""What `actions/convert` makes of a lead."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator import World
from emulator import fields as f
from emulator.schema import Layout, Module, User
from emulator.state import Link
from emulator.world import Record

Ask = Callable[..., Any]
Json = dict[str, Any]


def module(world: World, name: str) -> Module:
    found = world.module(name)
    assert found is not None
    return found


def done(answer: Any) -> Json:
    """The details of a success."""
    assert answer.status_code == 200, answer.text
    [entry] = answer.json()["data"]
    assert entry["code"] == "SUCCESS"
    details: Json = entry["details"]
    return details


def became(world: World, details: Json, name: str) -> Record:
    record = world.find(name, details[name]["id"])
    assert record is not None
    return record


def test_a_plain_wish_makes_a_contact_and_an_account(convert: Ask, world: World) -> None:
    answer = convert()
    details = done(answer)
    assert answer.json()["data"][0]["message"] == "The record has been converted successfully"
    assert details["Contacts"]["name"] == "Pat Doe"
    assert details["Accounts"]["name"] == "Acme"
    assert details["Deals"] is None
    contact = became(world, details, "Contacts")
    assert contact["Account_Name"] == details["Accounts"]


def test_a_lead_without_company_becomes_no_account(convert: Ask, lead: Record) -> None:
    lead["Company"] = None
    details = done(convert())
    assert (details["Accounts"], details["Deals"]) == (None, None)


def test_values_go_where_the_mapping_says(convert: Ask, world: World) -> None:
    details = done(convert())
    contact, account = (became(world, details, name) for name in ("Contacts", "Accounts"))
    assert (contact["Email"], contact["Phone"]) == ("pat@acme.example", "+1 555 0100")
    assert (contact["Mailing_City"], contact["Mailing_Zip"]) == ("Austin", "73301")
    assert (account["Website"], account["Industry"]) == ("https://acme.example", "ERP")
    assert (account["Billing_City"], account["Billing_Code"]) == ("Austin", "73301")


def test_a_changed_mapping_is_followed(convert: Ask, world: World, lead: Record) -> None:
    leads, contacts = module(world, "Leads"), module(world, "Contacts")
    contacts.add(f.text("Shoe_Size", length=3))
    leads.add(f.text("Shoe", length=10, converts_to={"Contacts": "Shoe_Size"}))
    world.number(leads)
    world.number(contacts)
    lead["Shoe"] = "44"
    assert became(world, done(convert()), "Contacts")["Shoe_Size"] == "44"


def test_what_the_target_cannot_hold_stays_behind(convert: Ask, world: World, lead: Record) -> None:
    leads, contacts = module(world, "Leads"), module(world, "Contacts")
    contacts.add(f.text("Short", length=3), f.picklist("Colour", ["red"]))
    leads.add(
        f.text("Long", length=10, converts_to={"Contacts": "Short"}),
        f.picklist("Paint", ["red", "blue"], converts_to={"Contacts": "Colour"}),
    )
    world.number(leads)
    world.number(contacts)
    lead.update(Long="too long", Paint="blue")
    contact = became(world, done(convert()), "Contacts")
    assert contact.get("Short") is None
    assert contact.get("Colour") is None


@pytest.mark.parametrize("permission", ["hidden", "read_only"])
def test_what_the_caller_may_not_write_stays_behind(
    convert: Ask, world: World, rep: User, lead: Record, permission: str
) -> None:
    lead["Owner"] = rep.brief(email=True)
    module(world, "Contacts").field("Email").permissions[rep.profile] = permission
    contact = became(world, done(convert(user=rep)), "Contacts")
    assert contact.get("Email") is None
    assert contact["Phone"] == "+1 555 0100"


def test_rows_and_several_links_are_copied_with_ids_of_their_own(
    convert: Ask, world: World, lead: Record, deal: Json
) -> None:
    for name, columns in (("Lead_Rows", ("Town", "Size")), ("Rows", ("Town",))):
        world.add_module(Module(api_name=name, singular=name, plural=name,
                                fields=[f.text(column) for column in columns]))  # fmt: skip
    vendor = world.reference("Vendors", world.add_record("Vendors", {"Vendor_Name": "Acme"}))
    everywhere = {"Contacts": "To", "Deals": "To"}, {"Contacts": "Sites", "Deals": "Sites"}
    module(world, "Leads").add(
        f.multilookup("From", "Vendors", "L", converts_to=everywhere[0]),
        f.subform("Places", "Lead_Rows", converts_to=everywhere[1]),
    )
    for name in ("Contacts", "Deals"):
        module(world, name).add(f.multilookup("To", "Vendors", "X"), f.subform("Sites", "Rows"))
    lead |= {
        "From": [{"From": vendor, "id": "1"}],
        "Places": [{"Town": "Bonn", "Size": 7, "id": "2"}],
    }
    details = done(convert({"Deals": deal}))
    for record in (became(world, details, name) for name in ("Contacts", "Deals")):
        [link], [row] = record["To"], record["Sites"]
        assert link == {"To": vendor, "id": link["id"]}
        assert (row["Town"], row["Parent_Id"]["id"], "Size" in row) == ("Bonn", record["id"], False)
        assert not {link["id"], row["id"]} & {"1", "2"}


def test_links_into_another_module_stay_behind(convert: Ask, world: World, lead: Record) -> None:
    module(world, "Leads").add(
        f.multilookup("From", "Vendors", "L", converts_to={"Contacts": "To"})
    )
    module(world, "Contacts").add(f.multilookup("To", "Accounts", "X"))
    lead["From"] = [{"From": {"id": "1", "name": "Acme"}, "id": "2"}]
    assert not became(world, done(convert()), "Contacts").get("To")


def test_new_records_get_the_layout_that_the_leads_layout_is_mapped_to(
    convert: Ask, world: World
) -> None:
    contacts, leads = module(world, "Contacts"), module(world, "Leads")
    contacts.layouts.append(f.layout("Special", f.section("All", "Last_Name")))
    world.number(contacts)
    leads.layouts[0].converts_to["Contacts"] = "Special"
    assert became(world, done(convert()), "Contacts")["Layout"]["name"] == "Special"


def test_what_is_created_belongs_to_the_leads_owner(
    convert: Ask, world: World, lead: Record, rep: User, deal: Json
) -> None:
    lead["Owner"] = rep.brief(email=True)
    details = done(convert({"Deals": deal}))
    assert {became(world, details, name)["Owner"]["id"] for name in details} == {rep.id}


def test_what_is_created_belongs_to_whom_it_is_assigned_to(
    convert: Ask, world: World, rep: User, deal: Json
) -> None:
    details = done(convert({"Deals": deal, "assign_to": {"id": rep.id}}))
    assert {became(world, details, name)["Owner"]["id"] for name in details} == {rep.id}


def test_a_deal_knows_its_contact_and_account(convert: Ask, world: World, deal: Json) -> None:
    details = done(convert({"Deals": {**deal, "Amount": 50000, "Next_Step": "Call"}}))
    made = became(world, details, "Deals")
    assert details["Deals"]["name"] == "Acme - starter"
    assert made["Contact_Name"] == details["Contacts"]
    assert made["Account_Name"] == details["Accounts"]
    assert (made["Amount"], made["Next_Step"]) == (50000, "Call")
    assert made["Probability"] == 10
    assert made["Lead_Source"] == "Trade Show"


def test_what_the_request_says_of_a_deal_goes_before_the_mapping(
    convert: Ask, world: World, deal: Json
) -> None:
    details = done(convert({"Deals": {**deal, "Lead_Source": "Cold Call"}}))
    assert became(world, details, "Deals")["Lead_Source"] == "Cold Call"


@pytest.mark.parametrize("shape", [lambda one: {"id": one}, lambda one: one])
def test_a_campaign_may_be_named_as_an_object_or_by_its_id(
    convert: Ask, world: World, deal: Json, shape: Callable[[str], object]
) -> None:
    campaign = world.add_record("Campaigns", {"Campaign_Name": "Expo"})
    details = done(convert({"Deals": {**deal, "Campaign_Source": shape(campaign["id"])}}))
    assert became(world, details, "Deals")["Campaign_Source"]["id"] == campaign["id"]


def test_the_contact_has_its_role_in_the_deal(
    convert: Ask, world: World, zoho: Ask, deal: Json
) -> None:
    roles = zoho("GET", "/Contacts/roles").json()["contact_roles"]
    details = done(convert({"Deals": {**deal, "Contact_Role": roles[1]["id"]}}))
    [link] = world.linked("Deals", details["Deals"]["id"], "Contacts")
    assert link.other_id == details["Contacts"]["id"]
    assert link.details == {"Contact_Role": {"name": roles[1]["name"], "id": roles[1]["id"]}}


def test_the_deal_has_the_layout_it_asks_for(convert: Ask, world: World, deal: Json) -> None:
    deals = module(world, "Deals")
    other: Layout = f.layout("Other", f.section("All", "Deal_Name*", "Stage*", "Pipeline*"))
    deals.layouts.append(other)
    world.number(deals)
    world.pipelines[0].layout = "Other"
    wish = {"Deals": {**deal, "Layout": {"id": other.id}}}
    assert became(world, done(convert(wish)), "Deals")["Layout"]["name"] == "Other"


@pytest.mark.parametrize("version", ["v2", "v2.1"])
def test_before_v3_ids_are_plain_and_the_answer_too(
    convert: Ask, world: World, rep: User, version: str
) -> None:
    account = world.add_record("Accounts", {"Account_Name": "Other"})
    contact = world.add_record("Contacts", {"Last_Name": "Old"})
    wish = {"Accounts": account["id"], "Contacts": contact["id"], "assign_to": rep.id}
    answer = convert(wish, version=version)
    assert answer.status_code == 200
    assert answer.json() == {
        "data": [{"Contacts": contact["id"], "Deals": None, "Accounts": account["id"]}]
    }


def test_existing_records_are_used_and_their_gaps_filled(convert: Ask, world: World) -> None:
    account = world.add_record("Accounts", {"Account_Name": "Other", "Industry": None})
    contact = world.add_record("Contacts", {"Last_Name": "Old", "Phone": "1"})
    details = done(convert({"Accounts": {"id": account["id"]}, "Contacts": {"id": contact["id"]}}))
    assert details["Accounts"] == {"name": "Other", "id": account["id"]}
    assert (contact["Last_Name"], contact["Phone"]) == ("Old", "1")
    assert contact["Email"] == "pat@acme.example"
    assert account["Industry"] == "ERP"
    assert contact["Account_Name"]["id"] == account["id"]


def test_an_existing_contact_keeps_its_account_unless_told_otherwise(
    convert: Ask, world: World
) -> None:
    old = world.add_record("Accounts", {"Account_Name": "Old Home"})
    reference = world.reference("Accounts", old)
    contact = world.add_record("Contacts", {"Last_Name": "Doe", "Account_Name": reference})
    done(convert({"Contacts": {"id": contact["id"]}}))
    assert contact["Account_Name"] == reference


def test_overwriting_gives_the_contact_the_leads_company(convert: Ask, world: World) -> None:
    old = world.add_record("Accounts", {"Account_Name": "Old Home"})
    reference = world.reference("Accounts", old)
    contact = world.add_record("Contacts", {"Last_Name": "Doe", "Account_Name": reference})
    details = done(convert({"Contacts": {"id": contact["id"]}, "overwrite": True}))
    assert contact["Account_Name"] == details["Accounts"]


@pytest.mark.parametrize(("overwrite", "name"), [(True, "Acme"), (False, "Acme Holding")])
def test_overwriting_renames_a_given_account(
    convert: Ask, world: World, overwrite: bool, name: str
) -> None:
    account = world.add_record("Accounts", {"Account_Name": "Acme Holding"})
    details = done(convert({"Accounts": {"id": account["id"]}, "overwrite": overwrite}))
    assert details["Accounts"]["name"] == name


def test_owners_are_told_by_mail_where_the_request_says_so(
    convert: Ask, world: World, lead: Record, admin: User, rep: User, deal: dict[str, Any]
) -> None:
    contact = world.add_record("Contacts", {"Last_Name": "Doe"})
    wish = {"Contacts": {"id": contact["id"]}, "Deals": deal, "assign_to": {"id": rep.id}}
    flags = {"notify_lead_owner": True, "notify_new_entity_owner": True}
    done(convert({**wish, **flags}))
    told = [(one["to"], one["module"]) for one in world.mails]
    assert told == [(admin.email, "Leads"), (rep.email, "Accounts"), (rep.email, "Deals")]


def test_nobody_is_told_by_mail_unasked(convert: Ask, world: World) -> None:
    done(convert())
    assert world.mails == []


def test_a_record_that_the_caller_cannot_edit_is_used_but_not_changed(
    convert: Ask, world: World, lead: Record, rep: User
) -> None:
    module(world, "Contacts").sharing = "public_read"
    lead["Owner"] = rep.brief(email=True)
    contact = world.add_record("Contacts", {"Last_Name": "Boss"})
    done(convert({"Contacts": {"id": contact["id"]}}, user=rep))
    assert contact.get("Email") is None
    assert contact.get("Account_Name") is None


def test_adding_to_existing_records_makes_no_doubles(convert: Ask, world: World) -> None:
    contact = world.add_record("Contacts", {"Last_Name": "Doe", "Email": "pat@acme.example"})
    account = world.add_record("Accounts", {"Account_Name": "ACME"})
    details = done(convert({"add_to_existing_record": True}))
    assert details["Contacts"]["id"] == contact["id"]
    assert details["Accounts"]["id"] == account["id"]


def test_adding_to_existing_records_creates_where_nothing_is_alike(
    convert: Ask, world: World
) -> None:
    details = done(convert({"add_to_existing_record": True}))
    assert became(world, details, "Contacts")["Last_Name"] == "Doe"


def test_without_the_flag_a_double_is_created(convert: Ask, world: World) -> None:
    account = world.add_record("Accounts", {"Account_Name": "Acme"})
    assert done(convert())["Accounts"]["id"] != account["id"]


def test_tags_go_where_they_are_carried(
    convert: Ask, world: World, lead: Record, deal: Json
) -> None:
    lead["Tag"] = [{"name": name, "id": world.new_id(), "color_code": None} for name in "ab"]
    wish = {"Deals": deal, "carry_over_tags": {"Contacts": ["a", "B"], "Deals": ["b"]}}
    details = done(convert(wish))
    tags = {n: [tag["name"] for tag in became(world, details, n)["Tag"]] for n in details}
    assert tags == {"Contacts": ["a", "b"], "Accounts": [], "Deals": ["b"]}
    assert set(world.tags["Contacts"]) == {"a", "b"}


def hang(world: World, name: str, lead: Record, key: str, **values: object) -> Record:
    reference = world.reference("Leads", lead)
    return world.add_record(name, {key: reference, "$se_module": "Leads", **values})


def test_notes_move_to_the_contact(convert: Ask, world: World, lead: Record) -> None:
    note = hang(world, "Notes", lead, "Parent_Id", Note_Content="Hello")
    details = done(convert())
    assert (note["$se_module"], note["Parent_Id"]) == ("Contacts", details["Contacts"])


def test_attachments_stay_unless_they_are_sent_somewhere(
    convert: Ask, world: World, lead: Record
) -> None:
    attachment = hang(world, "Attachments", lead, "Parent_Id", File_Name="a.txt")
    done(convert())
    assert (attachment["$se_module"], attachment["Parent_Id"]["id"]) == ("Leads", lead["id"])


@pytest.mark.parametrize("target", ["Contacts", "Accounts", "Deals"])
def test_attachments_move_where_they_are_sent(
    convert: Ask, world: World, lead: Record, deal: Json, target: str
) -> None:
    attachment = hang(world, "Attachments", lead, "Parent_Id", File_Name="a.txt")
    to = {"api_name": target, "id": module(world, target).id}
    details = done(convert({"Deals": deal, "move_attachments_to": to}))
    assert (attachment["$se_module"], attachment["Parent_Id"]) == (target, details[target])


def test_a_deal_can_ask_for_the_attachments_itself(
    convert: Ask, world: World, lead: Record, deal: Json
) -> None:
    attachment = hang(world, "Attachments", lead, "Parent_Id", File_Name="a.txt")
    details = done(convert({"Deals": {**deal, "$move_attachments": True}}))
    assert attachment["Parent_Id"] == details["Deals"]


@pytest.mark.parametrize("with_deal", [True, False])
def test_activities_are_with_the_contact_and_about_the_deal_or_account(
    convert: Ask, world: World, lead: Record, deal: Json, with_deal: bool
) -> None:
    task = hang(world, "Tasks", lead, "What_Id", Subject="Call", Status="Not Started")
    details = done(convert({"Deals": deal} if with_deal else {}))
    about = "Deals" if with_deal else "Accounts"
    assert task["Who_Id"] == details["Contacts"]
    assert (task["$se_module"], task["What_Id"]) == (about, details[about])


def test_campaigns_know_the_contact_and_products_the_deal(
    convert: Ask, world: World, lead: Record, deal: Json
) -> None:
    campaign = world.add_record("Campaigns", {"Campaign_Name": "Expo"})
    product = world.add_record("Products", {"Product_Name": "Probe"})
    world.links.extend(
        [
            Link("Leads", lead["id"], "Campaigns", campaign["id"], {"Member_Status": "Sent"}),
            Link("Products", product["id"], "Leads", lead["id"]),
        ]
    )
    details = done(convert({"Deals": deal}))
    [member] = world.linked("Contacts", details["Contacts"]["id"], "Campaigns")
    assert (member.other_id, member.details) == (campaign["id"], {"Member_Status": "Sent"})
    [chosen] = world.linked("Deals", details["Deals"]["id"], "Products")
    assert chosen.other_id == product["id"]
    assert not list(world.linked("Leads", lead["id"], "Campaigns"))


def test_a_contact_in_the_campaign_already_is_not_there_twice(
    convert: Ask, world: World, lead: Record
) -> None:
    campaign = world.add_record("Campaigns", {"Campaign_Name": "Expo"})
    contact = world.add_record("Contacts", {"Last_Name": "Doe"})
    world.links.extend(
        [
            Link("Leads", lead["id"], "Campaigns", campaign["id"]),
            Link("Contacts", contact["id"], "Campaigns", campaign["id"], {"Member_Status": "Old"}),
        ]
    )
    done(convert({"Contacts": {"id": contact["id"]}}))
    [member] = world.linked("Contacts", contact["id"], "Campaigns")
    assert member.details == {"Member_Status": "Old"}


def test_a_converted_lead_knows_what_it_became(
    convert: Ask, world: World, zoho: Ask, lead: Record, deal: Json, admin: User
) -> None:
    details = done(convert({"Deals": deal}))
    assert zoho("GET", f"/Leads/{lead['id']}").status_code == 204
    [told] = zoho("GET", f"/Leads/{lead['id']}", params={"converted": "true"}).json()["data"]
    assert told["$converted"] is True
    assert told["Converted__s"] is True
    assert told["Converted_Contact"] == details["Contacts"]
    assert told["Converted_Account"] == details["Accounts"]
    assert told["Converted_Deal"] == details["Deals"]
    assert told["Converted_Date_Time"] == "2026-01-10T06:00:00-06:00"
    assert told["$converted_detail"] == {
        "account": details["Accounts"]["id"],
        "contact": details["Contacts"]["id"],
        "deal": details["Deals"]["id"],
        "convert_date": "2026-01-10",
        "converted_by": admin.id,
    }


def test_a_conversion_costs_five_credits(convert: Ask, world: World) -> None:
    before = world.limits.spent
    done(convert())
    assert world.limits.spent - before == 5


def test_notifications_may_be_asked_for(convert: Ask) -> None:
    done(convert({"notify_lead_owner": True, "notify_new_entity_owner": False}))


def test_contact_roles_can_be_read(zoho: Ask) -> None:
    roles = zoho("GET", "/Contacts/roles").json()["contact_roles"]
    assert [role["sequence_number"] for role in roles] == list(range(1, len(roles) + 1))
    assert set(roles[0]) == {"id", "name", "sequence_number"}
