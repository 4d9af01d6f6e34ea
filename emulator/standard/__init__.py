"""The modules every Zoho org starts with, their fields, layouts and default conversion mapping.

Fields: https://help.zoho.com/portal/en/kb/crm/customize-crm-account/customizing-fields/articles/standard-modules-fields
Mapping: https://help.zoho.com/portal/en/kb/crm/sales-force-automation/leads/articles/convert-leads
"""

from .. import fields as f
from ..schema import Field, Module
from .activities import attachments, calls, events, notes, tasks
from .common import activity_lists, address, system_fields
from .leads import leads
from .sales import STANDARD_PIPELINE, accounts, contacts, deals, standard_pipelines
from .supply import campaigns, products, vendors

__all__ = [
    "STANDARD_PIPELINE", "address", "custom_module", "standard_modules", "standard_pipelines",
    "system_fields",
]  # fmt: skip


TABS = (
    "Leads", "Contacts", "Accounts", "Deals", "Tasks", "Events", "Calls", "Products", "Vendors",
    "Campaigns", "Notes", "Attachments",
)  # fmt: skip
"""The modules in the order of Zoho's menu, in which the home page comes first."""


def standard_modules() -> list[Module]:
    """Leads, Contacts, Accounts, Deals and the other modules Zoho ships, newly made."""
    modules = [
        leads(), accounts(), contacts(), deals(), tasks(), events(), calls(), products(),
        vendors(), campaigns(), notes(), attachments(),
    ]  # fmt: skip
    for module in modules:
        module.sequence_number = TABS.index(module.api_name) + 2
    return modules


def custom_module(
    api_name: str, singular: str, plural: str, *own: Field, number: int = 1, sharing: str = ""
) -> Module:
    """A module made by the org's administrator: a record name `Name`, system fields, `own`."""
    name = f.text("Name", label=f"{singular} Name", length=120, mandatory=True)
    module = Module(
        api_name=api_name,
        singular=singular,
        plural=plural,
        module_name=f"CustomModule{number}",
        generated_type="custom",
        fields=[name, *_mail_fields(own), *system_fields()],
        layouts=[f.layout("Standard", f.section(f"{singular} Information", "Name*", "Owner"))],
        related_lists=activity_lists(),
        sharing="private" if sharing == "private" else "public_read_write",
    )
    return module.add(*own)


def _mail_fields(own: tuple[Field, ...]) -> list[Field]:
    """The e-mail fields that every custom module has from the start, unless `own` has them."""
    given = {one.api_name for one in own}
    start = [f.email(), f.email("Secondary_Email"), f.boolean("Email_Opt_Out")]
    return [one for one in start if one.api_name not in given]
