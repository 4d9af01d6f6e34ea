"""Which values are looked for once more, since no two records may share them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from extension.planning.choices import Choices, RecordChoice
from extension.planning.holders import unsearched
from extension.planning.plan import Facts, draw_up
from extension.planning.rules import Constant, FromField, Rule
from extension.planning.targets import Target, TargetRecord

from .crm import REP, catalogue, custom, field, lead

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
    return unsearched(plan, target, LEAD, ORG)


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
