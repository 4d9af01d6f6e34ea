"""What stands in the way of a conversion: the lead's state, or what the person may not do."""

from collections.abc import Iterator, Mapping

from extension.planning.business import is_business
from extension.planning.reasons import Reason, say
from extension.planning.records import Layout, Lead, Module, Profile, User, ZohoSays

CONVERT = "Crm_Implied_Convert_Leads"
IS_CONVERTED = "Converted__s"

# Some permissions still have a module's former name.
FORMER_NAMES = {"Deals": "Potentials"}

REFUSALS = {
    "ID_ALREADY_CONVERTED": "already_converted",
    "RECORD_LOCKED": "locked",
    "NOT_APPROVED": "not_approved",
    "NOT_REVIEWED": "under_review",
}
"""Zoho's codes that tell something of the lead itself, whatever it is to become."""


def of_lead(lead: Lead, zoho_says: ZohoSays) -> tuple[Reason, ...]:
    """Why this lead can become nothing at all now; each reason once.

    https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html (possible errors)
    """
    keys = list(_states(lead.record.values))
    refusal = REFUSALS.get(zoho_says.code) if zoho_says.state == "refused" else None
    if refusal is not None:
        keys.append(refusal)
    by_code = {say(key).code: say(key) for key in reversed(keys)}
    return tuple(by_code[code] for code in dict.fromkeys(say(key).code for key in keys))


def of_conversion(zoho_says: ZohoSays, user: User, *, closed: bool = False) -> tuple[Reason, ...]:
    """Why Zoho's own conversion is closed, besides what closes the lead itself."""
    found = []
    if user.profile.permissions.get(CONVERT) is False:
        found.append(say("no_permission.convert", permission=CONVERT, module="Leads"))
    # Of a closed lead Zoho may say no more than that its id is invalid.
    silent = not closed and zoho_says.state == "refused" and zoho_says.code not in REFUSALS
    if silent:
        told = {"zoho_code": zoho_says.code, "zoho_message": zoho_says.message}
        found.append(say("no_conversion_options", **told))
    return tuple(found)


def of_module(module: Module, user: User) -> tuple[Reason, ...]:
    """Why this person cannot create a record in a module."""
    if not shown(module, user):
        return (say("module_hidden", module=module.api_name, label=module.plural),)
    name = denied("Create", module, user.profile)
    if name or not module.creatable:
        permission = name or f"Crm_Implied_Create_{module.api_name}"
        params = {"permission": permission, "module": module.api_name, "label": module.plural}
        return (say("no_permission", **params),)
    if module.layouts and not open_layouts(module, user):
        return (say("no_layout", module=module.api_name, label=module.plural),)
    return ()


def shown(module: Module, user: User) -> bool:
    """Whether the person sees the module."""
    allowed = module.profiles is None or user.profile.id in module.profiles
    return module.visible and allowed and not denied("View", module, user.profile)


def hidden_of(leads: Module, profile: Profile) -> tuple[Reason, ...]:
    """Which fields of the lead the person may not see. Zoho answers as if they did not exist: we
    cannot carry them, and cannot know whether they hold anything."""
    fields = [
        one for one in leads.fields.values() if is_business(one) and profile.id in one.hidden_from
    ]
    if not fields:
        return ()
    labels = ", ".join(one.label for one in fields)
    return (say("hidden_lead_fields", fields=[one.api_name for one in fields], labels=labels),)


def denied(verb: str, module: Module, profile: Profile) -> str:
    """The permission that is off, such as Crm_Implied_Create_Vendors; "" when it is not.

    Zoho ends some names in the module's API name and others in its inner or former one; what no
    name says is allowed, since Zoho itself decides in the end.
    """
    endings = dict.fromkeys(
        (module.api_name, module.module_name, FORMER_NAMES.get(module.api_name, ""))
    )
    names = [f"Crm_Implied_{verb}_{ending}" for ending in endings if ending]
    known = [name for name in names if name in profile.permissions]
    return "" if any(profile.permissions[name] for name in known) else "".join(known[:1])


def open_layouts(module: Module, user: User) -> tuple[Layout, ...]:
    """The active layouts that the person's profile may use."""
    profile = user.profile.id
    return tuple(
        one
        for one in module.layouts
        if one.active and (one.profiles is None or profile in one.profiles)
    )


def is_converted(values: Mapping[str, object]) -> bool:
    return values.get("$converted") is True or values.get(IS_CONVERTED) is True


def is_converting(values: Mapping[str, object]) -> bool:
    """Zoho has taken a conversion on, to do it later."""
    return "convert_scheduler" in _listed(values.get("$field_states"))


def is_locked(values: Mapping[str, object]) -> bool:
    """Locked, and for this person: Zoho may let some people past a lock."""
    for_me = values.get("$locked_for_me")
    return for_me is True or (for_me is None and values.get("Locked__s") is True)


def _states(values: Mapping[str, object]) -> Iterator[str]:
    if is_converted(values):
        yield "already_converted"
    if values.get("$in_merge") is True:
        yield "locked.merging"
    if is_converting(values):
        yield "locked.converting"
    if is_locked(values):
        yield "locked"
    approval = str(values.get("$approval_state") or "approved").casefold()
    waits = approval != "approved" and not approval.endswith(("_approved", "_completed"))
    if (waits and not approval.startswith("review")) or _any_true(values.get("$approval")):
        yield "not_approved"
    if (waits and approval.startswith("review")) or _any_true(values.get("$review_process")):
        yield "under_review"


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _any_true(value: object) -> bool:
    """Zoho lists what may be done in an approval or review: something, while it is open."""
    return isinstance(value, Mapping) and any(one is True for one in value.values())
