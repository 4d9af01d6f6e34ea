"""How long a run leaves Zoho alone that is busy."""

import random

SOON = 2.0
"""Seconds until Zoho is asked what became of a step whose answer was lost."""
BUSY_SECONDS = 20.0
LONGEST_SECONDS = 600.0
"""Zoho may be busy for hours; asked every ten minutes, it is no burden."""


class Backoff:
    """How long a run that Zoho keeps waiting leaves it alone: longer each time, until it gets on.
    Only this process knows; another begins anew."""

    def __init__(self) -> None:
        self._times: dict[str, int] = {}

    def longer(self, run_id: str, seconds: float) -> float:
        """Seconds to wait, at least so many; a wait that is none of a busy Zoho stays as it is."""
        if seconds < BUSY_SECONDS:
            return seconds
        times = self._times.get(run_id, 0)
        self._times[run_id] = times + 1
        longest = min(BUSY_SECONDS * 2.0 ** min(times, 10), LONGEST_SECONDS)
        # Not all at the same moment, where many wait for the same reason.
        return max(seconds, longest * random.uniform(0.5, 1.0))  # noqa: S311

    def over(self, run_id: str) -> None:
        self._times.pop(run_id, None)
