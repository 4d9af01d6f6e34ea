"""The plan for records that we create: what is written, what is lost, and what is in the way."""

from dataclasses import replace
from typing import Any

import pytest

from extension.planning.carry import Lost
from extension.planning.choices import Choices
from extension.planning.plan import Facts
from extension.planning.policies import Condition
from extension.planning.records import Layout, Record
from extension.planning.steps import Create, Note, Place, Salvage
from extension.planning.targets import Target

from .crm import CONTACTS, LEADS, VENDORS, catalogue, choices, field, lead, module, rep
from .supplier import ACME, BOTH, FACTS, LINKED, SUPPLIER, TARGET, choose, codes, fate, plan


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


def test_a_value_that_must_be_unique_and_is_taken_names_its_holder() -> None:
    taken = field("Vendor_Name", max_length=120, mandatory=True, unique=True)
    org = catalogue(module("Vendors", taken, singular="Vendor", name_field="Vendor_Name"))
    facts = replace(FACTS, found={"Vendors": [Record("Vendors", "7", {"Vendor_Name": "ACME "})]})
    [blocker] = plan(lead(Company="Acme"), org=org, facts=facts).blockers
    assert (blocker.code, blocker.params["id"]) == ("unique_clash", "7")


def test_fields_of_the_lead_that_are_hidden_from_the_person_are_named() -> None:
    hidden = replace(LEADS.fields["Tax_Number"], hidden_from=frozenset({"71"}))
    org = catalogue(replace(LEADS, fields={**LEADS.fields, "Tax_Number": hidden}))
    [warning] = plan(lead(**ACME), org=org).warnings
    assert (warning.key, warning.params["fields"]) == ("hidden_lead_fields", ["Tax_Number"])
    assert not plan(lead(**ACME)).warnings


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
