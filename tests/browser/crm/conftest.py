"""A browser, the emulator on one origin, widgets on a second, and a stranger on a third."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Frame, Page
from werkzeug.serving import make_server

from emulator import Worlds, create_emulator
from emulator.schema import User
from emulator.seeds import bare_world
from emulator.server import Quiet, server
from tests.browser.crm.widgets import widget_pages
from tests.browser.pictures import take
from tests.emulator.pages.office import Office, furnish_office

OUTPUT = Path(__file__).parents[2] / "output" / "crm"


@pytest.fixture
def office() -> Office:
    return furnish_office(bare_world())


@pytest.fixture
def worlds(office: Office) -> Worlds:
    return Worlds(office.world)


@pytest.fixture
def crm(worlds: Worlds) -> Iterator[str]:
    """The origin of the CRM."""
    with _served(server(create_emulator(worlds), "127.0.0.1", 0)) as origin:
        yield origin


@pytest.fixture
def elsewhere(crm: str) -> Iterator[str]:
    """The origin of the widgets: another one, or a wrong serviceOrigin would go unnoticed."""
    with _served(_plain(widget_pages(crm))) as origin:
        yield origin


@pytest.fixture
def stranger(crm: str) -> Iterator[str]:
    """An origin that has no business here."""
    with _served(_plain(widget_pages(crm))) as origin:
        yield origin


def _plain(app: Flask):  # type: ignore[no-untyped-def]
    return make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)


@contextmanager
def _served(serving) -> Iterator[str]:  # type: ignore[no-untyped-def]
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{serving.port}"
    serving.shutdown()
    thread.join()
    serving.server_close()


class Desk:
    """Somebody at the CRM in a browser, as one user of the office."""

    def __init__(self, context: BrowserContext, crm: str, office: Office) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.office = office
        self.origin = crm
        self.crm = f"{crm}/crm/org{office.world.org.zgid}"
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def sign_in(self, user: User) -> None:
        """As if the person had chosen the user on the sign-in page."""
        name = f"emulator_user_{self.office.world.org.zgid}"
        self.context.add_cookies([{"name": name, "value": user.id, "url": self.origin}])

    def go(self, tab: str) -> None:
        self.page.goto(f"{self.crm}/tab/{tab}")

    def convert(self) -> Frame:
        """Press Convert; the widget's frame."""
        self.page.get_by_role("button", name="Convert", exact=True).click()
        frame = self.page.locator("iframe").element_handle().content_frame()
        assert frame is not None
        return frame

    def registered(self) -> Frame:
        """Press Convert and wait until the widget has been told its page."""
        frame = self.convert()
        frame.wait_for_function("window.loads?.length > 0")
        return frame

    def shot(self, name: str, *, whole: bool = False) -> None:
        OUTPUT.mkdir(parents=True, exist_ok=True)
        take(self.page, OUTPUT / f"{name}.png", full_page=whole)


OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(browser: Browser, crm: str, office: Office) -> Iterator[OpenDesk]:
    """`open_desk(width=…, scheme=…)`: a signed-in desk; its page must not fail."""
    desks: list[Desk] = []

    def make(*, width: int = 1280, scheme: str = "light", user: User | None = None) -> Desk:
        context = browser.new_context(
            viewport={"width": width, "height": 850},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        context.set_default_timeout(15_000)
        desk = Desk(context, crm, office)
        desks.append(desk)
        desk.sign_in(user or office.rep)
        return desk

    yield make
    for desk in desks:
        desk.context.close()
        assert desk.problems == []


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    return open_desk()


@pytest.fixture
def lead_page(desk: Desk, worlds: Worlds, elsewhere: str, office: Office) -> Callable[..., Desk]:
    """`lead_page("widget", sdk="1.2")`: the desk on Pat Doe's page, with that widget set."""

    def go(name: str = "widget", *, query: str = "", **parameters: str) -> Desk:
        wanted = "&".join(f"{key}={value}" for key, value in parameters.items())
        worlds.widget_url = f"{elsewhere}/{name}?{wanted}"
        desk.go(f"Leads/{office.pat['id']}{query}")
        return desk

    return go
