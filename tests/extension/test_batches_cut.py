"""Wherever the power is cut while a batch is planned, started, carried out, cancelled, taken back,
what comes of it is what would have come of it anyhow."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from emulator import World
from extension import batch_runs
from extension.parts import Parts
from extension.store.conversions import Conversion
from tests.extension.batch_rig import (
    PATH,
    ask,
    look,
    new_leads,
    planned,
    start,
    three,
    through_cuts,
    work,
)
from tests.extension.conversion_rig import MARK
from tests.extension.cuts import (
    MOMENTS,
    CutAt,
    Cutter,
    Picture,
    PowerCut,
    kept,
    never,
    picture,
    power_cuts,
    put_back,
    without_bin,
)
from tests.extension.rig import Clock, Person, Wire, everything, on_postgresql, on_sqlite


class AtEach:
    """The process dies at its first question to Zoho, the next one at its second, and so on."""

    def __init__(self) -> None:
        self.lives, self._asked = 0, 0

    def before(self, request: Any) -> None:
        self._asked += 1
        if self._asked > self.lives:
            self.lives, self._asked = self.lives + 1, 0
            raise PowerCut

    def after(self, request: Any, answer: Any) -> Any:
        return answer


@on_sqlite
def test_planning_that_is_cut_at_any_question_comes_to_the_same_plan(
    warm, world, parts, wire, clock
):
    leads = three(world)
    expected = planned(warm, parts, leads)
    batch = ask(warm, leads).json["id"]
    dying_at_each = AtEach()
    with power_cuts(wire, dying_at_each):
        through_cuts(parts, clock, batch)
    one = look(warm, batch)
    assert dying_at_each.lives > 1
    assert (one["state"], one["digest"], one["joined"]) == ("planned", expected["digest"], 1)
    assert not world.records["Vendors"]


@dataclass
class Dying:
    """A place in line whose second entry is not written down: the process has died."""

    queue: Any
    count: int = field(default=0, init=False)

    def enqueue(self, *what: Any, **more: Any) -> None:
        self.count += 1
        if self.count == 2:
            raise PowerCut
        self.queue.enqueue(*what, **more)


def test_two_hundreds_are_started_and_taken_back_though_the_process_dies_between_them(
    warm, world, parts, wire, clock
):
    one = planned(warm, parts, new_leads(world, 120))
    assert start(warm, one).status_code == 202
    dying = replace(parts, queue=Dying(parts.queue))
    with pytest.raises(PowerCut):
        batch_runs.process(dying, one["id"])
    assert look(warm, one["id"])["counts"]["queued"] == 100
    work(parts, one["id"])
    assert look(warm, one["id"])["counts"]["done"] == 120
    assert len(everything(parts, Conversion)) == len(world.records["Vendors"]) == 120
    assert warm.ask("POST", f"{PATH}/{one['id']}/undo", json={}).status_code == 202
    dying_at_each = AtEach()
    with power_cuts(wire, dying_at_each):
        through_cuts(parts, clock, one["id"], chunks=2)
    # Both hundreds are looked at, and then taken back.
    assert dying_at_each.lives > 4
    assert look(warm, one["id"])["counts"]["undone"] == 120
    assert not world.records["Vendors"]
    assert len(world.bin) == 120


# Carried out, taken back, cancelled


@dataclass
class Many:
    """Three leads, two of one company, on each of which something hangs; and who converts them."""

    world: World
    parts: Parts
    wire: Wire
    clock: Clock
    person: Person
    leads: list[str]
    start: dict[str, Any] = field(default_factory=dict)

    def begun(self) -> str:
        """A batch that is started, in the org as it was at the start."""
        put_back(self.world, self.start)
        one = planned(self.person, self.parts, self.leads, lead_after=MARK)
        assert start(self.person, one).status_code == 202
        return str(one["id"])

    def at_the_start(self) -> Picture:
        put_back(self.world, self.start)
        return picture(self.world)

    def run(self, batch: str, cutter: Cutter) -> Picture:
        """To the end, with power cuts; how the world looks then."""
        with power_cuts(self.wire, cutter):
            through_cuts(self.parts, self.clock, batch)
        return picture(self.world)

    def ask(self, batch: str, deed: str, **body: Any) -> None:
        answer = self.person.ask("POST", f"{PATH}/{batch}/{deed}", **body)
        assert answer.status_code == 202, answer.json

    def undo(self, batch: str, cutter: Cutter) -> Picture:
        self.ask(batch, "undo", json={})
        return self.run(batch, cutter)

    def counts(self, batch: str) -> dict[str, int]:
        return {name: one for name, one in look(self.person, batch)["counts"].items() if one}


@pytest.fixture
def many(warm: Person, world: World, parts: Parts, wire: Wire, clock: Clock) -> Many:
    leads = three(world)
    for one in leads:
        hang_on(world, one)
    return Many(world, parts, wire, clock, warm, leads, kept(world))


def hang_on(world: World, lead: str) -> None:
    rep = world.users[1]
    parent = {"Parent_Id": {"id": lead, "name": "Doe"}, "$se_module": "Leads"}
    world.add_record("Notes", {"Note_Title": "Call", "Note_Content": "Rang.", **parent}, owner=rep)
    about = {"What_Id": {"id": lead, "name": "Doe"}, "$se_module": "Leads"}
    world.add_record("Tasks", {"Subject": "Ring", **about}, owner=rep)


def test_wherever_a_batch_is_cut_each_record_is_made_and_taken_back_once(many):
    batch = many.begun()
    expected = many.run(batch, never())
    assert len(expected["Vendors"]) == 2
    after = many.undo(batch, never())
    assert without_bin(after) == many.at_the_start()
    for moment in MOMENTS:
        there, back = Cutter(moment), Cutter(moment)
        batch = many.begun()
        assert many.run(batch, there) == expected, moment
        assert many.counts(batch) == {"done": 3}, moment
        assert many.undo(batch, back) == after, moment
        assert many.counts(batch) == {"undone": 3}, moment
        assert there.everywhere, (moment, there.writes, there.cut)
        assert back.everywhere, (moment, back.writes, back.cut)


class CancelAt(CutAt):
    """Somebody cancels the batch while this write is under way, and nothing dies."""

    def __init__(self, at: int, cancel: Callable[[], None]) -> None:
        super().__init__(at, "never")
        self._cancel = cancel

    def before(self, request: Any) -> None:
        before = self.writes
        super().before(request)
        if before < self.writes == self.at:
            self._cancel()


def cancelled_calmly(many: Many, at: int) -> tuple[str, Picture, int]:
    """Cancelled while this write is under way, or before the first where it is 0: the batch, how
    the world looks then, and how many writes there were."""
    batch = many.begun()
    if not at:
        many.ask(batch, "cancel")
    canceller = CancelAt(at, lambda: many.ask(batch, "cancel"))
    with power_cuts(many.wire, canceller):
        through_cuts(many.parts, many.clock, batch)
    return batch, picture(many.world), canceller.writes


def cancelled_in_the_dark(many: Many, at: int, moment: str) -> str:
    """The process dies at this write; before another one goes on somebody cancels."""
    batch = many.begun()
    cutter = CutAt(at, moment)
    with power_cuts(many.wire, cutter), pytest.raises(PowerCut):
        work(many.parts, batch)
    many.ask(batch, "cancel")
    return batch


@on_postgresql
def test_a_batch_that_is_cancelled_after_a_power_cut_ends_as_if_there_had_been_none(many):
    start, after = many.at_the_start(), dict[int, Picture]()
    _, after[0], writes = cancelled_calmly(many, 0)
    assert (after[0], writes) == (start, 0)
    at = 0
    while True:
        at += 1
        batch, after[at], writes = cancelled_calmly(many, at)
        if writes < at:
            many.undo(batch, never())
            break
        assert writes == at
        assert without_bin(many.undo(batch, never())) == start, at
        for moment, calm in (("before", after[at - 1]), ("after", after[at])):
            batch = cancelled_in_the_dark(many, at, moment)
            assert many.run(batch, never()) == calm, (at, moment)
            assert set(many.counts(batch)) <= {"cancelled", "done"}
            assert without_bin(many.undo(batch, never())) == start, (at, moment)
    assert at > 4
