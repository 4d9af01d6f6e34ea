"""Whatever is sent, the records API answers in Zoho's words and never breaks."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TEXTS = st.text(max_size=40)
KEYS = TEXTS | st.sampled_from(["id", "_delete", "Town", "Depots", "File_Id__s", "name", "module"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["Name", "Owner", "Layout", "Tag", "Papers", "Vendor", "Depots", "Branches", "Staff",
     "Weight", "Goods", "Since", "Last_Order", "Email", "Conversion_Key", "id", "$se_module",
     "What_Id", "Subject", "Parent_Id", "Note_Content"]
)  # fmt: skip
ROWS = st.dictionaries(NAMES, JSON, max_size=5)
CRITERIA = st.text(alphabet="()\\,:andor Company:equals in between1", max_size=60)
QUERIES = st.text(
    alphabet="select from where and or ()'\"%,.=<>0123 Leads id Last_Name like", max_size=80
)
CALM = {200, 201, 204, 207, 304, 400, 401, 403, 412, 413}
"""The statuses that an answer may have without anything having gone wrong inside."""
RELAXED = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check(response):
    assert response.status_code in CALM
    if response.content:
        assert isinstance(json.loads(response.content), dict)


@RELAXED
@given(module=st.sampled_from(["Suppliers", "Tasks", "Notes", "Deals"]), row=ROWS | JSON)
def test_any_record(zoho, module, row):
    check(zoho("POST", f"/{module}", json={"data": [row]}))


@RELAXED
@given(row=ROWS)
def test_any_change(zoho, add, row):
    record = add("Suppliers", Name="S", Branches=[{"id": "1", "Town": "X"}])
    check(zoho("PUT", f"/Suppliers/{record['id']}", json={"data": [row]}))
    check(zoho("PUT", "/Suppliers", json={"data": [{**row, "id": record["id"]}]}))
    check(zoho("POST", "/Suppliers/upsert", json={"data": [row], "duplicate_check_fields":
                                                   list(row)}))  # fmt: skip
    check(zoho("GET", f"/Suppliers/{record['id']}"))


@RELAXED
@given(criteria=CRITERIA)
def test_any_criteria(zoho, lead, criteria):
    for text in (criteria, f"(Company:equals:{criteria})", f"({criteria}:equals:x)"):
        check(zoho("GET", "/Leads/search", params={"criteria": text}))


@RELAXED
@given(query=QUERIES)
def test_any_query(zoho, lead, query):
    for text in (query, f"select id from Leads where {query}"):
        check(zoho("POST", "/coql", json={"select_query": text}))


@RELAXED
@given(body=JSON, path=st.sampled_from(
    ["/Leads", "/Leads/upsert", "/Notes", "/coql", "/__composite_requests", "/settings/tags",
     "/Leads/actions/add_tags", "/settings/recycle_bin/actions/restore"]
))  # fmt: skip
def test_any_body(zoho, body, path):
    check(zoho("POST", path, json=body))


@RELAXED
@given(part=st.dictionaries(
    st.sampled_from(["method", "uri", "params", "headers", "body", "sub_request_id"]), JSON
))  # fmt: skip
def test_any_part_of_a_composite_request(zoho, part):
    good = {"method": "POST", "uri": "/crm/v8/Vendors", "body": {"data": [{}]}}
    for row in (part, {**good, **part}):
        check(zoho("POST", "/__composite_requests", json={"__composite_requests": [row]}))
