"""Merge tokens such as `${!Leads.Last_Name}`: which there are, and what stands in their place.

What Zoho puts there is text and nothing but text: a quote stays a quote, also inside JSON. What
an empty field becomes, how a list is written and what happens to an unknown token are guesses.
"""

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..answers import Json
from ..crm.computed import value
from ..schema import Module
from ..world import Record, World

TOKEN = re.compile(r"\$\{!(\w+)\.(\w+)\}")
ELSEWHERE = ("Users", "Organization", "Org")
"""Zoho fills these in too; here their tokens stay as they are."""
PARTS = {
    "yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "mm": "%m", "dd": "%d",
    "H": "%H", "h": "%I", "M": "%M", "S": "%S", "a": "%p",
}  # fmt: skip
PART = re.compile("|".join(PARTS))
FORMAT = re.compile(rf"(?:{'|'.join(PARTS)})(?:[-/., :T]*(?:{'|'.join(PARTS)}))*")


def known(world: World, module: Module, text: str) -> bool:
    """Whether the text is one token, of a field that there is."""
    found = TOKEN.fullmatch(text)
    if found is None:
        return False
    if found[1] in ELSEWHERE:
        return True
    named = world.module(found[1])
    return named is module and _field_name(module, found[2]) is not None


def merged(
    world: World, module: Module, record: Record, text: str, formats: Json | None = None
) -> str:
    """The text with the record's values in the place of its tokens."""

    def filled(token: re.Match[str]) -> str:
        name = _field_name(module, token[2]) if token[1] == module.api_name else None
        if name is None:
            return token[0]
        field = module.field(name)
        if field is None:
            return str(record.get(name) or "")
        held = value(world, module, record, field)
        return written(held, field.data_type, formats or {})

    return TOKEN.sub(filled, text)


def _field_name(module: Module, name: str) -> str | None:
    """Zoho's own examples say `Id`; the field's name is `id`."""
    if name.casefold() == "id":
        return "id"
    return name if module.field(name) else None


def written(held: Any, kind: str, formats: Json) -> str:
    """A field's value as text."""
    if held is None or held == "":
        return ""
    if isinstance(held, bool):
        return str(held).lower()
    if isinstance(held, dict):
        return str(held.get("name") or held.get("id") or "")
    if isinstance(held, list):
        return ";".join(written(each, "", formats) for each in held)
    if kind == "date" and formats.get("date_format"):
        return _dated(date.fromisoformat(str(held)), formats["date_format"])
    if kind == "datetime" and formats.get("datetime_format"):
        moment = datetime.fromisoformat(str(held))
        if formats.get("time_zone"):
            moment = moment.astimezone(ZoneInfo(formats["time_zone"]))
        return _dated(moment, formats["datetime_format"])
    return str(held)


def _dated(moment: date, pattern: str) -> str:
    return PART.sub(lambda part: moment.strftime(PARTS[part[0]]), pattern)


def is_format(text: str) -> bool:
    return FORMAT.fullmatch(text) is not None


def is_time_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
