"""How the views for many leads look in every language, width and colour scheme."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.widget.axe import complaints
from tests.browser.widget.batches import LEADS, ROOT, Batches
from tests.browser.widget.conftest import Desk
from tests.browser.widget.many.view import bring
from tests.browser.widget.server import say

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("view", "lang", "width", "scheme"),
    [
        ("begin", "ar", 400, "dark"), ("begin", "de", 1200, "light"),
        ("planning", "vi", 400, "light"),
        ("planned", "ar", 400, "light"), ("planned", "en", 1200, "dark"),
        ("planned", "de", 400, "dark"), ("waiting", "ar", 1200, "light"),
        ("over", "vi", 400, "dark"), ("over", "de", 1200, "light"),
        ("undone", "ar", 400, "light"), ("undone", "en", 1200, "dark"),
        ("locked", "de", 400, "light"),
    ],
)  # fmt: skip
def test_it_fits_its_page_in_every_language_and_axe_finds_nothing_wrong(
    desk: Desk, batch: Batches, view: str, lang: str, width: int, scheme: Any
) -> None:
    desk.page.set_viewport_size({"width": width, "height": 800})
    desk.page.emulate_media(color_scheme=scheme)
    if view != "begin":
        bring(batch, view)
        desk.site.on("GET", ROOT, say({"batches": [batch.view()]}))
    desk.open(LEADS, lang=lang)
    if view == "begin":
        desk.frame.locator(".many__targets input").first.check()
        desk.frame.locator(".many__panel summary").click()
        desk.frame.locator(".many__record input").first.check()
        expect(desk.frame.locator(".many__insert").first).to_be_visible()
    else:
        desk.frame.locator(".many__open button").click()
        ready = "progress" if view == "planning" else ".ledger__row"
        expect(desk.frame.locator(ready).first).to_be_visible()
    widget = desk.page.frames[1]
    too_wide = widget.evaluate(
        """() => [...document.querySelectorAll("#app *")].filter((one) => {
            const { left, right, width } = one.getBoundingClientRect();
            return width > 1.5 && (left < -1 || right > innerWidth + 1);
        }).map((one) => one.className || one.tagName)"""
    )
    small = widget.evaluate(
        """() => [...document.querySelectorAll("button, select, .tick, a.button, summary")]
            .filter((one) => one.getBoundingClientRect().height < 43).map((one) => one.outerHTML)"""
    )
    assert (too_wide, small, complaints(desk)) == ([], [], [])
    text = desk.frame.locator("#app").inner_text()
    assert not re.search(r"[{}]|undefined|null|\[object|NaN|\b[a-z]+\.[a-z]+_\w+", text)
    desk.photograph(f"many-{view}-{lang}-{width}")
