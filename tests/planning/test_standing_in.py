"""Where a target links, an existing record stands in if there is no doubt which."""

from dataclasses import replace
from datetime import date

import pytest

from extension.planning.choices import Choices, RecordChoice
from extension.planning.plan import Facts, draw_up
from extension.planning.records import Record
from extension.planning.standing_in import settled
from extension.planning.steps import Create, Update
from extension.planning.targets import Target, TargetRecord

from .crm import REP, catalogue, lead, record

VENDOR = TargetRecord(
    "vendor", "Vendors", {"Vendor_Name": "Company", "Email": "Email", "Phone": "Phone"},
    match_on=("Email", "Vendor_Name"), when_matched="link",
)  # fmt: skip
TARGET = Target("supplier", "Supplier", "records", (VENDOR,))
ORG = catalogue()
ACME = lead(Company="Acme", Last_Name="Doe", Email="pat@acme.example", Phone="1")
ONE = record("Vendors", "11", Vendor_Name="Acme", Email="pat@acme.example", Phone="1")
TWO = record("Vendors", "12", Vendor_Name="Acme", Email="pat@acme.example", Phone="1")
OTHER = record("Vendors", "13", Vendor_Name="Zulu", Email="z@zulu.example")


def linked(
    *found: Record, choice: RecordChoice | None = None, target: Target = TARGET
) -> str | None:
    wish = Choices("supplier", {"vendor": choice} if choice else {})
    facts = Facts(REP, date(2026, 1, 31), found={"Vendors": found})
    done = settled(ACME, target, wish, ORG, facts).choices
    return done.of(target.records[0]).link


def test_the_only_record_that_may_be_the_same_stands_in() -> None:
    assert linked(ONE, OTHER) == "11"


def test_where_there_is_none_a_new_one_is_made() -> None:
    assert linked(OTHER) is None
    assert linked() is None


@pytest.mark.parametrize("chosen", ["", "12"])
def test_what_the_person_chose_stays(chosen: str) -> None:
    assert linked(ONE, choice=RecordChoice(link=chosen)) == chosen


def test_other_choices_about_the_record_stay() -> None:
    assert linked(ONE, choice=RecordChoice(values={"Phone": "2"})) == "11"


def test_a_target_that_creates_links_nothing_unasked() -> None:
    creating = replace(TARGET, records=(replace(VENDOR, when_matched="create"),))
    assert linked(ONE, target=creating) is None


def test_of_several_nobody_but_a_person_takes_one() -> None:
    facts = Facts(REP, date(2026, 1, 31), found={"Vendors": (ONE, TWO)})
    plan = draw_up(ACME, TARGET, Choices("supplier", salvage=False), ORG, facts)
    assert [one.key for one in plan.blockers] == ["match_undecided"]
    assert plan.blockers[0].message.startswith("2 records of Vendors may be the same.")
    new = Choices("supplier", {"vendor": RecordChoice(link="")}, salvage=False)
    plan = draw_up(ACME, TARGET, new, ORG, facts)
    assert plan.possible
    assert isinstance(plan.steps[0], Create)


def test_the_plan_updates_the_one_that_stands_in() -> None:
    held = {**ONE.values, "Phone": None}
    facts = Facts(REP, date(2026, 1, 31), found={"Vendors": (Record("Vendors", "11", held),)})
    plan = draw_up(ACME, TARGET, Choices("supplier", salvage=False), ORG, facts)
    [step] = plan.steps
    assert isinstance(step, Update)
    assert (step.on.id, step.values) == ("11", {"Phone": "1"})
