"""The queue and the engine that empties it, on both databases."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy
from sqlalchemy import func, select
from structlog.testing import capture_logs

from extension import jobs
from extension.jobs import Again, Done, Duty, EngineTaken, Patience, Queue, Verdict, Waiting
from extension.store import database
from extension.store.models import Job
from extension.zoho.thinking import away
from tests.extension.rig import on_sqlite

SECONDS = 20.0


@pytest.fixture
def engine(database_url) -> Iterator[sqlalchemy.Engine]:
    one = database.open_engine(database_url)
    yield one
    one.dispose()


@pytest.fixture
def queue(engine) -> Queue:
    return Queue(engine)


class Shop:
    """What the engine calls: notes which runs have begun, and lets a test hold them up."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.given_up: list[str] = []
        self.says: dict[str, list[Verdict | Exception]] = {}
        self.held: set[str] = set()
        """Beginnings of the names of the runs that wait for `open`."""
        self.open = threading.Event()
        self._changed = threading.Condition()

    def work(self, run_id: str) -> Verdict:
        with self._changed:
            self.begun.append(run_id)
            said = self.says[run_id].pop(0) if self.says.get(run_id) else Done()
            self._changed.notify_all()
        if run_id.startswith(tuple(self.held)):
            with away():
                assert self.open.wait(SECONDS)
        if isinstance(said, Exception):
            raise said
        return said

    def give_up(self, run_id: str) -> None:
        with self._changed:
            self.given_up.append(run_id)
            self._changed.notify_all()

    def until(self, true: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(true, SECONDS), (self.begun, self.given_up)

    def until_begun(self, *run_ids: str) -> None:
        self.until(lambda: all(self.begun.count(one) >= run_ids.count(one) for one in run_ids))


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def start(config, engine, queue, shop) -> Iterator[Callable[..., None]]:
    """Starts the engine, with other settings where the test says so."""
    patience = Patience(tries=2, first_seconds=0.0)
    started: list[jobs.Engine] = []

    def begin(**settings: int) -> None:
        duty = Duty(shop.work, shop.give_up)
        started.append(jobs.start(replace(config, **settings), engine, duty, patience=patience))

    with capture_logs():
        yield begin
        shop.open.set()
        if started:
            settle(queue)
        for one in started:
            assert one.stop(0) == 0


def settle(queue: Queue) -> None:
    """Wait until the engine has noted the end of all that it began."""
    idle = threading.Event()
    for _ in range(int(SECONDS / 0.02)):
        if not queue._client.list_workflows(status=["PENDING", "ENQUEUED"]):
            return
        idle.wait(0.02)
    pytest.fail("The engine does not come to rest.")


def test_a_run_that_is_put_in_line_twice_is_carried_out_once(queue, start, shop):
    for _ in range(2):
        queue.enqueue("run", "7")
    start()
    settle(queue)
    assert shop.begun == ["run"]


def test_a_run_is_in_line_once_the_transaction_that_makes_it_is_committed(
    queue, start, shop, engine
):
    with database.open_sessions(engine).begin() as db:
        queue.enqueue("of a session", "7", db)
    with engine.begin() as db:
        queue.enqueue("of a connection", "7", db)
    start()
    settle(queue)
    assert sorted(shop.begun) == ["of a connection", "of a session"]


def test_a_run_of_a_transaction_that_is_taken_back_is_never_carried_out(queue, start, shop, engine):
    with database.open_sessions(engine)() as db:
        queue.enqueue("of a session", "7", db)
        db.rollback()
    with engine.connect() as db:
        queue.enqueue("of a connection", "7", db)
        db.rollback()
    queue.enqueue("another", "7")
    start()
    settle(queue)
    assert shop.begun == ["another"]


def test_a_run_that_says_again_leaves_its_place_to_others_meanwhile(queue, start, shop):
    shop.says["first"] = [Again(0.1)]
    queue.enqueue("first", "7")
    queue.enqueue("second", "7")
    start(runs_per_installation=1, worker_concurrency=1)
    shop.until_begun("first", "first")
    assert shop.begun == ["first", "second", "first"]


def test_a_run_that_waits_goes_on_when_it_is_put_in_line_again(queue, start, shop):
    shop.says["run"] = [Waiting(), Done()]
    start()
    for _ in range(2):
        queue.enqueue("run", "7")
        settle(queue)
    assert shop.begun == ["run", "run"]


def test_a_run_that_is_put_in_line_while_it_is_carried_out_is_looked_at_once_more(
    queue, start, shop
):
    shop.held = {"run"}
    start()
    queue.enqueue("run", "7")
    shop.until_begun("run")
    queue.enqueue("run", "7")
    queue.enqueue("another", "7")
    shop.until_begun("another")
    assert shop.begun == ["run", "another"], "not at once"
    shop.open.set()
    shop.until_begun("run", "run")


def test_no_more_runs_of_an_installation_are_carried_out_at_once_than_the_setting_says(
    queue, start, shop
):
    shop.held = {"many"}
    for number in range(8):
        queue.enqueue(f"many {number}", "7")
    start(runs_per_installation=2)
    shop.until(lambda: len(shop.begun) == 2)
    queue.enqueue("of another", "8")
    shop.until_begun("of another")
    assert len(shop.begun) == 3
    shop.open.set()
    shop.until(lambda: len(shop.begun) == 9)


def test_one_run_of_an_installation_is_not_behind_the_two_hundred_of_another(
    queue, start, shop, engine
):
    shop.held = {"many"}
    with engine.begin() as db:
        for number in range(200):
            queue.enqueue(f"many {number}", "7", db)
    queue.enqueue("single", "8")
    start()
    shop.until_begun("single")
    assert len(shop.begun) <= 5
    with engine.begin() as db:
        db.execute(sqlalchemy.text(f"DELETE FROM {statuses(engine)} WHERE status = 'ENQUEUED'"))


def statuses(engine: sqlalchemy.Engine) -> str:
    """The engine's own table of attempts."""
    return "workflow_status" if engine.dialect.name == "sqlite" else "dbos.workflow_status"


def test_a_run_that_fails_is_tried_again_and_then_given_up(queue, start, shop):
    shop.says["run"] = [ValueError("a person's name")] * 9
    queue.enqueue("run", "7")
    start()
    shop.until(lambda: shop.given_up == ["run"])
    assert shop.begun == ["run", "run"]


def test_what_was_over_long_ago_is_forgotten(queue, start, shop, engine):
    shop.says["waits"] = [Waiting()]
    queue.enqueue("waits", "7")
    start()
    settle(queue)
    with engine.begin() as db:
        queue.put(db, "later", "7", after_seconds=3600)
    assert queue.forget(datetime.now(UTC) - timedelta(days=7)) == 0
    assert queue.forget(datetime.now(UTC) + timedelta(seconds=5)) == 1
    with engine.connect() as db:
        assert db.scalars(select(Job.run_id)).all() == ["later"]
        left = select(func.count()).select_from(sqlalchemy.text(statuses(engine)))
        assert db.scalar(left) == 1


@on_sqlite
def test_a_file_has_one_engine(config, engine, start, shop):
    start()
    with pytest.raises(EngineTaken):
        jobs.start(config, engine, Duty(shop.work, shop.give_up))


def test_a_process_that_only_puts_runs_in_line_starts_nothing(queue, engine):
    before = set(threading.enumerate())
    queue.enqueue("run", "7")
    assert set(threading.enumerate()) == before
    with engine.connect() as db:
        assert db.execute(select(Job.asked, Job.heeded)).one() == (1, 0)


def test_arguments_are_kept_as_json_and_are_ids_alone(queue, engine):
    queue.enqueue("run", "7")
    table = statuses(engine).replace("status", "input")
    with engine.connect() as db:
        kept = db.scalar(sqlalchemy.text(f"SELECT inputs FROM {table}"))
    assert json.loads(kept) == {"namedArgs": {}, "positionalArgs": ["run", 1]}


def test_the_engine_says_nothing_of_its_own_where_all_goes_well(queue, start, shop, caplog, capfd):
    caplog.set_level("INFO")
    # In a thread of its own: this one may have the event loop of a browser test before it.
    with ThreadPoolExecutor(1) as calm:
        calm.submit(queue.enqueue, "run", "7").result()
        calm.submit(start).result()
    settle(queue)
    assert [one for one in caplog.records if one.name.startswith("dbos")] == []
    assert capfd.readouterr() == ("", "")
