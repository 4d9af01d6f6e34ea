"""Leads, their default conversion mapping and what a converted one keeps."""

from .. import fields as f
from ..schema import Field, Module, RelatedList
from . import choices as c
from .common import activity_lists, address, full_name_field, system_fields


def leads() -> Module:
    """Leads, with the mapping Zoho starts with."""
    contact, account = "Contacts", "Accounts"
    own = [
        f.text("Company", length=200, converts_to={account: "Account_Name"}),
        f.text("First_Name", length=40, converts_to={contact: "First_Name"}),
        f.text("Last_Name", length=80, mandatory=True, converts_to={contact: "Last_Name"}),
        full_name_field(),
        f.picklist("Salutation", c.SALUTATIONS, converts_to={contact: "Salutation"}),
        f.text("Designation", label="Title", length=100, converts_to={contact: "Title"}),
        f.email(converts_to={contact: "Email"}),
        f.email("Secondary_Email", converts_to={contact: "Secondary_Email"}),
        f.phone(converts_to={contact: "Phone", account: "Phone"}),
        f.phone("Mobile", converts_to={contact: "Mobile"}),
        f.phone("Fax", converts_to={contact: "Fax", account: "Fax"}),
        f.website(converts_to={account: "Website"}),
        f.picklist("Lead_Source", c.LEAD_SOURCES,
                   converts_to={contact: "Lead_Source", "Deals": "Lead_Source"}),
        f.picklist("Lead_Status", c.LEAD_STATUSES),
        f.picklist("Industry", c.INDUSTRIES, converts_to={account: "Industry"}),
        f.integer("No_of_Employees", label="No. of Employees", converts_to={account: "Employees"}),
        f.currency("Annual_Revenue", converts_to={account: "Annual_Revenue"}),
        f.picklist("Rating", c.RATINGS, converts_to={account: "Rating"}),
        f.boolean("Email_Opt_Out", converts_to={contact: "Email_Opt_Out"}),
        f.text("Skype_ID", label="Skype ID", length=50, converts_to={contact: "Skype_ID"}),
        f.text("Twitter", length=50, converts_to={contact: "Twitter"}),
        *address("", code="Zip_Code", to={contact: "Mailing_", account: "Billing_"}),
        f.textarea("Description", textarea_type="large"),
        *_conversion_fields(),
    ]  # fmt: skip
    sections = [
        f.section("Lead Information", "Owner", "Company*", "Salutation", "First_Name",
                  "Last_Name*", "Designation", "Email", "Phone", "Fax", "Mobile", "Website",
                  "Lead_Source", "Lead_Status", "Industry", "No_of_Employees", "Annual_Revenue",
                  "Rating", "Email_Opt_Out", "Skype_ID", "Secondary_Email", "Twitter"),
        f.section("Address Information", "Street", "City", "State", "Zip_Code", "Country"),
        f.section("Description Information", "Description", columns=1),
    ]  # fmt: skip
    lists = [
        *activity_lists(),
        RelatedList(api_name="Products", label="Products", module="Products", kind="link"),
        RelatedList(api_name="Campaigns", label="Campaigns", module="Campaigns", kind="link"),
    ]
    layout = f.layout("Standard", *sections)
    layout.converts_to = dict.fromkeys((contact, account, "Deals"), "Standard")
    layout.deal_fields = [
        ("Amount", False), ("Deal_Name", True), ("Closing_Date", True), ("Stage", True),
        ("Pipeline", True),
    ]  # fmt: skip
    return Module(
        api_name="Leads", singular="Lead", plural="Leads", display_field="Full_Name",
        convertable=True, fields=[*own, *system_fields()], layouts=[layout],
        related_lists=lists,
    )  # fmt: skip


def _conversion_fields() -> list[Field]:
    """What Zoho notes on a converted lead."""
    filled = [
        f.boolean("Converted__s", label="Is Converted"),
        f.moment("Converted_Date_Time"),
        f.lookup("Converted_Account", "Accounts"),
        f.lookup("Converted_Contact", "Contacts"),
        f.lookup("Converted_Deal", "Deals"),
        f.integer("Lead_Conversion_Time"),
    ]
    for one in filled:
        f.unwritable(one).on_layouts = False
    return filled
