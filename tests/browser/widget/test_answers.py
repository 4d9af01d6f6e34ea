"""The answers that the widget's tests are fed are answers that our API could give."""

import pytest
from marshmallow import Schema

from extension.web.schemas import MeView, OptionsView
from tests.browser.widget.conftest import answer


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("supplier", OptionsView),
        ("converted", OptionsView),
        ("long", OptionsView),
        ("me", MeView),
    ],
)
def test_an_answer_kept_as_a_file_fits_the_schema_of_the_api(name: str, view: type[Schema]) -> None:
    assert view().validate(answer(name)) == {}
