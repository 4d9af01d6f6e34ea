"""docs/provisioning.md lists every sentence about setting Zoho up, and nothing else."""

import re
from pathlib import Path

from extension.planning.provision_words import EVERY

PAGE = Path(__file__).resolve().parents[2] / "docs" / "provisioning.md"
ROW = re.compile(r"^\| `([a-z_.]+)` \| (.+?) \|$", re.M)


def as_shown(sentence: str) -> str:
    """The sentence as a pattern: its parts stand in italics."""
    parts = re.split(r"\{\w+\}", sentence)
    return r"\*[^*]+\*".join(re.escape(part) for part in parts)


def test_every_sentence_is_listed_once_as_it_is_said() -> None:
    rows = ROW.findall(PAGE.read_text())
    assert sorted(key for key, _ in rows) == sorted(EVERY)
    wrong = [key for key, said in rows if not re.fullmatch(as_shown(EVERY[key]), said)]
    assert wrong == []
