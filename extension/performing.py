"""Performs steps through Zoho's API: like ones together, each with what came of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never, cast

from .journal import Ended, Entry, Held
from .planning import links
from .planning.own_fields import KEY_FIELD
from .planning.policies import ACTIVITIES
from .planning.steps import (
    Attach,
    CarryList,
    ConvertInZoho,
    Create,
    Delete,
    DeleteLead,
    LinkLookup,
    LinkRelated,
    MarkLead,
    MoveActivity,
    Note,
    Outcome,
    Place,
    Restore,
    Salvage,
    Step,
    Tag,
    UnlinkRelated,
    Untag,
    Update,
    Values,
    places,
)
from .zoho import hanging, records
from .zoho.hanging import AttachmentEntry, Move
from .zoho.outcomes import (
    Converted,
    RowOutcome,
    RowRefused,
    RowUnclear,
    Scheduled,
    Written,
)
from .zoho.protocol import Payload
from .zoho.writer import Writer

MOST = 100
"""Records that one call writes."""


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the journal with what is needed to carry it out."""

    entry: Entry
    lead: str
    key: str = ""
    """The conversion key of a record to be made; "" where its module has no field for it."""
    named_by: str = ""
    """The field that tells the name of a record to be made; "" where nothing is written into it."""
    made: Mapping[str, str] = field(default_factory=dict)
    """Key of each record of the target that is there -> its id."""
    there: Held = None
    """What stands at this moment where it writes; the journal keeps what stood there first."""

    def at(self, place: Place) -> str:
        """The id of a record. KeyError where it was never made."""
        return place.id or self.made[place.key]

    @property
    def step(self) -> Step:
        return self.entry.step


def missing(task: Task) -> bool:
    """Whether the step is about a record that should have been made and was not."""
    return any(not one.id and one.key not in task.made for one in places(task.step))


@dataclass(frozen=True, slots=True)
class Pending:
    """Not ended: `unsent` says that nothing happened, else nobody knows yet. `job` is Zoho's id of
    what it has put off."""

    entry: Entry
    unsent: bool = False
    job: str = ""


def perform(writer: Writer, tasks: Sequence[Task]) -> list[Ended | Pending]:
    """Carry out tasks of one kind: one call. Raises ZohoError where the call as a whole failed."""
    outcomes = _sent(writer, tasks)
    return [_ended(task, one) for task, one in zip(tasks, outcomes, strict=True)]


def written(task: Task) -> Values:
    return task.step.values if isinstance(task.step, Update | MarkLead) else {}


OneSent = RowOutcome | Converted | Scheduled | tuple[Step, ...]
Sent = Sequence[OneSent]


def _sent(writer: Writer, tasks: Sequence[Task]) -> Sent:
    first = tasks[0].step
    match first:
        case Create(module=module, workflows=workflows):
            return writer.create(module, [_row(one) for one in tasks], workflows=workflows)
        case Update(on=on, workflows=workflows):
            return writer.update(on.module, [_change(one) for one in tasks], workflows=workflows)
        case LinkLookup(on=on):
            return writer.update(on.module, [_change(one) for one in tasks])
        case MarkLead():
            return writer.update("Leads", [_change(one) for one in tasks])
        case DeleteLead():
            return writer.delete("Leads", [one.lead for one in tasks])
        case Restore(module=module):
            return writer.restore(module, [_id(one.step) for one in tasks])
        case Delete(module="Notes"):
            return writer.remove_notes([_id(one.step) for one in tasks])
        case Delete(module=module) if module != "Attachments":
            return writer.delete(module, [_id(one.step) for one in tasks])
        case Tag(on=on, names=names):
            return writer.add_tags(on.module, [one.at(_on(one)) for one in tasks], names)
        case Untag(on=on, names=names):
            return writer.remove_tags(on.module, [one.at(_on(one)) for one in tasks], names)
        case Note():
            return writer.add_notes([_note(one) for one in tasks])
        case MoveActivity():
            return writer.move_activities([_move(one) for one in tasks])
        case CarryList():
            pages = writer.lists([(one.lead, _list(one)) for one in tasks])
            return [unfolded(*one) for one in zip(tasks, pages, strict=True)]
    return [_alone(writer, tasks[0])]


def _alone(writer: Writer, task: Task) -> OneSent:
    step = task.step
    match step:
        case Salvage(on=on, file_name=name, lead=lead):
            whole = json.dumps(lead, ensure_ascii=False, indent=2).encode()
            return writer.attach_bytes(on.module, task.at(on), name, whole)
        case Attach():
            return _copied(writer, task, step)
        case LinkRelated(on=on, list=name, id=ident, status=status):
            told = {ident: status} if status else {}
            return writer.link_related(on.module, task.at(on), name, [ident], told)[0]
        case UnlinkRelated(on=on, list=name, id=ident):
            return writer.unlink_related(on.module, task.at(on), name, [ident])[0]
        case ConvertInZoho():
            return writer.convert(step.lead, wish(step))
        case Delete(module="Attachments", id=ident, on=Place() as on):
            return writer.remove_attachment(on.module, task.at(on), ident)
    raise TypeError(f"{type(step).__name__} travels together with others.")


def _copied(writer: Writer, task: Task, step: Attach) -> OneSent:
    found = _attachment(writer, task, step)
    if found is None:
        return RowRefused("ATTACHMENT_GONE", "The attachment is not there any more.", missing=True)
    return writer.copy_attachment("Leads", task.lead, found, step.on.module, task.at(step.on))


def _attachment(writer: Writer, task: Task, step: Attach) -> AttachmentEntry | None:
    if step.link is None:
        files = writer.attachments("Leads", task.lead)
        return next((one for one in files if one.id == step.attachment), None)
    is_link = bool(step.link)
    return AttachmentEntry(step.attachment, step.file_name, link_url=step.link, is_link=is_link)


def _link(one: AttachmentEntry) -> str | None:
    """A link whose address is not known is looked for again when it is its turn."""
    return (one.link_url or None) if one.is_link else ""


def unfolded(task: Task, pages: list[Payload] | RowRefused) -> tuple[Step, ...] | RowRefused:
    """One step for each entry of the lead's list, oldest first."""
    if isinstance(pages, RowRefused):
        return pages
    step = cast(CarryList, task.step)
    on = replace(step.on, id=task.at(step.on))
    return tuple(one for page in pages for one in _entries(step.list, page, on))


def _entries(name: str, page: Payload, on: Place) -> list[Step]:
    match name:
        case "Notes":
            return [Note(on, one.title, one.content, one.id) for one in hanging.notes(page)]
        case "Attachments":
            files = hanging.attachments(page)
            return [Attach(on, one.id, one.file_name, _link(one)) for one in files]
        case "Campaigns":
            return [LinkRelated(on, name, *one) for one in hanging.statuses(page)]
        case _ if name in ACTIVITIES:
            found = hanging.activities(page, name)
            return [MoveActivity(one.module, one.id, on) for one in found]
    return [LinkRelated(on, name, one.id) for one in records.records(page, name)]


NOTIFICATIONS = {
    "lead_owner": "notify_lead_owner",
    "record_owner": "notify_new_entity_owner",
}


def wish(step: ConvertInZoho) -> dict[str, object]:
    """What Zoho's convert call is asked for, as `Asks.convert` takes it.

    https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html
    """
    deal = {"Deals": dict(step.deal)} if step.deal is not None else {}
    files = {"move_attachments_to": {"api_name": step.attachments_to}}
    tags = {module: list(names) for module, names in step.tags.items() if names}
    return {
        **{module: record for module, record in step.records.items() if record},
        **deal,
        **({"assign_to": step.owner} if step.owner else {}),
        **({"overwrite": True} if step.overwrite else {}),
        **{NOTIFICATIONS[one]: True for one in step.notify},
        **(files if step.attachments_to else {}),
        **({"carry_over_tags": tags} if tags else {}),
    }


def _row(task: Task) -> dict[str, object]:
    step = cast(Create, task.step)
    links = {name: {"id": task.at(to)} for name, to in step.links.items()}
    layout = {"Layout": {"id": step.layout}} if step.layout else {}
    key = {KEY_FIELD: task.key} if task.key else {}
    return {**step.values, **links, **layout, **key}


def _change(task: Task) -> dict[str, object]:
    match task.step:
        case Update(on=on):
            return {"id": task.at(on), **_to_write(task)}
        case LinkLookup(on=on, field=name, to=to):
            return {"id": task.at(on), name: None if to is None else {"id": task.at(to)}}
        case MarkLead(lead=lead):
            return {"id": lead, **_to_write(task)}
    raise TypeError(f"{type(task.step).__name__} changes no record.")


def _to_write(task: Task) -> dict[str, object]:
    """The values; of several links what is still to be done."""
    there = task.there or {}
    return {
        name: links.as_sent(value, there.get(name)) if links.are_rows(value) else value
        for name, value in written(task).items()
    }


def _id(step: Step) -> str:
    return cast(Restore | Delete, step).id


def _on(task: Task) -> Place:
    return cast(Tag | Untag, task.step).on


def _note(task: Task) -> tuple[str, str, str, str]:
    step = cast(Note, task.step)
    return step.on.module, task.at(step.on), step.title, step.content


def _list(task: Task) -> str:
    return cast(CarryList, task.step).list


def _move(task: Task) -> Move:
    step = cast(MoveActivity, task.step)
    return Move(step.module, step.activity, step.to.module, task.at(step.to), step.from_module)


GOING = Delete | DeleteLead | UnlinkRelated


def _ended(task: Task, one: OneSent) -> Ended | Pending:
    match one:
        case RowRefused(busy=True):
            return Pending(task.entry, unsent=True)
        case RowUnclear():
            return Pending(task.entry)
        case Scheduled():
            return Pending(task.entry, job=one.job_id)
        case RowRefused(missing=True) if isinstance(task.step, GOING):
            # Gone is gone, whoever took it away: Zoho refuses to do it twice.
            return done_already(task, "")
        case RowRefused():
            return refused(task, one)
        case tuple():
            return Ended(task.entry, "done", Outcome(), steps=one)
        case Converted():
            ids = {"Contacts": one.contact, "Accounts": one.account, "Deals": one.deal}
            made = {module: ident for module, ident in ids.items() if ident}
            return Ended(task.entry, "done", Outcome(before=made))
        case Written():
            return Ended(task.entry, "done", replace(outcome(task, one.id), time=one.time))
    assert_never(one)


def outcome(task: Task, ident: str) -> Outcome:
    """What the step did, as undoing it wants to know."""
    held = task.entry.before or {}
    match task.step:
        case Tag(names=names):
            there = held.get("Tag")
            old = {str(one.get("name")) for one in there} if isinstance(there, list) else set()
            return Outcome(added=tuple(name for name in names if name not in old))
        case MoveActivity():
            return Outcome(was_on=Place("Leads", id=task.lead))
        case LinkLookup(field=name):
            was = held.get(name)
            place = Place("", id=str(was["id"])) if isinstance(was, Mapping) else None
            return Outcome(was_on=place)
    return Outcome(id=ident, before=held)


def refused(task: Task, one: RowRefused) -> Ended:
    """The line, refused for Zoho's reason. A double of our own key is the record that we made."""
    ours = one.double_in(KEY_FIELD)
    if ours and task.key:
        return done_already(task, ours)
    said = {"code": one.code, "message": one.message, "field": one.field}
    return Ended(task.entry, "refused", refusal={**said, "duplicate": one.duplicate})


def done_already(task: Task, ident: str, time: str = "") -> Ended:
    """The line, done before its answer was lost; `time` is Zoho's, where that is known."""
    return Ended(task.entry, "done", replace(outcome(task, ident), time=time))
