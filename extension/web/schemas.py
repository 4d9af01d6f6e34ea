"""The shapes at our door: strict for what comes in, documented for what goes out."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

from extension.planning.shape import unfit

VERIFIER = re.compile(r"[A-Za-z0-9_-]{43,128}")


def is_verifier(value: str) -> None:
    # marshmallow's own Regexp is content with a beginning that fits.
    if not VERIFIER.fullmatch(value):
        raise ValidationError("A verifier is 43 to 128 URL-safe characters.")


class Strict(Schema):
    """What others send us: an unknown field is an error, never ignored, and so is a text that no
    database would keep. Documents of people's own are looked through where they are read."""

    class Meta:
        unknown = RAISE

    @pre_load
    def can_be_kept(self, data: Any, **more: object) -> Any:
        texts = data.items() if isinstance(data, Mapping) else ()
        unkept = {name: unfit(one) for name, one in texts if isinstance(one, str)}
        if faults := {name: [why.message] for name, why in unkept.items() if why}:
            raise ValidationError(faults)
        return data


class ErrorBody(Schema):
    code = fields.String(required=True, metadata={"description": "For programs; never changes"})
    message = fields.String(required=True, metadata={"description": "A sentence for the person"})
    details = fields.Dict(required=True)


class Problem(Schema):
    error = fields.Nested(ErrorBody, required=True)


class Claim(Strict):
    verifier = fields.String(
        required=True, validate=is_verifier, metadata={"pattern": f"^{VERIFIER.pattern}$"}
    )


class SessionView(Schema):
    state = fields.String(required=True, metadata={"description": "pending or signed_in"})
    token = fields.String()
    expires_at = fields.DateTime(format="iso")


class UserView(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    profile = fields.String(required=True)
    administrator = fields.Boolean(required=True)


class OrgView(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)


class SessionEnd(Schema):
    expires_at = fields.DateTime(format="iso", required=True)


class InstallationView(Schema):
    data_center = fields.String(required=True)
    state = fields.String(required=True)
    records_at = fields.String(
        required=True,
        metadata={"description": "Where Zoho CRM shows records, without module and id"},
    )


class MeView(Schema):
    user = fields.Nested(UserView, required=True)
    org = fields.Nested(OrgView, required=True)
    session = fields.Nested(SessionEnd, required=True)
    installation = fields.Nested(InstallationView, required=True)


class RefreshView(Schema):
    state = fields.String(required=True, metadata={"description": "refreshed"})


class Said(Schema):
    """Something in words: `message` in English; `key` and `params` for translation."""

    code = fields.String(required=True)
    key = fields.String(required=True, metadata={"description": "Which sentence of the code it is"})
    message = fields.String(required=True)
    params = fields.Dict(required=True)


class Named(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)


class LeadView(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    company = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    owner = fields.Nested(Named, required=True, allow_none=True)
    layout = fields.Nested(Named, required=True, allow_none=True)
    converted = fields.Boolean(required=True)


class RelatedView(Schema):
    list = fields.String(required=True)
    label = fields.String(required=True)
    count = fields.Integer(required=True, allow_none=True)


class MatchView(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    detail = fields.String(required=True)
    score = fields.Float(required=True, metadata={"description": "0 to 1"})
    reasons = fields.List(fields.Nested(Said), required=True)
    editable = fields.Boolean(required=True)
    locked = fields.Boolean(required=True)
    owner = fields.String(required=True, allow_none=True)


class LayoutChoice(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    default = fields.Boolean(required=True)


class RecordView(Schema):
    key = fields.String(required=True)
    module = fields.String(required=True)
    label = fields.String(required=True)
    optional = fields.Boolean(required=True)
    layouts = fields.List(fields.Nested(LayoutChoice), required=True)
    matches = fields.List(fields.Nested(MatchView), required=True)
    matches_state = fields.String(required=True, validate=validate.OneOf(["known", "unknown"]))
    more_matches = fields.Boolean(required=True)


class LossView(Said):
    field = fields.String(required=True)
    label = fields.String(required=True)


class ChoiceView(Schema):
    value = fields.String(required=True)
    label = fields.String(required=True)


class BlankView(Schema):
    record = fields.String(required=True)
    field = fields.String(required=True)
    label = fields.String(required=True)
    type = fields.String(required=True)
    required = fields.Boolean(required=True)
    choices = fields.List(fields.Nested(ChoiceView), required=True)
    lookup_module = fields.String(required=True, allow_none=True)
    max_length = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True)


class PipelineView(Schema):
    id = fields.String(required=True)
    value = fields.String(required=True)
    name = fields.String(required=True)
    default = fields.Boolean(required=True)
    layout = fields.String(required=True)
    stages = fields.List(fields.Nested(ChoiceView), required=True)


class OptionView(Schema):
    target = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["zoho", "records"]))
    label = fields.String(required=True)
    available = fields.Boolean(required=True)
    choosable = fields.Boolean(
        required=True,
        metadata={"description": "Available, or kept back only by what a plan lets one choose"},
    )
    blockers = fields.List(fields.Nested(Said), required=True)
    records = fields.List(fields.Nested(RecordView), required=True)
    carried = fields.Integer(required=True)
    lost = fields.Integer(required=True)
    losses = fields.List(fields.Nested(LossView), required=True)
    to_fill = fields.List(fields.Nested(BlankView), required=True)
    pipelines = fields.List(fields.Nested(PipelineView), required=True)


class OptionsView(Schema):
    lead = fields.Nested(LeadView, required=True)
    related = fields.List(fields.Nested(RelatedView), required=True)
    options = fields.List(fields.Nested(OptionView), required=True)
    warnings = fields.List(fields.Nested(Said), required=True)
    as_of = fields.String(required=True)
