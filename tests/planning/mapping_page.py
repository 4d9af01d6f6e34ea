"""The examples of docs/mapping.md, read, and carried out."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from extension.planning.carry import Carried, Lost, Transformed, Verdict, shown
from extension.planning.choices import Choices, RecordChoice
from extension.planning.matching import searches
from extension.planning.plan import Facts, Plan, draw_up
from extension.planning.policies import CARRIED_LISTS
from extension.planning.records import Catalogue, Choice, Field, Layout, Lead, Module, Record
from extension.planning.steps import Create, DeleteLead, MarkLead, Update
from extension.planning.target_data import RECORD_KEYS, TARGET_KEYS, from_data
from extension.planning.targets import Target

from .crm import REP

PAGE = Path(__file__).resolve().parents[2] / "docs" / "mapping.md"
TODAY = date(2026, 1, 31)
RECORD: dict[str, Any] = {
    "key": "vendor", "module": "Vendors", "fields": {"Vendor_Name": "Company"},
}  # fmt: skip
TARGET: dict[str, Any] = {"key": "supplier", "label": "Supplier", "kind": "records"}
LEAD_ID, EXISTING = "300", "400"
OF_THAT_NAME = {"none": (), "one": ("701",), "two": ("701", "702")}

DESCRIBED = re.compile(
    r"Lead: |Lead has: |Vendor before: "
    r"|(?:Profile|Contact wanted|Accounts of that name|Owner chosen)$"
)
"""Headings under which a row says what there is; under all others, what comes of it."""

BLOCK = re.compile(r"^(#+ [^\n]*|```yaml\n.*?^```)$", re.M | re.S)

Row = Mapping[str, str]


@dataclass(frozen=True)
class Example:
    """What somebody writes into a target, and the cases that say what comes of it."""

    heading: str
    data: Mapping[str, Any]
    cases: tuple[Row, ...]

    @property
    def whole(self) -> dict[str, Any]:
        """The target, where the example is only a part of one."""
        if "records" in self.data:
            return dict(self.data)
        assert self.data.keys() <= {*RECORD_KEYS, *TARGET_KEYS}
        record = {key: value for key, value in self.data.items() if key in RECORD_KEYS}
        rest = {key: value for key, value in self.data.items() if key not in RECORD_KEYS}
        return {**TARGET, "records": [{**RECORD, **record}], **rest}

    @property
    def target(self) -> Target:
        [target] = from_data([self.whole])
        return target


def examples() -> Iterator[Example]:
    """Every block of YAML with the tables that follow it up to the next one, or to a heading."""
    heading = ""
    blocks = re.split(BLOCK, PAGE.read_text())
    for block, text in zip(blocks[1::2], blocks[2::2], strict=True):
        if block.startswith("#"):
            heading = block.lstrip("# ")
        else:
            data = yaml.safe_load(block.removeprefix("```yaml").removesuffix("```"))
            yield Example(heading, data, tuple(row for table in tables(text) for row in table))


def tables(text: str) -> list[list[Row]]:
    """The rows of each table, by the heading of their column."""
    found = []
    for table in re.findall(r"(?:^\|.*\n)+", text, re.M):
        heads, _, *rows = [_cells(line) for line in table.splitlines()]
        found.append([dict(zip(heads, row, strict=True)) for row in rows])
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def org() -> Catalogue:
    """The modules that the page describes, in tables whose first heading is the module's name."""
    fields: dict[str, list[Field]] = {}
    for table in tables(PAGE.read_text()):
        module, *heads = table[0]
        if heads == ["type", "holds"]:
            fields[module] = [_field(row[module], row["type"], row["holds"]) for row in table]
    return Catalogue({name: _module(name, several) for name, several in fields.items()})


def _module(name: str, fields: list[Field]) -> Module:
    names = frozenset(one.api_name for one in fields)
    layouts = tuple(Layout(ident, ident, fields=names) for ident in ("501", "502"))
    known = {one.api_name: one for one in fields}
    singular = name.removesuffix("s")
    return Module(
        name, name, singular, name, name_field="Vendor_Name", fields=known, layouts=layouts
    )


def _field(name: str, data_type: str, holds: str) -> Field:
    room = re.search(r"(\d+) (?:characters|digits)", holds)
    offered = re.search(r"(?:one|several) of (.*)", holds)
    linked = re.search(r"records of (\w+)", holds)
    api_name = name.strip("`")
    return Field(
        api_name,
        api_name.replace("_", " "),
        data_type,
        max_length=int(room[1]) if room else None,
        choices=tuple(Choice(one, one) for one in offered[1].split(", ")) if offered else (),
        lookup_module=linked[1] if linked else "",
        mandatory="must be filled" in holds,
    )


def value(cell: str) -> object:
    """What a cell says: JSON between backticks, else the words; nothing for nothing."""
    return json.loads(cell.strip("`")) if cell.startswith("`") else cell or None


@dataclass(frozen=True)
class Case:
    """One row under an example: the lead that it describes, and the plan that is drawn up."""

    target: Target
    row: Row

    @property
    def lead(self) -> Lead:
        values = {name: value(cell) for name, cell in self._columns("Lead: ")}
        related = {name: int(cell) for name, cell in self._columns("Lead has: ")}
        return Lead(Record("Leads", LEAD_ID, {"id": LEAD_ID, **values}), related)

    @property
    def existing(self) -> Record | None:
        """The vendor that stands in, where the row says what it held before."""
        held = dict(self._columns("Vendor before: "))
        known = {name: cell for name, cell in held.items() if cell != "not read"}
        values = {name: None if cell == "empty" else value(cell) for name, cell in known.items()}
        return Record("Vendors", EXISTING, values) if held else None

    @property
    def plan(self) -> Plan:
        found = {"Vendors": [self.existing] if self.existing else []}
        profile = replace(REP.profile, id=self.row.get("Profile", REP.profile.id))
        facts = Facts(replace(REP, profile=profile), TODAY, found=found, named=self._named())
        return draw_up(self.lead, self.target, self._choices(), org(), facts)

    def _columns(self, start: str) -> Iterator[tuple[str, str]]:
        for head, cell in self.row.items():
            if head.startswith(start):
                yield head.removeprefix(start), cell

    def _named(self) -> dict[tuple[str, str], tuple[str, ...]]:
        cell = self.row.get("Accounts of that name", "")
        name = str(self.row.get("Lead: Company"))
        return {("Accounts", name): OF_THAT_NAME[cell]} if cell in OF_THAT_NAME else {}

    def _choices(self) -> Choices:
        chosen = {"vendor": RecordChoice(link=EXISTING)} if self.existing else {}
        if self.row.get("Contact wanted") == "yes":
            chosen["contact"] = RecordChoice()
        owner = self.row.get("Owner chosen", "no")
        said = "" if owner == "no" else owner
        return Choices(self.target.key, chosen, owner=said, salvage=False)

    def told(self, head: str) -> object:
        """What the plan says under this heading."""
        plan = self.plan
        if found := re.fullmatch(r"What becomes of (\w+)", head):
            name = found[1]
            return _list(plan, name) if name in CARRIED_LISTS else _fate(plan, name)
        if found := re.fullmatch(r"(Vendor|Contact): (\w+)", head):
            return self._content(plan, found[1].lower(), found[2])
        match head:
            case "Offered":
                return _offered(plan)
            case "The lead afterwards":
                return _afterwards(plan)
            case "Created":
                return ", ".join(one.record for one in plan.steps if isinstance(one, Create))
            case "Workflow rules run":
                return _workflows(plan)
            case "Owner of the new record":
                return _owner(plan)
            case "Layout":
                return next(one.layout for one in plan.steps if isinstance(one, Create))
            case "Searched by":
                [search] = searches(self.target, self.lead, org())
                return ", ".join(one.field for one in search.conditions)
            case "Proposed":
                return self.target.records[0].when_matched
        raise AssertionError(f"no plan tells of {head}")

    def _content(self, plan: Plan, key: str, name: str) -> object:
        """What the field holds when the plan is carried out."""
        fields = [each for one in plan.records if one.key == key for each in one.fields]
        one = next((each for each in fields if each.field.api_name == name), None)
        before = self.existing.values.get(name, "not read") if self.existing else None
        if one is None or isinstance(one.verdict, Lost):
            return before
        return f"the new {one.link}" if one.link else one.value


def agrees(cell: str, told: object) -> bool:
    """Whether a cell says what the plan does: to the letter, or as people read it."""
    return told == value(cell) or (not cell.startswith("`") and cell == shown(told))


def _said(verdict: Verdict) -> str:
    match verdict:
        case Carried():
            return "carried"
        case Transformed(how=how):
            return f"changed: {how.message}"
        case Lost(why):
            return f"lost: {why.message}"


def _fate(plan: Plan, name: str) -> str:
    return "".join(_said(one.verdict) for one in plan.fates if one.held.field.api_name == name)


def _list(plan: Plan, name: str) -> str:
    return "".join(f"{one.kind}: {one.reason.message}" for one in plan.lists if one.list == name)


def _offered(plan: Plan) -> str:
    found = [one for one in plan.blockers if one.code in ("not_for_you", "not_offered")]
    return f"no: {found[0].message}" if found else "yes"


def _afterwards(plan: Plan) -> str:
    match plan.steps[-1]:
        case MarkLead(values=values):
            return ", ".join(f"{name} is {shown(held)}" for name, held in values.items())
        case DeleteLead():
            return "in the recycle bin"
    return "as it was"


def _owner(plan: Plan) -> str:
    [owner] = [one.values.get("Owner") for one in plan.steps if isinstance(one, Create)]
    return str(owner["id"]) if isinstance(owner, Mapping) else "whoever converts"


def _workflows(plan: Plan) -> str:
    written = [one.workflows for one in plan.steps if isinstance(one, Create | Update)]
    assert written
    return "yes" if all(written) else "no"
