"""Wherever the power is cut, while a conversion is carried out or taken back, the world is as if
nothing had happened."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from emulator import World
from emulator import fields as f
from emulator.schema import Field
from emulator.state import Link
from extension import journal, requested, sessions, undoing
from extension.errors import CannotUndo
from extension.parts import Parts
from extension.planning import step_json
from extension.planning.own_fields import KEY_FIELD
from extension.requested import Wish
from extension.store.conversions import Conversion
from tests.extension.batch_rig import ZOHO
from tests.extension.cuts import (
    MOMENTS,
    Cutter,
    Picture,
    carried_out,
    kept,
    never,
    picture,
    power_cuts,
    put_back,
    without_bin,
)
from tests.extension.rig import NOON, Clock, Person, Wire, on_sqlite

# Targets that together take every kind of step

EVERYTHING: dict[str, Any] = {
    "key": "everything",
    "label": "A supplier, and its contact that is there already",
    "kind": "records",
    "records": [
        {"key": "vendor", "module": "Vendors",
         "fields": {"Vendor_Name": "Company", "Phone": "Phone"}},
        {"key": "contact", "module": "Contacts",
         "fields": {"Last_Name": "Last_Name", "Email": "Email", "Phone": "Phone",
                    "Vendor_Name": {"link_to": "vendor"}, "Friends": "Friends"}},
    ],
    "lead_after": {"kind": "mark", "values": {"Lead_Status": "Contacted"}},
}  # fmt: skip
PAIR: dict[str, Any] = {
    "key": "pair",
    "label": "Two that are new",
    "kind": "records",
    "records": [
        {"key": "vendor", "module": "Vendors", "fields": {"Vendor_Name": "Company"}},
        {"key": "contact", "module": "Contacts",
         "fields": {"Last_Name": "Last_Name", "Vendor_Name": {"link_to": "vendor"}}},
    ],
    "carry": {"Notes": "leave", "Attachments": "leave", "Tasks": "leave", "Events": "leave"},
    "lead_after": {"kind": "delete"},
}  # fmt: skip
MERGED_ONLY: dict[str, Any] = {
    "key": "merged",
    "label": "A contact that is there already",
    "kind": "records",
    "records": [EVERYTHING["records"][1] | {"fields": {"Phone": "Phone"}}],
}

DEAL: dict[str, Any] = {
    "wanted": True,
    "values": {"Deal_Name": "Acme: nuts", "Stage": "Qualification",
               "Pipeline": "Standard (Standard)", "Closing_Date": "2026-03-31"},
}  # fmt: skip
MERGED = ("Email", "Phone", "Friends", "Vendor_Name")


@dataclass
class Stage:
    """An org with a lead on which everything hangs that can hang on one."""

    world: World
    parts: Parts
    wire: Wire
    clock: Clock
    rep: Person
    lead: str
    contact: str
    start: dict[str, Any] = field(default_factory=dict)

    def choices(self, target: str) -> dict[str, Any]:
        if target == "deal":
            there = {"Contacts": {"link": self.contact}, "Deals": DEAL}
            return {"target": "zoho", "attachments_to": "Deals", "records": there}
        if target not in ("everything", "merged"):
            return {"target": target}
        merge = dict.fromkeys(MERGED, "overwrite")
        return {"target": target, "records": {"contact": {"link": self.contact, "merge": merge}}}

    def agreed(self, target: str) -> str:
        """A conversion in line, in the org as it was at the start."""
        put_back(self.world, self.start)
        self.clock.moment = NOON
        self.clock.advance(seconds=0)
        wish = Wish(self.lead, self.choices(target), None)
        made = requested.request(self.parts, self.caller, wish)
        assert made["state"] == "queued", made
        return str(made["id"])

    def at_the_start(self) -> Picture:
        put_back(self.world, self.start)
        return picture(self.world)

    @property
    def caller(self) -> sessions.Caller:
        return sessions.find(self.parts, self.rep.token)

    def run(self, conversion: str, cutter: Cutter) -> dict[str, Any]:
        with power_cuts(self.wire, cutter):
            carried_out(self.parts, self.clock, conversion)
        return requested.find(self.parts, self.caller, conversion)

    def convert(self, target: str, cutter: Cutter) -> tuple[str, Picture]:
        """Carried out, with power cuts; how the world looks then."""
        conversion = self.agreed(target)
        done = self.run(conversion, cutter)
        assert done["state"] == "done", done
        return conversion, picture(self.world)

    def undo(self, conversion: str, cutter: Cutter) -> Picture:
        begun = undoing.undo(self.parts, self.caller, conversion)
        assert (begun["state"], begun["left_alone"]) == ("undoing", [])
        done = self.run(conversion, cutter)
        assert done["state"] == "undone", (done, done["problem"])
        return picture(self.world)

    def kinds(self, conversion: str, *, undoing: bool) -> Counter[str]:
        """How many steps of each kind the journal holds; every one of them is done."""
        with self.parts.sessions() as db:
            row = db.query(Conversion).filter_by(public_id=conversion).one()
        lines = journal.entries(self.parts, [row.id], undoing=undoing)
        assert {one.state for one in lines} <= {"done"}
        return Counter(type(one.step).__name__ for one in lines)


@pytest.fixture
def stage(
    admin: Person, rep: Person, world: World, parts: Parts, wire: Wire, clock: Clock, keyed: bool
) -> Stage:
    _furnish(world, keyed=keyed)
    assert admin.ask("POST", "/api/v1/metadata/refresh").status_code == 200
    body = {"version": 0, "targets": [EVERYTHING, PAIR, MERGED_ONLY, ZOHO]}
    saved = admin.ask("PUT", "/api/v1/targets", json=body)
    assert saved.status_code == 200, saved.json
    one = Stage(world, parts, wire, clock, rep, *_people(world))
    one.start = kept(world)
    return one


@pytest.fixture
def keyed() -> bool:
    return False


def _furnish(world: World, *, keyed: bool) -> None:
    for name in ("Leads", "Contacts"):
        linking = f"{name}XProducts"
        world.module(name).add(f.multilookup("Friends", "Products", linking))
    for name in ("Vendors", "Contacts") if keyed else ():
        key = Field(
            api_name=KEY_FIELD, label="Convert Anywhere Key", data_type="text", length=60,
            unique=True, custom=True,
        )  # fmt: skip
        world.module(name).add(key)
    for name in ("Leads", "Contacts", "Vendors"):
        world.number(world.module(name))


def _people(world: World) -> tuple[str, str]:
    """A lead with everything, and a contact that stands in for one of its own."""
    rep = world.users[1]
    goods = [world.add_record("Products", {"Product_Name": name}) for name in ("Nut", "Bolt")]
    nut, bolt = [_linking(world, one) for one in goods]
    lead = world.add_record(
        "Leads",
        {"Last_Name": "Doe", "Company": "Acme", "Email": "pat@acme.example", "Phone": "555 0199",
         "Designation": "Head of Purchasing", "Friends": [bolt],
         "Tag": [{"name": "Fair", "id": world.new_id(), "color_code": None}]},
        owner=rep,
    )  # fmt: skip
    ident = str(lead["id"])
    about = {"id": ident, "name": "Doe"}
    hangs = {"Parent_Id": about, "$se_module": "Leads"}
    for title in ("First call", "Second call"):
        note = {"Note_Title": title, "Note_Content": "Rang.", **hangs}
        world.add_record("Notes", note, owner=rep)
    world.files["offer"] = b"An offer."
    file = {"File_Name": "offer.txt", "Size": 9, "$file_id": "offer", "$type": "File", **hangs}
    world.add_record("Attachments", file, owner=rep)
    for subject in ("Ring", "Write"):
        task = {"Subject": subject, "What_Id": about, "$se_module": "Leads"}
        world.add_record("Tasks", task, owner=rep)
    fair = str(world.add_record("Campaigns", {"Campaign_Name": "Fair"})["id"])
    world.links.append(Link("Leads", ident, "Campaigns", fair, {"Member_Status": "Responded"}))
    world.links.append(Link("Leads", ident, "Products", str(goods[0]["id"])))
    # What will be copied to the contact hangs there already, since long ago, as it is there itself.
    since = {"Created_Time": "2026-01-09T12:00:00+00:00"}
    there = {"Last_Name": "Roe", "Phone": "555 0000", "Friends": [nut], **since}
    contact = str(world.add_record("Contacts", there, owner=rep)["id"])
    own = {"Parent_Id": {"id": contact, "name": "Roe"}, "$se_module": "Contacts", **since}
    world.add_record("Notes", {**note, **own}, owner=rep)
    world.add_record("Attachments", {**file, **own}, owner=rep)
    return ident, contact


def _linking(world: World, one: Mapping[str, Any]) -> dict[str, Any]:
    end = {"id": one["id"], "name": one["Product_Name"]}
    return {"Friends": end, "id": world.new_id()}


TARGETS = ("everything", "pair", "zoho")


@on_sqlite
def test_these_plans_take_every_kind_of_step_that_a_plan_can_have(stage):
    taken = Counter[str]()
    for target in TARGETS:
        conversion, _ = stage.convert(target, never())
        taken += stage.kinds(conversion, undoing=False)
        if target != "zoho":
            stage.undo(conversion, never())
            taken += stage.kinds(conversion, undoing=True)
    assert set(taken) == set(step_json.KINDS)


def cut_everywhere(stage: Stage, target: str) -> None:
    """Cut at each write, on the way there and on the way back, and compare with what comes of it
    where nothing happens."""
    conversion, expected = stage.convert(target, never())
    after = stage.undo(conversion, never())
    assert without_bin(after) == stage.at_the_start()
    for moment in MOMENTS:
        there, back = Cutter(moment), Cutter(moment)
        conversion, made = stage.convert(target, there)
        assert made == expected, moment
        assert stage.undo(conversion, back) == after, moment
        assert there.everywhere, (moment, there.writes, there.cut)
        assert back.everywhere, (moment, back.writes, back.cut)


each_store_with_and_without = pytest.mark.parametrize(
    ("database_url", "keyed"),
    [("sqlite", True), ("postgresql", False)],
    indirect=["database_url"],
    ids=["with a key", "postgresql, without a key"],
)
the_other_way_round = pytest.mark.parametrize(
    ("database_url", "keyed"),
    [("sqlite", False), ("postgresql", True)],
    indirect=["database_url"],
    ids=["without a key", "postgresql, with a key"],
)


@each_store_with_and_without
def test_a_plan_with_everything_is_carried_out_once_and_taken_back_once(stage):
    cut_everywhere(stage, "everything")


@on_sqlite
def test_what_a_record_held_before_is_not_taken_for_what_is_copied_to_it(stage):
    cut_everywhere(stage, "merged")


@the_other_way_round
def test_two_new_records_and_a_deleted_lead_are_made_and_taken_back_once(stage):
    cut_everywhere(stage, "pair")


# Zoho's own conversion


@pytest.mark.parametrize(
    ("database_url", "later"),
    [("sqlite", True), ("postgresql", False)],
    indirect=["database_url"],
    ids=["scheduled", "postgresql, at once"],
)
def test_zohos_own_conversion_is_made_once_and_what_is_lost_is_kept_once(stage, later):
    expected: Picture = {}
    for cutter in (never(), *map(Cutter, MOMENTS)):
        if later:
            stage.world.faults.clear()
            stage.world.faults.order("convert_scheduled", times=1)
        conversion, made = stage.convert("zoho", cutter)
        expected = expected or made
        assert made == expected, cutter.moment
        assert cutter.everywhere or cutter.moment == "never", (cutter.writes, cutter.cut)
    with pytest.raises(CannotUndo):
        undoing.undo(stage.parts, stage.caller, conversion)
    assert picture(stage.world) == made


@on_sqlite
def test_a_deal_for_a_contact_that_is_there_is_made_once_and_the_files_go_to_it(stage):
    expected: Picture = {}
    for cutter in (never(), *map(Cutter, MOMENTS)):
        _, made = stage.convert("deal", cutter)
        expected = expected or made
        assert made == expected, cutter.moment
        assert cutter.everywhere or cutter.moment == "never", (cutter.writes, cutter.cut)
    [deal] = stage.world.records["Deals"].values()
    assert (deal["Deal_Name"], deal["Contact_Name"]["id"]) == ("Acme: nuts", stage.contact)
    [mine] = [
        one for one in stage.world.records["Attachments"].values()
        if one["Parent_Id"]["id"] == deal["id"]
    ]  # fmt: skip
    assert (mine["File_Name"], len(stage.world.records["Contacts"])) == ("offer.txt", 1)
