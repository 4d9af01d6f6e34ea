"""How fast the first choices can be there: how often the widget has to wait for an answer."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from playwright.sync_api import Route, expect
from playwright.sync_api import TimeoutError as Timeout

from extension import create_app
from extension.config import Config
from tests.browser.widget.conftest import OPTIONS, Desk
from tests.browser.widget.server import HERE, Call, Reply, WidgetSite, script

pytestmark = pytest.mark.browser

WIDGET = "/app/widget.html"
SDK = "/js-sdk/1.2/ZohoEmbededAppSDK.min.js"
NAMED = re.compile(
    r'<link rel="(?:stylesheet|preload|modulepreload)" href="([^"]+)"'
    r'|<script type="module" src="([^"]+)"'
)


class Site(WidgetSite):
    """The widget as another server hosts it or, once there is an `app`, as our own does."""

    app: Flask | None = None

    def answer(self, call: Call) -> Reply | None:
        if self.app is None or not call.path.startswith("/app/"):
            return super().answer(call)
        given = self.app.test_client().get(call.path, headers=dict(call.headers))
        headers = {name: value for name, value in given.headers if name != "Content-Length"}
        return Reply(given.status_code, given.get_data(), headers)

    @property
    def named(self) -> set[str]:
        """The paths of all that the page names and loads by itself."""
        reply = self.answer(Call("GET", WIDGET, {}, {}, b""))
        assert reply
        found = (one or other for one, other in NAMED.findall(reply.body.decode()))
        return {urlsplit(name).path if "://" in name else f"/app/{name}" for name in found}

    @property
    def english(self) -> str:
        [config] = (path for path in self.named if path.endswith("/config.json"))
        return config.replace("config.json", "translations/en.json")


@pytest.fixture
def site(site: WidgetSite) -> Iterator[Site]:
    """In the place of the plain one, with what that answers."""
    here = Site()
    here.replies |= site.replies
    yield here
    here.close()


@pytest.fixture
def our_server(site: Site, desk: Desk, tmp_path: Path) -> Site:
    site.app = create_app(
        Config(
            database_url=f"sqlite:///{tmp_path}/unused.db",
            public_url=site.origin,
            secret_keys=(Fernet.generate_key().decode(),),
            zoho_client_id="1000.UNUSED",
            zoho_client_secret="unused",
            zoho_emulator_url=desk.crm.origin,
            frame_ancestors=(desk.crm.origin,),
            log_level="WARNING",
        )
    )
    return site


@pytest.fixture(autouse=True)
def sdk(site: Site, desk: Desk) -> None:
    """Where the emulator has it; it may be kept, as a version of it can be."""
    site.sdk = f"{desk.crm.origin}{SDK}"
    otherwise = desk.crm.answer

    def answer(call: Call) -> Reply | None:
        if call.path != SDK:
            return otherwise(call)
        given = script((HERE / "sdk.js").read_bytes())
        return Reply(200, given.body, {**given.headers, "Cache-Control": "max-age=300"})

    desk.crm.answer = answer  # type: ignore[method-assign]


class Waves:
    """Answers no request before all of its wave are there, and none that is in no wave.

    So a page that comes through needs no more waves than these, however long each answer takes
    and however many connections the browser opens.
    """

    def __init__(self, *waves: set[str]) -> None:
        self.to_come = list(waves)
        self.held: dict[str, Route] = {}

    def hold(self, route: Route) -> None:
        self.held[urlsplit(route.request.url).path] = route
        while self.to_come and self.to_come[0] <= self.held.keys():
            for path in self.to_come.pop(0):
                self.held.pop(path).continue_()

    def bring(self, desk: Desk) -> None:
        """Open the widget. Fails unless the choices are there after the last wave."""
        desk.context.route(f"{desk.site.origin}/**", self.hold)
        desk.context.route(desk.site.sdk, self.hold)
        try:
            desk.open()
            expect(desk.card("Vendor")).to_be_visible()
        except (AssertionError, Timeout) as error:
            raise AssertionError(str(self)) from error
        assert self.to_come == []

    def __str__(self) -> str:
        missing = self.to_come[0] - self.held.keys() if self.to_come else set()
        return f"never asked for: {sorted(missing)}; asked for besides: {sorted(self.held)}"


def test_a_first_opening_waits_three_times(our_server: Site, desk: Desk) -> None:
    """For the page, for all that it names, and for the options, with the words to show them in."""
    assert SDK in our_server.named
    Waves({WIDGET}, our_server.named, {OPTIONS, our_server.english}).bring(desk)


def test_so_it_does_where_another_server_hosts_the_files(site: Site, desk: Desk) -> None:
    assert SDK in site.named
    Waves({WIDGET}, site.named, {OPTIONS, site.english}).bring(desk)


def test_the_lead_is_asked_for_before_what_draws_it_has_come(site: Site, desk: Desk) -> None:
    drawing = {path for path in site.named if path.startswith("/app/js/views/")}
    assert drawing
    Waves({WIDGET}, site.named - drawing, {OPTIONS, site.english, *drawing}).bring(desk)


def test_a_second_opening_waits_twice(our_server: Site, desk: Desk) -> None:
    """For the page, which has not changed, and for the options."""
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    before = len(our_server.calls)
    desk.page = desk.context.new_page()
    desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    needed = {WIDGET, OPTIONS, our_server.english, *our_server.named}
    again = [call for call in our_server.calls[before:] if call.path in needed]
    assert [call.path for call in again] == [WIDGET, OPTIONS]
    assert "If-None-Match" in again[0].headers
    assert len(desk.crm.asked("GET", SDK)) == 1


def test_what_draws_plans_comes_while_the_choices_are_read(site: Site, desk: Desk) -> None:
    with desk.page.expect_response(re.compile(r"/js/views/plan\.js$")):
        desk.open()
    expect(desk.card("Vendor")).to_be_visible()
    asked = [call.path for call in site.calls]
    assert asked.index("/app/js/views/plan.js") > asked.index(OPTIONS)
    assert "/app/js/views/plan.js" not in site.named
