"""Attempts at a run: never two at once, none forgotten, and how one that failed is repeated.

Who puts a run in line counts up `asked`. An attempt that begins notes how far it has heeded that;
while it lasts, others for the same run end at once, and where one was asked for meanwhile, it asks
for the next as it ends. So whoever puts a run in line is sure that it is looked at afterwards.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, TypeVar

import structlog
from sqlalchemy import Connection, Engine, Row, delete, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from . import sentry
from .store.models import Job
from .zoho.thinking import OURS, away

log = structlog.get_logger(__name__)
Result = TypeVar("Result")

INSERTS: dict[str, Callable[..., postgresql.Insert | sqlite.Insert]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


@dataclass(frozen=True, slots=True)
class Done:
    """The run is over."""


@dataclass(frozen=True, slots=True)
class Again:
    """The run goes on later."""

    after_seconds: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing to do until somebody puts the run in line again."""


Verdict = Done | Again | Waiting


@dataclass(frozen=True, slots=True)
class Duty:
    """What is to be done for a run."""

    work: Callable[[str], Verdict]
    """May be called again at any time: after a crash, after an exception, after `Again`."""
    gave_up: Callable[[str], None]
    """The last thing done for a run whose attempts have failed too often."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how fast an attempt that fails is repeated: with these, for about two hours."""

    tries: int = 20
    first_seconds: float = 2.0
    longest_seconds: float = 600.0

    def pause(self, tries: int) -> float:
        # Not all at the same moment, where many have failed for the same reason.
        longest = min(self.first_seconds * 2.0 ** (tries - 1), self.longest_seconds)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311


class Put(Protocol):
    """Puts a run in line within this transaction."""

    def __call__(
        self, db: Connection, run_id: str, installation: str, after_seconds: float = 0.0
    ) -> None: ...


class Attempts:
    """Makes attempts, in the name of one worker."""

    def __init__(
        self, database: Engine, worker: str, duty: Duty, patience: Patience, put: Put
    ) -> None:
        self._database, self._worker = database, worker
        self._duty, self._patience, self._put = duty, patience, put
        self._under_way: set[str] = set()
        self._guard = threading.Lock()

    @property
    def under_way(self) -> int:
        with self._guard:
            return len(self._under_way)

    def make(self, run_id: str, number: int) -> None:
        """Make this attempt, unless another is being made or knew of it already. Never raises."""
        with OURS.taken():
            self._make(run_id, number)

    def _make(self, run_id: str, number: int) -> None:
        tries = insist(lambda: self._begin(run_id, number))
        if tries is None:
            return
        with self._guard:
            self._under_way.add(run_id)
        try:
            with structlog.contextvars.bound_contextvars(run=run_id):
                after_seconds, tries = self._carry_out(run_id, tries)
                insist(lambda: self._end(run_id, number, tries, after_seconds))
        finally:
            with self._guard:
                self._under_way.discard(run_id)

    def _begin(self, run_id: str, number: int) -> int | None:
        with self._database.begin() as db:
            return begin(db, run_id, number, self._worker)

    def _carry_out(self, run_id: str, tries: int) -> tuple[float | None, int]:
        """After how many seconds it goes on, if at all, and the failed tries until then."""
        try:
            match self._verdict(run_id, tries):
                case Again(after_seconds):
                    return max(after_seconds, 0.0), 0
                case Done() | Waiting():
                    return None, 0
        except Exception as error:
            sentry.report(error)
            log.error("attempt failed", tries=tries, exc_info=error)
            return self._patience.pause(tries), tries

    def _verdict(self, run_id: str, tries: int) -> Verdict:
        if tries <= self._patience.tries:
            return self._duty.work(run_id)
        self._duty.gave_up(run_id)
        return Done()

    def _end(self, run_id: str, number: int, tries: int, after_seconds: float | None) -> None:
        with self._database.begin() as db:
            job = end(db, run_id, number, self._worker, tries)
            if job is None:
                log.warning("somebody else has taken this attempt over")
            elif job.asked > job.heeded:
                self._put(db, run_id, job.installation)
            elif after_seconds is not None:
                self._put(db, run_id, job.installation, after_seconds)


def insist(write: Callable[[], Result], pause: Callable[[float], None] = time.sleep) -> Result:
    """Do it, and again until the database is there: an attempt must never end unnoticed."""
    seconds = 0.5
    while True:
        try:
            return write()
        except Exception as error:
            log.error("cannot note an attempt", exc_info=error)
            with away():
                pause(seconds)
            seconds = min(seconds * 2, 30.0)


def ask(db: Connection, run_id: str, installation: str) -> int:
    """Note that an attempt is asked for. Its number."""
    asked = INSERTS[db.dialect.name](Job).values(
        run_id=run_id, installation=installation, asked=1, heeded=0, tries=0, changed_at=_now()
    )
    again = asked.on_conflict_do_update(
        index_elements=[Job.run_id], set_={"asked": Job.asked + 1, "changed_at": _now()}
    )
    number: int = db.execute(again.returning(Job.asked)).scalar_one()
    return number


def begin(db: Connection, run_id: str, number: int, worker: str) -> int | None:
    """Begin this attempt, or take it over from a worker that died. How many have been begun in
    vain, with this one; None where it is not to be made."""
    free = or_(Job.attempt == number, Job.attempt.is_(None) & (Job.heeded < number))
    tries: int | None = db.execute(
        update(Job)
        .where(Job.run_id == run_id, free)
        .values(
            attempt=number,
            worker=worker,
            heeded=Job.asked,
            tries=Job.tries + 1,
            changed_at=_now(),
        )
        .returning(Job.tries)
    ).scalar_one_or_none()
    return tries


def end(
    db: Connection, run_id: str, number: int, worker: str, tries: int
) -> Row[int, int, str] | None:
    """Note that the attempt is over; None where it is no longer this worker's."""
    return db.execute(
        update(Job)
        .where(Job.run_id == run_id, Job.attempt == number, Job.worker == worker)
        .values(attempt=None, worker=None, tries=tries, changed_at=_now())
        .returning(Job.asked, Job.heeded, Job.installation)
    ).one_or_none()


def forget(db: Connection, before: datetime) -> None:
    """Delete the jobs that nothing is to be done for, and nothing was since then."""
    idle = (Job.attempt.is_(None), Job.asked == Job.heeded, Job.changed_at < before)
    db.execute(delete(Job).where(*idle))


def _now() -> datetime:
    return datetime.now(UTC)
