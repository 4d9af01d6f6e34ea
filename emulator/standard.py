"""The modules every Zoho org starts with, their fields, layouts and default conversion mapping.

Fields and lengths: https://help.zoho.com/portal/en/kb/crm/customize-crm-account/customizing-fields/articles/standard-modules-fields
Mapping: https://help.zoho.com/portal/en/kb/crm/sales-force-automation/leads/articles/convert-leads
"""

from . import fields as f
from .schema import Field, Layout, Module, Pipeline, RelatedList, Section, Stage

SALUTATIONS = ["Mr.", "Mrs.", "Ms.", "Dr.", "Prof."]
LEAD_SOURCES = [
    "Advertisement", "Cold Call", "Employee Referral", "External Referral", "Online Store",
    "Partner", "Public Relations", "Sales Email Alias", "Seminar Partner", "Internal Seminar",
    "Trade Show", "Web Download", "Web Research", "Chat",
]  # fmt: skip
LEAD_STATUSES = [
    "Attempted to Contact", "Contact in Future", "Contacted", "Junk Lead", "Lost Lead",
    "Not Contacted", "Pre-Qualified", "Not Qualified",
]  # fmt: skip
INDUSTRIES = [
    "ASP (Application Service Provider)", "Data/Telecom OEM", "ERP (Enterprise Resource Planning)",
    "Government/Military", "Large Enterprise", "ManagementISV", "MSP (Management Service Provider)",
    "Network Equipment Enterprise", "Non-management ISV", "Optical Networking",
    "Service Provider", "Small/Medium Enterprise", "Storage Equipment", "Storage Service Provider",
    "Systems Integrator", "Wireless Industry", "ERP", "Management ISV",
]  # fmt: skip
RATINGS = ["Acquired", "Active", "Market Failed", "Project Cancelled", "Shut Down"]
ACCOUNT_TYPES = [
    "Analyst", "Competitor", "Customer", "Distributor", "Integrator", "Investor", "Other",
    "Partner", "Press", "Prospect", "Reseller", "Supplier", "Vendor",
]  # fmt: skip
GL_ACCOUNTS = [
    "Sales-Software", "Sales-Hardware", "Rental Income", "Interest Income",
    "Sales Software Support", "Sales Other", "Internet Sales", "Service-Hardware Labor",
    "Sales-Books",
]  # fmt: skip
ACTIVITY_PARENTS = ("Leads", "Accounts", "Deals", "Vendors", "Products", "Campaigns")
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


def standard_modules() -> list[Module]:
    """Leads, Contacts, Accounts, Deals and the other modules Zoho ships, newly made."""
    return [
        leads(), accounts(), contacts(), deals(), tasks(), events(), calls(),
        products(), vendors(), campaigns(), notes(), attachments(),
    ]  # fmt: skip


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
        fields=[name, *_contactless(), *system_fields()],
        layouts=[f.layout("Standard", f.section(f"{singular} Information", "Name*", "Owner"))],
        related_lists=_activity_lists(),
        sharing="private" if sharing == "private" else "public_read_write",
    )
    return module.add(*own)


def _contactless() -> list[Field]:
    return [f.email("Secondary_Email"), f.boolean("Email_Opt_Out")]


def system_fields() -> list[Field]:
    """The fields that every module with owners has."""
    stamps: list[Field] = [
        f.user("Created_By"),
        f.user("Modified_By"),
        f.moment("Created_Time"),
        f.moment("Modified_Time"),
        f.moment("Last_Activity_Time"),
        f.boolean("Locked__s", label="Locked"),
    ]
    for stamp in stamps:
        f.unwritable(stamp).on_layouts = False
    layout = Field(api_name="Layout", label="Layout", data_type="layout", on_layouts=False)
    tag = Field(api_name="Tag", label="Tag", data_type="tag", length=2000, on_layouts=False)
    image = Field(
        api_name="Record_Image", label="Image", data_type="profileimage", length=255,
        on_layouts=False,
    )  # fmt: skip
    everything = [f.owner(), *stamps, layout, tag, f.unwritable(image)]
    for one in everything:
        one.system = True
    return everything


def address(prefix: str, *, code: str = "Code", to: dict[str, str] | None = None) -> list[Field]:
    """Street, city, state, code and country; `to` maps target modules to their prefixes."""
    parts = {"Street": 250, "City": 100, "State": 100, code: 30, "Country": 100}
    return [
        f.text(
            f"{prefix}{part}",
            length=length,
            converts_to={
                module: f"{target}{_code(module) if part == code else part}"
                for module, target in (to or {}).items()
            },
        )
        for part, length in parts.items()
    ]


def _code(module: str) -> str:
    return "Zip" if module == "Contacts" else "Code"


def _full_name() -> Field:
    return f.unwritable(f.text("Full_Name", length=120, on_layouts=False))


def leads() -> Module:
    """Leads, with the mapping Zoho starts with."""
    contact, account = "Contacts", "Accounts"
    own = [
        f.text("Company", length=200, converts_to={account: "Account_Name"}),
        f.text("First_Name", length=40, converts_to={contact: "First_Name"}),
        f.text("Last_Name", length=80, mandatory=True, converts_to={contact: "Last_Name"}),
        _full_name(),
        f.picklist("Salutation", SALUTATIONS, converts_to={contact: "Salutation"}),
        f.text("Designation", label="Title", length=100, converts_to={contact: "Title"}),
        f.email(converts_to={contact: "Email"}),
        f.email("Secondary_Email", converts_to={contact: "Secondary_Email"}),
        f.phone(converts_to={contact: "Phone", account: "Phone"}),
        f.phone("Mobile", converts_to={contact: "Mobile"}),
        f.phone("Fax", converts_to={contact: "Fax", account: "Fax"}),
        f.website(converts_to={account: "Website"}),
        f.picklist("Lead_Source", LEAD_SOURCES,
                   converts_to={contact: "Lead_Source", "Deals": "Lead_Source"}),
        f.picklist("Lead_Status", LEAD_STATUSES),
        f.picklist("Industry", INDUSTRIES, converts_to={account: "Industry"}),
        f.integer("No_of_Employees", label="No. of Employees", converts_to={account: "Employees"}),
        f.currency("Annual_Revenue", converts_to={account: "Annual_Revenue"}),
        f.picklist("Rating", RATINGS, converts_to={account: "Rating"}),
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
        *_activity_lists(),
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
        related_lists=lists, sequence_number=2,
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


def _activity_lists() -> list[RelatedList]:
    lists = [
        RelatedList(api_name="Notes", label="Notes", module="Notes", kind="notes"),
        RelatedList(
            api_name="Attachments", label="Attachments", module="Attachments", kind="attachments"
        ),
    ]
    for module, label in (("Tasks", "Tasks"), ("Events", "Meetings"), ("Calls", "Calls")):
        lists += [
            RelatedList(
                api_name=module, label=f"Open {label}", module=module, kind="activities"
            ),
            RelatedList(
                api_name=f"{module}_History", label=f"Closed {label}", module=module,
                kind="activities", closed=True,
            ),
        ]  # fmt: skip
    return lists


def _children(api_name: str, module: str, via: str, label: str = "") -> RelatedList:
    return RelatedList(
        api_name=api_name, label=label or api_name, module=module, kind="lookup", via=via
    )


def contacts() -> Module:
    own = [
        f.picklist("Salutation", SALUTATIONS),
        f.text("First_Name", length=40),
        f.text("Last_Name", length=80, mandatory=True),
        _full_name(),
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
        f.picklist("Lead_Source", LEAD_SOURCES),
        f.boolean("Email_Opt_Out"),
        f.text("Skype_ID", label="Skype ID", length=50),
        f.text("Twitter", length=50),
        *address("Mailing_", code="Zip"),
        *address("Other_", code="Zip"),
        f.textarea("Description", textarea_type="large"),
    ]
    lists = [
        *_activity_lists(),
        _children("Deals", "Deals", "Contact_Name"),
        RelatedList(api_name="Products", label="Products", module="Products", kind="link"),
        RelatedList(api_name="Campaigns", label="Campaigns", module="Campaigns", kind="link"),
    ]
    return _module("Contacts", "Contact", own, ["Last_Name"], lists, "Full_Name", 3)


def accounts() -> Module:
    own = [
        f.text("Account_Name", length=200, mandatory=True),
        f.bigint("Account_Number"),
        f.text("Account_Site", length=80),
        f.lookup("Parent_Account", "Accounts", related_label="Member Accounts"),
        f.picklist("Account_Type", ACCOUNT_TYPES),
        f.picklist("Industry", INDUSTRIES),
        f.picklist("Ownership", ["Other", "Private", "Public", "Subsidiary", "Partnership"]),
        f.picklist("Rating", RATINGS),
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
        *_activity_lists(),
        _children("Contacts", "Contacts", "Account_Name"),
        _children("Deals", "Deals", "Account_Name"),
        RelatedList(api_name="Products", label="Products", module="Products", kind="link"),
    ]
    return _module("Accounts", "Account", own, ["Account_Name"], lists, "Account_Name", 4)


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
        f.picklist("Lead_Source", LEAD_SOURCES),
        f.text("Next_Step", length=100),
        f.lookup("Campaign_Source", "Campaigns", related_label="Deals"),
        f.textarea("Description", textarea_type="large"),
    ]
    lists = [
        *_activity_lists(),
        RelatedList(api_name="Products", label="Products", module="Products", kind="link"),
    ]
    required = ["Deal_Name", "Stage", "Pipeline", "Closing_Date"]
    return _module("Deals", "Deal", own, required, lists, "Deal_Name", 5)


def vendors() -> Module:
    own = [
        f.text("Vendor_Name", length=120, mandatory=True),
        f.phone(),
        f.email(),
        f.website(),
        f.picklist("GL_Account", GL_ACCOUNTS, label="GL Account"),
        f.text("Category", length=50),
        *address("", code="Zip_Code"),
        f.textarea("Description", textarea_type="large"),
    ]
    lists = [
        *_activity_lists(),
        _children("Products", "Products", "Vendor_Name"),
        _children("Contacts", "Contacts", "Vendor_Name"),
    ]
    return _module("Vendors", "Vendor", own, ["Vendor_Name"], lists, "Vendor_Name", 12)


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
    lists = _activity_lists() + [
        RelatedList(api_name=name, label=name, module=name, kind="link")
        for name in ("Leads", "Contacts", "Accounts", "Deals")
    ]
    return _module("Products", "Product", own, ["Product_Name"], lists, "Product_Name", 11)


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
    lists = _activity_lists() + [
        RelatedList(api_name=name, label=name, module=name, kind="link")
        for name in ("Leads", "Contacts")
    ]
    return _module("Campaigns", "Campaign", own, ["Campaign_Name"], lists, "Campaign_Name", 13)


def _parents() -> list[Field]:
    """Whom an activity is with (a contact) and what it is about (`$se_module` says which)."""
    return [
        f.lookup("Who_Id", "Contacts", label="Contact Name"),
        f.lookup("What_Id", "", label="Related To", lookup_modules=ACTIVITY_PARENTS),
    ]


def tasks() -> Module:
    statuses = ["Not Started", "Deferred", "In Progress", "Completed", "Waiting for input"]
    own = [
        f.text("Subject", length=255, mandatory=True),
        f.date("Due_Date"),
        *_parents(),
        f.picklist("Status", statuses),
        f.picklist("Priority", ["High", "Highest", "Low", "Lowest", "Normal"]),
        f.boolean("Send_Notification_Email"),
        f.unwritable(f.moment("Closed_Time")),
        f.textarea("Description", textarea_type="large"),
    ]
    return _module("Tasks", "Task", own, ["Subject"], _activity_lists()[:2], "Subject", 7)


def events() -> Module:
    own = [
        f.text("Event_Title", label="Title", length=255, mandatory=True),
        f.moment("Start_DateTime", label="From", mandatory=True),
        f.moment("End_DateTime", label="To", mandatory=True),
        f.boolean("All_day"),
        f.text("Venue", label="Location", length=255),
        *_parents(),
        f.textarea("Description", textarea_type="large"),
    ]
    required = ["Event_Title", "Start_DateTime", "End_DateTime"]
    module = _module("Events", "Event", own, required, _activity_lists()[:2], "Event_Title", 8)
    module.singular, module.plural = "Meeting", "Meetings"
    return module


def calls() -> Module:
    own = [
        f.text("Subject", length=255, mandatory=True),
        f.picklist("Call_Type", ["Outbound", "Inbound", "Missed"], mandatory=True),
        f.moment("Call_Start_Time", mandatory=True),
        f.text("Call_Duration", length=20),
        f.picklist("Call_Purpose", ["Prospecting", "Administrative", "Negotiation", "Demo"]),
        f.picklist("Call_Status", ["Scheduled", "Completed", "Cancelled"], length=100),
        f.text("Call_Result", length=100),
        *_parents(),
        f.textarea("Description", textarea_type="large"),
    ]
    required = ["Subject", "Call_Type", "Call_Start_Time"]
    return _module("Calls", "Call", own, required, _activity_lists()[:2], "Subject", 9)


def notes() -> Module:
    own = [
        f.text("Note_Title", length=120),
        f.textarea("Note_Content", length=65535, textarea_type="large", mandatory=True),
        f.lookup("Parent_Id", "", label="Parent ID", mandatory=True, lookup_modules=("*",)),
    ]
    lists = [one for one in _activity_lists() if one.api_name == "Attachments"]
    module = _module("Notes", "Note", own, [], lists, "Note_Title", 30)
    module.show_as_tab = module.lookupable = module.quick_create = False
    return module


def attachments() -> Module:
    own = [
        f.text("File_Name", length=255, mandatory=True),
        f.unwritable(f.bigint("Size")),
        f.lookup("Parent_Id", "", label="Parent ID", lookup_modules=("*",)),
    ]
    module = _module("Attachments", "Attachment", own, [], [], "File_Name", 31)
    module.show_as_tab = module.lookupable = module.quick_create = module.creatable = False
    return module


def _module(
    api_name: str, singular: str, own: list[Field], required: list[str],
    lists: list[RelatedList], display: str, number: int,
) -> Module:  # fmt: skip
    return Module(
        api_name=api_name,
        singular=singular,
        plural=api_name,
        display_field=display,
        fields=[*own, *system_fields()],
        layouts=[_standard_layout(singular, own, required)],
        related_lists=lists,
        sequence_number=number,
        sharing="private" if api_name in PRIVATE else "public_read_write",
    )


PRIVATE = ("Leads", "Contacts", "Accounts", "Deals", "Tasks", "Events", "Calls")


def _standard_layout(singular: str, own: list[Field], required: list[str]) -> Layout:
    """One section for everything, and one for the description if there is one."""
    shown = [one.api_name for one in own if one.on_layouts and one.api_name != "Description"]
    marked = [f"{name}*" if name in required else name for name in shown]
    sections: list[Section] = [f.section(f"{singular} Information", "Owner", *marked)]
    if any(one.api_name == "Description" for one in own):
        sections.append(f.section("Description Information", "Description", columns=1))
    return f.layout("Standard", *sections)
