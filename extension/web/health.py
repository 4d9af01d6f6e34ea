"""Whether this process lives, and whether it can work."""

from flask import Blueprint, Response, jsonify

from ..store import database
from .world import parts

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    return jsonify({"state": "alive"})


@health.get("/readyz")
def ready() -> tuple[Response, int] | Response:
    """503 until the database answers and its tables are those that this code expects."""
    return (
        jsonify({"state": "ready"})
        if database.is_ready(parts().engine)
        else (jsonify({"state": "not_ready"}), 503)
    )
