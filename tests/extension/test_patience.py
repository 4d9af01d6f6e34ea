"""However often Zoho is too busy to answer a worker: a round of questions is not asked anew for
one of them that was turned away."""

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from emulator import World
from emulator.state import Link
from extension import batch_runs
from extension.parts import Parts
from extension.zoho.patience import Patience
from tests.extension.batch_rig import PATH, ask, look, new_leads, save_targets, start
from tests.extension.conversion_rig import MARK
from tests.extension.cuts import picture, without_bin, writes
from tests.extension.rig import Person, Wire, asked, error_of, on_sqlite

pytestmark = on_sqlite

PEOPLE: dict[str, Any] = {
    "key": "people",
    "label": "A person",
    "kind": "records",
    "records": [
        {
            "key": "contact",
            "module": "Contacts",
            "fields": {"Last_Name": "Last_Name", "Email": "Email"},
        }
    ],
    "carry": {"Campaigns": "copy", "Products": "copy", "Notes": "copy"},
}
CONVERSIONS = "/api/v1/conversions"
BUSY = b'{"code": "TOO_MANY_REQUESTS", "details": {}, "message": "", "status": "error"}'
COUNT = 6


@dataclass
class TurnedAway:
    """Answers every question once that Zoho is too busy; whoever asks again is told."""

    questions: set[Hashable] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def after(
        self, request: requests.PreparedRequest, answer: requests.Response
    ) -> requests.Response:
        question = (request.method, request.url, request.body)
        with self._lock:
            if "/crm/" not in request.path_url or writes(request) or question in self.questions:
                return answer
            self.questions.add(question)
        busy = requests.Response()
        busy.status_code, busy._content = 429, BUSY
        busy.request, busy.url = request, answer.url
        return busy


@contextmanager
def turned_away(wire: Wire) -> Iterator[TurnedAway]:
    one = TurnedAway()
    wire.twist = one.after
    try:
        yield one
    finally:
        wire.twist = None


@pytest.fixture
def worker(parts: Parts) -> Parts:
    """The parts as a worker has them, but that it does not sleep."""
    return parts.patient(Patience(3, sleep=lambda _: None))


@pytest.fixture
def leads(world: World) -> list[str]:
    """A batch of leads on which notes and tasks hang, and which are linked with a campaign and a
    product."""
    found = new_leads(world, COUNT)
    rep = world.users[1]
    fair = str(world.add_record("Campaigns", {"Campaign_Name": "Fair"}, owner=rep)["id"])
    pump = str(world.add_record("Products", {"Product_Name": "Pump"}, owner=rep)["id"])
    for lead in found:
        on = {"id": lead, "name": "Doe"}
        note = {"Note_Title": "Call", "Note_Content": "Rang.", "Parent_Id": on}
        world.add_record("Notes", {**note, "$se_module": "Leads"}, owner=rep)
        task = {"Subject": f"Ring {lead}", "What_Id": on, "$se_module": "Leads"}
        world.add_record("Tasks", task, owner=rep)
        world.links.append(Link("Leads", lead, "Campaigns", fair, {"Member_Status": "Responded"}))
        world.links.append(Link("Leads", lead, "Products", pump, {}))
    return found


def chunk(worker: Parts, batch: str) -> batch_runs.Verdict:
    return batch_runs.process(worker, batch, "0")


def converted(person: Person, worker: Parts, leads: list[str]) -> str:
    """Planned, made and carried out, each in one run."""
    answer = ask(person, leads, target="people", lead_after=MARK)
    batch = str(answer.json["id"])
    assert batch_runs.process(worker, batch) == batch_runs.Done()
    assert start(person, look(person, batch)).status_code == 202
    assert batch_runs.process(worker, batch) == batch_runs.Done()
    assert chunk(worker, batch) == batch_runs.Waiting()
    assert look(person, batch)["counts"]["done"] == COUNT
    return batch


def taken_back(person: Person, worker: Parts, batch: str) -> None:
    """Turned back and carried out, each in one run."""
    assert person.ask("POST", f"{PATH}/{batch}/undo", json={}).status_code == 202
    assert batch_runs.process(worker, batch) == batch_runs.Done()
    assert chunk(worker, batch) == batch_runs.Waiting()
    seen = look(person, batch)
    assert (seen["counts"]["undone"], seen["left_alone"]) == (COUNT, 0)


def test_where_every_question_is_turned_away_once_a_batch_is_carried_out_and_taken_back_at_once(
    warm, admin, world, leads, worker, wire
):
    save_targets(admin, [PEOPLE])
    before = without_bin(picture(world))
    with turned_away(wire) as away:
        batch = converted(warm, worker, leads)
        there = len(away.questions)
        taken_back(warm, worker, batch)
    assert min(there, len(away.questions) - there) >= 10
    assert without_bin(picture(world)) == before


def test_what_was_turned_away_is_asked_once_more_and_nothing_else_is(
    warm, admin, world, leads, worker, wire
):
    save_targets(admin, [PEOPLE])
    counts = []
    for trouble in (nullcontext(TurnedAway()), turned_away(wire)):
        batch = converted(warm, worker, leads)
        before = asked(world)
        with trouble as away:
            taken_back(warm, worker, batch)
        counts.append(asked(world) - before - len(away.questions))
    assert counts[0] == counts[1]


def test_who_waits_in_front_of_the_page_is_told_at_once(warm, admin, world, leads, worker, wire):
    save_targets(admin, [PEOPLE])
    converted(warm, worker, leads)
    one = warm.get(CONVERSIONS, query_string={"lead": leads[0]}).json["conversions"][0]["id"]
    before = asked(world)
    with turned_away(wire) as away:
        answer = warm.ask("POST", f"{CONVERSIONS}/{one}/undo", json={})
    assert error_of(answer) == (503, "zoho_busy")
    assert asked(world) - before == len(away.questions)
