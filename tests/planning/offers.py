"""What the tests of options ask for: what one lead is offered, in an org of three modules."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from extension.planning.option import Option, Options
from extension.planning.options import work_out
from extension.planning.planned import Facts
from extension.planning.records import Catalogue, Field, Lead, Module, Record, User, ZohoSays
from extension.planning.targets import Target, default_targets

from .crm import NOTHING, REP, catalogue, lead

DAY = date(2026, 11, 22)
SUPPLIER = lead(
    Company="Nhà máy Thép Hòa Phát", First_Name="An", Last_Name="Nguyễn Văn",
    Email="an.nguyen@hoaphat.example", Phone="+84 24 3974 7751", City="Hà Nội",
    Lead_Source="Fair", Rating="Hot", Tax_Number="0900189284",
)  # fmt: skip


def offered(
    one: Lead = SUPPLIER,
    user: User = REP,
    org: Catalogue | None = None,
    says: ZohoSays = NOTHING,
    found: dict[str, Sequence[Record] | None] | None = None,
) -> Options:
    org = org or catalogue()
    everything = dict.fromkeys(org.modules, ())
    facts = Facts(user, DAY, says, {**everything, **(found or {})})
    return work_out(one, default_targets(org), org, facts)


def made_into(target: Target, one: Lead = SUPPLIER, org: Catalogue | None = None) -> Option:
    """The one option where an org has this one target."""
    facts = Facts(REP, DAY, NOTHING)
    [found] = work_out(one, [target], org or catalogue(), facts).options
    return found


def option(key: str, *args: Any, **known: Any) -> Option:
    return next(one for one in offered(*args, **known).options if one.target == key)


def with_field(module: Module, one: Field) -> Module:
    return replace(module, fields={**module.fields, one.api_name: one}, layouts=())
