"""What the SDK's requests mean: events in, calls of the API out."""

import pytest

from emulator.pages.asks import Ask, Unknown, ask_for

LEAD = {"Entity": "Leads", "RecordID": "7"}
LIST = {**LEAD, "RelatedList": "Notes"}
ROW = {**LIST, "RelatedRecordID": "9"}


@pytest.mark.parametrize(
    ("event", "ask"),
    [
        ({"category": "READ", "APIData": LEAD}, Ask("GET", "/Leads/7")),
        ({"category": "READ", "APIData": {**LEAD, "RecordID": ["7"]}}, Ask("GET", "/Leads/7")),
        ({"category": "READ", "APIData": {**LEAD, "approved": "both"}},
         Ask("GET", "/Leads/7", {"approved": "both"})),
        ({"category": "READ", "APIData": {**LEAD, "RecordID": ["7", "8"]}},
         Ask("GET", "/Leads", {"ids": ["7", "8"]})),
        ({"category": "READ", "APIData": {"Entity": "Leads", "page": 2, "per_page": None}},
         Ask("GET", "/Leads", {"page": 2})),
        ({"category": "READ", "APIData": {**LIST, "page": 1}},
         Ask("GET", "/Leads/7/Notes", {"page": 1})),
        ({"category": "CREATE", "type": "RECORD", "Entity": "Leads",
          "APIData": {"Last_Name": "A", "trigger": ["workflow"]}},
         Ask("POST", "/Leads", json={"data": [{"Last_Name": "A"}], "trigger": ["workflow"]})),
        ({"category": "CREATE", "type": "RECORD", "Entity": "Leads",
          "APIData": {"data": [{"Last_Name": "A"}, {"Last_Name": "B"}], "trigger": None}},
         Ask("POST", "/Leads", json={"data": [{"Last_Name": "A"}, {"Last_Name": "B"}]})),
        ({"category": "CREATE", "type": "RECORD", "Entity": "Leads",
          "APIData": {"Last_Name": "A", "action": "UPSERT",
                      "duplicate_check_fields": "Email,Phone"}},
         Ask("POST", "/Leads/upsert",
             json={"data": [{"Last_Name": "A"}], "duplicate_check_fields": ["Email", "Phone"]})),
        ({"category": "CREATE", "type": "NOTES", "Entity": "Leads", "RelatedID": "7",
          "APIData": {"data": [{"Note_Content": "x"}]}},
         Ask("POST", "/Leads/7/Notes", json={"data": [{"Note_Content": "x"}]})),
        ({"category": "CREATE", "type": "ATTACHMENT", "Entity": "Leads", "RelatedID": "7",
          "APIData": {"FileName": "a.txt", "FileData": {"$file": "file0"}}},
         Ask("POST", "/Leads/7/Attachments", file="file0", file_name="a.txt")),
        ({"category": "UPDATE", "type": "RECORD", "Entity": "Leads",
          "APIData": {"id": "7", "Company": "B"}},
         Ask("PUT", "/Leads", json={"data": [{"id": "7", "Company": "B"}]})),
        ({"category": "UPDATE", "type": "RELATED_RECORD", **ROW, "APIData": {"a": 1}},
         Ask("PUT", "/Leads/7/Notes/9", json={"data": [{"a": 1}]})),
        ({"category": "UPDATE", "type": "PROFILE", "ID": "3", "APIData": {"a": 1}},
         Ask("PUT", "/settings/profiles/3", json={"a": 1})),
        ({"category": "DELETE", "type": "RECORD", **LEAD}, Ask("DELETE", "/Leads/7")),
        ({"category": "DELETE", "type": "RECORD", **LEAD, "RecordID": ["7", "8"]},
         Ask("DELETE", "/Leads", {"ids": ["7", "8"]})),
        ({"category": "DELETE", "type": "RELATED_RECORD", **ROW},
         Ask("DELETE", "/Leads/7/Notes/9")),
        ({"category": "SEARCH", "Entity": "Leads", "Type": "word", "Query": "acme", "page": 1},
         Ask("GET", "/Leads/search", {"word": "acme", "page": 1})),
        ({"category": "QUERY", "APIData": {"select_query": "select id from Leads"}},
         Ask("POST", "/coql", json={"select_query": "select id from Leads"})),
        ({"category": "FILES", "type": "UPLOAD_FILE",
          "FileData": {"FILE": {"file": {"$file": "file0"}}}}, Ask("POST", "/files", file="file0")),
        ({"category": "FILES", "type": "DOWNLOAD_FILE", "id": "f"},
         Ask("GET", "/files", {"id": "f"})),
        ({"category": "BLUEPRINT", "action": "GET_BLUEPRINT_STATUS", **LEAD},
         Ask("GET", "/Leads/7/actions/blueprint")),
        ({"category": "BLUEPRINT", "action": "UPDATE_BLUEPRINT_STATUS", **LEAD,
          "BlueprintData": {"blueprint": []}},
         Ask("PUT", "/Leads/7/actions/blueprint", json={"blueprint": []})),
        ({"category": "APPROVALS", "action": "GET_ALL_ACTIONS", **LEAD},
         Ask("GET", "/Leads/7/actions")),
        ({"category": "APPROVALS", "action": "GET_APPROVAL_RECORDS", "type": "others_awaiting"},
         Ask("GET", "/approvals", {"type": "others_awaiting"})),
        ({"category": "APPROVALS", "action": "GET_APPROVALBYID", "id": "5"},
         Ask("GET", "/approvals/5")),
        ({"category": "APPROVALS", "action": "GET_APPROVALS_HISTORY"},
         Ask("GET", "/approvals_history")),
        ({"category": "APPROVALS", "action": "UPDATE_APPROVAL", **LEAD, "actionType": "approve"},
         Ask("POST", "/Leads/7/actions/approvals", json={"actionType": "approve"})),
        ({"category": "USER", "ID": "2"}, Ask("GET", "/users/2")),
        ({"category": "USER", "Type": "AllUsers", "page": 1},
         Ask("GET", "/users", {"type": "AllUsers", "page": 1})),
        ({"category": "PROFILES", "type": "GET_ALL_PROFILES"}, Ask("GET", "/settings/profiles")),
        ({"category": "PROFILES", "type": "GET_PROFILE", "ID": "3"},
         Ask("GET", "/settings/profiles/3")),
        ({"category": "META", "type": "MODULE_LIST"}, Ask("GET", "/settings/modules")),
        ({"category": "META", "type": "FIELD_LIST", "Entity": "Leads"},
         Ask("GET", "/settings/fields", {"module": "Leads"})),
        ({"category": "META", "type": "LAYOUT", "Entity": "Leads", "Id": "4"},
         Ask("GET", "/settings/layouts/4", {"module": "Leads"})),
        ({"category": "META", "type": "RELATED_LIST", "Entity": "Leads"},
         Ask("GET", "/settings/related_lists", {"module": "Leads"})),
    ],
)  # fmt: skip
def test_each_request_of_the_sdk_is_a_call_of_the_api(event: dict[str, object], ask: Ask) -> None:
    assert ask_for({"sdkVersion": "1", **event}) == ask


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"category": None},
        {"category": ["READ"]},
        {"category": "read"},
        {"category": "EVENTS_DISPATCH"},
        {"category": "FUNCTIONS_EXECUTE", "customFunctionName": "f"},
        {"category": "READ"},
        {"category": "READ", "APIData": {}},
        {"category": "READ", "APIData": {"Entity": ".."}},
        {"category": "READ", "APIData": {"Entity": ["Leads", "Deals"]}},
        {"category": "READ", "APIData": {**LIST, "RecordID": ""}},
        {"category": "READ", "APIData": {"Entity": {"a": 1}}},
        {"category": "CREATE", "Entity": "Leads", "APIData": {}},
        {"category": "CREATE", "type": "ATTACHMENT", "Entity": "Leads", "RelatedID": "7",
         "APIData": {"FileName": "a.txt", "FileData": "text"}},
        {"category": "UPDATE", "type": "NOTES", **ROW},
        {"category": "DELETE", "type": "RECORD", "Entity": "Leads"},
        {"category": "SEARCH", "Entity": "Leads", "Type": "fields", "Query": "x"},
        {"category": "SEARCH", "Entity": "Leads", "Type": ["word"], "Query": "x"},
        {"category": "META", "type": "FIELD_LIST"},
        {"category": "META", "type": "NOTHING"},
        {"category": "FILES", "type": "DOWNLOAD_FILE"},
    ],
)  # fmt: skip
def test_what_no_sdk_sends_is_refused(event: dict[str, object]) -> None:
    with pytest.raises(Unknown):
        ask_for(event)


def test_a_name_cannot_climb_out_of_its_place_in_the_url() -> None:
    ask = ask_for({"category": "READ", "APIData": {"Entity": "../../_emulator", "RecordID": "a?b"}})
    assert ask.path == "/..%2F..%2F_emulator/a%3Fb"
