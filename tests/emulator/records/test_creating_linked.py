"""POST /{module}: what points at other records: lookups, files, tags, subforms and activities."""

import pytest


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


def test_an_id_may_be_a_number_as_zohos_own_sdk_sends_it(zoho, add):
    account = add("Accounts", Account_Name="Acme")
    rows = [{"Last_Name": "Doe", "Account_Name": {"id": int(account["id"])}}]
    [entry] = zoho("POST", "/Contacts", json={"data": rows}).json()["data"]
    [made] = zoho("GET", f"/Contacts/{entry['details']['id']}").json()["data"]
    assert made["Account_Name"]["id"] == account["id"]


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
