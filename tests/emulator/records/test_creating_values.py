"""POST /{module}: which values Zoho accepts for a field, which it refuses, and in which words."""

import pytest

LONG = "x" * 300


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
