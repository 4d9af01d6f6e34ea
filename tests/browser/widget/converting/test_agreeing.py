"""A plan that is agreed to: sent once, whatever becomes of the answer."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.widget.conftest import OPTIONS, Desk
from tests.browser.widget.conversions import (
    CHANGED,
    DONE,
    ONE,
    REFUSED,
    START,
    WHICH,
    conversion,
    convert,
    known,
    panel,
    read_again,
    said,
    title,
)
from tests.browser.widget.planner import PLAN, VALUES, Planner
from tests.browser.widget.server import Reply, refuse, say
from tests.browser.widget.test_plan import last_wish, open_plan, row
from tests.browser.widget.views import sign_in

pytestmark = pytest.mark.browser


def test_what_will_happen_is_said_before_the_click_and_carried_out_once(
    desk: Desk, planner: Planner
) -> None:
    desk.site.on("POST", START, said(conversion("queued")))
    running = conversion("running", steps_done=3)
    desk.site.on("GET", ONE, say(running), say(running), say(DONE))
    open_plan(desk)
    desk.button("Go to Convert").press("Enter")
    expect(convert(desk)).to_be_focused()
    expect(convert(desk)).to_have_accessible_description(
        "Creates Vendor. Carries 3 lists. The lead stays as it is. "
        "5 values fit no field and are kept in a note."
    )
    convert(desk).dblclick()
    expect(title(desk)).to_have_text("About to convert: Vendor")
    expect(title(desk)).to_be_focused()
    expect(desk.frame.locator(".plan, .cards")).to_have_count(0)
    expect(panel(desk).get_by_text("3 of 7 steps done.").last).to_be_visible()
    expect(panel(desk).get_by_role("progressbar")).to_have_js_property("value", 3)
    expect(title(desk)).to_have_text("Converted: Vendor")
    panel(desk).get_by_text("5 values found no field and are in a note").click()
    expect(panel(desk).get_by_text("No field takes it.").first).to_be_visible()
    panel(desk).get_by_role("button", name="Open Vendor").click()
    assert desk.opened()["RecordID"] == "9100"
    expect(panel(desk).get_by_role("link")).to_have_count(0)
    [start] = desk.site.asked("POST", START)
    plan = desk.site.asked("POST", PLAN)[-1]
    assert start.json["choices"] == plan.json
    assert re.fullmatch(r"[0-9a-f]{64}", start.json["digest"])
    assert re.fullmatch(r"[0-9a-f]{32}", start.headers["Idempotency-Key"])
    read_again(desk, planner)
    desk.button("What can the lead become now?").click()
    expect(desk.card("Vendor")).to_be_visible()
    assert len(desk.site.asked("GET", OPTIONS)) == 2


def test_an_answer_that_was_lost_is_asked_for_with_the_same_key(desk: Desk) -> None:
    desk.site.on("POST", START, Reply(502), Reply(504), said(conversion("running")))
    desk.site.on("GET", ONE, Reply(502), say(DONE))
    open_plan(desk)
    convert(desk).click()
    expect(desk.frame.get_by_text("We ask again; it is never done twice.")).to_be_visible()
    expect(title(desk)).to_have_text("Converting: Vendor")
    keys = {one.headers["Idempotency-Key"] for one in desk.site.asked("POST", START)}
    assert len(keys) == 1
    expect(title(desk)).to_have_text("Converted: Vendor")


def test_a_session_that_ends_at_the_click_keeps_the_key_and_the_next_yes_has_another(
    desk: Desk, planner: Planner
) -> None:
    over, started = refuse(401, "session_over"), said(conversion("running"))
    desk.site.on("POST", START, over, refuse(503, "zoho_busy"), started)
    desk.site.on("GET", ONE, say(conversion("undone")))
    open_plan(desk)
    convert(desk).click()
    expect(desk.title("Please sign in again")).to_be_visible()
    sign_in(desk)
    convert(desk).click()
    expect(desk.frame.get_by_role("alert")).to_contain_text("Nothing was changed in Zoho CRM.")
    desk.button("Try again").click()
    expect(title(desk)).to_have_text("Taken back: Vendor")
    read_again(desk, planner)
    desk.button("What can the lead become now?").click()
    desk.card("Vendor").locator(".card__plan").click()
    convert(desk).click()
    expect(title(desk)).to_be_visible()
    keys = [one.headers["Idempotency-Key"] for one in desk.site.once_asked("POST", START, 4)]
    assert len(keys) == 4
    assert (len(set(keys[:3])), keys[3] in keys[:3]) == (1, False)


def test_another_plan_is_shown_and_what_was_typed_is_kept(desk: Desk, planner: Planner) -> None:
    open_plan(desk)
    desk.button("Change Vendor Name").click()
    desk.frame.get_by_label("Vendor Name required").fill("Acme of the North")
    expect(row(desk, "Vendor Name")).to_contain_text("Typed in")
    typed = last_wish(desk)
    changed = Planner({**VALUES, "Phone": "555 0777"})
    changed.serve(desk.site)
    new = changed.drawn(typed)
    told = {"code": "plan_changed", "message": "Look again.", "details": {"plan": new}}
    desk.site.on("POST", START, say({"error": told}, 409), said(conversion("queued")))
    desk.site.on("GET", ONE, say(DONE))
    convert(desk).click()
    alert = desk.frame.get_by_role("alert")
    expect(alert).to_contain_text("The lead has changed since you looked")
    expect(row(desk, "Phone")).to_contain_text("555 0777")
    expect(desk.frame.get_by_label("Vendor Name required")).to_have_value("Acme of the North")
    desk.button("Look at the new plan").click()
    expect(desk.frame.locator("#plan-title")).to_be_focused()
    expect(alert).to_be_empty()
    convert(desk).click()
    expect(title(desk)).to_be_visible()
    first, second = desk.site.once_asked("POST", START, 2)
    assert second.json["digest"] == new["digest"] != first.json["digest"]
    assert first.headers["Idempotency-Key"] != second.headers["Idempotency-Key"]
    assert second.json["choices"]["records"]["Vendors"]["values"]["Vendor_Name"].endswith("North")


def test_what_stands_in_the_way_is_said_and_nothing_is_sent(desk: Desk) -> None:
    open_plan(desk, "Audit")
    expect(convert(desk)).to_have_attribute("aria-disabled", "true")
    expect(convert(desk)).to_have_accessible_description(re.compile("Kind must be filled."))
    convert(desk).press("Enter")
    desk.button("Back to the choices").click()
    desk.card("Contact").locator(".card__plan").click()
    expect(convert(desk)).to_have_accessible_description(
        re.compile("Zoho CRM marks the lead as converted.*own conversion cannot be undone")
    )
    assert desk.site.asked("POST", START) == []


def test_of_one_that_had_stopped_before_the_answer_makes_nothing_new(desk: Desk) -> None:
    then = {"state": "failed", "problem": REFUSED}
    question = {**WHICH, "details": {**WHICH["details"], "then": then}}
    known(desk, conversion("waiting", question=question, steps_done=1))
    failed = conversion("failed", steps_done=1, problem=REFUSED)
    desk.site.on("POST", f"{ONE}/resolve", said(failed))
    desk.open()
    expect(desk.frame.get_by_text("create it now")).to_have_count(0)
    desk.frame.get_by_label("None of them").check()
    desk.button("Go on").click()
    expect(title(desk)).to_have_text("It stopped: Vendor")
    expect(desk.button("Undo")).to_be_visible()


def test_a_lead_that_was_changed_gets_a_new_plan(desk: Desk, planner: Planner) -> None:
    known(desk, conversion("waiting", question=CHANGED))
    desk.site.on("POST", f"{ONE}/cancel", say(conversion("cancelled")))
    desk.open()
    expect(panel(desk)).to_be_visible()
    known(desk, conversion("cancelled"))
    read_again(desk, planner)
    desk.button("Look at the new plan").click()
    expect(desk.frame.get_by_role("heading", name="What happens: Vendor")).to_be_visible()
