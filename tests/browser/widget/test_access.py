"""The widget to a screen reader, a keyboard, a thumb, and to whoever needs contrast."""

import threading

import pytest
from playwright.sync_api import expect

from tests.browser.widget.axe import complaints
from tests.browser.widget.conftest import OPTIONS, Desk, answer
from tests.browser.widget.server import refuse, say
from tests.browser.widget.views import open_view

pytestmark = pytest.mark.browser

SCHEMES = [pytest.param({"color_scheme": name}, id=name) for name in ("light", "dark")]


@pytest.mark.parametrize("look", SCHEMES)
@pytest.mark.parametrize("view", ["loading", "failure", "lead", "chosen", "several"])
def test_axe_finds_nothing_wrong(desk: Desk, view: str, look: dict[str, str]) -> None:
    open_view(desk, view)
    assert complaints(desk) == []
    desk.photograph(f"{view}-{look['color_scheme']}")


@pytest.mark.parametrize("look", SCHEMES)
@pytest.mark.parametrize("phase", ["ready", "waiting", "blocked"])
def test_axe_finds_nothing_wrong_with_the_sign_in(
    signed_out: Desk, phase: str, look: dict[str, str]
) -> None:
    desk = signed_out
    desk.site.on("POST", "/api/v1/sessions", say({"state": "pending"}, 202))
    if phase == "blocked":
        desk.context.add_init_script("window.open = () => null")
    open_view(desk, "sign-in")
    if phase != "ready":
        desk.button("Sign in with Zoho").click()
        expect(desk.frame.locator(".code__letters")).to_be_visible()
    assert complaints(desk) == []
    desk.photograph(f"sign-in-{phase}-{look['color_scheme']}")


@pytest.mark.parametrize("view", ["lead", "chosen", "failure"])
def test_axe_finds_nothing_wrong_from_right_to_left(desk: Desk, view: str) -> None:
    open_view(desk, view, "ar")
    assert complaints(desk) == []


@pytest.mark.parametrize("view", ["chosen", "failure"])
def test_what_can_be_pressed_is_large_enough_for_a_thumb(desk: Desk, view: str) -> None:
    open_view(desk, view)
    small = desk.page.frames[1].evaluate(
        """() => [...document.querySelectorAll(
            "button, a, select, summary, .tick, .match, .card__head")]
        .filter((one) => one.getBoundingClientRect().height < 44)
        .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_the_whole_way_can_be_walked_with_the_keyboard(desk: Desk) -> None:
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    keyboard, focus = desk.page.keyboard, desk.frame.locator(":focus")
    desk.page.locator("iframe").focus()
    keyboard.press("Tab")
    keyboard.press("Space")
    expect(desk.frame.get_by_role("radio", name="Contact Account Deal")).to_be_checked()
    keyboard.press("Tab")
    expect(focus).to_have_accessible_name("Show what happens Contact, Account and Deal")
    keyboard.press("Tab")
    expect(focus).to_have_attribute("name", "link-Contacts")
    keyboard.press("Space")
    expect(desk.frame.locator(".summary")).to_contain_text("Contact: use Patricia Doe")
    keyboard.press("ArrowDown")
    expect(desk.frame.locator(".summary")).to_contain_text("Contact: use P. Doe")
    keyboard.press("Shift+Tab")
    expect(focus).to_have_accessible_name("Open Patricia Doe in Zoho CRM")
    keyboard.press("Shift+Tab")
    keyboard.press("Shift+Tab")
    keyboard.press("ArrowDown")
    expect(desk.frame.get_by_role("radio", name="Vendor")).to_be_checked()
    for _ in range(9):
        keyboard.press("Tab")
        if focus.evaluate("(one) => one.tagName") == "SUMMARY":
            break
    keyboard.press("Enter")
    expect(desk.frame.locator(".losses .row").first).to_be_visible()
    keyboard.press("Tab")
    expect(focus).to_have_text("Copy as text")


def test_what_has_the_focus_can_be_seen(desk: Desk) -> None:
    open_view(desk, "chosen")
    desk.page.locator("iframe").focus()
    unseen = []
    for _ in range(30):
        desk.page.keyboard.press("Tab")
        shown = desk.page.frames[1].evaluate(
            """() => {
            const one = document.activeElement;
            if (!one || one === document.body) return null;
            const ring = (each) => each && getComputedStyle(each).outlineStyle !== "none";
            return ring(one) || ring(one.closest(".card__head, .match")) ? "" : one.outerHTML;
        }"""
        )
        if shown is None:
            break
        unseen += [shown] if shown else []
    assert unseen == []


def test_after_a_button_that_vanishes_the_keyboard_goes_on_at_the_heading(desk: Desk) -> None:
    desk.site.on("GET", OPTIONS, refuse(503, "zoho_busy"), say(answer("supplier")))
    desk.open()
    desk.button("Try again").press("Enter")
    expect(desk.title("Pat Doe")).to_be_focused()


def test_opening_the_widget_takes_the_focus_from_nobody(desk: Desk) -> None:
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    assert desk.page.evaluate("document.activeElement.tagName") == "BODY"


def test_a_screen_reader_hears_what_is_going_on(desk: Desk) -> None:
    go_on = threading.Event()
    desk.site.hold("GET", OPTIONS, go_on, say(answer("supplier")))
    desk.open()
    status = desk.frame.get_by_role("status").first
    expect(status).to_have_text("Reading the lead and looking for duplicates …")
    go_on.set()
    expect(status).to_have_text("Pat Doe: 3 choices are possible.")
