"""What others have hung on a record that a conversion has made does not go to the bin with it: the
record is left alone and named, with what was added, and the person may insist."""

import json
from typing import Any

import pytest

from emulator import World
from emulator.state import Link
from extension.parts import Parts
from extension.zoho.scopes import asked as scopes_for
from tests.extension.batch_rig import done, new_leads, rows, undo
from tests.extension.conversion_rig import agree, carry_out, state
from tests.extension.rig import Person, another_answer, on_sqlite

pytestmark = on_sqlite

PEOPLE: dict[str, Any] = {
    "key": "people",
    "label": "A person and their company",
    "kind": "records",
    "records": [
        {"key": "account", "module": "Accounts", "fields": {"Account_Name": "Company"}},
        {
            "key": "contact",
            "module": "Contacts",
            "fields": {"Last_Name": "Last_Name", "Account_Name": {"link_to": "account"}},
        },
    ],
    "carry": {"Campaigns": "copy", "Notes": "copy"},
}


def hang(world: World, module: str, on: str, **values: Any) -> str:
    """Somebody else hangs something on a record, which moves no stamp of the record's."""
    parent = {"id": on, "name": "It"}
    where = {"Parent_Id": parent} if module in ("Notes", "Attachments") else {"What_Id": parent}
    found = world.find_anywhere(on)
    assert found is not None
    more = {**where, "$se_module": found[0], **values}
    return str(world.add_record(module, more, owner=world.users[1])["id"])


def undone(person: Person, parts: Parts, conversion: str, *, force: bool = False) -> dict[str, Any]:
    path = f"/api/v1/conversions/{conversion}/undo"
    answer = person.ask("POST", path, json={"force": force})
    assert answer.status_code == 202, answer.json
    carry_out(parts, conversion)
    found = state(person, conversion)
    assert found["state"] == "undone", found
    return found


def vendor_of(world: World) -> str:
    [vendor] = world.records["Vendors"]
    return str(vendor)


HUNG = {
    "a note": ("Notes", {"Note_Title": "Terms", "Note_Content": "Net 30."}, "1 note"),
    "a file": ("Attachments", {"File_Name": "terms.pdf", "Size": 1}, "1 file"),
    "a task": ("Tasks", {"Subject": "Ring"}, "1 task"),
    "a meeting": ("Events", {"Event_Title": "Lunch"}, "1 meeting"),
    "a call": ("Calls", {"Subject": "Ring"}, "1 call"),
}


@pytest.mark.parametrize("what", HUNG)
def test_a_record_on_which_somebody_has_hung_something_is_left_alone_and_named(
    warm, lead, world, parts, what
):
    module, values, said = HUNG[what]
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    vendor = vendor_of(world)
    theirs = hang(world, module, vendor, **values)
    [left] = undone(warm, parts, conversion)["left_alone"]
    message = f"Somebody has added to it since: {said}."
    assert left == {
        "module": "Vendors", "id": vendor, "code": "added", "added": {module: 1},
        "message": message,
    }  # fmt: skip
    assert vendor in world.records["Vendors"]
    assert theirs in world.records[module]
    [task] = [one for one in world.records["Tasks"].values() if one["Subject"] == "Acme"]
    assert task["What_Id"]["id"] == lead


def test_what_was_added_is_counted_and_who_insists_takes_it_along(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    vendor = vendor_of(world)
    for title in ("One", "Two"):
        hang(world, "Notes", vendor, Note_Title=title)
    hang(world, "Tasks", vendor, Subject="Ring")
    [left] = undone(warm, parts, conversion)["left_alone"]
    assert left["message"] == "Somebody has added to it since: 2 notes, 1 task."
    assert undone(warm, parts, conversion, force=True)["left_alone"] == []
    assert not world.records["Vendors"]


def test_a_note_of_ours_that_somebody_has_rewritten_stays_with_its_record(
    warm, lead, world, parts, clock
):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    vendor = vendor_of(world)
    [note] = [
        one for one in world.records["Notes"].values()
        if one["Parent_Id"]["id"] == vendor and one["Note_Title"] == "Call"
    ]  # fmt: skip
    clock.advance(minutes=5)
    note.update(Note_Content="Rang twice.", Modified_Time=clock().isoformat())
    assert left_of(undone(warm, parts, conversion)) == [
        ("Notes", note["id"], "changed"), ("Vendors", vendor, "needed"),
    ]  # fmt: skip
    assert note["id"] in world.records["Notes"]
    assert undone(warm, parts, conversion, force=True)["left_alone"] == []
    assert note["id"] not in world.records["Notes"]


@pytest.fixture
def people(warm: Person, admin: Person) -> Person:
    saved = admin.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [PEOPLE]})
    assert saved.status_code == 200, saved.json
    return warm


def converted(person: Person, parts: Parts, world: World, lead: str) -> tuple[str, str, str]:
    """The conversion, its account and its contact."""
    conversion = agree(person, lead, "people").json["id"]
    carry_out(parts, conversion)
    assert state(person, conversion)["state"] == "done"
    [account], [contact] = world.records["Accounts"], world.records["Contacts"]
    return conversion, account, contact


def left_of(one: dict[str, Any]) -> list[tuple[str, str, str]]:
    return sorted((each["module"], each["id"], each["code"]) for each in one["left_alone"])


def test_records_that_point_at_each_other_and_at_nothing_else_all_go(people, lead, world, parts):
    conversion, *_ = converted(people, parts, world, lead)
    assert undone(people, parts, conversion)["left_alone"] == []
    assert not world.records["Accounts"]
    assert not world.records["Contacts"]


def test_a_record_at_which_a_new_deal_points_stays(people, lead, world, parts):
    conversion, account, _ = converted(people, parts, world, lead)
    deal = {"Deal_Name": "Big", "Account_Name": {"id": account, "name": "Acme"}}
    world.add_record("Deals", deal, owner=world.users[1])
    assert left_of(undone(people, parts, conversion)) == [("Accounts", account, "added")]
    assert list(world.records["Accounts"]) == [account]
    assert not world.records["Contacts"]


def test_what_is_left_alone_keeps_the_record_at_which_it_points(people, lead, world, parts):
    conversion, account, contact = converted(people, parts, world, lead)
    about = {"Who_Id": {"id": contact, "name": "Doe"}, "What_Id": None, "$se_module": None}
    hang(world, "Tasks", contact, Subject="Ring", **about)
    assert left_of(undone(people, parts, conversion)) == [
        ("Accounts", account, "needed"), ("Contacts", contact, "added"),
    ]  # fmt: skip
    assert world.find("Contacts", contact)["Account_Name"]["id"] == account
    assert undone(people, parts, conversion, force=True)["left_alone"] == []
    assert not world.records["Accounts"]


def campaign(world: World, name: str = "Fair") -> str:
    return str(world.add_record("Campaigns", {"Campaign_Name": name})["id"])


def test_a_contact_that_somebody_has_put_into_a_campaign_stays(people, lead, world, parts):
    conversion, account, contact = converted(people, parts, world, lead)
    world.links.append(Link("Contacts", contact, "Campaigns", campaign(world), {}))
    found = undone(people, parts, conversion)
    assert left_of(found) == [("Accounts", account, "needed"), ("Contacts", contact, "added")]
    messages = {one["message"] for one in found["left_alone"]}
    assert "Somebody has added to it since: 1 campaign." in messages


@pytest.mark.parametrize("given", ["Invited", ""], ids=["told", "as Zoho gives it"])
def test_a_new_contact_whose_membership_somebody_has_changed_stays(
    people, lead, world, parts, given
):
    fair = campaign(world)
    details = {"Member_Status": given} if given else {}
    world.links.append(Link("Leads", lead, "Campaigns", fair, details))
    conversion, account, contact = converted(people, parts, world, lead)
    [mine] = [one for one in world.links if one.id == contact]
    mine.details["Member_Status"] = "Responded"
    assert left_of(undone(people, parts, conversion)) == [
        ("Accounts", account, "needed"), ("Campaigns", fair, "membership_changed"),
        ("Contacts", contact, "needed"),
    ]  # fmt: skip
    assert mine in world.links


def test_a_membership_that_is_as_we_left_it_goes(people, lead, world, parts):
    world.links.append(Link("Leads", lead, "Campaigns", campaign(world), {}))
    conversion, *_ = converted(people, parts, world, lead)
    assert undone(people, parts, conversion)["left_alone"] == []
    assert not world.records["Contacts"]


# How much is asked of Zoho


def test_of_a_batch_only_the_record_stays_to_which_somebody_has_added(warm, world, parts):
    one = done(warm, parts, new_leads(world, 30))
    theirs = rows(warm, one["id"])[7]["records"][0]["id"]
    hang(world, "Notes", theirs, Note_Title="Terms")
    seen = undo(warm, parts, one["id"])
    assert (seen["left_alone"], seen["counts"]["undone"]) == (1, 30)
    assert list(world.records["Vendors"]) == [theirs]


def test_what_is_more_than_one_call_tells_is_asked_by_itself(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    vendor = vendor_of(world)
    for at in range(40):
        hang(world, "Notes", vendor, Note_Title=str(at))
    [left] = undone(warm, parts, conversion)["left_alone"]
    assert left["added"] == {"Notes": 40}


def test_whoever_has_consented_to_no_composite_requests_is_told_too(
    warm, person, lead, world, parts
):
    scopes = [one for one in scopes_for("session") if "composite" not in one]
    older = person().at_home(world, world.users[1], scopes=scopes)
    conversion = agree(older, lead).json["id"]
    carry_out(parts, conversion)
    hang(world, "Notes", vendor_of(world), Note_Title="Terms")
    [left] = undone(older, parts, conversion)["left_alone"]
    assert left["added"] == {"Notes": 1}


@pytest.mark.parametrize("module", ["Notes", "Attachments"])
def test_where_no_query_is_answered_the_lists_of_each_record_are(
    warm, lead, world, parts, wire, module
):
    conversion = agree(warm, lead).json["id"]
    carry_out(parts, conversion)
    hang(world, module, vendor_of(world), Note_Title="Terms", File_Name="terms.pdf")
    wire.twist = without_queries_about(module)
    [left] = undone(warm, parts, conversion)["left_alone"]
    assert left["added"] == {module: 1}


def without_queries_about(module: str) -> Any:
    """Zoho's answers, where it refuses to query this module."""
    refusal = {
        "code": "INVALID_QUERY",
        "message": "invalid module",
        "details": {},
        "status": "error",
    }

    def twisted(request: Any, answer: Any) -> Any:
        if not request.path_url.endswith("__composite_requests"):
            return answer
        parts = json.loads(request.body)["__composite_requests"]
        said = answer.json()["__composite_requests"]
        for at, part in enumerate(parts):
            if f" from {module} " in str((part.get("body") or {}).get("select_query")):
                said[at] = refusal
        return another_answer(answer, __composite_requests=said)

    return twisted
