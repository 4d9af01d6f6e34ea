"""Zoho's own SDK, unmodified, in the emulator's CRM, where ZOHO_SDK_FILES names copies of it.

The project carries none. Zoho publishes its source, with older builds, as ZohoDevelopers/
embeddedApp-js-sdk on GitHub.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Frame

from tests.browser.crm.conftest import Desk
from tests.browser.crm.test_sdk_calls import CALLS, EVALUATED
from tests.emulator.pages.office import Office

NAMED = [Path(one) for one in os.environ.get("ZOHO_SDK_FILES", "").split(os.pathsep) if one]
ABSENT = "ZOHO_SDK_FILES names no copy of Zoho's ZohoEmbededAppSDK.min.js"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not NAMED, reason=ABSENT),
    pytest.mark.parametrize("file", NAMED or [Path("none")], ids=str),
]
EXISTS = "(name) => name.split('.').reduce((one, part) => one?.[part], window) !== undefined"


LAST = "window.heard.pop()?.data"


def sent(frame: Frame, call: str) -> Any:
    """The data of the one event that the call sends."""
    frame.evaluate(EVALUATED, call)
    return frame.page.evaluate(LAST)


def quoted(file: Path) -> str:
    return quote(str(file.absolute()), safe="")


@pytest.fixture
def frame(lead_page: Callable[..., Desk], file: Path) -> Frame:
    """The widget on Pat Doe's page, which knows its page."""
    one = lead_page("own", file=quoted(file)).registered()
    one.wait_for_function("window.ready")
    return one


def test_it_registers_and_is_told_its_lead_once(frame: Frame, office: Office) -> None:
    frame.evaluate("ZOHO.CRM.CONFIG.getOrgInfo()")
    assert frame.evaluate("window.loads") == [
        {"Entity": "Leads", "EntityId": [office.pat["id"]], "ButtonPosition": "DetailView"}
    ]


def test_it_reads_the_crm_as_the_user_who_is_signed_in(frame: Frame, office: Office) -> None:
    [user] = frame.evaluate("ZOHO.CRM.CONFIG.getCurrentUser()")["users"]
    assert user["email"] == office.rep.email
    [lead] = frame.evaluate(
        "ZOHO.CRM.API.getRecord({ Entity: 'Leads', RecordID: window.loads[0].EntityId[0] })"
    )["data"]
    assert lead["Company"] == "Acme"


def test_a_refusal_reaches_it(frame: Frame) -> None:
    refused = frame.evaluate("ZOHO.CRM.META.getFields({ Entity: 'Nothing' }).catch((why) => why)")
    assert refused["status"] == "error"


def test_it_closes_its_window(frame: Frame) -> None:
    page = frame.page
    frame.evaluate("void ZOHO.CRM.UI.Popup.close()")
    page.locator("iframe").wait_for(state="detached")


def test_what_it_sends_is_what_our_own_copy_sends(
    desk: Desk, stranger: str, elsewhere: str, file: Path
) -> None:
    widget = quote(f"{elsewhere}/own?file={quoted(file)}", safe="")
    desk.page.goto(f"{stranger}/recorder?widget={widget}")
    frame = desk.page.locator("iframe").element_handle().content_frame()
    assert frame is not None
    frame.wait_for_function("window.ready")
    calls = [one for one in CALLS if frame.evaluate(EXISTS, one.partition("(")[0])]
    assert len(calls) > 20
    desk.page.evaluate("window.heard = []")
    heard = {call: sent(frame, call) for call in calls}
    assert heard == {call: {**CALLS[call], "sdkVersion": "1"} for call in calls}
