"""docs/errors.md lists every error code with its statuses, and nothing else; so does the tree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from extension import errors
from extension.errors import ExtensionError
from extension.web.problems import SENTENCES

ROOT = Path(__file__).resolve().parents[1]
ROW = re.compile(r"^\| `(\w+)` \| ([\d, ]+|never) \|", re.M)
BRANCH = re.compile(r"^\s*[*+·-] (\w+)", re.M)
INSIDE = {"token_expired", "unchanged"}
"""Our own code always deals with these."""


def classes(root: type[ExtensionError] = ExtensionError) -> Iterator[type[ExtensionError]]:
    yield root
    for one in root.__subclasses__():
        yield from classes(one)


def calls() -> Iterator[tuple[str, str]]:
    """Class and code of every error that is raised with a code of its own."""
    for path in (ROOT / "extension").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                for given in node.keywords:
                    if given.arg == "code" and isinstance(given.value, ast.Constant):
                        yield node.func.id, str(given.value.value)


def known() -> dict[str, set[int]]:
    """Every code that the code can give, with the statuses that come with it."""
    statuses = {one.__name__: one.status for one in classes()}
    found: dict[str, set[int]] = {}
    for one in classes():
        found.setdefault(one.code, set()).add(one.status)
    for name, code in calls():
        if name in statuses:
            found.setdefault(code, set()).add(statuses[name])
    for status, (code, _) in SENTENCES.items():
        found.setdefault(code, set()).add(status)
    return {code: set() if code in INSIDE else statuses for code, statuses in found.items()}


def test_every_code_is_documented_with_its_statuses_and_no_other() -> None:
    page = (ROOT / "docs" / "errors.md").read_text()
    rows = ROW.findall(page)
    documented = {code: {int(one) for one in re.findall(r"\d+", said)} for code, said in rows}
    assert documented == known()
    assert len(rows) == len(documented)


def test_every_row_says_what_it_means_and_what_to_do() -> None:
    for line in (ROOT / "docs" / "errors.md").read_text().splitlines():
        if line.startswith("| `"):
            cells = [one.strip() for one in line.strip("|").split(" | ")]
            assert len(cells) == 4
            assert all(one.endswith(".") for one in cells[2:]), line


def test_the_tree_shows_every_class_in_its_place() -> None:
    assert errors.__doc__
    drawn = BRANCH.findall(errors.__doc__)
    assert {one.__module__ for one in classes()} == {"extension.errors"}
    assert drawn == [one.__name__ for one in classes()]
