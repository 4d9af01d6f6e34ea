"""The address that most tests of doors knock at, and bodies that come in pieces."""

import io
import json

from werkzeug.test import EnvironBuilder, run_wsgi_app

SESSIONS = "/api/v1/sessions"


class Counting(io.RawIOBase):
    """A body that comes in pieces and says how much of it was taken."""

    def __init__(self, size: int) -> None:
        self._left = size
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        count = min(len(buffer), self._left, 8192)
        buffer[:count] = b"x" * count
        self._left -= count
        self.given += count
        return count


def chunked(app, path: str, stream: io.BufferedIOBase, content_type: str):
    """Send a body whose length nobody says, as a server that unpacks chunks hands it on."""
    environ = EnvironBuilder(path=path, method="POST", content_type=content_type).get_environ()
    environ.pop("CONTENT_LENGTH", None)
    environ |= {"wsgi.input": stream, "wsgi.input_terminated": True}
    answer, status, _ = run_wsgi_app(app, environ, buffered=True)
    return int(status[:3]), json.loads(b"".join(answer))
