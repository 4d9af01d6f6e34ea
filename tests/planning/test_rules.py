"""The rules that fill a field, what each makes of a lead, and their plain form."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extension.errors import InvalidInput
from extension.planning import rule_data
from extension.planning.carry import Carried, Lost, Transformed
from extension.planning.records import Field
from extension.planning.rules import (
    Constant,
    CurrentDate,
    CurrentUser,
    Filled,
    FirstOf,
    FromField,
    Given,
    LinkTo,
    LookupByName,
    Rule,
    Template,
    Translate,
    fill,
    sources,
)
from extension.planning.shape import Shape
from extension.planning.typed import typed

from .crm import LEADS, REP, choices, field

TODAY = date(2026, 1, 31)
HOT = field("Heat", "picklist", choices=choices("High", "Low"))
NAME = field("Name", max_length=120)
TO_ACCOUNT = field("Account", "lookup", lookup_module="Accounts")


def filled(rule: Rule, target: Field = NAME, named: Any = None, **values: object) -> Filled | None:
    return fill(rule, target, Given(values, LEADS, REP, TODAY, named or {}))


def written(found: Filled | None) -> object:
    assert found is not None
    assert not isinstance(found.verdict, Lost), found.verdict.why
    return found.verdict.value


def reason(found: Filled | None) -> str:
    assert found is not None
    assert isinstance(found.verdict, Lost)
    return found.verdict.why.key


@pytest.mark.parametrize(
    ("rule", "target", "values", "expected"),
    [
        (FromField("Company"), NAME, {"Company": "Acme"}, "Acme"),
        (FromField("Full_Name"), NAME, {"First_Name": "Pat", "Last_Name": "Doe"}, "Pat Doe"),
        (Constant("Acme"), NAME, {}, "Acme"),
        (Constant(7), field("Count", "integer"), {}, 7),
        (Constant("9001"), field("Buyer", "userlookup"), {}, {"id": "9001"}),
        (
            Template("{First_Name} {Last_Name} ({Company})"), NAME,
            {"Last_Name": "Doe", "Company": "Acme"}, "Doe (Acme)",
        ),
        (Template("{{{Company}}}"), NAME, {"Company": "A  B"}, "{A  B}"),
        (Template("{Email_Opt_Out}"), NAME, {"Email_Opt_Out": True}, "Yes"),
        (FirstOf(("Mobile", "Phone")), NAME, {"Mobile": " ", "Phone": "1"}, "1"),
        (FirstOf(("Mobile",), "none"), NAME, {}, "none"),
        (Translate("Rating", {"hot": "High"}), HOT, {"Rating": "Hot"}, "High"),
        (Translate("Rating", {}, "Low"), HOT, {"Rating": "Hot"}, "Low"),
        (CurrentUser(), field("Buyer", "userlookup"), {}, {"id": "9001", "name": "Robin Rep"}),
        (CurrentUser(), NAME, {}, "Robin Rep"),
        (CurrentDate(), field("Since", "date"), {}, "2026-01-31"),
        (CurrentDate(1), field("Since", "date"), {}, "2026-02-01"),
    ],
)  # fmt: skip
def test_a_rule_fills_its_field(
    rule: Rule, target: Field, values: dict[str, object], expected: object
) -> None:
    assert written(filled(rule, target, **values)) == expected


@pytest.mark.parametrize(
    "rule",
    [
        FromField("Company"), Template("{First_Name} {Last_Name}"), FirstOf(("Mobile", "Phone")),
        Translate("Rating", {"Hot": "High"}, "Low"), LookupByName("Company"),
    ],
)  # fmt: skip
def test_an_empty_lead_puts_nothing_anywhere(rule: Rule) -> None:
    assert filled(rule, Email_Opt_Out=False, Company="", Rating="-None-") is None


def test_what_is_composed_is_said_to_be_part_of_a_text() -> None:
    found = filled(Template("{Company}, {City}"), Company="Acme", City="Oslo")
    assert found is not None
    assert found.sources == ("Company", "City")
    assert isinstance(found.verdict, Transformed)
    assert found.verdict.how.code == "in_text"


def test_of_several_fields_only_the_first_that_is_filled_is_carried() -> None:
    found = filled(FirstOf(("Mobile", "Phone")), Mobile="1", Phone="2")
    assert found == Filled(Carried("1"), ("Mobile",))


@pytest.mark.parametrize(
    ("named", "key"),
    [
        ({}, "not_found.unknown"),
        ({("Accounts", "Acme"): ()}, "not_found"),
        ({("Accounts", "Acme"): ("1", "2")}, "not_found.several"),
    ],
)
def test_a_name_that_stands_for_no_one_record_is_lost(named: Any, key: str) -> None:
    assert reason(filled(LookupByName("Company"), TO_ACCOUNT, named, Company="Acme")) == key


def test_a_name_that_stands_for_one_record_becomes_a_link() -> None:
    found = filled(LookupByName("Company"), TO_ACCOUNT, {("Accounts", "A"): ("7",)}, Company="A ")
    assert written(found) == {"id": "7", "name": "A"}


def test_a_choice_without_translation_is_lost_when_there_is_no_default() -> None:
    assert reason(filled(Translate("Rating", {"Cold": "Low"}), HOT, Rating="Hot")) == (
        "not_translated"
    )


@pytest.mark.parametrize("rule", [FromField("Email_Opt_Out"), FirstOf(("City", "Email_Opt_Out"))])
def test_a_box_that_starts_ticked_is_unticked_where_the_leads_is_not(rule: Rule) -> None:
    found = filled(rule, field("Silent", "boolean", default=True), Email_Opt_Out=False)
    assert found == Filled(Carried(False), ("Email_Opt_Out",))
    assert filled(rule, field("Silent", "boolean"), Email_Opt_Out=False) is None
    assert filled(rule, field("Silent", "boolean", default=True)) is None


@pytest.mark.parametrize(
    ("held", "expected"), [(["a", "b"], ["High", "Low"]), (["b", "c"], ["Low", "High"])]
)
def test_one_choice_may_stand_for_several(held: list[str], expected: list[str]) -> None:
    several = field("Kinds", "multiselectpicklist", choices=choices("High", "Low"))
    rule = Translate("Kinds", {"a": "High", "b": ["Low"]}, default=["High", "Low"])
    assert written(filled(rule, several, Kinds=held)) == expected


def test_a_link_is_filled_in_later() -> None:
    assert filled(LinkTo("Vendor"), TO_ACCOUNT) == Filled(Carried(None), link="Vendor")
    assert reason(filled(LinkTo("Vendor"), NAME)) == "type_mismatch"


@pytest.mark.parametrize("rule", [FromField("Company"), Constant("A"), LinkTo("x"), CurrentUser()])
def test_no_rule_writes_what_the_person_may_not(rule: Rule) -> None:
    closed = field("Name", hidden_from=frozenset({REP.profile.id}))
    assert reason(filled(rule, closed, Company="A")) == "hidden"


def test_several_lines_do_not_become_one() -> None:
    assert reason(filled(Template("{Company}\n{City}"), Company="A", City="B")) == (
        "type_mismatch.lines"
    )


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("7", field("A", "integer")),
        (7, field("A")),
        (True, field("A", "integer")),
        (1.5, field("A", "integer")),
        ("x" * 10, field("A", max_length=9)),
        ("a\nb", field("A")),
        ("nobody", field("A", "email")),
        ("31.1.2026", field("A", "date")),
        ("2026-01-31T09:00", field("A", "datetime")),
        ("Warm", HOT),
        ("High", field("A", "multiselectpicklist", choices=choices("High"))),
        ({"name": "Pat"}, TO_ACCOUNT),
        ("12/../3", TO_ACCOUNT),
        ("7.5", field("A", "bigint")),
        ("٧", field("A", "bigint")),
        ("12", field("A", "bigint", max_length=1)),
        ("yes", field("A", "boolean")),
        ("x", field("A", read_only=True)),
        ("x", field("A", "autonumber")),
        ([{"id": "1"}], field("A", "subform")),
        (None, field("A")),
    ],
)
def test_what_is_typed_in_must_be_of_the_fields_own_kind(value: object, target: Field) -> None:
    assert isinstance(typed(value, target), Lost)


@pytest.mark.parametrize(
    ("value", "target", "expected"),
    [
        ("a\nb", field("A", "textarea"), "a\nb"),
        (7, field("A", "double"), 7),
        ("9007199254740993", field("A", "bigint"), "9007199254740993"),
        (7, field("A", "bigint"), 7),
        ("2026-01-31", field("A", "date"), "2026-01-31"),
        (["High"], field("A", "multiselectpicklist", choices=choices("High")), ["High"]),
        ("5", TO_ACCOUNT, {"id": "5"}),
        ({"id": "5", "name": "Acme"}, TO_ACCOUNT, {"id": "5"}),
        (["5"], field("A", "multiuserlookup"), [{"A": {"id": "5"}}]),
        (False, field("A", "boolean"), False),
    ],
)
def test_what_is_typed_in_is_written_as_zoho_takes_it(
    value: object, target: Field, expected: object
) -> None:
    assert typed(value, target) == Carried(expected)


names = st.sampled_from(["Company", "Full_Name", "Ümlaut__s"])
seen = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r")
"""What the texts of targets may be made of."""
plain = st.one_of(st.text(seen), st.integers(), st.booleans(), st.lists(st.text(seen)))
rules = st.one_of(
    st.builds(FromField, names),
    st.builds(Constant, plain),
    st.lists(names, min_size=1).map(lambda all_: Template("".join(f"{{{one}}}" for one in all_))),
    st.builds(FirstOf, st.lists(names, min_size=1).map(tuple), st.none() | plain),
    st.builds(Translate, names, st.dictionaries(st.text("ab", min_size=1), plain),
              st.none() | plain),
    st.builds(LookupByName, names),
    st.builds(CurrentUser),
    st.builds(CurrentDate, st.integers(-400, 400)),
    st.builds(LinkTo, names),
)  # fmt: skip


@given(rules)
def test_a_rule_comes_back_from_its_plain_form_as_it_was(rule: Rule) -> None:
    shape = Shape(rule_data.as_data(rule))
    assert rule_data.from_data(shape) == rule
    assert shape.faults == {}
    assert isinstance(sources(rule), tuple)


@pytest.mark.parametrize(
    ("data", "path", "words"),
    [
        (7, "$", "expected here"),
        ({}, "$", "exactly one"),
        ({"constant": 1, "link_to": "a"}, "$", "exactly one"),
        ({"constant": None}, "constant", "value"),
        ({"constant": 1, "other": 2}, "other", "no such key"),
        ({"template": "{"}, "template", "no template"),
        ({"template": "{Company.x}"}, "template", "no template"),
        ({"template": "{Company!r}"}, "template", "no template"),
        ({"first_of": "Company"}, "first_of", "list"),
        ({"first_of": ["Company", 7]}, "first_of[1]", "text"),
        ({"first_of": []}, "first_of", "At least one"),
        ({"translate": "Rating", "table": {"Hot": None}}, "table.Hot", "value"),
        ({"translate": "Rating", "table": {1: "a"}}, "table.1", "key"),
        ({"current": "moon"}, "current", "One of these"),
        ({"current": "date", "days": "1"}, "days", "whole number"),
        ({"current": "user", "days": 1}, "days", "no such key"),
    ],
)
def test_a_fault_in_a_rule_is_named_with_its_path(data: object, path: str, words: str) -> None:
    shape = Shape(data)
    rule_data.from_data(shape)
    assert words in shape.faults[path]
    with pytest.raises(InvalidInput) as refused:
        shape.refuse("No.")
    assert path in refused.value.details["fields"]  # type: ignore[operator]
