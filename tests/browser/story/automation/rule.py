"""What the administrator does on the settings page to have Zoho call us."""

import time

from playwright.sync_api import Page, expect

from extension.demo import Running
from tests.browser.conftest import PATIENCE

ADMINISTRATOR = "Grace Okafor"
LEAD, COMPANY = "Lena Hartwell", "Ironwood Fasteners"
"""A lead of which the stories make a vendor."""


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
