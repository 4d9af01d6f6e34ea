"""A demo whose Zoho is set up to call us."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from extension import demo
from extension.demo import Running
from tests.browser.story.automation.rule import ADMINISTRATOR
from tests.browser.story.desk import Desk


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A demo of its own: what Zoho is set up with here, no other story reckons with."""
    with demo.running(ports=(0, 0)) as servers:
        demo.install(servers)
        yield servers


@pytest.fixture
def desk(context: BrowserContext, running: Running) -> Desk:
    """The administrator's, as whom automation acts."""
    one = Desk(context.new_page(), running, demo.orgs(running)[0], ADMINISTRATOR)
    one.speak("en")
    return one
