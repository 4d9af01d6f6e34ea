"""What the widget looks like, at every width and in four languages."""

import json
import threading
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE
from tests.browser.widget.conftest import OPTIONS, Desk, answer
from tests.browser.widget.server import APP, Reply, say
from tests.browser.widget.views import open_view

pytestmark = pytest.mark.browser

LANGUAGES = ["en", "de", "vi", "ar"]
WIDTHS = [400, 1200]
# Each view in each language and at each width, and each language at each width, though not all
# three together.
LOOKS = [
    pytest.param(
        view, lang, {"viewport": {"width": width, "height": 800}}, id=f"{view}-{lang}-{width}"
    )
    for at, view in enumerate(["chosen", "several", "failure"])
    for of, lang in enumerate(LANGUAGES)
    for width in WIDTHS[(at + of) % 2 :: 2]
]


@pytest.mark.parametrize(("view", "lang", "look"), LOOKS)
def test_nothing_is_wider_than_the_page(desk: Desk, view: str, lang: str) -> None:
    open_view(desk, view, lang)
    widget = desk.page.frames[1]
    too_wide = widget.evaluate(
        """() => [...document.querySelectorAll("#app *")].filter((one) => {
            const { left, right, width } = one.getBoundingClientRect();
            return width > 1.5 && (left < -1 || right > innerWidth + 1);
        }).map((one) => one.className || one.tagName)"""
    )
    assert too_wide == []
    assert widget.evaluate("document.documentElement.scrollWidth <= innerWidth")
    size: Any = desk.page.viewport_size
    desk.photograph(f"{view}-{lang}-{size['width']}")


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("en", ["What should this lead become?", "2 possible", "Jan 10, 2026"]),
        ("de", ["Was soll aus diesem Lead werden?", "mögliche Dubletten", "10.01.2026"]),
        ("vi", ["Chuyển khách hàng tiềm năng này thành gì?", "bản ghi có thể trùng", "10 thg 1"]),
        ("ar", ["إلى ماذا تريد تحويل هذا العميل المحتمل؟", "سجلات مكررة محتملة", "2026"]),
    ],
)
def test_words_plurals_and_dates_are_those_of_the_language(
    desk: Desk, lang: str, says: list[str]
) -> None:
    desk.open(lang=lang)
    expect(desk.card("Contact")).to_be_visible()
    text = desk.frame.locator("#app").inner_text()
    if lang == "en":
        says[1] = "3 possible duplicates"
    for part in says[:2]:
        assert part in text
    western = text.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789"))
    assert says[2] in western
    root = desk.frame.locator("html")
    expect(root).to_have_attribute("dir", "rtl" if lang == "ar" else "ltr")
    expect(root).to_have_attribute("lang", lang)


def test_no_text_of_the_widget_stays_untranslated(desk: Desk) -> None:
    open_view(desk, "chosen", "ar")
    text = desk.frame.locator("#app").inner_text()
    keys = json.loads((APP / "translations/en.json").read_text())
    assert [key for key in keys if key in text] == []
    assert "{" not in text
    assert "undefined" not in text


@pytest.mark.parametrize("look", [{"locale": "vi-VN"}])
def test_without_a_wish_the_browsers_language_is_spoken(desk: Desk) -> None:
    desk.open(lang=None)
    expect(desk.frame.get_by_text("Chuyển khách hàng tiềm năng này thành gì?")).to_be_visible()


@pytest.mark.parametrize("look", [{"locale": "ja-JP"}])
def test_a_language_that_we_do_not_speak_becomes_english(desk: Desk) -> None:
    desk.open(lang=None)
    expect(desk.frame.get_by_text("What should this lead become?")).to_be_visible()


def test_the_language_of_the_crm_wins_over_the_browsers_and_is_remembered(desk: Desk) -> None:
    user = {"users": [{"id": "1", "full_name": "Sam Owner", "language": "de_DE"}]}
    desk.open(lang=None, user=user)
    expect(desk.frame.get_by_text("Was soll aus diesem Lead werden?")).to_be_visible()
    desk.open(lang=None, deaf=["CONFIG"])
    expect(desk.frame.get_by_text("Was soll aus diesem Lead werden?")).to_be_visible()


def test_words_that_come_late_do_not_replace_better_ones(desk: Desk) -> None:
    english = Reply(200, (APP / "translations/en.json").read_bytes())
    go_on = threading.Event()
    desk.site.hold("GET", "/app/translations/en.json", go_on, english)
    # On a slow machine it is answered before it is let go: that is heard, too.
    with desk.page.expect_response("**/translations/en.json", timeout=2 * PATIENCE):
        desk.open(lang=None, user={"users": [{"id": "1", "language": "de_DE"}]})
        expect(desk.frame.get_by_text("Was soll aus diesem Lead werden?")).to_be_visible()
        go_on.set()
    desk.button("Neu lesen").click()
    expect(desk.frame.get_by_text("Was soll aus diesem Lead werden?")).to_be_visible()


def test_waiting_looks_about_as_tall_as_what_is_waited_for(desk: Desk) -> None:
    go_on = threading.Event()
    desk.site.hold("GET", OPTIONS, go_on, say(answer("supplier")))
    desk.open()
    expect(desk.frame.locator(".spinner")).to_be_visible()
    first = desk.frame.locator(".ghosts .ghost").first.bounding_box()
    go_on.set()
    card = desk.card("Contact").bounding_box()
    assert first
    assert card
    assert abs(first["y"] - card["y"]) < 48
