"""Which values of a lead count."""

import pytest

from extension.planning.business import business_values, is_empty, text_of, value_of
from extension.planning.records import Field

from .crm import LEADS, field, lead, module


def names(**values: object) -> list[str]:
    return [held.field.api_name for held in business_values(lead(**values), LEADS)]


def test_what_people_typed_counts_in_the_order_of_the_module() -> None:
    assert names(Email="pat@acme.example", Company="Acme", Last_Name="Doe") == [
        "Company", "Last_Name", "Email",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "system",
    [
        {"Owner": {"id": "1", "name": "Sam"}},
        {"Tag": [{"name": "vip"}]},
        {"Created_Time": "2026-01-10T09:00:00+00:00"},
        {"Modified_By": {"id": "1", "name": "Sam"}},
        {"Converted__s": True},
        {"Converted_Account": {"id": "1", "name": "Acme"}},
        {"Locked__s": True},
        {"Record_Image": "abc"},
        {"Last_Activity_Time": "2026-01-10T09:00:00+00:00"},
        {"Unsubscribed_Mode": "Manual"},
        {"Layout": {"id": "1", "name": "Standard"}},
        {"Full_Name": "Pat Doe"},
        {"$converted_detail": {"account": "1"}},
        {"$approval_state": "approved"},
    ],
    ids=lambda system: next(iter(system)),
)
def test_what_zoho_keeps_for_itself_does_not_count(system: dict[str, object]) -> None:
    assert names(**system) == []


def test_a_formula_does_not_count_and_a_number_that_zoho_gave_does() -> None:
    leads = module("Leads", field("Margin", "formula"), field("Number", "autonumber"))
    held = business_values(lead(Margin=3, Number="L-17"), leads)
    assert [(one.field.api_name, one.value) for one in held] == [("Number", "L-17")]


def test_a_custom_field_counts_whatever_its_name() -> None:
    leads = module("Leads", field("Score", custom=True))
    assert len(business_values(lead(Score="high"), leads)) == 1


def test_a_value_whose_field_is_unknown_counts_too() -> None:
    [held] = business_values(lead(Shoe_Size="44"), LEADS)
    assert (held.field.api_name, held.field.label) == ("Shoe_Size", "Shoe Size")


@pytest.mark.parametrize("value", [None, "", "  \n", [], {}, False, "-None-", ["-None-"], [""]])
def test_nothing_is_empty(value: object) -> None:
    assert is_empty(value)


@pytest.mark.parametrize("value", [0, 0.0, "0", True, "x", ["a"], {"id": "1"}])
def test_anything_else_is_a_value(value: object) -> None:
    assert not is_empty(value)


@pytest.mark.parametrize("default", [True, "true"])
def test_a_box_that_starts_ticked_says_something_when_it_is_not(default: object) -> None:
    assert not is_empty(False, Field("Wants_Mail", "Wants Mail", "boolean", default=default))


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"Full_Name": "Pat Doe", "Last_Name": "Doe"}, "Pat Doe"),
        ({"First_Name": "Pat", "Last_Name": "Doe"}, "Pat Doe"),
        ({"First_Name": None, "Last_Name": "Nguyễn"}, "Nguyễn"),
        ({}, ""),
    ],
)
def test_a_full_name_is_composed_where_it_is_missing(values: dict[str, object], name: str) -> None:
    assert value_of(values, "Full_Name") == name


@pytest.mark.parametrize(
    ("value", "text"),
    [({"id": "1", "name": "Acme"}, "Acme"), (7, "7"), (None, ""), (" x ", "x"), (["a"], "")],
)
def test_a_value_as_text(value: object, text: str) -> None:
    assert text_of({"Field": value}, "Field") == text
