"""What chaos expects is what comes about where nothing breaks; and whatever is lost, doubled or not
taken back is counted."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from benchmarks import scene
from benchmarks.chaos import Trouble, a_lead
from benchmarks.counting import Tally, counted
from benchmarks.facts import HANGING as HANGING_MODULES
from benchmarks.facts import Facts, facts
from benchmarks.kinds import (  # fmt: skip
    DELETED,
    FILMS,
    HANGING,
    MEMBERS,
    MERGED,
    ONE_BY_ONE,
    PAIRS,
    SUPPLIERS,
    TARGETS,
    TOGETHER,
    Asked,
    Kind,
)
from emulator import World
from emulator.crm import recycling
from extension import batch_runs
from extension.parts import Parts
from extension.store.conversions import Conversion
from tests.extension.batch_rig import PATH, done, look, planned, save_targets, start, work
from tests.extension.conversion_rig import agree, carry_out
from tests.extension.cuts import CutAt, PowerCut, kept, power_cuts, put_back
from tests.extension.rig import NOON, Person, everything, on_sqlite


@pytest.fixture
def world() -> World:
    one = scene.org()
    one.clock.freeze(NOON)
    return one


@dataclass
class Calm:
    """A world in which chaos has asked for everything, and nothing broke."""

    world: World
    parts: Parts
    admin: Person
    asked: list[Asked]
    start: Facts

    def convert(self, one: Asked) -> None:
        answer = agree(self.admin, one.lead, **one.choices)
        assert answer.status_code == 202, answer.json
        at = answer.json["id"]
        carry_out(self.parts, at)
        if one.back:
            answer = self.admin.ask("POST", f"/api/v1/conversions/{at}/undo", json={})
            assert answer.status_code == 202, answer.json
            carry_out(self.parts, at)

    def convert_together(self, some: list[Asked]) -> None:
        choices = {"salvage": True, **some[0].choices}
        batch = done(self.admin, self.parts, [one.lead for one in some], **choices)
        if some[0].back:
            answer = self.admin.ask("POST", f"{PATH}/{batch['id']}/undo", json={})
            assert answer.status_code == 202, answer.json
            work(self.parts, batch["id"])
            assert look(self.admin, batch["id"])["state"] == "undone"

    def stop(self, wire: Any, some: list[Asked]) -> None:
        """With the power cut in the middle of it, so that something is under way."""
        one = planned(self.admin, self.parts, [one.lead for one in some], **some[0].choices)
        assert start(self.admin, one).status_code == 202
        at = one["id"]
        batch_runs.process(self.parts, at)
        with power_cuts(wire, CutAt(3, "after")), pytest.raises(PowerCut):
            batch_runs.process(self.parts, at, "0")
        assert self.admin.ask("POST", f"{PATH}/{at}/cancel").status_code == 202
        if some[0].back:
            while look(self.admin, at)["undoable"]:
                assert self.admin.ask("POST", f"{PATH}/{at}/undo", json={}).status_code == 202
                work(self.parts, at)

    def count(self) -> Tally:
        stopped = [one.lead for one in self.asked if one.stopped]
        every = everything(self.parts, Conversion)
        states = Counter(one.state for one in every if one.lead_id not in stopped)
        return counted(self.asked, states, self.start, facts(self.world))


@pytest.fixture
def calm(admin: Person, world: World, parts: Parts) -> Calm:
    save_targets(admin, TARGETS)
    wanted = [(kind, back) for kind in dict.fromkeys(ONE_BY_ONE) for back in (False, True)]
    companies = (f"Chaos {number:05}" for number in range(100))
    alone = [lead(world, *one, next(companies)) for one in wanted if may(*one)]
    wanted = [(kind, back) for kind in dict.fromkeys(TOGETHER) for back in (False, True)]
    together = []
    for kind, back in [one for one in wanted if may(*one)]:
        shared, own = next(companies), next(companies)
        some = [(shared, "A"), (shared, "B"), (own, "A")]
        together.append([lead(world, kind, back, *one) for one in some])
    every = [*alone, *(one for some in together for one in some)]
    found = Calm(world, parts, admin, every, facts(world))
    for one in alone:
        found.convert(one)
    for some in together:
        found.convert_together(some)
    return found


def may(kind: Kind, back: bool) -> bool:
    return kind.reversible or not back


def lead(world: World, kind: Kind, back: bool, company: str, letter: str = "A") -> Asked:
    one = a_lead(world, kind, company, letter)
    one.back = back
    return one


def of(calm: Calm, kind: Kind, back: bool = False) -> str:
    return next(one.company for one in calm.asked if (one.kind, one.back) == (kind, back))


def find(calm: Calm, module: str, company: str) -> dict[str, Any]:
    """The record of this company, or what hangs on its vendor."""
    rows = list(calm.world.records[module].values())
    if module in HANGING_MODULES:
        vendor = find(calm, "Vendors", company)["id"]
        return next(one for one in rows if holder(one) == vendor)
    return next(one for one in rows if company in " ".join(map(str, one.values())))


def holder(one: dict[str, Any]) -> str:
    return str((one.get("Parent_Id") or one.get("What_Id") or {}).get("id"))


# What may go wrong


def another(calm: Calm, module: str, kind: Kind) -> None:
    one = dict(find(calm, module, of(calm, kind)))
    one["id"] = calm.world.new_id()
    calm.world.records[module][one["id"]] = one


def away(calm: Calm, module: str, kind: Kind) -> None:
    del calm.world.records[module][find(calm, module, of(calm, kind))["id"]]


def half_a_film(calm: Calm) -> None:
    [name] = {one["$file_id"] for one in calm.world.records["Attachments"].values()
              if one["File_Name"] == "film.mp4" and one["$se_module"] == "Vendors"}  # fmt: skip
    calm.world.files[name] = calm.world.files[name][:1_000_000]


def linked_twice(calm: Calm) -> None:
    member = find(calm, "Contacts", of(calm, MEMBERS))["id"]
    links = calm.world.links
    links.append(next(one for one in links if member in (one.id, one.other_id)))


def to_another(calm: Calm) -> None:
    other = find(calm, "Vendors", of(calm, HANGING))
    contact = find(calm, "Contacts", of(calm, PAIRS))
    contact["Vendor_Name"] = {"id": other["id"], "name": other["Vendor_Name"]}


def not_restored(calm: Calm) -> None:
    find(calm, "Contacts", of(calm, MERGED, back=True))["Phone"] = "555 00012"


def still_marked(calm: Calm) -> None:
    find(calm, "Leads", of(calm, HANGING, back=True))["Lead_Status"] = "Contacted"


def still_binned(calm: Calm) -> None:
    lead = find(calm, "Leads", of(calm, DELETED, back=True))
    recycling.delete(calm.world, "Leads", lead["id"], calm.world.users[0])


def out_of_the_bin(calm: Calm) -> None:
    company = of(calm, SUPPLIERS, back=True)
    bin_ = calm.world.bin
    [vendor] = [each for each in bin_.values() if each.record.get("Vendor_Name") == company]
    recycling.restore(calm.world, vendor.record["id"])


def nobodys_note(calm: Calm) -> None:
    calm.world.add_record("Notes", {"Note_Title": "x", "Note_Content": "y", "Parent_Id": None})


WRONGS: tuple[tuple[Callable[[Calm], None], tuple[int, int, int]], ...] = (
    (lambda calm: another(calm, "Vendors", PAIRS), (0, 1, 0)),
    (lambda calm: another(calm, "Notes", HANGING), (0, 1, 0)),
    (lambda calm: another(calm, "Attachments", FILMS), (0, 1, 0)),
    (lambda calm: away(calm, "Attachments", FILMS), (1, 0, 0)),
    (lambda calm: away(calm, "Tasks", HANGING), (1, 0, 0)),
    (half_a_film, (1, 1, 0)),
    (linked_twice, (0, 1, 0)),
    (to_another, (1, 1, 0)),
    (not_restored, (0, 0, 1)),
    (still_marked, (0, 0, 1)),
    (still_binned, (0, 0, 1)),
    (out_of_the_bin, (0, 0, 1)),
    (nobodys_note, (0, 1, 0)),
)
"""What is done to the world, and what is then lost, doubled and wrong."""


@on_sqlite
def test_chaos_expects_what_comes_about_in_calm_and_counts_whatever_is_otherwise(calm):
    tally = calm.count()
    assert tally.good, tally
    assert (tally.back, tally.done) == (tally.undone, tally.asked - tally.undone)
    assert tally.back > 10
    start = kept(calm.world)
    for deed, expected in WRONGS:
        deed(calm)
        tally = calm.count()
        assert (tally.lost, tally.doubled, tally.wrong) == expected, (deed, tally.examples)
        assert not tally.good
        put_back(calm.world, start)
    assert calm.count().good


@pytest.mark.parametrize("missing", ["kills", "busy", "answers_lost", "tokens_ended"])
def test_chaos_shows_nothing_where_some_trouble_never_came(missing):
    made = {"kills": 9, "busy": 90, "answers_lost": 30, "tokens_ended": 2}
    assert Trouble(seconds=170.0, **made).real
    assert not Trouble(seconds=170.0, **made | {missing: 0}).real


def test_chaos_that_is_over_before_tokens_end_is_chaos_all_the_same():
    assert Trouble(seconds=60.0, kills=9, busy=90, answers_lost=30).real


@on_sqlite
@pytest.mark.parametrize("back", [False, True])
def test_of_a_batch_that_is_stopped_half_is_there_or_none_and_all_else_is_counted(
    admin, world, parts, wire, back
):
    save_targets(admin, TARGETS)
    named = [("Chaos 00000", "A"), ("Chaos 00000", "B"), ("Chaos 00001", "A")]
    some = [lead(world, SUPPLIERS, back, *one) for one in named]
    for one in some:
        one.stopped = True
    calm = Calm(world, parts, admin, some, facts(world))
    calm.stop(wire, some)
    tally = calm.count()
    assert (tally.stopped, tally.good, tally.examples) == (3, True, [])
    assert bool(world.records["Vendors"]) is not back, "something was done of it"
    for module in ("Leads", "Tasks"):
        gone = world.records[module].popitem()
        assert not calm.count().good, f"one of {module} is lost"
        world.records[module].update([gone])
    made = world.add_record("Vendors", {"Vendor_Name": "Chaos 00000", "Phone": "x"})
    assert calm.count().doubled == 1
    del world.records["Vendors"][made["id"]]
    assert calm.count().good
