"""The shapes of events, and of the endpoints that are told of them."""

from marshmallow import Schema, fields, validate

from extension.event_endpoints import OFF
from extension.events import ACTIVE, TYPES
from extension.outlet import LONGEST
from extension.telling import FAILED

from .schemas import Strict

NUMBER = validate.Regexp(r"\A(0|[1-9][0-9]{0,8})\Z")
CURSOR = {"pattern": "^(0|[1-9][0-9]{0,8})$"}


class EventsQuery(Strict):
    after = fields.String(
        load_default="0",
        validate=NUMBER,
        metadata={**CURSOR, "description": "The cursor of the last event that is known"},
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class EventView(Schema):
    id = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(list(TYPES.values())))
    timestamp = fields.String(required=True)
    cursor = fields.String(required=True)
    data = fields.Dict(required=True, metadata={"description": "See docs/events.md"})


class EventsView(Schema):
    events = fields.List(fields.Nested(EventView), required=True)
    next = fields.String(
        required=True, metadata={"description": "What `after` is in the next request"}
    )
    more = fields.Boolean(required=True)


class EndpointBody(Strict):
    url = fields.String(required=True, validate=validate.Length(1, LONGEST))
    types = fields.List(
        fields.String(validate=validate.OneOf(list(TYPES.values()))),
        load_default=[],
        validate=validate.Length(max=len(TYPES)),
        metadata={"description": "What it wants to be told; empty: everything"},
    )


class EndpointView(Schema):
    id = fields.String(required=True)
    url = fields.String(required=True)
    types = fields.List(fields.String(), required=True)
    state = fields.String(required=True, validate=validate.OneOf([ACTIVE, OFF, FAILED]))
    cursor = fields.String(
        required=True, metadata={"description": "Of the last event that it has taken"}
    )
    failures = fields.Integer(required=True)
    failing_since = fields.String(required=True, allow_none=True)
    retry_at = fields.String(required=True, allow_none=True)
    problem = fields.String(required=True, allow_none=True)
    taken_at = fields.String(required=True, allow_none=True)
    former_secret_until = fields.String(required=True, allow_none=True)
    created_at = fields.String(required=True)
    created_by = fields.String(required=True)


class NewEndpointView(EndpointView):
    secret = fields.String(
        required=True, metadata={"description": "Shown here and never again"}
    )  # fmt: skip


class EndpointsView(Schema):
    endpoints = fields.List(fields.Nested(EndpointView), required=True)


class ReplayBody(Strict):
    after = fields.String(
        required=True,
        validate=NUMBER,
        metadata={**CURSOR, "description": "What lies behind this cursor is told once more"},
    )


class OverlapBody(Strict):
    overlap_hours = fields.Integer(
        load_default=24,
        strict=True,
        validate=validate.Range(0, 24 * 7),
        metadata={"description": "How long the former secret signs, too; 0 ends it now"},
    )


class TriedView(Schema):
    taken = fields.Boolean(required=True)
    problem = fields.String(required=True, allow_none=True)
