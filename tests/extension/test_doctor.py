"""What the doctor finds in an org, and to whom it is told."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from emulator import fields as f
from extension import grants, watching
from extension.planning.doctor import WAITING_MINUTES
from extension.store.models import Grant, Job
from extension.store.watching import Channel
from extension.zoho.scopes import SCOPES
from tests.extension.conversion_rig import agree, new_lead
from tests.extension.hook_rig import choose, rule_of, work
from tests.extension.rig import asked, error_of, on_sqlite
from tests.extension.setup_rig import applied
from tests.extension.target_cases import PRODUCT

PATH = "/api/v1/doctor"


def found_in(admin):
    answer = admin.get(PATH)
    assert answer.status_code == 200, answer.text
    return answer.json["findings"]


def codes(admin):
    return [one["code"] for one in found_in(admin)]


def test_an_org_that_is_set_up_is_well(admin, parts):
    assert set(codes(admin)) == {"setup", "channels"}
    applied(admin)
    watching.tend(parts)
    assert admin.get(PATH).json == {"healthy": True, "findings": []}


@on_sqlite
def test_only_administrators_are_told(admin, rep, nobody):
    assert error_of(rep.get(PATH)) == (403, "not_admin")
    assert error_of(nobody.get(PATH)) == (401, "not_signed_in")


@on_sqlite
def test_a_stranger_hears_of_their_own_org_alone(admin, stranger, world):
    world.log.clear()
    assert "setup" in codes(stranger)
    assert asked(world) == 0


@on_sqlite
def test_targets_that_do_not_fit_any_more_are_found(admin, world):
    target = {
        "key": "supplier", "label": "Supplier", "kind": "records",
        "records": [
            {"key": "vendor", "module": "Vendors", "fields": {"Vendor_Name": "Company"}}
        ],
    }  # fmt: skip
    saved = admin.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [target]})
    assert saved.status_code == 200, saved.json
    assert "targets" in codes(admin)


@on_sqlite
def test_a_rule_of_the_automation_whose_target_is_gone_is_found(admin, stranger):
    choose(admin, rules=[{"name": "Suppliers", "target": "Vendors"}])
    zoho = {"key": "zoho", "label": "Zoho", "kind": "zoho"}
    saved = admin.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [zoho]})
    assert saved.status_code == 200
    [one] = [one for one in found_in(admin) if one["code"] == "automation"]
    assert (one["severity"], one["message"]) == (
        "error", "Suppliers: There is no target Vendors.",
    )  # fmt: skip
    assert "automation" not in codes(stranger)


@on_sqlite
def test_a_consent_from_before_is_found(person, world, parts):
    boss = person().at_home(world, world.users[0], installs=True, scopes=SCOPES)
    watching.tend(parts)
    assert {"scopes_missing", "channels"} <= set(codes(boss))


@on_sqlite
def test_a_field_of_deals_that_somebody_types_each_time_is_found(admin, world):
    world.module("Deals").add(f.text("Region", label="Region", length=40, mandatory=True))
    [one] = [one for one in found_in(admin) if one["code"] == "deal_fields"]
    assert "nothing fills Region: somebody types it each time." in one["message"]


@on_sqlite
def test_without_zohos_own_conversion_nobody_types_them(admin, world):
    world.module("Deals").add(f.text("Region", label="Region", length=40, mandatory=True))
    saved = admin.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [PRODUCT]})
    assert saved.status_code == 200, saved.json
    assert "deal_fields" not in codes(admin)


@on_sqlite
@pytest.mark.parametrize("seconds", [-61, 61])
def test_a_clock_that_is_astray_is_found(admin, world, clock, seconds):
    for ahead, found in ((seconds * 60 // 61, False), (seconds, True)):
        world.clock.freeze(clock.moment - timedelta(seconds=ahead))
        assert ("clock_astray" in codes(admin)) is found


@on_sqlite
@pytest.mark.parametrize("zone", ["GMT", "-0000", "GMT, Fri, 27 Nov 2026 06:48:31 GMT"])
def test_however_zoho_writes_its_time_it_is_read(admin, world, clock, wire, zone):
    said = clock.moment - timedelta(seconds=90)

    def late(request, answer):
        answer.headers["Date"] = f"{said:%a, %d %b %Y %H:%M:%S} {zone}"
        return answer

    wire.twist = late
    assert "clock_astray" in codes(admin)


@on_sqlite
def test_an_answer_without_a_time_says_nothing_of_the_clock(admin, world, clock, wire):
    def silent(request, answer):
        answer.headers.pop("Date", None)
        return answer

    wire.twist = silent
    world.clock.freeze(clock.moment - timedelta(seconds=90))
    assert "clock_astray" not in codes(admin)


@on_sqlite
def test_people_whose_consent_is_gone_are_counted(admin, rep, world, parts):
    with parts.sessions.begin() as db:
        whose = Grant.zoho_user_id == world.users[1].id
        db.execute(update(Grant).where(whose).values(state=grants.REVOKED))
    assert "grants_revoked" in codes(admin)


def test_what_nobody_carries_out_is_found(admin, rep, world, parts):
    agree(rep, new_lead(world))
    assert "no_worker" not in codes(admin)
    with parts.sessions.begin() as db:
        db.execute(update(Job).values(changed_at=parts.clock() - timedelta(days=900)))
    assert "no_worker" in codes(admin)


def test_calls_that_no_worker_has_looked_at_are_found(admin, stranger, world, parts, clock):
    assert rule_of(admin).call(lead_id=new_lead(world), action="assess").status_code == 202
    assert "no_worker" not in codes(admin)
    clock.moment += timedelta(minutes=WAITING_MINUTES + 2)
    assert "no_worker" in codes(admin)
    assert "no_worker" not in codes(stranger), "theirs are others"
    work(parts)
    assert "no_worker" not in codes(admin)


@on_sqlite
def test_a_channel_that_zoho_refused_is_found(admin, parts):
    watching.tend(parts)
    problem = {"code": "INVALID_DATA", "message": "Zoho does not accept one of the values."}
    with parts.sessions.begin() as db:
        db.execute(update(Channel).where(Channel.module == "Vendors").values(problem=problem))
    found = admin.get(PATH).json["findings"]
    assert [one["message"] for one in found if one["code"] == "channels"] == [
        "Zoho does not tell us of all changes: Vendors: Zoho does not accept one of the values."
    ]


@on_sqlite
def test_the_command_says_it_all(admin, app, parts):
    run = app.test_cli_runner().invoke
    first = run(args=["doctor"])
    assert first.exit_code == 0, first.output
    assert "[warning] Vendors gets the field Convert Anywhere Key." in first.output
    applied(admin)
    watching.tend(parts)
    assert run(args=["doctor"]).output == "All is well.\n"


@on_sqlite
def test_the_command_ends_with_1_where_zoho_has_withdrawn_the_consent(admin, app, world, zoho):
    zoho.withdraw(world, world.users[0])
    world.clock.freeze(world.clock.now() + timedelta(hours=2))
    done = app.test_cli_runner().invoke(args=["doctor"])
    assert done.exit_code == 1, done.output
    assert "[error]" in done.output
