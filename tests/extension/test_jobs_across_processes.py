"""Workers as processes: killed, frozen, told to stop, and side by side."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import FrameType

import pytest
import sqlalchemy
from dbos import DBOS
from sqlalchemy import select

from extension import jobs, join, logs, worker
from extension.config import Config
from extension.jobs import Done, Duty, Queue, Rhythm, Verdict
from extension.store import database
from extension.store.models import Job
from extension.store.models import Worker as Seen
from extension.zoho.thinking import away
from tests.extension.rig import children, on_postgresql

SECONDS = 30.0
# On a busy machine a worker that lives may well be silent for a second.
RHYTHM = Rhythm(every_seconds=0.1, silent_seconds=3.0)


@dataclass
class Hand:
    """A worker in a process of its own."""

    process: BaseProcess
    told: Connection
    gate: Connection

    def next(self) -> str:
        """What it tells next."""
        assert self.told.poll(SECONDS), "it tells nothing"
        return str(self.told.recv())

    def open(self) -> None:
        """Let what it has begun come to its end."""
        self.gate.send("open")

    def send(self, number: signal.Signals) -> None:
        os.kill(self.process.pid or 0, number)

    def ends_with(self) -> int | None:
        self.process.join(SECONDS)
        return self.process.exitcode


Role = Callable[[Config, Connection, Connection], None]
Hire = Callable[[Role], Hand]


@pytest.fixture
def hire(config) -> Iterator[Hire]:
    hands: list[Hand] = []

    def begin(role: Role) -> Hand:
        told, tell = children.Pipe(duplex=False)
        passed, gate = children.Pipe(duplex=False)
        process = children.Process(target=role, args=(config, tell, passed), daemon=True)
        process.start()
        hands.append(Hand(process, told, gate))
        tell.close()
        passed.close()
        assert hands[-1].next() == "ready"
        return hands[-1]

    yield begin
    for hand in hands:
        hand.process.kill()
        hand.process.join()
        hand.told.close()
        hand.gate.close()


@pytest.fixture
def engine(database_url) -> Iterator[sqlalchemy.Engine]:
    one = database.open_engine(database_url)
    yield one
    one.dispose()


@pytest.fixture
def queue(engine) -> Queue:
    return Queue(engine)


def duty(tell: Connection, passed: Connection) -> Duty:
    """Tells of each run that it begins, and that it ends once it may."""
    alone = threading.Lock()

    def work(run_id: str) -> Verdict:
        with alone:
            tell.send(f"{run_id} begins")
        with away():
            assert passed.poll(SECONDS)
        with alone:
            tell.send(f"{run_id} ends")
        return Done()

    return Duty(work, tell.send)


def works(config: Config, tell: Connection, passed: Connection) -> None:
    """In a process of its own: an engine, with a quick heart."""
    logs.set_up("CRITICAL")
    engine = database.open_engine(config.database_url)
    jobs.start(config, engine, duty(tell, passed), rhythm=RHYTHM)
    tell.send("ready")
    threading.Event().wait()


def works_in_another_edition(config: Config, tell: Connection, passed: Connection) -> None:
    """The same, with other code of the engine's: by that it tells editions apart, if let."""

    @DBOS.workflow(name="of this edition")
    def _of_this_edition() -> None:
        raise NotImplementedError

    works(config, tell, passed)


def works_until_it_is_told_to_stop(config: Config, tell: Connection, passed: Connection) -> None:
    """In a process of its own: what `flask work` does."""
    logs.set_up("CRITICAL")
    stop = threading.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        tell.send("stopping")
        stop.set()

    signal.signal(signal.SIGTERM, told)
    tell.send("ready")
    sys.exit(worker.work(join(config), stop, duty(tell, passed)))


def names_every_call(config: Config, tell: Connection, passed: Connection) -> None:
    """In a process of its own: an engine that tells of each use of the network."""
    calls: list[str] = []

    def note(event: str, _arguments: tuple[object, ...]) -> None:
        if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"):
            calls.append(event)

    sys.addaudithook(note)
    logs.set_up("CRITICAL")
    engine = database.open_engine(config.database_url)
    running = jobs.start(config, engine, duty(tell, passed), rhythm=RHYTHM)
    tell.send("ready")
    assert passed.poll(SECONDS)
    running.stop(2)
    tell.send(f"calls: {calls}")


def state(engine: sqlalchemy.Engine, run_id: str = "run") -> tuple[object, object]:
    with engine.connect() as db:
        return tuple(db.execute(select(Job.attempt, Job.heeded).where(Job.run_id == run_id)).one())


def killed_in_the_middle_of_a_run(hire: Hire, queue: Queue) -> None:
    one = hire(works)
    queue.enqueue("run", "7")
    assert one.next() == "run begins"
    one.send(signal.SIGKILL)
    one.process.join()


def test_what_a_killed_worker_had_begun_is_made_by_the_next(hire, queue):
    killed_in_the_middle_of_a_run(hire, queue)
    following = hire(works)
    assert following.next() == "run begins"
    following.open()
    assert following.next() == "run ends"


def test_what_a_worker_of_one_edition_had_begun_and_in_line_is_made_by_one_of_another(hire, queue):
    killed_in_the_middle_of_a_run(hire, queue)
    queue.enqueue("another", "8")
    newer = hire(works_in_another_edition)
    assert sorted([newer.next(), newer.next()]) == ["another begins", "run begins"]
    newer.open()
    newer.open()
    assert sorted([newer.next(), newer.next()]) == ["another ends", "run ends"]


@on_postgresql
def test_what_a_killed_worker_had_begun_is_taken_over_by_one_that_lives(hire, queue):
    killed = hire(works)
    queue.enqueue("run", "7")
    assert killed.next() == "run begins"
    living = hire(works)
    killed.send(signal.SIGKILL)
    assert living.next() == "run begins"
    living.open()
    assert living.next() == "run ends"


@on_postgresql
def test_a_worker_that_was_taken_for_dead_ends_at_once_when_it_wakes(hire, queue, engine):
    hands = [hire(works), hire(works)]
    queue.enqueue("run", "7")
    [heard] = wait([hand.told for hand in hands], SECONDS)
    frozen, living = sorted(hands, key=lambda hand: hand.told is not heard)
    assert frozen.next() == "run begins"
    frozen.send(signal.SIGSTOP)
    assert living.next() == "run begins"
    frozen.send(signal.SIGCONT)
    assert frozen.ends_with() == jobs.STRUCK_OFF
    living.open()
    assert living.next() == "run ends"


@on_postgresql
def test_a_limit_of_an_installation_holds_over_all_workers(hire, queue, engine, config):
    hands = [hire(works), hire(works)]
    for number in range(12):
        queue.enqueue(f"many {number}", "7")
    told: list[str] = []
    while len(told) < config.runs_per_installation:
        told += [hand.next() for hand in hands if hand.told.poll(0.05)]
    queue.enqueue("single", "8")
    while "single begins" not in told:
        told += [hand.next() for hand in hands if hand.told.poll(0.05)]
    assert len(told) == config.runs_per_installation + 1


def test_a_worker_that_is_told_to_stop_finishes_what_it_has_begun(hire, queue, engine):
    hand = hire(works_until_it_is_told_to_stop)
    queue.enqueue("run", "7")
    assert hand.next() == "run begins"
    hand.send(signal.SIGTERM)
    assert hand.next() == "stopping"
    queue.enqueue("later", "7")
    hand.open()
    assert hand.next() == "run ends"
    assert hand.ends_with() == 0
    assert state(engine) == (None, 1)
    assert state(engine, "later") == (None, 0), "not begun any more"
    with engine.connect() as db:
        assert db.execute(select(Seen)).all() == []


def test_a_second_worker_begins_when_the_first_has_ended(hire, queue, engine):
    """A new edition is brought out: for a while there are two."""
    first = hire(works_until_it_is_told_to_stop)
    queue.enqueue("run", "7")
    assert first.next() == "run begins"
    second = hire(works_until_it_is_told_to_stop)
    first.open()
    assert first.next() == "run ends"
    first.send(signal.SIGTERM)
    assert first.ends_with() == 0
    queue.enqueue("next", "7")
    assert second.next() == "next begins"


def test_the_engine_speaks_to_nobody_but_the_database(hire, queue):
    hand = hire(names_every_call)
    queue.enqueue("run", "7")
    assert hand.next() == "run begins"
    hand.open()
    assert sorted([hand.next(), hand.next()]) == ["calls: []", "run ends"]
