"""What hangs on a record, by the kind of its related list.

Notes and attachments by their parent, activities by What_Id and Who_Id, children by a lookup,
and links such as campaign membership, which hold details of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ..answers import Json
from ..caller import Call
from ..schema import Module, RelatedList
from ..world import Link, Record, World
from .reading import find_visible, visible

MEMBER_STATUS = "Member_Status"
FIRST_STATUS = "Planned"
"""The status of a new campaign member; not confirmed."""


@dataclass(frozen=True, slots=True)
class Related:
    """A record in a related list, with what belongs to the link and not to the record."""

    record: Record
    details: Json


def related(call: Call, module: Module, record: Record, one: RelatedList) -> list[Related]:
    """The records of a related list that the caller sees, the newest first."""
    other = call.world.module(one.module)
    if other is None:
        return []
    rows = [
        row for row in _rows(call.world, module, record, one) if visible(call, other, row.record)
    ]
    return sorted(rows, key=lambda row: int(row.record["id"]), reverse=True)


def _rows(world: World, module: Module, record: Record, one: RelatedList) -> Iterator[Related]:
    if one.kind == "link":
        for link in world.linked(module.api_name, record["id"], one.module):
            found = world.find(one.module, link.other_id)
            if found is not None:
                yield Related(found, link.details)
        return
    for row in list(world.records.get(one.module, {}).values()):
        if _hangs(world, module, record, one, row):
            yield Related(row, {})


def _hangs(world: World, module: Module, record: Record, one: RelatedList, row: Record) -> bool:
    match one.kind:
        case "notes" | "attachments":
            return points(row, "Parent_Id", record) and row.get("$se_module") == module.api_name
        case "activities":
            about = points(row, "What_Id", record) and row.get("$se_module") == module.api_name
            with_him = module.api_name == "Contacts" and points(row, "Who_Id", record)
            return (about or with_him) and closed(world, one.module, row) is one.closed
        case "lookup":
            return points(row, one.via, record)
    return False


def points(row: Record, field: str, record: Record) -> bool:
    """Whether this field of the row is a lookup to the record."""
    stored = row.get(field)
    return isinstance(stored, dict) and bool(stored.get("id") == record["id"])


def closed(world: World, module: str, activity: Record) -> bool:
    """Whether an activity is over, so that it stands in the list of closed ones."""
    match module:
        case "Tasks":
            return bool(activity.get("Status") == "Completed")
        case "Events":
            return _past(world, activity.get("End_DateTime"))
        case "Calls":
            state = activity.get("Call_Status")
            if state:
                return bool(state != "Scheduled")
            return _past(world, activity.get("Call_Start_Time"))
    return False


def _past(world: World, moment: str | None) -> bool:
    return bool(moment) and datetime.fromisoformat(str(moment)) < world.now()


def link(
    call: Call, module: Module, record: Record, one: RelatedList, other_id: str, details: Json
) -> bool:
    """Join two records, or change what is kept of their link; False if there is no other."""
    world = call.world
    other = world.module(one.module)
    if other is None or find_visible(call, other, other_id) is None:
        return False
    old = next((each for each in _links(world, module, record, one, other_id)), None)
    if old is not None:
        old.details.update(details)
        return True
    first = {MEMBER_STATUS: FIRST_STATUS} if "Campaigns" in (module.api_name, one.module) else {}
    world.links.append(
        Link(module.api_name, record["id"], one.module, other_id, {**first, **details})
    )
    return True


def unlink(world: World, module: Module, record: Record, one: RelatedList, other_id: str) -> bool:
    """Part two records; False if they were not linked."""
    found = list(_links(world, module, record, one, other_id))
    for each in found:
        world.links.remove(each)
    return bool(found)


def _links(
    world: World, module: Module, record: Record, one: RelatedList, other_id: str
) -> Iterator[Link]:
    ends = {(module.api_name, record["id"]), (one.module, other_id)}
    for each in world.links:
        if {(each.module, each.id), (each.other_module, each.other_id)} == ends:
            yield each
