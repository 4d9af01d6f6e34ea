"""What a profile may permit, as the profiles API lists it.

Names and shape follow the examples of https://www.zoho.com/crm/developer/docs/api/v8/get-profiles.html
as published in Zoho's OpenAPI repository; of the hundreds of permissions there, those that
bear on records, conversion and set-up are here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .schema import Module

CUSTOMIZE = "Crm_Implied_Customize_Zoho_CRM"
"""Modules customization: who has it sees field and layout permissions and adds fields."""
MANAGE_USERS = "Crm_Implied_Manage_Users"
MANAGE_ROLES = "Crm_Implied_Manage_Roles"
MANAGE_PROFILES = "Crm_Implied_Manage_Profiles"
MANAGE_WORKFLOW = "Crm_Implied_Manage_Workflow"
API_ACCESS = "Crm_Implied_Api_Access"
CONVERT = "Crm_Implied_Convert_Leads"
MASS_CONVERT = "Crm_Implied_Mass_Convert_Leads"

ADMINISTRATION = {
    MANAGE_USERS: "Manage Users",
    MANAGE_ROLES: "Manage Roles",
    MANAGE_PROFILES: "Manage Profiles",
    "Crm_Implied_Manage_Groups": "Manage Groups",
    "Crm_Implied_Manage_Data_Sharing": "Manage Data Sharing",
    CUSTOMIZE: "Modules Customization",
    MANAGE_WORKFLOW: "Manage Automation",
}
VERBS = ("View", "Create", "Edit", "Delete")
TOOLS = ("Mass_Update", "Mass_Delete", "Change_Owner", "Share", "Lock")


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission; `section` and `category` are where the profile page shows it."""

    name: str
    label: str
    module: str | None
    section: str
    category: str
    parent: str | None = None
    customizable: bool = False


def of_modules(modules: list[Module]) -> Iterator[Permission]:
    """The permissions of the modules that are not hidden."""
    shown = [module for module in modules if module.status == "visible"]
    for module in shown:
        view = f"Crm_Implied_View_{module.module_name}"
        for verb in VERBS:
            yield Permission(
                name=f"Crm_Implied_{verb}_{module.module_name}",
                label=verb,
                module=module.api_name,
                section="module",
                category=module.module_name,
                parent=None if verb == "View" else view,
                customizable=True,
            )
    for tool in TOOLS:
        for module in shown:
            yield Permission(
                name=f"Crm_Implied_{tool}_{module.module_name}",
                label=module.plural,
                module=module.api_name,
                section="tool",
                category=tool.lower(),
                parent=f"Crm_Implied_View_{module.module_name}",
            )


def all_permissions(modules: list[Module]) -> list[Permission]:
    """Every permission of an org with these modules."""
    leads = next((module.plural for module in modules if module.api_name == "Leads"), "Leads")
    view = "Crm_Implied_View_Leads"
    return [
        *of_modules(modules),
        Permission(CONVERT, leads, "Leads", "tool", "convert", view),
        Permission(MASS_CONVERT, leads, "Leads", "tool", "mass_convert", CONVERT),
        *(
            Permission(name, label, None, "admin", name.removeprefix("Crm_Implied_").lower())
            for name, label in ADMINISTRATION.items()
        ),
        Permission(API_ACCESS, "Zoho CRM API Access", None, "crm_api", "crmapi"),
    ]
