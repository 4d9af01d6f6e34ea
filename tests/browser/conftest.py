"""One browser for all browser tests of a process: Playwright runs only once in a thread."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Frame, expect, sync_playwright

from tests.tools.browser import installed

PATIENCE = 45_000
"""Milliseconds: servers, a browser and other tests share the machine."""
MUCH = 600
"""Characters of a page that are worth to be read."""
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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What could be read on the pages when a test failed, in a file (`FAILED` names it): what
    Playwright tells ends at the edge of a frame, and our pages are in frames."""
    report = yield
    place, chromium = os.environ.get("FAILED"), item.funcargs.get("browser")
    if report.failed and place and chromium is not None:
        with Path(place).open("a") as told:
            told.write(f"{item.nodeid} ({report.when})\n{_read(chromium)}\n")
    return report


def _read(chromium: Browser) -> str:
    frames = [f for one in chromium.contexts for page in one.pages for f in page.frames]
    return "\n".join(f"  {frame.url}: {_text(frame)!r}" for frame in frames)


def _text(frame: Frame) -> str:
    try:
        return " ".join(frame.locator("body").inner_text(timeout=1_000).split())[:MUCH]
    except Error as error:
        return str(error).partition("\n")[0]
