"""Opens the database and brings its tables up to date: SQLite in WAL mode, or PostgreSQL."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from sqlite3 import SQLITE_BUSY, SQLITE_LOCKED, OperationalError
from sqlite3 import Connection as SqliteConnection
from typing import Any, TypeVar, cast

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Delete, Engine, Update, create_engine, event, make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

Sessions = sessionmaker[Session]
Result = TypeVar("Result")
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 30
"""How long who wants to write waits for those who do."""
NAP_SECONDS = 0.0002
"""Shorter than the moment between two who write, or the second goes first."""
BUSY = (SQLITE_BUSY, SQLITE_LOCKED)


def is_usable(url: str) -> bool:
    """Whether the URL names a database of a kind that we can work with."""
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except SQLAlchemyError:
        return False
    if parsed.get_backend_name() == "sqlite":
        # In memory each thread would have a database of its own.
        return bool(parsed.database) and not str(parsed.database).startswith(":")
    return (parsed.get_backend_name(), parsed.get_driver_name()) == ("postgresql", "psycopg")


def open_engine(url: str) -> Engine:
    """An engine with a small pool, whose errors repeat no values. Nothing is connected yet."""
    # As many as a process of the web has threads: what goes beyond is closed after each use.
    pool: dict[str, Any] = {"pool_size": 16, "max_overflow": 8, "pool_use_lifo": True}
    if make_url(url).get_backend_name() == "sqlite":
        # Where that cannot be, connecting says so.
        with suppress(OSError):
            Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
        patience = {"timeout": BUSY_SECONDS}
        engine = create_engine(url, connect_args=patience, hide_parameters=True, **pool)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    return create_engine(url, pool_pre_ping=True, hide_parameters=True, **pool)


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    # WAL lets readers go on while one process writes; synchronous stays FULL, since a
    # committed line of the journal must survive a power cut.
    for pragma in ("foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")
    # The file keeps this. SQLite waits for nobody here: who finds it locked has been beaten to it.
    with suppress(OperationalError):
        connection.execute("PRAGMA journal_mode=WAL")


def lock_soon(db: Connection, patience: float = BUSY_SECONDS) -> None:
    """Begin a transaction that will write, for somebody who waits for an answer.

    SQLite lets one write at a time, and who finds it taken naps, longer each time: a tenth of a
    second in the end, while others go first. Here the naps are short. PostgreSQL needs nothing of
    this. Raises sqlite3.OperationalError where the patience, in seconds, is over, and at once
    where waiting does not help.
    """
    if db.dialect.name != "sqlite":
        return
    sqlite = cast(SqliteConnection, db.connection.driver_connection)
    until = time.monotonic() + patience
    sqlite.execute("PRAGMA busy_timeout=0")
    try:
        while not _locked(sqlite, last=time.monotonic() >= until):
            time.sleep(NAP_SECONDS)
    finally:
        sqlite.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _locked(sqlite: SqliteConnection, *, last: bool) -> bool:
    try:
        sqlite.execute("BEGIN IMMEDIATE")
    except OperationalError as error:
        # The low byte says what it is, the rest which kind of it.
        if last or getattr(error, "sqlite_errorcode", 0) & 0xFF not in BUSY:
            raise
        return False
    return True


def open_sessions(engine: Engine) -> Sessions:
    return sessionmaker(engine, expire_on_commit=False)


def changed(db: Session, statement: Delete | Update) -> int:
    """Carry it out; how many rows it has changed. None of them is fetched: others may be waiting
    to write."""
    return db.connection().execute(statement).rowcount


def once_more(write: Callable[[], Result]) -> Result:
    """Do it, and again where somebody else has written the same line in this very moment: then it
    is there to be found."""
    try:
        return write()
    except IntegrityError:
        return write()


# So that of several processes that start at once, one migrates and the others find it done.
ALONE = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT pg_advisory_xact_lock(7210449)",
}


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest revision; does nothing where they are there already."""
    with alone(engine) as connection:
        command.upgrade(_alembic(connection), "head")


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """One transaction in which nobody else changes tables, and SQLite, which changes a table by
    making it again, does not take the old one's end for that of its rows."""
    with engine.connect() as connection:
        # Its settings are not those of the pool's others.
        connection.detach()
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(ALONE[engine.dialect.name])
        yield connection
        connection.commit()


def is_current(engine: Engine) -> bool:
    """Whether the tables are those that this code expects."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(_alembic()).get_current_head()


def _alembic(connection: Connection | None = None) -> AlembicConfig:
    config = AlembicConfig()
    config.attributes["connection"] = connection
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def is_ready(engine: Engine) -> bool:
    """Whether the database answers and its tables are current."""
    try:
        return is_current(engine)
    except SQLAlchemyError:
        return False
