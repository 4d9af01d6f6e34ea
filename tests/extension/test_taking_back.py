"""What taking back has to know of Zoho: rows that stay unless they are named, and what comes back
from the recycle bin by which version of its API."""

from dataclasses import replace
from typing import Any

import pytest

from emulator import World
from emulator import fields as f
from extension.parts import Parts
from tests.extension.conversion_rig import MARK, agree, carry_out, state, with_power_cuts
from tests.extension.rig import Person, error_of, on_sqlite, parts_of

pytestmark = on_sqlite


# Several links in one field


@pytest.fixture
def friends(admin: Person, world: World) -> dict[str, str]:
    """Three contacts, and a field of vendors that several of them fit in."""
    vendors = world.module("Vendors")
    vendors.add(f.multilookup("Friends", "Contacts", "VendorsXContacts"))
    world.number(vendors)
    assert admin.ask("POST", "/api/v1/metadata/refresh").status_code == 200
    owner = world.users[1]
    return {
        name: str(world.add_record("Contacts", {"Last_Name": name}, owner=owner)["id"])
        for name in ("Ann", "Bob", "Cem")
    }


@pytest.fixture
def vendor(world: World, friends: dict[str, str]) -> str:
    """A vendor with two of them."""
    rows = [row(friends, name) for name in ("Ann", "Bob")]
    held = [{**one, "id": world.new_id()} for one in rows]
    values = {"Vendor_Name": "Acme", "Friends": held}
    return str(world.add_record("Vendors", values, owner=world.users[1])["id"])


def row(friends: dict[str, str], name: str) -> dict[str, Any]:
    return {"Friends": {"id": friends[name], "name": name}}


def names(world: World, vendor: str) -> list[str]:
    return sorted(one["Friends"]["name"] for one in world.find("Vendors", vendor)["Friends"])


def befriended(person: Person, lead: str, vendor: str, *ids: str) -> str:
    """A conversion that says exactly which links the vendor will have."""
    typed = {"Friends": [{"id": one} for one in ids]}
    answer = agree(person, lead, records={"Vendors": {"link": vendor, "values": typed}})
    assert answer.status_code == 202, answer.json
    return str(answer.json["id"])


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("undoing", [False, True], ids=["done", "undone"])
def test_links_that_came_go_and_those_that_went_come_back(
    warm, lead, world, parts, wire, friends, vendor, moment, undoing
):
    conversion = befriended(warm, lead, vendor, friends["Bob"], friends["Cem"])
    cut = with_power_cuts(parts, wire, conversion, 0 if undoing else 1, moment)
    assert cut is not undoing
    assert state(warm, conversion)["state"] == "done"
    assert names(world, vendor) == ["Bob", "Cem"]
    undo = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    assert undo.json["left_alone"] == []
    # The two notes are taken away with one call.
    writes = undo.json["steps"] - 1
    assert with_power_cuts(parts, wire, conversion, writes if undoing else 0, moment) is undoing
    assert state(warm, conversion)["state"] == "undone"
    assert names(world, vendor) == ["Ann", "Bob"]


def test_a_link_that_somebody_makes_meanwhile_is_neither_made_twice_nor_taken_away(
    warm, lead, world, parts, friends, vendor
):
    conversion = befriended(warm, lead, vendor, *friends.values())
    held = world.find("Vendors", vendor)["Friends"]
    held.append({**row(friends, "Cem"), "id": world.new_id()})
    carry_out(parts, conversion)
    assert names(world, vendor) == ["Ann", "Bob", "Cem"]
    assert warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={}).status_code == 202
    carry_out(parts, conversion)
    assert names(world, vendor) == ["Ann", "Bob", "Cem"]


# A lead that is deleted

DELETE = {"kind": "delete"}


@pytest.fixture
def older(warm: Person, config, new_app, person) -> Person:
    """The rep, where the operator has set a version of Zoho's API without a recycle bin."""
    there: Person = person(new_app(replace(config, zoho_api_version="v7")))
    there.token = warm.token
    return there


def final(person: Person, lead: str, after: dict[str, Any]) -> list[str]:
    wish = {"target": "Vendors", "lead_after": after}
    plan = person.ask("POST", f"/api/v1/leads/{lead}/plan", json=wish).json
    return [one["key"] for one in plan["cannot_undo"]]


def test_where_no_deleted_lead_comes_back_the_plan_says_so_before(warm, older, lead):
    assert final(warm, lead, DELETE) == []
    assert final(older, lead, DELETE) == ["cannot_undo.lead"]
    assert final(older, lead, MARK) == []


def test_where_no_deleted_lead_comes_back_nothing_else_is_taken_back_until_it_is_there(
    older, lead, world
):
    parts: Parts = parts_of(older.client.application)
    conversion = agree(older, lead, lead_after=DELETE).json["id"]
    carry_out(parts, conversion)
    undo = older.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    assert error_of(undo) == (409, "lead_deleted")
    assert len(world.records["Vendors"]) == 1
    back_by_hand(world, lead)
    undo = older.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    assert undo.status_code == 202, undo.json
    carry_out(parts, conversion)
    assert state(older, conversion)["state"] == "undone"
    assert lead in world.records["Leads"]
    assert not world.records["Vendors"]


def test_a_lead_that_somebody_has_brought_back_need_not_be_brought_back(warm, lead, world, parts):
    conversion = agree(warm, lead, lead_after=DELETE).json["id"]
    carry_out(parts, conversion)
    back_by_hand(world, lead)
    assert warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={}).status_code == 202
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "undone"
    assert lead in world.records["Leads"]


def back_by_hand(world: World, lead: str) -> None:
    world.records["Leads"][lead] = world.bin.pop(lead).record
