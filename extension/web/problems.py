"""Every error of the web side in one shape, with a sentence that a person can act on."""

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from .. import sentry
from ..errors import ExtensionError, TooManyStreams, ZohoBusy

log = structlog.get_logger(__name__)

RETRY_AFTER_SECONDS = 5
SENTENCES = {
    400: (
        "bad_request",
        "The request could not be understood. If it has a body, that must be valid JSON.",
    ),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
    408: ("too_slow", "The request took too long to arrive. Send it again."),
    413: ("too_large", "The request is larger than what is accepted."),
    414: ("too_large", "The address is longer than what is accepted."),
    415: (
        "wrong_content_type",
        "Send the body in the format that this address takes: JSON or YAML.",
    ),
    422: ("invalid_input", "Some of what was sent does not fit. See the details."),
    429: ("too_many_requests", "Too many requests. Try again in a minute."),
    431: ("too_large", "The headers are larger than what is accepted."),
}


def register(app: Flask) -> None:
    app.register_error_handler(ExtensionError, answer_ours)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_unexpected)


def body(code: str, message: str, details: Mapping[str, object] | None = None) -> Response:
    return jsonify({"error": {"code": code, "message": message, "details": dict(details or {})}})


def note(error: ExtensionError) -> None:
    """Write down what an operator may want to know of: that Zoho failed, never what it said."""
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("failed", error_code=error.code, zoho_code=getattr(error, "zoho_code", ""))


def answer_ours(error: ExtensionError) -> Response:
    note(error)
    return answer(error)


def answer(error: ExtensionError) -> Response:
    response = body(error.code, error.message, error.details)
    response.status_code = error.status
    if isinstance(error, ZohoBusy | TooManyStreams):
        wait = error.details.get("retry_after", RETRY_AFTER_SECONDS)
        response.headers["Retry-After"] = str(wait)
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def answer_http(error: HTTPException) -> Response:
    """Flask's, Werkzeug's and webargs' own errors, in our shape and words."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # type: ignore[return-value]
    code, message = SENTENCES.get(status, ("refused", "The request was refused."))
    response = body(code, message, _fields(error))
    response.status_code = status
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after", "www-authenticate"):
            response.headers[name] = value
    return response


def _fields(error: HTTPException) -> dict[str, object]:
    """Which fields do not fit, and why, where webargs says so."""
    said = (getattr(error, "data", None) or {}).get("messages")
    if not isinstance(said, dict):
        return {}
    # By where it was found: in the body, or in the query.
    return {"fields": next((said[one] for one in ("json", "query") if one in said), said)}


def answer_unexpected(error: Exception) -> Response:
    return answer(unexpected(error))


def unexpected(error: Exception) -> ExtensionError:
    """A fault of ours: reported with its place, told with a number to quote."""
    sentry.report(error)
    log.error("unexpected", exc_info=error, path=request.url_rule and request.url_rule.rule)
    return ExtensionError(
        "Something went wrong on our side. Try again; if it stays, tell your administrator "
        "the request number.",
        details={"request": g.get("request_id", "")},
    )
