"""A workflow rule calls for an assessment, which is written to the fields that were chosen."""

from typing import Any

import pytest

from emulator.schema import Field
from tests.extension.conversion_rig import agree
from tests.extension.hook_rig import choose, delivery, work
from tests.extension.rig import on_sqlite


@pytest.fixture
def fields(world) -> dict[str, str]:
    """Fields of the lead that an administrator has made for it."""
    leads = world.module("Leads")
    leads.add(Field(api_name="Readiness", label="Readiness", data_type="text", length=60))
    leads.add(Field(api_name="Losses", label="Losses", data_type="integer", length=9))
    leads.add(Field(api_name="Becomes", label="Becomes", data_type="text", length=100))
    return {"readiness": "Readiness", "losses": "Losses", "target": "Becomes"}


def test_an_assessment_is_written_to_the_chosen_fields(
    rule, admin, fields, lead, world, parts, clock
):
    choose(admin, assess=fields)
    clock.advance(minutes=1)
    answer = rule.call(lead_id=lead, action="assess")
    world.log.clear()
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]) == ("done", None)
    held = world.find("Leads", lead)
    found = {one: held[one] for one in fields.values()}
    assert came["written"] == {"state": "done", "values": found}
    offered = {one["label"]: one for one in admin.options(lead).json["options"]}
    best = offered[found["Becomes"]]
    assert best["available"]
    ours = [one for one in best["losses"] if one["field"] in fields.values()]
    assert found["Losses"] == best["lost"] - len(ours)
    assert found["Readiness"] in ("Ready", "Needs input")


@on_sqlite
def test_of_a_lead_that_has_been_converted_there_is_nothing_to_assess(
    rule, admin, rep, fields, lead, world, parts
):
    choose(admin, assess=fields)
    assert agree(rep, lead, "zoho").status_code == 202
    work(parts)
    answer = rule.call(lead_id=lead, action="assess")
    world.log.clear()
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["problem"]["code"]) == ("nothing", "already_converted")
    assert world.log.count("PUT") == 0


@on_sqlite
def test_the_mark_says_what_the_lead_has_become_and_is_emptied_once_that_is_taken_back(
    rule, admin, lead, world, parts, clock
):
    world.module("Leads").add(Field(api_name="Mark", label="Mark", data_type="text", length=60))
    choose(admin, assess={"mark": "Mark"})
    world.find("Leads", lead)["Mark"] = "Somebody's own words"

    def assessed(version: str) -> tuple[str, object]:
        clock.advance(minutes=1)
        answer = rule.call(lead_id=lead, action="assess", rule=version)
        work(parts)
        return delivery(admin, answer)["state"], world.find("Leads", lead).get("Mark")

    assert assessed("1") == ("nothing", "Somebody's own words"), "we know of no conversion"
    called = rule.call(lead_id=lead, action="convert", target="Vendors", rule="2")
    work(parts)
    ident = delivery(admin, called)["conversion"]["id"]
    assert assessed("3") == ("done", "Vendor")
    undone = admin.ask("POST", f"/api/v1/conversions/{ident}/undo", json={})
    assert undone.status_code == 202, undone.json
    work(parts)
    assert assessed("4") == ("done", None)


@on_sqlite
def test_an_assessment_wakes_no_rule(rule, admin, fields, lead, parts, wire):
    choose(admin, assess=fields)
    rule.call(lead_id=lead, action="assess")
    bodies = list[Any]()
    wire.before = lambda request: bodies.append((request.method, request.path_url, request.body))
    work(parts)
    [update] = [body for method, path, body in bodies if method == "PUT" and "/Leads" in path]
    assert b'"trigger":[]' in bytes(update).replace(b" ", b"") if isinstance(update, bytes) else (
        '"trigger":[]' in str(update).replace(" ", "")
    )  # fmt: skip


@on_sqlite
def test_what_the_lead_says_already_is_not_written_again(
    rule, admin, fields, lead, world, parts, wire
):
    choose(admin, assess=fields)
    rule.call(lead_id=lead, action="assess", rule="1")
    work(parts)
    second = rule.call(lead_id=lead, action="assess", rule="2")
    work(parts)
    assert delivery(admin, second)["problem"]["code"] == "unchanged"


@on_sqlite
def test_an_assessment_whose_answer_is_lost_is_written_once_more_to_the_same_end(
    rule, admin, fields, lead, world, parts
):
    choose(admin, assess=fields)
    answer = rule.call(lead_id=lead, action="assess")
    world.faults.order("answer_lost", times=1, method="PUT", path="/Leads")
    work(parts)
    came = delivery(admin, answer)
    assert (came["state"], came["written"]["state"], came["problem"]) == ("done", "done", None)
    assert world.find("Leads", lead)["Readiness"]


@on_sqlite
def test_without_chosen_fields_nothing_is_assessed(rule, admin, lead, parts):
    answer = rule.call(lead_id=lead, action="assess")
    work(parts)
    assert delivery(admin, answer)["problem"]["code"] == "no_fields_chosen"
