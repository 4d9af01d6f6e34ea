"""Sending what waits in an org's outbox, never inside the call that caused it.

    deliver(world, session)        # tests: every request that is due, now, in order
    Postman(worlds).start()        # the served emulator: a thread that does so all the time

Zoho says nothing of time limits and repetitions: here ten seconds, and one attempt.
"""

import threading
from collections.abc import Callable, Iterable

import requests

from ..outbox import Outgoing
from ..world import World

Send = Callable[[Outgoing], int]
"""Sends a request and returns the status of the answer; raises what `requests` raises."""

PAUSE = 0.1
TIME_LIMIT = 10
NOT_FOUND, FIRST_FAILURE = 404, 300


def deliver(world: World, via: requests.Session | Send, *, patient: bool = False) -> list[Outgoing]:
    """Send what is due by the org's clock; returns it, with what became of it.

    What these requests cause waits for the next time. The world is not locked meanwhile.
    """
    send = _by(via) if isinstance(via, requests.Session) else via
    upto, sent = world.outbox.last, []
    while (one := world.outbox.take(upto, patient=patient)) is not None:
        _send(world, one, send)
        sent.append(one)
    return sent


def _by(session: requests.Session) -> Send:
    def send(one: Outgoing) -> int:
        with session.request(
            one.method, one.url, data=one.body or None, headers=one.headers,
            timeout=TIME_LIMIT, allow_redirects=False,
        ) as answer:  # fmt: skip
            return answer.status_code

    return send


def _send(world: World, one: Outgoing, send: Send) -> None:
    try:
        one.status = send(one)
    except requests.Timeout:
        one.outcome = "timeout"
    except (requests.RequestException, OSError, ValueError):
        one.outcome = "connection_failed"
    else:
        one.outcome = _outcome(one.status)
    world.outbox.end(one, world.timestamp())
    if one.outcome != "delivered" and one.kind == "webhook":
        _fail(world, one)


def _outcome(status: int) -> str:
    if status < FIRST_FAILURE:
        return "delivered"
    # The one reason that Zoho's examples have.
    return "page_notfound" if status == NOT_FOUND else f"http_{status}"


def _fail(world: World, one: Outgoing) -> None:
    with world.lock:
        world.state.failures.append(
            {
                "webhook": one.about["webhook"],
                "entity_details": one.about["entity_details"],
                "failure_time": world.timestamp(),
                "failure_reason": one.outcome,
                "id": world.new_id(),
                "workflow_rule": one.about["workflow_rule"],
            }
        )


class Postman:
    """A thread that delivers for all orgs until it is stopped."""

    def __init__(self, worlds: Iterable[World]) -> None:
        self._worlds = worlds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="postman", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(TIME_LIMIT)

    def _run(self) -> None:
        with requests.Session() as session:
            # The machine's proxy settings are none of the CRM's.
            session.trust_env = False
            while not self._stopped.wait(PAUSE):
                for world in list(self._worlds):
                    deliver(world, session, patient=True)
