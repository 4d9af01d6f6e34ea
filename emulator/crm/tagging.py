"""The tags of a module and of its records."""

from collections.abc import Iterable

from ..answers import Json
from ..world import Record, World

COLOURS = ("#57B1FD", "#658BA8", "#E7A826", "#63C57E", "#F17574", "#D297EE")
"""What Zoho paints new tags with, in turn."""


def known(world: World, module: str, asked: Iterable[Json], user: Json) -> list[Json]:
    """These tags of the module, by name; those that are not there yet are made."""
    tags = world.tags.setdefault(module, {})
    found: dict[str, Json] = {}
    for one in asked:
        old = find(world, module, one["name"])
        if old is None:
            now = world.timestamp()
            old = tags[one["name"]] = {
                "name": one["name"],
                "id": world.new_id(),
                "color_code": one.get("color_code") or COLOURS[len(tags) % len(COLOURS)],
                "created_by": user,
                "modified_by": user,
                "created_time": now,
                "modified_time": now,
            }
        found.setdefault(old["id"], on_record(old))
    return list(found.values())


def find(world: World, module: str, name: str) -> Json | None:
    """The tag of this name, whatever its capitals."""
    tags = world.tags.get(module, {}).values()
    return next((tag for tag in tags if tag["name"].casefold() == name.casefold()), None)


def on_record(tag: Json) -> Json:
    """A tag as a record carries it."""
    return {"name": tag["name"], "id": tag["id"], "color_code": tag.get("color_code")}


def carried(record: Record) -> list[Json]:
    return record.get("Tag") or []
