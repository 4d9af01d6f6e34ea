"""What must not work: no origin, forged messages, silence without a word."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from emulator import Worlds
from tests.browser.crm.conftest import Desk
from tests.emulator.pages.office import Office

pytestmark = pytest.mark.browser

LeadPage = Callable[..., Desk]
CLOSE = (
    "{ type: 'SDK.EVENT', eventName: 'CRM_EVENT', promiseid: 'Promise100', "
    "data: { category: 'UI', action: { popup: 'CLOSE' } } }"
)


def says_that_nothing_registered(desk: Desk) -> None:
    """The page waits some seconds before it says so."""
    expect(desk.page.get_by_text("has not registered")).to_be_visible()


@pytest.mark.parametrize("sdk", ["1.1", "1.2"])
def test_a_widget_that_loses_its_query_is_not_heard_and_the_dialog_says_so(
    lead_page: LeadPage, sdk: str
) -> None:
    desk = lead_page("stripped", sdk=sdk)
    frame = desk.convert()
    says_that_nothing_registered(desk)
    assert frame.evaluate("window.loads") == []


def test_the_sdk_1_5_registers_without_a_query_when_it_is_invited(lead_page: LeadPage) -> None:
    desk = lead_page("stripped", sdk="1.5")
    frame = desk.registered()
    frame.evaluate("ZOHO.CRM.CONFIG.getOrgInfo()")
    assert frame.evaluate("window.loads.length") == 1
    expect(desk.page.get_by_text("has not registered")).to_be_hidden()


def test_a_page_without_the_sdk_is_spoken_of(lead_page: LeadPage) -> None:
    desk = lead_page("silent")
    desk.convert()
    says_that_nothing_registered(desk)


def test_a_widget_that_is_not_served_is_spoken_of(
    desk: Desk, worlds: Worlds, office: Office
) -> None:
    worlds.widget_url = "http://127.0.0.1:1/widget.html"
    desk.go(f"Leads/{office.pat['id']}")
    desk.convert()
    says_that_nothing_registered(desk)


def test_without_a_widget_the_dialog_says_so(desk: Desk, worlds: Worlds, office: Office) -> None:
    worlds.widget_url = ""
    desk.go(f"Leads/{office.pat['id']}")
    desk.page.get_by_role("button", name="Convert", exact=True).click()
    expect(desk.page.get_by_text("No widget is configured")).to_be_visible()
    desk.page.get_by_role("button", name="Close").click()
    expect(desk.page.locator("dialog#stage")).to_be_hidden()


def test_a_stranger_inside_the_widget_cannot_command_the_page(
    lead_page: LeadPage, stranger: str
) -> None:
    desk = lead_page(sdk="1.2")
    frame = desk.registered()
    _nested(frame, stranger).evaluate(f"window.top.postMessage({CLOSE}, '*')")
    frame.evaluate("ZOHO.CRM.CONFIG.getOrgInfo()")
    expect(desk.page.locator("iframe")).to_have_count(1)


def test_another_window_of_the_widgets_own_origin_cannot_either(
    lead_page: LeadPage, elsewhere: str
) -> None:
    desk = lead_page(sdk="1.2")
    frame = desk.registered()
    _nested(frame, elsewhere).evaluate(f"window.top.postMessage({CLOSE}, '*')")
    frame.evaluate("ZOHO.CRM.CONFIG.getOrgInfo()")
    expect(desk.page.locator("iframe")).to_have_count(1)


def test_the_page_itself_cannot_be_mistaken_for_the_widget(lead_page: LeadPage) -> None:
    desk = lead_page(sdk="1.2")
    frame = desk.registered()
    desk.page.evaluate(f"window.postMessage({CLOSE}, '*')")
    desk.page.evaluate("window.postMessage(null, '*'); window.postMessage('SDK.EVENT', '*')")
    frame.evaluate("ZOHO.CRM.CONFIG.getOrgInfo()")
    expect(desk.page.locator("iframe")).to_have_count(1)


def test_a_widget_that_moves_to_another_origin_is_not_heard_there(
    lead_page: LeadPage, stranger: str, crm: str
) -> None:
    desk = lead_page(sdk="1.2")
    frame = desk.registered()
    origin = crm.replace(":", "%3A").replace("/", "%2F")
    frame.goto(f"{stranger}/widget?sdk=1.2&serviceOrigin={origin}")
    says_that_nothing_registered(desk)
    assert frame.evaluate("window.loads") == []


def test_a_forged_page_reaches_the_widget_as_with_zohos_sdk(
    lead_page: LeadPage, stranger: str
) -> None:
    """Nothing that the SDK tells is proof; a widget that believes it must fail here too."""
    frame = lead_page(sdk="1.2").registered()
    forged = "{ type: 'FRAMEWORK.EVENT', eventName: 'PageLoad', data: { EntityId: 'forged' } }"
    _nested(frame, stranger).evaluate(f"window.parent.postMessage({forged}, '*')")
    frame.wait_for_function("window.loads.some((load) => load.EntityId === 'forged')")


def test_no_page_of_the_crm_can_be_framed(lead_page: LeadPage, crm: str) -> None:
    frame = lead_page(sdk="1.2").registered()
    nested = _nested(frame, crm, "/crm/")
    assert nested.url.startswith("chrome-error:")


def _nested(frame, origin: str, path: str = "/silent"):  # type: ignore[no-untyped-def]
    """A frame of another page inside the widget."""
    frame.evaluate(
        """(url) => new Promise((done) => {
             const frame = document.createElement("iframe");
             frame.onload = done;
             frame.src = url;
             document.body.append(frame);
           })""",
        origin + path,
    )
    return frame.child_frames[-1]
