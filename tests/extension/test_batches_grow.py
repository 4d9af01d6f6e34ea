"""Leads that are added to a batch while others of it are planned."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import text, update

from emulator import World
from extension import batch_planning, batch_runs, batches, installations
from extension.batch_wishes import Wish
from extension.parts import Parts
from extension.store.batches import Batch
from tests.extension.rig import everything, on_postgresql

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def new_lead(world: World, name: str) -> str:
    values = {"Last_Name": name, "Company": name}
    return str(world.add_record("Leads", values, owner=world.users[1])["id"])


@pytest.fixture
def lead(world: World) -> str:
    return new_lead(world, "Doe")


@dataclass
class Queue:
    """Takes its time while the transaction of who asks is open."""

    behind: Any
    meanwhile: Callable[[], None]

    def enqueue(self, *what: Any, **more: Any) -> None:
        self.meanwhile()
        self.behind.enqueue(*what, **more)


def until_somebody_waits(parts: Parts) -> None:
    for _ in range(2_000):
        with parts.engine.connect() as connection:
            if connection.scalar(WAITING):
                return
    raise AssertionError("nobody waits")


@on_postgresql
def test_what_is_added_while_a_batch_is_summed_up_is_planned_too(warm, lead, world, parts):
    caller = installations.automation(parts)
    wish = Wish([lead], {"target": "Vendors"})
    batch = batches.request(parts, caller, wish)["id"]
    batch_runs.process(parts, batch)
    [row] = everything(parts, Batch)
    with parts.sessions.begin() as db:
        # Every lead is planned, and the sum is about to be made.
        db.execute(update(Batch).values(state="planning", digest=None))
    with ThreadPoolExecutor() as others:

        def sum_up() -> None:
            others.submit(batch_planning.sum_up, parts, row)
            until_somebody_waits(parts)

        slow: Any = Queue(parts.queue, sum_up)
        batches.add(replace(parts, queue=slow), caller, batch, [new_lead(world, "Roe")])
    assert batches.find(parts, caller, batch)["state"] == "planning"
    batch_runs.process(parts, batch)
    one = batches.find(parts, caller, batch)
    assert (one["state"], one["counts"]["planned"]) == ("planned", 2)
