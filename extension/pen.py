"""Writes down what comes from many threads: what comes while one is writing is written together.

To be safe on the disk costs a commit the same, however many rows it has, and SQLite lets but one
thread write: the others would sleep, each time longer, where here they stand in line. PostgreSQL
gathers commits itself, so there each thread writes for itself.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
Result = TypeVar("Result")


@dataclass(slots=True, eq=False)
class _Slip(Generic[Row, Result]):
    """A row that somebody waits for, and what came of it: one of the two, once it is over."""

    row: Row
    results: tuple[Result, ...] = ()
    error: Exception | None = None

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
        self._turn = threading.Lock()
        self._guard = threading.Lock()
        self._waiting: list[_Slip[Row, Result]] = []

    def write(self, row: Row) -> Result:
        """On return the row is safe. Raises what `write_all` raises of this row alone."""
        if not self._company:
            return self._write_all([row])[0]
        slip: _Slip[Row, Result] = _Slip(row)
        with self._guard:
            self._waiting.append(slip)
        with self._turn:
            if not slip.over:
                self._write_what_waits()
        if slip.error is not None:
            raise slip.error
        return slip.results[0]

    def _write_what_waits(self) -> None:
        with self._guard:
            slips, self._waiting = self._waiting, []
        try:
            self._write(slips)
        finally:
            with self._guard:
                self._waiting[:0] = [one for one in slips if not one.over]

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
