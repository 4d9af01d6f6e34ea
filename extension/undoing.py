"""Does, for who converts: take conversions back, each from its last step to its first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Db

from . import (
    catalogues,
    changes_now,
    ending,
    grants,
    in_line,
    journal,
    requested,
    sharing,
    unclear,
    ways_back,
)
from .changed_since import changed_since, read
from .errors import CannotUndo, WrongState
from .hung_since import Where
from .journal import Entry
from .left_alone import SHARED, UNDER_WAY, WHY, Left, kept
from .parts import Parts
from .planning.steps import (
    ConvertInZoho,
    Create,
    DeleteLead,
    Step,
    places,
)
from .sessions import Caller
from .store.conversions import Conversion, Line
from .store.models import Grant
from .zoho.writer import Writer

Json = dict[str, Any]
TURNED = ("done", "failed", "cancelled", "undone")
"""What may have written something that is to be taken back."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a conversion is taken back, or why it cannot be."""

    row: Conversion
    steps: Sequence[tuple[Entry, Step]] = ()
    left_alone: Sequence[Left] = ()
    """Records that stay, and why."""
    obstacle: CannotUndo | None = None
    looked_at: datetime | None = None
    """When it was looked what somebody has changed; None where that does not matter."""


def undo(parts: Parts, caller: Caller, public_id: str, *, force: bool = False) -> Json:
    """Take back what was done, the last first. What somebody has changed since, and what other
    leads have become too, is left alone and named, unless `force`. Raises CannotUndo,
    WrongState."""
    row = requested.in_state(parts, caller, public_id, *TURNED)
    if row.state == "undone" and not row.left_alone:
        raise requested.wrong_state(row)
    if _under_way(parts, [row.id]):
        with parts.sessions.begin() as db:
            in_line.put(parts, db, row)
            who = db.get_one(Grant, row.grant_id)
        shut_out = None if who.state == grants.ACTIVE else ending.sign_in(who)["message"]
        raise WrongState(shut_out or WHY[UNDER_WAY], details={"state": row.state})
    [way] = _ways(parts, caller, [row], force=force)
    if way.obstacle is not None:
        raise way.obstacle
    try:
        with parts.sessions.begin() as db:
            if not _turn(parts, db, caller, way):
                raise requested.wrong_state(row)
            in_line.put(parts, db, row)
    except IntegrityError:
        raise WrongState(WHY["converted_anew"], details={"state": row.state}) from None
    return requested.find(parts, caller, public_id)


def undo_together(
    parts: Parts,
    caller: Caller,
    rows: Sequence[Conversion],
    *,
    force: bool = False,
    company: Iterable[int] = (),
) -> None:
    """The same for up to 100 conversions of one batch; somebody else sees to it that they are
    looked at. Those that cannot be taken back stay as they are, and say why. `company` are others
    that write the same records: what they did is none of somebody's changes."""
    open_ends = _under_way(parts, [one.id for one in rows])
    for row in rows:
        if row.id in open_ends:
            _stays(parts, row, UNDER_WAY)
    known = [row for row in rows if row.id not in open_ends]
    ways = _ways(parts, caller, known, force=force, company=company)
    for one in ways:
        if one.obstacle is not None:
            _stays(parts, one.row, one.obstacle.code)
    _turn_all(parts, caller, [one for one in ways if one.obstacle is None])


def _under_way(parts: Parts, conversions: Sequence[int]) -> set[int]:
    """Those of which a step was sent and nobody knows yet what came of it: with the next look at
    them it is found out."""
    of = (Line.conversion_id.in_(list(conversions)), Line.undoing.is_(False))
    with parts.sessions() as db:
        return set(db.scalars(select(Line.conversion_id).where(*of, Line.state == "sent")))


def _ways(
    parts: Parts,
    caller: Caller,
    rows: Sequence[Conversion],
    *,
    force: bool,
    company: Iterable[int] = (),
) -> list[Way]:
    """How each is taken back, as Zoho has its records now: a call for each 100 of a module."""
    ids, looked_at = [one.id for one in rows], None if force else parts.clock()
    known = ways_back.known(parts, ids, company)
    due = ways_back.due(known, ids)
    crm = grants.crm(parts, caller.installation, caller.grant)
    writer = Writer(crm)
    obstacles = _without_zohos(due)
    restores = crm.asks.offers("recycle_bin")
    obstacles |= _leads_back(writer, due, {one.id: one.lead_id for one in rows}, restores=restores)
    some = [one for ident, lines in due.items() if ident not in obstacles for one in lines]
    changed: dict[int, Left] = {}
    if some and not force:
        described = catalogues.known(parts, caller)
        changed = changed_since(crm, described.catalogue, some, ways_back.ours(parts, known))
    ways = [
        replace(_way(one, due[one.id], changed, obstacles.get(one.id)), looked_at=looked_at)
        for one in rows
    ]
    return ways if force else _without_shared(parts, ways)


def _without_zohos(due: Mapping[int, Sequence[Entry]]) -> dict[int, CannotUndo]:
    zohos = (
        ident
        for ident, lines in due.items()
        if any(isinstance(one.step, ConvertInZoho) for one in lines)
    )
    return {ident: CannotUndo(WHY["cannot_undo"]) for ident in zohos}


def _leads_back(
    writer: Writer, due: dict[int, list[Entry]], leads: Mapping[int, str], *, restores: bool
) -> dict[int, CannotUndo]:
    """Leave out the deletions of leads that somebody has brought back by hand. The others, where
    nobody else can: what was made of such a lead is all that is left of it."""
    deleted = {
        ident: ("Leads", leads[ident])
        for ident, lines in due.items()
        if any(isinstance(one.step, DeleteLead) for one in lines)
    }
    there = read(writer, deleted.values(), ["id"])
    gone = {ident for ident, where in deleted.items() if where not in there}
    for ident in deleted.keys() - gone:
        due[ident] = [one for one in due[ident] if not isinstance(one.step, DeleteLead)]
    said = CannotUndo(WHY["lead_deleted"], code="lead_deleted")
    return {} if restores else dict.fromkeys(gone, said)


def _way(
    row: Conversion,
    lines: Iterable[Entry],
    changed: Mapping[int, Left],
    obstacle: CannotUndo | None,
) -> Way:
    if obstacle is not None:
        return Way(row, obstacle=obstacle)
    lines = list(lines)
    ways = [(one, ways_back.rest(one, changed.get(one.id))) for one in lines]
    steps = [(one, way) for one, way in ways if way is not None]
    return Way(row, steps, [changed[one.id] for one in lines if one.id in changed])


def _without_shared(parts: Parts, ways: Sequence[Way]) -> list[Way]:
    """The same, but for the records with which others have gone on that are not turned back too."""
    turned = {one.row.id for one in ways if one.obstacle is None}
    leaning = {one: others - turned for one, others in sharing.leaning(parts, turned).items()}
    lines = journal.by_conversion(parts, set().union(*leaning.values()), undoing=False)
    named = {
        ident: {(one.module, one.id) for line in each for one in places(line.step)}
        for ident, each in lines.items()
    }
    return [_kept_for(one, [named.get(other, set()) for other in leaning.get(one.row.id, ())])
            for one in ways]  # fmt: skip


def _kept_for(way: Way, others: Sequence[set[Where]]) -> Way:
    """Without the records that these others name. One that names nothing of it had nothing to add:
    it is that record all the same."""
    steps, shared = list[tuple[Entry, Step]](), list[Left]()
    for line, step in way.steps:
        made = _made(line)
        if made and any(made in each or not each for each in others):
            shared.append(Left(*made, SHARED))
        else:
            steps.append((line, step))
    return replace(way, steps=steps, left_alone=[*way.left_alone, *shared])


def _made(line: Entry) -> Where | None:
    if isinstance(line.step, Create) and line.outcome is not None:
        return line.step.module, line.outcome.id
    return None


def _turn_all(parts: Parts, caller: Caller, ways: Sequence[Way]) -> None:
    """In one transaction; where one of them is in the way of that, one by one."""
    try:
        with parts.sessions.begin() as db:
            for one in ways:
                # Who was faster has done something else with it, or the same.
                _turn(parts, db, caller, one)
    except IntegrityError:
        if len(ways) == 1:
            _stays(parts, ways[0].row, "converted_anew")
            return
        for one in ways:
            _turn_all(parts, caller, [one])


def _turn(parts: Parts, db: Db, caller: Caller, way: Way) -> bool:
    """From now on it is being undone, by this person; what was refused on the way back is due
    again. Whether it was as it was found."""
    row = way.row
    turned: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
        update(Conversion)
        .where(Conversion.id == row.id, Conversion.state == row.state)
        .values(
            state="undoing",
            open=True,
            asker_id=func.coalesce(Conversion.asker_id, Conversion.grant_id),
            grant_id=caller.grant.id,
            problem=None,
            question=None,
            changed_at=parts.clock(),
            left_alone=kept(way.left_alone),
            looked_at=way.looked_at,
        )
    )
    if turned.rowcount != 1:
        return False
    unclear.forget(db, row.id)
    back = (Line.conversion_id == row.id, Line.undoing.is_(True))
    again = {"state": "due", "refusal": None, "ended_at": None}
    db.execute(update(Line).where(*back, Line.state == "refused").values(**again))
    to_come = select(Line.id).where(*back, Line.state.in_(("due", "sent"))).limit(1)
    if way.looked_at is not None and db.scalar(to_come) is not None:
        # What was to come before is among what is looked at next, before anything is done.
        mine = Conversion.id == row.id
        db.execute(update(Conversion).where(mine).values(looked_at=changes_now.long_ago(row)))
    journal.write_back(db, row, way.steps)
    return True


def _stays(parts: Parts, row: Conversion, code: str) -> None:
    """Name what was made of it, and why that is left alone."""
    with parts.sessions.begin() as db:
        made = journal.records_made(journal.lines(db, [row.id], undoing=False))
        records = [(module, ident) for _, module, ident in made] or [("Leads", row.lead_id)]
        left = kept(Left(*one, code) for one in records)
        mine = (Conversion.id == row.id, Conversion.state == row.state)
        # Since it was stopped is counted how long what was sent may still be on its way: who asks
        # again and again must not begin that anew.
        since = {} if code == UNDER_WAY else {"changed_at": parts.clock()}
        values = {"left_alone": left, **since}
        db.execute(update(Conversion).where(*mine).values(**values))
