"""A rep converts a lead, looks at what came of it, and takes it back, with the real parts on both
sides and a worker between them."""

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.pictures import take
from tests.browser.story.desk import Desk
from tests.browser.story.test_plan_story import open_plan, up_to_date

LEAD, COMPANY = "Tessa Holloway", "Copper Creek Castings"
SINCE = re.compile(r"Modified (By|Time)\n.*")


def conversion(desk: Desk) -> Locator:
    """What the widget says of the conversion."""
    return desk.page.frame_locator("iframe").locator(".conversion")


def title(desk: Desk) -> Locator:
    return conversion(desk).get_by_role("heading")


def lead(desk: Desk) -> str:
    """All that the lead's page says, but for who changed it last."""
    desk.leads()
    desk.open_lead(LEAD)
    return SINCE.sub("", desk.page.locator("main").inner_text())


def test_a_rep_makes_a_vendor_of_a_lead_looks_at_it_and_takes_it_back(
    desk: Desk, output: Path
) -> None:
    before = lead(desk)
    widget = open_plan(desk, LEAD, "Vendor")
    widget.get_by_role("radio", name="Mark it: set some of its fields").check()
    widget.get_by_label("Add a field").select_option(label="Lead Status")
    widget.get_by_label("Lead Status", exact=True).select_option("Contact in Future")
    up_to_date(widget)
    widget.get_by_role("button", name="Convert", exact=True).click()
    expect(title(desk)).to_have_text("Converted: Vendor")
    take(desk.page, output / "story-conversion-1-done.png")
    with desk.page.expect_popup() as opened:
        conversion(desk).get_by_role("button", name=re.compile("Open Vendor")).click()
    vendor = opened.value
    expect(vendor.get_by_role("heading", level=1)).to_contain_text(COMPANY)
    expect(vendor.get_by_text("Lead Number: BW-L-")).to_be_visible()
    take(vendor, output / "story-conversion-2-vendor.png", full_page=True)
    now = lead(desk)
    assert (now == before, "Contact in Future" in now) == (False, True)

    # Closing the window has lost nothing.
    desk.convert()
    expect(title(desk)).to_have_text("Converted: Vendor")
    conversion(desk).get_by_role("button", name="Undo").click()
    expect(title(desk)).to_have_text("Taken back: Vendor")
    take(desk.page, output / "story-conversion-3-undone.png")
    gone = vendor.reload()
    assert gone is not None
    assert gone.status == 404
    assert lead(desk) == before
