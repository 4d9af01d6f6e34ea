"""POST /coql: the part of the language that the emulator reads, and how it refuses the rest."""

import pytest


@pytest.fixture
def deals(add, world, people):
    """Three accounts and their deals."""
    made = {}
    rows = [("Acme", "Small", 100, "Qualification"), ("Acme", "Big", 5000, "Closed Won"),
            ("O'Hara", "Odd", None, "Qualification")]  # fmt: skip
    for account, name, amount, stage in rows:
        if account not in made:
            made[account] = add("Accounts", Account_Name=account, Industry="ERP")
        add("Deals", Deal_Name=name, Amount=amount, Stage=stage, Closing_Date="2026-03-01",
            Account_Name=world.reference("Accounts", made[account]))  # fmt: skip
    return made


def coql(zoho, query, **more):
    return zoho("POST", "/coql", json={"select_query": query}, **more)


def deal_names(response):
    rows = response.json()["data"] if response.status_code == 200 else []
    return [row["Deal_Name"] for row in rows]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Deal_Name = 'big'", ["Big"]),
        ("Deal_Name != 'Big'", ["Small", "Odd"]),
        ("Deal_Name like 'B%'", ["Big"]),
        ("Deal_Name like '%m%'", ["Small"]),
        ("Deal_Name not like '%i%'", ["Small", "Odd"]),
        ("Deal_Name in ('Big', \"Odd\")", ["Big", "Odd"]),
        ("Deal_Name not in ('Big', 'Odd')", ["Small"]),
        ("Amount > 100", ["Big"]),
        ("Amount >= 100", ["Small", "Big"]),
        ("Amount < 5000.5", ["Small", "Big"]),
        ("Amount between 50 and 150", ["Small"]),
        ("Amount is null", ["Odd"]),
        ("Amount is not null", ["Small", "Big"]),
        ("Closing_Date = '2026-03-01'", ["Small", "Big", "Odd"]),
        ("Created_Time > '2026-01-10T11:59:59+00:00'", ["Small", "Big", "Odd"]),
        ("Stage = 'Closed Won'", ["Big"]),
        ("(Stage = 'Qualification' and Amount is not null)", ["Small"]),
        ("Stage = 'Closed Won' or Amount = 100", ["Small", "Big"]),
        ("((Stage = 'Qualification' or Stage = 'Closed Won') and Deal_Name like '%d%')", ["Odd"]),
        ("Account_Name.Account_Name = 'acme'", ["Small", "Big"]),
        ("Account_Name.Account_Name = 'O''Hara'", ["Odd"]),
        ("Account_Name.Industry = 'ERP'", ["Small", "Big", "Odd"]),
        ("Account_Name is null", []),
    ],
)
def test_a_query_finds(zoho, deals, where, expected):
    response = coql(zoho, f"select Deal_Name from Deals where {where}")
    assert (response.status_code, deal_names(response)) == (200 if expected else 204, expected)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Goods = 'Wood'", ["A"]),
        ("Goods != 'Wood'", ["B", "C"]),
        ("Goods in ('Glass', 'Steel')", ["A", "B"]),
        ("Goods like 'Gl%'", ["B"]),
        ("Per_Head >= 10", ["A"]),
        ("Per_Head is null", ["B", "C"]),
        ("Number = 'sup-2'", ["B"]),
        ("Serial = '12345678901'", ["C"]),
        ("Preferred = false", ["A", "B", "C"]),
        ("Since < '2024-02-01'", ["A"]),
        ("Layout.id is not null", None),
    ],
)
def test_a_query_over_other_types_finds(zoho, add, where, expected):
    add("Suppliers", Name="A", Goods=["Steel", "Wood"], Turnover=100, Staff=10, Since="2024-01-31")
    add("Suppliers", Name="B", Goods=["Glass"])
    add("Suppliers", Name="C", Serial="12345678901")
    response = coql(zoho, f"select Name from Suppliers where {where}")
    if expected is None:
        assert response.json()["code"] == "INVALID_QUERY"
    else:
        assert [row["Name"] for row in response.json()["data"]] == expected


def test_a_layout_is_compared_by_its_id(zoho, add, world):
    layout = world.module("Suppliers").layouts[0]
    add("Suppliers", Name="A")
    query = f"select Layout from Suppliers where Layout = '{layout.id}'"
    assert coql(zoho, query).json()["data"][0]["Layout"]["id"] == layout.id


def test_rows_hold_the_columns_by_their_written_names_and_the_id(zoho, deals):
    query = ("SELECT Deal_Name, Account_Name, Account_Name.Industry, Owner FROM Deals "
             "WHERE Deal_Name = 'Big'")  # fmt: skip
    response = coql(zoho, query)
    [row] = response.json()["data"]
    assert row["Account_Name"] == {"name": "Acme", "id": deals["Acme"]["id"]}
    assert row["Account_Name.Industry"] == "ERP"
    assert set(row) == {"Deal_Name", "Account_Name", "Account_Name.Industry", "Owner", "id"}
    assert response.json()["info"] == {"count": 1, "more_records": False}


def test_a_lookup_and_an_id_are_compared_by_id(zoho, deals):
    acme = deals["Acme"]["id"]
    for where in (f"Account_Name = '{acme}'", f"Account_Name = {acme}",
                  f"Account_Name.id = {acme}", f"Account_Name in ('{acme}')"):  # fmt: skip
        assert deal_names(coql(zoho, f"select Deal_Name from Deals where {where}")) == [
            "Small", "Big",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("", ["Small", "Big", "Odd"]),
        ("order by Deal_Name", ["Big", "Odd", "Small"]),
        ("order by Amount desc", ["Big", "Small", "Odd"]),
        ("order by Stage asc, Deal_Name desc", ["Big", "Small", "Odd"]),
        ("order by Account_Name.Account_Name desc, Amount desc", ["Odd", "Big", "Small"]),
        ("limit 2", ["Small", "Big"]),
        ("limit 1, 2", ["Big", "Odd"]),
        ("limit 1 offset 2", ["Odd"]),
        ("order by id desc limit 1", ["Odd"]),
    ],
)
def test_rows_are_ordered_and_cut(zoho, deals, tail, expected):
    assert deal_names(coql(zoho, f"select Deal_Name from Deals where id is not null {tail}")) == (
        expected
    )


def test_more_records_says_whether_there_is_a_rest(zoho, deals):
    query = "select id from Deals where id is not null limit 2"
    assert coql(zoho, query).json()["info"] == {"count": 2, "more_records": True}


def test_converted_leads_are_among_the_rows(zoho, add):
    add("Leads", Last_Name="Gone", Converted__s=True)
    query = "select Last_Name from Leads where Converted__s = true"
    assert coql(zoho, query).json()["data"][0]["Last_Name"] == "Gone"


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("select id from Deals", {"clause": "where"}),
        ("select from Deals where id = 1", {"line": 1, "column": 13, "near": "Deals"}),
        ("select id from Deals where id = 1 and Amount = 1 and Stage = 'x'",
         {"line": 1, "column": 50, "near": "and"}),
        ("select id from Deals where Deal_Name = Big", {"line": 1, "column": 40, "near": "Big"}),
        ("delete from Deals where id = 1", {"line": 1, "column": 1, "near": "delete"}),
        ("select count(id) from Deals where id is not null",
         {"line": 1, "column": 13, "near": "("}),
    ],
)  # fmt: skip
def test_what_is_no_query_is_a_syntax_error_with_its_place(zoho, query, details):
    response = coql(zoho, query)
    assert (response.status_code, response.json()["code"]) == (400, "SYNTAX_ERROR")
    assert response.json()["details"] == details


OPEN = "select id from Deals where "


@pytest.mark.parametrize(
    "query",
    [
        "",
        "§",
        f"{OPEN} Deal_Name = 'open",
        "(" * 100,
        OPEN + "(" * 5000,
        f"{OPEN} id = {'9' * 5000}",
    ],
)
def test_any_nonsense_is_a_syntax_error(zoho, query):
    assert coql(zoho, query).json()["code"] == "SYNTAX_ERROR"


@pytest.mark.parametrize(
    ("where", "message", "part"),
    [
        ("Nothing = 1", "column given seems to be invalid", {"column_name": "Nothing"}),
        ("Account_Name.Nothing = 1", "column given seems to be invalid",
         {"column_name": "Account_Name.Nothing"}),
        ("Deal_Name.id = 1", "column given seems to be invalid", {"column_name": "Deal_Name.id"}),
        ("Deal_Name > 'A'", "Invalid query formed",
         {"reason": "invalid operator found", "column_name": "Deal_Name", "operator": ">"}),
        ("Amount like '1%'", "Invalid query formed", {"operator": "like"}),
        ("Locked__s is null", "Invalid query formed", {"operator": "is null"}),
        ("Description = 'x'", "unsupported column in criteria", {"column_name": "Description"}),
        ("Amount = 'much'", "value given seems to be invalid for the column",
         {"column_name": "Amount", "expected_data_type": "currency"}),
        ("Locked__s = 'true'", "value given seems to be invalid for the column",
         {"expected_data_type": "boolean"}),
        ("Deal_Name like 5", "value given seems to be invalid for the column", {}),
    ],
)  # fmt: skip
def test_a_criterion_that_makes_no_sense_is_an_invalid_query(zoho, where, message, part):
    response = coql(zoho, f"select id from Deals where {where}")
    body = response.json()
    assert (response.status_code, body["code"], body["message"]) == (400, "INVALID_QUERY", message)
    assert part.items() <= body["details"].items()


def test_only_two_lookups_can_be_followed(zoho):
    path = "Account_Name.Parent_Account.Parent_Account"
    assert coql(zoho, f"select id from Deals where {path} is null").status_code == 204
    refused = coql(zoho, f"select id from Deals where {path}.Industry is null")
    assert refused.json()["code"] == "INVALID_QUERY"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("select id, id from Deals where id is not null", "DUPLICATE_DATA"),
        ("select id from Deals where id is not null order by id, id", "DUPLICATE_DATA"),
        ("select id from Deals where id is not null limit 2001", "LIMIT_EXCEEDED"),
        ("select id from Deals where id is not null limit 0", "INVALID_DATA"),
        ("select id from Nowhere where id is not null", "INVALID_MODULE"),
        ("select id from Deals where id in (" + ",".join(["1"] * 51) + ")", "LIMIT_EXCEEDED"),
    ],
)
def test_a_query_over_the_limits_is_refused(zoho, deals, query, code):
    assert coql(zoho, query).json()["code"] == code


def test_before_version_4_two_hundred_rows_are_the_limit(zoho, deals):
    query = "select id from Deals where id is not null limit 201"
    assert coql(zoho, query, version="v3").json()["code"] == "LIMIT_EXCEEDED"
    assert coql(zoho, query, version="v4").status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "MANDATORY_NOT_FOUND"), ({"select_query": 5}, "INVALID_DATA"),
     ({"select_query": "x", "include_meta": "fields"}, "INVALID_DATA"),
     ({"select_query": "x", "include_meta": ["all"]}, "INVALID_DATA")],
)  # fmt: skip
def test_a_body_without_a_query_is_refused(zoho, body, code):
    assert zoho("POST", "/coql", json=body).json()["code"] == code


def test_the_metadata_of_the_columns_comes_along_when_asked_for(zoho, deals):
    query = "select Deal_Name, id from Deals where id is not null"
    body = {"select_query": query, "include_meta": ["fields"]}
    fields = zoho("POST", "/coql", json=body).json()["fields"]
    assert (list(fields), fields["Deal_Name"]["data_type"]) == (["Deal_Name"], "text")


@pytest.mark.parametrize(("limit", "credits"), [(200, 1), (201, 2), (1000, 2), (1001, 3)])
def test_a_query_costs_more_the_more_it_asks_for(zoho, world, limit, credits):
    coql(zoho, f"select id from Deals where id is not null limit {limit}")
    assert world.log.credits == credits


@pytest.mark.parametrize(
    ("scopes", "status"),
    [
        (("ZohoCRM.coql.READ", "ZohoCRM.modules.deals.READ"), 204),
        (("ZohoCRM.coql.READ",), 401),
        (("ZohoCRM.coql.READ", "ZohoCRM.modules.leads.READ"), 401),
        (("ZohoCRM.modules.ALL",), 401),
    ],
)
def test_a_query_needs_its_own_scope_and_the_modules(zoho, scopes, status):
    query = "select id from Deals where id is not null"
    assert coql(zoho, query, scopes=scopes).status_code == status


def test_a_query_shows_only_what_the_user_may_see(zoho, people, add):
    for owner in (people.rob, people.rae):
        add("Leads", Last_Name=owner.first_name, owner=owner)
    query = "select Last_Name from Leads where id is not null"
    rows = coql(zoho, query, user=people.rob).json()["data"]
    assert [row["Last_Name"] for row in rows] == ["Rob"]


def test_a_hidden_field_is_no_column(zoho, people):
    query = "select Secret from Suppliers where id is not null"
    assert coql(zoho, query, user=people.rob).json()["code"] == "INVALID_QUERY"
