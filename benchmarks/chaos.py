"""`python -m benchmarks.chaos`: a thousand conversions while everything breaks.

Workers are killed with SIGKILL every few seconds; of the calls to Zoho one in ten is answered busy,
three in a hundred are done and their answers lost, and now and then all tokens end. Afterwards the
emulator's records are counted: what was asked for must be there, and there once. The seed decides
what is asked for and the dice of the trouble; when exactly a process dies, nobody can repeat.
Then comes a storm of calls by workflow rules.
"""

import argparse
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import requests
from sqlalchemy import select
from sqlalchemy.sql.functions import count

from benchmarks import scene, storm
from benchmarks.__main__ import show
from benchmarks.kinds import KINDS, OVER, TARGETS, Kind, address
from benchmarks.processes import workers
from benchmarks.scene import Person, Scene
from emulator import World
from extension.store.conversions import Conversion

LEADS = 1_000
ASKING = 8
"""People who click at the same time."""
KILL_SECONDS = (4.0, 12.0)
TOKENS_END_SECONDS = 75.0
"""Zoho gives ten new access tokens in ten minutes, so they must not end more often."""
PATIENCE_SECONDS = 900.0
HEADER = (
    "chaos", "asked", "done", "lost", "doubled", "stuck", "failed", "kills", "busy",
    "answers lost", "Zoho calls", "seconds",
)  # fmt: skip


@dataclass
class Asked:
    """A lead, what it is to become, and the conversion that was promised."""

    kind: Kind
    lead: str
    company: str
    conversion: str = ""


@dataclass
class Tally:
    """What came of it."""

    asked: int
    done: int = 0
    failed: int = 0
    stuck: int = 0
    lost: int = 0
    doubled: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return self.done == self.asked and not self.examples


def leads(world: World, count: int, dice: random.Random) -> list[Asked]:
    """So many leads of every kind, in an order that the dice decide."""
    found = []
    rep = world.users[0]
    for number in range(count):
        kind, company = KINDS[number % len(KINDS)], f"Chaos {number:05}"
        values = {
            "Last_Name": f"Person {number:05}", "Company": company, "Email": address(company),
            "Phone": f"555 {number:05}", "Designation": "Buyer",
        }  # fmt: skip
        lead = str(world.add_record("Leads", values, owner=rep)["id"])
        if kind.hanging:
            hang(world, lead, company)
        found.append(Asked(kind, lead, company))
    dice.shuffle(found)
    return found


def hang(world: World, lead: str, company: str) -> None:
    rep = world.users[0]
    parent = {"Parent_Id": {"id": lead, "name": company}, "$se_module": "Leads"}
    note = {"Note_Title": "Call", "Note_Content": "Rang twice.", **parent}
    world.add_record("Notes", note, owner=rep)
    about = {"What_Id": {"id": lead, "name": company}, "$se_module": "Leads"}
    world.add_record("Tasks", {"Subject": company, **about}, owner=rep)


def trouble(world: World, seed: int) -> None:
    world.faults.order("busy", probability=0.10, times=None, seed=seed)
    world.faults.order("answer_lost", probability=0.03, times=None)


def click(person: Person, asked: Asked) -> None:
    """As a person does: look, say yes, click again where nothing seems to happen."""
    path = f"/api/v1/leads/{asked.lead}/plan"
    while not asked.conversion:
        try:
            plan = person.ask("POST", path, json=asked.kind.choices)
            if plan.status_code in (502, 503):
                continue
            digest = plan.json()["digest"]
            body = {"lead": asked.lead, "choices": asked.kind.choices, "digest": digest}
            key = {"Idempotency-Key": f"chaos-{asked.lead}"}
            answers = [
                person.ask("POST", "/api/v1/conversions", json=body, headers=key) for _ in range(2)
            ]
        except requests.ConnectionError:
            continue
        ids = {one.json()["id"] for one in answers if one.status_code == 202}
        if len(ids) > 1:
            raise RuntimeError(f"two conversions for lead {asked.lead}: {ids}")
        asked.conversion = next(iter(ids), "")


def torment(
    scn: Scene, clicks: Sequence[Future[None]], dice: random.Random, *, one_leaves: bool
) -> int:
    """Kill processes until all is over, or patience is. How many were killed. `one_leaves`: the
    first worker that dies never comes back."""
    kills, until = 0, time.monotonic() + PATIENCE_SECONDS
    tokens_end = time.monotonic() + TOKENS_END_SECONDS
    while time.monotonic() < until:
        time.sleep(dice.uniform(*KILL_SECONDS))
        if all(one.done() for one in clicks) and not open_ones(scn):
            break
        kills += 1
        if kills % 5 == 0:
            # Gunicorn puts another in its place.
            os.kill(dice.choice(workers(scn.web.pid)), signal.SIGKILL)
        else:
            scn.kill(dice.choice(scn.workers))
            if not (one_leaves and kills == 1):
                scn.hire()
        if time.monotonic() > tokens_end:
            scn.worlds.tokens.expire_all(scn.world)
            tokens_end += TOKENS_END_SECONDS
    for one in clicks:
        one.result()
    return kills


def open_ones(scn: Scene) -> int:
    return sum(count for state, count in states(scn).items() if state not in OVER)


def states(scn: Scene) -> dict[str, int]:
    """How many conversions are in which state, from our own tables: to ask for each takes long."""
    with scn.database.connect() as db:
        rows = db.execute(select(Conversion.state, count()).group_by(Conversion.state))
        return {row[0]: row[1] for row in rows}


def counted(scn: Scene, asked: Sequence[Asked]) -> Tally:
    """Look into the emulator for what was asked for."""
    now, tally = states(scn), Tally(len(asked))
    tally.done, tally.failed = now.pop("done", 0), now.pop("failed", 0)
    tally.stuck = sum(now.values())
    for one in asked:
        for what, times in one.kind.expected(scn.world, one.lead, one.company):
            tally.lost += times < 1
            tally.doubled += times > 1
            if times != 1:
                tally.examples.append(f"{one.kind.name}: {what} of {one.company} {times} times")
    return tally


def chaos(kind: str, number: int, seed: int) -> tuple[Tally, tuple[str, ...]]:
    """One run on a database of this kind, and its row of the table."""
    dice = random.Random(seed)
    hands, who_leaves = (2, ", one leaves") if kind == "postgresql" else (1, "")
    world = scene.org()
    asked = leads(world, number, dice)
    with scene.database(kind) as url, scene.opened([world], url, workers=hands) as scn:
        person = scn.person(world)
        version = person.json("GET", "/api/v1/targets")["version"]
        person.json("PUT", "/api/v1/targets", json={"version": version, "targets": TARGETS})
        began = time.monotonic()
        world.log.clear()
        trouble(world, seed)
        with ThreadPoolExecutor(ASKING) as threads:
            clicks = [threads.submit(click, person, one) for one in asked]
            kills = torment(scn, clicks, dice, one_leaves=bool(who_leaves))
        seconds = time.monotonic() - began
        struck = {one.kind: one.struck for one in world.faults.orders}
        world.faults.clear()
        tally = counted(scn, asked)
    return tally, (
        f"{kind}, workers: {hands}{who_leaves}", str(tally.asked), str(tally.done),
        str(tally.lost), str(tally.doubled), str(tally.stuck), str(tally.failed), str(kills),
        str(struck["busy"]), str(struck["answer_lost"]), str(world.log.summary()["calls"]),
        f"{seconds:.0f}",
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--leads", type=int, default=LEADS)
    parser.add_argument("--calls", type=int, default=storm.CALLS, help="of workflow rules")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    chosen = parser.parse_args(arguments)
    # Ended from outside, it still ends what it has started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    kinds = ("sqlite", "postgresql") if chosen.database == "both" else (chosen.database,)
    print(f"seed {chosen.seed}: --seed {chosen.seed} asks for the same again\n", flush=True)
    results = [chaos(kind, chosen.leads, chosen.seed) for kind in kinds] if chosen.leads else []
    if results:
        show(HEADER, [row for _, row in results])
    for tally, _ in results:
        for one in tally.examples[:20]:
            print(f"  {one}")
    storms = (
        [storm.storm(kind, chosen.calls, chosen.seed) for kind in kinds] if chosen.calls else []
    )
    if storms:
        show(storm.HEADER, [row for _, row in storms])
    good = [tally.good for tally, _ in results] + [well for well, _ in storms]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
