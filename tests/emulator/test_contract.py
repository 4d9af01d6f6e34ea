"""The emulator answers as Zoho's OpenAPI files and the captured samples say.

They lie in the reference beside the project (`../shared/zoho`) and are no part of it; without
them there is nothing to compare with, and these tests are skipped.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator import create_emulator, demo
from tests.emulator.contract import documents
from tests.emulator.contract.corrections import CORRECTIONS
from tests.emulator.contract.mending import Correction
from tests.emulator.contract.playing import Exchange, Played, play, rules
from tests.emulator.contract.samples import PAIRS, Pair
from tests.emulator.contract.shapes import differences
from tests.emulator.contract.walk import WALK

pytestmark = pytest.mark.skipif(
    not (documents.OPENAPI.is_dir() and documents.SAMPLES.is_dir()),
    reason=f"no Zoho reference at {documents.ZOHO}: nothing to compare the answers with",
)


@pytest.fixture(scope="module")
def played() -> Played:
    return play()


def named(found: object) -> str:
    return str(found)


def test_the_walk_goes_to_every_endpoint(played: Played) -> None:
    app = create_emulator(demo.demo_worlds())
    assert sorted(set(rules(app)) - played.endpoints) == []


@pytest.mark.parametrize("number", range(len(WALK)), ids=lambda n: f"{n}-{WALK[n].path}")
def test_an_answer_is_as_the_openapi_file_says(played: Played, number: int) -> None:
    exchange = played.exchanges[number]
    found = list(problems(exchange))
    assert None in found, "\n".join(str(one) for one in found)


def problems(exchange: Exchange) -> Iterator[str | None]:
    """What speaks against an answer in each file that may describe it; None: nothing."""
    if documents.common_error(exchange.status, exchange.body):
        yield documents.problem_with_envelope(exchange.body)
        return
    candidates = documents.operations(exchange.step.method, f"/crm/v8{exchange.path}")
    if not candidates:
        yield f"no file describes {exchange}"
    closest = [one for one in candidates if one.placeholders == candidates[0].placeholders]
    for operation in closest:
        found = documents.problem(operation, exchange.status, exchange.body)
        yield f"{exchange} by {operation}: {found}" if found else None


@pytest.mark.parametrize("correction", CORRECTIONS, ids=named)
def test_a_known_error_of_the_files_is_still_one(correction: Correction) -> None:
    assert documents.corrects(correction), f"stale: {correction}"


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.sample}-{pair.part}")
def test_an_answer_has_the_keys_of_its_sample(played: Played, pair: Pair) -> None:
    sample = json.loads((documents.SAMPLES / f"{pair.sample}.json").read_text())
    [exchange, *_] = [one for one in played.exchanges if str(one) == pair.step]
    found = sorted(differences(part(sample, pair.part), part(exchange.body, pair.at)))
    assert [one for one in found if one.startswith("-")] == [f"-{one}" for one in pair.lacking]
    assert [one for one in found if one.startswith("~")] == []
    assert pair.abridged or [one for one in found if one.startswith("+")] == []


def part(whole: Any, where: str) -> Any:
    for key in where.split(".") if where else []:
        whole = whole[int(key)] if isinstance(whole, list) else whole[key]
    return whole


def test_a_key_too_few_too_many_or_of_another_type_is_noticed() -> None:
    sample = {"a": 1, "b": {"c": "x", "d": True}, "e": [{"f": 1}, {"g": 2}], "n": None}
    ours = {"a": "1", "b": {"c": "y"}, "e": [{"f": 1, "g": 2, "h": 3}], "n": 5}
    assert sorted(differences(sample, ours)) == ["+e.h", "-b.d", "~a"]


def test_a_wrong_answer_is_noticed() -> None:
    operation, *_ = documents.operations("GET", "/crm/v8/org")
    assert documents.problem(operation, 200, {"org": [{"id": 7}]}) is not None
    assert documents.problem(operation, 299, {}) == "status 299 is not documented"
    assert documents.problem_with_envelope({"code": "X", "message": "no details"}) is not None
