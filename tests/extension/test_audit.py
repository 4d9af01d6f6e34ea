"""Of a conversion is kept who had it done, and what stood in each record before and after."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from emulator.schema import User
from extension import audit, housekeeping
from extension.store.conversions import Conversion, Line
from extension.store.models import Installation
from tests.extension.conversion_rig import agree, carry_out, new_lead
from tests.extension.rig import NOON, error_of, everything, on_sqlite

PAGE = (Path(__file__).parents[2] / "docs" / "audit.md").read_text()
MARK = {"kind": "mark", "values": {"Lead_Status": "Contacted"}}


@pytest.fixture
def done(warm, lead, parts):
    """A conversion that is done."""
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    carry_out(parts, conversion)
    return conversion


def of(person, conversion):
    answer = person.get(f"/api/v1/conversions/{conversion}/audit")
    assert answer.status_code == 200, answer.json
    return answer.json


def writes(record, step, *, undoing=False):
    return [
        one for one in record["writes"] if (one["step"], one["undoing"]) == (step, undoing)
    ]  # fmt: skip


def lines(answer):
    assert (answer.status_code, answer.mimetype) == (200, "application/x-ndjson")
    return [json.loads(one) for one in answer.text.splitlines()]


def test_each_write_is_kept_with_what_stood_there_before(warm, lead, done, world, parts):
    record = of(warm, done)
    [vendor] = writes(record, "Create")
    there = world.find("Vendors", vendor["id"])
    assert (vendor["module"], vendor["before"]) == ("Vendors", None)
    assert vendor["after"]["Vendor_Name"] == there["Vendor_Name"] == "Acme"
    [mark] = writes(record, "MarkLead")
    assert (mark["module"], mark["id"], mark["state"]) == ("Leads", lead, "done")
    assert set(mark["before"]) == set(mark["after"])
    assert mark["before"]["Lead_Status"] != mark["after"]["Lead_Status"] == "Contacted"
    [task] = writes(record, "MoveActivity")
    assert task["after"] == {"What_Id": {"module": "Vendors", "id": vendor["id"]}}
    notes = writes(record, "Note")
    assert {one["id"] for one in notes} <= set(world.records["Notes"])
    assert all(one["sent_at"] == one["ended_at"] == NOON.isoformat() for one in record["writes"])
    journal = sorted(everything(parts, Line), key=lambda one: one.place)
    kept = [one.step["kind"] for one in journal]
    assert [one["step"] for one in record["writes"]] == [
        one for one in kept if one != "CarryList"
    ]  # fmt: skip


def test_who_asked_is_known_also_once_somebody_else_had_it_undone(
    admin, warm, done, world, parts, clock
):
    rep, boss = ({"id": str(world.users[at].id)} for at in (1, 0))
    before = of(warm, done)
    assert (before["asked_by"]["id"], before["undone_by"]) == (rep["id"], None)
    assert before["asked_by"]["name"]
    clock.advance(minutes=5)
    answer = admin.ask("POST", f"/api/v1/conversions/{done}/undo", json={})
    assert answer.status_code == 202, answer.json
    carry_out(parts, done)
    record = of(warm, done)
    assert (record["state"], record["asked_at"]) == ("undone", before["asked_at"])
    assert (record["asked_by"]["id"], record["undone_by"]["id"]) == (rep["id"], boss["id"])
    assert record["writes"][: len(before["writes"])] == before["writes"]
    [back] = writes(record, "MarkLead", undoing=True)
    [mark] = writes(record, "MarkLead")
    assert back["after"] == mark["before"]
    assert back["before"] == mark["after"]


@on_sqlite
def test_of_what_was_written_over_both_values_are_kept(warm, lead, world, parts):
    there = {"Vendor_Name": "Acme", "Phone": "555 0000", "City": "Kiel"}
    vendor = str(world.add_record("Vendors", there, owner=world.users[1])["id"])
    merge = {"Vendors": {"link": vendor, "merge": {"Phone": "overwrite"}}}
    conversion = agree(warm, lead, records=merge).json["id"]
    carry_out(parts, conversion)
    record = of(warm, conversion)
    [update] = writes(record, "Update")
    assert (update["module"], update["id"], update["state"]) == ("Vendors", vendor, "done")
    assert (update["before"]["Phone"], update["after"]["Phone"]) == ("555 0000", "555 0199")
    assert set(update["before"]) == set(update["after"])
    assert "City" not in update["after"], "nothing is said of what was not written"
    assert world.find("Vendors", vendor)["Phone"] == "555 0199"


@on_sqlite
def test_what_zoho_refused_is_kept_with_its_reason(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    world.module("Vendors").creatable = False
    carry_out(parts, conversion)
    record = of(warm, conversion)
    [vendor] = writes(record, "Create")
    assert (record["state"], vendor["state"], vendor["id"]) == ("failed", "refused", None)
    assert vendor["refusal"]["code"]
    assert record["problem"]["code"] == "step_refused"


@on_sqlite
def test_what_was_agreed_to_is_kept_before_anything_is_written(warm, lead, parts):
    answer = agree(warm, lead)
    record = of(warm, answer.json["id"])
    assert (record["writes"], record["choices"]) == ([], {"target": "Vendors"})
    assert record["digest"] == everything(parts, Conversion)[0].digest


@on_sqlite
def test_the_page_shows_the_keys_that_are_there(warm, done):
    shown = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.S)[0])
    record = of(warm, done)
    assert list(record) == list(shown)
    assert list(record["writes"][0]) == list(shown["writes"][0])


# All of them


def test_administrators_get_all_of_a_time_line_by_line(
    admin, warm, done, world, parts, clock, monkeypatch
):
    monkeypatch.setattr(audit, "PAGE", 1)
    clock.advance(hours=1)
    second = agree(warm, new_lead(world, "Bolt")).json["id"]
    assert lines(admin.get("/api/v1/audit")) == [of(admin, done), of(admin, second)]
    for query, expected in (
        ("from=2026-01-10T12:00:01Z", [second]),
        ("to=2026-01-10T13:00:00Z", [done]),
        ("from=2026-01-10&to=2026-01-11", [done, second]),
        ("from=2026-01-10T14:00:00%2B02:00&to=2026-01-10T15:00:00%2B02:00", [done]),
        ("from=2026-01-11", []),
    ):
        found = lines(admin.get(f"/api/v1/audit?{query}"))
        assert [one["conversion"] for one in found] == expected, query


@on_sqlite
@pytest.mark.parametrize(
    "query", ["from=yesterday", "from=0001-01-01T00:00:00%2B14:00", "to=", "since=2026-01-01"]
)
def test_a_time_that_is_none_is_refused(admin, query):
    assert error_of(admin.get(f"/api/v1/audit?{query}")) == (422, "invalid_input")


@on_sqlite
def test_it_is_printed_by_a_command(done, admin, app):
    run = app.test_cli_runner()
    printed = run.invoke(args=["audit", done])
    assert printed.exit_code == 0, printed.output
    assert json.loads(printed.output) == of(admin, done)
    missing = run.invoke(args=["audit", "nothing"])
    assert (missing.exit_code, missing.output) == (1, "Error: There is no such conversion.\n")


# How long


def test_what_is_over_for_too_long_goes_with_its_journal_and_nothing_else(
    warm, lead, done, world, parts, clock
):
    failed = agree(warm, new_lead(world, "Bolt")).json["id"]
    world.module("Vendors").creatable = False
    carry_out(parts, failed)
    clock.advance(days=90)
    housekeeping.tidy(parts)
    assert len(everything(parts, Conversion)) == 2
    clock.advance(seconds=1)
    housekeeping.tidy(parts)
    assert [one.public_id for one in everything(parts, Conversion)] == [failed]
    [left] = everything(parts, Conversion)
    assert {one.conversion_id for one in everything(parts, Line)} == {left.id}


@on_sqlite
def test_how_long_is_a_setting(done, parts, clock):
    shorter = replace(parts, config=replace(parts.config, audit_days=1))
    clock.advance(days=1, seconds=1)
    housekeeping.tidy(parts)
    assert len(everything(parts, Conversion)) == 1
    housekeeping.tidy(shorter)
    assert everything(parts, Conversion) == []


# Who may


@on_sqlite
def test_only_who_asked_and_administrators_see_it(done, admin, nobody, stranger, person, world):
    path = f"/api/v1/conversions/{done}/audit"
    names = {"first_name": "Cory", "last_name": "Colleague", "email": "cory@example.com"}
    another = User(**names, profile="Standard", role="Manager")
    world.add_user(another)
    colleague = person().at_home(world, another)
    assert error_of(colleague.get(path)) == (403, "not_permitted")
    assert error_of(stranger.get(path)) == (404, "not_found")
    assert error_of(nobody.get(path)) == (401, "not_signed_in")
    assert of(admin, done)["conversion"] == done


@on_sqlite
def test_only_administrators_see_all_and_only_of_their_own_org(done, warm, stranger, nobody, parts):
    assert error_of(warm.get("/api/v1/audit")) == (403, "not_admin")
    assert error_of(nobody.get("/api/v1/audit")) == (401, "not_signed_in")
    assert lines(stranger.get("/api/v1/audit")) == []
    assert len(everything(parts, Installation)) == 2
