"""What stands where steps would write, so that it can be put back."""

from collections.abc import Sequence

from .errors import ZohoRefused
from .hung_since import STAMPS
from .journal import Held
from .our_writes import by_another, perhaps, values_of
from .performing import Task, written
from .planning import links
from .planning.records import Record
from .planning.sameness import holds
from .planning.steps import (
    MEMBER_STATUS,
    LinkLookup,
    LinkRelated,
    MarkLead,
    Tag,
    Untag,
    Update,
    Values,
)
from .zoho.writer import Writer


def before(writer: Writer, tasks: Sequence[Task]) -> list[Held]:
    """What stands now where these would write, so that it can be put back."""
    return [now for now, _ in _standing(writer, tasks)]


def now_and_then(writer: Writer, tasks: Sequence[Task], user: str) -> list[tuple[Held, Held]]:
    """The same, and what is to be put back some day: of a step that was sent before, as this user,
    what stood there then, but for what somebody has written over it since."""
    return [
        (now, _then(task, now, record, user) if task.entry.state == "sent" else now)
        for task, (now, record) in zip(tasks, _standing(writer, tasks), strict=True)
    ]


def _standing(writer: Writer, tasks: Sequence[Task]) -> list[tuple[Held, Record | None]]:
    """What stands now where each would write, and the record with what is known of it."""
    wanted: dict[str, dict[str, set[str]]] = {}
    for task in tasks:
        module, record, names = _overwritten(task)
        if names:
            stamps = STAMPS if task.entry.state == "sent" else ()
            wanted.setdefault(module, {}).setdefault(record, set()).update(names, stamps)
    held = {
        module: writer.read(module, list(ids), sorted(set().union(*ids.values())))
        for module, ids in wanted.items()
    }
    found = list[tuple[Held, Record | None]]()
    for task in tasks:
        module, record, names = _overwritten(task)
        there = held.get(module, {}).get(record)
        if there is not None and any(map(links.are_rows, written(task).values())):
            there = writer.whole(module, record)
        known = {} if there is None else {name: there.values.get(name) for name in names}
        found.append((known if names else _link_there(writer, task), there))
    return found


def _then(task: Task, now: Held, record: Record | None, user: str) -> Held:
    then = task.entry.before
    if then is None or now is None:
        return then
    if isinstance(task.step, LinkRelated):
        return then if _as_linked(task.step, now) else now
    # What Zoho has made of what we wrote is ours too, where nobody has been there since.
    if record is None or not by_another(record, perhaps(task.entry, user)):
        return then
    wrote = values_of(task.entry, task.made)
    return {**then, **{name: now[name] for name in now.keys() & wrote if _new(name, now, wrote)}}


def _new(name: str, now: Values, wrote: Values) -> bool:
    """Rows of several links are put back one by one, whatever else stands there."""
    return not links.are_rows(wrote[name]) and not holds(now[name], wrote[name])


def _as_linked(step: LinkRelated, now: Values) -> bool:
    return "id" in now and (not step.status or now.get(MEMBER_STATUS) == step.status)


def _link_there(writer: Writer, task: Task) -> Held:
    """Of a link to be made the one that is there; {} for none. What we made has none but ours."""
    step = task.step
    if not isinstance(step, LinkRelated) or task.entry.undoing:
        return None
    module, record = step.on.module, task.at(step.on)
    if record in task.made.values():
        return None
    try:
        if step.list == "Campaigns":
            statuses = writer.campaigns(module, record)
            there = {"id": step.id, MEMBER_STATUS: statuses.get(step.id, "")}
            return there if step.id in statuses else {}
        linked = step.id in writer.related(module, record, step.list)
    except ZohoRefused:
        # Whoever may not see the list is told so where it is written to.
        return None
    return {"id": step.id} if linked else {}


def _overwritten(task: Task) -> tuple[str, str, tuple[str, ...]]:
    """Module, record and fields that the task writes over."""
    match task.step:
        case Update(on=on, values=values):
            return on.module, task.at(on), tuple(values)
        case LinkLookup(on=on, field=name):
            return on.module, task.at(on), (name,)
        case MarkLead(lead=lead, values=values):
            return "Leads", lead, tuple(values)
        case Tag(on=on) | Untag(on=on):
            return on.module, task.at(on), ("Tag",)
    return "", "", ()
