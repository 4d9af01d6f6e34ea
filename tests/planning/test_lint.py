"""What is said of targets that do not fit the org."""

from dataclasses import replace
from typing import Any

import pytest

from extension.planning.lint import lint
from extension.planning.policies import Condition, LeadAfter
from extension.planning.records import Choice
from extension.planning.rules import (
    Constant,
    CurrentDate,
    CurrentUser,
    FirstOf,
    FromField,
    LinkTo,
    LookupByName,
    Rule,
    Template,
    Translate,
)
from extension.planning.target_data import from_data
from extension.planning.targets import Target, TargetRecord, default_targets

from .crm import catalogue, choices, custom, field

CARDS = custom(
    "Cards",
    field("Heat", "picklist", choices=(Choice("H", "Hot"), Choice("C", "Cool"))),
    field("Kinds", "multiselectpicklist", choices=choices("A", "B")),
    field("Short", max_length=20),
    field("Count", "integer"),
    field("Agreed", "boolean"),
    field("Since", "date"),
    field("Buyer", "userlookup"),
    field("Account", "lookup", lookup_module="Accounts"),
    field("Other", "lookup", lookup_module="Cards"),
    field("Number", "autonumber"),
)
ORG = catalogue(CARDS)
CARD = TargetRecord("card", "Cards", {"Name": "Company"}, match_on=("Name",))


def target(*records: TargetRecord, **traits: Any) -> Target:
    return Target("t", "T", "records", records or (CARD,), **traits)


def found(one: Target) -> list[tuple[str, str, str]]:
    return [(each.path, each.severity, each.code) for each in lint([one], ORG)]


def ruled(name: str, rule: Rule) -> list[tuple[str, str, str]]:
    return found(target(replace(CARD, mapping={"Name": "Last_Name"}, rules={name: rule})))


def test_a_target_that_fits_has_no_errors() -> None:
    card = replace(CARD, mapping={"Name": "Last_Name"})
    assert found(target(card)) == []


def test_what_we_suggest_ourselves_has_no_errors() -> None:
    assert not [one for one in lint(default_targets(ORG), ORG) if one.severity == "error"]


def test_a_field_that_holds_less_is_warned_of() -> None:
    assert found(target()) == [("[0].records[0].fields.Name", "warning", "length")]


@pytest.mark.parametrize(
    ("name", "rule", "severity", "code"),
    [
        ("Gone", FromField("City"), "error", "unknown_field"),
        ("Short", FromField("Gone"), "error", "unknown_field"),
        ("Short", Template("{City} {Gone}"), "error", "unknown_field"),
        ("Short", Template("{"), "error", "bad_template"),
        ("Number", FromField("City"), "warning", "read_only"),
        ("Since", FromField("Rating"), "warning", "type_mismatch"),
        ("Short", FromField("City"), "warning", "length"),
        ("Heat", FromField("Rating"), "warning", "pick_list_drift"),
        ("Heat", Constant("Warm"), "error", "value_does_not_fit"),
        ("Count", Constant("7"), "error", "value_does_not_fit"),
        ("Count", Template("{City}"), "error", "type_mismatch"),
        ("Count", FromField("Annual_Revenue"), "warning", "length"),
        ("Short", FirstOf(("Designation", "Gone")), "error", "unknown_field"),
        ("Short", FirstOf(("Tax_Number", "Tax_Number")), "warning", "dead_rule"),
        ("Short", FirstOf(("Tax_Number",), 7), "error", "value_does_not_fit"),
        ("Heat", Translate("Rating", {"Hot": "H"}), "warning", "pick_list_drift"),
        ("Heat", Translate("Rating", {"Hot": "H", "Old": "C"}, "C"), "warning", "dead_rule"),
        ("Heat", Translate("Rating", {"Hot": "Z"}, "C"), "error", "value_does_not_fit"),
        ("Kinds", Translate("Rating", {"Hot": "Z"}, "A"), "error", "value_does_not_fit"),
        ("Heat", Translate("Rating", {}, "Z"), "error", "value_does_not_fit"),
        ("Short", LookupByName("City"), "error", "type_mismatch"),
        ("Count", CurrentUser(), "error", "type_mismatch"),
        ("Count", CurrentDate(), "error", "type_mismatch"),
        ("Other", LinkTo("nobody"), "error", "unknown_record"),
        ("Short", LinkTo("card"), "error", "type_mismatch"),
        ("Account", LinkTo("card"), "error", "type_mismatch"),
        ("Other", LinkTo("card"), "error", "cycle"),
    ],
)
def test_a_rule_that_does_not_fit_is_named(name: str, rule: Rule, severity: str, code: str) -> None:
    place = "[0].records[0]" if code == "cycle" else f"[0].records[0].fields.{name}"
    findings = [one for one in ruled(name, rule) if one[2] != "not_mapped"]
    assert (place, severity, code) in findings


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Heat", Translate("Rating", {"hot": "H", "Cold": "Cool"})),
        ("Kinds", Translate("Rating", {"Hot": "A"}, "B")),
        ("Since", CurrentDate(3)),
        ("Buyer", CurrentUser()),
        ("Account", LookupByName("Company")),
        ("Agreed", Constant(True)),
        ("Short", Template("{City}, {Rating}")),
    ],
)
def test_a_rule_that_fits_is_not(name: str, rule: Rule) -> None:
    assert ruled(name, rule) == []


@pytest.mark.parametrize(
    ("record", "path", "code"),
    [
        (replace(CARD, module="Gone"), "module", "unknown_module"),
        (replace(CARD, layout="9"), "layout", "unknown_layout"),
        (replace(CARD, mapping={}), "fields", "mandatory_without_source"),
        (replace(CARD, match_on=("Short",)), "match_on[0]", "not_mapped"),
        (replace(CARD, merge={"Short": "keep"}), "merge.fields.Short", "dead_rule"),
    ],
)
def test_a_record_that_does_not_fit_is_named(record: TargetRecord, path: str, code: str) -> None:
    findings = [(one, two) for one, _, two in found(target(record))]
    assert (f"[0].records[0].{path}", code) in findings


def test_a_module_in_which_nothing_can_be_created_is_named() -> None:
    org = catalogue(replace(CARDS, creatable=False))
    assert "not_creatable" in [one.code for one in lint([target()], org)]


def test_a_field_that_no_layout_shows_is_filled_in_vain() -> None:
    hidden = replace(CARDS.layouts[0], fields=frozenset({"Name"}))
    org = catalogue(replace(CARDS, layouts=(hidden,)))
    one = target(replace(CARD, rules={"Since": CurrentDate()}))
    assert ("[0].records[0].fields.Since", "dead_rule") in [
        (each.path, each.code) for each in lint([one], org)
    ]


def test_a_field_after_one_that_is_never_empty_is_never_reached() -> None:
    findings = lint([target(replace(CARD, mapping={}, rules={
        "Name": FirstOf(("Last_Name", "Tax_Number"))}))], ORG)  # fmt: skip
    assert "Tax Number is never reached: Last Name is never empty." in [
        one.message for one in findings
    ]


def test_records_that_point_at_each_other_are_named_both() -> None:
    two = [replace(CARD, key=key, links={"Other": to}) for key, to in (("a", "b"), ("b", "a"))]
    cycles = [path for path, _, code in found(target(*two)) if code == "cycle"]
    assert cycles == ["[0].records[0]", "[0].records[1]"]


@pytest.mark.parametrize(
    ("traits", "path", "code"),
    [
        ({"offered_when": (Condition("Gone", "filled"),)}, "offered_when[0].field",
         "unknown_field"),
        ({"lead_after": LeadAfter("mark", {"Gone": 1})}, "lead_after.values.Gone",
         "unknown_field"),
        ({"lead_after": LeadAfter("mark", {"Lead_Status": "Gone"})},
         "lead_after.values.Lead_Status", "value_does_not_fit"),
    ],
)  # fmt: skip
def test_what_is_said_of_the_lead_is_checked_too(
    traits: dict[str, Any], path: str, code: str
) -> None:
    assert (f"[0].{path}", "error", code) in found(target(**traits))


def test_a_path_is_that_of_the_plain_form() -> None:
    data = [{"key": "t", "label": "T", "records": [
        {"key": "c", "module": "Cards", "fields": {"Name": "Gone"}}]}]  # fmt: skip
    [finding] = lint(from_data(data), ORG)
    assert finding.path == "[0].records[0].fields.Name"
    assert finding.message == "Leads have no field Gone."


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Condition("Rating", "is", "Hot"), []),
        (Condition("Rating", "is", "Lukewarm"), ["pick_list_drift"]),
        (Condition("Rating", "is_not", "hot"), ["pick_list_drift"]),
        (Condition("Rating", "filled"), []),
        (Condition("Rating", "is", ""), []),
        (Condition("City", "is", "Oslo"), []),
    ],
)
def test_a_condition_on_a_choice_that_there_is_not_is_warned_of(
    condition: Condition, said: list[str]
) -> None:
    card = replace(CARD, mapping={"Name": "Last_Name"})
    findings = found(target(card, offered_when=(condition,)))
    place = f"[0].offered_when[0].{condition.operator}"
    assert findings == [(place, "warning", one) for one in said]
