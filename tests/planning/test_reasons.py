"""Every sentence that a person may read."""

import string

import pytest

from extension.planning.reasons import EVERY, say


@pytest.mark.parametrize("key", EVERY)
def test_every_sentence_is_said_with_its_parts(key: str) -> None:
    parts = {name for _, name, _, _ in string.Formatter().parse(EVERY[key]) if name}
    reason = say(key, **dict.fromkeys(parts, "{odd}"))
    assert reason.code == key.split(".")[0]
    assert reason.key == key
    assert "{odd}" in reason.message or not parts


@pytest.mark.parametrize("key", EVERY)
def test_a_sentence_of_a_code_has_a_first_sentence_of_that_code(key: str) -> None:
    assert key.split(".")[0] in EVERY
