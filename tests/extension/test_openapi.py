"""The OpenAPI document: it is valid, it is whole, and what it promises is kept."""

import re
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode, checks

from extension import conversions
from extension.sessions import find
from tests.extension.rig import on_postgresql, on_sqlite

DOCUMENT = "/api/v1/openapi.json"
PLAIN = {"summary", "responses", "description"}
DOCUMENTED = (
    "api.", "plans.", "targets.", "target_previews.", "conversions.", "setup.", "doctor.",
    "automation.", "events.", "batches.", "audit.",
)  # fmt: skip
"""The blueprints whose addresses the document describes."""


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
def test_every_address_under_api_v1_is_in_the_document(app, document):
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/") and rule.endpoint.startswith(DOCUMENTED)
    }
    told = {(path, method) for path, method, _ in operations(document)}
    assert told == served
    others = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and not rule.endpoint.startswith(DOCUMENTED)
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
    assert open_to_all == {("/api/v1/sessions", "post")}


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
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
FEW = settings(ENOUGH, max_examples=3)
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@on_postgresql
@pytest.mark.parametrize("who", ["nobody", "rep", "admin"])
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_sent_the_answer_is_one_of_those_promised(request, app, world, who, mode):
    person = request.getfixturevalue(who)
    world.add_record("Leads", {"Last_Name": "Doe"}, owner=world.users[1])
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, app)
    headers = {"Authorization": f"Bearer {person.token}"} if person.token else {}
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if (operation.method.lower(), operation.path) in ENDING and person.token:
            continue
        tried += 1
        # Whoever has no session hears the same, whatever is sent.
        turned_away = not person.token and operation.definition.raw.get("security")
        hammer(operation, mode, headers, FEW if turned_away else ENOUGH)
    assert tried >= 4


ENDING = {("delete", "/api/v1/sessions/current"), ("delete", "/api/v1/installation")}
"""What would send the person out in the middle."""


def hammer(operation, mode: GenerationMode, headers: dict[str, str], times: settings) -> None:
    @times
    @given(case=operation.as_strategy(generation_mode=mode))
    def throw(case) -> None:
        case.call_and_validate(checks=CHECKS, headers=headers)

    # Where everything fits, there is nothing wrong to be made up.
    with suppress(Unsatisfiable):
        throw()
