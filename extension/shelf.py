"""What this process keeps at hand: the orgs' metadata as parsed, and leads as just looked at."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from .planning.records import Catalogue
from .planning.targets import Target
from .zoho.metadata import RelatedList
from .zoho.thinking import away

Key = tuple[int, str]
"""An installation's id, and what the metadata is: see `store.models.Metadata.kind`."""
Stamp = Hashable
"""What a value is good for: the moment of one reading, one version of the targets."""
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Known:
    """An org's catalogue, with what its leads may become and what may hang on them."""

    catalogue: Catalogue
    targets: tuple[Target, ...]
    related_lists: tuple[RelatedList, ...]
    read_at: datetime


class Shelf:
    """What was parsed last, by installation and kind; good for one stamp only."""

    def __init__(self) -> None:
        self._kept: dict[Key, tuple[Stamp, object]] = {}
        self._turns: dict[int, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, stamp: Stamp, kind: type[Value]) -> Value | None:
        with self._lock:
            kept = self._kept.get(key)
        if kept is None or kept[0] != stamp or not isinstance(kept[1], kind):
            return None
        return kept[1]

    def put(self, key: Key, stamp: Stamp, value: object) -> None:
        with self._lock:
            self._kept[key] = (stamp, value)

    @contextmanager
    def turn(self, installation_id: int, patience: float) -> Iterator[None]:
        """One at a time for each installation, but nobody waits longer than `patience` seconds."""
        with self._lock:
            turn = self._turns.setdefault(installation_id, threading.Lock())
        with away():
            mine = turn.acquire(timeout=patience)
        try:
            yield
        finally:
            if mine:
                turn.release()


class Glances:
    """What was last seen of a lead, by grant and lead, for as long as a person weighs choices.

    A plan is redrawn with every choice; what it is drawn from need not be asked of Zoho each time.
    Nothing is ever written on the strength of a glance: a conversion looks again.
    """

    def __init__(self, most: int = 200) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[int, str], tuple[datetime, object]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[int, str], since: datetime, kind: type[Value]) -> Value | None:
        """What was seen at that moment or later."""
        with self._lock:
            kept = self._kept.get(key)
        if kept is None or kept[0] < since or not isinstance(kept[1], kind):
            return None
        return kept[1]

    def put(self, key: tuple[int, str], at: datetime, value: object) -> None:
        """Keep it; the one kept longest goes where there are too many."""
        with self._lock:
            self._kept[key] = (at, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
