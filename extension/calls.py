"""Which tasks travel in one call to Zoho, and which calls are made at the same time."""

from collections.abc import Hashable, Iterable
from itertools import groupby

from .performing import MOST, Task
from .planning.steps import (
    CarryList,
    Create,
    Delete,
    DeleteLead,
    LinkLookup,
    MarkLead,
    MoveActivity,
    Note,
    Restore,
    Tag,
    Untag,
    Update,
)
from .unclear import ALONE
from .zoho.asks import MOST_TOGETHER


def in_order(tasks: Iterable[Task]) -> list[list[Task]]:
    """Tasks by kind, the largest company first, no more in one than one call carries; and none of
    a conversion in two of them that are alike."""
    groups: dict[Hashable, list[Task]] = {}
    for one in tasks:
        groups.setdefault(kind(one), []).append(one)
    ranked = sorted(groups.values(), key=len, reverse=True)
    return [part for group in ranked for part in _parts(group)]


def _parts(group: list[Task]) -> list[list[Task]]:
    """The first call of it. Lists are read five at a time, and all of them now: whoever has many
    would else wait long."""
    if not isinstance(group[0].step, CarryList):
        return [group[:MOST]]
    parts = list[list[Task]]()
    for _, lists in groupby(group, lambda one: one.entry.conversion):
        some = list(lists)
        if parts and len(parts[-1]) + len(some) <= MOST_TOGETHER:
            parts[-1] += some
        else:
            parts.append(some)
    return parts


def kind(task: Task) -> Hashable:
    """Tasks of the same kind travel in one call; one of no company travels alone."""
    if task.entry.unclear >= ALONE:
        return task.entry.id
    match task.step:
        case Create(module=module, workflows=workflows):
            return "create", module, workflows
        case Update(on=on, workflows=workflows):
            return "update", on.module, workflows
        case LinkLookup(on=on):
            return "link", on.module
        case MarkLead() | DeleteLead() | Note() | CarryList():
            return type(task.step).__name__
        case MoveActivity(module=module):
            return "move", module
        case Restore(module=module):
            return "restore", module
        case Delete(module=module) if module != "Attachments":
            return "delete", module
        case Tag(on=on, names=names) | Untag(on=on, names=names):
            return type(task.step).__name__, on.module, names
    return task.entry.id
