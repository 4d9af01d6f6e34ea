"""The org in which predictions are compared with what is stored."""

import pytest

from .org import org
from .zoho import Stage, stage


@pytest.fixture(scope="module")
def crm() -> Stage:
    return stage(org())
