from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event, get_ident
from typing import Any

import pytest

from extension.errors import ZohoBusy
from extension.shelf import Shelf
from extension.zoho.thinking import OURS, Seat, away, give_way
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


@contextmanager
def occupied(seat: Seat, threads: ThreadPoolExecutor) -> Iterator[None]:
    """Somebody has the seat and does not leave it meanwhile."""
    sat, go = Event(), Event()

    def stays() -> None:
        sat.set()
        assert go.wait(LONG)

    one = threads.submit(sitting(seat, stays))
    assert sat.wait(LONG)
    yield
    go.set()
    one.result(LONG)


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
    seat = Seat(0)
    with occupied(seat, threads):
        assert threads.submit(sitting(seat, lambda: "done")).result(LONG) == "done"
        assert not seat.free
    assert seat.free


def test_who_sits_already_need_not_wait_for_itself(threads: ThreadPoolExecutor) -> None:
    seat = Seat(LONG)

    def sits_twice() -> bool:
        with seat.taken():
            pass
        return seat.free

    assert not threads.submit(sitting(seat, sits_twice)).result(LONG)
    assert seat.free


def test_a_run_waits_for_the_seat_no_longer_than_its_patience_in_all(
    threads: ThreadPoolExecutor,
) -> None:
    seat = Seat(0.05)

    def comes_back_a_thousand_times() -> str:
        for _ in range(1_000):
            give_way()
        return "done"

    with occupied(seat, threads):
        # With that patience each time it would take longer than anybody here waits.
        assert threads.submit(sitting(seat, comes_back_a_thousand_times)).result(LONG) == "done"


def test_who_computes_for_long_gives_way_to_who_waits(threads: ThreadPoolExecutor) -> None:
    seat, sat, other = Seat(LONG), Event(), Event()

    def computes_until_the_other_has() -> bool:
        sat.set()
        while not other.is_set():
            give_way()
        return True

    one = threads.submit(sitting(seat, computes_until_the_other_has))
    assert sat.wait(LONG)
    threads.submit(sitting(seat, other.set)).result(LONG)
    assert one.result(LONG)


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
    seat, other, met = Seat(LONG), Event(), Barrier(2)

    def waits_for_the_others() -> tuple[bool, bool]:
        mine = get_ident()

        def call() -> bool:
            met.wait(LONG)
            return get_ident() == mine or other.wait(LONG)

        return together(call, call)

    one = threads.submit(sitting(seat, waits_for_the_others))
    threads.submit(sitting(seat, other.set)).result(LONG)
    assert one.result(LONG) == (True, True)


def test_who_has_no_seat_needs_none() -> None:
    with away():
        pass


def test_who_asks_zoho_leaves_the_seat_until_it_has_answered(crm: Callable[..., Any]) -> None:
    client, wire = crm("org", (503, {}, b""), "org")
    with OURS.taken():
        client.org()
        with pytest.raises(ZohoBusy):
            client.org()
        assert not OURS.free
    assert wire.seat_was_free == [True, True]
    assert OURS.free


def test_who_waits_for_a_turn_at_the_metadata_leaves_the_seat(threads: ThreadPoolExecutor) -> None:
    seat, shelf, sat = Seat(LONG), Shelf(), Event()

    def wants_a_turn() -> str:
        sat.set()
        with shelf.turn(1, LONG):
            return "had it"

    with shelf.turn(1, LONG):
        one = threads.submit(sitting(seat, wants_a_turn))
        assert sat.wait(LONG)
        assert threads.submit(sitting(seat, lambda: "computed")).result(LONG) == "computed"
    assert one.result(LONG) == "had it"
