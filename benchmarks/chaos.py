"""`python -m benchmarks.chaos`: a thousand conversions while everything breaks.

A quarter of them are asked for in batches, in which some leads share a company, and one or two of
which are stopped half-way; a part of what is done is taken back while the trouble goes on.
Processes are killed with SIGKILL every few seconds; of the calls to Zoho one in ten is answered
busy, three in a hundred are done and their answers lost, and now and then all tokens end.
Afterwards the emulator's world is compared, fact by fact, with what it must be: what was asked for
is there, and there once; what was taken back is as before. The seed decides what is asked for and
the dice of the trouble; when exactly a process dies, nobody can repeat. Then comes a storm of calls
by workflow rules.
"""

import argparse
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.sql.functions import count

from benchmarks import people, scene, storm
from benchmarks.__main__ import show
from benchmarks.counting import Tally, counted
from benchmarks.facts import facts
from benchmarks.kinds import ONE_BY_ONE, OVER, TARGETS, TOGETHER, Asked, Kind, address
from benchmarks.people import Many
from benchmarks.scene import Person, Scene
from emulator import World
from extension.store.conversions import Conversion

LEADS = 1_000
LEADS_FOR_A_BATCH = 100
"""One batch for so many leads, itself of 20 to 30."""
SHARED_BY = (1, 1, 1, 2, 3)
"""Leads of one company in a batch, each as likely."""
TAKEN_BACK = 0.3
"""Of what is converted one by one and can be taken back; of the batches every other one is."""
ASKING = 8
"""People who click at the same time."""
REGRETTING = 4
"""People who take back at the same time."""
KILL_SECONDS = (4.0, 12.0)
TORMENT_SECONDS, CALM_SECONDS = 900.0, 300.0
TOKENS_END_SECONDS = 75.0
"""Zoho gives ten new access tokens in ten minutes, so they must not end more often."""
HEADER = (
    "chaos", "asked", "in batches", "stopped", "done", "taken back", "of these wrong", "lost",
    "doubled", "stuck", "failed", "kills", "busy", "answers lost", "token ends", "Zoho calls",
    "seconds",
)  # fmt: skip


def leads(world: World, number: int, dice: random.Random) -> tuple[list[Asked], list[Many]]:
    """So many leads, to be converted one by one or together, as the dice decide."""
    companies = (f"Chaos {one:05}" for one in range(number))
    batches = [
        Many(list(_batch(world, TOGETHER[one % len(TOGETHER)], companies, dice)), back=False)
        for one in range(max(1, number // LEADS_FOR_A_BATCH))
    ]
    reversible = [one for one in batches if one.asked[0].kind.reversible]
    for many in dice.sample(reversible, -(-len(reversible) // 2)):
        many.back = True
        for asked in many.asked:
            asked.back = True
    # What was done of them stays, or is taken back all the same.
    for many in dice.sample(reversible, -(-len(reversible) // 4)):
        many.stopped = True
        for asked in many.asked:
            asked.stopped = True
    alone = []
    for one in range(max(0, number - sum(len(many.asked) for many in batches))):
        kind = ONE_BY_ONE[one % len(ONE_BY_ONE)]
        alone.append(a_lead(world, kind, next(companies)))
        alone[-1].back = kind.reversible and dice.random() < TAKEN_BACK
    dice.shuffle(alone)
    return alone, batches


def _batch(
    world: World, kind: Kind, companies: Iterator[str], dice: random.Random
) -> Iterator[Asked]:  # fmt: skip
    size, made = dice.randint(20, 30), 0
    while made < size:
        company, sharing = next(companies), dice.choice(SHARED_BY)
        yield from (a_lead(world, kind, company, letter) for letter in "ABC"[:sharing])
        made += sharing


def a_lead(world: World, kind: Kind, company: str, letter: str = "A") -> Asked:
    values = {
        "Last_Name": f"{letter} of {company}", "Company": company, "Designation": "Buyer",
        "Email": address(company, letter.lower()), "Phone": company.replace("Chaos", "555"),
    }  # fmt: skip
    lead = str(world.add_record("Leads", values, owner=world.users[0])["id"])
    return Asked(kind, lead, company, there=kind.hang(world, lead, company))


def trouble(world: World, seed: int) -> None:
    world.faults.order("busy", probability=0.10, times=None, seed=seed)
    world.faults.order("answer_lost", probability=0.03, times=None)


def asking(
    scn: Scene, person: Person, alone: Sequence[Asked], batches: Sequence[Many]
) -> Iterator[Future[None]]:  # fmt: skip
    """Everybody at once: each asks for the next lead, some for a batch, and some regret it."""
    clicking, regretting = ThreadPoolExecutor(ASKING), ThreadPoolExecutor(REGRETTING)
    every = max(1, len(alone) // len(batches))
    for number, one in enumerate(alone):
        if number % every == 0 and number // every < len(batches):
            many = batches[number // every]
            yield clicking.submit(people.click_together, person, many)
            if many.stopped:
                yield regretting.submit(people.stop, scn, person, many)
            elif many.back:
                yield regretting.submit(people.take_back_together, person, many)
        yield clicking.submit(people.click, person, one)
        if one.back:
            yield regretting.submit(people.take_back, scn, person, one)
    clicking.shutdown(wait=False)
    regretting.shutdown(wait=False)


@dataclass
class Trouble:
    """How much of it there was."""

    seconds: float = 0.0
    kills: int = 0
    busy: int = 0
    answers_lost: int = 0
    tokens_ended: int = 0

    @property
    def real(self) -> bool:
        """Where nothing broke, it means nothing that all went well."""
        long = self.seconds > TOKENS_END_SECONDS + KILL_SECONDS[1]
        return all((self.kills, self.busy, self.answers_lost, self.tokens_ended or not long))


def torment(
    scn: Scene, asked: Sequence[Future[None]], dice: random.Random, *, one_leaves: bool
) -> Trouble:
    """Kill processes until all is over, or for as long as it says; what is not over some minutes
    after that is stuck. `one_leaves`: the first worker that dies never comes back."""
    made, began = Trouble(), time.monotonic()

    def over() -> bool:
        return all(one.done() for one in asked) and not open_ones(scn)

    while time.monotonic() - began < TORMENT_SECONDS:
        time.sleep(dice.uniform(*KILL_SECONDS))
        if over():
            break
        scn.strike(dice, comes_back=bool(scn.kills) or not one_leaves)
        if time.monotonic() - began > (made.tokens_ended + 1) * TOKENS_END_SECONDS:
            scn.worlds.tokens.expire_all(scn.world)
            made.tokens_ended += 1
    made.seconds, made.kills = time.monotonic() - began, scn.kills
    struck = {one.kind: one.struck for one in scn.world.faults.orders}
    made.busy, made.answers_lost = struck["busy"], struck["answer_lost"]
    scn.world.faults.clear()
    while not over() and time.monotonic() - began < made.seconds + CALM_SECONDS:
        time.sleep(1.0)
    return made


def open_ones(scn: Scene) -> int:
    return sum(count for state, count in states(scn).items() if state not in OVER)


def states(scn: Scene, but: Sequence[str] = ()) -> dict[str, int]:
    """How many conversions are in which state, from our own tables: to ask for each takes long.
    `but`: these leads'."""
    with scn.database.connect() as db:
        wanted = select(Conversion.state, count()).group_by(Conversion.state)
        rows = db.execute(wanted.where(Conversion.lead_id.not_in(but)))
        return {row[0]: row[1] for row in rows}


def complaints(asked: Sequence[Future[None]]) -> list[str]:
    """Of people who wait no longer. Raises what else went wrong with them."""
    found = []
    for one in asked:
        try:
            one.result()
        except TimeoutError as error:
            found.append(str(error))
    return found


def chaos(kind: str, number: int, seed: int) -> tuple[Tally, Trouble, tuple[str, ...]]:
    """One run on a database of this kind: what came of it, what broke, and its row of the table."""
    dice = random.Random(seed)
    hands, who_leaves = (2, ", one leaves") if kind == "postgresql" else (1, "")
    world = scene.org()
    alone, batches = leads(world, number, dice)
    together = [one for many in batches for one in many.asked]
    start = facts(world)
    with scene.database(kind) as url, scene.opened([world], url, workers=hands) as scn:
        person = scn.person(world)
        version = person.json("GET", "/api/v1/targets")["version"]
        person.json("PUT", "/api/v1/targets", json={"version": version, "targets": TARGETS})
        world.log.clear()
        trouble(world, seed)
        asked = list(asking(scn, person, alone, batches))
        made = torment(scn, asked, dice, one_leaves=bool(who_leaves))
        unheard = complaints(asked)
        every = [*alone, *together]
        stopped = [one.lead for one in every if one.stopped]
        tally = counted(every, states(scn, stopped), start, facts(world))
        tally.examples += unheard
    return tally, made, (
        f"{kind}, workers: {hands}{who_leaves}", str(len(every)), str(len(together)),
        str(tally.stopped),
        str(tally.done), str(tally.undone), str(tally.wrong), str(tally.lost), str(tally.doubled),
        str(tally.stuck), str(tally.failed), str(made.kills), str(made.busy),
        str(made.answers_lost), str(made.tokens_ended), str(world.log.summary()["calls"]),
        f"{made.seconds:.0f}",
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
        show(HEADER, [row for *_, row in results])
    for tally, made, _ in results:
        if not made.real:
            print(f"  Too little broke to show anything: {made}")
        for one in tally.examples[:20]:
            print(f"  {one}")
    storms = (
        [storm.storm(kind, chosen.calls, chosen.seed) for kind in kinds] if chosen.calls else []
    )
    if storms:
        show(storm.HEADER, [row for _, row in storms])
    good = [tally.good and made.real for tally, made, _ in results]
    good += [well for well, _ in storms]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
