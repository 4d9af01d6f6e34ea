"""Every sentence that a person may read."""

import json
import string
from pathlib import Path

import pytest

from extension.planning.reasons import EVERY, say
from tests.tools.check_widget import APP, KINDS, UNTRANSLATABLE

LANGUAGES = sorted((APP / "translations").glob("*.json"))


def parts_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", EVERY)
def test_every_sentence_is_said_with_its_parts(key: str) -> None:
    parts = parts_of(EVERY[key])
    reason = say(key, **dict.fromkeys(parts, "{odd}"))
    assert reason.code == key.split(".")[0]
    assert reason.key == key
    assert "{odd}" in reason.message or not parts


@pytest.mark.parametrize("key", EVERY)
def test_a_sentence_of_a_code_has_a_first_sentence_of_that_code(key: str) -> None:
    assert key.split(".")[0] in EVERY


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda file: file.stem)
def test_every_sentence_is_said_in_every_language_with_the_same_parts(language: Path) -> None:
    texts = json.loads(language.read_text())
    for key, sentence in EVERY.items():
        said = [texts[f"{kind}.{key}"] for kind in KINDS if f"{kind}.{key}" in texts]
        assert said, key
        for one in said:
            assert parts_of(one) == parts_of(sentence) - UNTRANSLATABLE, key
