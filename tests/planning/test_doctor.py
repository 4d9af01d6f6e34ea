"""From what was found out to what is said of it."""

from dataclasses import replace
from datetime import datetime

import pytest

from extension.planning.deal_fields import DealGap
from extension.planning.doctor import CALLS, Facts, Refused, complaints, of_calls

WELL = Facts(tables_current=True, api_version="v8", automation="active")
URL = "https://convert.example.com/install"


def test_of_what_is_well_nothing_is_said():
    assert complaints(WELL, URL) == ()


@pytest.mark.parametrize(
    ("facts", "code", "severity"),
    [
        ({"tables_current": False}, "tables_outdated", "error"),
        ({"waiting_minutes": 3.0}, "no_worker", "error"),
        ({"automation": "none"}, "no_automation", "error"),
        ({"automation": "revoked", "automation_name": "Ada"}, "automation_revoked", "error"),
        ({"scopes_missing": ["ZohoCRM.x.ALL"]}, "scopes_missing", "warning"),
        ({"revoked": 2}, "grants_revoked", "warning"),
        ({"api_version": "v7"}, "api_version", "warning"),
        ({"unread": "Sign in again."}, "zoho_unread", "error"),
        ({"targets": [("error", "Leads have no field X.")]}, "targets", "error"),
        ({"rules": [("error", "There is no target X.")]}, "automation", "error"),
        ({"setup": ["Vendors gets the field Key."]}, "setup", "warning"),
        ({"channels": ["Vendors: no."]}, "channels", "warning"),
        ({"deals": [DealGap("Standard", typed=("Region",))]}, "deal_fields", "warning"),
        ({"deals": [DealGap("Standard", closed=("Map",))]}, "deal_fields_closed", "error"),
        ({"ahead": 61.0}, "clock_astray", "error"),
        ({"ahead": -61.0}, "clock_astray", "error"),
        ({"credits_left": 999}, "credits_low", "warning"),
        *(
            ({"refused": [Refused(kind, 2, datetime(2026, 1, 10))]}, f"refused_{kind}", "warning")
            for kind in CALLS
        ),
    ],
)
def test_each_fault_is_said_with_its_fix(facts, code, severity):
    [one] = complaints(replace(WELL, **facts), URL)
    assert (one.code, one.severity) == (code, severity)
    assert one.message.endswith(".")
    assert one.fix.endswith(".")


@pytest.mark.parametrize(("ahead", "said"), [(90.4, "90 seconds ahead"), (-75, "75 seconds behi")])
def test_it_is_said_which_way_the_clock_is_wrong(ahead, said):
    [one] = complaints(replace(WELL, ahead=ahead), URL)
    assert said in one.message


def test_it_is_said_how_many_calls_were_refused_and_when_the_last_came():
    at = datetime(2026, 1, 10, 12, 3)
    assert of_calls(Refused("secret", 14, at)).message == (
        "Refused since yesterday: 14 calls with a wrong secret, or with none. "
        "The last came at 2026-01-10 12:03 UTC."
    )
    assert "1 call to a former address" in of_calls(Refused("address", 1, at)).message


def test_little_is_no_fault():
    assert complaints(replace(WELL, ahead=-60.0), URL) == ()
    assert complaints(replace(WELL, credits_left=1000, waiting_minutes=1.9), URL) == ()


def test_the_worst_comes_first():
    found = complaints(replace(WELL, revoked=1, tables_current=False, api_version="v2"), URL)
    assert [one.severity for one in found] == ["error", "warning", "warning"]
