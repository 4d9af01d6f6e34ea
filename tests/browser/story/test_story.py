"""From the leads list to the choices, as a rep walks, with the real parts on both sides."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from extension import demo
from extension.demo import Running

REP = "Daniel Reyes"
CONVERT = re.compile("^Convert$")
TRANSLATIONS = Path(__file__).parents[3] / "app" / "translations"


def said(language: str, key: str) -> str:
    """A sentence of the widget, as its translators wrote it."""
    sentences: dict[str, str] = json.loads((TRANSLATIONS / f"{language}.json").read_text())
    return sentences[key]


@dataclass
class Desk:
    """A rep's browser, signed in to the CRM and not yet to us."""

    page: Page
    running: Running
    org: dict[str, object]

    def speak(self, language: str) -> None:
        """The button opens the widget in this language, whatever the person's is in Zoho."""
        url = f"{self.running.extension}/app/widget.html?lang={language}"
        requests.post(
            f"{self.running.emulator}/_emulator/", json={"widget_url": url}, timeout=10
        ).raise_for_status()

    def leads(self) -> None:
        self.page.goto(f"{self.running.emulator}/crm/org{self.org['zgid']}/tab/Leads")
        if "/signin" in self.page.url:
            self.page.get_by_text(REP).first.click()

    def open_lead(self, name: str) -> None:
        """By its row in the list, found with the list's own search."""
        self.page.get_by_role("searchbox").or_(self.page.get_by_label("Search leads")).fill(name)
        self.page.get_by_role("button", name="Apply").click()
        self.page.get_by_role("link", name=name).first.click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(name)

    def convert(self) -> FrameLocator:
        self.page.get_by_role("button", name=CONVERT).first.click()
        return self.page.frame_locator("iframe")

    def sign_in(self, widget: FrameLocator, language: str = "en") -> None:
        """Through the pop-up, as the person who is signed in to the CRM."""
        with self.page.expect_popup() as opened:
            widget.get_by_role("button", name=said(language, "signin.button")).click()
        popup = opened.value
        popup.get_by_label(REP).check()
        with popup.expect_event("close"):
            popup.get_by_role("button", name="Accept").click()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    one = browser.new_context(viewport={"width": 1280, "height": 900})
    yield one
    one.close()


@pytest.fixture
def desk(context: BrowserContext, running: Running) -> Desk:
    one = Desk(context.new_page(), running, demo.orgs(running)[0])
    one.speak("en")
    return one


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_a_rep_walks_from_the_leads_list_to_every_choice(
    desk: Desk, output: Path, language: str
) -> None:
    desk.speak(language)
    desk.leads()
    desk.page.screenshot(path=output / f"story-{language}-1-leads.png")
    desk.open_lead("Bjørn Nordvik")
    widget = desk.convert()
    button = widget.get_by_role("button", name=said(language, "signin.button"))
    expect(button).to_be_visible()
    desk.page.screenshot(path=output / f"story-{language}-2-sign-in.png")
    desk.sign_in(widget, language)
    question = widget.get_by_text(said(language, "options.title")).first
    expect(question).to_be_visible()
    expect(widget.get_by_role("radio", name=re.compile("Vendor")).first).to_be_visible()
    expect(widget.get_by_text("Nordvik Sensors", exact=True).first).to_be_visible()
    desk.page.screenshot(path=output / f"story-{language}-3-choices.png")


def test_a_second_lead_needs_no_second_sign_in(desk: Desk) -> None:
    desk.leads()
    desk.open_lead("Bjørn Nordvik")
    widget = desk.convert()
    desk.sign_in(widget)
    question = said("en", "options.title")
    expect(widget.get_by_text(question)).to_be_visible()
    desk.leads()
    desk.open_lead("Renata Kowalczyk")
    expect(desk.convert().get_by_text(question)).to_be_visible()


def test_several_leads_of_the_list_are_looked_at_one_by_one(desk: Desk, output: Path) -> None:
    desk.leads()
    boxes = desk.page.get_by_role("row").get_by_role("checkbox")
    for row in (1, 2, 3):
        boxes.nth(row).check()
    widget = desk.convert()
    desk.sign_in(widget)
    expect(widget.get_by_text("Lead 1 of 3")).to_be_visible()
    desk.page.screenshot(path=output / "story-en-4-several.png")
