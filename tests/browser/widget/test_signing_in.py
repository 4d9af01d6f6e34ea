"""How a person signs in, and what happens when it goes wrong."""

import base64
import hashlib
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.widget.conftest import LATER, OPTIONS, ORG, Desk
from tests.browser.widget.server import Reply, popup_that_posts, refuse, say

pytestmark = pytest.mark.browser

SESSION = {"type": "convert-anywhere:session", "token": "fresh-token", "expires_at": LATER}


@pytest.fixture
def desk(signed_out: Desk) -> Desk:
    signed_out.lead()
    signed_out.site.on("POST", "/api/v1/sessions", say({"state": "pending"}, 202))
    return signed_out


def start(desk: Desk) -> Page:
    """Click the button; the pop-up that opens."""
    with desk.context.expect_page() as opened:
        desk.button("Sign in with Zoho").click()
    return opened.value


def code_of(challenge: str) -> str:
    return base64.b32encode(hashlib.sha256(challenge.encode()).digest()).decode()[:6]


def test_without_a_session_nothing_is_asked_of_the_api_but_a_sign_in_is_offered(desk: Desk) -> None:
    desk.open()
    expect(desk.title("Sign in with Zoho")).to_be_visible()
    assert desk.site.asked("GET", OPTIONS) == []


def test_the_pop_up_gets_a_challenge_our_origin_and_the_org(desk: Desk) -> None:
    desk.open()
    expect(desk.title("Sign in with Zoho")).to_be_visible()
    desk.page.wait_for_function("window.heard.some((one) => one.data?.type === 'ORG')")
    start(desk)
    [call] = desk.site.asked("GET", "/signin")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", call.query["challenge"])
    assert call.query["origin"] == desk.site.origin
    assert call.query["org"] == ORG


def test_the_session_that_the_pop_up_posts_leads_to_the_choices(desk: Desk) -> None:
    desk.site.on("GET", "/signin", popup_that_posts(SESSION, desk.site.origin))
    desk.open()
    start(desk)
    expect(desk.card("Vendor")).to_be_visible()
    [call] = desk.site.asked("GET", OPTIONS)
    assert call.headers["Authorization"] == "Bearer fresh-token"


def test_a_message_from_another_origin_signs_nobody_in(desk: Desk) -> None:
    desk.open()
    start(desk)
    [call] = desk.site.asked("GET", "/signin")
    forged = {**SESSION, "challenge": call.query["challenge"]}
    desk.page.evaluate(
        """([message, origin]) =>
        document.querySelector("iframe").contentWindow.postMessage(message, origin)""",
        [forged, desk.site.origin],
    )
    expect(desk.frame.get_by_text("Go on in the window")).to_be_visible()
    assert desk.site.asked("GET", OPTIONS) == []


def test_a_session_for_another_challenge_is_not_taken(desk: Desk) -> None:
    text = {**SESSION, "challenge": "that-of-somebody-else"}
    desk.site.on("GET", "/signin", popup_that_posts(text, desk.site.origin))
    desk.open()
    start(desk)
    expect(desk.frame.get_by_text("Go on in the window")).to_be_visible()
    assert desk.site.asked("GET", OPTIONS) == []


def test_a_widget_that_is_cut_off_from_its_pop_up_asks_the_backend(desk: Desk) -> None:
    ready = say({"state": "signed_in", "token": "polled-token", "expires_at": LATER})
    desk.site.on("POST", "/api/v1/sessions", say({"state": "pending"}, 202), ready)
    desk.page.clock.install()
    desk.open()
    start(desk)
    [opened] = desk.site.asked("GET", "/signin")
    for _ in range(2):
        with desk.page.expect_response("**/api/v1/sessions"):
            desk.page.clock.fast_forward(2_000)
    expect(desk.card("Vendor")).to_be_visible()
    first, *_ = desk.site.asked("POST", "/api/v1/sessions")
    verifier: Any = first.json
    digest = hashlib.sha256(verifier["verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == opened.query["challenge"]
    [call] = desk.site.asked("GET", OPTIONS)
    assert call.headers["Authorization"] == "Bearer polled-token"


def test_the_code_to_compare_is_that_of_the_challenge(desk: Desk) -> None:
    desk.open()
    start(desk)
    [call] = desk.site.asked("GET", "/signin")
    expect(desk.frame.locator(".code__letters")).to_have_text(code_of(call.query["challenge"]))


def test_the_secret_behind_the_challenge_is_in_no_address(desk: Desk) -> None:
    desk.site.on("POST", "/api/v1/sessions", say({"token": "polled", "expires_at": LATER}))
    desk.page.clock.install()
    desk.open()
    start(desk)
    with desk.page.expect_response("**/api/v1/sessions"):
        desk.page.clock.fast_forward(2_000)
    body: Any = desk.site.asked("POST", "/api/v1/sessions")[0].json
    assert not any(body["verifier"] in str(call.query) for call in desk.site.calls)


def test_a_closed_pop_up_can_be_opened_again_with_a_new_challenge(desk: Desk) -> None:
    desk.open()
    start(desk).close()
    expect(desk.frame.get_by_text("The window seems to be closed.")).to_be_visible()
    with desk.context.expect_page():
        desk.button("Open the window again").click()
    expect(desk.frame.get_by_text("Go on in the window")).to_be_visible()
    first, second = desk.site.asked("GET", "/signin")
    assert first.query["challenge"] != second.query["challenge"]


def test_a_blocked_pop_up_leaves_a_link_that_opens_a_tab(desk: Desk) -> None:
    desk.context.add_init_script("window.open = () => null")
    desk.site.on("GET", "/signin", popup_that_posts(SESSION, desk.site.origin))
    desk.open()
    desk.button("Sign in with Zoho").click()
    expect(desk.frame.get_by_text("Your browser has blocked the window.")).to_be_visible()
    with desk.context.expect_page():
        desk.frame.get_by_role("link", name="Sign in in a new tab").click()
    expect(desk.card("Vendor")).to_be_visible()


def test_a_person_may_change_their_mind(desk: Desk) -> None:
    desk.open()
    start(desk)
    desk.button("Cancel").click()
    expect(desk.button("Sign in with Zoho")).to_be_enabled()
    expect(desk.frame.locator(".code__letters")).to_have_count(0)


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("access_denied", "You did not agree"),
        ("wrong_org", "That is another organisation"),
        ("sign_in_expired", "The sign-in took too long"),
        ("scopes_missing", "A permission is missing"),
        ("not_installed", "Convert Anywhere is not installed here"),
        ("never_heard_of", "That did not work"),
    ],
)
@pytest.mark.parametrize("way", ["posted", "polled"])
def test_a_sign_in_that_failed_says_why_and_what_to_do(
    desk: Desk, way: str, code: str, title: str
) -> None:
    failed = {"type": "convert-anywhere:sign-in-failed", "code": code, "message": "Said so."}
    if way == "posted":
        desk.site.on("GET", "/signin", popup_that_posts(failed, desk.site.origin))
    else:
        desk.site.on("POST", "/api/v1/sessions", refuse(403, code))
    desk.page.clock.install()
    desk.open()
    start(desk)
    if way == "polled":
        desk.page.clock.fast_forward(2_000)
    expect(desk.title(title)).to_be_visible()
    ways_out = ["Sign in with Zoho", "Install"]
    found = desk.frame.locator(".message__buttons > :first-child")
    expect(found).to_have_text(ways_out[1] if code == "not_installed" else ways_out[0])


def test_after_a_refusal_the_same_button_tries_again(desk: Desk) -> None:
    failed = {"type": "convert-anywhere:sign-in-failed", "code": "access_denied"}
    desk.site.on(
        "GET",
        "/signin",
        popup_that_posts(failed, desk.site.origin),
        popup_that_posts(SESSION, desk.site.origin),
    )
    desk.open()
    start(desk)
    expect(desk.title("You did not agree")).to_be_visible()
    desk.button("Sign in with Zoho").click()
    expect(desk.card("Vendor")).to_be_visible()


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("not_signed_in", "Please sign in again"),
        ("session_over", "Please sign in again"),
        ("grant_revoked", "Zoho has ended your consent"),
    ],
)
def test_a_session_that_ends_leads_back_to_the_same_lead(desk: Desk, code: str, title: str) -> None:
    fine = desk.site.replies["GET", OPTIONS]
    desk.site.on("GET", OPTIONS, refuse(401, code))
    desk.site.on("GET", "/signin", popup_that_posts(SESSION, desk.site.origin))
    desk.sign_in()
    desk.open()
    expect(desk.title(title)).to_be_visible()
    desk.site.replies["GET", OPTIONS] = fine
    desk.button("Sign in with Zoho").click()
    expect(desk.title("Pat Doe")).to_be_visible()


def test_a_lead_that_a_session_of_another_org_cannot_find_is_no_missing_lead(desk: Desk) -> None:
    desk.site.on("GET", OPTIONS, refuse(404, "not_found"))
    desk.sign_in()
    desk.open(org={"org": [{"zgid": "999"}]})
    expect(desk.title("That is another organisation")).to_be_visible()
    expect(desk.button("Sign in with Zoho")).to_be_enabled()


def test_who_signs_out_sees_nothing_of_the_lead_any_more(desk: Desk) -> None:
    desk.site.on("DELETE", "/api/v1/sessions/current", Reply(204))
    desk.sign_in()
    desk.open()
    desk.button("Sign out").click()
    expect(desk.title("Sign in with Zoho")).to_be_visible()
    expect(desk.frame.get_by_text("Pat Doe")).to_have_count(0)
    [call] = desk.site.asked("DELETE", "/api/v1/sessions/current")
    assert call.headers["Authorization"] == "Bearer a-token-of-ours"
    assert desk.page.frames[1].evaluate("sessionStorage.length") == 0


def test_a_session_is_kept_for_the_tab(desk: Desk) -> None:
    desk.site.on("GET", "/signin", popup_that_posts(SESSION, desk.site.origin))
    desk.open()
    start(desk)
    expect(desk.card("Vendor")).to_be_visible()
    desk.page.reload()
    expect(desk.card("Vendor")).to_be_visible()
    assert len(desk.site.asked("GET", "/signin")) == 1


BLOCKED_STORAGE = """
Object.defineProperty(window, "sessionStorage", {
    get() { throw new DOMException("Access is denied for this document.", "SecurityError"); },
});
"""
"""What a browser that blocks third parties does, said aloud: not every chromium blocks them."""


def test_where_the_browser_blocks_storage_the_session_lives_in_memory(desk: Desk) -> None:
    desk.page.add_init_script(BLOCKED_STORAGE)
    desk.site.on("GET", "/signin", popup_that_posts(SESSION, desk.site.origin))
    desk.open()
    with pytest.raises(Exception, match="Access is denied"):
        desk.page.frames[1].evaluate("sessionStorage.length")
    start(desk)
    expect(desk.card("Vendor")).to_be_visible()
    desk.button("Read again").click()
    expect(desk.card("Vendor")).to_be_visible()
    assert len(desk.site.asked("GET", "/signin")) == 1


def test_a_session_is_never_sent_to_another_backend(desk: Desk) -> None:
    desk.sign_in()
    desk.site.backend = desk.site.origin.replace("127.0.0.1", "localhost")
    desk.site.allowed_origin = desk.site.origin
    desk.open()
    expect(desk.title("Sign in with Zoho")).to_be_visible()
    assert desk.site.asked("GET", OPTIONS) == []


def test_a_widget_that_zoho_hosts_talks_to_a_backend_elsewhere(desk: Desk) -> None:
    desk.site.backend = desk.site.origin.replace("127.0.0.1", "localhost")
    desk.site.allowed_origin = desk.site.origin
    desk.sign_in()
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    [call] = desk.site.asked("GET", OPTIONS)
    assert call.headers["Origin"] == desk.site.origin
