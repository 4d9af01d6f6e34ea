"""Who asks is known before anything is looked at that they sent."""

import pytest

from extension.web import FOR_PEOPLE
from tests.extension.rig import error_of


def paths(app, method):
    """The addresses of the API that people use, with some id in each."""
    ours = {one.name for one in FOR_PEOPLE}
    rules = [one for one in app.url_map.iter_rules() if one.endpoint.partition(".")[0] in ours]
    return [one.rule.replace("<lead_id>", "1") for one in rules if method in (one.methods or ())]


@pytest.fixture
def lead():
    return "1"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_nobody_is_told_what_is_wrong_with_what_they_sent(nobody, app, method):
    found = paths(app, method)
    assert found
    for path in found:
        answer = nobody.client.open(path, method=method, json={"unknown": 1})
        assert error_of(answer) == (401, "not_signed_in"), path
