"""docs/losses.md lists every sentence that people read, as it is, and nothing else."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from extension.planning.reasons import EVERY
from tests.tools.check_widget import APP

PAGE = Path(__file__).resolve().parents[2] / "docs" / "losses.md"
ENGLISH = json.loads((APP / "translations" / "en.json").read_text())
KINDS = {
    "In the way": "blocker",
    "Lost": "loss",
    "Changed on the way": "reason",
    "What becomes of what hangs on the lead": "reason",
    "Why a record may be the same": "reason",
    "Good to know": "warning",
}
"""Heading -> what the page takes the sentences below it for."""


def rows() -> Iterator[tuple[str, list[str]]]:
    """Each sentence's row of cells, with the heading that it stands under."""
    heading = ""
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        if line.startswith("| `"):
            yield heading, [cell.strip() for cell in line.strip("|").split(" | ")]


def as_shown(sentence: str) -> str:
    """The sentence as a pattern: its parts stand in italics."""
    parts = re.split(r"\{\w+\}", sentence)
    return r"\*[^*]+\*".join(re.escape(part) for part in parts)


ROWS = list(rows())


def test_every_sentence_is_listed_once_and_none_that_nobody_says() -> None:
    assert sorted(cells[0].strip("`") for _, cells in ROWS) == sorted(EVERY)


@pytest.mark.parametrize("cells", [cells for _, cells in ROWS], ids=lambda cells: cells[0])
def test_the_sentence_that_is_shown_is_the_one_that_is_said(cells: list[str]) -> None:
    key, sentence, when, remedy = cells
    assert re.fullmatch(as_shown(EVERY[key.strip("`")]), sentence)
    assert when.endswith(".")
    assert remedy.endswith(".")


@pytest.mark.parametrize(("heading", "cells"), ROWS, ids=lambda one: one[0])
def test_a_sentence_stands_under_what_the_widget_takes_it_for(
    heading: str, cells: list[str]
) -> None:
    assert f"{KINDS[heading]}.{cells[0].strip('`')}" in ENGLISH
