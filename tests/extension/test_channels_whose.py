"""A channel belongs to who has opened it, and goes over to who acts for the org."""

import pytest

from extension import watching
from extension.channels import are_open
from extension.zoho import scopes
from tests.extension.hook_rig import AUTOMATION
from tests.extension.rig import PUBLIC_URL, asked, on_sqlite
from tests.extension.watch_rig import WATCHED, channels, post


@pytest.fixture
def another(watched, person, world):
    """Automation acts as somebody else from now on, while the channels are open."""
    person().at_home(world, world.users[1], scopes=scopes.asked("install"))
    body = {"version": 0, "automation": {}, "acts_as": str(world.users[1].id)}
    assert watched.ask("PUT", AUTOMATION, json=body).status_code == 200
    return world.users[1]


def whose(world):
    return {one["user"] for one in world.state.channels.values()}


@on_sqlite
def test_where_somebody_else_acts_the_channels_go_over_to_them_at_once(
    another, nobody, lead, world, parts
):
    before = channels(world)
    assert watching.tend(parts) == 1
    assert set(are_open(parts, 1).values()) == {""}
    now = channels(world)
    assert (set(now), whose(world)) == (WATCHED, {another.id})
    assert len(world.state.channels) == len(WATCHED)
    assert post(nobody, now["Leads"], [lead]).status_code == 200
    assert post(nobody, before["Leads"], [lead]).status_code == 403


@on_sqlite
def test_channels_of_somebody_whose_consent_has_ended_are_left_to_end(
    another, world, parts, zoho, clock
):
    zoho.withdraw(world, world.users[0])
    clock.advance(hours=2)
    assert watching.tend(parts) == 1
    assert set(are_open(parts, 1).values()) == {""}
    assert whose(world) == {world.users[0].id, another.id}
    clock.advance(days=4)
    watching.tend(parts)
    clock.advance(days=4)
    watching.tend(parts)
    assert whose(world) == {another.id}


@on_sqlite
def test_where_another_administrator_installs_anew_the_channels_go_over_at_once(
    watched, person, world, parts, zoho, clock
):
    withdrawn(watched, world, zoho, clock)
    world.users[1].profile = world.users[0].profile
    assert person().install(world, world.users[1]).status_code == 200
    watching.tend(parts)
    assert (set(channels(world)), whose(world)) == (WATCHED, {world.users[1].id})


@on_sqlite
def test_who_acts_and_is_back_has_the_channels_open_at_once(
    watched, person, world, parts, zoho, clock
):
    withdrawn(watched, world, zoho, clock)
    watching.tend(parts)
    assert channels(world) == {}
    assert person().install(world, world.users[0]).status_code == 200
    watching.tend(parts)
    assert set(channels(world)) == WATCHED


@on_sqlite
def test_who_acts_and_is_back_by_the_widget_alone_hears_at_once_what_is_missing(
    watched, person, world, parts, zoho, clock
):
    withdrawn(watched, world, zoho, clock)
    back = person()
    back.sign_in(world, world.users[0])
    assert watching.tend(parts) == 1
    told = {one["code"]: one["fix"] for one in back.get("/api/v1/doctor").json["findings"]}
    assert {"channels", "scopes_missing"} <= set(told)
    assert f"{PUBLIC_URL}/install" in told["scopes_missing"]


@on_sqlite
def test_who_consents_to_more_has_them_opened_at_once(person, world, parts):
    boss = person().at_home(world, world.users[0], installs=True, scopes=scopes.SCOPES)
    watching.tend(parts)
    assert channels(world) == {}
    assert boss.install(world, world.users[0]).status_code == 200
    watching.tend(parts)
    assert set(channels(world)) == WATCHED


@on_sqlite
def test_who_does_not_act_signs_in_and_no_channel_is_touched(watched, rep, person, world, parts):
    world.log.clear()
    person().sign_in(world, world.users[1])
    assert watching.tend(parts) == asked(world, "/actions/watch") == 0


def withdrawn(watched, world, zoho, clock):
    """The consent of who acts is withdrawn, with the channels, and noticed."""
    zoho.withdraw(world, world.users[0])
    world.state.channels.clear()
    clock.advance(hours=2)
    assert watched.get("/api/v1/doctor").status_code == 401


@on_sqlite
def test_a_number_that_zoho_keeps_for_somebody_else_gives_way_to_another(
    watched, world, parts, clock
):
    for one in world.state.channels.values():
        one["user"] = world.users[1].id
    clock.advance(days=1, minutes=1)
    watching.tend(parts)
    assert "" not in are_open(parts, 1).values()
    clock.advance(hours=1, minutes=1)
    watching.tend(parts)
    assert set(are_open(parts, 1).values()) == {""}


@on_sqlite
def test_uninstalling_closes_them_also_where_they_have_not_gone_over_yet(another, watched, world):
    assert watched.ask("DELETE", "/api/v1/installation").status_code == 200
    assert channels(world) == {}
