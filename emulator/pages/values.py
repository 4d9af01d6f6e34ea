"""How a value of a record looks on a page, in the person's own date format and time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from flask import url_for

from ..crm import computed
from ..schema import Field, Module
from ..world import Record
from .visits import Visit

Kind = Literal["text", "long", "chip", "link"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a shown value; a value may be several, such as the chips of a multi-select."""

    text: str
    kind: Kind = "text"
    href: str = ""


def shown(visit: Visit, module: Module, field: Field, record: Record) -> list[Piece]:
    """The field's value in this record, as it is shown; nothing for an empty one."""
    value = computed.value(visit.world, module, record, field)
    if value is None or value == "" or value == []:
        return []
    kind = field.returns if field.data_type == "formula" else field.data_type
    match kind:
        case "lookup" | "multiselectlookup":
            return list(_lookups(visit, field, value, record))
        case "ownerlookup" | "userlookup" | "multiuserlookup" | "layout":
            return [Piece(_name(one)) for one in _several(value)]
        case "multiselectpicklist":
            return [Piece(_choice(field, one), "chip") for one in _several(value)]
        case "picklist":
            return [Piece(_choice(field, value))]
        case "textarea":
            return [Piece(str(value), "long")]
        case "tag" | "fileupload" | "imageupload" | "subform":
            return [Piece(_name(one), "chip") for one in _several(value)]
    return [_simple(visit, kind, value)]


def _simple(visit: Visit, kind: str, value: Any) -> Piece:
    match kind:
        case "boolean":
            return Piece("Yes" if value else "No")
        case "email":
            return Piece(str(value), "link", f"mailto:{quote(str(value), safe='@')}")
        case "phone":
            return Piece(str(value), "link", f"tel:{quote(str(value), safe='+')}")
        case "website":
            return _website(str(value))
        case "date":
            return Piece(day(visit, value))
        case "datetime":
            return Piece(moment(visit, value))
        case "currency":
            return Piece(visit.world.org.currency_symbol + _number(value, 2))
        case "percent":
            return Piece(_number(value) + " %")
        case "integer" | "bigint" | "double":
            return Piece(_number(value))
    return Piece(str(value))


def day(visit: Visit, value: Any) -> str:
    """A date in the person's format; what is no date is shown as it is."""
    try:
        return date.fromisoformat(str(value)).strftime(_pattern(visit.user.date_format))
    except ValueError:
        return str(value)


def moment(visit: Visit, value: Any) -> str:
    """A date and time in the person's format and time zone."""
    try:
        there = datetime.fromisoformat(str(value)).astimezone(ZoneInfo(visit.user.time_zone))
    except ValueError:
        return str(value)
    return there.strftime(_pattern(f"{visit.user.date_format} {visit.user.time_format}"))


PATTERNS = (
    ("yyyy", "%Y"), ("MMM", "%b"), ("MM", "%m"), ("dd", "%d"), ("HH", "%H"), ("hh", "%I"),
    ("mm", "%M"), (" a", " %p"),
)  # fmt: skip


def _pattern(zoho: str) -> str:
    """`MM/dd/yyyy hh:mm a` as strftime writes it."""
    for theirs, ours in PATTERNS:
        zoho = zoho.replace(theirs, ours)
    return zoho


def _number(value: Any, places: int | None = None) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if places is not None and value != int(value):
        return f"{value:,.{places}f}"
    return f"{value:,}" if value != int(value) else f"{int(value):,}"


def _website(value: str) -> Piece:
    # A link runs what it holds: only the web's own schemes become one.
    parts = urlsplit(value) if "//" in value or ":" in value else urlsplit(f"https://{value}")
    if parts.scheme in ("http", "https") and parts.netloc:
        return Piece(value, "link", parts.geturl())
    return Piece(value)


def _choice(field: Field, value: Any) -> str:
    choice = next((one for one in field.choices if one.actual_value == value), None)
    return choice.display_value if choice else str(value)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name(value: Any) -> str:
    """The name in a reference, however deep: linking records hold theirs under a field."""
    if not isinstance(value, dict):
        return str(value)
    for key in ("name", "file_Name", "File_Name__s", "original_name", "Name"):
        if isinstance(value.get(key), str):
            return str(value[key])
    inner = next((one for one in value.values() if isinstance(one, dict) and "name" in one), None)
    return _name(inner) if inner else str(value.get("id", ""))


def _lookups(visit: Visit, field: Field, value: Any, record: Record) -> Iterator[Piece]:
    for one in _several(value):
        reference = _reference(one)
        module = field.lookup or str(record.get("$se_module") or "")
        if reference is None or visit.world.module(module) is None:
            yield Piece(_name(one))
        else:
            yield Piece(_name(one), "link", record_url(visit, module, str(reference["id"])))


def _reference(value: Any) -> Record | None:
    """The `{"name", "id"}` of a lookup, or the one inside a linking record."""
    if not isinstance(value, dict):
        return None
    inner = next((one for one in value.values() if isinstance(one, dict) and "id" in one), None)
    found = inner or value
    return found if found.get("id") else None


def record_url(visit: Visit, module: str, record_id: str) -> str:
    return url_for(
        "pages.records.show", zgid=visit.world.org.zgid, module=module, record_id=record_id
    )
