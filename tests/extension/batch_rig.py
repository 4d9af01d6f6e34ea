"""Leads for batches, what a person does with one, and what workers do."""

import os
from dataclasses import replace
from typing import Any

from emulator import World
from emulator.schema import User
from extension import batch_runs
from extension.parts import Parts
from extension.store.batches import BatchRow
from extension.zoho import threads
from tests.extension.cuts import PowerCut
from tests.extension.rig import Clock, Person, everything

PATH = "/api/v1/batches"
SLIM = {"target": "Vendors", "salvage": False}


def new_leads(world: World, count: int, **more: str) -> list[str]:
    """Leads of different companies of which a vendor takes every value."""
    rep = world.users[1]
    return [
        str(
            world.add_record(
                "Leads",
                {
                    "Last_Name": f"Doe {at}",
                    "Company": f"Works {at:04}",
                    "Email": f"doe{at}@works.example",
                    **more,
                },
                owner=rep,
            )["id"]
        )
        for at in range(count)
    ]


def ask(person: Person, leads: list[str], key: str = "", **choices: Any) -> Any:
    headers = {"Authorization": f"Bearer {person.token}"}
    if key:
        headers["Idempotency-Key"] = key
    body = {"leads": leads, "choices": {**SLIM, **choices}}
    return person.client.post(PATH, json=body, headers=headers)


def work(parts: Parts, batch: str) -> None:
    """What workers do, without waiting in between: the batch, then every chunk of it."""
    batch_runs.process(parts, batch)
    chunks = {(one.place - 1) // 100 for one in everything(parts, BatchRow)}
    for _ in range(20):
        verdicts = [batch_runs.process(parts, batch, str(one)) for one in sorted(chunks)]
        if all(one == batch_runs.Waiting() for one in verdicts):
            return
    raise AssertionError(f"it never ends: {verdicts}")


def planned(person: Person, parts: Parts, leads: list[str], **choices: Any) -> dict[str, Any]:
    answer = ask(person, leads, **choices)
    assert answer.status_code == 202, answer.json
    batch_runs.process(parts, answer.json["id"])
    return look(person, answer.json["id"])


def look(person: Person, batch: str) -> dict[str, Any]:
    answer = person.get(f"{PATH}/{batch}")
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def rows(person: Person, batch: str, **query: Any) -> list[dict[str, Any]]:
    answer = person.get(f"{PATH}/{batch}/ledger", query_string=query)
    assert answer.status_code == 200, answer.json
    return list(answer.json["rows"])


def start(person: Person, one: dict[str, Any]) -> Any:
    return person.ask("POST", f"{PATH}/{one['id']}/start", json={"digest": one["digest"]})


def begun(person: Person, parts: Parts, leads: list[str], **choices: Any) -> dict[str, Any]:
    """Planned and started: its conversions are there, and nothing of them is carried out yet."""
    one = planned(person, parts, leads, **choices)
    assert start(person, one).status_code == 202
    batch_runs.process(parts, one["id"])
    return one


def done(person: Person, parts: Parts, leads: list[str], **choices: Any) -> dict[str, Any]:
    """As far as it comes."""
    one = begun(person, parts, leads, **choices)
    work(parts, one["id"])
    return look(person, one["id"])


def undo(person: Person, parts: Parts, batch: str, *, force: bool = False) -> dict[str, Any]:
    answer = person.ask("POST", f"{PATH}/{batch}/undo", json={"force": force})
    assert (answer.status_code, answer.json["state"]) == (202, "undoing"), answer.json
    work(parts, batch)
    return look(person, batch)


ZOHO: dict[str, Any] = {"key": "zoho", "label": "As Zoho does it", "kind": "zoho"}


def save_targets(admin: Person, targets: list[dict[str, Any]]) -> None:
    version = admin.get("/api/v1/targets").json["version"]
    wish = {"version": version, "targets": targets}
    assert admin.ask("PUT", "/api/v1/targets", json=wish).status_code == 200


def retried(person: Person, parts: Parts, one: dict[str, Any]) -> dict[str, Any]:
    answer = person.ask("POST", f"{PATH}/{one['id']}/retry")
    assert answer.status_code == 202, answer.json
    batch_runs.process(parts, one["id"])
    return look(person, one["id"])


def three(world: World) -> list[str]:
    """Two leads of one company, and one of another."""
    leads = [*new_leads(world, 2, Company="Acme Ltd."), *new_leads(world, 1)]
    for at, one in enumerate(leads):
        world.find("Leads", one)["Email"] = f"{at}@three.example"
    return leads


def alike(world: World, count: int) -> list[str]:
    """Leads of one company, of different people."""
    leads = new_leads(world, count, Company="Acme Ltd.")
    for at, one in enumerate(leads):
        world.find("Leads", one)["Email"] = f"{at}@acme.example"
    return leads


def second_rep(world: World) -> User:
    one = replace(world.users[1], id=world.new_id(), email="two@seller.example")
    world.users.append(one)
    return one


def through_cuts(parts: Parts, clock: Clock, batch: str, *, chunks: int = 1) -> None:
    """As the engine does it: again after every power cut, and as often as it wants to be called."""
    for run in (None, *map(str, range(chunks))):
        for _ in range(80):
            try:
                verdict = batch_runs.process(parts, batch, run)
            except PowerCut:
                # No thread outlives its process.
                threads._pool(os.getpid()).shutdown(wait=True)
                threads._pool.cache_clear()
                continue
            if not isinstance(verdict, batch_runs.Again):
                break
            clock.advance(seconds=verdict.after_seconds)
        else:
            raise AssertionError("it never ends")
