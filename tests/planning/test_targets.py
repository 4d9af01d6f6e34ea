"""What leads may become without anybody having said so."""

from typing import Any

import pytest

from extension.planning.records import Catalogue
from extension.planning.targets import default_targets, joined

from .crm import LEADS, catalogue, custom, field, module


def keys(org: Catalogue) -> list[str]:
    return [target.key for target in default_targets(org)]


def test_zoho_first_then_vendors_then_custom_modules_by_label() -> None:
    org = catalogue(custom("Zebras", singular="ant"), custom("Bees", singular="Bee"))
    assert keys(org) == ["zoho", "Vendors", "Zebras", "Bees"]


@pytest.mark.parametrize(
    "traits",
    [{"visible": False}, {"creatable": False}, {"api_supported": False}, {"kind": "linking"}],
)
def test_a_module_in_which_nobody_can_create_is_no_target(traits: dict[str, Any]) -> None:
    assert keys(catalogue(module("Links", field("Name"), **traits))) == ["zoho", "Vendors"]


def test_other_modules_of_zoho_are_no_targets_by_default() -> None:
    assert keys(catalogue(module("Campaigns"), module("Products"))) == ["zoho", "Vendors"]


def test_zoho_conversion_fills_what_its_administrators_mapped() -> None:
    [zoho, *_] = default_targets(catalogue())
    by_key = {record.key: record for record in zoho.records}
    assert [(key, record.optional) for key, record in by_key.items()] == [
        ("Contacts", False), ("Accounts", False), ("Deals", True),
    ]  # fmt: skip
    assert by_key["Deals"].mapping == {"Lead_Source": "Lead_Source", "Rating": "Rating"}
    assert by_key["Accounts"].mapping["Billing_City"] == "City"
    assert by_key["Contacts"].links == {"Account_Name": "Accounts"}


def test_names_are_converted_even_where_the_metadata_has_no_mapping() -> None:
    bare = module("Leads", field("Company"), field("First_Name"), field("Last_Name"))
    [zoho, *_] = default_targets(catalogue(bare))
    contact, account, _ = zoho.records
    assert contact.mapping == {"First_Name": "First_Name", "Last_Name": "Last_Name"}
    assert account.mapping == {"Account_Name": "Company"}


def test_zoho_conversion_is_called_by_what_the_org_calls_its_modules() -> None:
    org = catalogue(module("Accounts", singular="Firm"), module("Deals", singular="Chance"))
    assert default_targets(org)[0].label == "Contact, Firm and Chance"


def test_a_module_that_the_org_lacks_is_no_part_of_the_conversion() -> None:
    org = Catalogue({"Leads": LEADS, "Contacts": module("Contacts", singular="Contact")})
    [zoho] = default_targets(org)
    assert (zoho.label, len(zoho.records)) == ("Contact", 1)


def test_the_surest_fields_are_matched_on_first() -> None:
    tax = field("Tax_Number", unique=True, custom=True)
    org = catalogue(custom("Suppliers", field("Phone", "phone"), field("Email", "email"), tax))
    record = default_targets(org)[-1].records[0]
    assert record.match_on == ("Tax_Number", "Email", "Name", "Phone")


def test_without_metadata_there_is_nothing_but_zoho_conversion() -> None:
    [zoho] = default_targets(Catalogue({}))
    assert (zoho.key, zoho.records) == ("zoho", ())


@pytest.mark.parametrize(
    ("labels", "text"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")],
)
def test_labels_are_joined_as_people_do(labels: list[str], text: str) -> None:
    assert joined(labels) == text
