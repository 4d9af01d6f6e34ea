"""A desk at which somebody has chosen many leads."""

from collections.abc import Iterator

import pytest

from tests.browser.widget.batches import ROOT, Batches
from tests.browser.widget.conftest import Desk
from tests.browser.widget.server import say


@pytest.fixture
def batch(signed_out: Desk) -> Iterator[Batches]:
    one = Batches()
    one.serve(signed_out.site)
    yield one
    one.end()


@pytest.fixture
def desk(signed_out: Desk, batch: Batches) -> Desk:
    signed_out.sign_in()
    # Whoever begins has begun nothing else.
    signed_out.site.on("GET", ROOT, say({"batches": []}))
    return signed_out
