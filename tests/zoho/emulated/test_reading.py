"""What the client reads of an org: people, metadata, leads and their doubles."""

import pytest

from extension.errors import ZohoMissing, ZohoRefused
from extension.zoho import records
from extension.zoho.client import together
from extension.zoho.composite import reference


def vendor(world, **values):
    return world.add_record("Vendors", values, owner=world.users[0])["id"]


def by_lead(field, lead_field):
    return f"({field}:equals:{reference('lead', f'data[0].{lead_field}')})"


def questions(client, lead):
    """A lead and its possible doubles, in one call: the searches use what the lead says."""
    return {
        "lead": client.asks.lead(lead),
        "vendors": client.asks.search("Vendors", by_lead("Email", "Email"), 25),
        "accounts": client.asks.search("Accounts", by_lead("Account_Name", "Company"), 25),
        "by_fax": client.asks.search("Accounts", by_lead("Fax", "Fax"), 25),
    }


def test_the_people_of_an_org(crm, world):
    admin, rep = world.users
    client = crm()
    assert client.current_user().administrator
    assert client.current_user().email == admin.email
    assert [user.id for user in client.users()] == [admin.id, rep.id]
    mine = crm(rep).current_user()
    assert (mine.id, mine.administrator) == (rep.id, False)
    profile = client.profile(mine.profile.id)
    assert profile.permissions["Crm_Implied_View_Leads"] is True
    assert profile.permissions["Crm_Implied_Manage_Users"] is False


def test_the_metadata_of_an_org(crm):
    client = crm()
    modules = {module.api_name: module for module in client.modules()}
    assert modules["Vendors"].name_field == "Vendor_Name"
    assert modules["Leads"].visible
    fields = client.fields("Leads")
    assert fields["Company"].converts_to == {"Accounts": "Account_Name"}
    assert fields["Last_Name"].mandatory
    assert fields["Created_Time"].read_only
    assert "-None-" not in {choice.value for choice in fields["Lead_Source"].choices}
    [layout] = client.layouts("Leads")
    assert "Last_Name" in layout.required
    assert {field.api_name for field in layout.deal_fields} >= {"Deal_Name", "Stage"}
    [deals] = client.layouts("Deals")
    assert layout.converts_to["Deals"] == deals.id
    [pipeline] = client.pipelines(deals.id)
    assert pipeline.default
    assert pipeline.stages[0].value == "Qualification"
    assert "Notes" in {one.api_name for one in client.related_lists("Leads")}


def test_a_module_that_does_not_exist_is_refused(crm):
    with pytest.raises(ZohoRefused) as refused:
        crm().fields("Nothings")
    assert refused.value.zoho_code == "INVALID_MODULE"


def test_conversion_options_name_the_double(crm, world, lead):
    double = world.add_record(
        "Contacts", {"Last_Name": "Doe", "Email": "pat@example.com"}, owner=world.users[0]
    )
    says = crm().conversion_options(lead)
    assert says.state == "answered"
    assert [record.id for record in says.records["Contacts"]] == [double["id"]]
    assert [one.field for one in says.agreements["Contacts"]] == ["Email"]


def test_a_lead_that_is_like_nobody_has_no_options_to_choose_from(crm, lead):
    assert crm().conversion_options(lead).state == "nothing"


def test_several_calls_at_once_are_several_calls(crm, world):
    client = crm()
    org, user, modules = together(client.org, client.current_user, client.modules)
    assert (org.id, user.id) == (world.org.zgid, world.users[0].id)
    assert len(modules) > 5
    assert client.calls == 3


def test_a_lead_is_read_as_it_is(crm, lead):
    found = crm().lead(lead)
    assert (found.module, found.id) == ("Leads", lead)
    assert found.values["Email"] == "pat@example.com"


def test_a_lead_that_does_not_exist_is_missing(crm):
    with pytest.raises(ZohoMissing):
        crm().lead("4876876000000999999")


def test_what_is_no_id_is_refused(crm):
    with pytest.raises(ZohoRefused):
        crm().lead("../org")


def test_a_converted_lead_can_still_be_read(crm, world, lead):
    world.records["Leads"][lead] |= {"$converted": True, "Converted__s": True}
    assert crm().lead(lead).values["$converted"] is True


def test_a_search_finds_what_agrees_whatever_is_in_the_name(crm, world):
    found = vendor(world, Vendor_Name="Müller (& Söhne), Bau+Holz", Email="info@mueller.example")
    vendor(world, Vendor_Name="Somebody Else")
    client = crm()
    by_name = "(Vendor_Name:equals:Müller \\(& Söhne\\)\\, Bau+Holz)"
    for criteria in (by_name, "(Email:equals:info@mueller.example)"):
        assert [record.id for record in client.search("Vendors", criteria, 5)] == [found]


def test_a_search_that_finds_nothing_is_no_error(crm):
    assert crm().search("Vendors", "(Vendor_Name:equals:Nobody)") == ()


def test_a_search_gives_the_first_of_many(crm, world):
    for _ in range(4):
        vendor(world, Vendor_Name="Acme")
    assert len(crm().search("Vendors", "(Vendor_Name:equals:Acme)", 3)) == 3


def test_related_records_are_counted(crm, world, lead):
    lists = ["Notes", "Attachments", "Nothing_Of_The_Kind"]
    assert crm().related_counts("Leads", lead, lists) == {
        "Notes": 0,
        "Attachments": 0,
        "Nothing_Of_The_Kind": None,
    }


def test_a_lead_and_its_doubles_come_in_one_call(crm, world, lead):
    double = vendor(world, Vendor_Name="Acme Ltd", Email="pat@example.com")
    client = crm()
    answers = client.composite(questions(client, lead))
    assert records.record(answers["lead"], "Leads").id == lead
    assert [one.id for one in records.records(answers["vendors"], "Vendors")] == [double]
    assert answers["accounts"] is None
    assert answers["by_fax"].zoho_code == "INVALID_REFERENCE"
    assert client.calls == 1


def test_a_search_that_is_too_wide_for_it_spoils_the_whole_composite_request(crm, lead):
    client = crm()
    wide = client.asks.search("Vendors", "(Email:equals:pat@example.com)", 200)
    with pytest.raises(ZohoRefused) as refused:
        client.composite({"lead": client.asks.lead(lead), "vendors": wide})
    assert refused.value.details["maximum_length"] == 25


def test_what_a_person_may_not_see_is_refused_alone(crm, world, lead):
    rep = world.users[1]
    world.profile(rep.profile).denied.add("Crm_Implied_View_Vendors")
    world.records["Leads"][lead]["Owner"] = rep.brief()
    client = crm(rep)
    answers = client.composite(questions(client, lead))
    assert records.record(answers["lead"], "Leads").id == lead
    assert answers["vendors"].details == {"permissions": ["Crm_Implied_View_Vendors"]}
