"""The plan for Zoho's own conversion."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extension.planning.business import business_values
from extension.planning.carry import Lost
from extension.planning.choices import Choices, RecordChoice, read
from extension.planning.plan import Facts, Plan, as_json, draw_up
from extension.planning.plan_view import as_json as view
from extension.planning.planned import PlannedField
from extension.planning.policies import How
from extension.planning.records import Layout, Lead, Pipeline, Record, Stage
from extension.planning.step_json import as_json as step_as_json
from extension.planning.step_json import from_json
from extension.planning.steps import ConvertInZoho, Note, Place, Salvage
from extension.planning.targets import zoho_target

from .crm import DEALS, LEADS, NOTHING, REP, STANDARD, catalogue, lead

OTHER = Layout("Deals-2", "Partners", fields=frozenset(DEALS.fields))
SECOND = Pipeline("p2", "Partner", "Partner", True, (Stage("Begun", "Begun"),))
ORG = catalogue(
    replace(DEALS, layouts=(*DEALS.layouts, OTHER)),
    pipelines={"Deals-1": (STANDARD,), "Deals-2": (SECOND,)},
)
TARGET = zoho_target(ORG)
FACTS = Facts(REP, date(2026, 1, 31), NOTHING)
DEAL: dict[str, Any] = {
    "Deal_Name": "Acme", "Stage": "Open", "Closing_Date": "2026-02-28",
    "Pipeline": "Standard (Standard)",
}  # fmt: skip


def plan(one: Lead, records: Any = None, facts: Facts = FACTS, **more: Any) -> Plan:
    data = {"target": "zoho", "records": records or {}, "salvage": False, **more}
    return draw_up(one, TARGET, read(data, (TARGET,), ORG), ORG, facts)


def loss(drawn: Plan, name: str) -> str:
    [found] = [one.verdict for one in drawn.fates if one.held.field.api_name == name]
    return found.why.key if isinstance(found, Lost) else ""


def test_zoho_carries_what_its_administrators_mapped() -> None:
    drawn = plan(lead(Company="Acme", Last_Name="Doe", Tax_Number="7"))
    assert drawn.steps == (ConvertInZoho("300"),)
    assert [one.key for one in drawn.records] == ["Contacts", "Accounts"]
    assert loss(drawn, "Company") == loss(drawn, "Last_Name") == ""
    assert loss(drawn, "Tax_Number") == "no_field"
    assert drawn.possible
    assert [one.code for one in drawn.cannot_undo] == ["cannot_undo"]
    assert (drawn.cost.credits, drawn.cost.calls) == (5, 1)


def test_what_only_a_deal_takes_is_lost_without_one() -> None:
    one = lead(Company="Acme", Last_Name="Doe", Rating="Hot")
    assert loss(plan(one), "Rating") == "not_chosen"
    with_deal = plan(one, {"Deals": {"values": DEAL}})
    assert loss(with_deal, "Rating") == ""
    [step] = with_deal.steps
    assert isinstance(step, ConvertInZoho)
    assert step.deal == DEAL


def test_a_deal_asks_for_what_it_cannot_be_without() -> None:
    drawn = plan(lead(Last_Name="Doe"), {"Deals": {"values": {"Stage": "Open"}}})
    missing = {one.field.api_name for one in drawn.to_fill if one.required}
    assert missing == {"Deal_Name", "Closing_Date", "Pipeline"}
    assert {one.code for one in drawn.blockers} == {"mandatory_without_value"}


def test_a_stage_must_be_one_of_its_pipeline() -> None:
    values = {**DEAL, "Stage": "Begun"}
    [blocker] = plan(lead(Last_Name="Doe"), {"Deals": {"values": values}}).blockers
    assert blocker.code == "stage_not_in_pipeline"


def test_another_layout_of_the_deal_brings_its_own_pipelines() -> None:
    values = {**DEAL, "Pipeline": "Partner", "Stage": "Begun"}
    drawn = plan(lead(Last_Name="Doe"), {"Deals": {"values": values, "layout": "Deals-2"}})
    assert drawn.possible
    [step] = drawn.steps
    assert isinstance(step, ConvertInZoho)
    assert step.deal == {**values, "Layout": {"id": "Deals-2"}}


@pytest.mark.parametrize(
    ("held", "key"),
    [({"Email": None}, ""), ({"Email": "x@y.example"}, "kept"), ({}, "match_unknown")],
)
def test_a_contact_that_stands_in_keeps_what_it_holds(held: dict[str, Any], key: str) -> None:
    contact = Record("Contacts", "5", {"Last_Name": "Doe", **held})
    facts = replace(FACTS, found={"Contacts": [contact]})
    drawn = plan(lead(Last_Name="Doe", Email="a@b.example"), {"Contacts": {"link": "5"}}, facts)
    assert drawn.steps == (ConvertInZoho("300", {"Contacts": "5"}),)
    assert (loss(drawn, "Last_Name"), loss(drawn, "Email")) == ("", key)


def test_a_box_of_a_contact_that_stands_in_is_not_said_to_be_ticked() -> None:
    contact = Record("Contacts", "5", {"Last_Name": "Doe", "Email_Opt_Out": False})
    facts = replace(FACTS, found={"Contacts": [contact]})
    one = lead(Last_Name="Doe", Email_Opt_Out=True)
    assert loss(plan(one, {"Contacts": {"link": "5"}}, facts), "Email_Opt_Out") == "kept"


@pytest.mark.parametrize(
    ("amount", "layout", "why"),
    [
        ({"read_only_for": frozenset({"71"})}, {}, "read_only.profile"),
        ({"hidden_from": frozenset({"71"})}, {}, "hidden"),
        ({}, {"fields": frozenset(DEALS.fields) - {"Amount"}}, "no_field.off_layout"),
    ],
)
def test_what_is_typed_in_for_a_deal_must_have_a_place_there(
    amount: dict[str, Any], layout: dict[str, Any], why: str
) -> None:
    fields = {**DEALS.fields, "Amount": replace(DEALS.fields["Amount"], **amount)}
    narrow = replace(DEALS.layouts[0], **layout)
    org = catalogue(replace(DEALS, fields=fields, layouts=(narrow,)))
    choices = Choices("zoho", {"Deals": RecordChoice(values={**DEAL, "Amount": 7})}, salvage=False)
    drawn = draw_up(lead(Last_Name="Doe"), zoho_target(org), choices, org, FACTS)
    [typed] = [one for one in drawn.records[-1].fields if one.field.api_name == "Amount"]
    assert isinstance(typed.verdict, Lost)
    assert typed.verdict.why.key == why
    [step] = drawn.steps
    assert isinstance(step, ConvertInZoho)
    assert step.deal == DEAL


def standing_in(**account: Any) -> Facts:
    """A contact and an account that stand in."""
    contact = Record("Contacts", "5", {"Last_Name": "Doe", **account})
    firm = Record("Accounts", "6", {"Account_Name": "Acme Holding"})
    return replace(FACTS, found={"Contacts": [contact], "Accounts": [firm]})


BOTH = {"Contacts": {"link": "5"}, "Accounts": {"link": "6"}}


def account_of(drawn: Plan) -> PlannedField:
    [found] = [one for one in drawn.records[0].fields if one.field.api_name == "Account_Name"]
    return found


@pytest.mark.parametrize(
    ("has", "overwrite", "fate"),
    [
        ({"Account_Name": None}, False, "joins"),
        ({"Account_Name": {"id": "6", "name": "Acme Holding"}}, False, "there already"),
        ({"Account_Name": {"id": "7", "name": "Old Home"}}, False, "kept"),
        ({"Account_Name": {"id": "7", "name": "Old Home"}}, True, "joins"),
        ({}, False, "match_unknown"),
        ({}, True, "joins"),
    ],
)
def test_a_contact_that_stands_in_joins_the_account_if_it_has_none_or_is_told_to(
    has: dict[str, Any], overwrite: bool, fate: str
) -> None:
    one = lead(Last_Name="Doe", Company="Acme")
    joined = account_of(plan(one, BOTH, standing_in(**has), overwrite=overwrite))
    assert joined.before == has.get("Account_Name")
    if isinstance(joined.verdict, Lost):
        assert joined.verdict.why.key == fate
    else:
        assert joined.link == "Accounts"
        assert fate == ("joins" if joined.written else "there already")


def test_a_contact_that_stands_in_joins_nothing_where_no_account_is_made() -> None:
    drawn = plan(lead(Last_Name="Doe"), {"Contacts": {"link": "5"}}, standing_in())
    assert "Account_Name" not in [one.field.api_name for one in drawn.records[0].fields]


@pytest.mark.parametrize(("overwrite", "key"), [(False, "kept"), (True, "")])
def test_an_account_that_stands_in_gets_the_leads_company_as_its_name_where_it_is_told_to(
    overwrite: bool, key: str
) -> None:
    one = lead(Last_Name="Doe", Company="Acme")
    drawn = plan(one, BOTH, standing_in(Account_Name=None), overwrite=overwrite)
    assert loss(drawn, "Company") == key
    [step] = drawn.steps
    assert isinstance(step, ConvertInZoho)
    assert step.overwrite is overwrite


def test_whom_zoho_tells_is_part_of_what_is_agreed_to() -> None:
    one = lead(Last_Name="Doe")
    told = plan(one, notify=["record_owner", "lead_owner", "lead_owner"])
    [step] = told.steps
    assert isinstance(step, ConvertInZoho)
    assert step.notify == ("lead_owner", "record_owner")
    assert from_json(step_as_json(step)) == step
    assert told.digest != plan(one).digest


def test_a_contact_that_nobody_found_is_in_the_way() -> None:
    drawn = plan(lead(Last_Name="Doe"), {"Contacts": {"link": "5"}})
    assert [one.code for one in drawn.blockers] == ["match_missing"]


def test_what_zoho_drops_is_salvaged_on_the_contact() -> None:
    _, note, file = plan(lead(Last_Name="Doe", Tax_Number="7"), salvage=True).steps
    assert isinstance(note, Note)
    assert isinstance(file, Salvage)
    assert note.on == file.on == Place("Contacts", "Contacts")
    assert "Tax Number: 7" in note.content


def test_tags_and_files_go_where_the_request_sends_them() -> None:
    one = lead(Last_Name="Doe", Tag=[{"name": "vip"}], related={"Attachments": 1, "Emails": 1})
    drawn = plan(one, {"Deals": {"values": DEAL}}, attachments_to="Deals", owner="9")
    [step] = drawn.steps
    assert isinstance(step, ConvertInZoho)
    assert step.tags == {"Contacts": ("vip",), "Deals": ("vip",)}
    assert (step.attachments_to, step.owner) == ("Deals", "9")
    assert {each.list: each.kind for each in drawn.lists} == {
        "Attachments": "by_zoho", "Emails": "by_zoho", "Tag": "by_zoho",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("stored", "chosen", "goes"),
    [
        ({}, {}, True),
        ({}, {"Tag": "leave"}, False),
        ({"Tag": "leave"}, {}, False),
        ({"Tag": "leave"}, {"Tag": "copy"}, True),
    ],
)
def test_tags_stay_where_the_target_or_the_person_says_so_and_the_plan_tells(
    stored: dict[str, How], chosen: dict[str, How], goes: bool
) -> None:
    target = replace(TARGET, carry=stored)
    choices = read({"target": "zoho", "carry": chosen, "salvage": False}, (target,), ORG)
    one = lead(Last_Name="Doe", Tag=[{"name": "vip"}])
    drawn = draw_up(one, target, choices, ORG, FACTS)
    [step], [fate] = drawn.steps, drawn.lists
    assert isinstance(step, ConvertInZoho)
    assert step.tags == ({"Contacts": ("vip",)} if goes else {})
    said = ("by_zoho", "list_by_zoho") if goes else ("left", "list_left")
    assert (fate.kind, fate.reason.key) == said
    [shown] = view(drawn, one, target, choices, REP.profile)["lists"]
    assert (shown["can"], shown["how"]) == (["copy", "leave"], "copy" if goes else "leave")


def test_of_the_other_lists_zoho_leaves_nobody_a_choice() -> None:
    one = lead(Last_Name="Doe", related={"Notes": 1, "Attachments": 1, "Tasks": 1})
    shown = view(plan(one), one, TARGET, Choices("zoho"), REP.profile)["lists"]
    assert [(each["can"], each["how"]) for each in shown] == [([], None)] * 3


def test_fields_of_the_lead_that_are_hidden_from_the_person_are_named() -> None:
    hidden = replace(LEADS.fields["Tax_Number"], hidden_from=frozenset({"71"}))
    org = catalogue(replace(LEADS, fields={**LEADS.fields, "Tax_Number": hidden}))
    one = lead(Company="Acme", Last_Name="Doe")
    drawn = draw_up(one, zoho_target(org), Choices("zoho"), org, FACTS)
    assert [each.key for each in drawn.warnings] == ["hidden_lead_fields"]
    assert not draw_up(one, TARGET, Choices("zoho"), ORG, FACTS).warnings


def test_a_lead_that_is_locked_has_a_plan_that_says_so() -> None:
    drawn = plan(lead(Last_Name="Doe", Locked__s=True))
    assert [one.code for one in drawn.blockers] == ["locked"]


@given(
    st.fixed_dictionaries({}, optional={
        "Company": st.text(max_size=9), "Rating": st.just("Hot"), "Phone": st.just("1"),
        "City": st.text(max_size=120), "Tax_Number": st.just("7"), "Website": st.just("a.b"),
    }),
    st.booleans(),
)  # fmt: skip
def test_every_value_has_one_fate_and_the_digest_is_the_same_again(
    values: dict[str, Any], deal: bool
) -> None:
    one = lead(Last_Name="Doe", **values)
    chosen = {"Deals": RecordChoice(values=DEAL)} if deal else {}
    choices = Choices("zoho", chosen)
    drawn, again = (draw_up(one, TARGET, choices, ORG, FACTS) for _ in range(2))
    held = [each.field.api_name for each in business_values(one, ORG.modules["Leads"])]
    assert [each.held.field.api_name for each in drawn.fates] == held
    assert all(isinstance(each.verdict, Lost) == (not each.places) for each in drawn.fates)
    assert drawn.digest == again.digest == as_json(again)["digest"]
