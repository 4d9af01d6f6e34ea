"""Tells whether a field holds what was written into it, whichever way Zoho shows it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

NOTHING = ("", "-None-")
"""Texts that Zoho shows where nothing is held."""


def holds(held: object, written: object) -> bool:
    """Whether what is held says what was written: texts are trimmed, links named anew, times told
    in another zone, numbers as text, and several choices come in Zoho's order."""
    there, ours = _plain(held), _plain(written)
    if isinstance(there, Decimal) != isinstance(ours, Decimal):
        return there is not None and ours is not None and _number(there) == _number(ours)
    return there == ours


def _plain(value: object) -> object:
    match value:
        case Mapping():
            return str(value.get("id") or "") or {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return sorted((_plain(one) for one in value), key=repr) or None
        case bool():
            return value or None
        case int() | float():
            return Decimal(str(value))
        case str():
            return _text(value)
    return value


def _text(value: str) -> object:
    text = "\n".join(line.rstrip() for line in value.strip().splitlines())
    if text in NOTHING:
        return None
    if text[10:11] != "T":
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if moment.tzinfo is None else moment.astimezone(UTC)


def _number(value: object) -> object:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return value
