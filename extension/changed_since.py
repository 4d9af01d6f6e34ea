"""Finds what somebody has changed since a conversion wrote it: undoing leaves that alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .errors import CannotUndo
from .journal import Entry
from .performing import MOST
from .planning.records import Record
from .planning.steps import Create, DeleteLead, LinkLookup, MarkLead, Place, Tag, Update
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

    def at(self, moment: datetime | None, *, own: bool) -> None:
        if moment is not None:
            self.touched = max(self.touched or moment, moment)
            if own:
                self.written = max(self.written or moment, moment)


def changed_since(writer: Writer, done: Sequence[Entry], user_id: str) -> dict[int, Where]:
    """Lines whose records somebody has changed after we wrote them, which was done as this user.
    One call for each 100 records of a module."""
    known = {where: one for where, one in _touched(done).items() if one.lines}
    found: dict[int, Where] = {}
    for where, record in _read(writer, known).items():
        if _by_another(record, known[where], user_id):
            found |= {line.id: where for line in known[where].lines}
    return found


def still_to_take_back(
    writer: Writer, done: Sequence[Entry], lead: str, *, restores: bool
) -> Sequence[Entry]:
    """The same without the lead's deletion, where somebody has brought it back by hand. Raises
    CannotUndo where it is gone and nobody else can: what was made of it is all that is left."""
    kept = [one for one in done if not isinstance(one.step, DeleteLead)]
    if len(kept) == len(done):
        return done
    if writer.read("Leads", [lead], ["id"]):
        return kept
    if not restores:
        raise CannotUndo(
            "The lead was deleted, and this version of Zoho's API cannot bring it back. "
            "Restore it from Zoho CRM's recycle bin, then undo the rest.",
            code="lead_deleted",
        )
    return done


def _touched(done: Sequence[Entry]) -> dict[Where, Touched]:
    made: dict[str, str] = {}
    found: dict[Where, Touched] = {}
    for one in done:
        if isinstance(one.step, Create) and one.outcome is not None:
            made[one.step.record] = one.outcome.id
        for where, own in _about(one, made):
            record = found.setdefault(where, Touched())
            record.at(one.ended_at, own=own)
            if own and not isinstance(one.step, Tag):
                record.lines.append(one)
    return found


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


def _read(writer: Writer, wanted: Iterable[Where]) -> dict[Where, Record]:
    modules: dict[str, list[str]] = {}
    for module, ident in wanted:
        modules.setdefault(module, []).append(ident)
    return {
        (module, record.id): record
        for module, ids in modules.items()
        for start in range(0, len(ids), MOST)
        for record in writer.read(module, ids[start : start + MOST], STAMPS).values()
    }


def _by_another(record: Record, ours: Touched, user_id: str) -> bool:
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
    return isinstance(who, Mapping) and bool(who.get("id")) and str(who["id"]) != user_id
