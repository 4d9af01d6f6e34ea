"""What a field holds is compared with what was written into it."""

import pytest

from extension.planning.sameness import holds


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
