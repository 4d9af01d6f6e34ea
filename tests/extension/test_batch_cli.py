"""Many leads from the shell: `flask --app wsgi convert`, `batch` and `undo`."""

import json
from typing import Any

import pytest
from flask.cli import ScriptInfo

from emulator import World
from extension import batch_runs, running
from extension.parts import Parts
from extension.store.batches import Batch, BatchRow
from extension.store.conversions import Conversion
from tests.extension.rig import everything, on_sqlite

pytestmark = on_sqlite
TO_VENDORS = ("--target", "Vendors")


def new_leads(world: World, count: int, **more: str) -> list[str]:
    """Leads of different companies."""
    rep = world.users[1]
    rows = [
        {"Last_Name": f"Doe {at}", "Company": f"Works {at}", "Email": f"d{at}@w.example", **more}
        for at in range(count)
    ]
    return [str(world.add_record("Leads", row, owner=rep)["id"]) for row in rows]


@pytest.fixture
def lead(world: World) -> str:
    return new_leads(world, 1)[0]


def work(parts: Parts) -> None:
    """What workers do while a command waits: each batch and conversion, once."""
    for batch in everything(parts, Batch):
        batch_runs.process(parts, batch.public_id)
        for chunk in {(one.place - 1) // 100 for one in everything(parts, BatchRow)}:
            batch_runs.process(parts, batch.public_id, str(chunk))
    alone = [one.public_id for one in everything(parts, Conversion) if one.batch_id is None]
    running.run(parts, alone)


@pytest.fixture
def run(app, parts, warm):
    """Runs a command, with a worker at work whenever it waits; how it ended."""

    def new(*arguments: str, pause: Any = None, **more: Any) -> Any:
        info = ScriptInfo(create_app=lambda: app)
        info.data["pause"] = pause or (lambda _: work(parts))
        return app.test_cli_runner().invoke(args=list(arguments), obj=info, **more)

    return new


@pytest.fixture
def file(tmp_path):
    def new(text: str | bytes) -> str:
        path = tmp_path / "leads.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return new


def table(text: str) -> dict[str, str]:
    """What stands beside each name."""
    rows = [line.split("  ", 1) for line in text.splitlines() if "  " in line]
    return {name: value.strip() for name, value in rows}


# convert


def test_leads_are_planned_shown_asked_about_and_converted(run, world):
    leads = new_leads(world, 3)
    done = run("convert", *leads, *TO_VENDORS, input="y\n")
    assert (done.exit_code, len(world.records["Vendors"])) == (0, 3)
    shown = table(done.stdout)
    assert (shown["Leads"], shown["Can be converted"], shown["Blocked"]) == ("3", "3", "0")
    assert int(shown["Calls to Zoho"]) > 0
    assert "Convert 3 leads?" in done.stdout
    assert shown["Done"] == "3"
    assert "planning: 0 of 3" in done.stderr
    assert "running: 0 of 3" in done.stderr


def test_who_says_no_has_nothing_converted_and_nothing_left_open(run, world, parts):
    done = run("convert", *new_leads(world, 2), *TO_VENDORS, input="n\n")
    assert done.exit_code == 1
    assert not world.records["Vendors"]
    assert [one.state for one in everything(parts, Batch)] == ["cancelled"]


def test_more_leads_than_a_request_takes_come_from_a_file(run, world, parts, file):
    leads = new_leads(world, 501)
    said: list[str] = []

    def pause(_: float) -> None:
        said.extend(one.lead_id for one in everything(parts, BatchRow))
        raise KeyboardInterrupt

    path = file("\ufeff" + "\r\n\r\n".join(leads) + "\n")
    done = run("convert", "--file", path, *TO_VENDORS, "--yes", pause=pause)
    assert (done.exit_code, said) == (1, leads)
    assert [one.state for one in everything(parts, Batch)] == ["cancelled"]


def test_what_is_set_is_set_for_all_and_filled_from_each(run, world):
    typed = ("--set", "Vendors.Vendor_Name=${Company} (${Last_Name})")
    done = run("convert", *new_leads(world, 2), *TO_VENDORS, *typed, "--yes")
    assert done.exit_code == 0, done.stderr
    names = sorted(one["Vendor_Name"] for one in world.records["Vendors"].values())
    assert names == ["Works 0 (Doe 0)", "Works 1 (Doe 1)"]


def test_what_is_set_has_the_type_of_its_field(run, lead, parts):
    typed = ("Deals.Amount=1250.5", "Deals.Deal_Name=007", "Deals.Description=")
    given = [each for one in typed for each in ("--set", one)]
    done = run("convert", lead, "--target", "zoho", *given, input="n\n")
    assert done.exit_code == 1, done.stderr
    [batch] = everything(parts, Batch)
    values = {"Amount": 1250.5, "Deal_Name": "007", "Description": None}
    assert batch.choices["records"] == {"Deals": {"values": values}}


def test_as_json_standard_output_is_the_batch_alone(run, world):
    done = run("convert", *new_leads(world, 2), *TO_VENDORS, "--json", input="y\n")
    assert done.exit_code == 0
    one = json.loads(done.stdout)
    assert (one["state"], one["counts"]["done"]) == ("done", 2)


def test_where_some_are_blocked_the_rest_goes_on_and_it_ends_with_one(run, world):
    done = run("convert", *new_leads(world, 1), "999999", *TO_VENDORS, "--yes")
    assert (done.exit_code, len(world.records["Vendors"])) == (1, 1)
    assert "1 blocked: There is no such lead" in done.stdout


def test_where_some_fail_it_says_why_and_ends_with_one(run, world, parts):
    def pause(_: float) -> None:
        [batch] = everything(parts, Batch)
        world.module("Vendors").creatable = batch.state == "planning"
        work(parts)

    done = run("convert", *new_leads(world, 2), *TO_VENDORS, "--yes", pause=pause)
    assert (done.exit_code, table(done.stdout)["Failed"]) == (1, "2")
    assert "\n2 failed: " in done.stdout


def test_where_none_can_be_converted_nothing_is_started(run, world, parts):
    done = run("convert", "999999", *TO_VENDORS, "--yes")
    assert done.exit_code == 1
    assert "None of these leads can be converted." in done.stderr
    assert [one.state for one in everything(parts, Batch)] == ["cancelled"]


def test_more_credits_than_are_left_are_refused_with_the_numbers(run, world):
    world.limits.credits = world.limits.spent * 2 + 20
    done = run("convert", *new_leads(world, 2), *TO_VENDORS, "--yes")
    assert done.exit_code == 1
    assert "credits" in done.stderr
    assert not world.records["Vendors"]


def test_where_nothing_moves_it_says_once_that_a_worker_must_run(run, world, parts):
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if sum(pauses) > 90:
            work(parts)

    done = run("convert", *new_leads(world, 1), *TO_VENDORS, "--yes", pause=pause)
    assert done.exit_code == 0
    assert done.stderr.count("Nothing has moved for 30 seconds: a worker must be running") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "one of the two"),
        (("42", "--file", "-", "--yes"), "one of the two"),
        (("--file", "-"), "say --yes"),
        (("--file", "nowhere.txt"), "No such file"),
        (("42", "nonsense"), "Lead number 2: This is no id of a lead"),
        (("42", "43", "42"), "Lead number 3: this lead was named before (Lead number 1)"),
        (("42", "--target", "Nothing"), "no such target"),
        (("42", "--set", "Vendor_Name=x"), "RECORD.FIELD=VALUE"),
        (("42", "--set", "Nothing.Vendor_Name=x"), "Nothing"),
        (("42", "--set", "Vendors.Nothing=x"), "Nothing"),
        (("42", "--set", "Vendors.Vendor_Name=${Nothing}"), "no field Nothing"),
        (("42", *(2 * ("--set", "Vendors.Phone=1"))), "set before"),
    ],
)
def test_bad_input_is_said_in_a_sentence_and_nothing_is_begun(run, parts, arguments, said):
    done = run("convert", *TO_VENDORS, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not everything(parts, Batch)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("42\n\n4x3\n", "leads.txt, line 3: This is no id of a lead"),
        (b"42\n\xff\xfe\n", "leads.txt, line 2: This is no id of a lead"),
        ("\n", "names no leads"),
        ("\n".join(map(str, range(10**6, 10**6 + 10_001))), "at most 10,000 leads"),
    ],
    ids=["no id", "no text", "empty", "too many"],
)
def test_a_file_that_will_not_do_is_said_with_its_line(run, parts, file, text, said):
    done = run("convert", "--file", file(text), *TO_VENDORS)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert not everything(parts, Batch)


def test_of_several_orgs_one_has_to_be_chosen(run, stranger, world, elsewhere, lead):
    done = run("convert", lead, *TO_VENDORS, "--yes")
    assert (done.exit_code, "--org" in done.stderr) == (1, True)
    org = ("--org", world.org.zgid)
    assert run("convert", lead, *TO_VENDORS, "--yes", *org).exit_code == 0


# batch and undo


@pytest.fixture
def batch(run, world, parts) -> str:
    """The id of a batch of two leads that is done."""
    assert run("convert", *new_leads(world, 2), *TO_VENDORS, "--yes").exit_code == 0
    [one] = everything(parts, Batch)
    return str(one.public_id)


def test_a_ledger_is_printed_as_a_table(run, batch, world):
    done = run("batch", batch)
    assert done.exit_code == 0
    title, _, head, *rows = done.stdout.splitlines()
    assert title == f"Batch {batch} is done: 2 leads to Vendor."
    assert head.split()[:4] == ["Place", "Lead", "Name", "State"]
    assert [row.split()[0] for row in rows] == ["1", "2"]
    made = set(world.records["Vendors"])
    assert {row.split("Vendors ")[1] for row in rows} == made


def test_a_ledger_is_printed_as_csv(run, batch, admin):
    done = run("batch", batch, "--csv")
    answer = admin.get(f"/api/v1/batches/{batch}/ledger.csv")
    assert (done.exit_code, done.stdout_bytes) == (0, answer.data)


def test_a_batch_is_undone_and_only_once(run, batch, world):
    done = run("undo", batch)
    assert (done.exit_code, done.stdout) == (0, "It is undone.\n")
    assert not world.records["Vendors"]
    again = run("undo", batch)
    assert again.exit_code == 1
    assert "cannot be done with a batch that is undone" in again.stderr


def test_a_conversion_is_undone_alone(run, batch, world, parts):
    one = everything(parts, Conversion)[0].public_id
    assert run("undo", one).exit_code == 0
    assert len(world.records["Vendors"]) == 1


def test_what_somebody_has_changed_since_stays_unless_it_is_forced(
    run, batch, world, parts, clock
):  # fmt: skip
    clock.advance(minutes=5)
    for each in world.records["Vendors"].values():
        each["Modified_Time"] = clock().isoformat()
    one = everything(parts, Conversion)[0].public_id
    done = run("undo", one)
    assert done.exit_code == 1
    assert "Left alone: Vendors " in done.stderr
    assert "Somebody has changed it since.\n--force also takes" in done.stderr
    assert len(world.records["Vendors"]) == 2
    assert run("undo", one, "--force").exit_code == 0
    assert len(world.records["Vendors"]) == 1


def test_of_a_batch_is_said_what_stays_and_the_rest_goes(run, batch, world, parts, clock):
    clock.advance(minutes=5)
    vendor = min(world.records["Vendors"])
    world.find("Vendors", vendor)["Modified_Time"] = clock().isoformat()
    done = run("undo", batch)
    assert done.exit_code == 1
    said = f"Doe 0: Vendors {vendor}: Somebody has changed it since.\n"
    assert said in done.stderr
    assert "1 of its conversions are not taken back. --force also takes" in done.stderr
    assert list(world.records["Vendors"]) == [vendor]
    assert f"Vendors {vendor}: Somebody has changed it since." in run("batch", batch).stdout
    assert run("undo", batch, "--force").stdout == "It is undone.\n"
    assert not world.records["Vendors"]


def test_force_is_named_only_where_it_helps(run, world):
    done = run("convert", *new_leads(world, 1), "--target", "zoho", "--yes")
    assert done.exit_code == 0, done.stderr
    batch = table(done.stdout)
    undone = run("undo", next(name for name in batch if name.startswith("Batch")).split()[1])
    assert undone.exit_code == 1
    assert "Zoho's own conversion cannot be undone.\n" in undone.stderr
    assert "1 of its conversions are not taken back.\n" in undone.stderr
    assert "--force" not in undone.stderr


# retry, cancel


def test_only_what_has_failed_is_tried_again(run, world, parts):
    leads = new_leads(world, 2)
    world.module("Vendors").creatable = False
    assert run("convert", *leads, *TO_VENDORS, "--yes").exit_code == 1
    world.module("Vendors").creatable = True
    [one] = everything(parts, Batch)
    done = run("retry", one.public_id)
    assert (done.exit_code, table(done.stdout)["Done"]) == (0, "2")
    assert len(world.records["Vendors"]) == 2
    again = run("retry", one.public_id)
    assert (again.exit_code, len(world.records["Vendors"])) == (1, 2)
    assert "cannot be done with a batch that is done" in again.stderr


def test_what_was_blocked_is_planned_again_and_asked_about(run, world, parts):
    [hidden, plain] = new_leads(world, 2)
    gone = world.records["Leads"].pop(hidden)
    assert run("convert", hidden, plain, *TO_VENDORS, "--yes").exit_code == 1
    [one] = everything(parts, Batch)
    world.records["Leads"][hidden] = gone
    refused = run("retry", one.public_id, input="n\n")
    assert (refused.exit_code, len(world.records["Vendors"])) == (1, 1)
    assert "Convert 1 leads?" in refused.stdout
    done = run("retry", one.public_id, "--yes")
    assert (done.exit_code, len(world.records["Vendors"])) == (0, 2), done.output


def test_a_conversion_that_failed_is_tried_again_alone(run, world, parts):
    world.module("Vendors").creatable = False
    assert run("convert", *new_leads(world, 2), *TO_VENDORS, "--yes").exit_code == 1
    one = everything(parts, Conversion)[0].public_id
    refused = run("retry", one)
    assert refused.exit_code == 1
    assert "It is failed. Zoho refused a step" in refused.stderr
    world.module("Vendors").creatable = True
    assert run("retry", one).stdout == "It is done.\n"
    assert len(world.records["Vendors"]) == 1


def test_a_batch_is_cancelled_and_only_once(run, world, parts):
    told = []

    def stop(_: Any) -> None:
        [one] = everything(parts, Batch)
        work(parts) if one.state == "planning" else told.append(run("cancel", one.public_id))

    ended = run("convert", *new_leads(world, 2), *TO_VENDORS, "--yes", pause=stop)
    assert [one.stdout for one in told] == [
        "It is cancelled. What was done stays until it is undone.\n"
    ]
    assert (ended.exit_code, len(world.records["Vendors"])) == (1, 0)
    again = run("cancel", everything(parts, Batch)[0].public_id)
    assert again.exit_code == 1
    assert "cannot be done with a batch that is cancelled" in again.stderr


@pytest.mark.parametrize("command", ["batch", "retry", "cancel", "undo"])
def test_what_there_is_not_is_said(run, command):
    done = run(command, "nothing")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "There is no such batch" in done.stderr


@pytest.mark.parametrize("command", ["batch", "retry", "cancel", "undo"])
def test_what_is_of_another_org_is_not_found(run, batch, stranger, elsewhere, command):
    done = run(command, batch, "--org", elsewhere.org.zgid)
    assert (done.exit_code, done.stdout) == (2, "")
