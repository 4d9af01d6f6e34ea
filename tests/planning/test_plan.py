"""The plan for records that we create: what is written, what is lost, in which order."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extension.planning.business import business_values
from extension.planning.carry import Carried, Lost, Transformed
from extension.planning.choices import Choices, RecordChoice
from extension.planning.plan import Facts, Plan, as_json, draw_up
from extension.planning.policies import Condition, LeadAfter
from extension.planning.records import Catalogue, Layout, Lead, Record
from extension.planning.rules import CurrentDate, Template
from extension.planning.steps import (
    CarryList,
    Create,
    DeleteLead,
    LinkLookup,
    MarkLead,
    Note,
    Place,
    Salvage,
    Tag,
    Update,
)
from extension.planning.targets import Target, TargetRecord

from .crm import CONTACTS, LEADS, REP, VENDORS, catalogue, choices, custom, field, lead, module, rep
from .test_carry import breach

FACTS = Facts(REP, date(2026, 1, 31))
SUPPLIER = TargetRecord(
    "vendor", "Vendors",
    {"Vendor_Name": "Company", "Phone": "Phone", "Email": "Email", "Category": "Designation"},
)  # fmt: skip
TARGET = Target("supplier", "Supplier", "records", (SUPPLIER,))
PLAIN = Choices("supplier", salvage=False)
ORG = catalogue()
ACME = {"Company": "Acme", "Last_Name": "Doe"}


def choose(**decided: Any) -> Choices:
    return replace(PLAIN, records={"vendor": RecordChoice(**decided)})


def plan(
    one: Lead, target: Target = TARGET, choices: Choices = PLAIN, org: Catalogue = ORG,
    facts: Facts = FACTS,
) -> Plan:  # fmt: skip
    return draw_up(one, target, choices, org, facts)


def fate(drawn: Plan, name: str) -> str:
    [found] = [one.verdict for one in drawn.fates if one.held.field.api_name == name]
    match found:
        case Carried():
            return "carried"
        case Transformed(how=how):
            return how.key
        case Lost(why):
            return why.key


def codes(drawn: Plan) -> list[str]:
    return [one.code for one in drawn.blockers]


def test_a_lead_becomes_a_record_of_what_is_mapped() -> None:
    drawn = plan(lead(**ACME, Phone="1"))
    values = {"Vendor_Name": "Acme", "Phone": "1"}
    assert drawn.steps == (Create("vendor", "Vendors", values, {}, "Vendors-1"),)
    assert (fate(drawn, "Company"), fate(drawn, "Last_Name")) == ("carried", "no_field")
    assert drawn.possible


def test_what_is_lost_is_salvaged_on_the_record_that_is_made() -> None:
    one = lead(**ACME)
    _, note, file = plan(one, choices=Choices("supplier")).steps
    assert isinstance(note, Note)
    assert "Last Name: Doe" in note.content
    assert "Acme" not in note.content
    assert file == Salvage(Place("Vendors", "vendor"), "lead-300.json", one.record.values)


def test_nothing_is_salvaged_where_nothing_is_lost() -> None:
    drawn = plan(lead(Company="Acme"), choices=Choices("supplier"))
    assert [type(one) for one in drawn.steps] == [Create]


def test_what_is_typed_in_stands_instead_of_what_the_lead_holds() -> None:
    drawn = plan(lead(Company="Acme"), choices=choose(values={"Vendor_Name": "Acme Ltd"}))
    assert drawn.records[0].values == {"Vendor_Name": "Acme Ltd"}
    assert fate(drawn, "Company") == "typed_over"


def test_typing_in_what_would_stand_there_anyway_loses_nothing() -> None:
    drawn = plan(lead(Company="Acme"), choices=choose(values={"Vendor_Name": "Acme"}))
    assert fate(drawn, "Company") == "carried"


def test_a_loss_is_rescued_by_putting_it_somewhere_else() -> None:
    drawn = plan(lead(**ACME), choices=choose(sources={"City": "Last_Name"}))
    assert fate(drawn, "Last_Name") == "carried"
    assert drawn.records[0].values["City"] == "Doe"


def test_a_mandatory_field_without_a_value_is_asked_for_and_in_the_way() -> None:
    drawn = plan(lead(Last_Name="Doe"))
    assert [(one.record, one.field.api_name) for one in drawn.to_fill] == [
        ("vendor", "Vendor_Name")
    ]
    assert codes(drawn) == ["mandatory_without_value"]
    typed = plan(lead(Last_Name="Doe"), choices=choose(values={"Vendor_Name": "Doe Ltd"}))
    assert typed.possible


KIND = field("Kind", "picklist", choices=choices("Other", "Big"), mandatory=True, default="Other")
KINDS = module("Vendors", *VENDORS.fields.values(), KIND, name_field="Vendor_Name")


@pytest.mark.parametrize(
    ("source", "decided", "written", "blocked"),
    [
        ("", {}, "Other", False),
        ("Rating", {}, None, True),
        ("", {"Kind": "Big"}, "Big", False),
        ("", {"Kind": None}, None, True),
    ],
)
def test_a_mandatory_field_gets_its_default_only_where_nothing_else_was_meant_for_it(
    source: str, decided: dict[str, Any], written: object, blocked: bool
) -> None:
    mapped = {**SUPPLIER.mapping, **({"Kind": source} if source else {})}
    target = replace(TARGET, records=(replace(SUPPLIER, mapping=mapped),))
    one, choices = lead(Company="Acme", Rating="Hot"), choose(values=decided)
    drawn = plan(one, target, choices, org=catalogue(KINDS))
    assert drawn.records[0].values.get("Kind") == written
    assert (codes(drawn) == ["mandatory_without_value"]) == blocked


def test_a_default_is_not_put_into_a_record_that_exists() -> None:
    facts = replace(FACTS, found={"Vendors": [Record("Vendors", "7", {"Vendor_Name": "Acme"})]})
    drawn = plan(lead(Company="Acme"), choices=choose(link="7"), org=catalogue(KINDS), facts=facts)
    assert drawn.records[0].values == {}


def test_a_field_that_starts_with_a_value_is_left_empty_by_saying_so() -> None:
    names = ("Category", "Phone")
    fields = {**VENDORS.fields, "Category": field("Category", default="As ever"),
              "Ticked": field("Ticked", "boolean", default=True)}  # fmt: skip
    org = catalogue(module("Vendors", *fields.values(), name_field="Vendor_Name"))
    empty = dict.fromkeys((*names, "Ticked"))
    drawn = plan(lead(Company="Acme"), choices=choose(values=empty), org=org)
    [step] = drawn.steps
    assert isinstance(step, Create)
    assert step.values == {"Vendor_Name": "Acme", "Category": None, "Ticked": False}


@pytest.mark.parametrize(
    ("decided", "why"), [({}, "no_field.off_layout"), ({"Phone": "2"}, "typed_over")]
)
def test_what_the_layout_lacks_is_lost_whoever_put_it_there(
    decided: dict[str, Any], why: str
) -> None:
    narrow = Layout("Vendors-1", "Narrow", fields=frozenset({"Vendor_Name"}))
    org = catalogue(replace(VENDORS, layouts=(narrow,)))
    drawn = plan(lead(Company="Acme", Phone="1"), choices=choose(values=decided), org=org)
    assert drawn.records[0].values == {"Vendor_Name": "Acme"}
    assert fate(drawn, "Phone") == why
    [off] = [one for one in drawn.records[0].fields if one.field.api_name == "Phone"]
    assert isinstance(off.verdict, Lost)


def test_a_lookup_does_not_point_into_another_module() -> None:
    elsewhere = field("Vendor_Name", "lookup", lookup_module="Accounts")
    other = replace(LINKED, fields={**CONTACTS.fields, "Vendor_Name": elsewhere})
    drawn = plan(lead(**ACME), BOTH, org=catalogue(other))
    assert all(one.links == {} for one in drawn.steps if isinstance(one, Create))
    [lost] = [one.verdict for one in drawn.records[0].fields if one.field.lookup_module]
    assert isinstance(lost, Lost)
    assert lost.why.key == "type_mismatch.other_module"


def test_a_full_name_takes_both_of_its_parts() -> None:
    mapped = replace(SUPPLIER, mapping={"Vendor_Name": "Full_Name"})
    drawn = plan(lead(First_Name="Pat", Last_Name="Doe"), replace(TARGET, records=(mapped,)))
    assert drawn.records[0].values == {"Vendor_Name": "Pat Doe"}
    assert (fate(drawn, "First_Name"), fate(drawn, "Last_Name")) == ("in_text", "in_text")


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


def test_a_value_that_must_be_unique_and_is_taken_names_its_holder() -> None:
    taken = field("Vendor_Name", max_length=120, mandatory=True, unique=True)
    org = catalogue(module("Vendors", taken, singular="Vendor", name_field="Vendor_Name"))
    facts = replace(FACTS, found={"Vendors": [Record("Vendors", "7", {"Vendor_Name": "ACME "})]})
    [blocker] = plan(lead(Company="Acme"), org=org, facts=facts).blockers
    assert (blocker.code, blocker.params["id"]) == ("unique_clash", "7")


LINKED = replace(
    CONTACTS,
    fields={
        **CONTACTS.fields, "Vendor_Name": field("Vendor_Name", "lookup", lookup_module="Vendors")
    },
    layouts=(),
)  # fmt: skip
CONTACT = TargetRecord("contact", "Contacts", {"Last_Name": "Last_Name"},
                       links={"Vendor_Name": "vendor"})  # fmt: skip
BOTH = Target("both", "Both", "records", (CONTACT, SUPPLIER))


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


def test_fields_of_the_lead_that_are_hidden_from_the_person_are_named() -> None:
    hidden = replace(LEADS.fields["Tax_Number"], hidden_from=frozenset({"71"}))
    org = catalogue(replace(LEADS, fields={**LEADS.fields, "Tax_Number": hidden}))
    [warning] = plan(lead(**ACME), org=org).warnings
    assert (warning.key, warning.params["fields"]) == ("hidden_lead_fields", ["Tax_Number"])
    assert not plan(lead(**ACME)).warnings


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


def test_a_vendor_with_little_hanging_on_its_lead_costs_what_was_promised() -> None:
    one = lead(Company="Acme", related={"Notes": 2, "Attachments": 1, "Tasks": 1})
    assert (plan(one).cost.calls, plan(one).cost.credits) == (8, 8)


@pytest.mark.parametrize(
    ("target", "facts", "code"),
    [
        (replace(TARGET, profiles=frozenset({"1"})), FACTS, "not_for_you"),
        (replace(TARGET, offered_when=(Condition("Rating", "filled"),)), FACTS, "not_offered"),
        (TARGET, replace(FACTS, user=rep(Create_Vendors=False)), "no_permission"),
        (replace(TARGET, records=(replace(SUPPLIER, module="Gone"),)), FACTS, "module_hidden"),
    ],
)
def test_what_is_in_the_way_is_said(target: Target, facts: Facts, code: str) -> None:
    assert code in codes(plan(lead(Company="Acme"), target, facts=facts))


VALUES = st.fixed_dictionaries({}, optional={
    "Company": st.text(max_size=140), "Last_Name": st.text(max_size=40),
    "Phone": st.sampled_from(["1", "+49 89 1", ""]), "Email": st.just("a@b.example"),
    "Designation": st.text(max_size=60), "Rating": st.sampled_from(["Hot", "-None-"]),
    "Annual_Revenue": st.floats(0, 10**9), "No_of_Employees": st.integers(0, 10**9),
    "Description": st.text(max_size=80), "Email_Opt_Out": st.booleans(),
})  # fmt: skip
WIDE = replace(SUPPLIER, mapping={**SUPPLIER.mapping, "City": "Annual_Revenue"}, rules={
    "Description": Template("{Description} {No_of_Employees}"), "Website": CurrentDate(),
})  # fmt: skip


@settings(deadline=None)
@given(VALUES, st.booleans())
def test_every_value_has_one_fate_and_what_is_written_fits(
    values: dict[str, Any], salvage: bool
) -> None:
    one = lead(**values)
    drawn = plan(one, replace(TARGET, records=(WIDE,)), replace(PLAIN, salvage=salvage))
    held = [each.field.api_name for each in business_values(one, ORG.modules["Leads"])]
    assert [each.held.field.api_name for each in drawn.fates] == held
    for each in drawn.fates:
        assert isinstance(each.verdict, Lost) == (not each.places)
    fields = ORG.modules["Vendors"].fields
    for name, value in drawn.records[0].values.items():
        assert breach(value, fields[name]) == ""


@settings(deadline=None)
@given(VALUES)
def test_the_same_input_has_the_same_digest(values: dict[str, Any]) -> None:
    one, other = lead(**values), lead(**dict(reversed(values.items())))
    assert plan(one).digest == plan(other).digest
    assert json.loads(json.dumps(as_json(plan(one))))["digest"] == plan(one).digest


@settings(deadline=None)
@given(VALUES, VALUES)
def test_another_value_has_another_digest(first: dict[str, Any], second: dict[str, Any]) -> None:
    one, other = lead(**first), lead(**second)
    held = [business_values(each, ORG.modules["Leads"]) for each in (one, other)]
    assert (plan(one).digest == plan(other).digest) == (held[0] == held[1])


SALVAGING = Choices("supplier")


@pytest.mark.parametrize(
    "stamp",
    [
        {"Last_Activity_Time": "2026-02-01T10:00:00+00:00"},
        {"Modified_Time": "2026-02-01T10:00:00+00:00"},
        {"Score": 7},
        {"$editable": False},
    ],
    ids=lambda stamp: next(iter(stamp)),
)
def test_what_nobody_wrote_is_in_the_file_and_not_in_the_digest(stamp: dict[str, Any]) -> None:
    before, after = lead(**ACME, Phone="1"), lead(**ACME, Phone="1", **stamp)
    first, second = (plan(one, choices=SALVAGING) for one in (before, after))
    assert second.digest == first.digest
    assert isinstance(second.steps[-1], Salvage)
    assert second.steps[-1].lead == after.record.values


@pytest.mark.parametrize("change", [{"Phone": "2"}, {"Last_Name": "Roe"}, {"Tax_Number": "7"}])
def test_what_somebody_wrote_is_in_the_digest(change: dict[str, Any]) -> None:
    values = {**ACME, "Phone": "1"}
    first, second = (plan(lead(**one), choices=SALVAGING) for one in (values, values | change))
    assert second.digest != first.digest


@pytest.mark.parametrize(
    "choices",
    [
        replace(PLAIN, owner="9"),
        replace(PLAIN, salvage=True),
        replace(PLAIN, lead_after=LeadAfter("delete")),
        replace(PLAIN, carry={"Notes": "leave"}),
        choose(values={"City": "Oslo"}),
        choose(link="7"),
    ],
)
def test_another_choice_has_another_digest(choices: Choices) -> None:
    one = lead(**ACME, related={"Notes": 1})
    assert plan(one, choices=choices).digest != plan(one).digest


def test_the_day_counts_where_it_is_written_only() -> None:
    later = replace(FACTS, today=date(2026, 2, 1))
    assert plan(lead(**ACME)).digest == plan(lead(**ACME), facts=later).digest
    dated = custom("Cards", field("Since", "date"))
    record = TargetRecord("c", "Cards", {"Name": "Company"}, rules={"Since": CurrentDate()})
    target = Target("c", "C", "records", (record,))
    first = plan(lead(**ACME), target, org=catalogue(dated))
    second = plan(lead(**ACME), target, org=catalogue(dated), facts=later)
    assert first.digest != second.digest
