"""What the doctor finds in an org, and to whom it is told."""

from datetime import timedelta

from sqlalchemy import update

from extension import grants, watching
from extension.store.models import Grant, Job
from extension.store.watching import Channel
from extension.zoho.scopes import SCOPES
from tests.extension.rig import asked, error_of, on_sqlite
from tests.extension.test_conversions import agree, new_lead
from tests.extension.test_provision import applied

PATH = "/api/v1/doctor"


def codes(admin):
    answer = admin.get(PATH)
    assert answer.status_code == 200, answer.text
    return [one["code"] for one in answer.json["findings"]]


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
def test_a_consent_from_before_is_found(person, world, parts):
    boss = person().at_home(world, world.users[0], installs=True, scopes=SCOPES)
    watching.tend(parts)
    assert {"scopes_missing", "channels"} <= set(codes(boss))


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
