"""From the leads list to the choices, as a rep walks, with the real parts on both sides."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.pictures import take
from tests.browser.story.desk import Desk, said


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_a_rep_walks_from_the_leads_list_to_every_choice(
    desk: Desk, output: Path, language: str
) -> None:
    desk.speak(language)
    desk.leads()
    take(desk.page, output / f"story-{language}-1-leads.png")
    desk.open_lead("Bjørn Nordvik")
    widget = desk.convert()
    button = widget.get_by_role("button", name=said(language, "signin.button"))
    expect(button).to_be_visible()
    take(desk.page, output / f"story-{language}-2-sign-in.png")
    desk.sign_in(widget, language)
    question = widget.get_by_text(said(language, "options.title")).first
    expect(question).to_be_visible()
    expect(widget.get_by_role("radio", name=re.compile("Vendor")).first).to_be_visible()
    expect(widget.get_by_text("Nordvik Sensors", exact=True).first).to_be_visible()
    take(desk.page, output / f"story-{language}-3-choices.png")


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
    widget.get_by_role("button", name="Look at them one by one").click()
    expect(widget.get_by_text("Lead 1 of 3")).to_be_visible()
    take(desk.page, output / "story-en-4-several.png")
