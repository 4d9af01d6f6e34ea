"""Those who watch a module are told of what was written, by call and kind of change."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from emulator import World
from emulator.automation.delivery import deliver
from emulator.outbox import Outgoing
from tests.emulator.automation.conftest import Json
from tests.emulator.automation.test_watch import WATCH, channel, channels, field
from tests.emulator.conftest import Zoho

Told = Callable[[], list[Json]]


@pytest.fixture
def told(world: World) -> Told:
    """What the channels have been told since the last time."""
    return lambda: [json.loads(one.body) for one in deliver(world, lambda one: 200)]


def watch(zoho: Zoho, **changes: Any) -> None:
    body = {"watch": [channel(**{"events": ["Leads.all"], **changes})]}
    assert zoho("POST", WATCH, json=body).status_code == 201


def edit(zoho: Zoho, lead: str, **values: Any) -> None:
    assert zoho("PUT", f"/Leads/{lead}", json={"data": [values]}).status_code == 200


def test_an_edit_is_told_with_the_fields_that_changed(
    zoho: Zoho, lead: str, told: Told, world: World
) -> None:
    watch(zoho, return_affected_field_values=True)
    edit(zoho, lead, City="Here", Company="Acme")
    assert told() == [
        {
            "server_time": 1768046400000,
            "query_params": {},
            "module": "Leads",
            "resource_uri": "https://www.zohoapis.com/crm/v2/Leads",
            "ids": [lead],
            "affected_fields": [{lead: ["City"]}],
            "operation": "update",
            "channel_id": "1000000068001",
            "token": "opaque",
            "affected_values": [{"record_id": lead, "values": {"City": "Here"}}],
        }
    ]


def test_values_are_told_only_when_asked_for(zoho: Zoho, lead: str, told: Told) -> None:
    watch(zoho)
    edit(zoho, lead, City="Here")
    [one] = told()
    assert "affected_values" not in one


def test_records_of_one_call_come_together(zoho: Zoho, told: Told) -> None:
    watch(zoho)
    rows = [{"Last_Name": name, "Company": "Acme"} for name in ("One", "Two", "Three")]
    made = zoho("POST", "/Leads", json={"data": rows}).json()["data"]
    [one] = told()
    assert one["operation"] == "insert"
    assert one["ids"] == [entry["details"]["id"] for entry in made]


def test_a_delete_is_told(zoho: Zoho, lead: str, told: Told) -> None:
    watch(zoho)
    zoho("DELETE", f"/Leads/{lead}")
    [one] = told()
    assert (one["operation"], one["ids"]) == ("delete", [lead])


def test_only_what_is_watched_is_told(zoho: Zoho, lead: str, told: Told) -> None:
    watch(zoho, events=["Leads.delete", "Vendors.create"])
    edit(zoho, lead, City="Here")
    assert told() == []


def test_writes_that_run_no_workflow_are_told_as_well(zoho: Zoho, lead: str, told: Told) -> None:
    watch(zoho)
    body = {"data": [{"City": "Here"}], "trigger": []}
    assert zoho("PUT", f"/Leads/{lead}", json=body).status_code == 200
    assert len(told()) == 1


@pytest.mark.parametrize(("operator", "count"), [("or", 1), ("and", 0)])
def test_conditions_wait_for_fields(
    zoho: Zoho, lead: str, told: Told, operator: str, count: int
) -> None:
    selection = {"group_operator": operator, "group": [field("City"), field("Company")]}
    condition = {
        "type": "field_selection", "module": {"api_name": "Leads"}, "field_selection": selection,
    }  # fmt: skip
    watch(zoho, notification_condition=[condition])
    edit(zoho, lead, City="Here")
    edit(zoho, lead, Fax="1")
    assert len(told()) == count


def test_a_channel_whose_time_has_come_is_told_nothing(
    zoho: Zoho, lead: str, told: Told, world: World
) -> None:
    watch(zoho)
    world.clock.advance(3601)
    edit(zoho, lead, City="Here")
    assert told() == []


def test_a_conversion_is_an_edit_of_the_lead_and_makes_records(
    zoho: Zoho, lead: str, told: Told
) -> None:
    watch(zoho, events=["Leads.all", "Contacts.all", "Accounts.all"])
    assert zoho("POST", f"/Leads/{lead}/actions/convert", json={"data": [{}]}).status_code == 200
    kinds = {(one["module"], one["operation"]) for one in told()}
    assert kinds == {("Leads", "update"), ("Contacts", "insert"), ("Accounts", "insert")}


def test_a_failure_to_notify_is_no_failure_of_a_webhook(
    zoho: Zoho, lead: str, world: World
) -> None:
    watch(zoho)
    edit(zoho, lead, City="Here")
    [one] = deliver(world, lambda one: 500)
    assert one.outcome == "http_500"
    assert zoho("GET", "/settings/automation/webhook_failures").status_code == 204


# Trouble to order


def bodies(world: World) -> list[str]:
    return [_city(one) for one in deliver(world, lambda one: 200)]


def _city(one: Outgoing) -> str:
    return str(json.loads(one.body)["affected_values"][0]["values"]["City"])


@pytest.fixture
def watched(zoho: Zoho) -> None:
    watch(zoho, return_affected_field_values=True)


@pytest.mark.usefixtures("watched")
def test_a_request_can_come_twice(zoho: Zoho, lead: str, world: World) -> None:
    world.faults.order("sent_twice", path="/notify")
    edit(zoho, lead, City="One")
    edit(zoho, lead, City="Two")
    assert bodies(world) == ["One", "One", "Two"]


@pytest.mark.usefixtures("watched")
def test_a_request_can_come_after_the_next(zoho: Zoho, lead: str, world: World) -> None:
    world.faults.order("sent_overtaken")
    for city in ("One", "Two", "Three"):
        edit(zoho, lead, City=city)
    assert bodies(world) == ["Two", "One", "Three"]


@pytest.mark.usefixtures("watched")
def test_a_request_can_come_late(zoho: Zoho, lead: str, world: World) -> None:
    world.faults.order("sent_late", seconds=60)
    edit(zoho, lead, City="One")
    assert bodies(world) == []
    world.clock.advance(60)
    assert bodies(world) == ["One"]


@pytest.mark.usefixtures("watched")
def test_a_request_can_be_lost(zoho: Zoho, lead: str, world: World) -> None:
    world.faults.order("not_sent")
    edit(zoho, lead, City="One")
    assert bodies(world) == []
    assert [one.outcome for one in world.outbox.all()] == ["dropped"]


@pytest.mark.usefixtures("watched")
def test_a_request_can_be_garbled(zoho: Zoho, lead: str, world: World) -> None:
    world.faults.order("sent_garbled")
    edit(zoho, lead, City="One")
    [one] = deliver(world, lambda one: 200)
    with pytest.raises(ValueError):
        json.loads(one.body)


@pytest.mark.usefixtures("watched")
def test_a_channel_can_be_dropped_without_a_word(zoho: Zoho, lead: str, world: World) -> None:
    world.faults.order("channel_dropped")
    edit(zoho, lead, City="One")
    assert bodies(world) == []
    assert channels(zoho) == []


@pytest.mark.usefixtures("watched")
def test_trouble_with_sending_leaves_calls_alone(zoho: Zoho, lead: str, world: World) -> None:
    order = world.faults.order("sent_twice")
    assert zoho("GET", f"/Leads/{lead}").status_code == 200
    assert order.struck == 0
