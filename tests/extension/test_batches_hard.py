"""Batches in bad weather: power cuts, refusals, crowds of clicks, dead grants, and other people."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from emulator import World
from extension import batch_runs
from extension.parts import Parts
from extension.store.conversions import Conversion
from tests.extension.conftest import everything
from tests.extension.cuts import MOMENTS, Cutter, PowerCut, never, picture, power_cuts
from tests.extension.rig import Clock, asked, error_of, on_sqlite
from tests.extension.test_batches import (
    PATH,
    SLIM,
    ask,
    look,
    new_leads,
    planned,
    rows,
    start,
    work,
)
from tests.extension.test_power_cuts import without_bin

MARK = {"kind": "mark", "values": {"Lead_Status": "Contacted"}}
THREADS = 20


@pytest.fixture
def lead(world: World) -> str:
    return new_leads(world, 1)[0]


def through_cuts(parts: Parts, clock: Clock, batch: str) -> None:
    """As the engine does it: again after every power cut, and as often as it wants to be called."""
    for run in (None, "0"):
        for _ in range(80):
            try:
                verdict = batch_runs.process(parts, batch, run)
            except PowerCut:
                continue
            if not isinstance(verdict, batch_runs.Again):
                break
            clock.advance(seconds=verdict.after_seconds)
        else:
            raise AssertionError("it never ends")


def three(world: World) -> list[str]:
    """Two leads of one company, and one of another."""
    leads = [*new_leads(world, 2, Company="Acme Ltd."), *new_leads(world, 1)]
    for at, one in enumerate(leads):
        world.find("Leads", one)["Email"] = f"{at}@three.example"
    return leads


# Power cuts


@on_sqlite
def test_planning_that_is_cut_at_any_question_comes_to_the_same_plan(warm, world, parts, wire):
    leads = three(world)
    expected = planned(warm, parts, leads)
    batch, cut = ask(warm, leads).json["id"], 0
    seen: set[int] = set()

    def die_once(request: Any) -> None:
        nonlocal cut
        cut += 1
        if cut not in seen:
            seen.add(cut)
            raise PowerCut

    wire.before = die_once
    for _ in range(50):
        cut = 0
        try:
            batch_runs.process(parts, batch)
            break
        except PowerCut:
            continue
    wire.before = None
    one = look(warm, batch)
    assert len(seen) > 1
    assert (one["state"], one["digest"], one["joined"]) == ("planned", expected["digest"], 1)
    assert not world.records["Vendors"]


@on_sqlite
def test_leads_that_are_added_share_with_those_that_were_planned_before(warm, world, parts):
    leads = three(world)
    one = planned(warm, parts, leads[:1])
    answer = warm.ask("POST", f"{PATH}/{one['id']}/leads", json={"leads": leads[1:]})
    assert answer.status_code == 202, answer.json
    batch_runs.process(parts, one["id"])
    assert [each["joined_to"] for each in rows(warm, one["id"])] == [None, 1, None]
    assert error_of(start(warm, one)) == (409, "plan_changed")


@dataclass
class Dying:
    """A place in line whose second entry is not written down: the process has died."""

    queue: Any
    count: int = field(default=0, init=False)

    def enqueue(self, *what: Any, **more: Any) -> None:
        self.count += 1
        if self.count == 2:
            raise PowerCut
        self.queue.enqueue(*what, **more)


def test_a_start_that_is_cut_between_two_hundreds_goes_on_with_the_second(warm, world, parts):
    one = planned(warm, parts, new_leads(world, 120))
    assert start(warm, one).status_code == 202
    dying = replace(parts, queue=Dying(parts.queue))
    with pytest.raises(PowerCut):
        batch_runs.process(dying, one["id"])
    assert look(warm, one["id"])["counts"]["queued"] == 100
    work(parts, one["id"])
    assert look(warm, one["id"])["counts"]["done"] == 120
    assert len(everything(parts, Conversion)) == len(world.records["Vendors"]) == 120


@on_sqlite
@pytest.mark.parametrize("moment", MOMENTS)
def test_wherever_a_batch_is_cut_each_record_is_made_and_taken_back_once(
    warm, world, parts, wire, clock, moment
):
    pictures = []
    for cutter in (never(), Cutter(moment)):
        leads = three(world)
        before = without_bin(picture(world))
        one = planned(warm, parts, leads, lead_after=MARK)
        assert start(warm, one).status_code == 202
        with power_cuts(wire, cutter):
            through_cuts(parts, clock, one["id"])
        assert look(warm, one["id"])["counts"]["done"] == 3, rows(warm, one["id"])
        names = Counter(each["Vendor_Name"] for each in world.records["Vendors"].values())
        assert names == {"Acme Ltd.": 1, "Works 0000": 1}
        marked = [world.find("Leads", each).get("Lead_Status") for each in leads]
        assert marked == ["Contacted"] * 3
        if cutter.moment == moment:
            assert cutter.everywhere, (cutter.writes, cutter.cut)
        pictures.append(without_bin(picture(world)))
        back = Cutter(cutter.moment)
        answer = warm.ask("POST", f"{PATH}/{one['id']}/undo", json={})
        assert answer.status_code == 202, answer.json
        with power_cuts(wire, back):
            through_cuts(parts, clock, one["id"])
        assert look(warm, one["id"])["counts"]["undone"] == 3, rows(warm, one["id"])
        if cutter.moment == moment:
            assert back.everywhere, (back.writes, back.cut)
        assert without_bin(picture(world)) == before
        for each in leads:
            del world.records["Leads"][each]
    assert pictures[0] == pictures[1]


# Refusals


@on_sqlite
def test_of_sixty_only_the_five_that_failed_run_again_once_the_cause_is_mended(warm, world, parts):
    leads = new_leads(world, 60)
    one = planned(warm, parts, leads)
    assert (one["counts"]["planned"], start(warm, one).status_code) == (60, 202)
    world.module("Vendors").field("Email").unique = True
    emails = {f"doe{at}@works.example" for at in (3, 17, 31, 44, 59)}
    clashes = [
        str(world.add_record("Vendors", {"Vendor_Name": "Clash", "Email": email})["id"])
        for email in emails
    ]
    work(parts, one["id"])
    seen = look(warm, one["id"])
    assert (seen["counts"]["done"], seen["counts"]["failed"]) == (55, 5)
    failed = rows(warm, one["id"], state="failed")
    assert [each["lead"] for each in failed] == [leads[at] for at in (3, 17, 31, 44, 59)]
    assert {each["reason"]["details"]["code"] for each in failed} == {"DUPLICATE_DATA"}
    for each in clashes:
        del world.records["Vendors"][each]
    made, before = set(world.records["Vendors"]), asked(world)
    assert warm.ask("POST", f"{PATH}/{one['id']}/retry").status_code == 202
    work(parts, one["id"])
    assert look(warm, one["id"])["counts"]["done"] == 60
    assert asked(world) - before == 1
    again = set(world.records["Vendors"]) - made
    assert {world.records["Vendors"][each]["Email"] for each in again} == emails


# Crowds


def at_once(deed: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(THREADS) as pool:
        return [one.result() for one in [pool.submit(deed) for _ in range(100)]]


def test_a_hundred_clicks_that_start_a_batch_are_one(warm, person, world, parts):
    one = planned(warm, parts, new_leads(world, 3))

    def click() -> Any:
        browser = person()
        browser.token = warm.token
        answer = start(browser, one)
        return answer.status_code, answer.json

    answers = at_once(click)
    assert answers == [answers[0]] * 100
    assert (answers[0][0], answers[0][1]["state"]) == (202, "running")
    work(parts, one["id"])
    assert len(everything(parts, Conversion)) == len(world.records["Vendors"]) == 3


def test_a_hundred_clicks_that_convert_a_lead_are_one_conversion(warm, lead, person, world, parts):
    plan = warm.ask("POST", f"/api/v1/leads/{lead}/plan", json=SLIM)
    assert plan.status_code == 200, plan.json
    body = {"lead": lead, "choices": SLIM, "digest": plan.json["digest"]}

    def click() -> Any:
        browser = person()
        browser.token = warm.token
        answer = browser.ask("POST", "/api/v1/conversions", json=body)
        return answer.status_code, answer.json

    answers = at_once(click)
    assert answers == [answers[0]] * 100
    assert answers[0][0] == 202, answers[0]
    assert len(everything(parts, Conversion)) == 1
