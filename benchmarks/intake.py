"""Calls of workflow rules: how many one gunicorn worker takes in a second, each of them safe on the
disk before it is answered, beside the least that could be done."""

import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from urllib.parse import urlsplit

import psycopg
from sqlalchemy import func, select

from benchmarks import scene
from benchmarks.bare_row import ROWS
from benchmarks.processes import workers
from benchmarks.scene import Scene
from extension import demo, hooks, join
from extension.config import Config
from extension.demo import HOST
from extension.store.inbox import Delivery
from extension.store.models import Installation
from tests.databases import CARE

CLIENTS = 16
"""Callers at once: as many as a worker has threads."""
SECONDS = 4.0
ROUNDS = 3
TARGET = 0.6
HEADER = (
    "taking calls, one worker", "bare, a second", "ours, a second", "ratio", "at least",
    "ours p50 ms", "ours p99 ms",
)  # fmt: skip
Rows = list[tuple[str, ...]]
Body = Callable[[int], bytes]


def measure() -> Iterator[tuple[tuple[str, ...], Rows]]:
    yield HEADER, [_row(kind) for kind in ("sqlite", "postgresql")]


def _row(kind: str) -> tuple[str, ...]:
    """Both in turns, so that what else the machine does troubles both; the median of the turns."""
    with ExitStack() as stack:
        url = stack.enter_context(scene.database(kind))
        if kind == "postgresql":
            careful(url)
        one = {"WEB_CONCURRENCY": "1"}
        here = stack.enter_context(scene.opened([scene.org()], url, workers=0, settings=one))
        path, secret = _door(here)
        bare = stack.enter_context(_bare(here))
        numbers = iter(range(10**9))
        bares, ours, spans = list[float](), list[float](), list[float]()
        for _ in range(ROUNDS):
            bares.append(_rate(bare, "/bare", "x", numbers)[0])
            rate, took = _rate(here.running.extension, path, secret, numbers)
            ours.append(rate)
            spans += took
        _all_there(here, len(spans))
    ratio = statistics.median(mine / other for mine, other in zip(ours, bares, strict=True))
    spans.sort()
    return (
        kind,
        f"{statistics.median(bares):.0f}",
        f"{statistics.median(ours):.0f}",
        f"{ratio:.2f} x",
        f"{TARGET:.2f} x",
        f"{spans[len(spans) // 2] * 1000:.1f}",
        f"{spans[len(spans) * 99 // 100] * 1000:.1f}",
    )


def careful(url: str) -> None:
    """Tests spare their server the disk; what is measured here has to survive a power cut."""
    address = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as connection:
        for name in CARE:
            connection.execute(f"ALTER SYSTEM RESET {name}")
        connection.execute("SELECT pg_reload_conf()")


def _door(here: Scene) -> tuple[str, str]:
    """The address of the org's door, and its secret."""
    settings = here.settings
    config = Config(
        database_url=settings["DATABASE_URL"],
        public_url=here.running.extension,
        secret_keys=tuple(settings["SECRET_KEYS"].split(",")),
        zoho_client_id="x",
        zoho_client_secret="x",
    )
    parts = join(config)
    try:
        with parts.sessions() as db:
            installation = db.scalars(select(Installation)).one()
        knock = hooks.show(parts, installation)
    finally:
        parts.engine.dispose()
    return urlsplit(knock.address).path, knock.secret


@contextmanager
def _bare(here: Scene) -> Iterator[str]:
    """The bare endpoint in a gunicorn of its own, with the same database."""
    ROWS.create(here.database, checkfirst=True)
    port = demo.free_port(0)
    command = [*scene.GUNICORN[:-1], "benchmarks.bare_row:app"]
    process = scene.start(command, {**here.settings, "PORT": str(port), "BIND_HOST": HOST})
    try:
        demo.wait_for(f"http://{HOST}:{port}/healthz")
        if len(workers(process.pid)) != 1:
            raise RuntimeError("There is more than one worker.")
        yield f"http://{HOST}:{port}"
    finally:
        scene.ended([process])


def _rate(
    base: str, path: str, secret: str, numbers: Iterator[int]
) -> tuple[float, list[float]]:  # fmt: skip
    """Calls a second, and how long each took. Every call is about another lead."""
    spans = list[float]()
    until = time.perf_counter() + SECONDS
    began = time.perf_counter()
    callers = [
        threading.Thread(target=_call, args=(base, path, secret, numbers, until, spans))
        for _ in range(CLIENTS)
    ]
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    return len(spans) / (time.perf_counter() - began), spans


def _call(
    base: str, path: str, secret: str, numbers: Iterator[int], until: float, spans: list[float]
) -> None:
    """One caller: with a plain socket, since the machine is to be busy with the other side."""
    address = urlsplit(base)
    with closing(socket.create_connection((address.hostname, address.port), timeout=30)) as wire:
        while time.perf_counter() < until:
            body = b"lead_id=48768760%011d&action=convert&rule=Qualified" % next(numbers)
            head = (
                f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\n"
                f"{hooks.HEADER}: {secret}\r\nContent-Length: {len(body)}\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
            )
            began = time.perf_counter()
            wire.sendall(head.encode() + body)
            if _status(wire) != 202:
                raise RuntimeError("A call was not taken.")
            spans.append(time.perf_counter() - began)


def _status(wire: socket.socket) -> int:
    """Reads one whole answer; its status."""
    said = b""
    while b"\r\n\r\n" not in said:
        said += _more(wire)
    head, _, body = said.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    named = dict(one.lower().split(": ", 1) for one in lines[1:])
    left = int(named["content-length"]) - len(body)
    while left > 0:
        left -= len(_more(wire))
    return int(lines[0].split(" ")[1])


def _more(wire: socket.socket) -> bytes:
    piece = wire.recv(65536)
    if not piece:
        raise RuntimeError("The other side hung up.")
    return piece


def _all_there(here: Scene, taken: int) -> None:
    """Nothing that was answered with 202 is missing."""
    with here.database.connect() as db:
        kept = db.scalar(select(func.count()).select_from(Delivery))
        due = db.scalar(select(func.count()).where(Delivery.due_at.is_not(None)))
    if (kept, due) != (taken, taken):
        raise RuntimeError(f"{taken} calls were taken, {kept} kept, {due} due.")


def show_alone() -> None:
    from benchmarks.__main__ import show

    for header, rows in measure():
        show(header, rows)


if __name__ == "__main__":
    show_alone()
