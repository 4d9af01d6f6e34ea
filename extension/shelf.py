"""What this process has parsed of the orgs' metadata, so that it is parsed once per reading."""

import threading
from dataclasses import dataclass
from datetime import datetime

from .planning.records import Catalogue
from .planning.targets import Target
from .zoho.metadata import RelatedList


@dataclass(frozen=True, slots=True)
class Known:
    """An org's catalogue, with what its leads may become and what may hang on them."""

    catalogue: Catalogue
    targets: tuple[Target, ...]
    related_lists: tuple[RelatedList, ...]
    read_at: datetime


class Shelf:
    """Catalogues that this process has parsed already, by installation and moment of reading."""

    def __init__(self) -> None:
        self._known: dict[int, Known] = {}
        self._lock = threading.Lock()

    def get(self, installation_id: int, read_at: datetime) -> Known | None:
        with self._lock:
            known = self._known.get(installation_id)
        return known if known is not None and known.read_at == read_at else None

    def put(self, installation_id: int, known: Known) -> None:
        with self._lock:
            self._known[installation_id] = known
