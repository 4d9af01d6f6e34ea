"""What a lead can become: the answer, who may have it, and what it costs at Zoho."""

from dataclasses import replace
from threading import Barrier

import pytest

from emulator import World
from emulator.schema import Profile, User
from emulator.standard import custom_module
from tests.extension.rig import Person, asked, error_of, on_sqlite

PLAIN = {
    "First_Name": "Pat",
    "Last_Name": "Doe",
    "Company": "Acme",
    "Email": "pat@acme.example",
    "Phone": "555 0199",
}


@pytest.fixture
def lead(world: World) -> str:
    """A lead without anything unusual, which is a vendor and a contact already."""
    boss, rep = world.users[:2]
    world.add_record("Vendors", {"Vendor_Name": "Acme", "Email": PLAIN["Email"]}, owner=boss)
    account = world.add_record("Accounts", {"Account_Name": "Acme"}, owner=rep)
    contact = {"First_Name": "Pat", "Last_Name": "Doe", "Email": PLAIN["Email"]}
    contact["Account_Name"] = {"id": account["id"], "name": "Acme"}
    world.add_record("Contacts", contact, owner=rep)
    return str(world.add_record("Leads", PLAIN, owner=rep)["id"])


def options_of(answer) -> dict[str, dict]:
    assert answer.status_code == 200, answer.json
    return {one["target"]: one for one in answer.json["options"]}


def test_the_lead_and_everything_that_it_can_become(rep, lead, world):
    answer = rep.options(lead)
    assert answer.json["lead"] == {
        "id": lead,
        "name": "Pat Doe",
        "company": "Acme",
        "email": "pat@acme.example",
        "owner": {"id": world.users[1].id, "name": "Rob Rep"},
        "layout": {"id": world.module("Leads").layout().id, "name": "Standard"},
        "converted": False,
    }
    options = options_of(answer)
    assert list(options) == ["zoho", "Vendors"]
    assert all(one["available"] for one in options.values())
    assert [one["key"] for one in options["zoho"]["records"]] == ["Contacts", "Accounts", "Deals"]
    assert [one["key"] for one in options["Vendors"]["records"]] == ["Vendors"]
    assert answer.json["as_of"] == "2026-01-10T12:00:00+00:00"
    assert answer.json["warnings"] == []


@on_sqlite
def test_records_that_may_be_the_same_are_named_with_the_reason(rep, lead):
    options = options_of(rep.options(lead))
    [vendor] = options["Vendors"]["records"][0]["matches"]
    assert (vendor["name"], vendor["owner"]) == ("Acme", "Ada Admin")
    assert {reason["params"]["field"] for reason in vendor["reasons"]} == {"Email", "Vendor_Name"}
    assert all(reason["key"] and reason["message"] for reason in vendor["reasons"])
    contact, account, _ = options["zoho"]["records"]
    assert [one["name"] for one in contact["matches"]] == ["Pat Doe"]
    assert [one["name"] for one in account["matches"]] == ["Acme"]
    assert contact["matches_state"] == account["matches_state"] == "known"


@on_sqlite
def test_what_hangs_on_the_lead_is_counted(rep, lead, world):
    parent = {"Parent_Id": {"id": lead, "name": "Pat Doe"}, "$se_module": "Leads"}
    world.add_record("Notes", {"Note_Content": "x", **parent}, owner=world.users[1])
    related = {one["list"]: one["count"] for one in rep.options(lead).json["related"]}
    assert related["Notes"] == 1
    assert related["Attachments"] == 0


@on_sqlite
def test_custom_modules_are_offered_after_vendors_in_the_order_of_their_labels(rep, lead, world):
    world.add_module(
        custom_module("Zulu", "Zulu", "Zulus", number=1),
        custom_module("Partners", "Partner", "Partners", number=2),
    )
    options = options_of(rep.options(lead))
    assert list(options) == ["zoho", "Vendors", "Partners", "Zulu"]


# What it costs


@on_sqlite
def test_a_plain_lead_costs_at_most_four_calls(warm, lead, world):
    warm.options(lead)
    assert asked(world) <= 4


@on_sqlite
def test_a_plain_lead_costs_one_round_trip(warm, lead, world):
    """Every call is under way before the first one is answered."""
    warm.options(lead)
    calls = asked(world)
    together = Barrier(calls)
    world.faults.sleep = lambda _: together.wait(20)
    world.faults.order("latency", times=None)
    assert warm.options(lead).status_code == 200


@on_sqlite
@pytest.mark.parametrize(
    "unusual",
    [
        {"Company": "Acme (Holding), Inc."},
        {"Company": "Acme Ltd"},
        {"Email": None},
        {"Phone": None, "Email": None},
        {"Company": 'Acme "the best" \\ Sons'},
        {"Company": "Zażółć gęślą & Söhne"},
    ],
)
def test_values_that_cannot_go_by_reference_are_searched_in_a_second_trip(warm, world, unusual):
    vendor = {"Vendor_Name": unusual.get("Company", "Acme"), "Email": None}
    world.add_record("Vendors", vendor, owner=world.users[0])
    values = {**PLAIN, "Email": "pat@other.example", **unusual}
    lead = world.add_record("Leads", values, owner=world.users[1])
    options = options_of(warm.options(lead["id"]))
    record = options["Vendors"]["records"][0]
    assert record["matches_state"] == "known"
    assert vendor["Vendor_Name"] in {one["name"] for one in record["matches"]}
    assert asked(world) <= 5


@on_sqlite
def test_a_cold_lead_costs_what_the_metadata_costs_once(rep, lead, world):
    world.log.clear()
    rep.options(lead)
    kinds = world.log.summary()["by_kind"]
    assert all(count == 1 for kind, count in kinds.items() if "/modules" in kind)
    assert asked(world) <= 25


@on_sqlite
def test_no_person_asks_with_another_persons_grant(warm, lead, world):
    warm.options(lead)
    assert {call.user_id for call in world.log.calls} == {world.users[1].id}


# Who may have it


@on_sqlite
def test_a_lead_that_does_not_exist_is_not_found(warm):
    answer = warm.options("1234567000000999999")
    assert error_of(answer) == (404, "not_found")


@on_sqlite
def test_a_lead_that_does_not_exist_is_not_found_cold_either(rep):
    assert error_of(rep.options("1234567000000999999")) == (404, "not_found")


@on_sqlite
@pytest.mark.parametrize("module", ["Contacts", "Vendors", "Accounts"])
def test_a_record_of_another_module_is_no_lead(warm, world, module):
    [record_id] = list(world.records[module])[:1]
    assert error_of(warm.options(record_id)) == (404, "not_found")


@on_sqlite
def test_a_lead_in_the_recycle_bin_is_not_found(warm, lead, world):
    world.recycle("Leads", lead, world.users[0])
    assert error_of(warm.options(lead)) == (404, "not_found")


@on_sqlite
def test_a_stranger_does_not_find_it(warm, stranger, lead, world):
    assert error_of(stranger.options(lead)) == (404, "not_found")
    assert error_of(stranger.options(lead)) == (404, "not_found"), "nor when warm"
    assert asked(world) == 0


@on_sqlite
def test_nobody_does_not_get_it(nobody, lead):
    assert error_of(nobody.options(lead)) == (401, "not_signed_in")


@on_sqlite
def test_a_lead_that_zoho_hides_from_the_person_is_not_found(warm, world):
    world.module("Leads").sharing = "private"
    hidden = world.add_record("Leads", PLAIN, owner=world.users[0])
    assert error_of(warm.options(hidden["id"])) == (404, "not_found")


@on_sqlite
def test_the_administrator_sees_it_all_the_same(warm, admin, world):
    world.module("Leads").sharing = "private"
    hidden = world.add_record("Leads", PLAIN, owner=world.users[0])
    assert admin.options(hidden["id"]).status_code == 200


# What stands in the way


@on_sqlite
@pytest.mark.parametrize(
    ("state", "key"),
    [
        ({"$converted": True, "Converted__s": True}, "already_converted"),
        ({"Locked__s": True}, "locked"),
        ({"$in_merge": True}, "locked.merging"),
        ({"$approval_state": "approval_process_pending"}, "not_approved"),
    ],
)
@pytest.mark.parametrize("temperature", ["warm", "cold"])
def test_a_lead_that_cannot_be_converted_now_says_why(rep, lead, world, state, key, temperature):
    if temperature == "warm":
        rep.options(lead)
    world.find("Leads", lead).update(state)
    for option in options_of(rep.options(lead)).values():
        assert not option["available"]
        assert key in {one["key"] for one in option["blockers"]}


def with_profile(world: World, **denied: object) -> Profile:
    profile = Profile(name="Limited", everything=True, **denied)
    world.add_profile(profile)
    return profile


@pytest.fixture
def limited(admin, person, world):
    """Somebody whose profile denies what the test says."""

    def new(*denied: str) -> Person:
        with_profile(world, denied={"Crm_Implied_Manage_Profiles", *denied})
        user = User(
            first_name="Lim", last_name="Ited", email="lim@example.com", profile="Limited",
            role="CEO",
        )  # fmt: skip
        world.add_user(user)
        one = person()
        assert one.sign_in(world, user).status_code == 200
        return one

    return new


@on_sqlite
def test_a_person_who_may_not_convert_is_told_so_and_may_create_a_vendor(limited, lead):
    options = options_of(limited("Crm_Implied_Convert_Leads").options(lead))
    assert [one["key"] for one in options["zoho"]["blockers"]] == ["no_permission.convert"]
    assert options["Vendors"]["available"]


@on_sqlite
def test_a_person_who_may_not_create_vendors_is_told_so(limited, lead):
    options = options_of(limited("Crm_Implied_Create_Vendors").options(lead))
    assert [one["code"] for one in options["Vendors"]["blockers"]] == ["no_permission"]
    assert options["zoho"]["available"]


@on_sqlite
def test_a_person_who_may_only_read_is_offered_nothing(limited, lead, world):
    denied = {
        f"Crm_Implied_{verb}_{module}"
        for verb in ("Create", "Edit", "Delete")
        for module in ("Leads", "Contacts", "Accounts", "Deals", "Vendors")
    }
    options = options_of(limited("Crm_Implied_Convert_Leads", *denied).options(lead))
    assert not any(one["available"] for one in options.values())


@on_sqlite
def test_a_person_who_may_not_see_vendors_is_told_and_nobody_searches_there(limited, lead, world):
    one = limited("Crm_Implied_View_Vendors", "Crm_Implied_Create_Vendors")
    options = options_of(one.options(lead))
    assert not options["Vendors"]["available"]
    assert options["Vendors"]["records"] == [] or not options["Vendors"]["records"][0]["matches"]


@on_sqlite
@pytest.mark.parametrize("temperature", ["cold", "warm"])
def test_a_person_who_may_not_see_leads_is_told_so(limited, lead, admin, temperature):
    if temperature == "warm":
        admin.options(lead)
    assert error_of(limited("Crm_Implied_View_Leads").options(lead)) == (403, "not_permitted")


@on_sqlite
def test_a_person_who_may_not_use_the_api_is_told_so(limited, lead, world):
    one = limited()
    world.profile("Limited").denied.add("Crm_Implied_Api_Access")
    assert error_of(one.options(lead)) == (403, "not_permitted")


@on_sqlite
def test_a_user_whom_the_org_has_closed_out_has_to_sign_in_again(warm, lead, world):
    world.users[1].status = "disabled"
    assert error_of(warm.options(lead)) == (401, "grant_revoked")


# Older versions of Zoho's API


@on_sqlite
@pytest.mark.parametrize("version", ["v2", "v2.1", "v4", "v6", "v7"])
def test_every_version_of_the_api_leads_to_the_same_options(
    admin, lead, world, config, new_app, person, version
):
    there = person(new_app(replace(config, zoho_api_version=version)))
    there.token = admin.token
    for answer in (there.options(lead), there.options(lead)):
        options = options_of(answer)
        assert [name for name, one in options.items() if one["available"]] == ["zoho", "Vendors"]
        assert [one["name"] for one in options["Vendors"]["records"][0]["matches"]] == ["Acme"]
        contact, account, _ = options["zoho"]["records"]
        assert [one["name"] for one in contact["matches"]] == ["Pat Doe"]
        assert [one["name"] for one in account["matches"]] == ["Acme"]
