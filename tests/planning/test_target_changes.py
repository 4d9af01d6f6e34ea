"""What is different between two versions of an org's targets."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extension.planning.target_changes import changes
from extension.planning.target_data import from_data

from .test_rules import seen
from .test_target_data import SUPPLIER

VENDOR, CONTACT = SUPPLIER["records"]
PARTNER: dict[str, Any] = {
    "key": "partner",
    "label": "Partner",
    "records": [{"key": "one", "module": "Partners", "fields": {"Name": "Company"}}],
}
words = st.text(seen, min_size=1).filter(str.strip)
ZOHO: dict[str, Any] = {"key": "zoho", "label": "Contact", "kind": "zoho"}


def lines(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> tuple[str, ...]:
    return changes(from_data(before), from_data(after))


def with_vendor(**changed: Any) -> list[dict[str, Any]]:
    return [{**SUPPLIER, "records": [{**VENDOR, **changed}, CONTACT]}]


def with_fields(**rules: Any) -> list[dict[str, Any]]:
    return with_vendor(fields={**VENDOR["fields"], **rules})


def test_the_same_targets_have_no_differences() -> None:
    assert lines([SUPPLIER, ZOHO], [SUPPLIER, ZOHO]) == ()


def test_the_order_of_fields_means_nothing() -> None:
    turned = dict(reversed(VENDOR["fields"].items()))
    assert lines([SUPPLIER], with_vendor(fields=turned)) == ()


@pytest.mark.parametrize(
    ("after", "line"),
    [
        ([{**SUPPLIER, "label": "Vendor"}], "~ supplier › label: Vendor (was Supplier)"),
        ([{**SUPPLIER, "workflows": True}], "- supplier › workflows (was false)"),
        ([{**SUPPLIER, "profiles": ["71"]}], '~ supplier › profiles: ["71"] (was ["71", "72"])'),
        (
            [{**SUPPLIER, "carry": {"Notes": "copy", "Tasks": "move"}}],
            "~ supplier › carry › Notes: copy (was leave)",
        ),
        (with_vendor(module="Partners"), "~ supplier › vendor › module: Partners (was Vendors)"),
        (with_fields(Phone="Mobile"), "~ supplier › vendor › fields › Phone: Mobile (was Phone)"),
        (with_fields(Fax="Fax"), "+ supplier › vendor › fields › Fax: Fax"),
        (
            with_fields(Phone={"constant": "7"}),
            '~ supplier › vendor › fields › Phone: {"constant": "7"} (was Phone)',
        ),
        (
            with_fields(Description={"template": "{City}"}),
            '~ supplier › vendor › fields › Description › template: "{City}" '
            '(was "{Description}\\n{City}")',
        ),
        (
            [{**SUPPLIER, "records": [CONTACT, VENDOR]}],
            "~ supplier › records: in the order contact, vendor (was vendor, contact)",
        ),
    ],
)
def test_one_change_is_one_line(after: list[dict[str, Any]], line: str) -> None:
    assert lines([SUPPLIER], after) == (line,)


def test_a_rule_that_goes_says_what_it_was() -> None:
    fewer = {name: rule for name, rule in VENDOR["fields"].items() if name != "Phone"}
    found = lines([SUPPLIER], with_vendor(fields=fewer))
    assert found == ("- supplier › vendor › fields › Phone (was Phone)",)


def test_targets_and_records_that_come_and_go_are_named() -> None:
    assert lines([SUPPLIER], [PARTNER]) == (
        "- supplier: the target Supplier",
        "+ partner: a new target, Partner",
        "+ partner › one: a record in Partners",
        "+ partner › one › fields › Name: Company",
    )
    alone = [{**SUPPLIER, "records": [VENDOR]}]
    assert lines([SUPPLIER], alone) == ("- supplier › contact: the record in Contacts",)
    assert lines([], [ZOHO]) == ("+ zoho: Zoho's own conversion, Contact",)


def test_another_order_of_targets_is_a_change() -> None:
    found = lines([SUPPLIER, ZOHO], [ZOHO, PARTNER, SUPPLIER])
    assert found[-1] == "~ targets: in the order zoho, supplier (was supplier, zoho)"


@pytest.mark.parametrize(
    ("old", "new"), [(1, True), (0, False), ("7", 7), ("true", True), (1, 1.0)]
)
def test_values_that_only_look_alike_are_told_apart(old: object, new: object) -> None:
    [line] = lines(with_fields(Fax={"constant": old}), with_fields(Fax={"constant": new}))
    said, _, was = line.partition(" (was ")
    assert said.rpartition(": ")[2] != was.rstrip(")")


@given(words, words)
def test_whatever_is_written_a_change_is_one_line(label: str, rule: str) -> None:
    target = {**PARTNER, "label": label}
    fields = {"Name": {"constant": rule}}
    for line in lines(
        [PARTNER], [{**target, "records": [{**PARTNER["records"][0], "fields": fields}]}]
    ):
        assert "\n" not in line
        assert "\r" not in line
