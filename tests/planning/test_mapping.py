"""The fate of every value: carried by somebody, or lost and why."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extension.planning.business import business_values
from extension.planning.mapping import Fate, Recipient, fates, fillings
from extension.planning.records import Layout, Lead, Module

from .crm import ACCOUNTS, CONTACTS, DEALS, LEADS, REP, VENDORS, catalogue, choices, field, lead


def fate_of(name: str, lead: Lead, *recipients: Recipient) -> Fate:
    every = fates(lead, recipients, catalogue(), REP.profile)
    return next(one for one in every if one.held.field.api_name == name)


def vendor(mapping: dict[str, str], **traits: Any) -> Recipient:
    return Recipient("Vendors", VENDORS, mapping, **traits)


def one_field(**traits: Any) -> Module:
    return Module("Things", "1", "Thing", "Things", fields={"Taker": field("Taker", **traits)})


def test_a_value_that_a_field_takes_is_carried() -> None:
    fate = fate_of("Company", lead(Company="Acme"), vendor({"Vendor_Name": "Company"}))
    assert fate.carried
    assert [(one.record, one.target, one.value) for one in fate.fillings] == [
        ("Vendors", "Vendor_Name", "Acme")
    ]


@pytest.mark.parametrize(
    ("value", "traits", "code", "message"),
    [
        ("Acme", {"max_length": 3}, "too_long", "Taker holds 3 characters; this value has 4."),
        ("Acme", {"read_only": True}, "read_only", "Taker cannot be written."),
        ("Acme", {"hidden_from": {"71"}}, "hidden", "Taker is hidden from your profile."),
        (
            "Acme",
            {"data_type": "picklist", "choices": choices("Other")},
            "not_a_choice",
            "Taker does not offer this choice.",
        ),
        (
            "Acme",
            {"data_type": "date"},
            "type_mismatch",
            "Taker holds another kind of value (date).",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_lost_and_says_why(
    value: str, traits: dict[str, Any], code: str, message: str
) -> None:
    thing = Recipient("Things", one_field(**traits), {"Taker": "Company"})
    loss = fate_of("Company", lead(Company=value), thing).loss
    assert loss is not None
    assert (loss.code, loss.message) == (code, message)


def test_a_value_that_nobody_asked_for_is_lost() -> None:
    loss = fate_of("Rating", lead(Rating="Hot"), vendor({"Vendor_Name": "Company"})).loss
    assert loss is not None
    assert (loss.code, loss.message, loss.params) == ("no_field", "No field takes it.", {})


def test_a_value_whose_field_has_been_removed_is_lost() -> None:
    loss = fate_of("Company", lead(Company="Acme"), vendor({"Removed": "Company"})).loss
    assert loss is not None
    assert loss.code == "no_field"


def test_a_field_that_is_not_on_the_layout_takes_nothing() -> None:
    short = Layout("2", "Short", fields=frozenset({"Vendor_Name"}))
    loss = fate_of("Phone", lead(Phone="555"), vendor({"Phone": "Phone"}, layout=short)).loss
    assert loss is not None
    assert loss.message == "Phone is not on the layout Short."


def test_a_value_is_carried_if_one_of_several_records_takes_it() -> None:
    narrow = Recipient("Things", one_field(max_length=2), {"Taker": "Company"})
    wide = Recipient("Accounts", ACCOUNTS, {"Account_Name": "Company"})
    fate = fate_of("Company", lead(Company="Acme"), narrow, wide)
    assert [one.record for one in fate.fillings] == ["Accounts"]


def test_a_full_name_carries_the_names_it_is_composed_of() -> None:
    person = lead(First_Name="An", Last_Name="Nguyễn Văn", Salutation="Mr.")
    thing = Recipient("Things", one_field(), {"Taker": "Full_Name"})
    every = {
        one.held.field.api_name: one for one in fates(person, [thing], catalogue(), REP.profile)
    }
    assert every["First_Name"].carried
    assert every["Last_Name"].fillings[0].value == "An Nguyễn Văn"
    assert not every["Salutation"].carried


def test_where_the_company_is_empty_the_person_gives_the_name() -> None:
    rules = vendor({"Vendor_Name": "Company"}, fallback={"Vendor_Name": "Full_Name"})
    [filling] = fillings(lead(Last_Name="Doe"), rules, catalogue(), REP.profile)
    assert (filling.source, filling.value) == ("Full_Name", "Doe")
    [filling] = fillings(lead(Last_Name="Doe", Company="Acme"), rules, catalogue(), REP.profile)
    assert (filling.source, filling.value) == ("Company", "Acme")


VALUES = st.dictionaries(
    st.sampled_from([*LEADS.fields, "Strange_Field", "$strange", "Tag"]),
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=300), st.lists(st.text())),
)
EVERYBODY = (
    Recipient("Contacts", CONTACTS, {"Last_Name": "Last_Name", "Email": "Email", "Phone": "Phone"}),
    Recipient("Accounts", ACCOUNTS, {"Account_Name": "Company", "Phone": "Phone"}, by_zoho=True),
    Recipient("Deals", DEALS, {"Rating": "Rating", "Gone": "City"}),
    vendor({"Vendor_Name": "Company"}, fallback={"Vendor_Name": "Full_Name"}),
)


@given(VALUES, st.sets(st.sampled_from(range(4))))
def test_every_business_value_is_exactly_once_carried_or_lost(
    values: dict[str, object], chosen: set[int]
) -> None:
    one = lead(**values)
    every = fates(one, [EVERYBODY[number] for number in sorted(chosen)], catalogue(), REP.profile)
    assert [fate.held for fate in every] == list(business_values(one, LEADS))
    assert all(fate.carried == bool(fate.fillings) for fate in every)


@given(VALUES)
def test_the_same_lead_has_the_same_fates(values: dict[str, object]) -> None:
    first = fates(lead(**values), EVERYBODY, catalogue(), REP.profile)
    assert first == fates(lead(**values), EVERYBODY, catalogue(), REP.profile)
