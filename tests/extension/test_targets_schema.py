"""The schema of target files: what editors accept and refuse is what we do."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from extension import target_file
from extension.errors import InvalidInput
from extension.planning import rule_data
from extension.planning.policies import (
    AFTERS,
    CARRIED_LISTS,
    HOWS,
    MERGES,
    OPERATORS,
)
from extension.planning.target_data import (
    MOST_RECORDS,
    MOST_TARGETS,
    RECORD_KEYS,
    TARGET_KEYS,
    from_data,
)
from tests.extension.target_cases import PRODUCT, SUPPLIER, ZOHO, with_fields
from tests.extension.target_documents import (
    ADDRESS,
    QUICK,
    documents,
)
from tests.planning.test_rules import rules

ROOT = Path(__file__).resolve().parents[2]


SCHEMA = json.loads((ROOT / "docs" / "targets.schema.json").read_text())


ALLOWED = Draft202012Validator(SCHEMA)


# What editors are told


def is_allowed(*targets: object) -> bool:
    return bool(ALLOWED.is_valid({"version": 1, "targets": list(targets)}))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@QUICK
@given(documents)
def test_editors_accept_what_we_accept(document: list[dict[str, Any]]) -> None:
    text = target_file.dump(from_data(document), ADDRESS)
    assert list(ALLOWED.iter_errors(target_file.plain(text.encode())[0])) == []


@QUICK
@given(rules)
def test_editors_accept_every_rule(rule: Any) -> None:
    assert is_allowed(with_fields(Phone=rule_data.as_data(rule)))


@pytest.mark.parametrize(
    "target",
    [
        {**SUPPLIER, "colour": "red"},
        {**SUPPLIER, "label": ""},
        {**SUPPLIER, "kind": "magic"},
        {**SUPPLIER, "kind": "zoho"},
        {**SUPPLIER, "records": []},
        {**SUPPLIER, "records": SUPPLIER["records"] * 3},
        {**SUPPLIER, "records": [{**SUPPLIER["records"][0], "colour": "red"}]},
        {**SUPPLIER, "carry": {"Emails": "copy"}},
        {**SUPPLIER, "carry": {"Notes": "move"}},
        {**SUPPLIER, "lead_after": {"kind": "mark"}},
        {**SUPPLIER, "lead_after": {"kind": "delete", "values": {"A": 1}}},
        {**SUPPLIER, "lead_after": {"kind": "leave", "colour": 1}},
        {**SUPPLIER, "offered_when": [{"field": "A"}]},
        {**SUPPLIER, "offered_when": [{"field": "A", "filled": True, "empty": True}]},
        {**SUPPLIER, "offered_when": [{"field": "A", "filled": False}]},
        {**SUPPLIER, "offered_when": [{"field": "A", "filled": True, "colour": 1}]},
        {**SUPPLIER, "workflows": "no"},
        {**SUPPLIER, "profiles": "71"},
        {**ZOHO, "carry": {"Notes": "leave"}},
        {**ZOHO, "carry": {"Tag": "move"}},
        {**ZOHO, "lead_after": {"kind": "leave"}},
        {**ZOHO, "workflows": False},
        with_fields(Phone=7),
        with_fields(Phone={}),
        with_fields(Phone={"constant": None}),
        with_fields(Phone={"constant": "a", "colour": "red"}),
        with_fields(Phone={"template": "a", "constant": "b"}),
        with_fields(Phone={"first_of": []}),
        with_fields(Phone={"current": "user", "days": 1}),
        with_fields(Phone={"current": "moon"}),
    ],
)
def test_editors_and_we_refuse_the_same(target: dict[str, Any]) -> None:
    assert not is_allowed(target)
    with pytest.raises(InvalidInput):
        from_data([target])


def test_the_schema_knows_the_keys_that_we_know() -> None:
    parts = SCHEMA["$defs"]
    of_rules = [set(one.get("properties", {})) for one in parts["rule"]["oneOf"]]
    lists = parts["target"]["properties"]["carry"]["properties"]
    assert set(SCHEMA["properties"]) == set(target_file.KEYS)
    assert tuple(parts["target"]["properties"]) == TARGET_KEYS
    assert tuple(parts["record"]["properties"]) == RECORD_KEYS
    assert set(rule_data.READ) <= set().union(*of_rules)
    assert set(parts["condition"]["properties"]) == {"field", *OPERATORS}
    assert tuple(parts["merge"]["enum"]) == MERGES
    assert tuple(parts["lead_after"]["properties"]["kind"]["enum"]) == AFTERS
    assert {name: tuple(one["enum"]) for name, one in lists.items()} == CARRIED_LISTS
    assert {how for one in lists.values() for how in one["enum"]} == set(HOWS)
    assert SCHEMA["properties"]["version"]["const"] == target_file.VERSION
    assert SCHEMA["properties"]["targets"]["maxItems"] == MOST_TARGETS
    assert parts["target"]["properties"]["records"]["maxItems"] == MOST_RECORDS


def test_everything_in_the_schema_is_explained() -> None:
    for name in ("target", "record"):
        for key, part in SCHEMA["$defs"][name]["properties"].items():
            said = part.get("description") or SCHEMA["$defs"][part["$ref"].rpartition("/")[2]]
            assert said, (name, key)


def test_an_example_of_every_case_is_allowed() -> None:
    assert is_allowed(SUPPLIER, ZOHO, PRODUCT)
    settled = {**ZOHO, "carry": {"Tag": "leave"}, "lead_after": None, "workflows": True}
    assert is_allowed(settled)
    assert from_data([settled])
