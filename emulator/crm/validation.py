"""Whether Zoho would accept a record: its fields, their values, and what must not be missing.

https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html and `update-records.html`.
Zoho is known to pass over some mistakes in silence (fields that do not exist, fields that
nobody may set). Where that is not documented we refuse, so that nothing gets lost unnoticed.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from .. import answers
from ..answers import Json, Rejected
from ..caller import Call
from ..schema import Field, Layout, LayoutRule, Module
from ..world import Record
from .deal_rules import refuse_mismatch
from .duplicates import refuse_doubles
from .subforms import rows_of
from .value_links import id_in
from .value_types import Writing
from .values import checked

NOT_FIELDS = ("id", "Layout")
LAYOUT_RULES = "layout_rules"


def check(
    call: Call, module: Module, body: Any, path: str, *,
    record: Record | None = None, features: Iterable[str] = (),
) -> Json:  # fmt: skip
    """The values to keep of this body, for a new record or over an existing one.

    Refuses with the first thing that Zoho would not have, and with all doubles at once.
    `features` are those of `apply_feature_execution`.
    """
    if not isinstance(body, dict):
        raise answers.invalid_data("data", path, expected_data_type="jsonobject")
    plain = Writing(call, module, body, path, record)
    writing = replace(plain, layout=_layout(plain))
    values = _values(writing)
    refuse_missing(writing, values)
    if LAYOUT_RULES in features:
        _refuse_against_rules(writing, values)
    refuse_mismatch(writing, values)
    refuse_doubles(call.world, module, values, path, record)
    if writing.layout is not None and (record is None or "Layout" in body):
        values["Layout"] = layout_value(writing.layout)
    return values


def layout_value(layout: Layout) -> Json:
    return {"name": layout.name, "id": layout.id, "display_label": layout.name}


def _layout(writing: Writing) -> Layout | None:
    """The layout asked for, else the record's own, else the first that the profile may use."""
    given = writing.body.get("Layout")
    allowed = [each for each in writing.module.layouts if _usable(writing, each)]
    if given is not None:
        place = writing.place("Layout")
        wanted = id_in(given, place)
        found = next((each for each in allowed if each.id == wanted), None)
        if found is None:
            raise place.bad_id()
        return found
    if writing.record is not None:
        return writing.module.layout((writing.record.get("Layout") or {}).get("id") or "")
    return allowed[0] if allowed else None


def _usable(writing: Writing, layout: Layout) -> bool:
    profiles = layout.profiles
    return layout.active and (profiles is None or writing.call.user.profile in profiles)


def _values(writing: Writing) -> Json:
    values: Json = {}
    for name, given in writing.body.items():
        if name in NOT_FIELDS or name.startswith("$"):
            continue
        one = _writable(writing, name)
        if _off_layout(writing, one):
            continue
        place = writing.place(name)
        if one.data_type == "subform":
            values[name] = rows_of(writing, one, given, place)
        else:
            values[name] = checked(writing, one, given, place)
        if one.lookup_modules:
            values["$se_module"] = writing.body.get("$se_module") if values[name] else None
    return values


def _off_layout(writing: Writing, one: Field) -> bool:
    """Whether the request names a layout that lacks the field: Zoho then passes it over."""
    if writing.layout is None or writing.body.get("Layout") is None or one.system:
        return False
    return writing.layout.place(one.api_name) is None


def _writable(writing: Writing, name: str) -> Field:
    """The field of this name, if this user may set it in this call."""
    one = writing.module.field(name)
    place = writing.place(name)
    if one is None or one.api_name != name:
        raise answers.invalid_data(name, place.path, "the field api name given seems to be invalid")
    permission = one.permissions.get(writing.call.user.profile, "read_write")
    if permission == "hidden":
        raise answers.invalid_data(name, place.path, "Field is not visible")
    open_to_api = one.api_create if writing.record is None else one.api_update
    if permission == "read_only" or not open_to_api:
        raise Rejected(
            "NOT_ALLOWED",
            "Field Edit Permission not given",
            {"api_name": name, "json_path": place.path},
        )
    return one


def refuse_missing(writing: Writing, values: Json) -> None:
    """What the module or the layout demands must be there; an update may not empty it."""
    for name in mandatory(writing.module, writing.layout):
        missing = writing.record is None and name not in values
        emptied = name in values and values[name] in (None, [])
        if missing or emptied:
            raise answers.mandatory_not_found(name, f"{writing.path}.{name}")


def mandatory(module: Module, layout: Layout | None) -> list[str]:
    """The fields to fill: the layout's own in its order, then the rest that Zoho demands."""
    required = layout.required() if layout else set()
    system = {one.api_name for one in module.fields if one.mandatory}
    placed = [each.api_name for each in layout.placed()] if layout else []
    order = [*placed, *(one.api_name for one in module.fields)]
    return [name for name in dict.fromkeys(order) if name in required | system]


def _refuse_against_rules(writing: Writing, values: Json) -> None:
    """Layout rules hold only where the request asks for them."""
    whole = {**(writing.record or {}), **values}
    for rule in writing.layout.rules if writing.layout else ():
        if whole.get(rule.field) in rule.values:
            _refuse_unmet(writing, rule, whole)


def _refuse_unmet(writing: Writing, rule: LayoutRule, whole: Json) -> None:
    for name in rule.requires:
        if whole.get(name) in (None, "", []):
            raise answers.mandatory_not_found(
                name,
                f"{writing.path}.{name}",
                layout_rule={"name": rule.name, "id": rule.id},
            )
