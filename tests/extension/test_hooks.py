"""The other door: who may knock, what is taken, and what is written down of it."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, update

from extension import hooks
from extension.store.inbox import Delivery, HookSecret
from extension.store.models import Installation, Job
from extension.web.limits import FORGED
from tests.extension.hook_rig import HEADER, Rule, rule_of
from tests.extension.rig import error_of, everything, on_sqlite
from tests.zoho.test_webhooks import EXPECTED, PAYLOADS

LEAD = "4876876000003000010"
CALL = {"lead_id": LEAD, "action": "convert"}


# Verified before anything is read


def test_a_call_that_proves_where_it_comes_from_is_written_down_and_due(rule, parts):
    answer = rule.call(**CALL)
    assert answer.status_code == 202
    [row] = everything(parts, Delivery)
    assert answer.json == {
        "delivery": row.public_id, "state": "accepted", "repeated": False, "conversion": None,
    }  # fmt: skip
    assert (row.lead_id, row.action, row.state) == (LEAD, "convert", "accepted")
    assert row.due_at == row.received_at
    assert answer.headers["Cache-Control"] == "no-store"


@on_sqlite
def test_the_secret_may_come_as_a_parameter(rule, parts):
    answer = rule.send(query={"secret": rule.secret}, data=CALL, headers={HEADER: ""})
    assert answer.status_code == 202
    [row] = everything(parts, Delivery)
    assert "secret" not in row.keys


@on_sqlite
@pytest.mark.parametrize("method", ["POST", "PUT", "GET"])
def test_every_wrong_call_gets_the_same_answer(rule, stranger, parts, method):
    other = rule_of(stranger)
    wrong = [
        Rule(rule.person, rule.path, ""),
        Rule(rule.person, rule.path, "x"),
        Rule(rule.person, rule.path, "ü" * 300),
        Rule(rule.person, rule.path, other.secret),
        Rule(rule.person, other.path, rule.secret),
        Rule(rule.person, "/hooks/workflow/x", rule.secret),
        Rule(rule.person, "/hooks/workflow/" + "é" * 50, ""),
    ]
    answers = [one.send(method, query=CALL) for one in wrong]
    assert {error_of(one) for one in answers} == {(403, "forged_delivery")}
    assert len({one.text for one in answers}) == 1
    assert everything(parts, Delivery) == []


@on_sqlite
def test_nothing_is_read_before_it_is_verified(rule, parts):
    forged = Rule(rule.person, rule.path, "x")
    answer = forged.send(data="{broken", content_type="application/json")
    assert error_of(answer) == (403, "forged_delivery")


@on_sqlite
def test_who_guesses_is_told_to_wait_but_who_knows_is_not_kept_out(rule):
    forged = Rule(rule.person, rule.path, "x")
    statuses = [forged.call(**CALL).status_code for _ in range(FORGED.amount + 1)]
    assert statuses == [403] * FORGED.amount + [429]
    assert rule.call(**CALL).status_code == 202


@on_sqlite
def test_whatever_is_wrong_it_takes_as_long(rule, parts):
    """The steps are the same; this would see a short cut that spares the question to the store."""
    key, other = rule.path.rpartition("/")[2], "x" * 43
    spans: dict[str, list[float]] = {"key": [], "secret": []}
    # By turns, so that a machine that is busy for a while makes both wait.
    for wrong, *pair in [("key", other, rule.secret), ("secret", key, other)] * 60:
        parts.doors.forget()
        began = time.perf_counter()
        with pytest.raises(hooks.ForgedDelivery):
            hooks.verified(parts, *pair)
        spans[wrong].append(time.perf_counter() - began)
    took = {wrong: sorted(each)[len(each) // 4] for wrong, each in spans.items()}
    assert 0.2 < took["key"] / took["secret"] < 5


@on_sqlite
@pytest.mark.parametrize("wrong", ["key", "secret", "nothing"])
def test_whoever_is_refused_costs_the_store_one_question_and_nobody_else_any(rule, parts, wrong):
    key = rule.path.rpartition("/")[2]
    assert hooks.verified(parts, key, rule.secret)
    asked: list[str] = []
    event.listen(parts.engine, "before_cursor_execute", lambda *what: asked.append(what[2]))
    pair = ("x" if wrong == "key" else key, "x" if wrong == "secret" else rule.secret)
    for times in range(1, 4):
        if wrong == "nothing":
            hooks.verified(parts, *pair)
        else:
            with pytest.raises(hooks.ForgedDelivery):
                hooks.verified(parts, *pair)
        assert len(asked) == (0 if wrong == "nothing" else times)


@on_sqlite
def test_neither_the_key_nor_the_secret_nor_the_lead_is_written_into_the_log(rule, caplog):
    caplog.set_level("DEBUG")
    rule.call(**CALL)
    Rule(rule.person, rule.path, "wrong-secret").call(**CALL)
    rule.send(query={"lead_id": LEAD, "action": "nothing"})
    for private in (rule.secret, rule.path, "wrong-secret", LEAD):
        assert private not in caplog.text


@on_sqlite
def test_other_methods_are_not_taken(rule, parts):
    for method in ("DELETE", "PATCH", "HEAD"):
        assert rule.send(method, query=CALL).status_code == 405
    assert everything(parts, Delivery) == []


@on_sqlite
def test_more_than_sixty_four_kibibytes_are_refused(rule, parts):
    answer = rule.send(data=b"x" * (64 * 1024 + 1), content_type="text/plain")
    assert error_of(answer) == (413, "too_large")
    assert everything(parts, Delivery) == []


# Key and secret


def test_both_can_be_replaced_while_the_former_still_work(rule, admin, clock):
    answer = admin.ask(
        "POST", "/api/v1/hooks", json={"rotate": ["key", "secret"], "overlap_hours": 2}
    )
    new = Rule(admin, "/hooks/" + answer.json["address"].partition("/hooks/")[2],
               answer.json["secret"])  # fmt: skip
    assert new.path != rule.path
    assert new.secret != rule.secret
    mixed = Rule(admin, new.path, rule.secret)
    for one in (rule, new, mixed):
        assert one.call(**CALL).status_code == 202
    clock.advance(hours=2)
    for one in (rule, mixed):
        assert error_of(one.call(**CALL)) == (403, "forged_delivery")
    assert new.call(**CALL).status_code == 202


def test_of_two_who_replace_a_secret_at_once_one_has_made_the_current_one(admin, parts):
    rule_of(admin)
    [installation] = everything(parts, Installation)
    for _ in range(10):
        gate = Barrier(2)

        def turn(_: int, gate: Barrier = gate) -> None:
            gate.wait()
            hooks.rotate(parts, installation, ("secret",), timedelta(0))

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(turn, range(2)))
        kept = [one for one in everything(parts, HookSecret) if one.kind == "secret"]
        assert len([one for one in kept if one.ends_at is None]) == 1


@on_sqlite
def test_a_new_secret_opens_the_door_in_every_process_at_once(rule, admin, config, new_app, person):
    there = Rule(person(new_app(config)), rule.path, rule.secret)
    assert there.call(**CALL).status_code == 202
    rotated = admin.ask("POST", "/api/v1/hooks", json={"rotate": ["secret"]})
    new = Rule(there.person, rule.path, rotated.json["secret"])
    assert new.call(**CALL).status_code == 202


@on_sqlite
def test_what_is_compromised_can_end_at_once(rule, admin):
    assert rule.call(**CALL).status_code == 202
    admin.ask("POST", "/api/v1/hooks", json={"rotate": ["secret"], "overlap_hours": 0})
    assert error_of(rule.call(**CALL)) == (403, "forged_delivery")


@on_sqlite
def test_a_secret_is_shown_once_and_kept_sealed(admin, parts):
    assert admin.get("/api/v1/hooks").json["made"] is False
    rule = rule_of(admin)
    shown = admin.get("/api/v1/hooks")
    assert shown.json["address"].endswith(rule.path)
    assert shown.json["secret"] is None
    assert rule.secret not in shown.text
    only_key = admin.ask("POST", "/api/v1/hooks", json={"rotate": ["key"]})
    assert only_key.json["secret"] is None
    kept = " ".join(f"{row.digest} {row.sealed}" for row in everything(parts, HookSecret))
    assert rule.secret not in kept
    assert rule.path.rpartition("/")[2] not in kept


@on_sqlite
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_administrators_see_the_address(rule, rep, nobody, method):
    body = {"json": {"rotate": ["key"]}} if method == "POST" else {}
    assert error_of(rep.ask(method, "/api/v1/hooks", **body)) == (403, "not_admin")
    assert error_of(nobody.ask(method, "/api/v1/hooks", **body)) == (401, "not_signed_in")


@on_sqlite
def test_each_org_has_a_door_of_its_own(rule, admin, stranger):
    other = rule_of(stranger)
    answer = rule.call(**CALL)
    found = stranger.get(f"/api/v1/deliveries/{answer.json['delivery']}")
    assert error_of(found) == (404, "not_found")
    assert stranger.get("/api/v1/deliveries").json["deliveries"] == []
    assert other.call(**CALL).json["delivery"] != answer.json["delivery"]
    assert len(admin.get("/api/v1/deliveries").json["deliveries"]) == 1


@on_sqlite
def test_an_org_that_is_gone_has_no_door(rule, admin, parts):
    assert rule.call(**CALL).status_code == 202
    assert admin.ask("DELETE", "/api/v1/installation").status_code == 200
    assert error_of(rule.call(**CALL)) == (403, "forged_delivery")
    assert everything(parts, Delivery) == []


# What is taken


@on_sqlite
@pytest.mark.parametrize("name", [one for one in EXPECTED if "marker" not in EXPECTED[one]])
def test_each_recorded_call_becomes_what_the_table_says(rule, parts, name):
    wanted, sent = EXPECTED[name], json.loads((PAYLOADS / f"{name}.json").read_text())
    answer = rule.send(
        sent["method"],
        query=[tuple(one) for one in sent["query"]],
        data=sent["body"].encode("utf-8", "surrogateescape"),
        content_type=sent["content_type"],
        headers=dict(sent["headers"]),
    )
    [row] = everything(parts, Delivery)
    assert answer.status_code == wanted["status"], answer.json
    if wanted["status"] == 422:
        assert error_of(answer) == (422, wanted["code"])
        assert (row.state, row.problem["code"], row.lead_id) == ("failed", wanted["code"], "")
        assert everything(parts, Job) == []
    else:
        assert answer.json["delivery"] == row.public_id
        assert (row.lead_id, row.action, row.state) == (
            wanted["lead"],
            wanted["action"],
            "accepted",
        )


# Once


@pytest.mark.parametrize("times", [1, 2])
def test_a_call_is_written_down_with_one_statement_and_so_is_its_repeat(rule, parts, times):
    assert rule.call(**CALL).status_code == 202
    calls = [{**CALL, "lead_id": "5"}] * times
    statements: list[str] = []
    event.listen(parts.engine, "before_cursor_execute", lambda *what: statements.append(what[2]))
    answers = [rule.call(**one) for one in calls]
    assert [one.json["repeated"] for one in answers] == [False, True][:times]
    assert len(statements) == times, statements


def test_a_repeat_is_the_same_delivery_whatever_the_transport_does(rule, parts):
    call = {**CALL, "rule": "Qualified", "modified_time": "2026-01-10T12:00:00+00:00"}
    first = rule.call(**call)
    again = [
        rule.call(**call),
        rule.send("PUT", json=call),
        rule.send("GET", query=call),
    ]
    assert {one.status_code for one in again} == {202}
    assert {one.json["delivery"] for one in again} == {first.json["delivery"]}
    assert all(one.json["repeated"] for one in again)
    [row] = everything(parts, Delivery)
    assert row.repeats == 3


def test_of_calls_that_come_at_once_each_is_kept_and_repeats_are_one(app, rule, parts):
    calls = [{**CALL, "lead_id": str(at % 8 + 1), "rule": "Qualified"} for at in range(32)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda call: rule.call(**call), calls))
    assert {one.status_code for one in answers} == {202}
    rows = everything(parts, Delivery)
    assert sorted(row.lead_id for row in rows) == [str(at + 1) for at in range(8)]
    assert {one.json["delivery"] for one in answers} == {row.public_id for row in rows}
    assert sum(not one.json["repeated"] for one in answers) == 8
    assert sum(row.repeats for row in rows) == 24


@pytest.mark.parametrize(
    "other", [{"rule": "Other"}, {"modified_time": "2026-01-10T12:00:01+00:00"},
              {"action": "assess"}, {"lead_id": "5"}, {"target": "Vendors"}]
)  # fmt: skip
@on_sqlite
def test_another_rule_lead_or_version_is_another_delivery(rule, other):
    call = {**CALL, "rule": "Qualified", "modified_time": "2026-01-10T12:00:00+00:00"}
    first, second = rule.call(**call), rule.call(**{**call, **other})
    assert first.json["delivery"] != second.json["delivery"]


def test_after_a_while_the_same_call_is_news(rule, clock):
    first = rule.call(**CALL)
    clock.advance(seconds=100)
    assert rule.call(**CALL).json["delivery"] == first.json["delivery"]
    clock.advance(seconds=30)
    later = rule.call(**CALL)
    assert later.json["delivery"] != first.json["delivery"]
    assert rule.call(**CALL).json["delivery"] == later.json["delivery"]


TO_THE_MINUTE = ["", "Jan 10, 2026 12:00 PM", "2026-01-10T12:00+00:00", "10/01/2026"]


@pytest.mark.parametrize("version", TO_THE_MINUTE)
@pytest.mark.parametrize(
    ("action", "became", "again"),
    [
        ("convert", "accepted", True), ("convert", "done", True), ("options", "done", True),
        ("convert", "nothing", False), ("convert", "failed", False), ("convert", "dropped", False),
        ("assess", "done", False),
    ],
)  # fmt: skip
@on_sqlite
def test_a_call_that_says_not_which_edit_it_tells_of_repeats_only_what_still_stands(
    rule, lead, parts, version, action, became, again
):
    call = {"lead_id": lead, "action": action, "rule": "A", "modified_time": version}
    first = rule.call(**call)
    with parts.sessions.begin() as db:
        db.execute(update(Delivery).values(state=became))
    second = rule.call(**call)
    assert (second.json["delivery"] == first.json["delivery"]) is again


@on_sqlite
def test_a_time_that_is_not_to_the_second_makes_two_calls_the_same_for_two_minutes(rule, clock):
    call = {**CALL, "modified_time": "Jan 10, 2026 12:00 PM"}
    first = rule.call(**call)
    clock.advance(seconds=100)
    assert rule.call(**call).json["delivery"] == first.json["delivery"]
    clock.advance(seconds=30)
    assert rule.call(**call).json["delivery"] != first.json["delivery"]


@pytest.mark.parametrize("became", ["nothing", "failed", "dropped", "done"])
def test_a_call_that_says_which_edit_it_tells_of_is_a_repeat_whatever_that_came_to(
    rule, parts, became
):
    call = {"lead_id": LEAD, "action": "assess", "modified_time": "2026-01-10T12:00:00+00:00"}
    first = rule.call(**call)
    with parts.sessions.begin() as db:
        db.execute(update(Delivery).values(state=became))
    assert rule.call(**call).json["delivery"] == first.json["delivery"]


@on_sqlite
def test_a_call_that_is_not_understood_again_and_again_is_one_line(rule, admin, parts):
    for _ in range(3):
        assert rule.call(lead_id="${!Leads.id}", action="convert").status_code == 422
    [row] = everything(parts, Delivery)
    assert (row.repeats, row.problem["code"]) == (2, "merge_field_not_replaced")
    answer = admin.ask("POST", f"/api/v1/deliveries/{row.public_id}/replay")
    assert error_of(answer) == (409, "wrong_state")


@on_sqlite
def test_what_is_not_understood_of_two_rules_or_in_two_ways_is_a_line_each(rule, parts):
    token = "${!Leads.id}"
    for each in ("Suppliers", "Suppliers", "Partners"):
        assert rule.call(lead_id=token, action="convert", rule=each).status_code == 422
    assert rule.call(lead_id="5", action=token, rule="Partners").status_code == 422
    found = sorted((row.rule, row.repeats) for row in everything(parts, Delivery))
    assert found == [("Partners", 0), ("Partners", 0), ("Suppliers", 1)]
