"""Who waits for nobody asks a busy Zoho again; a write is sent once, whoever sends it."""

import json

import pytest
import requests

from extension.errors import ZohoBusy, ZohoRefused, ZohoUnclear
from extension.zoho.composite import reference
from extension.zoho.patience import PATIENT, PROMPT, Patience
from extension.zoho.protocol import Ask

QUERY = Ask("POST", "/crm/v8/coql", json={"select_query": "select id from Leads"})
WRITE = Ask("POST", "/crm/v8/Leads", json={"data": [{"Last_Name": "Doe"}]}, writes=True)
NOTHING = (204, {}, b"")
BUSY = "too_many_requests"
TURNED_AWAY = [
    BUSY, "internal_error", (502, {}, b"<html>"), requests.ReadTimeout(), requests.ConnectTimeout(),
]  # fmt: skip


class Watch:
    """A clock on which nothing but waiting takes any time."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def patience(watch):
    return Patience(3, sleep=watch.sleep, clock=lambda: watch.now)


def asked_for(wire):
    """What each composite request asked for."""
    return [
        [one["sub_request_id"] for one in json.loads(request.body)["__composite_requests"]]
        for request in wire.asked
    ]


@pytest.mark.parametrize("answer", TURNED_AWAY, ids=str)
def test_a_question_that_is_turned_away_is_asked_again_after_about_a_second(
    crm, patience, watch, answer
):
    client, wire = crm(answer, answer, NOTHING, patience=patience)
    assert client.ask(QUERY) is None
    assert (len(wire.asked), client.calls, len(watch.pauses)) == (3, 3, 2)
    assert all(0.5 <= one <= 1.5 for one in watch.pauses)


def test_a_zoho_that_is_always_busy_is_asked_four_times(crm, patience):
    client, wire = crm(*[BUSY] * 9, patience=patience)
    with pytest.raises(ZohoBusy):
        client.org()
    assert len(wire.asked) == 4


def test_a_person_who_waits_is_told_at_once(crm):
    client, wire = crm(BUSY, "org")
    with pytest.raises(ZohoBusy):
        client.org()
    assert len(wire.asked) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [(BUSY, ZohoBusy), ("internal_error", ZohoUnclear), (requests.ConnectTimeout(), ZohoBusy)],
    ids=str,
)
def test_a_write_is_sent_once(crm, patience, answer, error):
    client, wire = crm(answer, NOTHING, patience=patience)
    with pytest.raises(error):
        client.ask(WRITE)
    assert len(wire.asked) == 1


def test_what_is_refused_is_not_asked_again(crm, patience):
    client, wire = crm("no_permission", "org", patience=patience)
    with pytest.raises(ZohoRefused):
        client.org()
    assert len(wire.asked) == 1


def test_who_is_told_how_long_to_wait_waits_so_long(crm, patience, watch):
    client, _ = crm((503, {"Retry-After": "4"}, b""), "org", patience=patience)
    client.org()
    assert watch.pauses == [4.0]


def test_who_is_to_wait_long_does_so_without_a_thread(crm, patience, watch):
    client, wire = crm((503, {"Retry-After": "60"}, b""), "org", patience=patience)
    with pytest.raises(ZohoBusy) as busy:
        client.org()
    assert (busy.value.details, watch.pauses, len(wire.asked)) == ({"retry_after": 60}, [], 1)


def test_what_takes_long_to_fail_is_not_waited_for_four_times(crm, watch):
    def slow() -> float:
        watch.now += 12
        return watch.now

    client, wire = crm(
        *[requests.ReadTimeout()] * 9, patience=Patience(3, 1.0, 10.0, watch.sleep, slow)
    )
    with pytest.raises(ZohoBusy):
        client.org()
    assert len(wire.asked) == 1


@pytest.mark.parametrize(("left", "asked"), [("9", 1), ("10", 4)])
def test_a_day_without_credits_is_not_waited_out(crm, patience, left, asked):
    spent = (429, {"X-API-CREDITS-REMAINING": left}, b"")
    client, wire = crm(*[spent] * 9, patience=patience)
    with pytest.raises(ZohoBusy):
        client.org()
    assert len(wire.asked) == asked


def test_no_place_is_held_while_it_waits(crm):
    free = []

    def others(_: float) -> None:
        with client._limiter.places(5):
            free.append(True)

    client, _ = crm(BUSY, "org", limit=5, patience=Patience(1, sleep=others))
    client._limiter._patience = 0
    client.org()
    assert free == [True]


def test_a_token_that_dies_meanwhile_is_replaced(crm, patience, tokens):
    client, wire = crm(BUSY, "token_refused", BUSY, "org", patience=patience)
    client.org()
    assert (tokens.stale, len(wire.asked)) == (["first-token"], 4)


def test_of_several_questions_only_those_that_were_turned_away_are_asked_again(crm, patience):
    client, wire = crm("composite_one_turned_away", "composite_of_one", patience=patience)
    asks = {name: client.asks.org() for name in ("first", "second", "third")}
    answers = client.composite(asks)
    assert asked_for(wire) == [["first", "second", "third"], ["second"]]
    assert answers == {
        "first": {"data": [{"id": "524157", "Last_Name": "Doe"}]},
        "second": {"org": [{"id": "60001234567"}]},
        "third": None,
    }
    assert list(answers) == list(asks)


def test_several_that_are_turned_away_as_one_are_asked_again_as_one(crm, patience):
    client, wire = crm(BUSY, "composite_one_turned_away", *[BUSY] * 2, patience=patience)
    answers = client.composite({name: client.asks.org() for name in ("first", "second", "third")})
    assert asked_for(wire) == [["first", "second", "third"]] * 2 + [["second"]] * 2
    assert (answers["third"], type(answers["second"])) == (None, ZohoBusy)


def test_several_that_are_always_turned_away_are_busy(crm, patience):
    client, wire = crm(*[BUSY] * 9, patience=patience)
    with pytest.raises(ZohoBusy):
        client.composite({"org": client.asks.org()})
    assert len(wire.asked) == 4


def test_what_uses_the_answer_to_another_question_is_not_asked_without_it(crm, patience):
    client, wire = crm(BUSY, "composite_one_turned_away", patience=patience)
    email = f"(Email:equals:{reference('lead', 'data[0].Email')})"
    asks = {
        "lead": client.asks.lead("7"),
        "contacts": client.asks.search("Contacts", email, 5),
        "org": client.asks.org(),
    }
    assert isinstance(client.composite(asks)["contacts"], ZohoBusy)
    assert asked_for(wire) == [list(asks)] * 2


def test_a_worker_asks_up_to_four_times_and_a_person_once():
    assert (PATIENT.times, PROMPT.times) == (3, 0)
