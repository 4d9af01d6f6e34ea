"""How long a run leaves Zoho alone that is busy."""

import random

SOON = 2.0
"""Seconds until Zoho is asked what became of a step whose answer was lost."""
BUSY_SECONDS = 20.0
LONGEST_SECONDS = 600.0
"""Zoho may be busy for hours; asked every ten minutes, it is no burden."""


BEHIND_SECONDS = 60.0
"""The longest pause of what waits for another run: that may wait for hours itself."""


class Backoff:
    """How long a run that has to wait leaves alone what it waits for: longer each time, until it
    gets on. Only this process knows; another begins anew."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, float], int] = {}

    def longer(self, run_id: str, seconds: float) -> float:
        """Seconds to wait, at least so many; a wait that is none of a busy Zoho stays as it is."""
        if seconds < BUSY_SECONDS:
            return seconds
        return max(seconds, self._longer(run_id, BUSY_SECONDS, LONGEST_SECONDS))

    def behind(self, run_id: str) -> float:
        """Seconds until it is looked whether another run is over: each time about as many as that
        has taken already."""
        return self._longer(run_id, SOON, BEHIND_SECONDS)

    def _longer(self, run_id: str, first: float, longest: float) -> float:
        times = self._times.get((run_id, first), 0)
        self._times[run_id, first] = times + 1
        pause = min(first * 2.0 ** min(times, 10), longest)
        # Not all at the same moment, where many wait for the same reason.
        return pause * random.uniform(0.5, 1.0)  # noqa: S311

    def over(self, run_id: str) -> None:
        for first in (BUSY_SECONDS, SOON):
            self._times.pop((run_id, first), None)
