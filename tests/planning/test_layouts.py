"""A layout may offer fewer choices than its field has."""

from dataclasses import replace
from datetime import date

from extension.planning.carry import Carried, Lost
from extension.planning.choices import Choices, RecordChoice
from extension.planning.options import work_out
from extension.planning.plan import Facts, Plan, draw_up
from extension.planning.records import Layout
from extension.planning.targets import Target, TargetRecord

from .crm import REP, catalogue, choices, custom, field, lead

HEAT = field("Heat", "picklist", choices=choices("Hot", "Cold"))
CARDS = custom("Cards", HEAT)
NAMES = frozenset({"Name", "Heat"})
BOTH, ONE = (
    Layout("1", "Standard", fields=NAMES),
    Layout("2", "Cool", fields=NAMES, choices={"Heat": choices("Cold")}),
)
ORG = catalogue(replace(CARDS, layouts=(BOTH, ONE)))
RECORD = TargetRecord("card", "Cards", {"Name": "Company", "Heat": "Rating"})
TARGET = Target("card", "Card", "records", (RECORD,))
HOT = lead(Company="Acme", Last_Name="Doe", Rating="Hot")
FACTS = Facts(REP, date(2026, 1, 31))


def plan(layout: str) -> Plan:
    choice = RecordChoice(layout=layout)
    return draw_up(HOT, TARGET, Choices("card", {"card": choice}, salvage=False), ORG, FACTS)


def heat(drawn: Plan) -> object:
    [found] = [one.verdict for one in drawn.fates if one.held.field.api_name == "Rating"]
    return found


def test_a_choice_that_the_layout_lacks_is_lost() -> None:
    found = heat(plan("2"))
    assert isinstance(found, Lost)
    assert found.why.code == "not_a_choice"


def test_where_the_layout_offers_all_it_is_carried() -> None:
    assert heat(plan("1")) == Carried("Hot")


def test_the_option_of_a_target_with_that_layout_says_so_too() -> None:
    target = replace(TARGET, records=(replace(RECORD, layout="2"),))
    [option] = work_out(HOT, [target], ORG, FACTS).options
    [rating] = [one for one in option.fates if one.held.field.api_name == "Rating"]
    assert rating.loss is not None
