"""The power is cut, or an answer lost: what was made is found again, and made no second time."""

import itertools
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from extension import join, running
from extension.config import Config
from extension.parts import Parts
from extension.store.conversions import Conversion, Line
from tests.extension.conversion_rig import (
    MARK,
    agree,
    carry_out,
    new_lead,
    state,
    with_power_cuts,
)
from tests.extension.cuts import Cutter, PowerCut, carried_out, cut_off, power_cuts
from tests.extension.rig import Clock, Person, Wire, error_of, on_sqlite


@on_sqlite
@pytest.mark.parametrize("fault", ["answer_lost", "answer_cut"])
def test_an_answer_that_is_lost_is_looked_for_before_anything_is_sent_again(
    warm, lead, world, parts, fault
):
    conversion = agree(warm, lead).json["id"]
    world.faults.order(fault, times=1, method="POST", path="/Vendors")
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    assert len(world.records["Vendors"]) == 1


@on_sqlite
def test_where_two_records_may_be_the_one_the_person_is_asked(warm, lead, world, parts, wire):
    conversion = agree(warm, lead).json["id"]
    with cut_off(wire, 1, "after"):
        carry_out(parts, conversion)
    [made] = list(world.records["Vendors"].values())
    kept = {name: made[name] for name in ("Vendor_Name", "Phone", "Email")}
    world.add_record("Vendors", kept, owner=world.users[1])
    carry_out(parts, conversion)
    asks = state(warm, conversion)
    assert (asks["state"], asks["question"]["code"]) == ("waiting", "which_record")
    ids = {one["id"] for one in asks["question"]["details"]["candidates"]}
    assert ids == set(world.records["Vendors"])
    with parts.sessions.begin() as db:
        mine = db.scalars(select(Conversion)).one()
        outcome = {"id": max(ids), "before": {}, "added": [], "was_on": None}
        line = db.scalars(select(Line).where(Line.state == "sent")).one()
        theirs = Line(
            conversion_id=mine.id, installation_id=mine.installation_id, undoing=False, place=1,
            step=line.step, state="done", outcome=outcome, tries=1, sent_at=line.sent_at,
            ended_at=line.sent_at,
        )  # fmt: skip
        db.add(theirs)
    assert error_of(resolve(warm, conversion, max(ids))) == (409, "wrong_state")
    with parts.sessions.begin() as db:
        db.execute(delete(Line).where(Line.place == 1))
    wrong = resolve(warm, conversion, "1234567000000999999")
    assert error_of(wrong) == (404, "not_found")
    assert resolve(warm, conversion, made["id"]).status_code == 202
    carry_out(parts, conversion)
    done = state(warm, conversion)
    assert (done["state"], done["records"][0]["id"]) == ("done", made["id"])
    assert len(world.records["Vendors"]) == 2


def resolve(person: Person, conversion: str, record: str) -> Any:
    return person.ask(
        "POST", f"/api/v1/conversions/{conversion}/resolve", json={"record": record}
    )  # fmt: skip


@on_sqlite
@pytest.mark.parametrize("seconds", [-45, 45], ids=["behind ours", "before ours"])
def test_where_zohos_clock_differs_what_was_made_is_found_all_the_same(
    warm, lead, world, parts, wire, clock, seconds
):
    conversion = agree(warm, lead).json["id"]
    world.clock.freeze(clock() + timedelta(seconds=seconds))
    with cut_off(wire, 1, "after"):
        carry_out(parts, conversion)
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    assert len(world.records["Vendors"]) == 1


@on_sqlite
def test_what_another_conversion_has_made_is_not_taken_for_what_was_lost(warm, world, parts, wire):
    mine, other = (agree(warm, new_lead(world)).json["id"] for _ in range(2))
    with cut_off(wire, 1, "before"):
        carry_out(parts, mine)
    carry_out(parts, other)
    carry_out(parts, mine)
    made = [state(warm, one)["records"][0]["id"] for one in (mine, other)]
    assert sorted(made) == sorted(world.records["Vendors"])


@on_sqlite
def test_zohos_own_conversion_is_made_once_whatever_dies(warm, lead, world, parts, wire):
    conversion = agree(warm, lead, "zoho").json["id"]
    assert with_power_cuts(parts, wire, conversion, 1, "after")
    done = state(warm, conversion)
    assert done["state"] == "done", done
    made = {one["module"]: one["id"] for one in done["records"]}
    assert made == {name: next(iter(world.records[name])) for name in ("Contacts", "Accounts")}
    assert len(world.records["Contacts"]) == 1
    undo = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    assert error_of(undo) == (409, "cannot_undo")


@on_sqlite
@pytest.mark.parametrize("moment", ["before", "lost"])
@pytest.mark.parametrize("ahead", [-90, 0, 90])
def test_a_note_that_somebody_has_written_just_before_is_not_taken_for_ours(
    warm, lead, world, parts, clock, wire, ahead, moment
):
    rep = world.users[1]
    vendor = world.add_record("Vendors", {"Vendor_Name": "Acme"}, owner=rep)
    parent = {"Parent_Id": {"id": vendor["id"], "name": "Acme"}, "$se_module": "Vendors"}
    like = {"Note_Title": "Call", "Note_Content": "Rang.", **parent}
    world.clock.freeze(clock() - timedelta(seconds=ahead))
    mine = world.add_record("Notes", like, owner=rep)["id"]
    clock.moment += timedelta(seconds=30)
    world.clock.freeze(clock() - timedelta(seconds=ahead))
    conversion = agree(warm, lead, records={"Vendors": {"link": vendor["id"]}}).json["id"]
    with power_cuts(wire, Cutter(moment)):
        carried_out(parts, clock, conversion)
    assert state(warm, conversion)["state"] == "done"
    there = [one["id"] for one in world.records["Notes"].values()
             if one["Parent_Id"]["id"] == vendor["id"] and one["Note_Title"] == "Call"]  # fmt: skip
    assert len(there) == 2
    assert warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={}).status_code == 202
    carry_out(parts, conversion)
    left = [one["id"] for one in world.records["Notes"].values()
            if one["Parent_Id"]["id"] == vendor["id"]]  # fmt: skip
    assert left == [mine]


@pytest.fixture
def off(request: Any, config: Config, wire: Wire, clock: Clock) -> Iterator[Parts]:
    """Another worker, whose clock is off by so much."""
    one = join(config, network=wire, clock=lambda: clock() + request.param)
    yield one
    one.transport.close()
    one.engine.dispose()


APART = [timedelta(minutes=-20), timedelta(minutes=20)]


@on_sqlite
@pytest.mark.parametrize("off", APART, indirect=True, ids=["behind", "before"])
@pytest.mark.parametrize("there", [True, False], ids=["linked", "made"])
def test_workers_whose_clocks_are_apart_find_what_the_other_has_written(
    warm, lead, world, parts, clock, wire, off, there
):
    choices: dict[str, Any] = {}
    if there:
        linked = world.add_record("Vendors", {"Vendor_Name": "Acme"}, owner=world.users[1])
        choices = {"records": {"Vendors": {"link": linked["id"]}}}
    conversion = agree(warm, lead, **choices).json["id"]
    in_turns(wire, clock, conversion, off, parts)
    assert state(warm, conversion)["state"] == "done"
    [vendor] = world.records["Vendors"].values()
    hang = {
        name: [
            one for one in world.records[name].values() if one["Parent_Id"]["id"] == vendor["id"]
        ]
        for name in ("Notes", "Attachments")
    }
    assert {name: len(found) for name, found in hang.items()} == {"Notes": 2, "Attachments": 1}


def in_turns(wire: Wire, clock: Clock, conversion: str, *workers: Parts) -> None:
    """Each dies after its first write, and another takes over."""
    with power_cuts(wire, Cutter("after")):
        for worker in itertools.islice(itertools.cycle(workers), 40):
            with suppress(PowerCut):
                wait = running.run(worker, [conversion])
                if wait is None:
                    return
                clock.advance(seconds=wait)
    raise AssertionError("it never ends")


@on_sqlite
@pytest.mark.parametrize("method_path", [("PUT", "/Leads"), ("PUT", "/Vendors")])
def test_of_what_was_sent_before_a_busy_answer_to_the_next_try_forgets_nothing(
    warm, lead, world, parts, method_path
):
    method, path = method_path
    rep = world.users[1]
    vendor = world.add_record("Vendors", {"Vendor_Name": "Acme", "Phone": "1"}, owner=rep)
    merged = {"link": vendor["id"], "merge": {"Phone": "overwrite"}}
    was = world.find("Leads", lead).get("Lead_Status")
    conversion = agree(warm, lead, lead_after=MARK, records={"Vendors": merged}).json["id"]
    world.faults.order("answer_lost", method=method, path=path)
    world.faults.order("busy", method=method, path=path, nth=2)
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    assert (vendor["Phone"], world.find("Leads", lead)["Lead_Status"]) == ("555 0199", "Contacted")
    assert warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={}).status_code == 202
    carry_out(parts, conversion)
    assert (vendor["Phone"], world.find("Leads", lead).get("Lead_Status")) == ("1", was)
