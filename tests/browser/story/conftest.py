"""The demo as a person starts it: two servers, a browser, nobody signed in yet."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext

from extension import demo
from extension.demo import Running
from tests.browser.story.desk import Desk


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    with demo.running(ports=(0, 0)) as servers:
        demo.install(servers)
        yield servers


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    one = browser.new_context(viewport={"width": 1280, "height": 900})
    yield one
    one.close()


@pytest.fixture
def desk(context: BrowserContext, running: Running) -> Desk:
    one = Desk(context.new_page(), running, demo.orgs(running)[0])
    # Each story begins with people who sign in, and all of them share one CRM.
    url = f"{running.emulator}/_emulator/orgs/{one.org['zgid']}/forgive"
    requests.post(url, timeout=30).raise_for_status()
    one.speak("en")
    return one
