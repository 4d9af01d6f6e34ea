"""How long a single click waits in line while thousands of leads of another org are converted."""

import time
from collections.abc import Iterator

from benchmarks import scene
from benchmarks.conversions import PLAIN, Rows, Table, finished, leads
from benchmarks.scene import Person, Scene
from emulator import World

THOUSANDS = 5_000
CLICKS = 20
BETWEEN_SECONDS = 0.3
AT_MOST = 1.0
KINDS = ("sqlite", "postgresql")
HEADER = (
    f"a click, one worker, {THOUSANDS:,} leads of another org", "clicks", "begun after s (median)",
    "the last of them", "at most", "leads converted meanwhile",
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
    yield _row(f"{kind}, alone", sorted(_waits(single, quiet, CLICKS)), 0)
    path = _started(crowd, leads(busy, THOUSANDS))
    before = len(busy.records["Vendors"])
    waits = sorted(_waits(single, quiet, CLICKS))
    meanwhile = len(busy.records["Vendors"]) - before
    left = crowd.json("GET", path)["counts"]
    if not left["queued"] + left["running"]:
        raise RuntimeError(f"the thousands were converted before the clicks were: {left}")
    yield _row(f"{kind}, beside them", waits, meanwhile)
    crowd.json("POST", f"{path}/cancel")


def _started(person: Person, ids: list[str]) -> str:
    """A batch of these, once it is under way."""
    batch = person.json("POST", "/api/v1/batches", json={"leads": ids[:500], "choices": PLAIN})
    path = f"/api/v1/batches/{batch['id']}"
    for at in range(500, len(ids), 500):
        person.json("POST", f"{path}/leads", json={"leads": ids[at : at + 500]})
    digest = finished(person, path, "planned")["digest"]
    person.json("POST", f"{path}/start", json={"digest": digest})
    while not person.json("GET", path)["counts"]["done"]:
        time.sleep(0.05)
    return path


def _waits(person: Person, world: World, clicks: int) -> Iterator[float]:
    """Seconds from each click, once it is accepted, until a worker has begun with it."""
    for lead in leads(world, clicks):
        conversion = person.agree(lead, PLAIN)["id"]
        clicked = time.perf_counter()
        path = f"/api/v1/conversions/{conversion}"
        while person.json("GET", path)["state"] == "queued":
            time.sleep(0.01)
        yield time.perf_counter() - clicked
        finished(person, path)
        time.sleep(BETWEEN_SECONDS)


def _row(what: str, waits: list[float], meanwhile: int) -> tuple[str, ...]:
    last = waits[-1]
    missed = " MISSED" if last > AT_MOST else ""
    return (
        what, str(len(waits)), f"{waits[len(waits) // 2]:.2f}", f"{last:.2f}{missed}",
        f"{AT_MOST:.2f}", f"{meanwhile:,}" if meanwhile else "",
    )  # fmt: skip
