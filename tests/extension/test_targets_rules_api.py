"""Targets that are suggested, and one rule that is put in its place, over the API."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from emulator import fields as f
from emulator.schema import Field
from emulator.standard import custom_module
from tests.extension.rig import error_of, on_sqlite
from tests.extension.target_cases import SUPPLIER, ZOHO, changed
from tests.extension.targets_rig import PATH, RULE, SUGGESTION, faults


@on_sqlite
def test_a_first_target_for_a_module_comes_with_its_reasons(admin):
    answer = admin.get(SUGGESTION)
    assert answer.status_code == 200
    assert answer.json["target"] == admin.get(PATH).json["targets"][1]
    said = {(one["field"], one["source"]): one for one in answer.json["suggestions"]}
    phone, name = said["Phone", "Phone"], said["Vendor_Name", "Company"]
    assert (phone["confidence"], phone["reason"]["key"]) == ("sure", "same_name")
    assert (name["confidence"], name["reason"]["key"]) == ("likely", "names_record")
    assert name["reason"]["params"] == {"label": "Vendor Name"}


@on_sqlite
def test_a_module_that_nobody_described_yet_can_be_suggested(admin):
    answer = admin.get(f"{PATH}/suggestion?module=Products")
    assert answer.json["target"]["records"][0]["module"] == "Products"
    assert "Product_Name" in answer.json["target"]["records"][0]["fields"]


@on_sqlite
@pytest.mark.parametrize("module", ["Gone", "Leads", "Notes", "", "vendors"])
def test_a_module_that_leads_cannot_become_has_no_suggestion(admin, module):
    assert error_of(admin.get(f"{PATH}/suggestion?module={module}")) == (404, "not_found")


@on_sqlite
def test_a_name_that_no_database_would_keep_is_refused_as_that(admin):
    refused = admin.get(f"{PATH}/suggestion?module=%00")
    assert error_of(refused) == (422, "invalid_input")
    assert list(refused.json["error"]["details"]["fields"]) == ["module"]


@on_sqlite
@pytest.mark.parametrize(
    ("must", "status"),
    [
        (f.lookup("Owned_By", "", lookup_modules=("*",), mandatory=True), 404),
        (f.fileupload("Contract", mandatory=True), 404),
        (f.lookup("Account", "Accounts", mandatory=True), 200),
        (f.text("Town", mandatory=True), 200),
    ],
    ids=lambda one: one.api_name if isinstance(one, Field) else "",
)
def test_what_must_be_filled_and_never_can_be_makes_no_target(admin, world, must, status):
    world.add_module(custom_module("Partners", "Partner", "Partners", must))
    assert admin.get(f"{PATH}/suggestion?module=Partners").status_code == status
    named = {one["module"] for one in admin.get(PATH).json["modules"]}
    assert ("Partners" in named) == (status == 200)


@on_sqlite
def test_which_module_has_to_be_said(admin):
    assert "module" in faults(admin.get(f"{PATH}/suggestion"))


# One rule


@on_sqlite
def test_one_rule_is_put_in_its_place(admin, supplier):
    answer = admin.ask("PUT", RULE, json={"rule": "Website"})
    assert answer.status_code == 200, answer.json
    assert answer.json["version"] == 2
    vendor = answer.json["targets"][0]["records"][0]
    assert vendor["fields"] == {**SUPPLIER["records"][0]["fields"], "Website": "Website"}
    assert admin.get(PATH).json == answer.json


@on_sqlite
@pytest.mark.parametrize("field", ["Vendor_Name", "Phone", "Category"])
def test_a_rule_takes_the_place_of_any_other(admin, supplier, field):
    path = f"{PATH}/supplier/records/vendor/fields/{field}"
    rule = {"first_of": ["Company", "Phone"]}
    fields = admin.ask("PUT", path, json={"rule": rule}).json["targets"][0]["records"][0]["fields"]
    assert fields[field] == rule
    assert set(fields) == set(SUPPLIER["records"][0]["fields"])


@on_sqlite
def test_a_rule_for_a_target_that_was_only_suggested_keeps_all_of_them(admin):
    before = admin.get(PATH).json["targets"]
    path = f"{PATH}/Vendors/records/Vendors/fields/Category"
    after = admin.ask("PUT", path, json={"rule": "Industry"}).json
    assert after["version"] == 1
    assert [one["key"] for one in after["targets"]] == [one["key"] for one in before]
    assert after["targets"][1]["records"][0]["fields"]["Category"] == "Industry"


@on_sqlite
@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("Gone", "rule"),
        ("", "rule"),
        (7, "rule"),
        (None, "rule"),
        ({"magic": 1}, "rule"),
        ({"template": "{"}, "rule.template"),
        ({"constant": 7}, "rule"),
        ({"link_to": "nobody"}, "rule"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_its_place(admin, supplier, rule, path):
    assert path in faults(admin.ask("PUT", RULE, json={"rule": rule}))
    assert admin.get(PATH).json == supplier


@on_sqlite
def test_a_rule_that_closes_a_circle_is_refused(admin):
    first = {"key": "a", "module": "Contacts", "fields": {"Reporting_To": {"link_to": "b"}}}
    second = {"key": "b", "module": "Contacts", "fields": {"Last_Name": "Last_Name"}}
    pair = changed(SUPPLIER, records=[first, second])
    admin.ask("PUT", PATH, json={"version": 0, "targets": [pair]})
    path = f"{PATH}/supplier/records/b/fields/Reporting_To"
    assert "[0].records[0]" in faults(admin.ask("PUT", path, json={"rule": {"link_to": "a"}}))


@on_sqlite
def test_a_fault_that_was_there_before_keeps_no_rule_out(admin, supplier, world, clock):
    vendors = world.module("Vendors")
    vendors.fields[:] = [one for one in vendors.fields if one.api_name != "Phone"]
    clock.advance(seconds=1)
    admin.ask("POST", "/api/v1/metadata/refresh")
    assert admin.ask("PUT", RULE, json={"rule": "Website"}).status_code == 200
    path = f"{PATH}/supplier/records/vendor/fields/Phone"
    assert "rule" in faults(admin.ask("PUT", path, json={"rule": "Mobile"}))


@on_sqlite
@pytest.mark.parametrize(
    "spot",
    [
        "gone/records/vendor/fields/Phone",
        "supplier/records/gone/fields/Phone",
        "zoho/records/Contacts/fields/Phone",
    ],
)
def test_a_rule_for_a_record_that_is_not_there_or_not_ours_is_refused(admin, spot):
    admin.ask("PUT", PATH, json={"version": 0, "targets": [SUPPLIER, ZOHO]})
    answer = admin.ask("PUT", f"{PATH}/{spot}", json={"rule": "Phone"})
    assert error_of(answer) == (404, "not_found")


def test_rules_that_are_set_at_once_are_all_kept_or_told(admin, supplier, person):
    """Each is tried once more where another came in between; nothing is lost unseen."""
    at_once = Barrier(2)
    rules = {"Website": "Website", "Email": "Email"}

    def put(name: str) -> int:
        one = person()
        one.token = admin.token
        at_once.wait(30)
        path = f"{PATH}/supplier/records/vendor/fields/{name}"
        return int(one.ask("PUT", path, json={"rule": rules[name]}).status_code)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(put, rules)) == [200, 200]
    fields = admin.get(PATH).json["targets"][0]["records"][0]["fields"]
    assert rules.items() <= fields.items()
