"""What holds a conversion up: Zoho is busy or refuses, a consent ends, something breaks down."""

import threading
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import requests
from sqlalchemy import delete

from extension import running
from extension.attempts import Again, Waiting
from extension.backoff import BUSY_SECONDS
from extension.store.conversions import Conversion
from extension.store.models import Metadata
from tests.extension.conversion_rig import MARK, agree, carry_out, new_lead, state
from tests.extension.rig import Person, error_of, on_sqlite


def held_up_by(person: Person, conversion: str) -> str:
    """The code of what is said to hold it up, "" where nothing does."""
    found: dict[str, Any] = state(person, conversion)["problem"] or {}
    return str(found.get("code", ""))


@on_sqlite
def test_where_zoho_is_busy_it_goes_on_later(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    world.faults.order("busy", times=1, method="POST", path="/Vendors")
    wait = running.run(parts, [conversion])
    assert wait
    assert wait > 1
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    assert len(world.records["Vendors"]) == 1


@on_sqlite
def test_it_leaves_zoho_alone_no_longer_each_time_while_it_gets_on(warm, lead, world, parts):
    work = running.duty(parts).work
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    pauses = []
    for method, path in (("POST", "/Vendors"), ("POST", "/Notes"), ("PUT", "/Leads")):
        world.faults.order("busy", times=1, method=method, path=path)
    for _ in range(3):
        pauses.append(work(conversion))
    assert pauses == [Again(BUSY_SECONDS)] * 3
    assert work(conversion) == Waiting()
    another = agree(warm, new_lead(world, "Other")).json["id"]
    world.faults.order("busy", times=None, method="POST", path="/Vendors")
    stuck = [work(another) for _ in range(4)]
    assert all(isinstance(one, Again) for one in stuck)
    assert stuck[3].after_seconds > BUSY_SECONDS


@on_sqlite
def test_while_zoho_is_busy_for_hours_it_goes_on_asking_and_is_no_burden(
    warm, lead, world, parts, clock
):
    work = running.duty(parts).work
    conversion = agree(warm, lead).json["id"]
    world.faults.order("busy", times=None)
    calm, times = clock.moment + timedelta(hours=6), 0
    while clock.moment < calm:
        verdict = work(conversion)
        assert isinstance(verdict, Again)
        times += 1
        clock.advance(seconds=verdict.after_seconds)
    assert 6 * 6 <= times <= 6 * 12 + 10
    found = state(warm, conversion)
    assert (found["state"], found["steps_done"]) == ("running", 0)
    assert found["problem"]["code"] == "zoho_busy"
    world.faults.clear()
    assert work(conversion) == Waiting()
    done = state(warm, conversion)
    assert (done["state"], done["problem"]) == ("done", None)
    assert len(world.records["Vendors"]) == 1


@on_sqlite
@pytest.mark.parametrize(
    ("left", "then_busy"),
    [(0, ("POST", "/Vendors")), (3, ("PUT", "/Leads"))],
    ids=["before anything", "in the middle"],
)
def test_where_the_credits_are_used_up_it_says_so_and_goes_on_once_some_are_back(
    warm, lead, world, parts, wire, clock, left, then_busy
):
    work = running.duty(parts).work
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    world.limits.credits = world.limits.spent + left
    for _ in range(3):
        verdict = work(conversion)
        assert isinstance(verdict, Again)
        assert verdict.after_seconds >= BUSY_SECONDS / 2
        clock.advance(seconds=verdict.after_seconds)
    held_up = state(warm, conversion)
    assert (held_up["state"], held_up["problem"]["code"]) == ("running", "paused")
    assert held_up["problem"]["details"] == {"left": 0}
    assert (held_up["steps_done"] > 0) is (left > 0)
    assert "API credits of the last 24 hours are used up" in held_up["problem"]["message"]
    world.limits.credits = None
    method, path = then_busy
    world.faults.order("busy", times=1, method=method, path=path)
    seen, at_the_mark = [], []

    def before(request: requests.PreparedRequest) -> None:
        if (request.method, request.path_url.endswith("/Leads")) == ("PUT", True):
            at_the_mark.append(held_up_by(warm, conversion))

    wire.before = before
    while (verdict := work(conversion)) != Waiting():
        seen.append(held_up_by(warm, conversion))
    assert seen == ["zoho_busy"]
    assert at_the_mark
    assert "paused" not in at_the_mark
    done = state(warm, conversion)
    assert (done["state"], done["problem"]) == ("done", None)
    assert len(world.records["Vendors"]) == 1


@on_sqlite
def test_one_that_waits_for_credits_can_be_stopped_and_what_was_made_be_taken_back(
    warm, lead, world, parts
):
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    world.limits.credits = world.limits.spent + 3
    assert running.run(parts, [conversion])
    assert state(warm, conversion)["problem"]["code"] == "paused"
    assert len(world.records["Vendors"]) == 1
    stop = warm.ask("POST", f"/api/v1/conversions/{conversion}/cancel", json={})
    assert (stop.status_code, stop.json["state"]) == (200, "cancelled"), stop.json
    assert stop.json["problem"] is None
    world.limits.credits = None
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "cancelled"
    assert world.find("Leads", lead).get("Lead_Status") != "Contacted"
    assert warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={}).status_code == 202
    carry_out(parts, conversion)
    assert (state(warm, conversion)["state"], world.records["Vendors"]) == ("undone", {})


@on_sqlite
def test_one_that_zoho_is_too_busy_for_can_be_stopped_and_nothing_more_is_written(
    warm, lead, world, parts
):
    conversion = agree(warm, lead).json["id"]
    world.faults.order("busy", times=None, method="POST", path="/Vendors")
    assert running.run(parts, [conversion])
    assert held_up_by(warm, conversion) == "zoho_busy"
    stop = warm.ask("POST", f"/api/v1/conversions/{conversion}/cancel", json={})
    assert (stop.status_code, stop.json["state"]) == (200, "cancelled"), stop.json
    world.faults.clear()
    carry_out(parts, conversion)
    assert (state(warm, conversion)["state"], world.records["Vendors"]) == ("cancelled", {})


def test_what_is_stopped_while_the_worker_looks_is_not_sent_by_it_any_more(
    warm, lead, world, parts, wire
):
    was = world.find("Leads", lead).get("Lead_Status")
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    world.faults.order("busy", times=1, method="PUT", path="/Leads")
    assert running.run(parts, [conversion])
    looks = count(1)
    answers = []

    def before(request: requests.PreparedRequest) -> None:
        path = request.path_url.partition("?")[0]
        # The first look is for who has changed the lead, the second for what is written over.
        if (request.method, path.endswith("/Leads")) == ("GET", True) and next(looks) == 2:
            for deed in ("cancel", "undo"):
                path = f"/api/v1/conversions/{conversion}/{deed}"
                answers.append(warm.ask("POST", path, json={}))

    wire.before = before
    running.run(parts, [conversion])
    wire.before = None
    assert [one.status_code for one in answers] == [200, 202], [one.json for one in answers]
    assert world.find("Leads", lead).get("Lead_Status") == was
    carry_out(parts, conversion)
    over = state(warm, conversion)
    assert (over["state"], over["left_alone"]) == ("undone", [])
    assert not world.records["Vendors"]


@on_sqlite
def test_a_refused_step_fails_with_zohos_reason_and_can_be_tried_again(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    world.module("Vendors").creatable = False
    carry_out(parts, conversion)
    failed = state(warm, conversion)
    assert (failed["state"], failed["problem"]["code"]) == ("failed", "step_refused")
    assert failed["problem"]["details"]["step"] == "Create"
    world.module("Vendors").creatable = True
    again = warm.ask("POST", f"/api/v1/conversions/{conversion}/retry")
    assert (again.status_code, again.json["state"]) == (202, "queued")
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"


@on_sqlite
def test_a_consent_that_ends_meanwhile_makes_it_wait_for_the_person(
    warm, lead, world, parts, zoho, clock
):
    conversion = agree(warm, lead).json["id"]
    zoho.withdraw(world, world.users[1])
    carry_out(parts, conversion)
    with parts.sessions() as db:
        row = db.query(Conversion).filter_by(public_id=conversion).one()
    assert (row.state, row.question["code"]) == ("waiting", "sign_in")
    assert not world.records["Vendors"]
    warm.sign_in(world, world.users[1])
    assert state(warm, conversion)["state"] == "queued"
    again = warm.ask("POST", f"/api/v1/conversions/{conversion}/resolve", json={})
    assert error_of(again) == (409, "wrong_state")
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"


@on_sqlite
def test_it_waits_for_the_person_too_where_nothing_is_known_of_the_org_any_more(
    warm, lead, world, parts, zoho
):
    conversion = agree(warm, lead).json["id"]
    zoho.withdraw(world, world.users[1])
    with parts.sessions.begin() as db:
        db.execute(delete(Metadata))
    carry_out(parts, conversion)
    with parts.sessions() as db:
        row = db.query(Conversion).filter_by(public_id=conversion).one()
    assert (row.state, row.question["code"]) == ("waiting", "sign_in")


@on_sqlite
def test_what_breaks_down_lets_what_goes_on_beside_it_be_noted_first(warm, world, parts, wire):
    """Or a call that is still under way would be sent again beside itself."""
    first, second = (agree(warm, new_lead(world, one)).json["id"] for one in ("One", "Two"))
    first_to_ask, broken = threading.Lock(), threading.Event()

    def before(request: requests.PreparedRequest) -> None:
        if request.method == "POST" and request.path_url.endswith("/Attachments"):
            if first_to_ask.acquire(blocking=False):
                broken.set()
                raise ArithmeticError
            assert broken.wait(10)

    wire.before = before
    with pytest.raises(ArithmeticError):
        running.run(parts, [first, second])
    wire.before = None
    behind, ahead = sorted(state(warm, one)["steps_done"] for one in (first, second))
    assert ahead == behind + 1
    for one in (first, second):
        carry_out(parts, one)
    assert [state(warm, one)["state"] for one in (first, second)] == ["done", "done"]
