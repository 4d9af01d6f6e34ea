"""What a widget asks of the CRM is answered from the world, as the user who is signed in."""

import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.emulator.pages.conftest import ORG, Browse
from tests.emulator.pages.office import Office

EVENTS = f"{ORG}/widget/events"


def resolved(client: FlaskClient, **event: Any) -> Any:
    answer = client.post(EVENTS, json=event).get_json()
    assert "resolve" in answer, answer
    return answer["resolve"]


def rejected(client: FlaskClient, **event: Any) -> Any:
    answer = client.post(EVENTS, json=event)
    assert answer.status_code == 200
    assert set(answer.get_json()) == {"reject"}, answer.get_json()
    return answer.get_json()["reject"]


def read(**config: Any) -> dict[str, Any]:
    return {"category": "READ", "APIData": {"Entity": "Leads", **config}}


def test_the_current_user_is_who_is_signed_in(office: Office, browse: Browse) -> None:
    for user in (office.rep, office.admin):
        [found] = resolved(browse(user), category="CONFIG", type="CURRENT_USER")["users"]
        assert (found["id"], found["email"]) == (user.id, user.email)
        assert found["profile"]["name"] == user.profile


def test_the_org_is_told(rep: FlaskClient, office: Office) -> None:
    [org] = resolved(rep, category="CONFIG", type="ORG")["org"]
    assert org["company_name"] == "Acme Inc."
    environment = resolved(rep, category="CONFIG", type="ORG_LEVEL_INFO")
    assert environment["ZGID"] == office.world.org.zgid
    assert environment["deployment"] == "US"


def test_a_record_is_read(rep: FlaskClient, office: Office) -> None:
    [lead] = resolved(rep, **read(RecordID=[office.pat["id"]]))["data"]
    assert lead["Email"] == "pat@acme.example"


def test_the_profile_decides_what_is_read(office: Office, browse: Browse) -> None:
    [lead] = resolved(browse(office.reader), **read(RecordID=office.pat["id"]))["data"]
    assert "Email" not in lead or lead["Email"] is None


def test_a_record_that_is_not_shared_is_not_read(rep: FlaskClient, office: Office) -> None:
    answer = rep.post(EVENTS, json=read(RecordID=office.locked["id"])).get_json()
    assert "Vault" not in json.dumps(answer)


def test_nothing_found_is_told_as_public_widgets_expect_it(
    rep: FlaskClient, office: Office
) -> None:
    found = resolved(rep, category="SEARCH", Entity="Leads", Type="word", Query="zzzzzz")
    assert found == {"status": 204, "statusText": "nocontent"}


def test_a_record_is_made_and_changed_and_deleted(rep: FlaskClient, office: Office) -> None:
    made = {"category": "CREATE", "type": "RECORD", "Entity": "Leads"}
    [one] = resolved(rep, **made, APIData={"Last_Name": "New", "Company": "N"})["data"]
    lead_id = one["details"]["id"]
    lead = office.world.find("Leads", lead_id)
    assert lead is not None
    assert lead["Owner"]["id"] == office.rep.id
    change = {"id": lead_id, "Company": "M"}
    resolved(rep, category="UPDATE", type="RECORD", Entity="Leads", APIData=change)
    assert office.world.find("Leads", lead_id)["Company"] == "M"
    resolved(rep, category="DELETE", type="RECORD", Entity="Leads", RecordID=lead_id)
    assert office.world.find("Leads", lead_id) is None


def test_what_the_api_refuses_is_rejected_with_its_answer(rep: FlaskClient, office: Office) -> None:
    made = {"category": "CREATE", "type": "RECORD", "Entity": "Leads"}
    body = rejected(rep, **made, APIData={"Company": "No name"})
    assert body["data"][0]["code"] == "MANDATORY_NOT_FOUND"


def test_a_file_is_attached(rep: FlaskClient, office: Office) -> None:
    event = {
        "category": "CREATE", "type": "ATTACHMENT", "Entity": "Leads",
        "RelatedID": office.pat["id"],
        "APIData": {"FileName": "new.txt", "FileData": {"$file": "file0"}},
    }  # fmt: skip
    form = {"event": json.dumps(event), "file0": (io.BytesIO(b"hello"), "blob")}
    answer = rep.post(EVENTS, data=form).get_json()
    assert answer["resolve"]["data"][0]["code"] == "SUCCESS"
    [stored] = [
        row for row in office.world.records["Attachments"].values() if row["File_Name"] == "new.txt"
    ]
    assert office.world.files[stored["$file_id"]] == b"hello"


def test_a_connection_to_the_crms_own_api_is_invoked(rep: FlaskClient, office: Office) -> None:
    data = {
        "url": f"https://www.zohoapis.com/crm/v8/Leads/{office.pat['id']}", "method": "GET",
        "param_type": 1, "parameters": json.dumps({"fields": "Company"}), "headers": "{}",
    }  # fmt: skip
    answer = resolved(rep, category="CRM_CONNECTION", connectionName="crm", data={"data": data})
    assert answer["code"] == "SUCCESS"
    assert answer["details"]["statusMessage"]["data"][0]["Company"] == "Acme"


def test_zrc_answers_status_data_and_headers(rep: FlaskClient, office: Office) -> None:
    url = f"http://localhost/crm/v8/Leads/{office.pat['id']}?fields=Company"
    event = {"category": "ZRC_REQUEST", "zrcVersion": "1.0", "options": {}}
    answer = resolved(rep, **event, url=url, requestConfig={"method": "GET"})
    assert (answer["status"], answer["data"]["data"][0]["Company"]) == (200, "Acme")
    assert "Content-Type" in answer["headers"]
    error = rejected(rep, **event, url="http://localhost/crm/v8/Nothing", requestConfig={})
    assert (error["errorType"], error["status"]) == ("ApiError", 400)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"category": "NOTHING"},
        {"category": "CONFIG"},
        {"category": "CONFIG", "type": ["ORG"]},
        {"category": "CONFIG", "type": "VARIABLE", "nameSpace": "x"},
        {"category": "CONNECTOR", "type": "CONNECTOR_API", "nameSpace": "a.b", "data": {}},
        {"category": "CONNECTOR", "nameSpace": "wget.trace", "data": {"url": "http://a"}},
        {"category": "CONNECTOR", "nameSpace": 7},
        {"category": "CONNECTOR", "nameSpace": "wget.get", "data": {"url": "file:///etc/passwd"}},
        {"category": "CONNECTOR", "nameSpace": "wget.get", "data": {"url": "http://[x"}},
        {"category": "CONNECTOR", "nameSpace": "wget.get", "data": {"url": "http://127.0.0.1:1/"}},
        {"category": "CRM_CONNECTION", "connectionName": "x", "data": {}},
        {"category": "CRM_CONNECTION",
         "data": {"data": {"url": "https://example.com/crm/v8/Leads", "method": "GET"}}},
        {"category": "CREATE", "type": "ATTACHMENT", "Entity": "Leads", "RelatedID": "1",
         "APIData": {"FileData": {"$file": "file0"}}},
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_rejected_in_words(
    rep: FlaskClient, office: Office, event: dict[str, Any]
) -> None:
    error = rejected(rep, **event)
    assert error["status"] == "error"
    assert error["message"].endswith(".")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("busy", "TOO_MANY_REQUESTS"),
        ("server_error", "INTERNAL_ERROR"),
        ("answer_lost", "CONNECTION_ERROR"),
        ("answer_cut", "CONNECTION_ERROR"),
        ("no_connection", "CONNECTION_ERROR"),
    ],
)
def test_ordered_trouble_strikes_what_widgets_ask(
    rep: FlaskClient, office: Office, kind: str, code: str
) -> None:
    office.world.faults.order(kind, path="/Leads/*")
    assert rejected(rep, **read(RecordID=office.pat["id"]))["code"] == code
    assert resolved(rep, **read(RecordID=office.pat["id"]))["data"]


def test_a_stranger_is_not_answered(app: Flask, office: Office) -> None:
    answer = app.test_client().post(EVENTS, json={"category": "CONFIG", "type": "ORG"})
    assert answer.status_code == 401
    assert answer.get_json()["reject"]["code"] == "AUTHENTICATION_FAILURE"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"category": "CONFIG"}', "text/plain", 415),
        (b"", "application/json", 400),
    ],
)
def test_only_json_objects_are_events(
    rep: FlaskClient, office: Office, body: bytes, kind: str, status: int
) -> None:
    assert rep.post(EVENTS, data=body, content_type=kind).status_code == status


def test_the_access_tokens_of_widgets_do_not_outlive_their_call(
    rep: FlaskClient, office: Office, app: Flask
) -> None:
    resolved(rep, category="CONFIG", type="ORG")
    assert app.extensions["worlds"].tokens.expire_all(office.world) == 0
