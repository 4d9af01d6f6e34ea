"""Leads, what hangs on them and what Zoho would make of them."""

import pytest

from extension.errors import (
    GrantRevoked,
    ScopeMissing,
    ZohoBusy,
    ZohoMissing,
    ZohoRefused,
    ZohoUnclear,
)
from extension.planning.records import Agreement, Record, ZohoSays
from extension.zoho import records


def test_a_record_keeps_zohos_values_as_they_are(payload):
    lead = records.record(payload("converted_lead"), "Leads")
    assert (lead.module, lead.id) == ("Leads", "4876876000000524157")
    assert lead.values["$converted"] is True


@pytest.mark.parametrize("payload", [None, {}, {"data": []}, {"data": [{"Last_Name": "Doe"}]}])
def test_no_record_is_said_to_be_missing(payload):
    with pytest.raises(ZohoMissing):
        records.record(payload, "Leads")


def test_nothing_found_is_no_error():
    assert records.records(None, "Vendors") == ()


def test_lists_that_zoho_cannot_count_are_unknown_and_not_empty(payload):
    counts = records.related_counts(payload("related_counts_one_failed"), ["Notes", "Survey"])
    assert counts == {"Notes": 40, "Survey": None}
    assert records.related_counts(None, ["Notes"]) == {"Notes": None}


def test_conversion_options_are_read_whole(payload):
    contact = payload("conversion_options")["__conversion_options"]["Contacts"][0]
    assert records.conversion_options(payload("conversion_options")) == ZohoSays(
        "answered",
        records={"Contacts": (Record("Contacts", "9231053", contact),)},
        agreements={"Contacts": (Agreement("Full_Name", "Full Name", "Pat Doe"),)},
        several_layouts=frozenset({"Deals"}),
    )


def test_nothing_and_an_answer_full_of_nulls_are_not_the_same(payload):
    assert records.conversion_options(None) == ZohoSays("nothing")
    nulls = records.conversion_options(payload("conversion_options_all_null"))
    assert nulls == ZohoSays("answered")


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ZohoBusy("", zoho_code="TOO_MANY_REQUESTS"), "unavailable"),
        (ZohoUnclear(""), "unavailable"),
        (ZohoRefused("", zoho_code="RECORD_LOCKED"), "refused"),
        (ZohoMissing("", zoho_code="INVALID_DATA"), "refused"),
        (ZohoRefused("", zoho_code="API_NOT_SUPPORTED"), "unasked"),
    ],
)
def test_why_there_are_no_conversion_options(error, state):
    assert records.no_conversion_options(error).state == state


def test_a_refusal_to_tell_the_options_keeps_its_code_and_sentence():
    says = records.no_conversion_options(ZohoRefused("It is locked.", zoho_code="RECORD_LOCKED"))
    assert (says.code, says.message) == ("RECORD_LOCKED", "It is locked.")


@pytest.mark.parametrize("error", [GrantRevoked("gone"), ScopeMissing("not granted")])
def test_that_we_may_not_ask_at_all_is_no_answer_about_the_lead(error):
    with pytest.raises(type(error)):
        records.no_conversion_options(error)
