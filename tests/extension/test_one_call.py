"""What travels together is one call, with one fate: where one is done and the next is not, each is
known for what it is."""

from datetime import timedelta
from typing import Any

import requests

from emulator import World
from emulator.world import Record
from extension import running
from tests.extension.batch_rig import new_leads, planned, start, undo, work
from tests.extension.conversion_rig import agree, carry_out, state
from tests.extension.rig import another_answer, on_sqlite

pytestmark = on_sqlite


def ring(world: World, lead: str) -> Record:
    """A call about the lead, beside its task."""
    values: dict[str, Any] = {
        "Subject": "Ring", "Call_Type": "Outbound", "Call_Status": "Scheduled",
        "Call_Start_Time": "2026-01-12T12:00:00+00:00",
        "What_Id": {"id": lead, "name": "Pat Doe"}, "$se_module": "Leads",
    }  # fmt: skip
    return world.add_record("Calls", values, owner=world.users[1])


def undone(warm: Any, parts: Any, conversion: str) -> str:
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    assert answer.status_code == 202, answer.json
    carry_out(parts, conversion)
    return str(state(warm, conversion)["state"])


def test_an_activity_that_was_moved_goes_back_where_the_next_was_refused(
    warm, lead, world, parts, wire
):
    call = ring(world, lead)
    conversion = agree(warm, lead).json["id"]

    def of_calls(request: requests.PreparedRequest) -> bool:
        return request.method == "PUT" and str(request.path_url).endswith("/Calls")

    def before(request: requests.PreparedRequest) -> None:
        call["Locked__s"] = of_calls(request)

    def after(request: requests.PreparedRequest, answer: requests.Response) -> requests.Response:
        if not of_calls(request):
            return answer
        said = another_answer(
            answer, data=None, code="NO_PERMISSION", status="error", message="permission denied",
            details={"permissions": ["Crm_Implied_Edit_Calls"]},
        )  # fmt: skip
        said.status_code = 403
        return said

    wire.before, wire.twist = before, after
    carry_out(parts, conversion)
    wire.before = wire.twist = None
    [task] = world.records["Tasks"].values()
    assert (state(warm, conversion)["state"], call["What_Id"]["id"]) == ("failed", lead)
    assert undone(warm, parts, conversion) == "undone"
    assert (task["What_Id"]["id"], world.records["Vendors"]) == (lead, {})


def test_an_activity_that_was_moved_goes_back_where_zoho_was_too_busy_for_the_next(
    warm, lead, world, parts, clock
):
    ring(world, lead)
    conversion = agree(warm, lead).json["id"]
    world.faults.order("busy", method="PUT", path="/Calls", times=None)
    [task] = world.records["Tasks"].values()
    while task["What_Id"]["id"] == lead:
        running.run(parts, [conversion])
    clock.advance(minutes=5)
    world.faults.clear()
    later = world.clock.now() + timedelta(seconds=1)
    world.find("Leads", lead).update(Phone="555 7777", Modified_Time=later.isoformat())
    running.run(parts, [conversion])
    assert state(warm, conversion)["state"] == "waiting"
    assert warm.ask("POST", f"/api/v1/conversions/{conversion}/cancel").status_code == 200
    assert undone(warm, parts, conversion) == "undone"
    assert (task["What_Id"]["id"], world.records["Vendors"]) == (lead, {})


def test_of_two_leads_that_write_over_one_record_the_first_knows_what_was_there(warm, world, parts):
    vendor = world.add_record(
        "Vendors", {"Vendor_Name": "Works", "Phone": "1"}, owner=world.users[1]
    )
    leads = [one for phone in "23" for one in new_leads(world, 1, Company="Works", Phone=phone)]
    merged = {"link": vendor["id"], "merge": {"Phone": "overwrite"}}
    one = planned(warm, parts, leads, records={"Vendors": merged})
    assert start(warm, one).status_code == 202
    world.faults.order("busy", method="PUT", path="/Vendors", nth=2)
    work(parts, one["id"])
    assert vendor["Phone"] in ("2", "3")
    undo(warm, parts, one["id"])
    assert vendor["Phone"] == "1"
