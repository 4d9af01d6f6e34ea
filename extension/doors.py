"""What this process knows of the doors that calls come through, for a moment."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

KEPT_SECONDS = 5.0
MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Door:
    """What is needed to verify a call, and to accept it without asking anybody."""

    installation_id: int
    short_id: str
    ends_at: datetime | None
    """When the key ends."""
    secrets: tuple[tuple[str, datetime | None], ...]
    """The digest of each, and when it ends."""
    marker: str
    """The word behind which a text names the lead."""


NOWHERE = Door(0, "", None, (("0" * 64, None),), "")


class Doors:
    """The doors that this process has seen a moment ago: a call then asks the database but once,
    to write itself down. What ends is seen at once, and what is new; what is ended at once, after
    KEPT_SECONDS."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, Door]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Door | None:
        with self._lock:
            kept = self._kept.get(key)
        return kept[1] if kept is not None and kept[0] > time.monotonic() else None

    def put(self, key: str, door: Door) -> None:
        with self._lock:
            self._kept[key] = (time.monotonic() + KEPT_SECONDS, door)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()
