"""The emulator's README names every endpoint there is, and no other."""

import re
from pathlib import Path

import emulator
from emulator import create_emulator, demo
from tests.emulator.contract.playing import rules

README = Path(emulator.__file__).with_name("README.md")


def told() -> set[tuple[str, str]]:
    """Path and method of each endpoint in the table, with placeholders alike."""
    found = set()
    for line in README.read_text().splitlines():
        row = re.fullmatch(r"\| (`/.*`) \| ([A-Z ]+) \|", line)
        for path in re.findall(r"`([^`]+)`", row[1]) if row else ():
            found |= {(re.sub(r"{\w+}", "*", path), method) for method in row[2].split()}
    return found


def test_the_readme_tells_of_every_endpoint() -> None:
    app = create_emulator(demo.demo_worlds())
    there = {
        (re.sub(r"<\w+>", "*", rule.removeprefix("/crm/<version:version>")), method)
        for rule, method in rules(app)
    }
    assert there - told() == set()
    assert told() - there == set()
