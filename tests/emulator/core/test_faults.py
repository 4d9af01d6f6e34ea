"""Trouble to order, and what a client sees of it."""

import pytest
import requests

from emulator.faults import KINDS, Faults


def strikes(faults, count=1, method="POST", path="/Vendors"):
    return [len(faults.meet(method, path)) for _ in range(count)]


def test_trouble_strikes_once_by_default():
    faults = Faults()
    faults.order("busy")
    assert strikes(faults, 3) == [1, 0, 0]


def test_trouble_can_wait_for_the_third_call_and_strike_twice():
    faults = Faults()
    faults.order("busy", nth=3, times=2)
    assert strikes(faults, 5) == [0, 0, 1, 1, 0]


def test_trouble_can_be_without_end():
    faults = Faults()
    faults.order("busy", times=None)
    assert strikes(faults, 4) == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("method", "path", "struck"),
    [
        ("POST", "/Leads/1/actions/convert", 1),
        ("GET", "/Leads/1/actions/convert", 0),
        ("POST", "/Leads/1", 0),
        ("POST", "/Vendors/1/actions/convert", 0),
    ],
)
def test_trouble_keeps_to_its_method_and_path(method, path, struck):
    faults = Faults()
    faults.order("busy", method="POST", path="/Leads/*/actions/convert")
    assert strikes(faults, method=method, path=path) == [struck]


def test_only_matching_calls_are_counted():
    faults = Faults()
    faults.order("busy", nth=2, path="/Leads")
    seen = [len(faults.meet("GET", path)) for path in ("/Leads", "/Deals", "/Leads")]
    assert seen == [0, 0, 1]


def test_chance_repeats_itself_with_the_same_seed():
    def luck():
        faults = Faults()
        faults.order("busy", times=None, probability=0.3, seed=7)
        return strikes(faults, 50)

    assert luck() == luck()
    assert 5 < sum(luck()) < 25


def test_orders_can_be_taken_back():
    faults = Faults()
    order = faults.order("busy")
    assert faults.cancel(order.number)
    assert not faults.cancel(order.number)
    faults.order("busy")
    faults.clear()
    assert strikes(faults) == [0]


def test_unknown_trouble_cannot_be_ordered():
    with pytest.raises(ValueError, match="no such trouble: earthquake"):
        Faults().order("earthquake")


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("busy", 429, "TOO_MANY_REQUESTS"),
        ("server_error", 500, "INTERNAL_ERROR"),
        ("token_expired", 401, "INVALID_TOKEN"),
    ],
)
def test_a_refused_call_is_not_done(zoho, world, kind, status, code):
    world.faults.order(kind)
    before = len(world.module("Vendors").fields)
    answer = zoho(
        "POST",
        "/settings/fields?module=Vendors",
        json={"fields": [{"field_label": "Key", "data_type": "text"}]},
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(world.module("Vendors").fields) == before


def test_an_expired_token_stays_dead(zoho, world, worlds):
    token = worlds.tokens.sign_in(world, world.users[0], ["ZohoCRM.org.READ"]).value
    world.faults.order("token_expired")
    codes = [zoho("GET", "/org", token=token).json().get("code") for _ in range(2)]
    assert codes == ["INVALID_TOKEN", "INVALID_TOKEN"]


def test_latency_is_slept(zoho, world):
    slept = []
    world.faults.sleep = slept.append
    world.faults.order("latency", seconds=0.15, times=2)
    for _ in range(3):
        assert zoho("GET", "/org").status_code == 200
    assert slept == [0.15, 0.15]


KEY = {"fields": [{"field_label": "Key", "data_type": "text"}]}


def test_a_lost_answer_was_done_all_the_same(zoho, world):
    world.faults.order("answer_lost", method="POST")
    with pytest.raises(requests.ConnectionError):
        zoho("POST", "/settings/fields?module=Vendors", json=KEY)
    assert world.module("Vendors").field("Key")


def test_a_cut_answer_was_done_all_the_same(zoho, world):
    world.faults.order("answer_cut", method="POST")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        zoho("POST", "/settings/fields?module=Vendors", json=KEY)
    assert world.module("Vendors").field("Key")


def test_without_a_connection_nothing_is_done(zoho, world):
    world.faults.order("no_connection", method="POST")
    with pytest.raises(requests.ConnectionError):
        zoho("POST", "/settings/fields?module=Vendors", json=KEY)
    assert not world.module("Vendors").field("Key")


def test_the_log_tells_what_struck(zoho, world):
    world.faults.order("busy")
    zoho("GET", "/org")
    [call] = world.log.calls
    assert (call.status, call.code, call.faults) == (429, "TOO_MANY_REQUESTS", ("busy",))


def test_search_sees_a_write_after_the_lag(world):
    world.faults.search_lag = 5
    lead = world.add_record("Leads", {"Last_Name": "Doe"})
    assert not world.indexed(lead["id"])
    world.clock.advance(5)
    assert world.indexed(lead["id"])


def test_every_kind_can_be_ordered():
    for kind in KINDS:
        assert Faults().order(kind).kind == kind
