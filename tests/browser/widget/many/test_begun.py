"""Many leads are chosen for together: what applies to all of them, and where it began before."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.widget.batches import LEADS, ONE, ROOT, Batches
from tests.browser.widget.conftest import LEAD, Desk
from tests.browser.widget.many.view import begun
from tests.browser.widget.server import Reply, refuse, say

pytestmark = pytest.mark.browser


def test_what_applies_to_all_is_chosen_once_and_each_fills_in_its_own(
    desk: Desk, batch: Batches
) -> None:
    desk.open(LEADS)
    expect(desk.title("Convert 60 leads together")).to_be_visible()
    expect(desk.button("Look at them one by one")).to_have_count(0)
    desk.frame.get_by_role("radio", name=re.compile("Contact, Account and Deal")).check()
    desk.frame.get_by_text("What applies to all of them").click()
    desk.frame.get_by_label("Owner").select_option("Robin Rep")
    desk.frame.get_by_label("Create for each: Deal").check()
    name = desk.frame.get_by_label("Deal Name", exact=True)
    name.fill("First order: ")
    desk.frame.get_by_label("Insert into Deal Name").select_option("Company")
    expect(name).to_have_value("First order: ${Company}")
    expect(name).to_be_focused()
    deal = desk.frame.get_by_role("region", name="Deal")
    deal.get_by_label("Set a field for all").select_option("Closing Date")
    desk.frame.get_by_label("Closing Date", exact=True).fill("2026-12-24")
    desk.frame.get_by_label("Tags").select_option("Leave with the lead")
    desk.button("Look at 60 leads").dblclick()
    expect(desk.frame.get_by_text("Looking at 0 of 60 leads …").first).to_be_visible()
    [sent] = begun(desk)
    assert sent["leads"] == list(LEADS)
    assert sent["choices"] == {
        "target": "zoho", "owner": "9001", "carry": {"Tag": "leave"},
        "records": {"Deals": {"wanted": True, "values": {
            "Deal_Name": "First order: ${Company}", "Closing_Date": "2026-12-24"}}},
    }  # fmt: skip
    batch.become("planned", *range(1, 41))
    batch.move("planning")
    expect(desk.frame.get_by_text("Looking at 40 of 60 leads …").first).to_be_visible()
    expect(desk.frame.get_by_role("progressbar")).to_have_js_property("value", 40)
    batch.plan()
    expect(desk.title("55 of 60 leads can be converted")).to_be_focused()


def test_more_than_five_hundred_begin_with_the_first(desk: Desk) -> None:
    many = tuple(str(10**9 + number) for number in range(612))
    desk.open(many)
    expect(desk.frame.get_by_role("alert").first).to_contain_text(
        "You chose 612 leads; at most 500"
    )
    desk.button("Take the first 500").click()
    desk.frame.get_by_role("radio", name="Each what fits it").check()
    desk.button("Look at 500 leads").click()
    expect(desk.frame.get_by_role("progressbar")).to_be_visible()
    [sent] = begun(desk)
    assert sent == {"leads": list(many[:500]), "choices": {"target": "by_rule"}}


def test_an_answer_that_was_lost_brings_the_same_batch(desk: Desk, batch: Batches) -> None:
    desk.site.on("POST", ROOT, Reply(502), None, say(batch.view(), 202))
    desk.open(LEADS)
    desk.button("Look at 60 leads").click()
    expect(desk.frame.get_by_text("We ask again; it is never done twice.")).to_be_visible()
    expect(desk.frame.get_by_role("progressbar")).to_be_visible()
    keys = [one.headers["Idempotency-Key"] for one in desk.site.asked("POST", ROOT)]
    assert (len(keys), len(set(keys))) == (3, 1)


def test_what_the_backend_does_not_take_is_said_at_its_place(desk: Desk) -> None:
    faults = {"choices": {"owner": ["There is no such user."]}}
    told = {"code": "invalid_input", "message": "No.", "details": {"fields": faults}}
    desk.site.on("POST", ROOT, say({"error": told}, 422))
    desk.open(LEADS)
    desk.button("Look at 60 leads").click()
    expect(desk.frame.get_by_role("alert")).to_contain_text("There is no such user.")
    expect(desk.button("Try again")).to_be_visible()


def test_few_leads_can_be_looked_at_one_by_one_and_together_again(desk: Desk) -> None:
    desk.open((LEAD, *LEADS[:2]))
    expect(desk.title("Convert 3 leads together")).to_be_visible()
    desk.button("Look at them one by one").click()
    expect(desk.frame.get_by_text("Lead 1 of 3")).to_be_visible()
    expect(desk.card("Vendor")).to_be_visible()
    desk.button("All together").click()
    expect(desk.title("Convert 3 leads together")).to_be_focused()


def test_a_single_lead_waits_for_nothing_of_many(desk: Desk) -> None:
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    with desk.page.expect_response(re.compile("/js/views/conversion.js")):
        desk.card("Vendor").locator(".card__plan").click()
    expect(desk.button("Convert")).to_be_visible()
    assert [call.path for call in desk.site.calls if "/many" in call.path] == []


def test_where_the_targets_do_not_come_few_leads_can_still_be_looked_at(desk: Desk) -> None:
    desk.site.on("GET", "/api/v1/batch-targets", refuse(503, "zoho_busy"))
    desk.open((LEAD, *LEADS[:2]))
    expect(desk.frame.get_by_role("alert")).to_contain_text("Zoho CRM is busy")
    desk.button("Look at them one by one").click()
    expect(desk.card("Vendor")).to_be_visible()


@pytest.mark.parametrize("entity", [LEADS, (LEAD,), ()], ids=["many", "one", "none"])
def test_what_was_begun_is_found_again(desk: Desk, batch: Batches, entity: Any) -> None:
    batch.plan()
    batch.become("running", *range(1, 4))
    batch.move("running")
    desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.open(entity)
    if entity == (LEAD,):
        desk.button("Have a look").click()
    expect(desk.frame.get_by_text("60 leads: Vendor")).to_be_visible()
    desk.frame.get_by_role("button", name="Go on").click()
    expect(desk.title("Converting: Vendor")).to_be_visible()
    queries = [one.query for one in desk.site.asked("GET", ROOT)]
    assert ({} if entity == LEADS else {"state": "open"}) in queries


def test_a_batch_of_somebody_else_is_not_shown_and_another_can_be_begun(
    desk: Desk, batch: Batches
) -> None:
    desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.site.on("GET", ONE, refuse(404, "not_found"))
    desk.open(LEADS)
    desk.frame.get_by_role("button", name="Go on").click()
    expect(desk.title("This conversion is no longer there")).to_be_visible()
    desk.button("Begin with something else").click()
    expect(desk.title("Convert 60 leads together")).to_be_visible()
