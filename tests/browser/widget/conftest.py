"""The widget inside a CRM page, in a real browser, with an API that says what a test wants."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FrameLocator,
    Locator,
    expect,
)

from tests.browser.pictures import take
from tests.browser.widget.server import ROOT, CrmSite, WidgetSite, say

ANSWERS = Path(__file__).parent / "answers"
OUTPUT = ROOT / "tests" / "output" / "widget"
LEAD = "3652397000009851001"
OPTIONS = f"/api/v1/leads/{LEAD}/options"
ORG = "40045611"
TOKEN = "a-token-of-ours"
OPENED = "window.heard.some((one) => one.data?.action?.record === 'OPEN')"
LATER = "2030-01-01T00:00:00+00:00"


def answer(name: str) -> dict[str, Any]:
    """One of the API's answers that are kept as files."""
    found: dict[str, Any] = json.loads((ANSWERS / f"{name}.json").read_text())
    return found


class Desk:
    """A CRM page with the widget in it, and everything around that a test may order."""

    def __init__(self, context: BrowserContext, crm: CrmSite, site: WidgetSite) -> None:
        self.context = context
        self.crm = crm
        self.site = site
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or message.type == "warning":
            self.complaints.append(message.text)

    def lead(self, name: str = "supplier", lead: str = LEAD) -> None:
        """The API knows this lead."""
        self.site.on("GET", f"/api/v1/leads/{lead}/options", say(answer(name)))

    def sign_in(self) -> None:
        """The browser already holds a session."""
        kept = {"backend": self.site.backend or self.site.origin, "token": TOKEN}
        kept["expires_at"] = LATER
        origin, text = json.dumps(self.site.origin), json.dumps(json.dumps(kept))
        script = f"""if (location.origin === {origin} && !sessionStorage.length)
            sessionStorage.setItem("convert-anywhere.session", {text});"""
        self.context.add_init_script(script)

    def open(
        self,
        entity: object = (LEAD,),
        *,
        lang: str | None = "en",
        module: str = "Leads",
        service_origin: bool = True,
        **scenario: object,
    ) -> FrameLocator:
        """Click Convert in the CRM."""
        wishes = {"lang": lang, "serviceOrigin": self.crm.origin if service_origin else None}
        query = "&".join(f"{name}={value}" for name, value in wishes.items() if value)
        shown = list(entity) if isinstance(entity, tuple) else entity
        self.crm.scenario = {
            "widget": f"{self.site.origin}/app/widget.html?{query}",
            "widgetOrigin": self.site.origin,
            "page": {"Entity": module, "EntityId": shown, "ButtonPosition": "DetailView"},
            "org": {"org": [{"zgid": ORG, "company_name": "Northwind"}]},
            "user": {"users": [{"id": "1", "full_name": "Sam Owner"}]},
            "silent": False,
            "deaf": [],
            "refused": [],
            "clipboard": True,
            **scenario,
        }
        self.page.goto(f"{self.crm.origin}/crm")
        return self.frame

    def one_by_one(self, *leads: str, **wishes: Any) -> None:
        """Several leads of the list, which the person would rather look at one by one."""
        self.open(leads, **wishes)
        button = self.frame.locator(".many__one button")
        expect(button).to_be_visible()
        button.click()

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    def heard(self, category: str) -> list[dict[str, Any]]:
        """What the widget asked of the CRM, of one category."""
        every = self.page.evaluate("window.heard")
        return [one["data"] for one in every if one.get("data", {}).get("category") == category]

    def opened(self) -> Any:
        """The record that the CRM was told to open."""
        self.page.wait_for_function(OPENED)
        [one] = [one for one in self.heard("UI") if one["action"] == {"record": "OPEN"}]
        return one["data"]

    def title(self, text: str) -> Locator:
        return self.frame.get_by_role("heading", name=text, level=1)

    def button(self, name: str) -> Locator:
        return self.frame.get_by_role("button", name=name, exact=True)

    def card(self, name: str) -> Locator:
        return self.frame.locator(".card").filter(
            has=self.frame.locator(".card__title", has_text=name)
        )

    def photograph(self, name: str) -> None:
        """Keep a picture of the whole widget, for people to look at."""
        OUTPUT.mkdir(parents=True, exist_ok=True)
        size = self.page.viewport_size or {"width": 800, "height": 700}
        # The details beside the list scroll by themselves: make room for all of them.
        content = self.page.frames[1].evaluate(
            """() => Math.max(document.documentElement.scrollHeight,
                (document.querySelector(".sides__details")?.scrollHeight ?? 0) + 320)"""
        )
        self.page.set_viewport_size({"width": size["width"], "height": max(content, 400)})
        take(self.page, OUTPUT / f"{name}.png")
        self.page.set_viewport_size(size)


@pytest.fixture
def site() -> Iterator[WidgetSite]:
    served = WidgetSite()
    served.on("GET", "/api/v1/me", say(answer("me")))
    served.on("GET", "/api/v1/conversions", say({"conversions": []}))
    served.on("GET", "/api/v1/batches", say({"batches": []}))
    yield served
    served.close()


@pytest.fixture
def crm(site: WidgetSite) -> Iterator[CrmSite]:
    """Another port of the same host is another origin, but the same site to the browser: so the
    widget may use its storage."""
    served = CrmSite("127.0.0.1")
    site.sdk = f"{served.origin}/sdk.js"
    site.framed_by = served.origin
    yield served
    served.close()


@pytest.fixture
def look() -> dict[str, Any]:
    """How the browser is set; a test may override it."""
    return {}


@pytest.fixture
def signed_out(
    browser: Browser, site: WidgetSite, crm: CrmSite, look: dict[str, Any]
) -> Iterator[Desk]:
    """A desk at which nobody has signed in yet."""
    size = {"width": 800, "height": 700}
    context = browser.new_context(**{"viewport": size, "locale": "en-US", **look})
    context.set_default_timeout(5_000)
    desk = Desk(context, crm, site)
    yield desk
    context.close()
    assert not desk.complaints


@pytest.fixture
def desk(signed_out: Desk) -> Desk:
    """A desk at which somebody has signed in, with a lead that can become several things."""
    signed_out.sign_in()
    signed_out.lead()
    return signed_out
