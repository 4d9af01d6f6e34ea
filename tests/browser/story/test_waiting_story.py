"""Zoho's answer to a write is lost, two records could be what it made, and a rep says which."""

import re
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import expect

from extension import demo
from tests.browser.pictures import take
from tests.browser.story.desk import REP, Desk
from tests.browser.story.test_plan_story import open_plan
from tests.browser.story.zoho import Zoho

LEAD = "Renata Kowalczyk"


def written(desk: Desk, lead: str) -> dict[str, Any]:
    """What the plan writes into the vendor."""
    token = demo.sign_in(desk.running, desk.org)
    url = f"{desk.running.extension}/api/v1/leads/{lead}/plan"
    allowed = {"Authorization": f"Bearer {token}"}
    wish = {"target": "Vendors", "records": {"Vendors": {"link": ""}}}
    plan = requests.post(url, json=wish, headers=allowed, timeout=60).json()
    fields = plan["records"][0]["fields"]
    return {one["field"]: one["value"] for one in fields if one["written"]}


def test_of_two_records_that_are_alike_a_rep_says_which_one_it_was(
    desk: Desk, output: Path
) -> None:
    zoho = Zoho(desk.running, desk.org, REP)
    widget = open_plan(desk, LEAD, "Vendor")
    lead = desk.page.url.rstrip("/").rpartition("/")[2]
    twin = written(desk, lead)
    # Held back, done, and never answered. Meanwhile the rep makes the same vendor by hand.
    zoho.trouble("latency", "POST", "/Vendors", seconds=5)
    zoho.trouble("answer_lost", "POST", "/Vendors")
    widget.get_by_role("button", name="Convert", exact=True).click()
    zoho.wait_for("latency")
    [by_hand] = zoho.create("Vendors", twin)
    panel = widget.locator(".conversion")
    expect(panel.get_by_role("heading", name="It waits for you: Vendor")).to_be_visible()
    candidates = panel.get_by_role("radio", name=re.compile(twin["Vendor_Name"]))
    expect(candidates).to_have_count(2)
    take(desk.page, output / "story-waiting-1-question.png")

    ids = [
        re.search(r"\d{10,}", text) for text in panel.locator(".question__one").all_inner_texts()
    ]
    [made] = [one[0] for one in ids if one and one[0] != by_hand]
    panel.get_by_role("radio", name=re.compile(made)).check()
    panel.get_by_role("button", name="Go on with this").click()
    expect(panel.get_by_role("heading", name="Converted: Vendor")).to_be_visible()
    take(desk.page, output / "story-waiting-2-done.png")
    with desk.page.expect_popup() as opened:
        panel.get_by_role("button", name=re.compile("Open Vendor")).click()
    expect(opened.value).to_have_url(re.compile(f"{made}$"))
    zoho.calm()
