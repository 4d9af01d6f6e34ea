"""Records that the leads of a batch share, and which target each of them becomes."""

from typing import Any

import pytest

from emulator import World
from extension import batch_runs
from extension.parts import Parts
from tests.extension.batch_rig import (
    PATH,
    SLIM,
    ZOHO,
    alike,
    ask,
    done,
    look,
    new_leads,
    planned,
    retried,
    rows,
    save_targets,
    start,
    work,
)
from tests.extension.cuts import cut_off
from tests.extension.rig import Clock, error_of, on_sqlite


def contacts(world: World, leads: list[str]) -> list[dict[str, Any]]:
    """The contacts of these leads, in their order."""
    of = {one["Last_Name"]: one for one in world.records["Contacts"].values()}
    return [of[world.find("Leads", one)["Last_Name"]] for one in leads]


@on_sqlite
def test_of_a_lead_that_is_converted_elsewhere_nobody_shares_and_all_of_it_can_be_tried_again(
    warm, world, parts
):
    leads = alike(world, 2)
    one = planned(warm, parts, leads)
    plan = warm.ask("POST", f"/api/v1/leads/{leads[0]}/plan", json=SLIM).json
    body = {"lead": leads[0], "choices": SLIM, "digest": plan["digest"]}
    other = warm.ask("POST", "/api/v1/conversions", json=body).json["id"]
    assert start(warm, one).status_code == 202
    work(parts, one["id"])
    told = [(each["state"], each["reason"]["code"]) for each in rows(warm, one["id"])]
    assert told == [("blocked", "under_way"), ("blocked", "shared_not_made")]
    assert warm.ask("POST", f"/api/v1/conversions/{other}/cancel").status_code == 200
    assert start(warm, retried(warm, parts, one)).status_code == 202
    work(parts, one["id"])
    assert look(warm, one["id"])["counts"]["done"] == 2
    assert len(world.records["Vendors"]) == 1


PAIR = {
    "key": "pair", "label": "Vendor and contact", "kind": "records",
    "offered_when": [{"field": "Company", "filled": True}],
    "records": [
        {"key": "vendor", "module": "Vendors", "fields": {"Vendor_Name": "Company"},
         "match_on": ["Vendor_Name"]},
        {"key": "contact", "module": "Contacts",
         "fields": {"Last_Name": "Last_Name", "Email": "Email",
                    "Vendor_Name": {"link_to": "vendor"}}},
    ],
}  # fmt: skip
ALONE = {
    "key": "alone", "label": "Contact", "kind": "records",
    "offered_when": [{"field": "Company", "is": "Nobody"}],
    "records": [{"key": "c", "module": "Contacts", "fields": {"Last_Name": "Last_Name"}}],
}  # fmt: skip


@on_sqlite
def test_three_of_one_company_make_one_vendor_that_links_to_each_contact(warm, admin, world, parts):
    save_targets(admin, [ALONE, PAIR])
    leads = alike(world, 3)
    one = done(warm, parts, leads, target="pair")
    assert (one["counts"]["done"], one["joined"]) == (3, 2)
    [vendor] = world.records["Vendors"]
    assert [each["Vendor_Name"]["id"] for each in contacts(world, leads)] == [vendor] * 3


@on_sqlite
def test_by_rule_each_lead_becomes_what_the_first_target_is_that_is_for_it(
    warm, admin, world, parts
):
    save_targets(admin, [ALONE, PAIR])
    leads = [*alike(world, 2), *new_leads(world, 1, Company="Nobody", Last_Name="Solo")]
    one = done(warm, parts, leads, target="by_rule")
    assert [each["target"] for each in rows(warm, one["id"])] == ["pair", "pair", "alone"]
    assert (one["counts"]["done"], len(world.records["Vendors"])) == (3, 1)
    typed = ask(warm, leads, target="by_rule", records={"c": {"values": {"Last_Name": "x"}}})
    assert error_of(typed) == (422, "invalid_input")


@on_sqlite
def test_zohos_own_conversion_makes_one_account_of_three_leads_and_a_contact_of_each(
    warm, admin, world, parts
):
    leads = alike(world, 3)
    save_targets(admin, [ZOHO])
    one = done(warm, parts, leads, target="zoho")
    assert (one["counts"]["done"], one["joined"]) == (3, 2), rows(warm, one["id"])
    [account] = world.records["Accounts"]
    of = [one["Account_Name"]["id"] for one in world.records["Contacts"].values()]
    assert of == [account] * 3


@on_sqlite
def test_zohos_own_conversion_makes_each_lead_the_deal_that_was_described_for_all(
    warm, admin, world, parts
):
    save_targets(admin, [ZOHO])
    leads, boss = new_leads(world, 2), world.users[0]
    values = {
        "Deal_Name": "First: ${Company}", "Pipeline": "Standard (Standard)",
        "Stage": "Qualification", "Closing_Date": "2026-03-31", "Amount": 1200,
    }  # fmt: skip
    deal = {"Deals": {"wanted": True, "values": values}}
    one = done(warm, parts, leads, target="zoho", owner=boss.id, records=deal)
    assert one["counts"]["done"] == 2, rows(warm, one["id"])
    made = sorted(world.records["Deals"].values(), key=lambda each: str(each["Deal_Name"]))
    assert [each["Deal_Name"] for each in made] == ["First: Works 0000", "First: Works 0001"]
    of = [(each["Stage"], str(each["Closing_Date"]), each["Amount"]) for each in made]
    assert of == [("Qualification", "2026-03-31", 1200)] * 2
    assert [each["Contact_Name"]["id"] for each in made] == [
        each["id"] for each in contacts(world, leads)
    ]
    every = [*made, *world.records["Accounts"].values(), *world.records["Contacts"].values()]
    assert [each["Owner"]["id"] for each in every] == [boss.id] * 6


@on_sqlite
def test_of_the_same_note_of_two_leads_neither_is_taken_for_the_other(warm, world, parts, wire):
    leads = alike(world, 2)
    for lead in leads:
        parent = {"Parent_Id": {"id": lead, "name": "Doe"}, "$se_module": "Leads"}
        note = {"Note_Title": "Call", "Note_Content": "Rang.", **parent}
        world.add_record("Notes", note, owner=world.users[1])
    one = planned(warm, parts, leads)
    assert start(warm, one).status_code == 202
    # The vendor, the first one's note, and the second one's.
    with cut_off(wire, 3, "before"):
        work(parts, one["id"])
    work(parts, one["id"])
    assert look(warm, one["id"])["counts"]["done"] == 2
    holders = [note["$se_module"] for note in world.records["Notes"].values()]
    assert holders.count("Vendors") == 2


@on_sqlite
@pytest.mark.parametrize("trouble", [None, "server_error", "answer_lost"])
@pytest.mark.parametrize("when", ["forward", "back"])
def test_of_those_that_write_over_one_record_nobody_overtakes_another(
    warm, world, parts, clock, trouble, when
):
    """Else the last one's value does not stay; or, on the way back, the first one's does not."""
    leads = alike(world, 3)
    for at, one in enumerate(leads):
        world.find("Leads", one)["Phone"] = f"555 000{at}"
    vendor = world.add_record(
        "Vendors", {"Vendor_Name": "Acme Ltd.", "Phone": "1"}, owner=world.users[1]
    )
    merged = {"link": vendor["id"], "merge": {"Phone": "overwrite"}}
    one = planned(warm, parts, leads, records={"Vendors": merged})
    assert start(warm, one).status_code == 202
    if trouble and when == "forward":
        world.faults.order(trouble, method="PUT", path="/Vendors")
    worked(parts, clock, one["id"])
    assert vendor["Phone"] == "555 0002"
    clock.advance(minutes=10)
    assert warm.ask("POST", f"{PATH}/{one['id']}/undo", json={}).status_code == 202
    if trouble and when == "back":
        world.faults.order(trouble, method="PUT", path="/Vendors")
    worked(parts, clock, one["id"])
    assert (look(warm, one["id"])["counts"]["undone"], vendor["Phone"]) == (3, "1")


def worked(parts: Parts, clock: Clock, batch: str) -> None:
    """What workers do with a batch of one hundred, waiting as long as they are told to."""
    batch_runs.process(parts, batch)
    while (verdict := batch_runs.process(parts, batch, "0")) != batch_runs.Waiting():
        clock.advance(seconds=verdict.after_seconds)
