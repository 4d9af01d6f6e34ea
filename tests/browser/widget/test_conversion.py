"""A plan that is agreed to: sent once, watched, answered, taken back, and found again later."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.widget.axe import complaints
from tests.browser.widget.conftest import LATER, LEAD, OPTIONS, Desk
from tests.browser.widget.planner import AT, PLAN, VALUES, Planner
from tests.browser.widget.server import Reply, refuse, say, tell
from tests.browser.widget.test_plan import last_wish, open_plan, row
from tests.browser.widget.views import sign_in

pytestmark = pytest.mark.browser

START = "/api/v1/conversions"
ONE = f"{START}/abcdefghjk"
AFTER = "2026-01-31T09:00:05+00:00"
BEFORE = "2026-01-31T08:00:00+00:00"


@pytest.fixture
def planner(signed_out: Desk) -> Planner:
    one = Planner()
    one.serve(signed_out.site)
    return one


@pytest.fixture
def desk(signed_out: Desk, planner: Planner) -> Desk:
    signed_out.sign_in()
    return signed_out


def conversion(state: str, **more: Any) -> dict[str, Any]:
    """A conversion to a vendor, as the API shows it."""
    over = state in ("done", "undone")
    return {
        "id": "abcdefghjk", "lead": LEAD, "target": "Vendors", "state": state, "steps": 7,
        "steps_done": 7 if over else 0, "records": [], "lost": 5, "question": None,
        "problem": None, "left_alone": [], "yours": True, "created_at": AT, "changed_at": AFTER,
        **more,
    }  # fmt: skip


VENDOR = {"key": "Vendors", "module": "Vendors", "id": "9100"}
DONE = conversion("done", records=[VENDOR])
REFUSED = {
    "code": "step_refused",
    "message": "Zoho refused a step: invalid data.",
    "details": {
        "code": "INVALID_DATA", "message": "invalid data", "step": "Create", "line": 3,
        "label": "Web Site",
    },
}  # fmt: skip
WHICH = {
    "code": "which_record",
    "message": "Which one?",
    "details": {
        "line": 3,
        "module": "Vendors",
        "candidates": [{"id": "9100", "name": "Acme"}, {"id": "9101", "name": "Acme"}],
    },
}
SIGN_IN = {"code": "sign_in", "message": "Sign in.", "details": {}}
CHANGED = {"code": "lead_changed", "message": "It was changed.", "details": {}}


def said(found: dict[str, Any], status: int = 202) -> Reply:
    return say(found, status)


def known(desk: Desk, found: dict[str, Any]) -> None:
    """The API has this conversion of the lead already."""
    desk.site.on("GET", START, say({"conversions": [found]}))


def read_again(desk: Desk, planner: Planner) -> None:
    """From now on the lead is seen as it is after all of that."""
    desk.site.on("GET", OPTIONS, say({**planner.options(), "as_of": LATER}))


def panel(desk: Desk) -> Locator:
    return desk.frame.locator(".conversion")


def title(desk: Desk) -> Locator:
    return panel(desk).get_by_role("heading", level=2)


def convert(desk: Desk) -> Locator:
    return desk.button("Convert")


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


def test_a_lead_that_was_changed_gets_a_new_plan(desk: Desk, planner: Planner) -> None:
    known(desk, conversion("waiting", question=CHANGED))
    desk.site.on("POST", f"{ONE}/cancel", say(conversion("cancelled")))
    desk.open()
    expect(panel(desk)).to_be_visible()
    known(desk, conversion("cancelled"))
    read_again(desk, planner)
    desk.button("Look at the new plan").click()
    expect(desk.frame.get_by_role("heading", name="What happens: Vendor")).to_be_visible()


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
