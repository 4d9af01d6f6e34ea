"""The channels by which Zoho tells us are opened, renewed, and closed."""

import json
from datetime import datetime, timedelta

import pytest

from emulator.automation.watch import forget_expired
from extension import housekeeping, watching
from extension.channels import are_open
from extension.store.watching import Channel, Watch
from extension.zoho import scopes
from tests.extension.conversion_rig import agree, new_lead
from tests.extension.rig import PUBLIC_URL, another_answer, asked, everything, on_sqlite
from tests.extension.watch_rig import PATH, WATCHED, channels


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
