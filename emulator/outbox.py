"""What an org sends to others: the calls of its webhooks and its notifications.

They wait here until somebody delivers them (`automation.delivery`), by the org's clock. Trouble
that was ordered with `world.faults` strikes when they are posted: see `SENDING` there.
"""

import threading
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from .clock import Clock
from .faults import SENDING, Faults, Order

KEPT = 500
PATIENCE = timedelta(seconds=3)
"""How long what shall be overtaken waits for something that overtakes it."""


@dataclass(slots=True, kw_only=True)
class Outgoing:
    """One request to somebody else's server, and what became of it.

    `about` says what it is for: the webhook, rule and record, or the channel. `outcome` is
    "waiting", "delivered", "dropped", or why it failed.
    """

    kind: Literal["webhook", "notification"]
    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    about: dict[str, Any]
    due: datetime
    number: int = 0
    overtaken: bool = False
    trouble: tuple[str, ...] = ()
    outcome: str = "waiting"
    status: int | None = None
    ended: str = ""


@dataclass(slots=True)
class Outbox:
    """`waiting` in the order of posting, `ended` the last of those that are through."""

    faults: Faults
    clock: Clock
    waiting: list[Outgoing] = field(default_factory=list)
    ended: deque[Outgoing] = field(default_factory=lambda: deque(maxlen=KEPT))
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def post(self, one: Outgoing) -> list[Order]:
        """Put a request in, with the trouble that was ordered for it; returns that."""
        path = urlsplit(one.url).path or "/"
        strikes = self.faults.meet(one.method, path, SENDING)
        kinds = tuple(strike.kind for strike in strikes)
        one.trouble = kinds
        one.due += timedelta(seconds=sum(s.seconds for s in strikes if s.kind == "sent_late"))
        one.overtaken = "sent_overtaken" in kinds
        if "sent_garbled" in kinds:
            _garble(one)
        copies = 2 if "sent_twice" in kinds else 1
        with self._lock:
            for _ in range(copies):
                self._count += 1
                copied = replace(one, number=self._count)
                if "not_sent" in kinds or "channel_dropped" in kinds:
                    copied.outcome = "dropped"
                    self.ended.append(copied)
                else:
                    self.waiting.append(copied)
        return strikes

    @property
    def last(self) -> int:
        """The number of the request that was posted last."""
        return self._count

    def take(self, upto: int, *, patient: bool = False) -> Outgoing | None:
        """The next that is due, and no longer waiting; what shall be overtaken goes later.

        The patient let it wait a while for another; others send it when nothing else is left.
        """
        now = self.clock.now()
        with self._lock:
            due = [one for one in self.waiting if one.due <= now and one.number <= upto]
            free = [
                one for one in due if not one.overtaken or (patient and now - one.due >= PATIENCE)
            ]
            chosen = free[0] if free else None if patient or not due else due[0]
            if chosen is not None:
                self.waiting.remove(chosen)
                for one in self.waiting:
                    one.overtaken = one.overtaken and one.number > chosen.number
            return chosen

    def end(self, one: Outgoing, at: str) -> None:
        one.ended = at
        with self._lock:
            self.ended.append(one)

    def all(self) -> list[Outgoing]:
        """The newest first."""
        with self._lock:
            return sorted([*self.waiting, *self.ended], key=lambda one: -one.number)


def _garble(one: Outgoing) -> None:
    """Half of what would have been said."""
    if one.body:
        one.body = one.body[: max(1, len(one.body) // 2)]
    elif "?" in one.url:
        start, _, query = one.url.partition("?")
        one.url = f"{start}?{query[: len(query) // 2]}"
