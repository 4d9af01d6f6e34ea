"""How many calls of an org are under way at once."""

import threading

import pytest

from extension.errors import ZohoBusy
from extension.zoho.limiter import Limiter, Limiters, allowed


def eventually(condition):
    """Wait, by giving way to other threads, until something is true."""
    waiting = threading.Event()
    for _ in range(2000):
        if condition():
            return
        waiting.wait(0.005)
    raise AssertionError("It never became true.")


class Caller(threading.Thread):
    """Takes places, says so, and holds them until told to go on."""

    def __init__(self, limiter, count, heavy=False):
        super().__init__(daemon=True)
        self.limiter, self.count, self.heavy = limiter, count, heavy
        self.inside, self.leave = threading.Event(), threading.Event()
        self.start()

    def run(self):
        with self.limiter.places(self.count, heavy=self.heavy):
            self.inside.set()
            self.leave.wait(10)


def queued(limiter, count):
    """A caller who certainly stands in the queue."""
    before = limiter.waiting
    caller = Caller(limiter, count)
    eventually(lambda: limiter.waiting == before + 1)
    return caller


def finish(*callers):
    for caller in callers:
        caller.leave.set()
        caller.join(10)
        assert not caller.is_alive()


def test_as_many_as_there_are_places_get_in():
    limiter = Limiter(2)
    with limiter.places(), limiter.places():
        assert limiter.waiting == 0


def test_who_waits_too_long_is_told_that_zoho_is_busy():
    limiter = Limiter(1, patience=0)
    with limiter.places(), pytest.raises(ZohoBusy) as busy, limiter.places():
        pass
    assert (busy.value.code, busy.value.retry) == ("too_many_at_once", True)
    assert limiter.waiting == 0


def test_places_are_given_back_when_the_call_fails():
    limiter = Limiter(1, patience=0)
    with pytest.raises(RuntimeError), limiter.places():
        raise RuntimeError
    with limiter.places():
        pass


def test_who_asks_for_more_than_there_are_gets_all_of_them():
    limiter = Limiter(3, patience=0)
    with limiter.places(5), pytest.raises(ZohoBusy), limiter.places():
        pass
    with limiter.places(3):
        pass


def test_a_place_that_becomes_free_goes_to_the_one_who_waits():
    limiter = Limiter(1)
    first = Caller(limiter, 1)
    assert first.inside.wait(10)
    second = queued(limiter, 1)
    assert not second.inside.is_set()
    first.leave.set()
    assert second.inside.wait(10)
    finish(first, second)


def test_who_needs_five_places_is_not_passed_by_those_who_need_one():
    limiter = Limiter(5)
    first = Caller(limiter, 1)
    assert first.inside.wait(10)
    wide = queued(limiter, 5)
    late = queued(limiter, 1)
    assert not late.inside.is_set()
    finish(first)
    assert wide.inside.wait(10)
    assert not late.inside.is_set()
    finish(wide)
    assert late.inside.wait(10)
    finish(late)


def test_who_gives_up_does_not_hold_up_those_behind():
    limiter = Limiter(2, patience=0.2)
    first = Caller(limiter, 1)
    assert first.inside.wait(10)
    with pytest.raises(ZohoBusy), limiter.places(2):
        pass
    with limiter.places():
        pass
    finish(first)


def test_never_more_than_the_limit_are_inside():
    limiter, lock, inside, most = Limiter(7), threading.Lock(), 0, 0

    def call(count):
        nonlocal inside, most
        for _ in range(50):
            with limiter.places(count):
                with lock:
                    inside += count
                    most = max(most, inside)
                with lock:
                    inside -= count

    threads = [threading.Thread(target=call, args=(1 + number % 5,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert inside == 0
    assert 5 <= most <= 7


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_that_lets_nobody_in_is_refused(limit):
    with pytest.raises(ValueError, match="At least one"):
        Limiter(limit)


def test_everybody_who_calls_for_an_org_shares_its_places():
    limiters = Limiters(2)
    mine = limiters.of("60001234567")
    assert limiters.of("60001234567") is mine
    assert limiters.of("60007654321") is not mine
    assert mine.limit == 2


def test_an_org_that_nobody_calls_for_is_forgotten():
    limiters = Limiters(2)
    assert limiters.of("60001234567").limit == 2
    assert len(limiters._known) == 0


def test_of_heavy_calls_fewer_run_at_once_and_light_ones_pass_them():
    limiter = Limiter(12)
    heavy = [Caller(limiter, 1, heavy=True) for _ in range(10)]
    for caller in heavy:
        assert caller.inside.wait(10)
    eleventh = Caller(limiter, 1, heavy=True)
    light = Caller(limiter, 2)
    assert light.inside.wait(10)
    assert not eleventh.inside.is_set()
    finish(light, *heavy)
    assert eleventh.inside.wait(10)
    finish(eleventh)


def test_where_few_calls_run_at_once_heavy_ones_need_no_limit_of_their_own():
    limiter = Limiter(10)
    heavy = [Caller(limiter, 1, heavy=True) for _ in range(10)]
    for caller in heavy:
        assert caller.inside.wait(10)
    finish(*heavy)


@pytest.mark.parametrize(
    ("edition", "calls"),
    [("free", 5), ("standard", 10), ("Professional", 15), ("enterprise", 20), ("ultimate", 25)],
)
def test_an_org_may_make_as_many_calls_at_once_as_its_edition_allows(edition, calls):
    assert Limiters(25).of("60001234567", allowed(edition)).limit == calls


@pytest.mark.parametrize("edition", ["", "crmplus"])
def test_of_an_unknown_edition_no_more_is_made_use_of_than_every_org_has(edition):
    assert allowed(edition) == 5


def test_the_setting_caps_what_the_edition_allows():
    assert Limiters(8).of("60001234567", allowed("ultimate")).limit == 8


def test_an_org_that_has_moved_up_has_its_new_limit_at_once():
    limiters = Limiters(25)
    before = limiters.of("60001234567", allowed("free"))
    after = limiters.of("60001234567", allowed("enterprise"))
    assert (before.limit, after.limit) == (5, 20)
    assert limiters.of("60001234567", allowed("enterprise")) is after
