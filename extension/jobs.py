"""The durable queue of runs: the only file that knows the engine, DBOS.

Web processes put runs in line; `flask work` carries them out. What the engine keeps is a queue of
attempts: ids alone, since what a run has to do and has done is in our own journal.
"""

import logging
import os
import uuid
from datetime import datetime
from functools import cached_property
from pathlib import Path

import sqlalchemy
import structlog
from dbos import DBOS, DBOSClient, EnqueueOptions, WorkflowSerializationFormat
from sqlalchemy.orm import Session

from . import attempts, worker_names
from .attempts import Again, Attempts, Done, Duty, Patience, Verdict, Waiting
from .config import Config
from .engine_lock import EngineLock, EngineTaken
from .heartbeats import Heart, Rhythm

__all__ = [
    "Again", "Done", "Duty", "Engine", "EngineTaken", "Patience", "Queue", "Rhythm", "Verdict",
    "Waiting", "migrate", "start",
]  # fmt: skip

log = structlog.get_logger(__name__)

NAME = "convert-anywhere"
QUEUE = "runs"
ATTEMPT = "attempt"
# An attempt is two arguments and no steps: every edition of ours can make those that another began,
# so this never changes. Without it each new edition would leave the attempts of the last one alone.
VERSION = "1"
# The engine asks for work this often: on average half of it passes between a click and the work.
POLL_SECONDS = 0.2
LISTEN_SECONDS = 0.25
DRAIN_SECONDS = 25.0
OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
AT_ONCE = 500
STRUCK_OFF = 75


def migrate(database_url: str) -> None:
    """Bring the engine's own tables up to date: on PostgreSQL in the schema `dbos`, on SQLite in
    the same file as ours, so that a run is put in line in the transaction that makes it."""
    _hush()
    DBOS.migrate(database_url)


class Queue:
    """Where any process puts runs in line. Opens no connection of its own."""

    def __init__(self, database: sqlalchemy.Engine) -> None:
        self._database = database

    @cached_property
    def _client(self) -> DBOSClient:
        # At first use: by then gunicorn has forked.
        _hush()
        return DBOSClient(
            system_database_engine=self._database,
            application_name=NAME,
            lazy=True,
            retry_connection_errors=False,
        )

    def enqueue(
        self,
        run_id: str,
        installation: str,
        connection: sqlalchemy.Connection | Session | None = None,
    ) -> None:
        """See to it that the run is looked at once this is committed, unless that is to happen
        anyway. With a connection: as part of its transaction."""
        match connection:
            case None:
                with self._database.begin() as own:
                    self.put(own, run_id, installation)
            case Session():
                self.put(connection.connection(), run_id, installation)
            case _:
                self.put(connection, run_id, installation)

    def put(
        self,
        db: sqlalchemy.Connection,
        run_id: str,
        installation: str,
        after_seconds: float = 0.0,
    ) -> None:
        """The same, and not before that many seconds have passed."""
        number = attempts.ask(db, run_id, installation)
        options: EnqueueOptions = {
            "workflow_name": ATTEMPT,
            "queue_name": QUEUE,
            "workflow_id": f"{run_id}.{number}.{uuid.uuid4().hex[:12]}",
            "queue_partition_key": installation,
            "serialization_type": WorkflowSerializationFormat.PORTABLE,
        }  # fmt: skip
        if after_seconds > 0:
            options["delay_seconds"] = after_seconds
        self._client.enqueue_in_transaction(db, options, run_id, number)

    def open(self, config: Config) -> None:
        """Set the limits. The engine looks for queues as it starts, so this comes first."""
        self._client.register_queue(
            QUEUE,
            worker_concurrency=config.worker_concurrency,
            partition_concurrency=config.runs_per_installation,
            polling_interval_sec=POLL_SECONDS,
        )

    def forget(self, before: datetime) -> int:
        """Delete the attempts that were over before then. How many these were."""
        count = 0
        while found := self._client.list_workflows(
            status=OVER,
            completed_before=before.isoformat(),
            limit=AT_ONCE,
            load_input=False,
            load_output=False,
        ):
            self._client.delete_workflows([one.workflow_id for one in found])
            count += len(found)
        with self._database.begin() as db:
            attempts.forget(db, before)
        return count


class Engine:
    """Carries out what is in line, from `start` on: one in each process, on SQLite one in all."""

    def __init__(
        self,
        worker: str,
        making: Attempts,
        *,
        heart: Heart | None = None,
        lock: EngineLock | None = None,
    ) -> None:
        self.worker = worker
        self._making, self._heart, self._lock = making, heart, lock

    def stop(self, drain_seconds: float = DRAIN_SECONDS) -> int:
        """Begin nothing more and wait that long for what is under way. How much still is: another
        worker, or the next start, takes that over."""
        if self._heart is not None:
            self._heart.withdraw()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=int(drain_seconds))
        if self._heart is not None:
            self._heart.stop()
        if self._lock is not None:
            self._lock.release()
        return self._making.under_way


def start(
    config: Config,
    database: sqlalchemy.Engine,
    duty: Duty,
    *,
    patience: Patience | None = None,
    rhythm: Rhythm | None = None,
) -> Engine:
    """Carry out runs in this process. Raises EngineTaken where another one does on SQLite. Never
    before a fork: the engine has threads and connections."""
    # By this name the engine knows after a crash which attempts were its own.
    worker, lock, heart = "local", None, None
    if _on_sqlite(database):
        lock = EngineLock(Path(database.url.database or ""))
    else:
        # On several machines no name may come back: what it had is given to the living.
        worker = worker_names.name()
        # Before the launch, or the others would take us for dead.
        heart = Heart(database, worker, rhythm or Rhythm(), take_over=_take_over, lost=_end_at_once)
    queue = Queue(database)
    queue.open(config)
    making = Attempts(database, worker, duty, patience or Patience(), queue.put)
    _launch(config, worker, making)
    if heart is not None:
        heart.start()
    return Engine(worker, making, heart=heart, lock=lock)


def _launch(config: Config, worker: str, making: Attempts) -> None:
    _hush()
    DBOS(
        config={
            "name": NAME,
            "system_database_url": config.database_url,
            "application_version": VERSION,
            "executor_id": worker,
            "run_migrations": False,
            "log_level": "WARNING",
            "sys_db_pool_size": 10,
            "notification_listener_polling_interval_sec": LISTEN_SECONDS,
        }
    )

    # We count the tries ourselves, and somebody is told when they are used up.
    @DBOS.workflow(
        name=ATTEMPT,
        max_recovery_attempts=None,
        serialization_type=WorkflowSerializationFormat.PORTABLE,
    )
    def attempt(run_id: str, number: int) -> None:
        making.make(run_id, number)

    DBOS.launch()


def _take_over(living: set[str]) -> None:
    """Put what the dead had begun in line again."""
    begun = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    orphans = [one.workflow_id for one in begun if one.executor_id not in living]
    if orphans:
        DBOS.resume_workflows(orphans, queue_name=QUEUE)
        log.warning("took over from workers that died", attempts=len(orphans))


def _end_at_once() -> None:
    """Others have our runs: nothing of ours may go on, and threads can't be stopped."""
    log.critical("this worker was silent for too long and is counted as dead: it ends")
    os._exit(STRUCK_OFF)


def _on_sqlite(database: sqlalchemy.Engine) -> bool:
    return database.dialect.name == "sqlite"


def _hush() -> None:
    """The engine's own log: warnings only, in our one stream (it sets up another where it finds no
    handler)."""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.WARNING)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
