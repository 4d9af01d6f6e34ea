"""Tells who writes targets what rules are made of: fields, layouts, profiles of the org."""

from typing import Any

from . import catalogues, chosen_targets, grants
from .errors import NotFound
from .parts import Parts
from .planning.business import FULL_NAME, is_business
from .planning.carry import NEVER_WRITTEN
from .planning.fit import NUMBERS, TEXTS
from .planning.records import Field, Module
from .sessions import Caller

LEADS = "Leads"
NO_VALUES = frozenset({"layout", "tag", "profileimage"})
"""Types of a lead's fields that hold nothing which a rule could take."""


def fields(parts: Parts, caller: Caller, name: str) -> dict[str, Any]:
    """What rules can fill in a module, or take from leads; by label. Raises NotFound."""
    known = catalogues.furnish(parts, caller, catalogues.read(parts, caller), [name])
    module = known.catalogue.modules.get(name)
    if module is None or (
        name != LEADS and module not in chosen_targets.open_modules(known.catalogue)
    ):
        raise NotFound("There is no such module in which leads could become records.")
    shown = [one for one in module.fields.values() if _counts(one, module)]
    return {
        "module": module.api_name,
        "label": module.singular,
        "layouts": [{"id": one.id, "name": one.name} for one in module.layouts if one.active],
        "fields": [
            _field(one, module)
            for one in sorted(shown, key=lambda one: (one.label.casefold(), one.api_name))
        ],
    }


def profiles(parts: Parts, caller: Caller) -> dict[str, Any]:
    """The profiles of the org, by name."""
    found = grants.crm(parts, caller.installation, caller.grant).profiles()
    named = sorted(found, key=lambda one: one.name.casefold())
    return {"profiles": [{"id": one.id, "name": one.name} for one in named]}


def _counts(field: Field, module: Module) -> bool:
    if module.api_name == LEADS:
        return field.data_type not in NO_VALUES
    return not field.read_only and field.data_type not in NEVER_WRITTEN and is_business(field)


def _field(field: Field, module: Module) -> dict[str, Any]:
    counted = field.data_type in TEXTS | NUMBERS
    return {
        "field": field.api_name,
        "label": field.label,
        "type": field.data_type,
        "required": field.mandatory,
        "required_on": [
            one.id for one in module.layouts if one.active and field.api_name in one.required
        ],
        "writable": not field.read_only and is_business(field) and field.api_name != FULL_NAME,
        "unique": field.unique,
        "choices": [{"value": one.value, "label": one.label} for one in field.choices],
        "lookup_module": field.lookup_module or None,
        "max_length": (field.max_length or None) if counted else None,
    }
