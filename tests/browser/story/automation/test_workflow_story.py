"""An administrator has Zoho set up; from then on a lead whose status changes becomes a vendor, with
the real parts on both sides and nobody clicking Convert."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from extension import demo
from extension.demo import Running
from tests.browser.conftest import PATIENCE
from tests.browser.pictures import take
from tests.browser.story.desk import Desk
from tests.browser.story.test_conversion_story import conversion, title

ADMINISTRATOR = "Grace Okafor"
LEAD, COMPANY = "Lena Hartwell", "Ironwood Fasteners"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A demo of its own: what Zoho is set up with here, no other story reckons with."""
    with demo.running(ports=(0, 0)) as servers:
        demo.install(servers)
        yield servers


@pytest.fixture
def desk(context: BrowserContext, running: Running) -> Desk:
    """The administrator's, as whom automation acts."""
    one = Desk(context.new_page(), running, demo.orgs(running)[0], ADMINISTRATOR)
    one.speak("en")
    return one


def set_up(page: Page, running: Running, target: str = "Vendors") -> None:
    """Open the page as the administrator, and have Zoho set up with a rule; without a target the
    rules of the automation choose it."""
    page.goto(f"{running.extension}/app/settings.html?lang=en#/setup")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Sign in with Zoho").click()
    popup = opened.value
    popup.get_by_label(ADMINISTRATOR).check()
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Accept").click()
    page.get_by_label("When this field").select_option("Lead_Status")
    page.get_by_label("becomes", exact=True).select_option("Pre-Qualified")
    page.get_by_label("Target", exact=True).select_option(target)
    expect(
        page.get_by_text("Zoho gets the rule Convert Anywhere rule: when Lead Status")
    ).to_be_visible()
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_text("All of it is done.")).to_be_visible()


def once_called(page: Page) -> None:
    """Look at the calls until the last one is done."""
    calls = page.get_by_role("region", name="Calls")
    again = calls.get_by_role("button", name="Look again")
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline:
        again.click()
        expect(again).to_be_enabled()
        if calls.get_by_text("Done", exact=True).count():
            return
    raise AssertionError(f"The call is not done: {calls.inner_text()}")


def test_a_lead_whose_status_changes_becomes_a_vendor_and_is_taken_back(
    desk: Desk, context: BrowserContext, output: Path
) -> None:
    page = context.new_page()
    set_up(page, desk.running)
    page.set_viewport_size({"width": 1000, "height": 1500})
    expect(page.get_by_text("Examining")).to_have_count(0)
    take(page, output / "story-workflow-1-set-up.png")

    desk.leads()
    desk.open_lead(LEAD)
    desk.page.get_by_label("Change Lead Status").click()
    menu = desk.page.locator("details.change[open]")
    menu.get_by_role("combobox").select_option("Pre-Qualified")
    menu.get_by_role("button", name="Save").click()
    once_called(page)
    take(page.get_by_role("region", name="Calls"), output / "story-workflow-2-call.png")

    widget = desk.convert()
    desk.sign_in(widget)
    expect(title(desk)).to_have_text("Converted: Vendor")
    take(desk.page, output / "story-workflow-3-converted.png")
    with desk.page.expect_popup() as opened:
        conversion(desk).get_by_role("button", name=re.compile("Open Vendor")).click()
    vendor = opened.value
    expect(vendor.get_by_role("heading", level=1)).to_contain_text(COMPANY)

    conversion(desk).get_by_role("button", name="Undo").click()
    expect(title(desk)).to_have_text("Taken back: Vendor")
    take(desk.page, output / "story-workflow-4-taken-back.png")
    gone = vendor.reload()
    assert gone is not None
    assert gone.status == 404

    # Nothing of that has woken the rule again, and there is nothing left to set up.
    page.reload()
    calls = page.get_by_role("region", name="Calls")
    expect(calls.get_by_role("row")).to_have_count(2)
    expect(page.get_by_text("Everything is there.")).to_be_visible()
