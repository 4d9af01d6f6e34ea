"""The widget in its dialog: where it is, what it is told, and the door its requests come through.

The host page speaks the SDK's protocol (static/js/host.js) and sends here, as JSON or as a form
with files, the requests that only the CRM can answer.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from . import events
from .events import Refusal
from .visits import Visit, foreign, signed_in, world_of, worlds

bp = Blueprint("widgets", __name__)


@dataclass(frozen=True, slots=True)
class Stage:
    """What a page needs to show the widget to its user.

    `entity_id` is what PageLoad carries, as JSON; None where the person selects records first.
    """

    widget_url: str
    entity: str
    position: str
    entity_id: str | None


def stage_for(module: str, position: str, record_id: str = "") -> Stage | None:
    """The dialog of a lead's page or of the list of leads; other modules have no button."""
    if module != "Leads":
        return None
    return Stage(_widget_url(), module, position, _entity_id(record_id))


def _entity_id(record_id: str) -> str | None:
    """Public widgets disagree on what a record's button sends: `?entityid=string` is the other."""
    if not record_id:
        return None
    wanted = request.args.get("entityid", "array")
    if wanted not in ("array", "string"):
        abort(400, "entityid is array or string.")
    return json.dumps(record_id if wanted == "string" else [record_id])


def _widget_url() -> str:
    """The configured URL, or nothing where it is none that a frame can show."""
    url = worlds().widget_url or ""
    parts = urlsplit(url)
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


@bp.post("/crm/org<zgid>/widget/events")
def answer(zgid: str) -> ResponseReturnValue:
    """Answer one request of the widget: `{"resolve": …}`, `{"reject": …}`, or a file."""
    world = world_of(zgid)
    if foreign():
        abort(403, "This request came from a page of another origin.")
    user = signed_in(world)
    if user is None:
        refusal = events.refusal("AUTHENTICATION_FAILURE", "Nobody is signed in to the CRM.")
        return jsonify({"reject": refusal.value}), 401
    try:
        result = events.answer(Visit(world, user), _event(), dict(request.files))
    except Refusal as problem:
        return jsonify({"reject": problem.value})
    return result if isinstance(result, Response) else jsonify({"resolve": result})


def _event() -> dict[str, Any]:
    """The event of the request; with files, it is the form's field `event`."""
    text = request.form.get("event") if request.form else request.get_data(as_text=True)
    if not request.form and not request.is_json:
        abort(415, "An event is JSON.")
    try:
        event = json.loads(text or "")
    except (ValueError, RecursionError):
        abort(400, "The event is not JSON.")
    if not isinstance(event, dict):
        abort(400, "The event must be an object.")
    return event
