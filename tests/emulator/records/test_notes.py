"""Notes: the two shapes of a parent, texts, rights."""

import pytest

PARENT = {"module": {"api_name": "Leads"}}


def make(zoho, lead, version="v8", **row):
    parent = {**PARENT, "id": lead["id"]}
    body = {"data": [{"Note_Content": "text", "Parent_Id": parent, **row}]}
    return zoho("POST", "/Notes", json=body, version=version)


def test_a_note_hangs_on_its_parent(zoho, entry, lead, people):
    response = make(zoho, lead, Note_Title="Title")
    made = entry(response)
    assert (response.status_code, made["message"]) == (201, "record added")
    assert set(made["details"]) == {
        "Modified_Time",
        "Modified_By",
        "Created_Time",
        "Created_By",
        "id",
    }
    path, asked = (
        f"/Leads/{lead['id']}/Notes",
        {"fields": "Note_Title,Note_Content,Parent_Id,Owner"},
    )
    [seen] = zoho("GET", path, params=asked).json()["data"]
    assert (seen["Note_Title"], seen["Note_Content"], seen["Owner"]["id"]) == (
        "Title", "text", people.ada.id,
    )  # fmt: skip


def test_the_parent_names_its_module_since_version_5(zoho, entry, lead, world):
    note = entry(make(zoho, lead))["details"]["id"]
    module = {"api_name": "Leads", "id": world.module("Leads").id}
    parent = {"name": "Pat Doe", "id": lead["id"]}
    [new] = zoho("GET", f"/Notes/{note}").json()["data"]
    [old] = zoho("GET", f"/Notes/{note}", version="v4").json()["data"]
    assert new["Parent_Id"] == {"module": module, **parent}
    assert (old["Parent_Id"], old["$se_module"]) == (parent, "Leads")


def test_the_module_of_a_parent_may_be_named_by_its_id(zoho, lead, world):
    parent = {"module": {"id": world.module("Leads").id}, "id": lead["id"]}
    assert make(zoho, lead, Parent_Id=parent).status_code == 201


@pytest.mark.parametrize("version", ["v2", "v2.1", "v3", "v4"])
@pytest.mark.parametrize("key", ["se_module", "$se_module"])
def test_before_version_5_a_parent_is_an_id_beside_its_module(zoho, lead, version, key):
    row = {"Parent_Id": lead["id"], key: "Leads"}
    assert make(zoho, lead, version, **row).status_code == 201


@pytest.mark.parametrize(
    ("version", "row", "code", "path"),
    [
        ("v8", {"Parent_Id": None}, "MANDATORY_NOT_FOUND", "Parent_Id"),
        ("v8", {"Parent_Id": "1"}, "INVALID_DATA", "Parent_Id"),
        ("v8", {"Parent_Id": {"id": "1"}}, "MANDATORY_NOT_FOUND", "Parent_Id.module"),
        ("v8", {"Parent_Id": {**PARENT}}, "MANDATORY_NOT_FOUND", "Parent_Id.id"),
        ("v8", {"Parent_Id": {"module": {}, "id": "1"}}, "MANDATORY_NOT_FOUND",
         "Parent_Id.module.api_name"),
        ("v8", {"Parent_Id": {**PARENT, "id": "999"}}, "INVALID_DATA", "Parent_Id.id"),
        ("v8", {"Parent_Id": {"module": {"api_name": "Nowhere"}, "id": "1"}}, "INVALID_DATA",
         "Parent_Id.id"),
        ("v4", {"Parent_Id": "999"}, "MANDATORY_NOT_FOUND", "se_module"),
        ("v4", {"Parent_Id": "999", "se_module": "Leads"}, "INVALID_DATA", "Parent_Id.id"),
        ("v8", {"Note_Title": "x" * 121}, "INVALID_DATA", "Note_Title"),
        ("v8", {"Note_Content": "x" * 65536}, "INVALID_DATA", "Note_Content"),
        ("v8", {"Note_Content": 5}, "INVALID_DATA", "Note_Content"),
        ("v8", {"Nothing": "x"}, "INVALID_DATA", "Nothing"),
    ],
)  # fmt: skip
def test_a_note_that_is_not_whole_is_refused_with_its_place(
    zoho, entry, lead, version, row, code, path
):
    refused = entry(make(zoho, lead, version, **row))
    assert (refused["code"], refused["details"]["json_path"]) == (code, f"$.data[0].{path}")


def test_a_note_needs_a_title_or_a_content(zoho, entry, lead):
    refused = entry(make(zoho, lead, Note_Content=""))
    assert (refused["code"], refused["message"]) == (
        "EXPECTED_FIELD_MISSING", "should contain either content or title",
    )  # fmt: skip
    assert make(zoho, lead, Note_Content=None, Note_Title="only").status_code == 201


def test_notes_can_be_put_on_one_record_without_naming_it(zoho, lead, world):
    rows = [{"Note_Content": "a"}, {"Note_Content": "b"}]
    assert zoho("POST", f"/Leads/{lead['id']}/Notes", json={"data": rows}).status_code == 201
    assert [note["Parent_Id"]["id"] for note in world.records["Notes"].values()] == [lead["id"]] * 2


def test_a_converted_lead_takes_no_notes(zoho, entry, lead):
    lead["$converted"] = True
    assert entry(make(zoho, lead))["code"] == "INVALID_DATA"


def test_texts_of_notes_can_be_changed(zoho, lead, note_of):
    note = note_of("Leads", lead, "old")
    path = f"/Notes/{note['id']}"
    assert zoho("PUT", path, json={"data": [{"Note_Content": "new"}]}).status_code == 200
    rows = [{"id": note["id"], "Note_Title": "T"}, {"id": "999", "Note_Title": "T"}]
    assert zoho("PUT", "/Notes", json={"data": rows}).status_code == 207
    assert (note["Note_Content"], note["Note_Title"]) == ("new", "T")


def test_a_note_cannot_be_moved_to_another_record(zoho, entry, lead, note_of, add):
    note, other = note_of("Leads", lead, "text"), add("Leads", Last_Name="Other")
    rows = [{"Parent_Id": {**PARENT, "id": other["id"]}}]
    assert entry(zoho("PUT", f"/Notes/{note['id']}", json={"data": rows}))["code"] == "NOT_ALLOWED"
    assert note["Parent_Id"]["id"] == lead["id"]


def test_notes_are_deleted_one_or_many(zoho, lead, note_of, world):
    notes = [note_of("Leads", lead, text)["id"] for text in "abc"]
    zoho("DELETE", f"/Notes/{notes[0]}")
    zoho("DELETE", "/Notes", params={"ids": notes[1]})
    zoho("DELETE", f"/Leads/{lead['id']}/Notes/{notes[2]}")
    assert world.records["Notes"] == {}


def test_notes_are_seen_by_those_who_see_the_record(zoho, people, add, note_of):
    for owner in (people.rob, people.rae):
        note_of("Leads", add("Leads", Last_Name="L", owner=owner), owner.first_name)
    rows = zoho("GET", "/Notes", params={"fields": "Note_Content"}, user=people.rob).json()["data"]
    assert [row["Note_Content"] for row in rows] == ["Rob"]


def test_a_user_who_only_reads_cannot_write_notes(zoho, people, add):
    record = add("Leads", Last_Name="L", owner=people.rob)
    rows = {"data": [{"Note_Content": "x"}]}
    response = zoho("POST", f"/Leads/{record['id']}/Notes", json=rows, user=people.rita)
    assert response.json()["details"]["permissions"] == ["Crm_Implied_Create_Notes"]


def test_a_note_of_somebody_else_cannot_be_changed(zoho, entry, people, add, note_of, world):
    world.module("Leads").sharing = "public_read"
    note = note_of("Leads", add("Leads", Last_Name="L", owner=people.rae), "x")
    body = {"data": [{"Note_Content": "y"}]}
    refused = entry(zoho("PUT", f"/Notes/{note['id']}", json=body, user=people.rob))
    assert refused["code"] == "AUTHORIZATION_FAILED"


@pytest.mark.parametrize(("scope", "status"), [("ZohoCRM.modules.notes.CREATE", 201),
                                               ("ZohoCRM.modules.leads.ALL", 401)])  # fmt: skip
def test_notes_need_their_own_scope(zoho, lead, scope, status):
    body = {"data": [{"Note_Content": "x"}]}
    path = f"/Leads/{lead['id']}/Notes"
    assert zoho("POST", path, json=body, scopes=(scope,)).status_code == status


def test_a_note_is_an_activity_of_its_parent(zoho, lead, world):
    make(zoho, lead)
    assert lead["Last_Activity_Time"] == world.timestamp()
