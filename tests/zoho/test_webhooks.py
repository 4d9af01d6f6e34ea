"""Calls of workflow rules, read: every form, every garbling, each with what must come of it."""

import json
from pathlib import Path

import pytest

from extension.errors import InvalidInput
from extension.hooks_cli import sent_from
from extension.zoho import webhooks
from extension.zoho.webhooks import Sent, Told, read

PAYLOADS = Path(__file__).parents[1] / "payloads" / "webhooks"
EXPECTED = json.loads((PAYLOADS / "expected.json").read_text())


def test_every_recorded_call_is_in_the_table():
    assert {one.stem for one in PAYLOADS.glob("*.json")} == {*EXPECTED, "expected"}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_call_is_read_as_the_table_says(name):
    wanted = EXPECTED[name]
    sent = recorded(name)
    if wanted["status"] == 422:
        with pytest.raises(InvalidInput) as raised:
            read(sent, wanted.get("marker", ""))
        assert raised.value.code == wanted["code"]
        assert raised.value.message.endswith(".")
        return
    told = read(sent, wanted.get("marker", ""))
    for key in ("lead", "action", "written_as"):
        assert getattr(told, key) == wanted[key]
    for key in ("rule", "target", "version"):
        assert getattr(told, key) == wanted.get(key, "")


def recorded(name: str) -> Sent:
    return sent_from(json.loads((PAYLOADS / f"{name}.json").read_text()))


@pytest.mark.parametrize(
    ("name", "token", "fix"),
    [
        ("json_token_new", "${!Leads.id}", "${Leads.Lead Id}"),
        ("json_token_classic", "${Leads.Lead Id}", "${!Leads.id}"),
    ],
)
def test_a_merge_field_that_was_not_replaced_is_named_with_its_fix(name, token, fix):
    with pytest.raises(InvalidInput) as raised:
        read(recorded(name))
    assert token in raised.value.message
    assert f"try {fix}." in raised.value.message


@pytest.mark.parametrize("name", [name for name in EXPECTED if EXPECTED[name]["status"] == 202])
def test_no_value_of_the_lead_is_kept(name):
    wanted = EXPECTED[name]
    told = read(recorded(name), wanted.get("marker", ""))
    kept = json.dumps(told.keys)
    for private in ("Acme", "pat@", "Pat", "second line", "Best"):
        assert private not in kept


def test_the_names_that_are_believed_mean_one_thing_each():
    every = [name for names in webhooks.NAMES.values() for name in names]
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("version", "exact"),
    [
        ("", False), ("2026-01-10T12:00:37+00:00", True), ("10-01-2026 00:00:37", True),
        ("Jan 10, 2026 12:00:37 PM", True), ("20260110T120037Z", True), ("1768046437000", True),
        ("17", True), ("2026-01-10", False), ("2026-01-10T12:00+00:00", False),
        ("2026-01-10T12:00-08:00", False), ("Jan 10, 2026 12:00 PM", False),
        ("10.01.26 12.00", False),
    ],
)  # fmt: skip
def test_a_version_that_is_a_time_tells_edits_apart_only_to_the_second(version, exact):
    assert Told("1", "convert", version=version).exact is exact
