"""A conversion that is watched, answered, taken back, and found again later."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.widget.axe import complaints
from tests.browser.widget.conftest import LEAD, Desk
from tests.browser.widget.conversions import (
    BEFORE,
    DONE,
    ONE,
    REFUSED,
    SIGN_IN,
    START,
    VENDOR,
    WHICH,
    conversion,
    convert,
    known,
    panel,
    said,
    title,
)
from tests.browser.widget.planner import AT
from tests.browser.widget.server import refuse, say, tell
from tests.browser.widget.test_plan import open_plan
from tests.browser.widget.views import sign_in

pytestmark = pytest.mark.browser


def test_what_somebody_else_has_done_is_not_offered_to_be_undone(desk: Desk) -> None:
    theirs = {"conversions": [conversion("done", records=[VENDOR], yours=False)]}
    desk.site.on("GET", "/api/v1/conversions", say(theirs))
    desk.open(LEAD)
    expect(title(desk)).to_have_text("Converted: Vendor")
    expect(panel(desk)).to_contain_text("Only the person who asked for this")
    expect(desk.button("Undo")).to_have_count(0)


def test_what_comes_of_it_is_told_as_it_happens(desk: Desk) -> None:
    steps = [conversion("running", steps_done=done, changed_at=f"2026-01-31T09:00:{done:02d}+00:00")
             for done in range(5)]  # fmt: skip
    desk.site.on("POST", START, said(conversion("queued", changed_at=AT)))
    desk.site.on("GET", f"{ONE}/events", tell(steps), tell([DONE]))
    open_plan(desk)
    convert(desk).click()
    expect(title(desk)).to_have_text("Converted: Vendor")
    asked = desk.site.asked("GET", f"{ONE}/events")
    assert [one.headers["Authorization"].split()[0] for one in asked] == ["Bearer", "Bearer"]
    assert desk.site.asked("GET", ONE) == []


def test_what_zoho_refuses_is_said_in_its_words_and_can_be_tried_again_or_taken_back(
    desk: Desk,
) -> None:
    known(desk, conversion("failed", steps_done=2, problem=REFUSED))
    desk.site.on("POST", f"{ONE}/retry", said(conversion("running", steps_done=2)))
    failed = conversion("failed", steps_done=3, problem=REFUSED)
    desk.site.on("GET", ONE, say(failed))
    desk.open()
    expect(title(desk)).to_have_text("It stopped: Vendor")
    expect(desk.frame.locator(".cards")).to_have_count(0)
    why = "Zoho CRM refused a step: Web Site: invalid data (INVALID_DATA)"
    expect(panel(desk)).to_contain_text(why)
    desk.button("Try again").press("Enter")
    expect(title(desk)).to_have_text("Converting: Vendor")
    expect(title(desk)).to_be_focused()
    expect(title(desk)).to_have_text("It stopped: Vendor")
    left = [{"module": "Vendors", "id": "9100", "code": "changed"}]
    undone = conversion("undone", left_alone=left)
    desk.site.on("POST", f"{ONE}/undo", said(conversion("undoing")))
    desk.site.on("GET", ONE, say(undone))
    desk.button("Undo").click()
    expect(title(desk)).to_have_text("Taken back: Vendor")
    expect(panel(desk)).to_contain_text("1 record was left alone, because somebody has changed it")
    expect(panel(desk).get_by_role("listitem")).to_have_count(1)
    desk.button("Take that back too").click()
    wishes_to_undo = [one.json for one in desk.site.once_asked("POST", f"{ONE}/undo", 2)]
    assert wishes_to_undo == [{"force": False}, {"force": True}]


def test_of_a_step_that_stayed_unclear_it_is_said_why_it_stopped(desk: Desk) -> None:
    unclear = {"code": "step_unclear", "message": "Why.", "details": {"line": 3}}
    known(desk, conversion("failed", steps_done=2, problem=unclear))
    desk.open()
    expect(title(desk)).to_have_text("It stopped: Vendor")
    expect(panel(desk)).to_contain_text("Zoho never said whether it has done a step.")
    for deed in ("Try again", "Stop here", "Undo"):
        expect(desk.button(deed)).to_be_visible()


def moved(why: str, *fields: str) -> dict[str, Any]:
    details = {"why": why, "fields": list(fields), "stamp": "2026-01-31"}
    return {"code": "lead_moved", "message": "It is another one now.", "details": details}


def test_of_a_lead_that_was_changed_in_the_middle_a_person_says_that_it_goes_on(
    desk: Desk,
) -> None:
    known(desk, conversion("waiting", question=moved("changed", "Phone", "City"), steps_done=1))
    desk.site.on("POST", f"{ONE}/resolve", said(DONE))
    desk.open()
    expect(panel(desk)).to_contain_text("Somebody has changed the lead in the middle of this")
    expect(panel(desk)).to_contain_text("Phone and City")
    desk.button("Go on as agreed").press("Enter")
    expect(title(desk)).to_have_text("Converted: Vendor")
    assert [one.json for one in desk.site.asked("POST", f"{ONE}/resolve")] == [{"record": ""}]


def test_of_a_lead_that_was_converted_in_the_middle_what_is_done_can_be_taken_back(
    desk: Desk,
) -> None:
    known(desk, conversion("waiting", question=moved("converted"), steps_done=1))
    desk.site.on("POST", f"{ONE}/cancel", said(conversion("cancelled", steps_done=1), 200))
    desk.site.on("POST", f"{ONE}/undo", said(conversion("undone")))
    desk.open()
    expect(panel(desk)).to_contain_text("was converted in Zoho CRM in the middle of this")
    desk.button("Undo").press("Enter")
    expect(title(desk)).to_have_text("Taken back: Vendor")
    assert [one.json for one in desk.site.asked("POST", f"{ONE}/undo")] == [{"force": False}]


def test_where_several_records_may_be_the_one_a_person_says_which(desk: Desk) -> None:
    known(desk, conversion("waiting", question=WHICH, steps_done=1))
    desk.site.on("POST", f"{ONE}/resolve", refuse(409, "wrong_state"), said(DONE))
    waiting = conversion("waiting", question=WHICH, steps_done=1)
    desk.site.on("GET", ONE, say(waiting))
    desk.open()
    go = desk.button("Go on with this")
    expect(go).to_have_attribute("aria-disabled", "true")
    desk.frame.get_by_label("None of them").check()
    go.click()
    expect(panel(desk).get_by_role("alert")).to_contain_text("It has moved on meanwhile.")
    desk.frame.get_by_role("radio", name="Acme 9101").check()
    go.click()
    expect(title(desk)).to_have_text("Converted: Vendor")
    answers = [one.json for one in desk.site.asked("POST", f"{ONE}/resolve")]
    assert answers == [{"record": ""}, {"record": "9101"}]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("paused", "Zoho’s API credits are used up. It goes on once"),
        ("zoho_busy", "Zoho is busy. It is tried again"),
        ("put_off", "Zoho has taken this on and does it later."),
        ("no_answer", "Zoho has not said whether it has done a step."),
    ],
    ids=["credits", "busy", "put off", "no answer"],
)
def test_one_that_is_held_up_says_why_until_it_goes_on(desk: Desk, code: str, words: str) -> None:
    why = {"code": code, "message": "Why.", "details": {}}
    known(desk, conversion("running", steps_done=2, problem=why))
    desk.open()
    expect(title(desk)).to_have_text("Converting: Vendor")
    expect(panel(desk)).to_contain_text(words)
    expect(panel(desk).get_by_role("status")).to_contain_text(words)
    expect(desk.button("Stop here")).to_be_visible()
    desk.site.on("GET", ONE, say(conversion("running", steps_done=3)))
    expect(panel(desk)).to_contain_text("You may close this window")
    expect(panel(desk)).not_to_contain_text(words)
    expect(desk.button("Stop here")).not_to_be_visible()


def test_who_has_to_sign_in_signs_in_and_it_goes_on(desk: Desk) -> None:
    known(desk, conversion("waiting", question=SIGN_IN))
    desk.site.on("POST", f"{ONE}/resolve", said(conversion("running")))
    desk.site.on("GET", ONE, say(DONE))
    desk.open()
    expect(panel(desk)).to_contain_text("Sign in again, and it goes on by itself.")
    desk.button("Sign in with Zoho").click()
    expect(desk.title("Zoho has ended your consent")).to_be_visible()
    known(desk, conversion("running"))
    sign_in(desk)
    expect(title(desk)).to_have_text("Converted: Vendor")
    [answer] = desk.site.asked("POST", f"{ONE}/resolve")
    assert answer.headers["Authorization"] == "Bearer fresh"


def test_whoever_looks_at_what_waits_for_another_is_told_who_has_to_sign_in(desk: Desk) -> None:
    person = {"person": {"id": "77", "name": "Rita Rep"}}
    known(desk, conversion("waiting", question={**SIGN_IN, "details": person}))
    desk.open()
    expect(title(desk)).to_have_text("It waits for Rita Rep: Vendor")
    expect(panel(desk)).to_contain_text("Once Rita Rep signs in here again, it goes on by itself.")
    expect(desk.button("Sign in with Zoho")).to_have_count(0)
    expect(desk.button("Stop here")).to_be_visible()


def test_whoever_is_asked_to_sign_in_themselves_can(desk: Desk) -> None:
    me = {"person": {"id": "3652397000000186017", "name": "Sam Owner"}}
    known(desk, conversion("waiting", question={**SIGN_IN, "details": me}))
    desk.open()
    expect(desk.button("Sign in with Zoho")).to_be_visible()


LEFT = [
    {"module": "Contacts", "id": "9101", "code": "added", "added": {"Notes": 2, "Tasks": 1}},
    {"module": "Accounts", "id": "9102", "code": "needed"},
    {"module": "Campaigns", "id": "9103", "code": "membership_changed"},
]


def test_what_was_left_alone_since_somebody_has_added_to_it_says_what(desk: Desk) -> None:
    known(desk, conversion("undone", left_alone=LEFT))
    desk.open()
    said_there = panel(desk).locator(".remark")
    expect(said_there).to_have_text([
        "Left alone, because somebody has added to it since: Notes (2) and Tasks (1).",
        "Left alone, because something that stays hangs on it.",
        "The membership of a campaign was left alone, because somebody has changed it since.",
    ])  # fmt: skip
    expect(panel(desk).get_by_role("listitem")).to_have_count(3)
    expect(desk.button("Take that back too")).to_be_visible()


def test_of_what_nobody_can_insist_on_it_is_only_tried_again(desk: Desk) -> None:
    left = [{"module": "Leads", "id": LEAD, "code": "converted"}]
    known(desk, conversion("undone", left_alone=left))
    desk.site.on("POST", f"{ONE}/undo", said(conversion("undone", left_alone=left)))
    desk.open()
    expect(panel(desk)).to_contain_text("the lead was converted in Zoho since")
    desk.button("Undo").click()
    assert [one.json for one in desk.site.once_asked("POST", f"{ONE}/undo", 1)] == [
        {"force": False}
    ]


def test_of_one_that_was_stopped_it_is_shown_what_was_made_and_what_may_still_come(
    desk: Desk,
) -> None:
    coming = {"code": "put_off", "message": "Why.", "details": {}}
    known(desk, conversion("cancelled", steps_done=1, records=[VENDOR], problem=coming))
    desk.open()
    expect(panel(desk)).to_contain_text(
        "We send nothing more. What Zoho has taken on it may still do"
    )
    expect(panel(desk).get_by_role("listitem")).to_have_count(1)


def test_a_conversion_that_is_over_stands_above_the_choices(desk: Desk) -> None:
    known(desk, {**DONE, "changed_at": BEFORE})
    desk.open(deaf=["UI"], refused=["UI"])
    expect(desk.card("Vendor")).to_be_visible()
    expect(title(desk)).to_have_text("Converted: Vendor")
    expect(desk.button("What can the lead become now?")).to_have_count(0)
    expect(desk.frame.locator(":focus")).to_have_count(0)


def test_where_zoho_crm_does_not_open_a_record_a_plain_link_does(desk: Desk) -> None:
    known(desk, DONE)
    desk.open(refused=["UI"])
    panel(desk).get_by_role("button", name="Open Vendor").click()
    link = panel(desk).get_by_role("link")
    expect(link).to_have_attribute("href", f"{desk.crm.origin}/crm/org40045611/tab/Vendors/9100")


VIEWS = {
    "running": conversion("running", steps_done=3),
    "done": DONE,
    "failed": conversion("failed", steps_done=2, problem=REFUSED),
    "waiting": conversion("waiting", question=WHICH, steps_done=1),
    "undone": conversion(
        "undone", left_alone=[{"module": "Vendors", "id": "9100", "code": "changed"}]
    ),
}


@pytest.mark.parametrize(
    ("view", "lang", "width", "scheme"),
    [
        ("running", "ar", 400, "light"), ("done", "de", 400, "dark"),
        ("failed", "vi", 1200, "light"), ("waiting", "ar", 1200, "dark"),
        ("undone", "de", 400, "light"), ("plan", "ar", 400, "dark"), ("plan", "en", 1200, "light"),
    ],
)  # fmt: skip
def test_it_fits_its_page_in_every_language_and_axe_finds_nothing_wrong(
    desk: Desk, view: str, lang: str, width: int, scheme: Any
) -> None:
    desk.page.set_viewport_size({"width": width, "height": 800})
    desk.page.emulate_media(color_scheme=scheme)
    if view == "plan":
        open_plan(desk, "Contact", lang)
        expect(desk.frame.locator(".plan__state--current")).to_be_visible()
    else:
        known(desk, VIEWS[view])
        desk.site.on("GET", ONE, say(VIEWS[view]))
        desk.open(lang=lang)
        expect(panel(desk)).to_be_visible()
    widget = desk.page.frames[1]
    wide = widget.evaluate("document.documentElement.scrollWidth > innerWidth")
    small = widget.evaluate(
        """() => [...document.querySelectorAll("button, .tick, a.button")]
            .filter((one) => one.getBoundingClientRect().height < 43).map((one) => one.outerHTML)"""
    )
    assert (wide, small, complaints(desk)) == (False, [], [])
    text = desk.frame.locator("#app").inner_text()
    assert not re.search(r"[{}]|undefined|null|\[object|NaN|\b\w+\.\w+_\w+", text)
    desk.photograph(f"conversion-{view}-{lang}-{width}")
