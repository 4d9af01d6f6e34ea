"""Every sentence about what people wrote, and its translations."""

import json
from collections.abc import Callable, Mapping

import pytest

from extension.planning.faults import FAULTS, FAULTS_OF_RULES, FINDINGS, fault, finding
from extension.planning.reasons import Reason
from tests.planning.test_reasons import parts_of
from tests.tools.check_widget import APP, UNTRANSLATABLE

FOLDERS = {
    "plan": ("fault", FAULTS), "settings": ("said", FINDINGS),
    "decided": ("said", FAULTS | FAULTS_OF_RULES),
}  # fmt: skip


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("language", ["en", "de", "vi", "ar"])
def test_every_sentence_is_said_in_every_language_with_the_same_parts(
    folder: str, language: str
) -> None:
    kind, sentences = FOLDERS[folder]
    texts = json.loads((APP / "translations" / folder / f"{language}.json").read_text())
    said = {key: text for key, text in texts.items() if key.startswith(f"{kind}.")}
    assert {key: parts_of(text) for key, text in said.items()} == {
        f"{kind}.{key}": parts_of(sentence) - UNTRANSLATABLE for key, sentence in sentences.items()
    }


@pytest.mark.parametrize(
    ("say", "sentences"), [(fault, FAULTS | FAULTS_OF_RULES), (finding, FINDINGS)]
)
def test_every_sentence_is_said_with_its_parts(
    say: Callable[..., Reason], sentences: Mapping[str, str]
) -> None:
    for key, sentence in sentences.items():
        reason = say(key, **dict.fromkeys(parts_of(sentence), "x"))
        assert (reason.code, reason.key) == (key.partition(".")[0], key)
