"""The shapes of batches and of their ledgers."""

from marshmallow import Schema, fields, validate

from .conversion_schemas import LeftAloneView, MadeView, TroubleView, leads
from .plan_schemas import ChoicesBody
from .schemas import Strict

STATES = (
    "planning", "planned", "running", "paused", "waiting", "done", "cancelled", "undoing",
    "undone",
)  # fmt: skip
OVER = ("done", "cancelled", "undone")
ROW_STATES = (
    "listed", "planned", "blocked", "queued", "running", "waiting", "done", "failed", "cancelled",
    "undoing", "undone",
)  # fmt: skip
Digest = validate.Regexp(r"\A[0-9a-f]{64}\Z")


class LeadsBody(Strict):
    leads = leads(required=True)


class BatchBody(LeadsBody):
    """What is decided for all of these leads; texts may name a lead's fields, as in
    `${Company} - ${Last_Name}`. The target `by_rule` is for each lead the first that it meets."""

    choices = fields.Nested(ChoicesBody, required=True)


class StartBody(Strict):
    digest = fields.String(required=True, validate=Digest)


class BatchesQuery(Strict):
    state = fields.String(load_default="", validate=validate.OneOf(["open"]))


class LedgerQuery(Strict):
    state = fields.String(load_default="", validate=validate.OneOf(ROW_STATES))
    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**31 - 1))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 200))


class CountsView(Schema):
    listed = fields.Integer(required=True)
    planned = fields.Integer(required=True)
    blocked = fields.Integer(required=True)
    queued = fields.Integer(required=True)
    running = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    done = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)
    undoing = fields.Integer(required=True)
    undone = fields.Integer(required=True)


class EstimateView(Schema):
    calls = fields.Integer(required=True)
    credits = fields.Integer(required=True)
    seconds = fields.Integer(required=True)
    credits_left = fields.Integer(required=True, allow_none=True)


class BatchView(Schema):
    id = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    target = fields.String(required=True)
    target_label = fields.String(required=True)
    choices = fields.Dict(required=True, metadata={"description": "As they were sent"})
    leads = fields.Integer(required=True)
    counts = fields.Nested(CountsView, required=True)
    lost = fields.Integer(required=True)
    leads_with_losses = fields.Integer(required=True)
    joined = fields.Integer(
        required=True,
        metadata={"description": "Leads that share a record with another one of the batch"},
    )
    undoable = fields.Integer(
        required=True,
        metadata={"description": "Conversions that have done something which can be taken back"},
    )
    left_alone = fields.Integer(
        required=True,
        metadata={"description": "Leads of which undoing has left something alone"},
    )
    estimate = fields.Nested(EstimateView, required=True, allow_none=True)
    possible = fields.Boolean(required=True)
    problem = fields.Nested(TroubleView, required=True, allow_none=True)
    digest = fields.String(required=True, allow_none=True)
    seconds_left = fields.Integer(required=True, allow_none=True)
    created_at = fields.String(required=True)
    changed_at = fields.String(required=True)
    asked_by = fields.String(required=True)


class BatchesView(Schema):
    batches = fields.List(fields.Nested(BatchView), required=True)


class RowLossView(Schema):
    field = fields.String(required=True)
    label = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    key = fields.String(required=True)
    params = fields.Dict(required=True)


class RowView(Schema):
    place = fields.Integer(required=True)
    lead = fields.String(required=True)
    name = fields.String(required=True)
    company = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(ROW_STATES))
    reason = fields.Nested(TroubleView, required=True, allow_none=True)
    target = fields.String(required=True)
    records = fields.List(fields.Nested(MadeView), required=True)
    left_alone = fields.List(fields.Nested(LeftAloneView), required=True)
    losses = fields.List(fields.Nested(RowLossView), required=True)
    lost = fields.Integer(required=True)
    joined_to = fields.Integer(required=True, allow_none=True)
    conversion = fields.String(required=True, allow_none=True)
    question = fields.Nested(TroubleView, required=True, allow_none=True)


class LedgerView(Schema):
    rows = fields.List(fields.Nested(RowView), required=True)
    next = fields.Integer(required=True, allow_none=True)
