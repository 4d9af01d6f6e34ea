"""Sends calls of workflow rules as Zoho would, evenly over a time, and says how they were answered.

A process of its own: what it measures must not wait for whoever else works in the same Python.
Reads {"seconds": …, "calls": [[url, secret, lead], …]} and prints [[seconds, status], …].
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from requests.adapters import HTTPAdapter

CALLERS = 16


def main() -> int:
    asked = json.load(sys.stdin)
    json.dump(call(asked["calls"], asked["seconds"]), sys.stdout)
    return 0


def call(calls: list[list[str]], seconds: float) -> list[tuple[float, int]]:
    """All of them, evenly over so many seconds, or as fast as they are answered: the later."""
    began = time.monotonic()
    with requests.Session() as session, ThreadPoolExecutor(CALLERS) as callers:
        session.mount("http://", HTTPAdapter(pool_maxsize=CALLERS))

        def knock(number: int, url: str, secret: str, lead: str) -> tuple[float, int]:
            time.sleep(max(began + number * seconds / len(calls) - time.monotonic(), 0.0))
            sent = time.perf_counter()
            answer: Any = session.post(
                url,
                data={"lead_id": lead, "action": "convert", "target": "vendor",
                      "rule": "Storm", "modified_time": "2026-01-10T12:00:00+00:00"},
                headers={"X-Convert-Anywhere-Secret": secret},
                timeout=60,
            )  # fmt: skip
            return time.perf_counter() - sent, answer.status_code

        sent = [callers.submit(knock, number, *one) for number, one in enumerate(calls)]
        return [one.result() for one in sent]


if __name__ == "__main__":
    sys.exit(main())
