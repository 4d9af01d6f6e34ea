"""The part of the API for administrators that is about events, and who is told of them."""

from datetime import timedelta
from typing import Any

from .. import event_endpoints
from .api import SIGNED_IN, may_fail
from .bodies import JsonBlueprint
from .caller import administrator
from .event_schemas import (
    EndpointBody,
    EndpointsView,
    EndpointView,
    EventsQuery,
    EventsView,
    NewEndpointView,
    OverlapBody,
    ReplayBody,
    TriedView,
)
from .world import parts

telling = JsonBlueprint(
    "events", __name__, url_prefix="/api/v1", description="What became of conversions, for others"
)


@telling.get("/events")
@telling.arguments(EventsQuery, location="query")
@telling.response(200, EventsView)
@may_fail(401, 403, 422, 502, 503)
@telling.doc(security=SIGNED_IN)
def show_events(query: dict[str, Any]) -> dict[str, Any]:
    """What happened behind a cursor, the oldest first; kept for 30 days."""
    return event_endpoints.told(parts(), administrator(), int(query["after"]), query["limit"])


@telling.get("/event-endpoints")
@telling.response(200, EndpointsView)
@may_fail(401, 403, 502, 503)
@telling.doc(security=SIGNED_IN)
def show_endpoints() -> dict[str, Any]:
    """Who is told."""
    return {"endpoints": event_endpoints.listed(parts(), administrator())}


@telling.post("/event-endpoints")
@telling.arguments(EndpointBody)
@telling.response(201, NewEndpointView)
@may_fail(400, 401, 403, 415, 422, 502, 503)
@telling.doc(security=SIGNED_IN)
def add(wish: dict[str, Any]) -> dict[str, Any]:
    """Have an address told of what happens from now on."""
    return event_endpoints.add(parts(), administrator(), wish["url"], wish["types"])


@telling.get("/event-endpoints/<endpoint_id>")
@telling.response(200, EndpointView)
@may_fail(401, 403, 404, 502, 503)
@telling.doc(security=SIGNED_IN)
def one(endpoint_id: str) -> dict[str, Any]:
    """One endpoint."""
    return event_endpoints.find(parts(), administrator(), endpoint_id)


@telling.put("/event-endpoints/<endpoint_id>")
@telling.arguments(EndpointBody)
@telling.response(200, EndpointView)
@may_fail(400, 401, 403, 404, 415, 422, 502, 503)
@telling.doc(security=SIGNED_IN)
def change(wish: dict[str, Any], endpoint_id: str) -> dict[str, Any]:
    """Another address, or other types of events."""
    boss = administrator()
    return event_endpoints.change(parts(), boss, endpoint_id, wish["url"], wish["types"])


@telling.delete("/event-endpoints/<endpoint_id>")
@telling.response(204)
@may_fail(401, 403, 404, 502, 503)
@telling.doc(security=SIGNED_IN)
def remove(endpoint_id: str) -> None:
    """Tell it nothing more."""
    event_endpoints.remove(parts(), administrator(), endpoint_id)


@telling.post("/event-endpoints/<endpoint_id>/test")
@telling.response(200, TriedView)
@may_fail(401, 403, 404, 502, 503)
@telling.doc(security=SIGNED_IN)
def try_out(endpoint_id: str) -> dict[str, Any]:
    """Send it an event that means nothing, now; what came of it is the answer."""
    return event_endpoints.try_out(parts(), administrator(), endpoint_id)


@telling.post("/event-endpoints/<endpoint_id>/replay")
@telling.arguments(ReplayBody)
@telling.response(202, EndpointView)
@may_fail(400, 401, 403, 404, 409, 415, 422, 502, 503)
@telling.doc(security=SIGNED_IN)
def replay(wish: dict[str, str], endpoint_id: str) -> dict[str, Any]:
    """Tell it once more what lies behind a cursor, as far as it is kept."""
    return event_endpoints.replay(parts(), administrator(), endpoint_id, int(wish["after"]))


@telling.post("/event-endpoints/<endpoint_id>/rotate")
@telling.arguments(OverlapBody)
@telling.response(200, NewEndpointView)
@may_fail(400, 401, 403, 404, 415, 422, 502, 503)
@telling.doc(security=SIGNED_IN)
def rotate(wish: dict[str, int], endpoint_id: str) -> dict[str, Any]:
    """A new secret; while the overlap lasts, what is told is signed with the former, too."""
    overlap = timedelta(hours=wish["overlap_hours"])
    return event_endpoints.rotate(parts(), administrator(), endpoint_id, overlap)


@telling.post("/event-endpoints/<endpoint_id>/enable")
@telling.response(200, EndpointView)
@may_fail(401, 403, 404, 502, 503)
@telling.doc(security=SIGNED_IN)
def enable(endpoint_id: str) -> dict[str, Any]:
    """Tell it again, from where it was."""
    return event_endpoints.enable(parts(), administrator(), endpoint_id)


@telling.post("/event-endpoints/<endpoint_id>/disable")
@telling.response(200, EndpointView)
@may_fail(401, 403, 404, 502, 503)
@telling.doc(security=SIGNED_IN)
def disable(endpoint_id: str) -> dict[str, Any]:
    """Tell it nothing until it is enabled again."""
    return event_endpoints.disable(parts(), administrator(), endpoint_id)
