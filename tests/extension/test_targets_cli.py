"""`flask --app wsgi targets …`: targets as code."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extension import target_file
from extension.planning.target_data import from_data
from extension.store.models import ChosenTargets
from extension.targets_cli import targets
from tests.extension.rig import PUBLIC_URL, everything, on_sqlite
from tests.extension.target_cases import SUPPLIER, ZOHO, changed, with_fields

ROOT = Path(__file__).resolve().parents[2]
PATH = "/api/v1/targets"
ADDRESS = f"{PUBLIC_URL}/targets.schema.json"


@pytest.fixture
def run(app):
    """Runs a command of the group; what it wrote and how it ended."""
    runner = app.test_cli_runner()
    return lambda *arguments, **more: runner.invoke(args=["targets", *map(str, arguments)], **more)


@pytest.fixture
def file(tmp_path):
    """A file with these targets, or with this text."""

    def new(*held: dict[str, Any] | str) -> Path:
        path = tmp_path / "targets.yaml"
        text = held[0] if isinstance(held[0], str) else None
        path.write_text(text or target_file.dump(from_data(list(held)), ADDRESS), encoding="utf-8")
        return path

    return new


@pytest.fixture
def supplier(admin) -> None:
    answer = admin.ask("PUT", PATH, json={"version": 0, "targets": [SUPPLIER]})
    assert answer.status_code == 200, answer.json


def kept(parts) -> list[tuple[int, Any]]:
    return [(row.version, row.document) for row in everything(parts, ChosenTargets)]


SHORT = changed(
    SUPPLIER,
    records=[{"key": "vendor", "module": "Vendors", "fields": {"Vendor_Name": "Last_Name"}}],
)
"""A target of which there is nothing to say."""


# export


@on_sqlite
def test_export_writes_what_the_api_gives(admin, supplier, run):
    done = run("export")
    assert (done.exit_code, done.stdout) == (0, admin.get(f"{PATH}/file").text)


@on_sqlite
def test_export_writes_a_file(admin, supplier, run, tmp_path):
    path = tmp_path / "new.yaml"
    assert run("export", path).exit_code == 0
    assert target_file.load(path.read_bytes()).targets == from_data([SUPPLIER])


# lint


@on_sqlite
def test_lint_is_silent_and_content_where_nothing_is_to_be_said(admin, run, file):
    done = run("lint", file(SHORT))
    assert (done.exit_code, done.stdout) == (0, "There is nothing to say.\n")


@on_sqlite
def test_lint_names_file_line_and_column_and_ends_with_one(admin, run, file):
    path = file(with_fields(Phone="Gone"))
    done = run("lint", path)
    assert done.exit_code == 1
    [error] = [line for line in done.stdout.splitlines() if ": error: " in line]
    place = re.fullmatch(r"(.+):(\d+):(\d+): error: (\S+): (.+)", error)
    assert place
    assert place[1] == str(path)
    line = path.read_text().splitlines()[int(place[2]) - 1]
    assert line[int(place[3]) - 1 :] == "Phone: Gone"
    assert place[4] == "[0].records[0].fields.Phone"
    assert place[5] == "Leads have no field Gone."


@on_sqlite
def test_lint_without_a_file_looks_at_what_is_saved(admin, supplier, run, world, clock):
    clock.advance(seconds=1)
    world.modules.remove(world.module("Vendors"))
    run_refresh = admin.ask("POST", "/api/v1/metadata/refresh")
    assert run_refresh.status_code == 200
    done = run("lint")
    assert done.exit_code == 1
    assert "error: [0].records[0].module: There is no module Vendors any more." in done.stdout


@on_sqlite
def test_lint_leaves_the_file_as_it_is(admin, run, file):
    text = "# Ours.\n" + target_file.dump(from_data([SHORT]), ADDRESS)
    path = file(text)
    assert run("lint", path).exit_code == 0
    assert path.read_text() == text


@on_sqlite
def test_a_file_may_come_from_another_program(admin, run):
    text = target_file.dump(from_data([SHORT]), ADDRESS)
    assert run("lint", "-", input=text).exit_code == 0


# diff


@on_sqlite
def test_diff_says_what_would_change_and_ends_with_one(admin, supplier, run, file, parts):
    done = run("diff", file(with_fields(Phone="Mobile"), ZOHO))
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "~ supplier › vendor › fields › Phone: Mobile (was Phone)",
        "+ zoho: Zoho's own conversion, As Zoho does it",
    ]
    assert kept(parts) == [(1, [SUPPLIER])]


@on_sqlite
def test_diff_of_what_was_exported_is_nothing(admin, run, tmp_path):
    path = tmp_path / "targets.yaml"
    run("export", path)
    done = run("diff", path)
    assert (done.exit_code, done.stdout) == (0, "Nothing would change.\n")


# apply


@on_sqlite
def test_apply_shows_what_changes_and_saves_it(admin, supplier, run, file, parts, world):
    done = run("apply", file(SHORT), "--yes")
    assert done.exit_code == 0, done.output
    assert "- supplier › contact: the record in Contacts" in done.stdout
    assert done.stdout.endswith("Saved as version 2.\n")
    assert kept(parts) == [(2, [SHORT])]
    assert admin.get(PATH).json["changed_by"]["id"] == world.users[0].id


@on_sqlite
@pytest.mark.parametrize(("answer", "version"), [("y\n", 2), ("n\n", 1), ("", 1)])
def test_apply_asks_first(admin, supplier, run, file, parts, answer, version):
    done = run("apply", file(SHORT), input=answer)
    assert done.exit_code == (0 if version == 2 else 1)
    assert [found for found, _ in kept(parts)] == [version]


@on_sqlite
def test_apply_of_what_is_saved_changes_nothing(admin, supplier, run, file, parts):
    done = run("apply", file(SUPPLIER))
    assert (done.exit_code, done.stdout) == (0, "Nothing changes.\n")
    assert kept(parts) == [(1, [SUPPLIER])]


@on_sqlite
def test_what_was_suggested_can_be_made_ones_own(admin, run, tmp_path, parts):
    path = tmp_path / "targets.yaml"
    run("export", path)
    done = run("apply", path, "--yes")
    assert done.exit_code == 0
    assert "from now on they are yours" in done.stdout
    assert [version for version, _ in kept(parts)] == [1]


@on_sqlite
def test_apply_tells_warnings_and_goes_on(admin, run, file, parts):
    done = run("apply", file(with_fields(Category="Description")), "--yes")
    assert done.exit_code == 0
    assert ": warning: [0].records[0].fields.Category: " in done.stderr
    assert len(kept(parts)) == 1


CIRCLE = changed(
    SUPPLIER,
    records=[{"key": "b", "module": "Contacts", "fields": {"Reporting_To": {"link_to": "b"}}}],
)
GONE = changed(SUPPLIER, records=[{"key": "b", "module": "Gone", "fields": {}}])


@on_sqlite
@pytest.mark.parametrize(
    ("target", "line"),
    [
        (with_fields(Phone={"template": "{Gone}"}), "15:11: error: [0].records[0].fields.Phone: "),
        (CIRCLE, "8:9: error: [0].records[0]: b points at itself"),
        (GONE, "9:9: error: [0].records[0].module: There is no module Gone any more."),
    ],
)
def test_apply_refuses_what_does_not_fit_the_org(admin, supplier, run, file, parts, target, line):
    path = file(target)
    done = run("apply", path, "--yes")
    assert done.exit_code == 1
    assert f"{path}:{line}" in done.stderr
    assert "Nothing was saved" in done.stderr
    assert kept(parts) == [(1, [SUPPLIER])]


class Hesitating(io.RawIOBase):
    """A person who says yes, but only after something else has happened."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self._meanwhile = meanwhile
        self._said = io.BytesIO(b"y\n")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._meanwhile()
        return self._said.readinto(buffer)


@on_sqlite
def test_apply_tells_that_somebody_was_faster(admin, supplier, run, file, parts):
    """Somebody saves while the question is on the screen."""

    def save() -> None:
        if kept(parts)[0][0] == 1:
            admin.ask("PUT", PATH, json={"version": 1, "targets": [ZOHO]})

    done = run("apply", file(SHORT), input=io.BufferedReader(Hesitating(save)))
    assert done.exit_code == 1
    assert "Somebody else has changed the targets" in done.stderr
    assert kept(parts) == [(2, [ZOHO])]


# Bad files and bad orgs

BAD = {
    "no YAML": ("version: 1\ntargets: [\n", ":3:1: error: $: This is no YAML"),
    "a bomb": (
        "version: 1\ntargets:\n- key: &a [x]\n  label: [*a, *a]\n",
        ":3:8: error: [0].key: ",
    ),
    "an alias": ("version: 1\ntargets: [*a]\n", ":2:11: error: [0]: No alias"),
    "a tag": ("version: 1\ntargets: !!python/name:os.system x\n", ":2:10: error: $: No tag"),
    "an unknown key": (
        "version: 1\ntargets:\n- key: a\n  colour: x\n",
        ":4:3: error: [0].colour: There is no such key.",
    ),
    "two faults": ("version: 2\nextra: 1\ntargets: []\n", ":2:1: error: extra: "),
}


@on_sqlite
@pytest.mark.parametrize("command", ["lint", "diff", "apply"])
@pytest.mark.parametrize("bad", BAD)
def test_a_file_that_cannot_be_read_is_told_by_line_and_nothing_is_applied(
    admin, supplier, run, file, parts, command, bad
):
    text, said = BAD[bad]
    path = file(text)
    done = run(command, path)
    assert done.exit_code == 1
    assert f"{path}{said}" in done.stderr
    assert "Traceback" not in done.stderr
    assert kept(parts) == [(1, [SUPPLIER])]


@on_sqlite
def test_a_file_that_is_too_large_is_told(admin, run, file):
    done = run("lint", file("#" * (256 * 1024 + 1)))
    assert done.exit_code == 1
    assert "256 kB" in done.stderr


@on_sqlite
def test_what_could_play_tricks_on_a_terminal_is_not_repeated(admin, run, file):
    path = file('version: 1\ntargets:\n- key: a\n  "\\e[2Jx": 1\n')
    done = run("lint", path)
    assert done.exit_code == 1
    assert "\x1b" not in done.output
    done = run("diff", file(changed(SHORT, label="a\u202eb")))
    assert "a?b" in done.output
    assert "\u202e" not in done.output


@on_sqlite
@pytest.mark.parametrize("command", ["export", "lint"])
def test_where_nothing_is_installed_it_is_said(run, command):
    done = run(command)
    assert done.exit_code == 1
    assert "Open /install first" in done.stderr


@on_sqlite
def test_of_several_orgs_one_has_to_be_chosen(admin, stranger, run, file, world, elsewhere, parts):
    assert "--org" in run("export").stderr
    for org, target in ((world, SHORT), (elsewhere, ZOHO)):
        assert run("apply", file(target), "--yes", "--org", org.org.zgid).exit_code == 0
    assert admin.get(PATH).json["targets"] == [SHORT]
    assert stranger.get(PATH).json["targets"] == [ZOHO]


@on_sqlite
def test_zoho_being_busy_is_told(admin, run, file, world, clock):
    clock.advance(minutes=20)
    world.faults.order("busy", path="/settings/*", times=None)
    done = run("lint", file(SHORT))
    assert done.exit_code == 1
    assert "busy" in done.stderr


PAGE = (ROOT / "docs" / "targets.md").read_text()


@pytest.mark.parametrize("number", range(PAGE.count("```yaml")))
def test_every_example_of_the_documentation_can_be_read(number):
    example = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)[number]
    assert target_file.load(example.encode()).targets


@on_sqlite
def test_what_the_documentation_shows_of_a_diff_and_of_lint_is_what_they_say(
    admin, run, file, world
):
    before, after = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)[:2]
    assert run("apply", file(before), "--yes").exit_code == 0
    shown = re.findall(r"```console\n\$ flask --app wsgi targets (\w+) .*\n((?:.*\n)+?)```", PAGE)
    assert [command for command, _ in shown] == ["diff", "lint"]
    for command, said in shown:
        path = file(after)
        done = run(command, path)
        assert done.stdout.replace(str(path), path.name) == said
        assert done.exit_code == 1


def test_every_command_of_the_group_is_documented():
    named = set(re.findall(r"flask --app wsgi targets ([a-z]+)", PAGE))
    assert named == set(targets.commands)
    assert all(command.help for command in targets.commands.values())
