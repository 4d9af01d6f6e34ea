"""Campaigns, products and tags of a lead, on what it becomes and after that is undone."""

from typing import Any

import pytest

from emulator import World
from emulator.state import Link
from extension.parts import Parts
from tests.extension.conversion_rig import agree, carry_out, state
from tests.extension.cuts import cut_off
from tests.extension.rig import Person, on_sqlite

PERSON = {
    "key": "person",
    "label": "A person",
    "kind": "records",
    "records": [{"key": "contact", "module": "Contacts", "fields": {"Last_Name": "Last_Name"}}],
    "carry": {"Campaigns": "copy"},
}


@on_sqlite
def test_a_membership_of_a_campaign_keeps_what_became_of_the_invitation(
    warm, admin, lead, world, parts
):
    saved = admin.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [PERSON]})
    assert saved.status_code == 200, saved.json
    for name, status in (("Fair", "Responded"), ("Mailing", "")):
        one = str(world.add_record("Campaigns", {"Campaign_Name": name})["id"])
        details = {"Member_Status": status} if status else {}
        world.links.append(Link("Leads", lead, "Campaigns", one, details))
    conversion = agree(warm, lead, "person").json["id"]
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    [contact] = list(world.records["Contacts"])
    assert memberships(world, contact) == {"Fair": "Responded", "Mailing": "Planned"}
    warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    carry_out(parts, conversion)
    assert memberships(world, contact) == {}
    assert memberships(world, lead) == {"Fair": "Responded", "Mailing": None}


@on_sqlite
def test_a_link_that_was_there_before_stays_when_it_is_undone_and_is_as_it_was(
    warm, admin, lead, world, parts
):
    target = {**PERSON, "carry": {"Campaigns": "copy", "Products": "copy"}}
    saved = admin.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [target]})
    assert saved.status_code == 200, saved.json
    contact = str(world.add_record("Contacts", {"Last_Name": "Roe"}, owner=world.users[1])["id"])
    for name, was in (("Fair", "Invited"), ("Mailing", None)):
        one = str(world.add_record("Campaigns", {"Campaign_Name": name})["id"])
        world.links.append(Link("Leads", lead, "Campaigns", one, {"Member_Status": "Responded"}))
        if was:
            world.links.append(Link("Contacts", contact, "Campaigns", one, {"Member_Status": was}))
    old, new = (str(world.add_record("Products", {"Product_Name": one})["id"]) for one in "ab")
    for each in (old, new):
        world.links.append(Link("Leads", lead, "Products", each, {}))
    world.links.append(Link("Contacts", contact, "Products", old, {}))
    linked = {"contact": {"link": contact}}
    conversion = agree(warm, lead, "person", records=linked).json["id"]
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    assert memberships(world, contact) == {"Fair": "Responded", "Mailing": "Responded"}
    assert products(world, contact) == {old, new}
    warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "undone"
    assert memberships(world, contact) == {"Fair": "Invited"}
    assert products(world, contact) == {old}


@on_sqlite
@pytest.mark.parametrize("was", ["Invited", ""], ids=["of before", "of ours"])
@pytest.mark.parametrize("force", [False, True], ids=["asked", "forced"])
def test_a_membership_that_somebody_has_changed_since_stays_as_it_is_unless_it_is_forced(
    warm, admin, lead, world, parts, was, force
):
    conversion, contact, fair = linked(warm, admin, lead, world, parts, was)
    [mine] = [one for one in world.links if one.id == contact]
    mine.details["Member_Status"] = "Attended"
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={"force": force})
    left = [(one["module"], one["id"], one["code"]) for one in answer.json["left_alone"]]
    assert left == ([] if force else [("Campaigns", fair, "membership_changed")])
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "undone"
    back = {"Fair": was} if was else {}
    assert memberships(world, contact) == (back if force else {"Fair": "Attended"})


@on_sqlite
def test_a_membership_of_before_that_somebody_has_ended_since_is_not_begun_anew(
    warm, admin, lead, world, parts
):
    conversion, contact, fair = linked(warm, admin, lead, world, parts, "Invited")
    world.links[:] = [one for one in world.links if one.id != contact]
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    assert [one["id"] for one in answer.json["left_alone"]] == [fair]
    carry_out(parts, conversion)
    assert memberships(world, contact) == {}


@on_sqlite
def test_a_membership_of_ours_that_somebody_has_ended_since_is_just_gone(
    warm, admin, lead, world, parts
):
    conversion, contact, _ = linked(warm, admin, lead, world, parts, "")
    world.links[:] = [one for one in world.links if one.id != contact]
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    assert answer.json["left_alone"] == []
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "undone"


@on_sqlite
@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_became_of_a_membership_on_its_way_back_is_nobodys_change_hours_later(
    warm, admin, lead, world, parts, wire, clock, moment
):
    conversion, contact, _ = linked(warm, admin, lead, world, parts, "Invited")
    warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    with cut_off(wire, 2, moment):
        carry_out(parts, conversion)
    assert memberships(world, contact) == {"Fair": "Responded" if moment == "before" else "Invited"}
    clock.advance(hours=5)
    carry_out(parts, conversion)
    over = state(warm, conversion)
    assert (over["state"], over["left_alone"]) == ("undone", [])
    assert memberships(world, contact) == {"Fair": "Invited"}


def linked(
    warm: Person, admin: Person, lead: str, world: World, parts: Parts, was: str
) -> tuple[str, str, str]:
    """A lead that has responded, carried to a contact that was invited, or in no campaign: the
    conversion, the contact and the campaign."""
    saved = admin.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [PERSON]})
    assert saved.status_code == 200, saved.json
    contact = str(world.add_record("Contacts", {"Last_Name": "Roe"}, owner=world.users[1])["id"])
    fair = str(world.add_record("Campaigns", {"Campaign_Name": "Fair"})["id"])
    world.links.append(Link("Leads", lead, "Campaigns", fair, {"Member_Status": "Responded"}))
    if was:
        world.links.append(Link("Contacts", contact, "Campaigns", fair, {"Member_Status": was}))
    wish = {"contact": {"link": contact}}
    conversion = str(agree(warm, lead, "person", records=wish).json["id"])
    carry_out(parts, conversion)
    assert memberships(world, contact) == {"Fair": "Responded"}
    return conversion, contact, fair


def products(world: World, record: str) -> set[str]:
    return {
        one.other_id for one in world.links if (one.id, one.other_module) == (record, "Products")
    }


def memberships(world: World, record: str) -> dict[str, Any]:
    campaigns = world.records["Campaigns"]
    mine = [one for one in world.links if (one.id, one.other_module) == (record, "Campaigns")]
    return {
        campaigns[one.other_id]["Campaign_Name"]: one.details.get("Member_Status") for one in mine
    }


@on_sqlite
@pytest.mark.parametrize("how", ["copy", "leave"])
def test_zohos_own_conversion_takes_the_tags_along_unless_they_are_to_stay(
    warm, lead, world, parts, how
):
    names = ["VIP", "fair"]
    world.find("Leads", lead)["Tag"] = [{"id": world.new_id(), "name": one} for one in names]
    conversion = agree(warm, lead, "zoho", carry={"Tag": how}).json["id"]
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    for module in ("Contacts", "Accounts"):
        [made] = world.records[module].values()
        assert [one["name"] for one in made.get("Tag") or ()] == (names if how == "copy" else [])


@on_sqlite
def test_zohos_own_conversion_overwrites_and_tells_whom_it_is_told_to(warm, lead, world, parts):
    mine = {"owner": world.users[1]}
    old = world.add_record("Accounts", {"Account_Name": "Old Home"}, **mine)
    joined = {"Last_Name": "Doe", "Account_Name": world.reference("Accounts", old)}
    contact = world.add_record("Contacts", joined, **mine)
    chosen = {
        "records": {"Contacts": {"link": contact["id"]}},
        "overwrite": True,
        "notify": ["lead_owner", "record_owner"],
    }
    conversion = agree(warm, lead, "zoho", **chosen).json["id"]
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    [made] = [one for one in world.records["Accounts"].values() if one is not old]
    assert contact["Account_Name"]["id"] == made["id"]
    assert [(one["module"], one["id"]) for one in world.mails] == [
        ("Leads", lead), ("Accounts", made["id"]),
    ]  # fmt: skip
