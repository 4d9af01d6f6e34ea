"""Creating custom fields.

https://www.zoho.com/crm/developer/docs/api/v8/create-custom-field.html
"""

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint

from .. import answers, fields
from ..answers import Json, Rejected
from ..call import Answer, current, endpoint
from ..permissions import CUSTOMIZE
from ..schema import Field, Module
from ..world import World

bp = Blueprint("new_fields", __name__)

MOST = 5
LABEL = 100
BUILDERS: dict[str, Callable[..., Field]] = {
    "text": fields.text,
    "textarea": fields.textarea,
    "email": fields.email,
    "phone": fields.phone,
    "website": fields.website,
    "picklist": fields.picklist,
    "multiselectpicklist": fields.multiselect,
    "boolean": fields.boolean,
    "integer": fields.integer,
    "bigint": fields.bigint,
    "double": fields.double,
    "currency": fields.currency,
    "percent": fields.percent,
    "date": fields.date,
    "datetime": fields.moment,
    "userlookup": fields.user,
    "lookup": fields.lookup,
    "autonumber": fields.autonumber,
}
LONGEST = {"text": 255, "integer": 9, "bigint": 18, "double": 16, "currency": 16, "phone": 30,
           "email": 100, "website": 450, "textarea": 50_000}  # fmt: skip
MAY_BE_UNIQUE = ("text", "email", "phone", "integer", "bigint", "double", "website")


@endpoint(bp, "/settings/fields", methods=["POST"], scopes=["ZohoCRM.settings.fields.CREATE"])
def create_fields() -> Answer:
    call = current()
    module = call.world.module(call.required_param("module"))
    if module is None:
        raise Rejected("INVALID_MODULE", "the module name given seems to be invalid")
    call.permit(CUSTOMIZE)
    wishes = wishes_of(call.json_object())
    entries = [_create(call.world, module, wish, f"$.fields[{n}]") for n, wish in enumerate(wishes)]
    return answers.many("fields", entries, created=True)


def wishes_of(body: Json) -> list[Any]:
    wishes = body.get("fields")
    if wishes is None:
        raise answers.mandatory_not_found("fields", "$.fields")
    if not isinstance(wishes, list):
        raise answers.invalid_data("fields", "$.fields", expected_data_type="jsonarray")
    if not wishes:
        raise answers.mandatory_not_found("fields", "$.fields")
    if len(wishes) > MOST:
        raise answers.limit_exceeded(MOST, "fields", "$.fields", "limit exceeded").inside("fields")
    return wishes


def _create(world: World, module: Module, wish: Any, path: str) -> Json | Rejected:
    """Add one field to the module and all its layouts, or say what is wrong with it."""
    try:
        one = _build(world, module, wish, path)
    except Rejected as refusal:
        return refusal
    module.add(one)
    world.number(module)
    return answers.success("field created", {"id": one.id})


def _build(world: World, module: Module, wish: Any, path: str) -> Field:
    if not isinstance(wish, dict):
        raise answers.invalid_data("fields", path, expected_data_type="jsonobject")
    label = text_of(wish, "field_label", path, LABEL)
    kind = text_of(wish, "data_type", path, 50)
    if kind not in BUILDERS:
        raise answers.invalid_data("data_type", f"{path}.data_type")
    if any(label.casefold() == one.label.casefold() for one in module.fields):
        place = {"api_name": "field_label", "json_path": f"{path}.field_label"}
        raise Rejected("DUPLICATE_DATA", "duplicate data", place)
    traits = {"label": label, **length_of(wish, kind, path), **unique_of(wish, kind, path)}
    traits.update(tooltip_of(wish, path))
    one = BUILDERS[kind](_api_name(label, module), *_contents(world, wish, kind, path), **traits)
    one.permissions.update(permissions_of(world, wish, path))
    return one


def text_of(wish: Json, key: str, path: str, most: int) -> str:
    value = wish.get(key)
    if value is None or value == "":
        raise answers.mandatory_not_found(key, f"{path}.{key}")
    if not isinstance(value, str):
        raise answers.invalid_data(key, f"{path}.{key}", expected_data_type="text")
    if len(value) > most:
        raise answers.invalid_data(key, f"{path}.{key}", maximum_length=most)
    return value.strip()


def length_of(wish: Json, kind: str, path: str) -> dict[str, int]:
    length = wish.get("length")
    if length is None:
        return {}
    if not isinstance(length, int) or isinstance(length, bool) or length < 1:
        raise answers.invalid_data("length", f"{path}.length", expected_data_type="integer")
    if kind not in LONGEST or length > LONGEST[kind]:
        raise answers.invalid_data("length", f"{path}.length", maximum_length=LONGEST.get(kind, 0))
    return {"length": length}


def unique_of(wish: Json, kind: str, path: str) -> dict[str, bool]:
    """`unique` is an object; `{"case_sensitive": …}` (older: casesensitive), `{}` for no."""
    unique = wish.get("unique")
    if unique is None or unique == {}:
        return {}
    if not isinstance(unique, dict):
        raise answers.invalid_data("unique", f"{path}.unique", expected_data_type="jsonobject")
    sensitive = unique.get("case_sensitive", unique.get("casesensitive"))
    if kind not in MAY_BE_UNIQUE or sensitive not in (True, False, "true", "false"):
        raise answers.invalid_data("unique", f"{path}.unique")
    return {"unique": True, "case_sensitive": sensitive in (True, "true")}


def tooltip_of(wish: Json, path: str) -> dict[str, str]:
    tooltip = wish.get("tooltip")
    if tooltip is None:
        return {}
    if not isinstance(tooltip, dict) or not isinstance(tooltip.get("value"), str):
        raise answers.invalid_data("tooltip", f"{path}.tooltip", expected_data_type="jsonobject")
    return {"tooltip": tooltip["value"]}


def _contents(world: World, wish: Json, kind: str, path: str) -> tuple[Any, ...]:
    """What else a builder needs: the choices of a pick list, the module of a lookup."""
    if kind in ("picklist", "multiselectpicklist"):
        return (_choices(wish, f"{path}.pick_list_values"),)
    if kind == "lookup":
        return (_looked_up(world, wish, f"{path}.lookup"),)
    if kind == "autonumber":
        return (str((wish.get("auto_number") or {}).get("prefix") or ""),)
    return ()


def _choices(wish: Json, path: str) -> list[str]:
    values = wish.get("pick_list_values")
    if not values:
        raise answers.mandatory_not_found("pick_list_values", path)
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise answers.invalid_data("pick_list_values", path, expected_data_type="jsonarray")
    words = [value.get("actual_value", value.get("display_value")) for value in values]
    for n, word in enumerate(words):
        if not isinstance(word, str) or not word:
            raise answers.mandatory_not_found("display_value", f"{path}[{n}].display_value")
    return words


def _looked_up(world: World, wish: Json, path: str) -> str:
    lookup = wish.get("lookup")
    target = lookup.get("module") if isinstance(lookup, dict) else None
    if not isinstance(target, dict):
        raise answers.mandatory_not_found("module", f"{path}.module")
    module = world.module(str(target.get("api_name") or target.get("id")))
    if module is None or not module.lookupable:
        raise answers.invalid_data("module", f"{path}.module")
    return module.api_name


def permissions_of(world: World, wish: Json, path: str) -> dict[str, Any]:
    """Profiles with less than read_write; those not named have it hidden, as Zoho does."""
    profiles = wish.get("profiles")
    if profiles is None:
        return {}
    if not isinstance(profiles, list):
        raise answers.invalid_data("profiles", f"{path}.profiles", expected_data_type="jsonarray")
    permissions: dict[str, Any] = {profile.name: "hidden" for profile in world.profiles}
    for n, given in enumerate(profiles):
        place = f"{path}.profiles[{n}]"
        profile = world.profile(str(given.get("id"))) if isinstance(given, dict) else None
        if profile is None:
            raise answers.invalid_data("id", f"{place}.id")
        if given.get("permission_type") not in ("read_write", "read_only", "hidden"):
            raise answers.invalid_data("permission_type", f"{place}.permission_type")
        permissions[profile.name] = given["permission_type"]
    return permissions


def _api_name(label: str, module: Module) -> str:
    """The label in letters, digits and underscores, made unlike those that exist."""
    stem = re.sub(r"[^A-Za-z0-9]+", "_", label).strip("_")[:45] or "Field"
    if not stem[0].isalpha():
        stem = f"Field_{stem}"
    name, number = stem, 0
    while module.field(name):
        number += 1
        name = f"{stem}{number}"
    return name
