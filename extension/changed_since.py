"""Finds what somebody has changed since conversions wrote it: undoing leaves that alone."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from . import hung_since
from .hung_since import STAMPS, Hung, Key, Where
from .journal import Entry
from .left_alone import ADDED, CHANGED, CONVERTED, GONE, MEMBERSHIP, NEEDED, Left
from .our_writes import Ours, Touched, alone, at, by_another, changed_fields, touched, with_made
from .performing import MOST
from .planning.obstacles import IS_CONVERTED, is_converted
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
    Salvage,
    Update,
    written_over,
)
from .zoho.client import Crm
from .zoho.threads import together
from .zoho.writer import Writer

FIRST_STATUS = "Planned"
"""Of a membership of which nothing else was said."""


def changed_since(
    crm: Crm, catalogue: Catalogue, due: Sequence[Entry], ours: Ours
) -> dict[int, Left]:
    """Of the lines that are due to be taken back those whose records somebody has changed, moved
    or added to after we wrote them, and what is needed by what is left alone. One call for each
    100 records of a module, activities among them; for what hangs on them see `hung_since.hung`."""
    mine, writer, done = {one.id: one for one in due}, Writer(crm), ours.done
    known = {where: one for where, one in touched(ours, mine).items() if one.lines}
    made = [one for one in _made(due) if one in known]
    noted = _noted(due, done)
    there, moved, joined, hung = together(
        lambda: _there(writer, known),
        lambda: _moved_since(writer, mine, ours),
        lambda: _memberships_since(crm, due, ours),
        lambda: hung_since.hung(crm, catalogue, made, noted) if made or noted else {},
    )
    left = {ident: one for where, record in there.items()
            for ident, one in _records_since(catalogue, record, known[where])}  # fmt: skip
    left |= _gone(known, there) | moved | joined | _notes_since(hung, due, ours)
    going = [one for one in made if not {line.id for line in known[one].lines} & left.keys()]
    for where, code in _staying(hung, done, left, _stuck(ours) - mine.keys(), going):
        left |= {line.id: code for line in known[where].lines}
    return left


def _there(writer: Writer, known: Mapping[Where, Touched]) -> dict[Where, Record]:
    """These records, with their stamps and what was written over in them."""
    modules: dict[str, dict[Where, Touched]] = {}
    for where, one in known.items():
        modules.setdefault(where[0], {})[where] = one
    found: dict[Where, Record] = {}
    for module, some in modules.items():
        lines = (line for one in some.values() if not _of_ours(one) for line in one.lines)
        names = {name for line in lines for name in written_over(line.step)}
        names |= {IS_CONVERTED} if module == "Leads" else set()
        found |= read(writer, some, [*STAMPS, *sorted(names)])
    return found


def _gone(known: Mapping[Where, Touched], there: Collection[Where]) -> dict[int, Left]:
    """The lines about records that were there before, and are not any more."""
    gone = (where for where, one in known.items() if where not in there and not _of_ours(one))
    return {line.id: Left(*where, GONE) for where in gone for line in known[where].lines}


def _stuck(ours: Ours) -> set[int]:
    """The lines that could not be taken back, since what that takes is gone."""
    return {ident for ident, back in ours.back.items()
            if back and all(one.state == "skipped" for one in back)}  # fmt: skip


def _of_ours(one: Touched) -> bool:
    """Whether it is a record that we have made, which is to go as a whole."""
    return any(isinstance(line.step, Create) for line in one.lines)


def _records_since(
    catalogue: Catalogue, record: Record, known: Touched
) -> Iterator[tuple[int, Left]]:
    """Of the lines about a record those that stay as they are: of a record that we have made, and
    of a lead that was converted, all of them; else those fields that hold something else now."""
    if _of_ours(known):
        if by_another(record, known):
            for line in known.lines:
                yield line.id, Left(record.module, record.id, CHANGED)
        return
    if is_converted(record.values):
        yield from ((line.id, Left(record.module, record.id, CONVERTED)) for line in known.lines)
        return
    for line in known.lines:
        names = changed_fields(record, line, known)
        if names:
            labels = _labels(catalogue, record.module, names)
            yield line.id, Left(record.module, record.id, CHANGED, fields=labels)


def _labels(catalogue: Catalogue, module: str, names: Iterable[str]) -> dict[str, str]:
    """Each field -> what people call it."""
    described = catalogue.modules.get(module)
    fields = described.fields if described is not None else {}
    return {name: fields[name].label if name in fields else name for name in names}


def _staying(
    hung: Hung,
    done: Sequence[Entry],
    left: Mapping[int, Left],
    stuck: Collection[int],
    going: Iterable[Where],
) -> Iterator[tuple[Where, Left]]:
    """Of the records that were to go those that stay for what hangs on them, until nothing more
    stays for what has stayed."""
    wholly = {ident for ident, one in left.items() if not one.fields}
    ours, mine = _ours(done, wholly), _ours(done, ())
    ours -= _ours(done, {one.id for one in done} - {*stuck})
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
    for one, made in with_made(done):
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
                found.add(at(on, made))
            case LinkRelated(on=on, list=name, id=other):
                found.add((name, other, *at(on, made)))
    return found


def _made(due: Iterable[Entry]) -> list[Where]:
    """The records that are to go."""
    return [(one.step.module, one.outcome.id) for one in due
            if isinstance(one.step, Create) and one.outcome is not None]  # fmt: skip


def _noted(due: Collection[Entry], done: Iterable[Entry]) -> list[Where]:
    """The records on which notes hang that are to go."""
    mine = {one.id for one in due if isinstance(one.step, Note)}
    steps = ((one.step, made) for one, made in with_made(done) if one.id in mine)
    return list(dict.fromkeys(at(step.on, made) for step, made in steps if isinstance(step, Note)))


def _notes_since(hung: Hung, due: Iterable[Entry], ours: Ours) -> dict[int, Left]:
    """Of the lines of notes those whose note somebody has rewritten."""
    there = {key: record for things in hung.values() for key, record in things.items()}
    found: dict[int, Left] = {}
    for one, known in alone(ours, (one for one in due if isinstance(one.step, Note))):
        note = ("Notes", one.outcome.id if one.outcome is not None else "")
        if note in there and by_another(there[note], known):
            found[one.id] = Left(*note, CHANGED)
    return found


def _memberships_since(
    crm: Crm, due: Sequence[Entry], ours: Ours
) -> dict[int, Left]:  # fmt: skip
    """Of the lines of campaigns those whose membership is not as we wrote it last."""
    mine = {one.id for one in due}
    lines: list[tuple[Entry, LinkRelated, Where]] = []
    wrote: dict[Key, set[str]] = {}
    for one, made in with_made(ours.done):
        if isinstance(one.step, LinkRelated) and one.step.list == "Campaigns":
            where = at(one.step.on, made)
            back = (each.status for each in ours.perhaps_back(one) if isinstance(each, LinkRelated))
            statuses = wrote.setdefault((*where, one.step.id), set())
            statuses.update(_statuses(one, one.step), back)
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


def _moved_since(writer: Writer, due: Collection[int], ours: Ours) -> dict[int, Left]:
    """Of the activities that are due those that do not hang where we put them last."""
    put = dict[Where, list[Where]]()
    lines = dict[Where, list[int]]()
    for one, made in with_made(ours.done):
        if isinstance(one.step, MoveActivity):
            activity, steps = (
                (one.step.module, one.step.activity),
                [one.step, *ours.perhaps_back(one)],
            )
            put[activity] = [at(each.to, made) for each in steps if isinstance(each, MoveActivity)]
            if one.id in due:
                lines.setdefault(activity, []).append(one.id)
    there = read(writer, lines, HOLDERS)
    return {
        line: Left(*activity, CHANGED if activity in there else GONE)
        for activity, mine in lines.items()
        if not any(_hangs_on(there.get(activity), *where) for where in put[activity])
        for line in mine
    }


def _hangs_on(activity: Record | None, module: str, ident: str) -> bool:
    """Whether it hangs there still, or on nothing any more: what it hung on may be gone."""
    if activity is None:
        return False
    about, contact = (_id(activity.values.get(name)) for name in HOLDERS)
    return ident == (contact if module == "Contacts" else about) or not (about or contact)


def _id(value: object) -> str:
    return str(value.get("id") or "") if isinstance(value, Mapping) else ""


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
