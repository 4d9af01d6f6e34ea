"""What stays unclear, however often it is sent: it is left alone ever longer, and then stopped in a
way that a person can do something about."""

from typing import Any

import pytest
import requests

from emulator import World
from extension import batch_runs, inbox, running, unclear
from extension.attempts import Again, Verdict
from extension.parts import Parts
from extension.store.conversions import Line
from extension.store.inbox import Delivery
from extension.store.models import Job
from tests.extension.batch_rig import PATH, begun, look, new_leads, rows
from tests.extension.conversion_rig import MARK, agree, carry_out, state
from tests.extension.hook_rig import choose, delivery
from tests.extension.rig import Clock, Wire, error_of, everything, on_sqlite
from tests.extension.test_inbox_assessing import fields  # noqa: F401

ONE = "/api/v1/conversions"
LOST = pytest.mark.parametrize("trouble", ["server_error", "answer_lost"])


def worked(duty: Any, run_id: str, clock: Clock) -> list[float]:
    """The pauses of a run that is carried out as the engine does it, until it is over."""
    pauses = list[float]()
    while isinstance(verdict := duty(run_id), Again):
        pauses.append(verdict.after_seconds)
        clock.advance(seconds=verdict.after_seconds)
        assert len(pauses) < 50, "it never ends"
    return pauses


def sent(world: World, method: str, path: str) -> int:
    return sum((one.method, one.path) == (method, path) for one in world.log.calls)


@pytest.fixture
def stopped(warm, lead, world, parts, clock) -> str:
    """A conversion whose mark on the lead stayed unclear although it was made each time."""
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    world.faults.order("answer_lost", method="PUT", path="/Leads", times=None)
    worked(running.duty(parts).work, conversion, clock)
    world.faults.clear()
    return str(conversion)


@on_sqlite
@LOST
def test_what_stays_unclear_is_tried_ever_later_and_then_stopped_with_the_reason(
    warm, lead, world, parts, clock, trouble
):
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    world.faults.order(trouble, method="PUT", path="/Leads", times=None)
    pauses = worked(running.duty(parts).work, conversion, clock)
    assert pauses[:5] == [2, 4, 8, 16, 32]
    assert max(pauses) <= 600
    assert 20 * 60 <= sum(pauses) <= 40 * 60
    assert sent(world, "PUT", "/Leads") == unclear.MOST
    now = state(warm, conversion)
    assert (now["state"], now["problem"]["code"]) == ("failed", "step_unclear")
    assert now["problem"]["details"]["step"] == "MarkLead"
    [mark] = [one for one in everything(parts, Line) if one.state == "sent"]
    assert mark.id == now["problem"]["details"]["line"], "so that it is still looked for"


@on_sqlite
def test_once_it_is_left_alone_for_long_it_says_why_and_can_be_stopped(
    warm, lead, world, parts, clock
):
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    world.faults.order("answer_lost", method="PUT", path="/Leads", times=None)
    work, said = running.duty(parts).work, []
    while not said or said[-1] is None:
        verdict = work(conversion)
        assert isinstance(verdict, Again)
        clock.advance(seconds=verdict.after_seconds)
        said.append(state(warm, conversion)["problem"])
    assert (len(said), said[-1]["code"]) == (4, "no_answer"), "a wait of a few seconds is none"
    stop = warm.ask("POST", f"{ONE}/{conversion}/cancel", json={})
    assert (stop.status_code, stop.json["state"]) == (200, "cancelled"), stop.json
    world.faults.clear()
    carry_out(parts, conversion)
    assert warm.ask("POST", f"{ONE}/{conversion}/undo", json={}).status_code == 202
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "undone"
    assert world.find("Leads", lead).get("Lead_Status") != "Contacted"


@on_sqlite
@LOST
def test_an_answer_that_comes_after_all_lets_it_go_on(warm, lead, world, parts, clock, trouble):
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    world.faults.order(trouble, method="PUT", path="/Leads", times=unclear.MOST - 1)
    worked(running.duty(parts).work, conversion, clock)
    assert state(warm, conversion)["state"] == "done"


@on_sqlite
def test_the_last_try_is_looked_for_too_before_it_is_given_up(warm, lead, world, parts, clock):
    conversion = agree(warm, lead).json["id"]
    world.faults.order("server_error", method="POST", path="/Vendors", times=unclear.MOST - 1)
    world.faults.order("answer_lost", method="POST", path="/Vendors", nth=unclear.MOST)
    worked(running.duty(parts).work, conversion, clock)
    assert state(warm, conversion)["state"] == "done"
    assert len(world.records["Vendors"]) == 1


@on_sqlite
def test_who_has_it_tried_again_has_it_tried_as_patiently_as_before(
    warm, lead, world, parts, clock, stopped
):
    world.faults.order("server_error", method="PUT", path="/Leads", times=3)
    assert warm.ask("POST", f"{ONE}/{stopped}/retry").json["state"] == "queued"
    assert worked(running.duty(parts).work, stopped, clock) == [2, 4, 8]
    assert (state(warm, stopped)["state"], state(warm, stopped)["problem"]) == ("done", None)


@on_sqlite
def test_a_record_that_came_about_late_is_found_when_it_is_tried_again(
    warm, lead, world, parts, clock, wire
):
    conversion = agree(warm, lead).json["id"]
    late = list[Any]()

    def hold_back(request: requests.PreparedRequest) -> None:
        if request.method == "POST" and request.path_url.endswith("/Vendors"):
            late.append(request)
            raise requests.ConnectionError("no answer", request=request)

    wire.before = hold_back
    worked(running.duty(parts).work, conversion, clock)
    wire.before = None
    assert state(warm, conversion)["problem"]["code"] == "step_unclear"
    wire.send(late[0])
    assert warm.ask("POST", f"{ONE}/{conversion}/retry").status_code == 202
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    assert len(world.records["Vendors"]) == 1


@on_sqlite
def test_who_cancels_it_can_take_back_what_was_done_without_a_word(
    warm, lead, world, parts, stopped
):
    assert world.find("Leads", lead)["Lead_Status"] == "Contacted"
    assert warm.ask("POST", f"{ONE}/{stopped}/cancel").json["state"] == "cancelled"
    early = warm.ask("POST", f"{ONE}/{stopped}/undo", json={})
    assert error_of(early) == (409, "wrong_state"), "first it is looked what was done"
    carry_out(parts, stopped)
    assert warm.ask("POST", f"{ONE}/{stopped}/undo", json={}).status_code == 202
    carry_out(parts, stopped)
    assert state(warm, stopped)["state"] == "undone"
    assert world.find("Leads", lead).get("Lead_Status") != "Contacted"
    assert not world.records["Vendors"]


def asked(parts: Parts, run_id: str) -> int:
    """How often somebody has wanted the run to be looked at."""
    return next((one.asked for one in everything(parts, Job) if one.run_id == run_id), 0)


@on_sqlite
def test_once_it_is_cancelled_it_is_looked_what_was_done_without_anybody_asking(
    warm, parts, stopped
):
    before = asked(parts, stopped)
    assert warm.ask("POST", f"{ONE}/{stopped}/cancel").json["problem"]["code"] == "step_unclear"
    assert asked(parts, stopped) == before + 1


@on_sqlite
@pytest.mark.parametrize("deed", ["retry", "undo"])
def test_a_step_back_that_stays_unclear_stops_and_can_be_tried_again(
    warm, lead, world, parts, clock, deed
):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    assert warm.ask("POST", f"{ONE}/{conversion}/undo", json={}).status_code == 202
    world.faults.order("server_error", method="DELETE", path="/Vendors", times=None)
    worked(running.duty(parts).work, conversion, clock)
    assert state(warm, conversion)["problem"]["code"] == "step_unclear"
    world.faults.clear()
    assert warm.ask("POST", f"{ONE}/{conversion}/{deed}", json={}).status_code == 202
    carry_out(parts, conversion)
    assert (state(warm, conversion)["state"], world.records["Vendors"]) == ("undone", {})


# Many at once


def chunk(parts: Parts, batch: str) -> Any:
    def work(run_id: str) -> Verdict:
        return batch_runs.process(parts, batch, run_id)

    return work


def break_down_over(wire: Wire, path: str, word: str) -> None:
    """Zoho breaks down over every call to this path in which the word occurs."""

    def before(request: requests.PreparedRequest) -> None:
        body = request.body or b""
        told = body.encode() if isinstance(body, str) else body
        at = request.path_url.partition("?")[0]
        if request.method != "GET" and at.endswith(path) and word.encode() in told:
            raise requests.ConnectionError("no answer", request=request)

    wire.before = before


@on_sqlite
def test_one_over_which_zoho_breaks_down_keeps_none_of_its_hundred(warm, world, parts, clock, wire):
    leads = new_leads(world, 4)
    one = begun(warm, parts, leads, lead_after=MARK)
    break_down_over(wire, "/Leads", leads[2])
    pauses = worked(chunk(parts, one["id"]), "0", clock)
    assert sum(pauses) <= 40 * 60
    assert look(warm, one["id"])["counts"]["done"] == 3
    [failed] = rows(warm, one["id"], state="failed")
    assert (failed["lead"], failed["reason"]["code"]) == (leads[2], "step_unclear")
    wire.before = None
    assert warm.ask("POST", f"{PATH}/{one['id']}/retry").status_code == 202
    batch_runs.process(parts, one["id"])
    worked(chunk(parts, one["id"]), "0", clock)
    assert look(warm, one["id"])["counts"]["done"] == 4


@on_sqlite
def test_of_a_batch_that_is_cancelled_it_is_looked_what_was_done_too(
    warm, world, parts, clock, wire
):
    one = begun(warm, parts, new_leads(world, 2), lead_after=MARK)
    break_down_over(wire, "/Vendors", "Works 0001")
    batch_runs.process(parts, one["id"], "0")
    before = asked(parts, f"batch-{one['id']}.0")
    assert warm.ask("POST", f"{PATH}/{one['id']}/cancel").status_code == 202
    assert asked(parts, f"batch-{one['id']}.0") == before + 1


@on_sqlite
def test_while_one_is_left_alone_the_others_come_to_their_end(warm, world, parts, wire):
    leads = new_leads(world, 3)
    one = begun(warm, parts, leads, lead_after=MARK)
    break_down_over(wire, "/Vendors", "Works 0001")
    for _ in range(unclear.ALONE + 1):
        batch_runs.process(parts, one["id"], "0")
    assert look(warm, one["id"])["counts"]["done"] == 2


# An assessment


@on_sqlite
def test_an_assessment_that_stays_unclear_ends_with_the_reason_and_can_be_replayed(
    rule,
    admin,
    fields,  # noqa: F811
    lead,
    world,
    parts,
    clock,
):
    choose(admin, assess=fields)
    answer = rule.call(lead_id=lead, action="assess")
    world.faults.order("server_error", method="PUT", path="/Leads", times=None)
    inbox.put_in_line(parts)
    [row] = everything(parts, Delivery)
    duty = inbox.duty(parts, running.duty(parts))
    pauses = worked(duty.work, f"lead-{row.installation_id}-{lead}", clock)
    assert pauses[:5] == [2, 4, 8, 16, 32]
    assert sent(world, "PUT", "/Leads") == unclear.MOST
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("failed", "step_unclear")
    world.faults.clear()
    world.faults.order("server_error", method="PUT", path="/Leads", times=1)
    path = f"/api/v1/deliveries/{came['id']}/replay"
    assert admin.ask("POST", path).status_code == 202
    inbox.put_in_line(parts)
    assert worked(duty.work, f"lead-{row.installation_id}-{lead}", clock) == [2]
    assert delivery(admin, answer)["state"] == "done"
