"""One access token per grant, for all processes that share the database."""

import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from threading import Thread

import pytest

from emulator import Worlds, create_emulator
from emulator.server import server
from extension import grants, join
from extension.config import Config
from extension.store.models import Grant

PROCESSES = 8
# Children of a process that has the modules already, and no threads of ours.
children = multiprocessing.get_context("forkserver")
children.set_forkserver_preload(["extension"])


@pytest.fixture
def address(worlds) -> Iterator[str]:
    """The emulator over HTTP, where other processes reach it."""
    serving = server(create_emulator(worlds), "127.0.0.1", 0)
    thread = Thread(target=serving.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join()
    serving.server_close()


def test_processes_that_ask_at_once_make_one_refresh(admin, parts, config, clock, address, worlds):
    clock.advance(hours=2)
    with parts.sessions() as db:
        grant_id = db.query(Grant).one().id
    there = replace(config, zoho_emulator_url=address)
    at_once = children.Barrier(PROCESSES)
    answers = children.Queue()
    asking = [
        children.Process(target=ask, args=(there, clock(), grant_id, at_once, answers))
        for _ in range(PROCESSES)
    ]
    for process in asking:
        process.start()
    told = {answers.get(timeout=40) for _ in asking}
    for process in asking:
        process.join(timeout=20)
    assert told == {fingerprint(grants.access_token(parts, grant_id))}
    assert issued(worlds) == 1


def issued(worlds: Worlds) -> int:
    """How many access tokens Zoho has given in the last ten minutes."""
    return sum(len(one.issues) for one in worlds.tokens._refresh.values())


def ask(config: Config, now: datetime, grant_id: int, at_once, answers) -> None:
    """In a process of its own."""
    parts = join(config, clock=partial(the_moment, now))
    at_once.wait(timeout=40)
    try:
        answers.put(fingerprint(grants.access_token(parts, grant_id)))
    except Exception as error:
        answers.put(repr(error))
    parts.background.shutdown()
    parts.transport.close()
    parts.engine.dispose()


def the_moment(now: datetime) -> datetime:
    return now


def fingerprint(token: str) -> str:
    return sha256(token.encode()).hexdigest()
