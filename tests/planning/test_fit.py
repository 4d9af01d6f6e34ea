"""Whether a value fits a field, for each of Zoho's types."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extension.planning.fit import TAKES, Fit, fit
from extension.planning.records import Choice

from .crm import REP, choices, field

HOT = choices("Hot", "Cold")
LONG = "Kỹ nghệ" * 10
TO_ACCOUNTS: dict[str, Any] = {"lookup_module": "Accounts"}
ACME = {"id": "5", "name": "Acme"}


def code(found: Fit) -> str:
    return found.obstacle.code if found.obstacle else ""


@pytest.mark.parametrize(
    ("value", "source", "target", "written"),
    [
        ("Acme", "text", "text", "Acme"),
        ("Two\nlines", "textarea", "textarea", "Two\nlines"),
        ("One line\n", "textarea", "text", "One line\n"),
        ("pat@acme.example", "email", "text", "pat@acme.example"),
        ("pat@acme.example", "text", "email", "pat@acme.example"),
        ("+49 (89) 123-45", "text", "phone", "+49 (89) 123-45"),
        ("call the office", "text", "phone", "call the office"),
        ("555 0100,,7#8", "text", "phone", "555 0100,,7#8"),
        ("+pat.o'leary@mail.müller.example", "text", "email", "+pat.o'leary@mail.müller.example"),
        ("www.acme.example/about", "text", "website", "www.acme.example/about"),
        (12, "integer", "text", "12"),
        (1200.50, "currency", "text", "1200.5"),
        (1e16, "double", "text", "10000000000000000"),
        (12, "integer", "double", 12),
        (12.0, "double", "integer", 12),
        ("9007199254740993", "bigint", "bigint", "9007199254740993"),
        (-4.25, "currency", "percent", -4.25),
        (True, "boolean", "boolean", True),
        ("2026-01-10", "date", "date", "2026-01-10"),
        ("2026-01-10", "date", "text", "2026-01-10"),
        ("2026-01-10T09:00:00+07:00", "datetime", "datetime", "2026-01-10T09:00:00+07:00"),
        (["a", "b"], "multiselectpicklist", "text", "a;b"),
        ({"id": "9", "name": "Sam"}, "userlookup", "userlookup", {"id": "9", "name": "Sam"}),
        ("L-17", "autonumber", "text", "L-17"),
    ],
)
def test_a_value_that_fits_is_written_whole(
    value: object, source: str, target: str, written: object
) -> None:
    found = fit(
        value, field("Source", source), field("Target", target, decimal_places=2), REP.profile
    )
    assert found == Fit(written)


@pytest.mark.parametrize(
    ("value", "source", "target"),
    [
        ("Two\nlines", "textarea", "text"),
        ("not an address", "text", "email"),
        ("a@b.example, c@d.example", "text", "email"),
        ("089/123", "text", "phone"),
        ("089/123", "phone", "phone"),
        ("089 - 123", "text", "phone"),
        ("pat@acme.x", "text", "email"),
        (".pat@acme.example", "email", "email"),
        ("HTTPS://acme.example", "text", "website"),
        ("no site at all", "text", "website"),
        ("many", "text", "integer"),
        ("many", "integer", "integer"),
        ("NaN", "double", "double"),
        (True, "boolean", "text"),
        ("2026-01-10", "date", "datetime"),
        ("2026-01-10T09:00:00+07:00", "datetime", "date"),
        ("2026-01-10", "text", "date"),
        ("Acme", "text", "lookup"),
        (ACME, "lookup", "text"),
        ({"name": "Sam"}, "userlookup", "userlookup"),
        ([{"id": "1"}], "subform", "subform"),
        ([{"File_Id__s": "x"}], "fileupload", "fileupload"),
        ({"odd": 1}, "text", "text"),
    ],
)
def test_a_value_of_another_kind_does_not_fit(value: object, source: str, target: str) -> None:
    found = fit(value, field("Source", source), field("Target", target), REP.profile)
    assert code(found) == "type_mismatch"


def test_every_type_takes_values_of_its_own_type() -> None:
    assert all(data_type in sources for data_type, sources in TAKES.items())


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"max_length": 3}, "Vendor Name holds 3 characters; this value has 4."),
        ({"read_only": True}, "Vendor Name cannot be written."),
        ({"read_only_for": frozenset({"71"})}, "Vendor Name is read-only for your profile."),
        ({"hidden_from": frozenset({"71"})}, "Vendor Name is hidden from your profile."),
    ],
)
def test_an_obstacle_says_what_is_in_the_way(traits: dict[str, Any], message: str) -> None:
    found = fit("Acme", field("Company"), field("Vendor_Name", **traits), REP.profile)
    assert found.obstacle is not None
    assert found.obstacle.message == message


def test_rights_of_another_profile_do_not_matter() -> None:
    closed = field("Vendor_Name", hidden_from=frozenset({"72"}), read_only_for=frozenset({"73"}))
    assert fit("Acme", field("Company"), closed, REP.profile) == Fit("Acme")


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("ä" * 120, 120, ""),
        ("ä" * 121, 120, "too_long"),
        ("株" * 50, 50, ""),
        ("🙂" * 30, 59, "too_long"),
        ("🙂" * 30, 60, ""),
        (LONG, None, ""),
        (LONG, 0, ""),
    ],
)
def test_letters_are_counted_as_zoho_counts_them(
    text: str, room: int | None, expected: str
) -> None:
    assert code(fit(text, field("A"), field("B", max_length=room), REP.profile)) == expected


@pytest.mark.parametrize(
    ("value", "target", "expected"),
    [
        (123456789, {"data_type": "integer", "max_length": 9}, ""),
        (1234567890, {"data_type": "integer", "max_length": 9}, "too_long"),
        (12.5, {"data_type": "integer", "max_length": 9}, "too_long"),
        (12.25, {"data_type": "currency", "max_length": 16, "decimal_places": 2}, ""),
        (12.255, {"data_type": "currency", "max_length": 16, "decimal_places": 2}, "too_long"),
        (12.50, {"data_type": "percent", "max_length": 5, "decimal_places": 1}, ""),
        (12345.25, {"data_type": "percent", "max_length": 5, "decimal_places": 2}, "too_long"),
        (123.45, {"data_type": "percent", "max_length": 5, "decimal_places": 2}, ""),
        (12345.25, {"data_type": "currency", "max_length": 5, "decimal_places": 2}, ""),
        (123456.25, {"data_type": "double", "max_length": 5, "decimal_places": 2}, "too_long"),
        (0.1 + 0.2, {"data_type": "double"}, ""),
        (-7, {"data_type": "bigint", "max_length": 1}, ""),
    ],
)
def test_numbers_are_never_rounded(value: float, target: dict[str, Any], expected: str) -> None:
    assert code(fit(value, field("A", "double"), field("B", **target), REP.profile)) == expected


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Hot", "Hot"),
        ("hot ", "Hot"),
        ("Warm", "W"),
        ("W", "W"),
        ("chaud", "Hot"),
        ("HEISS", "Hot"),
    ],
)
def test_a_choice_is_the_same_by_what_is_stored_or_by_what_is_read(
    value: str, written: str
) -> None:
    source = field("Rating", "picklist", choices=(Choice("Hot", "chaud"), Choice("HEISS", "hot")))
    target = field("Rating", "picklist", choices=(*HOT, Choice("W", "Warm")))
    assert fit(value, source, target, REP.profile) == Fit(written)


@pytest.mark.parametrize(
    ("value", "expected"), [("Hot", ""), ("hot", "not_a_choice"), ("chaud", "not_a_choice")]
)
def test_zoho_itself_copies_what_is_stored_and_compares_nothing(value: str, expected: str) -> None:
    source = field("Rating", "picklist", choices=(Choice("Hot", "chaud"), Choice("chaud", "Hot")))
    target = field("Rating", "picklist", choices=HOT)
    assert code(fit(value, source, target, REP.profile, by_zoho=True)) == expected
    several = field("Rating", "multiselectpicklist", choices=HOT)
    found = fit([value, "Cold"], replace(source, data_type="multiselectpicklist"), several,
                REP.profile, by_zoho=True)  # fmt: skip
    assert code(found) == expected


@pytest.mark.parametrize("value", ["Tepid", "H", "Hot;Cold"])
def test_a_choice_that_the_list_lacks_is_not_put_in_its_place(value: str) -> None:
    source, target = field("Rating", "picklist"), field("Rating", "picklist", choices=HOT)
    found = fit(value, source, target, REP.profile)
    assert code(found) == "not_a_choice"


def test_of_several_choices_all_must_be_there() -> None:
    target = field("Kinds", "multiselectpicklist", choices=choices("A", "B"))
    source = field("Kinds", "multiselectpicklist")
    assert fit(["B", "a"], source, target, REP.profile) == Fit(["B", "A"])
    assert code(fit(["A", "C"], source, target, REP.profile)) == "not_a_choice"


def test_two_that_become_the_same_choice_are_chosen_once() -> None:
    target = field("Kinds", "multiselectpicklist", choices=choices("A", "B"))
    source = field("Kinds", "multiselectpicklist")
    assert fit(["a", "B", "A"], source, target, REP.profile) == Fit(["A", "B"])


@pytest.mark.parametrize("value", [[], ["Hot", "Cold"]])
def test_a_list_is_no_single_choice(value: list[str]) -> None:
    one = field("Rating", "picklist", choices=HOT)
    assert code(fit(value, one, one, REP.profile)) == "type_mismatch"


def test_one_choice_becomes_a_list_of_one() -> None:
    target = field("Kinds", "multiselectpicklist", choices=HOT)
    assert fit("Hot", field("Rating", "picklist"), target, REP.profile) == Fit(["Hot"])


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (TO_ACCOUNTS, TO_ACCOUNTS, ""),
        (TO_ACCOUNTS, {"lookup_module": "Vendors"}, "type_mismatch"),
        (TO_ACCOUNTS, {}, "type_mismatch"),
        ({}, {}, "type_mismatch"),
    ],
)
def test_a_lookup_fits_a_lookup_into_the_same_module(
    source: dict[str, Any], target: dict[str, Any], expected: str
) -> None:
    found = fit(ACME, field("A", "lookup", **source), field("B", "lookup", **target), REP.profile)
    assert code(found) == expected


@pytest.mark.parametrize("data_type", ["subform", "fileupload", "multiselectlookup"])
def test_zoho_itself_moves_what_an_api_client_cannot(data_type: str) -> None:
    rows, taker = [{"id": "1"}], field("Rows", data_type)
    assert fit(rows, taker, taker, REP.profile, by_zoho=True) == Fit(rows)
    other = field("Rows", "text")
    assert code(fit(rows, taker, other, REP.profile, by_zoho=True)) == "type_mismatch"


@given(st.text(min_size=1), st.integers(1, 50))
def test_a_text_is_written_as_it_is_or_not_at_all(text: str, room: int) -> None:
    found = fit(text, field("A"), field("B", max_length=room), REP.profile)
    assert (
        found.value == text if found.obstacle is None else len(text.encode("utf-16-le")) > 2 * room
    )


@given(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text())),
    st.sampled_from(sorted(TAKES)),
    st.sampled_from(sorted(TAKES)),
)
def test_whatever_zoho_answers_has_a_verdict(value: object, source: str, target: str) -> None:
    found = fit(value, field("A", source), field("B", target, max_length=9), REP.profile)
    assert (found.obstacle is None) or found.value is None


@pytest.mark.parametrize("target", ["integer", "bigint"])
def test_a_fraction_behind_very_many_digits_is_not_cut_off(target: str) -> None:
    number = "1000000000000000000000000000.5"
    found = fit(number, field("From", "double"), field("To", target), REP.profile)
    assert code(found) == "too_long"
