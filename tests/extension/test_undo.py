"""A conversion is taken back: everything is as it was, but for what somebody has changed since."""

from typing import Any

import pytest

from tests.extension.conversion_rig import (
    MARK,
    agree,
    carry_out,
    state,
)
from tests.extension.rig import error_of, on_sqlite


def left_alone(one: dict[str, Any]) -> list[tuple[str, str]]:
    assert {each["code"] for each in one["left_alone"]} <= {"changed"}
    return [(each["module"], each["id"]) for each in one["left_alone"]]


def edited_since(warm, lead, world, parts, clock):
    """A conversion, and the vendor that it made, five minutes later."""
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    [vendor] = list(world.records["Vendors"].values())
    clock.advance(minutes=5)
    vendor["Modified_Time"] = clock().isoformat()
    return conversion, vendor


@on_sqlite
def test_what_somebody_has_changed_since_is_left_alone_and_named(warm, lead, world, parts, clock):
    conversion, vendor = edited_since(warm, lead, world, parts, clock)
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    assert left_alone(answer.json) == [("Vendors", vendor["id"])]
    carry_out(parts, conversion)
    done = state(warm, conversion)
    assert done["state"] == "undone", done
    assert vendor["id"] in world.records["Vendors"]


@on_sqlite
def test_what_somebody_changes_while_the_rest_still_runs_is_left_alone_too(
    warm, lead, world, parts, clock, wire
):
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    boss = world.users[0]

    def edited(request: Any) -> None:
        vendors = list(world.records["Vendors"].values())
        if request.method == "POST" and request.path_url.endswith("/Notes") and vendors:
            clock.advance(minutes=1)
            by = {"id": boss.id, "name": "Somebody else"}
            vendors[0].update(Modified_Time=clock().isoformat(), Modified_By=by)
            wire.before = None

    wire.before = edited
    carry_out(parts, conversion)
    clock.advance(minutes=1)
    [vendor] = list(world.records["Vendors"])
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    assert left_alone(answer.json) == [("Vendors", vendor)]
    carry_out(parts, conversion)
    assert vendor in world.records["Vendors"]


@on_sqlite
def test_a_mark_on_a_lead_that_somebody_has_edited_since_stays(warm, lead, world, parts, clock):
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    carry_out(parts, conversion)
    clock.advance(minutes=5)
    edited = {"Lead_Status": "Lost Lead", "Modified_Time": clock().isoformat()}
    world.find("Leads", lead).update(edited)
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    assert left_alone(answer.json) == [("Leads", lead)]
    carry_out(parts, conversion)
    assert world.find("Leads", lead)["Lead_Status"] == "Lost Lead"
    assert not world.records["Vendors"]


@on_sqlite
@pytest.mark.parametrize("force", [False, True], ids=["asked", "forced"])
def test_an_activity_that_somebody_has_moved_since_stays_there_unless_it_is_forced(
    warm, lead, world, parts, force
):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    [task] = world.records["Tasks"].values()
    deal = str(world.add_record("Deals", {"Deal_Name": "Other"}, owner=world.users[1])["id"])
    task.update({"What_Id": {"id": deal, "name": "Other"}, "$se_module": "Deals"})
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={"force": force})
    assert left_alone(answer.json) == ([] if force else [("Tasks", task["id"])])
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "undone"
    assert task["What_Id"]["id"] == (lead if force else deal)
    assert not world.records["Vendors"]


@on_sqlite
def test_what_was_left_alone_can_be_taken_back_too(warm, lead, world, parts, clock):
    conversion, _vendor = edited_since(warm, lead, world, parts, clock)
    for force in (False, True):
        answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={"force": force})
        assert answer.status_code == 202, answer.json
        carry_out(parts, conversion)
        assert state(warm, conversion)["state"] == "undone"
    assert not world.records["Vendors"]
    assert state(warm, conversion)["left_alone"] == []


@on_sqlite
def test_while_the_lead_is_converted_anew_the_old_conversion_is_not_undone(
    warm, lead, world, parts
):
    first = agree(warm, lead).json["id"]
    carry_out(parts, first)
    warm.options(lead)
    second = agree(warm, lead, records={"Vendors": {"link": "", "values": {"City": "Bremen"}}})
    assert second.status_code == 202, second.json
    answer = warm.ask("POST", f"/api/v1/conversions/{first}/undo", json={})
    assert error_of(answer) == (409, "wrong_state")


@on_sqlite
def test_a_deleted_lead_comes_back(warm, lead, world, parts):
    conversion = agree(warm, lead, lead_after={"kind": "delete"}).json["id"]
    carry_out(parts, conversion)
    assert lead not in world.records["Leads"]
    assert warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={}).status_code == 202
    carry_out(parts, conversion)
    done = state(warm, conversion)
    assert done["state"] == "undone", done
    assert lead in world.records["Leads"]
    assert not world.records["Vendors"]


@on_sqlite
def test_while_it_waits_on_its_way_back_the_steps_back_are_told_and_for_whom_it_waits(
    warm, admin, lead, world, parts, zoho, clock
):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    undoing = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={}).json
    zoho.withdraw(world, world.users[1])
    clock.advance(hours=2)
    carry_out(parts, conversion)
    waits = state(admin, conversion)
    assert (waits["state"], waits["steps"], waits["steps_done"]) == ("waiting", undoing["steps"], 0)
    rep = world.users[1]
    assert waits["question"]["details"] == {"person": {"id": rep.id, "name": rep.full_name}}
    warm.sign_in(world, rep)
    assert state(warm, conversion)["state"] == "undoing"
    carry_out(parts, conversion)
    assert (state(warm, conversion)["state"], world.records["Vendors"]) == ("undone", {})


@on_sqlite
def test_what_another_has_changed_is_left_alone_whatever_the_clocks_say(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    [vendor] = list(world.records["Vendors"].values())
    vendor["Modified_By"] = {"id": world.users[0].id, "name": "Somebody else"}
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    assert left_alone(answer.json) == [("Vendors", vendor["id"])]
