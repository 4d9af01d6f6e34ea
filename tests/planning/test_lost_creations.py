"""Which of the records that are there is the one whose creation was not answered."""

import pytest

from extension.planning.lost_creations import MOST, found
from extension.planning.records import Record

ACME = {"Vendor_Name": "Acme", "Phone": "555 0100", "City": "Kiel", "Country": "Germany"}
NAME = "Vendor_Name"


def record(ident: str, **changed: object) -> Record:
    return Record("Vendors", ident, {**ACME, **changed})


def test_the_one_that_holds_what_was_written_is_the_one_whatever_else_is_there():
    mine, other = record("1", Owner={"id": "7"}), record("2", Phone="555 0199")
    assert found([other, mine], ACME, NAME, []) is mine


def test_of_several_that_hold_it_one_is_asked_about_those():
    both = [record("1"), record("2")]
    assert found([*both, record("3", Phone="1")], ACME, NAME, []) == both


@pytest.mark.parametrize(
    "changed",
    [
        {"Phone": "+49 555 0100"},
        {"Vendor_Name": "ACME", "Phone": "1", "City": "", "Country": ""},
        {"Vendor_Name": "V-0042"},
        {"Vendor_Name": "V-0042", "Phone": "555-0100 (office)", "City": "KIEL", "Country": "DE"},
    ],
    ids=["a value", "its capitals", "its name", "name and form of all else"],
)
def test_one_that_a_workflow_has_changed_is_asked_about(changed):
    there = record("1", **changed)
    assert found([there], ACME, NAME, []) == [there]


def test_one_of_the_same_name_comes_before_one_that_may_have_been_renamed():
    named, renamed = record("1", Phone="1"), record("2", Vendor_Name="V-0042")
    assert found([renamed, named], ACME, NAME, []) == [named, renamed]


def test_one_that_shares_but_half_of_the_rest_is_none():
    zebra = record("1", Vendor_Name="Zebra", Phone="1", City="Ulm")
    assert found([zebra], ACME, NAME, []) == []


def test_where_nothing_but_the_name_was_written_any_may_be_the_one_up_to_as_many_as_a_call_makes():
    there = [Record("Vendors", str(one), {NAME: f"V-{one}"}) for one in range(MOST + 50)]
    assert found(there, {NAME: "Acme"}, NAME, []) == there[:MOST]


def test_what_is_just_what_something_else_has_sent_is_none_to_ask_about():
    other = {**ACME, "Phone": "555 7777"}
    assert found([record("1", Phone="555 7777")], ACME, NAME, [other]) == []


def test_where_more_are_there_than_something_else_can_have_made_each_may_be_the_one():
    there = [record("1", Phone="1"), record("2")]
    bare = {NAME: "Acme"}
    assert found(there, {**ACME, "Phone": "9"}, NAME, [bare]) == there
    assert found(there[:1], {**ACME, "Phone": "9"}, NAME, [bare]) == []


def test_one_that_is_as_likely_what_says_more_is_asked_about():
    there = [record("1")]
    assert found(there, {NAME: "Acme"}, NAME, [ACME]) == there
