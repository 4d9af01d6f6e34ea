"""What a new record needs that the lead does not give."""

from dataclasses import replace
from typing import Any

import pytest

from extension.planning import demands
from extension.planning.demands import DealForm
from extension.planning.records import DealField, Layout, Pipeline, Stage

from .crm import DEALS, REP, STANDARD, VENDORS, choices, custom, field

LAYOUT = Layout("1", "Standard", required=frozenset({"Category"}))


def test_what_is_mandatory_everywhere_or_on_the_layout_is_asked_for() -> None:
    found = demands.of_record("Vendors", VENDORS, LAYOUT, set(), REP.profile)
    assert [(one.record, one.field.api_name, one.required) for one in found.to_fill] == [
        ("Vendors", "Vendor_Name", True), ("Vendors", "Category", True),
    ]  # fmt: skip
    assert found.blockers == ()


def test_what_the_lead_fills_is_not_asked_for() -> None:
    found = demands.of_record("Vendors", VENDORS, LAYOUT, {"Vendor_Name"}, REP.profile)
    assert [one.field.api_name for one in found.to_fill] == ["Category"]


@pytest.mark.parametrize(
    "one",
    [
        field("Kind", "picklist", mandatory=True, default="Other", choices=choices("Other")),
        field("Number", "autonumber", mandatory=True),
        field("Total", "formula", mandatory=True),
        field("Owner", "ownerlookup", mandatory=True),
        field("Kind"),
    ],
    ids=lambda one: one.data_type,
)
def test_what_fills_itself_is_not_asked_for(one: Any) -> None:
    module = custom("Suppliers", one)
    assert demands.of_record("S", module, None, {"Name"}, REP.profile) == demands.Demand()


def test_a_default_of_nothing_is_none() -> None:
    one = field("Kind", "picklist", mandatory=True, default="-None-")
    found = demands.of_record("S", custom("Suppliers", one), None, {"Name"}, REP.profile)
    assert len(found.to_fill) == 1


def test_a_box_that_must_be_ticked_is_asked_for() -> None:
    one = field("Agreed", "boolean", mandatory=True, default=False)
    found = demands.of_record("S", custom("Suppliers", one), None, {"Name"}, REP.profile)
    assert len(found.to_fill) == 1


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        (
            {"data_type": "fileupload"},
            "Proof must be filled, and fields of this kind (fileupload) cannot be typed in here.",
        ),
        (
            {"data_type": "lookup"},
            "Proof must be filled, and fields of this kind (lookup) cannot be typed in here.",
        ),
        (
            {"hidden_from": frozenset({"71"})},
            "Proof must be filled, and is hidden from your profile.",
        ),
        (
            {"read_only_for": frozenset({"71"})},
            "Proof must be filled, and is read-only for your profile.",
        ),
        ({"read_only": True}, "Proof must be filled, and is read-only for your profile."),
    ],
)
def test_what_must_be_filled_and_cannot_be_typed_in_is_in_the_way(
    traits: dict[str, Any], message: str
) -> None:
    module = custom("Suppliers", field("Proof", mandatory=True, **traits))
    found = demands.of_record("Suppliers", module, None, {"Name"}, REP.profile)
    assert found.to_fill == ()
    [blocker] = found.blockers
    assert (blocker.code, blocker.message) == ("mandatory_without_source", message)
    assert (blocker.params["field"], blocker.params["label"]) == ("Proof", "Proof")


@pytest.mark.parametrize(
    "data_type",
    [
        "text",
        "email",
        "picklist",
        "multiselectpicklist",
        "date",
        "datetime",
        "currency",
        "userlookup",
    ],
)
def test_what_people_can_type_or_choose_is_asked_for(data_type: str) -> None:
    module = custom("Suppliers", field("Proof", data_type, mandatory=True))
    found = demands.of_record("Suppliers", module, None, {"Name"}, REP.profile)
    assert [one.field.data_type for one in found.to_fill] == [data_type]


FORM = (
    DealField("Amount", "Amount", False),
    DealField("Deal_Name", "Deal Name", True),
    DealField("Next_Step", "Next Step", True),
    DealField("Account_Name", "Account Name", True),
)


def deal(**traits: Any) -> dict[str, tuple[bool, str]]:
    """What a deal asks for: field -> required, reason."""
    form = DealForm(traits.pop("fields", FORM), traits.pop("pipelines", (STANDARD,)))
    known = {"module": DEALS, "layout": None, "filled": (), "profile": REP.profile, **traits}
    found = demands.of_deal(form=form, **known)
    return {one.field.api_name: (one.required, one.reason) for one in found.to_fill}


def test_a_deal_asks_for_zohos_minimum_what_is_mandatory_and_what_the_form_has() -> None:
    layout = Layout("1", "Standard", required=frozenset({"Lead_Source", "Contact_Name"}))
    assert deal(layout=layout) == {
        "Deal_Name": (True, "mandatory"),
        "Stage": (True, "mandatory"),
        "Lead_Source": (True, "mandatory"),
        "Closing_Date": (True, "mandatory"),
        "Pipeline": (True, "mandatory"),
        "Next_Step": (True, "mandatory"),
        "Amount": (False, "asked"),
    }


def test_without_pipelines_there_is_none_to_choose() -> None:
    assert "Pipeline" not in deal(pipelines=())


def test_without_metadata_of_a_form_zohos_minimum_remains() -> None:
    bare = custom("Deals")
    assert set(deal(module=bare, fields=(), pipelines=(), filled={"Name"})) == {
        "Deal_Name", "Stage", "Closing_Date",
    }  # fmt: skip


def test_a_stage_is_asked_for_even_if_it_has_a_default() -> None:
    stage = replace(DEALS.fields["Stage"], default="Open")
    assert "Stage" in deal(module=replace(DEALS, fields={**DEALS.fields, "Stage": stage}))


def test_what_the_lead_gives_a_deal_is_not_asked_for() -> None:
    layout = Layout("1", "Standard", required=frozenset({"Lead_Source"}))
    assert "Lead_Source" not in deal(layout=layout, filled={"Lead_Source"})


def test_stages_and_pipelines_to_choose_are_those_of_the_layout() -> None:
    other = Pipeline(
        "p2", "Partners", "Partners", False, (Stage("Open", "Open"), Stage("Met", "Met"))
    )
    form = DealForm((), (STANDARD, other))
    found = demands.of_deal(DEALS, None, form, (), REP.profile)
    by_name = {one.field.api_name: [it.value for it in one.field.choices] for one in found.to_fill}
    assert by_name["Stage"] == ["Open", "Won", "Met"]
    assert by_name["Pipeline"] == ["Standard (Standard)", "Partners"]


def test_what_the_form_offers_and_the_person_cannot_write_is_not_offered() -> None:
    amount = replace(DEALS.fields["Amount"], read_only_for=frozenset({"71"}))
    assert "Amount" not in deal(module=replace(DEALS, fields={**DEALS.fields, "Amount": amount}))
