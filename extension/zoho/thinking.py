"""Lets one run compute at a time, however many wait for Zoho.

Python has threads that compute take turns: who holds the database's lock while twenty others
compute holds it twenty times as long, and all who want to write wait for that. One after the other
they are done no later, and each lock is held as briefly as can be.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 1.0
"""Who has waited so long goes ahead all the same: who sits there may be waiting, not computing."""


class Seat:
    """Whose turn it is to compute."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._free = threading.Lock()
        self._patience = patience

    @contextmanager
    def taken(self) -> Iterator[None]:
        """This thread computes, except while it is `away`."""
        if _here.seat is not None:
            yield
            return
        self.sit()
        try:
            yield
        finally:
            self.rise()

    @property
    def free(self) -> bool:
        """Whether nobody has it just now."""
        return not self._free.locked()

    def sit(self) -> None:
        _here.sits = self._free.acquire(timeout=self._patience)
        _here.seat = self

    def rise(self) -> None:
        _here.seat = None
        if _here.sits:
            self._free.release()


class _Here(threading.local):
    """Of each thread: which seat it uses, and whether it has it."""

    seat: Seat | None = None
    sits: bool = False


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
