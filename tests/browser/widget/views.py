"""The widget's main views, and how to get to each."""

import threading

from playwright.sync_api import expect

from tests.browser.widget.conftest import LATER, LEAD, OPTIONS, Desk
from tests.browser.widget.server import popup_that_posts, refuse, say


def open_view(desk: Desk, view: str, lang: str = "en") -> None:
    """Bring the widget to one of its main views."""
    if view == "loading":
        desk.site.hold("GET", OPTIONS, threading.Event(), refuse(404, "not_found"))
    if view == "failure":
        desk.site.on("GET", OPTIONS, refuse(503, "zoho_busy", Retry_After="5"))
    if view == "several":
        desk.lead("long")
    if view == "several":
        desk.one_by_one(LEAD, "2", lang=lang)
    else:
        desk.open(lang=lang)
    marks = {"loading": ".spinner", "failure": ".message", "sign-in": ".message"}
    expect(desk.frame.locator(marks.get(view, ".card")).first).to_be_visible()
    if view == "chosen":
        desk.frame.locator(".card__radio").first.check()
        desk.frame.locator(".tick input").check()
        desk.frame.locator(".losses summary").click()
        desk.frame.locator(".match input").first.check()


def sign_in(desk: Desk) -> None:
    """Through the pop-up, from a view that asks for it."""
    desk.site.on("POST", "/api/v1/sessions", say({"state": "pending"}, 202))
    session = {"type": "convert-anywhere:session", "token": "fresh", "expires_at": LATER}
    desk.site.on("GET", "/signin", popup_that_posts(session, desk.site.origin))
    desk.button("Sign in with Zoho").click()
