"""Finds what somebody has changed since conversions wrote it: undoing leaves that alone."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from . import hung_since
from .hung_since import STAMPS, Hung, Key, Where
from .journal import Entry
from .left_alone import ADDED, CHANGED, MEMBERSHIP, NEEDED, Left
from .performing import MOST
from .planning.records import Catalogue, Record
from .planning.steps import (
    MEMBER_STATUS,
    Attach,
    Create,
    LinkLookup,
    LinkRelated,
    MarkLead,
    MoveActivity,
    Note,
    Place,
    Salvage,
    Tag,
    Update,
)
from .zoho.client import Crm
from .zoho.threads import together
from .zoho.writer import Writer

FIRST_STATUS = "Planned"
"""Of a membership of which nothing else was said."""


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


@dataclass(frozen=True, slots=True)
class Eyes:
    """With whose eyes it is looked, and what is known of the org."""

    crm: Crm
    catalogue: Catalogue


def changed_since(
    eyes: Eyes, due: Sequence[Entry], done: Sequence[Entry], doers: Mapping[int, str]
) -> dict[int, Left]:
    """Of the lines that are due to be taken back those whose records somebody has changed, moved
    or added to after we wrote them, and what is needed by what is left alone. `done` are all that
    we did, `doers` the users as whom each conversion was. One call for each 100 records of a
    module, activities among them; for what hangs on them see `hung_since.hung`."""
    mine, writer = {one.id for one in due}, Writer(eyes.crm)
    known = {where: one for where, one in _touched(done, mine, doers).items() if one.lines}
    made = [one for one in _made(due) if one in known]
    noted = _noted(due, done)
    there, moved, joined, hung = together(
        lambda: read(writer, known, STAMPS),
        lambda: _moved_since(writer, mine, done),
        lambda: _memberships_since(eyes.crm, due, done),
        lambda: hung_since.hung(eyes.crm, eyes.catalogue, made, noted) if made or noted else {},
    )
    left = {one.id: Left(*where, CHANGED) for where, record in there.items()
            if _by_another(record, known[where]) for one in known[where].lines}  # fmt: skip
    left |= moved | joined | _notes_since(hung, due, doers)
    going = [one for one in made if not {line.id for line in known[one].lines} & left.keys()]
    for where, code in _staying(hung, done, left, going):
        left |= {line.id: code for line in known[where].lines}
    return left


def _staying(
    hung: Hung, done: Sequence[Entry], left: Mapping[int, Left], going: Iterable[Where]
) -> Iterator[tuple[Where, Left]]:
    """Of the records that were to go those that stay for what hangs on them, until nothing more
    stays for what has stayed."""
    ours, mine = _ours(done, left), _ours(done, {})
    rest = list(going)
    while stay := [one for one in rest if hung.get(one, {}).keys() - ours]:
        for where in stay:
            others = Counter(key[0] for key in hung[where] if key not in mine)
            yield where, Left(*where, ADDED if others else NEEDED, dict(others))
        ours -= set(stay)
        rest = [one for one in rest if one not in stay]


def _ours(done: Iterable[Entry], left: Collection[int]) -> set[Key]:
    """What hangs anywhere because we have put it there, but for these lines."""
    found = set[Key]()
    for one, made in _with_made(done):
        step, ident = one.step, one.outcome.id if one.outcome is not None else ""
        if one.id in left:
            continue
        match step:
            case Create(module=module):
                found.add((module, ident))
            case Note():
                found.add(("Notes", ident))
            case Attach() | Salvage():
                found.add(("Attachments", ident))
            case MoveActivity(module=module, activity=activity):
                found.add((module, activity))
            case MarkLead(lead=lead):
                found.add(("Leads", lead))
            case LinkLookup(on=on) | Update(on=on):
                found.add((on.module, on.id or made.get(on.key, "")))
            case LinkRelated(on=on, list=name, id=other):
                found.add((name, other, on.module, on.id or made.get(on.key, "")))
    return found


def _made(due: Iterable[Entry]) -> list[Where]:
    """The records that are to go."""
    return [(one.step.module, one.outcome.id) for one in due
            if isinstance(one.step, Create) and one.outcome is not None]  # fmt: skip


def _noted(due: Collection[Entry], done: Iterable[Entry]) -> list[Where]:
    """The records on which notes hang that are to go."""
    mine = {one.id for one in due if isinstance(one.step, Note)}
    steps = ((one.step, made) for one, made in _with_made(done) if one.id in mine)
    return list(dict.fromkeys(_at(step.on, made) for step, made in steps if isinstance(step, Note)))


def _notes_since(
    hung: Hung, due: Iterable[Entry], doers: Mapping[int, str]
) -> dict[int, Left]:  # fmt: skip
    """Of the lines of notes those whose note somebody has rewritten."""
    there = {key: record for things in hung.values() for key, record in things.items()}
    found: dict[int, Left] = {}
    for one in due:
        if isinstance(one.step, Note) and one.outcome is not None:
            note, ours = ("Notes", one.outcome.id), Touched()
            ours.at(one.ended_at, own=True)
            ours.doers.add(doers[one.conversion])
            if note in there and _by_another(there[note], ours):
                found[one.id] = Left(*note, CHANGED)
    return found


def _memberships_since(
    crm: Crm, due: Sequence[Entry], done: Sequence[Entry]
) -> dict[int, Left]:  # fmt: skip
    """Of the lines of campaigns those whose membership is not as we wrote it last."""
    mine = {one.id for one in due}
    lines: list[tuple[Entry, LinkRelated, Where]] = []
    wrote: dict[Key, set[str]] = {}
    for one, made in _with_made(done):
        if isinstance(one.step, LinkRelated) and one.step.list == "Campaigns":
            where = _at(one.step.on, made)
            wrote.setdefault((*where, one.step.id), set()).update(_statuses(one, one.step))
            if one.id in mine:
                lines.append((one, one.step, where))
    there = hung_since.memberships(crm, [where for _, _, where in lines])
    return {
        one.id: Left("Campaigns", step.id, MEMBERSHIP)
        for one, step, where in lines
        if where in there
        and _rejoined(one, there[where].get(step.id), wrote[*where, step.id])
    }  # fmt: skip


def _statuses(line: Entry, step: LinkRelated) -> set[str]:
    """What became of the invitation as we left it: where we wrote nothing, what was there before,
    or Zoho's first."""
    was = str((line.outcome.before if line.outcome else {}).get(MEMBER_STATUS) or "")
    return {step.status} if step.status else {was} if was else {"", FIRST_STATUS}


def _rejoined(line: Entry, status: str | None, wrote: Collection[str]) -> bool:
    """Whether somebody has written over the membership, or ended one that was there before us."""
    before = line.outcome.before if line.outcome is not None else {}
    return "id" in before if status is None else status not in wrote


HOLDERS = ("What_Id", "Who_Id")
"""The fields by which an activity hangs on a record, and on a contact."""


def _moved_since(writer: Writer, due: Collection[int], done: Sequence[Entry]) -> dict[int, Left]:
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
        line: Left(*activity, CHANGED)
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


def _at(place: Place, made: Mapping[str, str]) -> Where:
    return place.module, place.id or made.get(place.key, "")


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
            yield _at(place, made), own


def _by_another(record: Record, ours: Touched) -> bool:
    said = str(record.values.get("Modified_Time") or "")
    if not said or ours.written is None:
        return False
    # What we write has our name, whatever the clocks say.
    who = record.values.get("Modified_By")
    if isinstance(who, Mapping) and who.get("id") and str(who["id"]) not in ours.doers:
        return True
    # Zoho's times have no fractions of a second.
    stamp = datetime.fromisoformat(said).astimezone(UTC)
    if stamp <= ours.written.replace(microsecond=0):
        return False
    # While the rest of the conversion ran, by us.
    return ours.touched is None or stamp > ours.touched.replace(microsecond=0)
