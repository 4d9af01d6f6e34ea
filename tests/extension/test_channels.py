"""The channels by which Zoho tells us: opened, renewed, and again where it has dropped them."""

import json
from datetime import datetime, timedelta

import pytest

from emulator.automation.happening import drop_channel
from emulator.automation.watch import forget_expired
from extension import housekeeping, watching
from extension.channels import are_open
from extension.store.watching import Channel, Watch
from extension.zoho import scopes
from tests.extension.conversion_rig import agree, carry_out, new_lead
from tests.extension.hook_rig import AUTOMATION
from tests.extension.rig import PUBLIC_URL, another_answer, asked, everything, on_sqlite
from tests.extension.setup_rig import call_us, edit
from tests.extension.watch_rig import PATH, channels, post

WATCHED = {"Leads", "Vendors", "Contacts", "Accounts"}
"""Leads, what we create, and where Zoho's own conversion looks for doubles."""


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
    ours = {row.module: row.expires_at for row in everything(parts, Channel)}
    assert {one - parts.clock() > timedelta(days=6) for one in ours.values()} == {True}
    zohos = {name: datetime.fromisoformat(one["channel_expiry"]) for name, one in after.items()}
    assert zohos == ours


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
    [mine], others = list(watching._due(parts)), list(watching._due(parts))
    assert mine.installation.zgid == world.org.zgid
    assert others == []


@on_sqlite
def test_without_the_consent_it_is_noted_and_nothing_fails(person, world, parts, clock):
    person().at_home(world, world.users[0], installs=True, scopes=scopes.SCOPES)
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


def refusing(method, code, message="refused", only=""):
    """A twist of the wire: Zoho refuses what would open or close channels."""

    def twist(request, answer):
        if (
            request.method != method
            or "/actions/watch" not in request.url
            or only not in request.url
        ):
            return answer
        envelope = {"code": code, "details": {}, "message": message, "status": "error"}
        return another_answer(answer, watch=None, **envelope)

    return twist


@on_sqlite
def test_a_channel_that_zoho_does_not_close_keeps_no_other_from_being_renewed(
    watched, world, parts, wire, clock
):
    before = channels(world)
    zoho = {"key": "zoho", "label": "Zoho", "kind": "zoho"}
    saved = watched.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [zoho]})
    assert saved.status_code == 200
    wire.twist = refusing("DELETE", "NOT_SUBSCRIBED")
    for _ in range(10):
        clock.advance(days=1, minutes=1)
        watching.tend(parts)
    forget_expired(world)
    assert set(channels(world)) == WATCHED - {"Vendors"}
    assert channels(world)["Leads"]["channel_id"] == before["Leads"]["channel_id"]
    assert {row.module for row in everything(parts, Channel)} == WATCHED - {"Vendors"}


@on_sqlite
def test_of_several_that_nobody_wants_any_more_each_is_closed_by_itself(
    watched, world, parts, wire, clock
):
    vendors = {
        "key": "vendors", "label": "V", "kind": "records",
        "records": [{"key": "vendor", "module": "Vendors", "fields": {"Vendor_Name": "Company"}}],
    }  # fmt: skip
    saved = watched.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [vendors]})
    assert saved.status_code == 200, saved.text
    stubborn = channels(world)["Contacts"]["channel_id"]

    def keep(request):
        if request.method == "DELETE" and stubborn in request.url:
            world.faults.order("busy", method="DELETE", path="/actions/watch")

    wire.before = keep
    clock.advance(days=1, minutes=1)
    watching.tend(parts)
    assert set(channels(world)) == {"Leads", "Vendors", "Contacts"}
    wire.before = None
    clock.advance(days=1, minutes=1)
    watching.tend(parts)
    assert set(channels(world)) == {"Leads", "Vendors"}, "it was kept in mind"


@on_sqlite
def test_one_module_that_zoho_refuses_keeps_no_other_from_being_watched(
    admin, world, parts, wire, clock
):
    def twist(request, answer):
        if request.method != "POST" or "/actions/watch" not in request.url:
            return answer
        rows = answer.json()["watch"]
        named = [one["events"][0] for one in json.loads(request.body)["watch"]]
        at = named.index("Vendors.all")
        rows[at] = {"code": "INVALID_MODULE", "details": {}, "message": "x", "status": "error"}
        return another_answer(answer, watch=rows)

    wire.twist = twist
    watching.tend(parts)
    said = are_open(parts, 1)
    assert {name for name, why in said.items() if not why} == WATCHED - {"Vendors"}
    assert said["Vendors"] == "There is no such module, or you may not see it."
    told = [one["message"] for one in admin.get("/api/v1/doctor").json["findings"]]
    assert f"Zoho does not tell us of all changes: Vendors: {said['Vendors']}" in told
    for _ in range(9):
        clock.advance(days=1, minutes=1)
        watching.tend(parts)
    lasting = {row.module for row in everything(parts, Channel)
               if row.expires_at and row.expires_at > parts.clock()}  # fmt: skip
    assert lasting == WATCHED - {"Vendors"}
    wire.twist = None
    clock.advance(days=1, minutes=1)
    watching.tend(parts)
    assert set(are_open(parts, 1).values()) == {""}


@on_sqlite
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("FEATURE_NOT_SUPPORTED", "The edition of your Zoho CRM does not offer this."),
        ("NO_PERMISSION", "Your profile in Zoho CRM does not allow this. Ask an administrator."),
    ],
)
def test_where_zoho_refuses_all_channels_it_is_said_and_asked_once_a_day(
    rep, app, world, parts, wire, clock, code, said
):
    run = app.test_cli_runner().invoke
    lead = new_lead(world, "In line")
    agree(rep, lead)
    wire.twist = refusing("POST", code)
    world.log.clear()
    for _ in range(3 * 24):
        watching.tend(parts)
        clock.advance(hours=1)
    assert asked(world, "/actions/watch") == 3
    assert f"Zoho does not tell us of all changes: {said}" in run(args=["doctor"]).output
    del world.records["Leads"][lead]
    assert watching.sweep(parts) == 1, "what is in line is looked at all the same"
    wire.twist = None
    assert run(args=["provision"]).exit_code == 0
    assert set(are_open(parts, 1).values()) == {""}, "who sets up asks at once"


@on_sqlite
def test_uninstalling_closes_them(watched, stranger, world, elsewhere, parts):
    watching.tend(parts)
    assert set(channels(elsewhere)) == WATCHED
    assert watched.ask("DELETE", "/api/v1/installation").status_code == 200
    assert channels(world) == {}
    assert set(channels(elsewhere)) == WATCHED


@on_sqlite
def test_the_house_is_kept_with_it(admin, world, parts):
    housekeeping.keep(parts)
    assert set(channels(world)) == WATCHED


# A channel belongs to who has opened it


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
