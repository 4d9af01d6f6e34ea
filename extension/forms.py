"""Does, for who fills in a form: show its fields, find records and people to choose from."""

from typing import Any

from . import catalogues, chosen_targets, grants
from .errors import InvalidInput, NotFound
from .parts import Parts
from .planning import forms, many, matching, obstacles
from .planning.carry import shown
from .planning.option import to_fill_json
from .planning.plan_records import layout_of
from .planning.records import User
from .sessions import Caller
from .shelf import Known

MOST = 10
LEAST_LETTERS = 2
"""Zoho searches for no less."""


def form(parts: Parts, caller: Caller, module_name: str, layout_id: str) -> dict[str, Any]:
    """The fields of a record of this module that the person can fill in. Raises NotFound."""
    user, known = _open(parts, caller, module_name)
    catalogue = catalogues.furnish(parts, caller, known, [module_name]).catalogue
    module = catalogue.modules[module_name]
    layout = layout_of(module, layout_id, user)
    if layout_id and (layout is None or layout.id != layout_id):
        raise NotFound("There is no such layout, or you may not use it.")
    return {
        "module": module.api_name,
        "label": module.singular,
        "layout": {"id": layout.id, "name": layout.name} if layout else None,
        "fields": [to_fill_json(one) for one in forms.form(module, layout, catalogue, user)],
    }


def batch_targets(parts: Parts, caller: Caller) -> dict[str, Any]:
    """What many leads can become together, and what may be decided for all of them."""
    user, known = _at_hand(parts, caller)
    meant = chosen_targets.meant(parts, caller, known)
    return many.as_json(meant.targets, meant.catalogue, user)


def records(parts: Parts, caller: Caller, module_name: str, text: str) -> dict[str, Any]:
    """The first records of a module whose name begins like that. Raises InvalidInput, NotFound."""
    wanted = text.strip()
    if len(wanted) < LEAST_LETTERS:
        raise InvalidInput(
            f"Type at least {LEAST_LETTERS} letters.", details={"fields": {"text": "too short"}}
        )
    _, known = _open(parts, caller, module_name)
    module = known.catalogue.modules[module_name]
    name = module.name_field
    criteria = f"({name}:starts_with:{matching.escaped(wanted)})"
    crm = grants.crm(parts, caller.installation, caller.grant)
    found = crm.search(module.api_name, criteria, MOST)
    return {"records": [{"id": one.id, "name": shown(one.values.get(name))} for one in found]}


def people(parts: Parts, caller: Caller) -> dict[str, Any]:
    """Everybody who is active in the org, by name."""
    users = grants.crm(parts, caller.installation, caller.grant).users()
    named = sorted(users, key=lambda one: one.name.casefold())
    return {"users": [{"id": one.id, "name": one.name} for one in named]}


def _open(parts: Parts, caller: Caller, name: str) -> tuple[User, Known]:
    """The person, and what is known of the org; NotFound unless they may open that module."""
    user, known = _at_hand(parts, caller)
    module = known.catalogue.modules.get(name)
    if module is None or not obstacles.shown(module, user):
        raise NotFound("There is no such module, or you may not open it.")
    return user, known


def _at_hand(parts: Parts, caller: Caller) -> tuple[User, Known]:
    user = catalogues.user_at_hand(parts, caller) or catalogues.read_user(parts, caller)
    return user, catalogues.known(parts, caller)
