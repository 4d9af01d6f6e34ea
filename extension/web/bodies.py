"""What may be sent to us: so much and no more, and as JSON where JSON is asked for."""

import io
from typing import Any, BinaryIO, NoReturn

from flask import Flask, Request, abort, request
from flask_smorest import Blueprint
from marshmallow import RAISE
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

MOST_BYTES = 64 * 1024
MORE_BYTES = {
    "/api/v1/targets": 512 * 1024,
    "/api/v1/targets/lint": 512 * 1024,
    "/api/v1/targets/file": 256 * 1024,
}
"""What may be larger: all targets of an org at once."""


def register(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.before_request(_limit)


class JsonParser(FlaskParser):
    """webargs' parser, which would take a body of another type for no body at all."""

    # An unknown parameter is a mistake that somebody wants to hear of.
    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}  # noqa: RUF012

    def load_json(self, req: Request, schema: Any) -> Any:
        if not req.is_json:
            abort(415)
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError):
            # What nests too deeply, or a number of thousands of digits.
            abort(400)

    def _handle_invalid_json_error(self, error: Any, req: Request, *more: Any) -> NoReturn:
        abort(400)


class JsonBlueprint(Blueprint):
    """flask-smorest's blueprint, strict about what a body is."""

    ARGUMENTS_PARSER = JsonParser()


def _limit() -> None:
    """Flask looks at a body's size only when somebody reads it, and cuts one of unknown length
    short without a word. https://flask.palletsprojects.com/en/stable/web-security/"""
    most = MORE_BYTES.get(request.url_rule.rule, MOST_BYTES) if request.url_rule else MOST_BYTES
    request.max_content_length = most
    if request.content_length is None:
        request.max_content_length = most + 1
        bounded = _Bounded(request.environ["wsgi.input"], most)
        request.environ["wsgi.input"] = io.BufferedReader(bounded)
    elif request.content_length > most:
        abort(413)


class _Bounded(io.RawIOBase):
    """A body of unknown length, which must end in time."""

    def __init__(self, body: BinaryIO, most: int) -> None:
        self._body = body
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._body.read(min(len(buffer), self._left + 1))
        self._left -= len(piece)
        if self._left < 0:
            raise RequestEntityTooLarge
        buffer[: len(piece)] = piece
        return len(piece)
