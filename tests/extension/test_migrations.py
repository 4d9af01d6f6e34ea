"""The tables: migrations and models say the same, on both databases, there and back."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Select, Table, inspect, select
from sqlalchemy.exc import IntegrityError

from extension.store import database
from extension.store.models import Base, Grant, Installation, Session
from tests.extension.rig import children


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path) -> Engine:
    """A database without any table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/empty.db"
    else:
        url = request.getfixturevalue("postgresql").empty()
    engine = database.open_engine(url)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    """What alembic would change to make the tables those of the models."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))


def test_only_who_finds_it_busy_waits_for_the_right_to_write(tmp_path):
    engine = database.open_engine(f"sqlite:///{tmp_path}/own.db")
    with engine.connect() as mine:
        mine.exec_driver_sql("BEGIN")
        began = time.monotonic()
        with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
            database.lock_soon(mine, patience=5)
        assert time.monotonic() - began < 4
        mine.exec_driver_sql("CREATE TABLE one (id INTEGER)")
        with engine.connect() as other, pytest.raises(sqlite3.OperationalError, match="locked"):
            database.lock_soon(other, patience=0.01)
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def downgrade(engine: Engine) -> None:
    with database.alone(engine) as connection:
        command.downgrade(database._alembic(connection), "base")


def test_migrating_from_nothing_makes_the_tables_of_the_models(empty):
    database.migrate(empty)
    assert differences(empty) == []
    assert tables(empty) == {*Base.metadata.tables, "alembic_version"}
    assert database.is_current(empty)


def test_migrating_twice_does_nothing(empty):
    database.migrate(empty)
    database.migrate(empty)
    assert differences(empty) == []


def test_migrations_can_be_taken_back(empty):
    database.migrate(empty)
    downgrade(empty)
    assert tables(empty) == {"alembic_version"}
    assert not database.is_current(empty)
    database.migrate(empty)
    assert differences(empty) == []


def test_an_id_is_never_given_twice(sessions):
    """Else what a process still keeps or does for an org that has gone would be the next one's."""
    first, last = an_installation(), an_installation(short_id="b", data_center="eu")
    with sessions.begin() as db:
        db.add_all([first, last])
    with sessions.begin() as db:
        db.delete(db.get(Installation, last.id))
    following = an_installation(short_id="c", data_center="in")
    with sessions.begin() as db:
        db.add(following)
    assert following.id not in (first.id, last.id)


def test_what_was_kept_before_ids_were_never_given_twice_stays(empty):
    with database.alone(empty) as connection:
        command.upgrade(database._alembic(connection), "0002")
    sessions = database.open_sessions(empty)
    with sessions.begin() as db:
        installation = an_installation()
        db.add(installation)
        db.flush()
        grant = a_grant(installation)
        db.add(grant)
        db.flush()
        db.add(a_session(grant))
    before = contents(empty)
    database.migrate(empty)
    assert contents(empty) == before
    assert differences(empty) == []
    with sessions.begin() as db:
        db.delete(db.get(Installation, installation.id))
    assert contents(empty) == {}, "all goes with it"
    with sessions.begin() as db:
        db.add(following := an_installation())
    assert following.id > installation.id


def contents(engine: Engine) -> dict[str, list[object]]:
    """Every row of ours, of the tables that have any."""
    there = [one for one in Base.metadata.sorted_tables if one.name in tables(engine)]
    with engine.connect() as connection:
        found = {one.name: sorted(map(str, connection.execute(rows_of(engine, one))))
                 for one in there}  # fmt: skip
    return {name: rows for name, rows in found.items() if rows}


def rows_of(engine: Engine, table: Table) -> Select[tuple[object, ...]]:
    """An older table has fewer columns."""
    names = [one["name"] for one in inspect(engine).get_columns(table.name)]
    return select(*(table.c[name] for name in names if name in table.c))


def a_grant(installation: Installation) -> Grant:
    return Grant(
        installation_id=installation.id, zoho_user_id="1", user_name="x", user_email="x",
        profile_id="1", profile_name="x", administrator=True, user_read_at=datetime.now(UTC),
        scopes="", state="active", refresh_token="x", access_token="x",
        access_until=datetime.now(UTC), refreshing_until=None,
    )  # fmt: skip


def a_session(grant: Grant) -> Session:
    return Session(
        token_hash="x", installation_id=grant.installation_id, grant_id=grant.id,
        expires_at=datetime.now(UTC),
    )  # fmt: skip


def test_a_connection_that_has_migrated_is_used_for_nothing_else(empty):
    database.migrate(empty)
    if empty.dialect.name == "sqlite":
        with empty.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_processes_that_migrate_at_once_do_no_harm(empty):
    """A release that is started on several machines."""
    at_once = children.Barrier(3)
    url = empty.url.render_as_string(hide_password=False)
    migrating = [children.Process(target=migrate, args=(url, at_once)) for _ in range(3)]
    for process in migrating:
        process.start()
    for process in migrating:
        process.join(30)
    assert [process.exitcode for process in migrating] == [0, 0, 0]
    assert differences(empty) == []


def migrate(url: str, at_once) -> None:
    """In a process of its own."""
    engine = database.open_engine(url)
    at_once.wait(30)
    database.migrate(engine)
    engine.dispose()


def test_there_is_one_newest_revision():
    assert len(ScriptDirectory.from_config(database._alembic()).get_heads()) == 1


@pytest.fixture
def sessions(empty):
    database.migrate(empty)
    return database.open_sessions(empty)


def an_installation(**values: object) -> Installation:
    given = {
        "short_id": "abcdef", "zgid": "1", "data_center": "us", "api_domain": "x", "org_name": "x",
        "edition": "", "automation_grant_id": None, "installed_at": datetime.now(UTC),
    }  # fmt: skip
    return Installation(**given | values)


def test_a_moment_comes_back_as_it_was_with_its_zone(sessions):
    hanoi = timezone(timedelta(hours=7))
    moment = datetime(2026, 1, 10, 19, 0, 0, 123456, tzinfo=hanoi)
    with sessions.begin() as db:
        db.add(an_installation(installed_at=moment))
    with sessions() as db:
        found = db.query(Installation).one().installed_at
    assert found == moment
    assert found.tzinfo is UTC


def test_an_org_is_installed_once_per_region(sessions):
    with sessions.begin() as db:
        db.add_all([an_installation(), an_installation(short_id="b", data_center="eu")])
    with pytest.raises(IntegrityError), sessions.begin() as db:
        db.add(an_installation(short_id="c"))


def test_an_error_of_the_database_repeats_no_value(sessions):
    with sessions.begin() as db:
        db.add(an_installation())
    with pytest.raises(IntegrityError) as raised, sessions.begin() as db:
        db.add(an_installation(short_id="c", org_name="Zyxwvutov"))
    assert "Zyxwvutov" not in str(raised.value)


def test_sqlite_writes_ahead_and_keeps_references(tmp_path):
    engine = database.open_engine(f"sqlite:///{tmp_path}/some.db")
    with engine.connect() as connection:
        said = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]
    engine.dispose()
    assert said == ["wal", 1, 30000]


def test_who_locks_soon_waits_for_who_writes_and_then_holds_the_database(tmp_path):
    engine = database.open_engine(f"sqlite:///{tmp_path}/some.db")
    held, free = threading.Event(), threading.Event()

    def write() -> None:
        with engine.connect() as other:
            other.exec_driver_sql("BEGIN IMMEDIATE")
            held.set()
            assert free.wait(10)

    with ThreadPoolExecutor() as threads, engine.connect() as impatient:
        writing = threads.submit(write)
        assert held.wait(10)
        with pytest.raises(sqlite3.OperationalError):
            database.lock_soon(impatient, patience=0)
        free.set()
        writing.result()
        database.lock_soon(impatient)
        with engine.connect() as late, pytest.raises(sqlite3.OperationalError):
            database.lock_soon(late, patience=0)
        assert impatient.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30000
    engine.dispose()
