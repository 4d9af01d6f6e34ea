"""Listens: the API, the way through Zoho's consent, the widget's files."""

from typing import Any

from flask import Flask, abort, request
from flask_cors import CORS
from flask_smorest import Api

from ..parts import Parts
from ..planning.shape import unfit
from . import bodies, door_docs, limits, live, problems, requests
from .api import api
from .audit import accounts
from .automation import automation
from .batches import many
from .caller import caller
from .conversions import carrying_out
from .docs import docs
from .doctor import doctor
from .events import telling
from .health import health
from .hooks import calls
from .install import pages
from .notifications import notifications
from .page import widget
from .plans import plans
from .schemas import Problem
from .setup import setup
from .target_previews import target_previews
from .targets import published, targets
from .world import KEY

DESCRIPTION = (
    "What a lead of Zoho CRM can become. Every error has the shape "
    '{"error": {"code", "message", "details"}}; `code` never changes.'
)


class OneShapeApi(Api):
    """flask-smorest, whose own error shape gives way to ours. Each operation names its errors."""

    DEFAULT_ERROR_RESPONSE_NAME = ""
    ERROR_SCHEMA = Problem

    def handle_http_exception(self, error: Any) -> Any:
        return problems.answer_http(error)


FOR_PEOPLE = (
    plans, targets, target_previews, carrying_out, many, setup, doctor, automation, telling,
    accounts,
)  # fmt: skip
"""What only those who are signed in have a word in."""


def _know() -> None:
    """Who asks is known before anything that they sent is looked at; and nothing has a name that
    no database would keep."""
    for_people = request.blueprint in {one.name for one in FOR_PEOPLE}
    if for_people and request.method != "OPTIONS":
        caller()
        if any(unfit(str(one)) for one in (request.view_args or {}).values()):
            abort(404)


def register(app: Flask, parts: Parts) -> None:
    """Everything that this application answers."""
    app.extensions[KEY] = parts
    app.config.update(
        API_TITLE="Convert Anywhere for Zoho CRM",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION},
            "servers": [{"url": parts.config.public_url}],
            "components": {"securitySchemes": {"session": {"type": "http", "scheme": "bearer"}}},
        },
    )
    requests.register(app)
    bodies.register(app)
    app.before_request(_know)
    ours = OneShapeApi(app)
    for one in (api, *FOR_PEOPLE):
        ours.register_blueprint(one)
    problems.register(app)
    for blueprint in (pages, widget, health, docs, published, calls, notifications):
        app.register_blueprint(blueprint)
    door_docs.register(app, ours)
    limits.register(app)
    live.register(app)
    CORS(
        app,
        resources={r"/api/*": {"origins": list(parts.config.widget_origins)}},
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id"],
        expose_headers=["Retry-After", "X-Request-Id"],
        methods=["GET", "POST", "PUT", "DELETE"],
        max_age=3600,
    )
