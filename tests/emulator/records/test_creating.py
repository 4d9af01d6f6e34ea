"""POST /{module}: how Zoho answers good and bad records, doubles, layouts and whole requests."""

import pytest

STANDARD_KEYS = [
    "Modified_Time", "Modified_By", "Created_Time", "Created_By", "id", "$approval_state",
]  # fmt: skip


def test_a_created_record_is_stamped_and_can_be_read_again(zoho, people):
    response = zoho("POST", "/Leads", json={"data": [{"Last_Name": "Doe", "Company": "Acme"}]})
    [entry] = response.json()["data"]
    assert response.status_code == 201
    assert (entry["code"], entry["message"], entry["status"]) == (
        "SUCCESS", "record added", "success",
    )  # fmt: skip
    assert sorted(entry["details"]) == sorted(STANDARD_KEYS)
    assert entry["details"]["Created_By"] == {"name": "Ada Admin", "id": people.ada.id}
    [record] = zoho("GET", f"/Leads/{entry['details']['id']}").json()["data"]
    assert (record["Last_Name"], record["Full_Name"], record["Company"]) == ("Doe", "Doe", "Acme")
    assert record["Owner"] == {"name": "Ada Admin", "id": people.ada.id, "email": people.ada.email}
    assert record["Layout"]["name"] == "Standard"
    assert record["$editable"] is True


def test_some_good_and_some_bad_records_are_answered_in_the_order_of_the_request(zoho):
    rows = [{"Vendor_Name": "One"}, {"Phone": "1"}, {"Vendor_Name": "Three"}]
    response = zoho("POST", "/Vendors", json={"data": rows})
    assert response.status_code == 207
    assert [row["code"] for row in response.json()["data"]] == [
        "SUCCESS", "MANDATORY_NOT_FOUND", "SUCCESS",
    ]  # fmt: skip
    assert response.json()["data"][1] == {
        "code": "MANDATORY_NOT_FOUND",
        "details": {"api_name": "Vendor_Name", "json_path": "$.data[1].Vendor_Name"},
        "message": "required field not found",
        "status": "error",
    }


def test_only_bad_records_are_a_bad_request_and_nothing_is_stored(zoho, world):
    response = zoho("POST", "/Vendors", json={"data": [{"Vendor_Name": ""}, {"Vendor_Name": None}]})
    assert response.status_code == 400
    assert world.records["Vendors"] == {}


# Doubles


def test_a_double_of_a_unique_value_names_the_record_that_has_it(zoho, entry, world, add, people):
    first = add("Suppliers", Name="First", Conversion_Key="ab-1", owner=people.rob)
    row = {"Name": "Second", "Conversion_Key": "AB-1"}
    response = zoho("POST", "/Suppliers", json={"data": [row]}, user=people.rae)
    module = world.module("Suppliers")
    assert response.status_code == 400
    assert entry(response) == {
        "code": "DUPLICATE_DATA",
        "details": {
            "api_name": "Conversion_Key",
            "duplicate_record": {
                "Owner": {"name": "Rob Rep", "id": people.rob.id, "zuid": people.rob.zuid},
                "module": {"api_name": "Suppliers", "id": module.id},
                "id": first["id"],
            },
            "json_path": "$.data[0].Conversion_Key",
            "id": first["id"],
            "more_records": False,
        },
        "message": "duplicate data",
        "status": "error",
    }


def test_two_doubles_in_one_record_are_several_errors(zoho, entry, add):
    add("Suppliers", Name="First", Conversion_Key="k", Tax_Number="T1")
    row = {"Name": "Second", "Conversion_Key": "k", "Tax_Number": "T1"}
    refused = entry(zoho("POST", "/Suppliers", json={"data": [row]}))
    assert (refused["code"], refused["message"]) == (
        "MULTIPLE_OR_MULTI_ERRORS", "Multiple errors in the request",
    )  # fmt: skip
    assert [error["details"]["api_name"] for error in refused["details"]["errors"]] == [
        "Conversion_Key", "Tax_Number",
    ]  # fmt: skip


def test_capitals_make_a_difference_only_where_the_field_says_so(zoho, add):
    add("Suppliers", Name="First", Conversion_Key="k", Tax_Number="t1")
    rows = [{"Name": "S", "Conversion_Key": "K"}, {"Name": "S", "Tax_Number": "T1"}]
    codes = [one["code"] for one in zoho("POST", "/Suppliers", json={"data": rows}).json()["data"]]
    assert codes == ["DUPLICATE_DATA", "SUCCESS"]


def test_the_second_of_two_equal_records_in_one_request_is_a_double(zoho):
    rows = [{"Name": "A", "Conversion_Key": "k"}] * 2
    response = zoho("POST", "/Suppliers", json={"data": rows})
    first, second = response.json()["data"]
    assert response.status_code == 207
    assert second["details"]["id"] == first["details"]["id"]


def test_empty_values_are_never_doubles(zoho):
    rows = [{"Name": "A", "Conversion_Key": None}, {"Name": "B", "Conversion_Key": ""}]
    assert zoho("POST", "/Suppliers", json={"data": rows}).status_code == 201


# Layouts


def test_a_layout_demands_its_own_fields(zoho, entry, world):
    big = world.module("Suppliers").layout("Big")
    row = {"Name": "S", "Layout": {"id": big.id}}
    assert entry(zoho("POST", "/Suppliers", json={"data": [row]}))["details"]["api_name"] == (
        "Turnover"
    )
    assert zoho("POST", "/Suppliers", json={"data": [{**row, "Turnover": 1}]}).status_code == 201


def test_a_layout_that_is_named_passes_over_the_fields_that_it_lacks(zoho, entry, world):
    big = world.module("Suppliers").layout("Big")
    row = {"Name": "S", "Turnover": 1, "Phone": "1", "Tag": [{"name": "vip"}]}
    kept = []
    for layout in ({}, {"Layout": {"id": big.id}}):
        made = entry(zoho("POST", "/Suppliers", json={"data": [{**row, **layout}]}))
        [record] = zoho("GET", f"/Suppliers/{made['details']['id']}").json()["data"]
        kept.append((record["Phone"], [tag["name"] for tag in record["Tag"]]))
    assert kept == [("1", ["vip"]), (None, ["vip"])]


def test_a_layout_that_does_not_exist_is_refused(zoho, entry):
    row = {"Name": "S", "Layout": {"id": "1"}}
    assert (
        entry(zoho("POST", "/Suppliers", json={"data": [row]}))["details"]["api_name"] == "Layout"
    )


def test_layout_rules_hold_only_when_the_request_asks_for_them(zoho, entry, world):
    body = {"data": [{"Name": "S", "Grade": "A"}]}
    assert zoho("POST", "/Suppliers", json=body).status_code == 201
    asked = {**body, "apply_feature_execution": [{"name": "layout_rules"}]}
    refused = entry(zoho("POST", "/Suppliers", json=asked))
    rule = world.module("Suppliers").layouts[0].rules[0]
    assert refused["details"] == {
        "layout_rule": {"name": "A needs phone", "id": rule.id},
        "api_name": "Phone",
        "json_path": "$.data[0].Phone",
    }


@pytest.mark.parametrize(
    ("pipeline", "stage", "message"),
    [
        ("Short", "Needs Analysis", "Pipeline doesn't contain the Stage"),
        ("Elsewhere", "Qualification", "Layout doesn't contain the Pipeline"),
    ],
)
def test_a_deal_whose_stage_and_pipeline_do_not_match_is_refused(
    zoho, entry, pipeline, stage, message
):
    row = {"Deal_Name": "D", "Closing_Date": "2026-02-01", "Pipeline": pipeline, "Stage": stage}
    refused = entry(zoho("POST", "/Deals", json={"data": [row]}))
    assert (refused["code"], refused["message"]) == ("MAPPING_MISMATCH", message)


def test_the_stage_of_a_deal_sets_its_probability_and_expected_revenue(zoho, entry):
    row = {"Deal_Name": "D", "Closing_Date": "2026-02-01", "Pipeline": "Standard (Standard)",
           "Stage": "Needs Analysis", "Amount": 1000}  # fmt: skip
    made = entry(zoho("POST", "/Deals", json={"data": [row]}))
    [deal] = zoho("GET", f"/Deals/{made['details']['id']}").json()["data"]
    assert (deal["Probability"], deal["Expected_Revenue"]) == (20, 200)


# The request as a whole


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "MANDATORY_NOT_FOUND"),
        ({"data": []}, "MANDATORY_NOT_FOUND"),
        ({"data": {}}, "INVALID_DATA"),
        ([], "INVALID_DATA"),
    ],
)
def test_a_body_without_a_list_of_records_is_refused(zoho, body, code):
    response = zoho("POST", "/Leads", json=body)
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_more_than_a_hundred_records_exceed_the_limit(zoho, world):
    response = zoho("POST", "/Vendors", json={"data": [{"Vendor_Name": "A"}] * 101})
    [refused] = response.json()["data"]
    assert (response.status_code, refused["code"]) == (400, "LIMIT_EXCEEDED")
    assert refused["details"] == {"maximum_length": 100, "api_name": "data"}
    assert world.records["Vendors"] == {}


@pytest.mark.parametrize("row", ["text", 5, None, ["x"]])
def test_a_record_that_is_no_object_is_refused_with_its_place(zoho, entry, row):
    refused = entry(zoho("POST", "/Vendors", json={"data": [row]}))
    assert refused["details"]["json_path"] == "$.data[0]"


@pytest.mark.parametrize(
    ("extra", "path"),
    [
        ({"trigger": ["workflow", "magic"]}, "$.trigger[1]"),
        ({"trigger": "workflow"}, "$.trigger"),
        ({"apply_feature_execution": [{"name": "all"}]}, "$.apply_feature_execution[0].name"),
        ({"skip_feature_execution": [{"name": "all"}]}, "$.skip_feature_execution[0].name"),
    ],
)
def test_unknown_triggers_and_features_are_refused(zoho, entry, extra, path):
    response = zoho("POST", "/Vendors", json={"data": [{"Vendor_Name": "A"}], **extra})
    assert response.status_code == 400
    assert entry(response)["details"]["json_path"] == path


@pytest.mark.parametrize(("count", "credits"), [(1, 1), (10, 1), (11, 2), (100, 10)])
def test_creating_costs_a_credit_for_each_ten_records(zoho, world, count, credits):
    zoho("POST", "/Vendors", json={"data": [{"Vendor_Name": "A"}] * count})
    assert world.log.credits == credits
