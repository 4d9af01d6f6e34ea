"""A call that a write of our own has caused is dropped, and no other."""

from datetime import timedelta

import pytest

from extension import inbox, running
from extension.store.conversions import Conversion, Line
from extension.store.inbox import Delivery
from tests.extension.conversion_rig import MARK
from tests.extension.hook_rig import choose, delivery, work
from tests.extension.rig import everything, on_sqlite


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
