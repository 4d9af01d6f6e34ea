"""A record that is written wakes rules; webhooks are called after the write, with its values."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests

from emulator import World
from emulator.automation.delivery import deliver
from emulator.outbox import Outgoing
from tests.emulator.automation.conftest import HOOKS, RULES, Json, Made, condition
from tests.emulator.conftest import Zoho

Sent = Callable[[], list[Outgoing]]
QUALIFIED = {"Lead_Status": "Pre-Qualified"}


@pytest.fixture
def sent(world: World) -> Sent:
    """Delivers what is due to somebody who takes everything."""
    return lambda: deliver(world, lambda one: 200)


def change(zoho: Zoho, lead: str, *, trigger: list[str] | None = None, **values: Any) -> None:
    more = {} if trigger is None else {"trigger": trigger}
    answer = zoho("PUT", f"/Leads/{lead}", json={"data": [values], **more})
    assert answer.status_code == 200, answer.text


def form(one: Outgoing) -> dict[str, str]:
    return dict(parse_qsl(one.body.decode(), keep_blank_values=True))


def raw(content: str, kind: str = "JSON") -> Json:
    return {"type": "raw", "format": kind, "raw_data_content": content}


def test_form_data_has_the_records_values_and_the_fixed_ones(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent
) -> None:
    ruled(hook())
    change(zoho, lead, **QUALIFIED)
    [one] = sent()
    assert (one.method, one.url) == ("POST", "https://backend.example.com/hooks")
    assert form(one) == {"lead": lead, "action": "convert"}
    assert one.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert one.headers["X-Secret"] == "s3cr3t"


def test_raw_json_gets_values_without_escaping(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent
) -> None:
    content = '{"id": "${!Leads.id}", "company": "${!Leads.Company}", "fax": "${!Leads.Fax}"}'
    ruled(hook(body=raw(content)))
    change(zoho, lead, Company='The "Best"\nInc.', **QUALIFIED)
    [one] = sent()
    assert one.headers["Content-Type"] == "application/json"
    assert one.body.decode() == f'{{"id": "{lead}", "company": "The "Best"\nInc.", "fax": ""}}'
    with pytest.raises(ValueError):
        json.loads(one.body)


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("XML", "application/xml"), ("Text", "text/plain"), ("HTML", "text/html")],
)
def test_other_raw_bodies_say_what_they_are(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent, kind: str, content_type: str
) -> None:
    ruled(hook(body=raw("<id>${!Leads.Id}</id>", kind)))
    change(zoho, lead, **QUALIFIED)
    [one] = sent()
    assert (one.headers["Content-Type"], one.body.decode()) == (content_type, f"<id>{lead}</id>")


def test_unknown_tokens_stay_as_they_are(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent
) -> None:
    tokens = "${!Leads.Nothing} ${Leads.Lead Id} ${!Contacts.Email} ${!Users.email}"
    ruled(hook(body=raw(tokens, "Text")))
    change(zoho, lead, **QUALIFIED)
    [one] = sent()
    assert one.body.decode() == tokens


def test_a_get_says_everything_in_its_query_string(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent
) -> None:
    query = {
        "module_parameters": [{"name": "name", "value": "${!Leads.Last_Name}"}],
        "custom_parameters": [{"name": "key", "value": "a&b"}],
        "user_defined_parameters": {"name": "own", "value": "x ${!Leads.id}"},
    }
    ruled(
        hook(
            http_method="GET", headers=None, body=None, url_parameters=query,
            url="https://backend.example.com/hooks/${!Leads.id}?a=1",
        )
    )  # fmt: skip
    change(zoho, lead, **QUALIFIED)
    [one] = sent()
    assert urlsplit(one.url).path == f"/hooks/{lead}"
    assert parse_qs(urlsplit(one.url).query) == {
        "a": ["1"], "name": ["Doe"], "key": ["a&b"], "own": [f"x {lead}"],
    }  # fmt: skip
    assert one.body == b""


def test_dates_are_written_as_asked(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent, world: World
) -> None:
    formats = {"datetime_format": "dd-mm-yyyy H:M:S", "time_zone": "UTC"}
    ruled(hook(body=raw("${!Leads.Created_Time}", "Text"), date_time_format=formats))
    change(zoho, lead, **QUALIFIED)
    [one] = sent()
    assert one.body.decode() == "10-01-2026 12:00:00"


def test_nothing_is_sent_within_the_call_that_wrote(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, world: World
) -> None:
    ruled(hook())
    change(zoho, lead, **QUALIFIED)
    assert [one.outcome for one in world.outbox.all()] == ["waiting"]


def test_a_record_that_does_not_fit_wakes_nothing(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent
) -> None:
    ruled(hook())
    change(zoho, lead, Lead_Status="Contacted")
    assert sent() == []


def test_a_refused_write_wakes_nothing(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent
) -> None:
    ruled(hook())
    body = {"data": [{**QUALIFIED, "Email": "nonsense"}]}
    assert zoho("PUT", f"/Leads/{lead}", json=body).status_code == 400
    assert sent() == []


def test_the_first_condition_that_fits_decides(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent
) -> None:
    one, two = hook(body=raw("one", "Text")), hook(body=raw("two", "Text"))
    rest = {**condition(two, 2), "criteria_details": {"criteria": None}}
    ruled(one, conditions=[condition(one), rest])
    change(zoho, lead, **QUALIFIED)
    change(zoho, lead, Lead_Status="Contacted")
    assert [each.body for each in sent()] == [b"one", b"two"]


@pytest.mark.parametrize(
    ("trigger", "count"),
    [(None, 1), (["workflow"], 1), ([], 0), (["approval"], 0)],
)
def test_workflows_run_unless_the_write_says_otherwise(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent,
    trigger: list[str] | None, count: int,
) -> None:  # fmt: skip
    ruled(hook())
    change(zoho, lead, trigger=trigger, **QUALIFIED)
    assert len(sent()) == count


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("create", "c"), ("edit", "e"), ("create_or_edit", "ce"), ("delete", "d")],
)
def test_a_rule_wakes_when_it_says(
    zoho: Zoho, hook: Made, ruled: Made, sent: Sent, kind: str, expected: str
) -> None:
    number = hook()
    details = {"repeat": True} if "edit" in kind else {}
    anything = {**condition(number), "criteria_details": {"criteria": None}}
    ruled(number, execute_when={"type": kind, "details": details}, conditions=[anything])
    woke = ""
    made = zoho("POST", "/Leads", json={"data": [{"Last_Name": "New", "Company": "Acme"}]})
    lead = made.json()["data"][0]["details"]["id"]
    woke += "c" * len(sent())
    change(zoho, lead, City="Here")
    woke += "e" * len(sent())
    zoho("DELETE", f"/Leads/{lead}")
    woke += "d" * len(sent())
    assert woke == expected


def test_a_delete_can_be_kept_from_rules(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent
) -> None:
    number = hook()
    anything = {**condition(number), "criteria_details": {"criteria": None}}
    ruled(number, execute_when={"type": "delete"}, conditions=[anything])
    assert zoho("DELETE", f"/Leads/{lead}", params={"wf_trigger": "false"}).status_code == 200
    assert sent() == []


@pytest.mark.parametrize(("repeat", "count"), [(True, 2), (False, 1)])
def test_a_rule_acts_again_on_a_record_only_if_it_repeats(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent, repeat: bool, count: int
) -> None:
    ruled(hook(), execute_when={"type": "edit", "details": {"repeat": repeat}})
    change(zoho, lead, **QUALIFIED)
    change(zoho, lead, City="Here")
    assert len(sent()) == count


@pytest.mark.parametrize("value", ["${ANYVALUE}", "Pre-Qualified"])
def test_a_rule_on_a_field_wakes_when_that_field_changes(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent, value: str
) -> None:
    number = hook()
    on = {"field": {"api_name": "Lead_Status"}, "comparator": "equal", "value": value}
    when = {"type": "field_update", "details": {"criteria": on, "repeat": True}}
    ruled(number, execute_when=when)
    change(zoho, lead, **QUALIFIED)
    change(zoho, lead, City="Here")
    change(zoho, lead, **QUALIFIED)
    assert len(sent()) == 1


def test_rules_that_are_switched_off_sleep(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent
) -> None:
    number = ruled(hook())
    body = {"workflow_rules": [{"status": {"active": False}}]}
    assert zoho("PUT", f"{RULES}/{number}", json=body).status_code == 200
    change(zoho, lead, **QUALIFIED)
    assert sent() == []


CRITERIA = [
    ({"field": {"api_name": "Company"}, "comparator": "contains", "value": "cm"}, True),
    ({"field": {"api_name": "Company"}, "comparator": "not_contains", "value": "cm"}, False),
    ({"field": {"api_name": "Company"}, "comparator": "in", "value": ["Other", "acme"]}, True),
    ({"field": {"api_name": "Company"}, "comparator": "equal", "value": "${EMPTY}"}, False),
    ({"field": {"api_name": "Fax"}, "comparator": "equal", "value": "${EMPTY}"}, True),
    ({"field": {"api_name": "Fax"}, "comparator": "equal", "value": "${NOTEMPTY}"}, False),
    ({"field": {"api_name": "Fax"}, "comparator": "not_equal", "value": "1"}, True),
    ({"field": {"api_name": "Annual_Revenue"}, "comparator": "between", "value": [1, 9]}, True),
    ({"field": {"api_name": "Annual_Revenue"}, "comparator": "greater_than", "value": 9}, False),
    ({"field": {"api_name": "Email_Opt_Out"}, "comparator": "equal", "value": False}, True),
    ({"group_operator": "OR", "group": [
        {"field": {"api_name": "Company"}, "comparator": "equal", "value": "x"},
        {"field": {"api_name": "Company"}, "comparator": "ends_with", "value": "me"}]}, True),
    ({"group_operator": "AND", "group": [
        {"field": {"api_name": "Company"}, "comparator": "equal", "value": "x"},
        {"field": {"api_name": "Company"}, "comparator": "ends_with", "value": "me"}]}, False),
]  # fmt: skip


@pytest.mark.parametrize(("criteria", "fits"), CRITERIA)
def test_criteria_decide(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent, criteria: Json, fits: bool
) -> None:
    number = hook()
    one = {**condition(number), "criteria_details": {"criteria": criteria}}
    ruled(number, conditions=[one])
    change(zoho, lead, Annual_Revenue=5)
    assert len(sent()) == int(fits)


@pytest.mark.parametrize(
    ("send", "reason"),
    [
        (lambda one: 404, "page_notfound"),
        (lambda one: 503, "http_503"),
        (lambda one: (_ for _ in ()).throw(requests.ConnectTimeout()), "timeout"),
        (lambda one: (_ for _ in ()).throw(requests.ConnectionError()), "connection_failed"),
    ],
)
def test_failures_are_told(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, world: World,
    send: Callable[[Outgoing], int], reason: str,
) -> None:  # fmt: skip
    number = hook()
    rule_id = ruled(number)
    change(zoho, lead, **QUALIFIED)
    deliver(world, send)
    answer = zoho("GET", "/settings/automation/webhook_failures", params={"webhook_id": number})
    [failure] = answer.json()["webhook_failures"]
    assert failure["failure_reason"] == reason
    assert failure["entity_details"]["id"] == lead
    assert failure["workflow_rule"]["id"] == rule_id
    assert deliver(world, send) == []


def test_old_failures_are_forgotten(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, world: World
) -> None:
    ruled(hook())
    change(zoho, lead, **QUALIFIED)
    deliver(world, lambda one: 404)
    world.clock.advance(31 * 86_400)
    assert zoho("GET", "/settings/automation/webhook_failures").status_code == 204


def test_usage_is_counted_by_day(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent
) -> None:
    ruled(hook())
    change(zoho, lead, **QUALIFIED)
    change(zoho, lead, City="Here")
    answer = zoho("GET", f"{HOOKS}/actions/usage_reports", params={"group_by": "date"})
    [row] = answer.json()["data_usage"]
    assert (row["date"], row["count"]) == ("2026-01-10", 2)


def test_what_a_composite_request_rolls_back_wakes_nothing(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, sent: Sent
) -> None:
    ruled(hook())
    body = {
        "rollback_on_fail": True, "parallel_execution": False, "__composite_requests": [
            {"sub_request_id": "1", "method": "PUT", "uri": f"/crm/v8/Leads/{lead}",
             "body": {"data": [QUALIFIED]}},
            {"sub_request_id": "2", "method": "PUT", "uri": f"/crm/v8/Leads/{lead}",
             "body": {"data": [{"Email": "nonsense"}]}}]}  # fmt: skip
    zoho("POST", "/__composite_requests", json=body)
    assert sent() == []


def test_a_session_delivers_to_whoever_is_mounted(
    zoho: Zoho, hook: Made, ruled: Made, lead: str, world: World, http: requests.Session
) -> None:
    ruled(hook(url="https://backend.example.com/crm/nothing/here"))
    change(zoho, lead, **QUALIFIED)
    [one] = deliver(world, http)
    assert (one.status, one.outcome) == (404, "page_notfound")
