"""How long a single click waits while thousands of leads of another org are planned, and converted:
until a worker begins with it, and until it is done."""

import time
from collections.abc import Iterator
from statistics import median

from benchmarks import scene
from benchmarks.conversions import PLAIN, Rows, Table, finished, leads
from benchmarks.scene import Person, Scene
from emulator import World

THOUSANDS = 5_000
CLICKS = 10
WHILE_PLANNED = 8
BETWEEN_SECONDS = 0.3
AT_MOST = 1.0
KINDS = ("sqlite", "postgresql")
HEADER = (
    f"a click, one worker, {THOUSANDS:,} leads of another org", "clicks", "begun after s (median)",
    "the last of them", "at most", "done after s (median)", "the last of them",
    "leads converted meanwhile",
)  # fmt: skip


def measure() -> list[Table]:
    """The table of this benchmark."""
    rows: Rows = []
    for kind in KINDS:
        worlds = [scene.org(0), scene.org(1)]
        with scene.database(kind) as url, scene.opened(worlds, url) as scn:
            rows += _beside_each_other(kind, scn, *worlds)
    return [(HEADER, rows)]


def _beside_each_other(
    kind: str, scn: Scene, busy: World, quiet: World
) -> Iterator[tuple[str, ...]]:  # fmt: skip
    crowd, single = scn.person(busy), scn.person(quiet)
    # What is asked for first is known afterwards.
    for person, world in ((crowd, busy), (single, quiet)):
        list(_waits(person, world, 1))
    yield _row(f"{kind}, alone", list(_waits(single, quiet, CLICKS)), 0)
    path = _asked_for(crowd, leads(busy, THOUSANDS))
    waits = list(_waits(single, quiet, WHILE_PLANNED))
    if crowd.json("GET", path)["state"] != "planning":
        raise RuntimeError("the thousands were planned before the clicks were done")
    yield _row(f"{kind}, while they are planned", waits, 0)
    _start(crowd, path)
    before = len(busy.records["Vendors"])
    waits = list(_waits(single, quiet, CLICKS))
    meanwhile = len(busy.records["Vendors"]) - before
    left = crowd.json("GET", path)["counts"]
    if not left["queued"] + left["running"]:
        raise RuntimeError(f"the thousands were converted before the clicks were: {left}")
    yield _row(f"{kind}, while they are converted", waits, meanwhile)
    crowd.json("POST", f"{path}/cancel")


def _asked_for(person: Person, ids: list[str]) -> str:
    """A batch of these."""
    batch = person.json("POST", "/api/v1/batches", json={"leads": ids[:500], "choices": PLAIN})
    path = f"/api/v1/batches/{batch['id']}"
    for at in range(500, len(ids), 500):
        person.json("POST", f"{path}/leads", json={"leads": ids[at : at + 500]})
    return path


def _start(person: Person, path: str) -> None:
    """Have a batch carried out; on return it is under way."""
    digest = finished(person, path, "planned")["digest"]
    person.json("POST", f"{path}/start", json={"digest": digest})
    while not person.json("GET", path)["counts"]["done"]:
        time.sleep(0.05)


def _waits(person: Person, world: World, clicks: int) -> Iterator[tuple[float, float]]:
    """Seconds from each click, once it is accepted, until a worker has begun with it, and until it
    is done."""
    for lead in leads(world, clicks):
        conversion = person.agree(lead, PLAIN)["id"]
        clicked = time.perf_counter()
        path = f"/api/v1/conversions/{conversion}"
        while person.json("GET", path)["state"] == "queued":
            time.sleep(0.01)
        begun = time.perf_counter() - clicked
        finished(person, path)
        yield begun, time.perf_counter() - clicked
        time.sleep(BETWEEN_SECONDS)


def _row(what: str, waits: list[tuple[float, float]], meanwhile: int) -> tuple[str, ...]:
    begun, done = (sorted(one) for one in zip(*waits, strict=True))
    missed = " MISSED" if begun[-1] > AT_MOST else ""
    return (
        what, str(len(waits)), f"{median(begun):.2f}", f"{begun[-1]:.2f}{missed}",
        f"{AT_MOST:.2f}", f"{median(done):.2f}", f"{done[-1]:.2f}",
        f"{meanwhile:,}" if meanwhile else "",
    )  # fmt: skip
