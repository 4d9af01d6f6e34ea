"""What a rep is offered for a lead: which options there are, and records that we create."""

from dataclasses import replace
from typing import Any

from extension.planning.options import as_json
from extension.planning.policies import Condition
from extension.planning.records import Layout, ZohoSays
from extension.planning.rules import FirstOf, Template
from extension.planning.targets import Target, TargetRecord

from .crm import CONTACTS, catalogue, choices, custom, field, lead, record, rep
from .offers import made_into, offered, option, with_field

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
        "Slips: there is nothing to search for duplicates by."
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
