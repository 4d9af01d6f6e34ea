"""A workflow rule calls for the options of a lead, which the widget then finds ready."""

import pytest

from extension import inbox
from extension.attempts import Again
from extension.store.conversions import Conversion
from extension.store.inbox import Delivery, Remembered
from extension.zoho.scopes import SCOPES
from tests.extension.cuts import PowerCut
from tests.extension.hook_rig import rule_of, work
from tests.extension.rig import asked, error_of, everything, on_sqlite


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


@on_sqlite
@pytest.mark.parametrize("trouble", ["busy", "gone", "locked out"])
def test_options_that_are_asked_for_again_and_not_answered_are_said_to_be_over_as_they_are(
    rule, admin, lead, world, worlds, zoho, parts, trouble
):
    call = {"lead_id": lead, "action": "options", "modified_time": "1"}
    assert rule.call(**call).status_code == 200
    work(parts)
    [row] = everything(parts, Delivery)
    if trouble == "busy":
        world.faults.order("busy", times=None)
    elif trouble == "gone":
        del world.records["Leads"][lead]
    else:
        zoho.withdraw(world, world.users[0])
        worlds.tokens.expire_all(world)
    again = rule.call(**call)
    assert again.status_code != 200
    said = again.json["error"]["details"]
    assert (said["delivery"], said["state"]) == (row.public_id, "done")
    [now] = everything(parts, Delivery)
    assert (now.state, now.problem) == ("done", None)


@pytest.fixture
def locked_out(rule, warm, lead, world, worlds, zoho):
    """What the sender is answered while Zoho lets nobody in for whom automation acts as."""
    zoho.withdraw(world, world.users[0])
    worlds.tokens.expire_all(world)
    return rule.call(lead_id=lead, action="options")


@on_sqlite
def test_where_the_consent_is_withdrawn_the_sender_hears_whose_and_that_the_call_waits(
    locked_out, rule, lead, admin, world, parts
):
    name = f"{world.users[0].first_name} {world.users[0].last_name}".strip()
    # The second time Zoho is not even asked.
    for answer in (locked_out, rule.call(lead_id=lead, action="options")):
        assert error_of(answer) == (401, "grant_revoked")
        assert f"withdrawn the consent of {name}" in answer.json["error"]["message"]
        [row] = everything(parts, Delivery)
        details = answer.json["error"]["details"]
        assert details == {"delivery": row.public_id, "state": "accepted"}
    assert (row.state, row.problem["code"], row.repeats) == ("accepted", "grant_revoked", 1)
    assert row.problem["message"] == answer.json["error"]["message"]


@on_sqlite
@pytest.mark.parametrize("tried", [False, True], ids=["untouched", "tried by a worker"])
def test_once_the_consent_is_back_the_owner_opens_the_widget_with_one_light_call(
    locked_out, warm, admin, world, lead, parts, clock, tried
):
    if tried:
        clock.advance(minutes=1)
        inbox.put_in_line(parts)
        [row] = everything(parts, Delivery)
        found = inbox.process(parts, f"lead-{row.installation_id}-{lead}")
        assert isinstance(found, Again), "nothing is lost by that"
    clock.advance(minutes=2)
    admin.sign_in(world, world.users[0])
    work(parts)
    assert [(one.state, one.problem) for one in everything(parts, Delivery)] == [("done", None)]
    world.log.clear()
    assert warm.options(lead).status_code == 200
    assert asked(world) == 1


@on_sqlite
def test_options_that_nobody_waits_for_any_more_are_not_worked_out_unless_somebody_insists(
    locked_out, admin, world, parts, clock
):
    clock.advance(minutes=15)
    admin.sign_in(world, world.users[0])
    world.log.clear()
    work(parts)
    [row] = everything(parts, Delivery)
    assert (row.state, row.problem["code"]) == ("nothing", "too_late")
    assert everything(parts, Remembered) == []
    assert asked(world, "/crm/v8/Leads") == 0, "and cost nothing"
    assert admin.ask("POST", f"/api/v1/deliveries/{row.public_id}/replay").status_code == 202
    work(parts)
    assert [one.state for one in everything(parts, Delivery)] == ["done"]
    assert len(everything(parts, Remembered)) == 1


@on_sqlite
def test_options_that_a_scope_is_missing_for_wait_as_well(rule, person, lead, world, parts):
    few = [one for one in SCOPES if one != "ZohoCRM.modules.ALL"]
    boss = person().at_home(world, world.users[0], installs=True, scopes=few)
    answer = rule_of(boss).call(lead_id=lead, action="options")
    assert error_of(answer) == (403, "scope_missing")
    [row] = everything(parts, Delivery)
    assert (row.state, row.problem["code"]) == ("accepted", "scope_missing")
