"""Webhooks are set up as Zoho's documents say, and in no other way."""

from typing import Any

import pytest

from emulator import World, Worlds
from emulator.seeds import bare_world
from tests.emulator.automation.conftest import HOOKS, Json, Made, webhook
from tests.emulator.conftest import Zoho

RAW = {"type": "raw", "format": "JSON", "raw_data_content": '{"id": "${!Leads.id}"}'}


def refusal(zoho: Zoho, **changes: Any) -> Json:
    answer = zoho("POST", HOOKS, json={"webhooks": [webhook(**changes)]})
    assert answer.status_code == 400, answer.text
    [entry] = answer.json()["webhooks"]
    return dict(entry)


def test_a_webhook_is_told_as_it_was_set_up(zoho: Zoho, hook: Made) -> None:
    number = hook(body=RAW)
    [told] = zoho("GET", f"{HOOKS}/{number}").json()["webhooks"]
    assert told["body"] == RAW
    assert (told["id"], told["associated"]) == (number, False)
    assert told["headers"]["custom_parameters"] == [{"name": "X-Secret", "value": "s3cr3t"}]


def test_the_list_says_nothing_of_secrets(zoho: Zoho, hook: Made) -> None:
    hook()
    answer = zoho("GET", HOOKS)
    assert "s3cr3t" not in answer.text
    assert answer.json()["info"]["count"] == 1


@pytest.mark.parametrize(
    ("changes", "code", "message", "at"),
    [
        ({"name": None}, "MANDATORY_NOT_FOUND", "mandatory param missing", "name"),
        ({"name": "a~b"}, "INVALID_DATA", "Special characters not allowed", None),
        ({"name": "a#b"}, "INVALID_DATA",
         "webhook name should not contain the special character #%", None),
        ({"name": "x" * 251}, "INVALID_DATA",
         "The lenght of name has exceeded the limit", "name"),
        ({"http_method": None}, "MANDATORY_NOT_FOUND", "The method type is not given ",
         "http_method"),
        ({"http_method": "PATCH"}, "INVALID_DATA", "The method type given is invalid",
         "http_method"),
        ({"url": ""}, "INVALID_DATA", "Empty value is not allowed", "url"),
        ({"url": "ftp://backend.example.com"}, "INVALID_DATA", "please enter a valid URL", "url"),
        ({"url": "https://x.example.com/" + "x" * 2000}, "INVALID_DATA", "Invalid data", "url"),
        ({"url": "https://10.0.0.8/hooks"}, "INVALID_DATA",
         "Url you've configured is not secure", "url"),
        ({"url": "http://localhost:8000/hooks"}, "INVALID_DATA",
         "Url you've configured is not secure", "url"),
        ({"feature_type": "magic"}, "INVALID_DATA", "the given feature name is invalid",
         "feature_type"),
        ({"feature_type": "kiosk"}, "DEPENDENT_FIELD_MISSING",
         "Webhook action related module missing for kiosk feature", "related_module"),
        ({"authentication": None}, "MANDATORY_NOT_FOUND", "Required field is missing",
         "authentication"),
        ({"authentication": {"type": "connection", "connection_name": "x"}}, "INVALID_DATA",
         "Please provide valid connection name", "authentication.connection_name"),
        ({"authentication": {"type": "general", "connection_name": "x"}}, "DEPENDENT_MISMATCH",
         "provide appropriate authentication type", "authentication.type"),
        ({"body": {**RAW, "raw_data_content": "x" * 501}}, "INVALID_DATA", "Invalid data",
         "body.raw_data_content"),
        ({"body": {"type": "raw", "format": "JSON"}}, "DEPENDENT_FIELD_MISSING",
         "raw data content key is mandatory for raw body type", "body.raw_data_content"),
        ({"body": {**RAW, "format": "YAML"}}, "INVALID_DATA", "invalid format passed in body",
         "body.format"),
        ({"body": {"type": "multipart", "format": None}}, "INVALID_DATA",
         "invalid body type passed", "body.type"),
        ({"body": {"type": "form_data", "format": None}}, "DEPENDENT_FIELD_MISSING",
         "form data content key is mandatory for form body type", "body.form_data_content"),
        ({"headers": {"custom_parameters": []}}, "MANDATORY_NOT_FOUND",
         "Required field is missing", "headers.module_parameters"),
        ({"url_parameters": {"module_parameters": []}}, "DEPENDENT_MISMATCH",
         "Invalid value provided for the given http method", "http_method"),
        ({"date_time_format": {"time_zone": "Moon"}}, "INVALID_DATA",
         "The timezone given is invalid", "date_time_format.time_zone"),
        ({"module": {"id": "1"}}, "INVALID_DATA", "the module id given seems to be invalid",
         "module.id"),
        ({"module": {}}, "EXPECTED_FIELD_MISSING", "Specify atleast one field", None),
        ({"colour": "red"}, "INVALID_DATA", "Invalid data", "colour"),
    ],
)  # fmt: skip
def test_a_webhook_that_is_wrong_is_refused(
    zoho: Zoho, changes: Json, code: str, message: str, at: str | None
) -> None:
    found = refusal(zoho, **changes)
    assert (found["code"], found["message"]) == (code, message)
    if at is not None:
        assert found["details"]["json_path"] == f"$.webhooks[0].{at}"


@pytest.mark.parametrize(
    ("parameters", "code", "message"),
    [
        ({"module_parameters": [{"name": "a", "value": "${!Leads.Nothing}"}]},
         "INVALID_DATA", "Unsupported fields are present"),
        ({"module_parameters": [{"name": "a", "value": "plain"}]},
         "INVALID_DATA", "Unsupported fields are present"),
        ({"module_parameters": [], "custom_parameters": [{"name": "Host", "value": "x"}]},
         "INVALID_DATA", "restricted parameter name found"),
        ({"module_parameters": [], "custom_parameters": [{"name": "a", "value": "x"}] * 2},
         "DUPLICATE_DATA", "duplicate parameter name found"),
        ({"module_parameters": [], "custom_parameters": [{"name": "a"}]},
         "MANDATORY_NOT_FOUND", "the given parameter is invalid, specify both name and value"),
        ({"module_parameters": [],
          "custom_parameters": [{"name": str(n), "value": "x"} for n in range(11)]},
         "INVALID_DATA", "Invalid data"),
    ],
)  # fmt: skip
def test_headers_that_are_wrong_are_refused(
    zoho: Zoho, parameters: Json, code: str, message: str
) -> None:
    found = refusal(zoho, headers=parameters)
    assert (found["code"], found["message"]) == (code, message)


def test_a_module_with_another_ones_id_is_ambiguous(world: World, zoho: Zoho) -> None:
    contacts = world.module("Contacts")
    assert contacts is not None
    found = refusal(zoho, module={"api_name": "Leads", "id": contacts.id})
    assert found["code"] == "AMBIGUITY_DURING_PROCESSING"


def test_private_hosts_are_let_through_where_that_is_ordered(
    worlds: Worlds, zoho: Zoho, hook: Made
) -> None:
    worlds.private_urls = True
    assert hook(url="http://127.0.0.1:8000/hooks")


def test_a_webhook_keeps_what_a_change_does_not_name(zoho: Zoho, hook: Made) -> None:
    number = hook()
    answer = zoho("PUT", f"{HOOKS}/{number}", json={"webhooks": [{"name": "Other"}]})
    assert answer.json()["webhooks"][0]["message"] == "webhook updated successfully"
    [told] = zoho("GET", f"{HOOKS}/{number}").json()["webhooks"]
    assert (told["name"], told["http_method"]) == ("Other", "POST")


def test_a_webhook_changed_to_get_drops_its_body(zoho: Zoho, hook: Made) -> None:
    number = hook()
    query = {"module_parameters": [{"name": "lead", "value": "${!Leads.id}"}]}
    body = {"webhooks": [{"http_method": "GET", "url_parameters": query}]}
    assert zoho("PUT", f"{HOOKS}/{number}", json=body).status_code == 200
    [told] = zoho("GET", f"{HOOKS}/{number}").json()["webhooks"]
    assert (told["body"], told["headers"]) == (None, None)


def test_a_webhook_that_a_rule_calls_stays(zoho: Zoho, hook: Made, ruled: Made) -> None:
    number = hook()
    ruled(number)
    answer = zoho("DELETE", HOOKS, params={"ids": number})
    assert answer.json()["webhooks"][0]["code"] == "NOT_ALLOWED"
    assert zoho("DELETE", f"{HOOKS}/{number}").json()["code"] == "NOT_ALLOWED"


def test_a_webhook_can_be_deleted(zoho: Zoho, hook: Made) -> None:
    number = hook()
    assert zoho("DELETE", f"{HOOKS}/{number}").status_code == 200
    assert zoho("GET", HOOKS).status_code == 204


def test_free_orgs_have_no_webhooks(zoho: Zoho, world: World) -> None:
    world.edition = "free"
    answer = zoho("POST", HOOKS, json={"webhooks": [webhook()]})
    assert (answer.status_code, answer.json()["code"]) == (403, "FEATURE_NOT_SUPPORTED")


def test_only_who_manages_automation_may_look(zoho: Zoho, world: World) -> None:
    answer = zoho("GET", HOOKS, user=world.users[1])
    assert (answer.status_code, answer.json()["code"]) == (403, "NO_PERMISSION")
    assert answer.json()["details"] == {"permissions": ["Crm_Implied_Manage_Workflow"]}


def test_the_scope_is_that_of_automation_actions(zoho: Zoho) -> None:
    scopes = ("ZohoCRM.settings.automation_actions.CREATE",)
    assert zoho("GET", HOOKS, scopes=scopes).json()["code"] == "OAUTH_SCOPE_MISMATCH"
    body = {"webhooks": [webhook()]}
    assert zoho("POST", HOOKS, json=body, scopes=scopes).status_code == 201


def test_another_org_does_not_know_the_webhook(worlds: Worlds, zoho: Zoho, hook: Made) -> None:
    number = hook()
    other = worlds.add(bare_world("60009999999"))
    token = worlds.tokens.sign_in(other, other.users[0], ("ZohoCRM.settings.ALL",)).value
    assert zoho("GET", f"{HOOKS}/{number}", token=token).status_code == 400
