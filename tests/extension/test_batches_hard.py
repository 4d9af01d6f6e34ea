"""Batches in bad weather: power cuts, refusals, crowds of clicks, dead grants, and other people."""

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from emulator import World
from emulator.schema import User
from extension import batch_runs, batch_views, housekeeping, running
from extension.parts import Parts
from extension.store.batches import Batch, BatchRow
from extension.store.conversions import Conversion
from extension.zoho import threads
from tests.extension.conftest import everything
from tests.extension.cuts import MOMENTS, Cutter, PowerCut, never, picture, power_cuts
from tests.extension.rig import Clock, Person, Zoho, asked, error_of, on_sqlite
from tests.extension.test_batch_targets import save
from tests.extension.test_batches import (
    PATH,
    SLIM,
    ask,
    done,
    look,
    new_leads,
    planned,
    rows,
    start,
    work,
)
from tests.extension.test_power_cuts import ZOHO, without_bin

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
                # No thread outlives its process.
                threads._pool(os.getpid()).shutdown(wait=True)
                threads._pool.cache_clear()
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
    # Whether their leads are still the same, and the five.
    assert asked(world) - before == 2
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


def retried(person: Person, parts: Parts, one: dict[str, Any]) -> dict[str, Any]:
    answer = person.ask("POST", f"{PATH}/{one['id']}/retry")
    assert answer.status_code == 202, answer.json
    batch_runs.process(parts, one["id"])
    return look(person, one["id"])


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
    one = planned(warm, parts, three(world)[:2])
    assert start(warm, one).status_code == 202
    batch_runs.process(parts, one["id"])
    first = rows(warm, one["id"])[0]
    with parts.sessions.begin() as db:
        other = db.query(Conversion).filter_by(public_id=first["conversion"]).one()
        other.state, other.question = "waiting", {"code": "sign_in", "message": "", "details": {}}
    before = asked(world)
    verdict = batch_runs.process(parts, one["id"], "0")
    assert isinstance(verdict, batch_runs.Again)
    assert (asked(world) - before, verdict.after_seconds >= 300) == (0, True)


# Who sees it, how much of it, how long


@on_sqlite
def test_another_rep_of_the_org_sees_nothing_of_it_and_an_administrator_all(
    warm, admin, person, world, parts
):
    other = person().at_home(world, second_rep(world))
    one = planned(warm, parts, new_leads(world, 1))
    at = f"{PATH}/{one['id']}"
    for path in (at, f"{at}/ledger", f"{at}/ledger.csv"):
        assert error_of(other.get(path)) == (404, "not_found")
        assert admin.get(path).status_code == 200
    bodies = {"start": {"digest": one["digest"]}, "undo": {}, "leads": {"leads": ["1"]}}
    for deed in ("start", "undo", "leads", "cancel", "retry"):
        answer = other.ask("POST", f"{at}/{deed}", json=bodies.get(deed))
        assert error_of(answer) == (404, "not_found"), deed
    assert other.get(PATH).json == {"batches": []}
    assert look(admin, one["id"])["asked_by"] == "Rob Rep"


def second_rep(world: World) -> User:
    one = replace(world.users[1], id=world.new_id(), email="two@seller.example")
    world.users.append(one)
    return one


@on_sqlite
def test_the_same_key_brings_the_same_batch(warm, world, parts):
    leads = new_leads(world, 2)
    first, second = (ask(warm, leads, key="k1").json for _ in range(2))
    assert first == second
    assert ask(warm, leads, key="k2").json["id"] != first["id"]
    assert len(warm.get(PATH).json["batches"]) == 2


@on_sqlite
def test_a_batch_takes_ten_thousand_leads_and_not_one_more(warm, world, parts):
    one = ask(warm, new_leads(world, 1)).json
    for begin in range(1, 10_000, 500):
        leads = [str(10**15 + at) for at in range(begin, min(begin + 500, 10_000))]
        answer = warm.ask("POST", f"{PATH}/{one['id']}/leads", json={"leads": leads})
        assert answer.status_code == 202, answer.json
    assert answer.json["leads"] == 10_000
    answer = warm.ask("POST", f"{PATH}/{one['id']}/leads", json={"leads": ["1"]})
    assert error_of(answer) == (422, "invalid_input")
    assert look(warm, one["id"])["leads"] == 10_000


@on_sqlite
def test_a_ledger_is_read_page_by_page(warm, world, parts):
    one = ask(warm, new_leads(world, 7)).json
    seen, after = [], 0
    while after is not None:
        page = warm.get(f"{PATH}/{one['id']}/ledger", query_string={"after": after, "limit": 3})
        seen.append([each["place"] for each in page.json["rows"]])
        after = page.json["next"]
    assert seen == [[1, 2, 3], [4, 5, 6], [7]]


def test_ninety_days_later_a_batch_is_forgotten_with_its_conversions(warm, world, parts, clock):
    one = done(warm, parts, new_leads(world, 2))
    never_started = planned(warm, parts, new_leads(world, 1))
    clock.advance(days=89)
    housekeeping.tidy(parts)
    assert len(everything(parts, BatchRow)) == 3
    assert len(everything(parts, Conversion)) == 2
    clock.advance(days=2)
    housekeeping.tidy(parts)
    assert not everything(parts, BatchRow)
    assert not everything(parts, Batch)
    assert one["id"] != never_started["id"]


@on_sqlite
def test_of_a_batch_that_is_not_over_only_what_is_over_is_forgotten(warm, world, parts, clock):
    one = planned(warm, parts, new_leads(world, 2))
    assert start(warm, one).status_code == 202
    batch_runs.process(parts, one["id"])
    last = rows(warm, one["id"])[1]["conversion"]
    running.give_up(parts, last)
    work(parts, one["id"])
    clock.advance(days=91)
    housekeeping.tidy(parts)
    [row], [batch] = everything(parts, BatchRow), everything(parts, Batch)
    seen = batch_views.view(parts, batch)
    assert (row.place, seen["leads"], seen["counts"]["failed"]) == (2, 1, 1)


# Shared records


def contacts(world: World, leads: list[str]) -> list[dict[str, Any]]:
    """The contacts of these leads, in their order."""
    of = {one["Last_Name"]: one for one in world.records["Contacts"].values()}
    return [of[world.find("Leads", one)["Last_Name"]] for one in leads]


def alike(world: World, count: int) -> list[str]:
    """Leads of one company, of different people."""
    leads = new_leads(world, count, Company="Acme Ltd.")
    for at, one in enumerate(leads):
        world.find("Leads", one)["Email"] = f"{at}@acme.example"
    return leads


@on_sqlite
def test_of_a_lead_that_is_converted_elsewhere_nobody_shares_and_all_of_it_can_be_tried_again(
    warm, world, parts
):
    leads = alike(world, 2)
    one = planned(warm, parts, leads)
    plan = warm.ask("POST", f"/api/v1/leads/{leads[0]}/plan", json=SLIM).json
    body = {"lead": leads[0], "choices": SLIM, "digest": plan["digest"]}
    other = warm.ask("POST", "/api/v1/conversions", json=body).json["id"]
    assert start(warm, one).status_code == 202
    work(parts, one["id"])
    told = [(each["state"], each["reason"]["code"]) for each in rows(warm, one["id"])]
    assert told == [("blocked", "under_way"), ("blocked", "shared_not_made")]
    assert warm.ask("POST", f"/api/v1/conversions/{other}/cancel").status_code == 200
    assert start(warm, retried(warm, parts, one)).status_code == 202
    work(parts, one["id"])
    assert look(warm, one["id"])["counts"]["done"] == 2
    assert len(world.records["Vendors"]) == 1


PAIR = {
    "key": "pair", "label": "Vendor and contact", "kind": "records",
    "offered_when": [{"field": "Company", "filled": True}],
    "records": [
        {"key": "vendor", "module": "Vendors", "fields": {"Vendor_Name": "Company"},
         "match_on": ["Vendor_Name"]},
        {"key": "contact", "module": "Contacts",
         "fields": {"Last_Name": "Last_Name", "Email": "Email",
                    "Vendor_Name": {"link_to": "vendor"}}},
    ],
}  # fmt: skip
ALONE = {
    "key": "alone", "label": "Contact", "kind": "records",
    "offered_when": [{"field": "Company", "is": "Nobody"}],
    "records": [{"key": "c", "module": "Contacts", "fields": {"Last_Name": "Last_Name"}}],
}  # fmt: skip


@on_sqlite
def test_three_of_one_company_make_one_vendor_that_links_to_each_contact(warm, admin, world, parts):
    save(admin, [ALONE, PAIR])
    leads = alike(world, 3)
    one = done(warm, parts, leads, target="pair")
    assert (one["counts"]["done"], one["joined"]) == (3, 2)
    [vendor] = world.records["Vendors"]
    assert [each["Vendor_Name"]["id"] for each in contacts(world, leads)] == [vendor] * 3


@on_sqlite
def test_by_rule_each_lead_becomes_what_the_first_target_is_that_is_for_it(
    warm, admin, world, parts
):
    save(admin, [ALONE, PAIR])
    leads = [*alike(world, 2), *new_leads(world, 1, Company="Nobody", Last_Name="Solo")]
    one = done(warm, parts, leads, target="by_rule")
    assert [each["target"] for each in rows(warm, one["id"])] == ["pair", "pair", "alone"]
    assert (one["counts"]["done"], len(world.records["Vendors"])) == (3, 1)
    typed = ask(warm, leads, target="by_rule", records={"c": {"values": {"Last_Name": "x"}}})
    assert error_of(typed) == (422, "invalid_input")


@on_sqlite
def test_zohos_own_conversion_makes_one_account_of_three_leads_and_a_contact_of_each(
    warm, admin, world, parts
):
    leads = alike(world, 3)
    save(admin, [ZOHO])
    one = done(warm, parts, leads, target="zoho")
    assert (one["counts"]["done"], one["joined"]) == (3, 2), rows(warm, one["id"])
    [account] = world.records["Accounts"]
    of = [one["Account_Name"]["id"] for one in world.records["Contacts"].values()]
    assert of == [account] * 3
