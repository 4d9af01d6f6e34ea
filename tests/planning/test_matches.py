"""Existing records as a person meets them."""

from dataclasses import replace
from typing import Any

import pytest

from extension.planning.matches import SEARCH_LIMIT, SHOWN, Match, from_search, from_zoho
from extension.planning.matching import search_for
from extension.planning.records import Agreement, ZohoSays
from extension.planning.targets import default_targets

from .crm import ACCOUNTS, CONTACTS, NOTHING, REP, VENDORS, catalogue, lead, record, rep

ORG = catalogue()
ACME = lead(Company="Acme", First_Name="Pat", Last_Name="Doe", Email="pat@acme.example")
ZOHO, TO_VENDOR = default_targets(ORG)
VENDOR_SEARCH = search_for(TO_VENDOR.records[0], ACME, ORG)
CONTACT_SEARCH = search_for(ZOHO.records[0], ACME, ORG)
BY_NAME = Agreement("Full_Name", "Full Name", "Pat Doe")
BY_EMAIL = Agreement("Email", "Email", "pat@acme.example")


def found(**values: Any) -> Match:
    vendor = record("Vendors", "1", **{"Vendor_Name": "Acme", **values})
    [one] = from_search(ACME, [vendor], VENDOR_SEARCH, VENDORS, REP).found
    return one


def test_a_match_says_who_it_is_and_why() -> None:
    one = found(Email="pat@acme.example", City="Bonn", Owner={"id": "1", "name": "Sam Owner"})
    assert (one.name, one.detail, one.owner) == ("Acme", "pat@acme.example · Bonn", "Sam Owner")
    assert [reason.message for reason in one.reasons] == ["Same Email", "Same Vendor Name"]
    assert one.reasons[0].params == {
        "field": "Email", "label": "Email", "value": "pat@acme.example",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "locked"),
    [
        ({"Locked__s": True}, True),
        ({"$locked_for_me": True}, True),
        ({"$in_merge": True}, True),
        ({"Locked__s": True, "$locked_for_me": False}, False),
        ({"Locked__s": False}, False),
        ({}, False),
    ],
    ids=str,
)
def test_a_lock_on_a_match_is_seen(values: dict[str, Any], locked: bool) -> None:
    assert found(**values).locked is locked


def test_a_match_that_this_person_cannot_change_says_so() -> None:
    assert found().editable
    assert not found(**{"$editable": False}).editable
    vendor = record("Vendors", "1", Vendor_Name="Acme")
    [one] = from_search(ACME, [vendor], VENDOR_SEARCH, VENDORS, rep(Edit_Vendors=False)).found
    assert not one.editable


def test_what_could_not_be_searched_is_unknown_and_what_has_nothing_is_known() -> None:
    assert from_search(ACME, None, VENDOR_SEARCH, VENDORS, REP).state == "unknown"
    assert from_search(ACME, [], None, VENDORS, REP).state == "unknown"
    assert from_search(ACME, [], VENDOR_SEARCH, VENDORS, REP).state == "known"


def test_the_surest_come_first_and_the_order_does_not_depend_on_zoho() -> None:
    records = [
        record("Vendors", "3", Vendor_Name="Acme"),
        record("Vendors", "2", Vendor_Name="Acme", Email="pat@acme.example"),
        record("Vendors", "1", Vendor_Name="ACME Ltd"),
    ]
    first = from_search(ACME, records, VENDOR_SEARCH, VENDORS, REP)
    again = from_search(ACME, records[::-1], VENDOR_SEARCH, VENDORS, REP)
    assert [one.id for one in first.found] == ["2", "3", "1"]
    assert first == again


@pytest.mark.parametrize(
    ("same", "other", "shown", "more"),
    [
        (1, 0, 1, False),
        (SHOWN, 0, SHOWN, False),
        (SHOWN + 1, 0, SHOWN, True),
        (1, SEARCH_LIMIT, 1, True),
    ],
)
def test_more_matches_than_are_shown_are_told(
    same: int, other: int, shown: int, more: bool
) -> None:
    records = [record("Vendors", str(number), Vendor_Name="Acme") for number in range(same)]
    records += [record("Vendors", f"x{number}", Vendor_Name="Apex") for number in range(other)]
    matches = from_search(ACME, records, VENDOR_SEARCH, VENDORS, REP)
    assert (len(matches.found), matches.more) == (shown, more)


def zoho(*agreements: Agreement, **values: Any) -> Match:
    contact = record("Contacts", "5", **{"Full_Name": "Pat Doe", **values})
    says = ZohoSays("answered", {"Contacts": (contact,)}, {"Contacts": agreements})
    [one] = from_zoho(ACME, says, CONTACT_SEARCH, CONTACTS, REP).found
    return one


def test_a_match_of_zoho_has_zohos_reason_first_and_ours_after() -> None:
    one = zoho(BY_NAME, Email="pat@acme.example", Account_Name={"id": "2", "name": "ACME Ltd"})
    assert [reason.params["field"] for reason in one.reasons] == [
        "Email",
        "Full_Name",
        "Account_Name",
    ]
    assert one.score == 0.98


def test_a_match_of_zoho_is_shown_though_we_see_no_reason() -> None:
    one = zoho(Full_Name="Somebody Else")
    assert [reason.code for reason in one.reasons] == ["zoho_match"]


def test_a_reason_that_the_record_contradicts_is_not_given_for_it() -> None:
    one = zoho(BY_NAME, BY_EMAIL, Email="other@acme.example")
    assert [reason.params["field"] for reason in one.reasons] == ["Full_Name"]


def test_a_reason_is_given_once() -> None:
    one = zoho(BY_EMAIL, Email="pat@acme.example", Full_Name="P. D.")
    assert [reason.params["field"] for reason in one.reasons] == ["Email"]


def test_an_agreement_in_a_unique_field_is_all_but_certain() -> None:
    unique = replace(ACCOUNTS.fields["Website"], unique=True)
    accounts = replace(ACCOUNTS, fields={**ACCOUNTS.fields, "Website": unique})
    account = record("Accounts", "6", Account_Name="Acme")
    agreed = {"Accounts": (Agreement("Website", "", "acme.example"),)}
    says = ZohoSays("answered", {"Accounts": (account,)}, agreed)
    [one] = from_zoho(ACME, says, None, accounts, REP).found
    assert (one.score, one.reasons[0].message) == (0.95, "Same Website")


@pytest.mark.parametrize(
    ("says", "state"),
    [
        (NOTHING, "known"),
        (ZohoSays("answered"), "known"),
        (ZohoSays("unavailable"), "unknown"),
        (ZohoSays("refused", code="NOT_APPROVED"), "unknown"),
    ],
)
def test_what_zoho_did_not_say_is_unknown(says: ZohoSays, state: str) -> None:
    assert from_zoho(ACME, says, CONTACT_SEARCH, CONTACTS, REP).state == state
