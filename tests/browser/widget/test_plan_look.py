"""The plan at every width, in four languages, to eyes, thumbs, keyboards and screen readers."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.widget.axe import complaints
from tests.browser.widget.conftest import Desk
from tests.browser.widget.planner import VALUES, Planner

pytestmark = pytest.mark.browser

LONG: dict[str, object] = {
    **VALUES,
    "Designation": "Leiterin des Einkaufs für Verbrauchsmaterial, Laborbedarf und Dienstleistungen",
    "Description": "قائمة الأسعار مطلوبة قبل نهاية الشهر. " * 20,
    "Website": "https://www.acme.example/" + "very-long-path/" * 8,
}


@pytest.fixture
def desk(signed_out: Desk) -> Desk:
    signed_out.sign_in()
    Planner(LONG).serve(signed_out.site)
    return signed_out


def open_plan(desk: Desk, view: str, lang: str) -> None:
    desk.open(lang=lang)
    cards = {"linked": "Vendor", "asked": "Audit", "zoho": "Contact"}
    desk.card(cards[view]).locator(".card__plan").click()
    expect(desk.frame.locator(".plan__sums")).to_be_visible()
    if view == "linked":
        desk.frame.locator(".match input").first.check()
        expect(desk.frame.locator(".compared--linked")).to_be_visible()
    if view == "asked":
        desk.frame.locator(".more > button").click()
        expect(desk.frame.locator("#value-Audits-Sites")).to_be_visible()
        desk.frame.locator("#value-Audits-Sites").fill("1.5")
        desk.frame.locator("#value-Audits-Grade_Points").focus()
    if view == "zoho":
        desk.frame.locator(".tick input").first.check()
        expect(desk.frame.locator("#value-Deals-Stage")).to_be_visible()
    expect(desk.frame.locator(".plan__state--drawing")).to_have_count(0)


@pytest.mark.parametrize(
    "look",
    [
        pytest.param({"viewport": {"width": width, "height": 800}, "color_scheme": scheme}, id=name)
        for name, width, scheme in (("400", 400, "light"), ("1200", 1200, "dark"))
    ],
)
@pytest.mark.parametrize(
    ("view", "lang"), [("linked", "ar"), ("asked", "de"), ("zoho", "vi"), ("linked", "en")]
)
def test_a_plan_fits_its_page_and_axe_finds_nothing_wrong(
    desk: Desk, view: str, lang: str, look: dict[str, Any]
) -> None:
    open_plan(desk, view, lang)
    widget = desk.page.frames[1]
    too_wide = widget.evaluate(
        """() => [...document.querySelectorAll("#app *")].filter((one) => {
            const { left, right, width } = one.getBoundingClientRect();
            return width > 1.5 && (left < -1 || right > innerWidth + 1);
        }).map((one) => one.className || one.tagName)"""
    )
    assert too_wide == []
    small = widget.evaluate(
        """() => [...document.querySelectorAll("button, select, .plan input:not([type=checkbox],"
            + "[type=radio]), .tick")].filter((one) => one.getBoundingClientRect().height < 43)
        .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert small == []
    assert complaints(desk) == []
    text = desk.frame.locator("#app").inner_text()
    assert not re.search(r"[{}]|undefined|null|\[object|NaN", text)
    desk.photograph(f"plan-{view}-{lang}-{look['viewport']['width']}")


def test_a_change_moves_nothing_that_one_looks_at(desk: Desk) -> None:
    open_plan(desk, "asked", "en")
    box = desk.frame.locator("#value-Audits-Sites")
    box.scroll_into_view_if_needed()
    place: Any = box.bounding_box()
    desk.frame.locator("#value-Audits-Sites").fill("12")
    expect(desk.frame.locator(".plan__state")).to_have_text("Up to date")
    after: Any = box.bounding_box()
    assert abs(after["y"] - place["y"]) < 2


def test_what_the_server_refuses_is_said_in_the_language_of_the_page(desk: Desk) -> None:
    desk.open(lang="de")
    desk.card("Audit").locator(".card__plan").click()
    desk.frame.locator(".more > button").click()
    name = desk.frame.locator("#value-Audits-Name")
    name.click()
    name.fill("A\x01B")
    name.press("Tab")
    expect(desk.frame.get_by_text("ein Zeichen, das man nicht sieht")).to_be_visible()
