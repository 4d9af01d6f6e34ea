"""Calls without proof are counted where somebody sees it, and the caller is told nothing of it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import event

from extension import housekeeping, refusals, watching
from extension.store.inbox import Refusal
from extension.store.models import Installation
from extension.store.watching import Channel
from extension.web.limits import FORGED
from tests.extension.hook_rig import Rule, rule_of
from tests.extension.rig import error_of, everything, on_sqlite

CALL = {"lead_id": "4876876000003000010", "action": "convert"}
DELIVERIES = "/api/v1/deliveries"
FIELDS = [one.name for one in Refusal.__table__.columns]


@pytest.fixture
def forged(rule) -> Rule:
    """The right address, and a wrong secret."""
    return Rule(rule.person, rule.path, "x" * 43)


@pytest.fixture
def stray(rule) -> Rule:
    """The right secret at an address that nobody has."""
    return Rule(rule.person, "/hooks/workflow/" + "x" * 43, rule.secret)


def refused(person):
    answer = person.get(DELIVERIES)
    assert answer.status_code == 200, answer.json
    return {one["kind"]: one["count"] for one in answer.json["refused"]}


def in_store(parts):
    """The same of the only org, whose administrator's session may be over."""
    [org] = everything(parts, Installation)
    return {one.kind: one.count for one in refusals.since_yesterday(parts, org.id)}


def test_a_wrong_secret_is_shown_with_the_deliveries_of_its_org(forged, admin, stranger, clock):
    for _ in range(3):
        assert error_of(forged.call(**CALL)) == (403, "forged_delivery")
    assert error_of(Rule(admin, forged.path, "").call(**CALL)) == (403, "forged_delivery")
    [one] = admin.get(DELIVERIES).json["refused"]
    assert (one["kind"], one["count"]) == ("secret", 4)
    assert one["last_at"] == clock().isoformat()
    assert "4 calls with a wrong secret, or with none" in one["message"]
    assert "secret in Zoho's webhook is the present one" in one["fix"]
    assert refused(stranger) == {}


@on_sqlite
def test_who_proves_it_is_not_counted_and_does_no_more_than_before(rule, parts):
    assert rule.call(**CALL).status_code == 202
    statements = []
    event.listen(parts.engine, "before_cursor_execute", lambda *what: statements.append(what[2]))
    assert rule.call(**{**CALL, "lead_id": "5"}).status_code == 202
    assert len(statements) == 1, statements
    parts.refused.write_down()
    assert everything(parts, Refusal) == []


@on_sqlite
def test_nothing_of_what_was_sent_is_kept(forged, parts):
    forged.send(json={**CALL, "Email": "pat@acme.example"})
    parts.refused.write_down()
    [row] = everything(parts, Refusal)
    kept = json.dumps({name: str(getattr(row, name)) for name in FIELDS})
    for private in (forged.path, forged.secret, CALL["lead_id"], "pat@"):
        assert private not in kept


def test_a_flood_is_one_row_of_each_kind_and_day(forged, stray, parts, clock):
    counted = []
    for _ in range(FORGED.amount):
        forged.call(**CALL)
        stray.call(**CALL)
        parts.refused.write_down()
    rows = {
        (row.kind, row.installation_id is None): row.count for row in everything(parts, Refusal)
    }
    assert rows == {
        ("secret", False): FORGED.amount,
        ("unknown", True): FORGED.amount,
        ("too_many", True): FORGED.amount,
    }
    for days in (1, 1, 2):
        clock.advance(days=days)
        forged.call(**CALL)
        counted.append(in_store(parts))
    assert counted == [{"secret": FORGED.amount + 1}, {"secret": 2}, {"secret": 1}]


def test_who_still_calls_a_former_address_is_told_to_its_administrators(rule, admin, parts, clock):
    answer = admin.ask("POST", "/api/v1/hooks", json={"rotate": ["key"], "overlap_hours": 1})
    clock.advance(hours=2)
    housekeeping.tidy(parts)
    assert error_of(rule.call(**CALL)) == (403, "forged_delivery")
    assert refused(admin) == {"address": 1}
    present = Rule(admin, "/hooks/" + answer.json["address"].partition("/hooks/")[2], rule.secret)
    assert present.call(**CALL).status_code == 202
    clock.advance(days=31)
    housekeeping.tidy(parts)
    parts.doors.forget()
    assert error_of(rule.call(**CALL)) == (403, "forged_delivery")
    assert in_store(parts) == {}, "nobody knows any more whose it was"


@on_sqlite
def test_a_notification_with_a_wrong_token_is_counted_too(admin, nobody, parts):
    watching.tend(parts)
    channel = everything(parts, Channel)[0].channel_id
    for name in (channel, "5"):
        posted = {"channel_id": name, "token": "x"}
        answer = nobody.client.post("/hooks/notifications", json=posted)
        assert error_of(answer) == (403, "forged_delivery")
    assert refused(admin) == {"token": 1}
    assert [one.kind for one in refusals.since_yesterday(parts, refusals.NOBODY)] == ["channel"]


@on_sqlite
def test_an_org_that_has_gone_meanwhile_keeps_no_other_from_being_counted(
    forged, stranger, admin, parts
):
    other = rule_of(stranger)
    forged.call(**CALL)
    Rule(stranger, other.path, "x").call(**CALL)
    assert stranger.ask("DELETE", "/api/v1/installation").status_code == 200
    assert refused(admin) == {"secret": 1}
    [row] = everything(parts, Refusal)
    assert row.whose == row.installation_id


@on_sqlite
def test_what_was_counted_goes_with_its_org_and_after_a_month(forged, stray, admin, parts, clock):
    forged.call(**CALL)
    stray.call(**CALL)
    parts.refused.write_down()
    assert admin.ask("DELETE", "/api/v1/installation").status_code == 200
    assert [row.kind for row in everything(parts, Refusal)] == ["unknown"]
    clock.advance(days=30)
    housekeeping.tidy(parts)
    assert len(everything(parts, Refusal)) == 1
    clock.advance(days=1)
    housekeeping.tidy(parts)
    assert everything(parts, Refusal) == []


@on_sqlite
def test_a_database_that_is_out_of_order_changes_no_answer(forged, admin, parts):
    with parts.engine.begin() as db:
        db.exec_driver_sql("ALTER TABLE refusals RENAME TO elsewhere")
    assert error_of(forged.call(**CALL)) == (403, "forged_delivery")
    parts.refused.write_down()
    with parts.engine.begin() as db:
        db.exec_driver_sql("ALTER TABLE elsewhere RENAME TO refusals")
    assert refused(admin) == {"secret": 1}


@on_sqlite
def test_the_doctor_tells_it(forged, stray, admin, app, clock):
    forged.call(**CALL)
    stray.call(**CALL)
    found = {one["code"]: one for one in admin.get("/api/v1/doctor").json["findings"]}
    assert found["refused_secret"]["severity"] == "warning"
    assert "refused_unknown" not in found, "an org is told of its own"
    said = app.test_cli_runner().invoke(args=["doctor"])
    assert "[warning] Refused since yesterday: 1 call with a wrong secret" in said.output
    assert "[note] Refused since yesterday: 1 call to addresses that no" in said.output
    assert said.exit_code == 0
    clock.moment += timedelta(days=2)
    assert "Refused" not in app.test_cli_runner().invoke(args=["doctor"]).output
