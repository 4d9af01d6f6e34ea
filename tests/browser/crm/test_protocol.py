"""The host speaks the SDK's protocol: registration, page, requests, user interface."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error, Frame, expect

from emulator import Worlds
from tests.browser.crm.conftest import Desk
from tests.browser.crm.widgets import START
from tests.emulator.pages.office import Office

pytestmark = pytest.mark.browser

VERSIONS = ("1.1", "1.2", "1.5")
IMPOSSIBLE = (
    "ZOHO.CRM.FUNCTIONS.execute('f', {})",
    "ZOHO.CRM.CONNECTOR.invokeAPI('a.b', {})",
    "ZOHO.CRM.WIZARD.post({})",
    "ZOHO.CRM.BLUEPRINT.proceed()",
    "ZOHO.CRM.UI.Record.edit({ Entity: 'Leads', RecordID: '1' })",
    "ZOHO.CRM.UI.Resize({ width: 'wide', height: 1 })",
    "ZOHO.CRM.API.getOrgVariable('x')",
    "ZOHO.CRM.META.getFields({ Entity: 'Nothing' })",
    "_zdksdk.getContext().Event.Trigger('CRM_EVENT', { category: 'NEW' }, true)",
    "_zdksdk.getContext().Event.Trigger('CRM_EVENT', undefined, true)",
    "_zdksdk.getContext().Event.Trigger('OTHER_EVENT', {}, true)",
    "_zdksdk.getContext().Event.Trigger('ZDK_EVENT', { action: 'new' }, true)",
)
LeadPage = Callable[..., Desk]
CAUGHT = "(call) => eval(call).then((value) => ({ value }), (problem) => ({ problem }))"


def settled(frame: Frame, call: str) -> Any:
    """`{"value": …}` or `{"problem": …}` of a call in the widget."""
    return frame.evaluate(CAUGHT, call)


@pytest.mark.parametrize("sdk", VERSIONS)
def test_a_widget_registers_and_is_told_its_lead_once(
    lead_page: LeadPage, office: Office, sdk: str
) -> None:
    frame = lead_page(sdk=sdk).registered()
    frame.wait_for_function("window.ready")
    # A full round trip later nothing more has come.
    frame.evaluate("ZOHO.CRM.CONFIG.getOrgInfo()")
    assert frame.evaluate("window.loads") == [
        {"Entity": "Leads", "EntityId": [office.pat["id"]], "ButtonPosition": "DetailView"}
    ]


def test_the_id_is_a_string_where_that_is_asked_for(lead_page: LeadPage, office: Office) -> None:
    frame = lead_page(sdk="1.2", query="?entityid=string").registered()
    assert frame.evaluate("window.loads[0].EntityId") == office.pat["id"]


def test_the_list_tells_the_selected_leads(
    desk: Desk, worlds: Worlds, elsewhere: str, office: Office
) -> None:
    worlds.widget_url = f"{elsewhere}/widget?sdk=1.2"
    desk.go("Leads")
    convert = desk.page.get_by_role("button", name="Convert", exact=True)
    expect(convert).to_be_disabled()
    desk.page.get_by_role("checkbox", name="Select all on this page").check()
    expect(desk.page.get_by_text("2 selected")).to_be_visible()
    told = desk.registered().evaluate("window.loads[0]")
    assert sorted(told["EntityId"]) == sorted([office.pat["id"], office.hostile["id"]])
    assert told["ButtonPosition"] == "ListView"


@pytest.mark.parametrize("sdk", VERSIONS)
def test_a_widget_reads_the_crm_as_the_user_who_is_signed_in(
    lead_page: LeadPage, office: Office, sdk: str
) -> None:
    frame = lead_page(sdk=sdk).registered()
    [user] = frame.evaluate("ZOHO.CRM.CONFIG.getCurrentUser()")["users"]
    assert user["email"] == office.rep.email
    [lead] = frame.evaluate(
        "ZOHO.CRM.API.getRecord({ Entity: 'Leads', RecordID: window.loads[0].EntityId })"
    )["data"]
    assert lead["Company"] == "Acme"


@pytest.mark.parametrize("sdk", VERSIONS)
def test_http_answers_the_body_as_text(lead_page: LeadPage, elsewhere: str, sdk: str) -> None:
    frame = lead_page(sdk=sdk).registered()
    call = {
        "url": f"{elsewhere}/echo?a=1",
        "params": {"b": "x y&z"},
        "headers": {"X-Mine": "yes", "Content-Type": "application/json"},
        "body": '{"c": 1}',
    }
    answer = frame.evaluate("(call) => ZOHO.CRM.HTTP.post(call)", call)
    assert json.loads(answer) == {
        "method": "POST", "args": {"a": "1", "b": "x y&z"}, "header": "yes", "body": '{"c": 1}',
    }  # fmt: skip


def test_every_verb_of_http_is_sent(lead_page: LeadPage, elsewhere: str) -> None:
    frame = lead_page(sdk="1.2").registered()
    for verb in ("get", "put", "patch", "delete"):
        answer = frame.evaluate(
            "([verb, url]) => ZOHO.CRM.HTTP[verb]({ url }).then(JSON.parse)",
            [verb, f"{elsewhere}/echo"],
        )
        assert answer["method"] == verb.upper()


def test_a_file_travels_from_the_widget_to_the_crm(lead_page: LeadPage, office: Office) -> None:
    frame = lead_page(sdk="1.2").registered()
    [answer] = frame.evaluate(
        """(id) => ZOHO.CRM.API.attachFile({ Entity: "Leads", RecordID: id,
             File: { Name: "new.txt", Content: new File(["hello"], "x.txt") } })""",
        office.pat["id"],
    )["data"]
    assert answer["code"] == "SUCCESS"
    assert b"hello" in office.world.files.values()


def test_a_list_of_records_keeps_the_trigger_that_the_sdk_puts_on_it(
    lead_page: LeadPage, office: Office
) -> None:
    frame = lead_page(sdk="1.2").registered()
    answer = frame.evaluate(
        """ZOHO.CRM.API.insertRecord({ Entity: "Leads", Trigger: ["workflow"],
             APIData: [{ Last_Name: "One", Company: "A" }, { Last_Name: "Two", Company: "B" }] })"""
    )
    assert [one["code"] for one in answer["data"]] == ["SUCCESS", "SUCCESS"]


@pytest.mark.parametrize("size", ["{width: 420, height: 300}", "{width: '420', height: '300px'}"])
def test_a_widget_chooses_its_size(lead_page: LeadPage, size: str) -> None:
    desk = lead_page(sdk="1.2")
    frame = desk.registered()
    assert frame.evaluate(f"ZOHO.CRM.UI.Resize({size})") is True
    box = desk.page.locator("iframe").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (420, 300)


def test_no_widget_outgrows_the_window(lead_page: LeadPage) -> None:
    desk = lead_page(sdk="1.2")
    frame = desk.registered()
    frame.evaluate("ZOHO.CRM.UI.Resize({ width: 9000, height: '9000' })")
    box = desk.page.locator("dialog#stage").bounding_box()
    assert box is not None
    assert box["width"] <= 1280
    assert box["height"] <= 850


@pytest.mark.parametrize("sdk", VERSIONS)
def test_a_widget_closes_its_dialog_and_hears_that_it_did(lead_page: LeadPage, sdk: str) -> None:
    desk = lead_page(sdk=sdk)
    frame = desk.registered()
    assert frame.evaluate("ZOHO.CRM.UI.Popup.close()") is True
    expect(desk.page.locator("iframe")).to_have_count(0)
    expect(desk.page.locator("dialog#stage")).to_be_hidden()


def test_close_and_reload_shows_what_changed(lead_page: LeadPage, office: Office) -> None:
    desk = lead_page(sdk="1.2")
    frame = desk.registered()
    office.pat["Company"] = "Acme Reloaded"
    assert frame.evaluate("ZOHO.CRM.UI.Popup.closeReload()") is True
    expect(desk.page.get_by_text("Acme Reloaded").first).to_be_visible()
    expect(desk.page.locator("iframe")).to_have_count(0)


def test_a_widget_opens_a_record(lead_page: LeadPage, office: Office) -> None:
    desk = lead_page(sdk="1.2")
    frame = desk.registered()
    call = {"Entity": "Contacts", "RecordID": office.contact["id"]}
    assert frame.evaluate("(call) => ZOHO.CRM.UI.Record.open(call)", call) is True
    expect(desk.page.get_by_role("heading", name="Mei Ito")).to_be_visible()


def test_the_sdk_1_2_imports_zdk_and_its_client_closes(lead_page: LeadPage) -> None:
    desk = lead_page(sdk="1.2")
    frame = desk.registered()
    frame.wait_for_function("window.$Client && window.ZDK")
    assert frame.evaluate("ZDK.Client.sendResponse('uuid', {})") is True
    frame.evaluate("$Client.close({ choice: 1 })")
    expect(desk.page.locator("iframe")).to_have_count(0)


def test_the_sdk_1_5_asks_through_zrc(lead_page: LeadPage, office: Office) -> None:
    frame = lead_page(sdk="1.5").registered()
    answer = frame.evaluate(
        "(id) => zrc.get(`/crm/v8/Leads/${id}`, { params: { fields: 'Company' } })",
        office.pat["id"],
    )
    assert (answer["status"], answer["data"]["data"][0]["Company"]) == (200, "Acme")


def test_the_sdk_1_5_asks_the_person(lead_page: LeadPage) -> None:
    desk = lead_page(sdk="1.5")
    frame = desk.registered()
    frame.evaluate(
        "void ZDK.Client.showConfirmation('Really?', 'Go').then((answer) => (window.said = answer))"
    )
    desk.page.get_by_role("button", name="Go").click()
    frame.wait_for_function("window.said === true")
    frame.evaluate("ZDK.Client.showMessage('<b>Saved</b>')")
    expect(desk.page.get_by_text("<b>Saved</b>")).to_be_visible()


def test_what_the_crm_cannot_do_is_rejected_and_never_left_open(lead_page: LeadPage) -> None:
    frame = lead_page(sdk="1.2").registered()
    frame.wait_for_function("window.ready")
    answers = {call: settled(frame, call) for call in IMPOSSIBLE}
    assert {call: answer["problem"]["status"] for call, answer in answers.items()} == dict.fromkeys(
        IMPOSSIBLE, "error"
    )


def test_an_error_of_the_api_reaches_the_widget(lead_page: LeadPage) -> None:
    frame = lead_page(sdk="1.2").registered()
    answer = settled(frame, "ZOHO.CRM.API.insertRecord({ Entity: 'Leads', APIData: {} })")
    assert answer["problem"]["data"][0]["code"] == "MANDATORY_NOT_FOUND"


def test_a_reloaded_widget_is_told_its_lead_again_and_once(lead_page: LeadPage) -> None:
    frame = lead_page(sdk="1.2").registered()
    for _ in range(3):
        frame.evaluate("window.loads = null; location.reload()")
        frame.wait_for_function("window.loads?.length > 0 && window.ready")
        frame.evaluate("ZOHO.CRM.CONFIG.getOrgInfo()")
        assert frame.evaluate("window.loads.length") == 1


def test_answers_to_a_document_that_is_gone_do_not_reach_the_next(
    lead_page: LeadPage, office: Office
) -> None:
    frame = lead_page(sdk="1.1").registered()
    with office.world.lock:
        frame.evaluate("void ZOHO.CRM.CONFIG.getOrgInfo(); window.loads = null; location.reload()")
        frame.wait_for_function("window.loads?.length > 0")
        frame.evaluate(
            "void ZOHO.CRM.CONFIG.getCurrentUser().then((answer) => (window.answer = answer))"
        )
    frame.wait_for_function("window.answer")
    assert "users" in frame.evaluate("window.answer")


def test_calls_before_registration_throw_as_zohos_do(lead_page: LeadPage) -> None:
    frame = lead_page(sdk="1.2", late="1").convert()
    frame.wait_for_function("window.ZOHO")
    with pytest.raises(Error, match="getContext"):
        frame.evaluate("ZOHO.CRM.CONFIG.getCurrentUser()")
    with pytest.raises(Error, match="Parentwindow reference not found"):
        frame.evaluate("ZOHO.embeddedApp.init(); ZOHO.CRM.CONFIG.getCurrentUser()")


@pytest.mark.parametrize("sdk", VERSIONS)
def test_a_widget_may_start_long_after_its_page_has_loaded(lead_page: LeadPage, sdk: str) -> None:
    desk = lead_page(sdk=sdk, late="1")
    frame = desk.convert()
    frame.wait_for_function("window.ZOHO")
    frame.wait_for_load_state()
    frame.evaluate(START)
    frame.wait_for_function("window.loads.length === 1 && window.ready")
