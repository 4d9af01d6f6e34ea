"""A call that a write of our own has caused is dropped, and no other."""

from datetime import datetime, timedelta

import pytest

from extension import inbox, running
from extension.planning.provision_rule import RULE, ZONE
from extension.store.conversions import Conversion, Line
from extension.store.inbox import Delivery
from tests.extension.conversion_rig import MARK, agree, carry_out
from tests.extension.hook_rig import choose, delivery, work
from tests.extension.rig import everything, on_sqlite
from tests.extension.test_unclear import worked


@pytest.fixture
def marking(admin, lead, clock) -> None:
    """The org's own rule, which marks what it has converted; the lead is older than that."""
    mark = {"name": "Suppliers", "target": "Vendors", "choices": {"lead_after": MARK}}
    choose(admin, rules=[mark])
    clock.advance(minutes=5)


@pytest.fixture
def marked(marking, rule, lead, parts, clock) -> str:
    """The lead, five minutes after it was converted and marked."""
    rule.call(lead_id=lead, action="convert", rule="1")
    work(parts)
    clock.advance(minutes=5)
    return lead


@on_sqlite
@pytest.mark.parametrize("version", [True, False], ids=["with its time", "without a time"])
def test_a_call_that_our_own_mark_has_caused_is_dropped(
    rule, admin, marked, world, parts, clock, version
):
    time = {"modified_time": world.find("Leads", marked)["Modified_Time"]} if version else {}
    # The lead is to become something else now: nothing but its cause keeps that from happening.
    answer = rule.call(lead_id=marked, action="convert", target="zoho", rule="2", **time)
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("dropped", "own_write")
    replayed = admin.ask("POST", f"/api/v1/deliveries/{came['id']}/replay")
    assert replayed.status_code == 202, "an administrator may insist"
    work(parts)
    assert delivery(admin, answer)["state"] == "done"


@on_sqlite
def test_who_insists_still_does_once_another_conversion_is_over(rule, admin, rep, marked, parts):
    answer = rule.call(lead_id=marked, action="convert", target="zoho", rule="2")
    work(parts)
    ident = delivery(admin, answer)["id"]
    another = agree(rep, marked).json["id"]
    assert admin.ask("POST", f"/api/v1/deliveries/{ident}/replay").status_code == 202
    inbox.put_in_line(parts)
    [_, row] = everything(parts, Delivery)
    for _ in range(2):
        inbox.process(parts, f"lead-{row.installation_id}-{marked}")
    assert delivery(admin, answer)["problem"]["code"] == "conversion_under_way"
    carry_out(parts, another)
    work(parts)
    came = delivery(admin, answer)
    assert came["state"] == "done", came["problem"]


@on_sqlite
@pytest.mark.parametrize(("name", "state"), [(RULE, "dropped"), ("2", "done")])
def test_what_our_own_webhook_writes_is_a_time_and_of_others_it_is_none(
    rule, admin, marked, world, parts, clock, name, state
):
    """Somebody has edited the lead since: only its time tells that a call is ours."""
    time = datetime.fromisoformat(world.find("Leads", marked)["Modified_Time"]).astimezone(ZONE)
    world.find("Leads", marked)["Modified_Time"] = parts.clock().isoformat()
    call = {"rule": name, "modified_time": time.strftime("%d-%m-%Y %H:%M:%S")}
    answer = rule.call(lead_id=marked, action="convert", target="zoho", **call)
    work(parts)
    assert delivery(admin, answer)["state"] == state


@on_sqlite
def test_a_time_to_the_minute_is_worth_no_more_than_none(
    rule, admin, marking, lead, world, parts, clock
):
    clock.advance(seconds=37)
    rule.call(lead_id=lead, action="convert", rule="1")
    work(parts)
    clock.advance(seconds=5)
    time = world.find("Leads", lead)["Modified_Time"]
    assert ":37" in time
    call = {"rule": "2", "modified_time": time.replace(":37", "")}
    answer = rule.call(lead_id=lead, action="convert", target="zoho", **call)
    work(parts)
    assert delivery(admin, answer)["problem"]["code"] == "own_write"


@on_sqlite
def test_a_call_that_a_person_has_caused_after_our_mark_is_no_call_of_ours(
    rule, admin, marked, world, parts, clock
):
    edited = "2026-01-10T12:09:00+00:00"
    world.find("Leads", marked)["Modified_Time"] = edited
    answer = rule.call(
        lead_id=marked, action="convert", target="zoho", rule="2", modified_time=edited
    )
    work(parts)
    assert delivery(admin, answer)["state"] == "done"


@on_sqlite
@pytest.mark.parametrize("way", ["there", "back"])
def test_a_mark_whose_answer_was_lost_has_caused_the_calls_of_both_its_times(
    rule, admin, marking, lead, world, parts, clock, way
):
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


def first_of_two(rule, lead, parts, **call: str) -> str:
    """The first of two rules of one edit is dealt with: its conversion is in line."""
    rule.call(lead_id=lead, action="convert", rule="1", **call)
    inbox.put_in_line(parts)
    [row, *_] = everything(parts, Delivery)
    inbox.process(parts, f"lead-{row.installation_id}-{lead}")
    [made] = everything(parts, Conversion)
    return str(made.public_id)


@on_sqlite
@pytest.mark.parametrize("comes", ["before the mark", "after it"])
def test_of_two_rules_that_one_edit_has_woken_neither_is_our_mark_however_often_that_was_sent(
    rule, admin, marking, lead, world, parts, clock, comes
):
    edited = parts.clock().isoformat()
    world.find("Leads", lead)["Modified_Time"] = edited
    clock.advance(seconds=5)
    second = {"action": "convert", "target": "zoho", "rule": "2", "modified_time": edited}
    made = first_of_two(rule, lead, parts, modified_time=edited)
    if comes == "before the mark":
        answer = rule.call(lead_id=lead, **second)
    clock.advance(seconds=5)
    world.faults.order("answer_lost", method="PUT", path="/Leads")
    running.run(parts, [made])
    if comes == "after it":
        answer = rule.call(lead_id=lead, **second)
    clock.advance(seconds=30)
    work(parts)
    [mark] = [one for one in everything(parts, Line) if one.step["kind"] == "MarkLead"]
    assert (mark.state, mark.tries) == ("done", 2)
    came = delivery(admin, answer)
    assert came["state"] == "done", came["problem"]


@on_sqlite
@pytest.mark.parametrize("version", [True, False], ids=["with its time", "without a time"])
@pytest.mark.parametrize(
    ("later", "became"), [({"minutes": 50}, "dropped"), ({"days": 7}, "done")], ids=["soon", "late"]
)
def test_a_rule_of_time_that_calls_long_after_our_mark_means_it(
    rule, marked, world, parts, clock, version, later, became
):
    clock.advance(**later)
    time = {"modified_time": world.find("Leads", marked)["Modified_Time"]} if version else {}
    rule.call(lead_id=marked, action="convert", target="zoho", rule="weekly", **time)
    work(parts)
    [_, row] = everything(parts, Delivery)
    assert (row.rule, row.state) == ("weekly", became)


@pytest.fixture
def never_told(rule, marking, lead, world, parts, clock) -> str:
    """A conversion whose mark was made, again and again, and nobody was ever told."""
    made = first_of_two(rule, lead, parts)
    world.faults.order("answer_lost", method="PUT", path="/Leads", times=None)
    worked(running.duty(parts).work, made, clock)
    world.faults.clear()
    return made


@on_sqlite
@pytest.mark.parametrize("version", [True, False], ids=["with its time", "without a time"])
@pytest.mark.parametrize("state", ["failed", "cancelled", "undone"])
def test_a_mark_of_which_nobody_was_ever_told_has_caused_its_call_all_the_same(
    rule, admin, never_told, lead, world, parts, version, state
):
    marked = world.find("Leads", lead)["Modified_Time"]
    assert world.find("Leads", lead)["Lead_Status"] == "Contacted"
    if state != "failed":
        admin.ask("POST", f"/api/v1/conversions/{never_told}/cancel", json={})
    if state == "undone":
        carry_out(parts, never_told)
        admin.ask("POST", f"/api/v1/conversions/{never_told}/undo", json={})
        work(parts)
    shown = admin.get(f"/api/v1/conversions/{never_told}").json
    assert shown["state"] == state
    time = {"modified_time": marked} if version else {}
    answer = rule.call(lead_id=lead, action="convert", target="zoho", rule="2", **time)
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("dropped", "own_write")


@on_sqlite
@pytest.mark.parametrize("who", ["colleague", "same person later", "not marked"])
def test_what_somebody_has_written_around_a_mark_of_which_nobody_was_told_is_no_call_of_ours(
    rule, admin, never_told, lead, world, parts, clock, who
):
    held, by = world.find("Leads", lead), world.users[1 if who == "colleague" else 0]
    [mark] = [one for one in everything(parts, Line) if one.step["kind"] == "MarkLead"]
    edited = mark.sent_at + timedelta(seconds=40)
    if who == "same person later":
        clock.advance(hours=1)
        edited = parts.clock()
    if who == "not marked":
        held["Lead_Status"] = "Attempted to Contact"
    held |= {"Modified_Time": edited.isoformat(), "Modified_By": {"id": str(by.id), "name": "x"}}
    admin.ask("POST", f"/api/v1/conversions/{never_told}/cancel", json={})
    answer = rule.call(
        lead_id=lead, action="convert", target="zoho", rule="2", modified_time=edited.isoformat()
    )
    work(parts)
    came = delivery(admin, answer)
    assert came["state"] == "done", came["problem"]


@on_sqlite
def test_our_mark_is_known_among_however_many_other_writes(rule, admin, marked, world, parts):
    line = next(one for one in everything(parts, Line) if one.step["kind"] == "MarkLead")
    with parts.sessions.begin() as db:
        db.add_all(
            Line(
                conversion_id=line.conversion_id, installation_id=line.installation_id,
                undoing=False, place=line.place + 1 + at, state="done", outcome={"id": "1"},
                step={**line.step, "kind": "Note"}, sent_at=line.sent_at,
            )
            for at in range(250)
        )  # fmt: skip
    time = world.find("Leads", marked)["Modified_Time"]
    answer = rule.call(
        lead_id=marked, action="convert", target="zoho", rule="2", modified_time=time
    )
    work(parts)
    assert delivery(admin, answer)["problem"]["code"] == "own_write"


@on_sqlite
def test_who_replays_what_failed_does_not_insist_on_our_own_write(
    rule, admin, marked, world, parts, clock
):
    time = world.find("Leads", marked)["Modified_Time"]
    kept = world.records["Leads"].pop(marked)
    answer = rule.call(
        lead_id=marked, action="convert", target="zoho", rule="2", modified_time=time
    )
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("failed", "not_found")
    world.records["Leads"][marked] = kept
    admin.ask("POST", f"/api/v1/deliveries/{came['id']}/replay")
    work(parts)
    assert delivery(admin, answer)["problem"]["code"] == "own_write"
