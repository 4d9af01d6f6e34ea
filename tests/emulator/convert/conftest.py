"""An org with a lead that is ready to be converted, and short ways to say things about it."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator import World
from emulator.schema import User
from emulator.world import Record

Json = dict[str, Any]


@pytest.fixture
def admin(world: World) -> User:
    return world.users[0]


@pytest.fixture
def rep(world: World) -> User:
    return world.users[1]


@pytest.fixture
def lead(world: World, admin: User) -> Record:
    return world.add_record(
        "Leads",
        {
            "First_Name": "Pat",
            "Last_Name": "Doe",
            "Company": "Acme",
            "Email": "pat@acme.example",
            "Phone": "+1 555 0100",
            "Website": "https://acme.example",
            "Lead_Source": "Trade Show",
            "Industry": "ERP",
            "City": "Austin",
            "Zip_Code": "73301",
        },
        owner=admin,
    )


@pytest.fixture
def options(zoho: Callable[..., Any], lead: Record) -> Callable[..., Any]:
    """Ask for the conversion options of the lead: the answer itself."""

    def ask(lead_id: str = lead["id"], **more: object) -> Any:
        return zoho("GET", f"/Leads/{lead_id}/__conversion_options", **more)

    return ask


@pytest.fixture
def convert(zoho: Callable[..., Any], lead: Record) -> Callable[..., Any]:
    """Convert the lead with these keys: the answer itself."""

    def ask(wish: object = None, lead_id: str = lead["id"], **more: object) -> Any:
        body = {"data": [{} if wish is None else wish]}
        return zoho("POST", f"/Leads/{lead_id}/actions/convert", **{"json": body, **more})

    return ask


@pytest.fixture
def deal(world: World) -> Json:
    """The smallest deal that Zoho takes."""
    return {
        "Deal_Name": "Acme - starter",
        "Stage": "Qualification",
        "Closing_Date": "2026-12-31",
        "Pipeline": "Standard (Standard)",
    }
