"""Sends calls of workflow rules as Zoho would, evenly over a time, and says how they were answered.

A process of its own: what it measures must not wait for whoever else works in the same Python.
Reads {"seconds": …, "calls": [[url, secret, lead], …]} and prints {"sending": seconds, "heard":
[[seconds, status, delivery, times], …]}. How long a call took counts from when it was due, so that
one that had to wait for its turn hides nothing; `times` is how often it was sent.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from requests.adapters import HTTPAdapter

CALLERS = 16
TIMES = 20
"""How often a call is sent whose connection broke: who dies cannot answer."""
PAUSE_SECONDS = 0.1
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
Heard = tuple[float, int, str, int]


def main() -> int:
    asked = json.load(sys.stdin)
    json.dump(call(asked["calls"], asked["seconds"]), sys.stdout)
    return 0


def call(calls: list[list[str]], seconds: float) -> dict[str, Any]:
    """All of them, evenly over so many seconds, or as fast as they are answered: the later."""
    began = time.monotonic()
    with requests.Session() as session, ThreadPoolExecutor(CALLERS) as callers:
        session.mount("http://", HTTPAdapter(pool_maxsize=CALLERS))

        def knock(number: int, url: str, secret: str, lead: str) -> Heard:
            due = began + number * seconds / len(calls)
            time.sleep(max(due - time.monotonic(), 0.0))
            answer, times = _insist(session, url, secret, lead)
            took = time.monotonic() - due
            said = answer.json() if answer.status_code == 202 else {}
            return took, answer.status_code, said.get("delivery", ""), times

        sent = [callers.submit(knock, number, *one) for number, one in enumerate(calls)]
        heard = [one.result() for one in sent]
    return {"sending": time.monotonic() - began, "heard": heard}


def _insist(
    session: requests.Session, url: str, secret: str, lead: str
) -> tuple[requests.Response, int]:
    for times in range(1, TIMES):
        try:
            return _send(session, url, secret, lead), times
        except BROKEN:
            time.sleep(PAUSE_SECONDS)
    return _send(session, url, secret, lead), TIMES


def _send(session: requests.Session, url: str, secret: str, lead: str) -> requests.Response:
    return session.post(
        url,
        data={"lead_id": lead, "action": "convert", "target": "vendor",
              "rule": "Storm", "modified_time": "2026-01-10T12:00:00+00:00"},
        headers={"X-Convert-Anywhere-Secret": secret},
        timeout=60,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
