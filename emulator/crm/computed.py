"""Fields that nobody types in: names, formulas, roll-up summaries, running numbers, references."""

import re
from typing import Any

from ..schema import Field, Module
from ..world import Record, World, full_name
from .formula import work_out

ROLLUP = re.compile(r"(COUNT|SUM|AVG|MIN|MAX)\((\w+)(?:\.(\w+))?\)")
PERSONS = ("ownerlookup", "userlookup")


def value(world: World, module: Module, record: Record, one: Field) -> Any:
    """What the field of this record holds now, worked out where Zoho works it out."""
    if one.api_name == "Full_Name":
        return full_name(record) or None
    match one.data_type:
        case "formula":
            return _formula(world, module, record, one)
        case "rollup_summary":
            return _rollup(world, module, record, one)
        case "autonumber":
            number_all(world, module, one)
        case "lookup":
            return referenced(world, record, one)
        case "boolean":
            return bool(record.get(one.api_name))
        case "tag" | "subform" | "multiselectlookup" | "multiuserlookup":
            return record.get(one.api_name) or []
        case kind if kind in PERSONS:
            return _person(world, record.get(one.api_name))
    return record.get(one.api_name)


def target_of(record: Record, one: Field) -> str:
    """The module that a lookup of this record points at."""
    return one.lookup or str(record.get("$se_module") or "")


def referenced(world: World, record: Record, one: Field) -> Record | None:
    """A lookup's value with the name the other record has now; None once it is gone."""
    stored = record.get(one.api_name)
    if not isinstance(stored, dict):
        return None
    module = target_of(record, one)
    found = world.find(module, str(stored.get("id")))
    return world.reference(module, found) if found else None


def _person(world: World, stored: Any) -> Record | None:
    if not isinstance(stored, dict):
        return None
    user = world.user(str(stored.get("id")))
    return dict(user.brief(email=True)) if user else dict(stored)


def _formula(world: World, module: Module, record: Record, one: Field) -> Any:
    def read(name: str) -> Any:
        found = module.field(name)
        return value(world, module, record, found) if found and found is not one else None

    result = work_out(one.formula, read)
    if isinstance(result, float):
        return round(result, 2 if one.decimal_place is None else one.decimal_place)
    return result


def _rollup(world: World, module: Module, record: Record, one: Field) -> Any:
    """`COUNT(Deals)` or `SUM(Deals.Amount)`, over a related list that hangs on a lookup."""
    found = ROLLUP.fullmatch(one.formula.replace(" ", ""))
    related = module.related_list(found[2]) if found else None
    if found is None or related is None:
        return None
    rows = [
        row
        for row in world.records.get(related.module, {}).values()
        if (row.get(related.via) or {}).get("id") == record["id"]
    ]
    if found[1] == "COUNT":
        return len(rows)
    numbers = [row[found[3]] for row in rows if row.get(found[3]) is not None]
    if not numbers:
        return None
    total = sum(numbers)
    return {"SUM": total, "AVG": total / len(numbers), "MIN": min(numbers), "MAX": max(numbers)}[
        found[1]
    ]


def number_all(world: World, module: Module, one: Field) -> None:
    """Give every record without a running number its own, the oldest record first."""
    numbers = one.auto_number
    if numbers is None:
        return
    records = world.records.get(module.api_name, {})
    for record_id in sorted(records, key=int):
        if not records[record_id].get(one.api_name):
            records[record_id][one.api_name] = f"{numbers.prefix}{numbers.next}{numbers.suffix}"
            numbers.next += 1
