"""Composite requests: parts, references, order, limits, and all or nothing."""

import pytest

PATH = "/__composite_requests"


def part(method, uri, name=None, **more):
    named = {"sub_request_id": name} if name else {}
    return {"method": method, "uri": f"/crm/v8{uri}", **named, **more}


def ask(zoho, *parts, **more):
    switches = {key: more.pop(key) for key in list(more) if key.endswith(("fail", "execution"))}
    body = {"__composite_requests": list(parts), **switches}
    return zoho("POST", PATH, json=body, **more)


def bodies(response):
    return [
        entry["details"]["response"]["body"] if entry["code"] == "SUCCESS" else entry["code"]
        for entry in response.json()["__composite_requests"]
    ]


def refusal(response):
    answer = response.json()
    [entry] = answer.get("__composite_requests", [answer])
    return response.status_code, entry["code"], entry["details"]


CREATE = part("POST", "/Vendors", "vendor", body={"data": [{"Vendor_Name": "Acme"}]})
VENDOR_ID = "@{vendor:$.data[0].details.id}"


def test_each_part_is_answered_as_it_would_be_alone(zoho, lead):
    response = ask(
        zoho,
        part("GET", f"/Leads/{lead['id']}", "lead"),
        part("GET", "/Vendors/search", "search", params={"criteria": "(Vendor_Name:equals:Acme)"}),
    )
    one, two = response.json()["__composite_requests"]
    assert response.status_code == 200
    assert (one["code"], one["message"], one["status"]) == (
        "SUCCESS", "composite sub request executed successfully", "success",
    )  # fmt: skip
    assert one["details"]["response"]["status_code"] == 200
    assert one["details"]["response"]["body"]["data"][0]["Last_Name"] == "Doe"
    assert one["details"]["response"]["headers"] == {"content-type": "application/json"}
    assert (two["details"]["response"]["status_code"], two["details"]["response"]["body"]) == (
        204, None,
    )  # fmt: skip


def test_a_part_that_zoho_refuses_was_executed_all_the_same(zoho):
    response = ask(zoho, part("POST", "/Vendors", body={"data": [{}]}))
    [entry] = response.json()["__composite_requests"]
    assert (response.status_code, entry["code"]) == (200, "SUCCESS")
    assert entry["details"]["response"]["status_code"] == 400


def test_a_later_part_uses_what_an_earlier_one_answered(zoho, world):
    note = {"Note_Content": "about @{vendor:$.data[0].details.id}",
            "Parent_Id": {"module": {"api_name": "Vendors"}, "id": VENDOR_ID}}  # fmt: skip
    response = ask(
        zoho,
        CREATE,
        part("POST", "/Notes", "note", body={"data": [note]}),
        part("PUT", f"/Vendors/{VENDOR_ID}", "update", body={"data": [{"Phone": "123"}]}),
        part("GET", f"/Vendors/{VENDOR_ID}/Notes", params={"fields": "Note_Content"}),
    )
    made, _, _, listed = bodies(response)
    vendor = made["data"][0]["details"]["id"]
    assert response.status_code == 200
    assert world.find("Vendors", vendor)["Phone"] == "123"
    assert listed["data"][0]["Note_Content"] == f"about {vendor}"


def test_a_part_waits_for_the_one_it_refers_to_wherever_that_stands(zoho):
    response = ask(zoho, part("GET", f"/Vendors/{VENDOR_ID}", "read"), CREATE)
    read, _ = bodies(response)
    assert read["data"][0]["Vendor_Name"] == "Acme"


def test_in_sequence_a_part_cannot_refer_to_a_later_one(zoho):
    response = ask(
        zoho, part("GET", f"/Vendors/{VENDOR_ID}", "read"), CREATE, parallel_execution=False
    )
    assert (response.status_code, bodies(response)[0]) == (207, "INVALID_REFERENCE")


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ("@{nobody:$.data[0].id}", "params.criteria"),
        ("@{vendor:$.data[7].details.id}", "params.criteria"),
        ("@{vendor:$.data[0].nothing}", "params.criteria"),
        ("@{vendor:$.data.details}", "params.criteria"),
        ("@{vendor:$..id}", "params.criteria"),
    ],
)
def test_a_reference_to_nothing_fails_its_part_alone(zoho, reference, path):
    search = part("GET", "/Vendors/search", "s", params={"criteria": f"(Phone:equals:{reference})"})
    response = ask(zoho, CREATE, search)
    _, entry = response.json()["__composite_requests"]
    assert (response.status_code, entry["code"]) == (207, "INVALID_REFERENCE")
    assert entry["details"] == {
        "api_name": "params",
        "json_path": f"$.__composite_requests[1].{path}",
        "reference": reference,
    }


def test_a_reference_to_an_empty_value_fails(zoho, lead):
    read = part("GET", f"/Leads/{lead['id']}", "lead")
    search = part("GET", "/Vendors/search", params={"phone": "@{lead:$.data[0].Phone}"})
    assert bodies(ask(zoho, read, search))[1] == "INVALID_REFERENCE"


def test_a_whole_reference_keeps_the_type_of_its_value(zoho, lead):
    lead["Annual_Revenue"] = 1250.5
    read = part("GET", f"/Leads/{lead['id']}", "lead")
    row = {"Name": "S", "Turnover": "@{lead:$.data[0].Annual_Revenue}"}
    made = bodies(ask(zoho, read, part("POST", "/Suppliers", body={"data": [row]})))[1]
    assert made["data"][0]["code"] == "SUCCESS"


# What refuses the request as a whole


def test_parts_that_wait_for_each_other_are_a_loop(zoho, world):
    response = ask(
        zoho,
        part("GET", "/Leads/@{b:$.data[0].id}", "a"),
        part("GET", "/Leads/@{a:$.data[0].id}", "b"),
        CREATE,
    )
    status, code, details = refusal(response)
    assert (status, code) == (400, "LOOPING_FOUND")
    assert details["dependent_data"][0] == {
        "sub_request_id": "a",
        "referred_sub_request_ids": ["b"],
    }
    assert world.records["Vendors"] == {}


def test_two_parts_of_one_name_are_refused(zoho):
    status, code, details = refusal(ask(zoho, CREATE, CREATE))
    assert (status, code, details["sub_request_indexes"]) == (400, "DUPLICATE_DATA", [0, 1])


def test_six_parts_are_too_many(zoho):
    status, code, details = refusal(ask(zoho, *[part("GET", "/org")] * 6))
    assert (status, code, details["maximum_length"]) == (400, "INVALID_DATA", 5)


def test_rollback_and_parallel_execution_exclude_each_other(zoho):
    response = ask(zoho, CREATE, rollback_on_fail=True, parallel_execution=True)
    assert refusal(response)[:2] == (400, "AMBIGUITY_DURING_PROCESSING")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "MANDATORY_NOT_FOUND"),
        ({"__composite_requests": []}, "MANDATORY_NOT_FOUND"),
        ({"__composite_requests": {}}, "INVALID_DATA"),
        ({"__composite_requests": ["x"]}, "INVALID_DATA"),
        ({"__composite_requests": [CREATE], "rollback_on_fail": "yes"}, "INVALID_DATA"),
    ],
)
def test_a_request_without_parts_is_refused(zoho, body, code):
    assert refusal(zoho("POST", PATH, json=body))[:2] == (400, code)


@pytest.mark.parametrize(
    ("changes", "code", "detail"),
    [
        ({"method": None}, "MANDATORY_NOT_FOUND", "api_name"),
        ({"method": "FETCH"}, "INVALID_DATA", "supported_values"),
        ({"uri": None}, "MANDATORY_NOT_FOUND", "api_name"),
        ({"uri": 5}, "INVALID_DATA", "expected_data_type"),
        ({"uri": "/Leads"}, "INVALID_DATA", "regex"),
        ({"sub_request_id": "a-b"}, "INVALID_DATA", "regex"),
        ({"headers": {"Authorization": "x"}}, "INVALID_DATA", "restricted_headers"),
        ({"headers": {"X-CRM-ORG": "1"}}, "INVALID_DATA", "restricted_headers"),
        ({"params": []}, "INVALID_DATA", "expected_data_type"),
        ({"uri": "/crm/v8/Leads/1/__conversion_options", "method": "GET"}, "NOT_SUPPORTED",
         "allowed_services"),
        ({"uri": "/crm/v8/Leads/1/actions/get_related_records_count"}, "NOT_SUPPORTED",
         "allowed_services"),
        ({"uri": "/crm/v8/Leads/1/Attachments"}, "NOT_SUPPORTED", "allowed_services"),
        ({"uri": "/crm/v8/Leads/1/Attachments/2", "method": "GET"}, "NOT_SUPPORTED",
         "allowed_services"),
        ({"uri": "/crm/v8/Leads/1/Attachments/2", "method": "DELETE"}, "NOT_SUPPORTED",
         "allowed_services"),
        ({"uri": "/crm/v8/settings/recycle_bin", "method": "GET"}, "NOT_SUPPORTED",
         "allowed_services"),
        ({"uri": "/crm/v8/__composite_requests"}, "NOT_SUPPORTED", "allowed_services"),
        ({"uri": "/crm/v8/Leads", "method": "DELETE", "params": {"ids": "1"}}, "INVALID_DATA",
         "restricted_params"),
        ({"body": {"data": [{}, {}]}}, "INVALID_DATA", "maximum_length"),
        ({"method": "GET", "params": {"per_page": 26}}, "INVALID_DATA", "maximum_length"),
        ({"uri": "/crm/v8/coql", "body": {"select_query":
          "select id from Leads where id is not null limit 26"}}, "INVALID_DATA", "maximum_length"),
    ],
)  # fmt: skip
def test_a_part_that_is_not_allowed_refuses_the_request(zoho, changes, code, detail):
    status, refused, details = refusal(ask(zoho, {**CREATE, **changes}))
    assert (status, refused) == (400, code)
    assert detail in details


def test_a_part_of_a_newer_version_is_not_allowed(zoho):
    status, code, details = refusal(ask(zoho, CREATE, version="v5"))
    assert (status, code, details) == (
        400, "NOT_ALLOWED", {"sub_request_version": 8, "composite_request_version": 5},
    )  # fmt: skip


def test_composite_requests_are_there_since_version_3(zoho):
    response = ask(zoho, CREATE, version="v2.1")
    assert response.json()["details"] == {"supported_version": 3}


def test_lists_and_queries_hold_at_most_25_records_when_nothing_is_said(zoho, add):
    for number in range(30):
        add("Vendors", Vendor_Name=f"V{number}")
    query = {"select_query": "select id from Vendors where id is not null"}
    answers = bodies(
        ask(
            zoho,
            part("GET", "/Vendors?fields=id"),
            part("POST", "/coql", "query", body=query),
            part("GET", "/Vendors/search", "word", params={"word": "V1"}),
        )
    )
    assert [len(answer["data"]) for answer in answers] == [25, 25, 11]


# All or nothing


BAD = part("POST", "/Vendors", "bad", body={"data": [{"Phone": "1"}]})


def test_a_failure_takes_everything_back_when_told_so(zoho, world):
    more = part("POST", "/Vendors", "more", body={"data": [{"Vendor_Name": "B"}]})
    response = ask(zoho, CREATE, BAD, more, rollback_on_fail=True)
    first, second, third = response.json()["__composite_requests"]
    assert response.status_code == 207
    assert (first["code"], first["details"]) == (
        "ROLLBACK_PERFORMED", {"rollbacked_by_sub_request_index": 1},
    )  # fmt: skip
    assert second["details"]["response"]["status_code"] == 400
    assert third["code"] == "PROCESSING_STOPPED"
    assert world.records["Vendors"] == {}


def test_without_rollback_what_went_well_stays(zoho, world):
    ask(zoho, CREATE, BAD)
    assert len(world.records["Vendors"]) == 1


def test_with_rollback_and_no_failure_everything_stays(zoho, world):
    assert ask(zoho, CREATE, rollback_on_fail=True).status_code == 200
    assert len(world.records["Vendors"]) == 1


# Cost and rights


def test_a_composite_request_costs_one_credit_whatever_it_holds(zoho, world):
    ask(zoho, CREATE, part("GET", "/Vendors/deleted", "gone"), part("GET", "/org"))
    assert world.log.credits == 1
    assert [call.sub for call in world.log.calls] == [True, True, True, False]


def test_parts_need_their_own_scopes(zoho):
    scopes = ("ZohoCRM.composite_requests.CUSTOM", "ZohoCRM.modules.vendors.CREATE")
    response = ask(zoho, CREATE, part("GET", f"/Vendors/{VENDOR_ID}", "read"), scopes=scopes)
    made, refused = bodies(response)
    assert (made["data"][0]["code"], refused["code"]) == ("SUCCESS", "OAUTH_SCOPE_MISMATCH")
    assert ask(zoho, CREATE, scopes=("ZohoCRM.modules.ALL",)).status_code == 401


def test_parts_run_with_the_rights_of_the_caller(zoho, people, lead):
    response = ask(zoho, part("GET", f"/Leads/{lead['id']}"), user=people.rob)
    assert bodies(response) == [None]
