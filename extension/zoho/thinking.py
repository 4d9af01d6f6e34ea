"""Lets one run compute at a time, however many wait for Zoho.

Python has threads that compute take turns: who holds the database's lock while twenty others
compute holds it twenty times as long, and all who want to write wait for that.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 0.25
"""How long a run waits for the seat, in all. Then it goes ahead wherever that is taken: who sits
there may be waiting for something, or compute for long."""


class Seat:
    """Whose turn it is to compute."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._free = threading.Lock()
        self._patience = patience

    @property
    def free(self) -> bool:
        """Whether nobody has it just now."""
        return not self._free.locked()

    @contextmanager
    def taken(self, patience: float | None = None) -> Iterator[None]:
        """This thread computes, except while it is `away`. Who has the seat already keeps it."""
        if _here.seat is not None:
            yield
            return
        _here.left = self._patience if patience is None else patience
        self.sit()
        try:
            yield
        finally:
            self.rise()

    def sit(self) -> None:
        began = time.monotonic()
        _here.sits = self._free.acquire(timeout=_here.left)
        _here.left = max(_here.left - (time.monotonic() - began), 0.0)
        _here.seat = self

    def rise(self) -> None:
        sat, _here.sits, _here.seat = _here.sits, False, None
        if sat:
            self._free.release()


class _Here(threading.local):
    """Of each thread: which seat it uses, whether it has it, and the seconds that it still waits
    for it."""

    seat: Seat | None = None
    sits: bool = False
    left: float = 0.0


_here = _Here()
OURS = Seat()
"""The one of this process."""


@contextmanager
def away() -> Iterator[None]:
    """This thread waits for something; its seat, if it has one, is another's meanwhile."""
    seat = _here.seat
    if seat is None:
        yield
        return
    seat.rise()
    try:
        yield
    finally:
        seat.sit()


def give_way() -> None:
    """Between two pieces of what takes long to compute: whoever waits for the seat has it first."""
    with away():
        pass
