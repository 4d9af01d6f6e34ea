"""Where Zoho tells us that records have changed. Nothing is believed before it is verified."""

import structlog
from flask import Blueprint, Response, jsonify, request

from .. import channels, watching
from ..errors import ForgedDelivery
from . import limits
from .world import parts

log = structlog.get_logger(__name__)

notifications = Blueprint("notifications", __name__)


@notifications.post(channels.PATH)
def hear() -> Response:
    """Take a notification, and answer when what it asks for is written down."""
    try:
        watching.hear(parts(), request.get_data(cache=False, parse_form_data=False))
    except ForgedDelivery:
        log.warning("notification refused", error_code=ForgedDelivery.code)
        limits.count_forged()
        raise
    return jsonify({"state": "accepted"})
