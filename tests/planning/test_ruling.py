"""One rule, put in its place."""

import pytest

from extension.planning.rules import Constant, FirstOf, FromField, LinkTo, Rule
from extension.planning.ruling import Spot, ruled
from extension.planning.target_data import as_data, from_data
from extension.planning.targets import rules_of

from .test_target_data import SUPPLIER

TARGETS = from_data([{"key": "zoho", "label": "Zoho", "kind": "zoho"}, SUPPLIER])


@pytest.mark.parametrize("name", ["Vendor_Name", "Phone", "Description", "Fax"])
@pytest.mark.parametrize(
    "rule", [FromField("City"), FirstOf(("City", "Phone")), Constant(7), LinkTo("contact")]
)
def test_a_rule_takes_the_place_of_any_other_and_touches_nothing_else(
    name: str, rule: Rule
) -> None:
    found = ruled(TARGETS, Spot("supplier", "vendor", name), rule)
    assert found is not None
    path, targets = found
    assert path == f"[1].records[0].fields.{name}"
    before = rules_of(TARGETS[1].records[0])
    assert rules_of(targets[1].records[0]) == {**before, name: rule}
    assert (targets[0], targets[1].records[1]) == (TARGETS[0], TARGETS[1].records[1])
    assert from_data([as_data(one) for one in targets]) == targets


@pytest.mark.parametrize(
    ("target", "record"), [("gone", "vendor"), ("supplier", "gone"), ("zoho", "x")]
)
def test_a_record_that_is_not_there_gets_no_rule(target: str, record: str) -> None:
    assert ruled(TARGETS, Spot(target, record, "Phone"), FromField("Phone")) is None
