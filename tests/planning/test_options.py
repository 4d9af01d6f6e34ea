"""What a rep is offered for a lead."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from json import dumps, loads
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extension.planning.option import Option, Options
from extension.planning.options import as_json, work_out
from extension.planning.planned import Facts
from extension.planning.policies import Condition
from extension.planning.records import (
    Agreement,
    Catalogue,
    Field,
    Layout,
    Lead,
    Module,
    Pipeline,
    Record,
    Stage,
    User,
    ZohoSays,
)
from extension.planning.rules import FirstOf, Template
from extension.planning.targets import Target, TargetRecord, default_targets

from .crm import (
    ACCOUNTS,
    CONTACTS,
    DEALS,
    LEADS,
    NOTHING,
    REP,
    STANDARD,
    UNASKED,
    VENDORS,
    catalogue,
    choices,
    custom,
    field,
    lead,
    record,
    rep,
)

DAY = date(2026, 11, 22)
SUPPLIER = lead(
    Company="Nhà máy Thép Hòa Phát", First_Name="An", Last_Name="Nguyễn Văn",
    Email="an.nguyen@hoaphat.example", Phone="+84 24 3974 7751", City="Hà Nội",
    Lead_Source="Fair", Rating="Hot", Tax_Number="0900189284",
)  # fmt: skip


def offered(
    one: Lead = SUPPLIER,
    user: User = REP,
    org: Catalogue | None = None,
    says: ZohoSays = NOTHING,
    found: dict[str, Sequence[Record] | None] | None = None,
) -> Options:
    org = org or catalogue()
    everything = dict.fromkeys(org.modules, ())
    facts = Facts(user, DAY, says, {**everything, **(found or {})})
    return work_out(one, default_targets(org), org, facts)


def made_into(target: Target, one: Lead = SUPPLIER, org: Catalogue | None = None) -> Option:
    """The one option where an org has this one target."""
    facts = Facts(REP, DAY, NOTHING)
    [found] = work_out(one, [target], org or catalogue(), facts).options
    return found


def option(key: str, *args: Any, **known: Any) -> Option:
    return next(one for one in offered(*args, **known).options if one.target == key)


def with_field(module: Module, one: Field) -> Module:
    return replace(module, fields={**module.fields, one.api_name: one}, layouts=())


# Which options there are


def test_every_target_is_offered_zoho_first() -> None:
    org = catalogue(custom("Suppliers"), custom("Machines"))
    assert [one.target for one in offered(org=org).options] == [
        "zoho", "Vendors", "Machines", "Suppliers",
    ]  # fmt: skip


def test_what_is_possible_comes_before_what_is_not() -> None:
    options = offered(user=rep(Convert_Leads=False)).options
    assert [(one.target, one.available) for one in options] == [("Vendors", True), ("zoho", False)]


def test_a_lead_that_is_locked_can_become_nothing_and_every_option_says_so() -> None:
    options = offered(lead(Company="Acme", Locked__s=True)).options
    assert [[one.code for one in each.blockers] for each in options] == [["locked"], ["locked"]]


def test_a_module_that_is_hidden_from_the_rep_is_listed_and_closed() -> None:
    hidden = custom("Secrets", profiles=frozenset({"72"}), singular="Secret")
    one = option("Secrets", org=catalogue(hidden))
    assert [blocker.message for blocker in one.blockers] == [
        "Secrets is hidden from your profile. An administrator can show it."
    ]


def test_all_that_closes_an_option_is_said_at_once() -> None:
    proof = field("Proof", "fileupload", mandatory=True)
    org = catalogue(custom("Suppliers", proof))
    one = option(
        "Suppliers", lead(Last_Name="Doe", Locked__s=True), rep(Create_Suppliers=False), org
    )
    assert [blocker.code for blocker in one.blockers] == [
        "locked", "no_permission", "mandatory_without_source",
    ]  # fmt: skip


def test_what_zoho_refuses_of_a_converted_lead_adds_nothing() -> None:
    refused = ZohoSays("refused", code="INVALID_DATA", message="the given id seems to be invalid")
    one = option("zoho", lead(Last_Name="Doe", **{"$converted": True}), says=refused)
    assert [blocker.code for blocker in one.blockers] == ["already_converted"]
    assert [part.matches.state for part in one.records] == ["unknown", "known"]


# A record that we create


def test_a_supplier_becomes_a_vendor_and_what_is_lost_is_said() -> None:
    one = option("Vendors")
    assert one.available
    carried = {fate.held.field.api_name for fate in one.fates if fate.carried}
    lost = {fate.held.field.api_name for fate in one.fates if not fate.carried}
    assert carried == {"Company", "Email", "Phone", "City"}
    assert lost == {"First_Name", "Last_Name", "Lead_Source", "Rating", "Tax_Number"}


def test_a_company_too_long_for_a_vendor_is_lost_and_its_name_is_asked_for() -> None:
    one = option("Vendors", lead(Company="Gesellschaft " * 12, Last_Name="Roß"))
    [loss] = [fate.loss for fate in one.fates if fate.held.field.api_name == "Company"]
    assert loss is not None
    assert loss.code == "too_long"
    assert [(it.field.api_name, it.reason) for it in one.to_fill] == [("Vendor_Name", "mandatory")]


def test_a_person_without_a_company_becomes_a_vendor_of_that_name() -> None:
    one = option("Vendors", lead(First_Name="Pat", Last_Name="Doe"))
    assert one.to_fill == ()
    assert all(fate.carried for fate in one.fates)


def test_a_mandatory_lookup_is_to_fill_and_says_where_to_look() -> None:
    plant = field("Plant", "lookup", lookup_module="Plants", mandatory=True)
    size = field("Size", "picklist", choices=choices("S", "L"), mandatory=True)
    json: Any = as_json(offered(org=catalogue(custom("Suppliers", plant, size))))
    [suppliers] = [one for one in json["options"] if one["target"] == "Suppliers"]
    assert suppliers["to_fill"] == [
        {
            "record": "Suppliers", "field": "Plant", "label": "Plant", "type": "lookup",
            "required": True, "choices": [], "lookup_module": "Plants", "max_length": None,
            "reason": "mandatory",
        },
        {
            "record": "Suppliers", "field": "Size", "label": "Size", "type": "picklist",
            "required": True, "max_length": None, "lookup_module": None, "reason": "mandatory",
            "choices": [{"value": "S", "label": "S"}, {"value": "L", "label": "L"}],
        },
    ]  # fmt: skip


def test_only_layouts_open_to_the_rep_can_be_chosen() -> None:
    layouts = (
        Layout("1", "Old", active=False),
        Layout("2", "Foreign", profiles=frozenset({"72"})),
        Layout("3", "Standard", profiles=frozenset({"71"})),
        Layout("4", "Local"),
    )
    [part] = option("Suppliers", org=catalogue(custom("Suppliers", layouts=layouts))).records
    assert [one.name for one in part.layouts] == ["Standard", "Local"]
    assert part.layout is not None
    assert part.layout.name == "Standard"


def test_a_vendor_of_the_same_name_is_a_match() -> None:
    vendor = record("Vendors", "8", Vendor_Name="NHÀ MÁY THÉP HOÀ PHÁT", Owner={"name": "Sam"})
    stranger = record("Vendors", "9", Vendor_Name="Nhà máy Giấy")
    [part] = option("Vendors", found={"Vendors": [stranger, vendor]}).records
    assert [one.id for one in part.matches.found] == ["8"]


def test_a_module_that_could_not_be_searched_says_so() -> None:
    options = offered(found={"Vendors": None})
    [part] = options.options[1].records
    assert part.matches.state == "unknown"
    assert [one.message for one in options.warnings if one.code == "matches_unknown"] == [
        "Vendors could not be searched for duplicates this time."
    ]


def test_a_module_without_anything_to_search_by_says_so() -> None:
    counter = field("Name", "autonumber", read_only=True)
    org = catalogue(replace(custom("Slips"), fields={"Name": counter}))
    assert [one.message for one in offered(org=org).warnings if one.code == "matches_unknown"] == [
        "Slips: the lead holds nothing to search for duplicates by."
    ]


def test_linked_records_are_worked_out_together() -> None:
    vendor = TargetRecord(
        "vendor", "Vendors", {"Vendor_Name": "Company"}, match_on=("Vendor_Name",)
    )
    tied = field("Vendor_Name", "lookup", lookup_module="Vendors", mandatory=True)
    contact = TargetRecord(
        "person", "Contacts", {"Last_Name": "Last_Name", "Email": "Email"},
        match_on=("Email",), links={"Vendor_Name": "vendor"},
    )  # fmt: skip
    both = Target("supplier", "Supplier with contact", "records", (vendor, contact))
    org = catalogue(with_field(CONTACTS, tied))
    one = made_into(both, org=org)
    assert [part.key for part in one.records] == ["vendor", "person"]
    assert one.to_fill == ()
    carried = {fate.held.field.api_name for fate in one.fates if fate.carried}
    assert carried == {"Company", "Last_Name", "Email"}


def test_a_target_whose_module_is_gone_is_closed() -> None:
    gone = Target("Gone", "Gone", "records", (TargetRecord("Gone", "Gone", {}),))
    assert [blocker.code for blocker in made_into(gone).blockers] == ["module_hidden"]


def test_what_any_rule_fills_is_carried() -> None:
    rules = {"Vendor_Name": Template("{Company} ({City})"), "Email": FirstOf(("Email", "Phone"))}
    target = Target(
        "v", "Vendor", "records", (TargetRecord("v", "Vendors", {}, rules=rules),)
    )  # fmt: skip
    one = made_into(target)
    assert {fate.held.field.api_name for fate in one.fates if fate.carried} == {
        "Company", "City", "Email",
    }  # fmt: skip
    assert one.to_fill == ()


def test_a_target_of_another_profile_or_for_other_leads_says_so() -> None:
    record = TargetRecord("v", "Vendors", {"Vendor_Name": "Company"})
    closed = Target(
        "v", "Vendor", "records", (record,),
        profiles=frozenset({"9"}), offered_when=(Condition("City", "is", "Huế"),),
    )  # fmt: skip
    assert [one.code for one in made_into(closed).blockers] == ["not_for_you", "not_offered"]


# Zoho's own conversion


def test_zoho_makes_contact_account_and_if_wanted_a_deal() -> None:
    one = option("zoho")
    assert one.label == "Contact, Account and Deal"
    assert [(part.key, part.optional) for part in one.records] == [
        ("Contacts", False), ("Accounts", False), ("Deals", True),
    ]  # fmt: skip


def test_without_a_company_zoho_makes_no_account_and_that_is_said() -> None:
    options = offered(lead(Last_Name="Doe", Website="doe.example"))
    [zoho] = [one for one in options.options if one.target == "zoho"]
    assert zoho.label == "Contact and Deal"
    assert "This lead names no company, so Zoho's conversion creates no account." in [
        one.message for one in options.warnings
    ]
    assert [fate.held.field.api_name for fate in zoho.fates if not fate.carried] == ["Website"]


def test_zoho_carries_what_its_mapping_says() -> None:
    one = option("zoho")
    assert [fate.held.field.api_name for fate in one.fates if not fate.carried] == ["Tax_Number"]


def test_what_only_a_deal_keeps_is_said() -> None:
    [warning] = [one for one in offered().warnings if one.code == "only_with_deal"]
    assert warning.message == "Kept only if a deal is created: Rating."
    assert warning.params["fields"] == ["Rating"]


def test_the_deal_asks_for_what_zoho_needs() -> None:
    asked = {(it.field.api_name, it.required) for it in option("zoho").to_fill}
    assert asked == {
        ("Deal_Name", True), ("Stage", True), ("Closing_Date", True), ("Pipeline", True),
        ("Amount", False),
    }  # fmt: skip


def test_the_layout_that_the_lead_layout_names_is_taken_unless_another_is_chosen() -> None:
    two = (Layout("Deals-0", "Service"), Layout("Deals-1", "Standard"))
    service = Pipeline("p2", "Service", "Service", True, (Stage("New", "New"),))
    org = catalogue(
        replace(DEALS, layouts=two), pipelines={"Deals-0": (service,), "Deals-1": (STANDARD,)}
    )
    one = option("zoho", org=org)
    deal = one.records[-1]
    assert [layout.name for layout in deal.layouts] == ["Service", "Standard"]
    assert deal.layout is not None
    assert deal.layout.name == "Standard"
    assert [(it.value, it.layout_id) for it in one.pipelines] == [
        ("Service", "Deals-0"), ("Standard (Standard)", "Deals-1"),
    ]  # fmt: skip
    [stage] = [it.field for it in one.to_fill if it.field.api_name == "Stage"]
    assert [choice.value for choice in stage.choices] == ["Open", "Won"]


@pytest.mark.parametrize(
    ("user", "deals", "why"),
    [
        (rep(Create_Deals=False), DEALS, "no_permission"),
        (REP, replace(DEALS, profiles=frozenset()), "module_hidden"),
        (REP, replace(DEALS, layouts=(Layout("1", "Old", active=False),)), "no_layout"),
        (
            REP,
            with_field(DEALS, field("Proof", "fileupload", mandatory=True)),
            "mandatory_without_source",
        ),
    ],
)
def test_a_deal_that_the_rep_cannot_make_is_left_out_and_that_is_said(
    user: User, deals: Module, why: str
) -> None:
    options = offered(user=user, org=catalogue(deals))
    [zoho] = [one for one in options.options if one.target == "zoho"]
    assert (zoho.available, zoho.label) == (True, "Contact and Account")
    assert (zoho.to_fill, zoho.pipelines) == ((), ())
    [warning] = [one for one in options.warnings if one.code == "left_out"]
    assert (warning.params["module"], warning.params["reason"]) == ("Deals", why)


def test_hidden_accounts_leave_the_account_out() -> None:
    org = catalogue(replace(ACCOUNTS, visible=False))
    assert option("zoho", org=org).label == "Contact and Deal"


@pytest.mark.parametrize(
    ("user", "org", "code"),
    [
        (rep(Create_Contacts=False), catalogue(), "no_permission"),
        (rep(Create_Accounts=False), catalogue(), "no_permission"),
        (REP, catalogue(replace(CONTACTS, visible=False)), "module_hidden"),
        (REP, Catalogue({"Leads": LEADS, "Accounts": ACCOUNTS}), "module_hidden"),
    ],
)
def test_without_a_contact_or_account_zoho_conversion_is_closed(
    user: User, org: Catalogue, code: str
) -> None:
    assert [one.code for one in option("zoho", user=user, org=org).blockers] == [code]


def test_the_matches_of_the_conversion_are_zohos() -> None:
    account = record(
        "Accounts", "6", Account_Name="Hòa Phát", Locked__s=True, **{"$editable": False}
    )
    agreed = {"Accounts": (Agreement("Account_Name", "Account Name", "Hòa Phát"),)}
    says = ZohoSays("answered", {"Accounts": (account,)}, agreed)
    contact, accounts, deal = option("zoho", says=says).records
    [match] = accounts.matches.found
    assert (match.id, match.editable, match.locked) == ("6", False, True)
    assert match.reasons[0].params["value"] == "Hòa Phát"
    assert (contact.matches.found, contact.matches.state) == ((), "known")
    assert (deal.matches.found, deal.matches.state) == ((), "known")


def test_where_zoho_cannot_be_asked_a_search_finds_the_matches() -> None:
    person = record("Contacts", "5", Full_Name="Văn An Nguyễn")
    contact, *_ = option("zoho", says=UNASKED, found={"Contacts": [person]}).records
    assert [one.id for one in contact.matches.found] == ["5"]


@pytest.mark.parametrize(
    "org",
    [
        catalogue(replace(DEALS, visible=False)),
        Catalogue({one.api_name: one for one in (LEADS, CONTACTS, ACCOUNTS)}),
    ],
)
def test_where_a_hidden_module_makes_zoho_say_nothing_a_search_finds_the_matches(
    org: Catalogue,
) -> None:
    person = record("Contacts", "5", Full_Name="Văn An Nguyễn")
    contact, *_ = option("zoho", org=org, found={"Contacts": [person]}).records
    assert [one.id for one in contact.matches.found] == ["5"]
    contact, *_ = option("zoho", org=org, found={"Contacts": None}).records
    assert contact.matches.state == "unknown"


def test_where_zoho_did_not_answer_the_matches_are_unknown_and_that_is_said() -> None:
    options = offered(says=ZohoSays("unavailable"))
    zoho = options.options[0]
    assert zoho.available
    assert [part.matches.state for part in zoho.records] == ["unknown", "unknown", "known"]
    assert [one.params["module"] for one in options.warnings if one.code == "matches_unknown"] == [
        "Contacts", "Accounts",
    ]  # fmt: skip


def test_what_a_contact_needs_and_the_lead_lacks_is_said_since_nobody_can_type_it_in() -> None:
    org = catalogue(
        with_field(CONTACTS, field("Department", mandatory=True)),
        with_field(ACCOUNTS, field("Site", mandatory=True, default="Main")),
    )
    [warning] = [one for one in offered(org=org).warnings if one.code == "mandatory_unfilled"]
    assert warning.message == (
        "Contact asks for Department, which this lead does not fill: Zoho may refuse."
    )


def test_a_contact_that_needs_an_account_has_one_only_for_a_company() -> None:
    needs = replace(CONTACTS.fields["Account_Name"], mandatory=True)
    org = catalogue(with_field(CONTACTS, needs))
    unfilled = [one.params.get("field") for one in offered(lead(Last_Name="Doe"), org=org).warnings]
    assert "Account_Name" in unfilled
    assert all(one.code != "mandatory_unfilled" for one in offered(org=org).warnings)


# What is said besides


def test_lead_fields_that_are_hidden_from_the_rep_are_named() -> None:
    secret = field("Credit_Limit", "currency", hidden_from=frozenset({"71"}), custom=True)
    options = offered(org=catalogue(with_field(LEADS, secret)))
    [warning] = [one for one in options.warnings if one.code == "hidden_lead_fields"]
    assert warning.params["fields"] == ["Credit_Limit"]


def test_a_warning_is_given_once() -> None:
    warnings = offered(lead(Last_Name="Doe")).warnings
    assert len({(one.code, one.message) for one in warnings}) == len(warnings)


def test_what_hangs_on_the_lead_is_listed_with_its_tags() -> None:
    one = lead(
        Last_Name="Doe", Tag=[{"name": "vip"}], related={"Notes": 3, "Tasks": None, "My_Files": 0}
    )
    org = catalogue(related_labels={"My_Files": "Files"})
    assert as_json(offered(one, org=org))["related"] == [
        {"list": "Notes", "label": "Notes", "count": 3},
        {"list": "Tasks", "label": "Open Tasks", "count": None},
        {"list": "My_Files", "label": "Files", "count": 0},
        {"list": "Tag", "label": "Tags", "count": 1},
    ]


def test_the_json_is_what_our_api_promises() -> None:
    json: Any = as_json(
        offered(found={"Vendors": [record("Vendors", "8", Email="AN.NGUYEN@hoaphat.example")]})
    )
    assert set(json) == {"lead", "related", "options", "warnings"}
    assert json["lead"] == {
        "id": "300",
        "name": "An Nguyễn Văn",
        "company": "Nhà máy Thép Hòa Phát",
        "email": "an.nguyen@hoaphat.example",
        "owner": {"id": "9001", "name": "Robin Rep"},
        "layout": {"id": "lead-1", "name": "Standard"},
        "converted": False,
    }
    zoho, vendors = json["options"]
    assert vendors == {
        "target": "Vendors",
        "kind": "records",
        "label": "Vendor",
        "available": True,
        "choosable": True,
        "blockers": [],
        "records": [
            {
                "key": "Vendors",
                "module": "Vendors",
                "label": "Vendor",
                "optional": False,
                "layouts": [{"id": "Vendors-1", "name": "Standard", "default": True}],
                "matches": [
                    {
                        "id": "8",
                        "name": "8",
                        "detail": "AN.NGUYEN@hoaphat.example",
                        "score": 0.9,
                        "reasons": [
                            {
                                "code": "same_field",
                                "key": "same_field",
                                "message": "Same Email",
                                "params": {
                                    "field": "Email",
                                    "label": "Email",
                                    "value": "an.nguyen@hoaphat.example",
                                },
                            }
                        ],
                        "editable": True,
                        "locked": False,
                        "owner": None,
                    }
                ],
                "matches_state": "known",
                "more_matches": False,
            }
        ],
        "carried": 4,
        "lost": 5,
        "losses": [
            {
                "field": name,
                "label": label,
                "code": "no_field",
                "key": "no_field",
                "message": "No field takes it.",
                "params": {},
            }
            for name, label in [
                ("First_Name", "First Name"),
                ("Last_Name", "Last Name"),
                ("Lead_Source", "Lead Source"),
                ("Rating", "Rating"),
                ("Tax_Number", "Tax Number"),
            ]
        ],
        "to_fill": [],
        "pipelines": [],
    }
    assert zoho["pipelines"] == [
        {
            "id": "p1", "value": "Standard (Standard)", "name": "Standard", "default": True,
            "layout": "Deals-1",
            "stages": [{"value": "Open", "label": "Open"}, {"value": "Won", "label": "Won"}],
        }
    ]  # fmt: skip


def test_a_lead_without_owner_and_layout_has_none() -> None:
    bare = Lead(Record("Leads", "300", {"Last_Name": "Doe", "Owner": None}))
    json: Any = as_json(offered(bare))["lead"]
    assert json == {
        "id": "300", "name": "Doe", "company": None, "email": None, "owner": None, "layout": None,
        "converted": False,
    }  # fmt: skip


# Whatever comes


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=200), st.lists(st.text(max_size=9)),
    st.just({"id": "1", "name": "Acme"}), st.just([{"name": "vip"}]),
)  # fmt: skip
LEAD_VALUES = st.dictionaries(
    st.sampled_from(
        [*LEADS.fields, "Tag", "Owner", "Layout", "Locked__s", "$approval_state", "New"]
    ),
    ANYTHING,
)
VENDOR_VALUES = st.dictionaries(st.sampled_from([*VENDORS.fields, "Owner", "$editable"]), ANYTHING)


@given(LEAD_VALUES, VENDOR_VALUES)
def test_any_lead_has_options_and_the_same_lead_the_same(
    values: dict[str, object], vendor: dict[str, object]
) -> None:
    known: dict[str, Any] = {"found": {"Vendors": [Record("Vendors", "1", vendor)]}}
    first: Any = as_json(offered(lead(**values), **known))
    assert first == as_json(offered(lead(**values), **known))
    assert loads(dumps(first)) == first
    for one in first["options"]:
        assert one["lost"] == len(one["losses"])
        assert one["available"] == (not one["blockers"])
