"""Independent calls at the same time."""

import threading
from contextvars import ContextVar

import pytest

from extension.errors import ZohoBusy, ZohoMissing
from extension.zoho.threads import THREADS, together, tolerant

REQUEST: ContextVar[str] = ContextVar("request", default="none")


def raising(error):
    def call():
        raise error

    return call


def test_results_come_in_the_order_of_the_calls():
    assert together(lambda: 1, lambda: "two", lambda: 3.0) == (1, "two", 3.0)
    assert together() == ()


def test_the_calls_are_under_way_at_the_same_time():
    meeting = threading.Barrier(4, timeout=10)
    together(*[meeting.wait] * 4)


def test_every_call_knows_for_which_request_it_is_made():
    REQUEST.set("request-7")
    assert together(*[REQUEST.get] * 5) == ("request-7",) * 5


def test_what_a_call_sets_stays_with_it():
    REQUEST.set("mine")
    meeting = threading.Barrier(2, timeout=10)

    def meddle():
        REQUEST.set("changed")
        meeting.wait()

    together(meddle, meeting.wait)
    assert REQUEST.get() == "mine"


def test_a_failure_is_raised():
    with pytest.raises(ZohoMissing):
        together(lambda: 1, raising(ZohoMissing("gone")), lambda: 3)


def test_a_failure_does_not_wait_for_what_other_threads_still_do():
    go_on = threading.Event()
    with pytest.raises(ZohoMissing):
        together(lambda: go_on.wait(10), raising(ZohoMissing("gone")), lambda: 3)
    assert not go_on.is_set()
    go_on.set()


def test_the_failure_of_a_tolerant_call_is_its_result():
    busy = ZohoBusy("later")
    assert together(tolerant(raising(busy)), lambda: 2) == (busy, 2)


def test_a_mistake_of_ours_is_not_tolerated():
    with pytest.raises(ZeroDivisionError):
        together(tolerant(lambda: 1 // 0), lambda: 2)


def test_calls_that_call_several_at_once_themselves_never_wait_for_each_other():
    def deep(level):
        if level == 0:
            return 1
        return sum(together(*[lambda: deep(level - 1)] * 4))

    assert THREADS < 4**4
    assert deep(4) == 4**4
