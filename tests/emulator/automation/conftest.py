"""Requests that Zoho takes, to be made wrong one key at a time."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator import World
from tests.emulator.conftest import Zoho

Json = dict[str, Any]
HOOKS, RULES = "/settings/automation/webhooks", "/settings/automation/workflow_rules"


def webhook(**changes: Any) -> Json:
    return {
        "name": "Lead to backend",
        "module": {"api_name": "Leads"},
        "url": "https://backend.example.com/hooks",
        "http_method": "POST",
        "feature_type": "workflow",
        "authentication": {"type": "general"},
        "headers": {
            "module_parameters": [],
            "custom_parameters": [{"name": "X-Secret", "value": "s3cr3t"}],
        },
        "body": {
            "type": "form_data",
            "format": None,
            "form_data_content": {
                "module_parameters": [{"name": "lead", "value": "${!Leads.id}"}],
                "custom_parameters": [{"name": "action", "value": "convert"}],
            },
        },
    } | changes


def rule(webhook_id: str, **changes: Any) -> Json:
    return {
        "name": "When qualified",
        "module": {"api_name": "Leads"},
        "execute_when": {"type": "create_or_edit", "details": {"repeat": True}},
        "conditions": [condition(webhook_id)],
    } | changes


def condition(webhook_id: str, number: int = 1, value: str = "Pre-Qualified") -> Json:
    return {
        "sequence_number": number,
        "criteria_details": {
            "criteria": {
                "field": {"api_name": "Lead_Status"},
                "comparator": "equal",
                "value": value,
            }
        },
        "instant_actions": {"actions": [{"id": webhook_id, "type": "webhooks"}]},
    }


Made = Callable[..., str]


@pytest.fixture
def hook(zoho: Zoho) -> Made:
    """Sets up a webhook and returns its id."""

    def make(**changes: Any) -> str:
        answer = zoho("POST", HOOKS, json={"webhooks": [webhook(**changes)]})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["webhooks"][0]["details"]["id"])

    return make


@pytest.fixture
def ruled(zoho: Zoho) -> Made:
    """Sets up a rule and returns its id."""

    def make(webhook_id: str, **changes: Any) -> str:
        answer = zoho("POST", RULES, json={"workflow_rules": [rule(webhook_id, **changes)]})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["workflow_rules"][0]["details"]["id"])

    return make


@pytest.fixture
def lead(world: World) -> str:
    made = world.add_record("Leads", {"Last_Name": "Doe", "Company": "Acme"})
    return str(made["id"])
