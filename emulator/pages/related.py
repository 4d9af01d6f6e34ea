"""What hangs on a record: notes, attachments, activities, and records linked or pointing at it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..crm import links
from ..crm.links import Related
from ..crm.reading import CHILDREN
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
    return [
        _shelf(visit, one, links.related(visit.call, module, record, one), everything)
        for one in module.related_lists
        if one.visible and (one.module in CHILDREN or visit.may("View", one.module))
    ]


def _shelf(visit: Visit, one: RelatedList, found: Sequence[Related], everything: str) -> Shelf:
    module = visit.world.module(one.module)
    fields = [] if module is None else columns(visit, module, WIDTH, but=_here(one))
    few = found if one.api_name == everything else found[:FEW]
    items: Sequence[Note | Attachment | Linked]
    match one.kind:
        case "notes":
            items = [_note(visit, row.record) for row in few]
        case "attachments":
            items = [_attachment(visit, row.record) for row in few]
        case _:
            items = [_linked(visit, module, fields, row) for row in few if module]
    return Shelf(one, module, fields, len(found), items)


def _here(one: RelatedList) -> tuple[str, ...]:
    """The fields that would say in each line which record this page is about."""
    return ("What_Id", "Who_Id") if one.kind == "activities" else (one.via,)


def _linked(visit: Visit, module: Module, fields: list[Field], found: Related) -> Linked:
    line = as_row(visit, module, fields, found.record)
    details = ", ".join(str(value) for value in found.details.values() if value)
    return Linked(line.id, line.title, line.cells, details)


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
        size="" if link else _size(row.get("Size")),
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
