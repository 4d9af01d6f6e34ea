"""Noting that a record was written, so that rules and notifications can follow."""

import copy
from collections.abc import Iterable

from .schema import User
from .state import Change, Record
from .world import World

EVERY_TRIGGER = ("workflow", "approval", "blueprint", "pathfinder", "orchestration")
"""What a write lets run unless it says otherwise."""


def created(
    world: World, of: User, triggers: Iterable[str], module: str, record: Record
) -> None:  # fmt: skip
    given = [name for name, value in record.items() if _told(name) and value not in (None, [], "")]
    _note(world, Change("create", module, record, tuple(given), of, tuple(triggers)))


def edited(
    world: World, of: User, triggers: Iterable[str], module: str, record: Record,
    fields: Iterable[str],
) -> None:  # fmt: skip
    named = tuple(name for name in fields if _told(name))
    _note(world, Change("edit", module, record, named, of, tuple(triggers)))


def deleted(
    world: World, of: User, triggers: Iterable[str], module: str, record: Record
) -> None:  # fmt: skip
    _note(world, Change("delete", module, record, (), of, tuple(triggers)))


def differing(record: Record, values: Record) -> list[str]:
    """The names among these values that the record does not hold yet."""
    return [name for name, value in values.items() if record.get(name) != value]


def _told(name: str) -> bool:
    return name != "id" and not name.startswith("$")


def _note(world: World, change: Change) -> None:
    state = world.state
    if state.rules or state.channels:
        # The record goes on changing; what is sent is what it was after this write.
        record = copy.deepcopy(change.record)
        state.changes.append(
            Change(change.kind, change.module, record, change.fields, change.of, change.triggers)
        )
