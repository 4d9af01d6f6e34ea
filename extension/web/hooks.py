"""The other door: what workflow rules of Zoho's call. Nothing is read before it is verified."""

from typing import Any

import structlog
from flask import Blueprint, Response, abort, jsonify, request

from .. import hooks, inbox
from ..doors import Door
from ..errors import ForgedDelivery, InvalidInput
from ..inbox import Accepted
from ..zoho import webhooks
from ..zoho.webhooks import Sent, Told
from . import limits
from .world import parts

log = structlog.get_logger(__name__)

calls = Blueprint("hooks", __name__)


@calls.route(f"{hooks.PATH}<key>", methods=["POST", "PUT", "GET"])
def knock(key: str) -> tuple[Response, int]:
    """Take a call, and answer when it is safe; 202 is a promise."""
    if request.method == "HEAD":
        abort(405)
    door = _verified(key)
    sent = _sent()
    told = _read(door, sent)
    accepted = inbox.accept(parts(), door, told, sent.body + request.query_string)
    if told.action == "options":
        return jsonify(_with_options(accepted, told)), 200
    return jsonify(view(accepted)), 202


def view(accepted: Accepted) -> dict[str, Any]:
    """A delivery as its sender is told of it."""
    return {
        "delivery": accepted.public_id,
        "state": accepted.state,
        "repeated": accepted.repeated,
        "conversion": accepted.conversion,
    }


def _verified(key: str) -> Door:
    secret = request.headers.get(hooks.HEADER) or request.args.get(hooks.PARAMETER) or ""
    try:
        return hooks.verified(parts(), key, secret)
    except ForgedDelivery:
        log.warning("call refused", error_code=ForgedDelivery.code)
        limits.count_forged()
        raise


def _sent() -> Sent:
    named = ((name, request.headers.get(name, "")) for name in webhooks.HEADERS)
    query = request.args.items(multi=True)
    return Sent(
        body=request.get_data(cache=False, parse_form_data=False),
        content_type=request.content_type or "",
        query=[(name, value) for name, value in query if name != hooks.PARAMETER],
        headers=[(name, value) for name, value in named if value],
    )


def _read(door: Door, sent: Sent) -> Told:
    try:
        return webhooks.read(sent, door.marker)
    except InvalidInput as error:
        # Zoho shows its administrators no answers of ours: they find this among the deliveries.
        inbox.note_unreadable(parts(), door, error, webhooks.rule_of(sent))
        raise


def _with_options(accepted: Accepted, told: Told) -> dict[str, Any]:
    offered = inbox.answer(parts(), accepted, told.lead)
    return {**offered, "delivery": accepted.public_id}
