"""GET /{module} and GET /{module}/{id}: pages, order, filters, and what is left out."""

from datetime import timedelta

import pytest


def ids(response):
    return [record["id"] for record in response.json()["data"]]


def test_a_list_holds_the_fields_asked_for_and_the_id(zoho, lead):
    response = zoho("GET", "/Leads", params={"fields": "Last_Name,Email"})
    assert response.json() == {
        "data": [{"Last_Name": "Doe", "Email": "pat@acme.example", "id": lead["id"]}],
        "info": {
            "per_page": 200, "count": 1, "page": 1, "sort_by": "id", "sort_order": "desc",
            "more_records": False, "next_page_token": None, "previous_page_token": None,
            "page_token_expiry": None,
        },
    }  # fmt: skip


def test_fields_must_be_named_since_version_3(zoho, lead):
    response = zoho("GET", "/Leads")
    assert response.status_code == 400
    assert response.json() == {
        "code": "REQUIRED_PARAM_MISSING",
        "details": {"param_name": "fields"},
        "message": "One of the expected parameter is missing",
        "status": "error",
    }
    assert zoho("GET", "/Leads", version="v2").json()["data"][0]["Last_Name"] == "Doe"


def test_version_2_tells_no_page_tokens(zoho, lead):
    info = zoho("GET", "/Leads", version="v2").json()["info"]
    assert set(info) == {"per_page", "count", "page", "sort_by", "sort_order", "more_records"}


def test_more_than_fifty_fields_exceed_the_limit(zoho):
    response = zoho("GET", "/Leads", params={"fields": ",".join(["id"] * 51)})
    assert response.json()["details"] == {"limit": 50, "param_name": "fields"}


def test_nothing_to_list_is_no_content(zoho):
    response = zoho("GET", "/Leads", params={"fields": "id"})
    assert (response.status_code, response.content) == (204, b"")


def test_fields_that_do_not_exist_are_left_out_without_a_word(zoho, lead):
    [record] = zoho("GET", "/Leads", params={"fields": "Nothing"}).json()["data"]
    assert record == {"id": lead["id"]}


def test_pages_follow_each_other_by_number_and_by_token(zoho, add):
    made = [add("Vendors", Vendor_Name=f"V{n}")["id"] for n in range(5)]
    asked = {"fields": "id", "per_page": 2, "sort_order": "asc"}
    assert ids(zoho("GET", "/Vendors", params={**asked, "page": 2})) == made[2:4]
    first = zoho("GET", "/Vendors", params=asked).json()["info"]
    assert first["more_records"] is True
    token = {**asked, "page_token": first["next_page_token"]}
    second = zoho("GET", "/Vendors", params=token)
    assert ids(second) == made[2:4]
    back = {**asked, "page_token": second.json()["info"]["previous_page_token"]}
    assert ids(zoho("GET", "/Vendors", params=back)) == made[:2]


@pytest.fixture
def token(zoho, add):
    for n in range(3):
        add("Vendors", Vendor_Name=f"V{n}")
    response = zoho("GET", "/Vendors", params={"fields": "id", "per_page": 1})
    return response.json()["info"]["next_page_token"]


@pytest.mark.parametrize(
    "changes", [{"fields": "id,Phone"}, {"per_page": 2}, {"page_token": "made-up"}]
)
def test_a_page_token_serves_only_the_request_it_was_given_for(zoho, token, changes):
    asked = {"fields": "id", "per_page": 1, "page_token": token, **changes}
    assert zoho("GET", "/Vendors", params=asked).json()["code"] == "TOKEN_BOUND_DATA_MISMATCH"


def test_a_page_token_expires_after_a_day(zoho, token, world):
    world.clock.advance(timedelta(hours=24, seconds=1).total_seconds())
    asked = {"fields": "id", "per_page": 1, "page_token": token}
    assert zoho("GET", "/Vendors", params=asked).json()["code"] == "EXPIRED_VALUE"


def test_page_and_page_token_together_are_ambiguous(zoho, token):
    asked = {"fields": "id", "per_page": 1, "page": 2, "page_token": token}
    assert zoho("GET", "/Vendors", params=asked).json()["code"] == "AMBIGUITY_DURING_PROCESSING"


def test_beyond_two_thousand_records_a_token_is_needed(zoho):
    response = zoho("GET", "/Leads", params={"fields": "id", "page": 11})
    assert response.json()["code"] == "DISCRETE_PAGINATION_LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"per_page": "201"}, "per_page"),
        ({"per_page": "0"}, "per_page"),
        ({"page": "x"}, "page"),
        ({"sort_by": "Last_Name"}, "sort_by"),
        ({"sort_order": "up"}, "sort_order"),
        ({"converted": "maybe"}, "converted"),
        ({"cvid": "1"}, "cvid"),
    ],
)
def test_a_parameter_out_of_bounds_is_invalid(zoho, params, name):
    response = zoho("GET", "/Leads", params={"fields": "id", **params})
    assert (response.status_code, response.json()["details"]["param_name"]) == (400, name)


def test_a_list_can_be_ordered_by_the_time_of_change(zoho, world, add):
    old, new = add("Vendors", Vendor_Name="A"), add("Vendors", Vendor_Name="B")
    world.clock.advance(60)
    zoho("PUT", f"/Vendors/{old['id']}", json={"data": [{"Phone": "1"}]})
    asked = {"fields": "id", "sort_by": "Modified_Time", "sort_order": "asc"}
    assert ids(zoho("GET", "/Vendors", params=asked)) == [new["id"], old["id"]]


def test_ids_narrow_a_list(zoho, add):
    one, _, three = (add("Vendors", Vendor_Name=name)["id"] for name in "ABC")
    response = zoho("GET", "/Vendors", params={"fields": "id", "ids": f"{one},{three},999"})
    assert sorted(ids(response)) == [one, three]


def test_if_modified_since_lists_later_changes_and_says_304_without_any(zoho, world, add):
    add("Vendors", Vendor_Name="Old")
    since = world.timestamp()
    asked = {"params": {"fields": "id"}, "headers": {"If-Modified-Since": since}}
    response = zoho("GET", "/Vendors", **asked)
    assert (response.status_code, response.content) == (304, b"")
    world.clock.advance(1)
    new = add("Vendors", Vendor_Name="New")
    assert ids(zoho("GET", "/Vendors", **asked)) == [new["id"]]


def test_one_record_that_did_not_change_is_304(zoho, world, lead):
    headers = {"If-Modified-Since": world.timestamp()}
    assert zoho("GET", f"/Leads/{lead['id']}", headers=headers).status_code == 304


def test_if_modified_since_must_be_iso_8601(zoho, lead):
    headers = {"If-Modified-Since": "Sat, 10 Jan 2026 12:00:00 GMT"}
    response = zoho("GET", f"/Leads/{lead['id']}", headers=headers)
    assert response.json()["code"] == "INVALID_DATA"


def test_one_record_comes_with_all_fields_and_system_keys(zoho, lead):
    [record] = zoho("GET", f"/Leads/{lead['id']}").json()["data"]
    expected = {
        "Last_Name": "Doe", "Phone": None, "Email_Opt_Out": False, "Tag": [],
        "$approval_state": "approved", "$converted": False, "$converted_detail": {},
        "$editable": True, "$locked_for_me": False, "$in_merge": False, "Locked__s": False,
    }  # fmt: skip
    assert expected.items() <= record.items()


@pytest.mark.parametrize("record_id", ["1", "9999999999999999999"])
def test_a_record_that_is_not_there_is_no_content(zoho, record_id):
    response = zoho("GET", f"/Leads/{record_id}")
    assert (response.status_code, response.content) == (204, b"")


def test_an_id_that_is_no_number_is_invalid(zoho):
    response = zoho("GET", "/Leads/abc")
    assert (response.status_code, response.json()["code"]) == (400, "INVALID_DATA")
    assert response.json()["details"] == {"resource_path_index": 1}


def test_an_unknown_module_is_invalid(zoho):
    response = zoho("GET", "/Nowhere", params={"fields": "id"})
    assert (response.status_code, response.json()["code"]) == (400, "INVALID_MODULE")


@pytest.fixture
def converted(add):
    return add("Leads", Last_Name="Gone", Converted__s=True, **{"$converted": True})


@pytest.mark.parametrize(("asked", "status"), [("", 204), ("false", 204), ("true", 200),
                                               ("both", 200)])  # fmt: skip
def test_a_converted_lead_is_shown_only_when_asked_for(zoho, converted, asked, status):
    response = zoho("GET", f"/Leads/{converted['id']}", params={"converted": asked})
    assert response.status_code == status


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("false", {"Doe"}), ("true", {"Gone"}), ("both", {"Doe", "Gone"})],
)
def test_a_list_holds_the_leads_that_converted_asks_for(zoho, lead, converted, asked, expected):
    params = {"fields": "Last_Name", "converted": asked}
    rows = zoho("GET", "/Leads", params=params).json()["data"]
    assert {row["Last_Name"] for row in rows} == expected


def test_unapproved_records_can_be_left_out(zoho, lead, add):
    add("Leads", Last_Name="New", **{"$approval_state": "approval_process_pending"})
    asked = {"fields": "Last_Name"}
    everything = zoho("GET", "/Leads", params=asked).json()["data"]
    approved = zoho("GET", "/Leads", params={**asked, "approved": "true"}).json()["data"]
    assert (len(everything), [row["Last_Name"] for row in approved]) == (2, ["Doe"])


def test_a_deleted_record_is_gone_from_lists_and_lookups(zoho, world, add):
    account = add("Accounts", Account_Name="Acme")
    contact = add("Contacts", Last_Name="Doe", Account_Name=world.reference("Accounts", account))
    zoho("DELETE", f"/Accounts/{account['id']}")
    assert zoho("GET", f"/Accounts/{account['id']}").status_code == 204
    [seen] = zoho("GET", f"/Contacts/{contact['id']}").json()["data"]
    assert seen["Account_Name"] is None


# What a profile and the hierarchy leave visible


def test_a_rep_sees_his_own_private_records_and_no_others(zoho, people, add):
    for owner in (people.ada, people.rob, people.rae):
        add("Leads", Last_Name=owner.first_name, owner=owner)
    rows = zoho("GET", "/Leads", params={"fields": "Last_Name"}, user=people.rob).json()["data"]
    assert [row["Last_Name"] for row in rows] == ["Rob"]


def test_a_superior_sees_the_records_of_those_below(zoho, people, add):
    add("Leads", Last_Name="Robs", owner=people.rob)
    rows = zoho("GET", "/Leads", params={"fields": "Last_Name"}, user=people.rita).json()["data"]
    assert [row["Last_Name"] for row in rows] == ["Robs"]


def test_a_record_of_somebody_else_is_as_if_it_were_not_there(zoho, people, lead):
    assert zoho("GET", f"/Leads/{lead['id']}", user=people.rob).status_code == 204


def test_editable_says_whether_the_user_may_change_the_record(zoho, people, add):
    record = add("Leads", Last_Name="Robs", owner=people.rob)
    path = f"/Leads/{record['id']}"
    seen = {user.first_name: zoho("GET", path, user=user).json()["data"][0]["$editable"]
            for user in (people.rob, people.rita)}  # fmt: skip
    assert seen == {"Rob": True, "Rita": False}


def test_a_profile_without_the_permission_is_told_which_one_it_lacks(zoho, people):
    response = zoho("GET", "/Contacts", params={"fields": "id"}, user=people.rita)
    assert response.status_code == 403
    assert response.json() == {
        "code": "NO_PERMISSION",
        "details": {"permissions": ["Crm_Implied_View_Contacts"]},
        "message": "permission denied",
        "status": "error",
    }


def test_a_hidden_field_is_absent(zoho, people, add):
    record = add("Suppliers", Name="S", Secret="x", owner=people.rob)
    path = f"/Suppliers/{record['id']}"
    assert "Secret" in zoho("GET", path).json()["data"][0]
    assert "Secret" not in zoho("GET", path, user=people.rob).json()["data"][0]
    asked = {"fields": "Secret,Name"}
    [row] = zoho("GET", "/Suppliers", params=asked, user=people.rob).json()["data"]
    assert row == {"Name": "S", "id": record["id"]}


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("ZohoCRM.modules.leads.READ", 200),
        ("ZohoCRM.modules.READ", 200),
        ("ZohoCRM.modules.contacts.READ", 401),
        ("ZohoCRM.modules.leads.CREATE", 401),
    ],
)
def test_reading_needs_the_scope_of_the_module(zoho, lead, scope, status):
    response = zoho("GET", f"/Leads/{lead['id']}", scopes=(scope,))
    assert response.status_code == status
