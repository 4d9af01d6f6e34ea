"""Attempts at a run: never two at once, and whoever asks for one gets it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from extension import attempts
from extension.attempts import Again, Attempts, Done, Duty, Patience, Verdict, Waiting
from extension.store import database
from extension.store.models import Job
from extension.zoho.thinking import OURS

PATIENCE = Patience(tries=3, first_seconds=4.0, longest_seconds=10.0)


@pytest.fixture(autouse=True)
def said() -> list[dict[str, object]]:
    """What was logged."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def engine(database_url) -> Engine:
    one = database.open_engine(database_url)
    yield one
    one.dispose()


class Line:
    """The queue's part: what was put in line, in order."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.waiting: list[tuple[str, int, float]] = []

    def put(self, db, run_id: str, installation: str, after_seconds: float = 0.0) -> None:
        number = attempts.ask(db, run_id, installation)
        self.waiting.append((run_id, number, after_seconds))

    def enqueue(self, run_id: str = "run") -> None:
        with self.engine.begin() as db:
            self.put(db, run_id, "7")

    def worker(self, work, gave_up=None, name: str = "first") -> Attempts:
        duty = Duty(work, gave_up or pytest.fail)
        return Attempts(self.engine, name, duty, PATIENCE, self.put)

    def go_on(self, worker: Attempts) -> None:
        run_id, number, _ = self.waiting.pop(0)
        worker.make(run_id, number)

    def go_on_to_the_end(self, worker: Attempts) -> None:
        while self.waiting:
            self.go_on(worker)


@pytest.fixture
def line(engine) -> Line:
    return Line(engine)


class Diary:
    """A `work` that notes what it is called for and says what it is told to."""

    def __init__(self, *verdicts: Verdict | Exception) -> None:
        self.runs: list[str] = []
        self._verdicts = list(verdicts)

    def __call__(self, run_id: str) -> Verdict:
        self.runs.append(run_id)
        said = self._verdicts.pop(0) if self._verdicts else Done()
        if isinstance(said, Exception):
            raise said
        return said


def test_a_run_that_is_put_in_line_twice_is_carried_out_once(line):
    work = Diary()
    line.enqueue()
    line.enqueue()
    line.go_on_to_the_end(line.worker(work))
    assert work.runs == ["run"]


def test_a_run_that_is_put_in_line_after_it_ended_is_carried_out_again(line):
    work = Diary(Waiting())
    worker = line.worker(work)
    for _ in range(2):
        line.enqueue()
        line.go_on_to_the_end(worker)
    assert work.runs == ["run", "run"]


def test_two_attempts_at_a_run_are_never_made_at_once(line):
    told: list[str] = []

    def work(_run: str) -> Verdict:
        told.append("begins")
        if len(told) == 1:
            line.enqueue()
            line.go_on(line.worker(work, name="second"))
        told.append("ends")
        return Done()

    line.enqueue()
    line.go_on_to_the_end(line.worker(work))
    assert told == ["begins", "ends"] * 2, "asked for meanwhile: made once more, after it"


def test_an_attempt_that_says_again_is_in_line_for_later(line):
    work = Diary(Again(90.0))
    worker = line.worker(work)
    line.enqueue()
    line.go_on(worker)
    assert line.waiting == [("run", 2, 90.0)]
    line.go_on_to_the_end(worker)
    assert work.runs == ["run", "run"]


def test_a_delayed_attempt_is_not_made_where_a_person_was_faster(line):
    work = Diary(Again(90.0), Waiting())
    worker = line.worker(work)
    line.enqueue()
    line.go_on(worker)
    line.enqueue()
    delayed = line.waiting.pop(0)
    line.go_on_to_the_end(worker)
    line.waiting.append(delayed)
    line.go_on_to_the_end(worker)
    assert work.runs == ["run", "run"]


def test_an_attempt_that_fails_is_repeated_ever_later(line):
    work = Diary(ValueError(), ValueError(), ValueError())
    worker = line.worker(work, gave_up=pytest.fail)
    line.enqueue()
    pauses = []
    for _ in range(3):
        line.go_on(worker)
        pauses.append(line.waiting[0][2])
    assert all(
        longest / 2 <= pause <= longest
        for pause, longest in zip(pauses, (4.0, 8.0, 10.0), strict=True)
    )


def test_a_run_that_fails_too_often_is_given_up(line):
    given_up = []
    work = Diary(*[ValueError()] * 9)
    line.enqueue()
    line.go_on_to_the_end(line.worker(work, given_up.append))
    assert (len(work.runs), given_up) == (PATIENCE.tries, ["run"])


def test_giving_up_is_repeated_until_it_is_noted(line):
    given_up = Diary(ValueError(), ValueError())
    line.enqueue()
    line.go_on_to_the_end(line.worker(Diary(*[ValueError()] * 9), given_up))
    assert len(given_up.runs) == 3


def test_a_run_that_was_given_up_can_be_put_in_line_again(line):
    work = Diary(*[ValueError()] * PATIENCE.tries)
    worker = line.worker(work, lambda _run: None)
    for _ in range(2):
        line.enqueue()
        line.go_on_to_the_end(worker)
    assert len(work.runs) == PATIENCE.tries + 1


def test_tries_are_counted_from_the_last_good_end(line):
    failed = ValueError()
    work = Diary(failed, failed, Again(0.0), failed, failed, failed)
    line.enqueue()
    line.go_on_to_the_end(line.worker(work, lambda _run: None))
    assert len(work.runs) == 6


class PowerCut(BaseException):
    """The process dies: nothing is caught, nothing is noted."""


def die(_run: str) -> Verdict:
    raise PowerCut


def test_an_attempt_whose_worker_died_is_made_by_another(line):
    work = Diary()
    line.enqueue()
    [attempt] = [(run_id, number) for run_id, number, _ in line.waiting]
    with pytest.raises(PowerCut):
        line.worker(die).make(*attempt)
    line.worker(work, name="second").make(*attempt)
    assert work.runs == ["run"]


def test_a_run_whose_workers_die_again_and_again_is_given_up(line):
    given_up = []
    line.enqueue()
    [attempt] = [(run_id, number) for run_id, number, _ in line.waiting]
    for _ in range(PATIENCE.tries):
        with pytest.raises(PowerCut):
            line.worker(die).make(*attempt)
    line.worker(pytest.fail, given_up.append).make(*attempt)
    assert given_up == ["run"]


def test_a_worker_that_was_taken_over_ends_nothing_of_the_other(line, engine):
    def work(_run: str) -> Verdict:
        with engine.begin() as db:
            assert attempts.begin(db, "run", 1, "second") == 2
        return Again(5.0)

    line.enqueue()
    line.go_on(line.worker(work))
    assert line.waiting == []
    with engine.connect() as db:
        assert db.execute(select(Job.attempt, Job.worker)).one() == (1, "second")


def test_an_attempt_at_a_run_that_nobody_knows_is_none(line):
    line.worker(pytest.fail).make("unheard-of", 1)


def test_what_is_idle_for_long_is_forgotten_and_what_is_asked_for_is_not(line, engine):
    for run_id in ("over", "in line"):
        line.enqueue(run_id)
    line.go_on(line.worker(Diary()))
    with engine.begin() as db:
        attempts.forget(db, datetime.now(UTC) - timedelta(minutes=1))
        assert len(db.execute(select(Job.run_id)).all()) == 2
        attempts.forget(db, datetime.now(UTC) + timedelta(minutes=1))
        assert db.scalars(select(Job.run_id)).all() == ["in line"]


def test_an_attempt_is_noted_however_long_the_database_is_away():
    answers = [OperationalError("", {}, Exception())] * 9
    pauses: list[float] = []

    def write() -> str:
        if answers:
            raise answers.pop()
        return "noted"

    assert attempts.insist(write, pauses.append) == "noted"
    assert pauses == sorted(pauses)
    assert pauses[-1] == 30.0


def test_one_attempt_computes_at_a_time_and_none_while_it_waits_for_the_database(line):
    free: list[bool] = []
    line.enqueue()
    line.go_on(line.worker(lambda _: free.append(OURS.free) or Done()))
    assert free == [False]
    assert OURS.free

    answers = [OperationalError("", {}, Exception())]
    with OURS.taken():
        attempts.insist(lambda: answers and _raise(answers.pop()), lambda _: free.append(OURS.free))
    assert free == [False, True]


def _raise(error: Exception) -> None:
    raise error


def test_pauses_differ_so_that_not_all_come_back_at_once():
    lengths = {PATIENCE.pause(1) for _ in range(20)}
    assert len(lengths) > 10
