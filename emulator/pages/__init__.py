"""The CRM's own pages, for people: sign in, lists, records, and the dialog that hosts a widget.

A person is whoever the browser's cookie says: the emulator knows no passwords. What they see
and may do is decided by the world, as for the API. The widget is the page at
`worlds.widget_url`.
"""

from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import HTTPException

from ..permissions import MANAGE_WORKFLOW
from . import choosing, files, home, lists, records, sdk, setup, visits, widgets
from .visits import current_visit

bp = Blueprint(
    "pages",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/crm/static",
)
for part in (visits, home, lists, records, choosing, setup, files, widgets, sdk):
    bp.register_blueprint(part.bp)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "frame-src http: https:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Records hold what strangers typed: even a mistake in a template must not run it."""


@bp.context_processor
def _everywhere() -> dict[str, Any]:
    visit = current_visit()
    return {"visit": visit, "tabs": visit.tabs() if visit else [], "MANAGE": MANAGE_WORKFLOW}


@bp.after_request
def _protect(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    # Not no-referrer: with it browsers name no origin when a form is posted.
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response


@bp.errorhandler(400)
@bp.errorhandler(403)
@bp.errorhandler(404)
@bp.errorhandler(405)
def _problem(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    return render_template("pages/problem.html", error=error, path=request.path), status
