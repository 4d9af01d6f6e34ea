"""Related lists: what hangs on a record, links with what is kept of them, and counts."""

import pytest


@pytest.fixture
def campaign(add):
    return add("Campaigns", Campaign_Name="Fair")


def listed(zoho, module, record, relation, **params):
    fields = {"fields": params.pop("fields", "id")}
    return zoho("GET", f"/{module}/{record['id']}/{relation}", params={**fields, **params})


def put(zoho, module, record, relation, *rows):
    return zoho("PUT", f"/{module}/{record['id']}/{relation}", json={"data": list(rows)})


def test_a_lead_joins_a_campaign_with_a_status(zoho, lead, campaign):
    row = {"id": campaign["id"], "Member_Status": "Invited"}
    response = put(zoho, "Leads", lead, "Campaigns", row)
    assert response.json() == {
        "data": [{"code": "SUCCESS", "details": {"id": campaign["id"]},
                  "message": "relation added", "status": "success"}]
    }  # fmt: skip
    asked = {"fields": "Campaign_Name,Member_Status"}
    [seen] = listed(zoho, "Leads", lead, "Campaigns", **asked).json()["data"]
    assert seen == {"Campaign_Name": "Fair", "Member_Status": "Invited", "id": campaign["id"]}


def test_a_link_is_seen_from_both_sides(zoho, lead, campaign):
    put(zoho, "Leads", lead, "Campaigns", {"id": campaign["id"]})
    [seen] = listed(zoho, "Campaigns", campaign, "Leads", fields="Member_Status").json()["data"]
    assert seen == {"Member_Status": "Planned", "id": lead["id"]}


def test_linking_again_changes_the_status_and_adds_no_second_link(zoho, lead, campaign, world):
    for status in ("Invited", "Attended"):
        put(zoho, "Leads", lead, "Campaigns", {"id": campaign["id"], "Member_Status": status})
    path = f"/Campaigns/{campaign['id']}/Leads/{lead['id']}"
    zoho("PUT", path, json={"data": [{"Member_Status": "Responded"}]})
    assert [link.details for link in world.links] == [{"Member_Status": "Responded"}]


def test_linking_some_unknown_records_is_mixed(zoho, lead, campaign):
    response = put(zoho, "Leads", lead, "Campaigns", {"id": campaign["id"]}, {"id": "999"}, {})
    assert response.status_code == 207
    assert [row["code"] for row in response.json()["data"]] == [
        "SUCCESS", "INVALID_DATA", "MANDATORY_NOT_FOUND",
    ]  # fmt: skip


def test_a_link_is_taken_away(zoho, lead, campaign, world):
    put(zoho, "Leads", lead, "Campaigns", {"id": campaign["id"]})
    path = f"/Leads/{lead['id']}/Campaigns"
    response = zoho("DELETE", path, params={"ids": f"{campaign['id']},999"})
    assert (response.status_code, [row["message"] for row in response.json()["data"]]) == (
        207, ["relation removed", "relation not found"],
    )  # fmt: skip
    assert world.links == []
    assert zoho("DELETE", f"{path}/{campaign['id']}").json()["data"][0]["code"] == "INVALID_DATA"


def test_taking_away_nothing_misses_the_ids(zoho, lead):
    response = zoho("DELETE", f"/Leads/{lead['id']}/Campaigns")
    assert (response.json()["code"], response.json()["details"]) == (
        "MANDATORY_NOT_FOUND", {"param_name": "ids"},
    )  # fmt: skip


def test_products_of_a_lead_are_links_too(zoho, lead, add):
    product = add("Products", Product_Name="Pump")
    put(zoho, "Leads", lead, "Products", {"id": product["id"]})
    [seen] = listed(zoho, "Leads", lead, "Products", fields="Product_Name").json()["data"]
    assert seen["Product_Name"] == "Pump"


def test_children_by_a_lookup_are_listed_and_let_go(zoho, add, world):
    vendor = add("Vendors", Vendor_Name="Acme")
    child = add("Suppliers", Name="S", Vendor=world.reference("Vendors", vendor))
    add("Suppliers", Name="Other")
    [seen] = listed(zoho, "Vendors", vendor, "Suppliers", fields="Name").json()["data"]
    assert seen == {"Name": "S", "id": child["id"]}
    zoho("DELETE", f"/Vendors/{vendor['id']}/Suppliers/{child['id']}")
    assert child["Vendor"] is None


def test_children_by_a_lookup_are_not_linked_from_above(zoho, add):
    vendor, child = add("Vendors", Vendor_Name="Acme"), add("Suppliers", Name="S")
    response = put(zoho, "Vendors", vendor, "Suppliers", {"id": child["id"]})
    assert response.json()["code"] == "CANNOT_BE_UPDATED"


@pytest.mark.parametrize(
    ("module", "values", "closed"),
    [
        ("Tasks", {"Status": "Not Started"}, False),
        ("Tasks", {"Status": "Completed"}, True),
        ("Events", {"End_DateTime": "2026-01-10T13:00:00+00:00"}, False),
        ("Events", {"End_DateTime": "2026-01-10T11:00:00+00:00"}, True),
        ("Calls", {"Call_Status": "Scheduled"}, False),
        ("Calls", {"Call_Start_Time": "2026-01-09T11:00:00+00:00"}, True),
    ],
)
def test_activities_are_open_or_closed(zoho, add, world, lead, module, values, closed):
    about = {"What_Id": world.reference("Leads", lead), "$se_module": "Leads"}
    activity = add(module, **about, **values)
    lists = {False: module, True: f"{module}_History"}
    [seen] = listed(zoho, "Leads", lead, lists[closed]).json()["data"]
    assert seen["id"] == activity["id"]
    assert listed(zoho, "Leads", lead, lists[not closed]).status_code == 204


def test_activities_of_a_contact_are_those_with_him(zoho, add, world):
    contact = add("Contacts", Last_Name="Doe")
    task = add("Tasks", Subject="Call", Who_Id=world.reference("Contacts", contact))
    [seen] = listed(zoho, "Contacts", contact, "Tasks").json()["data"]
    assert seen["id"] == task["id"]


def test_an_activity_is_parted_from_its_record(zoho, lead, task_of):
    task = task_of("Leads", lead)
    zoho("DELETE", f"/Leads/{lead['id']}/Tasks/{task['id']}")
    assert (task["What_Id"], task["$se_module"]) == (None, None)


def test_one_related_record_can_be_read(zoho, lead, campaign):
    put(zoho, "Leads", lead, "Campaigns", {"id": campaign["id"], "Member_Status": "Invited"})
    path = f"/Leads/{lead['id']}/Campaigns"
    [seen] = zoho("GET", f"{path}/{campaign['id']}").json()["data"]
    assert (seen["Campaign_Name"], seen["Member_Status"]) == ("Fair", "Invited")
    assert zoho("GET", f"{path}/999").status_code == 204


@pytest.mark.parametrize(
    ("path", "message", "index"),
    [
        ("/Leads/999/Notes", "the related id given seems to be invalid", 1),
        ("/Leads/{id}/Nothing", "the relation name given seems to be invalid", 2),
        ("/Nowhere/{id}/Notes", "the module name given seems to be invalid", 0),
    ],
)
def test_a_wrong_part_of_the_path_is_named_by_its_index(zoho, lead, path, message, index):
    response = zoho("GET", path.format(id=lead["id"]), params={"fields": "id"})
    assert (response.status_code, response.json()["message"]) == (400, message)
    assert response.json()["details"] == {"resource_path_index": index}


def test_related_lists_need_fields_too(zoho, lead):
    response = zoho("GET", f"/Leads/{lead['id']}/Notes")
    assert response.json()["details"] == {"param_name": "fields"}
    assert zoho("GET", f"/Leads/{lead['id']}/Notes", version="v2.1").status_code == 204


def test_a_related_list_has_pages(zoho, lead, note_of):
    made = [note_of("Leads", lead, str(n))["id"] for n in range(3)]
    response = listed(zoho, "Leads", lead, "Notes", per_page=2)
    assert [row["id"] for row in response.json()["data"]] == [made[2], made[1]]
    assert response.json()["info"]["more_records"] is True


def test_a_related_list_is_narrowed_by_ids_and_by_the_time_of_change(zoho, lead, note_of, world):
    old = note_of("Leads", lead, "old")
    since = world.timestamp()
    headers = {"If-Modified-Since": since}
    path, asked = f"/Leads/{lead['id']}/Notes", {"fields": "id"}
    assert zoho("GET", path, params=asked, headers=headers).status_code == 304
    world.clock.advance(1)
    new = note_of("Leads", lead, "new")
    [seen] = zoho("GET", path, params=asked, headers=headers).json()["data"]
    assert seen["id"] == new["id"]
    [seen] = listed(zoho, "Leads", lead, "Notes", ids=old["id"]).json()["data"]
    assert seen["id"] == old["id"]


@pytest.mark.parametrize(
    ("row", "path"),
    [("x", "$.data[0]"), ({"id": "1", "Member_Status": 5}, "$.data[0].Member_Status")],
)
def test_a_bad_link_is_refused_with_its_place(zoho, entry, lead, row, path):
    assert entry(put(zoho, "Leads", lead, "Campaigns", row))["details"]["json_path"] == path


def test_a_record_seen_but_not_shared_for_writing_is_not_linked(zoho, people, add, world, campaign):
    world.module("Leads").sharing = "public_read"
    record = add("Leads", Last_Name="L", owner=people.rae)
    path = f"/Leads/{record['id']}/Campaigns"
    for method, more in (("PUT", {"json": {"data": [{"id": campaign["id"]}]}}), ("DELETE", {})):
        response = zoho(method, path, params={"ids": "1"}, user=people.rob, **more)
        assert response.json()["code"] == "AUTHORIZATION_FAILED"


def test_a_related_record_that_the_user_may_not_see_is_left_out(zoho, people, add, campaign):
    leads = [add("Leads", Last_Name=who.first_name, owner=who) for who in (people.rob, people.rae)]
    put(zoho, "Campaigns", campaign, "Leads", *({"id": one["id"]} for one in leads))
    path = f"/Campaigns/{campaign['id']}/Leads"
    rows = zoho("GET", path, params={"fields": "Last_Name"}, user=people.rob).json()["data"]
    assert [row["Last_Name"] for row in rows] == ["Rob"]


def test_a_user_who_only_reads_cannot_link(zoho, people, add, campaign):
    record = add("Leads", Last_Name="Robs", owner=people.rob)
    path = f"/Leads/{record['id']}/Campaigns"
    response = zoho("PUT", path, json={"data": [{"id": campaign["id"]}]}, user=people.rita)
    assert response.json()["details"]["permissions"] == ["Crm_Implied_Edit_Leads"]


# Counts


def count(zoho, module, record, *lists, **more):
    path = f"/{module}/{record['id']}/actions/get_related_records_count"
    return zoho("POST", path, json={"get_related_records_count": list(lists)}, **more)


def test_what_hangs_on_a_record_is_counted_in_the_order_asked(zoho, lead, note_of, task_of, world):
    for text in "ab":
        note_of("Leads", lead, text)
    task_of("Leads", lead)
    lists = {one.api_name: one for one in world.module("Leads").related_lists}
    asked = [
        {"related_list": {"api_name": "Notes", "id": lists["Notes"].id}},
        {"related_list": {"api_name": "Tasks"}},
        {"related_list": {"id": lists["Campaigns"].id}},
    ]
    response = count(zoho, "Leads", lead, *asked)
    assert (response.status_code, response.json()) == (
        200,
        {"get_related_records_count": [
            {"count": number, "related_list": {"api_name": name, "id": lists[name].id}}
            for number, name in ((2, "Notes"), (1, "Tasks"), (0, "Campaigns"))
        ]},
    )  # fmt: skip
    assert world.log.credits == 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({}, "MANDATORY_NOT_FOUND"),
        ({"related_list": {}}, "EXPECTED_FIELD_MISSING"),
        ({"related_list": "Notes"}, "INVALID_DATA"),
        ({"related_list": {"api_name": "Nothing"}}, "INVALID_DATA"),
        ({"related_list": {"id": "1"}}, "INVALID_DATA"),
        ({"related_list": {"api_name": "Notes"}, "params": {"filters": {}}}, "NOT_SUPPORTED"),
        ({"related_list": {"api_name": "Notes"}, "params": []}, "INVALID_DATA"),
        ("Notes", "INVALID_DATA"),
    ],
)
def test_a_list_that_cannot_be_counted_has_its_error_in_its_place(zoho, lead, row, code):
    response = count(zoho, "Leads", lead, {"related_list": {"api_name": "Notes"}}, row)
    good, bad = response.json()["get_related_records_count"]
    assert (response.status_code, good["count"], bad["code"]) == (207, 0, code)


def test_a_name_and_an_id_of_two_lists_are_ambiguous(zoho, lead, world):
    other = world.module("Leads").related_list("Tasks").id
    response = count(zoho, "Leads", lead, {"related_list": {"api_name": "Notes", "id": other}})
    [refused] = response.json()["get_related_records_count"]
    assert (response.status_code, refused["code"]) == (400, "AMBIGUITY_DURING_PROCESSING")


def test_nothing_is_counted_for_unknown_records_and_converted_leads(zoho, lead):
    asked = {"related_list": {"api_name": "Notes"}}
    unknown = count(zoho, "Leads", {"id": "999"}, asked)
    assert (unknown.status_code, unknown.json()["details"]) == (400, {"resource_path_index": 1})
    lead["$converted"] = True
    assert count(zoho, "Leads", lead, asked).json()["code"] == "ID_ALREADY_CONVERTED"


def test_more_than_twenty_lists_are_too_many(zoho, lead):
    response = count(zoho, "Leads", lead, *[{"related_list": {"api_name": "Notes"}}] * 21)
    assert response.json()["get_related_records_count"][0]["code"] == "LIMIT_EXCEEDED"


def test_counts_are_there_since_version_4(zoho, lead):
    response = count(zoho, "Leads", lead, {}, version="v3")
    assert response.json()["details"] == {"supported_version": 4}
