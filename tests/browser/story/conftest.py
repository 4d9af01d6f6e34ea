"""The demo as a person starts it: two servers, a browser, nobody signed in yet."""

from collections.abc import Iterator

import pytest

from extension import demo
from extension.demo import Running


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    with demo.running(ports=(0, 0)) as servers:
        demo.install(servers)
        yield servers
