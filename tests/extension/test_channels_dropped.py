"""A channel that Zoho has dropped without a word is opened again once a change was not told."""

import pytest

from emulator.automation.happening import drop_channel
from extension import housekeeping, watching
from tests.extension.conversion_rig import agree, carry_out, new_lead
from tests.extension.rig import asked, on_sqlite
from tests.extension.setup_rig import call_us, edit
from tests.extension.watch_rig import WATCHED, channels, post


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
