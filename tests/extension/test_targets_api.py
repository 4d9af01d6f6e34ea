"""The addresses for administrators: what they answer, to whom, and what they refuse."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from emulator.standard import custom_module
from extension.store.models import ChosenTargets
from tests.extension.rig import asked, error_of, everything, on_sqlite
from tests.extension.target_cases import PRODUCT, SUPPLIER, ZOHO, changed, with_fields
from tests.extension.targets_rig import PATH, RULE, SUGGESTION, faults

LINT = f"{PATH}/lint"


ADDRESSES = [
    ("GET", PATH, None),
    ("PUT", PATH, {"version": 1, "targets": [ZOHO]}),
    ("POST", LINT, {"targets": [SUPPLIER]}),
    ("GET", SUGGESTION, None),
    ("PUT", RULE, {"rule": "Website"}),
]


every_address = pytest.mark.parametrize(
    ("method", "path", "body"), ADDRESSES, ids=[f"{method} {path}" for method, path, _ in ADDRESSES]
)


def schema_of(nobody, name: str) -> Draft202012Validator:
    schemas = nobody.get("/api/v1/openapi.json").json["components"]["schemas"]
    return Draft202012Validator({**schemas[name], "components": {"schemas": schemas}})


# Who may


@on_sqlite
@every_address
def test_nobody_who_is_signed_out_gets_in(supplier, nobody, method, path, body):
    assert error_of(nobody.ask(method, path, json=body)) == (401, "not_signed_in")


@on_sqlite
@every_address
def test_a_rep_who_is_no_administrator_is_refused(supplier, rep, parts, method, path, body):
    assert error_of(rep.ask(method, path, json=body)) == (403, "not_admin")
    assert [row.document for row in everything(parts, ChosenTargets)] == [[SUPPLIER]]


@on_sqlite
@every_address
def test_a_stranger_meets_only_what_is_their_own(
    supplier, admin, stranger, world, method, path, body
):
    world.log.clear()
    answer = stranger.ask(method, path, json=body)
    assert "supplier" not in answer.text
    assert asked(world) == 0, "nothing is asked of the other org"
    assert admin.get(PATH).json == supplier


@on_sqlite
def test_who_is_no_administrator_any_more_is_refused(admin, supplier, world, clock):
    world.users[0].profile = "Standard"
    clock.advance(minutes=21)
    assert error_of(admin.get(PATH)) == (403, "not_admin")


# Shown and saved


@on_sqlite
def test_before_anybody_has_saved_the_suggested_targets_are_shown(admin):
    answer = admin.get(PATH).json
    assert (answer["version"], answer["changed_at"], answer["changed_by"]) == (0, None, None)
    zoho, vendors = answer["targets"]
    assert zoho == {"key": "zoho", "label": "Contact, Account and Deal", "kind": "zoho"}
    assert vendors["records"][0]["fields"]["Phone"] == "Phone"
    assert all(one["severity"] == "warning" for one in answer["findings"])


def test_what_was_saved_is_shown_with_who_did_it(admin, world):
    answer = admin.ask("PUT", PATH, json={"version": 0, "targets": [SUPPLIER, ZOHO]})
    assert answer.status_code == 200
    assert answer.json["targets"] == [SUPPLIER, ZOHO]
    assert answer.json["version"] == 1
    assert answer.json["changed_by"] == {"id": world.users[0].id, "name": "Ada Admin"}
    assert answer.json["changed_at"] == "2026-01-10T12:00:00+00:00"
    assert admin.get(PATH).json == answer.json


@on_sqlite
def test_the_modules_that_a_target_may_be_made_for_are_named(admin, world):
    world.add_module(custom_module("Partners", "Partner", "Partners"))
    modules = {one["module"]: one["label"] for one in admin.get(PATH).json["modules"]}
    assert {"Vendors": "Vendor", "Products": "Product", "Partners": "Partner"}.items() <= (
        modules.items()
    )
    assert not modules.keys() & {"Leads", "Notes", "Attachments"}
    assert list(modules.values()) == sorted(modules.values(), key=str.casefold)


@on_sqlite
def test_answers_are_as_the_document_says(admin, supplier, nobody):
    linted = admin.ask("POST", LINT, json={"targets": [with_fields(Phone="Gone")]})
    assert linted.json["findings"]
    for name, answer in (
        ("TargetsView", supplier),
        ("FindingsView", linted.json),
        ("SuggestionView", admin.get(SUGGESTION).json),
    ):
        assert list(schema_of(nobody, name).iter_errors(answer)) == []


@on_sqlite
def test_a_page_at_another_origin_may_save(nobody):
    answer = nobody.client.options(
        PATH,
        headers={
            "Origin": "https://widget.example.org",
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization, content-type",
        },
    )
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]


@on_sqlite
def test_more_is_accepted_here_than_elsewhere_but_not_without_end(admin):
    several = [changed(SUPPLIER, key=f"t{number}", label="x" * 1500) for number in range(100)]
    assert admin.ask("POST", LINT, json={"targets": several}).status_code == 200
    several = [changed(one, label="x" * 6000) for one in several]
    for method, path in (("POST", LINT), ("PUT", PATH)):
        assert error_of(admin.ask(method, path, json={"targets": several})) == (413, "too_large")


# Linted


@on_sqlite
def test_lint_says_what_is_wrong_and_saves_nothing(admin, parts):
    answer = admin.ask("POST", LINT, json={"targets": [with_fields(Phone="Gone")]})
    assert answer.status_code == 200
    [error] = [one for one in answer.json["findings"] if one["severity"] == "error"]
    assert error == {
        "path": "[0].records[0].fields.Phone",
        "severity": "error",
        "code": "unknown_field",
        "message": "Leads have no field Gone.",
        "key": "unknown_field.lead",
        "params": {"field": "Gone"},
    }
    assert everything(parts, ChosenTargets) == []


@on_sqlite
def test_lint_knows_a_module_that_nobody_described_yet(admin, world):
    broken = {**PRODUCT["records"][0], "fields": {"Product_Name": "Company", "Gone": "Phone"}}
    wish = {"targets": [changed(PRODUCT, records=[broken])]}
    found = [one["path"] for one in admin.ask("POST", LINT, json=wish).json["findings"]]
    assert found == ["[0].records[0].fields.Gone"]
    world.log.clear()
    admin.ask("POST", LINT, json=wish)
    assert asked(world) == 0, "and remembers it"


CYCLE = changed(
    SUPPLIER,
    records=[
        {"key": "a", "module": "Contacts", "fields": {"Reporting_To": {"link_to": "b"}}},
        {"key": "b", "module": "Contacts", "fields": {"Reporting_To": {"link_to": "a"}}},
    ],
)


@on_sqlite
@pytest.mark.parametrize(
    ("target", "path", "words"),
    [
        (with_fields(Phone={"template": "{Gone}"}), "[0].records[0].fields.Phone", "no field Gone"),
        (with_fields(Category={"constant": 7}), "[0].records[0].fields.Category", "kind of value"),
        (CYCLE, "[0].records[0]", "points at itself"),
        (
            changed(SUPPLIER, records=[{"key": "a", "module": "Gone", "fields": {}}]),
            "[0].records[0].module",
            "no module Gone",
        ),
        (
            changed(SUPPLIER, lead_after={"kind": "mark", "values": {"Gone": "x"}}),
            "[0].lead_after.values.Gone",
            "no field Gone",
        ),
    ],
)
def test_what_does_not_fit_the_org_is_refused_with_its_path(admin, parts, target, path, words):
    answer = admin.ask("PUT", PATH, json={"version": 0, "targets": [target]})
    assert words in faults(answer)[path]
    assert everything(parts, ChosenTargets) == []


# What is no target


@on_sqlite
@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ("targets", "$"),
        ({}, "$"),
        (7, "$"),
        ([7], "[0]"),
        ([None], "[0]"),
        ([changed(SUPPLIER, colour="red")], "[0].colour"),
        ([changed(SUPPLIER, kind="zoho")], "[0].records"),
        ([SUPPLIER, SUPPLIER], "[1].key"),
        ([with_fields(Phone={"magic": 1})], "[0].records[0].fields.Phone"),
        ([with_fields(Phone={"template": "{"})], "[0].records[0].fields.Phone.template"),
        ([changed(SUPPLIER, label="\ud800")], "[0].label"),
        ([changed(ZOHO, key=f"z{number}") for number in range(101)], "$"),
    ],
)
@pytest.mark.parametrize(("method", "path_of"), [("PUT", PATH), ("POST", LINT)])
def test_what_is_no_target_is_refused_with_its_path(admin, parts, method, path_of, wrong, path):
    body = {"targets": wrong, **({"version": 0} if method == "PUT" else {})}
    assert path in faults(admin.ask(method, path_of, json=body))
    assert everything(parts, ChosenTargets) == []


@on_sqlite
@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"targets": []}, "version"),
        ({"version": 0}, "targets"),
        ({"version": -1, "targets": []}, "version"),
        ({"version": "0", "targets": []}, "version"),
        ({"version": 1.5, "targets": []}, "version"),
        ({"version": True, "targets": []}, "version"),
        ({"version": 2**40, "targets": []}, "version"),
        ({"version": 0, "targets": [], "force": True}, "force"),
    ],
)
def test_a_save_that_is_none_is_refused_by_name(admin, body, name):
    assert name in faults(admin.ask("PUT", PATH, json=body))


@on_sqlite
@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "-1e999"])
def test_a_number_that_is_none_is_refused(admin, parts, number):
    text = f'{{"version": 0, "targets": [{{"key": "a", "label": {number}}}]}}'
    answer = admin.ask("PUT", PATH, data=text, content_type="application/json")
    assert error_of(answer)[0] in (400, 422)
    assert everything(parts, ChosenTargets) == []


@on_sqlite
def test_a_number_with_more_digits_than_can_be_read_is_refused(admin):
    text = f'{{"version": {"9" * 5000}, "targets": []}}'
    answer = admin.ask("PUT", PATH, data=text, content_type="application/json")
    assert error_of(answer) == (400, "bad_request")


@on_sqlite
def test_what_stands_in_too_many_lists_is_refused(admin):
    deep: Any = "x"
    for _ in range(25):
        deep = [deep]
    answer = admin.ask("POST", LINT, json={"targets": [with_fields(Phone={"constant": deep})]})
    [path] = faults(answer)
    assert path.startswith("[0].records[0].fields.Phone.constant[0]")


# Trouble at Zoho


@on_sqlite
@every_address
def test_zoho_being_busy_is_told_and_nothing_changes(
    admin, supplier, world, clock, parts, method, path, body
):
    clock.advance(minutes=20)
    world.faults.order("busy", path="/settings/*", times=None)
    assert error_of(admin.ask(method, path, json=body)) == (503, "zoho_busy")
    assert [row.version for row in everything(parts, ChosenTargets)] == [1]
