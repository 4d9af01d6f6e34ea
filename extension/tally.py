"""Counts what may come in floods, and has the counts written down once in a while."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Generic, TypeVar

import structlog

from . import sentry

log = structlog.get_logger(__name__)

EVERY_SECONDS = 1.0
What = TypeVar("What")


class Tally(Generic[What]):
    """`write` is handed what was counted since it was last, at most once in EVERY_SECONDS, however
    much comes; not in the thread that counts, which then takes as long whatever it counts. Who is
    killed has not written down the last second; who ends does so first."""

    def __init__(self, write: Callable[[Mapping[What, int]], None]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._counts: Counter[What] = Counter()
        self._timer: threading.Timer | None = None

    def count(self, what: What) -> None:
        with self._lock:
            self._counts[what] += 1
            if self._timer is None:
                timer = threading.Timer(EVERY_SECONDS, self.write_down)
                # Where there is no thread to be had, the next one who counts may get it.
                with suppress(RuntimeError):
                    timer.start()
                    self._timer = timer

    def write_down(self) -> None:
        """Now, or when who writes just then has done so. What cannot be written is kept until
        something is counted again."""
        with self._turn:
            with self._lock:
                counts, self._counts = self._counts, Counter()
                timer, self._timer = self._timer, None
            if timer is not None:
                timer.cancel()
            if counts:
                self._written(counts)

    def _written(self, counts: Counter[What]) -> None:
        try:
            self._write(counts)
        except Exception as error:
            with self._lock:
                self._counts.update(counts)
            sentry.report(error)
            log.error("counts not written down", exc_info=error)
