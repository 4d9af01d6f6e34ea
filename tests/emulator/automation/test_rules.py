"""Workflow rules are set up as Zoho's documents say, and in no other way."""

from typing import Any

import pytest

from emulator import World
from tests.emulator.automation.conftest import RULES, Json, Made, condition, rule
from tests.emulator.conftest import Zoho


def refusal(zoho: Zoho, webhook_id: str, **changes: Any) -> Json:
    answer = zoho("POST", RULES, json={"workflow_rules": [rule(webhook_id, **changes)]})
    assert answer.status_code == 400, answer.text
    [entry] = answer.json()["workflow_rules"]
    return dict(entry)


def told(zoho: Zoho, rule_id: str) -> Json:
    [found] = zoho("GET", f"{RULES}/{rule_id}").json()["workflow_rules"]
    return dict(found)


def test_a_rule_is_told_as_it_was_set_up(zoho: Zoho, hook: Made, ruled: Made) -> None:
    number = hook()
    found = told(zoho, ruled(number))
    assert found["status"] == {"active": True}
    assert found["execute_when"]["details"]["trigger_module"]["api_name"] == "Leads"
    [one] = found["conditions"]
    assert one["instant_actions"]["actions"] == [
        {"name": "Lead to backend", "id": number, "type": "webhooks"}
    ]
    assert one["criteria_details"]["criteria"]["value"] == "Pre-Qualified"


def test_the_list_has_conditions_only_when_asked(zoho: Zoho, hook: Made, ruled: Made) -> None:
    ruled(hook())
    [brief] = zoho("GET", RULES).json()["workflow_rules"]
    [whole] = zoho("GET", RULES, params={"include_inner_details": "true"}).json()["workflow_rules"]
    assert "conditions" not in brief
    assert whole["conditions"]


def test_rules_are_found_by_name(zoho: Zoho, hook: Made, ruled: Made) -> None:
    number = hook()
    ruled(number, name="One")
    ruled(number, name="Two")
    wanted = '{"field": {"api_name": "name"}, "comparator": "equal", "value": "Two"}'
    [found] = zoho("GET", RULES, params={"filter": wanted}).json()["workflow_rules"]
    assert found["name"] == "Two"


WHEN: Json = {"type": "edit", "details": {"repeat": False}}


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"name": None}, "MANDATORY_NOT_FOUND", "Required field is missing"),
        ({"name": "x" * 101}, "INVALID_DATA", "value too long"),
        ({"name": "a<b"}, "INVALID_DATA", "Special characters found"),
        ({"module": None}, "MANDATORY_NOT_FOUND", "Required field is missing"),
        ({"module": {"api_name": "Notes"}}, "INVALID_DATA",
         "the module name given seems to be invalid"),
        ({"status": {"active": False}}, "INVALID_DATA", "invalid data"),
        ({"execute_when": None}, "MANDATORY_NOT_FOUND", "Required field is missing"),
        ({"execute_when": "edit"}, "INVALID_DATA", "Invalid data type"),
        ({"execute_when": {"type": "sometimes"}}, "INVALID_DATA", "invalid data"),
        ({"execute_when": {"type": "edit"}}, "DEPENDENT_FIELD_MISSING",
         "Dependent Field missing"),
        ({"execute_when": {"type": "field_update", "details": {"repeat": True}}},
         "MANDATORY_NOT_FOUND", "Required field is missing"),
        ({"conditions": []}, "MANDATORY_NOT_FOUND", "Required field is missing"),
        ({"conditions": [{"sequence_number": 1}]}, "MANDATORY_NOT_FOUND",
         "Required field is missing"),
        ({"conditions": [{"sequence_number": 1, "instant_actions": {"actions": [
            {"type": "webhooks"}]}}]}, "DEPENDENT_FIELD_MISSING", "Dependent Field missing"),
        ({"conditions": [{"sequence_number": 1, "instant_actions": {"actions": [
            {"type": "webhooks", "id": "1"}]}}]}, "INVALID_DATA",
         "the id given seems to be invalid"),
        ({"conditions": [{"sequence_number": 1, "instant_actions": {"actions": [
            {"type": "add_tags"}]}}]}, "NOT_ALLOWED", "The unsupported action is given"),
        ({"speed": 1}, "INVALID_DATA", "Invalid data"),
    ],
)  # fmt: skip
def test_a_rule_that_is_wrong_is_refused(
    zoho: Zoho, hook: Made, changes: Json, code: str, message: str
) -> None:
    found = refusal(zoho, hook(), **changes)
    assert (found["code"], found["message"]) == (code, message)


@pytest.mark.parametrize(
    "criteria",
    [
        {"field": {"api_name": "Nothing"}, "comparator": "equal", "value": "x"},
        {"field": {"api_name": "Lead_Status"}, "comparator": "greater_than", "value": "x"},
        {"field": {"api_name": "Lead_Status"}, "comparator": "equal", "value": 7},
        {"field": {"api_name": "Lead_Status"}, "comparator": "equal", "value": "${ANYVALUE}"},
        {"field": {"api_name": "Annual_Revenue"}, "comparator": "between", "value": [1]},
        {"group_operator": "XOR", "group": []},
    ],
)
def test_criteria_that_are_wrong_are_refused(zoho: Zoho, hook: Made, criteria: Json) -> None:
    number = hook()
    one = {**condition(number), "criteria_details": {"criteria": criteria}}
    assert refusal(zoho, number, conditions=[one])["code"] == "INVALID_DATA"


def test_two_conditions_must_differ(zoho: Zoho, hook: Made) -> None:
    number = hook()
    found = refusal(zoho, number, conditions=[condition(number), condition(number, 2)])
    assert found["code"] == "ALREADY_USED"


def test_a_webhook_of_another_module_is_refused(zoho: Zoho, hook: Made) -> None:
    fields = {"module_parameters": [], "custom_parameters": []}
    body = {"type": "form_data", "format": None, "form_data_content": fields}
    number = hook(module={"api_name": "Vendors"}, body=body)
    assert refusal(zoho, number)["code"] == "AMBIGUITY_DURING_PROCESSING"


def test_a_rule_can_be_switched_off_and_keeps_the_rest(zoho: Zoho, hook: Made, ruled: Made) -> None:
    number = ruled(hook())
    before = told(zoho, number)
    body = {"workflow_rules": [{"status": {"active": False}}]}
    answer = zoho("PUT", f"{RULES}/{number}", json=body)
    assert answer.json()["workflow_rules"][0]["message"] == "workflow updated"
    after = told(zoho, number)
    assert after["status"] == {"active": False}
    assert after["conditions"] == before["conditions"]


def test_a_condition_is_changed_by_its_id_and_removed_by_delete(
    zoho: Zoho, hook: Made, ruled: Made
) -> None:
    webhook_id = hook()
    number = ruled(webhook_id)
    [one] = told(zoho, number)["conditions"]
    new = condition(webhook_id, 2, "Contacted")
    body = {"workflow_rules": [{"conditions": [{"id": one["id"], "_delete": None}, new]}]}
    assert zoho("PUT", f"{RULES}/{number}", json=body).status_code == 200
    [left] = told(zoho, number)["conditions"]
    assert left["criteria_details"]["criteria"]["value"] == "Contacted"


def test_rules_are_put_in_order(zoho: Zoho, hook: Made, ruled: Made) -> None:
    webhook_id = hook()
    one, two = ruled(webhook_id, name="One"), ruled(webhook_id, name="Two")
    body = {"reorder": {"workflow_rules": [{"id": two, "module_specific_sequence": 1}]}}
    answer = zoho("PUT", f"{RULES}/actions/reorder", json=body, params={"module": "Leads"})
    assert answer.status_code == 200
    rows = zoho("GET", RULES).json()["workflow_rules"]
    assert [row["id"] for row in rows] == [two, one]


def test_rules_are_deleted(zoho: Zoho, hook: Made, ruled: Made) -> None:
    number = ruled(hook())
    answer = zoho("DELETE", RULES, params={"ids": f"{number},1"})
    assert answer.status_code == 207
    assert zoho("GET", RULES).status_code == 204


def test_only_who_manages_automation_may_set_rules_up(zoho: Zoho, world: World) -> None:
    answer = zoho("GET", RULES, user=world.users[1])
    assert (answer.status_code, answer.json()["code"]) == (403, "NO_PERMISSION")


def test_the_scope_is_that_of_workflow_rules(zoho: Zoho) -> None:
    scopes = ("ZohoCRM.settings.workflow_rules.READ",)
    assert zoho("GET", RULES, scopes=scopes).status_code == 204
    assert zoho("DELETE", RULES, scopes=scopes).json()["code"] == "OAUTH_SCOPE_MISMATCH"
