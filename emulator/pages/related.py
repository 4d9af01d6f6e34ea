"""What hangs on a record: notes, attachments, activities, and records linked or pointing at it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..schema import Field, Module, RelatedList
from ..world import Record
from .columns import as_row, columns
from .values import Piece, moment
from .visits import Visit

FEW = 10
WIDTH = 4


@dataclass(frozen=True, slots=True)
class Note:
    title: str
    content: str
    author: str
    when: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, or a link to one elsewhere."""

    id: str
    name: str
    size: str
    author: str
    when: str
    link: str


@dataclass(frozen=True, slots=True)
class Found:
    """A record of the list, with what is kept of the link between the two."""

    record: Record
    details: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """A record of the list as a line of its table."""

    id: str
    title: str
    cells: list[list[Piece]]
    details: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """A related list as it is shown: `items` are its first few, or all."""

    list: RelatedList
    module: Module | None
    fields: Sequence[Field]
    count: int
    items: Sequence[Note | Attachment | Linked]

    @property
    def more(self) -> int:
        return self.count - len(self.items)


def shelves(visit: Visit, module: Module, record: Record, everything: str = "") -> list[Shelf]:
    """The record's related lists; the one named `everything` in full."""
    lists = [one for one in module.related_lists if one.visible]
    return [
        _shelf(visit, one, record, None if one.api_name == everything else FEW)
        for one in lists
        if one.kind == "other" or visit.may("View", one.module)
    ]


def _shelf(visit: Visit, one: RelatedList, record: Record, most: int | None) -> Shelf:
    found = sorted(
        (row for row in _all(visit, one, record) if visit.sees(one.module, row.record)),
        key=lambda row: str(row.record.get("Created_Time", "")),
        reverse=True,
    )
    module = visit.world.module(one.module)
    fields = [] if module is None else columns(visit, module, WIDTH, but=_here(one))
    items: Sequence[Note | Attachment | Linked]
    match one.kind:
        case "notes":
            items = [_note(visit, row.record) for row in found[:most]]
        case "attachments":
            items = [_attachment(visit, row.record) for row in found[:most]]
        case _:
            items = [_linked(visit, module, fields, row) for row in found[:most] if module]
    return Shelf(one, module, fields, len(found), items)


def _here(one: RelatedList) -> tuple[str, ...]:
    """The fields that would say in each line which record this page is about."""
    return ("What_Id", "Who_Id") if one.kind == "activities" else (one.via,)


def _linked(visit: Visit, module: Module, fields: list[Field], found: Found) -> Linked:
    line = as_row(visit, module, fields, found.record)
    return Linked(line.id, line.title, line.cells, found.details)


def _all(visit: Visit, one: RelatedList, record: Record) -> Iterator[Found]:
    world, rows = visit.world, visit.world.records.get(one.module, {})
    match one.kind:
        case "notes" | "attachments":
            yield from (Found(row) for row in rows.values() if _points(row, "Parent_Id", record))
        case "activities":
            for row in rows.values():
                about = _points(row, "What_Id", record) or _points(row, "Who_Id", record)
                if about and closed(one.module, row, world.now()) == one.closed:
                    yield Found(row)
        case "lookup":
            yield from (Found(row) for row in rows.values() if _points(row, one.via, record))
        case "link":
            for link in world.linked(_module_of(visit, record), record["id"], one.module):
                if link.other_id in rows:
                    details = ", ".join(str(v) for v in link.details.values() if v)
                    yield Found(rows[link.other_id], details)


def _points(row: Record, field: str, record: Record) -> bool:
    """Whether the row's lookup, of one record or of several, points at the record."""
    value = row.get(field)
    several = value if isinstance(value, list) else [value]
    return any(isinstance(one, dict) and record["id"] in _ids(one) for one in several)


def _ids(reference: Record) -> Iterator[str]:
    yield str(reference.get("id", ""))
    yield from (str(one.get("id", "")) for one in reference.values() if isinstance(one, dict))


def _module_of(visit: Visit, record: Record) -> str:
    found = visit.world.find_anywhere(record["id"])
    return found[0] if found else ""


def closed(module: str, activity: Record, now: datetime) -> bool:
    """Whether an activity is over, which decides the list that it stands in."""
    match module:
        case "Tasks":
            return activity.get("Status") == "Completed"
        case "Events":
            return _before(activity.get("End_DateTime"), now)
        case "Calls":
            status = activity.get("Call_Status")
            over = _before(activity.get("Call_Start_Time"), now)
            return status in ("Completed", "Cancelled") or (not status and over)
    return False


def _before(moment: object, now: datetime) -> bool:
    try:
        return datetime.fromisoformat(str(moment)) < now
    except (ValueError, TypeError):
        return False


def _note(visit: Visit, row: Record) -> Note:
    return Note(
        title=str(row.get("Note_Title") or ""),
        content=str(row.get("Note_Content") or ""),
        author=_author(row),
        when=moment(visit, row.get("Created_Time") or ""),
    )


def _attachment(visit: Visit, row: Record) -> Attachment:
    link = str(row.get("$link_url") or "")
    return Attachment(
        id=row["id"],
        name=str(row.get("File_Name") or "file"),
        size=_size(row.get("Size")),
        author=_author(row),
        when=moment(visit, row.get("Created_Time") or ""),
        link=link if link.startswith(("https://", "http://")) else "",
    )


def _author(row: Record) -> str:
    by = row.get("Created_By")
    return str(by.get("name", "")) if isinstance(by, dict) else ""


def _size(value: object) -> str:
    try:
        size = float(str(value))
    except ValueError:
        return ""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000 or unit == "MB":
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1000
    return ""
