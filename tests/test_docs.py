"""What the documentation says is what the code does."""

import re
from pathlib import Path

import pytest
from environs import Env

from extension import config
from extension.cli import commands
from extension.config import BadSettings
from extension.web.limits import RATES

ROOT = Path(__file__).resolve().parents[1]
SETTING = re.compile(r"^\| `([A-Z_]+)` \|", re.M)


class Recording(Env):
    """Notes which settings are asked for."""

    def __init__(self) -> None:
        super().__init__(eager=False)
        self.asked: list[str] = []

    def __getattribute__(self, name: str) -> object:
        found = super().__getattribute__(name)
        if name not in ("str", "int", "list"):
            return found

        def ask(setting: str, *more: object, **named: object) -> object:
            self.asked.append(setting)
            return found(setting, *more, **named)

        return ask


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every setting that the code reads."""
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    env = Recording()
    with pytest.raises(BadSettings):
        config.read(env)
    return env.asked


def test_every_setting_is_documented_and_every_documented_one_is_read(asked: list[str]) -> None:
    documented = SETTING.findall((ROOT / "docs" / "settings.md").read_text())
    assert sorted(documented) == sorted(asked)


def test_commands_that_the_documentation_names_exist() -> None:
    known = {command.name for command in commands}
    pages = [ROOT / "README.md", ROOT / "Procfile", *(ROOT / "docs").rglob("*.md")]
    named = {
        name
        for page in pages
        for name in re.findall(r"flask --app wsgi ([a-z-]+)", page.read_text())
    }
    assert named
    assert named <= known


def test_make_targets_that_the_documentation_names_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        name for page in pages for name in re.findall(r"\bmake ([a-z]+)\b", page.read_text())
    } - {"what", "another"}
    assert {"demo", "test"} <= named <= targets


def test_the_limits_that_the_documentation_names_are_those_of_the_doors() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    named = re.search(
        r"begin (\d+) installations and (\d+) sign-ins a minute, and ask (\d+) times", page
    )
    assert named
    assert [f"{one}/minute" for one in named.groups()] == list(RATES.values())


def test_the_installation_guide_names_everything_that_has_to_run() -> None:
    guide = (ROOT / "docs" / "install.md").read_text()
    processes = re.findall(r"^(\w+):", (ROOT / "Procfile").read_text(), re.M)
    assert len(processes) >= 3
    assert [one for one in processes if f"`{one}`" not in guide] == []
