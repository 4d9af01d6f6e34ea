"""What Brightwater Instruments has made of Zoho's modules: own fields, layouts, pipelines.

Leads have a field of every type. Some of them fit where they are to go, others do not: a
supplier's tax number may be too long for Vendors, its certification unknown there.
"""

from .. import fields as f
from ..schema import Field, Layout, LayoutRule, Module, Pipeline, RelatedList, Stage
from ..standard import standard_pipelines
from ..world import World
from .brightwater_own import own_modules

LEAD_TYPES = ["Customer", "Supplier", "Partner"]
INTERESTS = ["Flow Meters", "pH Probes", "Turbidity Sensors", "Data Loggers", "Calibration"]
CERTIFICATIONS = ["None", "ISO 9001", "ISO 14001", "ISO 17025", "UL Listed"]
TERMS = ["Prepaid", "Net 15", "Net 30", "Net 45", "Net 60", "Net 90"]
TENDERS = "Tenders (Standard)"
SERVICE_LAYOUT = "Service Contracts"
SERVICE = "Service (Service Contracts)"
SUPPLIER_LAYOUT = "Supplier Application"
DISTRIBUTOR_LAYOUT = "Distributor"


def pipelines() -> list[Pipeline]:
    """Zoho's own, one for public tenders, and one for service contracts with its own layout."""
    tenders = [
        Stage(name="Notice Published", probability=5),
        Stage(name="Documents Requested", probability=15),
        Stage(name="Bid Submitted", probability=40),
        Stage(name="Shortlisted", probability=70, category="Best Case"),
        Stage(name="Awarded", probability=100, forecast="Closed Won", category="Closed"),
        Stage(name="Not Awarded", probability=0, forecast="Closed Lost", category="Omitted"),
    ]
    service = [
        Stage(name="Site Visit", probability=20),
        Stage(name="Offer Sent", probability=50),
        Stage(name="Contract Signed", probability=100, forecast="Closed Won", category="Closed"),
        Stage(name="Declined", probability=0, forecast="Closed Lost", category="Omitted"),
    ]
    return [
        *standard_pipelines(),
        Pipeline(name=TENDERS, stages=tenders),
        Pipeline(name=SERVICE, stages=service, layout=SERVICE_LAYOUT, default=True),
    ]


def build(world: World) -> None:
    """Bring a furnished org's modules to what Brightwater has."""
    world.pipelines.clear()
    world.add_pipeline(*pipelines())
    _share(world)
    for name, shape in (
        ("Leads", _leads),
        ("Contacts", _contacts),
        ("Accounts", _accounts),
        ("Deals", _deals),
        ("Vendors", _vendors),
    ):
        module = world.module(name)
        if module is None:
            raise ValueError(f"no module {name}")
        shape(module)
        world.number(module)
    world.add_module(*own_modules())


def _share(world: World) -> None:
    """Everybody sees leads, contacts and activities; accounts anybody may change."""
    for name in ("Leads", "Contacts", "Tasks", "Events", "Calls"):
        _named(world, name).sharing = "public_read"
    _named(world, "Accounts").sharing = "public_read_write"


def _named(world: World, name: str) -> Module:
    module = world.module(name)
    if module is None:
        raise ValueError(f"no module {name}")
    return module


def _lead_fields() -> list[Field]:
    return [
        f.picklist("Lead_Type", LEAD_TYPES, default="Customer"),
        f.autonumber("Lead_Number", prefix="BW-L-", start=1001),
        f.text("Tax_Number", length=30, converts_to={"Accounts": "Tax_Number"}),
        f.bigint("DUNS_Number", label="D-U-N-S Number"),
        f.picklist("Certification", CERTIFICATIONS),
        f.picklist("Payment_Terms", TERMS),
        f.multiselect(
            "Product_Interests", INTERESTS, converts_to={"Deals": "Product_Interests"}
        ),
        f.boolean("NDA_Signed", label="NDA Signed", converts_to={"Accounts": "NDA_Signed"}),
        f.integer("Number_of_Sites", converts_to={"Accounts": "Number_of_Sites"}),
        f.double("Daily_Flow", label="Daily Flow (m³)", decimal_place=3),
        f.currency("Expected_Budget", converts_to={"Deals": "Amount"}),
        f.percent("Expected_Discount"),
        f.formula("Budget_per_Site", "${Leads.Expected_Budget} / ${Leads.Number_of_Sites}",
                  "currency"),
        f.date("Next_Review_On"),
        f.moment("Demo_At"),
        f.lookup("Referred_By", "Accounts", related_label="Referred Leads"),
        f.user("Technical_Advisor", converts_to={"Deals": "Technical_Advisor"}),
        f.multilookup("Interested_Products", "Products", "Leads_X_Products"),
        f.textarea("Requirements", converts_to={"Deals": "Description"}),
        f.subform("Sample_Points", "Sample_Points"),
        f.fileupload("Data_Sheets"),
        Field(api_name="Site_Photos", label="Site Photos", data_type="imageupload", length=255),
    ]  # fmt: skip


def _leads(leads: Module) -> None:
    section = "Instrumentation"
    leads.add(*_lead_fields(), section=section)
    industry = leads.field("Industry")
    if industry is not None:
        industry.choices += f.pick_list(["Water Utility", "Aquaculture"])
    standard = leads.layouts[0]
    standard.rules.append(
        LayoutRule(
            name="Suppliers have a tax number",
            field="Lead_Type",
            values=("Supplier",),
            requires=("Tax_Number",),
        )
    )
    leads.layouts += [
        f.layout(
            SUPPLIER_LAYOUT,
            f.section(
                "Supplier", "Owner", "Company*", "First_Name", "Last_Name*", "Designation",
                "Email*", "Phone", "Mobile", "Website", "Lead_Type*", "Lead_Source",
                "Lead_Status",
            ),
            f.section(
                "Qualification", "Lead_Number", "Tax_Number", "DUNS_Number", "Certification",
                "Payment_Terms", "NDA_Signed", "Next_Review_On", "Data_Sheets",
            ),
            f.section("Address", "Street", "City", "State", "Zip_Code", "Country"),
            f.section("Description Information", "Description", columns=1),
            converts_to={
                "Contacts": DISTRIBUTOR_LAYOUT,
                "Accounts": "Standard",
                "Deals": SERVICE_LAYOUT,
            },
            deal_fields=_deal_form(),
        )
    ]  # fmt: skip


def _deal_form() -> list[tuple[str, bool]]:
    return [("Deal_Name", True), ("Closing_Date", True), ("Stage", True), ("Pipeline", True)]


def _contacts(contacts: Module) -> None:
    email = contacts.field("Email")
    if email is not None:
        email.unique = True
    contacts.layouts.append(
        f.layout(
            DISTRIBUTOR_LAYOUT,
            f.section(
                "Distributor Contact", "Owner", "First_Name", "Last_Name*", "Account_Name",
                "Vendor_Name", "Email", "Phone", "Mobile", "Title", "Lead_Source",
                "Mailing_Street", "Mailing_City", "Mailing_State", "Mailing_Zip",
                "Mailing_Country", "Description",
            ),
        )
    )  # fmt: skip


def _accounts(accounts: Module) -> None:
    accounts.add(
        f.text("Tax_Number", length=30, unique=True),
        f.boolean("NDA_Signed", label="NDA Signed"),
        f.integer("Number_of_Sites"),
    )


def _deals(deals: Module) -> None:
    stage, pipeline = deals.field("Stage"), deals.field("Pipeline")
    if stage is not None and pipeline is not None:
        stage.choices = f.stages_of(pipelines())
        pipeline.choices = f.pick_list([one.name for one in pipelines()])
    deals.add(
        f.multiselect("Product_Interests", INTERESTS),
        f.user("Technical_Advisor"),
    )
    deals.layouts.append(_service_contracts())


def _service_contracts() -> Layout:
    return f.layout(
        SERVICE_LAYOUT,
        f.section(
            "Service Contract", "Owner", "Deal_Name*", "Account_Name", "Contact_Name", "Stage*",
            "Pipeline*", "Closing_Date*", "Amount", "Probability", "Next_Step", "Lead_Source",
            "Technical_Advisor",
        ),
        f.section("Description Information", "Description", columns=1),
    )  # fmt: skip


def _vendors(vendors: Module) -> None:
    """Tax numbers are shorter here than in Leads, and fewer terms and certifications known."""
    vendors.add(
        f.text("Tax_Number", length=20, unique=True),
        f.picklist("Certification", ["None", "ISO 9001", "ISO 14001"]),
        f.picklist("Payment_Terms", ["Prepaid", "Net 15", "Net 30", "Net 45"]),
        f.boolean("NDA_Signed", label="NDA Signed"),
        f.date("Next_Review_On"),
        f.fileupload("Data_Sheets"),
        section="Supplier Qualification",
    )


def add_related_lists(world: World) -> None:
    """What the own modules add to the pages of others."""
    for name, api_name, module, via in (
        ("Accounts", "Partners", "Partners", "Account"),
        ("Vendors", "Audits", "Supplier_Audits", "Vendor"),
    ):
        parent = _named(world, name)
        parent.related_lists.append(
            RelatedList(api_name=api_name, label=api_name, module=module, kind="lookup", via=via)
        )
        world.number(parent)
