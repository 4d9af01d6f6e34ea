"""Whatever a lead holds: each value has one fate, and the digest stands for all that matters."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extension.planning.business import business_values
from extension.planning.carry import Lost
from extension.planning.choices import Choices
from extension.planning.plan import as_json
from extension.planning.policies import LeadAfter
from extension.planning.rules import CurrentDate, Template
from extension.planning.steps import Salvage
from extension.planning.targets import Target, TargetRecord

from .crm import catalogue, custom, field, lead
from .supplier import ACME, FACTS, ORG, PLAIN, SUPPLIER, TARGET, choose, plan
from .test_carry import breach

VALUES = st.fixed_dictionaries({}, optional={
    "Company": st.text(max_size=140), "Last_Name": st.text(max_size=40),
    "Phone": st.sampled_from(["1", "+49 89 1", ""]), "Email": st.just("a@b.example"),
    "Designation": st.text(max_size=60), "Rating": st.sampled_from(["Hot", "-None-"]),
    "Annual_Revenue": st.floats(0, 10**9), "No_of_Employees": st.integers(0, 10**9),
    "Description": st.text(max_size=80), "Email_Opt_Out": st.booleans(),
})  # fmt: skip
WIDE = replace(SUPPLIER, mapping={**SUPPLIER.mapping, "City": "Annual_Revenue"}, rules={
    "Description": Template("{Description} {No_of_Employees}"), "Website": CurrentDate(),
})  # fmt: skip


@given(VALUES, st.booleans())
def test_every_value_has_one_fate_and_what_is_written_fits(
    values: dict[str, Any], salvage: bool
) -> None:
    one = lead(**values)
    drawn = plan(one, replace(TARGET, records=(WIDE,)), replace(PLAIN, salvage=salvage))
    held = [each.field.api_name for each in business_values(one, ORG.modules["Leads"])]
    assert [each.held.field.api_name for each in drawn.fates] == held
    for each in drawn.fates:
        assert isinstance(each.verdict, Lost) == (not each.places)
    fields = ORG.modules["Vendors"].fields
    for name, value in drawn.records[0].values.items():
        assert breach(value, fields[name]) == ""


@given(VALUES)
def test_the_same_input_has_the_same_digest(values: dict[str, Any]) -> None:
    one, other = lead(**values), lead(**dict(reversed(values.items())))
    assert plan(one).digest == plan(other).digest
    assert json.loads(json.dumps(as_json(plan(one))))["digest"] == plan(one).digest


@given(VALUES, VALUES)
def test_another_value_has_another_digest(first: dict[str, Any], second: dict[str, Any]) -> None:
    one, other = lead(**first), lead(**second)
    held = [business_values(each, ORG.modules["Leads"]) for each in (one, other)]
    assert (plan(one).digest == plan(other).digest) == (held[0] == held[1])


SALVAGING = Choices("supplier")


@pytest.mark.parametrize(
    "stamp",
    [
        {"Last_Activity_Time": "2026-02-01T10:00:00+00:00"},
        {"Modified_Time": "2026-02-01T10:00:00+00:00"},
        {"Score": 7},
        {"$editable": False},
    ],
    ids=lambda stamp: next(iter(stamp)),
)
def test_what_nobody_wrote_is_in_the_file_and_not_in_the_digest(stamp: dict[str, Any]) -> None:
    before, after = lead(**ACME, Phone="1"), lead(**ACME, Phone="1", **stamp)
    first, second = (plan(one, choices=SALVAGING) for one in (before, after))
    assert second.digest == first.digest
    assert isinstance(second.steps[-1], Salvage)
    assert second.steps[-1].lead == after.record.values


@pytest.mark.parametrize("change", [{"Phone": "2"}, {"Last_Name": "Roe"}, {"Tax_Number": "7"}])
def test_what_somebody_wrote_is_in_the_digest(change: dict[str, Any]) -> None:
    values = {**ACME, "Phone": "1"}
    first, second = (plan(lead(**one), choices=SALVAGING) for one in (values, values | change))
    assert second.digest != first.digest


@pytest.mark.parametrize(
    "choices",
    [
        replace(PLAIN, owner="9"),
        replace(PLAIN, salvage=True),
        replace(PLAIN, lead_after=LeadAfter("delete")),
        replace(PLAIN, carry={"Notes": "leave"}),
        choose(values={"City": "Oslo"}),
        choose(link="7"),
    ],
)
def test_another_choice_has_another_digest(choices: Choices) -> None:
    one = lead(**ACME, related={"Notes": 1})
    assert plan(one, choices=choices).digest != plan(one).digest


def test_the_day_counts_where_it_is_written_only() -> None:
    later = replace(FACTS, today=date(2026, 2, 1))
    assert plan(lead(**ACME)).digest == plan(lead(**ACME), facts=later).digest
    dated = custom("Cards", field("Since", "date"))
    record = TargetRecord("c", "Cards", {"Name": "Company"}, rules={"Since": CurrentDate()})
    target = Target("c", "C", "records", (record,))
    first = plan(lead(**ACME), target, org=catalogue(dated))
    second = plan(lead(**ACME), target, org=catalogue(dated), facts=later)
    assert first.digest != second.digest
