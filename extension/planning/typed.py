"""Whether a value that somebody typed in, or that a rule names, fits its field."""

from collections.abc import Mapping
from dataclasses import replace

from extension.planning.carry import (
    MULTI,
    NEVER_WRITTEN,
    Carried,
    Lost,
    Transformed,
    carry,
    links_in,
    lost,
)
from extension.planning.fit import NUMBERS, TEXTS, USERS, WHOLE_NUMBER
from extension.planning.records import Field


def typed(value: object, target: Field) -> Carried | Lost:
    """The value as it is written there; lost where Zoho would refuse it.

    Stricter than `carry`: who types a number sends a number, and no text is read as one. A record
    or a person may be named by id alone.
    """
    if target.read_only or target.data_type in NEVER_WRITTEN:
        return lost("read_only", target)
    if not _of_kind(value, target):
        return lost("type_mismatch", target)
    if target.data_type in USERS or target.data_type == "lookup":
        return Carried(_link(value))
    if target.data_type in MULTI:
        rows = value if isinstance(value, list) else []
        return Carried([{target.api_name: _link(row)} for row in rows])
    # A text for a field with a form of its own is not taken on trust, nor one of several lines.
    kind = "textarea" if target.data_type in TEXTS else target.data_type
    if kind == "textarea" and target.data_type not in ("text", "textarea"):
        kind = "text"
    found = carry(value, replace(target, data_type=kind, api_name="typed"), target)
    return Carried(found.value) if isinstance(found, Transformed) else found


def _of_kind(value: object, target: Field) -> bool:
    kind = target.data_type
    if kind in TEXTS or kind in ("picklist", "date", "datetime"):
        return isinstance(value, str)
    if kind == "bigint" and isinstance(value, str):
        # Zoho writes them so: not every program can hold such a number.
        return WHOLE_NUMBER.fullmatch(value) is not None
    if kind in NUMBERS:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "multiselectpicklist":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if kind == "lookup" or kind in USERS:
        return _is_link(value)
    return kind in MULTI and isinstance(value, list) and all(_is_link(one) for one in value)


def _is_link(value: object) -> bool:
    ident = value.get("id") if isinstance(value, Mapping) else value
    return isinstance(ident, str) and ident.isascii() and ident.isdigit()


def _link(value: object) -> dict[str, object]:
    found = links_in(value)
    return {"id": str(found[0]["id"]) if found else str(value)}
