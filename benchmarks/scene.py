"""A whole installation to measure or to torment: the emulator in this process, and of ours a web
server and as many workers as wanted, each a process that can be killed."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import sqlalchemy
from requests.adapters import HTTPAdapter

from benchmarks.processes import workers
from emulator import World, Worlds, create_emulator
from emulator.schema import Field
from emulator.seeds import bare_world
from emulator.server import server
from extension import demo
from extension.demo import HOST, ROOT, Running
from extension.planning.own_fields import KEY_FIELD
from extension.store.database import open_engine
from tests.databases import PostgresDatabases, SqliteDatabases, postgresql_server

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
GUNICORN = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"]
KEYED = ("Vendors", "Contacts", "Accounts", "Deals")
THREADS = 32


@dataclass
class Scene:
    """What is running. `worlds` are the emulator's own: to look into them asks nobody."""

    worlds: Worlds
    running: Running
    settings: dict[str, str]
    web: subprocess.Popen[bytes]
    database: sqlalchemy.Engine
    """The extension's own, for looking into."""
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    kills: int = 0

    @property
    def world(self) -> World:
        return next(iter(self.worlds))

    def hire(self) -> subprocess.Popen[bytes]:
        """One more worker."""
        one = start([*FLASK, "work"], self.settings)
        self.workers.append(one)
        return one

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """As a power cut would: nothing is tidied up."""
        self.workers.remove(worker)
        self.kills += 1
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def strike(self, dice: random.Random, *, comes_back: bool = True) -> None:
        """Kill one of us: the third time and then every fifth of those that answer, else a worker,
        in whose place comes another if one `comes_back`."""
        if self.kills % 5 == 2:
            self.kills += 1
            # Gunicorn puts another in its place.
            os.kill(dice.choice(workers(self.web.pid)), signal.SIGKILL)
            return
        self.kill(dice.choice(self.workers))
        if comes_back:
            self.hire()

    def person(self, world: World, profile: str = "Administrator") -> "Person":
        """Somebody of the org, signed in."""
        users = [{"id": one.id, "profile": one.profile} for one in world.users]
        org = {"zgid": world.org.zgid, "users": users}
        return Person(self.running.extension, demo.sign_in(self.running, org, profile))


class Person:
    """Somebody who speaks with our API, from many threads at once."""

    def __init__(self, base: str, token: str) -> None:
        self._base = base
        self._session = requests.Session()
        self._session.mount("http://", HTTPAdapter(pool_maxsize=THREADS))
        self._session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        return self._session.request(method, f"{self._base}{path}", timeout=120, **more)

    def json(self, method: str, path: str, **more: Any) -> Any:
        """The answer, which must be a good one."""
        answer = self.ask(method, path, **more)
        if not answer.ok:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:400]}")
        return answer.json()

    def agree(self, lead: str, choices: dict[str, Any]) -> dict[str, Any]:
        """Look at the plan and say yes to it."""
        plan = self.json("POST", f"/api/v1/leads/{lead}/plan", json=choices)
        body = {"lead": lead, "choices": choices, "digest": plan["digest"]}
        found: dict[str, Any] = self.json("POST", "/api/v1/conversions", json=body)
        return found


def org(number: int = 0, *, keyed: bool = True) -> World:
    """An org with an administrator and a rep, whose credits do not run out; `keyed`: with the
    field for our key in the modules that leads become."""
    world = bare_world(str(60_001_234_567 + 1_000_003 * number))
    world.limits.credits = 10**9
    for name in KEYED if keyed else ():
        module = world.module(name)
        if module is None:
            raise ValueError(f"no module {name}")
        module.add(
            Field(
                api_name=KEY_FIELD, label="Convert Anywhere Key", data_type="text", length=60,
                unique=True, custom=True,
            )
        )  # fmt: skip
        world.number(module)
    return world


@contextmanager
def opened(
    worlds: Sequence[World],
    database_url: str,
    *,
    workers: int = 1,
    settings: dict[str, str] | None = None,
) -> Iterator[Scene]:
    """A scene, installed in every org; all of it ends on the way out."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="convert-anywhere-"))
        orgs, emulator = stack.enter_context(emulated(worlds))
        extension = f"http://{HOST}:{demo.free_port(0)}"
        env = {
            **demo.environment(extension, emulator, folder),
            "DATABASE_URL": database_url,
            "LOG_LEVEL": "ERROR",
            **(settings or {}),
        }
        subprocess.run([*FLASK, "migrate"], cwd=ROOT, env=env, check=True, stdout=sys.stderr)
        web = start(GUNICORN, env)
        running = Running(extension, emulator, web.pid, Path(folder))
        engine = open_engine(database_url)
        stack.callback(engine.dispose)
        scene = Scene(orgs, running, env, web, engine)
        stack.callback(lambda: ended([scene.web, *scene.workers]))
        demo.wait_for(f"{extension}/healthz")
        demo.install(running)
        for _ in range(workers):
            scene.hire()
        yield scene


@contextmanager
def emulated(worlds: Sequence[World]) -> Iterator[tuple[Worlds, str]]:
    """The emulator, served by a thread of this process, and its address."""
    orgs = Worlds(*worlds)
    serving = server(create_emulator(orgs), HOST, 0)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    try:
        yield orgs, f"http://{HOST}:{serving.port}"
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()


@contextmanager
def database(kind: str) -> Iterator[str]:
    """A migrated, empty database: on SQLite a file, on PostgreSQL one of a server of our own."""
    with ExitStack() as stack:
        if kind == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="convert-anywhere-db-"))
            yield SqliteDatabases(Path(folder)).new()
        else:
            yield PostgresDatabases(stack.enter_context(postgresql_server())).new()


def start(command: Sequence[str], settings: dict[str, str]) -> subprocess.Popen[bytes]:
    # In our session, as all that runs in one container is: workers give way within it.
    return subprocess.Popen(command, cwd=ROOT, env=settings, stdout=sys.stderr, process_group=0)


def ended(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for one in processes:
        if one.poll() is None:
            os.killpg(one.pid, signal.SIGTERM)
    until = time.monotonic() + 10
    for one in processes:
        try:
            one.wait(timeout=max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            os.killpg(one.pid, signal.SIGKILL)
            one.wait()
