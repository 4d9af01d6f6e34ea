"""Does, for who has to account for it: tell of a conversion who wanted what and when, and of each
record that was written what stood there before and after."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session as Db

from . import catalogues, journal, left_alone
from .errors import NotFound, NotPermitted
from .journal import Entry
from .parts import Parts
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
    Place,
    Restore,
    Salvage,
    Tag,
    UnlinkRelated,
    Untag,
    Update,
)
from .sessions import Caller
from .store.conversions import Conversion
from .store.database import changed
from .store.models import Grant, Installation

Json = dict[str, Any]
PAGE = 50
"""Conversions that are read at once: journals are long."""
MOST_FORGOTTEN = 500
"""In one round; the next comes in a minute."""


def of_conversion(parts: Parts, caller: Caller, public_id: str) -> Json:
    """The record of one conversion, for who asked for it and for administrators. Raises NotFound,
    NotPermitted."""
    row = _row(parts, caller.installation.id, public_id)
    mine = caller.grant.id in (row.grant_id, row.asker_id)
    if not mine and not catalogues.administers(parts, caller):
        raise NotPermitted("Only who asked for it, or an administrator, can see this.")
    return _records(parts, caller.installation, [row])[0]


def of_org(parts: Parts, installation: Installation, public_id: str) -> Json:
    """The same, for who runs the server. Raises NotFound."""
    return _records(parts, installation, [_row(parts, installation.id, public_id)])[0]


def all_of(
    parts: Parts,
    installation: Installation,
    begin: datetime | None = None,
    end: datetime | None = None,
) -> Iterator[Json]:
    """The records of all conversions that were asked for from then until before then, the oldest
    first; each is read when its turn comes."""
    wanted = [Conversion.installation_id == installation.id]
    if begin is not None:
        wanted.append(Conversion.created_at >= begin)
    if end is not None:
        wanted.append(Conversion.created_at < end)
    after = 0
    while rows := _page(parts, [*wanted, Conversion.id > after]):
        yield from _records(parts, installation, rows)
        after = rows[-1].id


def forget(parts: Parts, db: Db) -> int:
    """Delete conversions that have been over for too long, each with its journal. How many."""
    before = parts.clock() - timedelta(days=parts.config.audit_days)
    old = (
        select(Conversion.id)
        .where(Conversion.open.is_(None), Conversion.changed_at < before)
        .order_by(Conversion.changed_at)
        .limit(MOST_FORGOTTEN)
    )
    # Again here: somebody may have begun to undo one since it was chosen.
    gone = delete(Conversion).where(
        Conversion.id.in_(old.scalar_subquery()),
        Conversion.open.is_(None),
        Conversion.changed_at < before,
    )
    return changed(db, gone)


def _page(parts: Parts, wanted: Sequence[ColumnElement[bool]]) -> list[Conversion]:
    chosen = select(Conversion).where(*wanted).order_by(Conversion.id).limit(PAGE)
    with parts.sessions() as db:
        return list(db.scalars(chosen))


def _row(parts: Parts, installation_id: int, public_id: str) -> Conversion:
    wanted = select(Conversion).where(
        Conversion.installation_id == installation_id, Conversion.public_id == public_id
    )
    with parts.sessions() as db:
        row = db.scalar(wanted)
    if row is None:
        raise NotFound("There is no such conversion.")
    return row


def _records(parts: Parts, installation: Installation, rows: Sequence[Conversion]) -> list[Json]:
    ids = [one.id for one in rows]
    people = {one for row in rows for one in (row.grant_id, row.asker_id) if one is not None}
    with parts.sessions() as db:
        forth, back = (journal.lines(db, ids, undoing=undoing) for undoing in (False, True))
        known = {one.id: one for one in db.scalars(select(Grant).where(Grant.id.in_(people)))}
    found = []
    for row in rows:
        lines = [[one for one in each if one.conversion == row.id] for each in (forth, back)]
        found.append(_record(installation, row, lines[0], lines[1], known))
    return found


def _record(
    installation: Installation,
    row: Conversion,
    forth: Sequence[Entry],
    back: Sequence[Entry],
    people: Mapping[int, Grant],
) -> Json:
    made = {key: ident for key, _, ident in journal.records_made(forth)}
    return {
        "conversion": row.public_id,
        "org": installation.zgid,
        "lead": row.lead_id,
        "target": row.target,
        "choices": row.choices,
        "digest": row.digest,
        "state": row.state,
        "asked_by": _person(people.get(row.asker_id or row.grant_id)),
        "asked_at": row.created_at.isoformat(),
        "undone_by": _person(people.get(row.grant_id)) if back else None,
        "changed_at": row.changed_at.isoformat(),
        "problem": row.problem,
        "left_alone": left_alone.told(row),
        "writes": [_write(one, row.lead_id, made) for one in (*forth, *back) if _is_write(one)],
    }


def _person(grant: Grant | None) -> Json | None:
    return None if grant is None else {"id": grant.zoho_user_id, "name": grant.user_name}


def _is_write(entry: Entry) -> bool:
    """Whether it was ever sent; a list is but read, its entries are written."""
    return entry.sent_at is not None and not isinstance(entry.step, CarryList)


def _write(entry: Entry, lead: str, made: Mapping[str, str]) -> Json:
    found = _written(entry, lead, made)
    return {
        "step": type(entry.step).__name__,
        "undoing": entry.undoing,
        "module": found.module,
        "id": found.id or None,
        "before": None if entry.before is None else dict(entry.before),
        "after": None if found.after is None else dict(found.after),
        "state": entry.state,
        "refusal": None if entry.refusal is None else dict(entry.refusal),
        "sent_at": _at(entry.sent_at),
        "ended_at": _at(entry.ended_at),
    }


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


@dataclass(frozen=True, slots=True)
class Written:
    """Which record a line has written, and what it left there as far as that is values."""

    module: str
    id: str
    after: Mapping[str, object] | None = None


def _written(entry: Entry, lead: str, made: Mapping[str, str]) -> Written:
    def at(place: Place) -> str:
        return place.id or made.get(place.key, "")

    def spot(place: Place | None) -> Json | None:
        return None if place is None else {"module": place.module, "id": at(place)}

    done = entry.outcome
    ident = done.id if done is not None else ""
    match entry.step:
        case Create(module=module, values=values, links=links):
            return Written(module, ident, {**values, **{k: spot(v) for k, v in links.items()}})
        case Update(on=on, values=values):
            return Written(on.module, at(on), values)
        case LinkLookup(on=on, field=name, to=to):
            return Written(on.module, at(on), {name: spot(to)})
        case Note(on=on, title=title, content=content):
            said = {"Note_Title": title, "Note_Content": content, "Parent_Id": spot(on)}
            return Written("Notes", ident, said)
        case Attach(on=on, file_name=name) | Salvage(on=on, file_name=name):
            return Written("Attachments", ident, {"File_Name": name, "Parent_Id": spot(on)})
        case Tag(on=on, names=names):
            return Written(on.module, at(on), {"added": list(names)})
        case Untag(on=on, names=names):
            return Written(on.module, at(on), {"removed": list(names)})
        case MoveActivity(module=module, activity=activity, to=to):
            return Written(module, activity, {"What_Id": spot(to)})
        case LinkRelated(on=on, list=related, id=other):
            return Written(on.module, at(on), {"added": {"list": related, "id": other}})
        case UnlinkRelated(on=on, list=related, id=other):
            return Written(on.module, at(on), {"removed": {"list": related, "id": other}})
        case ConvertInZoho():
            return Written("Leads", lead, None if done is None else done.before)
        case MarkLead(lead=marked, values=values):
            return Written("Leads", marked, values)
        case DeleteLead(lead=deleted):
            return Written("Leads", deleted)
        case Delete(module=module, id=other) | Restore(module=module, id=other):
            return Written(module, other)
        case CarryList(on=on):
            return Written(on.module, at(on))
    assert_never(entry.step)
