"""Steps as data, as JSON, and the way back from each."""

import json

import pytest

from extension.planning import step_json
from extension.planning.steps import (
    Attach,
    CarryList,
    ConvertInZoho,
    Create,
    Delete,
    DeleteLead,
    LinkLookup,
    LinkRelated,
    MarkLead,
    MoveActivity,
    Note,
    Outcome,
    Place,
    Restore,
    Salvage,
    Step,
    Tag,
    UnlinkRelated,
    Untag,
    Update,
    reversible,
    way_back,
)

NEW, OLD = Place("Vendors", key="Vendor"), Place("Vendors", id="7")
EVERY: list[Step] = [
    Create("Vendor", "Vendors", {"Name": "Acme", "Kinds": ["a"]}, {"Parent": OLD}, "l1", False),
    Update(OLD, {"Phone": "1"}),
    LinkLookup(NEW, "Parent", OLD),
    LinkLookup(NEW, "Parent", None),
    Note(NEW, "Title", "Words", "note-1"),
    Attach(NEW, "a1", "plan.pdf"),
    Salvage(NEW, "lead.json", {"Owner": {"id": "1"}, "Rows": [{"a": 1}]}),
    Tag(NEW, ("a", "b")),
    Untag(NEW, ("a",)),
    MoveActivity("Tasks", "t1", NEW),
    LinkRelated(NEW, "Products", "p1"),
    UnlinkRelated(NEW, "Products", "p1"),
    CarryList("Notes", NEW, "copy", 2),
    ConvertInZoho("1", {"Contacts": "2"}, {"Stage": "Open"}, "9", {"Contacts": ("a",)}, "Deals"),
    MarkLead("1", {"Lead_Status": "Done"}),
    DeleteLead("1"),
    Delete("Notes", "n1", NEW),
    Restore("Leads", "1"),
]


def test_every_kind_of_step_is_tried_here() -> None:
    assert {type(one).__name__ for one in EVERY} == set(step_json.KINDS)


@pytest.mark.parametrize("step", EVERY)
def test_a_step_comes_back_from_json_as_it_was(step: Step) -> None:
    assert step_json.from_json(json.loads(json.dumps(step_json.as_json(step)))) == step


@pytest.mark.parametrize(
    ("step", "outcome", "back"),
    [
        (EVERY[0], Outcome(id="8"), Delete("Vendors", "8")),
        (EVERY[1], Outcome(before={"Phone": None}), Update(OLD, {"Phone": None})),
        (EVERY[1], Outcome(), None),
        (EVERY[2], Outcome(was_on=None), LinkLookup(NEW, "Parent", None)),
        (EVERY[4], Outcome(id="n"), Delete("Notes", "n", NEW)),
        (EVERY[5], Outcome(id="a"), Delete("Attachments", "a", NEW)),
        (EVERY[6], Outcome(id="a"), Delete("Attachments", "a", NEW)),
        (EVERY[7], Outcome(added=("b",)), Untag(NEW, ("b",))),
        (EVERY[7], Outcome(), None),
        (
            EVERY[9], Outcome(was_on=Place("Leads", id="1")),
            MoveActivity("Tasks", "t1", Place("Leads", id="1"), NEW.module),
        ),
        (EVERY[10], Outcome(), UnlinkRelated(NEW, "Products", "p1")),
        (EVERY[13], Outcome(), None),
        (EVERY[14], Outcome(before={"Lead_Status": "New"}), MarkLead("1", {"Lead_Status": "New"})),
        (EVERY[15], Outcome(), Restore("Leads", "1")),
    ],
)  # fmt: skip
def test_what_was_done_is_taken_back_by_a_step(
    step: Step, outcome: Outcome, back: Step | None
) -> None:
    assert way_back(step, outcome) == back


FULL = Outcome("8", {"Phone": None}, ("a",), OLD)


@pytest.mark.parametrize("step", EVERY)
def test_a_step_has_a_way_back_when_it_says_so(step: Step) -> None:
    entry_by_entry = isinstance(step, CarryList)
    assert entry_by_entry or reversible(step) == (way_back(step, FULL) is not None)


def test_what_was_deleted_comes_back_only_where_zoho_restores() -> None:
    final = [one for one in EVERY if reversible(one) and not reversible(one, restores=False)]
    assert final == [DeleteLead("1")]


@pytest.mark.parametrize(
    ("before", "way"),
    [
        ({}, UnlinkRelated(NEW, "Campaigns", "c1")),
        ({"id": "c1", "Member_Status": "Invited"}, LinkRelated(NEW, "Campaigns", "c1", "Invited")),
        ({"id": "c1", "Member_Status": "Responded"}, None),
        ({"id": "c1", "Member_Status": ""}, None),
    ],
)
def test_a_link_is_taken_away_unless_it_was_there_before(before, way) -> None:
    step = LinkRelated(NEW, "Campaigns", "c1", "Responded")
    assert way_back(step, Outcome(id="c1", before=before)) == way


def test_a_step_that_was_written_down_before_it_knew_of_a_status_is_read_without_one() -> None:
    now = step_json.as_json(LinkRelated(Place("Contacts", id="1"), "Campaigns", "2", "Responded"))
    assert step_json.from_json(now) == LinkRelated(
        Place("Contacts", id="1"), "Campaigns", "2", "Responded"
    )
    before = {name: value for name, value in now.items() if name != "status"}
    assert step_json.from_json(before) == LinkRelated(Place("Contacts", id="1"), "Campaigns", "2")
