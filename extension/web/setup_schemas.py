"""What the addresses about setting Zoho up take and answer."""

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from ..planning.provision_words import EVERY
from ..zoho.webhooks import ACTIONS
from .schemas import Strict


class Sentence(Schema):
    """`message` in English; `key` and `params` for translation. docs/provisioning.md has all."""

    key = fields.String(required=True, validate=validate.OneOf(sorted(EVERY)))
    message = fields.String(required=True)
    params = fields.Dict(required=True)


class CameView(Sentence):
    state = fields.String(required=True, validate=validate.OneOf(["done", "refused", "unclear"]))


class ByHandView(Sentence):
    clicks = fields.List(
        fields.Nested(Sentence),
        required=True,
        metadata={"description": "How to do it by hand in Zoho CRM"},
    )


class LeavingView(Schema):
    left = fields.List(
        fields.Nested(ByHandView),
        required=True,
        metadata={"description": "What Zoho CRM still has that calls us, to be taken away by hand"},
    )


class ItemView(ByHandView):
    id = fields.String(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf(["right", "missing", "wrong", "by_hand", "surplus"])
    )
    came = fields.Nested(
        CameView, required=True, allow_none=True, metadata={"description": "Once it was applied"}
    )


class RuleView(Schema):
    field = fields.String(required=True)
    value = fields.String(required=True)
    action = fields.String(required=True, validate=validate.OneOf(ACTIONS))
    target = fields.String(required=True)


class SetupView(Schema):
    digest = fields.String(required=True)
    items = fields.List(fields.Nested(ItemView), required=True)
    rule = fields.Nested(
        RuleView,
        required=True,
        allow_none=True,
        metadata={"description": "The one asked for, else the one that was applied last"},
    )
    missing_scopes = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What the administrator has not consented to yet"},
    )
    consent_url = fields.String(required=True, metadata={"description": "Where to consent to more"})


class RuleBody(Strict):
    """When the lead's field becomes this value, Zoho has that done."""

    field = fields.String(required=True, validate=validate.Length(1, 100))
    value = fields.String(required=True, validate=validate.Length(1, 200))
    action = fields.String(required=True, validate=validate.OneOf(ACTIONS))
    target = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"description": "Without one the rules of the automation choose"},
    )


class RuleQuery(Strict):
    """The same, where nobody has to name one."""

    field = fields.String(validate=validate.Length(1, 100))
    value = fields.String(validate=validate.Length(1, 200))
    action = fields.String(validate=validate.OneOf(ACTIONS))
    target = fields.String(validate=validate.Length(max=200))

    @validates_schema
    def is_whole(self, data: dict[str, str], **more: object) -> None:
        needed = {"field", "value", "action"}
        lacking = needed - set(data) if data else set()
        if lacking:
            raise ValidationError({name: ["Missing data for required field."] for name in lacking})


class RemovalWish(Strict):
    digest = fields.String(
        required=True,
        validate=validate.Regexp(r"^[0-9a-f]{64}$"),
        metadata={"description": "Of what was shown"},
    )


class SetupWish(RemovalWish):
    rule = fields.Nested(RuleBody)
