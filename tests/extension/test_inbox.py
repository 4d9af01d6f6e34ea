"""What calls of workflow rules come to: the lead converted, assessed, or its options answered."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from emulator import World
from emulator.schema import Field
from extension import acting, inbox, running
from extension.attempts import Again
from extension.backoff import LONGEST_SECONDS
from extension.store.conversions import Conversion, Line
from extension.store.inbox import Delivery, Remembered
from extension.store.models import Grant
from tests.extension.conftest import everything
from tests.extension.hook_rig import Rule, delivery, rule_of, work
from tests.extension.rig import Person, asked, error_of, on_sqlite
from tests.extension.test_conversions import Cutter, PowerCut, agree, new_lead

AUTOMATION = "/api/v1/automation"
MARK = {"kind": "mark", "values": {"Lead_Status": "Contacted"}}


@pytest.fixture
def rule(admin) -> Rule:
    return rule_of(admin)


@pytest.fixture
def lead(world) -> str:
    return new_lead(world)


def choose(admin: Person, version: int = 0, **document: Any) -> dict[str, Any]:
    body = {"version": version, "automation": document}
    answer = admin.ask("PUT", AUTOMATION, json=body)
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def vendors(world: World) -> list[str]:
    return [one["Vendor_Name"] for one in world.records["Vendors"].values()]


# Converted


def test_a_call_converts_the_lead_to_the_target_that_it_names(rule, admin, lead, world, parts):
    answer = rule.call(lead_id=lead, action="convert", target="Vendors")
    work(parts)
    done = delivery(admin, answer)
    assert (done["state"], done["problem"]) == ("done", None)
    assert done["conversion"]["state"] == "done"
    assert vendors(world) == ["Acme"]
    again = rule.call(lead_id=lead, action="convert", target="Vendors")
    assert again.json["repeated"] is True
    assert again.json["conversion"] == done["conversion"]["id"]


@on_sqlite
def test_without_a_target_the_first_rule_that_fits_chooses(rule, admin, lead, world, parts):
    never = {"name": "Never", "when": [{"field": "Company", "is": "Other"}], "target": "zoho"}
    ours = {
        "name": "Suppliers", "when": [{"field": "Company", "is": "Acme"}], "target": "Vendors",
        "choices": {"lead_after": MARK, "carry": {"Notes": "leave"}},
    }  # fmt: skip
    choose(admin, rules=[never, ours, {"name": "Rest", "target": "zoho"}])
    answer = rule.call(lead_id=lead, action="convert")
    work(parts)
    assert delivery(admin, answer)["conversion"]["state"] == "done"
    assert vendors(world) == ["Acme"]
    assert world.find("Leads", lead)["Lead_Status"] == "Contacted"
    notes = [one["Note_Title"] for one in world.records["Notes"].values()]
    assert notes.count("Call") == 1, "the rule says that notes stay"


@on_sqlite
def test_where_no_rule_fits_nothing_happens_and_that_is_recorded(rule, admin, lead, world, parts):
    answer = rule.call(lead_id=lead, action="convert")
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("nothing", "no_rule")
    assert vendors(world) == []


@on_sqlite
@pytest.mark.parametrize(
    ("trouble", "code"),
    [("gone", "not_found"), ("locked", "not_possible"), ("target", "unknown_target")],
)
def test_what_stands_in_the_way_is_recorded_and_can_be_replayed(
    rule, admin, lead, world, parts, trouble, code
):
    kept = world.find("Leads", lead)
    if trouble == "gone":
        del world.records["Leads"][lead]
    elif trouble == "locked":
        kept["Locked__s"] = True
    target = "Nowhere" if trouble == "target" else "Vendors"
    answer = rule.call(lead_id=lead, action="convert", target=target)
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("failed", code)
    assert came["problem"]["message"].endswith((".", ")"))
    world.records["Leads"][lead] = kept
    kept.pop("Locked__s", None)
    replayed = admin.ask("POST", f"/api/v1/deliveries/{came['id']}/replay")
    assert (replayed.status_code, replayed.json["state"]) == (202, "accepted")
    work(parts)
    if trouble != "target":
        assert delivery(admin, answer)["conversion"]["state"] == "done"
        assert vendors(world) == ["Acme"]
        again = admin.ask("POST", f"/api/v1/deliveries/{came['id']}/replay")
        assert error_of(again) == (409, "wrong_state")


@pytest.fixture
def locked_out(rule, admin, rep, lead, world, parts, zoho, clock) -> dict[str, Any]:
    """A call that came while Zoho lets nobody in for the person as whom automation acts."""
    zoho.withdraw(world, world.users[0])
    clock.advance(hours=2)
    answer = rule.call(lead_id=lead, action="convert", target="Vendors")
    assert isinstance(looked_at(parts, lead), Again)
    return dict(answer.json)


def looked_at(parts: Any, lead: str) -> Any:
    inbox.put_in_line(parts)
    [row, *_] = everything(parts, Delivery)
    return inbox.process(parts, f"lead-{row.installation_id}-{lead}")


@on_sqlite
def test_a_call_waits_for_the_person_whose_consent_is_withdrawn(
    locked_out, admin, world, parts, clock
):
    [row] = everything(parts, Delivery)
    assert (row.state, row.problem["code"]) == ("accepted", "grant_revoked")
    assert inbox.put_in_line(parts) == 0, "it is asked about now and then, by itself"
    clock.advance(seconds=1)
    admin.sign_in(world, world.users[0])
    assert inbox.put_in_line(parts) == 1, "at once"
    work(parts)
    [came] = admin.get("/api/v1/deliveries").json["deliveries"]
    assert (came["state"], came["problem"]) == ("done", None)
    assert vendors(world) == ["Acme"]


@on_sqlite
def test_a_call_that_waits_goes_on_as_soon_as_somebody_else_is_chosen(
    locked_out, rep, world, parts
):
    rep.sign_in(world, world.users[1])
    with parts.sessions.begin() as db:
        mine = Grant.zoho_user_id == str(world.users[1].id)
        db.execute(update(Grant).where(mine).values(administrator=True))
    shown = rep.get(f"/api/v1/deliveries/{locked_out['delivery']}").json
    assert (shown["state"], shown["problem"]["code"]) == ("accepted", "grant_revoked")
    body = {"version": 0, "automation": {}, "acts_as": str(world.users[1].id)}
    assert rep.ask("PUT", AUTOMATION, json=body).status_code == 200
    work(parts)
    assert rep.get(f"/api/v1/deliveries/{shown['id']}").json["conversion"]["state"] == "done"
    [made] = world.records["Vendors"].values()
    assert made["Created_By"]["id"] == str(world.users[1].id)


@on_sqlite
def test_that_persons_rights_decide(rule, admin, rep, lead, world, parts):
    world.find("Leads", lead)["Owner"] = {"id": str(world.users[0].id), "name": "Ada"}
    other = {"id": str(world.users[1].id)}
    answer = admin.ask(
        "PUT", AUTOMATION, json={"version": 0, "automation": {}, "acts_as": other["id"]}
    )
    assert answer.status_code == 200, answer.json
    came = rule.call(lead_id=lead, action="convert", target="Vendors")
    work(parts)
    sees = rep.options(lead).status_code == 200
    assert (delivery(admin, came)["state"] == "done") is sees


@on_sqlite
def test_a_lead_that_has_become_that_already_becomes_it_no_second_time(
    rule, admin, lead, world, parts
):
    call = {"lead_id": lead, "action": "convert", "target": "Vendors"}
    first = rule.call(**call, rule="1")
    second = rule.call(**call, rule="2")
    work(parts)
    assert delivery(admin, first)["state"] == "done"
    came = delivery(admin, second)
    assert (came["state"], came["problem"]["code"]) == ("nothing", "already_converted")
    assert came["conversion"] == delivery(admin, first)["conversion"]
    assert vendors(world) == ["Acme"]


@on_sqlite
def test_two_rules_for_one_lead_wait_for_each_other(rule, admin, lead, world, parts):
    """The second is not even begun while the first one's conversion is carried out."""
    choose(admin, assess={"readiness": "Description"})
    rule.call(lead_id=lead, action="convert", target="Vendors")
    second = rule.call(lead_id=lead, action="assess")
    [row, *_] = everything(parts, Delivery)
    run_id = f"lead-{row.installation_id}-{lead}"
    assert isinstance(inbox.process(parts, run_id), Again)
    assert [one.state for one in everything(parts, Delivery)] == ["done", "accepted"]
    work(parts)
    assert delivery(admin, second)["state"] in ("done", "nothing")


@on_sqlite
def test_a_conversion_that_waits_for_a_person_is_not_overtaken(
    rule, admin, warm, lead, world, parts
):
    conversion = agree(warm, lead).json["id"]
    changed = {"Phone": "555 7777", "Modified_Time": "2026-01-10T13:00:00+00:00"}
    world.find("Leads", lead).update(changed)
    work(parts)
    answer = rule.call(lead_id=lead, action="convert", target="Vendors")
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("failed", "conversion_open")
    assert came["conversion"] == {"id": conversion, "state": "waiting"}


@on_sqlite
@pytest.mark.parametrize("version", [True, False], ids=["with its time", "without a time"])
def test_a_call_that_our_own_mark_has_caused_is_dropped(
    rule, admin, lead, world, parts, clock, version
):
    mark = {"name": "Suppliers", "target": "Vendors", "choices": {"lead_after": MARK}}
    choose(admin, rules=[mark])
    clock.advance(minutes=5)
    rule.call(lead_id=lead, action="convert", rule="1")
    work(parts)
    clock.advance(minutes=5)
    time = {"modified_time": world.find("Leads", lead)["Modified_Time"]} if version else {}
    # The lead is to become something else now: nothing but its cause keeps that from happening.
    answer = rule.call(lead_id=lead, action="convert", target="zoho", rule="2", **time)
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("dropped", "own_write")
    replayed = admin.ask("POST", f"/api/v1/deliveries/{came['id']}/replay")
    assert replayed.status_code == 202, "an administrator may insist"
    work(parts)
    assert delivery(admin, answer)["state"] == "done"


@on_sqlite
def test_a_call_that_a_person_has_caused_after_our_mark_is_no_call_of_ours(
    rule, admin, lead, world, parts, clock
):
    mark = {"name": "Suppliers", "target": "Vendors", "choices": {"lead_after": MARK}}
    choose(admin, rules=[mark])
    clock.advance(minutes=5)
    rule.call(lead_id=lead, action="convert", rule="1")
    work(parts)
    clock.advance(minutes=5)
    edited = "2026-01-10T12:09:00+00:00"
    world.find("Leads", lead)["Modified_Time"] = edited
    answer = rule.call(
        lead_id=lead, action="convert", target="zoho", rule="2", modified_time=edited
    )
    work(parts)
    assert delivery(admin, answer)["state"] == "done"


@on_sqlite
@pytest.mark.parametrize("way", ["there", "back"])
def test_a_mark_whose_answer_was_lost_has_caused_the_calls_of_both_its_times(
    rule, admin, lead, world, parts, clock, way
):
    mark = {"name": "Suppliers", "target": "Vendors", "choices": {"lead_after": MARK}}
    choose(admin, rules=[mark])
    clock.advance(minutes=5)

    def lose_the_answer() -> None:
        world.faults.order("answer_lost", method="PUT", path="/Leads")

    def lost_after(ident: str) -> str:
        """The time of the first of both writes, of which nobody was told."""
        running.run(parts, [ident])
        first = str(world.find("Leads", lead)["Modified_Time"])
        clock.advance(minutes=5)
        work(parts)
        assert world.find("Leads", lead)["Modified_Time"] != first
        return first

    if way == "there":
        lose_the_answer()
    rule.call(lead_id=lead, action="convert", rule="1")
    [row] = everything(parts, Delivery)
    inbox.process(parts, f"lead-{row.installation_id}-{lead}")
    [made] = everything(parts, Conversion)
    if way == "there":
        first = lost_after(made.public_id)
    else:
        work(parts)
        clock.advance(minutes=5)
        lose_the_answer()
        admin.ask("POST", f"/api/v1/conversions/{made.public_id}/undo", json={})
        first = lost_after(made.public_id)
    answer = rule.call(lead_id=lead, action="convert", target="zoho", rule="2", modified_time=first)
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("dropped", "own_write")
    edited = (parts.clock() + timedelta(minutes=1)).isoformat()
    world.find("Leads", lead)["Modified_Time"] = edited
    after = rule.call(lead_id=lead, action="convert", target="zoho", rule="3", modified_time=edited)
    work(parts)
    assert delivery(admin, after)["state"] == "done", "somebody else wrote that"


@on_sqlite
def test_our_mark_is_known_among_however_many_other_writes(rule, admin, lead, world, parts, clock):
    mark = {"name": "Suppliers", "target": "Vendors", "choices": {"lead_after": MARK}}
    choose(admin, rules=[mark])
    rule.call(lead_id=lead, action="convert", rule="1")
    work(parts)
    marked = next(one for one in everything(parts, Line) if one.step["kind"] == "MarkLead")
    with parts.sessions.begin() as db:
        db.add_all(
            Line(
                conversion_id=marked.conversion_id, installation_id=marked.installation_id,
                undoing=False, place=marked.place + 1 + at, state="done", outcome={"id": "1"},
                step={**marked.step, "kind": "Note"}, sent_at=marked.sent_at,
            )
            for at in range(250)
        )  # fmt: skip
    time = world.find("Leads", lead)["Modified_Time"]
    clock.advance(minutes=5)
    answer = rule.call(lead_id=lead, action="convert", target="zoho", rule="2", modified_time=time)
    work(parts)
    assert delivery(admin, answer)["problem"]["code"] == "own_write"


@on_sqlite
@pytest.mark.parametrize("since", ["carried out", "lead gone", "another acts"])
def test_a_worker_that_dies_before_it_notes_the_conversion_finds_it_again(
    rule, admin, rep, lead, world, parts, since
):
    answer = rule.call(lead_id=lead, action="convert", target="Vendors")
    [row] = everything(parts, Delivery)
    found = acting.act(parts, row)
    assert isinstance(found, acting.Became), "what the worker that dies here has not noted"
    running.run(parts, [str(found.conversion)])
    if since == "lead gone":
        del world.records["Leads"][lead]
    elif since == "another acts":
        undone = admin.ask("POST", f"/api/v1/conversions/{found.conversion}/undo", json={})
        assert undone.status_code == 202, undone.json
        running.run(parts, [str(found.conversion)])
        body = {"version": 0, "automation": {}, "acts_as": str(world.users[1].id)}
        assert admin.ask("PUT", AUTOMATION, json=body).status_code == 200
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["conversion"]["id"]) == ("done", found.conversion)
    assert len(everything(parts, Conversion)) == 1


@on_sqlite
@pytest.mark.parametrize("moment", ["before", "after"])
def test_wherever_the_power_is_cut_the_lead_becomes_one_vendor(
    rule, admin, world, parts, wire, moment
):
    for at in range(1, 5):
        company = f"Cut-{at}"
        answer = rule.call(lead_id=new_lead(world, company), action="convert", target="Vendors")
        cutter = Cutter(at, moment)
        wire.before, wire.twist = cutter.before, cutter.after
        with pytest.raises(PowerCut):
            work(parts)
        wire.before = wire.twist = None
        work(parts)
        assert delivery(admin, answer)["conversion"]["state"] == "done"
        assert vendors(world).count(company) == 1


@on_sqlite
def test_where_zoho_is_busy_the_delivery_stays_in_line(rule, admin, lead, world, parts):
    answer = rule.call(lead_id=lead, action="convert", target="Vendors")
    world.faults.order("busy", times=None)
    [row] = everything(parts, Delivery)
    verdict = inbox.process(parts, f"lead-{row.installation_id}-{lead}")
    assert isinstance(verdict, Again)
    assert delivery(admin, answer)["state"] == "accepted"


@on_sqlite
def test_the_longer_zoho_is_busy_the_longer_it_is_left_alone(rule, lead, world, parts):
    rule.call(lead_id=lead, action="convert", target="Vendors")
    inbox.put_in_line(parts)
    world.faults.order("busy", times=None)
    duty = inbox.duty(parts, running.duty(parts))
    [row] = everything(parts, Delivery)
    waits = [duty.work(f"lead-{row.installation_id}-{lead}") for _ in range(6)]
    assert all(isinstance(one, Again) for one in waits)
    assert waits[-1].after_seconds >= 300
    assert max(one.after_seconds for one in waits) <= LONGEST_SECONDS


@on_sqlite
def test_who_replays_what_failed_does_not_insist_on_our_own_write(
    rule, admin, lead, world, parts, clock
):
    mark = {"name": "Suppliers", "target": "Vendors", "choices": {"lead_after": MARK}}
    choose(admin, rules=[mark])
    clock.advance(minutes=5)
    rule.call(lead_id=lead, action="convert", rule="1")
    work(parts)
    clock.advance(minutes=5)
    time = world.find("Leads", lead)["Modified_Time"]
    kept = world.records["Leads"].pop(lead)
    answer = rule.call(lead_id=lead, action="convert", target="zoho", rule="2", modified_time=time)
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("failed", "not_found")
    world.records["Leads"][lead] = kept
    admin.ask("POST", f"/api/v1/deliveries/{came['id']}/replay")
    work(parts)
    assert delivery(admin, answer)["problem"]["code"] == "own_write"


@on_sqlite
def test_a_fault_of_ours_ends_one_delivery_and_not_those_behind_it(rule, admin, lead, world, parts):
    first = rule.call(lead_id=lead, action="convert", target="Vendors", rule="1")
    second = rule.call(lead_id=lead, action="convert", target="Vendors", rule="2")
    [row, _] = everything(parts, Delivery)
    duty = inbox.duty(parts, running.duty(parts))
    duty.gave_up(f"lead-{row.installation_id}-{lead}")
    assert delivery(admin, first)["problem"]["code"] == "fault"
    work(parts)
    assert delivery(admin, second)["state"] == "done"


# Assessed


@pytest.fixture
def fields(world) -> dict[str, str]:
    """Fields of the lead that an administrator has made for it."""
    leads = world.module("Leads")
    leads.add(Field(api_name="Readiness", label="Readiness", data_type="text", length=60))
    leads.add(Field(api_name="Losses", label="Losses", data_type="integer", length=9))
    leads.add(Field(api_name="Becomes", label="Becomes", data_type="text", length=100))
    return {"readiness": "Readiness", "losses": "Losses", "target": "Becomes"}


def test_an_assessment_is_written_to_the_chosen_fields(
    rule, admin, fields, lead, world, parts, clock
):
    choose(admin, assess=fields)
    clock.advance(minutes=1)
    answer = rule.call(lead_id=lead, action="assess")
    world.log.clear()
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]) == ("done", None)
    held = world.find("Leads", lead)
    found = {one: held[one] for one in fields.values()}
    assert came["written"] == {"state": "done", "values": found}
    offered = {one["label"]: one for one in admin.options(lead).json["options"]}
    best = offered[found["Becomes"]]
    assert best["available"]
    ours = [one for one in best["losses"] if one["field"] in fields.values()]
    assert found["Losses"] == best["lost"] - len(ours)
    assert found["Readiness"] in ("Ready", "Needs input")


@on_sqlite
def test_the_mark_says_what_the_lead_has_become_and_is_emptied_once_that_is_taken_back(
    rule, admin, lead, world, parts, clock
):
    world.module("Leads").add(Field(api_name="Mark", label="Mark", data_type="text", length=60))
    choose(admin, assess={"mark": "Mark"})
    world.find("Leads", lead)["Mark"] = "Somebody's own words"

    def assessed(version: str) -> tuple[str, object]:
        clock.advance(minutes=1)
        answer = rule.call(lead_id=lead, action="assess", rule=version)
        work(parts)
        return delivery(admin, answer)["state"], world.find("Leads", lead).get("Mark")

    assert assessed("1") == ("nothing", "Somebody's own words"), "we know of no conversion"
    called = rule.call(lead_id=lead, action="convert", target="Vendors", rule="2")
    work(parts)
    ident = delivery(admin, called)["conversion"]["id"]
    assert assessed("3") == ("done", "Vendor")
    undone = admin.ask("POST", f"/api/v1/conversions/{ident}/undo", json={})
    assert undone.status_code == 202, undone.json
    work(parts)
    assert assessed("4") == ("done", None)


@on_sqlite
def test_an_assessment_wakes_no_rule(rule, admin, fields, lead, parts, wire):
    choose(admin, assess=fields)
    rule.call(lead_id=lead, action="assess")
    bodies = list[Any]()
    wire.before = lambda request: bodies.append((request.method, request.path_url, request.body))
    work(parts)
    [update] = [body for method, path, body in bodies if method == "PUT" and "/Leads" in path]
    assert b'"trigger":[]' in bytes(update).replace(b" ", b"") if isinstance(update, bytes) else (
        '"trigger":[]' in str(update).replace(" ", "")
    )  # fmt: skip


@on_sqlite
def test_what_the_lead_says_already_is_not_written_again(
    rule, admin, fields, lead, world, parts, wire
):
    choose(admin, assess=fields)
    rule.call(lead_id=lead, action="assess", rule="1")
    work(parts)
    second = rule.call(lead_id=lead, action="assess", rule="2")
    work(parts)
    assert delivery(admin, second)["problem"]["code"] == "unchanged"


@on_sqlite
def test_an_assessment_whose_answer_is_lost_is_written_once_more_to_the_same_end(
    rule, admin, fields, lead, world, parts
):
    choose(admin, assess=fields)
    answer = rule.call(lead_id=lead, action="assess")
    world.faults.order("answer_lost", times=1, method="PUT", path="/Leads")
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["written"]["state"], came["problem"]) == ("done", "done", None)
    assert world.find("Leads", lead)["Readiness"]


@on_sqlite
def test_without_chosen_fields_nothing_is_assessed(rule, admin, lead, parts):
    answer = rule.call(lead_id=lead, action="assess")
    work(parts)
    assert delivery(admin, answer)["problem"]["code"] == "no_fields_chosen"


# Options


def test_a_call_for_options_is_answered_as_the_widget_is(rule, admin, lead, parts):
    answer = rule.call(lead_id=lead, action="options")
    assert answer.status_code == 200
    said = dict(answer.json)
    assert said.pop("delivery") == everything(parts, Delivery)[0].public_id
    assert said == admin.options(lead).json


def test_the_leads_owner_then_opens_the_widget_with_one_light_call(
    rule, warm, lead, world, parts, clock
):
    rule.call(lead_id=lead, action="options")
    work(parts)
    # Of another process: nothing but the store remembers.
    world.log.clear()
    clock.advance(minutes=3)
    answer = warm.options(lead)
    assert (answer.status_code, asked(world)) == (200, 1)
    assert answer.json["lead"]["id"] == lead
    world.find("Leads", lead)["Modified_Time"] = "2026-01-10T13:00:00+00:00"
    world.log.clear()
    later = warm.options(lead)
    assert later.json["as_of"] != answer.json["as_of"], "a lead that has changed is looked at anew"


@on_sqlite
def test_what_is_remembered_is_shown_to_nobody_else(rule, admin, warm, lead, world, parts):
    rule.call(lead_id=lead, action="options")
    [kept] = everything(parts, Remembered)
    assert "Acme" not in kept.answer, "it is sealed"
    world.log.clear()
    assert warm.options(lead).status_code == 200
    assert asked(world) > 1, "the rep's own eyes have to look"


@on_sqlite
def test_options_of_a_lead_that_is_not_there_are_refused_and_recorded(rule, admin, world, parts):
    answer = rule.call(lead_id="5", action="options")
    assert error_of(answer) == (404, "not_found")
    [came] = admin.get("/api/v1/deliveries").json["deliveries"]
    assert (came["state"], came["problem"]["code"]) == ("failed", "not_found")
    assert answer.json["error"]["details"]["delivery"] == came["id"]


@on_sqlite
def test_options_that_zoho_is_too_busy_for_are_left_to_the_worker(
    rule, admin, lead, world, parts, clock
):
    order = world.faults.order("busy", times=None)
    answer = rule.call(lead_id=lead, action="options")
    assert error_of(answer) == (503, "zoho_busy")
    [row] = everything(parts, Delivery)
    assert answer.json["error"]["details"]["delivery"] == row.public_id
    assert row.state == "accepted"
    order.times = order.struck
    clock.advance(minutes=1)
    work(parts)
    assert [one.state for one in everything(parts, Delivery)] == ["done"]


@on_sqlite
def test_options_are_worked_out_by_the_worker_where_the_sender_went_unanswered(
    rule, lead, parts, wire, clock
):
    wire.before = lambda _: (_ for _ in ()).throw(PowerCut())
    with pytest.raises(PowerCut):
        rule.call(lead_id=lead, action="options")
    wire.before = None
    work(parts)
    assert [one.state for one in everything(parts, Delivery)] == ["accepted"], "not at once"
    clock.advance(minutes=1)
    work(parts)
    assert [one.state for one in everything(parts, Delivery)] == ["done"]
    assert everything(parts, Conversion) == []
