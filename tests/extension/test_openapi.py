"""The OpenAPI document: it is valid, it is whole, and what it promises is kept."""

import itertools
import re
from collections import Counter
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode, checks

from extension import channels, conversions, hooks, watching
from extension.sessions import find
from extension.store.inbox import Delivery
from extension.store.watching import Channel, Touched
from extension.zoho.webhooks import ACTIONS
from tests.extension.hook_rig import rule_of
from tests.extension.rig import everything, on_postgresql, on_sqlite

DOCUMENT = "/api/v1/openapi.json"
PLAIN = {"summary", "responses", "description"}
DOCUMENTED = (
    "api.", "plans.", "targets.", "target_previews.", "conversions.", "setup.", "doctor.",
    "automation.", "events.", "batches.", "audit.", "hooks.", "notifications.",
)  # fmt: skip
"""The blueprints whose addresses the document describes."""
KNOCK = f"{hooks.PATH}{{key}}"
DOORS = (KNOCK, channels.PATH)


@pytest.fixture
def document(nobody):
    answer = nobody.get(DOCUMENT)
    assert answer.status_code == 200
    return answer.json


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield path, method, operation


@on_sqlite
def test_every_address_of_the_api_and_of_the_doors_is_in_the_document(app, document):
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/api/v1/", "/hooks/")) and rule.endpoint.startswith(DOCUMENTED)
    }
    told = {(path, method) for path, method, _ in operations(document)}
    assert told == served
    others = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/", "/hooks")) and not rule.endpoint.startswith(DOCUMENTED)
    }
    assert others == {DOCUMENT, "/api/v1/docs"}


@on_sqlite
def test_the_document_is_valid_openapi(document):
    assert document["openapi"] == "3.1.0"
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    references = re.findall(r"'\$ref': '#/([^']+)'", str(document))
    for reference in references:
        found = document
        for part in reference.split("/"):
            found = found[part]


@on_sqlite
def test_every_operation_says_what_it_does_and_how_it_can_fail(document):
    for path, method, operation in operations(document):
        said = operation.get("summary", "") + operation.get("description", "")
        assert said, (method, path)
        for status, answer in operation["responses"].items():
            assert answer.get("description") or "$ref" in answer, (path, method, status)


@on_sqlite
def test_every_error_of_the_document_has_the_one_shape(document):
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status.startswith(("4", "5")):
                schema = answer["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (path, method, status)


@on_sqlite
def test_what_needs_a_session_says_so(document):
    open_to_all = {
        (path, method) for path, method, one in operations(document) if not one.get("security")
    }
    # The token of a notification stands in its body.
    assert open_to_all == {("/api/v1/sessions", "post"), (channels.PATH, "post")}


@on_sqlite
def test_the_door_of_workflow_rules_says_which_secret_it_needs(document):
    schemes = document["components"]["securitySchemes"]
    for _, _, one in operations({"paths": {"": document["paths"][KNOCK]}}):
        ways = [schemes[name] for each in one["security"] for name in each]
        assert [(way["type"], way["in"], way["name"]) for way in ways] == [
            ("apiKey", "header", hooks.HEADER), ("apiKey", "query", hooks.PARAMETER),
        ]  # fmt: skip


@on_sqlite
def test_answers_are_as_the_document_says(rep, world, document):
    lead = world.add_record(
        "Leads", {"Last_Name": "Doe", "Company": "Acme", "Email": "d@acme.example"},
        owner=world.users[1],
    )  # fmt: skip
    world.add_record("Vendors", {"Vendor_Name": "Acme Ltd", "Email": "d@acme.example"})
    schemas = document["components"]["schemas"]
    for path, name in (
        ("/api/v1/me", "MeView"),
        (f"/api/v1/leads/{lead['id']}/options", "OptionsView"),
    ):
        answer = rep.get(path)
        assert answer.status_code == 200
        strict = {**schemas[name], "components": {"schemas": schemas}}
        assert list(Draft202012Validator(strict).iter_errors(answer.json)) == []


@on_sqlite
def test_nothing_that_planning_says_is_dropped_on_the_way_out(rep, parts, world):
    """marshmallow leaves out without a word what its schema does not name."""
    lead = world.add_record(
        "Leads", {"Last_Name": "Doe", "Company": "Acme", "Email": "d@acme.example", "Rating": "x"},
        owner=world.users[1],
    )  # fmt: skip
    world.add_record("Vendors", {"Vendor_Name": "Acme Ltd", "Email": "d@acme.example"})
    said = conversions.offer(parts, find(parts, rep.token), lead["id"])
    assert rep.options(lead["id"]).json == said


@on_sqlite
def test_the_page_for_people_shows_every_operation(nobody, document):
    page = nobody.get("/api/v1/docs")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    for path, method, _ in operations(document):
        assert f"{method.upper()} {path}" in page.text
    for name in document["components"]["schemas"]:
        assert f'id="schema-{name}"' in page.text
    for link in re.findall(r'href="#([^"]+)"', page.text):
        assert f'id="{link}"' in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


# Whatever is thrown at it

ENOUGH = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
NOTHING_VARIES = settings(ENOUGH, max_examples=1)
FEW = 3
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


every_mode = pytest.mark.parametrize("mode", list(GenerationMode))


@on_postgresql
@every_mode
def test_whatever_is_sent_the_answer_is_one_of_those_promised(app, world, nobody, rep, admin, mode):
    """Each case is made up once, which takes longest, and sent by everybody."""
    world.add_record("Leads", {"Last_Name": "Doe"}, owner=world.users[1])
    tried = 0
    for operation in found_in(app):
        if operation.path not in DOORS:
            tried += 1
            ends = (operation.method.lower(), operation.path) in ENDING
            turned_away = Counter[str]()

            def send(case, people=(nobody,) if ends else (nobody, rep, admin)) -> None:
                for one in people:
                    # Who has no business here hears the same, whatever is sent.
                    if turned_away[one.token] < FEW:  # noqa: B023
                        headers = {"Authorization": f"Bearer {one.token}"} if one.token else {}
                        answer = case.call_and_validate(checks=CHECKS, headers=headers)
                        turned_away[one.token] += is_turned_away(answer)  # noqa: B023

            hammer(operation, mode, send)
    assert tried >= 60


def is_turned_away(answer) -> bool:
    return answer.status_code in (401, 403) and answer.json()["error"]["code"] in (
        "not_signed_in", "not_admin",
    )  # fmt: skip


ENDING = {("delete", "/api/v1/sessions/current"), ("delete", "/api/v1/installation")}
"""What would send the person out in the middle."""


@on_postgresql
@every_mode
def test_at_the_door_of_rules_only_who_knows_both_secrets_leaves_a_row(
    app, admin, lead, parts, mode
):
    rule = rule_of(admin)
    key, actions = rule.path.rpartition("/")[2], itertools.cycle(ACTIONS)

    def send(case) -> None:
        before = calls(parts)
        for mine, secret in ((key, "x" * 43), (key, ""), ("x" * 43, rule.secret)):
            assert knock(case, mine, secret).status_code in (403, 429)
        assert calls(parts) == before
        check(before, knock(case, key, rule.secret))
        # What is made up says two different things in two places, or nothing at all.
        case.headers, case.query = {}, {"lead_id": lead, "action": next(actions)}
        if isinstance(case.body, dict):
            case.body = {"rule": "".join(filter(str.isprintable, str(case.body.get("rule"))))}
        assert check(calls(parts), knock(case, key, rule.secret)) in expected

    def check(before, answer) -> int:
        after = calls(parts)
        assert len(after) + sum(after.values()) == len(before) + sum(before.values()) + 1
        if answer.status_code != 422:
            told = answer.json()
            assert (told.get("error", {}).get("details") or told)["delivery"] in after
        return answer.status_code

    expected = (200, 202) if mode.is_positive else (200, 202, 422)
    for operation in found_in(app, KNOCK):
        hammer(operation, mode, send)


def knock(case, key: str, secret: str):
    case.path_parameters = {"key": key}
    return case.call_and_validate(checks=CHECKS, headers={hooks.HEADER: secret})


def calls(parts) -> dict[str, int]:
    """The deliveries, each with how often it came again."""
    return {one.public_id: one.repeats for one in everything(parts, Delivery)}


@on_postgresql
@every_mode
def test_at_the_door_of_notifications_only_who_has_the_token_is_heard(app, admin, parts, mode):
    watching.tend(parts)
    channel, *_ = everything(parts, Channel)
    told = {"channel_id": channel.channel_id, "token": parts.vault.open(channel.token)}

    def send(case) -> None:
        heard = len(everything(parts, Touched))
        body = case.body if isinstance(case.body, dict) else {}
        for wrong in (case.body, {**body, **told, "token": "x"}, {**body, **told, "channel_id": 1}):
            case.body = wrong
            assert case.call_and_validate(checks=CHECKS).status_code in (403, 429)
        assert len(everything(parts, Touched)) == heard
        case.body = {**body, **told}
        assert case.call_and_validate(checks=CHECKS).status_code == 200

    [operation] = found_in(app, channels.PATH)
    hammer(operation, mode, send)


def found_in(app, *paths):
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, app)
    every = [one.ok() for one in schema.get_all_operations()]
    return [one for one in every if not paths or one.path in paths]


def hammer(operation, mode: GenerationMode, send) -> None:
    what = (operation.path_parameters, operation.query, operation.headers, operation.body)
    enough = ENOUGH if any(one.items for one in what) else NOTHING_VARIES

    @enough
    @given(case=operation.as_strategy(generation_mode=mode))
    def throw(case) -> None:
        send(case)

    # Where everything fits, there is nothing wrong to be made up.
    with suppress(Unsatisfiable):
        throw()
