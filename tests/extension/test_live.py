"""What moves is told as it happens, to those whom it concerns, on few threads."""

import json
import runpy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from extension import batch_runs
from extension.parts import Parts
from extension.web import live
from tests.extension.batch_rig import PATH, SLIM, done, look, new_leads, planned, start, work
from tests.extension.batch_rig import ask as ask_for
from tests.extension.conversion_rig import agree, carry_out, state
from tests.extension.rig import Clock, Person, error_of, on_sqlite

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Pulse:
    """The time of the streams, in which something happens whenever a stream sleeps."""

    clock: Clock
    parts: Parts
    happens: list[Callable[[], object]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    held: int = 0
    """Connections of the database that were in use meanwhile."""
    each_look: float = 0.0
    passed: float = 0.0

    def now(self) -> float:
        self.passed += self.each_look
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.held += self.parts.engine.pool.checkedout()  # type: ignore[attr-defined]
        self.slept.append(seconds)
        self.passed += seconds
        self.clock.advance(seconds=seconds)
        if self.happens:
            self.happens.pop(0)()


@pytest.fixture
def pulse(app: Flask, parts: Parts, clock: Clock) -> Iterator[Pulse]:
    pulse, real = Pulse(clock, parts), app.extensions[live.KEY]
    app.extensions[live.KEY] = live.Streams(pulse.now, pulse.sleep)
    yield pulse
    app.extensions[live.KEY] = real


def follow(person: Person, path: str) -> list[Any]:
    """Every event of a stream until it ends; a comment is None."""
    answer = person.get(f"{path}/events")
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream"), answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"
    *blocks, rest = answer.text.split("\n\n")
    assert rest == ""
    return [told(one) for one in blocks]


def told(block: str) -> Any:
    kind, _, text = block.partition(":")
    assert kind in ("", "data")
    assert "\n" not in block
    return json.loads(text) if kind else None


def of(conversion: str) -> str:
    return f"/api/v1/conversions/{conversion}"


def queued(person: Person, lead: str) -> str:
    answer = agree(person, lead)
    assert answer.status_code == 202, answer.json
    return str(answer.json["id"])


# What is told


def test_a_conversion_is_followed_until_it_is_done(warm, lead, parts, pulse):
    one = queued(warm, lead)
    before = state(warm, one)
    pulse.happens = [lambda: None, lambda: carry_out(parts, one)]
    assert follow(warm, of(one)) == [before, state(warm, one)]
    assert state(warm, one)["state"] == "done"
    assert pulse.slept == [live.OFTEN] * 2
    assert pulse.held == 0


def test_a_batch_is_followed_from_its_plan_to_its_end(warm, world, parts, pulse):
    one = ask_for(warm, new_leads(world, 2)).json["id"]
    pulse.happens = [
        lambda: batch_runs.process(parts, one),
        lambda: start(warm, look(warm, one)),
        lambda: work(parts, one),
    ]
    heard = follow(warm, f"{PATH}/{one}")
    assert [each["state"] for each in heard] == ["planning", "planned", "running", "done"]
    assert heard[-1] == look(warm, one)
    assert pulse.held == 0


@on_sqlite
def test_what_is_over_is_told_once(warm, world, parts, pulse):
    one = done(warm, parts, new_leads(world, 1))
    assert follow(warm, f"{PATH}/{one['id']}") == [one]
    assert pulse.slept == []


@on_sqlite
def test_where_nothing_happens_a_sign_of_life_comes_and_then_the_end(warm, lead, pulse):
    one = queued(warm, lead)
    assert follow(warm, of(one)) == [state(warm, one), None, None]
    assert pulse.slept == [live.OFTEN] * 50


@on_sqlite
def test_what_takes_long_to_look_at_is_looked_at_seldom(warm, lead, pulse):
    one = queued(warm, lead)
    pulse.each_look = 0.2
    follow(warm, of(one))
    assert pulse.slept[0] == live.OFTEN
    assert pulse.slept[1:] == pytest.approx([1.8] * len(pulse.slept[1:]))


# To whom


@on_sqlite
def test_a_stranger_follows_nothing(warm, lead, stranger, nobody, world, parts, pulse):
    one, batch = queued(warm, lead), planned(warm, parts, new_leads(world, 1))["id"]
    for path in (of(one), f"{PATH}/{batch}"):
        assert error_of(stranger.get(f"{path}/events")) == (404, "not_found")
        assert error_of(nobody.get(f"{path}/events")) == (401, "not_signed_in")
    assert pulse.slept == []


@on_sqlite
def test_an_administrator_follows_what_a_rep_asked_for_and_not_the_other_way_round(
    warm, admin, world, parts, pulse
):
    own, other = (planned(one, parts, new_leads(world, 1))["id"] for one in (warm, admin))
    assert follow(admin, f"{PATH}/{own}")[0]["id"] == own
    assert error_of(warm.get(f"{PATH}/{other}/events")) == (404, "not_found")


@on_sqlite
@pytest.mark.parametrize("how", ["signed out", "over"])
def test_a_stream_ends_with_the_session(warm, lead, clock, pulse, how):
    one = queued(warm, lead)
    ends = {
        "signed out": lambda: warm.ask("DELETE", "/api/v1/sessions/current"),
        "over": lambda: clock.advance(hours=8),
    }
    pulse.happens = [lambda: None, ends[how]]
    assert len(follow(warm, of(one))) == 1
    assert len(pulse.slept) == 2
    assert warm.get(f"{of(one)}/events").status_code == 401


# On how many threads


@on_sqlite
def test_more_streams_than_there_is_room_for_are_refused(warm, lead, pulse):
    path = f"{of(queued(warm, lead))}/events"
    headers = {"Authorization": f"Bearer {warm.token}"}
    opened = [warm.client.get(path, headers=headers) for _ in range(live.MOST)]
    assert {one.status_code for one in opened} == {200}
    refused = warm.get(path)
    assert error_of(refused) == (503, "too_many_streams")
    assert refused.headers["Retry-After"]
    # Who leaves makes room, though nothing was read.
    opened.pop().close()
    assert warm.get(path).status_code == 200
    for one in opened:
        one.close()


@on_sqlite
def test_what_is_no_stream_takes_no_room(warm, stranger, lead, pulse):
    path = f"{of(queued(warm, lead))}/events"
    for _ in range(live.MOST + 1):
        assert stranger.get(path).status_code == 404
        assert warm.ask("HEAD", path).status_code == 200
    assert warm.get(path).status_code == 200


def test_more_than_half_of_the_threads_are_left_to_others():
    gunicorn = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    assert gunicorn["threads"] / 2 > live.MOST
    assert gunicorn["graceful_timeout"] > live.LONGEST


# Many leads, agreed to without the number of their batch


def agree_to(person: Person, leads: list[str], digest: str, **more: Any) -> Any:
    body = {"leads": leads, "choices": SLIM, "digest": digest, **more}
    return person.ask("POST", "/api/v1/conversions", json=body)


def test_leads_and_a_digest_start_the_batch_that_was_planned_so(warm, world, parts):
    leads = new_leads(world, 2)
    one = planned(warm, parts, leads)
    answer = agree_to(warm, leads[::-1], one["digest"])
    assert (answer.status_code, answer.json) == (202, look(warm, one["id"]))
    assert answer.json["state"] == "running"
    assert agree_to(warm, leads, one["digest"]).json["id"] == one["id"]
    work(parts, one["id"])
    assert len(world.records["Vendors"]) == 2


@on_sqlite
def test_what_was_not_planned_so_is_not_started(warm, world, parts):
    leads = new_leads(world, 2)
    one = planned(warm, parts, leads)
    for answer in (
        agree_to(warm, leads[:1], one["digest"]),
        agree_to(warm, leads, "0" * 64),
        agree_to(warm, leads, one["digest"], choices={**SLIM, "salvage": True}),
    ):
        assert error_of(answer) == (404, "not_found")
    assert look(warm, one["id"])["state"] == "planned"


@on_sqlite
def test_nobody_else_starts_a_batch_by_its_digest(warm, admin, stranger, world, parts):
    leads = new_leads(world, 1)
    one = planned(warm, parts, leads)
    for other in (admin, stranger):
        assert error_of(agree_to(other, leads, one["digest"])) == (404, "not_found")
    assert look(warm, one["id"])["state"] == "planned"


@on_sqlite
def test_one_lead_or_many_and_each_once(warm):
    many = [str(one) for one in range(1, 502)]
    for leads, more in (
        (many, {}),
        ([], {}),
        (["1", "1"], {}),
        (["1"], {"lead": "1"}),
    ):
        answer = agree_to(warm, leads, "0" * 64, **more)
        assert error_of(answer) == (422, "invalid_input"), leads
    neither = {"choices": SLIM, "digest": "0" * 64}
    answer = warm.ask("POST", "/api/v1/conversions", json=neither)
    assert error_of(answer) == (422, "invalid_input")
    assert agree_to(warm, many[:500], "0" * 64).status_code == 404
