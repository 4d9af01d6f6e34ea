"""Serves the emulator over HTTP, and breaks connections where trouble was ordered."""

import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date
from werkzeug.serving import BaseWSGIServer, ThreadedWSGIServer, WSGIRequestHandler

from .automation.delivery import Postman
from .call import TROUBLE_HEADER

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Quiet(WSGIRequestHandler):
    """Says nothing about requests: `/_emulator/` keeps the log, without people's data."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def send_response(self, code: int, message: str | None = None) -> None:
        """Without the server's own Date: the emulator says its time, which may have been moved."""
        self.send_response_only(code, message)
        self.send_header("Server", self.version_string())


class Broken(ConnectionError):
    """The connection that was ordered to break."""


class Breaker:
    """WSGI middleware: turns the trouble header into a broken connection.

    An answer is read whole and closed before any of it is sent: a browser that goes away in the
    middle leaves no file open.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        trouble: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            trouble.extend(value for name, value in headers if name == TROUBLE_HEADER)
            kept = [(name, value) for name, value in headers if name != TROUBLE_HEADER]
            if all(name != "Date" for name, _ in kept):
                kept.append(("Date", http_date()))
            return start_response(status, kept, *rest)

        whole = _read(self._app(environ, start))
        if not trouble:
            return [whole]
        if trouble[0] == "answer_cut" and whole:
            return _half(environ, whole)
        _hang_up(environ)
        raise Broken


def _read(answer: Iterable[bytes]) -> bytes:
    try:
        return b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()


def _half(environ: "WSGIEnvironment", whole: bytes) -> Iterator[bytes]:
    """Half of the bytes that Content-Length promises, and then nothing."""
    yield whole[: len(whole) // 2]
    _hang_up(environ)
    raise Broken


def _hang_up(environ: "WSGIEnvironment") -> None:
    connection = environ["werkzeug.socket"]
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # the other side was faster
        return


class Serving(ThreadedWSGIServer):
    """Answers, and delivers what the orgs send; both end together."""

    postman: Postman

    def serve_forever(self, poll_interval: float = 0.5) -> None:
        self.postman.start()
        super().serve_forever(poll_interval)

    def server_close(self) -> None:
        self.postman.stop()
        super().server_close()


def _read_to_the_end(answer: Response) -> Response:
    """What nobody has read of a request: on a connection that is kept it would be taken for the
    next one."""
    # Who was killed in the middle of a request sends no more of it.
    with suppress(ClientDisconnected):
        while request.stream.read(64 * 1024):
            pass
    return answer


def server(app: Flask, host: str, port: int) -> BaseWSGIServer:
    """A threaded server, bound but not yet serving; port 0 takes a free one."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.after_request(_read_to_the_end)
    serving = Serving(host, port, Breaker(app), Quiet)
    serving.postman = Postman(app.extensions.get("worlds", ()))
    return serving
