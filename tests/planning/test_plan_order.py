"""The steps of a plan in their order: linked records, what hangs on the lead, the lead itself."""

from dataclasses import replace
from typing import Any

import pytest

from extension.planning.choices import Choices
from extension.planning.policies import LeadAfter
from extension.planning.records import Record
from extension.planning.steps import CarryList, Create, DeleteLead, LinkLookup, MarkLead, Place, Tag
from extension.planning.targets import Target, TargetRecord

from .crm import LEADS, catalogue, custom, field, lead, module, rep
from .supplier import (
    ACME,
    BOTH,
    CONTACT,
    FACTS,
    LINKED,
    PLAIN,
    SUPPLIER,
    TARGET,
    choose,
    codes,
    plan,
)


def test_a_record_is_made_after_the_one_that_it_points_at() -> None:
    drawn = plan(lead(**ACME), BOTH, org=catalogue(LINKED))
    vendor, contact = drawn.steps
    assert isinstance(vendor, Create)
    assert isinstance(contact, Create)
    assert (vendor.record, contact.record) == ("vendor", "contact")
    assert contact.links == {"Vendor_Name": Place("Vendors", "vendor")}


def test_a_record_that_exists_is_pointed_at_by_its_id() -> None:
    facts = replace(FACTS, found={"Vendors": [Record("Vendors", "7", {"Vendor_Name": "Acme"})]})
    drawn = plan(lead(**ACME), BOTH, choose(link="7"), catalogue(LINKED), facts)
    [contact] = drawn.steps
    assert isinstance(contact, Create)
    assert contact.links == {"Vendor_Name": Place("Vendors", id="7")}


def test_records_that_point_at_each_other_are_tied_when_both_are_there() -> None:
    a = custom("As", field("B", "lookup", lookup_module="Bs"))
    b = custom("Bs", field("A", "lookup", lookup_module="As"))
    target = Target("t", "T", "records", (
        TargetRecord("a", "As", {"Name": "Company"}, links={"B": "b"}),
        TargetRecord("b", "Bs", {"Name": "Company"}, links={"A": "a"}),
    ))  # fmt: skip
    first, second, last = plan(lead(**ACME), target, org=catalogue(a, b)).steps
    assert isinstance(first, Create)
    assert isinstance(second, Create)
    assert first.links == {}
    assert second.links == {"A": Place("As", "a")}
    assert last == LinkLookup(Place("As", "a"), "B", Place("Bs", "b"))


def test_a_link_to_a_record_that_is_not_wanted_is_dropped_and_said() -> None:
    optional = replace(BOTH, records=(CONTACT, replace(SUPPLIER, optional=True)))
    drawn = plan(lead(**ACME), optional, org=catalogue(LINKED))
    assert [one.code for one in drawn.warnings] == ["link_missing"]
    assert len(drawn.steps) == 1


def test_each_list_of_the_lead_has_a_fate_and_the_steps_for_it() -> None:
    lists = {"Notes": 2, "Attachments": None, "Tasks": 1, "Emails": 3, "Products": 1, "Calls": 0}
    one = lead(Company="Acme", Tag=[{"name": "vip"}], related=lists)
    drawn = plan(one)
    assert {each.list: each.kind for each in drawn.lists} == {
        "Notes": "copied", "Attachments": "copied", "Tasks": "moved", "Emails": "lost",
        "Products": "lost", "Tag": "copied",
    }  # fmt: skip
    place = Place("Vendors", "vendor")
    assert drawn.steps[1:] == (
        CarryList("Notes", place, "copy", 2),
        CarryList("Attachments", place, "copy", None),
        CarryList("Tasks", place, "move", 1),
        Tag(place, ("vip",)),
    )
    assert drawn.cost.least


def test_the_note_of_what_is_lost_stands_with_the_notes_of_the_lead() -> None:
    one = lead(**ACME, related={"Notes": 2, "Tasks": 1})
    kinds = [type(each).__name__ for each in plan(one, choices=Choices("supplier")).steps]
    assert kinds == ["Create", "CarryList", "Note", "CarryList", "Salvage"]


def test_a_list_goes_to_the_record_that_can_hold_it() -> None:
    one = lead(**ACME, related={"Campaigns": 1})
    target = replace(BOTH, records=(SUPPLIER, CONTACT))
    step = plan(one, target, org=catalogue(LINKED)).steps[-1]
    assert step == CarryList("Campaigns", Place("Contacts", "contact"), "copy", 1)


@pytest.mark.parametrize(
    ("after", "step"),
    [
        (LeadAfter("mark", {"Lead_Status": "Contacted"}),
         MarkLead("300", {"Lead_Status": "Contacted"})),
        (LeadAfter("delete"), DeleteLead("300")),
    ],
)  # fmt: skip
def test_the_lead_itself_comes_last(after: LeadAfter, step: object) -> None:
    one = lead(Company="Acme", related={"Notes": 1})
    drawn = plan(one, choices=replace(PLAIN, lead_after=after, carry={"Notes": "leave"}))
    assert drawn.steps[-1] == step
    assert drawn.lists[0].reason.key.endswith(".deleted") == (after.kind == "delete")


def test_a_vendor_with_little_hanging_on_its_lead_costs_what_was_promised() -> None:
    one = lead(Company="Acme", related={"Notes": 2, "Attachments": 1, "Tasks": 1})
    assert (plan(one).cost.calls, plan(one).cost.credits) == (8, 8)


# What the person may do with the lead and its activities


MARKED = LeadAfter("mark", {"Lead_Status": "Contacted"})
DELETED = LeadAfter("delete")


@pytest.mark.parametrize(
    ("after", "off", "key"),
    [
        (MARKED, "Edit_Leads", "no_permission.mark_lead"),
        (DELETED, "Delete_Leads", "no_permission.delete_lead"),
    ],
)
def test_who_may_not_touch_leads_neither_marks_nor_deletes_one(
    after: LeadAfter, off: str, key: str
) -> None:
    facts = replace(FACTS, user=rep(**{off: False}))
    drawn = plan(lead(Company="Acme"), choices=replace(PLAIN, lead_after=after), facts=facts)
    assert [(one.key, one.params["permission"]) for one in drawn.blockers] == [
        (key, f"Crm_Implied_{off}")
    ]
    assert plan(lead(Company="Acme"), facts=facts).possible
    allowed = replace(FACTS, user=rep(**{off: True}))
    assert plan(lead(Company="Acme"), replace(TARGET, lead_after=after), facts=allowed).possible
    assert not plan(lead(Company="Acme"), replace(TARGET, lead_after=after), facts=facts).possible


@pytest.mark.parametrize("after", [MARKED, DELETED])
def test_a_lead_that_is_closed_to_the_person_is_neither_marked_nor_deleted(
    after: LeadAfter,
) -> None:
    one = lead(Company="Acme", **{"$editable": False})
    drawn = plan(one, choices=replace(PLAIN, lead_after=after))
    assert codes(drawn) == ["lead_closed"]
    assert plan(one).possible


@pytest.mark.parametrize(
    ("traits", "key"),
    [
        ({"hidden_from": frozenset({"71"})}, "mark_closed.hidden"),
        ({"read_only_for": frozenset({"71"})}, "mark_closed.profile"),
        ({"read_only": True}, "mark_closed"),
        ({"data_type": "formula"}, "mark_closed"),
        ({"hidden_from": frozenset({"1"}), "read_only_for": frozenset({"1"})}, ""),
    ],
)
def test_a_lead_is_marked_only_in_fields_that_the_person_writes(
    traits: dict[str, Any], key: str
) -> None:
    status = replace(LEADS.fields["Lead_Status"], **traits)
    org = catalogue(replace(LEADS, fields={**LEADS.fields, "Lead_Status": status}))
    drawn = plan(lead(Company="Acme"), choices=replace(PLAIN, lead_after=MARKED), org=org)
    assert [one.key for one in drawn.blockers] == ([key] if key else [])


def test_a_lead_is_not_marked_in_a_field_that_is_gone() -> None:
    target = replace(TARGET, lead_after=LeadAfter("mark", {"Gone": "yes"}))
    [blocker] = plan(lead(Company="Acme"), target).blockers
    assert (blocker.key, blocker.params["field"]) == ("mark_closed", "Gone")


def test_activities_are_moved_only_by_who_may_change_them() -> None:
    tasks = module("Tasks", field("Subject"), singular="Task")
    org, facts = catalogue(tasks), replace(FACTS, user=rep(Edit_Tasks=False))
    one = lead(Company="Acme", related={"Tasks": 1, "Tasks_History": 1})
    [blocker] = plan(one, org=org, facts=facts).blockers
    assert (blocker.key, blocker.params["label"]) == ("no_permission.move", "Tasks")
    left = replace(PLAIN, carry={"Tasks": "leave", "Tasks_History": "leave"})
    assert plan(one, choices=left, org=org, facts=facts).possible
    assert plan(one, org=org).possible
    assert plan(lead(Company="Acme"), org=org, facts=facts).possible
