"""A lead that becomes another one in the middle of its conversion: nothing more is written before
its person has said what is to come of it."""

from typing import Any

import pytest
import requests
from sqlalchemy import select

from emulator import World
from extension import batch_runs, running
from extension.leads_now import LOOK_EVERY
from extension.parts import Parts
from extension.store.conversions import Conversion
from extension.store.watching import Touched
from tests.extension.batch_rig import planned, rows, start, work
from tests.extension.conversion_rig import (
    MARK,
    PLAIN,
    agree,
    carry_out,
    change_phone,
    made_of,
    new_lead,
    state,
)
from tests.extension.cuts import Cutter, carried_out, power_cuts
from tests.extension.rig import Person, on_sqlite

ONE = "/api/v1/conversions"
LATER = "2026-01-10T13:00:00+00:00"


def begun(parts: Parts, world: World, conversion: str) -> None:
    """Carried out as far as the vendor; then Zoho is busy."""
    world.faults.order("busy", method="POST", path="/Notes")
    assert running.run(parts, [conversion]) is not None
    assert len(world.records["Vendors"]) == 1


def convert(world: World, lead: str) -> None:
    world.find("Leads", lead).update({"Converted__s": True, "$converted": True})


def delete(world: World, lead: str) -> None:
    del world.records["Leads"][lead]


def question(warm: Person, conversion: str) -> dict[str, Any]:
    waits = state(warm, conversion)
    assert waits["state"] == "waiting"
    assert waits["question"]["code"] == "lead_moved"
    return dict(waits["question"]["details"])


def answer(warm: Person, conversion: str, **said: Any) -> Any:
    return warm.ask("POST", f"{ONE}/{conversion}/resolve", json=said)


@on_sqlite
@pytest.mark.parametrize(
    ("happens", "why", "fields"),
    [(change_phone, "changed", ["Phone"]), (convert, "converted", []), (delete, "gone", [])],
)
def test_nothing_more_is_written_for_a_lead_that_is_another_one_now(
    warm, lead, world, parts, happens, why, fields
):
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    begun(parts, world, conversion)
    happens(world, lead)
    carry_out(parts, conversion)
    with parts.sessions() as db:
        asked: Any = db.scalars(select(Conversion)).one().question
    assert (asked["code"], asked["details"]["why"]) == ("lead_moved", why)
    assert asked["details"]["fields"] == fields
    assert not any(one.get("$se_module") == "Vendors" for one in world.records["Notes"].values())


@on_sqlite
def test_who_says_that_it_may_goes_on_as_it_was_agreed_to(warm, lead, world, parts):
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    begun(parts, world, conversion)
    change_phone(world, lead)
    carry_out(parts, conversion)
    assert question(warm, conversion)["fields"] == ["Phone"]
    assert answer(warm, conversion).status_code == 202
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    made = made_of(world, lead, "Acme")
    assert (made["vendors"], made["lead"]) == ([PLAIN["Phone"]], "Contacted")


@on_sqlite
def test_it_is_asked_again_where_the_lead_changes_again(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    begun(parts, world, conversion)
    change_phone(world, lead)
    carry_out(parts, conversion)
    assert question(warm, conversion)["why"] == "changed"
    assert answer(warm, conversion).status_code == 202
    convert(world, lead)
    carry_out(parts, conversion)
    assert question(warm, conversion)["why"] == "converted"
    assert answer(warm, conversion).status_code == 202
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"


@on_sqlite
def test_what_was_made_is_taken_back_where_that_is_wished_for(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    begun(parts, world, conversion)
    change_phone(world, lead)
    carry_out(parts, conversion)
    assert warm.ask("POST", f"{ONE}/{conversion}/cancel").status_code == 200
    assert warm.ask("POST", f"{ONE}/{conversion}/undo", json={}).status_code == 202
    carry_out(parts, conversion)
    assert (state(warm, conversion)["state"], world.records["Vendors"]) == ("undone", {})
    assert world.find("Leads", lead)["Phone"] == "555 7777"


@on_sqlite
@pytest.mark.parametrize("name", ["Modified_Time", "Rating", "Lead_Status"])
def test_a_lead_that_was_touched_holds_nothing_up_unless_what_it_holds_has_changed(
    warm, lead, world, parts, name
):
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    begun(parts, world, conversion)
    world.find("Leads", lead).update({"Modified_Time": LATER, name: LATER})
    carry_out(parts, conversion)
    if name == "Modified_Time":
        assert state(warm, conversion)["state"] == "done"
    else:
        label = name.replace("_", " ")
        assert question(warm, conversion)["fields"] == [label], "it had nothing there before"


@on_sqlite
@pytest.mark.parametrize("moment", ["after", "noted"])
@pytest.mark.parametrize(
    ("target", "choices"),
    [
        ("Vendors", {"lead_after": MARK}),
        ("Vendors", {"lead_after": {"kind": "delete"}}),
        ("zoho", {}),
    ],
)
def test_what_we_do_to_the_lead_ourselves_is_no_change(
    warm, lead, world, parts, wire, clock, target, choices, moment
):
    conversion = agree(warm, lead, target, **choices).json["id"]
    with power_cuts(wire, Cutter(moment)) as cutter:
        carried_out(parts, clock, conversion)
    assert cutter.everywhere
    with parts.sessions() as db:
        assert db.scalars(select(Conversion.state)).one() == "done"


def change_after_the_vendor(world: World, lead: str, wire: Any, also: Any = None) -> None:
    """Somebody changes the lead while its vendor is being made."""

    def after(request: requests.PreparedRequest, answer: requests.Response) -> requests.Response:
        if request.method == "POST" and request.path_url.endswith("/Vendors"):
            change_phone(world, lead)
            if also is not None:
                also()
        return answer

    wire.twist = after


@on_sqlite
def test_of_which_zoho_tells_in_the_middle_of_a_run_is_looked_at_before_the_next_write(
    warm, lead, world, parts, wire
):
    conversion = agree(warm, lead).json["id"]

    def notify() -> None:
        with parts.sessions.begin() as db:
            mine = db.scalars(select(Conversion.installation_id)).one()
            db.add(Touched(installation_id=mine, lead_id=lead, at=parts.clock()))

    change_after_the_vendor(world, lead, wire, notify)
    running.run(parts, [conversion])
    assert question(warm, conversion)["why"] == "changed"


@on_sqlite
def test_a_run_that_takes_long_looks_again_by_itself(warm, lead, world, parts, wire, clock):
    conversion = agree(warm, lead).json["id"]
    change_after_the_vendor(
        world, lead, wire, lambda: clock.advance(seconds=LOOK_EVERY.total_seconds())
    )
    running.run(parts, [conversion])
    assert question(warm, conversion)["why"] == "changed"


@on_sqlite
def test_a_run_without_a_pause_reads_each_lead_once(warm, lead, world, parts, wire):
    conversion = agree(warm, lead).json["id"]
    world.log.clear()
    carry_out(parts, conversion)
    assert world.log.count("GET", "/Leads") == 1


@on_sqlite
def test_of_a_batch_only_the_lead_that_is_another_one_now_is_held_up(warm, world, parts):
    first, second = new_lead(world, "One"), new_lead(world, "Two")
    one = planned(warm, parts, [first, second])
    assert start(warm, one).status_code == 202
    world.faults.order("busy", method="POST", path="/Notes")
    batch_runs.process(parts, one["id"])
    batch_runs.process(parts, one["id"], "0")
    assert len(world.records["Vendors"]) == 2
    change_phone(world, first)
    work(parts, one["id"])
    held, other = rows(warm, one["id"])
    assert (held["state"], held["question"]["code"]) == ("waiting", "lead_moved")
    assert other["state"] == "done"
    assert answer(warm, held["conversion"]).status_code == 202
    work(parts, one["id"])
    assert [row["state"] for row in rows(warm, one["id"])] == ["done", "done"]
