"""DELETE, the list of deleted records, and the recycle bin."""

import json

import pytest

BIN = "/settings/recycle_bin"


def test_a_deleted_record_is_named_and_goes_into_the_bin(zoho, lead, world):
    response = zoho("DELETE", f"/Leads/{lead['id']}")
    assert (response.status_code, response.json()) == (
        200,
        {"data": [{"code": "SUCCESS", "details": {"id": lead["id"]}, "message": "record deleted",
                   "status": "success"}]},
    )  # fmt: skip
    assert world.find("Leads", lead["id"]) is None


def test_many_are_deleted_by_ids_and_unknown_ones_reported(zoho, add):
    one, two = (add("Vendors", Vendor_Name=name)["id"] for name in "AB")
    response = zoho("DELETE", "/Vendors", params={"ids": f"{one},999,{two}"})
    assert response.status_code == 207
    assert [row["message"] for row in response.json()["data"]] == [
        "record deleted", "record not deleted", "record deleted",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "code"),
    [("/Leads", "REQUIRED_PARAM_MISSING"), ("/Leads/999", "INVALID_DATA"),
     ("/Leads/abc", "INVALID_DATA"), ("/Leads?ids=" + ",".join(["1"] * 101), "LIMIT_EXCEEDED")],
)  # fmt: skip
def test_a_deletion_of_nothing_is_refused(zoho, path, code):
    response = zoho("DELETE", path)
    assert (response.status_code, response.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    ("state", "code"),
    [({"Locked__s": True}, "RECORD_LOCKED"), ({"$in_merge": True}, "RECORD_LOCKED"),
     ({"$approval_state": "approval_process_pending"}, "NOT_APPROVED")],
)  # fmt: skip
def test_a_record_in_this_state_cannot_be_deleted(zoho, entry, lead, world, state, code):
    lead.update(state)
    assert entry(zoho("DELETE", f"/Leads/{lead['id']}"))["code"] == code
    assert world.find("Leads", lead["id"]) is lead


def test_a_profile_that_only_reads_cannot_delete(zoho, people, lead):
    response = zoho("DELETE", f"/Leads/{lead['id']}", user=people.rita)
    assert response.json()["details"]["permissions"] == ["Crm_Implied_Delete_Leads"]


def test_somebody_elses_record_cannot_be_deleted(zoho, people, add, world):
    world.module("Leads").sharing = "public_read"
    record = add("Leads", Last_Name="Doe", owner=people.rae)
    response = zoho("DELETE", f"/Leads/{record['id']}", user=people.rob)
    assert response.json()["data"][0]["code"] == "AUTHORIZATION_FAILED"


def test_deleted_records_are_listed_with_who_and_when(zoho, people, lead, world):
    zoho("DELETE", f"/Leads/{lead['id']}")
    response = zoho("GET", "/Leads/deleted")
    ada = {"name": "Ada Admin", "id": people.ada.id}
    assert response.json() == {
        "data": [{
            "deleted_by": ada, "id": lead["id"], "display_name": "Pat Doe", "type": "recycle",
            "created_by": ada, "deleted_time": world.timestamp(),
        }],
        "info": {"per_page": 200, "count": 1, "page": 1, "more_records": False},
    }  # fmt: skip


def test_what_is_deleted_for_good_stays_in_the_list_by_its_id_alone(zoho, lead):
    zoho("DELETE", f"/Leads/{lead['id']}")
    zoho("DELETE", f"{BIN}/{lead['id']}")
    assert zoho("GET", "/Leads/deleted", params={"type": "recycle"}).status_code == 204
    [row] = zoho("GET", "/Leads/deleted", params={"type": "permanent"}).json()["data"]
    assert (row["id"], row["type"], row["display_name"]) == (lead["id"], "permanent", None)
    assert zoho("GET", BIN).status_code == 204
    assert zoho("POST", f"{BIN}/{lead['id']}/actions/restore").status_code == 400


def test_the_type_of_deleted_records_must_be_known(zoho):
    response = zoho("GET", "/Leads/deleted", params={"type": "x"})
    assert response.json()["data"][0]["code"] == "PATTERN_NOT_MATCHED"


def test_the_bin_shows_what_was_deleted_but_not_what_went_along(zoho, people, lead, note_of):
    note_of("Leads", lead, "keep me")
    zoho("DELETE", f"/Leads/{lead['id']}")
    [row] = zoho("GET", BIN).json()["recycle_bin"]
    assert (row["id"], row["display_name"], row["module"], row["owner"]["id"]) == (
        lead["id"], "Pat Doe", {"api_name": "Leads"}, people.ada.id,
    )  # fmt: skip
    assert zoho("GET", f"{BIN}/{lead['id']}").json()["recycle_bin"] == [row]


def test_a_restored_record_has_its_notes_and_attachments_again(zoho, lead, note_of, world):
    note = note_of("Leads", lead, "keep me")
    files = {"file": ("a.txt", b"content")}
    zoho("POST", f"/Leads/{lead['id']}/Attachments", files=files)
    zoho("DELETE", f"/Leads/{lead['id']}")
    assert zoho("GET", f"/Notes/{note['id']}").status_code == 204
    response = zoho("POST", f"{BIN}/{lead['id']}/actions/restore")
    assert response.json() == {
        "recycle_bin": [{"code": "SUCCESS", "details": {"id": lead["id"]},
                         "message": "record restored", "status": "success"}]
    }  # fmt: skip
    assert zoho("GET", f"/Leads/{lead['id']}").status_code == 200
    for relation in ("Notes", "Attachments"):
        rows = zoho("GET", f"/Leads/{lead['id']}/{relation}", params={"fields": "id"}).json()[
            "data"
        ]
        assert len(rows) == 1
    assert world.bin == {}


def test_many_are_restored_by_ids_and_unknown_ones_reported(zoho, add):
    one, two = (add("Vendors", Vendor_Name=name)["id"] for name in "AB")
    zoho("DELETE", "/Vendors", params={"ids": f"{one},{two}"})
    response = zoho("POST", f"{BIN}/actions/restore", json={"ids": [one, "999"]})
    assert response.status_code == 207
    assert [row["message"] for row in response.json()["recycle_bin"]] == [
        "record restored", "the id given seems to be invalid",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "comparator", "value", "count"),
    [("module", "equal", "Vendors", 1), ("display_name", "contains", "doe", 1),
     ("display_name", "starts_with", "pat", 1), ("module", "in", ["Leads", "Vendors"], 2),
     ("module", "not_equal", "Vendors", 1)],
)  # fmt: skip
def test_the_bin_can_be_filtered(zoho, lead, add, field, comparator, value, count):
    vendor = add("Vendors", Vendor_Name="Acme")
    zoho("DELETE", f"/Leads/{lead['id']}")
    zoho("DELETE", f"/Vendors/{vendor['id']}")
    condition = {"field": {"api_name": field}, "comparator": comparator, "value": value}
    found = zoho("GET", BIN, params={"filters": json.dumps(condition)})
    assert found.json()["info"]["count"] == count
    group = {"group_operator": "AND", "group": [condition]}
    done = zoho("POST", f"{BIN}/actions/restore", json={"filters": group})
    assert len(done.json()["recycle_bin"]) == count


@pytest.mark.parametrize(
    ("sort_by", "order", "expected"),
    [("display_name", "asc", ["A", "B"]), ("display_name", "desc", ["B", "A"]),
     ("deleted_time", "desc", ["A", "B"]), ("module", "asc", ["B", "A"])],
)  # fmt: skip
def test_the_bin_can_be_ordered(zoho, add, world, sort_by, order, expected):
    for module, name in (("Campaigns", "B"), ("Vendors", "A")):
        field = f"{module.removesuffix('s')}_Name"
        zoho("DELETE", f"/{module}/{add(module, **{field: name})['id']}")
        world.clock.advance(1)
    rows = zoho("GET", BIN, params={"sort_by": sort_by, "sort_order": order}).json()["recycle_bin"]
    assert [row["display_name"] for row in rows] == expected


@pytest.mark.parametrize(
    ("params", "code"),
    [({"filters": "{"}, "INVALID_DATA"), ({"filters": "[]"}, "INVALID_DATA"),
     ({"filters": '{"group":{}}'}, "INVALID_DATA"), ({"ids": "1," * 201}, "LIMIT_EXCEEDED"),
     ({"filters": '{"comparator":"equal","field":{"api_name":"x"}}'}, "INVALID_DATA")],
)  # fmt: skip
def test_a_filter_of_the_bin_must_make_sense(zoho, lead, params, code):
    zoho("DELETE", f"/Leads/{lead['id']}")
    for method in ("GET", "DELETE"):
        assert zoho(method, BIN, params=params).json()["code"] == code


def test_what_a_filter_finds_is_deleted_for_good(zoho, lead, add):
    vendor = add("Vendors", Vendor_Name="Acme")
    zoho("DELETE", f"/Leads/{lead['id']}")
    zoho("DELETE", f"/Vendors/{vendor['id']}")
    asked = {"comparator": "equal", "field": {"api_name": "module"}, "value": "Leads"}
    zoho("DELETE", BIN, params={"filters": json.dumps(asked)})
    assert [row["id"] for row in zoho("GET", BIN).json()["recycle_bin"]] == [vendor["id"]]
    assert zoho("DELETE", BIN).json()["code"] == "EXPECTED_PARAM_MISSING"


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "EXPECTED_FIELD_MISSING"), ({"ids": ["1"], "restore_all_records": True},
                                      "AMBIGUITY_DURING_PROCESSING"),
     ({"filters": {"comparator": "like"}}, "INVALID_DATA"), ({"ids": "1"}, "INVALID_DATA")],
)  # fmt: skip
def test_a_restoration_must_say_what_it_means(zoho, body, code):
    assert zoho("POST", f"{BIN}/actions/restore", json=body).json()["code"] == code


def test_everything_can_be_restored_or_destroyed_at_once(zoho, add):
    made = ",".join(add("Vendors", Vendor_Name=name)["id"] for name in "AB")
    zoho("DELETE", "/Vendors", params={"ids": made})
    assert zoho("POST", f"{BIN}/actions/restore", json={"restore_all_records": True}).ok
    zoho("DELETE", "/Vendors", params={"ids": made})
    assert zoho("DELETE", BIN, params={"ids": made}).status_code == 200
    assert zoho("GET", "/Vendors", params={"fields": "id"}).status_code == 204


def test_a_note_is_not_restored_without_its_parent(zoho, lead, note_of):
    note = note_of("Leads", lead, "x")
    zoho("DELETE", f"/Notes/{note['id']}")
    zoho("DELETE", f"/Leads/{lead['id']}")
    response = zoho("POST", f"{BIN}/{note['id']}/actions/restore")
    assert response.json()["recycle_bin"][0]["code"] == "CANNOT_RESTORE_WITHOUT_PARENT"


def test_a_rep_finds_only_his_own_records_in_the_bin(zoho, people, add):
    for owner in (people.ada, people.rob):
        record = add("Vendors", Vendor_Name=owner.first_name, owner=owner)
        zoho("DELETE", f"/Vendors/{record['id']}")
    rows = zoho("GET", BIN, user=people.rob).json()["recycle_bin"]
    assert [row["display_name"] for row in rows] == ["Rob"]
