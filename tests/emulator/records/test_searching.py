"""GET /{module}/search and the count: criteria, e-mail, phone, word, and an index that lags."""

import pytest


@pytest.fixture
def office(add, world):
    """Leads to look for; the values are found again by their last names."""
    rows = [
        {"Last_Name": "Burns, B", "Company": "ABC Inc.", "Email": "sales-team@abc.example",
         "Phone": "+1 (555) 123-4567", "Lead_Status": "Contacted", "Annual_Revenue": 1000,
         "No_of_Employees": 10},
        {"Last_Name": "K\\", "Company": "ABC", "Email": "sales_team@abc.example",
         "Lead_Status": "Not Contacted", "Annual_Revenue": 2000, "No_of_Employees": 20},
        {"Last_Name": "Doe (Jr)", "First_Name": "Patricia", "Company": "Zylker",
         "Lead_Status": "Contacted", "Email_Opt_Out": True, "Description": "met at the fair"},
    ]  # fmt: skip
    return [add("Leads", **row) for row in rows]


def search(zoho, module="Leads", **params):
    more = {key: params.pop(key) for key in ("user", "scopes", "version") if key in params}
    return zoho("GET", f"/{module}/search", params=params, **more)


def names(response):
    rows = response.json()["data"] if response.status_code == 200 else []
    return sorted(row["Last_Name"] for row in rows)


BURNS, K, DOE = "Burns, B", "K\\", "Doe (Jr)"


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ("(Company:equals:Zylker)", [DOE]),
        ("(Company:equals:ABC)", [BURNS, K]),
        ("(Company:equals:abc inc)", [BURNS]),
        ("(Company:not_equal:ABC)", [BURNS, DOE]),
        ("(Company:starts_with:AB)", [BURNS, K]),
        ("(Company:in:ABC,Zylker)", [DOE, K]),
        ("(Email:equals:sales-team@abc.example)", [BURNS, K]),
        (r"(Last_Name:equals:Burns\, B)", [BURNS]),
        (r"(Last_Name:in:Burns\, B,Nobody)", [BURNS]),
        (r"(Last_Name:equals:Doe \(Jr\))", [DOE]),
        ("(Last_Name:equals:K\\\\)", [K]),
        ("(Full_Name:equals:Patricia Doe)", [DOE]),
        ("(Lead_Status:equals:Contacted)", [BURNS, DOE]),
        ("(Lead_Status:in:Contacted,Not Contacted)", [BURNS, DOE, K]),
        ("(Annual_Revenue:greater_than:1000)", [K]),
        ("(Annual_Revenue:between:500,1500)", [BURNS]),
        ("(No_of_Employees:less_equal:10)", [BURNS]),
        ("(Email_Opt_Out:equals:true)", [DOE]),
        ("(Description:equals:fair)", [DOE]),
        ("(Created_Time:greater_equal:2026-01-10T00:00:00+00:00)", [BURNS, DOE, K]),
        ("((Company:equals:ABC)and(Lead_Status:equals:Contacted))", [BURNS]),
        ("((Company:equals:Zylker) or (Annual_Revenue:equals:2000))", [DOE, K]),
        ("(((Company:equals:ABC) AND (No_of_Employees:equals:20)) or (First_Name:starts_with:Pat))",
         [DOE, K]),
        ("(Company:equals:Nowhere)", []),
    ],
)  # fmt: skip
def test_criteria_find(zoho, office, criteria, expected):
    response = search(zoho, criteria=criteria, fields="Last_Name")
    assert (response.status_code, names(response)) == (200 if expected else 204, sorted(expected))


@pytest.mark.parametrize(
    ("criteria", "details"),
    [
        ("Company:equals:A", {"api_name": "criteria", "param_name": "criteria"}),
        ("(Company:equals:A", {"api_name": "criteria", "param_name": "criteria"}),
        ("(Company:equals:A)(", {"api_name": "criteria", "param_name": "criteria"}),
        ("(Company:equals:A(B)", {"api_name": "criteria", "param_name": "criteria"}),
        ("(Company:equals:A) xor (Company:equals:B)",
         {"api_name": "criteria", "param_name": "criteria"}),
        ("(" * 80 + "Company:equals:A", {"api_name": "criteria", "param_name": "criteria"}),
        ("(Nothing:equals:A)",
         {"reason": "the field is not available for search", "api_name": "Nothing"}),
        ("(Company:greater_than:A)",
         {"reason": "invalid operator found", "api_name": "Company", "operator": "greater_than"}),
        ("(Email_Opt_Out:in:true)",
         {"reason": "invalid operator found", "api_name": "Email_Opt_Out", "operator": "in"}),
        ("(Annual_Revenue:equals:much)",
         {"reason": "invalid value found", "api_name": "Annual_Revenue", "value": "much"}),
        ("(Annual_Revenue:between:1)",
         {"reason": "two values are expected", "api_name": "Annual_Revenue", "value": "1"}),
        ("(Tag:equals:vip)",
         {"reason": "the data type is not supported", "api_name": "Tag"}),
    ],
)  # fmt: skip
def test_criteria_that_make_no_sense_are_an_invalid_query(zoho, office, criteria, details):
    response = search(zoho, criteria=criteria)
    body = response.json()
    assert (response.status_code, body["code"]) == (400, "INVALID_QUERY")
    assert (body["message"], body["details"]) == ("Invalid query formed", details)


def test_eleven_criteria_are_too_many(zoho):
    criteria = "or".join(["(Company:equals:A)"] * 11)
    assert search(zoho, criteria=f"({criteria})").json()["code"] == "CRITERIA_LIMIT_EXCEEDED"


def test_in_takes_a_hundred_values(zoho):
    values = ",".join(map(str, range(101)))
    response = search(zoho, criteria=f"(Company:in:{values})")
    assert response.json()["message"] == 'Only 100 values are allowed in "IN" criteria'


def test_a_lookup_is_found_by_id(zoho, add, world):
    vendor = add("Vendors", Vendor_Name="Acme")
    add("Suppliers", Name="S", Vendor=world.reference("Vendors", vendor))
    response = search(zoho, "Suppliers", criteria=f"(Vendor:equals:{vendor['id']})")
    assert response.json()["data"][0]["Name"] == "S"


@pytest.fixture
def suppliers(add):
    for name, goods, day in (("A", ["Steel", "Wood"], "2024-01-31"), ("B", ["Glass"], None)):
        add("Suppliers", Name=name, Goods=goods, Since=day, Turnover=100, Staff=10)


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ("(Goods:equals:Wood)", ["A"]),
        ("(Goods:not_equal:Wood)", ["B"]),
        ("(Goods:in:Glass,Steel)", ["A", "B"]),
        ("(Goods:starts_with:Gl)", ["B"]),
        ("(Since:less_than:2024-02-01)", ["A"]),
        ("(Since:not_equal:2024-01-31)", ["B"]),
        ("(Per_Head:equals:10)", ["A", "B"]),
        ("(Number:equals:SUP-2)", ["B"]),
    ],
)
def test_criteria_over_other_types_find(zoho, suppliers, criteria, expected):
    rows = search(zoho, "Suppliers", criteria=criteria).json()["data"]
    assert sorted(row["Name"] for row in rows) == expected


@pytest.mark.parametrize(("operator", "count"), [("equals", 1), ("in", 1), ("not_equal", 2)])
def test_a_record_is_found_by_its_id(zoho, office, operator, count):
    response = search(zoho, criteria=f"(id:{operator}:{office[0]['id']})")
    assert response.json()["info"]["count"] == count
    assert search(zoho, criteria="(id:between:1,2)").json()["code"] == "INVALID_QUERY"


def test_a_search_is_ordered_by_a_field_of_the_module_only(zoho, office):
    response = search(zoho, word="abc", sort_by="Nothing")
    assert response.json()["details"] == {"param_name": "sort_by"}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"email": "SALES-TEAM@abc.example"}, [BURNS]),
        ({"email": "@abc.example"}, [BURNS, K]),
        ({"phone": "555 1234567"}, [BURNS]),
        ({"phone": "123-45"}, [BURNS]),
        ({"word": "zylker"}, [DOE]),
        ({"word": "abc inc"}, [BURNS]),
        ({"word": "fair"}, [DOE]),
        ({"word": "nothing"}, []),
        ({"criteria": "(Company:equals:Zylker)", "word": "abc"}, [DOE]),
        ({"email": "@abc.example", "phone": "000", "word": "zz"}, [BURNS, K]),
    ],
)
def test_email_phone_and_word_find_and_the_first_given_counts(zoho, office, params, expected):
    assert names(search(zoho, **params)) == sorted(expected)


def test_a_search_for_nothing_misses_a_parameter(zoho):
    response = search(zoho)
    assert (response.status_code, response.json()["code"]) == (400, "EXPECTED_PARAM_MISSING")
    assert response.json()["details"]["param_names"] == ["criteria", "email", "phone", "word"]


@pytest.mark.parametrize(("params", "name"), [({"word": "a"}, "word"), ({"phone": "x"}, "phone")])
def test_too_short_a_word_and_a_phone_without_digits_are_invalid(zoho, params, name):
    assert search(zoho, **params).json()["details"] == {"param_name": name}


def test_search_sees_a_change_only_when_the_index_has_caught_up(zoho, world):
    world.faults.search_lag = 30
    zoho("POST", "/Leads", json={"data": [{"Last_Name": "New", "Company": "Fresh"}]})
    asked = {"criteria": "(Company:equals:Fresh)"}
    assert search(zoho, **asked).status_code == 204
    world.clock.advance(30)
    assert names(search(zoho, **asked)) == ["New"]


def test_coql_does_not_lag(zoho, world):
    world.faults.search_lag = 30
    zoho("POST", "/Leads", json={"data": [{"Last_Name": "New", "Company": "Fresh"}]})
    query = "select Last_Name from Leads where Company = 'Fresh'"
    assert zoho("POST", "/coql", json={"select_query": query}).status_code == 200


def test_converted_leads_are_found_only_when_asked_for(zoho, add):
    add("Leads", Last_Name="Gone", Company="ABC", **{"$converted": True})
    asked = {"criteria": "(Company:equals:ABC)"}
    assert search(zoho, **asked).status_code == 204
    assert names(search(zoho, **asked, converted="true")) == ["Gone"]
    assert names(search(zoho, **asked, converted="both")) == ["Gone"]


def test_a_user_finds_only_what_he_may_see(zoho, office, people, add):
    add("Leads", Last_Name="Robs", Company="ABC", owner=people.rob)
    assert names(search(zoho, criteria="(Company:equals:ABC)", user=people.rob)) == ["Robs"]


def test_a_hidden_field_cannot_be_searched(zoho, people, add):
    add("Suppliers", Name="S", Secret="x", owner=people.rob)
    response = search(zoho, "Suppliers", criteria="(Secret:equals:x)", user=people.rob)
    assert response.json()["code"] == "INVALID_QUERY"


def test_the_answer_is_cut_into_pages_and_ordered(zoho, office):
    asked = {"criteria": "(Created_Time:greater_equal:2020-01-01T00:00:00Z)",
             "sort_by": "Annual_Revenue", "sort_order": "desc", "fields": "Last_Name"}  # fmt: skip
    first = search(zoho, **asked, per_page=1).json()
    assert first["data"][0]["Last_Name"] == K
    assert first["info"] == {"per_page": 1, "count": 1, "page": 1, "more_records": True}
    last = search(zoho, **asked, per_page=1, page=3).json()
    assert (last["data"][0]["Last_Name"], last["info"]["more_records"]) == (DOE, False)


def test_no_more_than_two_thousand_results_can_be_turned_through(zoho):
    response = search(zoho, word="abc", page=11)
    assert response.json() == {
        "code": "LIMIT_REACHED",
        "details": {"limit": "2000"},
        "message": "maximum response iteration limit reached",
        "status": "error",
    }


@pytest.mark.parametrize(
    ("scopes", "status"),
    [
        (("ZohoSearch.securesearch.READ", "ZohoCRM.modules.leads.READ"), 204),
        (("ZohoSearch.securesearch.READ",), 401),
        (("ZohoCRM.modules.ALL",), 401),
    ],
)
def test_searching_needs_its_own_scope_and_the_modules(zoho, scopes, status):
    assert search(zoho, word="abc", scopes=scopes).status_code == status


@pytest.mark.parametrize(
    ("params", "count"),
    [({}, 3), ({"criteria": "(Company:equals:ABC)"}, 2), ({"word": "zylker"}, 1),
     ({"email": "nobody"}, 0)],
)  # fmt: skip
def test_records_can_be_counted(zoho, office, params, count):
    response = zoho("GET", "/Leads/actions/count", params=params)
    assert (response.status_code, response.json()) == (200, {"count": count})


def test_a_count_by_view_and_search_at_once_is_ambiguous(zoho):
    response = zoho("GET", "/Leads/actions/count", params={"cvid": "1", "word": "abc"})
    assert response.json()["code"] == "AMBIGUITY_DURING_PROCESSING"
