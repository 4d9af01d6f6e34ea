"""What stands where steps would write, so that it can be put back."""

from collections.abc import Sequence

from .errors import ZohoRefused
from .journal import Held
from .performing import Task, written
from .planning import links
from .planning.steps import MEMBER_STATUS, LinkLookup, LinkRelated, MarkLead, Tag, Untag, Update
from .zoho.writer import Writer


def before(writer: Writer, tasks: Sequence[Task]) -> list[Held]:
    """What stands now where these would write, so that it can be put back."""
    wanted: dict[str, dict[str, set[str]]] = {}
    for task in tasks:
        module, record, names = _overwritten(task)
        if names:
            wanted.setdefault(module, {}).setdefault(record, set()).update(names)
    held = {
        module: writer.read(module, list(ids), sorted(set().union(*ids.values())))
        for module, ids in wanted.items()
    }
    found = list[Held]()
    for task in tasks:
        module, record, names = _overwritten(task)
        there = held.get(module, {}).get(record)
        if there is not None and any(map(links.are_rows, written(task).values())):
            there = writer.whole(module, record)
        known = {} if there is None else {name: there.values.get(name) for name in names}
        found.append(known if names else _link_there(writer, task))
    return found


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
