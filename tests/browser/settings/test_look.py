"""What the page looks like at every width and in four languages, and to whoever cannot see it."""

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.settings.conftest import (
    AUTOMATION,
    LINT,
    PROVISION,
    TARGETS,
    Desk,
    answer,
    changed,
)
from tests.browser.widget.server import APP, ROOT, refuse, say

pytestmark = pytest.mark.browser

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
LOOKS = [
    pytest.param(lang, {"viewport": {"width": width, "height": 800}}, id=f"{lang}-{width}")
    for lang in ("en", "de", "vi", "ar")
    for width in (400, 1200)
]
FINDINGS = [
    {
        "path": "[1].records[0].fields.Phone", "severity": "error", "code": "unknown_field",
        "message": "Leads have no field Phonee.",
    },
    {
        "path": "[1].records[1].fields", "severity": "warning",
        "code": "mandatory_without_source", "message": "Something must be filled.",
    },
]  # fmt: skip


def everything(desk: Desk, lang: str = "en") -> None:
    """The editor of a target, with all its parts unfolded and a lead tried out."""
    desk.site.on("POST", LINT, say({"findings": FINDINGS}))
    desk.target(lang=lang)
    for summary in desk.page.locator(".fold summary").all():
        summary.click()
    desk.page.locator("[id='t-supplier-r-contact'] > .button").click()
    expect(desk.page.locator(".suggestion").first).to_be_visible()
    desk.page.locator("#target-label").fill("Lieferant")
    desk.page.locator("#preview-lead").fill("pat")
    desk.page.locator(".combobox__one").click()
    expect(desk.page.locator(".preview .fate--lost").first).to_be_visible()
    expect(desk.row("Phone").locator(".finding--error")).to_be_visible()


def conflict(desk: Desk, lang: str = "en") -> None:
    """Somebody else was faster, and has changed the same target."""
    desk.site.on("POST", LINT, say({"findings": []}))
    desk.target(lang=lang)
    desk.page.locator("#target-label").fill("Lieferant")
    desk.site.on("PUT", TARGETS, refuse(409, "targets_changed"))
    desk.site.on("GET", TARGETS, say(changed(2, supplier="Supplier 2", Products="Goods")))
    desk.page.locator(".bar .button--main").click()
    expect(desk.page.locator(".panel--careful")).to_be_visible()


def setup(desk: Desk, lang: str = "en") -> None:
    """Zoho CRM was set up with a rule, and has refused some of it."""
    desk.site.on("GET", PROVISION, say(answer("setup_rule")))
    desk.site.on("POST", PROVISION, say(answer("setup_done")))
    desk.open("/setup", lang)
    desk.page.locator("[aria-labelledby=zoho] .button--main").click()
    expect(desk.page.locator(".item--failed")).to_have_count(2)
    desk.page.locator(".setup__right summary").click()
    expect(desk.page.locator(".finding")).to_have_count(3)
    expect(desk.page.locator("[aria-labelledby=calls] tbody tr")).to_have_count(3)


def automation(desk: Desk, lang: str = "en") -> None:
    """What happens by itself, with findings at a rule and at a field."""
    desk.open("/automation", lang)
    expect(desk.page.locator(".auto-rule")).to_have_count(2)
    expect(desk.page.locator(".finding")).to_have_count(2)


def decided(desk: Desk, lang: str = "en") -> None:
    """All that a rule can decide, with some of it decided and something that does not fit."""
    desk.site.on("GET", AUTOMATION, say(answer("decided")))
    desk.open("/automation", lang)
    expect(desk.page.locator(".auto-rule")).to_have_count(2)
    for number, rule in enumerate(desk.page.locator(".auto-rule").all()):
        rule.locator("[aria-expanded]").click()
        expect(rule.locator(".decided__record").nth(1)).to_be_visible()
        expect(rule.locator(".decided select").nth(4 + number)).to_be_visible()
    expect(desk.page.locator(".decided .finding")).to_have_count(2)
    expect(desk.page.locator(".decided .field--wrong")).to_have_count(1)


VIEWS = {
    "decided": decided,
    "automation": automation,
    "list": Desk.open,
    "target": everything,
    "conflict": conflict,
    "setup": setup,
}


def start_anew(desk: Desk) -> None:
    """Leave the page, whatever was changed there."""
    desk.page.once("dialog", lambda dialog: dialog.accept())
    desk.page.goto("about:blank")
    desk.site.on("GET", TARGETS, say(answer("targets")))


def complaints(desk: Desk) -> list[str]:
    """What axe finds wrong, gravest first."""
    desk.page.evaluate(AXE)
    found = desk.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['impact']} {one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def too_wide(desk: Desk) -> Any:
    return desk.page.evaluate(
        """() => [...document.querySelectorAll("#app *")].filter((one) => {
            const { left, right, width } = one.getBoundingClientRect();
            if (one.closest("thead, .hidden")) return false;
            return width > 1.5 && (left < -1 || right > innerWidth + 1);
        }).map((one) => one.className || one.tagName)"""
    )


@pytest.mark.parametrize(("lang", "look"), LOOKS)
def test_every_view_fits_and_is_translated(desk: Desk, lang: str, look: dict[str, Any]) -> None:
    width = look["viewport"]["width"]
    # Every view is seen in every language and at every width, though not in each at each.
    narrow_first = lang in ("de", "ar")
    some = narrow_first == (width == 400)
    views = ("list", "conflict", "automation", "decided") if some else ("target", "setup")
    words = {
        **json.loads((APP / "translations" / "en.json").read_text()),
        **json.loads((APP / "translations" / "settings" / "en.json").read_text()),
        **json.loads((APP / "translations" / "setup" / "en.json").read_text()),
        **json.loads((APP / "translations" / "decided" / "en.json").read_text()),
    }
    for name in views:
        VIEWS[name](desk, lang=lang)
        expect(desk.page.locator("h1")).to_be_visible()
        desk.photograph(f"{name}-{lang}-{width}")
        assert too_wide(desk) == [], name
        direction = "rtl" if lang == "ar" else "ltr"
        expect(desk.page.locator("html")).to_have_attribute("dir", direction)
        text = desk.page.locator("#app").inner_text()
        assert [key for key in words if key in text] == []
        assert "{count}" not in text
        assert "undefined" not in text
        start_anew(desk)


@pytest.mark.parametrize(
    "look", [pytest.param({"color_scheme": name}, id=name) for name in ("light", "dark")]
)
def test_axe_finds_nothing_wrong(desk: Desk, look: dict[str, Any]) -> None:
    desk.open()
    expect(desk.page.locator(".grid--targets")).to_be_visible()
    assert complaints(desk) == []
    everything(desk)
    desk.settled()
    assert complaints(desk) == []
    start_anew(desk)
    conflict(desk)
    assert complaints(desk) == []
    start_anew(desk)
    setup(desk)
    assert complaints(desk) == []
    start_anew(desk)
    automation(desk)
    assert complaints(desk) == []
    start_anew(desk)
    decided(desk)
    assert complaints(desk) == []


@pytest.mark.parametrize("look", [{"viewport": {"width": 400, "height": 800}}])
def test_what_can_be_pressed_is_large_enough_for_a_thumb(desk: Desk) -> None:
    everything(desk)
    assert too_small(desk) == []
    start_anew(desk)
    setup(desk)
    assert too_small(desk) == []
    start_anew(desk)
    automation(desk)
    assert too_small(desk) == []
    start_anew(desk)
    decided(desk)
    assert too_small(desk) == []


def too_small(desk: Desk) -> Any:
    return desk.page.evaluate(
        """() => [...document.querySelectorAll("button, a, select, summary, .tick, .control")]
        .filter((one) => one.getBoundingClientRect().height < 44)
        .map((one) => one.outerHTML.slice(0, 80))"""
    )


def test_a_target_can_be_opened_changed_and_left_with_the_keyboard_alone(desk: Desk) -> None:
    desk.open()
    expect(desk.page.locator(".grid--targets")).to_be_visible()
    assert desk.page.evaluate("document.activeElement.tagName") == "BODY"
    keyboard, focus = desk.page.keyboard, desk.page.locator(":focus")
    desk.button("Change Supplier with a contact").focus()
    keyboard.press("Enter")
    expect(desk.page.get_by_role("heading", name="Supplier with a contact")).to_be_focused()
    keyboard.press("Tab")
    expect(focus).to_have_accessible_name("Name")
    keyboard.press("End")
    keyboard.type("!")
    keyboard.press("Tab")
    expect(focus).to_have_accessible_name("Remove the record: Vendor")
    keyboard.press("Tab")
    expect(focus).to_have_accessible_name("Suggest what could fill it")
    keyboard.press("Tab")
    expect(focus).to_have_accessible_name("How Vendor Name is filled")
    desk.button("All targets").focus()
    keyboard.press("Enter")
    expect(focus).to_have_attribute("id", "open-supplier")
    desk.button("Move Supplier with a contact! up").focus()
    keyboard.press("Enter")
    expect(focus).to_have_accessible_name("Move Supplier with a contact! down")
    expect(desk.page.locator(".grid--targets tbody tr").first).to_contain_text("Supplier")
