"""Takes one value out of Zoho's JSON: what is missing, null or of another type counts as absent."""

from datetime import datetime

from .protocol import Json


def text(entry: Json, *keys: str) -> str:
    """The first of these that is a text with something in it, or ""."""
    return next((entry[key] for key in keys if isinstance(entry.get(key), str) and entry[key]), "")


def flag(entry: Json, key: str, otherwise: bool = False) -> bool:
    value = entry.get(key)
    return value if isinstance(value, bool) else otherwise


def number(entry: Json, key: str) -> int | None:
    value = entry.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def moment(entry: Json, key: str) -> datetime | None:
    """A point in time that says its zone."""
    try:
        found = datetime.fromisoformat(text(entry, key))
    except ValueError:
        return None
    return found if found.tzinfo else None


def objects(value: object) -> list[Json]:
    """The objects in a list; none if it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def inner(entry: Json, key: str) -> Json:
    """The object under a key, or an empty one."""
    value = entry.get(key)
    return value if isinstance(value, dict) else {}
