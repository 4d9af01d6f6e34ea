"""The shapes of choices, which come in, and of plans, which go out."""

from marshmallow import Schema, fields, validate

from extension.planning.policies import AFTERS, HOWS, MERGES, NOTIFIED

from .schemas import BlankView, Named, Said, Strict

ANYTHING = {"description": "Whatever the field's type holds"}
Id = validate.Regexp(r"\A(?:[0-9]{1,20})?\Z", error="An id is up to 20 digits.")


class RecordChoiceBody(Strict):
    wanted = fields.Boolean(metadata={"description": "Whether an optional record is made"})
    link = fields.String(
        validate=Id, metadata={"description": "Id of the existing record that stands in"}
    )
    layout = fields.String(validate=Id)
    values = fields.Dict(
        keys=fields.String(),
        metadata={"description": "Field -> what was typed in; null leaves it empty"},
    )
    sources = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Field -> the lead's field whose value is put there"},
    )
    merge = fields.Dict(keys=fields.String(), values=fields.String(validate=validate.OneOf(MERGES)))


class LeadAfterBody(Strict):
    kind = fields.String(required=True, validate=validate.OneOf(AFTERS))
    values = fields.Dict(keys=fields.String())


class ChoicesBody(Strict):
    """Everything that a person decides; what is not said is as the target says."""

    target = fields.String(required=True, metadata={"description": "Key of one of the options"})
    records = fields.Dict(keys=fields.String(), values=fields.Nested(RecordChoiceBody))
    owner = fields.String(validate=Id)
    carry = fields.Dict(keys=fields.String(), values=fields.String(validate=validate.OneOf(HOWS)))
    lead_after = fields.Nested(LeadAfterBody)
    salvage = fields.Boolean()
    attachments_to = fields.String()
    overwrite = fields.Boolean(
        metadata={"description": "Zoho's own conversion: records that stand in take the account"}
    )
    notify = fields.List(
        fields.String(validate=validate.OneOf(NOTIFIED)),
        metadata={"description": "Zoho's own conversion: whom it tells by e-mail"},
    )


class VerdictView(Schema):
    fate = fields.String(
        required=True, validate=validate.OneOf(["carried", "transformed", "lost"])
    )  # fmt: skip
    value = fields.Raw(required=True, allow_none=True, metadata=ANYTHING)
    reason = fields.Nested(Said, required=True, allow_none=True)


class PlannedFieldView(VerdictView):
    field = fields.String(required=True)
    label = fields.String(required=True)
    type = fields.String(required=True)
    sources = fields.List(fields.String(), required=True)
    typed = fields.Boolean(required=True)
    points_at = fields.String(
        required=True, allow_none=True, metadata={"description": "Key of another record"}
    )
    before = fields.Raw(required=True, allow_none=True, metadata=ANYTHING)
    written = fields.Boolean(required=True)
    merge = fields.String(required=True, allow_none=True, validate=validate.OneOf(MERGES))


class PlannedRecordView(Schema):
    key = fields.String(required=True)
    module = fields.String(required=True)
    label = fields.String(required=True)
    layout = fields.Nested(Named, required=True, allow_none=True)
    link = fields.String(required=True, allow_none=True)
    fields_ = fields.List(
        fields.Nested(PlannedFieldView), required=True, attribute="fields", data_key="fields"
    )


class PlaceView(Schema):
    record = fields.String(required=True)
    field = fields.String(required=True)


class RescueView(PlaceView):
    label = fields.String(required=True)


class FateView(VerdictView):
    field = fields.String(required=True)
    label = fields.String(required=True)
    held = fields.Raw(required=True, metadata=ANYTHING)
    places = fields.List(fields.Nested(PlaceView), required=True)
    rescues = fields.List(
        fields.Nested(RescueView), required=True, metadata={"description": "Where it could be put"}
    )


class ListView(Schema):
    list = fields.String(required=True)
    label = fields.String(required=True)
    count = fields.Integer(required=True, allow_none=True)
    fate = fields.String(required=True)
    reason = fields.Nested(Said, required=True)
    can = fields.List(fields.String(), required=True)
    how = fields.String(required=True, allow_none=True)


class CostView(Schema):
    credits = fields.Integer(required=True)
    calls = fields.Integer(required=True)
    at_least = fields.Boolean(required=True)


class LeadAfterView(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(AFTERS))
    values = fields.Dict(required=True)


class OwnerView(Schema):
    id = fields.String(required=True)


class PlanView(Schema):
    """Exactly what will happen to a lead; `digest` stands for all of it."""

    lead = fields.String(required=True)
    lead_name = fields.String(required=True)
    target = fields.String(required=True)
    label = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["zoho", "records"]))
    possible = fields.Boolean(required=True)
    records = fields.List(fields.Nested(PlannedRecordView), required=True)
    steps = fields.List(fields.Dict(), required=True)
    values = fields.List(fields.Nested(FateView), required=True)
    carried = fields.Integer(required=True)
    transformed = fields.Integer(required=True)
    lost = fields.Integer(required=True)
    lists = fields.List(fields.Nested(ListView), required=True)
    to_fill = fields.List(fields.Nested(BlankView), required=True)
    warnings = fields.List(fields.Nested(Said), required=True)
    blockers = fields.List(fields.Nested(Said), required=True)
    cost = fields.Nested(CostView, required=True)
    cannot_undo = fields.List(fields.Nested(Said), required=True)
    owner = fields.Nested(OwnerView, required=True, allow_none=True)
    lead_after = fields.Nested(LeadAfterView, required=True)
    salvage = fields.Boolean(required=True)
    digest = fields.String(required=True)
    as_of = fields.String(required=True)


class FormView(Schema):
    module = fields.String(required=True)
    label = fields.String(required=True)
    layout = fields.Nested(Named, required=True, allow_none=True)
    fields_ = fields.List(
        fields.Nested(BlankView), required=True, attribute="fields", data_key="fields"
    )


class FormQuery(Strict):
    layout = fields.String(load_default="", validate=Id)


class SearchQuery(Strict):
    module = fields.String(required=True, validate=validate.Length(1, 100))
    text = fields.String(required=True, validate=validate.Length(1, 100))


class FoundView(Schema):
    records = fields.List(fields.Nested(Named), required=True)


class UsersView(Schema):
    users = fields.List(fields.Nested(Named), required=True)


class BatchRecordView(Schema):
    key = fields.String(required=True)
    module = fields.String(required=True)
    label = fields.String(required=True)
    optional = fields.Boolean(required=True)


class BatchListView(Schema):
    list = fields.String(required=True)
    label = fields.String(required=True)
    can = fields.List(fields.String(), required=True)
    how = fields.String(required=True, metadata={"description": "Unless somebody says otherwise"})


class BatchTargetView(Schema):
    target = fields.String(required=True)
    label = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["zoho", "records"]))
    by_rule = fields.Boolean(
        required=True, metadata={"description": "Whether it is meant for some leads only"}
    )
    records = fields.List(fields.Nested(BatchRecordView), required=True)
    lists = fields.List(fields.Nested(BatchListView), required=True)
    lead_after = fields.String(required=True, validate=validate.OneOf(AFTERS))


class LeadFieldView(Schema):
    field = fields.String(required=True)
    label = fields.String(required=True)


class BatchTargetsView(Schema):
    """What many leads can become together."""

    targets = fields.List(fields.Nested(BatchTargetView), required=True)
    lead_fields = fields.List(
        fields.Nested(LeadFieldView),
        required=True,
        metadata={"description": "What may stand in a template, such as ${Company}"},
    )
