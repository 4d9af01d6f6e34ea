"""A rep's browser, and how a rep walks with it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import requests
from playwright.sync_api import FrameLocator, Page, expect

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
    rep: str = REP

    def speak(self, language: str) -> None:
        """The button opens the widget in this language, whatever the person's is in Zoho."""
        url = f"{self.running.extension}/app/widget.html?lang={language}"
        requests.post(
            f"{self.running.emulator}/_emulator/", json={"widget_url": url}, timeout=10
        ).raise_for_status()

    def leads(self) -> None:
        self.page.goto(f"{self.running.emulator}/crm/org{self.org['zgid']}/tab/Leads")
        if "/signin" in self.page.url:
            self.page.get_by_text(self.rep).first.click()

    def open_lead(self, name: str) -> None:
        """By its row in the list, found with the list's own search."""
        self.page.get_by_role("searchbox").or_(self.page.get_by_label("Search leads")).fill(name)
        self.page.get_by_role("button", name="Apply").click()
        self.page.get_by_role("link", name=name).first.click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(name)
        # What the page says as a text depends on its style sheets.
        self.page.wait_for_load_state()

    def convert(self) -> FrameLocator:
        self.page.get_by_role("button", name=CONVERT).first.click()
        return self.page.frame_locator("iframe")

    def sign_in(self, widget: FrameLocator, language: str = "en") -> None:
        """Through the pop-up, as the person who is signed in to the CRM."""
        with self.page.expect_popup() as opened:
            widget.get_by_role("button", name=said(language, "signin.button")).click()
        popup = opened.value
        popup.get_by_label(self.rep).check()
        with popup.expect_event("close"):
            popup.get_by_role("button", name="Accept").click()
