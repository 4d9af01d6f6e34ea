"""Many leads planned together, as plain values: templates, doubles, shared records and cost."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from extension.planning import crowd
from extension.planning.choices import Choices, RecordChoice
from extension.planning.matching import Condition, Search
from extension.planning.plan import Plan, draw_up
from extension.planning.planned import Facts
from extension.planning.targets import Target, TargetRecord

from .crm import REP, catalogue, lead, record

VENDOR = TargetRecord(
    "vendor", "Vendors", {"Vendor_Name": "Company", "Email": "Email", "Phone": "Phone"},
    match_on=("Email", "Vendor_Name"),
)  # fmt: skip
TARGET = Target("supplier", "Supplier", "records", (VENDOR,))
PLAIN = Choices("supplier", salvage=False)
ORG = catalogue()


def plan(**values: Any) -> Plan:
    facts = Facts(REP, date(2026, 1, 31))
    return draw_up(lead(**{"Last_Name": "Doe", **values}), TARGET, PLAIN, ORG, facts)


def offers(*several: Mapping[str, Any]) -> dict[str, crowd.Offer]:
    found: dict[str, crowd.Offer] = {}
    for place, values in enumerate(several, 1):
        found = crowd.with_offers(found, crowd.offered(plan(**values), TARGET, place))
    return found


def shared(
    one: Plan, there: crowd.Offers, choices: Choices = PLAIN
) -> tuple[str | None, list[int]]:
    joined, of = crowd.joined(one, TARGET, choices, there)
    return joined.of(VENDOR).link, [each.place for each in of]


def test_templates_are_found_and_filled_wherever_they_stand() -> None:
    wish = {"a": ["${Company}", {"b": "x ${Last_Name} ${Phone}"}], "c": 1, "d": None}
    assert sorted(crowd.named_fields(wish)) == ["Company", "Last_Name", "Phone"]
    filled = crowd.filled(wish, {"Company": "Acme", "Last_Name": "Doe"})
    assert filled == {"a": ["Acme", {"b": "x Doe"}], "c": 1, "d": None}


@pytest.mark.parametrize("company", ["Acme Ltd.", "ACME", "acme ltd"])
def test_writings_of_one_company_share_what_the_first_creates(company: str) -> None:
    there = offers({"Company": "Acme Ltd."}, {"Company": "Zulu"})
    assert shared(plan(Company=company), there) == ("joined:1:vendor", [1])


def test_an_address_makes_two_the_same_and_a_telephone_does_not() -> None:
    there = offers({"Company": "Acme", "Email": "pat@acme.example", "Phone": "555"})
    assert shared(plan(Company="Zulu", Email="PAT@acme.example"), there)[1] == [1]
    assert shared(plan(Company="Zulu", Phone="555"), there) == (None, [])


def test_the_first_comes_first() -> None:
    there = offers({"Company": "Acme"}, {"Company": "Acme"})
    assert {one.place for one in there.values()} == {1}


def test_who_wants_a_record_of_their_own_shares_none() -> None:
    own = Choices("supplier", {"vendor": RecordChoice(link="")}, salvage=False)
    assert shared(plan(Company="Acme"), offers({"Company": "Acme"}), own) == ("", [])


def test_an_offer_is_the_same_once_it_was_kept() -> None:
    [one] = crowd.offered(plan(Company="Acme"), TARGET, 4)
    assert crowd.offer_from(4, one.as_json()) == one


def test_doubles_are_found_as_zohos_search_finds_them() -> None:
    acme = record("Vendors", "1", Vendor_Name="Acme Ltd.", Email="a@acme.example")
    acmes = record("Vendors", "2", Vendor_Name="ACME Works", Email="b@acme.example")
    zulu = record("Vendors", "3", Vendor_Name="Zulu", Email="A@ACME.example")
    search = Search("Vendors", (
        Condition("Vendor_Name", "Company", "starts_with", "company", "Company"),
        Condition("Email", "Email", "equals", "email", "Email"),
    ))  # fmt: skip
    index = crowd.Index([zulu, acmes, acme], [search])

    def found(**values: str) -> list[str]:
        return sorted(one.id for one in index.found(search, lead(**values)))

    assert found(Company="Acme Ltd.") == ["1", "2"]
    assert found(Company="Acme Ltd.", Email="a@acme.example") == ["1", "2", "3"]
    assert found(Company="Nobody") == found() == []


def test_what_travels_together_is_counted_once_for_a_hundred() -> None:
    tally = crowd.tally(plan(Company="Acme").steps)
    assert tally["kinds"] == {"Create Vendors": 1}
    one, hundred, more = (crowd.estimate([tally] * count) for count in (1, 100, 101))
    assert (one["calls"], hundred["calls"], more["calls"]) == (2, 2, 4)
    assert one["credits"] < hundred["credits"] < more["credits"]
    assert crowd.estimate([]) == {"calls": 0, "credits": 0, "seconds": 0}


def test_a_digest_is_of_what_was_decided_and_of_every_lead_in_order() -> None:
    rows = [("1", "a"), ("2", "b")]
    wish = {"target": "supplier"}
    assert crowd.digest(wish, rows) == crowd.digest(dict(wish), iter(rows))
    others = [crowd.digest(wish, rows[::-1]), crowd.digest({}, rows), crowd.digest(wish, rows[:1])]
    assert crowd.digest(wish, rows) not in others
    assert len(set(others)) == 3


def test_ids_of_shared_records_are_found_and_replaced_however_deep() -> None:
    step = {"kind": "Update", "id": "joined:1:vendor", "more": [{"to": "joined:1:vendor"}, "1"]}
    assert crowd.tokens(step) == {"joined:1:vendor"}
    bound = crowd.bound(step, {"joined:1:vendor": "77"})
    assert bound == {"kind": "Update", "id": "77", "more": [{"to": "77"}, "1"]}
    assert crowd.tokens(bound) == set()


def test_a_lead_waits_for_the_records_of_the_one_that_it_is_joined_to_alone() -> None:
    plan = {
        "records": [{"key": "vendor", "link": "joined:1:vendor"}],
        "steps": [{"kind": "Note", "content": "joined:9:whatever somebody has written"}],
    }
    assert crowd.awaited(plan, 1) == {"joined:1:vendor": "vendor"}
