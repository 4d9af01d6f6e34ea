"""The demo as a person starts it: two servers, a browser, nobody signed in yet."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from extension import demo
from extension.demo import Running
from tests.tools.browser import installed

PATIENCE = 20_000
"""Milliseconds: two servers, a browser and other tests share the machine."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = installed()
    assert path, "The browser tests need chromium or Chrome; CHROMIUM may name its path."
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    with demo.running(ports=(0, 0)) as servers:
        demo.install(servers)
        yield servers
