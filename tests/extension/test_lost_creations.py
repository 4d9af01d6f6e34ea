"""A record whose creation was not answered is known again, in whatever form Zoho shows it; where
something has changed it at once, the person is asked, and no double is made."""

from typing import Any

import pytest
from sqlalchemy import event

from emulator import World, fields
from extension import running
from extension.parts import Parts
from tests.extension.batch_rig import save_targets
from tests.extension.conversion_rig import agree, carry_out, new_lead, state
from tests.extension.rig import Person, on_sqlite
from tests.extension.test_conversions_cut import resolve

pytestmark = on_sqlite
TYPED = {
    "Since": (fields.moment("Since"), "2026-03-01T10:00:00+00:00"),
    "Kinds": (fields.multiselect("Kinds", ["A", "B"]), ["B", "A"]),
    "Rate": (fields.double("Rate"), 5),
}


PERSON = {
    "key": "person",
    "label": "Contact",
    "kind": "records",
    "records": [
        {
            "key": "one",
            "module": "Contacts",
            "fields": {name: name for name in ("First_Name", "Last_Name", "Phone")},
        }
    ],
}


def lose(world: World) -> None:
    world.faults.order("answer_lost", method="POST", path="/Vendors")


@pytest.fixture
def changed(warm: Person, lead: str, world: World, parts: Parts) -> tuple[str, dict[str, Any]]:
    """A conversion and the vendor that it has made without knowing; a workflow has changed it."""
    conversion = str(agree(warm, lead).json["id"])
    lose(world)
    running.run(parts, [conversion])
    [vendor] = world.records["Vendors"].values()
    vendor["Phone"] = "+49 555 0199"
    return conversion, vendor


@pytest.mark.parametrize("name", TYPED)
def test_what_zoho_shows_in_another_form_is_known_again(warm, admin, lead, world, parts, name):
    vendors = world.module("Vendors")
    world.org.time_zone = "Europe/Berlin"
    field, typed = TYPED[name]
    vendors.add(field)
    world.number(vendors)
    assert admin.ask("POST", "/api/v1/metadata/refresh").status_code == 200
    answer = agree(warm, lead, records={"Vendors": {"values": {name: typed}}})
    lose(world)
    carry_out(parts, answer.json["id"])
    assert state(warm, answer.json["id"])["state"] == "done"
    assert len(world.records["Vendors"]) == 1


def test_of_what_was_changed_at_once_the_person_is_asked_and_there_is_no_double(
    warm, world, parts, changed
):
    conversion, vendor = changed
    carry_out(parts, conversion)
    asks = state(warm, conversion)
    assert (asks["state"], asks["question"]["code"]) == ("waiting", "which_record")
    found = asks["question"]["details"]["candidates"]
    assert found == [{"id": vendor["id"], "name": "Acme"}]
    assert resolve(warm, conversion, vendor["id"]).status_code == 202
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    assert list(world.records["Vendors"]) == [vendor["id"]]


@pytest.mark.parametrize("fields", [("Vendor_Name", "Phone"), ("Vendor_Name",)], ids=["", "alone"])
def test_of_what_was_given_another_name_at_once_the_person_is_asked_too(
    warm, admin, lead, world, parts, fields
):
    record = {"key": "one", "module": "Vendors", "fields": {"Vendor_Name": "Company"}}
    record["fields"] = {name: {"Vendor_Name": "Company"}.get(name, name) for name in fields}
    save_targets(admin, [{"key": "v", "label": "V", "kind": "records", "records": [record]}])
    conversion = str(agree(warm, lead, "v").json["id"])
    lose(world)
    running.run(parts, [conversion])
    [vendor] = world.records["Vendors"].values()
    vendor["Vendor_Name"] = "ACME-0042"
    carry_out(parts, conversion)
    [found] = state(warm, conversion)["question"]["details"]["candidates"]
    assert (found["id"], found["name"]) == (vendor["id"], "ACME-0042")


def test_where_the_person_says_that_it_is_not_the_one_another_is_made(
    warm, world, parts, clock, changed
):
    conversion, _ = changed
    carry_out(parts, conversion)
    clock.advance(minutes=1)
    assert resolve(warm, conversion, "").status_code == 202
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    assert len(world.records["Vendors"]) == 2


def test_where_one_is_just_as_it_was_sent_nobody_is_asked_about_another_of_its_name(
    warm, lead, world, parts
):
    conversion = agree(warm, lead).json["id"]
    lose(world)
    running.run(parts, [conversion])
    [made] = list(world.records["Vendors"])
    world.add_record("Vendors", {"Vendor_Name": "Acme"}, owner=world.users[1])
    carry_out(parts, conversion)
    assert state(warm, conversion)["records"][0]["id"] == made


@pytest.mark.parametrize(("name", "by"), [("Acme Two", 1), ("Acme", 0)], ids=["name", "person"])
def test_a_record_of_another_name_or_of_somebody_else_is_none_to_ask_about(
    warm, lead, world, parts, name, by
):
    conversion = agree(warm, lead).json["id"]
    world.faults.order("server_error", method="POST", path="/Vendors")
    running.run(parts, [conversion])
    world.add_record("Vendors", {"Vendor_Name": name}, owner=world.users[by])
    carry_out(parts, conversion)
    assert state(warm, conversion)["state"] == "done"
    assert len(world.records["Vendors"]) == 2


def alike(world: World) -> tuple[str, str]:
    """Two leads of one company, of different people."""
    leads = new_lead(world), new_lead(world)
    world.find("Leads", leads[1])["Phone"] = "555 7777"
    return leads


def test_a_record_that_another_conversion_is_known_to_have_made_is_none_to_ask_about(
    warm, world, parts
):
    mine, other = (agree(warm, one).json["id"] for one in alike(world))
    world.faults.order("server_error", method="POST", path="/Vendors")
    running.run(parts, [mine])
    carry_out(parts, other)
    carry_out(parts, mine)
    assert state(warm, mine)["state"] == "done"
    assert len(world.records["Vendors"]) == 2


def test_a_record_that_another_conversion_has_made_without_knowing_is_none_to_ask_about(
    warm, world, parts
):
    mine, other = (agree(warm, one).json["id"] for one in alike(world))
    world.faults.order("server_error", method="POST", path="/Vendors")
    running.run(parts, [mine])
    lose(world)
    running.run(parts, [other])
    carry_out(parts, mine)
    carry_out(parts, other)
    assert [state(warm, one)["state"] for one in (mine, other)] == ["done", "done"]
    assert len(world.records["Vendors"]) == 2


def test_of_two_of_one_name_whose_answers_are_lost_none_is_made_a_third_time(warm, world, parts):
    leads = new_lead(world), new_lead(world)
    for name in ("Phone", "Email", "Designation", "First_Name"):
        world.find("Leads", leads[1])[name] = None
    both = [agree(warm, one).json["id"] for one in leads]
    for one in both:
        lose(world)
        running.run(parts, [one])
    vendors = world.records["Vendors"]
    [of_first] = [one for one in vendors.values() if one.get("Phone")]
    of_first["Phone"] = "+49 555 0199"
    for one in both:
        carry_out(parts, one)
    assert [state(warm, one)["state"] for one in both] == ["waiting", "waiting"]
    assert len(vendors) == 2


def test_of_a_contact_the_last_name_is_its_name(warm, admin, lead, world, parts):
    save_targets(admin, [PERSON])
    conversion = agree(warm, lead, "person").json["id"]
    world.faults.order("answer_lost", method="POST", path="/Contacts")
    running.run(parts, [conversion])
    [contact] = world.records["Contacts"].values()
    contact["Phone"] = "+49 555 0199"
    carry_out(parts, conversion)
    [found] = state(warm, conversion)["question"]["details"]["candidates"]
    assert found["id"] == contact["id"]


def test_two_that_look_for_a_lost_record_at_once_do_not_both_take_it_for_theirs(warm, world, parts):
    leads = new_lead(world), new_lead(world)
    mine, other = (agree(warm, one).json["id"] for one in leads)
    world.faults.order("server_error", method="POST", path="/Vendors")
    running.run(parts, [mine])
    world.faults.order("answer_lost", method="POST", path="/Vendors")
    running.run(parts, [other])
    assert len(world.records["Vendors"]) == 1
    engine = parts.sessions.kw["bind"]

    done = []

    def between(_conn, _cursor, statement, *_more):
        if "ended_at >=" in statement and not done:
            done.append(True)
            carry_out(parts, other)

    event.listen(engine, "after_cursor_execute", between)
    running.run(parts, [mine])
    carry_out(parts, mine)
    carry_out(parts, other)
    found = [state(warm, one) for one in (mine, other)]
    ids = [one["records"][0]["id"] for one in found if one["records"]]
    assert len(set(ids)) == len(ids)


def test_one_that_was_renamed_at_once_is_shown_beside_somebodys_of_its_old_name(
    warm, lead, world, parts
):
    conversion = agree(warm, lead).json["id"]
    world.faults.order("answer_lost", method="POST", path="/Vendors")
    running.run(parts, [conversion])
    [made] = world.records["Vendors"].values()
    made["Vendor_Name"] = "ACME-0042"
    world.add_record("Vendors", {"Vendor_Name": "Acme"}, owner=world.users[1])
    carry_out(parts, conversion)
    found = state(warm, conversion)["question"]["details"]["candidates"]
    assert made["id"] in [one["id"] for one in found]
