"""What Zoho tells us by itself: channels kept open, notifications heard, and what was missed."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from emulator.automation.happening import drop_channel
from extension import housekeeping, running, watching
from extension.store.conversions import Conversion
from extension.store.inbox import Remembered
from extension.store.models import Job
from extension.store.watching import Channel, Touched, Watch
from extension.zoho.scopes import SCOPES
from tests.extension.conversion_rig import agree, carry_out, new_lead
from tests.extension.hook_rig import rule_of
from tests.extension.rig import PUBLIC_URL, asked, error_of, everything, on_sqlite
from tests.extension.setup_rig import call_us, edit

PATH = "/hooks/notifications"
WATCHED = {"Leads", "Vendors", "Contacts", "Accounts"}
"""Leads, what we create, and where Zoho's own conversion looks for doubles."""


@pytest.fixture
def watched(admin, parts):
    """The org, with its channels open."""
    assert watching.tend(parts) == 1
    return admin


def channels(world):
    return {name: one for (_, name), one in world.state.channels.items()}


def post(nobody, channel, ids=("1",), **changes):
    body = {
        "server_time": 1, "module": "Leads", "ids": list(ids), "operation": "update",
        "channel_id": channel["channel_id"], "token": channel["token"], **changes,
    }  # fmt: skip
    return nobody.client.post(PATH, json=body)


def turns(parts):
    """How often each conversion was put in line."""
    return {row.run_id: row.asked for row in everything(parts, Job)}


# Channels


def test_every_org_is_watched_where_its_leads_are_and_become(watched, world, parts):
    found = channels(world)
    assert set(found) == WATCHED
    one = found["Leads"]
    assert one["notify_url"] == PUBLIC_URL + PATH
    assert one["events"] == ["Leads.create", "Leads.edit", "Leads.delete"]
    assert len(one["token"]) <= 50
    kept = {row.module: row for row in everything(parts, Channel)}
    assert kept["Leads"].expires_at - parts.clock() > timedelta(days=6)
    assert one["token"] not in (kept["Leads"].token, kept["Leads"].token_digest)


@on_sqlite
def test_a_second_round_asks_nothing(watched, world, parts):
    world.log.clear()
    assert watching.tend(parts) == 0
    assert asked(world, "/actions/watch") == 0


@on_sqlite
def test_channels_are_renewed_long_before_the_week_is_over(watched, world, parts, clock):
    before = channels(world)
    for _ in range(20):
        clock.advance(days=1, minutes=1)
        watching.tend(parts)
    after = channels(world)
    assert {name: one["channel_id"] for name, one in after.items()} == {
        name: one["channel_id"] for name, one in before.items()
    }
    assert {row.expires_at - parts.clock() > timedelta(days=6)
            for row in everything(parts, Channel)} == {True}  # fmt: skip


@on_sqlite
def test_what_zoho_has_dropped_is_back_within_a_day(watched, world, parts, clock):
    world.state.channels.clear()
    clock.advance(days=1, minutes=1)
    watching.tend(parts)
    assert set(channels(world)) == WATCHED


@on_sqlite
def test_of_two_workers_one_sees_to_it(admin, world, parts):
    assert watching.tend(parts) == 1
    world.log.clear()
    with parts.sessions.begin() as db:
        for row in db.query(Watch):
            row.due_at = parts.clock()
    [mine], others = watching._due(parts), watching._due(parts)
    assert mine.installation.zgid == world.org.zgid
    assert others == []


@on_sqlite
def test_without_the_consent_it_is_noted_and_nothing_fails(person, world, parts, clock):
    person().at_home(world, world.users[0], installs=True, scopes=SCOPES)
    watching.tend(parts)
    [row] = everything(parts, Watch)
    assert row.problem["code"] == "scope_missing"
    assert row.due_at == parts.clock() + timedelta(hours=1)
    assert channels(world) == {}


@on_sqlite
def test_after_trouble_it_is_tried_again_within_the_hour(admin, world, parts, clock):
    world.faults.order("server_error", method="POST", path="/actions/watch")
    watching.tend(parts)
    assert channels(world) == {}
    clock.advance(hours=1, minutes=1)
    watching.tend(parts)
    assert set(channels(world)) == WATCHED
    assert everything(parts, Watch)[0].problem is None


@on_sqlite
def test_a_module_that_is_no_target_any_more_is_not_watched(watched, world, parts, clock):
    zoho = {"key": "zoho", "label": "Zoho", "kind": "zoho"}
    saved = watched.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [zoho]})
    assert saved.status_code == 200, saved.json
    clock.advance(days=1, minutes=1)
    watching.tend(parts)
    assert set(channels(world)) == WATCHED - {"Vendors"}
    assert {row.module for row in everything(parts, Channel)} == WATCHED - {"Vendors"}


@on_sqlite
def test_uninstalling_closes_them(watched, stranger, world, elsewhere, parts):
    watching.tend(parts)
    assert set(channels(elsewhere)) == WATCHED
    assert watched.ask("DELETE", "/api/v1/installation").status_code == 204
    assert channels(world) == {}
    assert set(channels(elsewhere)) == WATCHED


@on_sqlite
def test_the_house_is_kept_with_it(admin, world, parts):
    housekeeping.keep(parts)
    assert set(channels(world)) == WATCHED


# Notifications


def test_what_was_seen_of_a_lead_is_looked_at_anew(watched, rep, nobody, world, parts):
    lead = new_lead(world)
    path, wish = f"/api/v1/leads/{lead}/plan", {"target": "Vendors"}
    assert rep.ask("POST", path, json=wish).status_code == 200
    world.log.clear()
    assert rep.ask("POST", path, json=wish).status_code == 200
    assert asked(world, f"/Leads/{lead}") == 0, "it was seen a moment ago"
    assert post(nobody, channels(world)["Leads"], [lead]).status_code == 200
    assert rep.ask("POST", path, json=wish).status_code == 200
    assert asked(world, f"/Leads/{lead}") > 0


@on_sqlite
def test_a_vendor_that_has_changed_may_be_the_double_of_any_lead(watched, nobody, world, parts):
    answer = post(nobody, channels(world)["Vendors"], ["77"], module="Vendors")
    assert answer.json == {"state": "accepted"}
    assert [row.lead_id for row in everything(parts, Touched)] == [""]


@on_sqlite
def test_the_channel_says_which_module_it_is_about(watched, nobody, world, parts):
    post(nobody, channels(world)["Vendors"], ["77"], module="Leads")
    assert [row.lead_id for row in everything(parts, Touched)] == [""]


@on_sqlite
def test_the_same_notification_twice_is_no_news(watched, nobody, world, parts):
    for _ in range(2):
        post(nobody, channels(world)["Leads"], ["5", "6", "5"])
    assert sorted(row.lead_id for row in everything(parts, Touched)) == ["5", "6"]


@on_sqlite
@pytest.mark.parametrize(
    "ids", [None, "5", [], [None], [True], [{"id": "5"}], ["x" * 30], [[]], ["5; drop table"]]
)
def test_ids_that_are_none_are_passed_over(watched, nobody, world, parts, ids):
    one = channels(world)["Leads"]
    body = {"channel_id": one["channel_id"], "token": one["token"], "ids": ids}
    assert nobody.client.post(PATH, json=body).status_code == 200
    assert [row.lead_id for row in everything(parts, Touched)] == []


@on_sqlite
@pytest.mark.parametrize(
    "changes",
    [{"token": "x"}, {"token": ""}, {"token": None}, {"token": 5}, {"channel_id": "1"},
     {"channel_id": None}, {"channel_id": "x"}, {"channel_id": ""}],
)  # fmt: skip
def test_who_does_not_know_the_token_learns_nothing(watched, nobody, world, parts, changes):
    answer = post(nobody, channels(world)["Leads"], ["5"], **changes)
    assert error_of(answer) == (403, "forged_delivery")
    assert everything(parts, Touched) == []


@on_sqlite
def test_the_token_of_another_channel_opens_none(
    watched, stranger, nobody, world, elsewhere, parts
):
    watching.tend(parts)
    mine, theirs = channels(world)["Leads"], channels(elsewhere)["Leads"]
    answer = post(nobody, {**mine, "token": theirs["token"]})
    assert error_of(answer) == (403, "forged_delivery")


@on_sqlite
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"5", b"[" * 5000, b"\xff", b"null"])
def test_what_is_no_notification_is_refused(watched, nobody, parts, body):
    answer = nobody.client.post(PATH, data=body, content_type="application/json")
    assert error_of(answer) == (403, "forged_delivery")


@on_sqlite
def test_what_is_too_large_is_not_read(watched, nobody, world):
    body = json.dumps({"ids": ["1" * 20] * 4000})
    assert error_of(nobody.client.post(PATH, data=body)) == (413, "too_large")


# What it means for conversions


def test_a_conversion_in_line_is_looked_at_when_its_lead_has_changed(
    watched, rep, nobody, world, parts
):
    lead = new_lead(world, "Edited")
    one = agree(rep, lead).json["id"]
    before = turns(parts)
    world.records["Leads"][lead]["Modified_Time"] = "2026-01-10T12:00:01+00:00"
    world.records["Leads"][lead]["Company"] = "Another"
    post(nobody, channels(world)["Leads"], [lead])
    assert turns(parts)[one] == before[one] + 1
    running.run(parts, [one])
    [row] = everything(parts, Conversion)
    assert (row.state, row.question["code"]) == ("waiting", "lead_changed")
    assert world.records["Vendors"] == {}


@on_sqlite
def test_one_that_has_begun_is_left_to_go_on(watched, rep, nobody, world, parts):
    lead = new_lead(world, "Begun")
    one = agree(rep, lead).json["id"]
    running.run(parts, [one])
    before = turns(parts)
    assert post(nobody, channels(world)["Leads"], [lead]).status_code == 200
    assert turns(parts) == before, "our own writes are told us, too"


@on_sqlite
def test_one_of_a_batch_is_left_to_its_batch(watched, rep, nobody, world, parts, clock):
    lead = new_lead(world, "Paused")
    agree(rep, lead)
    with parts.sessions.begin() as db:
        db.execute(update(Conversion).values(batch_id=1))
    before = turns(parts)
    world.records["Leads"][lead]["Modified_Time"] = "2026-01-10T12:00:01+00:00"
    assert post(nobody, channels(world)["Leads"], [lead]).status_code == 200
    clock.advance(hours=1, minutes=1)
    watching.sweep(parts)
    assert turns(parts) == before


@on_sqlite
def test_options_worked_out_for_an_edit_outlast_the_notification_of_it(
    watched, nobody, world, parts
):
    lead = new_lead(world, "Edited")
    rule_of(watched).call(lead_id=lead, action="options")
    assert len(everything(parts, Remembered)) == 1
    post(nobody, channels(world)["Leads"], [lead])
    assert [row.lead_id for row in everything(parts, Remembered)] == [lead]
    world.log.clear()
    assert watched.options(lead).status_code == 200
    assert asked(world) == 1, "whether the lead is still the same"
    post(nobody, channels(world)["Vendors"], ["77"], module="Vendors")
    assert everything(parts, Remembered) == [], "it might be a double of any lead"


@on_sqlite
@pytest.mark.parametrize(("seconds", "kept"), [(-1, True), (0, False), (1, False)])
def test_options_worked_out_before_a_change_are_forgotten_when_it_is_told(
    watched, nobody, world, parts, clock, seconds, kept
):
    lead, other = new_lead(world, "Edited"), new_lead(world, "Other")
    rule = rule_of(watched)
    for one in (lead, other):
        rule.call(lead_id=one, action="options")
    moment = int((parts.clock() + timedelta(seconds=seconds)).timestamp() * 1000)
    post(nobody, channels(world)["Leads"], [lead], server_time=moment)
    rows = {row.lead_id for row in everything(parts, Remembered)}
    assert rows == ({lead, other} if kept else {other})


@on_sqlite
@pytest.mark.parametrize("module", ["Vendors", "Contacts", "Accounts"])
def test_options_show_doubles_so_a_change_of_one_forgets_them(
    watched, nobody, world, parts, module
):
    lead = new_lead(world, "Edited")
    rule_of(watched).call(lead_id=lead, action="options")
    post(nobody, channels(world)[module], ["77"], module=module)
    assert everything(parts, Remembered) == []


@on_sqlite
def test_another_orgs_notification_wakes_nothing_here(
    watched, rep, stranger, nobody, world, elsewhere, parts
):
    watching.tend(parts)
    lead = new_lead(world, "Mine")
    agree(rep, lead)
    before = turns(parts)
    assert post(nobody, channels(elsewhere)["Leads"], [lead]).status_code == 200
    assert turns(parts) == before


# What was missed


def test_a_sweep_finds_what_no_notification_told(watched, rep, world, parts, clock):
    changed, same, gone = (new_lead(world, name) for name in ("Changed", "Same", "Gone"))
    ids = {name: agree(rep, lead).json["id"]
           for name, lead in (("changed", changed), ("same", same), ("gone", gone))}  # fmt: skip
    world.records["Leads"][changed]["Modified_Time"] = "2026-01-10T12:00:01+00:00"
    del world.records["Leads"][gone]
    before = turns(parts)
    assert watching.sweep(parts) == 0, "not yet"
    clock.advance(hours=1, minutes=1)
    world.log.clear()
    assert watching.sweep(parts) == 2
    assert asked(world, "/Leads") == 1
    more = {one for one, count in turns(parts).items() if count > before[one]}
    assert more == {ids["changed"], ids["gone"]}
    assert watching.sweep(parts) == 0, "at most once an hour"


@on_sqlite
def test_a_sweep_of_nothing_costs_nothing(watched, world, parts, clock):
    clock.advance(hours=1, minutes=1)
    world.log.clear()
    assert watching.sweep(parts) == 0
    assert asked(world) == 0


# A channel that Zoho has dropped without a word


@pytest.fixture
def dropped(watched, rep, nobody, world, parts, clock):
    """Hours after the channels were opened and the lead's was last heard of, it is gone; then
    somebody changes the lead. Its id."""
    lead = new_lead(world, "Unheard")
    clock.advance(hours=2)
    edit(parts, rep, "Leads", lead, City="Heard")
    assert call_us(world, nobody) == [200]
    clock.advance(hours=1)
    assert drop_channel(world, channels(world)["Leads"]["channel_id"])
    edit(parts, rep, "Leads", lead, City="Unheard")
    assert call_us(world, nobody) == []
    clock.advance(minutes=6)
    return lead


def test_who_looks_at_a_lead_whose_change_was_not_told_has_the_channel_opened_again(
    dropped, rep, nobody, world, parts, clock
):
    housekeeping.keep(parts)
    assert "Leads" not in channels(world), "nobody knows yet"
    assert rep.options(dropped).status_code == 200
    housekeeping.keep(parts)
    assert set(channels(world)) == WATCHED
    edit(parts, rep, "Leads", dropped, City="Heard again")
    assert call_us(world, nobody) == [200]


@on_sqlite
def test_a_sweep_that_finds_a_change_has_the_channel_opened_again(
    watched, rep, world, parts, clock
):
    lead = new_lead(world, "In line")
    agree(rep, lead)
    clock.advance(hours=3)
    assert drop_channel(world, channels(world)["Leads"]["channel_id"])
    edit(parts, rep, "Leads", lead, City="Unheard")
    clock.advance(minutes=6)
    world.log.clear()
    housekeeping.keep(parts)
    assert set(channels(world)) == WATCHED
    assert asked(world, "/actions/watch") == 1


@on_sqlite
def test_a_sweep_that_finds_a_lead_gone_has_the_channels_seen_to(watched, rep, world, parts, clock):
    lead = new_lead(world, "Gone")
    agree(rep, lead)
    clock.advance(hours=3)
    world.state.channels.clear()
    del world.records["Leads"][lead]
    housekeeping.keep(parts)
    assert set(channels(world)) == WATCHED


@on_sqlite
def test_what_we_write_ourselves_must_be_told_too(watched, rep, nobody, world, parts, clock):
    clock.advance(hours=2)
    assert drop_channel(world, channels(world)["Vendors"]["channel_id"])
    carry_out(parts, agree(rep, new_lead(world, "Made")).json["id"])
    call_us(world, nobody)
    clock.advance(minutes=58)
    world.log.clear()
    watching.sweep(parts)
    assert asked(world) == 0
    assert watching.tend(parts) == 1
    assert set(channels(world)) == WATCHED
    assert asked(world, "/actions/watch") == 1


@on_sqlite
def test_what_was_told_of_what_we_wrote_is_no_reason(watched, rep, nobody, world, parts, clock):
    clock.advance(hours=2)
    carry_out(parts, agree(rep, new_lead(world, "Made")).json["id"])
    assert set(call_us(world, nobody)) == {200}
    clock.advance(minutes=58)
    world.log.clear()
    watching.sweep(parts)
    assert watching.tend(parts) == asked(world) == 0


@on_sqlite
def test_channels_that_were_just_opened_are_not_suspected(dropped, rep, world, parts, clock):
    rep.options(dropped)
    housekeeping.keep(parts)
    assert drop_channel(world, channels(world)["Leads"]["channel_id"])
    clock.advance(minutes=10)
    edit(parts, rep, "Leads", dropped, City="Unheard again")
    for minutes, there in ((30, False), (21, True)):
        clock.advance(minutes=minutes)
        rep.options(dropped)
        housekeeping.keep(parts)
        assert ("Leads" in channels(world)) == there, "at most once an hour"


@on_sqlite
def test_a_change_of_a_moment_ago_may_still_be_told(watched, rep, world, parts, clock):
    lead = new_lead(world, "New")
    clock.advance(hours=2)
    edit(parts, rep, "Leads", lead, City="Somewhere")
    clock.advance(minutes=4)
    world.log.clear()
    rep.options(lead)
    housekeeping.keep(parts)
    assert asked(world, "/actions/watch") == 0


@on_sqlite
def test_a_change_after_which_something_was_told_is_no_reason(
    watched, rep, nobody, world, parts, clock
):
    lead = new_lead(world, "Lost")
    clock.advance(hours=2)
    world.faults.order("not_sent")
    edit(parts, rep, "Leads", lead, City="Somewhere")
    clock.advance(minutes=1)
    post(nobody, channels(world)["Leads"], ["5"])
    clock.advance(hours=1)
    world.log.clear()
    rep.options(lead)
    housekeeping.keep(parts)
    assert asked(world, "/actions/watch") == 0


@on_sqlite
@pytest.mark.parametrize("time", ["", "yesterday", "2026-01-10T12:00:00", None, 5])
def test_a_lead_without_a_time_is_no_reason(watched, rep, world, parts, clock, time):
    lead = new_lead(world, "Timeless")
    clock.advance(hours=2)
    world.records["Leads"][lead]["Modified_Time"] = time
    world.log.clear()
    assert rep.options(lead).status_code == 200
    housekeeping.keep(parts)
    assert asked(world, "/actions/watch") == 0


@on_sqlite
def test_the_silence_of_one_org_is_nothing_to_another(
    dropped, rep, stranger, world, elsewhere, parts
):
    watching.tend(parts)
    elsewhere.log.clear()
    rep.options(dropped)
    housekeeping.keep(parts)
    assert asked(elsewhere, "/actions/watch") == 0


# Forgotten


@on_sqlite
def test_what_everybody_has_heard_of_is_forgotten(watched, nobody, world, parts, clock):
    post(nobody, channels(world)["Leads"], ["5"])
    housekeeping.tidy(parts)
    assert len(everything(parts, Touched)) == 1
    clock.advance(minutes=11)
    housekeeping.tidy(parts)
    assert everything(parts, Touched) == []
