"""What holds a call of a workflow rule up: a worker dies, Zoho is busy, we are at fault."""

import pytest

from extension import acting, inbox, running
from extension.attempts import Again
from extension.backoff import BEHIND_SECONDS, LONGEST_SECONDS, SOON
from extension.store.conversions import Conversion
from extension.store.inbox import Delivery
from tests.extension.conversion_rig import agree, carry_out, new_lead
from tests.extension.cuts import cut_off
from tests.extension.hook_rig import AUTOMATION, choose, delivery, vendors, work
from tests.extension.rig import everything, on_sqlite


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
        with cut_off(wire, at, moment):
            work(parts)
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
@pytest.mark.parametrize("action", ["convert", "assess"])
def test_a_call_behind_another_conversion_says_so_and_looks_ever_less_often_whether_it_is_over(
    rule, admin, rep, lead, world, parts, action
):
    choose(admin, assess={"readiness": "Description"})
    assert agree(rep, lead).status_code == 202
    answer = rule.call(lead_id=lead, action=action, target="zoho")
    inbox.put_in_line(parts)
    [row] = everything(parts, Delivery)
    duty = inbox.duty(parts, running.duty(parts))
    waits = [duty.work(f"lead-{row.installation_id}-{lead}").after_seconds for _ in range(12)]
    assert waits[0] <= SOON
    assert BEHIND_SECONDS / 2 <= waits[-1] <= BEHIND_SECONDS
    assert sum(waits[:5]) < 60, "quick at first"
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("accepted", "conversion_under_way")
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]) == ("done", None)


@on_sqlite
def test_why_a_call_waits_is_written_down_once_and_no_longer_than_it_is_true(
    rule, admin, rep, lead, world, parts, clock
):
    conversion = agree(rep, lead).json["id"]
    answer = rule.call(lead_id=lead, action="convert", target="zoho")
    inbox.put_in_line(parts)
    [row] = everything(parts, Delivery)
    run_id = f"lead-{row.installation_id}-{lead}"
    inbox.process(parts, run_id)
    said = delivery(admin, answer)
    clock.advance(seconds=5)
    inbox.process(parts, run_id)
    assert delivery(admin, answer) == said
    carry_out(parts, conversion)
    world.faults.order("busy", times=None)
    inbox.process(parts, run_id)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]) == ("accepted", None)


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
