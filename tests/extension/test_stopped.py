"""What is stopped, turned back or tried again in the middle of it: nothing goes on behind anybody's
back, and what was under way is found before it is decided about."""

import pytest
import requests
from sqlalchemy import delete, select

from emulator import World
from extension import batch_runs, running
from extension.parts import Parts
from extension.store.conversions import Conversion, Line
from extension.store.models import Job
from tests.extension.batch_rig import PATH, begun, done, new_leads, rows
from tests.extension.conversion_rig import (
    MARK,
    WRITES,
    agree,
    carry_out,
    change_phone,
    made_of,
    new_lead,
    send,
    state,
)
from tests.extension.cuts import cut_off
from tests.extension.rig import error_of, on_sqlite

ONE = "/api/v1/conversions"


def runs(parts: Parts) -> set[str]:
    """What was put in line since this was asked before."""
    with parts.sessions.begin() as db:
        return set(db.scalars(delete(Job).returning(Job.run_id)))


@on_sqlite
def test_a_conversion_of_a_batch_is_looked_at_with_its_hundred_and_never_alone(
    warm, world, parts
):  # fmt: skip
    one = done(warm, parts, new_leads(world, 2))
    first = rows(warm, one["id"])[0]["conversion"]
    assert runs(parts) == {f"batch-{one['id']}", f"batch-{one['id']}.0"}
    assert warm.ask("POST", f"{ONE}/{first}/undo", json={}).status_code == 202
    assert runs(parts) == {f"batch-{one['id']}.0"}


@on_sqlite
def test_what_is_cancelled_and_turned_back_while_a_step_is_under_way_goes_on_no_further(
    warm, lead, world, parts, wire
):
    conversion = agree(warm, lead).json["id"]

    def after(request: requests.PreparedRequest, answer: requests.Response) -> requests.Response:
        if request.method == "POST" and request.path_url.endswith("/Vendors"):
            with parts.sessions.begin() as db:
                row = db.scalars(select(Conversion)).one()
                row.state = "undoing"
        return answer

    wire.twist = after
    running.run(parts, [conversion])
    wire.twist = None
    assert state(warm, conversion)["state"] == "undoing"
    with parts.sessions() as db:
        steps = list(db.scalars(select(Line.state).order_by(Line.place)))
    assert steps[0] == "done"
    assert set(steps[1:]) == {"due"}


@on_sqlite
@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_was_under_way_when_it_was_cancelled_is_found_before_it_is_undone(
    warm, lead, world, parts, wire, clock, moment
):
    conversion = agree(warm, lead).json["id"]
    with cut_off(wire, 1, moment):
        running.run(parts, [conversion])
    with parts.sessions.begin() as db:
        row = db.scalars(select(Conversion)).one()
        row.state, row.open = "cancelled", None
    runs(parts)
    early = warm.ask("POST", f"{ONE}/{conversion}/undo", json={})
    assert error_of(early) == (409, "wrong_state")
    assert "in a moment" in early.json["error"]["message"]
    assert runs(parts) == {conversion}, "or nobody would find out"
    clock.advance(minutes=1)
    carry_out(parts, conversion)
    assert len(world.records["Vendors"]) == (1 if moment == "after" else 0)
    assert warm.ask("POST", f"{ONE}/{conversion}/undo", json={}).status_code == 202
    carry_out(parts, conversion)
    assert (state(warm, conversion)["state"], world.records["Vendors"]) == ("undone", {})


@on_sqlite
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("write", [3, WRITES], ids=["a task", "the lead"])
def test_what_may_be_sent_twice_is_taken_back_if_it_was_sent_once(
    warm, lead, world, parts, wire, clock, moment, write
):
    start = made_of(world, lead, "Acme")
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    with cut_off(wire, write, moment):
        running.run(parts, [conversion])
    with parts.sessions.begin() as db:
        row = db.scalars(select(Conversion)).one()
        row.state, row.open = "cancelled", None
    clock.advance(minutes=1)
    carry_out(parts, conversion)
    assert warm.ask("POST", f"{ONE}/{conversion}/undo", json={}).status_code == 202
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "undone"
    assert made_of(world, lead, "Acme") == start


@on_sqlite
def test_what_is_undone_is_not_undone_again(warm, lead, parts):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    assert warm.ask("POST", f"{ONE}/{conversion}/undo", json={}).status_code == 202
    carry_out(parts, conversion)
    again = warm.ask("POST", f"{ONE}/{conversion}/undo", json={})
    assert error_of(again) == (409, "wrong_state")


@on_sqlite
def test_a_lead_that_was_changed_while_zoho_was_busy_is_not_converted_as_it_was(
    warm, lead, world, parts
):
    conversion = agree(warm, lead).json["id"]
    world.faults.order("busy", method="POST", path="/Vendors")
    assert running.run(parts, [conversion]) is not None
    change_phone(world, lead)
    carry_out(parts, conversion)
    waits = state(warm, conversion)
    assert (waits["state"], waits["question"]["code"]) == ("waiting", "lead_changed")
    assert not world.records["Vendors"]


@on_sqlite
def test_of_a_lead_that_was_deleted_meanwhile_it_is_said_that_it_is_gone(
    warm, lead, world, parts
):  # fmt: skip
    conversion = agree(warm, lead).json["id"]
    del world.records["Leads"][lead]
    carry_out(parts, conversion)
    with parts.sessions() as db:
        question = db.scalars(select(Conversion)).one().question
    assert (question["code"], question["details"]) == ("lead_changed", {"gone": True})
    assert not world.records["Vendors"]


@on_sqlite
def test_where_zoho_refuses_to_show_what_one_has_made_the_others_go_on(
    warm, world, parts, wire
):  # fmt: skip
    first, second = (agree(warm, new_lead(world, one)).json["id"] for one in ("One", "Two"))
    with cut_off(wire, 2, "before"):
        running.run(parts, [first, second])
    [gone] = (one["id"] for one in world.records["Vendors"].values() if one["Vendor_Name"] == "One")
    del world.records["Vendors"][gone]
    running.run(parts, [first, second])
    assert state(warm, second)["state"] == "done"
    failed = state(warm, first)
    assert (failed["state"], failed["problem"]["code"]) == ("failed", "step_refused")


@on_sqlite
def test_who_cannot_see_a_lead_is_not_told_of_its_open_conversion(warm, admin, world):
    world.module("Leads").sharing = "private"
    hers = {"Last_Name": "Roe", "Company": "Roe"}
    private = str(world.add_record("Leads", hers, owner=world.users[0])["id"])
    assert agree(admin, private).status_code == 202
    answer = send(warm, private, {"target": "Vendors"}, "0" * 64)
    assert error_of(answer) == (404, "not_found")


@on_sqlite
def test_a_key_stands_for_one_lead_only(warm, lead, world):
    assert agree(warm, lead, key="k1").status_code == 202
    other = new_lead(world, "Other")
    assert error_of(agree(warm, other, key="k1")) == (409, "wrong_state")


@on_sqlite
def test_what_has_failed_in_a_batch_that_was_cancelled_keeps_nobody_from_a_new_one(
    warm, world, parts
):
    leads = new_leads(world, 2)
    world.module("Vendors").creatable = False
    one = done(warm, parts, leads)
    failed = [each["conversion"] for each in rows(warm, one["id"], state="failed")]
    assert warm.ask("POST", f"{PATH}/{one['id']}/retry").status_code == 202
    with parts.sessions.begin() as db:
        db.scalars(select(Conversion)).first().state = "failed"
    assert warm.ask("POST", f"{PATH}/{one['id']}/cancel").status_code == 202
    world.module("Vendors").creatable = True
    assert done(warm, parts, leads)["counts"]["done"] == 2
    again = warm.ask("POST", f"{ONE}/{failed[0]}/retry")
    assert error_of(again) == (409, "wrong_state")
    assert len(world.records["Vendors"]) == 2


@on_sqlite
def test_a_stopped_one_of_which_zoho_shows_nothing_any_more_keeps_no_other_and_can_be_undone(
    warm, world, parts, wire
):
    first, second = (agree(warm, new_lead(world, one)).json["id"] for one in ("One", "Two"))
    with cut_off(wire, 2, "before"):
        running.run(parts, [first])
    with parts.sessions.begin() as db:
        row = db.scalars(select(Conversion).where(Conversion.public_id == first)).one()
        row.state, row.open = "cancelled", None
    world.records["Vendors"].clear()
    running.run(parts, [first, second])
    assert state(warm, second)["state"] == "done"
    assert warm.ask("POST", f"{ONE}/{first}/undo", json={}).status_code == 202
    carry_out(parts, first)
    assert state(warm, first)["state"] == "undone"


@on_sqlite
def test_what_is_under_way_is_waited_for_also_by_who_insists(warm, lead, parts, wire):
    conversion = agree(warm, lead).json["id"]
    with cut_off(wire, 1, "after"):
        running.run(parts, [conversion])
    with parts.sessions.begin() as db:
        row = db.scalars(select(Conversion)).one()
        row.state, row.open = "cancelled", None
    early = warm.ask("POST", f"{ONE}/{conversion}/undo", json={"force": True})
    assert error_of(early) == (409, "wrong_state")


def forbid(world: World, permission: str) -> None:
    """An administrator takes it away from the rep's profile."""
    profile = world.profile(world.users[1].profile)
    assert profile is not None
    profile.denied.add(f"Crm_Implied_{permission}")


@on_sqlite
def test_a_refusal_that_a_dying_run_has_noted_is_not_passed_over(warm, lead, world, parts):
    conversion = agree(warm, lead, lead_after={"kind": "delete"}).json["id"]
    forbid(world, "Create_Notes")
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "failed"
    with parts.sessions.begin() as db:
        row = db.scalars(select(Conversion)).one()
        row.state, row.problem = "running", None
    carry_out(parts, conversion)
    failed = state(warm, conversion)
    assert (failed["state"], failed["problem"]["code"]) == ("failed", "step_refused")
    assert lead in world.records["Leads"]


@on_sqlite
def test_where_zoho_refuses_to_show_the_lead_it_says_so_and_writes_nothing(
    warm, lead, world, parts
):
    conversion = agree(warm, lead).json["id"]
    forbid(world, "View_Leads")
    carry_out(parts, conversion)
    with parts.sessions() as db:
        failed = db.scalars(select(Conversion)).one()
    assert failed.state == "failed"
    assert failed.problem["details"]["code"] == "NO_PERMISSION"
    assert not world.records["Vendors"]


@on_sqlite
@pytest.mark.parametrize("batch", [False, True], ids=["one", "batch"])
def test_one_that_waits_for_a_sign_in_and_is_cancelled_stays_so(
    warm, admin, world, parts, wire, zoho, clock, batch
):
    if batch:
        one = begun(warm, parts, new_leads(world, 1))
        conversion = rows(warm, one["id"])[0]["conversion"]
    else:
        conversion = agree(warm, new_lead(world)).json["id"]
    with cut_off(wire, 1, "after"):
        running.run(parts, [conversion])
    zoho.withdraw(world, world.users[1])
    clock.advance(hours=2)
    carry_out(parts, conversion)
    found = state(admin, conversion)
    assert (found["state"], found["question"]["code"]) == ("waiting", "sign_in")
    path = f"{PATH}/{one['id']}/cancel" if batch else f"/api/v1/conversions/{conversion}/cancel"
    answer = admin.ask("POST", path)
    assert answer.status_code in (200, 202), answer.json
    assert state(admin, conversion)["state"] == "cancelled"
    carry_out(parts, conversion)
    assert state(admin, conversion)["state"] == "cancelled"
    early = admin.ask("POST", f"{ONE}/{conversion}/undo", json={})
    assert "They must sign in again." in early.json["error"]["message"]


@on_sqlite
def test_what_zoho_does_a_little_after_its_answer_was_lost_is_found_though_it_was_stopped_at_once(
    warm, world, parts, wire, clock
):
    one = begun(warm, parts, new_leads(world, 1))
    [row] = rows(warm, one["id"])
    with cut_off(wire, 1, "after"):
        running.run(parts, [row["conversion"]])
    assert warm.ask("POST", f"{PATH}/{one['id']}/cancel").status_code == 202
    late = dict(world.records["Vendors"])
    world.records["Vendors"].clear()
    clock.advance(seconds=2)
    batch_runs.process(parts, one["id"], "0")
    world.records["Vendors"].update(late)
    clock.advance(minutes=2)
    batch_runs.process(parts, one["id"], "0")
    answer = warm.ask("POST", f"/api/v1/conversions/{row['conversion']}/undo", json={})
    assert answer.status_code == 202, answer.json
    batch_runs.process(parts, one["id"], "0")
    assert not world.records["Vendors"]


@on_sqlite
def test_of_several_that_were_on_their_way_when_it_was_stopped_each_is_found_out(
    warm, lead, world, parts, wire, clock
):
    parent = {"Parent_Id": {"id": lead, "name": "Doe"}, "$se_module": "Leads"}
    for title in ("One", "Two", "Three"):
        note = {"Note_Title": title, "Note_Content": "Rang.", **parent}
        world.add_record("Notes", note, owner=world.users[1])
    conversion = agree(warm, lead).json["id"]
    world.faults.order("server_error", method="POST", path="/Notes")
    running.run(parts, [conversion])
    with parts.sessions.begin() as db:
        row = db.scalars(select(Conversion)).one()
        row.state, row.open, row.changed_at = "cancelled", None, clock()
    assert running.run(parts, [conversion]) == 60, "they may be under way for a minute"
    clock.advance(minutes=1)
    carry_out(parts, conversion)
    assert warm.ask("POST", f"{ONE}/{conversion}/undo", json={}).status_code == 202


@on_sqlite
def test_who_asks_again_and_again_to_have_a_stopped_batch_taken_back_is_not_put_off_for_ever(
    warm, world, parts, wire, clock
):
    one = begun(warm, parts, new_leads(world, 2))
    with cut_off(wire, 1, "before"):
        batch_runs.process(parts, one["id"], "0")
    assert warm.ask("POST", f"{PATH}/{one['id']}/cancel").status_code == 202
    for _ in range(4):
        assert warm.ask("POST", f"{PATH}/{one['id']}/undo", json={}).status_code == 202
        batch_runs.process(parts, one["id"])
        batch_runs.process(parts, one["id"], "0")
        assert {each["left_alone"][0]["code"] for each in rows(warm, one["id"])} == {"under_way"}
        clock.advance(seconds=20)
    batch_runs.process(parts, one["id"], "0")
    with parts.sessions() as db:
        assert "sent" not in set(db.scalars(select(Line.state)))
    assert warm.ask("POST", f"{PATH}/{one['id']}/undo", json={}).status_code == 202
    batch_runs.process(parts, one["id"])
    batch_runs.process(parts, one["id"], "0")
    assert [(each["state"], each["left_alone"]) for each in rows(warm, one["id"])] == [
        ("undone", [])
    ] * 2
