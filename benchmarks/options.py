"""Opening the widget: calls to Zoho, round trips, wall time and our own CPU per request."""

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from benchmarks.processes import cpu_seconds, resident_megabytes, workers
from extension import demo
from extension.demo import HOST, ROOT, Running

LATENCY = 0.150
REPEATS = 7
CPU_REQUESTS = 150


@dataclass(frozen=True, slots=True)
class Bench:
    """The demo, with a rep signed in."""

    running: Running
    token: str
    org: dict[str, Any]

    def ask(self, lead: str) -> float:
        """Ask for the options; how many seconds that took."""
        began = time.perf_counter()
        demo.options(self.running, self.token, self.org["notable"][lead])
        return time.perf_counter() - began

    def forget(self) -> None:
        """Let the next request find no metadata: as after an installation."""
        with closing(sqlite3.connect(self.running.database, timeout=10)) as database, database:
            database.execute("DELETE FROM metadata")

    def age(self) -> None:
        """Let the next request find metadata that is too old: as after a quiet hour."""
        with closing(sqlite3.connect(self.running.database, timeout=10)) as database, database:
            database.execute("UPDATE metadata SET read_at = '2001-01-01 00:00:00.000000'")

    def control(self, method: str, path: str, **body: object) -> Any:
        url = f"{self.running.emulator}/_emulator/orgs/{self.org['zgid']}/{path}"
        answer = requests.request(method, url, json=body or None, timeout=10)
        answer.raise_for_status()
        return answer.json()

    @contextmanager
    def latency(self, seconds: float) -> Iterator[None]:
        self.control("POST", "faults", kind="latency", seconds=seconds, times=None)
        try:
            yield
        finally:
            self.control("DELETE", "faults")

    def calls(self) -> dict[str, Any]:
        found: dict[str, Any] = self.control("GET", "calls?last=1")["summary"]
        return found


Rows = list[tuple[str, ...]]
HEADER = ("opening the widget", "Zoho calls", "credits", "round trips", "wall ms", "of one call")


def measure() -> list[tuple[tuple[str, ...], Rows]]:
    """The tables of this benchmark: a header and rows each."""
    began = time.perf_counter()
    with demo.running(ports=(0, 0)) as running:
        started = time.perf_counter() - began
        demo.install(running)
        org = demo.orgs(running)[0]
        bench = Bench(running, demo.sign_in(running, org), org)
        for lead in org["notable"]:
            warm_up(bench, lead)
        opening = [
            _opening(bench, "warm, values that can be referred to", "plain"),
            _opening(bench, "warm, a value that must be searched again", "supplier"),
            _opening(bench, "cold metadata, read for the first time", "plain", bench.forget),
            _opening(bench, "cold metadata, too old", "plain", bench.age),
        ]
        plans = (PLANS, _plans(bench))
        return [(HEADER, opening), plans, _own_cost(bench), _footprint(running, started)]


PLANS = ("a plan, warm", "Zoho calls", "credits")


def _plans(bench: Bench) -> Rows:
    """What a plan asks of Zoho beyond the options."""
    lead = bench.org["notable"]["supplier"]
    offered = demo.options(bench.running, bench.token, lead)
    vendors = next(one for one in offered["options"] if one["target"] == "Vendors")
    match = vendors["records"][0]["matches"][0]["id"]
    typed = {"Vendors": {"values": {"City": "Huế"}}}
    return [
        _plan(bench, "right after the options", {"target": "Vendors"}),
        _plan(bench, "redrawn, something typed in", {"target": "Vendors", "records": typed}),
        _plan(
            bench,
            "with an existing record that stands in",
            {"target": "Vendors", "records": {"Vendors": {"link": match}}},
        ),
    ]


def _plan(bench: Bench, what: str, choices: dict[str, Any]) -> tuple[str, ...]:
    bench.control("DELETE", "calls")
    lead = bench.org["notable"]["supplier"]
    answer = requests.post(
        f"{bench.running.extension}/api/v1/leads/{lead}/plan",
        json=choices,
        headers={"Authorization": f"Bearer {bench.token}"},
        timeout=30,
    )
    answer.raise_for_status()
    calls = bench.calls()
    return what, str(calls["calls"]), str(calls["credits"])


def warm_up(bench: Bench, lead: str) -> None:
    """Once, so that nothing is measured that happens once in a process's life."""
    if lead in ("plain", "supplier"):
        bench.ask(lead)


def _opening(
    bench: Bench, what: str, lead: str, before: Callable[[], None] = lambda: None
) -> tuple[str, ...]:
    """Calls are counted by the emulator. Round trips: how much longer it takes when each call
    takes longer, which counts only calls that wait for each other."""
    before()
    bench.control("DELETE", "calls")
    bench.ask(lead)
    calls = bench.calls()
    short = _median(bench, lead, LATENCY, before)
    long = _median(bench, lead, 2 * LATENCY, before)
    trips = (long - short) / LATENCY
    return (
        what,
        str(calls["calls"]),
        str(calls["credits"]),
        f"{trips:.2f}",
        f"{short * 1000:.0f}",
        f"{short / LATENCY:.2f} x",
    )


def _median(bench: Bench, lead: str, latency: float, before: Callable[[], None]) -> float:
    took = []
    with bench.latency(latency):
        for _ in range(REPEATS):
            before()
            took.append(bench.ask(lead))
    return statistics.median(took)


def _own_cost(bench: Bench) -> tuple[tuple[str, ...], Rows]:
    """CPU of our workers per request, beside a bare endpoint that returns the same bytes."""
    url = f"{bench.running.extension}/api/v1/leads/{bench.org['notable']['plain']}/options"
    headers = {"Authorization": f"Bearer {bench.token}"}
    answer = requests.get(url, headers=headers, timeout=30).content
    ours, our_wall = _cpu(workers(bench.running.web_process), url, headers)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answer.json"
        file.write_bytes(answer)
        with _bare(file) as (address, pid):
            bare, bare_wall = _cpu(workers(pid), address, {})
    rows = [
        ("options, warm", f"{ours:.2f}", f"{our_wall:.2f}", f"{len(answer)}"),
        ("bare Flask endpoint, same bytes", f"{bare:.2f}", f"{bare_wall:.2f}", f"{len(answer)}"),
        ("ratio", f"{ours / bare:.1f} x", f"{our_wall / bare_wall:.1f} x", ""),
    ]
    return ("own cost per request", "CPU ms", "wall ms", "bytes"), rows


def _cpu(pids: list[int], url: str, headers: dict[str, str]) -> tuple[float, float]:
    """Milliseconds of CPU and of wall time per request."""
    with requests.Session() as session:
        for _ in range(10):
            session.get(url, headers=headers, timeout=30).raise_for_status()
        before, began = cpu_seconds(pids), time.perf_counter()
        for _ in range(CPU_REQUESTS):
            session.get(url, headers=headers, timeout=30).raise_for_status()
        wall = time.perf_counter() - began
        spent = cpu_seconds(pids) - before
    return spent / CPU_REQUESTS * 1000, wall / CPU_REQUESTS * 1000


@contextmanager
def _bare(answer: Path) -> Iterator[tuple[str, int]]:
    port = demo.free_port(0)
    settings = {
        **os.environ,
        "PORT": str(port),
        "BIND_HOST": HOST,
        "WEB_CONCURRENCY": "1",
        "BARE_ANSWER": str(answer),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
    process = subprocess.Popen([*command, "benchmarks.bare:app"], cwd=ROOT, env=settings)
    try:
        demo.wait_for(f"http://{HOST}:{port}/bare")
        yield f"http://{HOST}:{port}/bare", process.pid
    finally:
        process.terminate()
        process.wait(timeout=10)


def _footprint(running: Running, started: float) -> tuple[tuple[str, ...], Rows]:
    worker = workers(running.web_process)[0]
    rows = [
        (
            "memory of one gunicorn worker, after this benchmark",
            f"{resident_megabytes(worker):.0f} MB",
        ),
        ("start-up: migrate, boot, ready (with the emulator)", f"{started:.1f} s"),
    ]
    return ("footprint", ""), rows
