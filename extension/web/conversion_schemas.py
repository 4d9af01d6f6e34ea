"""The shapes of conversions."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from ..left_alone import WHY
from .plan_schemas import ChoicesBody, Id
from .schemas import Strict

STATES = (
    "queued", "running", "waiting", "done", "failed", "cancelled", "undoing", "undone",
)  # fmt: skip
OVER = ("done", "failed", "cancelled", "undone")
"""Nothing follows these by itself, nor by an answer."""
MOST_NAMED = 500
Lead = validate.Regexp(r"\A[0-9]{1,20}\Z")


def leads(*, required: bool) -> Any:
    return fields.List(
        fields.String(validate=Lead),
        required=required,
        validate=validate.Length(1, MOST_NAMED),
        metadata={"description": "Ids of leads, each once"},
    )


class ConversionBody(Strict):
    """A plan that a person has agreed to: of one lead, or of a batch of these leads."""

    lead = fields.String(validate=Lead)
    leads = leads(required=False)
    choices = fields.Nested(ChoicesBody, required=True)
    digest = fields.String(
        required=True,
        validate=validate.Regexp(r"\A[0-9a-f]{64}\Z"),
        metadata={"description": "Of the plan that the person saw"},
    )

    @validates_schema
    def is_of_one_or_many(self, data: dict[str, Any], **more: object) -> None:
        if ("lead" in data) == ("leads" in data):
            raise ValidationError(
                {"lead": ["Name either `lead` or `leads`, not both and not neither."]}
            )


class UndoBody(Strict):
    force = fields.Boolean(
        load_default=False,
        metadata={"description": "Also what somebody has changed since"},
    )


class AnswerBody(Strict):
    record = fields.String(
        load_default="",
        validate=Id,
        metadata={"description": "The record that was made; empty: none of them was"},
    )


class LeadQuery(Strict):
    lead = fields.String(required=True, validate=Lead)


class MadeView(Schema):
    key = fields.String(required=True)
    module = fields.String(required=True)
    id = fields.String(required=True)


class LeftAloneView(Schema):
    """A record that undoing has not touched, and why."""

    module = fields.String(required=True)
    id = fields.String(required=True)
    code = fields.String(required=True, validate=validate.OneOf(list(WHY)))
    added = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "Module -> how much of it somebody has added, where that is why"},
    )
    changed = fields.List(
        fields.String(),
        metadata={"description": "The fields that stay, where all the others were put back"},
    )
    message = fields.String(required=True)


class TroubleView(Schema):
    code = fields.String(required=True)
    message = fields.String(required=True)
    details = fields.Dict(required=True)


class ConversionView(Schema):
    id = fields.String(required=True)
    lead = fields.String(required=True)
    target = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    steps = fields.Integer(required=True)
    steps_done = fields.Integer(required=True)
    records = fields.List(fields.Nested(MadeView), required=True)
    lost = fields.Integer(required=True)
    question = fields.Nested(TroubleView, required=True, allow_none=True)
    problem = fields.Nested(TroubleView, required=True, allow_none=True)
    left_alone = fields.List(fields.Nested(LeftAloneView), required=True)
    yours = fields.Boolean(
        required=True, metadata={"description": "Whether you may undo, retry or stop it"}
    )
    created_at = fields.String(required=True)
    changed_at = fields.String(required=True)


class ConversionsView(Schema):
    conversions = fields.List(fields.Nested(ConversionView), required=True)
