"""The emulator served over real HTTP, as `python -m emulator` serves it."""

import os
import re
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask, Response

from emulator import create_emulator
from emulator.outbox import Outgoing
from emulator.server import server

ROOT = Path(__file__).parents[3]


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """Its port."""
    serving = server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield serving.port
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()


@pytest.fixture
def base(worlds):
    """The address of a running emulator."""
    with served(create_emulator(worlds)) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def get(base, world, worlds):
    token = worlds.tokens.sign_in(world, world.users[0], ["ZohoCRM.org.READ"]).value

    def ask():
        with requests.Session() as session:
            return session.get(
                f"{base}/crm/v8/org",
                headers={"Authorization": f"Zoho-oauthtoken {token}"},
                timeout=5,
            )

    return ask


def test_the_api_is_served(get):
    assert get().json()["org"][0]["company_name"] == "Acme Inc."


def test_an_answer_says_the_orgs_time_and_no_other(get, world):
    """Two would be read as one, which is no time."""
    world.clock.advance(600)
    said = parsedate_to_datetime(get().headers["Date"])
    assert abs(said - world.clock.now()) < timedelta(seconds=60)


def test_whoever_knows_no_org_hears_the_servers_time(base):
    said = parsedate_to_datetime(requests.get(f"{base}/nowhere", timeout=5).headers["Date"])
    assert abs(said - datetime.now(UTC)) < timedelta(seconds=60)


def test_a_request_is_read_to_its_end_before_it_is_answered(base, world):
    """Or the rest of it would be taken for the next request."""
    address = urlsplit(base)
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        head = "POST /crm/v8/Vendors HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"
        connection.sendall(head.encode() + b"{")
        connection.settimeout(0.1)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(5)
        connection.sendall(b"}  ")
        assert connection.recv(12) == b"HTTP/1.1 401"


def test_a_lost_answer_is_a_connection_that_ends(get, world):
    world.faults.order("answer_lost")
    with pytest.raises(requests.ConnectionError):
        get()
    assert world.log.calls[0].status == 200
    assert get().status_code == 200


def test_a_cut_answer_ends_in_the_middle(get, world):
    world.faults.order("answer_cut")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get()
    assert get().status_code == 200


def test_how_trouble_is_made_is_not_shown(get, world):
    world.faults.order("busy")
    answer = get()
    assert not [name for name in answer.headers if name.startswith("X-Emulator")]


def test_an_error_of_ours_is_a_500_that_tells_nothing(get, world, capsys):
    world.org.time_zone = "Nowhere/Land"
    answer = get()
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")
    assert "Nowhere" not in answer.text


def test_python_m_emulator_says_where_it_is_and_serves_the_demo_orgs():
    command = [sys.executable, "-m", "emulator", "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            said = process.stdout.readline()
            base = re.search(r"http://[\d.]+:\d+", said)[0]
            orgs = requests.get(f"{base}/_emulator/orgs", timeout=10).json()["orgs"]
        finally:
            process.terminate()
    assert len(orgs) == 2


def test_a_browser_that_goes_away_leaves_nothing_open():
    closed, going, gone = threading.Event(), threading.Event(), threading.Event()
    app = Flask("slow")

    def slowly():
        yield b"much"
        going.set()
        gone.wait(10)

    @app.get("/")
    def slow() -> Response:
        answer = Response(slowly(), headers={"Content-Length": "4"})
        answer.call_on_close(closed.set)
        return answer

    with served(app) as port:
        with socket.create_connection(("127.0.0.1", port)) as browser:
            browser.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert going.wait(10)
            # Without a word of farewell.
            browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        gone.set()
        assert closed.wait(5)


def test_what_waits_is_delivered_while_the_emulator_serves(base, world):
    arrived = threading.Event()
    app = Flask("ear")

    @app.post("/")
    def listen() -> Response:
        arrived.set()
        return Response(status=204)

    with served(app) as port:
        world.outbox.post(
            Outgoing(
                kind="notification", method="POST", url=f"http://127.0.0.1:{port}/",
                headers={}, body=b"{}", about={}, due=world.clock.now(),
            )
        )  # fmt: skip
        assert arrived.wait(20)
