"""What was last seen of a lead is at hand for a while, and only so much of it."""

from datetime import timedelta

from extension.shelf import Glances
from tests.extension.rig import NOON


def test_what_was_seen_before_the_moment_asked_for_is_not_given() -> None:
    glances = Glances()
    glances.put((1, "7"), NOON, "seen")
    assert glances.get((1, "7"), NOON, str) == "seen"
    assert glances.get((1, "7"), NOON + timedelta(seconds=1), str) is None
    assert glances.get((2, "7"), NOON, str) is None


def test_where_there_are_too_many_the_one_kept_longest_goes() -> None:
    glances = Glances(most=2)
    for lead in ("1", "2", "1", "3"):
        glances.put((1, lead), NOON, lead)
    assert [glances.get((1, lead), NOON, str) for lead in ("1", "2", "3")] == ["1", None, "3"]
