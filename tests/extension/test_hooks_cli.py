"""The commands of the other door."""

import json

import pytest

from extension.store.inbox import Delivery, HookSecret
from tests.extension.conversion_rig import new_lead
from tests.extension.hook_rig import Rule, work
from tests.extension.rig import everything, on_sqlite


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=list(arguments))


@on_sqlite
def test_the_command_shows_what_zoho_has_to_be_told(admin, run):
    shown = run("hooks", "show")
    assert shown.exit_code == 0, shown.output
    assert run("hooks", "show").output == shown.output
    address, secret = (line.split()[1] for line in shown.output.splitlines())
    path = "/hooks/" + address.partition("/hooks/")[2]
    assert Rule(admin, path, secret).call(lead_id="5", action="convert").status_code == 202
    rotated = run("hooks", "rotate", "secret", "--overlap-hours", "1")
    assert address in rotated.output
    assert secret not in rotated.output
    assert "The former secret is accepted until" in rotated.output


@on_sqlite
def test_the_command_replays_a_delivery_or_a_file(rule, admin, world, parts, run, tmp_path):
    answer = rule.call(lead_id="5", action="convert", target="Vendors")
    work(parts)
    done = run("replay", answer.json["delivery"])
    assert (done.exit_code, done.output) == (0, f"{answer.json['delivery']} is in line again.\n")
    file = tmp_path / "call.json"
    call = {"query": [["action", "convert"], ["target", "Vendors"], ["lead_id", new_lead(world)]]}
    file.write_text(json.dumps(call))
    assert run("replay", str(file)).exit_code == 0
    assert "was this call already" in run("replay", str(file)).output
    work(parts)
    assert len(world.records["Vendors"]) == 1
    file.write_text("{")
    assert "holds no recorded call" in run("replay", str(file)).output
    assert "There is no such delivery" in run("replay", "0").output


@on_sqlite
def test_a_recorded_text_is_read_as_the_org_says_and_known_by_its_address_too(
    rule, admin, parts, run, tmp_path
):
    wish = {"version": 0, "automation": {"lead_in_text": "Lead no"}}
    assert admin.ask("PUT", "/api/v1/automation", json=wish).status_code == 200
    file = tmp_path / "call.json"
    call = {
        "body": "Order 4876876000003000011 of Lead no 4876876000003000010",
        "content_type": "text/plain",
        "query": [["action", "convert"], ["about", "1"]],
    }
    for about in ("1", "2", "2"):
        call["query"][1][1] = about
        file.write_text(json.dumps(call))
        done = run("replay", str(file))
        assert done.exit_code == 0, done.output
    rows = everything(parts, Delivery)
    assert [row.lead_id for row in rows] == ["4876876000003000010"] * 2
    assert sorted(row.repeats for row in rows) == [0, 1]


@on_sqlite
def test_what_is_sealed_moves_to_the_newest_key(rule, parts, run):
    before = {row.digest: row.sealed for row in everything(parts, HookSecret)}
    assert run("rotate-keys").exit_code == 0
    after = {row.digest: row.sealed for row in everything(parts, HookSecret)}
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())
    assert rule.call(lead_id="5", action="convert").status_code == 202
