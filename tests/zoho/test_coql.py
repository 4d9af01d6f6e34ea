"""No value can become a part of a query."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from emulator.crm import coql_grammar
from extension.zoho import coql

WHEN = datetime(2026, 3, 2, 9, 15, 0, 1, tzinfo=UTC)
VALUES = [
    "Acme",
    "O'Neill & Sons",
    "' or id is not null or A = '",
    "''",
    "'",
    '"double"',
    "100% (really), yes",
    "شركة",
    "שלום",
    "🎉 party 🎉",
    "",
    "a' limit 0, 2000 --",
]


def criteria(condition):
    query = coql_grammar.read(coql.select(["id"], "Vendors", condition))
    return coql_grammar.criteria_of(query.condition)


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_a_value_stays_a_value(value):
    [one] = criteria(coql.among("Vendor_Name", [value, "other"]))
    assert (one.column, one.operator, one.values) == ("Vendor_Name", "in", (value, "other"))


@pytest.mark.parametrize("value", ["a\\", "\\' or 1", "line\nbreak", "\x00", "\x7f"])
def test_a_value_that_cannot_safely_be_quoted_is_refused(value):
    with pytest.raises(ValueError):
        coql.text(value)


@pytest.mark.parametrize("name", ["", "id from Leads", "A'B", "Näme", "1A", "a-b", "a;b"])
def test_what_is_no_name_cannot_stand_for_one(name):
    with pytest.raises(ValueError):
        coql.select([name], "Leads", "id is not null")
    with pytest.raises(ValueError):
        coql.select(["id"], name, "id is not null")
    with pytest.raises(ValueError):
        coql.among(name, ["x"])


def test_a_hundred_values_are_two_criteria_of_fifty():
    keys = [f"k{number}" for number in range(100)]
    found = criteria(coql.among("Conversion_Key", keys))
    assert [len(one.values) for one in found] == [50, 50]
    assert [value for one in found for value in one.values] == keys


@pytest.mark.parametrize("count", [0, 101])
def test_a_query_asks_for_one_to_a_hundred_values(count):
    with pytest.raises(ValueError):
        coql.among("Conversion_Key", ["k"] * count)


def test_a_span_of_time_is_widened_to_whole_seconds():
    east = WHEN.astimezone(timezone(timedelta(hours=5, minutes=30)))
    by, between = criteria(coql.made_by("4876876000000327001", east, WHEN))
    assert (by.column, by.values) == ("Created_By", ("4876876000000327001",))
    assert between.values == ("2026-03-02T09:15:00+00:00", "2026-03-02T09:15:01+00:00")


def test_a_query_names_its_page():
    query = coql_grammar.read(coql.select(["id", "Email"], "Leads", "id is not null", 400))
    assert (query.columns, query.module) == (("id", "Email"), "Leads")
    assert (query.offset, query.limit) == (400, 200)
