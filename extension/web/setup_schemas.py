"""What the addresses about setting Zoho up take and answer."""

from marshmallow import Schema, fields, validate

from ..planning.provision_words import EVERY
from .schemas import Strict


class Sentence(Schema):
    """`message` in English; `key` and `params` for translation. docs/provisioning.md has all."""

    key = fields.String(required=True, validate=validate.OneOf(sorted(EVERY)))
    message = fields.String(required=True)
    params = fields.Dict(required=True)


class CameView(Sentence):
    state = fields.String(required=True, validate=validate.OneOf(["done", "refused", "unclear"]))


class ItemView(Sentence):
    id = fields.String(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf(["right", "missing", "wrong", "by_hand"])
    )
    clicks = fields.List(
        fields.Nested(Sentence),
        required=True,
        metadata={"description": "How to do it by hand in Zoho CRM"},
    )
    came = fields.Nested(
        CameView, required=True, allow_none=True, metadata={"description": "Once it was applied"}
    )


class SetupView(Schema):
    digest = fields.String(required=True)
    items = fields.List(fields.Nested(ItemView), required=True)
    missing_scopes = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What the administrator has not consented to yet"},
    )
    consent_url = fields.String(required=True, metadata={"description": "Where to consent to more"})


class SetupWish(Strict):
    digest = fields.String(
        required=True,
        validate=validate.Regexp(r"^[0-9a-f]{64}$"),
        metadata={"description": "Of what was shown"},
    )
