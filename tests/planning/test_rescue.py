"""Where a value that nothing takes could still be put."""

from dataclasses import replace

import pytest

from extension.planning.business import Held
from extension.planning.carry import Carried, Lost
from extension.planning.planned import PlannedField, PlannedRecord
from extension.planning.reasons import say
from extension.planning.records import Field, Layout, Module
from extension.planning.rescue import MOST, rescues

from .crm import REP, field

TITLE = Held(field("Designation"), "Head of Purchasing")


def module(*fields: Field) -> Module:
    return Module(
        "Suppliers", "1", "Supplier", "Suppliers", fields={one.api_name: one for one in fields}
    )


def record(
    *fields: Field, planned: tuple[PlannedField, ...] = (), layout: Layout | None = None
) -> PlannedRecord:
    return PlannedRecord("s", module(*fields), layout, planned)


def offered(held: Held, *records: PlannedRecord) -> list[str]:
    return [one.field.api_name for one in rescues(held, records, REP.profile)]


def test_fields_of_the_same_type_come_first() -> None:
    found = offered(
        TITLE, record(field("Notes", "textarea"), field("Role"), field("Count", "integer"))
    )
    assert found == ["Role", "Notes"]


def test_of_other_types_those_that_take_the_value_as_it_is_come_first() -> None:
    number = Held(field("Employees", "integer"), 12)
    found = offered(number, record(field("Text", "textarea"), field("Size", "double")))
    assert found == ["Size", "Text"]


@pytest.mark.parametrize(
    "closed",
    [
        field("Role", read_only=True),
        field("Role", hidden_from=frozenset({REP.profile.id})),
        field("Role", read_only_for=frozenset({REP.profile.id})),
        field("Role", max_length=5),
        field("Created_By"),
    ],
    ids=["read only", "hidden", "read only for this profile", "too short", "system"],
)
def test_a_field_that_cannot_take_it_is_not_offered(closed: Field) -> None:
    assert offered(TITLE, record(closed)) == []


def test_a_field_that_is_filled_is_not_offered_and_one_whose_value_is_lost_is() -> None:
    role, other = field("Role"), field("Other")
    planned = (
        PlannedField(role, Carried("Buyer"), ("Title",)),
        PlannedField(other, Lost(say("no_field")), ("Designation",)),
    )
    assert offered(TITLE, record(role, other, planned=planned)) == ["Other"]


def test_a_field_that_points_at_another_record_of_the_plan_is_not_offered() -> None:
    vendor = field("Vendor", "lookup", lookup_module="Vendors")
    link = Held(field("Partner", "lookup", lookup_module="Vendors"), {"id": "7", "name": "Acme"})
    assert offered(link, record(vendor)) == ["Vendor"]
    tied = PlannedField(vendor, Carried(None), link="vendor")
    assert offered(link, record(vendor, planned=(tied,))) == []


def test_a_field_off_the_layout_is_not_offered() -> None:
    layout = Layout("1", "Standard", fields=frozenset({"Role"}))
    assert offered(TITLE, record(field("Role"), field("Off"), layout=layout)) == ["Role"]


def test_every_record_of_the_plan_is_looked_at_and_nobody_is_flooded() -> None:
    many = [field(f"F{number}") for number in range(MOST)]
    first = record(*many)
    second = replace(record(field("Role")), key="t")
    assert len(rescues(TITLE, [first, second], REP.profile)) == MOST
    assert rescues(TITLE, [second], REP.profile)[0].record == "t"


def test_a_field_in_which_an_existing_record_keeps_something_is_not_offered() -> None:
    role = field("Role")
    kept = PlannedField(role, Lost(say("no_field")), ("Designation",), before="Buyer")
    assert offered(TITLE, record(role, planned=(kept,))) == []
    blank = replace(kept, before="")
    assert offered(TITLE, record(role, planned=(blank,))) == ["Role"]
