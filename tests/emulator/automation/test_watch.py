"""Channels of notifications are opened as Zoho's documents say, and end when their time comes."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from emulator import World, Worlds
from tests.emulator.automation.conftest import Json
from tests.emulator.conftest import NOON, Zoho

WATCH = "/actions/watch"


def channel(**changes: Any) -> Json:
    return {
        "channel_id": "1000000068001",
        "notify_url": "https://backend.example.com/notify",
        "events": ["Leads.edit", "Vendors.create"],
        "token": "opaque",
    } | changes


def opened(zoho: Zoho, **changes: Any) -> Json:
    answer = zoho("POST", WATCH, json={"watch": [channel(**changes)]})
    assert answer.status_code == 201, answer.text
    [entry] = answer.json()["watch"]
    return dict(entry["details"])


def channels(zoho: Zoho, **params: str) -> list[Json]:
    answer = zoho("GET", WATCH, params=params)
    return list(answer.json()["watch"]) if answer.status_code == 200 else []


def expiry(zoho: Zoho, after: timedelta | None, version: str = "v8") -> timedelta:
    """How long a channel lives that is asked to live so long."""
    until = {"channel_expiry": (NOON + after).isoformat()} if after else {}
    answer = zoho("POST", WATCH, json={"watch": [channel(**until)]}, version=version)
    [event, *_] = answer.json()["watch"][0]["details"]["events"]
    return datetime.fromisoformat(event["channel_expiry"]) - NOON


def test_a_channel_is_told_once_for_each_module(zoho: Zoho) -> None:
    details = opened(zoho)
    assert [event["resource_name"] for event in details["events"]] == ["Leads", "Vendors"]
    assert [one["events"] for one in channels(zoho)] == [["Leads.edit"], ["Vendors.create"]]
    assert [one["resource_name"] for one in channels(zoho, module="Vendors")] == ["Vendors"]


def test_all_is_each_of_the_three(zoho: Zoho) -> None:
    opened(zoho, events=["Leads.all"])
    [one] = channels(zoho)
    assert one["events"] == ["Leads.create", "Leads.edit", "Leads.delete"]


@pytest.mark.parametrize(
    ("asked", "given", "version"),
    [
        (None, timedelta(hours=1), "v8"),
        (timedelta(days=6), timedelta(days=6), "v8"),
        (timedelta(days=8), timedelta(hours=1), "v8"),
        (timedelta(days=2), timedelta(hours=1), "v2"),
        (timedelta(hours=23), timedelta(hours=23), "v3"),
        (timedelta(days=7), timedelta(days=7), "v4"),
    ],
)
def test_a_channel_lives_as_long_as_the_version_lets_it(
    zoho: Zoho, asked: timedelta | None, given: timedelta, version: str
) -> None:
    assert expiry(zoho, asked, version) == given


def test_a_channel_ends_when_its_time_has_come(zoho: Zoho, world: World) -> None:
    opened(zoho)
    world.clock.advance(3601)
    assert channels(zoho) == []
    answer = zoho("PUT", WATCH, json={"watch": [channel()]})
    assert answer.json()["watch"][0]["code"] == "NOT_SUBSCRIBED"


@pytest.mark.parametrize(
    ("changes", "code", "key"),
    [
        ({"channel_id": None}, "MANDATORY_NOT_FOUND", "channel_id"),
        ({"channel_id": "mine"}, "INVALID_DATA", "channel_id"),
        ({"notify_url": None}, "MANDATORY_NOT_FOUND", "notify_url"),
        ({"notify_url": "http://backend.example.com/"}, "INVALID_DATA", "notify_url"),
        ({"notify_url": "https://127.0.0.1/"}, "INVALID_DATA", "notify_url"),
        ({"events": None}, "MANDATORY_NOT_FOUND", "events"),
        ({"events": ["Notes.create"]}, "INVALID_DATA", "events"),
        ({"events": ["Leads.convert"]}, "INVALID_DATA", "events"),
        ({"token": "x" * 51}, "INVALID_DATA", "token"),
        ({"channel_expiry": "2020-01-01T00:00:00+00:00"}, "INVALID_DATA", "channel_expiry"),
        ({"channel_expiry": "tomorrow"}, "INVALID_DATA", "channel_expiry"),
        ({"return_affected_field_values": "yes"}, "INVALID_DATA", "return_affected_field_values"),
        ({"notification_condition": {}}, "INVALID_DATA", "notification_condition"),
        ({"colour": "red"}, "INVALID_DATA", "colour"),
    ],
)
def test_a_channel_that_is_wrong_is_refused(zoho: Zoho, changes: Json, code: str, key: str) -> None:
    answer = zoho("POST", WATCH, json={"watch": [channel(**changes)]})
    [entry] = answer.json()["watch"]
    assert (answer.status_code, entry["code"]) == (400, code)
    assert entry["details"]["api_name"] == key


def field(name: str) -> Json:
    return {"field": {"api_name": name}}


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"module": {"api_name": "Leads"}, "field_selection": field("Company")},
         "MANDATORY_NOT_FOUND"),
        ({"type": "criteria", "module": {"api_name": "Leads"}}, "INVALID_DATA"),
        ({"type": "field_selection", "field_selection": field("Company")}, "INVALID_DATA"),
        ({"type": "field_selection", "module": {}, "field_selection": field("Company")},
         "EXPECTED_FIELD_MISSING"),
        ({"type": "field_selection", "module": {"api_name": "Leads"}},
         "DEPENDENT_FIELD_MISSING"),
        ({"type": "field_selection", "module": {"api_name": "Leads"},
          "field_selection": {"group": [field("Company")]}}, "MANDATORY_NOT_FOUND"),
        ({"type": "field_selection", "module": {"api_name": "Leads"},
          "field_selection": {"group_operator": "or", "group": [field("Company")] * 11}},
         "INVALID_DATA"),
        ({"type": "field_selection", "module": {"api_name": "Leads"},
          "field_selection": field("Nothing")}, "INVALID_DATA"),
    ],
)  # fmt: skip
def test_a_condition_that_is_wrong_is_refused(zoho: Zoho, condition: Json, code: str) -> None:
    body = {"watch": [channel(notification_condition=[condition])]}
    assert zoho("POST", WATCH, json=body).json()["watch"][0]["code"] == code


def test_what_a_change_does_not_name_stays(zoho: Zoho) -> None:
    opened(zoho)
    body = {"watch": [{"channel_id": "1000000068001", "token": "new"}]}
    answer = zoho("PATCH", WATCH, json=body)
    assert answer.json()["watch"][0]["message"] == "Successfully updated the subscribe details"
    assert {one["token"] for one in channels(zoho)} == {"new"}
    assert len(channels(zoho)) == 2


def test_events_can_be_taken_away(zoho: Zoho) -> None:
    opened(zoho)
    wish = {"channel_id": "1000000068001", "events": ["Leads.edit"], "_delete_events": True}
    assert zoho("PATCH", WATCH, json={"watch": [wish]}).status_code == 200
    assert [one["resource_name"] for one in channels(zoho)] == ["Vendors"]


def test_a_channel_is_closed_once(zoho: Zoho) -> None:
    opened(zoho)
    answer = zoho("DELETE", WATCH, params={"channel_ids": "1000000068001"})
    assert len(answer.json()["watch"]) == 2
    again = zoho("DELETE", WATCH, params={"channel_ids": "1000000068001"})
    assert again.json()["watch"][0]["code"] == "NOT_SUBSCRIBED"


def test_more_than_fifty_are_refused(zoho: Zoho) -> None:
    body = {"watch": [channel(channel_id=str(n)) for n in range(51)]}
    assert zoho("POST", WATCH, json=body).json()["code"] == "INVALID_DATA"


def test_nobody_sees_the_channels_of_others(zoho: Zoho, world: World) -> None:
    opened(zoho)
    rep = world.users[1]
    assert zoho("GET", WATCH, user=rep).status_code == 204
    answer = zoho("DELETE", WATCH, params={"channel_ids": "1000000068001"}, user=rep)
    assert answer.json()["watch"][0]["code"] == "NOT_SUBSCRIBED"


def test_this_machine_can_be_notified_where_that_is_ordered(zoho: Zoho, worlds: Worlds) -> None:
    worlds.private_urls = True
    assert opened(zoho, notify_url="http://127.0.0.1:8000/notify")
