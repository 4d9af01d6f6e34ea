"""The parts that every task needs: joined once by `create_app`, handed to each function."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from requests.adapters import BaseAdapter
from sqlalchemy import Engine

from .config import Config
from .doors import Doors
from .jobs import Queue
from .pen import Pen
from .shelf import Glances, Shelf
from .store.arrivals import Arrived
from .store.database import Sessions
from .store.sealing import Vault
from .tally import Tally
from .zoho.client import Transport
from .zoho.datacenters import DataCenters
from .zoho.limiter import Limiters
from .zoho.patience import PATIENT, PROMPT, Patience

Clock = Callable[[], datetime]


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    config: Config
    engine: Engine
    sessions: Sessions
    vault: Vault
    transport: Transport
    limiters: Limiters
    data_centers: DataCenters
    shelf: Shelf
    glances: Glances
    doors: Doors
    pen: Pen[Mapping[str, Any], Arrived | None]
    """Writes deliveries down as they come."""
    refused: Tally[tuple[int, str]]
    """Counts calls without proof, by installation and kind."""
    background: ThreadPoolExecutor
    """For work that nobody waits for, such as refreshing metadata that is about to expire."""
    queue: Queue
    clock: Clock = now
    network: BaseAdapter | None = None
    """Takes the place of the network in tests."""
    patience: Patience = PROMPT
    """With a Zoho that is too busy to answer."""

    def patient(self, patience: Patience = PATIENT) -> "Parts":
        """The same, for work that nobody waits for."""
        return replace(self, patience=patience)
