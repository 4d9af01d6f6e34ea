"""How fast the first choices can be there: what travels, and in what order."""

import re
import threading
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.widget.conftest import Desk
from tests.browser.widget.server import ROOT

pytestmark = pytest.mark.browser


def test_words_configuration_and_sdk_travel_at_the_same_time(desk: Desk) -> None:
    """Each of the two is answered only once the other has been asked for."""
    asked = {"words": threading.Event(), "sdk": threading.Event()}
    site_answer, crm_answer = desk.site.answer, desk.crm.answer

    def words(call: Any) -> Any:
        if call.path.startswith("/app/translations/"):
            asked["words"].set()
            assert asked["sdk"].wait(5)
        return site_answer(call)

    def sdk(call: Any) -> Any:
        if call.path == "/sdk.js":
            asked["sdk"].set()
            assert asked["words"].wait(5)
        return crm_answer(call)

    desk.site.answer, desk.crm.answer = words, sdk  # type: ignore[method-assign]
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()


def test_no_module_has_to_be_discovered_by_another(desk: Desk) -> None:
    """All that the page loads by itself is named in its HTML, so it comes in one round trip."""
    html = (ROOT / "app/widget.html").read_text()
    named = set(re.findall(r'(?:href|src)="([^"]+)"', html))
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    loaded = {call.path.removeprefix("/app/") for call in desk.site.calls if "/app/" in call.path}
    loaded -= {"widget.html", "translations/en.json"}
    assert loaded <= named
    assert {name for name in named if name.endswith(".js")} <= loaded
