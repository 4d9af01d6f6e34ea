"""An org with something of everything: field types, layouts, people with different rights."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from emulator import World
from emulator import fields as f
from emulator.schema import (
    LayoutRule,
    Module,
    Pipeline,
    Profile,
    RelatedList,
    Stage,
    User,
)
from emulator.seeds import bare_world
from emulator.standard import custom_module

NOON = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)


def _suppliers() -> Module:
    """A custom module with a field of every type."""
    module = custom_module(
        "Suppliers", "Supplier", "Suppliers",
        f.text("Conversion_Key", length=64, unique=True),
        f.text("Tax_Number", length=8, unique=True, case_sensitive=True),
        f.textarea("Remarks", length=50),
        f.email("Email"), f.phone("Phone"), f.website("Website"),
        f.picklist("Grade", ["A", "B", "C"]),
        f.multiselect("Goods", ["Steel", "Wood", "Glass"]),
        f.boolean("Preferred"), f.integer("Staff", length=4), f.bigint("Serial"),
        f.double("Weight"), f.currency("Turnover"), f.percent("Share"),
        f.date("Since"), f.moment("Last_Order"),
        f.lookup("Vendor", "Vendors", related_label="Suppliers"),
        f.lookup("Lead", "Leads"), f.user("Buyer"),
        f.multilookup("Depots", "Accounts", "Suppliers_X_Accounts"),
        f.autonumber("Number", "SUP-"),
        f.formula("Per_Head", "${Suppliers.Turnover} / ${Suppliers.Staff}", "currency"),
        f.subform("Branches", "Branches"),
        f.fileupload("Papers"),
        f.hidden_from(f.text("Secret"), "Standard"),
        f.read_only_for(f.text("Fixed"), "Standard"),
        sharing="private",
    )  # fmt: skip
    rule = LayoutRule(name="A needs phone", field="Grade", values=("A",), requires=("Phone",))
    module.layouts[0].rules.append(rule)
    big = f.layout("Big", f.section("Supplier Information", "Name*", "Turnover*", "Grade"))
    module.layouts.append(big)
    return module


def _branches() -> Module:
    return Module(
        api_name="Branches", singular="Branch", plural="Branches", generated_type="subform",
        fields=[f.text("Town", mandatory=True, length=20), f.integer("People")],
        status="system_hidden",
    )  # fmt: skip


READABLE = ("Leads", "Notes", "Attachments", "Vendors")
READING = {"Crm_Implied_Api_Access", *(f"Crm_Implied_View_{name}" for name in READABLE)}


@pytest.fixture
def world() -> World:
    one = bare_world()
    one.clock.freeze(NOON)
    one.add_module(_branches(), _suppliers())
    accounts = one.module("Accounts")
    vendors = one.module("Vendors")
    accounts.add(
        f.Field(
            api_name="Deal_Sum",
            label="Deal Sum",
            data_type="rollup_summary",
            formula="SUM(Deals.Amount)",
            api_create=False,
            api_update=False,
        )
    )
    children = RelatedList(
        api_name="Suppliers", label="Suppliers", module="Suppliers", kind="lookup", via="Vendor"
    )
    vendors.related_lists.append(children)
    one.number(accounts)
    one.number(vendors)
    one.add_pipeline(Pipeline(name="Short", stages=[Stage(name="Qualification", probability=5)]))
    pipelines = one.module("Deals").field("Pipeline").choices
    pipelines.extend(f.pick_list(["Short", "Elsewhere"]))
    one.add_profile(Profile(name="Reader", granted=READING))
    one.add_user(
        _user("Rae", "Rep", "Standard", "Manager"),
        _user("Rita", "Reader", "Reader", "CEO"),
        _user("Gone", "Away", "Standard", "Manager", status="disabled"),
    )
    return one


def _user(first: str, last: str, profile: str, role: str, **more: Any) -> User:
    email = f"{first.lower()}@example.com"
    return User(first_name=first, last_name=last, email=email, profile=profile, role=role, **more)


@dataclass
class People:
    ada: User
    rob: User
    rae: User
    rita: User
    gone: User


@pytest.fixture
def people(world: World) -> People:
    """ada may do everything; rob and rae are reps; rita only reads; gone cannot sign in."""
    return People(*world.users)


Add = Callable[..., dict[str, Any]]


@pytest.fixture
def add(world: World) -> Add:
    """Put a record into the org: `add("Leads", Last_Name="Doe")`, the administrator's."""

    def put(module: str, owner: User | None = None, **values: Any) -> dict[str, Any]:
        return world.add_record(module, values, owner=owner or world.users[0])

    return put


@pytest.fixture
def lead(add: Add) -> dict[str, Any]:
    return add("Leads", First_Name="Pat", Last_Name="Doe", Company="Acme", Email="pat@acme.example")


@pytest.fixture
def note_of(world: World, add: Add) -> Callable[..., dict[str, Any]]:
    """Hang a note on a record."""

    def put(module: str, record: dict[str, Any], text: str) -> dict[str, Any]:
        parent = world.reference(module, record)
        return add("Notes", Note_Content=text, Parent_Id=parent, **{"$se_module": module})

    return put


@pytest.fixture
def task_of(world: World, add: Add) -> Callable[..., dict[str, Any]]:
    """Give a record something to do."""

    def put(module: str, record: dict[str, Any], **values: Any) -> dict[str, Any]:
        about = {"What_Id": world.reference(module, record), "$se_module": module}
        return add("Tasks", Subject="Call back", **about, **values)

    return put


Entry = Callable[[requests.Response], dict[str, Any]]


@pytest.fixture
def entry() -> Entry:
    """The only entry of an answer's `data`."""

    def only(response: requests.Response) -> dict[str, Any]:
        [one] = response.json()["data"]
        return one

    return only
