"""Contacts, accounts, deals and the pipeline an org starts with."""

from .. import fields as f
from ..schema import Module, Pipeline, RelatedList, Stage
from . import choices as c
from .common import activity_lists, address, children, full_name_field, standard_module

STANDARD_PIPELINE = "Standard (Standard)"


def standard_pipelines() -> list[Pipeline]:
    """The one pipeline that an org starts with."""
    stages = [
        Stage(name="Qualification", probability=10),
        Stage(name="Needs Analysis", probability=20),
        Stage(name="Value Proposition", probability=40),
        Stage(name="Identify Decision Makers", probability=60),
        Stage(name="Proposal/Price Quote", probability=75),
        Stage(name="Negotiation/Review", probability=90, category="Best Case"),
        Stage(name="Closed Won", probability=100, forecast="Closed Won", category="Closed"),
        Stage(name="Closed Lost", probability=0, forecast="Closed Lost", category="Omitted"),
        Stage(
            name="Closed Lost to Competition",
            probability=0,
            forecast="Closed Lost",
            category="Omitted",
        ),
    ]
    return [Pipeline(name=STANDARD_PIPELINE, stages=stages, default=True)]


def contacts() -> Module:
    own = [
        f.picklist("Salutation", c.SALUTATIONS),
        f.text("First_Name", length=40),
        f.text("Last_Name", length=80, mandatory=True),
        full_name_field(),
        f.lookup("Account_Name", "Accounts", related_label="Contacts"),
        f.lookup("Vendor_Name", "Vendors", related_label="Contacts"),
        f.email(),
        f.email("Secondary_Email"),
        f.text("Title", length=100),
        f.text("Department", length=50),
        f.phone(length=50),
        *(f.phone(name) for name in ("Home_Phone", "Other_Phone", "Mobile", "Fax", "Asst_Phone")),
        f.text("Assistant", length=50),
        f.date("Date_of_Birth"),
        f.lookup("Reporting_To", "Contacts"),
        f.picklist("Lead_Source", c.LEAD_SOURCES),
        f.boolean("Email_Opt_Out"),
        f.text("Skype_ID", label="Skype ID", length=50),
        f.text("Twitter", length=50),
        *address("Mailing_", code="Zip"),
        *address("Other_", code="Zip"),
        f.textarea("Description", textarea_type="large"),
    ]
    lists = [
        *activity_lists(),
        children("Deals", "Deals", "Contact_Name"),
        RelatedList(api_name="Products", label="Products", module="Products", kind="link"),
        RelatedList(api_name="Campaigns", label="Campaigns", module="Campaigns", kind="link"),
    ]
    module = standard_module("Contacts", "Contact", own, ["Last_Name"], lists)
    module.display_field = "Full_Name"
    return module


def accounts() -> Module:
    own = [
        f.text("Account_Name", length=200, mandatory=True),
        f.bigint("Account_Number"),
        f.text("Account_Site", length=80),
        f.lookup("Parent_Account", "Accounts", related_label="Member Accounts"),
        f.picklist("Account_Type", c.ACCOUNT_TYPES),
        f.picklist("Industry", c.INDUSTRIES),
        f.picklist("Ownership", ["Other", "Private", "Public", "Subsidiary", "Partnership"]),
        f.picklist("Rating", c.RATINGS),
        f.currency("Annual_Revenue"),
        f.integer("Employees"),
        f.integer("SIC_Code", label="SIC Code"),
        f.text("Ticker_Symbol", length=30),
        f.phone(),
        f.phone("Fax"),
        f.website(),
        *address("Billing_"),
        *address("Shipping_"),
        f.textarea("Description", textarea_type="large"),
    ]
    lists = [
        *activity_lists(),
        children("Contacts", "Contacts", "Account_Name"),
        children("Deals", "Deals", "Account_Name"),
        RelatedList(api_name="Products", label="Products", module="Products", kind="link"),
    ]
    return standard_module("Accounts", "Account", own, ["Account_Name"], lists)


def deals() -> Module:
    pipelines = standard_pipelines()
    own = [
        f.text("Deal_Name", length=120, mandatory=True),
        f.lookup("Account_Name", "Accounts", related_label="Deals"),
        f.lookup("Contact_Name", "Contacts", related_label="Deals"),
        f.picklist("Stage", f.stages_of(pipelines), mandatory=True),
        f.picklist("Pipeline", [pipeline.name for pipeline in pipelines]),
        f.date("Closing_Date"),
        f.currency("Amount"),
        f.integer("Probability", length=3, label="Probability (%)"),
        f.formula("Expected_Revenue", "${Deals.Amount} * ${Deals.Probability} / 100", "currency"),
        f.picklist("Type", ["Existing Business", "New Business"]),
        f.picklist("Lead_Source", c.LEAD_SOURCES),
        f.text("Next_Step", length=100),
        f.lookup("Campaign_Source", "Campaigns", related_label="Deals"),
        f.textarea("Description", textarea_type="large"),
    ]
    lists = [
        *activity_lists(),
        RelatedList(api_name="Products", label="Products", module="Products", kind="link"),
    ]
    required = ["Deal_Name", "Stage", "Pipeline", "Closing_Date"]
    return standard_module("Deals", "Deal", own, required, lists)
