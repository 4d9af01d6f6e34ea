"""Keeps an org below the number of calls that Zoho lets it make at once, in this process.

https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html
"""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from weakref import WeakValueDictionary

from extension.errors import ZohoBusy

PATIENCE = 15.0
AT_ONCE = {"free": 5, "standard": 10, "professional": 15, "enterprise": 20, "ultimate": 25}
"""How many calls at once Zoho lets an org of this edition make, over all that act for it."""
MOST_HEAVY = 10
"""In every edition: conversions, COQL, and writes of more than ten records."""


def allowed(edition: str) -> int:
    """How many calls at once an org of this edition may make; of an edition that we do not know,
    as many as any."""
    return AT_ONCE.get(edition.lower(), min(AT_ONCE.values()))


class Limiter:
    """The places of one org. Whoever comes first is served first, so that one who needs several
    places is not passed by forever by those who need one."""

    def __init__(self, limit: int, patience: float = PATIENCE) -> None:
        if limit < 1:
            raise ValueError("At least one call at once must be allowed.")
        self.limit = limit
        self._patience = patience
        # Their own queue, so that they hold no place while they wait for each other.
        self._heavy = Limiter(MOST_HEAVY, patience) if limit > MOST_HEAVY else None
        self._free = limit
        self._queue: deque[object] = deque()
        self._changed = threading.Condition()

    @property
    def waiting(self) -> int:
        """How many wait for places just now."""
        return len(self._queue)

    @contextmanager
    def places(self, count: int = 1, *, heavy: bool = False) -> Iterator[None]:
        """Hold so many places while the block runs. Who asks for more than there are gets all.

        Raises ZohoBusy if they do not become free in time.
        """
        count = min(max(count, 1), self.limit)
        with self._heavy.places() if heavy and self._heavy else nullcontext():
            self._take(count)
            try:
                yield
            finally:
                self._give(count)

    def _take(self, count: int) -> None:
        ticket = object()
        until = time.monotonic() + self._patience
        with self._changed:
            self._queue.append(ticket)
            try:
                while self._queue[0] is not ticket or self._free < count:
                    left = until - time.monotonic()
                    if left <= 0 or not self._changed.wait(left):
                        self._give_up()
                self._free -= count
            finally:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def _give(self, count: int) -> None:
        with self._changed:
            self._free += count
            self._changed.notify_all()

    def _give_up(self) -> None:
        raise ZohoBusy(
            "Your organisation asks more of Zoho just now than Zoho allows at once. "
            "Try again in a moment.",
            code="too_many_at_once",
        )


class Limiters:
    """One limiter per org, for as long as somebody uses it; none allows more than `most`."""

    def __init__(self, most: int, patience: float = PATIENCE) -> None:
        self._most = most
        self._patience = patience
        self._known: WeakValueDictionary[object, Limiter] = WeakValueDictionary()
        self._lock = threading.Lock()

    def of(self, org: object, limit: int | None = None) -> Limiter:
        """The limiter that everybody who calls for this org shares; `org` is any key, `limit` what
        Zoho allows it. An org whose edition has changed gets another one."""
        limit = self._most if limit is None else min(limit, self._most)
        with self._lock:
            limiter = self._known.get(org)
            if limiter is None or limiter.limit != limit:
                limiter = self._known[org] = Limiter(limit, self._patience)
            return limiter
