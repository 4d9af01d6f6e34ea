"""The emulator's time: runs like the machine's, can be moved, and can be stopped."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Moves with real time unless frozen; `set` and `advance` move it."""

    def __init__(self, at: datetime | None = None) -> None:
        self._ahead = timedelta()
        self._frozen: datetime | None = None
        if at is not None:
            self.freeze(at)

    def now(self) -> datetime:
        """The present moment, in UTC."""
        if self._frozen is not None:
            return self._frozen
        return datetime.fromtimestamp(time.time(), UTC) + self._ahead

    @property
    def frozen(self) -> bool:
        return self._frozen is not None

    def set(self, moment: datetime) -> None:
        """Make it `moment` now; a frozen clock stays frozen, there."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        if self._frozen is not None:
            self._frozen = moment.astimezone(UTC)
        else:
            self._ahead = moment - datetime.fromtimestamp(time.time(), UTC)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self.set(self.now() + timedelta(seconds=seconds))

    def freeze(self, moment: datetime | None = None) -> None:
        """Stop the clock, now or at `moment`."""
        moment = moment or self.now()
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        self._frozen = moment.astimezone(UTC)

    def resume(self) -> None:
        """Let the clock run on from where it stands."""
        at, self._frozen = self.now(), None
        self.set(at)

    def reset(self) -> None:
        """Back to the machine's own time."""
        self._ahead, self._frozen = timedelta(), None
