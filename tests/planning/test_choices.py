"""Choices are read strictly: whatever does not fit is named."""

from typing import Any

import pytest

from extension.errors import InvalidInput
from extension.planning.choices import Choices, RecordChoice, read
from extension.planning.policies import LeadAfter
from extension.planning.targets import default_targets

from .crm import catalogue, field, module

ORG = catalogue(
    module("Vendors", field("Vendor_Name", max_length=10, mandatory=True), field("Since", "date"),
           field("Category"), singular="Vendor", name_field="Vendor_Name")
)  # fmt: skip
TARGETS = default_targets(ORG)


def vendor(**decided: Any) -> dict[str, Any]:
    return {"target": "Vendors", "records": {"Vendors": decided}}


def faults(data: object) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        read(data, TARGETS, ORG)
    found: Any = refused.value.details["fields"]
    return found  # type: ignore[no-any-return]


def test_what_is_not_decided_is_as_the_target_says() -> None:
    assert read({"target": "Vendors"}, TARGETS, ORG) == Choices("Vendors")


def test_everything_that_can_be_decided_is_read() -> None:
    data = {
        **vendor(link="7", layout="Vendors-1", values={"Since": "2026-01-31", "Category": None},
                 sources={"Category": "Rating"}, merge={"Category": "append"}),
        "owner": "9", "carry": {"Notes": "leave"}, "salvage": False,
        "lead_after": {"kind": "mark", "values": {"Lead_Status": "Contacted"}},
    }  # fmt: skip
    record = RecordChoice(
        True, "7", "Vendors-1", {"Since": "2026-01-31", "Category": None}, {"Category": "Rating"},
        {"Category": "append"},
    )  # fmt: skip
    after = LeadAfter("mark", {"Lead_Status": "Contacted"})
    assert read(data, TARGETS, ORG) == Choices(
        "Vendors", {"Vendors": record}, "9", {"Notes": "leave"}, after, False
    )


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (None, "target"),
        ({"target": "Nowhere"}, "target"),
        ({"target": "Vendors", "colour": 1}, "colour"),
        ({"target": "Vendors", "records": {"Deals": {}}}, "records.Deals"),
        (vendor(wanted=False), "records.Vendors.wanted"),
        (vendor(link="../1"), "records.Vendors.link"),
        (vendor(layout="none"), "records.Vendors.layout"),
        (vendor(values={"Colour": "red"}), "records.Vendors.values.Colour"),
        (vendor(values={"Since": "yesterday"}), "records.Vendors.values.Since"),
        (vendor(values={"Vendor_Name": "far too long"}), "records.Vendors.values.Vendor_Name"),
        (vendor(values=[1]), "records.Vendors.values"),
        (vendor(sources={"Category": "Colour"}), "records.Vendors.sources.Category"),
        (vendor(sources={"Colour": "Rating"}), "records.Vendors.sources.Colour"),
        (vendor(merge={"Category": "mix"}), "records.Vendors.merge.Category"),
        ({"target": "Vendors", "owner": "me"}, "owner"),
        ({"target": "Vendors", "salvage": 1}, "salvage"),
        ({"target": "Vendors", "attachments_to": "Deals"}, "attachments_to"),
        ({"target": "Vendors", "lead_after": {"kind": "mark", "values": {"Lead_Status": "Gone"}}},
         "lead_after.values.Lead_Status"),
        ({"target": "Vendors", "overwrite": True}, "overwrite"),
        ({"target": "Vendors", "notify": ["lead_owner"]}, "notify"),
        ({"target": "zoho", "overwrite": "yes"}, "overwrite"),
        ({"target": "zoho", "notify": ["lead_owner", "everybody"]}, "notify[1]"),
        ({"target": "zoho", "notify": "lead_owner"}, "notify"),
        ({"target": "zoho", "lead_after": {"kind": "delete"}}, "lead_after"),
        ({"target": "zoho", "carry": {"Notes": "leave"}}, "carry.Notes"),
        ({"target": "zoho", "carry": {"Tag": "leave", "Calls": "move"}}, "carry.Calls"),
        ({"target": "zoho", "carry": {"Tag": "move"}}, "carry.Tag"),
        ({"target": "zoho", "records": {"Contacts": {"values": {"Email": "a@b.example"}}}},
         "records.Contacts.values"),
        ({"target": "zoho", "records": {"Deals": {"link": "1"}}}, "records.Deals.link"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(data: object, path: str) -> None:
    assert path in faults(data)


def test_every_fault_is_named_at_once() -> None:
    data = {**vendor(values={"Colour": "red"}, link="x"), "owner": "me"}
    assert set(faults(data)) == {
        "records.Vendors.values.Colour", "records.Vendors.link", "owner",
    }  # fmt: skip
