"""A lead that becomes a supplier: the target, and the plan that the tests look at."""

from dataclasses import replace
from datetime import date
from typing import Any

from extension.planning.carry import Carried, Lost, Transformed
from extension.planning.choices import Choices, RecordChoice
from extension.planning.plan import Facts, Plan, draw_up
from extension.planning.records import Catalogue, Lead
from extension.planning.targets import Target, TargetRecord

from .crm import CONTACTS, REP, catalogue, field

FACTS = Facts(REP, date(2026, 1, 31))
SUPPLIER = TargetRecord(
    "vendor", "Vendors",
    {"Vendor_Name": "Company", "Phone": "Phone", "Email": "Email", "Category": "Designation"},
)  # fmt: skip
TARGET = Target("supplier", "Supplier", "records", (SUPPLIER,))
PLAIN = Choices("supplier", salvage=False)
ORG = catalogue()
ACME = {"Company": "Acme", "Last_Name": "Doe"}


def choose(**decided: Any) -> Choices:
    return replace(PLAIN, records={"vendor": RecordChoice(**decided)})


def plan(
    one: Lead, target: Target = TARGET, choices: Choices = PLAIN, org: Catalogue = ORG,
    facts: Facts = FACTS,
) -> Plan:  # fmt: skip
    return draw_up(one, target, choices, org, facts)


def fate(drawn: Plan, name: str) -> str:
    [found] = [one.verdict for one in drawn.fates if one.held.field.api_name == name]
    match found:
        case Carried():
            return "carried"
        case Transformed(how=how):
            return how.key
        case Lost(why):
            return why.key


def codes(drawn: Plan) -> list[str]:
    return [one.code for one in drawn.blockers]


LINKED = replace(
    CONTACTS,
    fields={
        **CONTACTS.fields, "Vendor_Name": field("Vendor_Name", "lookup", lookup_module="Vendors")
    },
    layouts=(),
)  # fmt: skip
CONTACT = TargetRecord("contact", "Contacts", {"Last_Name": "Last_Name"},
                       links={"Vendor_Name": "vendor"})  # fmt: skip
BOTH = Target("both", "Both", "records", (CONTACT, SUPPLIER))
