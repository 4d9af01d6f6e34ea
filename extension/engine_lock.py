"""One engine for each SQLite file: a lock that the kernel frees however its holder dies."""

import fcntl
import os
from pathlib import Path


class EngineTaken(Exception):
    """Another process runs the engine of this file."""


class EngineLock:
    """Held from its making until `release`, or the end of the process. Raises EngineTaken."""

    def __init__(self, database: Path) -> None:
        path = database.with_name(database.name + ".engine.lock")
        self._descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise EngineTaken from None

    def release(self) -> None:
        # The file stays: who deletes it takes the lock away from under the next holder.
        os.close(self._descriptor)
