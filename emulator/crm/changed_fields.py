"""Changing fields: label, length, uniqueness, hint, who may see them.

https://www.zoho.com/crm/developer/docs/api/v8/update-custom-fields.html
"""

from collections import Counter
from typing import Any

from flask import Blueprint

from .. import answers
from ..answers import Json, Rejected
from ..call import Answer, current, endpoint
from ..caller import Call
from ..permissions import CUSTOMIZE
from ..schema import Field, Module
from . import new_fields
from .asking import is_id

bp = Blueprint("changed_fields", __name__)

SCOPE = ["ZohoCRM.settings.fields.UPDATE"]
KEYS = ("id", "field_label", "length", "unique", "tooltip", "profiles", "data_type")


@endpoint(bp, "/settings/fields", methods=["PATCH"], scopes=SCOPE)
def change_fields() -> Answer:
    """Up to five, each named by its `id`."""
    call = current()
    module = _module(call)
    wishes = new_fields.wishes_of(call.json_object())
    return answers.many(
        "fields",
        [_entry(call, module, wish, f"$.fields[{n}]") for n, wish in enumerate(wishes)],
    )


@endpoint(bp, "/settings/fields/<field_id>", methods=["PATCH"], scopes=SCOPE)
def change_field(field_id: str) -> Answer:
    """One field, named by the URL."""
    call = current()
    module = _module(call)
    if not is_id(field_id) or not any(one.id == field_id for one in module.fields):
        raise answers.invalid_id(2)
    wishes = new_fields.wishes_of(call.json_object())
    if len(wishes) > 1:
        raise answers.limit_exceeded(1, "fields", "$.fields", "limit exceeded").inside("fields")
    wish = {**wishes[0], "id": field_id} if isinstance(wishes[0], dict) else wishes[0]
    return answers.many("fields", [_entry(call, module, wish, "$.fields[0]")])


def _module(call: Call) -> Module:
    module = call.world.module(call.required_param("module"))
    if module is None:
        raise Rejected("INVALID_MODULE", "the module name given seems to be invalid")
    call.permit(CUSTOMIZE)
    return module


def _entry(call: Call, module: Module, wish: Any, path: str) -> Json | Rejected:
    try:
        return _change(call, module, wish, path)
    except Rejected as refusal:
        return refusal


def _change(call: Call, module: Module, wish: Any, path: str) -> Json:
    """All of what is asked for, or nothing."""
    if not isinstance(wish, dict):
        raise answers.invalid_data("fields", path, expected_data_type="jsonobject")
    if wish.get("id") is None:
        raise answers.mandatory_not_found("id", f"{path}.id")
    one = next((each for each in module.fields if each.id == wish["id"]), None)
    if one is None:
        raise answers.invalid_data("id", f"{path}.id")
    for key in wish:
        if key not in KEYS:
            raise answers.invalid_data(key, f"{path}.{key}")
    if wish.get("data_type") not in (None, one.data_type):
        # Zoho turns some types into others; the emulator none.
        raise answers.invalid_data("data_type", f"{path}.data_type")
    label = _label(module, one, wish, path)
    length = new_fields.length_of(wish, one.data_type, path).get("length", one.length)
    if length < one.length:
        # What is stored already would not fit. Zoho does not say what it does.
        raise answers.invalid_data("length", f"{path}.length")
    unique, sensitive = _uniqueness(call, module, one, wish, path)
    tooltip = new_fields.tooltip_of(wish, path)
    permissions = new_fields.permissions_of(call.world, wish, path)
    named = {str(each["id"]) for each in wish.get("profiles") or ()}
    one.label, one.length, one.unique, one.case_sensitive = label, length, unique, sensitive
    one.tooltip = tooltip.get("tooltip", one.tooltip)
    for profile in call.world.profiles:
        if profile.id in named:
            one.permissions[profile.name] = permissions[profile.name]
    return answers.success("field updated", {"id": one.id})


def _label(module: Module, one: Field, wish: Json, path: str) -> str:
    if wish.get("field_label") is None:
        return one.label
    label = new_fields.text_of(wish, "field_label", path, new_fields.LABEL)
    if label != one.label and not one.custom:
        # The labels of Zoho's own fields stay.
        raise answers.invalid_data("field_label", f"{path}.field_label")
    others = (each for each in module.fields if each is not one)
    if any(label.casefold() == each.label.casefold() for each in others):
        place = {"api_name": "field_label", "json_path": f"{path}.field_label"}
        raise Rejected("DUPLICATE_DATA", "duplicate data", place)
    return label


def _uniqueness(
    call: Call, module: Module, one: Field, wish: Json, path: str
) -> tuple[bool, bool]:  # fmt: skip
    """Whether values must differ; refused where records have the same value already."""
    if wish.get("unique") is None:
        return one.unique, one.case_sensitive
    asked = new_fields.unique_of(wish, one.data_type, path)
    unique, sensitive = asked.get("unique", False), asked.get("case_sensitive", False)
    values = [
        str(value) if sensitive else str(value).casefold()
        for record in call.world.records.get(module.api_name, {}).values()
        if (value := record.get(one.api_name)) not in (None, "")
    ]
    if unique and any(count > 1 for count in Counter(values).values()):
        place = {"api_name": "unique", "json_path": f"{path}.unique"}
        raise Rejected("DUPLICATE_DATA", "duplicate data", place)
    return unique, sensitive
