"""The worker: carries out what is in line and keeps house."""

import gc
import threading

import structlog

from . import housekeeping, inbox, jobs, sentry
from .jobs import Duty, Engine, EngineTaken
from .parts import Parts

log = structlog.get_logger(__name__)

TAKEN_SECONDS = 1.0
MAIL_SECONDS = 0.2
TURN_SECONDS = 0.01
"""Between two handfuls: who brings more has a turn."""
LISTEN_SECONDS = 1.0
"""A signal that comes at the very moment when a wait begins, or to another thread, wakes nobody:
it is heard when the wait is over."""


def work(parts: Parts, stop: threading.Event, duty: Duty | None = None) -> int:
    """Until told to stop; without a duty it keeps house alone. How many runs are still under way
    at the end, in threads that nobody waits for."""
    # What is there for good is looked through no more: each time everything would stand still. And
    # now, before anybody holds the database's lock meanwhile.
    gc.collect()
    gc.freeze()
    # A thread of its own, that nobody waits for: a round may ask Zoho, and take long.
    house = threading.Thread(target=_keep_house, args=(parts, stop), name="house", daemon=True)
    house.start()
    engine = None if duty is None else _start(parts, stop, duty)
    if engine is not None:
        threading.Thread(target=_sort_mail, args=(parts, stop), name="mail", daemon=True).start()
    log.info("working", worker=engine.worker if engine else None)
    while not stop.wait(LISTEN_SECONDS):
        pass
    return 0 if engine is None else engine.stop()


def _keep_house(parts: Parts, stop: threading.Event) -> None:
    while not stop.is_set():
        housekeeping.keep(parts)
        stop.wait(housekeeping.EVERY_SECONDS)


def _sort_mail(parts: Parts, stop: threading.Event) -> None:
    """Put what comes through the other door in line."""
    pause = MAIL_SECONDS
    while not stop.wait(pause):
        try:
            pause = TURN_SECONDS if inbox.put_in_line(parts) else MAIL_SECONDS
        except Exception as error:
            sentry.report(error)
            log.error("mail not sorted", exc_info=error)
            pause = TAKEN_SECONDS


def _start(parts: Parts, stop: threading.Event, duty: Duty) -> Engine | None:
    """The engine, as soon as no other process runs it: while a new edition is brought out, the old
    one is still finishing."""
    while not stop.is_set():
        try:
            return jobs.start(parts.config, parts.engine, duty)
        except EngineTaken:
            log.warning("another process carries out what is in line: waiting for it to end")
            stop.wait(TAKEN_SECONDS)
    return None
