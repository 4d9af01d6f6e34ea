"""The names of what a profile may permit.

`Crm_Implied_View_Leads` and `Crm_Implied_Mass_Convert_Leads` are Zoho's own spelling, seen in
its answers; the others follow the same pattern and are not confirmed.
https://www.zoho.com/crm/developer/docs/api/v8/get-profiles.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .schema import Module

CUSTOMIZE = "Crm_Implied_Customize_Zoho_CRM"
"""Module customization: field-level permissions, layouts' profiles, new fields."""
MANAGE_USERS = "Crm_Implied_Manage_Users"
MANAGE_PROFILES = "Crm_Implied_Manage_Profiles"
API_ACCESS = "Crm_Implied_Zoho_CRM_API"
CONVERT = "Crm_Implied_Convert_Leads"
MASS_CONVERT = "Crm_Implied_Mass_Convert_Leads"
VERBS = ("View", "Create", "Edit", "Delete")

ADMINISTRATION = {
    CUSTOMIZE: "Module Customization",
    MANAGE_USERS: "Users",
    MANAGE_PROFILES: "Manage Profiles",
    "Crm_Implied_Manage_Roles": "Manage Roles",
    "Crm_Implied_Manage_Workflow": "Manage Workflow",
    "Crm_Implied_Manage_Extensions": "Manage Extensions",
    "Crm_Implied_Data_Administration": "Data Administration",
}
TOOLS = {
    API_ACCESS: "Zoho CRM API Access",
    CONVERT: "Convert",
    MASS_CONVERT: "Mass Convert",
    "Crm_Implied_Send_Email": "Send Email",
}


@dataclass(frozen=True, slots=True)
class Permission:
    name: str
    label: str
    module: str | None


def all_permissions(modules: Iterable[Module]) -> Iterator[Permission]:
    """Every permission that exists in an org with these modules."""
    for module in modules:
        if module.status == "visible":
            for verb in VERBS:
                yield Permission(f"Crm_Implied_{verb}_{module.api_name}", verb, module.api_name)
    for name, label in TOOLS.items():
        yield Permission(name, label, "Leads" if name in (CONVERT, MASS_CONVERT) else None)
    for name, label in ADMINISTRATION.items():
        yield Permission(name, label, None)
