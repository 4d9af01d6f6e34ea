"""The emulator within a test's own process, without being measured: coverage is of the extension,
and following every call of an emulated Zoho would double the time of the tests."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from emulator.adapter import EmulatorAdapter


@contextmanager
def unmeasured() -> Iterator[None]:
    """Nobody follows what this thread does."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


class UnmeasuredAdapter(EmulatorAdapter):
    """A transport adapter to the emulator; what that does is not measured."""

    def send(
        self, request: requests.PreparedRequest, *more: Any, **named: Any
    ) -> requests.Response:
        with unmeasured():
            return super().send(request, *more, **named)
