"""Vendors, products and campaigns."""

from .. import fields as f
from ..schema import Module, RelatedList
from . import choices as c
from .common import activity_lists, address, children, standard_module


def vendors() -> Module:
    own = [
        f.text("Vendor_Name", length=120, mandatory=True),
        f.phone(),
        f.email(),
        f.website(),
        f.picklist("GL_Account", c.GL_ACCOUNTS, label="GL Account"),
        f.text("Category", length=50),
        *address("", code="Zip_Code"),
        f.textarea("Description", textarea_type="large"),
    ]
    lists = [
        *activity_lists(),
        children("Products", "Products", "Vendor_Name"),
        children("Contacts", "Contacts", "Vendor_Name"),
    ]
    return standard_module("Vendors", "Vendor", own, ["Vendor_Name"], lists)


def products() -> Module:
    own = [
        f.text("Product_Name", length=200, mandatory=True),
        f.text("Product_Code", length=40),
        f.lookup("Vendor_Name", "Vendors", related_label="Products"),
        f.boolean("Product_Active", default=True),
        f.picklist("Product_Category", ["Hardware", "Software", "CRM Applications"]),
        f.picklist("Manufacturer", ["AltvetPet Inc.", "LexPon Inc.", "MetBeat Corp."]),
        f.currency("Unit_Price"),
        f.percent("Commission_Rate"),
        f.double("Qty_in_Stock", label="Quantity in Stock"),
        f.picklist("Usage_Unit", ["Box", "Carton", "Dozen", "Each", "Hours", "Pieces", "Units"]),
        f.boolean("Taxable", default=True),
        f.date("Sales_Start_Date"),
        f.date("Sales_End_Date"),
        f.textarea("Description", textarea_type="large"),
    ]
    lists = activity_lists() + [
        RelatedList(api_name=name, label=name, module=name, kind="link")
        for name in ("Leads", "Contacts", "Accounts", "Deals")
    ]
    return standard_module("Products", "Product", own, ["Product_Name"], lists)


def campaigns() -> Module:
    own = [
        f.text("Campaign_Name", length=200, mandatory=True),
        f.picklist("Type", ["Conference", "Webinar", "Trade Show", "Public Relations", "Email"]),
        f.picklist("Status", ["Planning", "Active", "Inactive", "Complete"]),
        f.date("Start_Date"),
        f.date("End_Date"),
        f.currency("Expected_Revenue"),
        f.currency("Budgeted_Cost"),
        f.currency("Actual_Cost"),
        f.bigint("Expected_Response"),
        f.bigint("Num_sent", label="Numbers sent"),
        f.textarea("Description", textarea_type="large"),
    ]
    lists = activity_lists() + [
        RelatedList(api_name=name, label=name, module=name, kind="link")
        for name in ("Leads", "Contacts")
    ]
    return standard_module("Campaigns", "Campaign", own, ["Campaign_Name"], lists)
