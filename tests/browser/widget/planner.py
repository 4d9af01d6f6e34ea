"""What the plan's tests are answered: drawn up by the real planning, for a small org of plain
values, so that a page that asks for something else is shown something else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from extension.errors import InvalidInput
from extension.planning import choices as choosing
from extension.planning import forms, option, plan_view
from extension.planning.option import to_fill_json
from extension.planning.options import work_out
from extension.planning.plan import draw_up
from extension.planning.plan_records import layout_of
from extension.planning.planned import Facts
from extension.planning.records import (
    Catalogue,
    Choice,
    Layout,
    Lead,
    Module,
    Pipeline,
    Record,
    Stage,
    ZohoSays,
)
from extension.planning.standing_in import settled
from extension.planning.targets import Target, default_targets
from tests.browser.widget.server import Call, Reply, WidgetSite, say
from tests.planning import crm

LEAD = "3652397000009851001"
PLAN = f"/api/v1/leads/{LEAD}/plan"
TODAY = date(2026, 1, 31)
AT = "2026-01-31T09:00:00+00:00"

AUDITS = crm.custom(
    "Audits",
    crm.field("Audited_Account", "lookup", lookup_module="Accounts", mandatory=True),
    crm.field("Kind", "picklist", choices=crm.choices("First", "Follow-up"), mandatory=True),
    crm.field("Audited_On", "date", mandatory=True),
    crm.field("Sites", "integer", max_length=9),
    crm.field("Grade_Points", "double", max_length=9),
    crm.field("Starts_At", "datetime"),
    crm.field("Topics", "multiselectpicklist", choices=crm.choices("Water", "Air", "Noise")),
    crm.field("Contact_Email", "email", max_length=100),
    crm.field("Auditor", "userlookup"),
    crm.field("Remote", "boolean"),
    crm.field("Notes_On_Site", "textarea", max_length=2000),
    singular="Audit",
)
SERVICE = Layout(
    "Deals-2", "Service", fields=frozenset(crm.DEALS.fields), required=frozenset({"Amount"})
)
DEALS = replace(crm.DEALS, layouts=(*crm.DEALS.layouts, SERVICE))
PIPELINES = {
    "Deals-1": (
        crm.STANDARD,
        Pipeline("p2", "Tenders", "Tenders", False, (Stage("Bid", "Bid"), Stage("Award", "Award")),
                 "Deals-1"),
    ),
    "Deals-2": (
        Pipeline("p3", "Service", "Service", True, (Stage("Visit", "Visit"),), "Deals-2"),
    ),
}  # fmt: skip
VENDORS = replace(
    crm.VENDORS,
    fields={
        **crm.VENDORS.fields,
        "Remark": crm.field("Remark", max_length=80),
        "Rank": crm.field("Rank", "picklist", choices=(Choice("a", "Best"), Choice("b", "Good"))),
    },
    layouts=(Layout("Vendors-1", "Standard"),),
)
ACME = crm.record(
    "Vendors", "700", Vendor_Name="Acme Ltd", Phone="555 0000", Email="pat@acme.example",
    City="Hamburg", Website=None, Description="A supplier since 2019.", Category=None, Remark=None,
    Rank=None,
)  # fmt: skip
VALUES: Mapping[str, object] = {
    "First_Name": "Pat",
    "Last_Name": "Doe",
    "Full_Name": "Pat Doe",
    "Company": "Acme",
    "Email": "pat@acme.example",
    "Phone": "555 0199",
    "Designation": "Head of Purchasing",
    "Tax_Number": "DE 811 907 980",
    "Annual_Revenue": 250000,
    "City": "Bremen",
    "Description": "Asked for a price list.",
}


def _lead(values: Mapping[str, object]) -> Lead:
    one = crm.lead(**values, related={"Notes": 3, "Attachments": None, "Tasks": 1, "Emails": 2})
    return replace(one, record=Record("Leads", LEAD, {**one.record.values, "id": LEAD}))


@dataclass
class Planner:
    """A lead, an org, and the API over them as far as plans need it."""

    values: Mapping[str, object] = field(default_factory=lambda: dict(VALUES))
    people: tuple[tuple[str, str], ...] = (("9001", "Robin Rep"), ("9002", "Ada Admin"))
    accounts: tuple[tuple[str, str], ...] = (("801", "Brightwater"), ("802", "Brisk & Sons"))
    zoho_says: ZohoSays = crm.NOTHING

    def __post_init__(self) -> None:
        more: tuple[Module, ...] = (VENDORS, DEALS, AUDITS)
        self.org: Catalogue = crm.catalogue(*more, pipelines=PIPELINES)
        self.lead = _lead(self.values)
        self.targets: tuple[Target, ...] = default_targets(self.org)
        found = {"Vendors": (ACME,), "Contacts": (), "Accounts": (), "Audits": ()}
        self.facts = Facts(crm.REP, TODAY, self.zoho_says, found)

    def serve(self, site: WidgetSite) -> None:
        site.on("GET", f"/api/v1/leads/{LEAD}/options", say(self.options()))
        site.on("GET", "/api/v1/users", say({"users": _named(self.people)}))
        site.replies["POST", PLAN] = self.plan
        site.replies["GET", "/api/v1/records/search"] = self.search
        for name in self.org.modules:
            site.replies["GET", f"/api/v1/modules/{name}/form"] = self.form

    def options(self) -> dict[str, Any]:
        worked_out = work_out(self.lead, self.targets, self.org, self.facts)
        return {**option.as_json(worked_out), "as_of": AT}

    def plan(self, call: Call) -> Reply:
        try:
            return say(self.drawn(call.json))
        except InvalidInput as error:
            told = {"code": "invalid_input", "message": str(error), "details": error.details}
            return say({"error": told}, 422)

    def drawn(self, wish: object) -> dict[str, Any]:
        choices = choosing.read(wish, self.targets, self.org)
        target = next(one for one in self.targets if one.key == choices.target)
        choices = settled(self.lead, target, choices, self.org, self.facts).choices
        plan = draw_up(self.lead, target, choices, self.org, self.facts)
        view = plan_view.as_json(plan, self.lead, target, choices, crm.REP.profile)
        return {**view, "as_of": AT}

    def form(self, call: Call) -> Reply:
        module = self.org.modules[call.path.split("/")[-2]]
        layout = layout_of(module, call.query.get("layout", ""), crm.REP)
        asked = forms.form(module, layout, self.org, crm.REP)
        shape = {"id": layout.id, "name": layout.name} if layout else None
        fields = [to_fill_json(one) for one in asked]
        return say({"module": module.api_name, "label": module.singular, "layout": shape,
                    "fields": fields})  # fmt: skip

    def search(self, call: Call) -> Reply:
        begins = call.query["text"].casefold()
        found = [one for one in self.accounts if one[1].casefold().startswith(begins)]
        return say({"records": _named(found)})


def _named(pairs: Any) -> list[dict[str, str]]:
    return [{"id": ident, "name": name} for ident, name in pairs]
