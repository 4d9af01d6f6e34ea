"""The modules that Brightwater Instruments has added to its CRM: partners and supplier audits."""

from .. import fields as f
from ..schema import LayoutRule, Module
from ..standard import custom_module

TIERS = ["Registered", "Silver", "Gold", "Platinum"]
REGIONS = ["North America", "Latin America", "Europe", "Middle East", "Asia Pacific"]


def own_modules() -> list[Module]:
    """What Brightwater added, and what holds the subform and the lookup of its leads."""
    return [_sample_points(), _linking(), _partners(), _audits()]


def _sample_points() -> Module:
    """The rows of Leads.Sample_Points."""
    own = [
        f.text("Point_Name", length=80, mandatory=True),
        f.picklist("Parameter", ["pH", "Turbidity", "Conductivity", "Chlorine", "Flow"]),
        f.double("Depth_m", label="Depth (m)"),
        f.date("Sampled_On"),
        f.unwritable(f.lookup("Parent_Id", "Leads", label="Parent ID")),
    ]
    for one in own:
        one.custom = True
    return Module(
        api_name="Sample_Points", singular="Sample Point", plural="Sample Points", fields=own,
        module_name="CustomModule5001", generated_type="subform", display_field="Point_Name",
        show_as_tab=False, quick_create=False, lookupable=False, parent="Leads",
        sharing="public_read_write",
    )  # fmt: skip


def _linking() -> Module:
    """What stands between leads and the products they are interested in."""
    own = [f.lookup("Leads", "Leads"), f.lookup("Interested_Products", "Products")]
    return Module(
        api_name="Leads_X_Products", singular="Lead X Product", plural="Leads X Products",
        fields=own, module_name="LinkingModule1", generated_type="linking", show_as_tab=False,
        quick_create=False, lookupable=False, sharing="public_read_write",
    )  # fmt: skip


def _partners() -> Module:
    """Resellers: an account, a tier and since when, all of them mandatory."""
    module = custom_module(
        "Partners", "Partner", "Partners",
        f.lookup("Account", "Accounts", mandatory=True, related_label="Partners"),
        f.picklist("Tier", TIERS, mandatory=True),
        f.date("Partner_Since", mandatory=True),
        f.picklist("Region", REGIONS),
        f.phone(),
        f.website(),
        f.percent("Discount"),
        f.user("Partner_Manager"),
        f.lookup("Main_Contact", "Contacts", related_label="Partners"),
        f.textarea("Description", textarea_type="large"),
        number=1,
    )  # fmt: skip
    module.layouts[0].rules.append(
        LayoutRule(
            name="Platinum has a discount",
            field="Tier",
            values=("Platinum",),
            requires=("Discount",),
        )
    )
    module.sequence_number = 40
    return module


def _audits() -> Module:
    """Visits to suppliers; an audit without a vendor cannot be."""
    module = custom_module(
        "Supplier_Audits", "Supplier Audit", "Supplier Audits",
        f.lookup("Vendor", "Vendors", mandatory=True, related_label="Audits"),
        f.date("Audit_Date", mandatory=True),
        f.picklist("Result", ["Passed", "Passed with Findings", "Failed"]),
        f.integer("Score", length=3),
        f.user("Auditor"),
        f.textarea("Findings"),
        number=2,
    )  # fmt: skip
    module.sequence_number = 41
    return module
