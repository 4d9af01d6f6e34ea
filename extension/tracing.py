"""Finds out what became of a step whose answer was lost, before it is sent again."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, assert_never, cast

from sqlalchemy import select

from .changed_since import read
from .hung_since import Where
from .journal import Ended, Entry, entry, records_made
from .parts import Parts
from .performing import Task, done_already, refused
from .planning import lost_creations
from .planning.carry import shown
from .planning.obstacles import is_converted, is_converting
from .planning.own_fields import KEY_FIELD
from .planning.records import Record
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
    Tag,
    UnlinkRelated,
    Untag,
    Update,
)
from .store.conversions import Line
from .zoho.client import Crm
from .zoho.hanging import AttachmentEntry, NoteEntry
from .zoho.outcomes import RowRefused
from .zoho.writer import Writer

MARGIN = timedelta(minutes=1)
"""That Zoho's clock may be behind ours, or before it, where Zoho has not said its time."""
MADE = "Created_Time"
SOONEST, LATEST = 15.0, 600.0
"""Seconds from one look at what Zoho has put off to the next: the longer it takes, the more."""
DROPPED = timedelta(hours=1)
"""So long after Zoho has put a conversion off, without a word that it is still to come, Zoho will
not do it: what its word is worth is undocumented, so this is not counted in minutes."""
DROPPED_CODE = "PUT_OFF"
APART = timedelta(hours=1)
"""How far workers' clocks may be apart, and from Zoho's, where it costs nothing to allow for it."""
ACCURACY = timedelta(seconds=5)
"""How far Zoho's computers may be apart: none says its time more exactly than by the second."""
Hung = TypeVar("Hung", NoteEntry, AttachmentEntry)


@dataclass(frozen=True, slots=True)
class Unsure:
    """Several records may be the one that we made, or one that holds something else by now may be:
    only a person can tell."""

    task: Task
    candidates: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Later:
    """Zoho has taken it on and is not done yet."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Eyes:
    """With whose eyes it is looked, and when."""

    crm: Crm
    writer: Writer
    user_id: str
    now: datetime
    made: Callable[[datetime], Collection[str]]
    """The ids of the records that conversions of the installation are known to have made since."""
    lost: Callable[[Entry], Sequence[Create]]
    """What else the installation has sent and does not know yet whether it was made."""
    copied: Callable[[Collection[str]], Collection[str]]
    """Of these notes and attachments those that conversions of the installation are known to have
    put there: what leads share gets the like from each of them."""
    clock: Callable[[], datetime]

    def since(self, entry: Entry) -> datetime:
        """Nothing that the line has written is older than this, by Zoho's clock."""
        if entry.zoho_at is not None:
            return entry.zoho_at - ACCURACY
        return cast(datetime, entry.sent_at) - MARGIN


def made_lately(parts: Parts, installation: int, since: datetime) -> set[str]:
    """As `Eyes.made` wants it."""
    of = (Line.installation_id == installation, Line.undoing.is_(False), Line.state == "done")
    with parts.sessions() as db:
        lines = db.scalars(select(Line).where(*of, Line.ended_at >= since)).all()
    return {ident for _, _, ident in records_made(map(entry, lines))}


def under_way(parts: Parts, installation: int, but: Entry) -> list[Create]:
    """As `Eyes.lost` wants it."""
    of = (Line.installation_id == installation, Line.undoing.is_(False), Line.state == "sent")
    # What has stayed without an answer since long before has made none of what came later.
    with_it = Line.sent_at >= cast(datetime, but.sent_at) - APART
    with parts.sessions() as db:
        lines = map(entry, db.scalars(select(Line).where(*of, with_it, Line.id != but.id)))
        return [one.step for one in lines if isinstance(one.step, Create)]


def copied(parts: Parts, installation: int, ids: Collection[str]) -> set[str]:
    """As `Eyes.copied` wants it."""
    of = (Line.installation_id == installation, Line.made_id.in_(list(ids)))
    with parts.sessions() as db:
        return {one for one in db.scalars(select(Line.made_id).where(*of)) if one is not None}


def standing(writer: Writer, tasks: Iterable[Task]) -> set[Where]:
    """Of the records that these delete or bring back those that are there: module and id. One call
    for each 100 of a module."""
    wanted: dict[Where, None] = {}
    for task in tasks:
        match task.step:
            case DeleteLead(lead=lead):
                wanted["Leads", lead] = None
            case Delete(module=module, id=ident, on=None) | Restore(module=module, id=ident):
                wanted[module, ident] = None
    return set(read(writer, wanted, ["id"]))


def trace(
    eyes: Eyes, task: Task, taken: Collection[str], there: Collection[Where]
) -> Ended | Unsure | Later | None:
    """The step's end where it was done after all; None where it may be sent again. `taken` are the
    ids of what other steps of the conversion have made, `there` is what `standing` has found."""
    step, writer = task.step, eyes.writer
    match step:
        case Create():
            return _created(eyes, task, step, taken)
        case Note(on=on, title=title, content=content):
            notes = _lately(eyes, task, on, writer.notes(on.module, task.at(on)))
            same = [one for one in notes if (one.title, one.content) == (title, content)]
            return _first(eyes, task, same)
        case Attach(on=on, file_name=name) | Salvage(on=on, file_name=name):
            files = _lately(eyes, task, on, writer.attachments(on.module, task.at(on)))
            return _first(eyes, task, [one for one in files if one.file_name == name])
        case DeleteLead(lead=lead):
            return None if ("Leads", lead) in there else done_already(task, lead)
        case Delete(module=module, id=ident, on=None):
            return None if (module, ident) in there else done_already(task, ident)
        case Restore(module=module, id=ident):
            return done_already(task, ident) if (module, ident) in there else None
        case ConvertInZoho(lead=lead):
            return _converted(eyes, task, lead)
        case (
            Update() | LinkLookup() | MarkLead() | Tag() | Untag() | MoveActivity()
            | LinkRelated() | UnlinkRelated() | CarryList() | Delete()
        ):  # fmt: skip
            # To do these twice is to do them once.
            return None
    assert_never(step)


def _created(eyes: Eyes, task: Task, step: Create, taken: Collection[str]) -> Ended | Unsure | None:
    writer = eyes.writer
    if task.key:
        found = writer.keyed(step.module, KEY_FIELD, [task.key]).get(task.key, ())
        there = writer.read(step.module, found[:1], [MADE])
        return done_already(task, found[0], _made_at(there.get(found[0]))) if found else None
    # Zoho's times have no fractions of a second.
    since = eyes.since(task.entry).replace(microsecond=0)
    names, until = [*sorted(step.values), MADE], (eyes.crm.clock.now() or eyes.now) + MARGIN
    recent = writer.created_by(step.module, eyes.user_id, since, until, names)
    if not recent:
        return None
    # In this order: what is noted as made between the two questions is among the answers to one.
    lost = [one.values for one in eyes.lost(task.entry) if one.module == step.module]
    others = eyes.made(since - APART)
    free = [one for one in recent if one.id not in taken and one.id not in others]
    it = lost_creations.found(free, step.values, task.named_by, lost)
    if isinstance(it, Record):
        return done_already(task, it.id, _made_at(it))
    return Unsure(task, tuple(it)) if it else None


def _made_at(record: Record | None) -> str:
    """Not when it was changed last: that may have been somebody, since."""
    return str(record.values.get(MADE) or "") if record is not None else ""


def _lately(eyes: Eyes, task: Task, on: Place, there: Sequence[Hung]) -> list[Hung]:
    """What may be ours of what hangs there: on a record that was there before us, others may have
    put the same long ago."""
    if on.key:
        return list(there)
    since = eyes.since(task.entry)
    return [
        one
        for one in there
        if one.author in ("", eyes.user_id)
        and not (one.time and datetime.fromisoformat(one.time) < since)
    ]


def _first(eyes: Eyes, task: Task, same: Sequence[NoteEntry | AttachmentEntry]) -> Ended | None:
    taken = eyes.copied([one.id for one in same]) if same else ()
    free = [one for one in same if one.id not in taken]
    return done_already(task, free[0].id, free[0].time) if free else None


CONVERTED = {
    "Contacts": "Converted_Contact", "Accounts": "Converted_Account", "Deals": "Converted_Deal",
}  # fmt: skip


def _converted(eyes: Eyes, task: Task, lead: str) -> Ended | Later | None:
    """https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html"""
    found = eyes.crm.lead(lead)
    if not is_converted(found.values):
        return _not_yet_converted(eyes, task, coming=is_converting(found.values))
    made = {
        module: str(held["id"])
        for module, name in CONVERTED.items()
        if isinstance(held := found.values.get(name), Mapping) and held.get("id")
    }
    return Ended(task.entry, "done", Outcome(before=made))


def _not_yet_converted(eyes: Eyes, task: Task, *, coming: bool) -> Ended | Later | None:
    """`coming`: the lead says that Zoho is still to do it, also where that answer was lost."""
    passed = eyes.clock() - cast(datetime, task.entry.sent_at)
    put_off = task.entry.outcome is not None and task.entry.outcome.id
    if coming or (put_off and passed < DROPPED):
        return Later(min(max(SOONEST, passed.total_seconds() / 10), LATEST))
    if not put_off:
        return None
    message = "it put the conversion off, and has not done it within an hour"
    return refused(task, RowRefused(DROPPED_CODE, message))


def question(unsure: Unsure) -> dict[str, object]:
    """What the person is asked."""
    step = cast(Create, unsure.task.step)
    return {
        "code": "which_record",
        "message": (
            "The answer to creating a record was lost, and it is not certain which record is the "
            "one. Choose it, or say that none of them is."
        ),
        "details": {
            "line": unsure.task.entry.id,
            "module": step.module,
            "candidates": [
                {"id": one.id, "name": _name(one, unsure.task)} for one in unsure.candidates
            ],
        },
    }


def _name(record: Record, task: Task) -> str:
    names = (task.named_by, *cast(Create, task.step).values)
    return next((shown(record.values.get(name)) for name in names if name), record.id)
