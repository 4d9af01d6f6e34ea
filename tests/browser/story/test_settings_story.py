"""An administrator says what leads become and a rep finds it, with the real parts on both sides."""

import re
from pathlib import Path

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect

from extension import demo
from extension.demo import Running
from tests.browser.pictures import take
from tests.browser.story.desk import Desk

ADMINISTRATOR, REP = "Anke Lorenz", "Jonas Weiß"
LABEL = "Lieferant mit Ansprechpartner"


@pytest.fixture
def desk(context: BrowserContext, running: Running) -> Desk:
    """A rep's of the second org, whose targets no other story needs."""
    one = Desk(context.new_page(), running, demo.orgs(running)[1], REP)
    one.speak("en")
    return one


def administer(page: Page, running: Running) -> None:
    """Open the page and sign in to it as the org's administrator."""
    page.goto(f"{running.extension}/app/settings.html?lang=en")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Sign in with Zoho").click()
    popup = opened.value
    popup.get_by_label(ADMINISTRATOR).check()
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("table", name="Targets")).to_be_visible()


def test_a_vendor_with_a_contact_is_added_by_an_administrator_and_offered_to_a_rep(
    desk: Desk, output: Path
) -> None:
    page = desk.page.context.new_page()
    administer(page, desk.running)
    page.get_by_label("Add a target for").select_option("Vendors")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Accept all").click()
    page.get_by_label("Name", exact=True).fill(LABEL)
    page.get_by_label("Make another record too").select_option("Contacts")
    contact = page.get_by_role("region", name=re.compile("Contacts$"))
    expect(contact.get_by_text("It points at the other new record")).to_be_visible()
    contact.get_by_role("button", name="Accept all").click()
    expect(contact.get_by_label("Record that Vendor Name points at")).to_be_visible()

    lead = page.get_by_role("combobox", name="Lead", exact=True)
    lead.fill(str(desk.org["notable"]["supplier"]))  # type: ignore[index]
    page.get_by_role("listbox").get_by_role("option").click()
    preview = page.get_by_role("complementary", name="Try it out")
    expect(preview.get_by_text("Carried over:")).to_be_visible()
    expect(preview.get_by_text("The new record Vendors")).to_be_visible()
    take(page, output / "story-settings-1-target.png")

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_text(f"Last saved by {ADMINISTRATOR}")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value(LABEL)

    desk.leads()
    desk.page.get_by_role("row").get_by_role("link").first.click()
    widget = desk.convert()
    desk.sign_in(widget)
    expect(widget.get_by_role("heading", name=LABEL)).to_be_visible()
    take(desk.page, output / "story-settings-2-option.png")


def test_the_page_works_in_the_crm_too_as_a_widget_of_the_extension(
    desk: Desk, output: Path
) -> None:
    """Zoho shows settings widgets as it shows others: in a frame, with its origin in the query."""
    url = f"{desk.running.extension}/app/settings.html?lang=en"
    answer = requests.post(
        f"{desk.running.emulator}/_emulator/", json={"widget_url": url}, timeout=10
    )
    answer.raise_for_status()
    desk.leads()
    desk.page.get_by_role("row").get_by_role("link").first.click()
    frame = desk.convert()
    with desk.page.expect_popup() as opened:
        frame.get_by_role("button", name="Sign in with Zoho").click()
    popup = opened.value
    popup.get_by_label(ADMINISTRATOR).check()
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Accept").click()
    expect(frame.get_by_role("table", name="Targets")).to_be_visible()
    frame.get_by_label("Add a target for").select_option("Vendors")
    frame.get_by_role("button", name="Add", exact=True).click()
    expect(frame.get_by_role("button", name="Accept all")).to_be_visible()
    expect(desk.page.get_by_text("has not registered")).to_have_count(0)
    take(desk.page, output / "story-settings-3-in-the-crm.png")
