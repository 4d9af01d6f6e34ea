"""An undo that has to wait looks again before it goes on: what somebody has done meanwhile is left
alone and named as if it had been done before."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from emulator import World
from extension import batch_runs, running
from tests.extension.batch_rig import PATH, done, look, new_leads, rows, work
from tests.extension.conversion_rig import (
    MARK,
    WRITES,
    agree,
    carry_out,
    state,
)
from tests.extension.cuts import PowerCut, cut_off
from tests.extension.rig import Person, Wire, another_answer, asked, on_sqlite

pytestmark = on_sqlite


def wished(person: Person, conversion: str, *, force: bool = False) -> None:
    path = f"/api/v1/conversions/{conversion}/undo"
    answer = person.ask("POST", path, json={"force": force})
    assert answer.status_code == 202, answer.json
    assert answer.json["left_alone"] == []


def left_of(one: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["id"], each["code"]) for each in one["left_alone"]]


def vendor_of(world: World) -> dict[str, Any]:
    [vendor] = world.records["Vendors"].values()
    return dict(vendor)


def somebody(world: World, what: str, vendor: str) -> None:
    """The person whose undo it is edits a new vendor by hand, or writes a note on it."""
    if what == "edit":
        world.find("Vendors", vendor)["Modified_Time"] = world.timestamp()
        return
    parent = {"Parent_Id": {"id": vendor, "name": "Acme"}, "$se_module": "Vendors"}
    world.add_record("Notes", {"Note_Title": "Terms", **parent}, owner=world.users[1])


@contextmanager
def cut_at(wire: Wire, method: str, path: str, moment: str) -> Iterator[None]:
    """The power is cut at these writes, before or after."""

    def cut(request: Any, answer: Any = None) -> Any:
        if request.method == method and path in request.path_url:
            raise PowerCut
        return answer

    wire.before, wire.twist = (cut, None) if moment == "before" else (None, cut)
    try:
        with pytest.raises(PowerCut):
            yield
    finally:
        wire.before = wire.twist = None


CODES = {"edit": "changed", "note": "added"}


@pytest.mark.parametrize("force", [False, True], ids=["asked", "forced"])
@pytest.mark.parametrize("what", CODES)
def test_what_somebody_does_while_an_undo_waits_is_left_alone_too(
    warm, lead, world, parts, clock, force, what
):
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    carry_out(parts, conversion)
    wished(warm, conversion, force=force)
    clock.advance(hours=5)
    vendor = vendor_of(world)["id"]
    somebody(world, what, vendor)
    carry_out(parts, conversion)
    over = state(warm, conversion)
    left = [] if force else [(vendor, CODES[what])]
    assert (over["state"], left_of(over)) == ("undone", left)
    assert (vendor in world.records["Vendors"]) is not force
    assert world.find("Leads", lead).get("Lead_Status") != "Contacted"


def test_what_was_left_alone_meanwhile_is_taken_back_too_if_the_person_insists(
    warm, lead, world, parts, clock
):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    wished(warm, conversion)
    clock.advance(hours=5)
    somebody(world, "edit", vendor_of(world)["id"])
    carry_out(parts, conversion)
    assert len(world.records["Vendors"]) == 1
    wished(warm, conversion, force=True)
    carry_out(parts, conversion)
    assert (state(warm, conversion)["state"], world.records["Vendors"]) == ("undone", {})


MIDDLE = [
    *((at, "after") for at in range(1, WRITES)),
    *((at, "before") for at in range(1, WRITES + 1)),
]


@pytest.mark.parametrize("what", CODES)
@pytest.mark.parametrize(("writes", "moment"), MIDDLE)
def test_what_somebody_does_in_the_middle_of_it_is_left_alone_too(
    warm, lead, world, parts, clock, wire, what, writes, moment
):
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    carry_out(parts, conversion)
    wished(warm, conversion)
    with cut_off(wire, writes, moment):
        carry_out(parts, conversion)
    clock.advance(hours=1)
    vendor = vendor_of(world)["id"]
    somebody(world, what, vendor)
    clock.advance(hours=1)
    carry_out(parts, conversion)
    over = state(warm, conversion)
    assert (over["state"], left_of(over)) == ("undone", [(vendor, CODES[what])])
    assert vendor in world.records["Vendors"]


def test_of_what_was_written_over_only_what_was_changed_meanwhile_stays(
    warm, lead, world, parts, clock
):
    values = {"Vendor_Name": "Acme", "Phone": "1", "City": "Kiel"}
    vendor = str(world.add_record("Vendors", values, owner=world.users[1])["id"])
    typed = {"Phone": "555 0100", "City": "Bremen"}
    records = {"Vendors": {"link": vendor, "values": typed}}
    conversion = agree(warm, lead, records=records).json["id"]
    carry_out(parts, conversion)
    wished(warm, conversion)
    clock.advance(hours=1)
    world.find("Vendors", vendor).update(City="Bonn", Modified_Time=world.timestamp())
    carry_out(parts, conversion)
    [left] = state(warm, conversion)["left_alone"]
    assert (left["id"], left["changed"]) == (vendor, ["City"])
    there = world.find("Vendors", vendor)
    assert (there["Phone"], there["City"]) == ("1", "Bonn")
    wished(warm, conversion, force=True)
    carry_out(parts, conversion)
    assert world.find("Vendors", vendor)["City"] == "Kiel"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_value_that_somebody_writes_before_it_is_put_back_stays(
    warm, lead, world, parts, clock, wire, moment
):
    values = {"Vendor_Name": "Acme", "Phone": "1", "City": "Kiel"}
    vendor = str(world.add_record("Vendors", values, owner=world.users[1])["id"])
    records = {"Vendors": {"link": vendor, "values": {"Phone": "555 0100", "City": "Bremen"}}}
    conversion = agree(warm, lead, records=records).json["id"]
    carry_out(parts, conversion)
    wished(warm, conversion)
    with cut_at(wire, "PUT", "/Vendors", moment):
        carry_out(parts, conversion)
    clock.advance(hours=5)
    world.find("Vendors", vendor).update(City="Bonn", Modified_Time=world.timestamp())
    carry_out(parts, conversion)
    over = state(warm, conversion)
    assert (over["state"], [one["changed"] for one in over["left_alone"]]) == ("undone", [["City"]])
    there = world.find("Vendors", vendor)
    assert (there["Phone"], there["City"]) == ("1", "Bonn")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_task_that_somebody_moves_before_it_goes_back_stays_there(
    warm, lead, world, parts, clock, wire, moment
):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    wished(warm, conversion)
    with cut_at(wire, "PUT", "/Tasks", moment):
        carry_out(parts, conversion)
    clock.advance(hours=5)
    other = world.add_record("Vendors", {"Vendor_Name": "Other"}, owner=world.users[1])
    [task] = world.records["Tasks"].values()
    task["What_Id"] = {"id": other["id"], "name": "Other"}
    task["$se_module"] = "Vendors"
    carry_out(parts, conversion)
    over = state(warm, conversion)
    assert (over["state"], left_of(over)) == ("undone", [(task["id"], "changed")])
    assert (task["What_Id"]["id"], list(world.records["Vendors"])) == (other["id"], [other["id"]])


def test_after_a_fault_of_ours_what_was_sent_is_looked_at_before_it_is_sent_again(
    warm, lead, world, parts, clock, wire
):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    wished(warm, conversion)
    with cut_at(wire, "DELETE", "/Vendors?", "before"):
        carry_out(parts, conversion)
    running.give_up(parts, conversion)
    clock.advance(hours=5)
    vendor = vendor_of(world)["id"]
    somebody(world, "edit", vendor)
    wished(warm, conversion)
    carry_out(parts, conversion)
    over = state(warm, conversion)
    assert (over["state"], left_of(over)) == ("undone", [(vendor, "changed")])


@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_is_taken_back_bit_by_bit_over_hours_is_no_change_of_somebodys(
    warm, lead, world, parts, clock, wire, moment
):
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    carry_out(parts, conversion)
    wished(warm, conversion)
    for at in range(1, WRITES + 1):
        clock.advance(hours=1)
        with cut_off(wire, 2 if moment == "before" and at > 1 else 1, moment):
            carry_out(parts, conversion)
    clock.advance(hours=1)
    carry_out(parts, conversion)
    over = state(warm, conversion)
    assert (over["state"], over["left_alone"], world.records["Vendors"]) == ("undone", [], {})


def test_where_what_has_become_of_it_is_not_shown_nothing_is_taken_back_unseen(
    warm, lead, world, parts, clock, wire
):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    wished(warm, conversion)
    clock.advance(hours=1)
    refusal = {"code": "NO_PERMISSION", "message": "no", "details": {}, "status": "error"}

    def twisted(request: Any, answer: Any) -> Any:
        if request.method == "GET" and "/Vendors?" in request.path_url:
            answer.status_code = 403
            return another_answer(answer, **refusal)
        return answer

    wire.twist = twisted
    carry_out(parts, conversion)
    failed = state(warm, conversion)
    assert (failed["state"], failed["problem"]["details"]["code"]) == ("failed", "NO_PERMISSION")
    assert len(world.records["Vendors"]) == 1
    wire.twist = None
    wished(warm, conversion)
    carry_out(parts, conversion)
    assert (state(warm, conversion)["state"], world.records["Vendors"]) == ("undone", {})


def test_what_was_refused_is_looked_at_before_it_is_tried_again(warm, lead, world, parts, clock):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    vendor = vendor_of(world)["id"]
    world.find("Vendors", vendor)["Locked__s"] = True
    wished(warm, conversion)
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "failed"
    world.find("Vendors", vendor)["Locked__s"] = False
    clock.advance(hours=5)
    somebody(world, "edit", vendor)
    wished(warm, conversion)
    carry_out(parts, conversion)
    over = state(warm, conversion)
    assert (over["state"], left_of(over)) == ("undone", [(vendor, "changed")])


# How much is asked of Zoho


@pytest.mark.parametrize(("seconds", "more"), [(0, 0), (59, 0), (60, 3)])
@pytest.mark.parametrize("count", [1, 50])
def test_who_is_looked_at_was_looked_at_long_ago_and_all_of_them_together(
    warm, world, parts, clock, count, seconds, more
):
    one = done(warm, parts, new_leads(world, count))
    before = asked(world)
    assert warm.ask("POST", f"{PATH}/{one['id']}/undo", json={}).status_code == 202
    batch_runs.process(parts, one["id"])
    clock.advance(seconds=seconds)
    work(parts, one["id"])
    assert look(warm, one["id"])["counts"]["undone"] == count
    assert asked(world) - before == 4 + more


def test_of_a_batch_what_somebody_changes_meanwhile_is_named_with_its_lead(
    warm, world, parts, clock
):
    one = done(warm, parts, new_leads(world, 3))
    assert warm.ask("POST", f"{PATH}/{one['id']}/undo", json={}).status_code == 202
    batch_runs.process(parts, one["id"])
    clock.advance(hours=1)
    vendor = rows(warm, one["id"])[1]["records"][0]["id"]
    somebody(world, "edit", vendor)
    work(parts, one["id"])
    seen = look(warm, one["id"])
    assert (seen["counts"]["undone"], seen["left_alone"]) == (3, 1)
    assert [left_of(each) for each in rows(warm, one["id"])] == [[], [(vendor, "changed")], []]
    assert list(world.records["Vendors"]) == [vendor]
