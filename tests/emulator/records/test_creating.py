"""POST /{module}: what Zoho accepts, what it refuses, and in which words."""

import pytest

LONG = "x" * 300
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


GOOD = {
    "Remarks": "two\nlines", "Email": "a.b+c@mail.example", "Phone": "+49 (30) 123-456",
    "Website": "https://www.acme.example/about?x=1", "Grade": "B", "Goods": ["Steel", "Glass"],
    "Preferred": True, "Staff": 12, "Serial": "123456789012", "Weight": 1.25, "Turnover": 1000000,
    "Share": 12.5, "Since": "2024-02-29",
}  # fmt: skip


@pytest.mark.parametrize(("name", "given"), GOOD.items())
def test_a_fitting_value_is_kept_as_it_is(zoho, entry, name, given):
    made = entry(zoho("POST", "/Suppliers", json={"data": [{"Name": "S", name: given}]}))
    [record] = zoho("GET", f"/Suppliers/{made['details']['id']}").json()["data"]
    assert record[name] == given


@pytest.mark.parametrize(
    ("name", "given", "details"),
    [
        ("Name", 5, {"expected_data_type": "text"}),
        ("Name", ["x"], {"expected_data_type": "text"}),
        ("Name", LONG, {"maximum_length": 120}),
        ("Remarks", LONG, {"maximum_length": 50}),
        ("Email", "nobody", {"expected_data_type": "email"}),
        ("Email", "a b@c.example", {"expected_data_type": "email"}),
        ("Phone", "call me!", {"expected_data_type": "phone"}),
        ("Phone", "1" * 31, {"maximum_length": 30}),
        ("Website", "no site", {"expected_data_type": "website"}),
        ("Grade", "D", {}),
        ("Grade", 1, {"expected_data_type": "text"}),
        ("Goods", "Steel", {"expected_data_type": "jsonarray"}),
        ("Preferred", "true", {"expected_data_type": "boolean"}),
        ("Staff", "12", {"expected_data_type": "integer"}),
        ("Staff", 1.5, {"expected_data_type": "integer"}),
        ("Staff", True, {"expected_data_type": "integer"}),
        ("Staff", 12345, {"maximum_length": 4}),
        ("Serial", "12x", {"expected_data_type": "bigint"}),
        ("Weight", "1.5", {"expected_data_type": "double"}),
        ("Weight", 1.255, {"expected_data_type": "double", "decimal_place": 2}),
        ("Turnover", 12345678901234567, {"maximum_length": 16}),
        ("Since", "29.02.2024", {"expected_data_type": "date"}),
        ("Since", "2023-02-29", {"expected_data_type": "date"}),
        ("Last_Order", "2026-01-10", {"expected_data_type": "datetime"}),
        ("Last_Order", "2026-01-10T10:00:00", {"expected_data_type": "datetime"}),
        ("Vendor", "123", {"expected_data_type": "jsonobject"}),
        ("Branches", {"Town": "X"}, {"expected_data_type": "jsonarray"}),
    ],
)
def test_a_value_that_does_not_fit_is_invalid_data(zoho, entry, name, given, details):
    row = {"Name": "S", name: given}
    response = zoho("POST", "/Suppliers", json={"data": [row]})
    refused = entry(response)
    assert response.status_code == 400
    assert (refused["code"], refused["message"]) == ("INVALID_DATA", "invalid data")
    assert refused["details"] == {**details, "api_name": name, "json_path": f"$.data[0].{name}"}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("Email", "+pat.o'leary@mail.müller-söhne.example"),
        ("Phone", "91(987)654321"),
        ("Phone", "by letter only"),
        ("Phone", "555 0100,,7#8"),
        ("Website", "ftp://www.acme.example:8080/a?b=c#d"),
        ("Last_Order", "2026-01-10T18:00:00Z"),
    ],
)
def test_what_zohos_own_pattern_takes_is_taken(zoho, entry, name, given):
    made = entry(zoho("POST", "/Suppliers", json={"data": [{"Name": "S", name: given}]}))
    assert made["code"] == "SUCCESS"


@pytest.mark.parametrize(
    ("name", "given", "kind"),
    [
        ("Email", "pat@acme.x", "email"),
        ("Email", ".pat@acme.example", "email"),
        ("Email", "pat@acme.example1", "email"),
        ("Phone", "089/123", "phone"),
        ("Phone", "089 - 123", "phone"),
        ("Phone", "++49", "phone"),
        ("Website", "HTTPS://acme.example", "website"),
        ("Website", "a%b.example", "website"),
        ("Last_Order", "2026-01-10T18:00:00.5+00:00", "datetime"),
        ("Last_Order", "20260110T180000+0000", "datetime"),
        ("Last_Order", "2026-01-10T18:00+00:00", "datetime"),
        ("Last_Order", "0001-01-01T00:00:00+14:00", "datetime"),
    ],
)
def test_what_zohos_own_pattern_does_not_take_is_refused(zoho, entry, name, given, kind):
    refused = entry(zoho("POST", "/Suppliers", json={"data": [{"Name": "S", name: given}]}))
    assert refused["details"]["expected_data_type"] == kind


def test_an_emoji_counts_as_two_letters(zoho, entry):
    row = {"Name": "S", "Remarks": "🚀" * 25 + "!"}
    refused = entry(zoho("POST", "/Suppliers", json={"data": [row]}))
    assert refused["details"]["maximum_length"] == 50
    row = {"Name": "S", "Remarks": "🚀" * 25}
    assert entry(zoho("POST", "/Suppliers", json={"data": [row]}))["code"] == "SUCCESS"


@pytest.mark.parametrize(
    ("row", "kept"), [({}, "A"), ({"Grade": None}, None), ({"Grade": "B"}, "B")]
)
def test_a_default_stands_where_the_request_says_nothing(zoho, entry, world, row, kept):
    world.module("Suppliers").field("Grade").default = "A"
    made = entry(zoho("POST", "/Suppliers", json={"data": [{"Name": "S", **row}]}))
    [record] = zoho("GET", f"/Suppliers/{made['details']['id']}").json()["data"]
    assert record["Grade"] == kept


def test_the_choice_none_leaves_a_pick_list_empty(zoho, entry):
    made = entry(zoho("POST", "/Suppliers", json={"data": [{"Name": "S", "Grade": "-None-"}]}))
    [record] = zoho("GET", f"/Suppliers/{made['details']['id']}").json()["data"]
    assert record["Grade"] is None


def test_a_layout_may_offer_fewer_choices_than_the_field_has(zoho, entry, world):
    big = world.module("Suppliers").layout("Big")
    big.place("Grade").choices = ("A", "B")
    row = {"Name": "S", "Turnover": 1, "Layout": {"id": big.id}, "Grade": "C"}
    assert entry(zoho("POST", "/Suppliers", json={"data": [row]}))["details"]["api_name"] == "Grade"


def test_a_choice_in_a_list_of_choices_that_is_not_offered_is_refused_with_its_place(zoho, entry):
    row = {"Name": "S", "Goods": ["Wood", "Gold"]}
    refused = entry(zoho("POST", "/Suppliers", json={"data": [row]}))
    assert refused["details"] == {"api_name": "Goods", "json_path": "$.data[0].Goods[1]"}


def test_a_number_without_end_is_refused(zoho, entry):
    body = '{"data":[{"Name":"S","Weight":1e999}]}'
    refused = entry(zoho("POST", "/Suppliers", data=body))
    assert refused["details"]["expected_data_type"] == "double"


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("Share", 123.45, "SUCCESS"), ("Share", -0.05, "SUCCESS"),
        ("Share", 1234.56, "INVALID_DATA"),
        ("Turnover", 1234567890123456, "SUCCESS"), ("Turnover", 12345678901234.56, "SUCCESS"),
    ],
)  # fmt: skip
def test_of_a_percentage_all_digits_count_and_elsewhere_those_before_the_point(
    zoho, entry, name, given, code
):
    made = entry(zoho("POST", "/Suppliers", json={"data": [{"Name": "S", name: given}]}))
    assert made["code"] == code


def test_an_offset_is_of_whole_minutes_also_where_clocks_once_differed_by_seconds(zoho, entry):
    row = {"Name": "S", "Last_Order": "1883-11-18T12:00:00+00:00"}
    made = entry(zoho("POST", "/Suppliers", json={"data": [row]}))
    [record] = zoho("GET", f"/Suppliers/{made['details']['id']}").json()["data"]
    assert record["Last_Order"] == "1883-11-18T06:09:00-05:51"


def test_a_moment_is_kept_in_the_time_zone_of_the_org(zoho, entry):
    row = {"Name": "S", "Last_Order": "2026-01-10T18:00:00+00:00"}
    made = entry(zoho("POST", "/Suppliers", json={"data": [row]}))
    [record] = zoho("GET", f"/Suppliers/{made['details']['id']}").json()["data"]
    assert record["Last_Order"] == "2026-01-10T12:00:00-06:00"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("No_Such_Field", "the field api name given seems to be invalid"),
        ("name", "the field api name given seems to be invalid"),
    ],
)
def test_a_field_that_does_not_exist_is_refused(zoho, entry, name, message):
    refused = entry(zoho("POST", "/Suppliers", json={"data": [{"Name": "S", name: "x"}]}))
    assert (refused["code"], refused["message"]) == ("INVALID_DATA", message)


@pytest.mark.parametrize("name", ["Created_Time", "Number", "Per_Head", "Modified_By"])
def test_what_zoho_fills_itself_cannot_be_set(zoho, entry, name):
    refused = entry(zoho("POST", "/Suppliers", json={"data": [{"Name": "S", name: "x"}]}))
    assert refused["code"] == "NOT_ALLOWED"
    assert refused["details"] == {"api_name": name, "json_path": f"$.data[0].{name}"}


def test_running_numbers_and_formulas_are_worked_out_by_the_crm(zoho):
    rows = [{"Name": "A", "Turnover": 100, "Staff": 8}, {"Name": "B", "Turnover": 5}]
    made = zoho("POST", "/Suppliers", json={"data": rows}).json()["data"]
    records = [zoho("GET", f"/Suppliers/{one['details']['id']}").json()["data"][0] for one in made]
    assert [record["Number"] for record in records] == ["SUP-1", "SUP-2"]
    assert [record["Per_Head"] for record in records] == [12.5, None]


def test_a_rollup_sums_what_hangs_on_a_record(zoho, add, world):
    account = add("Accounts", Account_Name="Acme")
    other = add("Accounts", Account_Name="Other")
    for amount in (100, 50):
        add(
            "Deals", Deal_Name="D", Amount=amount, Account_Name=world.reference("Accounts", account)
        )
    sums = [zoho("GET", f"/Accounts/{one['id']}").json()["data"][0]["Deal_Sum"]
            for one in (account, other)]  # fmt: skip
    assert sums == [150, None]


# Lookups


def test_a_lookup_takes_an_id_and_shows_the_name_the_other_record_has(zoho, entry, add):
    vendor = add("Vendors", Vendor_Name="Acme")
    row = {"Name": "S", "Vendor": {"id": vendor["id"], "name": "whatever"}}
    made = entry(zoho("POST", "/Suppliers", json={"data": [row]}))
    vendor["Vendor_Name"] = "Acme Ltd"
    [record] = zoho("GET", f"/Suppliers/{made['details']['id']}").json()["data"]
    assert record["Vendor"] == {"name": "Acme Ltd", "id": vendor["id"]}


@pytest.mark.parametrize("given", [{"id": "999"}, {"id": 12}, {"id": "abc"}])
def test_a_lookup_to_nothing_is_refused(zoho, entry, given):
    row = {"Name": "S", "Vendor": given}
    refused = entry(zoho("POST", "/Suppliers", json={"data": [row]}))
    assert refused["code"] == "INVALID_DATA"
    assert refused["details"] == {"api_name": "Vendor", "json_path": "$.data[0].Vendor.id"}


def test_a_lookup_without_an_id_misses_it(zoho, entry):
    refused = entry(zoho("POST", "/Suppliers", json={"data": [{"Name": "S", "Vendor": {}}]}))
    assert refused["code"] == "MANDATORY_NOT_FOUND"
    assert refused["details"]["json_path"] == "$.data[0].Vendor.id"


def test_a_lookup_to_a_record_the_user_cannot_see_is_refused(zoho, entry, people, add):
    lead = add("Leads", Last_Name="Hidden")
    row = {"Name": "S", "Lead": {"id": lead["id"]}}
    refused = entry(zoho("POST", "/Suppliers", json={"data": [row]}, user=people.rob))
    assert refused["details"]["api_name"] == "Lead"


def test_a_lookup_to_a_converted_lead_is_refused(zoho, entry, lead):
    lead["$converted"] = True
    row = {"Name": "S", "Lead": {"id": lead["id"]}}
    assert entry(zoho("POST", "/Suppliers", json={"data": [row]}))["code"] == "INVALID_DATA"


def test_the_owner_can_be_named_and_must_be_active(zoho, people):
    rows = [{"Vendor_Name": "A", "Owner": {"id": one.id}} for one in (people.rob, people.gone)]
    good, bad = zoho("POST", "/Vendors", json={"data": rows}).json()["data"]
    [record] = zoho("GET", f"/Vendors/{good['details']['id']}").json()["data"]
    assert record["Owner"]["id"] == people.rob.id
    assert bad["details"]["api_name"] == "Owner"


def test_several_lookups_are_kept_with_links_of_their_own(zoho, entry, add):
    accounts = [add("Accounts", Account_Name=name) for name in ("A", "B")]
    row = {"Name": "S", "Depots": [{"Depots": {"id": one["id"]}} for one in accounts]}
    made = entry(zoho("POST", "/Suppliers", json={"data": [row]}))
    [record] = zoho("GET", f"/Suppliers/{made['details']['id']}").json()["data"]
    assert [link["Depots"]["name"] for link in record["Depots"]] == ["A", "B"]
    assert all(link["id"] for link in record["Depots"])


@pytest.mark.parametrize(
    ("links", "code", "path"),
    [
        ("x", "INVALID_DATA", "Depots"),
        (["x"], "INVALID_DATA", "Depots[0]"),
        ([{}], "MANDATORY_NOT_FOUND", "Depots[0].Depots"),
        ([{"Depots": {"id": "999"}}], "INVALID_DATA", "Depots[0].Depots.id"),
        ([{"id": "999", "_delete": None}], "INVALID_DATA", "Depots[0].id"),
    ],
)
def test_a_bad_one_of_several_lookups_is_refused_with_its_place(zoho, entry, links, code, path):
    refused = entry(zoho("POST", "/Suppliers", json={"data": [{"Name": "S", "Depots": links}]}))
    assert (refused["code"], refused["details"]["json_path"]) == (code, f"$.data[0].{path}")


def test_a_file_field_takes_only_files_that_were_uploaded(zoho, entry, world):
    world.files["known"] = b"12345"
    rows = [{"Name": "S", "Papers": [{"File_Id__s": name}]} for name in ("known", "unknown")]
    good, bad = zoho("POST", "/Suppliers", json={"data": rows}).json()["data"]
    [record] = zoho("GET", f"/Suppliers/{good['details']['id']}").json()["data"]
    assert (record["Papers"][0]["File_Id__s"], record["Papers"][0]["Size__s"]) == ("known", 5)
    assert bad["details"]["json_path"] == "$.data[1].Papers[0].File_Id__s"


def test_tags_are_made_by_naming_them(zoho, entry):
    row = {"Vendor_Name": "A", "Tag": [{"name": "vip"}, {"name": "VIP"}]}
    made = entry(zoho("POST", "/Vendors", json={"data": [row]}))
    [record] = zoho("GET", f"/Vendors/{made['details']['id']}").json()["data"]
    assert [tag["name"] for tag in record["Tag"]] == ["vip"]


# Subforms


def test_rows_of_a_subform_get_ids_and_know_their_parent(zoho, entry):
    row = {"Name": "S", "Branches": [{"Town": "Bonn", "People": 3}]}
    made = entry(zoho("POST", "/Suppliers", json={"data": [row]}))
    [record] = zoho("GET", f"/Suppliers/{made['details']['id']}").json()["data"]
    [branch] = record["Branches"]
    assert (branch["Town"], branch["People"], branch["Parent_Id"]["name"]) == ("Bonn", 3, "S")
    assert branch["id"]


@pytest.mark.parametrize(
    ("row", "code", "path"),
    [
        ({"People": 3}, "MANDATORY_NOT_FOUND", "Branches[0].Town"),
        ({"Town": "x" * 21}, "INVALID_DATA", "Branches[0].Town"),
        ({"Town": "X", "Mayor": "Y"}, "INVALID_DATA", "Branches[0].Mayor"),
    ],
)
def test_a_bad_row_of_a_subform_is_refused_with_its_place(zoho, entry, row, code, path):
    refused = entry(zoho("POST", "/Suppliers", json={"data": [{"Name": "S", "Branches": [row]}]}))
    assert (refused["code"], refused["details"]["json_path"]) == (code, f"$.data[0].{path}")


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


# Activities


def test_an_activity_hangs_on_a_lead_by_what_id_and_se_module(zoho, entry, lead):
    row = {"Subject": "Call", "What_Id": {"id": lead["id"]}, "$se_module": "Leads"}
    made = entry(zoho("POST", "/Tasks", json={"data": [row]}))
    [task] = zoho("GET", f"/Tasks/{made['details']['id']}").json()["data"]
    assert (task["What_Id"], task["$se_module"]) == (
        {"name": "Pat Doe", "id": lead["id"]}, "Leads",
    )  # fmt: skip


def test_what_id_without_se_module_is_refused(zoho, entry, lead):
    row = {"Subject": "Call", "What_Id": {"id": lead["id"]}}
    refused = entry(zoho("POST", "/Tasks", json={"data": [row]}))
    assert (refused["code"], refused["details"]["api_name"]) == (
        "MANDATORY_NOT_FOUND",
        "$se_module",
    )


@pytest.mark.parametrize("module", ["Notes", "Contacts", "Nowhere", 5])
def test_se_module_must_be_a_module_that_has_activities(zoho, entry, lead, module):
    row = {"Subject": "Call", "What_Id": {"id": lead["id"]}, "$se_module": module}
    assert (
        entry(zoho("POST", "/Tasks", json={"data": [row]}))["details"]["api_name"] == "$se_module"
    )


def test_a_meeting_cannot_end_before_it_starts(zoho, entry):
    row = {"Event_Title": "Talk", "Start_DateTime": "2026-01-10T12:00:00Z",
           "End_DateTime": "2026-01-10T11:00:00Z"}  # fmt: skip
    assert entry(zoho("POST", "/Events", json={"data": [row]}))["details"]["api_name"] == (
        "End_DateTime"
    )


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


def test_an_id_may_be_a_number_as_zohos_own_sdk_sends_it(zoho, add):
    account = add("Accounts", Account_Name="Acme")
    rows = [{"Last_Name": "Doe", "Account_Name": {"id": int(account["id"])}}]
    [entry] = zoho("POST", "/Contacts", json={"data": rows}).json()["data"]
    [made] = zoho("GET", f"/Contacts/{entry['details']['id']}").json()["data"]
    assert made["Account_Name"]["id"] == account["id"]
