"""A small org as plain values: the modules, a person and a lead that these tests speak of."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from extension.planning.records import (
    Catalogue,
    Choice,
    DealField,
    Field,
    Layout,
    Lead,
    Module,
    Pipeline,
    Profile,
    Record,
    Stage,
    User,
    ZohoSays,
)

REP = User("9001", "Robin Rep", "robin@seller.example", Profile("71", "Sales"))
NOTHING = ZohoSays("nothing")
UNASKED = ZohoSays("unasked")


def choices(*words: str) -> tuple[Choice, ...]:
    return tuple(Choice(word, word) for word in words)


def field(api_name: str, data_type: str = "text", **traits: Any) -> Field:
    """A field; its label is its API name in words."""
    label = traits.pop("label", api_name.removesuffix("__s").replace("_", " "))
    return Field(api_name, label, data_type, **traits)


def fields(*several: Field) -> dict[str, Field]:
    return {one.api_name: one for one in several}


def module(api_name: str, *several: Field, **traits: Any) -> Module:
    """A module with one layout that shows all its fields."""
    singular = traits.pop("singular", api_name.removesuffix("s"))
    if "layouts" not in traits:
        names = frozenset(one.api_name for one in several)
        traits["layouts"] = (Layout(f"{api_name}-1", "Standard", fields=names),)
    known = {"id": f"id-{api_name}", "singular": singular, "plural": api_name, **traits}
    return Module(api_name=api_name, fields=fields(*several), **known)


def custom(api_name: str, *several: Field, **traits: Any) -> Module:
    """A module that an administrator made, with the name every such module has."""
    name = field("Name", max_length=120, mandatory=True)
    return module(api_name, name, *several, kind="custom", **traits)


def to(**targets: str) -> Mapping[str, str]:
    return targets


LEADS = module(
    "Leads",
    field("Owner", "ownerlookup"),
    field("Company", max_length=200, converts_to=to(Accounts="Account_Name")),
    field("Salutation", "picklist", choices=choices("Mr.", "Ms."),
          converts_to=to(Contacts="Salutation")),
    field("First_Name", max_length=40, converts_to=to(Contacts="First_Name")),
    field("Last_Name", max_length=80, mandatory=True, converts_to=to(Contacts="Last_Name")),
    field("Full_Name", read_only=True),
    field("Designation", label="Title", max_length=100, converts_to=to(Contacts="Title")),
    field("Email", "email", max_length=100, converts_to=to(Contacts="Email")),
    field("Phone", "phone", max_length=30, converts_to=to(Contacts="Phone", Accounts="Phone")),
    field("Mobile", "phone", max_length=30, converts_to=to(Contacts="Mobile")),
    field("Website", "website", max_length=255, converts_to=to(Accounts="Website")),
    field("Lead_Source", "picklist", choices=choices("Fair", "Web"),
          converts_to=to(Contacts="Lead_Source", Deals="Lead_Source")),
    field("Lead_Status", "picklist", choices=choices("New", "Contacted")),
    field("Rating", "picklist", choices=choices("Hot", "Cold"), converts_to=to(Deals="Rating")),
    field("Annual_Revenue", "currency", max_length=16, decimal_places=2,
          converts_to=to(Accounts="Annual_Revenue")),
    field("No_of_Employees", "integer", max_length=9, label="No. of Employees",
          converts_to=to(Accounts="Employees")),
    field("Email_Opt_Out", "boolean", default=False, converts_to=to(Contacts="Email_Opt_Out")),
    field("City", max_length=100, converts_to=to(Contacts="Mailing_City", Accounts="Billing_City")),
    field("Description", "textarea", max_length=32000),
    field("Tax_Number", max_length=20, custom=True),
    field("Created_Time", "datetime", read_only=True),
    field("Converted__s", "boolean", read_only=True),
    singular="Lead",
    name_field="Full_Name",
    layouts=(
        Layout(
            "lead-1",
            "Standard",
            converts_to=to(Contacts="Contacts-1", Accounts="Accounts-1", Deals="Deals-1"),
            deal_fields=(
                DealField("Amount", "Amount", False),
                DealField("Deal_Name", "Deal Name", True),
                DealField("Closing_Date", "Closing Date", False),
                DealField("Stage", "Stage", True),
            ),
        ),
    ),
)  # fmt: skip

CONTACTS = module(
    "Contacts",
    field("Salutation", "picklist", choices=choices("Mr.", "Ms.")),
    field("First_Name", max_length=40),
    field("Last_Name", max_length=80, mandatory=True),
    field("Account_Name", "lookup", lookup_module="Accounts"),
    field("Title", max_length=100),
    field("Email", "email", max_length=100),
    field("Phone", "phone", max_length=50),
    field("Mobile", "phone", max_length=30),
    field("Lead_Source", "picklist", choices=choices("Fair", "Web")),
    field("Email_Opt_Out", "boolean", default=False),
    field("Mailing_City", max_length=100),
    singular="Contact",
    name_field="Full_Name",
)
CONTACTS = replace(
    CONTACTS, fields={**CONTACTS.fields, "Full_Name": field("Full_Name", read_only=True)}
)

ACCOUNTS = module(
    "Accounts",
    field("Account_Name", max_length=200, mandatory=True),
    field("Phone", "phone", max_length=30),
    field("Website", "website", max_length=255),
    field("Annual_Revenue", "currency", max_length=16, decimal_places=2),
    field("Employees", "integer", max_length=9),
    field("Billing_City", max_length=100),
    singular="Account",
    name_field="Account_Name",
)

DEALS = module(
    "Deals",
    field("Deal_Name", max_length=120, mandatory=True),
    field("Account_Name", "lookup", lookup_module="Accounts"),
    field("Contact_Name", "lookup", lookup_module="Contacts"),
    field("Stage", "picklist", choices=choices("Open", "Won"), mandatory=True),
    field("Pipeline", "picklist"),
    field("Closing_Date", "date"),
    field("Amount", "currency", max_length=16, decimal_places=2),
    field("Lead_Source", "picklist", choices=choices("Fair", "Web")),
    field("Rating", "picklist", choices=choices("Hot", "Cold")),
    singular="Deal",
    name_field="Deal_Name",
)

VENDORS = module(
    "Vendors",
    field("Vendor_Name", max_length=120, mandatory=True),
    field("Phone", "phone", max_length=30),
    field("Email", "email", max_length=100),
    field("Website", "website", max_length=255),
    field("Category", max_length=50),
    field("City", max_length=100),
    field("Description", "textarea", max_length=32000),
    singular="Vendor",
    name_field="Vendor_Name",
)

STANDARD = Pipeline(
    "p1", "Standard", "Standard (Standard)", True, (Stage("Open", "Open"), Stage("Won", "Won"))
)


def catalogue(*more: Module, **traits: Any) -> Catalogue:
    """The org: Zoho's modules, and whatever is given besides or instead."""
    modules = {one.api_name: one for one in (LEADS, CONTACTS, ACCOUNTS, DEALS, VENDORS, *more)}
    return Catalogue(modules, **{"pipelines": {"Deals-1": (STANDARD,)}, **traits})


def lead(**values: Any) -> Lead:
    """A lead that holds these values, and what every lead holds."""
    related = values.pop("related", {})
    system = {
        "id": "300",
        "Owner": {"id": "9001", "name": "Robin Rep"},
        "Layout": {"id": "lead-1", "name": "Standard"},
        "Tag": [],
        "Created_Time": "2026-01-10T09:00:00+00:00",
        "Converted__s": False,
        "$approval_state": "approved",
        "$editable": True,
    }
    return Lead(Record("Leads", "300", {**system, **values}), related)


def record(module: str, record_id: str, **values: Any) -> Record:
    return Record(module, record_id, {"id": record_id, **values})


def rep(**permissions: bool) -> User:
    """The rep, with these permissions said; `Create_Vendors=False` and the like."""
    said = {f"Crm_Implied_{name}": on for name, on in permissions.items()}
    return replace(REP, profile=replace(REP.profile, permissions=said))
