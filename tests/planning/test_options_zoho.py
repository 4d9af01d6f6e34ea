"""Zoho's own conversion as an option: what it makes, asks for, leaves out and finds."""

from dataclasses import replace

import pytest

from extension.planning.records import (
    Agreement,
    Catalogue,
    Layout,
    Module,
    Pipeline,
    Stage,
    User,
    ZohoSays,
)

from .crm import (
    ACCOUNTS,
    CONTACTS,
    DEALS,
    LEADS,
    REP,
    STANDARD,
    UNASKED,
    catalogue,
    field,
    lead,
    record,
    rep,
)
from .offers import offered, option, with_field


def test_zoho_makes_contact_account_and_if_wanted_a_deal() -> None:
    one = option("zoho")
    assert one.label == "Contact, Account and Deal"
    assert [(part.key, part.optional) for part in one.records] == [
        ("Contacts", False), ("Accounts", False), ("Deals", True),
    ]  # fmt: skip


def test_without_a_company_zoho_makes_no_account_and_that_is_said() -> None:
    options = offered(lead(Last_Name="Doe", Website="doe.example"))
    [zoho] = [one for one in options.options if one.target == "zoho"]
    assert zoho.label == "Contact and Deal"
    assert "This lead names no company, so Zoho's conversion creates no account." in [
        one.message for one in options.warnings
    ]
    assert [fate.held.field.api_name for fate in zoho.fates if not fate.carried] == ["Website"]


def test_zoho_carries_what_its_mapping_says() -> None:
    one = option("zoho")
    assert [fate.held.field.api_name for fate in one.fates if not fate.carried] == ["Tax_Number"]


def test_what_only_a_deal_keeps_is_said() -> None:
    [warning] = [one for one in offered().warnings if one.code == "only_with_deal"]
    assert warning.message == "Kept only if a deal is created: Rating."
    assert warning.params["fields"] == ["Rating"]


def test_the_deal_asks_for_what_zoho_needs() -> None:
    asked = {(it.field.api_name, it.required) for it in option("zoho").to_fill}
    assert asked == {
        ("Deal_Name", True), ("Stage", True), ("Closing_Date", True), ("Pipeline", True),
        ("Amount", False),
    }  # fmt: skip


def test_the_layout_that_the_lead_layout_names_is_taken_unless_another_is_chosen() -> None:
    two = (Layout("Deals-0", "Service"), Layout("Deals-1", "Standard"))
    service = Pipeline("p2", "Service", "Service", True, (Stage("New", "New"),))
    org = catalogue(
        replace(DEALS, layouts=two), pipelines={"Deals-0": (service,), "Deals-1": (STANDARD,)}
    )
    one = option("zoho", org=org)
    deal = one.records[-1]
    assert [layout.name for layout in deal.layouts] == ["Service", "Standard"]
    assert deal.layout is not None
    assert deal.layout.name == "Standard"
    assert [(it.value, it.layout_id) for it in one.pipelines] == [
        ("Service", "Deals-0"), ("Standard (Standard)", "Deals-1"),
    ]  # fmt: skip
    [stage] = [it.field for it in one.to_fill if it.field.api_name == "Stage"]
    assert [choice.value for choice in stage.choices] == ["Open", "Won"]


@pytest.mark.parametrize(
    ("user", "deals", "why"),
    [
        (rep(Create_Deals=False), DEALS, "no_permission"),
        (REP, replace(DEALS, profiles=frozenset()), "module_hidden"),
        (REP, replace(DEALS, layouts=(Layout("1", "Old", active=False),)), "no_layout"),
        (
            REP,
            with_field(DEALS, field("Proof", "fileupload", mandatory=True)),
            "mandatory_without_source",
        ),
    ],
)
def test_a_deal_that_the_rep_cannot_make_is_left_out_and_that_is_said(
    user: User, deals: Module, why: str
) -> None:
    options = offered(user=user, org=catalogue(deals))
    [zoho] = [one for one in options.options if one.target == "zoho"]
    assert (zoho.available, zoho.label) == (True, "Contact and Account")
    assert (zoho.to_fill, zoho.pipelines) == ((), ())
    [warning] = [one for one in options.warnings if one.code == "left_out"]
    assert (warning.params["module"], warning.params["reason"]) == ("Deals", why)


def test_hidden_accounts_leave_the_account_out() -> None:
    org = catalogue(replace(ACCOUNTS, visible=False))
    assert option("zoho", org=org).label == "Contact and Deal"


@pytest.mark.parametrize(
    ("user", "org", "code"),
    [
        (rep(Create_Contacts=False), catalogue(), "no_permission"),
        (rep(Create_Accounts=False), catalogue(), "no_permission"),
        (REP, catalogue(replace(CONTACTS, visible=False)), "module_hidden"),
        (REP, Catalogue({"Leads": LEADS, "Accounts": ACCOUNTS}), "module_hidden"),
    ],
)
def test_without_a_contact_or_account_zoho_conversion_is_closed(
    user: User, org: Catalogue, code: str
) -> None:
    assert [one.code for one in option("zoho", user=user, org=org).blockers] == [code]


def test_the_matches_of_the_conversion_are_zohos() -> None:
    account = record(
        "Accounts", "6", Account_Name="Hòa Phát", Locked__s=True, **{"$editable": False}
    )
    agreed = {"Accounts": (Agreement("Account_Name", "Account Name", "Hòa Phát"),)}
    says = ZohoSays("answered", {"Accounts": (account,)}, agreed)
    contact, accounts, deal = option("zoho", says=says).records
    [match] = accounts.matches.found
    assert (match.id, match.editable, match.locked) == ("6", False, True)
    assert match.reasons[0].params["value"] == "Hòa Phát"
    assert (contact.matches.found, contact.matches.state) == ((), "known")
    assert (deal.matches.found, deal.matches.state) == ((), "known")


def test_where_zoho_cannot_be_asked_a_search_finds_the_matches() -> None:
    person = record("Contacts", "5", Full_Name="Văn An Nguyễn")
    contact, *_ = option("zoho", says=UNASKED, found={"Contacts": [person]}).records
    assert [one.id for one in contact.matches.found] == ["5"]


@pytest.mark.parametrize(
    "org",
    [
        catalogue(replace(DEALS, visible=False)),
        Catalogue({one.api_name: one for one in (LEADS, CONTACTS, ACCOUNTS)}),
    ],
)
def test_where_a_hidden_module_makes_zoho_say_nothing_a_search_finds_the_matches(
    org: Catalogue,
) -> None:
    person = record("Contacts", "5", Full_Name="Văn An Nguyễn")
    contact, *_ = option("zoho", org=org, found={"Contacts": [person]}).records
    assert [one.id for one in contact.matches.found] == ["5"]
    contact, *_ = option("zoho", org=org, found={"Contacts": None}).records
    assert contact.matches.state == "unknown"


def test_where_zoho_did_not_answer_the_matches_are_unknown_and_that_is_said() -> None:
    options = offered(says=ZohoSays("unavailable"))
    zoho = options.options[0]
    assert zoho.available
    assert [part.matches.state for part in zoho.records] == ["unknown", "unknown", "known"]
    assert [one.params["module"] for one in options.warnings if one.code == "matches_unknown"] == [
        "Contacts", "Accounts",
    ]  # fmt: skip


def test_what_a_contact_needs_and_the_lead_lacks_is_said_since_nobody_can_type_it_in() -> None:
    org = catalogue(
        with_field(CONTACTS, field("Department", mandatory=True)),
        with_field(ACCOUNTS, field("Site", mandatory=True, default="Main")),
    )
    [warning] = [one for one in offered(org=org).warnings if one.code == "mandatory_unfilled"]
    assert warning.message == (
        "Contact asks for Department, which this lead does not fill: Zoho may refuse."
    )


def test_a_contact_that_needs_an_account_has_one_only_for_a_company() -> None:
    needs = replace(CONTACTS.fields["Account_Name"], mandatory=True)
    org = catalogue(with_field(CONTACTS, needs))
    unfilled = [one.params.get("field") for one in offered(lead(Last_Name="Doe"), org=org).warnings]
    assert "Account_Name" in unfilled
    assert all(one.code != "mandatory_unfilled" for one in offered(org=org).warnings)
