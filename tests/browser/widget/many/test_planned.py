"""The plan for many leads: looked at, left out of, and agreed to."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.widget.batches import LEADS, ONE, ROOT, Batches, changed
from tests.browser.widget.conftest import Desk
from tests.browser.widget.many.view import begun, opened, planned, row, rows
from tests.browser.widget.server import Call, Reply, say

pytestmark = pytest.mark.browser


def test_a_plan_for_all_says_what_is_lost_what_cannot_be_and_what_it_costs(
    desk: Desk, batch: Batches
) -> None:
    planned(desk, batch)
    page = desk.frame.locator("main")
    expect(page).to_contain_text("51 API credits · 44 calls to Zoho CRM · about 2 minutes")
    expect(page).to_contain_text("4,000 credits left today")
    expect(page).to_contain_text("Share a new record with another: 3")
    expect(desk.button("Convert 55 leads")).to_have_accessible_description(
        "55 leads become: Vendor. Of these, 3 share a record with another. 5 leads stay as they "
        "are. 13 values find no field. All of it can be undone afterwards."
    )
    desk.button(
        "3 leads This lead is locked. Unlock it in Zoho CRM, or ask whoever locked it."
    ).click()
    expect(desk.frame.get_by_role("heading", name="The leads")).to_be_focused()
    expect(rows(desk)).to_have_count(3)
    expect(row(desk, "Lead Number 4")).to_contain_text("This lead is locked.")
    desk.button("12 leads Title").click()
    expect(rows(desk)).to_have_count(12)
    row(desk, "Lead Number 40").get_by_text("2 values are lost").click()
    expect(row(desk, "Lead Number 40")).to_contain_text("Tax Number")
    desk.frame.get_by_label("Show").select_option("Sharing a record (3)")
    expect(row(desk, "Lead Number 54")).to_contain_text("created for Lead Number 53")
    desk.frame.get_by_label("Show").select_option("All (60)")
    expect(rows(desk)).to_have_count(50)
    desk.button("Show more (10)").click()
    expect(rows(desk)).to_have_count(60)
    desk.frame.get_by_label("Find by name or company").fill("company 3")
    expect(desk.frame.get_by_text("9 leads shown")).to_be_visible()
    row(desk, "Lead Number 3").get_by_role("button", name="Open").click()
    assert opened(desk) == LEADS[2]


def test_leads_that_are_left_out_are_no_part_of_the_next_plan(desk: Desk, batch: Batches) -> None:
    planned(desk, batch)
    row(desk, "Lead Number 1").get_by_role("checkbox").uncheck()
    row(desk, "Lead Number 2").get_by_role("checkbox").uncheck()
    row(desk, "Lead Number 40").get_by_role("checkbox").uncheck()
    expect(desk.frame.locator(".agreement")).to_contain_text("11 values find no field.")
    row(desk, "Lead Number 40").get_by_role("checkbox").check()
    expect(row(desk, "Lead Number 2")).to_contain_text("Left out")
    expect(desk.frame.locator(".agreement")).to_contain_text("53 leads become: Vendor.")
    Batches("another").stand_in(desk.site)
    desk.button("Look again without 2 leads").click()
    expect(desk.frame.get_by_text("Looking at 0 of 58 leads …").first).to_be_visible()
    first, second = begun(desk)
    assert second == {**first, "leads": list(LEADS[2:])}
    keys = {one.headers["Idempotency-Key"] for one in desk.site.asked("POST", ROOT)}
    assert len(keys) == 2
    assert len(desk.site.asked("POST", f"{ONE}/cancel")) == 1


def test_too_few_credits_are_said_with_their_numbers(desk: Desk, batch: Batches) -> None:
    details = {"needed": 51, "left": 12}
    few = {"code": "too_few_credits", "message": "Too few.", "details": details}
    batch.plan(possible=False, problem=few, choices={"target": "Vendors"})
    desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.open(LEADS)
    desk.frame.get_by_role("button", name="Go on").click()
    expect(desk.frame.get_by_text("This needs 51 API credits, and 12 are left")).to_be_visible()
    expect(desk.frame.get_by_role("button", name=re.compile("^Convert"))).to_have_count(0)
    Batches("another").stand_in(desk.site)
    row(desk, "Lead Number 1").get_by_role("checkbox").uncheck()
    desk.button("Look again without 1 lead").click()
    expect(desk.frame.get_by_text("Looking at 0 of 59 leads …").first).to_be_visible()
    assert begun(desk) == [{"leads": list(LEADS[1:]), "choices": {"target": "Vendors"}}]


def test_a_plan_that_has_changed_is_shown_before_anything_is_done(
    desk: Desk, batch: Batches
) -> None:
    planned(desk, batch)
    batch.become("blocked", 1, reason={"code": "already_converted", "message": "", "details": {}})
    batch.ticks += 1
    batch.more = {"digest": "e2" * 32}
    desk.site.on("POST", f"{ONE}/start", changed(batch), say(batch.view(), 202))
    desk.button("Convert 55 leads").click()
    expect(desk.frame.get_by_role("alert")).to_contain_text(
        "Something has changed since you looked"
    )
    expect(desk.title("54 of 60 leads can be converted")).to_be_visible()
    desk.button("Convert 54 leads").click()
    expect(desk.frame.get_by_role("alert")).to_be_empty()
    assert [one.json["digest"][:2] for one in desk.site.asked("POST", f"{ONE}/start")] == [
        "d1",
        "e2",
    ]


def test_a_yes_whose_answer_was_lost_is_seen_to_have_been_heard(desk: Desk, batch: Batches) -> None:
    planned(desk, batch)

    def cut(_: Call) -> Reply:
        batch.move("running")
        return Reply(504)

    desk.site.replies["POST", f"{ONE}/start"] = cut
    desk.button("Convert 55 leads").click()
    expect(desk.title("Converting: Vendor")).to_be_visible()
    assert len(desk.site.asked("POST", f"{ONE}/start")) == 1
