"""Sees, where Zoho refuses a step back, whether what it is about is gone, or a lead that was
converted since: that keeps nothing else of an undo."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import update

from . import catalogues, left_alone
from .changed_since import read
from .changes_now import long_ago
from .errors import GrantRevoked, ScopeMissing, ZohoRefused
from .hung_since import Where
from .journal import Ended
from .left_alone import CONVERTED, GONE, Left
from .parts import Parts
from .performing import Task, done_already, written
from .planning import step_json
from .planning.obstacles import IS_CONVERTED, is_converted
from .planning.records import Catalogue
from .planning.steps import (
    LinkLookup,
    LinkRelated,
    MarkLead,
    MoveActivity,
    Place,
    Restore,
    Step,
    UnlinkRelated,
    without,
)
from .runs import Runs
from .store.conversions import Conversion, Line
from .zoho.writer import Writer

NOWHERE = "INVALID_DATA"
"""Zoho's code for what is nowhere, among others."""


def in_turn(
    parts: Parts, runs: Runs, tasks: Iterable[Task], told: Sequence[Ended]
) -> Iterator[list[Ended]]:
    """What came of a wave: first what is sure, then what has to be looked for."""
    doubtful = [one for one in told if _perhaps(one)]
    yield [one for one in told if one not in doubtful]
    if doubtful:
        of = {one.entry.id: one for one in tasks}
        yield _past(parts, runs, [(of[one.entry.id], one) for one in doubtful])


def _perhaps(one: Ended) -> bool:
    """Whether Zoho may refuse a step back since what it is about is gone, or is back already, or is
    a converted lead, for which no page of Zoho's names a code."""
    if not (one.entry.undoing and one.state == "refused"):
        return False
    said = one.refusal or {}
    code, message = (str(said.get(name) or "") for name in ("code", "message"))
    return code == NOWHERE or "convert" in f"{code} {message}".casefold()


def _past(parts: Parts, runs: Runs, refused: Sequence[tuple[Task, Ended]]) -> list[Ended]:
    """What came of these steps back: a record that was to come back and is there is back; a step
    about one that is gone, or a converted lead, is taken no more, and named. Of several fields the
    others are due again. One call for each 100 records of a module."""
    catalogue = catalogues.known(parts, runs.caller).catalogue
    about = [(_written(task), _meant(task, said, catalogue)) for task, said in refused]
    try:
        lost = _lost(runs.eyes.writer, {one for both in about for one in both if one})
    except (GrantRevoked, ScopeMissing):
        raise
    except ZohoRefused:
        return [said for _, said in refused]
    found = list[Ended]()
    for (task, said), (on, meant) in zip(refused, about, strict=True):
        if isinstance(task.step, Restore):
            gone = on is not None and lost.get(on) == GONE
            found.append(said if gone else done_already(task, task.step.id))
        elif not (why := [lost[one] for one in (on, meant) if one in lost]):
            found.append(said)
        else:
            _name(parts, runs, task, on, why[0])
            rest = None if on in lost else without(task.step, [_blamed(said)])
            found += _given_up(parts, said, None if rest == task.step else rest)
    return found


def _lost(writer: Writer, wanted: Iterable[Where]) -> dict[Where, str]:
    """Of these records those to which nothing is written, or tied, any more, and why."""
    leads = [one for one in wanted if one[0] == "Leads"]
    there = read(writer, [one for one in wanted if one not in leads], ["id"])
    there |= read(writer, leads, [IS_CONVERTED])
    converted = {one: CONVERTED for one, lead in there.items() if is_converted(lead.values)}
    return {one: GONE for one in wanted if one not in there} | converted


def _given_up(parts: Parts, said: Ended, rest: Step | None) -> list[Ended]:
    """The step is taken no more, or with the rest of its fields."""
    if rest is None:
        return [Ended(said.entry, "skipped")]
    with parts.sessions.begin() as db:
        mine = (Line.id == said.entry.id, Line.state == "sent", Line.tries == said.entry.tries)
        db.execute(update(Line).where(*mine).values(state="due", step=step_json.as_json(rest)))
    return []


def _name(parts: Parts, runs: Runs, task: Task, on: Where | None, why: str) -> None:
    """What stays may keep something else: that is looked at before anything more is taken back.
    What the conversion has made itself is to go anyway."""
    row = runs.rows.get(task.entry.conversion)
    if on is None or row is None or on[1] in task.made.values():
        return
    row.left_alone = left_alone.kept([Left(*on, why)], row.left_alone)
    row.looked_at = row.looked_at and long_ago(row)
    values = {"left_alone": row.left_alone, "looked_at": row.looked_at}
    with parts.sessions.begin() as db:
        of = (Conversion.id == row.id, Conversion.state == "undoing")
        db.execute(update(Conversion).where(*of).values(**values))


def _written(task: Task) -> Where | None:
    """The record that the step writes."""
    match task.step:
        case Restore(module=module, id=ident) | MoveActivity(module=module, activity=ident):
            return module, ident
        case MarkLead(lead=lead):
            return "Leads", lead
    on = getattr(task.step, "on", None)
    return (on.module, task.at(on)) if isinstance(on, Place) else None


def _meant(task: Task, said: Ended, catalogue: Catalogue) -> Where | None:
    """The record to which it ties that one, if Zoho may mean that."""
    match task.step:
        case MoveActivity(to=to):
            return to.module, task.at(to)
        case LinkRelated(list=name, id=ident) | UnlinkRelated(list=name, id=ident):
            return name, ident
    name, on = _blamed(said), _written(task)
    ident = _ident(_values(task).get(name))
    described = catalogue.modules.get(on[0]) if on is not None else None
    field = described.fields.get(name) if described is not None else None
    return (field.lookup_module, ident) if ident and field and field.lookup_module else None


def _values(task: Task) -> Mapping[str, object]:
    match task.step:
        case LinkLookup(field=name, to=Place() as to):
            return {name: {"id": task.at(to)}}
    return written(task)


def _ident(value: object) -> str:
    return str(value.get("id") or "") if isinstance(value, Mapping) else ""


def _blamed(said: Ended) -> str:
    return str((said.refusal or {}).get("field") or "")
