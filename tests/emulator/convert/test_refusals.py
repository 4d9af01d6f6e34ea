"""When Zoho will not convert a lead, and in which words it says so."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator import World
from emulator import fields as f
from emulator.crm.convert_request import SUBORDINATES_ONLY
from emulator.schema import Module, Profile, User
from emulator.world import Record

Ask = Callable[..., Any]
Json = dict[str, Any]


def module(world: World, name: str) -> Module:
    found = world.module(name)
    assert found is not None
    return found


def root(answer: Any, status: int = 400) -> Json:
    """The error that is the whole answer."""
    assert answer.status_code == status, answer.text
    body: Json = answer.json()
    assert set(body) == {"code", "details", "message", "status"}
    assert body["status"] == "error"
    return body


def inner(answer: Any, status: int = 400) -> Json:
    """The error in the answer's `data`."""
    assert answer.status_code == status, answer.text
    [entry] = answer.json()["data"]
    assert entry["status"] == "error"
    error: Json = entry
    return error


def untouched(world: World, lead: Record) -> None:
    assert not lead.get("$converted")
    assert not any(world.records[name] for name in ("Contacts", "Accounts", "Deals"))


@pytest.mark.parametrize(
    ("state", "code", "message"),
    [
        ({"$converted": True}, "ID_ALREADY_CONVERTED", "id already converted"),
        (
            {"$approval_state": "approval_process_pending"},
            "NOT_APPROVED",
            "cannot convert record that is not approved yet",
        ),
        (
            {"$approval_state": "approval_process_rejected"},
            "NOT_APPROVED",
            "cannot convert record that is not approved yet",
        ),
        (
            {"$approval_state": "review_process_pending"},
            "NOT_REVIEWED",
            "cannot convert record that is not reviewed yet",
        ),
        ({"$in_merge": True}, "RECORD_LOCKED", "record under merge is locked"),
        (
            {"$field_states": ["convert_scheduler"]},
            "CANNOT_PERFORM_ACTION",
            "conversion of the record is scheduled",
        ),
    ],
)
def test_the_state_of_a_lead_can_forbid_its_conversion(
    convert: Ask, lead: Record, state: Record, code: str, message: str
) -> None:
    lead.update(state)
    assert root(convert()) == {
        "code": code,
        "details": {"resource_path_index": 1},
        "message": message,
        "status": "error",
    }


def test_a_lead_that_is_locked_cannot_be_converted(convert: Ask, lead: Record) -> None:
    lead["Locked__s"] = True
    error = root(convert())
    assert error["code"] == "RECORD_LOCKED"
    assert error["details"]["action"] == "record_locking"


@pytest.mark.parametrize("lead_id", ["1", "abc", "4876876000000000000"])
def test_an_unknown_lead_is_an_invalid_id(convert: Ask, lead_id: str) -> None:
    error = root(convert({}, lead_id))
    assert (error["code"], error["details"]) == ("INVALID_DATA", {"resource_path_index": 1})


def test_who_may_not_convert_is_told_which_permission(
    convert: Ask, world: World, rep: User
) -> None:
    world.add_profile(Profile(name="No", everything=True, denied={"Crm_Implied_Convert_Leads"}))
    rep.profile = "No"
    error = root(convert(user=rep), 403)
    assert error["code"] == "NO_PERMISSION"
    assert error["details"] == {"permissions": ["Crm_Implied_Convert_Leads"]}


def test_who_may_not_create_deals_converts_without_one(
    convert: Ask, world: World, admin: User, lead: Record, deal: Json
) -> None:
    world.add_profile(Profile(name="No", everything=True, denied={"Crm_Implied_Create_Deals"}))
    admin.profile = "No"
    error = root(convert({"Deals": deal}), 403)
    assert error["details"] == {"permissions": ["Crm_Implied_Create_Deals"]}
    untouched(world, lead)
    assert convert().status_code == 200


def test_a_lead_that_one_may_only_see_cannot_be_converted(
    convert: Ask, world: World, rep: User
) -> None:
    module(world, "Leads").sharing = "public_read"
    assert root(convert(user=rep))["code"] == "AUTHORIZATION_FAILED"


def test_the_scope_to_create_leads_is_needed(convert: Ask) -> None:
    answer = convert(scopes=("ZohoCRM.modules.leads.READ",))
    assert (answer.status_code, answer.json()["code"]) == (401, "OAUTH_SCOPE_MISMATCH")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"data"'])
def test_the_body_must_be_an_object(convert: Ask, body: bytes) -> None:
    error = root(convert(json=None, data=body))
    assert error["message"] == "body"
    assert error["details"] == {"expected_data_type": "jsonobject"}


def test_the_body_needs_data(convert: Ask) -> None:
    assert root(convert(json={}))["code"] == "MANDATORY_NOT_FOUND"


def test_one_lead_has_one_entry(convert: Ask) -> None:
    assert inner(convert(json={"data": [{}, {}]}))["code"] == "LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("wish", "api_name", "path", "expected"),
    [
        ([], "data", "$.data[0]", "jsonobject"),
        ({"overwrite": "yes"}, "overwrite", "$.data[0].overwrite", "boolean"),
        ({"notify_lead_owner": 1}, "notify_lead_owner", "$.data[0].notify_lead_owner", "boolean"),
        ({"Deals": "big"}, "Deals", "$.data[0].Deals", "jsonobject"),
        ({"Accounts": "123"}, "Accounts", "$.data[0].Accounts", "jsonobject"),
        ({"Contacts": ["123"]}, "Contacts", "$.data[0].Contacts", "jsonobject"),
        ({"assign_to": "123"}, "assign_to", "$.data[0].assign_to", "jsonobject"),
        (
            {"move_attachments_to": "Deals"},
            "move_attachments_to",
            "$.data[0].move_attachments_to",
            "jsonobject",
        ),
        (
            {"carry_over_tags": ["a"]},
            "carry_over_tags",
            "$.data[0].carry_over_tags",
            "jsonobject",
        ),
        (
            {"carry_over_tags": {"Contacts": "a"}},
            "Contacts",
            "$.data[0].carry_over_tags.Contacts",
            "jsonarray",
        ),
    ],
)
def test_a_wish_of_the_wrong_type_is_named(
    convert: Ask, wish: object, api_name: str, path: str, expected: str
) -> None:
    assert inner(convert(wish)) == {
        "code": "INVALID_DATA",
        "details": {"expected_data_type": expected, "api_name": api_name, "json_path": path},
        "message": "invalid data",
        "status": "error",
    }


@pytest.mark.parametrize("key", ["Acounts", "id", "Layout"])
def test_a_key_that_zoho_does_not_know_is_refused(convert: Ask, key: str) -> None:
    assert inner(convert({key: {}}))["details"]["api_name"] == key


@pytest.mark.parametrize("version", ["v3", "v6", "v7"])
def test_adding_to_existing_records_is_new_in_v8(convert: Ask, version: str) -> None:
    error = inner(convert({"add_to_existing_record": True}, version=version))
    assert error["details"]["api_name"] == "add_to_existing_record"


@pytest.mark.parametrize("version", ["v2", "v2.1"])
@pytest.mark.parametrize("key", ["Accounts", "Contacts", "assign_to"])
def test_before_v3_objects_are_no_ids(convert: Ask, key: str, version: str) -> None:
    error = inner(convert({key: {"id": "123"}}, version=version))
    assert error["details"]["expected_data_type"] == "bigint"


@pytest.mark.parametrize("key", ["Accounts", "Contacts", "assign_to"])
def test_an_object_without_id_misses_its_id(convert: Ask, key: str) -> None:
    error = inner(convert({key: {}}))
    assert error["code"] == "MANDATORY_NOT_FOUND"
    assert error["details"] == {"api_name": "id", "json_path": f"$.data[0].{key}.id"}


@pytest.mark.parametrize("key", ["Accounts", "Contacts", "assign_to"])
@pytest.mark.parametrize("bad", ["4876876000000000000", "x"])
def test_an_id_must_be_somebodys(convert: Ask, key: str, bad: str) -> None:
    error = inner(convert({key: {"id": bad}}))
    assert (error["code"], error["details"]["json_path"]) == (
        "INVALID_DATA",
        f"$.data[0].{key}.id",
    )


def test_a_user_who_left_gets_nothing(convert: Ask, rep: User) -> None:
    rep.status = "disabled"
    assert inner(convert({"assign_to": {"id": rep.id}}))["code"] == "INVALID_DATA"


def test_some_may_give_records_to_their_subordinates_only(
    convert: Ask, world: World, lead: Record, admin: User, rep: User
) -> None:
    limited = Profile(name="Limited", everything=True, granted={SUBORDINATES_ONLY})
    world.add_profile(limited)
    rep.profile = "Limited"
    lead["Owner"] = rep.brief(email=True)
    assert inner(convert({"assign_to": {"id": admin.id}}, user=rep)) == {
        "code": "INVALID_DATA",
        "details": {"api_name": "Owner", "json_path": "$.data[0].Owner"},
        "message": "Non Subordinate User Found",
        "status": "error",
    }
    assert convert({"assign_to": {"id": rep.id}}, user=rep).status_code == 200


@pytest.mark.parametrize("name", ["Deal_Name", "Stage", "Closing_Date", "Pipeline"])
def test_a_deal_misses_what_is_mandatory(
    convert: Ask, world: World, lead: Record, deal: Json, name: str
) -> None:
    del deal[name]
    assert inner(convert({"Deals": deal})) == {
        "code": "MANDATORY_NOT_FOUND",
        "details": {"api_name": name, "json_path": f"$.data[0].Deals.{name}"},
        "message": "required field not found",
        "status": "error",
    }
    untouched(world, lead)


def test_a_deal_misses_what_the_conversion_form_demands(
    convert: Ask, world: World, deal: Json
) -> None:
    module(world, "Leads").layouts[0].deal_fields.append(("Amount", True))
    error = inner(convert({"Deals": deal}))
    assert (error["code"], error["details"]["api_name"]) == ("MANDATORY_NOT_FOUND", "Amount")


def test_a_deal_misses_what_its_layout_demands(convert: Ask, world: World, deal: Json) -> None:
    placed = module(world, "Deals").layouts[0].place("Next_Step")
    assert placed is not None
    placed.required = True
    error = inner(convert({"Deals": deal}))
    assert (error["code"], error["details"]["api_name"]) == ("MANDATORY_NOT_FOUND", "Next_Step")


def test_a_stage_belongs_to_its_pipeline(
    convert: Ask, world: World, lead: Record, deal: Json
) -> None:
    stages = module(world, "Deals").field("Stage")
    assert stages is not None
    stages.choices += f.pick_list(["Elsewhere"])
    assert inner(convert({"Deals": {**deal, "Stage": "Elsewhere"}})) == {
        "code": "MAPPING_MISMATCH",
        "details": {
            "mapped_field": "Pipeline",
            "api_name": "Stage",
            "json_path": "$.data[0].Stage",
        },
        "message": "Pipeline doesn't contain the Stage",
        "status": "error",
    }
    untouched(world, lead)


def test_a_pipeline_belongs_to_its_layout(convert: Ask, world: World, deal: Json) -> None:
    world.pipelines[0].layout = "Elsewhere"
    error = inner(convert({"Deals": deal}))
    assert error["code"] == "MAPPING_MISMATCH"
    assert error["message"] == "Layout doesn't contain the Pipeline"
    assert error["details"]["mapped_field"] == "Layout"


@pytest.mark.parametrize(
    ("name", "value", "details"),
    [
        ("Deal_Name", "x" * 121, {"maximum_length": 120}),
        ("Closing_Date", "31.12.2026", {"expected_data_type": "date"}),
        ("Amount", "much", {"expected_data_type": "double"}),
        ("Stage", "Nowhere", {}),
    ],
)
def test_a_value_of_the_deal_must_fit(
    convert: Ask, deal: Json, name: str, value: object, details: Json
) -> None:
    assert inner(convert({"Deals": {**deal, name: value}})) == {
        "code": "INVALID_DATA",
        "details": {**details, "api_name": name, "json_path": f"$.data[0].Deals.{name}"},
        "message": "invalid data",
        "status": "error",
    }


def test_a_role_must_be_one_of_the_orgs(convert: Ask, deal: Json) -> None:
    error = inner(convert({"Deals": {**deal, "Contact_Role": "1"}}))
    assert error["details"]["api_name"] == "Contact_Role"


def test_attachments_go_to_one_of_three_modules(convert: Ask, world: World) -> None:
    to = {"api_name": "Vendors", "id": module(world, "Vendors").id}
    error = inner(convert({"move_attachments_to": to}))
    assert error["details"]["json_path"] == "$.data[0].move_attachments_to.id"


def test_attachments_do_not_go_where_nothing_is_made(convert: Ask) -> None:
    error = inner(convert({"move_attachments_to": {"api_name": "Deals"}}))
    assert error["details"]["api_name"] == "move_attachments_to"


def test_a_module_must_be_named(convert: Ask) -> None:
    error = inner(convert({"move_attachments_to": {}}))
    assert error["code"] == "EXPECTED_FIELD_MISSING"


def test_name_and_id_must_mean_the_same_module(convert: Ask, world: World) -> None:
    to = {"api_name": "Contacts", "id": module(world, "Deals").id}
    assert inner(convert({"move_attachments_to": to}))["code"] == "AMBIGUITY_DURING_PROCESSING"


def test_only_the_leads_own_tags_are_carried(convert: Ask) -> None:
    error = inner(convert({"carry_over_tags": {"Contacts": ["nobody's"]}}))
    assert error["details"]["json_path"] == "$.data[0].carry_over_tags.Contacts[0]"


def test_a_unique_value_that_is_there_already_is_a_duplicate(
    convert: Ask, world: World, lead: Record, rep: User
) -> None:
    email = module(world, "Contacts").field("Email")
    assert email is not None
    email.unique = True
    other = world.add_record(
        "Contacts", {"Last_Name": "Doe", "Email": "PAT@acme.example"}, owner=rep
    )
    error = inner(convert())
    assert (error["code"], error["message"]) == ("DUPLICATE_DATA", "duplicate data")
    assert error["details"]["api_name"] == "Email"
    assert error["details"]["id"] == other["id"]
    assert not lead.get("$converted")
    assert convert({"add_to_existing_record": True}).status_code == 200


@pytest.mark.parametrize(("name", "word"), [("Contacts", "contact"), ("Accounts", "account")])
def test_a_given_record_must_not_clash_with_a_unique_value(
    convert: Ask, world: World, name: str, word: str
) -> None:
    phone = module(world, name).field("Phone")
    assert phone is not None
    phone.unique = True
    names = {"Last_Name": "Doe", "Account_Name": "Acme"}
    world.add_record(name, {**names, "Phone": "+1 555 0100"})
    other = world.add_record(name, names)
    error = inner(convert({name: {"id": other["id"]}}))
    assert error["message"] == f"give {word} id is mismatched with the data"


def test_a_refused_conversion_changes_nothing(
    convert: Ask, world: World, lead: Record, deal: Json
) -> None:
    before = world.snapshot()
    inner(convert({"Deals": {**deal, "Stage": "Nowhere"}}))
    assert world.snapshot().records == before.records
    assert world.snapshot().links == before.links
