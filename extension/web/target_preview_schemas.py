"""The shapes of drafts that are tried out, and of what rules are made of."""

from marshmallow import Schema, fields

from .plan_schemas import ChoicesBody
from .schemas import ChoiceView, Named, Strict
from .target_schemas import Anything


class DraftChoicesBody(ChoicesBody):
    """As for a plan, without the target."""

    class Meta(Strict.Meta):
        exclude = ("target",)


class PreviewWish(Strict):
    lead = fields.String(required=True, metadata={"description": "Zoho's id of the lead"})
    target = Anything(
        required=True,
        metadata={
            "type": "object",
            "description": "One target, as in the list `targets` of the schema for editors",
        },
    )
    choices = fields.Nested(DraftChoicesBody, load_default=dict)


class ModuleWish(Strict):
    module = fields.String(required=True, metadata={"description": "API name of the module"})


class MaterialFieldView(Schema):
    field = fields.String(required=True)
    label = fields.String(required=True)
    type = fields.String(required=True)
    required = fields.Boolean(required=True, metadata={"description": "On every layout"})
    required_on = fields.List(
        fields.String(), required=True, metadata={"description": "Ids of layouts that demand it"}
    )
    writable = fields.Boolean(required=True)
    unique = fields.Boolean(required=True)
    choices = fields.List(fields.Nested(ChoiceView), required=True)
    lookup_module = fields.String(required=True, allow_none=True)
    max_length = fields.Integer(required=True, allow_none=True)


class MaterialView(Schema):
    module = fields.String(required=True)
    label = fields.String(required=True)
    layouts = fields.List(fields.Nested(Named), required=True)
    fields_ = fields.List(
        fields.Nested(MaterialFieldView), required=True, attribute="fields", data_key="fields"
    )


class ProfilesView(Schema):
    profiles = fields.List(fields.Nested(Named), required=True)
