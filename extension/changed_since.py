"""Finds what somebody has changed since conversions wrote it: undoing leaves that alone."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .journal import Entry
from .performing import MOST
from .planning.records import Record
from .planning.steps import Create, LinkLookup, MarkLead, MoveActivity, Place, Tag, Update
from .zoho.writer import Writer

STAMPS = ("Modified_Time", "Modified_By")
Where = tuple[str, str]
"""Module and id."""


@dataclass(slots=True)
class Touched:
    """A record that steps of ours were about."""

    lines: list[Entry] = field(default_factory=list)
    """Those whose way back would write over it, or take it away."""
    written: datetime | None = None
    """When we last wrote its own fields."""
    touched: datetime | None = None
    """When we last did anything about it, such as a note: that may move its stamp or not."""
    doers: set[str] = field(default_factory=set)
    """The users as whom that was done."""

    def at(self, moment: datetime | None, *, own: bool) -> None:
        if moment is not None:
            self.touched = max(self.touched or moment, moment)
            if own:
                self.written = max(self.written or moment, moment)


def changed_since(
    writer: Writer, due: Sequence[Entry], done: Sequence[Entry], doers: Mapping[int, str]
) -> dict[int, Where]:
    """Of the lines that are due to be taken back those whose records somebody has changed after we
    wrote them, or moved elsewhere. `done` are all that we did, `doers` the users as whom each
    conversion was. One call for each 100 records of a module, activities among them."""
    mine = {one.id for one in due}
    known = {where: one for where, one in _touched(done, mine, doers).items() if one.lines}
    found: dict[int, Where] = {}
    for where, record in read(writer, known, STAMPS).items():
        if _by_another(record, known[where]):
            found |= {line.id: where for line in known[where].lines}
    return found | _moved_since(writer, mine, done)


HOLDERS = ("What_Id", "Who_Id")
"""The fields by which an activity hangs on a record, and on a contact."""


def _moved_since(writer: Writer, due: Collection[int], done: Sequence[Entry]) -> dict[int, Where]:
    """Of the activities that are due those that do not hang where we put them last."""
    put = dict[Where, Where]()
    lines = dict[Where, list[int]]()
    for one, made in _with_made(done):
        if isinstance(one.step, MoveActivity):
            activity, to = (one.step.module, one.step.activity), one.step.to
            put[activity] = (to.module, to.id or made.get(to.key, ""))
            if one.id in due:
                lines.setdefault(activity, []).append(one.id)
    there = read(writer, lines, HOLDERS)
    return {
        line: activity
        for activity, mine in lines.items()
        if not _hangs_on(there.get(activity), *put[activity])
        for line in mine
    }


def _hangs_on(activity: Record | None, module: str, ident: str) -> bool:
    about, contact = HOLDERS
    held = activity and activity.values.get(contact if module == "Contacts" else about)
    return isinstance(held, Mapping) and str(held.get("id")) == ident


def read(writer: Writer, wanted: Iterable[Where], fields: Sequence[str]) -> dict[Where, Record]:
    """Those records that are there. One call for each 100 of a module."""
    modules: dict[str, list[str]] = {}
    for module, ident in wanted:
        modules.setdefault(module, []).append(ident)
    return {
        (module, record.id): record
        for module, ids in modules.items()
        for start in range(0, len(ids), MOST)
        for record in writer.read(module, ids[start : start + MOST], fields).values()
    }


def _touched(
    done: Sequence[Entry], due: Collection[int], doers: Mapping[int, str]
) -> dict[Where, Touched]:
    found: dict[Where, Touched] = {}
    for one, made in _with_made(done):
        for where, own in _about(one, made):
            record = found.setdefault(where, Touched())
            record.at(one.ended_at, own=own)
            record.doers.add(doers[one.conversion])
            if own and one.id in due and not isinstance(one.step, Tag):
                record.lines.append(one)
    return found


def _with_made(done: Iterable[Entry]) -> Iterator[tuple[Entry, Mapping[str, str]]]:
    """Each with what its conversion has made until then: key -> id."""
    made: dict[int, dict[str, str]] = {}
    for one in done:
        mine = made.setdefault(one.conversion, {})
        if isinstance(one.step, Create) and one.outcome is not None:
            mine[one.step.record] = one.outcome.id
        yield one, mine


def _about(one: Entry, made: Mapping[str, str]) -> Iterable[tuple[Where, bool]]:
    """The records that a line is about, and whether it writes their own fields."""
    step = one.step
    if isinstance(step, Create) and one.outcome is not None:
        yield (step.module, one.outcome.id), True
    if isinstance(step, MarkLead):
        yield ("Leads", step.lead), True
    for name in ("on", "to"):
        place = getattr(step, name, None)
        if isinstance(place, Place):
            own = name == "on" and isinstance(step, Update | LinkLookup | Tag)
            yield (place.module, place.id or made.get(place.key, "")), own


def _by_another(record: Record, ours: Touched) -> bool:
    said = str(record.values.get("Modified_Time") or "")
    if not said or ours.written is None:
        return False
    # Zoho's times have no fractions of a second.
    stamp = datetime.fromisoformat(said).astimezone(UTC)
    if stamp <= ours.written.replace(microsecond=0):
        return False
    if ours.touched is None or stamp > ours.touched.replace(microsecond=0):
        return True
    # While the rest of the conversion ran: by us, unless Zoho names somebody else.
    who = record.values.get("Modified_By")
    return isinstance(who, Mapping) and bool(who.get("id")) and str(who["id"]) not in ours.doers
