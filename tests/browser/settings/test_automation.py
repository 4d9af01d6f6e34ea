"""What happens by itself, as an administrator sees and changes it on the page."""

import pytest
from playwright.sync_api import expect

from extension.web.automation_schemas import AutomationView
from tests.browser.settings.conftest import AUTOMATION, Desk, answer
from tests.browser.widget.server import say

pytestmark = pytest.mark.browser
LINT = f"{AUTOMATION}/lint"


@pytest.fixture
def page(desk: Desk) -> Desk:
    """The part of the page, with what is saved in it."""
    desk.open("/automation")
    expect(desk.page.locator(".auto-rule")).to_have_count(2)
    return desk


def saved(**changes: object) -> dict[str, object]:
    """What is saved, without what is wrong with it."""
    whole = answer("automation")
    return {**whole, "findings": [], "automation": {**whole["automation"], **changes}}


def test_the_answer_kept_as_a_file_fits_the_schema_of_the_api() -> None:
    assert AutomationView().validate(answer("automation")) == {}


def test_findings_stand_at_the_rule_and_at_the_field_they_speak_of(page: Desk) -> None:
    rules = page.page.locator(".auto-rule")
    expect(rules.nth(0).locator(".finding")).to_have_count(0)
    expect(rules.nth(1)).to_contain_text("There is no target gone.")
    expect(page.page.get_by_text("Company cannot hold this")).to_be_visible()
    expect(page.button("Save")).to_be_disabled()


@pytest.mark.parametrize(
    ("lang", "said"),
    [("de", "Es gibt kein Ziel gone."), ("vi", "Không có đích gone."), ("ar", "لا يوجد هدف")],
)
def test_they_are_said_in_the_language_of_the_page(desk: Desk, lang: str, said: str) -> None:
    desk.open("/automation", lang)
    expect(desk.page.locator(".auto-rule").nth(1)).to_contain_text(said)


def test_what_is_changed_is_checked_and_saved_as_it_was_written(page: Desk) -> None:
    page.site.on("PUT", AUTOMATION, say(saved()))
    second = page.page.locator(".auto-rule").nth(1)
    second.get_by_label("Becomes").select_option("zoho")
    second.get_by_role("button", name="Add a condition to All others").click()
    second.get_by_label("Field of condition 1").select_option("Company")
    second.get_by_role("button", name="Move All others up").click()
    page.page.get_by_label("Number of losses").select_option(label="Not written")
    page.page.get_by_label("Automation acts as").select_option(label="Ben Boss")
    expect(page.button("Save")).to_be_enabled()
    page.button("Save").click()
    expect(page.page.get_by_text("Saved.")).to_be_visible()
    was = answer("automation")["automation"]
    others = {
        "name": "All others", "target": "zoho", "choices": {},
        "when": [{"field": "Company", "filled": True}],
    }  # fmt: skip
    wanted = {**was, "rules": [others, was["rules"][0]], "assess": {"readiness": "Description"}}
    assert page.sent("PUT", AUTOMATION) == {"version": 3, "automation": wanted, "acts_as": "2"}
    assert page.sent("POST", LINT) == {"automation": wanted}


def test_choices_that_were_made_over_the_api_stay_until_somebody_takes_them_away(
    page: Desk,
) -> None:
    first = page.page.locator(".auto-rule").first
    expect(first).to_contain_text("This rule settles besides: what goes along.")
    first.get_by_role("button", name="Take that away").click()
    expect(first.get_by_text("settles besides")).to_have_count(0)
    page.button("Discard changes").click()
    expect(first).to_contain_text("settles besides")


@pytest.mark.parametrize(
    ("button", "version"), [("Take theirs", None), ("Put mine in its place", 7)]
)
def test_where_somebody_else_was_faster_one_chooses(
    page: Desk, button: str, version: int | None
) -> None:
    error = {"code": "automation_changed", "message": "No.", "details": {"version": 7}}
    page.site.on("PUT", AUTOMATION, say({"error": error}, 409), say(saved()))
    page.page.get_by_label("Number of losses").select_option(label="Not written")
    page.page.locator(".auto-rule").nth(1).get_by_label("Becomes").select_option("zoho")
    page.button("Save").click()
    expect(page.page.get_by_role("alert")).to_contain_text("Nothing of yours was saved")
    page.site.on("GET", AUTOMATION, say({**saved(lead_in_text="Theirs"), "version": 7}))
    page.button(button).click()
    expect(page.page.get_by_text("Nothing of yours was saved")).to_have_count(0)
    marker = page.page.get_by_label("Word before the lead’s id")
    expect(marker).to_have_value("Lead" if version else "Theirs")
    if version:
        assert page.sent("PUT", AUTOMATION)["version"] == version


def test_a_draft_is_kept_while_somebody_looks_at_another_part(page: Desk) -> None:
    page.page.get_by_label("Word before the lead’s id").fill("Nr")
    page.page.get_by_role("link", name="What leads become").click()
    expect(page.page.locator(".grid--targets")).to_be_visible()
    page.page.get_by_role("link", name="What happens by itself").click()
    expect(page.page.get_by_label("Word before the lead’s id")).to_have_value("Nr")


def test_rules_are_added_moved_and_removed_with_the_keyboard_alone(page: Desk) -> None:
    keyboard, focus = page.page.keyboard, page.page.locator(":focus")
    page.button("Move All others up").focus()
    keyboard.press("Enter")
    expect(page.page.locator(".auto-rule").first).to_have_attribute("aria-label", "All others")
    page.button("Add a rule").focus()
    keyboard.press("Enter")
    expect(focus).to_have_accessible_name("Name of the rule")
    expect(focus).to_have_value("Rule 3")
    page.button("Remove Rule 3").focus()
    keyboard.press("Enter")
    expect(page.page.get_by_role("heading", name="What a lead becomes")).to_be_focused()
