"""Who of several workers lives: each notes a sign of life in the database, by the database's clock,
and whoever is silent for too long is struck off; at once, where another on the same machine sees
that the process is gone. PostgreSQL only."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import (
    Connection,
    CursorResult,
    Engine,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from . import sentry
from .store.models import Moment, Worker
from .worker_names import surely_dead

log = structlog.get_logger(__name__)

# One at a time looks for the silent ones. Any number will do that nobody else uses.
LOCK = 7210450


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often to give a sign of life, and after how much silence a worker counts as dead.

    Only who has lived that long may judge others, so where workers die often it must be short.
    """

    every_seconds: float = 1.5
    silent_seconds: float = 6.0
    gone_seconds: float = 4.0
    """After so much silence what is gone for certain is taken over from: what it has sent to Zoho
    may have been on its way."""


class Heart:
    """Beats for one worker, which counts as alive from its making on, and looks after the others.

    `take_over` is told who lives, with nobody else being told at the same time. `lost` is called
    where this worker itself was struck off: others carry on its work.
    """

    def __init__(
        self,
        database: Engine,
        worker: str,
        rhythm: Rhythm,
        *,
        take_over: Callable[[set[str]], None],
        lost: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._worker, self._rhythm = database, worker, rhythm
        self._take_over, self._lost, self._clock = take_over, lost, clock
        self._stopped = threading.Event()
        self._looking = threading.Lock()
        self._withdrawn = False
        self._thread = threading.Thread(target=self._go_on, name="heart", daemon=True)
        self._beats_since = self._last_beat = clock()
        with database.begin() as db:
            db.execute(insert(Worker).values(name=worker, seen_at=_now()))

    def start(self) -> None:
        self._thread.start()

    def withdraw(self) -> None:
        """Look after nobody any more, but give signs of life."""
        with self._looking:
            self._withdrawn = True

    def stop(self) -> None:
        """Beat no more; what is left undone is anybody's."""
        self._stopped.set()
        self._thread.join(self._rhythm.every_seconds)
        # Where the database is away: the others will hear nothing from us either way.
        with suppress(SQLAlchemyError), self._database.begin() as db:
            db.execute(delete(Worker).where(Worker.name == self._worker))

    def beat(self) -> bool:
        """Give one sign of life. Whether this worker still counts as alive."""
        try:
            if not self._sign():
                self._lost()
                return False
            with self._looking:
                if not self._withdrawn:
                    self._look_after_others()
        except Exception as error:
            sentry.report(error)
            log.error("no sign of life given", exc_info=error)
        return True

    def _go_on(self) -> None:
        while not self._stopped.wait(self._rhythm.every_seconds) and self.beat():
            pass

    def _sign(self) -> bool:
        """Whether this worker still counts as alive."""
        mine = update(Worker).where(Worker.name == self._worker).values(seen_at=_now())
        with self._database.begin() as db:
            found: CursorResult[Any] = db.execute(mine)
            alive = found.rowcount == 1
        now = self._clock()
        if now - self._last_beat > self._rhythm.silent_seconds / 2:
            self._beats_since = now
        self._last_beat = now
        return alive

    def _may_judge(self) -> bool:
        """Only who could give signs of life all the while may say that others did not: else after
        an outage of the database the first one back would strike off all the rest."""
        unbroken = self._last_beat - self._beats_since
        return unbroken >= self._rhythm.silent_seconds

    def _look_after_others(self) -> None:
        judges = self._may_judge()
        with self._database.begin() as db:
            quiet = Worker.seen_at < _ago(self._rhythm.gone_seconds)
            gone = list(filter(surely_dead, db.scalars(select(Worker.name).where(quiet))))
            if not judges and not gone:
                return
            silent = Worker.seen_at < _ago(self._rhythm.silent_seconds) if judges else false()
            if _alone(db):
                # Before anything of theirs is touched: who was struck off finds out at its next
                # sign, and stops.
                db.execute(delete(Worker).where(or_(Worker.name.in_(gone), silent)))
        with self._database.begin() as db:
            if _alone(db):
                self._take_over(set(db.scalars(select(Worker.name))))


def _now() -> Any:
    return func.clock_timestamp(type_=Moment)


def _ago(seconds: float) -> Any:
    return _now() - func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _alone(db: Connection) -> bool:
    return bool(db.scalar(select(func.pg_try_advisory_xact_lock(LOCK))))
