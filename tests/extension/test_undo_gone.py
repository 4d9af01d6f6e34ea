"""What others have deleted, or brought back, keeps no undo from its end: what can be put back is,
and what cannot be, since it is gone, is named."""

from typing import Any

import pytest

from emulator import World
from emulator.crm import recycling, tagging
from emulator.state import Link
from extension import running
from extension.parts import Parts
from tests.extension.batch_rig import done, look, new_leads, rows, save_targets, undo
from tests.extension.conversion_rig import MARK, agree, carry_out, state
from tests.extension.cuts import cut_off
from tests.extension.rig import Person, asked, on_sqlite

pytestmark = on_sqlite


@pytest.fixture
def vendor(world: World) -> str:
    values = {"Vendor_Name": "Acme", "Phone": "1", "City": "Kiel"}
    return str(world.add_record("Vendors", values, owner=world.users[1])["id"])


def converted(person: Person, parts: Parts, lead: str, target: str = "Vendors", **wish: Any) -> str:
    answer = agree(person, lead, target, **wish)
    assert answer.status_code == 202, answer.json
    carry_out(parts, answer.json["id"])
    assert state(person, answer.json["id"])["state"] == "done"
    return str(answer.json["id"])


def wished(person: Person, conversion: str, *, force: bool = False) -> None:
    path = f"/api/v1/conversions/{conversion}/undo"
    answer = person.ask("POST", path, json={"force": force})
    assert answer.status_code == 202, answer.json


def undone(person: Person, parts: Parts, conversion: str) -> list[tuple[str, str, str]]:
    """What is left alone in the end."""
    carry_out(parts, conversion)
    over = state(person, conversion)
    assert over["state"] == "undone", over
    return sorted((one["module"], one["id"], one["code"]) for one in over["left_alone"])


def delete(world: World, module: str, ident: str) -> None:
    recycling.delete(world, module, ident, world.users[1])


def task_of(world: World) -> dict[str, Any]:
    [task] = world.records["Tasks"].values()
    return dict(task)


# A lead that was deleted


def test_a_lead_that_somebody_brings_back_while_the_undo_waits_keeps_nothing(
    warm, lead, world, parts
):
    conversion = converted(warm, parts, lead, lead_after={"kind": "delete"})
    wished(warm, conversion)
    world.faults.order("busy", method="POST", path="/settings/recycle_bin/actions/restore")
    running.run(parts, [conversion])
    recycling.restore(world, lead)
    assert undone(warm, parts, conversion) == []
    assert (world.records["Vendors"], task_of(world)["What_Id"]["id"]) == ({}, lead)


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_deleted_lead_that_was_brought_back_and_converted_in_zoho_keeps_no_undo(
    warm, lead, world, parts, when
):
    conversion = converted(warm, parts, lead, lead_after={"kind": "delete"})
    if when == "meanwhile":
        wished(warm, conversion)
        world.faults.order("busy", method="POST", path="/settings/recycle_bin/actions/restore")
        running.run(parts, [conversion])
    recycling.restore(world, lead)
    world.find("Leads", lead).update({"Converted__s": True, "$converted": True})
    if when == "before":
        wished(warm, conversion)
    assert ("Tasks", task_of(world)["id"], "converted") in undone(warm, parts, conversion)


def test_while_a_deleted_lead_is_nowhere_what_was_made_of_it_stays(warm, lead, world, parts):
    conversion = converted(warm, parts, lead, lead_after={"kind": "delete"})
    recycling.destroy(world, lead)
    wished(warm, conversion)
    carry_out(parts, conversion)
    over = state(warm, conversion)
    assert (over["state"], over["problem"]["details"]["step"]) == ("failed", "Restore")
    assert len(world.records["Vendors"]) == 1


# A lead that stayed, and that somebody has deleted since


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_what_hung_on_a_lead_that_is_gone_stays_with_what_it_hangs_on_now(
    warm, lead, world, parts, when
):
    conversion = converted(warm, parts, lead, lead_after=MARK)
    if when == "before":
        delete(world, "Leads", lead)
        wished(warm, conversion)
    else:
        wished(warm, conversion)
        delete(world, "Leads", lead)
    [vendor], task = world.records["Vendors"], task_of(world)
    left = [("Leads", lead, "gone"), ("Tasks", task["id"], "gone"), ("Vendors", vendor, "needed")]
    assert undone(warm, parts, conversion) == left
    assert task["What_Id"]["id"] == vendor
    messages = {one["message"] for one in state(warm, conversion)["left_alone"]}
    assert "It, or what it belongs to, was deleted, or is hidden from you now." in messages


def test_a_task_that_was_sent_back_in_vain_before_its_lead_was_gone_stays_too(
    warm, lead, world, parts, wire
):
    conversion = converted(warm, parts, lead)
    wished(warm, conversion)
    # The file first, then the task.
    with cut_off(wire, 2, "before"):
        carry_out(parts, conversion)
    delete(world, "Leads", lead)
    [vendor], task = world.records["Vendors"], task_of(world)
    left = [("Tasks", task["id"], "gone"), ("Vendors", vendor, "needed")]
    assert undone(warm, parts, conversion) == left
    assert task["What_Id"]["id"] == vendor


def test_once_the_lead_is_there_again_the_rest_is_put_back_too(warm, lead, world, parts):
    was = world.find("Leads", lead).get("Lead_Status")
    conversion = converted(warm, parts, lead, lead_after=MARK)
    delete(world, "Leads", lead)
    wished(warm, conversion)
    assert len(undone(warm, parts, conversion)) == 3
    recycling.restore(world, lead)
    wished(warm, conversion)
    assert undone(warm, parts, conversion) == []
    assert world.find("Leads", lead).get("Lead_Status") == was
    assert (world.records["Vendors"], task_of(world)["What_Id"]["id"]) == ({}, lead)


def test_who_insists_gets_rid_of_what_was_made_all_the_same(warm, lead, world, parts):
    conversion = converted(warm, parts, lead)
    delete(world, "Leads", lead)
    wished(warm, conversion, force=True)
    assert undone(warm, parts, conversion) == [("Tasks", task_of(world)["id"], "gone")]
    assert world.records["Vendors"] == {}


# A lead that stayed, and that somebody has converted in Zoho since


@pytest.mark.parametrize("force", [False, True], ids=["asked", "forced"])
@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_to_a_lead_that_was_converted_since_nothing_is_given_back_and_that_is_named(
    warm, lead, world, parts, when, force
):
    conversion = converted(warm, parts, lead, lead_after=MARK)
    marked = world.find("Leads", lead)["Lead_Status"]
    if when == "before":
        world.find("Leads", lead).update({"Converted__s": True, "$converted": True})
    wished(warm, conversion, force=force)
    if when == "meanwhile":
        world.find("Leads", lead).update({"Converted__s": True, "$converted": True})
    task = task_of(world)
    left = [("Leads", lead, "converted"), ("Tasks", task["id"], "converted")]
    stays = [("Vendors", vendor, "needed") for vendor in world.records["Vendors"] if not force]
    assert undone(warm, parts, conversion) == left + stays
    assert world.find("Leads", lead)["Lead_Status"] == marked
    assert bool(world.records["Vendors"]) is not force
    [why] = {one["message"] for one in state(warm, conversion)["left_alone"]
             if one["code"] == "converted"}  # fmt: skip
    assert why == "The lead was converted in Zoho since, and takes nothing more."


# A record that was there before, and that somebody has deleted since


@pytest.mark.parametrize("force", [False, True], ids=["asked", "forced"])
@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_what_was_written_over_something_that_is_gone_is_named_and_the_rest_is_put_back(
    warm, lead, world, parts, vendor, when, force
):
    there = world.find("Leads", lead)
    was = there.get("Lead_Status")
    there["Tag"] = tagging.known(world, "Leads", [{"name": "hot"}], world.users[1].brief())
    wish = {"link": vendor, "values": {"Phone": "555 0100"}}
    conversion = converted(warm, parts, lead, lead_after=MARK, records={"Vendors": wish})
    if when == "before":
        delete(world, "Vendors", vendor)
    wished(warm, conversion, force=force)
    if when == "meanwhile":
        delete(world, "Vendors", vendor)
    assert undone(warm, parts, conversion) == [("Vendors", vendor, "gone")]
    assert (there.get("Lead_Status"), task_of(world)["What_Id"]["id"]) == (was, lead)


PERSON = {
    "key": "person", "label": "A contact", "kind": "records",
    "records": [{"key": "contact", "module": "Contacts", "fields": {"Last_Name": "Last_Name"}}],
    "carry": {"Campaigns": "copy"},
}  # fmt: skip


@pytest.mark.parametrize("was", ["Invited", ""], ids=["of before", "of ours"])
@pytest.mark.parametrize("gone", ["Contacts", "Campaigns"])
def test_a_membership_of_what_is_gone_keeps_nothing(warm, admin, lead, world, parts, was, gone):
    save_targets(admin, [PERSON])
    contact = str(world.add_record("Contacts", {"Last_Name": "Roe"}, owner=world.users[1])["id"])
    fair = str(world.add_record("Campaigns", {"Campaign_Name": "Fair"})["id"])
    world.links.append(Link("Leads", lead, "Campaigns", fair, {"Member_Status": "Responded"}))
    if was:
        world.links.append(Link("Contacts", contact, "Campaigns", fair, {"Member_Status": was}))
    linked = {"contact": {"link": contact}}
    conversion = converted(warm, parts, lead, "person", records=linked)
    delete(world, gone, contact if gone == "Contacts" else fair)
    wished(warm, conversion)
    assert {code for *_, code in undone(warm, parts, conversion)} <= {"gone", "membership_changed"}
    assert task_of(world)["What_Id"]["id"] == lead


PAIR = {
    "key": "pair", "label": "A pair", "kind": "records",
    "records": [
        {"key": "vendor", "module": "Vendors", "fields": {"Vendor_Name": "Company"}},
        {
            "key": "contact", "module": "Contacts",
            "fields": {
                "Last_Name": "Last_Name", "Phone": "Phone", "Vendor_Name": {"link_to": "vendor"},
            },
        },
    ],
}  # fmt: skip


def test_a_lookup_of_something_that_is_gone_is_named_and_all_else_is_put_back(
    warm, admin, lead, world, parts, vendor
):
    save_targets(admin, [PAIR])
    values = {"Last_Name": "Roe", "Phone": "1", "Vendor_Name": {"id": vendor, "name": "Acme"}}
    contact = world.add_record("Contacts", values, owner=world.users[1])
    merge = {"Vendor_Name": "overwrite", "Phone": "overwrite"}
    wish = {"contact": {"link": contact["id"], "merge": merge}}
    conversion = converted(warm, parts, lead, "pair", records=wish)
    [new] = world.records["Vendors"].keys() - {vendor}
    assert contact["Vendor_Name"]["id"] == new
    delete(world, "Vendors", vendor)
    wished(warm, conversion)
    left = [("Contacts", contact["id"], "gone"), ("Vendors", new, "needed")]
    assert undone(warm, parts, conversion) == left
    assert (contact["Phone"], contact["Vendor_Name"]["id"]) == ("1", new)


def test_of_several_fields_that_were_written_over_only_the_lookup_of_what_is_gone_stays(
    warm, admin, lead, world, parts
):
    save_targets(admin, [PERSON])
    rep = world.users[1]
    old, new = (
        world.add_record("Accounts", {"Account_Name": one}, owner=rep)["id"] for one in "ab"
    )
    values = {"Last_Name": "Roe", "Phone": "1", "Account_Name": {"id": old, "name": "a"}}
    contact = world.add_record("Contacts", values, owner=rep)
    typed = {"Account_Name": {"id": new}, "Phone": "2"}
    wish = {"contact": {"link": contact["id"], "values": typed}}
    conversion = converted(warm, parts, lead, "person", records=wish)
    assert (contact["Phone"], contact["Account_Name"]["id"]) == ("2", new)
    delete(world, "Accounts", old)
    wished(warm, conversion)
    assert undone(warm, parts, conversion) == [("Contacts", contact["id"], "gone")]
    assert (contact["Phone"], contact["Account_Name"]["id"]) == ("1", new)


# Others of the same kind


def test_of_a_batch_only_the_lead_that_is_gone_has_something_left(warm, world, parts):
    leads = new_leads(world, 3)
    one = done(warm, parts, leads, lead_after=MARK)
    delete(world, "Leads", leads[1])
    undo(warm, parts, one["id"])
    assert look(warm, one["id"])["counts"]["undone"] == 3
    left = [[each["code"] for each in row["left_alone"]] for row in rows(warm, one["id"])]
    assert left == [[], ["gone"], []]
    assert world.records["Vendors"] == {}


def test_what_zoho_refuses_for_another_reason_is_refused_and_asked_about_no_further(
    warm, lead, world, parts
):
    conversion = converted(warm, parts, lead)
    world.find("Tasks", task_of(world)["id"])["Locked__s"] = True
    wished(warm, conversion)
    before = asked(world)
    carry_out(parts, conversion)
    over = state(warm, conversion)
    assert (over["state"], over["problem"]["details"]["step"]) == ("failed", "MoveActivity")
    # The file, and the task.
    assert asked(world) - before == 2


def test_a_value_that_zoho_does_not_take_any_more_is_refused_where_its_record_is_there(
    warm, lead, world, parts, vendor
):
    wish = {"link": vendor, "values": {"City": "Bremen"}}
    conversion = converted(warm, parts, lead, records={"Vendors": wish})
    world.module("Vendors").field("City").length = 2
    wished(warm, conversion)
    carry_out(parts, conversion)
    over = state(warm, conversion)
    assert (over["state"], over["left_alone"]) == ("failed", [])
    assert over["problem"]["details"]["code"] == "INVALID_DATA"
