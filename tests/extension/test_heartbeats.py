"""Signs of life: whoever gives none is struck off, by one who could have heard them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy
from sqlalchemy import delete, func, insert, select, update

from extension import worker_names
from extension.heartbeats import Heart, Rhythm
from extension.store import database
from extension.store.models import Worker
from tests.extension.rig import on_postgresql

pytestmark = on_postgresql

RHYTHM = Rhythm(every_seconds=5, silent_seconds=20)


@pytest.fixture
def engine(database_url) -> Iterator[sqlalchemy.Engine]:
    one = database.open_engine(database_url)
    yield one
    one.dispose()


class Ward:
    """One heart under test, with a clock of its own, among others in the table."""

    def __init__(self, engine: sqlalchemy.Engine, rhythm: Rhythm = RHYTHM) -> None:
        self.engine, self.time = engine, 0.0
        self.living: list[set[str]] = []
        """Whom it took for living, each time it took over from the dead."""
        self.lost = 0
        self.heart = Heart(
            engine, "me", rhythm,
            take_over=self.living.append, lost=self.note_loss, clock=lambda: self.time,
        )  # fmt: skip

    def note_loss(self) -> None:
        self.lost += 1

    def admit(self, name: str, seconds_ago: float) -> None:
        seen = func.clock_timestamp() - timedelta(seconds=seconds_ago)
        with self.engine.begin() as db:
            db.execute(insert(Worker).values(name=name, seen_at=seen))

    def beat_at(self, *times: float) -> None:
        for self.time in times:
            self.heart.beat()

    @property
    def names(self) -> set[str]:
        with self.engine.connect() as db:
            return set(db.scalars(select(Worker.name)))


@pytest.fixture
def ward(engine) -> Ward:
    return Ward(engine)


def test_a_worker_that_is_silent_is_struck_off_and_taken_over_from(ward):
    ward.admit("silent", 21)
    ward.admit("fresh", 15)
    ward.beat_at(5, 10, 15, 20)
    assert ward.living == [{"me", "fresh"}]
    assert ward.names == {"me", "fresh"}


def test_where_workers_die_young_one_that_lives_for_some_seconds_takes_over(engine):
    """Else, with workers that are killed every eight seconds, nothing is ever taken over."""
    young = Ward(engine, Rhythm())
    young.admit("silent", 8)
    young.beat_at(1.5, 3, 4.5, 6)
    assert (young.living, young.names) == ([{"me"}], {"me"})


def test_whose_process_is_gone_from_the_same_machine_is_taken_over_from_at_the_next_sign(ward):
    """Be it that the judge has only just begun."""
    with another_process() as (worker, kill):
        ward.admit(worker, 5)
        ward.beat_at(5)
        assert ward.names == {"me", worker}
        kill()
        ward.admit("elsewhere", 5)
        ward.beat_at(10)
    assert (ward.living, ward.names) == ([{"me", "elsewhere"}], {"me", "elsewhere"})


def test_what_has_only_just_gone_is_left_alone_for_as_long_as_its_calls_may_be_on_their_way(ward):
    with another_process() as (worker, kill):
        kill()
        ward.admit(worker, 2)
        ward.beat_at(5)
    assert (ward.living, ward.names) == ([], {"me", worker})


@contextmanager
def another_process() -> Iterator[tuple[str, Callable[[], None]]]:
    """The name of a worker that it could be; and how to kill it, without anybody asking how it has
    ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as one:

        def kill() -> None:
            one.kill()
            os.waitid(os.P_PID, one.pid, os.WEXITED | os.WNOWAIT)

        yield worker_names.name(one.pid), kill


def test_a_worker_that_has_just_begun_judges_nobody(ward):
    ward.admit("silent", 3600)
    ward.beat_at(5, 10, 15)
    assert (ward.living, ward.names) == ([], {"me", "silent"})


def test_after_an_outage_everybody_has_time_to_come_back(ward):
    ward.beat_at(5, 10, 15, 20)
    ward.living.clear()
    ward.admit("not back yet", 60)
    ward.beat_at(80, 85, 90, 95)
    assert (ward.living, ward.names) == ([], {"me", "not back yet"})
    ward.beat_at(100)
    assert ward.living == [{"me"}]


def test_a_worker_that_was_struck_off_learns_it_at_its_next_sign(ward):
    with ward.engine.begin() as db:
        db.execute(delete(Worker))
    assert ward.heart.beat() is False
    assert (ward.lost, ward.names) == (1, set())


def test_a_sign_of_life_is_noted_by_the_clock_of_the_database(ward):
    with ward.engine.begin() as db:
        db.execute(update(Worker).values(seen_at=func.clock_timestamp() - timedelta(hours=1)))
    ward.beat_at(5)
    with ward.engine.connect() as db:
        age = db.scalar(select(func.clock_timestamp() - Worker.seen_at))
    assert age < timedelta(minutes=1)


def test_only_one_at_a_time_takes_over(ward, engine):
    with engine.begin() as db:
        db.execute(select(func.pg_advisory_xact_lock(7210450)))
        ward.beat_at(5, 10, 15, 20)
    assert ward.living == []


def test_who_stops_looks_after_nobody_any_more_and_leaves_no_trace(ward):
    ward.admit("silent", 3600)
    ward.heart.withdraw()
    ward.beat_at(5, 10, 15, 20)
    assert ward.living == []
    ward.heart.start()
    ward.heart.stop()
    assert ward.names == {"silent"}


def test_a_database_that_is_away_does_not_end_the_beating(ward, engine):
    with engine.begin() as db:
        db.execute(sqlalchemy.text("ALTER TABLE workers RENAME TO away"))
    assert ward.heart.beat() is True
    with engine.begin() as db:
        db.execute(sqlalchemy.text("ALTER TABLE away RENAME TO workers"))
    assert ward.heart.beat() is True
    assert ward.lost == 0
