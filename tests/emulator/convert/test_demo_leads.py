"""Conversions of the demo org's leads: several layouts and pipelines, and what hangs on them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from flask import Flask

from emulator import World, Worlds, demo
from emulator.adapter import EmulatorAdapter
from emulator.clock import Clock
from emulator.schema import User
from tests.emulator.conftest import NOON

Ask = Callable[..., Any]
DEAL = {"Deal_Name": "New", "Closing_Date": "2026-06-30"}
STANDARD = {**DEAL, "Pipeline": "Standard (Standard)", "Stage": "Qualification"}
TENDER = {**DEAL, "Pipeline": "Tenders (Standard)", "Stage": "Bid Submitted"}
SERVICE = {**DEAL, "Pipeline": "Service (Service Contracts)", "Stage": "Site Visit"}


@pytest.fixture
def org() -> World:
    return demo.brightwater_world(Clock(NOON))


@pytest.fixture
def rep(org: World) -> User:
    return next(user for user in org.users if user.email == demo.REP)


@pytest.fixture
def ask(org: World, rep: User, emulator: Flask) -> Iterator[Ask]:
    """Convert a lead as the rep; the one entry of the answer, or its root error."""
    worlds = emulator.extensions["worlds"] = Worlds(org)
    token = worlds.tokens.sign_in(org, rep, ("ZohoCRM.modules.ALL",)).value
    with requests.Session() as session:
        session.mount("https://", EmulatorAdapter(emulator))
        session.headers["Authorization"] = f"Zoho-oauthtoken {token}"

        def convert(lead_id: str, **wish: object) -> Any:
            url = f"{org.data_centre.api_url}/crm/v8/Leads/{lead_id}/actions/convert"
            body = session.post(url, json={"data": [wish]}, timeout=30).json()
            return body["data"][0] if "data" in body else body

        yield convert


def test_a_supplier_gets_the_layouts_that_its_own_is_mapped_to(ask: Ask, org: World) -> None:
    details = ask(demo.SUPPLIER_LEAD, Deals=SERVICE)["details"]
    layouts = {name: org.records[name][details[name]["id"]]["Layout"]["name"] for name in details}
    assert layouts == {
        "Contacts": "Distributor",
        "Accounts": "Standard",
        "Deals": "Service Contracts",
    }


@pytest.mark.parametrize("deal", [STANDARD, TENDER])
def test_a_suppliers_layout_has_no_pipeline_of_another_layout(ask: Ask, deal: object) -> None:
    error = ask(demo.SUPPLIER_LEAD, Deals=deal)
    assert (error["code"], error["message"]) == (
        "MAPPING_MISMATCH",
        "Layout doesn't contain the Pipeline",
    )


@pytest.mark.parametrize("deal", [STANDARD, TENDER])
def test_a_customer_has_the_choice_of_two_pipelines(ask: Ask, deal: object) -> None:
    assert ask(demo.CHINESE_LEAD, Deals=deal)["code"] == "SUCCESS"


def test_mapped_values_reach_the_deal(ask: Ask, org: World) -> None:
    details = ask(demo.FULL_LEAD, Deals=STANDARD)["details"]
    deal = org.records["Deals"][details["Deals"]["id"]]
    assert deal["Amount"] == 312000
    assert deal["Product_Interests"][0] == "Flow Meters"
    assert deal["Technical_Advisor"]["name"] == "Priya Nair"
    assert deal["Description"].startswith("Salt water")


def test_a_known_address_is_a_duplicate_unless_its_contact_is_used(ask: Ask) -> None:
    error = ask(demo.SAME_EMAIL_LEAD)
    assert (error["code"], error["details"]["api_name"]) == ("DUPLICATE_DATA", "Email")
    contact = {"id": error["details"]["duplicate_record"]["id"]}
    details = ask(demo.SAME_EMAIL_LEAD, Contacts=contact)["details"]
    assert details["Contacts"] == {"name": "Sofia Marchetti", **contact}


def test_forty_notes_go_to_the_contact_and_ten_attachments_to_the_deal(
    ask: Ask, org: World
) -> None:
    to = {"api_name": "Deals", "id": next(m.id for m in org.modules if m.api_name == "Deals")}
    details = ask(demo.BUSY_LEAD, Deals=STANDARD, move_attachments_to=to)["details"]

    def on(module: str, target: str) -> int:
        rows = org.records[module].values()
        return sum(row["Parent_Id"]["id"] == details[target]["id"] for row in rows)

    assert on("Notes", "Contacts") == 40
    assert on("Attachments", "Deals") == 10


@pytest.mark.parametrize(
    ("lead_id", "code"),
    [
        (demo.LOCKED_LEAD, "RECORD_LOCKED"),
        (demo.MERGING_LEAD, "RECORD_LOCKED"),
        (demo.UNAPPROVED_LEAD, "NOT_APPROVED"),
        (demo.REJECTED_LEAD, "NOT_APPROVED"),
        (demo.REVIEW_LEAD, "NOT_REVIEWED"),
        (demo.CONVERTED_LEAD, "ID_ALREADY_CONVERTED"),
        (demo.OTHERS_LEAD, "AUTHORIZATION_FAILED"),
    ],
)
def test_some_leads_cannot_be_converted(ask: Ask, lead_id: str, code: str) -> None:
    assert ask(lead_id)["code"] == code


def test_a_name_too_long_for_vendors_fits_an_account(ask: Ask, org: World) -> None:
    details = ask(demo.LONG_LEAD)["details"]
    account = org.records["Accounts"][details["Accounts"]["id"]]
    assert len(account["Account_Name"]) > 120
    assert account["Tax_Number"] == "ATU 5550 0172 / FN 555017w LG"
