"""Two leads put the like on one record, and the answers to both are lost: however close together it
is looked what became of them, neither takes for its own what is the other's."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import requests

from emulator import World
from extension import journal, running
from extension.journal import Ended, Entry
from extension.parts import Parts
from extension.planning.steps import Attach, Note, Outcome, Place, Step
from extension.store.conversions import Conversion, Line
from extension.store.models import Grant
from tests.extension.conversion_rig import agree, carry_out, new_lead, state
from tests.extension.rig import Person, everything

VENDOR = Place("Vendors", id="7")
LIKE: dict[str, Step] = {
    "note": Note(VENDOR, "Call", "Rang."),
    "file": Attach(VENDOR, "8", "offer.pdf", ""),
}


@pytest.fixture
def line_of(rep: Any, parts: Parts) -> Any:
    """A new conversion's only line, which was sent."""

    def make(name: str, *steps: Step) -> list[Entry]:
        grant = everything(parts, Grant)[-1]
        with parts.sessions.begin() as db:
            row = Conversion(
                public_id=name, installation_id=grant.installation_id, grant_id=grant.id,
                lead_id=name, lead_stamp="", target="Vendors", state="running", open=True,
                choices={}, plan={}, digest="", created_at=parts.clock(), changed_at=parts.clock(),
            )  # fmt: skip
            db.add(row)
            db.flush()
            journal.write_down(db, row, journal.drafted(steps))
            ident = row.id
        due = journal.entries(parts, [ident], undoing=False)
        return journal.sent(parts, [(one, None) for one in due])

    return make


def states(parts: Parts, entries: Sequence[Entry]) -> list[str]:
    of = {one.id: one.state for one in everything(parts, Line)}
    return [of[one.id] for one in entries]


@pytest.mark.parametrize("kind", LIKE)
def test_a_note_or_file_is_noted_for_one_step_and_the_other_is_looked_for_again(
    line_of, parts, kind
):
    [one], [other, next_one] = line_of("one", LIKE[kind]), line_of("other", LIKE[kind], LIKE[kind])
    journal.ended(parts, [Ended(one, "done", Outcome(id="9"))])
    journal.ended(
        parts,
        [Ended(other, "done", Outcome(id="9")), Ended(next_one, "done", Outcome(id="10"))],
    )
    assert states(parts, [one, other, next_one]) == ["done", "sent", "done"]


def test_what_hangs_nowhere_by_now_is_nobodys(line_of, parts):
    for name in ("one", "other"):
        [entry] = line_of(name, LIKE["note"])
        journal.ended(parts, [Ended(entry, "done", Outcome())])
        assert states(parts, [entry]) == ["done"]


def lost(warm: Person, parts: Parts, world: World, vendor: str, fault: str) -> str:
    """A conversion that has sent its notes to the vendor, and does not know what became of them."""
    lead = new_lead(world, f"Acme {fault}")
    linked = {"Vendors": {"link": vendor}}
    answer = agree(warm, lead, records=linked, salvage=False)
    assert answer.status_code == 202, answer.json
    conversion = str(answer.json["id"])
    world.faults.order(fault, method="POST", path="/Notes")
    assert running.run(parts, [conversion]) is not None
    return conversion


def test_two_that_look_at_the_same_moment_take_one_note_for_one_of_them(warm, world, parts, wire):
    vendor = str(world.add_record("Vendors", {"Vendor_Name": "Acme"}, owner=world.users[1])["id"])
    both = [lost(warm, parts, world, vendor, one) for one in ("answer_lost", "no_connection")]
    meeting, met = Barrier(2), set[int]()

    def twist(request: requests.PreparedRequest, answer: requests.Response) -> requests.Response:
        """Both have seen what hangs there before one of them notes what it makes of that."""
        if re.search(rf"/Vendors/{vendor}/Notes", request.path_url) and len(met) < 2:
            met.add(meeting.wait(30))
        return answer

    wire.twist = twist
    with ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda one: running.run(parts, [one]), both))
    wire.twist = None
    for one in both:
        carry_out(parts, one)
        assert state(warm, one)["state"] == "done"
    assert len(met) == 2
    notes = [one["id"] for one in world.records["Notes"].values()
             if one["Parent_Id"]["id"] == vendor and one["Note_Title"] == "Call"]  # fmt: skip
    known = [one.outcome["id"] for one in everything(parts, Line)
             if one.step["kind"] == "Note" and one.step["title"] == "Call"]  # fmt: skip
    assert len(notes) == 2
    assert sorted(known) == sorted(notes)
