"""A lead that is gone is made again of the file that its conversion left: once."""

import json
from pathlib import Path
from typing import Any

import pytest

from emulator import World
from emulator import fields as f
from extension.planning.own_fields import KEY_FIELD
from tests.extension.rig import Person, asked, on_sqlite

VALUES = {
    "First_Name": "Pat", "Last_Name": "Doe", "Company": "Acme", "Email": "pat@acme.example",
    "Designation": "Head of Purchasing", "Annual_Revenue": 250000,
}  # fmt: skip


@pytest.fixture
def run(app):
    """Runs the command; what it wrote and how it ended."""
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["restore", *arguments])


@pytest.fixture(params=["keyed", "no key field"])
def key_field(request: pytest.FixtureRequest, world: World) -> None:
    if request.param == "keyed":
        leads = world.module("Leads")
        leads.add(f.text(KEY_FIELD, length=60, unique=True))
        world.number(leads)


@pytest.fixture
def file(key_field: None, admin: Person, world: World, tmp_path: Any) -> str:
    """The file that the conversion of a lead left, which is then deleted."""
    lead = world.add_record("Leads", VALUES, owner=world.users[1])
    answer = admin.ask("POST", f"/api/v1/leads/{lead['id']}/plan", json={"target": "Vendors"})
    [step] = [one for one in answer.json["steps"] if one["kind"] == "Salvage"]
    path = tmp_path / step["file_name"]
    path.write_text(json.dumps(step["lead"]))
    del world.records["Leads"][lead["id"]]
    return str(path)


def leads(world: World) -> list[Any]:
    return list(world.records["Leads"].values())


@on_sqlite
def test_the_lead_is_made_again_with_its_owner(run, file, world):
    done = run(file)
    assert (done.exit_code, done.output.splitlines()[-1].endswith("is made.")) == (0, True)
    [lead] = leads(world)
    assert {name: lead[name] for name in VALUES} == VALUES
    assert lead["Owner"]["id"] == world.users[1].id


@on_sqlite
def test_to_say_what_would_be_written_writes_nothing(run, file, world):
    done = run(file, "--dry-run")
    assert done.exit_code == 0
    assert '"Designation": "Head of Purchasing"' in done.output
    assert leads(world) == []


@on_sqlite
def test_a_second_time_finds_what_the_first_made(run, file, world):
    run(file)
    again = run(file)
    assert "was made of it before" in again.output
    assert len(leads(world)) == 1


@on_sqlite
def test_an_answer_that_was_lost_is_looked_for(run, file, world):
    world.faults.order("answer_lost", method="POST", path="/Leads")
    done = run(file)
    assert (done.exit_code, len(leads(world))) == (0, 1), done.output
    assert "was made of it before" in run(file).output


@on_sqlite
def test_a_lead_of_the_same_name_is_not_taken_for_it(run, file, world):
    world.add_record("Leads", {**VALUES, "Designation": "Cook"}, owner=world.users[1])
    assert "is made." in run(file).output
    assert len(leads(world)) == 2


@on_sqlite
def test_a_lead_that_is_still_there_is_not_doubled(run, file, world):
    lead = json.loads(Path(file).read_text())
    world.records["Leads"][lead["id"]] = {**lead}
    done = run(file)
    assert (done.exit_code, len(leads(world))) == (1, 1)
    assert "still there" in done.output


@on_sqlite
@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": "x", "Last_Name": "Doe"}', "\0"])
def test_another_file_is_refused_and_nothing_asked(run, admin, world, tmp_path, text):
    path = tmp_path / "some.json"
    path.write_text(text)
    world.log.clear()
    done = run(str(path))
    assert (done.exit_code, asked(world, "/Leads")) == (1, 0)
    assert "no file that a conversion has left" in done.output
