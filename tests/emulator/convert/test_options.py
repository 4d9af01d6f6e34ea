"""What `__conversion_options` answers, version by version."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator import World
from emulator import fields as f
from emulator.schema import Profile, User
from emulator.world import Record

Ask = Callable[..., Any]


def said(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()["__conversion_options"]
    return body


def make_unique(world: World, module: str, name: str) -> None:
    found = world.module(module)
    assert found is not None
    one = found.field(name)
    assert one is not None
    one.unique = True


def second_layout(world: World, module: str, **traits: Any) -> None:
    found = world.module(module)
    assert found is not None
    found.layouts.append(f.layout("Second", f.section("All", "Last_Name"), **traits))
    world.number(found)


def add_contact(world: World, **values: object) -> Record:
    return world.add_record("Contacts", {"Last_Name": "Doe", **values})


def test_nothing_alike_and_one_layout_each_is_no_content(options: Ask) -> None:
    answer = options()
    assert (answer.status_code, answer.content) == (204, b"")


def test_nothing_alike_but_several_layouts_is_an_answer_of_nulls(
    options: Ask, world: World
) -> None:
    second_layout(world, "Deals")
    deals = world.module("Deals")
    assert deals is not None
    assert said(options()) == {
        "module_preference": None,
        "Contacts": None,
        "preference_field_matched_value": None,
        "Accounts": None,
        "modules_with_multiple_layouts": [{"api_name": "Deals", "id": deals.id}],
    }


@pytest.mark.parametrize("traits", [{"active": False}, {"profiles": ("Standard",)}])
def test_a_layout_that_the_caller_cannot_use_does_not_count(
    options: Ask, world: World, traits: dict[str, Any]
) -> None:
    second_layout(world, "Contacts", **traits)
    assert options().status_code == 204


def test_a_hidden_target_module_leaves_nothing_to_say(options: Ask, world: World) -> None:
    add_contact(world, Email="pat@acme.example")
    accounts = world.module("Accounts")
    assert accounts is not None
    accounts.status = "user_hidden"
    assert options().status_code == 204


def test_without_unique_fields_the_address_comes_first(options: Ask, world: World) -> None:
    by_mail = add_contact(world, First_Name="Patricia", Email="PAT@acme.example")
    add_contact(world, First_Name="Pat")
    world.add_record("Accounts", {"Account_Name": "Acme"})
    body = said(options())
    assert body["module_preference"]["api_name"] == "Contacts"
    assert [one["id"] for one in body["Contacts"]] == [by_mail["id"]]
    [agreed] = body["preference_field_matched_value"]["Contacts"]
    assert (agreed["field"]["api_name"], agreed["matched_lead_value"]) == (
        "Email",
        "pat@acme.example",
    )


def test_the_company_comes_before_the_name(options: Ask, world: World) -> None:
    add_contact(world, First_Name="Pat")
    world.add_record("Accounts", {"Account_Name": "ACME"})
    body = said(options())
    assert body["module_preference"]["api_name"] == "Accounts"
    agreed = body["preference_field_matched_value"]
    assert agreed["Contacts"][0]["field"]["api_name"] == "Full_Name"
    assert agreed["Accounts"][0]["field"]["api_name"] == "Account_Name"


def test_a_unique_field_goes_before_everything_else(options: Ask, world: World) -> None:
    make_unique(world, "Accounts", "Website")
    add_contact(world, Email="pat@acme.example")
    world.add_record("Accounts", {"Account_Name": "Acme"})
    same_site = world.add_record(
        "Accounts", {"Account_Name": "Other", "Website": "https://acme.example"}
    )
    body = said(options())
    assert body["module_preference"]["api_name"] == "Accounts"
    assert [one["id"] for one in body["Accounts"]] == [same_site["id"]]
    assert body["preference_field_matched_value"]["Accounts"][0]["field"]["unique"] is True


def test_contacts_go_before_accounts_when_both_agree_in_unique_fields(
    options: Ask, world: World
) -> None:
    make_unique(world, "Contacts", "Phone")
    make_unique(world, "Accounts", "Website")
    add_contact(world, Phone="+1 555 0100")
    world.add_record("Accounts", {"Account_Name": "Other", "Website": "https://acme.example"})
    assert said(options())["module_preference"]["api_name"] == "Contacts"


def test_a_unique_field_that_finds_nothing_gives_way_to_the_address(
    options: Ask, world: World
) -> None:
    make_unique(world, "Contacts", "Mobile")
    add_contact(world, Email="pat@acme.example")
    agreed = said(options())["preference_field_matched_value"]["Contacts"]
    assert [one["field"]["api_name"] for one in agreed] == ["Email"]


def test_at_most_a_hundred_matches_are_told(options: Ask, world: World) -> None:
    for _ in range(101):
        add_contact(world, Email="pat@acme.example")
    assert len(said(options())["Contacts"]) == 100


def test_records_in_the_recycle_bin_are_no_matches(options: Ask, world: World, admin: User) -> None:
    contact = add_contact(world, Email="pat@acme.example")
    world.recycle("Contacts", contact["id"], admin)
    assert options().status_code == 204


def test_a_match_looks_as_in_v8(options: Ask, world: World) -> None:
    account = world.add_record("Accounts", {"Account_Name": "Other", "Locked__s": True})
    contact = add_contact(
        world, Email="pat@acme.example", Account_Name=world.reference("Accounts", account)
    )
    [told] = said(options())["Contacts"]
    assert told == {
        "Full_Name": "Doe",
        "Email": "pat@acme.example",
        "Layout": {"name": "Standard", "id": contact["Layout"]["id"]},
        "Account_Name": {"name": "Other", "id": account["id"], "Locked__s": True},
        "Locked__s": False,
        "$editable": True,
        "id": contact["id"],
        "$approval_state": "approved",
        "Data_Processing_Basis": "null",
    }


@pytest.mark.parametrize("version", ["v5", "v6", "v7"])
def test_before_v8_a_match_says_less_and_an_account_its_layout(
    options: Ask, world: World, version: str
) -> None:
    account = world.add_record("Accounts", {"Account_Name": "Acme", "Phone": "1"})
    body = said(options(version=version))
    layout = account["Layout"]
    assert body["Accounts"] == [
        {
            "Layout": {"name": "Standard", "id": layout["id"]},
            "Phone": "1",
            "Account_Type": None,
            "Website": None,
            "Account_Name": "Acme",
            "$editable": True,
            "id": account["id"],
        }
    ]
    [agreed] = body["preference_field_matched_value"]["Accounts"]
    assert set(agreed["field"]) == {"api_name", "id"}


@pytest.mark.parametrize("version", ["v2", "v2.1", "v3", "v4"])
def test_before_v5_there_are_no_options(options: Ask, version: str) -> None:
    answer = options(version=version)
    assert (answer.status_code, answer.json()["code"]) == (400, "API_NOT_SUPPORTED")
    assert answer.json()["details"] == {"supported_version": 5}


def test_inner_details_may_be_asked_for(options: Ask, world: World) -> None:
    add_contact(world, Email="pat@acme.example")
    asked = options(params={"include_inner_details": "Contacts.Owner,nonsense"})
    assert said(asked) == said(options())


def test_editable_follows_permission(options: Ask, world: World, rep: User) -> None:
    for name in ("Leads", "Contacts"):
        found = world.module(name)
        assert found is not None
        found.sharing = "public_read"
    add_contact(world, Email="pat@acme.example")
    assert said(options(user=rep))["Contacts"][0]["$editable"] is False


def test_what_the_caller_does_not_see_is_no_match(options: Ask, world: World, rep: User) -> None:
    leads = world.module("Leads")
    assert leads is not None
    leads.sharing = "public_read"
    add_contact(world, Email="pat@acme.example")
    assert options(user=rep).status_code == 204


def test_a_hidden_field_is_told_empty(options: Ask, world: World, rep: User) -> None:
    for name in ("Leads", "Contacts"):
        found = world.module(name)
        assert found is not None
        found.sharing = "public_read"
    contacts = world.module("Contacts")
    assert contacts is not None
    f.hidden_from(contacts.field("Email"), "Standard")  # type: ignore[arg-type]
    add_contact(world, Email="pat@acme.example")
    assert said(options(user=rep))["Contacts"][0]["Email"] is None


@pytest.mark.parametrize(
    ("state", "code", "message"),
    [
        ({"$converted": True}, "INVALID_DATA", "the given id seems to be invalid"),
        ({"$approval_state": "approval_process_pending"}, "NOT_APPROVED", "record not approved"),
        ({"$in_merge": True}, "RECORD_LOCKED", "record under merge is locked"),
    ],
)
def test_the_state_of_a_lead_can_forbid_the_question(
    options: Ask, lead: Record, state: Record, code: str, message: str
) -> None:
    lead.update(state)
    answer = options()
    assert answer.status_code == 400
    assert answer.json() == {
        "code": code,
        "details": {"resource_path_index": 1},
        "message": message,
        "status": "error",
    }


@pytest.mark.parametrize("lead_id", ["1", "abc", "4876876000000000000"])
def test_an_unknown_lead_is_an_invalid_id(options: Ask, lead_id: str) -> None:
    answer = options(lead_id)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_DATA")


def test_a_lead_that_is_not_mine_is_an_invalid_id(options: Ask, rep: User) -> None:
    answer = options(user=rep)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_DATA")


def test_who_may_not_see_leads_is_told_which_permission(
    options: Ask, world: World, rep: User
) -> None:
    world.add_profile(Profile(name="No Leads", everything=True, denied={"Crm_Implied_View_Leads"}))
    rep.profile = "No Leads"
    answer = options(user=rep)
    assert answer.status_code == 403
    assert answer.json()["details"] == {"permissions": ["Crm_Implied_View_Leads"]}


def test_the_scope_to_read_leads_is_needed(options: Ask) -> None:
    answer = options(scopes=("ZohoCRM.modules.contacts.READ",))
    assert (answer.status_code, answer.json()["code"]) == (401, "OAUTH_SCOPE_MISMATCH")
