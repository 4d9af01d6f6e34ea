"""What this process has parsed of the orgs' metadata, so that it is parsed once per reading."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from .planning.records import Catalogue
from .planning.targets import Target
from .zoho.metadata import RelatedList

Key = tuple[int, str]
"""An installation's id, and what the metadata is: see `store.models.Metadata.kind`."""
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Known:
    """An org's catalogue, with what its leads may become and what may hang on them."""

    catalogue: Catalogue
    targets: tuple[Target, ...]
    related_lists: tuple[RelatedList, ...]
    read_at: datetime


class Shelf:
    """What was parsed last, by installation and kind; good for one moment of reading only."""

    def __init__(self) -> None:
        self._kept: dict[Key, tuple[datetime, object]] = {}
        self._turns: dict[int, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, read_at: datetime, kind: type[Value]) -> Value | None:
        with self._lock:
            kept = self._kept.get(key)
        if kept is None or kept[0] != read_at or not isinstance(kept[1], kind):
            return None
        return kept[1]

    def put(self, key: Key, read_at: datetime, value: object) -> None:
        with self._lock:
            self._kept[key] = (read_at, value)

    @contextmanager
    def turn(self, installation_id: int, patience: float) -> Iterator[None]:
        """One at a time for each installation, but nobody waits longer than `patience` seconds."""
        with self._lock:
            turn = self._turns.setdefault(installation_id, threading.Lock())
        mine = turn.acquire(timeout=patience)
        try:
            yield
        finally:
            if mine:
                turn.release()
