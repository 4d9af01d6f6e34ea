"""Plays generated cases until enough predictions are compared."""

import os
from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .judge import Tally
from .zoho import Stage

CASES = int(os.environ.get("TEST_CASES") or 700)
WHOLE = 20_000
"""From so many on, every pair of types that can be must have been there."""

Case = TypeVar("Case")


def compare(
    crm: Stage,
    cases: st.SearchStrategy[Case],
    play: Callable[[Stage, Case, Tally], None],
    each: int,
) -> Tally:
    """Compare at least CASES predictions; each case has so many, on average, or more. None may be
    wrong. The same cases come in every run."""
    total = Tally()

    @settings(
        max_examples=CASES // each + 1,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def nothing_is_wrong(case: Case) -> None:
        mine = Tally()
        play(crm, case, mine)
        total.add(mine)
        assert not mine.wrong, "\n".join(mine.wrong)

    nothing_is_wrong()
    print(f"\n{total}")
    assert total.cases >= CASES
    return total
