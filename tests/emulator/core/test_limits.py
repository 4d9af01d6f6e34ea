"""Credits and concurrency, as each edition has them."""

import threading

import pytest

from emulator.answers import Rejected
from emulator.clock import Clock
from emulator.limits import EDITIONS, SUB_CONCURRENCY, Limits, by_rows
from emulator.seeds import bare_world


@pytest.mark.parametrize(
    ("edition", "users", "credits"),
    [
        ("free", 3, 5_000),
        ("standard", 10, 52_500),
        ("standard", 1_000, 100_000),
        ("professional", 10, 55_000),
        ("enterprise", 10, 60_000),
        ("enterprise", 10_000, 5_000_000),
        ("ultimate", 10, 70_000),
        ("ultimate", 10_000, 20_050_000),
    ],
)
def test_credits_grow_with_users_up_to_the_editions_most(edition, users, credits):
    assert EDITIONS[edition].credits(users) == credits


def test_a_world_has_the_credits_of_its_edition_and_users():
    assert bare_world(edition="professional").limits.total == 51_000


@pytest.mark.parametrize(("rows", "credits"), [(0, 1), (1, 1), (10, 1), (11, 2), (100, 10)])
def test_ten_rows_cost_one_credit(rows, credits):
    assert by_rows(rows) == credits


@pytest.fixture
def clock():
    return Clock(bare_world().clock.now())


@pytest.fixture
def limits(clock):
    limits = Limits("free", clock)
    limits.credits = 10
    return limits


def test_without_credits_calls_are_refused(limits):
    limits.charge(10)
    with pytest.raises(Rejected) as refusal:
        limits.charge(1)
    assert (refusal.value.status, refusal.value.code) == (429, "TOO_MANY_REQUESTS")


def test_a_refused_call_costs_nothing(limits):
    limits.charge(9)
    with pytest.raises(Rejected):
        limits.charge(5)
    assert limits.remaining == 1


def test_credits_come_back_after_24_hours(limits, clock):
    limits.charge(6)
    clock.advance(3600)
    limits.charge(4)
    clock.advance(23 * 3600)
    assert limits.remaining == 6


def test_what_is_left_is_announced_once_half_is_used(limits):
    limits.charge(4)
    assert limits.announced is None
    limits.charge(1)
    assert limits.announced == 5


def test_the_header_appears_with_half_of_the_credits_used(zoho, world):
    world.limits.credits = 4
    headers = [zoho("GET", "/org").headers.get("X-API-CREDITS-REMAINING") for _ in range(5)]
    assert headers == [None, "2", "1", "0", "0"]


def test_a_call_too_many_is_429_without_retry_after(zoho, world):
    world.limits.credits = 0
    answer = zoho("GET", "/org")
    assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_REQUESTS")
    assert "Retry-After" not in answer.headers


def test_a_refused_token_or_scope_costs_nothing(zoho, world):
    zoho("GET", "/org", token="1000.made.up")
    zoho("GET", "/org", scopes=("ZohoCRM.users.READ",))
    assert world.limits.spent == 0


@pytest.mark.parametrize(
    ("edition", "places"),
    [("free", 5), ("standard", 10), ("professional", 15), ("enterprise", 20), ("ultimate", 25)],
)
def test_no_more_calls_run_at_once_than_the_edition_allows(edition, places):
    limits = Limits(edition, Clock())
    running = [limits.running("app") for _ in range(places)]
    for one in running:
        one.__enter__()
    with pytest.raises(Rejected), limits.running("app"):
        pass
    running[0].__exit__(None, None, None)
    with limits.running("app"):
        pass


def test_another_application_has_places_of_its_own():
    limits = Limits("free", Clock())
    with limits.running("one", places=5), limits.running("other"):
        pass


def test_a_composite_call_takes_five_places():
    limits = Limits("free", Clock())
    with limits.running("app"), pytest.raises(Rejected), limits.running("app", places=5):
        pass


def test_heavy_calls_have_ten_places_in_every_edition():
    limits = Limits("ultimate", Clock())
    running = [limits.running("app", heavy=True) for _ in range(SUB_CONCURRENCY)]
    for one in running:
        one.__enter__()
    with pytest.raises(Rejected), limits.running("app", heavy=True):
        pass
    with limits.running("app"):
        pass


def test_calls_that_wait_hold_their_places(zoho, world):
    """Five slow calls fill a free org; the sixth is refused while they wait."""
    world.limits.edition = EDITIONS["free"]
    arrived, go_on = threading.Barrier(6), threading.Event()

    def wait(seconds):
        arrived.wait(5)
        go_on.wait(5)

    world.faults.sleep = wait
    world.faults.order("latency", path="/org", times=5, seconds=1)
    statuses = []
    callers = [
        threading.Thread(target=lambda: statuses.append(zoho("GET", "/org").status_code))
        for _ in range(5)
    ]
    for caller in callers:
        caller.start()
    arrived.wait(5)
    assert zoho("GET", "/org").status_code == 429
    go_on.set()
    for caller in callers:
        caller.join(5)
    assert statuses == [200] * 5
