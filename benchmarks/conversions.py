"""Converting: calls to Zoho beside the straightforward way, time from click to done, conversions
per second, and memory."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import scene
from benchmarks.processes import peak_megabytes, resident_megabytes
from benchmarks.scene import Person, Scene
from emulator import World
from extension.demo import ROOT

LATENCY = 0.050
CLICK_LATENCY = 0.150
MANY, MOST, BY_SDK = 100, 1_000, 20
AT_SPEED = 300
IN_MEMORY = 500
LARGE = 100 * 1024 * 1024
SDK_SCOPES = ["ZohoCRM.modules.ALL", "ZohoCRM.settings.ALL", "ZohoSearch.securesearch.READ"]
VENDOR = {
    "target": "Vendors",
    "lead_after": {"kind": "mark", "values": {"Lead_Status": "Contacted"}},
}
PLAIN = {"target": "Vendors", "salvage": False}
"""Nothing is kept of what a vendor does not hold, and the lead stays as it is."""
WAYS = (
    ("nothing hangs on them", PLAIN, False),
    ("with notes, a file, a task", PLAIN, True),
    ("nothing hangs on them, rescued and marked", VENDOR, False),
    ("with notes, a file, a task, rescued and marked", VENDOR, True),
)
"""What is converted, how, and whether anything hangs on it."""
AT_MOST = {(WAYS[0][0], MOST): 0.06, (WAYS[1][0], 1): 8.0}
"""Calls per lead: of many all of them, of one those that carry it out once it is planned."""

Choices = dict[str, Any]
Event = Callable[[], None]
Rows = list[tuple[str, ...]]
Table = tuple[tuple[str, ...], Rows]
CALLS = (
    f"leads to vendors, {LATENCY * 1000:.0f} ms a call", "leads", "Zoho calls", "calls per lead",
    "without planning", "at most", "credits per lead", "seconds", "leads per second",
)  # fmt: skip


def measure() -> list[Table]:
    """The tables of this benchmark."""
    with scene.database("sqlite") as url:
        world = scene.org()
        with scene.opened([world], url) as scn:
            person = scn.person(world)
            one_by_one(person, leads(world, 1, hanging=True))
            tables = [
                (CALLS, [*_ours(scn, person), *_straightforward(scn)]),
                _click_to_done(world, person),
                _memory(scn, world, person),
            ]
    return [*tables, _speed()]


def leads(world: World, count: int, *, hanging: bool = False) -> list[str]:
    """New leads; `hanging`: each with two notes, an attachment and a task."""
    found = []
    for _ in range(count):
        company = f"Bench {world.new_id()}"
        values = {
            "Last_Name": "Person", "Company": company, "Phone": "555 0100",
            "Email": f"{company.lower().replace(' ', '.')}@bench.example",
        }  # fmt: skip
        lead = str(world.add_record("Leads", values, owner=world.users[0])["id"])
        if hanging:
            _hang(world, lead, company)
        found.append(lead)
    return found


def _hang(world: World, lead: str, company: str, size: int = 2_000) -> None:
    owner = world.users[0]
    parent = {"Parent_Id": {"id": lead, "name": company}, "$se_module": "Leads"}
    for title in ("First call", "Second call"):
        note = {"Note_Title": title, "Note_Content": "Rang.", **parent}
        world.add_record("Notes", note, owner=owner)
    attach(world, lead, company, size)
    about = {"What_Id": {"id": lead, "name": company}, "$se_module": "Leads"}
    world.add_record("Tasks", {"Subject": "Offer", **about}, owner=owner)


def attach(world: World, lead: str, company: str, size: int) -> None:
    file = {"File_Name": "offer.pdf", "Size": str(size), "$type": "File"}
    parent = {"Parent_Id": {"id": lead, "name": company}, "$se_module": "Leads"}
    record = world.add_record("Attachments", {**file, **parent}, owner=world.users[0])
    world.files[str(record["id"])] = bytes(size)


def one_by_one(
    person: Person, ids: list[str], choices: Choices = VENDOR, planned: Event = lambda: None
) -> None:
    """As a person who opens each lead: plan, yes, and wait until it is done."""
    for lead in ids:
        conversion = person.agree(lead, choices)["id"]
        planned()
        finished(person, f"/api/v1/conversions/{conversion}")


def together(
    person: Person, ids: list[str], choices: Choices = VENDOR, planned: Event = lambda: None
) -> dict[str, Any]:
    """As a person who marks them in the list: plans, yes, and wait until all are done."""
    batch = None
    for at in range(0, len(ids), 500):
        part = {"leads": ids[at : at + 500]}
        if batch is None:
            batch = person.json("POST", "/api/v1/batches", json={**part, "choices": choices})
        else:
            batch = person.json("POST", f"/api/v1/batches/{batch['id']}/leads", json=part)
    if batch is None:
        raise ValueError("no leads")
    path = f"/api/v1/batches/{batch['id']}"
    digest = finished(person, path, "planned")["digest"]
    planned()
    person.json("POST", f"{path}/start", json={"digest": digest})
    over = finished(person, path)
    if over["counts"]["done"] != len(ids):
        raise RuntimeError(f"not all are done: {over}")
    return over


def finished(person: Person, path: str, state: str = "done") -> dict[str, Any]:
    until = time.monotonic() + 600
    while time.monotonic() < until:
        found: dict[str, Any] = person.json("GET", path)
        if found["state"] == state:
            return found
        if found["state"] in ("failed", "cancelled", "waiting"):
            raise RuntimeError(f"{path} is {found['state']}: {found}")
        time.sleep(0.02)
    raise RuntimeError(f"{path} takes too long: {found}")


@contextmanager
def latency(world: World, seconds: float) -> Iterator[None]:
    world.faults.order("latency", seconds=seconds, times=None)
    try:
        yield
    finally:
        world.faults.clear()


def _ours(scn: Scene, person: Person) -> Iterator[tuple[str, ...]]:
    until_then: list[int] = []
    for what, choices, hanging in WAYS:
        for count in (1, MANY, MOST):
            ids = leads(scn.world, count, hanging=hanging)
            way = one_by_one if count == 1 else together
            scn.world.log.clear()
            with latency(scn.world, LATENCY):
                began = time.perf_counter()
                way(person, ids, choices, lambda: until_then.append(_calls(scn.world)))
                took = time.perf_counter() - began
            most = AT_MOST.get((what, count), 0.0)
            yield _row(
                scn.world, f"ours, {what}", count, took, planning=until_then[-1], most=most
            )  # fmt: skip


def _calls(world: World) -> int:
    return int(world.log.summary()["calls"])


def _straightforward(scn: Scene) -> Iterator[tuple[str, ...]]:
    world = scn.world
    token = scn.worlds.tokens.sign_in(world, world.users[0], SDK_SCOPES).value
    for hanging in (False, True):
        what = "with notes, a file, a task" if hanging else "nothing hangs on them"
        ids = leads(world, BY_SDK, hanging=hanging)
        world.log.clear()
        with latency(world, LATENCY):
            said = subprocess.run(
                [sys.executable, "-m", "benchmarks.sdk", scn.running.emulator, token, *ids],
                cwd=ROOT, check=True, capture_output=True, text=True,
            )  # fmt: skip
        took = json.loads(said.stdout.splitlines()[-1])["seconds"]
        yield _row(world, f"Zoho's SDK, one at a time, {what}", BY_SDK, took)


def _row(
    world: World, what: str, count: int, took: float, *, planning: int = 0, most: float = 0.0
) -> tuple[str, ...]:  # fmt: skip
    spent = world.log.summary()
    without = (spent["calls"] - planning) / count
    counts = without if count == 1 else spent["calls"] / count
    return (
        what, str(count), str(spent["calls"]), f"{spent['calls'] / count:.3f}",
        f"{without:.3f}" if planning else "",
        f"{most:.2f}{' MISSED' if counts > most else ''}" if most else "",
        f"{spent['credits'] / count:.3f}", f"{took:.2f}", f"{count / took:.1f}",
    )  # fmt: skip


def _click_to_done(world: World, person: Person) -> Table:
    rows = []
    for hanging in (False, True):
        (lead,) = leads(world, 1, hanging=hanging)
        plan = person.json("POST", f"/api/v1/leads/{lead}/plan", json=VENDOR)
        with latency(world, CLICK_LATENCY):
            body = {"lead": lead, "choices": VENDOR, "digest": plan["digest"]}
            began = time.perf_counter()
            conversion = person.json("POST", "/api/v1/conversions", json=body)["id"]
            accepted = time.perf_counter() - began
            finished(person, f"/api/v1/conversions/{conversion}")
            done = time.perf_counter() - began
        what = "with notes, a file, a task" if hanging else "nothing hangs on it"
        rows.append((what, f"{accepted:.2f}", f"{done:.2f}", f"{done / CLICK_LATENCY:.1f}"))
    header = (
        f"one lead, {CLICK_LATENCY * 1000:.0f} ms a call", "accepted after s", "done after s",
        "round trips",
    )  # fmt: skip
    return header, rows


def _memory(scn: Scene, world: World, person: Person) -> Table:
    worker = scn.workers[0].pid
    idle = resident_megabytes(worker)
    together(person, leads(world, IN_MEMORY))
    after_many = peak_megabytes(worker)
    (lead,) = leads(world, 1)
    attach(world, lead, "large", LARGE)
    one_by_one(person, [lead])
    rows = [
        ("idle, after what was measured above", f"{idle:.0f} MB"),
        (f"at most, until {IN_MEMORY} leads at once were done", f"{after_many:.0f} MB"),
        ("at most, until a file of 100 MB was copied", f"{peak_megabytes(worker):.0f} MB"),
    ]
    return ("memory of the worker", ""), rows


def _speed() -> Table:
    rows = []
    for kind in ("sqlite", "postgresql"):
        world = scene.org()
        with scene.database(kind) as url, scene.opened([world], url) as scn:
            person = scn.person(world)
            together(person, leads(world, 1))
            rows.append(_at_speed(kind, world, person, hanging=False))
            rows.append(_at_speed(kind, world, person, hanging=True))
    header = (
        f"{AT_SPEED} leads at once, Zoho answers at once",
        "seconds",
        "conversions per second",
    )
    return header, rows


def _at_speed(kind: str, world: World, person: Person, *, hanging: bool) -> tuple[str, ...]:
    ids = leads(world, AT_SPEED, hanging=hanging)
    began = time.perf_counter()
    together(person, ids)
    took = time.perf_counter() - began
    what = "with notes, a file, a task" if hanging else "nothing hangs on them"
    return f"one worker, {kind}, {what}", f"{took:.1f}", f"{AT_SPEED / took:.1f}"
