"""What was done when it was sent first is known as done, also where Zoho refuses it the second
time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from emulator import World
from emulator.crm import tagging
from emulator.world import Record
from extension import running
from extension.backoff import SOON
from extension.parts import Parts
from extension.store.conversions import Line
from tests.extension.batch_rig import save_targets
from tests.extension.conversion_rig import MARK, agree, carry_out, new_lead, state
from tests.extension.rig import Person, Wire, everything, on_sqlite

pytestmark = on_sqlite
PAIR = {
    "key": "pair", "label": "Pair", "kind": "records",
    "records": [
        {"key": "vendor", "module": "Vendors", "fields": {"Vendor_Name": "Company"}},
        {"key": "contact", "module": "Contacts",
         "fields": {"Last_Name": "Last_Name", "Vendor_Name": {"link_to": "vendor"}}},
    ],
}  # fmt: skip


@pytest.fixture
def vendor(world: World) -> Record:
    return world.add_record("Vendors", {"Vendor_Name": "Acme", "Phone": "1"}, owner=world.users[1])


@pytest.fixture
def first_tags(world: World, lead: str, vendor: Record) -> None:
    rep = world.users[1].brief()
    world.find("Leads", lead)["Tag"] = tagging.known(world, "Leads", [{"name": "hot"}], rep)


def lost_then_locked(
    parts: Parts, world: World, conversion: str, path: str, locked: Callable[[], Record]
) -> None:
    """The answer to this write is lost, and then somebody locks what it has written to."""
    method = "POST" if path.endswith("_tags") else "PUT"
    world.faults.order("answer_lost", method=method, path=path)
    while running.run(parts, [conversion]) != SOON:
        pass
    one = locked()
    one["Locked__s"] = True
    carry_out(parts, conversion)
    one["Locked__s"] = False


def undone(warm: Person, parts: Parts, conversion: str) -> Any:
    answer = warm.ask("POST", f"/api/v1/conversions/{conversion}/undo", json={})
    assert answer.status_code == 202, answer.json
    carry_out(parts, conversion)
    return state(warm, conversion)["state"]


def test_a_value_written_over_is_put_back(warm, lead, world, parts, vendor):
    merged = {"link": vendor["id"], "merge": {"Phone": "overwrite"}}
    conversion = agree(warm, lead, records={"Vendors": merged}).json["id"]
    lost_then_locked(parts, world, conversion, "/Vendors", lambda: vendor)
    assert (state(warm, conversion)["state"], vendor["Phone"]) == ("done", "555 0199")
    assert (undone(warm, parts, conversion), vendor["Phone"]) == ("undone", "1")


def test_a_mark_is_removed(warm, lead, world, parts):
    row = world.find("Leads", lead)
    was = row.get("Lead_Status")
    conversion = agree(warm, lead, lead_after=MARK).json["id"]
    lost_then_locked(parts, world, conversion, "/Leads", lambda: row)
    assert (state(warm, conversion)["state"], row["Lead_Status"]) == ("done", "Contacted")
    assert (undone(warm, parts, conversion), row.get("Lead_Status")) == ("undone", was)


def test_a_tag_is_removed(first_tags, warm, lead, world, parts, vendor):
    conversion = agree(warm, lead, records={"Vendors": {"link": vendor["id"]}}).json["id"]
    path = "/Vendors/actions/add_tags"
    lost_then_locked(parts, world, conversion, path, lambda: vendor)
    assert [one["name"] for one in vendor["Tag"]] == ["hot"]
    assert (undone(warm, parts, conversion), vendor["Tag"]) == ("undone", [])


def test_an_activity_goes_back_and_keeps_no_record_that_was_made(warm, lead, world, parts):
    conversion = agree(warm, lead).json["id"]
    [task] = world.records["Tasks"].values()
    lost_then_locked(parts, world, conversion, "/Tasks", lambda: task)
    assert task["What_Id"]["id"] in world.records["Vendors"]
    assert undone(warm, parts, conversion) == "undone"
    assert (task["What_Id"]["id"], world.records["Vendors"]) == (lead, {})


def test_a_lookup_names_again_what_it_named(warm, admin, lead, world, parts, vendor):
    save_targets(admin, [PAIR])
    old = {"id": vendor["id"], "name": "Acme"}
    contact = world.add_record(
        "Contacts", {"Last_Name": "Doe", "Vendor_Name": old}, owner=world.users[1]
    )
    merged = {"link": contact["id"], "merge": {"Vendor_Name": "overwrite"}}
    conversion = agree(warm, lead, "pair", records={"contact": merged}).json["id"]
    lost_then_locked(parts, world, conversion, "/Contacts", lambda: contact)
    assert contact["Vendor_Name"]["id"] != vendor["id"]
    assert undone(warm, parts, conversion) == "undone"
    assert contact["Vendor_Name"]["id"] == vendor["id"]


@pytest.mark.parametrize("again", [False, True], ids=["at once", "tried again"])
def test_what_was_never_done_is_refused_and_takes_nothing_back(
    warm, lead, world, parts, vendor, again
):
    merged = {"link": vendor["id"], "merge": {"Phone": "overwrite"}}
    conversion = agree(warm, lead, records={"Vendors": merged}).json["id"]
    world.faults.order("server_error", method="PUT", path="/Vendors")
    assert running.run(parts, [conversion]) == SOON
    vendor["Locked__s"] = True
    carry_out(parts, conversion)
    assert (state(warm, conversion)["state"], vendor["Phone"]) == ("failed", "1")
    vendor["Locked__s"] = False
    if again:
        assert warm.ask("POST", f"/api/v1/conversions/{conversion}/retry").status_code == 202
        carry_out(parts, conversion)
        assert (undone(warm, parts, conversion), vendor["Phone"]) == ("undone", "1")


# Nobody has waited long enough for the first answer: Zoho carries the call out only after we have
# looked what became of it, and before our second one arrives.


@contextmanager
def late(wire: Wire, ending: str) -> Iterator[None]:
    kept: list[requests.PreparedRequest] = []

    def before(request: requests.PreparedRequest) -> None:
        if request.method == "POST" and str(request.path_url).endswith(ending):
            if not kept:
                kept.append(request.copy())
                raise requests.ReadTimeout("no answer in time", request=request)
            wire.before = None
            assert super(Wire, wire).send(kept[0]).ok

    wire.before = before
    yield
    assert wire.before is None


def test_a_conversion_of_zohos_own_that_comes_late_is_the_one_asked_for(
    warm, lead, world, parts, wire
):
    conversion = agree(warm, lead, "zoho").json["id"]
    with late(wire, "/actions/convert"):
        carry_out(parts, conversion)
    found = state(warm, conversion)
    assert (found["state"], len(found["records"])) == ("done", 2)


def test_a_record_that_comes_late_and_bears_a_unique_value_is_ours(
    warm, admin, lead, world, parts, wire
):
    world.module("Vendors").field("Email").unique = True
    assert admin.ask("POST", "/api/v1/metadata/refresh").status_code == 200
    conversion = agree(warm, lead).json["id"]
    with late(wire, "/Vendors"):
        carry_out(parts, conversion)
    [made] = state(warm, conversion)["records"]
    assert (state(warm, conversion)["state"], made["id"]) == ("done", *world.records["Vendors"])
    assert (undone(warm, parts, conversion), world.records["Vendors"]) == ("undone", {})


def test_a_lead_that_is_brought_back_late_is_back(warm, lead, world, parts, wire):
    conversion = agree(warm, lead, lead_after={"kind": "delete"}).json["id"]
    carry_out(parts, conversion)
    with late(wire, "/actions/restore"):
        assert undone(warm, parts, conversion) == "undone"
    assert (lead in world.records["Leads"], world.records["Vendors"]) == (True, {})


def test_what_zoho_told_of_the_others_is_noted_before_one_is_looked_for(
    warm, lead, world, parts, wire
):
    first = agree(warm, lead).json["id"]
    world.faults.order("server_error", method="POST", path="/Vendors")
    assert running.run(parts, [first]) == SOON
    other = agree(warm, new_lead(world, "Other")).json["id"]

    def before(request: requests.PreparedRequest) -> None:
        """Another vendor gets the address before ours does, and Zoho is busy after that."""
        if request.method == "POST" and str(request.path_url).endswith("/Vendors"):
            wire.before = None
            world.module("Vendors").field("Email").unique = True
            values = {"Vendor_Name": "Theirs", "Email": world.find("Leads", lead)["Email"]}
            world.add_record("Vendors", values, owner=world.users[0])
            world.faults.order("busy", method="POST", path="/coql")

    wire.before = before
    running.run(parts, [first, other])
    made = [one.state for one in everything(parts, Line) if one.step["kind"] == "Create"]
    assert made == ["sent", "done"]
