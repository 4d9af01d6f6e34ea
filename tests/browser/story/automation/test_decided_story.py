"""An administrator decides on the page what a rule does besides choosing the target, and it does,
with the real parts on both sides and nobody clicking Convert."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.pictures import take
from tests.browser.story.automation.rule import (
    COMPANY,
    LEAD,
    once_called,
    set_up,
)
from tests.browser.story.desk import Desk
from tests.browser.story.test_conversion_story import title

PHONE, MARK = "+1 555 0100", "Taken over as a supplier"


def decide(page: Page, output: Path) -> None:
    """A rule for leads that have a company, and what it decides."""
    page.get_by_role("link", name="What happens by itself").click()
    page.get_by_role("button", name="Add a rule").click()
    rule = page.locator(".auto-rule").last
    rule.get_by_label("Name of the rule").fill("Suppliers")
    rule.get_by_label("Becomes", exact=True).select_option("Vendors")
    rule.get_by_role("button", name="Add a condition to Suppliers").click()
    rule.get_by_label("Field of condition 1").select_option("Company")
    rule.get_by_role("button", name="Decide more (Suppliers)").click()
    vendor = rule.get_by_role("group", name="Vendor", exact=True)
    vendor.get_by_label("If there may be one already").select_option("new")
    vendor.get_by_label("Fill a field otherwise").select_option("Phone")
    value = vendor.get_by_label("Value of Phone")
    value.fill("5" * 60)
    expect(vendor.get_by_text("Phone holds")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    take(page, output / "story-decided-1-does-not-fit.png")
    value.fill(PHONE)
    expect(vendor.get_by_text("Phone holds")).to_have_count(0)
    rule.get_by_label("What becomes of the lead").select_option("mark")
    rule.get_by_label("Mark it with a field").select_option("Designation")
    rule.get_by_label("Title", exact=True).fill(MARK)
    going = rule.get_by_role("group", name="What goes along")
    going.get_by_label("Notes").select_option(label="left behind")
    take(page, output / "story-decided-2-decided.png")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("This rule settles besides")).to_contain_text("what goes along")


def test_what_is_decided_on_the_page_is_what_becomes_of_the_next_lead(
    desk: Desk, context: BrowserContext, output: Path
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 1000, "height": 1500})
    set_up(page, desk.running, target="")
    decide(page, output)

    desk.leads()
    desk.open_lead(LEAD)
    desk.page.get_by_label("Change Lead Status").click()
    menu = desk.page.locator("details.change[open]")
    menu.get_by_role("combobox").select_option("Pre-Qualified")
    menu.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Zoho CRM and its health").click()
    once_called(page)

    widget = desk.convert()
    desk.sign_in(widget)
    expect(title(desk)).to_have_text("Converted: Vendor")
    with desk.page.expect_popup() as opened:
        widget.get_by_role("button", name="Open Vendor").click()
    vendor = opened.value
    expect(vendor.get_by_role("heading", level=1)).to_contain_text(COMPANY)
    expect(vendor.get_by_text(PHONE)).to_be_visible()
    take(vendor, output / "story-decided-3-vendor.png")
    desk.page.reload()
    expect(desk.page.get_by_text(MARK, exact=True)).to_be_visible()
