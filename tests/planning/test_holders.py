"""Which values are looked for once more, since no two records may share them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from extension.planning.choices import Choices, RecordChoice
from extension.planning.holders import unsearched
from extension.planning.plan import Facts, Plan, draw_up
from extension.planning.reasons import Reason
from extension.planning.records import Agreement, Catalogue, Record, ZohoSays
from extension.planning.rules import Constant, FromField, Rule
from extension.planning.targets import Target, TargetRecord, zoho_target

from .crm import CONTACTS, DEALS, NOTHING, REP, catalogue, custom, field, lead, record

ORG = catalogue(
    custom("Cards", field("Tax", unique=True), field("Code", "integer", unique=True), field("Note"))
)
LEAD = lead(Company="Acme", Last_Name="Doe", Tax_Number="DE 1", No_of_Employees=7)
NAMED = {"Name": "Company"}
TAXED = {**NAMED, "Tax": "Tax_Number", "Code": "No_of_Employees"}


def looked_for(
    mapping: Mapping[str, str], rules: Mapping[str, Rule] | None = None, *chosen: RecordChoice
) -> Mapping[str, str]:
    """For a target of as many cards as there are choices; of one where there is none."""
    choices = {f"card{number}": one for number, one in enumerate(chosen or [RecordChoice()])}
    records = tuple(TargetRecord(key, "Cards", mapping, rules=rules or {}) for key in choices)
    target = Target("cards", "Cards", "records", records)
    facts = Facts(REP, date(2026, 1, 31))
    plan = draw_up(LEAD, target, Choices("cards", choices), ORG, facts)
    return unsearched(plan, target, LEAD, ORG, facts.zoho_says)


def typed(**values: Any) -> RecordChoice:
    return RecordChoice(values=values)


def test_the_leads_own_values_were_looked_for_already() -> None:
    assert looked_for(TAXED) == {}
    assert looked_for(TAXED, None, typed(Tax="de 1", Code=7, Note="any")) == {}


@pytest.mark.parametrize("rule", [Constant("DE 9"), FromField("Tax_Number")])
def test_what_a_rule_makes_is_looked_for(rule: Rule) -> None:
    held = rule.value if isinstance(rule, Constant) else "DE 1"
    assert looked_for(NAMED, {"Tax": rule}) == {"Cards": f"(Tax:equals:{held})"}


def test_all_of_a_module_are_looked_for_together_each_value_once() -> None:
    found = looked_for(TAXED, None, typed(Tax="DE 9", Code=8), typed(Tax="de 9"), typed(Tax="X"))
    assert found == {"Cards": "((Tax:equals:de 9)or(Code:equals:8)or(Tax:equals:X))"}


HOLDER = record("Cards", "7", Name="Other", Tax="de 9")


def card(*, case_sensitive: bool = False) -> tuple[Target, Catalogue]:
    tax = field("Tax", unique=True, case_sensitive=case_sensitive)
    target = Target("cards", "Cards", "records", (TargetRecord("card", "Cards", NAMED),))
    return target, catalogue(custom("Cards", tax))


def drawn(
    found: Sequence[Record] | None, tax: str = "DE 9", *, case_sensitive: bool = False
) -> Plan:
    target, org = card(case_sensitive=case_sensitive)
    choices = Choices("cards", {"card": typed(Tax=tax)})
    facts = Facts(REP, date(2026, 1, 31)).with_found({"Cards": found})
    return draw_up(LEAD, target, choices, org, facts)


def keys(reasons: Iterable[Reason]) -> list[str]:
    return [one.key for one in reasons]


@pytest.mark.parametrize(
    ("case_sensitive", "tax", "clash"),
    [(False, "DE 9", True), (True, "DE 9", False), (True, "de 9", True)],
)
def test_case_tells_values_apart_only_where_zoho_minds_it(
    case_sensitive: bool, tax: str, clash: bool
) -> None:
    plan = drawn([HOLDER], tax, case_sensitive=case_sensitive)
    assert keys(plan.blockers) == (["unique_clash"] if clash else [])


def test_a_search_that_failed_is_said_and_is_in_nobodys_way() -> None:
    plan = drawn(None)
    assert keys(plan.warnings) == ["unique_unchecked"]
    assert plan.possible
    assert keys(drawn([]).warnings) == []


def test_what_was_found_before_a_search_failed_still_counts() -> None:
    facts = Facts(REP, date(2026, 1, 31), found={"Cards": [HOLDER]}).with_found({"Cards": None})
    target, org = card()
    plan = draw_up(LEAD, target, Choices("cards", {"card": typed(Tax="DE 9")}), org, facts)
    assert (keys(plan.blockers), keys(plan.warnings)) == (["unique_clash"], ["unique_unchecked"])


# Zoho's own conversion

CODED = replace(
    DEALS, fields={**DEALS.fields, "Code": field("Code", unique=True, max_length=20)}, layouts=()
)
DEAL = {"Deal_Name": "Acme", "Stage": "Open", "Closing_Date": "2026-12-01",
        "Pipeline": "Standard (Standard)", "Code": "A-1"}  # fmt: skip


def converted(says: ZohoSays = NOTHING, org: Catalogue | None = None, **found: Any) -> Plan:
    org = org or catalogue(CODED)
    records = {"Deals": RecordChoice(values=DEAL)}
    facts = Facts(REP, date(2026, 1, 31), says, found=found)
    return draw_up(LEAD, zoho_target(org), Choices("zoho", records), org, facts)


def test_the_deals_value_is_looked_for_since_zoho_looks_for_none() -> None:
    org = catalogue(CODED)
    plan = converted()
    assert unsearched(plan, zoho_target(org), LEAD, org, NOTHING) == {"Deals": "(Code:equals:A-1)"}


def test_a_deal_with_that_value_is_in_the_way_of_zohos_conversion_and_named() -> None:
    other = record("Deals", "9", Deal_Name="Old", Code="a-1")
    [blocker] = converted(Deals=[other]).blockers
    assert (blocker.key, blocker.params["name"]) == ("unique_clash", "Old")


def test_a_contact_by_whose_unique_value_zoho_found_it_is_in_the_way_of_a_new_one() -> None:
    name = replace(CONTACTS.fields["Last_Name"], unique=True)
    contacts = replace(CONTACTS, fields={**CONTACTS.fields, "Last_Name": name})
    found = record("Contacts", "5", Full_Name="Pat Doe")
    says = ZohoSays(
        "answered", {"Contacts": (found,)}, {"Contacts": (Agreement("Last_Name", "Name", "Doe"),)}
    )
    [blocker] = converted(says, catalogue(CODED, contacts)).blockers
    assert (blocker.key, blocker.params["name"]) == ("unique_clash", "Pat Doe")
