"""Zoho puts a conversion of its own off, and does it later, or never."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from emulator import World
from emulator.crm import convert_jobs
from extension import running, tracing
from extension.parts import Parts
from extension.store.conversions import Conversion
from tests.extension.conversion_rig import agree, carry_out, new_lead, state
from tests.extension.cuts import cut_off
from tests.extension.rig import on_sqlite

LATER = {"method": "POST", "path": "/Leads/*/actions/convert"}


@pytest.fixture
def put_off(world: World) -> None:
    world.faults.order("convert_scheduled", times=1, **LATER)


def look(parts: Parts, conversion: str) -> float | None:
    """What the worker does, once: after how many seconds to look again."""
    return running.run(parts, [conversion])


def asked_for(wire: Any) -> int:
    return sum(path.endswith("/actions/convert") for _, path in wire.asked)


@on_sqlite
@pytest.mark.parametrize("lost", [False, True], ids=["", "its answer is lost"])
def test_what_zoho_does_later_is_waited_for_and_asked_for_once(
    put_off, warm, lead, parts, wire, clock, lost
):
    conversion = agree(warm, lead, "zoho").json["id"]
    if lost:
        with cut_off(wire, 1, "after"):
            carry_out(parts, conversion)
    assert all(look(parts, conversion) for _ in range(3))
    waits = state(warm, conversion)
    assert (waits["state"], waits["problem"]["code"]) == ("running", "put_off")
    clock.advance(minutes=1)
    carry_out(parts, conversion)
    done = state(warm, conversion)
    assert (done["state"], done["problem"]) == ("done", None)
    assert asked_for(wire) == 1


@on_sqlite
def test_what_zoho_drops_is_given_up_after_an_hour_and_can_be_tried_again(
    put_off, warm, lead, world, parts, wire, clock
):
    conversion = agree(warm, lead, "zoho").json["id"]
    assert look(parts, conversion)
    world.find("Leads", lead)["Locked__s"] = True
    convert_jobs.finish(world)
    world.find("Leads", lead)["Locked__s"] = False
    clock.advance(minutes=59)
    waits = look(parts, conversion)
    assert waits == timedelta(minutes=59).total_seconds() / 10
    clock.advance(minutes=1)
    assert look(parts, conversion) is None
    given_up = state(warm, conversion)
    assert given_up["state"] == "failed"
    why = given_up["problem"]["message"]
    assert "put the conversion off, and has not done it within an hour" in why
    assert asked_for(wire) == 1
    again = warm.ask("POST", f"/api/v1/conversions/{conversion}/retry", json={})
    assert again.status_code == 202, again.json
    carry_out(parts, conversion)
    assert (state(warm, conversion)["state"], asked_for(wire)) == ("done", 2)


@on_sqlite
def test_what_zoho_says_is_still_to_come_is_waited_for_and_looked_at_less_and_less(
    put_off, warm, lead, world, parts, clock
):
    conversion = agree(warm, lead, "zoho").json["id"]
    assert look(parts, conversion)
    for job in world.jobs.values():
        job["due"] += timedelta(days=2)
    waits = []
    for _ in range(4):
        clock.advance(minutes=30)
        waits.append(look(parts, conversion))
    assert waits == [180, 360, 540, 600]
    clock.advance(days=2)
    carry_out(parts, conversion)
    with parts.sessions() as db:
        assert db.scalars(select(Conversion)).one().state == "done"


@on_sqlite
def test_what_is_stopped_while_zoho_puts_it_off_tells_what_zoho_has_then_done(
    put_off, warm, lead, world, parts, clock
):
    conversion = agree(warm, lead, "zoho").json["id"]
    assert look(parts, conversion)
    assert look(parts, conversion)
    stop = warm.ask("POST", f"/api/v1/conversions/{conversion}/cancel", json={})
    assert (stop.status_code, stop.json["state"]) == (200, "cancelled"), stop.json
    assert look(parts, conversion) == tracing.SOONEST
    still = state(warm, conversion)
    assert (still["problem"]["code"], still["records"]) == ("put_off", [])
    clock.advance(minutes=1)
    carry_out(parts, conversion)
    found = state(warm, conversion)
    assert (found["state"], found["problem"]) == ("cancelled", None)
    made = {one["module"]: one["id"] for one in found["records"]}
    assert made == {name: next(iter(world.records[name])) for name in ("Contacts", "Accounts")}


@on_sqlite
def test_what_zoho_puts_off_keeps_none_of_those_beside_it(put_off, warm, lead, world, parts, clock):
    later = agree(warm, lead, "zoho").json["id"]
    assert look(parts, later)
    for job in world.jobs.values():
        job["due"] += timedelta(days=20)
    clock.advance(minutes=50)
    other = agree(warm, new_lead(world, "Other")).json["id"]
    assert running.run(parts, [later, other]) == timedelta(minutes=50).total_seconds() / 10
    assert (state(warm, other)["state"], state(warm, later)["state"]) == ("done", "running")


@on_sqlite
def test_what_zoho_had_dropped_and_does_all_the_same_is_found_when_it_is_tried_again(
    put_off, warm, lead, world, parts, wire, clock
):
    conversion = agree(warm, lead, "zoho").json["id"]
    assert look(parts, conversion)
    world.find("Leads", lead)["$field_states"] = None
    for job in world.jobs.values():
        job["due"] += timedelta(hours=2)
    clock.advance(hours=1)
    assert look(parts, conversion) is None
    assert state(warm, conversion)["state"] == "failed"
    clock.advance(hours=1, minutes=1)
    assert warm.ask("POST", f"/api/v1/conversions/{conversion}/retry").status_code == 202
    carry_out(parts, conversion)
    found = state(warm, conversion)
    assert (found["state"], len(found["records"]), asked_for(wire)) == ("done", 2, 1)
