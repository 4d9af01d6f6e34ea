"""What a field holds is compared with what was written into it."""

import pytest

from extension.planning.sameness import alike, holds, resembles


@pytest.mark.parametrize(
    ("held", "written"),
    [
        ("Acme", " Acme  "),
        ("one\ntwo", "one \r\ntwo\r\n"),
        (None, ""),
        ("-None-", None),
        (False, None),
        (None, []),
        ({"id": "7", "name": "New name"}, {"id": "7"}),
        (["b", "a"], ["a", "b"]),
        (12.5, "12.50"),
        (12, 12.0),
        ("2026-01-10T14:00:00+02:00", "2026-01-10T12:00:00+00:00"),
    ],
)
def test_what_zoho_shows_otherwise_is_the_same(held, written):
    assert holds(held, written)


@pytest.mark.parametrize(
    ("held", "written"),
    [
        ("Acme", "ACME"),
        ("1.10", "1.1"),
        (5, "sNaN"),
        ("0049", "49"),
        (0, None),
        (True, None),
        (None, "Acme"),
        ({"id": "7", "name": "Same"}, {"id": "8", "name": "Same"}),
        (["a"], ["a", "b"]),
        ("2026-01-10T12:00:01+00:00", "2026-01-10T12:00:00+00:00"),
    ],
)
def test_what_is_another_value_is_not(held, written):
    assert not holds(held, written)


@pytest.mark.parametrize("held", ["ACME Inc", "acme-inc.", " Acme  Inc"])
def test_a_form_of_a_text_is_alike(held):
    assert alike(held, "Acme Inc.")


@pytest.mark.parametrize("held", ["Acme", "Acme Inc. Two", "", None, 7, "!?"])
def test_another_text_is_not_alike(held):
    assert not alike(held, "Acme Inc.")
    assert not alike(held, "?!!")


@pytest.mark.parametrize(
    ("held", "written", "so"),
    [
        ("+49 555 0100", "555-0100", True),
        ("555 0100", "0049 555 0100", True),
        ("DE", "Germany, DE", False),
        ("555 0199", "555 0100", False),
    ],
    ids=["more", "less", "too short", "another"],
)
def test_what_has_something_before_or_after_it_resembles_it(held, written, so):
    assert resembles(held, written) is so
