"""`GET /Leads/{id}/__conversion_options`: the contacts and accounts a lead would double.

https://www.zoho.com/crm/developer/docs/api/v8/lead-conversion-options.html
"""

from flask import Blueprint

from .. import answers
from ..answers import Json
from ..call import Answer, Call, current, endpoint
from ..schema import Field, Layout, Module
from ..world import Record, full_name
from .convert_lead import find_lead, obstacle_to_options
from .convert_match import ACCOUNTS, CONTACTS, Agreement, Matches, matches

bp = Blueprint("convert_options", __name__)

SINCE = (5, 0)
RICHER_SINCE = (8, 0)
TARGETS = (CONTACTS, ACCOUNTS, "Deals")


@endpoint(
    bp, "/Leads/<lead_id>/__conversion_options", scopes=["ZohoCRM.modules.leads.READ"],
    module="Leads",
)  # fmt: skip
def conversion_options(lead_id: str) -> Answer:
    """What Zoho offers before a conversion; nothing (204) where there is nothing to choose.

    `include_inner_details` is read and ignored, as Zoho ignores paths it does not know.
    """
    call = current()
    if call.version < SINCE:
        raise answers.api_not_supported(SINCE[0])
    lead = find_lead(call, lead_id)
    refusal = obstacle_to_options(lead)
    if refusal is not None:
        raise refusal
    modules = [call.world.module(name) for name in TARGETS]
    # One of the three taken out of "Organize modules" is enough.
    if any(module is None or module.status != "visible" for module in modules):
        return None
    found = matches(call.world, call.user, lead)
    several = [m for m in modules if m is not None and len(usable_layouts(call, m)) > 1]
    if not found.preference and not several:
        return None
    return {"__conversion_options": _options(call, found, several)}


def usable_layouts(call: Call, module: Module) -> list[Layout]:
    """The active layouts of a module that the caller's profile may use."""
    profile = call.user.profile
    return [
        layout
        for layout in module.layouts
        if layout.active and (layout.profiles is None or profile in layout.profiles)
    ]


def _options(call: Call, found: Matches, several: list[Module]) -> Json:
    preferred = call.world.module(found.preference)
    agreed = {
        name: [_agreement(call, one) for one in found.of(name).agreements] or None
        for name in (CONTACTS, ACCOUNTS)
    }
    return {
        "module_preference": _module(preferred) if preferred else None,
        CONTACTS: [_contact(call, one) for one in found.contacts.records] or None,
        "preference_field_matched_value": agreed if any(agreed.values()) else None,
        ACCOUNTS: [_account(call, one) for one in found.accounts.records] or None,
        "modules_with_multiple_layouts": [_module(module) for module in several] or None,
    }


def _module(module: Module) -> Json:
    return {"api_name": module.api_name, "id": module.id}


def _agreement(call: Call, agreement: Agreement) -> Json:
    one: Field = agreement.field
    described: Json = {"api_name": one.api_name, "id": one.id}
    if call.version >= RICHER_SINCE:
        described |= {"field_label": one.label, "unique": True if one.unique else None}
    return {"field": described, "matched_lead_value": agreement.value}


def _contact(call: Call, record: Record) -> Json:
    account = record.get("Account_Name")
    shown: Json = {
        "Full_Name": full_name(record),
        "Email": _seen(call, CONTACTS, record, "Email"),
        "Layout": _layout(record),
        "Account_Name": {"name": account["name"], "id": account["id"]} if account else None,
        **_state(call, CONTACTS, record),
    }
    if call.version >= RICHER_SINCE:
        if account:
            found = call.world.find(ACCOUNTS, account["id"]) or {}
            shown["Account_Name"]["Locked__s"] = bool(found.get("Locked__s"))
        # Zoho writes the word where the org does not use data processing bases.
        shown["Data_Processing_Basis"] = str(record.get("Data_Processing_Basis") or "null")
    return shown


def _account(call: Call, record: Record) -> Json:
    names = ("Phone", "Account_Type", "Website", "Account_Name")
    shown = {name: _seen(call, ACCOUNTS, record, name) for name in names}
    layout = {} if call.version >= RICHER_SINCE else {"Layout": _layout(record)}
    return {**layout, **shown, **_state(call, ACCOUNTS, record)}


def _state(call: Call, module: str, record: Record) -> Json:
    editable = call.world.editable_by(call.user, module, record)
    state: Json = {"$editable": editable, "id": record["id"]}
    if call.version >= RICHER_SINCE:
        state["Locked__s"] = bool(record.get("Locked__s"))
        state["$approval_state"] = record.get("$approval_state", "approved")
    return state


def _layout(record: Record) -> Json | None:
    layout = record.get("Layout")
    return {"name": layout["name"], "id": layout["id"]} if layout else None


def _seen(call: Call, module: str, record: Record, name: str) -> object:
    """A value, unless the caller's profile does not see the field."""
    if call.world.field_permission(call.user, module, name) == "hidden":
        return None
    return record.get(name)
