"""The commands: `flask --app wsgi …`."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, update

from emulator.automation.watch import forget_expired
from extension import housekeeping
from extension.store.models import Grant, Installation, SignIn
from tests.extension.rig import asked, everything, on_sqlite, parts_of
from tests.extension.watch_rig import channels

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(app):
    """Runs a command; what it wrote and how it ended."""
    runner = app.test_cli_runner()
    return lambda *arguments, **more: runner.invoke(args=list(arguments), **more)


@pytest.fixture
def lead(world) -> str:
    world.add_record(
        "Vendors", {"Vendor_Name": "Acme Ltd", "Email": "pat@acme.example"}, owner=world.users[0]
    )
    values = {
        "First_Name": "Pat", "Last_Name": "Doe", "Company": "Acme", "Email": "pat@acme.example",
        "Description": "x",
    }  # fmt: skip
    return str(world.add_record("Leads", values, owner=world.users[1])["id"])


def test_migrate_brings_the_tables_up_to_date(run, app, parts):
    done = run("migrate")
    assert (done.exit_code, done.stdout) == (0, "The tables are up to date.\n")


def test_migrate_makes_the_tables_of_an_empty_database(config, new_app, tmp_path):
    app = new_app(replace(config, database_url=f"sqlite:///{tmp_path}/new.db"))
    assert app.test_cli_runner().invoke(args=["migrate"]).exit_code == 0
    assert app.test_client().get("/readyz").status_code == 200


@on_sqlite
def test_options_prints_what_the_api_answers(admin, run, lead):
    done = run("options", lead, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == admin.options(lead).json


@on_sqlite
def test_options_prints_a_table_that_people_can_read(admin, run, lead):
    done = run("options", lead)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == f"Pat Doe (Acme), lead {lead}"
    assert lines[2].split() == ["Target", "Open", "Carried", "Lost", "Matches", "To", "fill", "in"]
    [vendor] = [line for line in lines if line.startswith("Vendor ")]
    assert " yes " in vendor
    assert all(len(line) < 200 for line in lines)


@on_sqlite
def test_the_table_says_why_something_is_closed(admin, run, lead, world):
    world.find("Leads", lead)["Locked__s"] = True
    done = run("options", lead)
    assert "locked" in done.stdout
    assert " no " in done.stdout


@on_sqlite
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("1234567000000000042",), "no such lead"),
        (("nonsense",), "no id of a lead"),
        (("42/../43",), "no id of a lead"),
        (("42", "--org", "999"), "Open /install first"),
    ],
)
def test_options_says_what_is_wrong_in_a_sentence(admin, run, arguments, said):
    done = run("options", *arguments)
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@on_sqlite
def test_where_nothing_is_installed_every_command_says_so(run):
    for command in (("options", "42"), ("refresh-metadata",), ("uninstall", "--yes")):
        done = run(*command)
        assert done.exit_code == 1
        assert "Open /install first" in done.stderr


@on_sqlite
def test_of_several_orgs_one_has_to_be_chosen(admin, stranger, run, lead, world, elsewhere):
    done = run("options", lead)
    assert done.exit_code == 1
    assert "--org" in done.stderr
    assert run("options", lead, "--org", world.org.zgid).exit_code == 0
    assert run("options", lead, "--org", elsewhere.org.zgid).exit_code == 1


@on_sqlite
def test_an_org_whose_own_access_is_gone_is_told(admin, run, lead, world, zoho, clock):
    zoho.withdraw(world, world.users[0])
    clock.advance(hours=2)
    done = run("options", lead)
    assert done.exit_code == 1
    assert "Sign in again" in done.stderr


@on_sqlite
def test_an_org_without_an_automation_grant_is_told(admin, run, parts):
    with parts.sessions.begin() as db:
        db.execute(update(Installation).values(automation_grant_id=None))
    for command in (("options", "42"), ("refresh-metadata",)):
        done = run(*command)
        assert done.exit_code == 1
        assert "install" in done.stderr.lower()


@on_sqlite
def test_refresh_metadata_reads_it_again(admin, run, world):
    world.log.clear()
    done = run("refresh-metadata")
    assert done.exit_code == 0
    assert "2 targets" in done.stdout
    assert asked(world, "/settings/modules") == 1


@on_sqlite
def test_refresh_metadata_says_that_zoho_is_busy(admin, run, world):
    world.faults.order("busy", path="/settings/modules")
    done = run("refresh-metadata")
    assert done.exit_code == 1
    assert "busy" in done.stderr


def test_rotate_keys_puts_every_grant_under_the_newest_key(admin, rep, config, new_app):
    new = Fernet.generate_key().decode()
    app = new_app(replace(config, secret_keys=(new, *config.secret_keys)))
    done = app.test_cli_runner().invoke(args=["rotate-keys"])
    assert (done.exit_code, done.stdout) == (0, "2 grants are under the newest key.\n")
    alone = parts_of(new_app(replace(config, secret_keys=(new,))))
    with alone.sessions() as db:
        for grant in db.scalars(select(Grant)):
            assert alone.vault.open(grant.refresh_token)
            assert alone.vault.open(grant.access_token)


@on_sqlite
def test_rotate_keys_says_which_grants_no_key_opens(admin, config, new_app):
    app = new_app(replace(config, secret_keys=(Fernet.generate_key().decode(),)))
    done = app.test_cli_runner().invoke(args=["rotate-keys"])
    assert done.exit_code == 1
    assert "No configured key opens 1 more" in done.stderr


def test_uninstall_revokes_and_deletes(admin, rep, run, parts, wire, zoho):
    done = run("uninstall", "--yes")
    assert (done.exit_code, done.stdout) == (0, "Acme Inc. is uninstalled.\n")
    assert not any(zoho.honours(token) for token in wire.refresh_tokens)
    with parts.sessions() as db:
        assert db.scalars(select(Installation)).all() == []


@on_sqlite
def test_uninstall_asks_first(admin, run, zoho, wire):
    done = run("uninstall", input="n\n")
    assert done.exit_code == 1
    assert all(zoho.honours(token) for token in wire.refresh_tokens)


@on_sqlite
def test_uninstall_takes_the_org_that_is_named(admin, stranger, run, elsewhere):
    assert run("uninstall", "--yes", "--org", elsewhere.org.zgid).exit_code == 0
    assert admin.get("/api/v1/me").status_code == 200
    assert stranger.get("/api/v1/me").status_code == 401


@on_sqlite
def test_every_command_explains_itself(run, app):
    listed = run("--help").stdout
    for name, command in app.cli.commands.items():
        assert name in listed
        assert command.help


@on_sqlite
def test_the_worker_works_until_it_is_told_to_stop(config):
    given = {
        "DATABASE_URL": config.database_url,
        "PUBLIC_URL": config.public_url,
        "SECRET_KEYS": config.secret_keys[0],
        "ZOHO_CLIENT_ID": config.zoho_client_id,
        "ZOHO_CLIENT_SECRET": config.zoho_client_secret,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "work"],
        cwd=ROOT,
        env={**os.environ, **given},
        stderr=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stderr is not None
        told = set()
        for line in worker.stderr:
            told |= {one for one in ("kept house", "working") if f'"{one}"' in line}
            if len(told) == 2:
                break
        nicer = os.getpriority(os.PRIO_PROCESS, worker.pid) - os.getpriority(os.PRIO_PROCESS, 0)
        assert nicer == 10 or os.getpriority(os.PRIO_PROCESS, worker.pid) == 19, "it gives way"
        worker.terminate()
        assert worker.wait(20) == 0


@on_sqlite
def test_a_round_of_the_worker_that_fails_is_not_the_last(app, parts, caplog):
    with parts.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sessions")
    housekeeping.keep(parts)
    assert "housekeeping failed" in caplog.text


@on_sqlite
@pytest.mark.parametrize("table", ["sessions", "consents", "touched", "conversions", "refusals"])
def test_a_duty_of_the_house_that_fails_keeps_no_other_from_being_done(
    watched, world, parts, clock, caplog, table
):
    with parts.sessions.begin() as db:
        over = {"origin": "", "expected_zgid": "", "expires_at": parts.clock()}
        db.add(SignIn(challenge="c" * 43, state="pending", **over))
    with parts.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {table}")
    for _ in range(9):
        clock.advance(days=1)
        housekeeping.keep(parts)
    forget_expired(world)
    assert set(channels(world)) == {"Leads", "Vendors", "Contacts", "Accounts"}
    assert everything(parts, SignIn) == []
    assert "housekeeping failed" in caplog.text or "not swept" in caplog.text
