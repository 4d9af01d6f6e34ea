"""Into the recycle bin and out of it, always with the notes and attachments of a record."""

from collections.abc import Iterator
from typing import Any

from ..schema import User
from ..world import Deleted, Record, World

GONE = "$permanent"
"""Marks what is left of a record that was deleted for good: its id and its times."""
WITH_PARENT = "$deleted_with"
"""Names the record that took a note or an attachment with it into the bin."""
CHILDREN = ("Notes", "Attachments")


def children(world: World, module: str, record_id: str) -> Iterator[tuple[str, Record]]:
    """The notes and attachments of a record, and the attachments of its notes."""
    for child_module in CHILDREN:
        for child in list(world.records.get(child_module, {}).values()):
            parent = child.get("Parent_Id") or {}
            if child.get("$se_module") == module and parent.get("id") == record_id:
                yield child_module, child
                yield from children(world, child_module, child["id"])


def delete(world: World, module: str, record_id: str, user: User) -> None:
    """Move a record and what hangs on it into the bin."""
    for child_module, child in list(children(world, module, record_id)):
        child[WITH_PARENT] = record_id
        world.recycle(child_module, child["id"], user)
    world.recycle(module, record_id, user)


def in_bin(world: World, record_id: str) -> Deleted | None:
    """What the bin shows under this id: not what is gone for good, nor what came along."""
    found = world.bin.get(record_id)
    if found is None or found.record.get(GONE) or found.record.get(WITH_PARENT):
        return None
    return found


def restore(world: World, record_id: str) -> None:
    """Put a record back where it was, with what went into the bin with it."""
    for other_id, deleted in list(world.bin.items()):
        if other_id == record_id or deleted.record.get(WITH_PARENT) == record_id:
            deleted.record.pop(WITH_PARENT, None)
            del world.bin[other_id]
            world.records.setdefault(deleted.module, {})[other_id] = deleted.record


def destroy(world: World, record_id: str) -> None:
    """Delete for good; only the id stays known, for the list of deleted records."""
    for other_id, deleted in list(world.bin.items()):
        if other_id == record_id or deleted.record.get(WITH_PARENT) == record_id:
            world.files.pop(str(deleted.record.get("$file_id")), None)
            deleted.record = {"id": other_id, GONE: True}
            deleted.at = world.clock.now()


def entry_time(world: World, deleted: Deleted) -> str:
    return deleted.at.astimezone(world.now().tzinfo).isoformat(timespec="seconds")


def brief(stamp: Any) -> Any:
    """Who created something, as the lists of deleted records name people."""
    return {"name": stamp["name"], "id": stamp["id"]} if isinstance(stamp, dict) else None
