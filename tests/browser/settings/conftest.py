"""The administrators' page in a tab of its own, with an API that says what a test wants."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, expect

from tests.browser.pictures import take
from tests.browser.widget.server import ROOT, Call, Reply, WidgetSite, say

ANSWERS = Path(__file__).parent / "answers"
OUTPUT = ROOT / "tests" / "output" / "settings"
API = "/api/v1"
TARGETS = f"{API}/targets"
LINT = f"{TARGETS}/lint"
PREVIEW = f"{TARGETS}/preview"
FILE = f"{TARGETS}/file"
PROVISION = f"{API}/provision"
DELIVERIES = f"{API}/deliveries"
REMOVAL = f"{PROVISION}/removal"
AUTOMATION = f"{API}/automation"
LATER = "2030-01-01T00:00:00+00:00"


def answer(name: str) -> dict[str, Any]:
    """One of the API's answers that are kept as files."""
    found: dict[str, Any] = json.loads((ANSWERS / f"{name}.json").read_text())
    return found


def changed(version: int, **labels: str) -> dict[str, Any]:
    """What is saved, as somebody else has left it: other labels for some targets."""
    one = answer("targets")
    for target in one["targets"]:
        target["label"] = labels.get(target["key"], target["label"])
    return {**one, "version": version, "changed_by": {"id": "2", "name": "Ben Boss"}}


class Desk:
    """The page, and everything around it that a test may order."""

    def __init__(self, context: BrowserContext, site: WidgetSite) -> None:
        self.context = context
        self.site = site
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or message.type == "warning":
            self.complaints.append(message.text)

    def sign_in(self) -> None:
        """The browser already holds a session."""
        kept = {"backend": self.site.origin, "token": "a-token-of-ours", "expires_at": LATER}
        origin, text = json.dumps(self.site.origin), json.dumps(json.dumps(kept))
        self.context.add_init_script(f"""if (location.origin === {origin})
            sessionStorage.setItem("convert-anywhere.session", {text});""")

    def open(self, target: str = "", lang: str = "en") -> None:
        at = f"#{target}" if target else ""
        self.page.goto(f"{self.site.origin}/app/settings.html?lang={lang}{at}")

    def target(self, key: str = "supplier", lang: str = "en") -> None:
        """Open the page at one target."""
        self.open(key, lang)
        expect(self.page.locator(".grid--mapping").first).to_be_visible()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def row(self, field: str, record: str = "vendor", target: str = "supplier") -> Locator:
        """The row of a rule."""
        return self.page.locator(f"[id='t-{target}-r-{record}-f-{field}']")

    def settled(self) -> None:
        """What was changed last has been checked."""
        expect(self.page.get_by_text("Checking …")).to_have_count(0)

    def sent(self, method: str, path: str) -> Any:
        """The last body that was sent there."""
        return self.site.asked(method, path)[-1].json

    def photograph(self, name: str) -> None:
        """Keep a picture of the whole page, for people to look at."""
        OUTPUT.mkdir(parents=True, exist_ok=True)
        size = self.page.viewport_size or {"width": 1200, "height": 800}
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": height})
        take(self.page, OUTPUT / f"{name}.png")
        self.page.set_viewport_size(size)


def _provision(call: Call) -> Reply:
    return say(answer("setup_rule" if call.query else "setup"))


def _fields(call: Call) -> Reply:
    return say(answer(call.query["module"].lower()))


@pytest.fixture
def site() -> Iterator[WidgetSite]:
    served = WidgetSite()
    served.sdk = f"{served.origin}/sdk.js"
    served.on("GET", f"{API}/me", say(answer("me")))
    served.on("GET", TARGETS, say(answer("targets")))
    served.on("POST", LINT, say({"findings": []}))
    served.on("POST", PREVIEW, say(answer("plan")))
    served.on("GET", f"{TARGETS}/suggestion", say(answer("suggestion")))
    served.on("GET", f"{TARGETS}/profiles", say(answer("profiles")))
    served.on("GET", f"{API}/records/search", say({"records": [{"id": "77", "name": "Pat Doe"}]}))
    served.replies["GET", f"{TARGETS}/fields"] = _fields
    served.replies["GET", PROVISION] = _provision
    people = [{"id": "1", "name": "Ada Admin"}, {"id": "3", "name": "Rae Rep"}]
    served.on("GET", f"{API}/users", say({"users": people}))
    served.on("GET", f"{API}/doctor", say(answer("doctor")))
    served.on("GET", DELIVERIES, say(answer("deliveries")))
    served.on("GET", AUTOMATION, say(answer("automation")))
    served.on("POST", f"{AUTOMATION}/lint", say({"findings": []}))
    yield served
    served.close()


@pytest.fixture
def look() -> dict[str, Any]:
    """How the browser is set; a test may override it."""
    return {}


@pytest.fixture
def signed_out(browser: Browser, site: WidgetSite, look: dict[str, Any]) -> Iterator[Desk]:
    """A desk at which nobody has signed in yet."""
    size = {"width": 1200, "height": 800}
    context = browser.new_context(**{"viewport": size, "locale": "en-US", **look})
    context.set_default_timeout(5_000)
    desk = Desk(context, site)
    yield desk
    context.close()
    assert not desk.complaints


@pytest.fixture
def desk(signed_out: Desk) -> Desk:
    """A desk at which an administrator has signed in."""
    signed_out.sign_in()
    return signed_out
