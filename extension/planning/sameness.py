"""Tells whether a field holds what was written into it, whichever way Zoho shows it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

NOTHING = ("", "-None-")
"""Texts that Zoho shows where nothing is held."""
SHORTEST = 5
"""A shorter text is found within others by chance."""


def holds(held: object, written: object) -> bool:
    """Whether what is held says what was written: texts are trimmed, links named anew, times told
    in another zone, numbers as text, and several choices come in Zoho's order."""
    there, ours = _plain(held), _plain(written)
    if isinstance(there, Decimal) != isinstance(ours, Decimal):
        return there is not None and ours is not None and _number(there) == _number(ours)
    return there == ours


def alike(held: object, written: object) -> bool:
    """The same, capitals, spaces and signs apart: what puts texts into a form of the org's changes
    those."""
    letters = _letters(held)
    return holds(held, written) or (letters != "" and letters == _letters(written))


def resembles(held: object, written: object) -> bool:
    """The same, or one of them with something before or after the other."""
    there, ours = _letters(held), _letters(written)
    both = min(len(there), len(ours)) >= SHORTEST and (there in ours or ours in there)
    return both or alike(held, written)


def _letters(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(one for one in text.casefold() if one.isalnum())


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
        found = Decimal(str(value))
    except InvalidOperation:
        return value
    # What is no number equals none, and of one kind of these not even that can be asked.
    return found if found.is_finite() else str(value)
