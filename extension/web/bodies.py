"""What may be sent to us: so much and no more, and as JSON where JSON is asked for."""

import io
from typing import Any, BinaryIO, NoReturn

from flask import Flask, Request, abort, request
from flask_smorest import Blueprint
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

MOST_BYTES = 64 * 1024


def register(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.before_request(_limit)


class JsonParser(FlaskParser):
    """webargs' parser, which would take a body of another type for no body at all."""

    def load_json(self, req: Request, schema: Any) -> Any:
        if not req.is_json:
            abort(415)
        try:
            return super().load_json(req, schema)
        except RecursionError:
            abort(400)

    def _handle_invalid_json_error(self, error: Any, req: Request, *more: Any) -> NoReturn:
        abort(400)


class JsonBlueprint(Blueprint):
    """flask-smorest's blueprint, strict about what a body is."""

    ARGUMENTS_PARSER = JsonParser()


def _limit() -> None:
    """Flask looks at a body's size only when somebody reads it, and cuts one of unknown length
    short without a word. https://flask.palletsprojects.com/en/stable/web-security/"""
    if request.content_length is None:
        request.max_content_length = MOST_BYTES + 1
        request.environ["wsgi.input"] = io.BufferedReader(_Bounded(request.environ["wsgi.input"]))
    elif request.content_length > MOST_BYTES:
        abort(413)


class _Bounded(io.RawIOBase):
    """A body of unknown length, which must end in time."""

    def __init__(self, body: BinaryIO) -> None:
        self._body = body
        self._left = MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._body.read(min(len(buffer), self._left + 1))
        self._left -= len(piece)
        if self._left < 0:
            raise RequestEntityTooLarge
        buffer[: len(piece)] = piece
        return len(piece)
