"""A rep takes a conversion back: the consent is withdrawn in the midst of it, an administrator sees
for whom it waits, and to what was made somebody has added something."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Locator, expect

from tests.browser.pictures import take
from tests.browser.story.desk import REP, Desk
from tests.browser.story.test_plan_story import open_plan
from tests.browser.story.zoho import Zoho

ADMIN = "Grace Okafor"


@pytest.fixture
def zoho(desk: Desk) -> Iterator[Zoho]:
    one = Zoho(desk.running, desk.org, REP)
    yield one
    one.calm()


def panel(desk: Desk) -> Locator:
    return desk.page.frame_locator("iframe").locator(".conversion")


def title(desk: Desk) -> Locator:
    return panel(desk).get_by_role("heading")


def converted(desk: Desk, lead: str) -> str:
    """The id of the vendor that the lead has become."""
    widget = open_plan(desk, lead, "Vendor")
    widget.get_by_role("button", name="Convert", exact=True).click()
    expect(title(desk)).to_have_text("Converted: Vendor")
    with desk.page.expect_popup() as opened:
        panel(desk).get_by_role("button", name=re.compile("Open Vendor")).click()
    expect(opened.value).to_have_url(re.compile(r"\d{10,}$"))
    found = opened.value.url.rpartition("/")[2]
    opened.value.close()
    return found


def test_who_withdraws_the_consent_while_it_is_taken_back_signs_in_and_it_goes_on(
    desk: Desk, zoho: Zoho, browser: Browser, output: Path
) -> None:
    lead = "Harriet Cole"
    vendor = converted(desk, lead)
    zoho.trouble("latency", "DELETE", "/Notes", seconds=3)
    panel(desk).get_by_role("button", name="Undo").click()
    zoho.wait_for("latency")
    zoho.withdraw()
    widget = desk.page.frame_locator("iframe")
    expect(widget.get_by_role("heading", name="Zoho has ended your consent")).to_be_visible()
    take(desk.page, output / "story-undo-1-withdrawn.png")

    with browser.new_context(viewport={"width": 1280, "height": 900}) as other:
        boss = Desk(other.new_page(), desk.running, desk.org, rep=ADMIN)
        boss.leads()
        boss.open_lead(lead)
        boss.sign_in(boss.convert())
        expect(title(boss)).to_have_text(f"It waits for {REP}: Vendor")
        expect(panel(boss).get_by_text("2 of 3 steps done.", exact=True)).to_be_visible()
        expect(panel(boss)).to_contain_text(f"Once {REP} signs in here again")
        expect(panel(boss).get_by_role("button", name="Sign in with Zoho")).to_have_count(0)
        take(boss.page, output / "story-undo-2-for-another.png")

        desk.sign_in(widget)
        expect(title(desk)).to_have_text("Taken back: Vendor")
        take(desk.page, output / "story-undo-3-back.png")
    gone = Zoho(desk.running, desk.org, REP)
    with pytest.raises(requests.HTTPError):
        gone.ask("PUT", "Vendors", json={"data": [{"id": vendor, "City": "Bremen"}]})


def test_a_vendor_to_which_a_colleague_has_added_stays_until_the_rep_insists(
    desk: Desk, zoho: Zoho, output: Path
) -> None:
    vendor = converted(desk, "Colm Gallagher")
    parent = {"module": {"api_name": "Vendors"}, "id": vendor}
    boss = Zoho(desk.running, desk.org, ADMIN)
    for title_ in ("Terms", "Bank"):
        boss.create(
            "Notes", {"Note_Title": title_, "Note_Content": "As told.", "Parent_Id": parent}
        )
    panel(desk).get_by_role("button", name="Undo").click()
    expect(title(desk)).to_have_text("Taken back: Vendor")
    expect(panel(desk)).to_contain_text("because somebody has added to it since: Notes (2).")
    expect(panel(desk).get_by_role("button", name=re.compile("Open Vendor"))).to_be_visible()
    take(desk.page, output / "story-undo-4-added.png")
    panel(desk).get_by_role("button", name="Take that back too").click()
    expect(panel(desk).get_by_role("button", name="Take that back too")).to_have_count(0)
    expect(title(desk)).to_have_text("Taken back: Vendor")
    with pytest.raises(requests.HTTPError):
        zoho.ask("PUT", "Vendors", json={"data": [{"id": vendor, "City": "Bremen"}]})
