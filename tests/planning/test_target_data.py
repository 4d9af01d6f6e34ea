"""Targets as plain data, and back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extension.errors import InvalidInput
from extension.planning.policies import Condition, LeadAfter, meets
from extension.planning.rules import FirstOf, FromField, LinkTo, Template
from extension.planning.target_data import as_data, from_data
from extension.planning.targets import Target, TargetRecord, default_targets, rules_of

from .crm import catalogue, custom, field
from .test_rules import rules

SUPPLIER: dict[str, Any] = {
    "key": "supplier",
    "label": "Supplier",
    "kind": "records",
    "records": [
        {
            "key": "vendor",
            "module": "Vendors",
            "layout": "77",
            "fields": {
                "Vendor_Name": {"first_of": ["Company", "Full_Name"]},
                "Phone": "Phone",
                "Description": {"template": "{Description}\n{City}"},
            },
            "match_on": ["Vendor_Name"],
            "when_matched": "link",
            "merge": {"fields": {"Phone": "overwrite"}, "default": "keep"},
        },
        {
            "key": "contact",
            "module": "Contacts",
            "fields": {"Last_Name": "Last_Name", "Vendor_Name": {"link_to": "vendor"}},
            "optional": True,
        },
    ],
    "profiles": ["71", "72"],
    "offered_when": [{"field": "Company", "filled": True}, {"field": "Rating", "is": "Hot"}],
    "carry": {"Notes": "leave", "Tasks": "move"},
    "lead_after": {"kind": "mark", "values": {"Lead_Status": "Contacted"}},
    "workflows": False,
}


def test_what_is_written_is_what_is_exported() -> None:
    [target] = from_data([SUPPLIER])
    assert as_data(target) == SUPPLIER
    assert json.loads(json.dumps(as_data(target))) == SUPPLIER


def test_a_target_knows_all_rules_of_a_record() -> None:
    [target] = from_data([SUPPLIER])
    assert rules_of(target.records[0]) == {
        "Vendor_Name": FirstOf(("Company", "Full_Name")),
        "Phone": FromField("Phone"),
        "Description": Template("{Description}\n{City}"),
    }
    assert rules_of(target.records[1])["Vendor_Name"] == LinkTo("vendor")


def test_the_targets_that_nobody_wrote_come_back_as_they_were() -> None:
    targets = default_targets(catalogue(custom("Partners", field("City"))))
    for target in from_data([as_data(one) for one in targets if one.kind == "records"]):
        assert target in targets


@given(st.dictionaries(st.sampled_from(["A", "B", "C", "D"]), rules))
def test_any_rules_come_back_as_they_were(found: dict[str, Any]) -> None:
    data = [as_data(Target("t", "T", "records", (TargetRecord("r", "M", {}, rules=found),)))]
    [target] = from_data(data)
    assert rules_of(target.records[0]) == found
    assert [as_data(target)] == data


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"key": ""}, "[0].key", "text"),
        ({"colour": "red"}, "[0].colour", "no such key"),
        ({"kind": "magic"}, "[0].kind", "One of these"),
        ({"kind": "zoho"}, "[0].records", "Zoho itself"),
        ({"records": []}, "[0].records", "1 to 5"),
        ({"records": SUPPLIER["records"] * 3}, "[0].records", "1 to 5"),
        ({"records": SUPPLIER["records"][:1] * 2}, "[0].records[1].key", "taken"),
        ({"records": [7]}, "[0].records[0]", "object"),
        ({"carry": {"Emails": "move"}}, "[0].carry.Emails", "One of these lists"),
        ({"carry": {"Notes": "move"}}, "[0].carry.Notes", "copy, leave"),
        ({"lead_after": {"kind": "mark"}}, "[0].lead_after.values", "which fields"),
        ({"lead_after": {"kind": "delete", "values": {"A": 1}}}, "[0].lead_after.values", "marked"),
        ({"offered_when": [{"field": "A"}]}, "[0].offered_when[0]", "exactly one"),
        ({"offered_when": [{"field": "A", "empty": 1}]}, "[0].offered_when[0].empty", "true"),
        ({"profiles": "71"}, "[0].profiles", "list"),
        ({"workflows": "no"}, "[0].workflows", "True or false"),
    ],
)
def test_a_fault_is_named_with_its_path_and_nothing_counts(
    change: dict[str, Any], path: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        from_data([{**SUPPLIER, **change}])
    faults: Any = refused.value.details["fields"]
    assert words in faults[path]


ZOHO: dict[str, Any] = {"key": "zoho", "label": "Zoho's conversion", "kind": "zoho"}


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"carry": {"Notes": "leave"}}, "[0].carry.Notes", "Tag"),
        ({"carry": {"Tasks": "move", "Tag": "copy"}}, "[0].carry.Tasks", "Tag"),
        ({"carry": {"Tag": "move"}}, "[0].carry.Tag", "copy, leave"),
        ({"lead_after": {"kind": "delete"}}, "[0].lead_after", "itself"),
        ({"lead_after": {"kind": "leave"}}, "[0].lead_after", "itself"),
        ({"workflows": False}, "[0].workflows", "itself"),
    ],
)
def test_what_zohos_own_conversion_does_not_let_anybody_settle_is_refused(
    change: dict[str, Any], path: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        from_data([{**ZOHO, **change}])
    faults: Any = refused.value.details["fields"]
    assert list(faults) == [path]
    assert words in faults[path]


def test_of_zohos_own_conversion_it_is_settled_whether_tags_go_along() -> None:
    said = {**ZOHO, "carry": {"Tag": "leave"}}
    [target] = from_data([{**said, "workflows": True, "lead_after": None}])
    assert as_data(target) == said


def test_a_rule_that_is_wrong_is_named_where_it_stands() -> None:
    broken = {"key": "a", "module": "Vendors", "fields": {"Phone": {"template": "{"}}}
    with pytest.raises(InvalidInput) as refused:
        from_data([{**SUPPLIER, "records": [broken]}])
    assert list(refused.value.details["fields"]) == [  # type: ignore[call-overload]
        "[0].records[0].fields.Phone.template"
    ]


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([{"key": "a"}] * 40_000, "$"),
        ([{**SUPPLIER, "records": [{}] * 40_000}], "[0].records"),
        ([{**SUPPLIER, "profiles": [7] * 40_000}], "[0].profiles[0]"),
    ],
    ids=["targets", "records", "profiles"],
)
def test_what_holds_far_too_much_is_refused_without_reading_it_all(data: Any, path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        from_data(data)
    faults: Any = refused.value.details["fields"]
    assert next(iter(faults)) == path
    assert len(faults) <= 100


@pytest.mark.parametrize("data", [None, {}, "targets", 7])
def test_what_is_no_list_is_no_targets(data: object) -> None:
    with pytest.raises(InvalidInput):
        from_data(data)


def test_a_key_is_given_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        from_data([SUPPLIER, SUPPLIER])
    assert "[1].key" in refused.value.details["fields"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    [
        (Condition("Company", "filled"), {"Company": "Acme"}, True),
        (Condition("Company", "empty"), {"Company": " "}, True),
        (Condition("Rating", "is", "Hot"), {"Rating": "Hot"}, True),
        (Condition("Rating", "is_not", "Hot"), {}, True),
        (Condition("Kinds", "is", "a"), {"Kinds": ["b", "a"]}, True),
        (Condition("Kinds", "is_not", "a"), {"Kinds": ["b", "a"]}, False),
        (Condition("Opt", "is", "true"), {"Opt": True}, True),
        (Condition("Rating", "is", "Hot"), {"Rating": "Cold"}, False),
    ],
)
def test_a_target_is_offered_for_leads_that_meet_its_conditions(
    condition: Condition, values: dict[str, object], expected: bool
) -> None:
    assert meets(values, (condition,)) is expected


def test_unsaid_is_leaving_the_lead_alone() -> None:
    [target] = from_data([{**SUPPLIER, "lead_after": None}])
    assert target.lead_after == LeadAfter()
