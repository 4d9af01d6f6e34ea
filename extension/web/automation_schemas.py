"""The shapes of the other door: its address, what is done about calls, what came of them."""

from marshmallow import Schema, fields, validate

from extension.deliveries import AGAIN
from extension.hooks import KINDS

from .plan_schemas import Id
from .schemas import Named, Strict
from .target_schemas import Anything, FindingsView

STATES = ("accepted", "done", *AGAIN)
LIST_OF_RULES = {
    "type": "object",
    "description": "rules, assess, lead_in_text: see docs/workflows.md",
}


class RotateBody(Strict):
    rotate = fields.List(
        fields.String(validate=validate.OneOf(KINDS)),
        required=True,
        validate=validate.Length(1, len(KINDS)),
    )
    overlap_hours = fields.Integer(
        load_default=168,
        strict=True,
        validate=validate.Range(0, 24 * 90),
        metadata={"description": "How long the former ones are accepted; 0 ends them now"},
    )


class HookView(Schema):
    made = fields.Boolean(required=True)
    address = fields.String(required=True, allow_none=True)
    header = fields.String(required=True)
    parameter = fields.String(required=True)
    secret = fields.String(
        required=True, allow_none=True, metadata={"description": "Shown only when it is made"}
    )
    made_at = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    former_until = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class AutomationBody(Strict):
    version = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=0, max=2**31 - 2),
        metadata={"description": "The version that was changed; 0 where none was ever saved"},
    )
    automation = Anything(required=True, metadata=LIST_OF_RULES)
    acts_as = fields.String(
        load_default="",
        validate=Id,
        metadata={"description": "Zoho's id of a person who has signed in; empty: as before"},
    )


class AutomationLint(Strict):
    automation = Anything(required=True, metadata=LIST_OF_RULES)


class AutomationView(FindingsView):
    version = fields.Integer(required=True)
    automation = fields.Dict(required=True)
    acts_as = fields.Nested(Named, required=True, allow_none=True)
    people = fields.List(fields.Nested(Named), required=True)
    changed_at = fields.DateTime(format="iso", required=True, allow_none=True)
    changed_by = fields.String(required=True, allow_none=True)


class DeliveriesQuery(Strict):
    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    lead = fields.String(load_default="", validate=Id)
    before = fields.String(
        load_default="",
        validate=validate.Regexp(r"\A[0-9a-f]{0,16}\Z"),
        metadata={"description": "`next` of the page before"},
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class AskedFor(Schema):
    id = fields.String(required=True)
    state = fields.String(required=True, allow_none=True)


class ProblemView(Schema):
    code = fields.String(required=True)
    message = fields.String(required=True)
    details = fields.Dict(required=True)


class DeliveryView(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True)
    lead = fields.String(required=True, allow_none=True)
    action = fields.String(required=True, allow_none=True)
    rule = fields.String(required=True, allow_none=True)
    target = fields.String(required=True, allow_none=True)
    version = fields.String(required=True, allow_none=True)
    written_as = fields.String(required=True)
    keys = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "The names of what came; the values are not kept"},
    )
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    problem = fields.Nested(ProblemView, required=True, allow_none=True)
    conversion = fields.Nested(AskedFor, required=True, allow_none=True)
    conversion_state = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "How far that has come by now: `done` is the delivery already "
                  "once its conversion is in line"},
    )  # fmt: skip
    written = fields.Dict(required=True, allow_none=True)
    repeats = fields.Integer(required=True)
    replays = fields.Integer(required=True)
    received_at = fields.String(required=True)
    changed_at = fields.String(required=True)


class RefusedView(Schema):
    kind = fields.String(required=True)
    count = fields.Integer(required=True)
    last_at = fields.String(required=True)
    message = fields.String(required=True)
    fix = fields.String(required=True, metadata={"description": "What to do about it"})


class DeliveriesView(Schema):
    deliveries = fields.List(fields.Nested(DeliveryView), required=True)
    next = fields.String(required=True, allow_none=True)
    refused = fields.List(
        fields.Nested(RefusedView),
        required=True,
        metadata={"description": "Calls since yesterday that proved nothing: counted, not kept"},
    )
