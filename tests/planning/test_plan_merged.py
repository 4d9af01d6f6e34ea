"""The plan for a record that exists: it is merged field by field, and not against its will."""

from dataclasses import replace
from typing import Any

import pytest

from extension.planning.records import Record
from extension.planning.steps import Place, Update

from .crm import LEADS, VENDORS, catalogue, field, lead, module
from .supplier import ACME, FACTS, SUPPLIER, TARGET, choose, codes, fate, plan


@pytest.mark.parametrize(
    ("values", "decided", "written", "told"),
    [
        ({"Category": "Old"}, {}, {}, "kept"),
        ({"Category": None}, {}, {"Category": "New"}, "carried"),
        ({"Category": "New"}, {}, {}, "carried"),
        ({"Category": "Old"}, {"Category": "overwrite"}, {"Category": "New"}, "carried"),
        ({"Category": None}, {"Category": "keep"}, {}, "kept"),
        ({"Category": "Old"}, {"Category": "append"}, {"Category": "Old; New"}, "in_text"),
        ({"Category": "New; Old"}, {"Category": "append"}, {}, "in_text"),
        ({"Category": "x" * 48}, {"Category": "append"}, {}, "too_long"),
        ({}, {}, {}, "match_unknown"),
        ({}, {"Category": "overwrite"}, {"Category": "New"}, "carried"),
    ],
)
def test_an_existing_record_is_merged_field_by_field(
    values: dict[str, Any], decided: dict[str, Any], written: dict[str, Any], told: str
) -> None:
    existing = Record("Vendors", "7", {"Vendor_Name": "Acme", **values})
    facts = replace(FACTS, found={"Vendors": [existing]})
    choices = choose(link="7", merge=decided)
    drawn = plan(lead(Company="Acme", Designation="New"), choices=choices, facts=facts)
    expected = (Update(Place("Vendors", id="7"), written),) if written else ()
    assert drawn.steps == expected
    assert fate(drawn, "Designation") == told


@pytest.mark.parametrize(
    ("held", "written"),
    [
        ([], [{"Friends": {"id": "1"}}, {"Friends": {"id": "2"}}]),
        (["3", "2"], [{"id": "L3", "_delete": None}, {"Friends": {"id": "1"}}]),
        (["2", "1"], None),
    ],
)
def test_several_links_are_overwritten_by_naming_those_that_go(
    held: list[str], written: object
) -> None:
    friends = field("Friends", "multiselectlookup", lookup_module="Contacts")
    org = catalogue(
        replace(LEADS, fields={**LEADS.fields, "Knows": replace(friends, api_name="Knows")}),
        module("Vendors", *VENDORS.fields.values(), friends, name_field="Vendor_Name"),
    )
    rows = [{"Friends": {"id": one, "name": one}, "id": f"L{one}"} for one in held]
    facts = replace(FACTS, found={"Vendors": [Record("Vendors", "7", {"Friends": rows})]})
    target = replace(TARGET, records=(replace(SUPPLIER, mapping={"Friends": "Knows"}),))
    knows = [{"Knows": {"id": one, "name": one}, "id": f"K{one}"} for one in ("1", "2")]
    chosen = choose(link="7", merge={"Friends": "overwrite"})
    [record] = plan(lead(Knows=knows), target, chosen, org, facts).records
    assert record.values == ({} if written is None else {"Friends": written})


def test_a_record_that_cannot_be_read_is_not_merged_into() -> None:
    drawn = plan(lead(**ACME), choices=choose(link="7"))
    assert codes(drawn) == ["match_missing"]
    assert drawn.records[0].values == {}


@pytest.mark.parametrize("closed", [{"$editable": False}, {"$locked_for_me": True}])
def test_a_record_that_is_closed_to_the_person_is_not_changed(closed: dict[str, Any]) -> None:
    existing = Record("Vendors", "7", {"Vendor_Name": None, **closed})
    facts = replace(FACTS, found={"Vendors": [existing]})
    assert codes(plan(lead(**ACME), choices=choose(link="7"), facts=facts)) == ["match_closed"]
