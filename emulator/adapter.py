"""Lets `requests` talk to the emulator in-process, under Zoho's real `https://` hosts.

    session.mount("https://", EmulatorAdapter(create_emulator(worlds)))

Bodies are streamed both ways, and ordered trouble breaks the connection as a network would.
"""

import io
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

import requests
from flask import Flask
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPHeaderDict
from urllib3.exceptions import IncompleteRead
from urllib3.response import HTTPResponse
from werkzeug.test import EnvironBuilder, run_wsgi_app

from .call import TROUBLE_HEADER

Body = bytes | str | BinaryIO | Iterable[bytes] | None


class EmulatorAdapter(BaseAdapter):
    """A transport adapter that hands each request to a WSGI application."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self._app = app
        self._builder = HTTPAdapter()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Run the application on the request; break as ordered."""
        answer, status, headers = run_wsgi_app(self._app.wsgi_app, _environ(request))
        code, _, reason = status.partition(" ")
        trouble = headers.pop(TROUBLE_HEADER, None)
        if trouble in ("answer_lost", "no_connection"):
            _close(answer)
            raise requests.ConnectionError(
                "Connection aborted: remote end closed connection without response",
                request=request,
            )
        raw = HTTPResponse(
            body=_Cut(answer) if trouble == "answer_cut" else _Stream(answer),
            headers=HTTPHeaderDict(headers.items()),
            status=int(code),
            reason=reason,
            preload_content=False,
        )
        response = self._builder.build_response(request, raw)
        if not stream:
            _ = response.content
        return response

    def close(self) -> None:
        self._builder.close()


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    url = urlsplit(request.url or "")
    body, length = _input(cast(Body, request.body))
    builder = EnvironBuilder(
        path=url.path or "/",
        query_string=url.query,
        base_url=f"{url.scheme}://{url.netloc}",
        method=request.method or "GET",
        headers=list(request.headers.items()),
    )
    environ = builder.get_environ()
    builder.close()
    # The builder would make up a form of its own for a multipart request.
    environ["CONTENT_TYPE"] = request.headers.get("Content-Type", "")
    environ["wsgi.input"] = body
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    environ["wsgi.input_terminated"] = True
    return environ


def _input(body: Body) -> tuple[BinaryIO, int | None]:
    """The request's body as a stream and, where it is known, its length."""
    if body is None:
        return io.BytesIO(), 0
    if isinstance(body, str):
        body = body.encode()
    if isinstance(body, bytes):
        return io.BytesIO(body), len(body)
    if hasattr(body, "read"):
        return cast(BinaryIO, body), None
    return cast(BinaryIO, io.BufferedReader(_Stream(body))), None


class _Stream(io.RawIOBase):
    """An iterable of bytes, read as a file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._iterator = iter(chunks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._iterator, None)
            if chunk is None:
                return 0
            self._rest = chunk
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        if not self.closed:
            _close(self._chunks)
        super().close()


class _Cut(_Stream):
    """Half of what there is, and then the connection is gone."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        whole = b"".join(chunks)
        _close(chunks)
        self._missing = len(whole) - len(whole) // 2
        super().__init__([whole[: len(whole) // 2]])

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer)
        if not count:
            raise IncompleteRead(0, self._missing)
        return count


def _close(answer: Iterable[bytes]) -> None:
    close = getattr(answer, "close", None)
    if close is not None:
        close()
