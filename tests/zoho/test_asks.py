"""Each question has the method, path and shape that its version of the API wants."""

import pytest

from extension.errors import ZohoRefused
from extension.zoho.asks import Asks
from extension.zoho.versions import SUPPORTED, named

V8 = Asks(named("v8"))
ALL = ["v2", "v2.1", "v3", "v4", "v5", "v6", "v7", "v8"]


@pytest.mark.parametrize(
    ("ask", "path", "params"),
    [
        (V8.modules(), "/settings/modules", {}),
        (V8.fields("Leads"), "/settings/fields", {"module": "Leads"}),
        (V8.layouts("Leads"), "/settings/layouts", {"module": "Leads"}),
        (V8.related_lists("Leads"), "/settings/related_lists", {"module": "Leads"}),
        (V8.pipelines("91023"), "/settings/pipeline", {"layout_id": "91023"}),
        (V8.profiles(), "/settings/profiles", {}),
        (V8.profile("15972"), "/settings/profiles/15972", {}),
        (V8.current_user(), "/users", {"type": "CurrentUser"}),
        (V8.users(2), "/users", {"type": "ActiveUsers", "page": "2", "per_page": "200"}),
        (V8.org(), "/org", {}),
        (V8.lead("7"), "/Leads/7", {"converted": "both"}),
        (V8.conversion_options("7"), "/Leads/7/__conversion_options", {}),
        (V8.search("Vendors", "(A:equals:b)", 25), "/Vendors/search",
         {"criteria": "(A:equals:b)", "per_page": "25"}),
        (V8.search("Vendors", "(A:equals:b)", 999, ["id", "Email"]), "/Vendors/search",
         {"criteria": "(A:equals:b)", "per_page": "200", "fields": "id,Email"}),
    ],
)  # fmt: skip
def test_a_question_that_reads(ask, path, params):
    assert (ask.method, ask.path, dict(ask.params)) == ("GET", f"/crm/v8{path}", params)
    assert not ask.writes
    assert ask.places == 1


def test_counting_is_a_post_that_only_reads():
    ask = V8.related_counts("Leads", "7", ["Notes", "Tasks"])
    assert ask.path == "/crm/v8/Leads/7/actions/get_related_records_count"
    assert ask.json == {
        "get_related_records_count": [
            {"related_list": {"api_name": "Notes"}},
            {"related_list": {"api_name": "Tasks"}},
        ]
    }
    assert (ask.method, ask.writes) == ("POST", False)


def test_what_comes_from_outside_cannot_leave_its_place_in_the_path():
    assert V8.lead("../users?x=1#").path == "/crm/v8/Leads/..%2Fusers%3Fx%3D1%23"


@pytest.mark.parametrize("text", ALL)
def test_the_version_is_in_every_path(text):
    assert Asks(named(text)).org().path == f"/crm/{text}/org"
    assert str(named(text)) == text


@pytest.mark.parametrize("text", ["", "8", "v1", "v9", "v2.2", "v8.1", "V8", "v8\n", "latest"])
def test_a_version_that_does_not_exist_is_refused(text):
    with pytest.raises(ValueError, match=r"must be one of v2, v2\.1"):
        named(text)


def test_versions_are_in_order():
    assert list(SUPPORTED) == sorted(SUPPORTED)
    assert [str(version) for version in SUPPORTED] == ALL


@pytest.mark.parametrize(
    ("feature", "first", "put"),
    [
        ("composite", "v3", lambda asks: asks.composite({"org": asks.org()})),
        ("related_counts", "v4", lambda asks: asks.related_counts("Leads", "7", ["Notes"])),
        ("conversion_options", "v5", lambda asks: asks.conversion_options("7")),
    ],
)
def test_what_a_version_does_not_offer_is_not_asked(feature, first, put):
    for text in ALL:
        asks = Asks(named(text))
        assert asks.offers(feature) is (ALL.index(text) >= ALL.index(first))
        if asks.offers(feature):
            put(asks)
            continue
        with pytest.raises(ZohoRefused) as refused:
            put(asks)
        assert refused.value.zoho_code == "API_NOT_SUPPORTED"


def converted(text):
    wish = {"Accounts": "11", "Contacts": "12", "assign_to": "13", "overwrite": True,
            "Deals": {"Deal_Name": "Acme"}}  # fmt: skip
    ask = Asks(named(text)).convert("7", wish)
    assert (ask.method, ask.path) == ("POST", f"/crm/{text}/Leads/7/actions/convert")
    assert ask.writes
    return ask.json["data"][0]


@pytest.mark.parametrize("text", ["v2", "v2.1"])
def test_old_versions_want_plain_ids_in_a_conversion(text):
    assert converted(text) == {
        "Accounts": "11", "Contacts": "12", "assign_to": "13", "overwrite": True,
        "Deals": {"Deal_Name": "Acme"},
    }  # fmt: skip


@pytest.mark.parametrize("text", ["v3", "v7", "v8"])
def test_newer_versions_want_ids_in_objects_in_a_conversion(text):
    assert converted(text) == {
        "Accounts": {"id": "11"}, "Contacts": {"id": "12"}, "assign_to": {"id": "13"},
        "overwrite": True, "Deals": {"Deal_Name": "Acme"},
    }  # fmt: skip


NOTE = {"Note_Title": "Call", "Note_Content": "Called twice."}


@pytest.mark.parametrize("text", ["v2", "v2.1", "v3", "v4"])
def test_old_versions_name_the_parent_of_a_note_beside_its_id(text):
    ask = Asks(named(text)).create_notes("Vendors", "9", [NOTE])
    assert ask.json == {"data": [{**NOTE, "Parent_Id": "9", "se_module": "Vendors"}]}
    assert ask.writes


@pytest.mark.parametrize("text", ["v5", "v8"])
def test_newer_versions_name_the_parent_of_a_note_in_one_object(text):
    ask = Asks(named(text)).create_notes("Vendors", "9", [NOTE])
    parent = {"module": {"api_name": "Vendors"}, "id": "9"}
    assert ask.json == {"data": [{**NOTE, "Parent_Id": parent}]}
    assert ask.path == f"/crm/{text}/Notes"
