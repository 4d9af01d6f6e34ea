"""What was written over something is put back where it still stands, whatever the record's time
says; what was made goes where Zoho's own time of it is ours."""

from datetime import timedelta
from typing import Any

import pytest

from emulator import World
from emulator.schema import Field
from extension.parts import Parts
from extension.planning.own_fields import KEY_FIELD
from tests.extension.conversion_rig import MARK, WRITES, agree, carry_out, new_lead, state
from tests.extension.cuts import cut_off
from tests.extension.rig import Person, Wire, on_sqlite

pytestmark = on_sqlite

TYPED = {"Phone": "555 0100", "City": "Bremen"}


@pytest.fixture
def vendor(world: World) -> dict[str, Any]:
    values = {"Vendor_Name": "Acme", "Phone": "1", "City": "Kiel"}
    return dict(world.add_record("Vendors", values, owner=world.users[1]))


def merged(person: Person, parts: Parts, lead: str, vendor: dict[str, Any], **typed: Any) -> str:
    """A conversion that writes over what the vendor holds."""
    records = {"Vendors": {"link": vendor["id"], "values": typed or TYPED}}
    answer = agree(person, lead, records=records)
    assert answer.status_code == 202, answer.json
    conversion = str(answer.json["id"])
    carry_out(parts, conversion)
    assert state(person, conversion)["state"] == "done"
    return conversion


def undone(
    person: Person, parts: Parts, conversion: str, *, force: bool = False
) -> list[dict[str, Any]]:
    """What is left alone."""
    path = f"/api/v1/conversions/{conversion}/undo"
    answer = person.ask("POST", path, json={"force": force})
    assert answer.status_code == 202, answer.json
    carry_out(parts, conversion)
    found = state(person, conversion)
    assert found["state"] == "undone", found
    left: list[dict[str, Any]] = found["left_alone"]
    return left


def held(world: World, vendor: dict[str, Any]) -> tuple[Any, Any]:
    there = world.find("Vendors", vendor["id"])
    return there["Phone"], there["City"]


def edited(world: World, module: str, ident: str, by: int = 1, **values: Any) -> None:
    user = world.users[by]
    stamp = {"Modified_Time": world.timestamp(), "Modified_By": {"id": user.id, "name": "One"}}
    world.find(module, ident).update(values, **stamp)


@pytest.mark.parametrize("by", [0, 1], ids=["another", "the same"])
def test_what_still_stands_is_put_back_also_if_the_record_was_touched(
    warm, lead, world, parts, clock, vendor, by
):
    conversion = merged(warm, parts, lead, vendor)
    clock.advance(hours=1)
    edited(world, "Vendors", vendor["id"], by, Website="acme.example")
    assert undone(warm, parts, conversion) == []
    assert held(world, vendor) == ("1", "Kiel")
    assert world.find("Vendors", vendor["id"])["Website"] == "acme.example"


@pytest.mark.parametrize("by", [0, 1], ids=["another", "the same"])
def test_of_what_was_written_over_only_what_somebody_has_changed_stays(
    warm, lead, world, parts, clock, vendor, by
):
    conversion = merged(warm, parts, lead, vendor)
    clock.advance(hours=1)
    edited(world, "Vendors", vendor["id"], by, City="Bonn")
    [left] = undone(warm, parts, conversion)
    assert (left["id"], left["code"], left["changed"]) == (vendor["id"], "changed", ["City"])
    assert left["message"] == "Somebody has changed it since: City."
    assert held(world, vendor) == ("1", "Bonn")


def test_who_insists_has_the_rest_put_back_and_nothing_twice(
    warm, lead, world, parts, clock, vendor
):
    conversion = merged(warm, parts, lead, vendor)
    clock.advance(hours=1)
    edited(world, "Vendors", vendor["id"], City="Bonn")
    for _ in range(2):
        assert len(undone(warm, parts, conversion)) == 1
    edited(world, "Vendors", vendor["id"], Phone="2")
    assert undone(warm, parts, conversion, force=True) == []
    assert held(world, vendor) == ("2", "Kiel")


def test_what_is_changed_back_by_hand_needs_no_force(warm, lead, world, parts, clock, vendor):
    conversion = merged(warm, parts, lead, vendor)
    clock.advance(hours=1)
    edited(world, "Vendors", vendor["id"], City="Bonn")
    assert len(undone(warm, parts, conversion)) == 1
    edited(world, "Vendors", vendor["id"], City="Bremen")
    assert undone(warm, parts, conversion) == []
    assert held(world, vendor) == ("1", "Kiel")


def test_a_mark_is_removed_though_somebody_has_edited_the_lead_elsewhere(
    warm, lead, world, parts, clock
):
    was = world.find("Leads", lead).get("Lead_Status")
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    carry_out(parts, conversion)
    clock.advance(minutes=5)
    edited(world, "Leads", lead, 0, City="Bonn")
    assert undone(warm, parts, conversion) == []
    there = world.find("Leads", lead)
    assert (there.get("Lead_Status"), there["City"]) == (was, "Bonn")


# What was sent, and nobody knew what came of it


def cut_in_the_middle(
    person: Person, parts: Parts, wire: Wire, lead: str, vendor: dict[str, Any], moment: str
) -> str:
    """A conversion whose power is cut when it writes over what the vendor holds."""
    answer = agree(person, lead, records={"Vendors": {"link": vendor["id"], "values": TYPED}})
    with cut_off(wire, 1, moment):
        carry_out(parts, answer.json["id"])
    return str(answer.json["id"])


@pytest.mark.parametrize("by", [0, 1], ids=["another", "the same"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_somebody_writes_before_the_second_try_is_put_back(
    warm, lead, world, parts, wire, clock, vendor, moment, by
):
    conversion = cut_in_the_middle(warm, parts, wire, lead, vendor, moment)
    clock.advance(hours=1)
    edited(world, "Vendors", vendor["id"], by, Phone="999")
    clock.advance(hours=1)
    carry_out(parts, conversion)
    assert held(world, vendor) == ("555 0100", "Bremen")
    assert undone(warm, parts, conversion) == []
    assert held(world, vendor) == ("999", "Kiel")


@pytest.mark.parametrize("tries", [1, 2])
def test_what_zoho_makes_of_what_we_wrote_is_not_put_back(
    warm, lead, world, parts, wire, clock, vendor, tries
):
    conversion = cut_in_the_middle(warm, parts, wire, lead, vendor, "after")
    for _ in range(1, tries):
        clock.advance(hours=1)
        with cut_off(wire, 1, "after"):
            carry_out(parts, conversion)
    world.find("Vendors", vendor["id"])["Phone"] = "+1 555 0100"
    clock.advance(hours=1)
    carry_out(parts, conversion)
    assert undone(warm, parts, conversion) == []
    assert held(world, vendor) == ("1", "Kiel")


def test_a_mark_that_somebody_makes_before_the_second_try_is_put_back(
    warm, lead, world, parts, wire, clock
):
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    with cut_off(wire, WRITES, "before"):
        carry_out(parts, conversion)
    clock.advance(hours=1)
    edited(world, "Leads", lead, 0, Lead_Status="Lost Lead")
    carry_out(parts, conversion)
    assert world.find("Leads", lead)["Lead_Status"] == "Contacted"
    assert undone(warm, parts, conversion) == []
    assert world.find("Leads", lead)["Lead_Status"] == "Lost Lead"


# Whose clock is whose


@pytest.mark.parametrize("seconds", [-900, -90, 90, 900])
def test_where_zohos_clock_differs_only_what_was_changed_is_left_alone(
    warm, world, parts, clock, seconds
):
    unchanged, changed = (new_lead(world, one) for one in ("Same", "Other"))
    world.clock.freeze(clock() + timedelta(seconds=seconds))
    both = [agree(warm, one).json["id"] for one in (unchanged, changed)]
    for one in both:
        carry_out(parts, one)
    world.clock.freeze(clock() + timedelta(seconds=seconds + 30))
    [vendor] = (one for one in world.records["Vendors"].values() if one["Vendor_Name"] == "Other")
    edited(world, "Vendors", vendor["id"])
    told = [undone(warm, parts, one) for one in both]
    assert [[one["id"] for one in each] for each in told] == [[], [vendor["id"]]]


@pytest.mark.parametrize("keyed", [True, False])
def test_what_was_changed_before_it_was_found_again_is_left_alone(
    warm, admin, lead, world, parts, wire, clock, keyed
):
    conversion = made_and_lost(warm, admin, lead, world, parts, wire, keyed=keyed)
    clock.advance(seconds=30)
    [vendor] = world.records["Vendors"]
    edited(world, "Vendors", vendor, Website="acme.example")
    clock.advance(seconds=30)
    carry_out(parts, conversion)
    assert [one["code"] for one in undone(warm, parts, conversion)] == ["changed"]


@pytest.mark.parametrize("keyed", [True, False])
def test_what_was_found_again_by_another_clock_goes(
    warm, admin, lead, world, parts, wire, clock, keyed
):
    world.clock.freeze(clock() + timedelta(seconds=45))
    conversion = made_and_lost(warm, admin, lead, world, parts, wire, keyed=keyed)
    carry_out(parts, conversion)
    assert undone(warm, parts, conversion) == []
    assert not world.records["Vendors"]


def made_and_lost(
    person: Person, admin: Person, lead: str, world: World, parts: Parts, wire: Wire, *, keyed: bool
) -> str:
    """A conversion whose power is cut when its vendor is made; the vendor has a key, or none."""
    if keyed:
        key = Field(
            api_name=KEY_FIELD, label="Convert Anywhere Key", data_type="text", length=60,
            unique=True, custom=True,
        )  # fmt: skip
        world.module("Vendors").add(key)
        world.number(world.module("Vendors"))
        assert admin.ask("POST", "/api/v1/metadata/refresh").status_code == 200
    conversion = str(agree(person, lead).json["id"])
    with cut_off(wire, 1, "after"):
        carry_out(parts, conversion)
    [vendor] = world.records["Vendors"].values()
    assert bool(vendor.get(KEY_FIELD)) is keyed
    return conversion
