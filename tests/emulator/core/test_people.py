"""The org, its users, roles and profiles."""

import pytest

from emulator.schema import User
from emulator.standard import custom_module


@pytest.fixture
def rep(world):
    return world.users[1]


def names(answer):
    return [user["first_name"] for user in answer.json()["users"]] if answer.content else []


@pytest.fixture
def crowd(world):
    world.add_user(
        User(first_name="Gone", last_name="X", email="g@example.com", profile="Standard",
             role="Manager", status="disabled"),
        User(first_name="New", last_name="X", email="n@example.com", profile="Standard",
             role="Manager", confirmed=False),
        User(first_name="Left", last_name="X", email="l@example.com", profile="Standard",
             role="Manager", status="deleted"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("AllUsers", ["Ada", "Rob", "Gone", "New", "Left"]),
        ("ActiveUsers", ["Ada", "Rob", "New"]),
        ("DeactiveUsers", ["Gone"]),
        ("NotConfirmedUsers", ["New"]),
        ("ActiveConfirmedUsers", ["Ada", "Rob"]),
        ("DeletedUsers", ["Left"]),
        ("AdminUsers", ["Ada"]),
        ("CurrentUser", ["Ada"]),
    ],
)
@pytest.mark.usefixtures("crowd")
def test_users_are_asked_for_by_type(zoho, kind, expected):
    assert names(zoho("GET", "/users", params={"type": kind})) == expected


def test_the_current_user_is_who_asks(zoho, rep):
    [user] = zoho("GET", "/users?type=CurrentUser", user=rep).json()["users"]
    assert (user["id"], user["full_name"]) == (rep.id, "Rob Rep")
    assert user["profile"]["name"] == "Standard"


def test_an_unknown_type_is_invalid(zoho):
    answer = zoho("GET", "/users?type=NiceUsers")
    assert (answer.status_code, answer.json()["details"]) == (400, {"param_name": "type"})


@pytest.mark.usefixtures("crowd")
def test_users_come_in_pages(zoho):
    pages = [zoho("GET", "/users", params={"page": n, "per_page": 2}) for n in (1, 3, 4)]
    assert [names(page) for page in pages] == [["Ada", "Rob"], ["Left"], []]
    assert pages[0].json()["info"] == {
        "per_page": 2,
        "count": 2,
        "page": 1,
        "more_records": True,
    }
    assert pages[2].status_code == 204


def test_one_user_is_found_by_id(zoho, rep):
    assert names(zoho("GET", f"/users/{rep.id}")) == ["Rob"]
    assert zoho("GET", "/users/1").status_code == 204


def test_the_org_has_two_ids(zoho, world):
    [org] = zoho("GET", "/org").json()["org"]
    assert org["zgid"] == world.org.zgid
    assert org["id"] != org["zgid"]
    assert (org["company_name"], org["license_details"]["paid_type"]) == (
        "Acme Inc.",
        "enterprise",
    )


def test_roles_know_their_superior(zoho):
    roles = {
        role["name"]: role["reporting_to"]
        for role in zoho("GET", "/settings/roles").json()["roles"]
    }
    assert roles["CEO"] is None
    assert roles["Manager"]["name"] == "CEO"


def test_profiles_are_listed_without_their_permissions(zoho):
    answer = zoho("GET", "/settings/profiles").json()
    assert [profile["name"] for profile in answer["profiles"]] == ["Administrator", "Standard"]
    assert "permissions_details" not in answer["profiles"][0]
    assert answer["info"]["count"] == 2


@pytest.fixture
def enabled(zoho, world):
    """What a profile allows, as its API says: permission name to yes or no."""

    def ask(profile_name):
        profile_id = world.profile(profile_name).id
        [profile] = zoho("GET", f"/settings/profiles/{profile_id}").json()["profiles"]
        return {one["name"]: one["enabled"] for one in profile["permissions_details"]}

    return ask


def test_a_profile_tells_what_it_allows(enabled, world):
    world.profile("Standard").denied |= {"Crm_Implied_Convert_Leads"}
    assert enabled("Administrator")["Crm_Implied_Convert_Leads"]
    standard = enabled("Standard")
    assert not standard["Crm_Implied_Convert_Leads"]
    assert not standard["Crm_Implied_Customize_Zoho_CRM"]
    assert standard["Crm_Implied_View_Leads"]


def test_permissions_of_a_custom_module_have_its_inner_name(enabled, world):
    world.add_module(custom_module("Suppliers", "Supplier", "Suppliers", number=4))
    world.profile("Standard").denied |= {"Crm_Implied_Create_Suppliers"}
    permissions = enabled("Standard")
    assert "Crm_Implied_Create_Suppliers" not in permissions
    assert not permissions["Crm_Implied_Create_CustomModule4"]


def test_a_permission_names_its_module_and_the_one_it_rests_on(zoho, world):
    profile_id = world.profile("Standard").id
    [profile] = zoho("GET", f"/settings/profiles/{profile_id}").json()["profiles"]
    by_name = {one["name"]: one for one in profile["permissions_details"]}
    view, create = by_name["Crm_Implied_View_Leads"], by_name["Crm_Implied_Create_Leads"]
    assert (create["module"], create["display_label"]) == ("Leads", "Create")
    assert (create["parent_permissions"], view["parent_permissions"]) == ([view["id"]], None)
    [modules] = [section for section in profile["sections"] if section["name"] == "module"]
    leads = next(one for one in modules["categories"] if one["module"] == "Leads")
    assert view["id"] in leads["permissions_details"]


@pytest.mark.parametrize("path", ["/settings/profiles", "/settings/profiles/{}"])
def test_a_rep_cannot_read_profiles(zoho, world, rep, path):
    answer = zoho("GET", path.format(world.profiles[0].id), user=rep)
    assert answer.status_code == 403
    assert answer.json()["details"] == {"permissions": ["Crm_Implied_Manage_Profiles"]}


def test_an_unknown_profile_is_invalid(zoho):
    answer = zoho("GET", "/settings/profiles/1")
    assert (answer.status_code, answer.json()["details"]) == (400, {"resource_path_index": 2})
