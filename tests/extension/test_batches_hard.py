"""Batches in bad weather: refusals, crowds of clicks, dead grants."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import select, text, update

from emulator import World
from extension import batch_runs, runs
from extension.store.conversions import Conversion
from tests.extension.batch_rig import (
    PATH,
    SLIM,
    ask,
    begun,
    look,
    new_leads,
    planned,
    retried,
    rows,
    start,
    three,
    work,
)
from tests.extension.conversion_rig import carry_out
from tests.extension.rig import Clock, Zoho, asked, error_of, everything, on_postgresql, on_sqlite

CLICKS = 100


# Refusals


@on_sqlite
def test_leads_that_are_added_share_with_those_that_were_planned_before(warm, world, parts):
    leads = three(world)
    one = planned(warm, parts, leads[:1])
    answer = warm.ask("POST", f"{PATH}/{one['id']}/leads", json={"leads": leads[1:]})
    assert answer.status_code == 202, answer.json
    batch_runs.process(parts, one["id"])
    assert [each["joined_to"] for each in rows(warm, one["id"])] == [None, 1, None]
    assert error_of(start(warm, one)) == (409, "plan_changed")


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
    # Whether their leads are still the same, and the five.
    assert asked(world) - before == 2
    again = set(world.records["Vendors"]) - made
    assert {world.records["Vendors"][each]["Email"] for each in again} == emails


# Crowds


def at_once(deed: Callable[[], Any]) -> list[Any]:
    """Done a hundred times, by as many threads that set out in the same moment."""
    off = threading.Barrier(CLICKS)

    def click() -> Any:
        off.wait(60)
        return deed()

    with ThreadPoolExecutor(CLICKS) as pool:
        return [one.result() for one in [pool.submit(click) for _ in range(CLICKS)]]


def test_a_hundred_clicks_that_start_a_batch_are_one(warm, person, world, parts):
    one = planned(warm, parts, new_leads(world, 3))

    def click() -> Any:
        browser = person()
        browser.token = warm.token
        answer = start(browser, one)
        return answer.status_code, answer.json

    answers = at_once(click)
    assert answers == [answers[0]] * CLICKS
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
    assert answers == [answers[0]] * CLICKS
    assert answers[0][0] == 202, answers[0]
    [made] = everything(parts, Conversion)
    # Two workers at once, as where one of them was taken for dead.
    begun = threading.Barrier(2)

    def carry(_: int) -> None:
        begun.wait(60)
        carry_out(parts, made.public_id)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(carry, range(2)))
    assert [one.state for one in everything(parts, Conversion)] == ["done"]
    assert len(world.records["Vendors"]) == 1


# Faults of ours, and grants that die


@on_sqlite
def test_whatever_a_worker_gives_up_can_be_tried_again(warm, world, parts):
    leads = new_leads(world, 2)
    one = ask(warm, leads).json
    batch_runs.give_up(parts, one["id"], None)
    seen = look(warm, one["id"])
    assert (seen["state"], seen["counts"]["blocked"], seen["problem"]["code"]) == (
        "planned", 2, "fault",
    )  # fmt: skip
    assert retried(warm, parts, one)["counts"]["planned"] == 2
    assert start(warm, look(warm, one["id"])).status_code == 202
    # While its conversions were to be made.
    batch_runs.give_up(parts, one["id"], None)
    seen = look(warm, one["id"])
    assert (seen["state"], seen["counts"]["blocked"]) == ("done", 2)
    assert start(warm, retried(warm, parts, one)).status_code == 202
    batch_runs.process(parts, one["id"])
    # While they were carried out.
    batch_runs.give_up(parts, one["id"], "0")
    assert {each["reason"]["code"] for each in rows(warm, one["id"])} == {"fault"}
    retried(warm, parts, one)
    work(parts, one["id"])
    assert look(warm, one["id"])["counts"]["done"] == 2
    # While they were to be taken back.
    assert warm.ask("POST", f"{PATH}/{one['id']}/undo", json={}).status_code == 202
    batch_runs.give_up(parts, one["id"], None)
    seen = look(warm, one["id"])
    assert (seen["state"], seen["problem"]["code"], seen["counts"]["done"]) == ("done", "fault", 2)
    assert warm.ask("POST", f"{PATH}/{one['id']}/undo", json={}).status_code == 202
    work(parts, one["id"])
    assert (look(warm, one["id"])["state"], len(world.records["Vendors"])) == ("undone", 0)


def lock_out(zoho: Zoho, world: World, clock: Clock) -> None:
    """The person withdraws the consent, and what tokens there are run out."""
    zoho.withdraw(world, world.users[1])
    clock.advance(hours=2)


@on_sqlite
def test_a_batch_whose_person_is_locked_out_waits_and_goes_on_once_they_are_back(
    warm, admin, world, parts, zoho, clock
):
    one = ask(warm, new_leads(world, 2)).json
    for state, counted in (("planned", "planned"), ("done", "done"), ("undone", "undone")):
        lock_out(zoho, world, clock)
        batch_runs.process(parts, one["id"])
        batch_runs.process(parts, one["id"], "0")
        seen = look(admin, one["id"])
        assert seen["state"] == "waiting", (state, seen)
        why = seen["problem"] or rows(admin, one["id"])[0]["question"]
        assert why["code"] == "sign_in"
        rep = world.users[1]
        assert why["details"] == {"person": {"id": rep.id, "name": rep.full_name}}
        assert "signed in" in warm.sign_in(world, world.users[1]).text.lower()
        batch_runs.process(parts, one["id"])
        work(parts, one["id"])
        seen = look(warm, one["id"])
        assert (seen["state"], seen["counts"][counted], seen["problem"]) == (state, 2, None)
        if state == "planned":
            assert start(warm, seen).status_code == 202
            batch_runs.process(parts, one["id"])
        if state == "done":
            assert warm.ask("POST", f"{PATH}/{one['id']}/undo", json={}).status_code == 202
    assert not world.records["Vendors"]


@on_sqlite
def test_who_shares_with_a_lead_that_waits_for_a_person_asks_zoho_nothing_meanwhile(
    warm, world, parts
):
    one = begun(warm, parts, three(world)[:2])
    first = rows(warm, one["id"])[0]
    with parts.sessions.begin() as db:
        other = db.query(Conversion).filter_by(public_id=first["conversion"]).one()
        other.state, other.question = "waiting", {"code": "sign_in", "message": "", "details": {}}
    before = asked(world)
    verdict = batch_runs.process(parts, one["id"], "0")
    assert isinstance(verdict, batch_runs.Again)
    assert (asked(world) - before, verdict.after_seconds >= 300) == (0, True)


@on_postgresql
def test_who_cancels_a_batch_as_a_worker_begins_with_it_keeps_no_worker_from_that(
    warm, world, parts
):
    one = begun(warm, parts, new_leads(world, 3))
    with parts.sessions.begin() as db:
        first, _, last = db.execute(select(Conversion.id).order_by(Conversion.id)).scalars()
        # As one that was retried: it stands behind the others by now.
        again = update(Conversion).where(Conversion.id == first)
        db.execute(again.values(changed_at=Conversion.changed_at))
    with parts.sessions() as db:
        ids = list(db.scalars(select(Conversion.public_id).order_by(Conversion.id)))
    failed, answers = [], []

    def attempt(do):
        try:
            do()
        except Exception as error:
            failed.append(error)

    def waiting(count):
        # The database does the napping.
        asks = text(
            "select count(*) from pg_stat_activity, pg_sleep(0.02) where wait_event_type = 'Lock'"
        )
        for _ in range(200):
            with parts.sessions() as db:
                if db.scalar(asks) >= count:
                    return
        raise AssertionError("nobody waits")

    begin = threading.Thread(target=attempt, args=(lambda: runs.begun(parts, ids),))
    stop = threading.Thread(
        target=attempt,
        args=(lambda: answers.append(warm.ask("POST", f"/api/v1/batches/{one['id']}/cancel")),),
    )
    with parts.sessions.begin() as db:
        db.execute(select(Conversion.id).where(Conversion.id == last).with_for_update()).all()
        begin.start()
        waiting(1)
        stop.start()
        waiting(2)
    begin.join()
    stop.join()
    assert not failed
    assert answers[0].status_code == 202
