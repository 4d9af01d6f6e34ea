"""Writes down what comes from many threads: what comes while one is writing is written together.

To be safe on the disk costs a commit the same, however many rows it has, and SQLite lets but one
thread write: the others would sleep, each time longer, where here they stand in line. PostgreSQL
gathers commits itself, so there each thread writes for itself.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Row = TypeVar("Row")
Result = TypeVar("Result")


@dataclass(slots=True, eq=False)
class _Slip(Generic[Row, Result]):
    """A row that somebody waits for, and what came of it: one of the two, once it is over."""

    row: Row
    results: tuple[Result, ...] = ()
    error: Exception | None = None
    called: threading.Event = field(default_factory=threading.Event)
    """Set once it is over, or it is the turn of who waits for it to write."""

    @property
    def over(self) -> bool:
        return bool(self.results) or self.error is not None


class Pen(Generic[Row, Result]):
    """`write_all` writes rows in one transaction; a result for each. What it has written it may be
    given again, where the process was interrupted in the middle. Without `company` each thread
    writes at once and alone."""

    def __init__(
        self, write_all: Callable[[Sequence[Row]], Sequence[Result]], *, company: bool
    ) -> None:
        self._write_all = write_all
        self._company = company
        self._guard = threading.Lock()
        self._waiting: list[_Slip[Row, Result]] = []
        self._taken = False
        """Whether a thread writes, or has been called to."""

    def write(self, row: Row) -> Result:
        """On return the row is safe. Raises what `write_all` raises of this row alone."""
        if not self._company:
            return self._write_all([row])[0]
        slip: _Slip[Row, Result] = _Slip(row)
        with self._guard:
            self._waiting.append(slip)
            first, self._taken = not self._taken, True
        if not first:
            # Each is woken for itself: threads that woke each other would do so one by one, and
            # Python lets each wait for the next.
            slip.called.wait()
        if not slip.over:
            self._write_what_waits(slip)
        if slip.error is not None:
            raise slip.error
        return slip.results[0]

    def _write_what_waits(self, mine: _Slip[Row, Result]) -> None:
        with self._guard:
            slips, self._waiting = self._waiting, []
        try:
            self._write(slips)
        finally:
            with self._guard:
                self._waiting[:0] = [one for one in slips if not one.over]
                # Where this thread was interrupted, its row is for the others, who still wait.
                after = [one for one in self._waiting if one is not mine][:1]
                self._taken = bool(after)
            for one in (*(each for each in slips if each.over), *after):
                one.called.set()

    def _write(self, slips: Sequence[_Slip[Row, Result]]) -> None:
        """All at once; where that fails one by one, so that one that cannot be written keeps no
        other."""
        try:
            for slip, result in zip(
                slips, self._write_all([one.row for one in slips]), strict=True
            ):
                slip.results = (result,)
        except Exception as error:
            if len(slips) == 1:
                slips[0].error = error
                return
            for slip in slips:
                self._write([slip])
