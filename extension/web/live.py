"""What moves, told as it happens: server-sent events, on so few threads that others get through.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import json
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any

from flask import Flask, Response, current_app
from marshmallow import Schema

from .. import sessions
from ..errors import ExtensionError, TooManyStreams
from ..parts import Parts
from ..sessions import Caller
from .caller import caller, token
from .world import parts

Json = dict[str, Any]
Find = Callable[[Parts, Caller, str], Json]

KEY = "streams"
MOST = 7
"""Streams of one process: each holds one of gunicorn's 16 threads."""
OFTEN = 0.5
SHARE = 9
"""So many times as long as a look took, nothing is looked at: many leads are counted seldom."""
SILENCE = 10
LONGEST = 25
"""Shorter than `graceful_timeout`. All in seconds."""
STILL_HERE = ": still here\n\n"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass
class Streams:
    """The streams of this process, and the time that passes for them."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    room: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(MOST))


def register(app: Flask) -> None:
    app.extensions[KEY] = Streams()


def answer(find: Find, public_id: str, schema: Schema, over: Collection[str]) -> Response:
    """What `find` finds, at once and whenever it has changed, until its state is one of `over`.

    Raises what `find` raises the first time, and TooManyStreams.
    """
    world, bearer = parts(), token()
    first = find(world, caller(), public_id)

    def look() -> Json:
        return find(world, sessions.find(world, bearer), public_id)

    def write(seen: Json) -> str:
        return f"data: {json.dumps(schema.dump(seen))}\n\n"

    streams: Streams = current_app.extensions[KEY]
    if not streams.room.acquire(blocking=False):
        raise TooManyStreams(
            "Too many conversions are being followed just now. Look at this one again and again "
            "instead."
        )
    response = Response(_events(streams, first, look, write, over), mimetype="text/event-stream")
    # Not at the end of the events: a stream that is closed unread never begins.
    response.call_on_close(streams.room.release)
    response.headers.update(HEADERS)
    return response


def _events(
    streams: Streams,
    seen: Json,
    look: Callable[[], Json],
    write: Callable[[Json], str],
    over: Collection[str],
) -> Iterator[str]:
    begun = said = streams.now()
    pause = OFTEN
    yield write(seen)
    while seen["state"] not in over and streams.now() - begun < LONGEST:
        streams.sleep(pause)
        began = streams.now()
        try:
            found = look()
        except ExtensionError:
            # Such as a session that is over: whoever asks again is told.
            return
        now = streams.now()
        pause = max(OFTEN, SHARE * (now - began))
        if found != seen:
            seen, said = found, now
            yield write(seen)
        elif now - said >= SILENCE:
            said = now
            yield STILL_HERE
