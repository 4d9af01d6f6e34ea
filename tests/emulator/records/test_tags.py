"""Tags: on one record and on many, and those of a module."""

import pytest

VIP = {"name": "vip", "color_code": "#F17574"}


def tag(zoho, module, record, action="add_tags", *tags, **more):
    return zoho(
        "POST", f"/{module}/{record['id']}/actions/{action}", json={"tags": list(tags), **more}
    )


def names(record):
    return [one["name"] for one in record["Tag"]]


def test_a_tag_is_made_by_putting_it_on_a_record(zoho, lead):
    response = tag(zoho, "Leads", lead, "add_tags", VIP)
    [entry] = response.json()["data"]
    [made] = entry["details"].pop("tags")
    assert (response.status_code, entry["message"]) == (200, "tags updated successfully")
    assert entry["details"] == {"modifiedTime": "Sat, 10 Jan 2026 06:00 AM", "id": lead["id"]}
    assert made == {"name": "vip", "id": made["id"], "color_code": "#F17574"}
    [seen] = zoho("GET", f"/Leads/{lead['id']}").json()["data"]
    assert seen["Tag"] == [made]


def test_tags_are_added_beside_those_there_unless_they_overwrite(zoho, lead):
    tag(zoho, "Leads", lead, "add_tags", {"name": "a"})
    tag(zoho, "Leads", lead, "add_tags", {"name": "b"}, {"name": "A"})
    assert sorted(names(lead)) == ["a", "b"]
    tag(zoho, "Leads", lead, "add_tags", {"name": "c"}, over_write=True)
    assert names(lead) == ["c"]


def test_tags_are_removed_by_name(zoho, lead):
    tag(zoho, "Leads", lead, "add_tags", {"name": "a"}, {"name": "b"})
    response = tag(zoho, "Leads", lead, "remove_tags", {"name": "A"})
    assert [one["name"] for one in response.json()["data"][0]["details"]["tags"]] == ["b"]


def test_version_2_names_tags_in_the_query(zoho, lead):
    path = f"/Leads/{lead['id']}/actions/add_tags"
    zoho("POST", path, params={"tag_names": "a,b"}, version="v2")
    assert names(lead) == ["a", "b"]


@pytest.mark.parametrize("form", ["list", "text", "query"])
def test_many_records_are_tagged_at_once(zoho, add, form):
    records = [add("Vendors", Vendor_Name=name) for name in "AB"]
    ids = [record["id"] for record in records]
    forms = {"list": {"ids": ids}, "text": {"ids": f'["{ids[0]}","{ids[1]}"]'}, "query": {}}
    params = {"ids": ",".join(ids)} if form == "query" else {}
    body = {"tags": [VIP], **forms[form]}
    response = zoho("POST", "/Vendors/actions/add_tags", json=body, params=params)
    answer = response.json()
    assert (response.status_code, answer["locked_count"]) == (200, "0")
    assert [entry["details"]["id"] for entry in answer["data"]] == ids
    assert [names(record) for record in records] == [["vip"]] * 2


def test_a_locked_record_among_many_is_counted(zoho, add):
    free, locked = add("Vendors", Vendor_Name="A"), add("Vendors", Vendor_Name="B", Locked__s=True)
    body = {"tags": [VIP], "ids": [free["id"], locked["id"], "999"]}
    response = zoho("POST", "/Vendors/actions/add_tags", json=body)
    assert (response.status_code, response.json()["locked_count"]) == (207, "1")
    assert [entry["code"] for entry in response.json()["data"]] == [
        "SUCCESS", "RECORD_LOCKED", "INVALID_DATA",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "MANDATORY_NOT_FOUND"),
        ({"tags": []}, "INVALID_DATA"),
        ({"tags": "vip"}, "INVALID_DATA"),
        ({"tags": [VIP], "over_write": "maybe"}, "INVALID_DATA"),
        ({"tags": [{"name": str(n)} for n in range(11)]}, "INVALID_DATA"),
    ],
)
def test_a_request_without_good_tags_is_refused(zoho, lead, body, code):
    response = zoho("POST", f"/Leads/{lead['id']}/actions/add_tags", json=body)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert lead["Tag"] == []


@pytest.mark.parametrize(
    ("row", "details"),
    [
        ({"name": "x" * 26}, {"api_name": "name", "maximum_length": 25}),
        ({"name": 5}, {"api_name": "name", "expected_data_type": "text"}),
        ({"name": "a", "color_code": "red"}, {"api_name": "color_code"}),
    ],
)
def test_a_bad_tag_is_refused_in_the_list_of_tags(zoho, lead, row, details):
    [refused] = tag(zoho, "Leads", lead, "add_tags", row).json()["tags"]
    assert refused["code"] == "INVALID_DATA"
    assert details.items() <= refused["details"].items()


def test_a_locked_record_cannot_be_tagged(zoho, lead):
    lead["Locked__s"] = True
    response = tag(zoho, "Leads", lead, "add_tags", VIP)
    assert (response.status_code, response.json()["code"]) == (400, "RECORD_LOCKED")


def test_tagging_an_unknown_record_or_none_is_refused(zoho):
    assert zoho("POST", "/Leads/999/actions/add_tags", json={"tags": [VIP]}).status_code == 400
    response = zoho("POST", "/Leads/actions/add_tags", json={"tags": [VIP]})
    assert response.json()["code"] == "REQUIRED_PARAM_MISSING"


def test_a_user_who_only_reads_cannot_tag(zoho, people, lead):
    path = f"/Leads/{lead['id']}/actions/add_tags"
    response = zoho("POST", path, json={"tags": [VIP]}, user=people.rita)
    assert response.json()["details"]["permissions"] == ["Crm_Implied_Edit_Leads"]


def test_tagging_costs_a_credit_for_each_fifty_records(zoho, world, add):
    ids = [add("Vendors", Vendor_Name="V")["id"] for _ in range(51)]
    zoho("POST", "/Vendors/actions/add_tags", json={"tags": [VIP], "ids": ids})
    assert world.log.credits == 2


# Tags of a module


def test_tags_of_a_module_are_made_listed_renamed_and_deleted(zoho, lead):
    asked = {"params": {"module": "Leads"}}
    made = zoho("POST", "/settings/tags", json={"tags": [VIP]}, **asked)
    tag_id = made.json()["tags"][0]["details"]["id"]
    assert (made.status_code, made.json()["tags"][0]["message"]) == (
        201, "tags created successfully",
    )  # fmt: skip
    tag(zoho, "Leads", lead, "add_tags", {"name": "vip"})
    [listed] = zoho("GET", "/settings/tags", **asked).json()["tags"]
    assert (listed["id"], listed["name"]) == (tag_id, "vip")
    counted = zoho("GET", f"/settings/tags/{tag_id}/actions/records_count", **asked)
    assert counted.json() == {"count": "1"}
    renamed = {"tags": [{"name": "gold"}]}
    assert zoho("PUT", f"/settings/tags/{tag_id}", json=renamed, **asked).status_code == 200
    assert names(lead) == ["gold"]
    assert zoho("DELETE", f"/settings/tags/{tag_id}").status_code == 200
    assert (lead["Tag"], zoho("GET", "/settings/tags", **asked).status_code) == ([], 204)


def test_the_same_tag_is_not_made_twice(zoho):
    asked = {"params": {"module": "Leads"}}
    zoho("POST", "/settings/tags", json={"tags": [VIP]}, **asked)
    response = zoho(
        "POST", "/settings/tags", json={"tags": [{"name": "VIP"}, {"name": "b"}]}, **asked
    )
    assert (response.status_code, response.json()["tags"][0]["code"]) == (207, "DUPLICATE_DATA")


def test_tags_belong_to_a_module_that_must_be_named(zoho):
    response = zoho("GET", "/settings/tags")
    assert (response.status_code, response.json()["code"]) == (400, "REQUIRED_PARAM_MISSING")
    assert zoho("DELETE", "/settings/tags/999").status_code == 400
