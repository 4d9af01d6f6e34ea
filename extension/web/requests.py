"""What happens around each request: its number, its line in the log, headers that protect."""

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger(__name__)

NEVER_KEPT = ("/api/", "/hooks/", "/healthz", "/readyz")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def register(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    if "caller" in g:
        structlog.contextvars.bind_contextvars(installation=g.caller.installation.short_id)
    # A file that is not here yet may be here in a moment, after a deployment.
    if request.path.startswith(NEVER_KEPT) or response.status_code == 404:
        response.headers.setdefault("Cache-Control", "no-store")
    rule = request.url_rule
    if rule is None or not rule.rule.startswith("/healthz"):
        took = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
        # The rule, not the path: a path may hold the id of a lead.
        log.info(
            "request",
            method=request.method,
            route=rule.rule if rule else None,
            status_code=response.status_code,
            milliseconds=took,
        )
    return response
