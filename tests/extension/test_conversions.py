"""Carrying a plan out: once, whatever dies when, and back again."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import delete, select

from emulator import World
from emulator.schema import Field
from emulator.state import Link
from extension import running
from extension.parts import Parts
from extension.planning.own_fields import KEY_FIELD
from extension.store.conversions import Conversion, Line
from extension.store.models import Metadata
from tests.extension.rig import Person, error_of, on_sqlite

PLAIN = {
    "First_Name": "Pat", "Last_Name": "Doe", "Company": "Acme", "Email": "pat@acme.example",
    "Phone": "555 0199", "Designation": "Head of Purchasing",
}  # fmt: skip


def new_lead(world: World, company: str = "Acme") -> str:
    """A lead with a note, a task and one value that a vendor has no field for."""
    rep, values = world.users[1], {**PLAIN, "Company": company, "Email": f"{company}@x.example"}
    one = str(world.add_record("Leads", values, owner=rep)["id"])
    parent = {"Parent_Id": {"id": one, "name": "Pat Doe"}, "$se_module": "Leads"}
    world.add_record("Notes", {"Note_Title": "Call", "Note_Content": "Rang.", **parent}, owner=rep)
    about = {"What_Id": {"id": one, "name": "Pat Doe"}, "$se_module": "Leads"}
    world.add_record("Tasks", {"Subject": company, **about}, owner=rep)
    return one


@pytest.fixture
def lead(world: World) -> str:
    return new_lead(world)


def agree(person: Person, lead: str, target: str = "Vendors", key: str = "", **choices: Any) -> Any:
    """Look at the plan and say yes to it."""
    wish = {"target": target, **choices}
    plan = person.ask("POST", f"/api/v1/leads/{lead}/plan", json=wish)
    assert plan.status_code == 200, plan.json
    return send(person, lead, wish, plan.json["digest"], key)


def send(person: Person, lead: str, wish: dict[str, Any], digest: str, key: str = "") -> Any:
    headers = {"Authorization": f"Bearer {person.token}"}
    if key:
        headers["Idempotency-Key"] = key
    body = {"lead": lead, "choices": wish, "digest": digest}
    return person.client.post("/api/v1/conversions", json=body, headers=headers)


def carry_out(parts: Parts, conversion: str) -> None:
    """What the worker does, without waiting in between."""
    for _ in range(20):
        if running.run(parts, [conversion]) is None:
            return
    raise AssertionError("it never ends")


def state(person: Person, conversion: str) -> dict[str, Any]:
    answer = person.get(f"/api/v1/conversions/{conversion}")
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def test_what_was_agreed_to_is_done(warm, lead, world, parts):
    answer = agree(warm, lead, lead_after={"kind": "mark", "values": {"Lead_Status": "Contacted"}})
    assert (answer.status_code, answer.json["state"]) == (202, "queued")
    carry_out(parts, answer.json["id"])
    done = state(warm, answer.json["id"])
    assert (done["state"], done["steps"] == done["steps_done"]) == ("done", True)
    [made] = done["records"]
    vendor = world.find("Vendors", made["id"])
    assert (vendor["Vendor_Name"], vendor["Phone"]) == ("Acme", "555 0199")
    assert made_of(world, lead, "Acme") == {
        "vendors": ["555 0199"],
        "notes": ["Call", "What this record does not hold of its lead"],
        "files": 1,
        "task moved": True,
        "lead": "Contacted",
        "notes of the lead": 1,
    }


# Once


@on_sqlite
def test_a_second_click_is_the_same_conversion(warm, lead, parts):
    first, second = agree(warm, lead), agree(warm, lead)
    assert first.json["id"] == second.json["id"]
    carry_out(parts, first.json["id"])


@on_sqlite
def test_the_same_key_brings_what_came_of_it_even_when_it_is_over(warm, lead, parts, world):
    first = agree(warm, lead, key="one")
    carry_out(parts, first.json["id"])
    again = send(warm, lead, {"target": "Vendors"}, "0" * 64, key="one")
    assert (again.status_code, again.json["id"]) == (202, first.json["id"])
    assert again.json["state"] == "done"
    assert len(world.records["Vendors"]) == 1


def test_another_plan_than_the_one_that_was_seen_is_not_carried_out(warm, lead, world):
    answer = send(warm, lead, {"target": "Vendors"}, "0" * 64)
    assert error_of(answer) == (409, "plan_changed")
    plan = answer.json["error"]["details"]["plan"]
    assert send(warm, lead, {"target": "Vendors"}, plan["digest"]).status_code == 202
    assert not world.records["Vendors"]


@on_sqlite
def test_what_stands_in_the_way_is_told_and_nothing_is_queued(warm, lead, world):
    world.find("Leads", lead)["Locked__s"] = True
    plan = warm.ask("POST", f"/api/v1/leads/{lead}/plan", json={"target": "Vendors"}).json
    answer = send(warm, lead, {"target": "Vendors"}, plan["digest"])
    assert error_of(answer) == (409, "not_possible")
    assert warm.get(f"/api/v1/conversions?lead={lead}").json == {"conversions": []}


@on_sqlite
def test_a_lead_that_changes_after_it_was_agreed_to_is_not_converted(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    changed = {"Phone": "555 7777", "Modified_Time": "2026-01-10T13:00:00+00:00"}
    world.find("Leads", lead).update(changed)
    carry_out(parts, conversion)
    waits = state(warm, conversion)
    assert (waits["state"], waits["question"]["code"]) == ("waiting", "lead_changed")
    assert not world.records["Vendors"]
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/cancel")
    assert answer.json["state"] == "cancelled"
    warm.options(lead)
    assert agree(warm, lead).status_code == 202


@on_sqlite
def test_a_lead_that_is_only_touched_is_converted(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    world.find("Leads", lead)["Modified_Time"] = "2026-01-10T13:00:00+00:00"
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"


# The power is cut


class PowerCut(BaseException):
    """The process dies: nothing more of it happens."""


class Cutter:
    """Cuts the power at one write to Zoho, before it is sent or after it was done."""

    def __init__(self, at: int, moment: str) -> None:
        self.at, self.moment, self.writes = at, moment, 0

    def before(self, request: Any) -> None:
        if self._writes(request):
            self.writes += 1
            if (self.writes, self.moment) == (self.at, "before"):
                raise PowerCut

    def after(self, request: Any, answer: Any) -> Any:
        if self._writes(request) and (self.writes, self.moment) == (self.at, "after"):
            raise PowerCut
        return answer

    def _writes(self, request: Any) -> bool:
        reading = request.path_url.endswith(("/coql", "/get_related_records_count"))
        return request.method != "GET" and "/crm/" in request.path_url and not reading


def with_power_cuts(parts: Parts, wire: Any, conversion: str, at: int, moment: str) -> bool:
    """Run until the power is cut, then again to the end. Returns whether it was cut at all."""
    cutter, cut = Cutter(at, moment), False
    wire.before, wire.twist = cutter.before, cutter.after
    try:
        carry_out(parts, conversion)
    except PowerCut:
        cut = True
    wire.before = wire.twist = None
    carry_out(parts, conversion)
    return cut


def made_of(world: World, lead: str, company: str) -> dict[str, Any]:
    """Everything that there is of a lead's conversion, without ids and times."""
    records = world.records
    vendors = [one for one in records["Vendors"].values() if one["Vendor_Name"] == company]
    ids = {one["id"] for one in vendors}
    mine = {
        module: [one for one in records[module].values() if one["Parent_Id"]["id"] in ids]
        for module in ("Notes", "Attachments")
    }
    [task] = [one for one in records["Tasks"].values() if one["Subject"] == company]
    return {
        "vendors": [one["Phone"] for one in vendors],
        "notes": sorted(one["Note_Title"] for one in mine["Notes"]),
        "files": len(mine["Attachments"]),
        "task moved": task["What_Id"]["id"] in ids,
        "lead": world.find("Leads", lead).get("Lead_Status"),
        "notes of the lead": sum(
            one["Parent_Id"]["id"] == lead for one in records["Notes"].values()
        ),
    }  # fmt: skip


def give_vendors_a_key(world: World) -> None:
    """The field that the installer adds, so that Zoho itself refuses a double."""
    key = Field(
        api_name=KEY_FIELD, label="Convert Anywhere Key", data_type="text", length=60, unique=True,
        custom=True,
    )  # fmt: skip
    world.module("Vendors").add(key)
    world.add_module()


MARK = {"kind": "mark", "values": {"Lead_Status": "Contacted"}}


WRITES = 6
"""A vendor, a note of the lead's, a task moved, a note and a file of what is lost, a mark."""


@on_sqlite
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("keyed", [True, False], ids=["with a key", "without a key"])
def test_wherever_the_power_is_cut_everything_is_there_once(
    warm, admin, lead, world, parts, wire, moment, keyed
):
    if keyed:
        give_vendors_a_key(world)
        assert admin.ask("POST", "/api/v1/metadata/refresh").status_code == 200
    for at in range(1, WRITES + 2):
        company = f"Cut-{at}"
        one = new_lead(world, company)
        conversion = agree(warm, one, lead_after=MARK).json["id"]
        cut = with_power_cuts(parts, wire, conversion, at, moment)
        assert cut is (at <= WRITES), at
        assert state(warm, conversion)["state"] == "done", at
        assert made_of(world, one, company) == {
            "vendors": ["555 0199"],
            "notes": ["Call", "What this record does not hold of its lead"],
            "files": 1,
            "task moved": True,
            "lead": "Contacted",
            "notes of the lead": 1,
        }, at


# Trouble


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


@on_sqlite
def test_where_two_records_may_be_the_one_the_person_is_asked(warm, lead, world, parts, wire):
    conversion = agree(warm, lead).json["id"]
    cutter = Cutter(1, "after")
    wire.before, wire.twist = cutter.before, cutter.after
    with pytest.raises(PowerCut):
        carry_out(parts, conversion)
    wire.before = wire.twist = None
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


@on_sqlite
@pytest.mark.parametrize("seconds", [-45, 45], ids=["behind ours", "before ours"])
def test_where_zohos_clock_differs_what_was_made_is_found_all_the_same(
    warm, lead, world, parts, wire, clock, seconds
):
    conversion = agree(warm, lead).json["id"]
    cutter = Cutter(1, "after")
    wire.before, wire.twist = cutter.before, cutter.after
    world.clock.freeze(clock() + timedelta(seconds=seconds))
    with pytest.raises(PowerCut):
        carry_out(parts, conversion)
    wire.before = wire.twist = None
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    assert len(world.records["Vendors"]) == 1


@on_sqlite
def test_what_another_conversion_has_made_is_not_taken_for_what_was_lost(warm, world, parts, wire):
    mine, other = (agree(warm, new_lead(world)).json["id"] for _ in range(2))
    cutter = Cutter(1, "before")
    wire.before = cutter.before
    with pytest.raises(PowerCut):
        carry_out(parts, mine)
    wire.before = None
    carry_out(parts, other)
    carry_out(parts, mine)
    made = [state(warm, one)["records"][0]["id"] for one in (mine, other)]
    assert sorted(made) == sorted(world.records["Vendors"])


def resolve(person: Person, conversion: str, record: str) -> Any:
    return person.ask(
        "POST", f"/api/v1/conversions/{conversion}/resolve", json={"record": record}
    )  # fmt: skip


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
@pytest.mark.parametrize("how", ["copy", "leave"])
def test_zohos_own_conversion_takes_the_tags_along_unless_they_are_to_stay(
    warm, lead, world, parts, how
):
    names = ["VIP", "fair"]
    world.find("Leads", lead)["Tag"] = [{"id": world.new_id(), "name": one} for one in names]
    conversion = agree(warm, lead, "zoho", carry={"Tag": how}).json["id"]
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    for module in ("Contacts", "Accounts"):
        [made] = world.records[module].values()
        assert [one["name"] for one in made.get("Tag") or ()] == (names if how == "copy" else [])


# Undo


@on_sqlite
@pytest.mark.parametrize("moment", ["before", "after"])
def test_undone_everything_is_as_it_was_wherever_the_power_is_cut(
    warm, lead, world, parts, wire, moment
):
    for at in range(1, WRITES + 2):
        company = f"Undone-{at}"
        one = new_lead(world, company)
        before = made_of(world, one, company)
        conversion = agree(warm, one, lead_after=MARK).json["id"]
        carry_out(parts, conversion)
        answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
        assert (answer.status_code, answer.json["state"]) == (202, "undoing"), answer.json
        with_power_cuts(parts, wire, conversion, at, moment)
        done = state(warm, conversion)
        assert (done["state"], done["left_alone"]) == ("undone", []), (at, done)
        assert made_of(world, one, company) == before, at


def left_alone(one: dict[str, Any]) -> list[tuple[str, str]]:
    assert {each["code"] for each in one["left_alone"]} <= {"changed"}
    return [(each["module"], each["id"]) for each in one["left_alone"]]


@on_sqlite
def test_what_somebody_has_changed_since_is_left_alone_and_named(warm, lead, world, parts, clock):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    [vendor] = list(world.records["Vendors"].values())
    clock.advance(minutes=5)
    vendor["Modified_Time"] = clock().isoformat()
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
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    [vendor] = list(world.records["Vendors"].values())
    clock.advance(minutes=5)
    vendor["Modified_Time"] = clock().isoformat()
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


# Who may


def test_a_stranger_finds_no_conversion_and_has_no_say(warm, stranger, nobody, lead, parts):
    conversion = agree(warm, lead).json["id"]
    place = f"/api/v1/conversions/{conversion}"
    for person, error in ((stranger, (404, "not_found")), (nobody, (401, "not_signed_in"))):
        assert error_of(person.get(place)) == error
        for what in ("undo", "retry", "cancel", "resolve"):
            answer = person.ask("POST", f"{place}/{what}", json={})
            assert error_of(answer) == error
    assert stranger.get(f"/api/v1/conversions?lead={lead}").json == {"conversions": []}
    body = {"lead": lead, "choices": {"target": "Vendors"}, "digest": "0" * 64}
    answer = stranger.ask("POST", "/api/v1/conversions", json=body)
    assert error_of(answer) == (404, "not_found")


@on_sqlite
def test_somebody_elses_is_seen_by_who_sees_the_lead_and_is_not_theirs_to_undo(
    warm, admin, world, parts
):
    shared = str(world.add_record("Leads", PLAIN, owner=world.users[1])["id"])
    conversion = agree(admin, shared).json["id"]
    carry_out(parts, conversion)
    assert (state(admin, conversion)["yours"], state(warm, conversion)["yours"]) == (True, False)
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    assert error_of(answer) == (403, "not_permitted")


@on_sqlite
def test_a_body_that_is_no_json_is_told_so(warm):
    headers = {"Authorization": f"Bearer {warm.token}", "Content-Type": "application/json"}
    answer = warm.client.post("/api/v1/conversions", data="{bad", headers=headers)
    assert error_of(answer) == (400, "bad_request")
    assert "valid JSON" in answer.json["error"]["message"]


@on_sqlite
def test_who_does_not_see_the_lead_does_not_see_what_became_of_it(warm, admin, world, parts):
    world.module("Leads").sharing = "private"
    hidden = str(world.add_record("Leads", PLAIN, owner=world.users[0])["id"])
    conversion = agree(admin, hidden).json["id"]
    assert error_of(warm.get(f"/api/v1/conversions/{conversion}")) == (404, "not_found")
    assert error_of(warm.get(f"/api/v1/conversions?lead={hidden}")) == (404, "not_found")
    assert (
        admin.get(f"/api/v1/conversions?lead={hidden}").json["conversions"][0]["id"] == conversion
    )


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [
        {}, [], {"lead": "x", "choices": {"target": "Vendors"}, "digest": "0" * 64},
        {"lead": "1", "choices": {"target": "Vendors"}, "digest": "short"},
        {"lead": "1", "choices": {}, "digest": "0" * 64},
        {"lead": "1", "choices": {"target": "Vendors"}, "digest": "0" * 64, "more": 1},
    ],
)  # fmt: skip
def test_a_wish_of_another_shape_is_refused(warm, lead, body):
    answer = warm.ask("POST", "/api/v1/conversions", json=body)
    assert error_of(answer) == (422, "invalid_input")


@on_sqlite
def test_a_key_that_is_too_long_is_refused(warm, lead):
    answer = send(warm, lead, {"target": "Vendors"}, "0" * 64, key="k" * 101)
    assert error_of(answer) == (422, "invalid_input")


@on_sqlite
@pytest.mark.parametrize("what", ["undo", "retry", "resolve"])
def test_what_does_not_fit_the_state_is_refused(warm, lead, what):
    conversion = agree(warm, lead).json["id"]
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/{what}", json={})
    assert error_of(answer) == (409, "wrong_state")


# What hangs on the lead

PERSON = {
    "key": "person",
    "label": "A person",
    "kind": "records",
    "records": [{"key": "contact", "module": "Contacts", "fields": {"Last_Name": "Last_Name"}}],
    "carry": {"Campaigns": "copy"},
}


@on_sqlite
def test_a_membership_of_a_campaign_keeps_what_became_of_the_invitation(
    warm, admin, lead, world, parts
):
    saved = admin.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [PERSON]})
    assert saved.status_code == 200, saved.json
    for name, status in (("Fair", "Responded"), ("Mailing", "")):
        one = str(world.add_record("Campaigns", {"Campaign_Name": name})["id"])
        details = {"Member_Status": status} if status else {}
        world.links.append(Link("Leads", lead, "Campaigns", one, details))
    conversion = agree(warm, lead, "person").json["id"]
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    [contact] = list(world.records["Contacts"])
    assert memberships(world, contact) == {"Fair": "Responded", "Mailing": "Planned"}
    warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    carry_out(parts, conversion)
    assert memberships(world, contact) == {}
    assert memberships(world, lead) == {"Fair": "Responded", "Mailing": None}


@on_sqlite
def test_a_link_that_was_there_before_stays_when_it_is_undone_and_is_as_it_was(
    warm, admin, lead, world, parts
):
    target = {**PERSON, "carry": {"Campaigns": "copy", "Products": "copy"}}
    saved = admin.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [target]})
    assert saved.status_code == 200, saved.json
    contact = str(world.add_record("Contacts", {"Last_Name": "Roe"}, owner=world.users[1])["id"])
    for name, was in (("Fair", "Invited"), ("Mailing", None)):
        one = str(world.add_record("Campaigns", {"Campaign_Name": name})["id"])
        world.links.append(Link("Leads", lead, "Campaigns", one, {"Member_Status": "Responded"}))
        if was:
            world.links.append(Link("Contacts", contact, "Campaigns", one, {"Member_Status": was}))
    old, new = (str(world.add_record("Products", {"Product_Name": one})["id"]) for one in "ab")
    for each in (old, new):
        world.links.append(Link("Leads", lead, "Products", each, {}))
    world.links.append(Link("Contacts", contact, "Products", old, {}))
    linked = {"contact": {"link": contact}}
    conversion = agree(warm, lead, "person", records=linked).json["id"]
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    assert memberships(world, contact) == {"Fair": "Responded", "Mailing": "Responded"}
    assert products(world, contact) == {old, new}
    warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "undone"
    assert memberships(world, contact) == {"Fair": "Invited"}
    assert products(world, contact) == {old}


def products(world: World, record: str) -> set[str]:
    return {
        one.other_id for one in world.links if (one.id, one.other_module) == (record, "Products")
    }


def memberships(world: World, record: str) -> dict[str, Any]:
    campaigns = world.records["Campaigns"]
    mine = [one for one in world.links if (one.id, one.other_module) == (record, "Campaigns")]
    return {
        campaigns[one.other_id]["Campaign_Name"]: one.details.get("Member_Status") for one in mine
    }
