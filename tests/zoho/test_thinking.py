from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from extension.zoho.thinking import Seat, away
from extension.zoho.threads import together

LONG = 30.0
"""Seconds that nothing here takes."""


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def sitting(seat: Seat, work: Callable[[], object]) -> Callable[[], object]:
    def sit() -> object:
        with seat.taken():
            return work()

    return sit


def test_nobody_computes_beside_another(threads: ThreadPoolExecutor) -> None:
    seat, sat, go = Seat(LONG), Event(), Event()
    done: list[str] = []

    def first() -> None:
        sat.set()
        assert go.wait(LONG)
        done.append("first")

    a = threads.submit(sitting(seat, first))
    assert sat.wait(LONG)
    b = threads.submit(sitting(seat, lambda: done.append("second")))
    go.set()
    a.result(LONG)
    b.result(LONG)
    assert done == ["first", "second"]


def test_while_one_waits_for_zoho_another_computes(threads: ThreadPoolExecutor) -> None:
    seat, asked, answered = Seat(LONG), Event(), Event()

    def waits() -> str:
        with away():
            asked.set()
            assert answered.wait(LONG)
        return "answered"

    one = threads.submit(sitting(seat, waits))
    assert asked.wait(LONG)
    threads.submit(sitting(seat, answered.set)).result(LONG)
    assert one.result(LONG) == "answered"


def test_who_comes_back_has_the_seat_to_itself_again(threads: ThreadPoolExecutor) -> None:
    seat = Seat(0)

    def comes_back() -> bool:
        with away(), away():
            assert seat.free
        return seat.free

    assert not threads.submit(sitting(seat, comes_back)).result(LONG)
    assert seat.free


def test_who_has_waited_long_enough_goes_ahead_and_leaves_the_seat_to_whom_it_belongs(
    threads: ThreadPoolExecutor,
) -> None:
    seat, sat, go = Seat(0), Event(), Event()

    def waits_without_a_word() -> None:
        sat.set()
        assert go.wait(LONG)

    one = threads.submit(sitting(seat, waits_without_a_word))
    assert sat.wait(LONG)
    assert threads.submit(sitting(seat, lambda: "done")).result(LONG) == "done"
    assert not seat.free
    go.set()
    one.result(LONG)
    assert seat.free


def test_who_sits_already_need_not_wait_for_itself(threads: ThreadPoolExecutor) -> None:
    seat = Seat(LONG)

    def sits_twice() -> bool:
        with seat.taken():
            pass
        return seat.free

    assert not threads.submit(sitting(seat, sits_twice)).result(LONG)
    assert seat.free


def test_a_failure_frees_the_seat(threads: ThreadPoolExecutor) -> None:
    seat = Seat(0)

    def fails() -> None:
        with away():
            raise ValueError("no answer")

    with pytest.raises(ValueError, match="no answer"):
        threads.submit(sitting(seat, fails)).result(LONG)
    assert seat.free


def test_calls_made_together_may_each_compute_while_who_wants_them_waits(
    threads: ThreadPoolExecutor,
) -> None:
    seat, other = Seat(LONG), Event()

    def waits_for_the_others() -> tuple[bool, bool]:
        return together(lambda: other.wait(LONG), lambda: True)

    one = threads.submit(sitting(seat, waits_for_the_others))
    threads.submit(sitting(seat, other.set)).result(LONG)
    assert one.result(LONG) == (True, True)


def test_who_has_no_seat_needs_none() -> None:
    with away():
        pass
