"""A lead on which something hangs, the yes to its plan, and what the worker does with it."""

from typing import Any

from emulator import World
from extension import running
from extension.parts import Parts
from tests.extension.cuts import CutAt, PowerCut, power_cuts
from tests.extension.rig import Person

PLAIN = {
    "First_Name": "Pat", "Last_Name": "Doe", "Company": "Acme", "Email": "pat@acme.example",
    "Phone": "555 0199", "Designation": "Head of Purchasing",
}  # fmt: skip
MARK = {"kind": "mark", "values": {"Lead_Status": "Contacted"}}
WRITES = 5
"""A vendor; a note of the lead's and one of what is lost, together; a task; a file; a mark."""


def new_lead(world: World, company: str = "Acme") -> str:
    """A lead with a note, a task and one value that a vendor has no field for."""
    rep, values = world.users[1], {**PLAIN, "Company": company, "Email": f"{company}@x.example"}
    one = str(world.add_record("Leads", values, owner=rep)["id"])
    parent = {"Parent_Id": {"id": one, "name": "Pat Doe"}, "$se_module": "Leads"}
    world.add_record("Notes", {"Note_Title": "Call", "Note_Content": "Rang.", **parent}, owner=rep)
    about = {"What_Id": {"id": one, "name": "Pat Doe"}, "$se_module": "Leads"}
    world.add_record("Tasks", {"Subject": company, **about}, owner=rep)
    return one


def change_phone(world: World, lead: str) -> None:
    """Somebody changes a value of the lead's that its plan carries over, an hour later."""
    changed = {"Phone": "555 7777", "Modified_Time": "2026-01-10T13:00:00+00:00"}
    world.find("Leads", lead).update(changed)


def agree(person: Person, lead: str, target: str = "Vendors", key: str = "", **choices: Any) -> Any:
    """Look at the plan and say yes to it."""
    wish = {"target": target, **choices}
    plan = person.ask("POST", f"/api/v1/leads/{lead}/plan", json=wish)
    assert plan.status_code == 200, plan.json
    return send(person, lead, wish, plan.json["digest"], key)


def send(person: Person, lead: str, wish: dict[str, Any], digest: str, key: str = "") -> Any:
    headers = {"Authorization": f"Bearer {person.token}"}
    if key:
        headers["Idempotency-Key"] = key
    body = {"lead": lead, "choices": wish, "digest": digest}
    return person.client.post("/api/v1/conversions", json=body, headers=headers)


def carry_out(parts: Parts, conversion: str) -> None:
    """What the worker does, without waiting in between."""
    for _ in range(20):
        if running.run(parts, [conversion]) is None:
            return
    raise AssertionError("it never ends")


def state(person: Person, conversion: str) -> dict[str, Any]:
    answer = person.get(f"/api/v1/conversions/{conversion}")
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def made_of(world: World, lead: str, company: str) -> dict[str, Any]:
    """Everything that there is of a lead's conversion, without ids and times."""
    records = world.records
    vendors = [one for one in records["Vendors"].values() if one["Vendor_Name"] == company]
    ids = {one["id"] for one in vendors}
    mine = {
        module: [one for one in records[module].values() if one["Parent_Id"]["id"] in ids]
        for module in ("Notes", "Attachments")
    }
    [task] = [one for one in records["Tasks"].values() if one["Subject"] == company]
    return {
        "vendors": [one["Phone"] for one in vendors],
        "notes": sorted(one["Note_Title"] for one in mine["Notes"]),
        "files": len(mine["Attachments"]),
        "task moved": task["What_Id"]["id"] in ids,
        "lead": world.find("Leads", lead).get("Lead_Status"),
        "notes of the lead": sum(
            one["Parent_Id"]["id"] == lead for one in records["Notes"].values()
        ),
    }  # fmt: skip


def with_power_cuts(parts: Parts, wire: Any, conversion: str, at: int, moment: str) -> bool:
    """Run until the power is cut, then again to the end. Returns whether it was cut at all."""
    cut = False
    with power_cuts(wire, CutAt(at, moment)):
        try:
            carry_out(parts, conversion)
        except PowerCut:
            cut = True
    carry_out(parts, conversion)
    return cut
