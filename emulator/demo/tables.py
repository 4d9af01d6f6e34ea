"""Reads the demo data, tables in `data/`, into records.

A table is a CSV file: one row is a record, one column a field by its API name. Beside them:
`id` (the end of the record's id, which other tables use to point at it), `Owner` and other
users (first names), `Layout` (a name), `Tag` and multi-select values (parted by `;`), `created`
(a date) and `state` (see STATES). A lookup that may point at several modules is written
`Leads:501001`. What does not fit a table is in a JSON file: record id -> field -> value.
"""

import csv
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ..crm.computed import number_all
from ..schema import Field, Module, User
from ..world import Record, World, full_name

DATA = Path(__file__).parent / "data"
STATES: dict[str, Record] = {
    "locked": {"Locked__s": True},
    "merging": {"$in_merge": True},
    "unapproved": {"$approval_state": "approval_process_pending"},
    "rejected": {"$approval_state": "approval_process_rejected"},
    "review": {
        "$approval_state": "review_process_pending",
        "$review_process": {"approve": True, "reject": True, "resubmit": False},
    },
}
"""What the words of a `state` column stand for; `converted` is done by `converted.py`."""
FRACTIONS = ("double", "currency", "percent")
USERS = ("ownerlookup", "userlookup")
NO_FIELDS = ("id", "created", "state")
HIGHEST = 699_999
"""Numbers of demo records end below this one."""
MORNING = 9
WORKDAY = 8


def record_id(zgid: str, number: int | str) -> str:
    """The id of the demo record with this number: begins as all ids of its org do."""
    return f"{zgid[-7:]:0>7}{int(number):012d}"


def rows(folder: str, name: str) -> Iterator[dict[str, str]]:
    """The rows of a table, without the cells that are empty."""
    with (DATA / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            yield {column: cell for column, cell in row.items() if cell}


def details(folder: str, name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(
        (DATA / folder / f"{name}.json").read_text(encoding="utf-8")
    )
    return found


def load(world: World, folder: str, module_name: str, table: str = "") -> list[Record]:
    """Store the rows of a table as records of a module, in order."""
    module = world.module(module_name)
    if module is None:
        raise ValueError(f"no module {module_name}")
    return [_store(world, module, row) for row in rows(folder, table or module_name.lower())]


def enrich(world: World, folder: str, module_name: str, name: str) -> None:
    """Add what a JSON file says about records that are there already."""
    module = world.module(module_name)
    for number, values in details(folder, name).items():
        record = world.find(module_name, record_id(world.org.zgid, number))
        if module is None or record is None:
            raise ValueError(f"{name}.json: no record {number} in {module_name}")
        record.update(_values(world, module, values))
        for one in module.fields:
            for row in record.get(one.api_name) or [] if one.data_type == "subform" else []:
                row["Parent_Id"] = world.reference(module_name, record)


def name(world: World, numbers: dict[str, int]) -> None:
    """Say under which name each of these leads is known."""
    for word, number in numbers.items():
        world.notable[word] = record_id(world.org.zgid, number)


def settle(world: World) -> None:
    """The last touch: running numbers, empty flags, new ids above all others, search caught up."""
    for module in world.modules:
        for one in module.fields:
            number_all(world, module, one)
        flags = [one.api_name for one in module.fields if one.data_type == "boolean"]
        for record in world.records[module.api_name].values():
            for flag in flags:
                record.setdefault(flag, False)
    world.state.last_id = HIGHEST
    world.touched.clear()


def person(world: World, first_name: str) -> User:
    return next(user for user in world.users if user.first_name == first_name)


def _store(world: World, module: Module, row: dict[str, str]) -> Record:
    values = {"id": record_id(world.org.zgid, row["id"])} if "id" in row else {}
    values |= _values(world, module, {k: v for k, v in row.items() if k not in NO_FIELDS})
    values |= STATES.get(row.get("state", ""), {})
    owner = person(world, row["Owner"]) if "Owner" in row else world.users[0]
    record = world.add_record(module.api_name, values, owner=owner)
    if module.field("Full_Name"):
        record["Full_Name"] = full_name(record)
    _date(world, record, row.get("created"))
    return record


def _date(world: World, record: Record, created: str | None) -> None:
    """Let a record have been made on a day, and last changed a day later."""
    if created is None:
        return
    minute = int(record["id"]) % (WORKDAY * 60)
    zone = ZoneInfo(world.org.time_zone)
    moment = datetime.fromisoformat(created).replace(hour=MORNING, tzinfo=zone)
    moment += timedelta(minutes=minute)
    record["Created_Time"] = moment.isoformat(timespec="seconds")
    record["Modified_Time"] = (moment + timedelta(days=1)).isoformat(timespec="seconds")


def _values(world: World, module: Module, row: dict[str, Any]) -> Record:
    values: Record = {}
    for column, cell in row.items():
        if column.startswith("$"):
            values[column] = cell
            continue
        one = module.field(column)
        if one is None:
            raise ValueError(f"{module.api_name} has no field {column}")
        values[column] = _value(world, module, one, cell)
        if one.lookup_modules:
            values["$se_module"] = cell.partition(":")[0]
    return values


def _value(world: World, module: Module, one: Field, cell: Any) -> Any:
    """A cell, or a JSON value, as Zoho's JSON has values of this field."""
    if one.api_name == "Layout":
        layout = module.layout(cell)
        if layout is None:
            raise ValueError(f"{module.api_name} has no layout {cell}")
        return {"name": layout.name, "id": layout.id, "display_label": layout.name}
    if one.api_name == "Tag":
        return [tag(world, module.api_name, name) for name in cell.split(";")]
    if one.data_type in USERS:
        return person(world, cell).brief(email=True)
    if one.data_type == "lookup":
        target, _, number = cell.partition(":") if one.lookup_modules else (one.lookup, "", cell)
        return _reference(world, target, number)
    if one.data_type == "multiselectlookup":
        chosen = [_reference(world, one.lookup, number) for number in cell]
        return [{one.api_name: each, "id": world.new_id()} for each in chosen]
    if one.data_type == "subform":
        return [_row(world, one, values) for values in cell]
    return _plain(one, cell)


def _plain(one: Field, cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    if one.data_type == "integer":
        return int(cell)
    if one.data_type in FRACTIONS:
        return float(cell)
    if one.data_type == "boolean":
        return cell == "yes"
    if one.data_type == "multiselectpicklist":
        return cell.split(";")
    return cell


def _reference(world: World, module: str, number: str) -> Record:
    record = world.find(module, record_id(world.org.zgid, number))
    if record is None:
        raise ValueError(f"no record {number} in {module}")
    return world.reference(module, record)


def _row(world: World, one: Field, values: dict[str, Any]) -> Record:
    module = world.module(one.subform)
    if module is None:
        raise ValueError(f"no module {one.subform}")
    return {"id": world.new_id(), **_values(world, module, values)}


def tag(world: World, module: str, name: str) -> Record:
    """The tag of this name, made if it is new."""
    tags = world.tags.setdefault(module, {})
    if name not in tags:
        tags[name] = {"name": name, "id": world.new_id(), "color_code": None}
    return dict(tags[name])
