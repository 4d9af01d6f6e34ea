"""The mapping that nobody had to make."""

import pytest

from extension.planning.records import Field, Layout
from extension.planning.suggest import suggest

from .crm import LEADS, VENDORS, choices, custom, field, module


def test_a_vendor_gets_the_company_as_its_name_and_the_rest_by_name() -> None:
    found = suggest(LEADS, VENDORS)
    assert found.mapping == {
        "Vendor_Name": "Company",
        "Phone": "Phone",
        "Email": "Email",
        "Website": "Website",
        "City": "City",
        "Description": "Description",
    }
    assert found.fallback == {"Vendor_Name": "Full_Name"}


@pytest.mark.parametrize(
    ("taker", "source"),
    [
        (field("Job", label="title"), "Designation"),
        (field("Steuernummer", label="Tax-Number"), "Tax_Number"),
        (field("Telephone", "phone"), "Phone"),
        (field("Cell_Phone", "phone"), "Mobile"),
        (field("Contact_Person"), "Full_Name"),
        (field("E_mail", "email"), "Email"),
        (field("Turnover", "currency"), "Annual_Revenue"),
        (field("Headcount", "bigint"), "No_of_Employees"),
        (field("Remarks", "textarea"), "Description"),
        (field("Source", "picklist", choices=choices("Fair")), "Lead_Source"),
    ],
    ids=lambda one: getattr(one, "api_name", one),
)
def test_what_is_called_or_means_the_same_takes_the_value(taker: Field, source: str) -> None:
    assert suggest(LEADS, custom("Suppliers", taker)).mapping[taker.api_name] == source


def test_free_text_does_not_go_to_a_list_that_only_means_the_same() -> None:
    taker = field("Province", "picklist", choices=choices("North", "South"))
    leads = module("Leads", field("State"))
    assert suggest(leads, custom("Suppliers", taker)).mapping == {}


def test_the_same_api_name_is_surer_than_the_same_label() -> None:
    takers = (field("Telefon", "phone", label="Phone"), field("Phone", "phone", label="Direct"))
    found = suggest(LEADS, custom("Suppliers", *takers)).mapping
    assert (found["Phone"], found.get("Telefon")) == ("Phone", None)


def test_each_field_is_filled_from_one_and_each_value_goes_to_one() -> None:
    takers = (
        field("Email", "email"),
        field("Contact_Email", "email"),
        field("Work_Email", "email"),
    )
    found = suggest(LEADS, custom("Suppliers", *takers)).mapping
    assert list(found.values()).count("Email") == 1


def test_a_record_about_people_is_named_after_the_person() -> None:
    found = suggest(LEADS, custom("Applicants", field("Company")))
    assert found.mapping == {"Name": "Full_Name", "Company": "Company"}
    assert found.fallback == {"Name": "Company"}


def test_a_record_with_a_contact_person_is_named_after_the_company() -> None:
    takers = (field("Company_Name"), field("Contact_Person"))
    assert suggest(LEADS, custom("Suppliers", *takers)).mapping["Name"] == "Company"


def test_a_name_that_zoho_counts_up_is_left_to_zoho() -> None:
    cases = module("Cases", field("Name", "autonumber", read_only=True, mandatory=True))
    assert suggest(LEADS, cases).mapping == {}


def test_a_name_of_the_same_api_name_keeps_it() -> None:
    events = module("Visits", field("Name"), field("Company"), name_field="Company")
    assert suggest(LEADS, events).mapping == {"Company": "Company"}


def test_a_field_of_the_same_name_that_cannot_take_it_is_mapped_to_say_so() -> None:
    found = suggest(LEADS, custom("Suppliers", field("Rating", "integer"))).mapping
    assert found["Rating"] == "Rating"


def test_a_field_that_takes_it_is_better_than_one_of_the_same_name_that_does_not() -> None:
    takers = (field("Phone", "lookup"), field("Telephone", "phone"))
    found = suggest(LEADS, custom("Suppliers", *takers)).mapping
    assert (found.get("Phone"), found["Telephone"]) == (None, "Phone")


def test_a_field_that_nobody_sees_is_not_used() -> None:
    layouts = (Layout("1", "Standard", fields=frozenset({"Name"})),)
    found = suggest(LEADS, custom("Suppliers", field("Email", "email"), layouts=layouts))
    assert found.mapping == {"Name": "Company"}


def test_a_field_on_one_of_several_layouts_is_used() -> None:
    layouts = (
        Layout("1", "Standard", fields=frozenset({"Name"})),
        Layout("2", "Foreign", fields=frozenset({"Name", "Email"})),
    )
    found = suggest(LEADS, custom("Suppliers", field("Email", "email"), layouts=layouts))
    assert found.mapping["Email"] == "Email"


def test_the_owner_and_stamps_are_no_business_of_a_mapping() -> None:
    takers = (field("Owner", "ownerlookup"), field("Created_Time", "datetime"))
    assert suggest(LEADS, custom("Suppliers", *takers)).mapping == {"Name": "Company"}


def test_a_name_for_which_leads_have_nothing_is_left_open() -> None:
    found = suggest(module("Leads", field("City")), custom("Places", field("City")))
    assert (found.mapping, found.fallback) == ({"City": "City"}, {})


def test_a_name_for_which_leads_have_one_thing_has_no_second() -> None:
    found = suggest(module("Leads", field("Company")), custom("Places"))
    assert (found.mapping, found.fallback) == ({"Name": "Company"}, {})
