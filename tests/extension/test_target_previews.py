"""What an administrator's page is built on: what rules are made of, and drafts tried out."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from emulator import World
from extension.store.models import ChosenTargets
from tests.extension.rig import asked, error_of, everything, on_sqlite
from tests.extension.target_cases import PRODUCT, SUPPLIER, ZOHO, changed, with_fields

PATH = "/api/v1/targets/preview"
FIELDS = "/api/v1/targets/fields?module="
PROFILES = "/api/v1/targets/profiles"
ADDRESSES = [
    ("POST", PATH, {"lead": "1", "target": SUPPLIER}),
    ("GET", f"{FIELDS}Vendors", None),
    ("GET", PROFILES, None),
]
every_address = pytest.mark.parametrize(
    ("method", "path", "body"), ADDRESSES, ids=[path for _, path, _ in ADDRESSES]
)


@pytest.fixture
def lead(world: World) -> str:
    held = {"First_Name": "Pat", "Last_Name": "Doe", "Company": "Acme", "Phone": "555 0199"}
    return str(world.add_record("Leads", held, owner=world.users[0])["id"])


def tried(person, lead: str, target: Any, **choices: Any) -> Any:
    body = {"lead": lead, "target": target, **({"choices": choices} if choices else {})}
    return person.ask("POST", PATH, json=body)


def values(plan: dict[str, Any], at: int = 0) -> dict[str, Any]:
    return {one["field"]: one["value"] for one in plan["records"][at]["fields"] if one["written"]}


# Trying out


@on_sqlite
def test_a_draft_is_tried_out_on_a_lead_and_not_saved(admin, parts, world, lead):
    before = {name: dict(rows) for name, rows in world.records.items()}
    answer = tried(admin, lead, with_fields(Category="Company"))
    assert answer.status_code == 200, answer.json
    assert values(answer.json) == {
        "Vendor_Name": "Acme", "Phone": "555 0199", "Category": "Acme"
    }  # fmt: skip
    assert (answer.json["lead_name"], answer.json["target"]) == ("Pat Doe", "supplier")
    assert everything(parts, ChosenTargets) == []
    assert {name: dict(rows) for name, rows in world.records.items()} == before


@on_sqlite
def test_choices_are_heeded(admin, lead):
    chosen = {"records": {"vendor": {"values": {"Phone": "1"}}}}
    assert values(tried(admin, lead, SUPPLIER, **chosen).json)["Phone"] == "1"


@on_sqlite
def test_the_second_time_nothing_is_asked_of_zoho(admin, world, lead):
    tried(admin, lead, SUPPLIER)
    admin.options(lead)
    world.log.clear()
    tried(admin, lead, with_fields(Phone="Mobile", Category={"constant": "Other"}))
    assert asked(world) <= 1, "only what the draft looks for besides"


@on_sqlite
def test_a_draft_may_make_records_of_a_module_that_nobody_knew_of(admin, lead):
    answer = tried(admin, lead, PRODUCT)
    assert answer.status_code == 200, answer.json
    assert values(answer.json) == {"Product_Name": "Acme"}


@on_sqlite
def test_names_that_only_the_draft_looks_up_are_looked_up(admin, world, lead):
    account = world.add_record("Accounts", {"Account_Name": "Acme"}, owner=world.users[0])
    contact = {"key": "one", "module": "Contacts"}
    fields = {"Last_Name": "Last_Name", "Account_Name": {"lookup_by_name": "Company"}}
    draft = changed(PRODUCT, records=[{**contact, "fields": fields}])
    admin.options(lead)
    assert values(tried(admin, lead, draft).json)["Account_Name"] == {
        "id": str(account["id"]), "name": "Acme"
    }  # fmt: skip


@on_sqlite
def test_a_double_that_only_the_draft_looks_for_is_found(admin, world, lead):
    world.add_record("Products", {"Product_Name": "Acme"}, owner=world.users[0])
    record = {**PRODUCT["records"][0], "match_on": ["Product_Name"]}
    admin.options(lead)
    answer = tried(admin, lead, changed(PRODUCT, records=[record]))
    assert answer.status_code == 200, answer.json
    again = admin.options(lead).json
    assert {one["target"] for one in again["options"]} == {"zoho", "Vendors"}


@on_sqlite
def test_zohos_own_conversion_can_be_tried_out_too(admin, lead):
    answer = tried(admin, lead, ZOHO)
    assert answer.status_code == 200, answer.json
    assert [one["key"] for one in answer.json["records"]][:2] == ["Contacts", "Accounts"]


# Who may


@on_sqlite
@every_address
def test_nobody_who_is_signed_out_gets_in(nobody, method, path, body):
    assert error_of(nobody.ask(method, path, json=body)) == (401, "not_signed_in")


@on_sqlite
@every_address
def test_a_rep_who_is_no_administrator_is_refused(rep, method, path, body):
    assert error_of(rep.ask(method, path, json=body)) == (403, "not_admin")


@on_sqlite
def test_a_stranger_cannot_try_out_on_our_leads(admin, stranger, world, lead):
    admin.options(lead)
    world.log.clear()
    assert error_of(tried(stranger, lead, SUPPLIER)) == (404, "not_found")
    assert asked(world) == 0


@on_sqlite
def test_a_stranger_sees_their_own_fields_and_profiles(admin, stranger, world):
    ours = {one["id"] for one in admin.get(PROFILES).json["profiles"]}
    world.log.clear()
    theirs = {one["id"] for one in stranger.get(PROFILES).json["profiles"]}
    assert theirs
    assert not theirs & ours
    assert stranger.get(f"{FIELDS}Vendors").status_code == 200
    assert asked(world) == 0


# Bad input


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"target": SUPPLIER}, "lead"),
        ({"lead": "1"}, "target"),
        ({"lead": "1", "target": SUPPLIER, "more": 1}, "more"),
        ({"lead": "1", "target": 7}, "target"),
        ({"lead": "1", "target": {"key": "x"}}, "target.label"),
        ({"lead": "1", "target": with_fields(Phone={"nothing": 1})},
         "target.records[0].fields.Phone"),
        ({"lead": "1", "target": SUPPLIER, "choices": {"target": "zoho"}}, "choices"),
        ({"lead": "1", "target": SUPPLIER, "choices": 7}, "choices"),
    ],
)  # fmt: skip
@on_sqlite
def test_what_does_not_fit_is_named(admin, body, place):
    answer = admin.ask("POST", PATH, json=body)
    assert error_of(answer) == (422, "invalid_input")
    assert place in answer.json["error"]["details"]["fields"]


@pytest.mark.parametrize(
    ("target", "place"),
    [
        (with_fields(Phone="Gone"), "target.records[0].fields.Phone"),
        (changed(PRODUCT, records=[{"key": "a", "module": "Gone"}]), "target.records[0].module"),
    ],
)
@on_sqlite
def test_a_draft_with_an_error_is_not_tried_out(admin, lead, target, place):
    answer = tried(admin, lead, target)
    assert error_of(answer) == (422, "invalid_input")
    assert place in answer.json["error"]["details"]["fields"]


@on_sqlite
@pytest.mark.parametrize("wrong", ["abc", "", "1 or 1"])
def test_an_id_that_can_be_none_is_refused(admin, wrong):
    assert error_of(tried(admin, wrong, SUPPLIER)) == (422, "invalid_input")


@on_sqlite
def test_a_lead_that_is_not_there_is_not_found(admin):
    assert error_of(tried(admin, "1", SUPPLIER)) == (404, "not_found")


# What rules are made of


@on_sqlite
def test_the_fields_of_a_module_are_those_that_rules_can_fill(admin):
    answer = admin.get(f"{FIELDS}Vendors").json
    fields = {one["field"]: one for one in answer["fields"]}
    assert fields["Vendor_Name"]["required"]
    assert fields["Phone"]["type"] == "phone"
    assert not fields.keys() & {"id", "Created_Time", "Owner", "Tag", "Layout"}
    assert (answer["label"], len(answer["layouts"])) == ("Vendor", 1)


@on_sqlite
def test_of_leads_those_that_rules_can_take_from(admin):
    fields = {one["field"]: one for one in admin.get(f"{FIELDS}Leads").json["fields"]}
    assert {"Company", "Full_Name", "Created_Time"} <= fields.keys()
    assert fields["Company"]["writable"]
    assert not fields["Full_Name"]["writable"]
    assert not fields["Created_Time"]["writable"]


@on_sqlite
def test_a_lookup_says_into_which_module(admin):
    fields = {one["field"]: one for one in admin.get(f"{FIELDS}Contacts").json["fields"]}
    assert fields["Vendor_Name"]["lookup_module"] == "Vendors"


@on_sqlite
@pytest.mark.parametrize("module", ["Nope", "Users", ""])
def test_fields_of_what_no_target_may_be_made_for_are_not_found(admin, module):
    assert error_of(admin.get(f"{FIELDS}{module}")) == (404, "not_found")


@on_sqlite
def test_profiles_are_listed_by_name(admin, world):
    found = admin.get(PROFILES).json["profiles"]
    assert [one["name"] for one in found] == sorted(one.name for one in world.profiles)
    assert {one["id"] for one in found} == {one.id for one in world.profiles}


@on_sqlite
def test_answers_are_as_the_document_says(admin, nobody, lead):
    schemas = nobody.get("/api/v1/openapi.json").json["components"]["schemas"]
    for name, answer in (
        ("PlanView", tried(admin, lead, SUPPLIER).json),
        ("MaterialView", admin.get(f"{FIELDS}Contacts").json),
        ("ProfilesView", admin.get(PROFILES).json),
    ):
        schema = {**schemas[name], "components": {"schemas": schemas}}
        assert list(Draft202012Validator(schema).iter_errors(answer)) == []
