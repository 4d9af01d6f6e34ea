"""What became of conversions is noted as events: once, in order, without people's data."""

import json
from typing import Any

from extension import events, running
from extension.parts import Parts
from extension.store.events import Event
from extension.store.models import Installation
from tests.extension.conversion_rig import PLAIN, agree, carry_out, state
from tests.extension.rig import everything, on_sqlite


def told(parts: Parts) -> list[dict[str, Any]]:
    """Every event, as it is told."""
    orgs = {one.id: one for one in everything(parts, Installation)}
    found = everything(parts, Event)
    return [dict(events.as_told(orgs[one.installation_id], one)) for one in found]


def test_a_conversion_that_is_done_and_undone_is_told_with_its_records(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    assert told(parts) == []
    carry_out(parts, conversion)
    warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    [vendor] = list(world.records["Vendors"])
    carry_out(parts, conversion)
    running.run(parts, [conversion])
    one, two = told(parts)
    assert [(each["type"], each["cursor"]) for each in (one, two)] == [
        ("lead.converted", "1"),
        ("lead.undone", "2"),
    ]
    [record] = one["data"]["records"]
    assert (record["module"], record["id"]) == ("Vendors", vendor)
    assert (one["data"]["org"], one["data"]["lead"]) == (world.org.zgid, lead)
    assert one["data"]["conversion"] == conversion
    assert (one["data"]["undoing"], two["data"]["undoing"]) == (False, True)
    assert one["timestamp"] == "2026-01-10T12:00:00Z"


@on_sqlite
def test_a_refused_step_is_told_with_zohos_code_and_without_anybodys_data(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    world.module("Vendors").creatable = False
    carry_out(parts, conversion)
    [one] = told(parts)
    assert one["type"] == "lead.failed"
    assert (one["data"]["problem"]["code"], one["data"]["problem"]["step"]) == (
        "step_refused",
        "Create",
    )
    assert one["data"]["problem"]["zoho_code"]
    said = json.dumps(one)
    assert not [value for value in PLAIN.values() if value in said and value != "Acme"]
    assert "Acme" not in said


@on_sqlite
def test_what_a_fault_of_ours_stops_is_told_once(warm, lead, parts):
    conversion = agree(warm, lead).json["id"]
    running.give_up(parts, conversion)
    running.give_up(parts, conversion)
    assert [(one["type"], one["data"]["problem"]["code"]) for one in told(parts)] == [
        ("lead.failed", "fault")
    ]
    assert state(warm, conversion)["state"] == "failed"


@on_sqlite
def test_what_waits_or_is_cancelled_is_told_to_nobody(warm, lead, parts):
    conversion = agree(warm, lead).json["id"]
    warm.ask("POST", f"/api/v1/conversions/{conversion}/cancel")
    running.run(parts, [conversion])
    assert told(parts) == []
