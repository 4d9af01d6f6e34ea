"""Which records a lookup rule means when it names one."""

import pytest

from extension.planning.named import criteria, meant, names
from extension.planning.records import Catalogue, Lead, Record
from extension.planning.rules import LookupByName
from extension.planning.targets import Target, TargetRecord

from .crm import catalogue, custom, field, lead

ORG = catalogue(
    custom("Suppliers", field("Name"), field("Partner", "lookup", lookup_module="Vendors"))
)
TARGET = Target(
    "s", "Supplier", "records",
    (TargetRecord("s", "Suppliers", {}, rules={"Partner": LookupByName("Company")}),),
)  # fmt: skip


def named(one: Lead, org: Catalogue = ORG) -> tuple[tuple[str, str], ...]:
    return names([TARGET, TARGET], one, org)


def test_a_name_is_looked_for_once_in_the_module_that_the_field_points_at() -> None:
    assert named(lead(Company=" Acme ")) == (("Vendors", "Acme"),)


@pytest.mark.parametrize("company", [None, "", "  ", "-None-"])
def test_an_empty_value_names_nothing(company: str | None) -> None:
    assert named(lead(Company=company)) == ()


def test_a_module_that_is_gone_is_not_searched() -> None:
    modules = {name: one for name, one in ORG.modules.items() if name != "Vendors"}
    assert named(lead(Company="Acme"), Catalogue(modules)) == ()


def test_parentheses_of_a_name_do_not_end_the_condition() -> None:
    assert criteria(("Vendors", "Acme (Asia), Ltd"), ORG) == (
        "(Vendor_Name:equals:Acme \\(Asia\\)\\, Ltd)"
    )


def test_only_records_that_are_called_just_so_are_meant() -> None:
    found = [
        Record("Vendors", "1", {"Vendor_Name": "ACME "}),
        Record("Vendors", "2", {"Vendor_Name": "Acme Steel"}),
        Record("Vendors", "3", {}),
    ]
    assert meant(("Vendors", "Acme"), found, ORG) == ("1",)
