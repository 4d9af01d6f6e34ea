"""Steps as JSON, to be shown, stored and read again."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_args

from extension.planning.steps import Place, Step


def as_json(step: Step) -> dict[str, object]:
    """The step as plain JSON values, its kind among them."""
    return {"kind": type(step).__name__, **_fields(step)}


def from_json(data: Mapping[str, object]) -> Step:
    """The step that `as_json` wrote."""
    known = KINDS[str(data["kind"])]
    # One that was written down before a step knew an attribute has what it is without.
    found = {one.name: data[one.name] for one in fields(known) if one.name in data}
    step: Step = known(**{name: _restored(name, value) for name, value in found.items()})
    return step


KINDS: Mapping[str, Any] = {one.__name__: one for one in get_args(Step)}


def _fields(one: Step | Place) -> dict[str, object]:
    return {each.name: _plain(getattr(one, each.name)) for each in fields(one)}


def _plain(value: object) -> object:
    match value:
        case Place():
            return _fields(value)
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    return value


def _place(value: object) -> Place | None:
    return Place(**value) if isinstance(value, Mapping) else None


def _restored(name: str, value: object) -> object:
    """By the name of the attribute: its meaning is the same in every step."""
    match name, value:
        case (("on" | "to"), _):
            return _place(value)
        case "links", Mapping():
            return {key: _place(one) for key, one in value.items()}
        case (("names" | "notify"), list()):
            return tuple(value)
        case "tags", Mapping():
            return {key: tuple(one) for key, one in value.items()}
    return value
