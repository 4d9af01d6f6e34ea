"""Sends calls of workflow rules as Zoho would, evenly over a time, and says how they were answered.

A process of its own: what it measures must not wait for whoever else works in the same Python.
Reads {"seconds": …, "calls": [[url, secret, lead], …]} and prints {"sending": seconds, "heard":
[[seconds, status, delivery, times], …]}. How long a call took counts from when it was due, so that
one that had to wait for its turn hides nothing; `times` is how often it was sent.
"""

import http.client
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

CALLERS = 16
TIMES = 20
"""How often a call is sent whose connection broke: who dies cannot answer."""
PAUSE_SECONDS = 0.1
BROKEN = (OSError, http.client.HTTPException)
Heard = tuple[float, int, str, int]
Answer = tuple[int, bytes]


def main() -> int:
    asked = json.load(sys.stdin)
    json.dump(call(asked["calls"], asked["seconds"]), sys.stdout)
    return 0


def call(calls: list[list[str]], seconds: float) -> dict[str, Any]:
    """All of them, evenly over so many seconds, or as fast as they are answered: the later."""
    began = time.monotonic()
    line = Line()
    with ThreadPoolExecutor(CALLERS) as callers:

        def knock(number: int, url: str, secret: str, lead: str) -> Heard:
            due = began + number * seconds / len(calls)
            time.sleep(max(due - time.monotonic(), 0.0))
            (status, body), times = _insist(line, url, secret, lead)
            took = time.monotonic() - due
            said = json.loads(body) if status == 202 else {}
            return took, status, said.get("delivery", ""), times

        sent = [callers.submit(knock, number, *one) for number, one in enumerate(calls)]
        heard = [one.result() for one in sent]
    return {"sending": time.monotonic() - began, "heard": heard}


class Line(threading.local):
    """The connection of each thread, kept open: a library that does more would cost what is being
    measured."""

    def __init__(self) -> None:
        self.open: http.client.HTTPConnection | None = None

    def send(self, url: str, secret: str, lead: str) -> Answer:
        at = urlsplit(url)
        self.open = self.open or http.client.HTTPConnection(at.netloc, timeout=60)
        body = urlencode(
            {"lead_id": lead, "action": "convert", "target": "vendor", "rule": "Storm",
             "modified_time": "2026-01-10T12:00:00+00:00"}
        )  # fmt: skip
        kind = "application/x-www-form-urlencoded"
        headers = {"X-Convert-Anywhere-Secret": secret, "Content-Type": kind}
        self.open.request("POST", at.path, body, headers)
        with self.open.getresponse() as answer:
            return answer.status, answer.read()

    def drop(self) -> None:
        if self.open is not None:
            with suppress(OSError):
                self.open.close()
        self.open = None


def _insist(line: Line, url: str, secret: str, lead: str) -> tuple[Answer, int]:
    for times in range(1, TIMES):
        try:
            return line.send(url, secret, lead), times
        except BROKEN:
            line.drop()
            time.sleep(PAUSE_SECONDS)
    return line.send(url, secret, lead), TIMES


if __name__ == "__main__":
    sys.exit(main())
