"""The file of targets over HTTP: taken, looked at, and sent back; nothing is saved by it."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from extension import target_file
from extension.planning.target_data import from_data
from extension.store.models import ChosenTargets
from tests.extension.rig import PUBLIC_URL, asked, error_of, everything, on_sqlite
from tests.extension.target_cases import SUPPLIER, ZOHO, changed, with_fields

PATH = "/api/v1/targets"
FILE = f"{PATH}/file"
YAML = "text/yaml"
ADDRESS = f"{PUBLIC_URL}/targets.schema.json"


@pytest.fixture
def supplier(admin) -> None:
    """The org's targets are those of the supplier."""
    answer = admin.ask("PUT", PATH, json={"version": 0, "targets": [SUPPLIER]})
    assert answer.status_code == 200, answer.json


def written(*targets: dict[str, Any]) -> str:
    return target_file.dump(from_data(list(targets)), ADDRESS)


def send(person, text: str | bytes, content_type: str = YAML):
    return person.ask("POST", FILE, data=text, content_type=content_type)


def details(answer) -> dict[str, Any]:
    assert error_of(answer) == (422, "invalid_input")
    found: dict[str, Any] = answer.json["error"]["details"]
    return found


# Who may

both = pytest.mark.parametrize("method", ["GET", "POST"])


@on_sqlite
@both
def test_nobody_who_is_signed_out_gets_in(supplier, nobody, method):
    answer = nobody.ask(method, FILE, data=written(ZOHO), content_type=YAML)
    assert error_of(answer) == (401, "not_signed_in")


@on_sqlite
@both
def test_a_rep_who_is_no_administrator_is_refused(supplier, rep, method):
    answer = rep.ask(method, FILE, data=written(ZOHO), content_type=YAML)
    assert error_of(answer) == (403, "not_admin")


@on_sqlite
@both
def test_a_stranger_meets_only_what_is_their_own(supplier, stranger, world, method):
    world.log.clear()
    answer = stranger.ask(method, FILE, data=written(ZOHO), content_type=YAML)
    assert answer.status_code == 200
    assert "supplier" not in answer.text
    assert asked(world) == 0


# There and back


@on_sqlite
def test_what_is_taken_can_be_sent_back_and_changes_nothing(admin, supplier):
    taken = admin.get(FILE)
    assert (taken.status_code, taken.mimetype) == (200, YAML)
    assert 'filename="targets.yaml"' in taken.headers["Content-Disposition"]
    assert taken.text == written(SUPPLIER)
    answer = send(admin, taken.data)
    assert answer.status_code == 200, answer.json
    assert (answer.json["targets"], answer.json["changes"]) == ([SUPPLIER], [])


@on_sqlite
def test_what_was_suggested_can_be_taken_too(admin):
    assert send(admin, admin.get(FILE).data).json["changes"] == []


@on_sqlite
def test_a_file_is_told_with_its_changes_and_findings_and_nothing_is_saved(
    admin, supplier, parts, nobody
):
    text = written(with_fields(Phone="Gone"), ZOHO)
    answer = send(admin, text)
    assert answer.json["changes"] == [
        "~ supplier › vendor › fields › Phone: Gone (was Phone)",
        "+ zoho: Zoho's own conversion, As Zoho does it",
    ]
    [error] = [one for one in answer.json["findings"] if one["severity"] == "error"]
    assert error["path"] == "[0].records[0].fields.Phone"
    assert text.splitlines()[error["line"] - 1].strip() == "Phone: Gone"
    assert [row.document for row in everything(parts, ChosenTargets)] == [[SUPPLIER]]
    schemas = nobody.get("/api/v1/openapi.json").json["components"]["schemas"]
    view = {**schemas["FileView"], "components": {"schemas": schemas}}
    assert list(Draft202012Validator(view).iter_errors(answer.json)) == []


@on_sqlite
@pytest.mark.parametrize("content_type", [YAML, "application/yaml", "text/yaml; charset=utf-8"])
def test_yaml_may_be_called_by_any_of_its_names(admin, content_type):
    assert send(admin, written(ZOHO), content_type).status_code == 200


@on_sqlite
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "", "multipart/mixed"])
def test_what_is_not_said_to_be_yaml_is_refused(admin, content_type):
    answer = send(admin, written(ZOHO), content_type)
    assert error_of(answer) == (415, "wrong_content_type")


# Bad files

BOMB = (
    "version: 1\ntargets:\n- key: &a [x, x]\n  label: &b [*a, *a, *a]\n  kind: &c [*b, *b, *b]\n"
    "  carry: &d [*c, *c, *c]\n"
)


@on_sqlite
@pytest.mark.parametrize(
    ("text", "path", "line", "column", "words"),
    [
        ("targets: [", "$", 1, 11, "no YAML"),
        ("version: 1\n\tx: 1\n", "$", 2, 1, "no YAML"),
        (BOMB, "[0].key", 3, 8, "anchor"),
        ("version: 1\ntargets:\n- *x\n", "[0]", 3, 3, "alias"),
        ("version: 1\ntargets: !!python/name:os.system ls\n", "$", 2, 10, "tag"),
        ("version: 1\ntargets:\n- key: a\n  colour: red\n", "[0].colour", 4, 3, "no such key"),
        ("version: 1\ntargets: []\nmore: 1\n", "more", 3, 1, "no such key"),
        ("", "$", 1, 1, "nothing in this file"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_line_column_and_path(
    admin, parts, text, path, line, column, words
):
    found = details(send(admin, text))
    assert words in found["fields"][path]
    assert found["places"][path] == {"line": line, "column": column}
    assert found["line"] <= line
    assert everything(parts, ChosenTargets) == []


@on_sqlite
def test_a_file_that_is_no_text_is_refused(admin):
    assert details(send(admin, b"version: 1\nx: \xff\xfe"))["line"] == 2


@on_sqlite
def test_a_file_of_256_kilobytes_is_read_and_a_larger_one_is_not(admin):
    text = written(ZOHO)
    most = text + "#" * (256 * 1024 - len(text) - 1) + "\n"
    assert send(admin, most).status_code == 200
    assert error_of(send(admin, most + "#")) == (413, "too_large")


@on_sqlite
def test_a_file_that_does_not_fit_the_org_names_every_line(admin):
    circle = {"key": "b", "module": "Contacts", "fields": {"Reporting_To": {"link_to": "b"}}}
    gone = {"key": "c", "module": "Gone", "fields": {}}
    template = with_fields(Description={"template": "{Nothing}"})
    text = written(changed(template, records=[*template["records"], circle, gone]))
    lines = text.splitlines()
    findings = send(admin, text).json["findings"]
    errors = {
        one["code"]: lines[one["line"] - 1].strip()
        for one in findings
        if one["severity"] == "error"
    }
    assert errors == {
        "unknown_field": "Description:", "cycle": "- key: b", "unknown_module": "module: Gone",
    }  # fmt: skip


# For editors


@on_sqlite
def test_the_schema_is_where_the_file_says(nobody, admin):
    first = admin.get(FILE).text.splitlines()[0]
    address = first.rpartition("=")[2]
    assert address.startswith(PUBLIC_URL)
    answer = nobody.get(address.removeprefix(PUBLIC_URL))
    assert answer.status_code == 200
    assert answer.mimetype == "application/schema+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    Draft202012Validator.check_schema(json.loads(answer.text))
