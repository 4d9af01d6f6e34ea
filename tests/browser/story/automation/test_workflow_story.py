"""An administrator has Zoho set up; from then on a lead whose status changes becomes a vendor, with
the real parts on both sides and nobody clicking Convert."""

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from tests.browser.pictures import take
from tests.browser.story.automation.rule import COMPANY, LEAD, once_called, set_up
from tests.browser.story.desk import Desk
from tests.browser.story.test_conversion_story import conversion, title


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
