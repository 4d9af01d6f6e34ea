"""The shapes of targets at our door. What a target looks like, docs/targets.schema.json says; who
reads it (`planning.target_data`) names every fault with its path."""

from marshmallow import Schema, fields, validate

from .schemas import Named, Said, Strict

LIST_OF_TARGETS = {
    "type": "array",
    "items": {"type": "object"},
    "description": "Targets as in the list `targets` of the schema for editors",
}


class Anything(fields.Raw):
    """Read by planning, which also says what is wrong with it."""


class TargetsWish(Strict):
    version = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=0, max=2**31 - 2),
        metadata={"description": "The version that was changed; 0 where none was ever saved"},
    )
    targets = Anything(required=True, metadata=LIST_OF_TARGETS)


class LintWish(Strict):
    targets = Anything(required=True, metadata=LIST_OF_TARGETS)


class RuleWish(Strict):
    rule = Anything(
        required=True,
        metadata={
            "type": ["string", "object"],
            "description": "The name of a lead's field, or a rule, as in the schema for editors",
        },
    )


class SuggestionWish(Strict):
    module = fields.String(required=True, metadata={"description": "API name of the module"})


class FindingView(Schema):
    path = fields.String(required=True, metadata={"description": "Such as [0].records[0].module"})
    severity = fields.String(required=True, validate=validate.OneOf(["error", "warning"]))
    code = fields.String(required=True)
    message = fields.String(required=True)
    key = fields.String(required=True, metadata={"description": "Which sentence of that code"})
    params = fields.Dict(required=True, metadata={"description": "The parts of the sentence"})


class FindingsView(Schema):
    findings = fields.List(fields.Nested(FindingView), required=True)


class PlacedFinding(FindingView):
    line = fields.Integer(required=True)
    column = fields.Integer(required=True)


class FileView(Schema):
    targets = fields.List(fields.Dict(), required=True)
    findings = fields.List(fields.Nested(PlacedFinding), required=True)
    changes = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What would be different from what is saved, in lines to read"},
    )


class ModuleChoice(Schema):
    module = fields.String(required=True)
    label = fields.String(required=True)


class TargetsView(FindingsView):
    version = fields.Integer(
        required=True, metadata={"description": "0 while these are the targets that we suggest"}
    )
    targets = fields.List(fields.Dict(), required=True)
    changed_at = fields.DateTime(format="iso", required=True, allow_none=True)
    changed_by = fields.Nested(Named, required=True, allow_none=True)
    modules = fields.List(
        fields.Nested(ModuleChoice),
        required=True,
        metadata={"description": "Those that a target may be made for"},
    )


class SuggestedView(Schema):
    field = fields.String(required=True)
    source = fields.String(required=True, metadata={"description": "The lead's field"})
    reason = fields.Nested(Said, required=True)
    confidence = fields.String(required=True, validate=validate.OneOf(["sure", "likely", "guess"]))


class SuggestionView(Schema):
    target = fields.Dict(required=True)
    suggestions = fields.List(fields.Nested(SuggestedView), required=True)
