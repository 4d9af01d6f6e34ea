"""How a question that Zoho is too busy to answer is asked again, where nobody waits for it."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from extension.errors import ZohoBusy

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Patience:
    """How often, after how long, and how long altogether. One round of work asks many questions:
    were each asked only once, a Zoho that turns one in ten away would let none of them through."""

    times: int
    seconds: float = 1.0
    longest_seconds: float = 10.0
    """Whoever is to wait longer does so without a thread."""
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def asked(
        self, question: Callable[[], Answer], *, in_vain: Callable[[ZohoBusy], bool]
    ) -> Answer:
        """The answer. Only for what does no harm twice. Raises ZohoBusy where there is none in
        time, and at once where asking again is `in_vain`."""
        until = self.clock() + self.longest_seconds
        for _ in range(self.times):
            try:
                return question()
            except ZohoBusy as error:
                pause = self._pause(error)
                if in_vain(error) or self.clock() + pause > until:
                    raise
            self.sleep(pause)
        return question()

    def _pause(self, error: ZohoBusy) -> float:
        # Not all at the same moment, where many were turned away for the same reason.
        pause = self.seconds * random.uniform(0.5, 1.5)  # noqa: S311
        return max(pause, float(str(error.details.get("retry_after", 0))))


PROMPT = Patience(0)
"""For a person, who waits for the answer."""
PATIENT = Patience(3)
"""For a worker."""
