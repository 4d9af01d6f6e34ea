"""PUT: one record or many, and everything that stands in the way."""

import pytest


def put(zoho, module, record, row, **more):
    return zoho("PUT", f"/{module}/{record['id']}", json={"data": [row]}, **more)


def test_only_the_keys_that_are_sent_change(zoho, entry, lead, world):
    world.clock.advance(60)
    response = put(zoho, "Leads", lead, {"Company": "New"})
    assert (response.status_code, entry(response)["message"]) == (200, "record updated")
    [seen] = zoho("GET", f"/Leads/{lead['id']}").json()["data"]
    assert (seen["Company"], seen["Email"]) == ("New", "pat@acme.example")
    assert seen["Modified_Time"] > seen["Created_Time"]


def test_null_empties_a_field(zoho, lead):
    put(zoho, "Leads", lead, {"Email": None})
    assert zoho("GET", f"/Leads/{lead['id']}").json()["data"][0]["Email"] is None


def test_a_mandatory_field_cannot_be_emptied(zoho, entry, lead):
    refused = entry(put(zoho, "Leads", lead, {"Last_Name": None}))
    assert (refused["code"], refused["details"]["api_name"]) == ("MANDATORY_NOT_FOUND", "Last_Name")


def test_an_update_need_not_repeat_what_is_mandatory(zoho, add):
    unfinished = add("Deals", Deal_Name="D")
    assert put(zoho, "Deals", unfinished, {"Amount": 5}).status_code == 200


def test_many_records_are_updated_by_the_ids_in_the_request(zoho, add):
    one, two = add("Vendors", Vendor_Name="A"), add("Vendors", Vendor_Name="B")
    rows = [{"id": one["id"], "Phone": "1"}, {"id": "999", "Phone": "2"}, {"Phone": "3"},
            {"id": two["id"], "Phone": "4"}]  # fmt: skip
    response = zoho("PUT", "/Vendors", json={"data": rows})
    entries = response.json()["data"]
    assert response.status_code == 207
    assert [one["code"] for one in entries] == [
        "SUCCESS", "INVALID_DATA", "MANDATORY_NOT_FOUND", "SUCCESS",
    ]  # fmt: skip
    assert entries[1]["details"] == {"api_name": "id", "json_path": "$.data[1].id"}
    assert (one["Phone"], two["Phone"]) == ("1", "4")


def test_an_unknown_id_in_the_url_is_invalid(zoho):
    response = zoho("PUT", "/Leads/999", json={"data": [{"Company": "X"}]})
    assert (response.status_code, response.json()["code"]) == (400, "INVALID_DATA")


@pytest.mark.parametrize(
    ("state", "code", "message"),
    [
        ({"$converted": True}, "CONVERTED_RECORD", "can't update the converted record"),
        ({"Locked__s": True}, "RECORD_LOCKED",
         "Sorry, you cannot perform this operation as the record is locked."),
        ({"$in_merge": True}, "RECORD_LOCKED", "The record under merge is locked"),
        ({"$approval_state": "approval_process_pending"}, "NOT_APPROVED",
         "Cannot update record that is not approved yet"),
        ({"$approval_state": "review_process_pending"}, "NOT_REVIEWED", "record in review"),
    ],
)  # fmt: skip
def test_a_record_in_this_state_cannot_be_updated(zoho, entry, lead, state, code, message):
    lead.update(state)
    response = put(zoho, "Leads", lead, {"Company": "X"})
    refused = entry(response)
    assert (response.status_code, refused["code"], refused["message"]) == (400, code, message)
    assert lead["Company"] == "Acme"


def test_a_record_changed_since_is_left_alone(zoho, entry, lead, world):
    before = world.timestamp()
    world.clock.advance(60)
    put(zoho, "Leads", lead, {"Company": "First"})
    response = put(zoho, "Leads", lead, {"Company": "Second"},
                   headers={"If-Unmodified-Since": before})  # fmt: skip
    refused = entry(response)
    assert (response.status_code, refused["code"]) == (412, "ALREADY_MODIFIED")
    assert refused["details"]["id"] == lead["id"]
    assert lead["Company"] == "First"


def test_a_record_not_changed_since_is_updated(zoho, lead, world):
    world.clock.advance(60)
    headers = {"If-Unmodified-Since": world.timestamp()}
    assert put(zoho, "Leads", lead, {"Company": "X"}, headers=headers).status_code == 200


def test_a_double_of_another_record_is_refused_but_not_of_itself(zoho, entry, add):
    add("Suppliers", Name="A", Conversion_Key="1")
    other = add("Suppliers", Name="B", Conversion_Key="2")
    assert entry(put(zoho, "Suppliers", other, {"Conversion_Key": "1"}))["code"] == "DUPLICATE_DATA"
    assert put(zoho, "Suppliers", other, {"Conversion_Key": "2"}).status_code == 200


def test_an_activity_moves_from_a_lead_to_a_vendor(zoho, add, lead, task_of):
    vendor, task = add("Vendors", Vendor_Name="Acme"), task_of("Leads", lead)
    row = {"id": task["id"], "What_Id": {"id": vendor["id"]}, "$se_module": "Vendors"}
    assert zoho("PUT", "/Tasks", json={"data": [row]}).status_code == 200
    [seen] = zoho("GET", f"/Vendors/{vendor['id']}/Tasks", params={"fields": "What_Id"}).json()[
        "data"
    ]
    assert (seen["What_Id"], seen["$se_module"]) == (
        {"name": "Acme", "id": vendor["id"]}, "Vendors",
    )  # fmt: skip
    assert zoho("GET", f"/Leads/{lead['id']}/Tasks", params={"fields": "id"}).status_code == 204


def test_an_activity_can_hang_on_a_record_of_a_custom_module(zoho, add, task_of, lead):
    supplier, task = add("Suppliers", Name="S"), task_of("Leads", lead)
    row = {"What_Id": {"id": supplier["id"]}, "$se_module": "Suppliers"}
    assert put(zoho, "Tasks", task, row).status_code == 200


def test_finishing_a_task_notes_when(zoho, lead, task_of, world):
    task = task_of("Leads", lead, Status="Not Started")
    put(zoho, "Tasks", task, {"Status": "Completed"})
    [seen] = zoho("GET", f"/Tasks/{task['id']}").json()["data"]
    assert seen["Closed_Time"] == world.timestamp()


def test_rows_of_a_subform_are_changed_added_and_deleted_by_id(zoho, add):
    branches = [
        {"id": "1", "Town": "Bonn"},
        {"id": "2", "Town": "Cork"},
        {"id": "3", "Town": "Rome"},
    ]
    supplier = add("Suppliers", Name="S", Branches=branches)
    rows = [{"id": "1", "Town": "Berlin"}, {"id": "2", "_delete": None}, {"Town": "Paris"}]
    put(zoho, "Suppliers", supplier, {"Branches": rows})
    [seen] = zoho("GET", f"/Suppliers/{supplier['id']}").json()["data"]
    assert [row["Town"] for row in seen["Branches"]] == ["Berlin", "Rome", "Paris"]


def test_a_link_of_several_is_taken_away_and_the_others_stay(zoho, add, world):
    accounts = [add("Accounts", Account_Name=name) for name in "AB"]
    links = [
        {"id": str(n), "Depots": world.reference("Accounts", one)} for n, one in enumerate(accounts)
    ]
    supplier = add("Suppliers", Name="S", Depots=links)
    put(zoho, "Suppliers", supplier, {"Depots": [{"id": "0", "_delete": None}]})
    assert [link["Depots"]["name"] for link in supplier["Depots"]] == ["B"]


def test_before_version_3_rows_of_a_subform_replace_the_old_ones(zoho, add):
    supplier = add("Suppliers", Name="S", Branches=[{"id": "1", "Town": "Bonn"}])
    put(zoho, "Suppliers", supplier, {"Branches": [{"Town": "Rome"}]}, version="v2")
    assert [row["Town"] for row in supplier["Branches"]] == ["Rome"]


# Rights


def test_a_profile_that_only_reads_cannot_update(zoho, people, lead):
    response = put(zoho, "Leads", lead, {"Company": "X"}, user=people.rita)
    assert (response.status_code, response.json()["details"]["permissions"]) == (
        403, ["Crm_Implied_Edit_Leads"],
    )  # fmt: skip


def test_a_record_seen_but_not_shared_for_writing_is_refused(zoho, entry, people, add, world):
    world.module("Leads").sharing = "public_read"
    record = add("Leads", Last_Name="Doe", owner=people.rae)
    refused = entry(put(zoho, "Leads", record, {"Company": "X"}, user=people.rob))
    assert refused["code"] == "AUTHORIZATION_FAILED"


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("Secret", "INVALID_DATA", "Field is not visible"),
        ("Fixed", "NOT_ALLOWED", "Field Edit Permission not given"),
    ],
)
def test_a_field_that_the_profile_may_not_write_is_refused(
    zoho, entry, people, add, name, code, message
):
    record = add("Suppliers", Name="S", owner=people.rob)
    refused = entry(put(zoho, "Suppliers", record, {name: "x"}, user=people.rob))
    assert (refused["code"], refused["message"]) == (code, message)


# Upsert


def upsert(zoho, module, rows, *fields, **more):
    body = {"data": rows, **({"duplicate_check_fields": list(fields)} if fields else {})}
    return zoho("POST", f"/{module}/upsert", json=body, **more)


def test_an_upsert_says_for_each_record_what_was_done(zoho, lead):
    rows = [{"Last_Name": "Doe", "Company": "New", "Email": "PAT@acme.example"},
            {"Last_Name": "Roe", "Company": "B", "Email": "roe@b.example"}]  # fmt: skip
    response = upsert(zoho, "Leads", rows, "Email")
    first, second = response.json()["data"]
    assert response.status_code == 200
    assert (first["action"], first["duplicate_field"], first["details"]["id"]) == (
        "update", "Email", lead["id"],
    )  # fmt: skip
    assert (second["action"], second["duplicate_field"], second["message"]) == (
        "insert", None, "record added",
    )  # fmt: skip
    assert lead["Company"] == "New"


def test_a_field_that_is_neither_unique_nor_the_systems_own_finds_nothing(zoho, world, lead):
    row = {"Last_Name": "Doe", "Company": "Acme"}
    actions = [
        upsert(zoho, "Leads", [row], "Last_Name").json()["data"][0]["action"] for _ in range(2)
    ]
    assert actions == ["insert", "insert"]
    assert len(world.records["Leads"]) == 3


@pytest.mark.parametrize(
    ("module", "known", "row"),
    [
        ("Vendors", {"Vendor_Name": "Acme"}, {"Vendor_Name": "acme", "Phone": "1"}),
        ("Suppliers", {"Name": "A", "Conversion_Key": "k"}, {"Name": "B", "Conversion_Key": "k"}),
        ("Suppliers", {"Name": "A"}, {"Name": "A", "Phone": "1"}),
    ],
)
def test_without_fields_named_the_systems_own_and_unique_fields_count(
    zoho, add, module, known, row
):
    record = add(module, **known)
    [done] = upsert(zoho, module, [row]).json()["data"]
    assert (done["action"], done["details"]["id"]) == ("update", record["id"])


def test_an_upsert_refuses_fields_that_do_not_exist(zoho):
    response = upsert(zoho, "Leads", [{"Last_Name": "A", "Company": "B"}], "Nothing")
    assert response.json()["details"]["json_path"] == "$.duplicate_check_fields[0]"


def test_an_upsert_of_a_record_with_an_id_updates_that_record(zoho, entry, lead):
    done = entry(upsert(zoho, "Leads", [{"id": lead["id"], "Company": "X"}]))
    assert (done["action"], lead["Company"]) == ("update", "X")


def test_an_insert_by_upsert_is_checked_like_any_other(zoho, entry):
    assert entry(upsert(zoho, "Leads", [{"Email": "a@b.example"}]))["code"] == "MANDATORY_NOT_FOUND"
