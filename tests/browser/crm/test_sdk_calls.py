"""The served SDK sends what Zoho's sends: `calls.json` holds the data of each call's event.

The file was compared, call by call, with what Zoho's public source of 1.1 and 1.2 sends.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Frame

from tests.browser.crm.conftest import Desk

pytestmark = pytest.mark.browser

CALLS: dict[str, Any] = json.loads((Path(__file__).parent / "calls.json").read_text())
EVALUATED = "(call) => Promise.resolve().then(() => eval(call))"


def recorded(desk: Desk, stranger: str, elsewhere: str, sdk: str) -> Frame:
    """The widget in a page that is not the emulator's and keeps what it hears."""
    widget = quote(f"{elsewhere}/widget?sdk={sdk}", safe="")
    desk.page.goto(f"{stranger}/recorder?widget={widget}")
    frame = desk.page.locator("iframe").element_handle().content_frame()
    assert frame is not None
    frame.wait_for_function("window.ready")
    return frame


@pytest.mark.parametrize("sdk", ["1.1", "1.2", "1.5"])
def test_each_call_is_one_event_with_the_data_that_zoho_sends(
    desk: Desk, stranger: str, elsewhere: str, sdk: str
) -> None:
    frame = recorded(desk, stranger, elsewhere, sdk)
    desk.page.evaluate("window.heard = []")
    calls = [call for call in CALLS if not (sdk == "1.1" and ".coql(" in call)]
    for call in calls:
        frame.evaluate(EVALUATED, call)
    heard = desk.page.evaluate("window.heard")
    version = "1.5" if sdk == "1.5" else "1"
    assert [one["data"] for one in heard] == [
        {**CALLS[call], "sdkVersion": version} for call in calls
    ]
    assert {(one["type"], one["eventName"], one["uniqueID"]) for one in heard} == {
        ("SDK.EVENT", "CRM_EVENT", "the id")
    }
    first = 101 if sdk == "1.2" else 100
    assert [one["promiseid"] for one in heard] == [
        f"Promise{first + number}" for number in range(len(heard))
    ]


@pytest.mark.parametrize(
    ("sdk", "version", "next_event"),
    [("1.1", None, None), ("1.2", None, "ZDK_EVENT"), ("1.5", "1.5", None)],
)
def test_versions_register_each_in_its_way(
    desk: Desk, stranger: str, elsewhere: str, sdk: str, version: str | None, next_event: str | None
) -> None:
    recorded(desk, stranger, elsewhere, sdk)
    first, *rest = desk.page.evaluate("window.heard")
    where = quote(f"{elsewhere}/widget", safe="")
    assert (first["eventName"], first["appOrigin"]) == ("REGISTER", where)
    assert first.get("sdkVersion") == version
    assert [one["eventName"] for one in rest] == ([next_event] if next_event else [])


def test_the_sdk_1_1_asks_for_a_record_by_its_id_alone(
    desk: Desk, stranger: str, elsewhere: str
) -> None:
    frame = recorded(desk, stranger, elsewhere, "1.1")
    frame.evaluate("ZOHO.CRM.API.getRecord({ Entity: 'Leads', RecordID: '1', approved: 'both' })")
    last = desk.page.evaluate("window.heard.at(-1).data.APIData")
    assert last == {"Entity": "Leads", "RecordID": "1"}
