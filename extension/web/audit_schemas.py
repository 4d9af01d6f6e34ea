"""The shapes of what is kept of conversions, for who has to account for them."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from .conversion_schemas import STATES, LeftAloneView, TroubleView
from .schemas import Strict

YEARS = range(2000, 2101)


class When(fields.Field[datetime]):
    """A day or a moment as ISO 8601 writes it; without a zone in UTC."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        try:
            found = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise ValidationError("It must be like 2026-01-10 or 2026-01-10T12:00:00Z.") from None
        if found.year not in YEARS:
            raise ValidationError("It must be a day of this century.")
        return found if found.tzinfo else found.replace(tzinfo=UTC)


class AuditQuery(Strict):
    begin = When(
        data_key="from",
        load_default=None,
        metadata={"type": "string", "description": "Asked for from then on"},
    )
    end = When(
        data_key="to",
        load_default=None,
        metadata={"type": "string", "description": "And before then"},
    )


class PersonView(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)


class WriteView(Schema):
    step = fields.String(required=True)
    undoing = fields.Boolean(required=True)
    module = fields.String(required=True)
    id = fields.String(required=True, allow_none=True)
    before = fields.Dict(required=True, allow_none=True)
    after = fields.Dict(required=True, allow_none=True)
    state = fields.String(required=True)
    refusal = fields.Dict(required=True, allow_none=True)
    sent_at = fields.String(required=True, allow_none=True)
    ended_at = fields.String(required=True, allow_none=True)


class AuditView(Schema):
    conversion = fields.String(required=True)
    org = fields.String(required=True)
    lead = fields.String(required=True)
    target = fields.String(required=True)
    choices = fields.Dict(required=True)
    digest = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    asked_by = fields.Nested(PersonView, required=True, allow_none=True)
    asked_at = fields.String(required=True)
    undone_by = fields.Nested(PersonView, required=True, allow_none=True)
    changed_at = fields.String(required=True)
    problem = fields.Nested(TroubleView, required=True, allow_none=True)
    left_alone = fields.List(fields.Nested(LeftAloneView), required=True)
    writes = fields.List(fields.Nested(WriteView), required=True)
