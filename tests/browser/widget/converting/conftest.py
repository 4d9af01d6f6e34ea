"""Somebody who looks at the plans of a lead, as the real planning draws them."""

import pytest

from tests.browser.widget.conftest import Desk
from tests.browser.widget.planner import Planner


@pytest.fixture
def planner(signed_out: Desk) -> Planner:
    one = Planner()
    one.serve(signed_out.site)
    return one


@pytest.fixture
def desk(signed_out: Desk, planner: Planner) -> Desk:
    signed_out.sign_in()
    return signed_out
