"""How much an org may ask of Zoho: credits in 24 hours, and calls at once.

https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from .answers import too_many_requests
from .clock import Clock

DAY = timedelta(hours=24)
CONVERT_LEAD = 5
MASS_CONVERT = 200
LIST_OF_VIEW = 3
RELATED_COUNT = 2
DELETED_IDS = 2
"""Credits of one call; what is not named here costs 1, or by its rows: see `by_rows`."""
SUB_CONCURRENCY = 10
"""In every edition: convert, writes of more than 10 records, COQL, composite and the like."""
MOST_BYTES = 100 * 1024 * 1024
"""Of one attachment, as the newest pages say; older ones say 20 MB."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What an edition allows; `most` is None where users may add without end."""

    base: int
    per_user: int
    most: int | None
    concurrency: int

    def credits(self, users: int) -> int:
        total = self.base + self.per_user * users
        return total if self.most is None else min(total, self.most)


EDITIONS = {
    "free": Edition(5_000, 0, 5_000, 5),
    "standard": Edition(50_000, 250, 100_000, 10),
    "professional": Edition(50_000, 500, 3_000_000, 15),
    "enterprise": Edition(50_000, 1_000, 5_000_000, 20),
    "ultimate": Edition(50_000, 2_000, None, 25),
}


def by_rows(rows: int, at_a_time: int = 10) -> int:
    """Credits of a call about many rows: insert, update and upsert 1 per 10, tags 1 per 50."""
    return max(1, -(-rows // at_a_time))


class Limits:
    """The counters of one org. `credits` replaces what the edition would give, `most_bytes` what
    an attachment may have."""

    def __init__(self, edition: str, clock: Clock) -> None:
        self.edition = EDITIONS[edition]
        self.users = 1
        self.credits: int | None = None
        self.most_bytes = MOST_BYTES
        self._clock = clock
        self._spent: deque[tuple[datetime, int]] = deque()
        self._total = 0
        self._running: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def total(self) -> int:
        return self.edition.credits(self.users) if self.credits is None else self.credits

    @property
    def spent(self) -> int:
        """Credits used in the last 24 hours."""
        with self._lock:
            return self._current()

    @property
    def remaining(self) -> int:
        return max(0, self.total - self.spent)

    @property
    def announced(self) -> int | None:
        """What X-API-CREDITS-REMAINING says: nothing until half is used."""
        return self.remaining if self.spent * 2 >= self.total else None

    def charge(self, credits: int) -> None:
        """Spend credits, or refuse if there are not enough left."""
        with self._lock:
            if self._current() + credits > self.total:
                raise too_many_requests()
            self._spent.append((self._clock.now(), credits))
            self._total += credits

    def _current(self) -> int:
        """What was spent, after forgetting what is older than a day."""
        oldest = self._clock.now() - DAY
        while self._spent and self._spent[0][0] <= oldest:
            self._total -= self._spent.popleft()[1]
        return self._total

    @contextmanager
    def running(self, client: str, *, places: int = 1, heavy: bool = False) -> Iterator[None]:
        """Hold places among the calls that run at once for this client, or refuse."""
        held = {client: places, **({f"{client} heavy": 1} if heavy else {})}
        with self._lock:
            for key, count in held.items():
                most = SUB_CONCURRENCY if key.endswith(" heavy") else self.edition.concurrency
                if self._running.get(key, 0) + count > most:
                    raise too_many_requests()
            for key, count in held.items():
                self._running[key] = self._running.get(key, 0) + count
        try:
            yield
        finally:
            with self._lock:
                for key, count in held.items():
                    self._running[key] -= count
