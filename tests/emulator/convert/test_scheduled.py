"""A single conversion that Zoho does later, and says so with 202."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator import World
from emulator.crm import convert_jobs
from emulator.world import Record

Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def later(world: World) -> None:
    world.faults.order("convert_scheduled", method="POST", path="/Leads/*/actions/convert")


def job_of(answer: Any) -> str:
    assert answer.status_code == 202, answer.text
    [entry] = answer.json()["data"]
    assert (entry["code"], entry["message"], entry["status"]) == (
        "SCHEDULED",
        "Convert lead scheduled successfully",
        "success",
    )
    job: str = entry["details"]["job_id"]
    return job


def test_a_scheduled_conversion_has_not_happened_yet(convert: Ask, zoho: Ask, lead: Record) -> None:
    job_of(convert())
    [told] = zoho("GET", f"/Leads/{lead['id']}").json()["data"]
    assert told["$converted"] is False
    assert told["$field_states"] == ["convert_scheduler"]


def test_time_does_what_was_scheduled(convert: Ask, zoho: Ask, world: World, lead: Record) -> None:
    job_of(convert())
    world.clock.advance(60)
    assert zoho("GET", f"/Leads/{lead['id']}").status_code == 204
    [told] = zoho("GET", f"/Leads/{lead['id']}", params={"converted": "both"}).json()["data"]
    assert told["Converted_Contact"]["name"] == "Pat Doe"
    assert told["$field_states"] is None


def test_it_can_be_finished_without_waiting(convert: Ask, world: World, lead: Record) -> None:
    job = job_of(convert())
    assert convert_jobs.finish(world, job) == 1
    assert lead["$converted"]
    assert convert_jobs.finish(world) == 0


def test_a_second_wish_is_refused_meanwhile(convert: Ask) -> None:
    job_of(convert())
    again = convert()
    assert (again.status_code, again.json()["code"]) == (400, "CANNOT_PERFORM_ACTION")


def test_what_became_impossible_is_not_done(convert: Ask, world: World, lead: Record) -> None:
    job_of(convert())
    lead["Locked__s"] = True
    convert_jobs.finish(world)
    assert not lead.get("$converted")
    assert lead["$field_states"] is None


def test_a_lead_that_is_gone_is_passed_over(
    convert: Ask, zoho: Ask, world: World, lead: Record
) -> None:
    job_of(convert())
    world.recycle("Leads", lead["id"], world.users[0])
    world.clock.advance(60)
    assert zoho("GET", "/Contacts", params={"fields": "Last_Name"}).status_code == 204


def test_a_wrong_wish_is_told_with_202_too(convert: Ask, deal: dict[str, Any]) -> None:
    answer = convert({"Deals": {**deal, "Closing_Date": None}})
    assert answer.status_code == 202
    [entry] = answer.json()["data"]
    assert (entry["code"], entry["status"]) == ("MANDATORY_NOT_FOUND", "error")


def test_a_converted_lead_is_told_with_202_at_the_root(convert: Ask, lead: Record) -> None:
    lead["$converted"] = True
    answer = convert()
    assert (answer.status_code, answer.json()["code"]) == (202, "ID_ALREADY_CONVERTED")
