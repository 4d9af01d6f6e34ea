"""Does, for the queue: what is to be done for the runs of batches.

`batch-ID` plans a batch, makes its conversions once it is started, or turns them back; `batch-ID.N`
carries out the N-th hundred of them.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session as Db

from . import (
    batch_planning,
    batch_views,
    batches,
    held_up,
    in_line,
    journal,
    requested,
    running,
    sharing,
    spending,
    undoing,
)  # fmt: skip
from .attempts import Again, Done, Duty, Verdict, Waiting
from .backoff import BUSY_SECONDS, Backoff
from .ending import FAULT, sign_in
from .errors import ExtensionError, GrantRevoked, ScopeMissing, ZohoBusy, ZohoUnclear
from .parts import Parts
from .planning import crowd
from .runs import TO_LOOK_AT
from .sessions import Caller
from .store.batches import Batch, BatchRow
from .store.conversions import Conversion
from .store.models import Grant, Installation
from .zoho.thinking import give_way

RUN = re.compile(rf"{in_line.BATCH}([a-z0-9]+)(?:\.([0-9]+))?")
AT_ONCE = crowd.CHUNK
CARRYING = ("running", "undoing")


def duty(parts: Parts, otherwise: Duty) -> Duty:
    """What the engine does for a run: those named after a batch are ours, others another's."""
    backoff = Backoff()

    def work(run_id: str) -> Verdict:
        found = RUN.fullmatch(run_id)
        if found is None:
            return otherwise.work(run_id)
        return process(parts, found[1], found[2], backoff)

    def gave_up(run_id: str) -> None:
        found = RUN.fullmatch(run_id)
        give_up(parts, found[1], found[2]) if found else otherwise.gave_up(run_id)

    return Duty(work, gave_up)


def process(
    parts: Parts, public_id: str, chunk: str | None = None, backoff: Backoff | None = None
) -> Verdict:
    """Do what is due for the batch, or for a chunk of it."""
    row = _row(parts, public_id)
    if row is None:
        return Done()
    waiting = backoff or Backoff()
    name = f"{public_id}.{chunk}"
    if chunk is not None:
        return _carry_out(parts, row, int(chunk), waiting)
    try:
        match row.state:
            case "planning":
                batch_planning.plan(parts, row)
            case "running":
                make_conversions(parts, row)
            case "to_undo":
                _turn_back(parts, row)
    except (ZohoBusy, ZohoUnclear) as error:
        least = float(str(error.details.get("retry_after", BUSY_SECONDS)))
        return Again(waiting.longer(name, least))
    except (GrantRevoked, ScopeMissing):
        _say(parts, row, sign_in(_asker(parts, row)), ("planning", "to_undo"))
        return Waiting()
    except ExtensionError as error:
        reason = {"code": error.code, "message": error.message, "details": {}}
        _stop(parts, row, reason)
    waiting.over(name)
    return Done()


def _asker(parts: Parts, row: Batch) -> Grant:
    """As whom it is planned, or taken back."""
    with parts.sessions() as db:
        return db.get_one(Grant, (row.state == "to_undo" and row.undone_by) or row.grant_id)


def _row(parts: Parts, public_id: str) -> Batch | None:
    with parts.sessions() as db:
        return db.scalar(select(Batch).where(Batch.public_id == public_id))


def _stop(parts: Parts, row: Batch, reason: dict[str, Any]) -> None:
    """What was not planned, not made or not turned back cannot be: for all of them the reason is
    the same, and all of it can be tried again."""
    with parts.sessions.begin() as db:
        left = (BatchRow.batch_id == row.id, BatchRow.state.in_(LEFT.get(row.state, ())))
        db.execute(update(BatchRow).where(*left).values(state="blocked", reason=reason))
        if row.state == "to_undo":
            mine = (Batch.id == row.id, Batch.state == "to_undo")
            values = {"state": "running", "problem": reason, "changed_at": parts.clock()}
            db.execute(update(Batch).where(*mine).values(**values))
            batches.put_chunks_in_line(parts, db, row)
    # With nothing listed any more, planning ends by summing up, which asks nobody.
    batch_planning.sum_up(parts, row, reason)


LEFT = {"planning": ("listed",), "running": ("planned",)}
"""What the rows are of which nothing will become, by what the batch is about."""


def give_up(parts: Parts, public_id: str, chunk: str | None) -> None:
    """Note that a fault of ours keeps it from going on; it can be tried again."""
    row = _row(parts, public_id)
    if row is None:
        return
    if chunk is None:
        _stop(parts, row, FAULT)
        return
    for one in _conversions(parts, row, int(chunk)):
        running.give_up(parts, one)


def make_conversions(parts: Parts, row: Batch) -> None:
    """Of what was planned, each hundred in one transaction with their place in line: whoever is
    interrupted goes on with those that are not made yet."""
    while _make_some(parts, row):
        give_way()


def _make_some(parts: Parts, row: Batch) -> bool:
    with parts.sessions.begin() as db:
        # Nobody cancels it, and no other worker makes the same ones, before this is over.
        mine = (Batch.id == row.id, Batch.state == "running")
        held = db.execute(
            update(Batch).where(*mine).values(changed_at=parts.clock()).returning(Batch.id)
        )
        if held.scalar_one_or_none() is None:
            return False
        of = (BatchRow.batch_id == row.id, BatchRow.state == "planned")
        found = db.scalars(
            select(BatchRow).where(*of).order_by(BatchRow.place).limit(AT_ONCE)
        ).all()
        if not found:
            return False
        why = _obstacles(db, row, found)
        made = {one.id: _conversion(parts, row, one) for one in found if one.id not in why}
        db.add_all(made.values())
        db.flush()
        for one in found:
            if one.id not in made:
                one.state, one.reason = "blocked", why[one.id]
                continue
            conversion = made[one.id]
            journal.write_down(db, conversion, journal.drafted(crowd.steps_of(conversion.plan)))
            one.state, one.conversion_id, one.plan = "started", conversion.id, None
        db.flush()
        for one in found:
            if one.joined_to is not None and one.id in made:
                _await(db, row, one, made[one.id])
        _chunks_in_line(parts, db, row, found)
    return True


ELSEWHERE: dict[str, object] = {
    "code": "under_way",
    "message": "Another conversion of this lead is open. Let it end, or cancel it, first.",
    "details": {},
}


def _obstacles(db: Db, row: Batch, found: Sequence[BatchRow]) -> dict[int, dict[str, object]]:
    """Why some get no conversion: theirs is being converted, or whose record they were to share."""
    taken = _under_way(db, row, found)
    joined = [one.joined_to for one in found if one.joined_to is not None]
    wanted = select(BatchRow.place).where(
        BatchRow.batch_id == row.id,
        BatchRow.place.in_(joined),
        BatchRow.conversion_id.is_not(None),
    )
    there = {*db.scalars(wanted), *(one.place for one in found if one.lead_id not in taken)}
    why: dict[int, dict[str, object]] = {}
    for one in found:
        if one.lead_id in taken:
            why[one.id] = ELSEWHERE
        elif one.joined_to is not None and one.joined_to not in there:
            why[one.id] = dict(sharing.NOT_THERE)
            there.discard(one.place)
    return why


def _under_way(db: Db, row: Batch, found: Sequence[BatchRow]) -> set[str]:
    """The leads of which another conversion is open."""
    wanted = select(Conversion.lead_id).where(
        Conversion.installation_id == row.installation_id,
        Conversion.open.is_(True),
        Conversion.lead_id.in_([one.lead_id for one in found]),
    )
    return set(db.scalars(wanted))


def _conversion(parts: Parts, row: Batch, one: BatchRow) -> Conversion:
    return Conversion(
        public_id=requested.new_id(),
        installation_id=row.installation_id,
        grant_id=row.grant_id,
        lead_id=one.lead_id,
        lead_stamp=one.lead_stamp,
        target=one.target,
        state="queued",
        open=True,
        choices=one.choices or {},
        plan=one.plan or {"steps": []},
        digest=one.digest,
        created_at=parts.clock(),
        changed_at=parts.clock(),
        batch_id=row.id,
    )


def _await(db: Any, row: Batch, one: BatchRow, conversion: Conversion) -> None:
    """Note with whose record it goes on, once that is there."""
    other = db.scalar(
        select(BatchRow.conversion_id).where(
            BatchRow.batch_id == row.id, BatchRow.place == one.joined_to
        )
    )
    records = crowd.awaited(conversion.plan, one.joined_to or 0)
    conversion.awaits = {"conversion": other, "records": records}


def _chunks_in_line(parts: Parts, db: Any, row: Batch, found: Sequence[BatchRow]) -> None:
    for number in sorted({(one.place - 1) // crowd.CHUNK for one in found}):
        in_line.put_chunk(parts, db, row.installation_id, row.public_id, number)


def _conversions(parts: Parts, row: Batch, chunk: int) -> list[str]:
    first = chunk * crowd.CHUNK
    wanted = (
        select(Conversion.public_id)
        .join(BatchRow, BatchRow.conversion_id == Conversion.id)
        .where(
            BatchRow.batch_id == row.id,
            BatchRow.place > first,
            BatchRow.place <= first + crowd.CHUNK,
            TO_LOOK_AT,
        )
        .order_by(BatchRow.place)
    )
    with parts.sessions() as db:
        return list(db.scalars(wanted))


def _carry_out(parts: Parts, row: Batch, chunk: int, backoff: Backoff) -> Verdict:
    """The chunk's waves, unless the credits are nearly spent: then later, by itself."""
    left = spending.left(parts, row.installation_id)
    if left is not None and left < spending.RESERVE:
        return _pause(parts, row)
    name = f"{row.public_id}.{chunk}"

    def got_on() -> None:
        backoff.over(name)
        _go_on(parts, row)

    # That Zoho is not busy any more is known once something gets on.
    if row.problem != held_up.BUSY:
        _go_on(parts, row)
    ids, why = _conversions(parts, row, chunk), list[held_up.Problem]()
    wait = running.run(parts, ids, reserve=spending.RESERVE, got_on=got_on, waits=why.append)
    if why:
        _say(parts, row, why[0])
    else:
        _go_on(parts, row)
    left = spending.left(parts, row.installation_id)
    if wait is not None and left is not None and left < spending.RESERVE:
        return _pause(parts, row)
    if wait is None:
        backoff.over(name)
        return Waiting()
    return Again(backoff.longer(name, wait))


def _pause(parts: Parts, row: Batch) -> Verdict:
    until = parts.clock() + timedelta(seconds=spending.PAUSE_SECONDS)
    _say(parts, row, spending.paused(until.isoformat()))
    return Again(spending.PAUSE_SECONDS)


def _go_on(parts: Parts, row: Batch) -> None:
    if row.problem is not None:
        _say(parts, row, None)
        row.problem = None


def _say(
    parts: Parts, row: Batch, problem: dict[str, Any] | None, states: Sequence[str] = CARRYING
) -> None:
    with parts.sessions.begin() as db:
        mine = (Batch.id == row.id, Batch.state.in_(states))
        db.execute(update(Batch).where(*mine).values(problem=problem, changed_at=parts.clock()))


def _turn_back(parts: Parts, row: Batch) -> None:
    """Each conversion that can be undone, a hundred at a time."""
    with parts.sessions() as db:
        grant = db.get_one(Grant, row.undone_by)
        caller = Caller(db.get_one(Installation, row.installation_id), grant, parts.clock())
        done = db.scalars(
            select(Conversion.id)
            .where(Conversion.batch_id == row.id, batch_views.TO_TAKE_BACK)
            .order_by(Conversion.id.desc())
        ).all()
    for at in range(0, len(done), AT_ONCE):
        ids = done[at : at + AT_ONCE]
        with parts.sessions() as db:
            some = db.scalars(select(Conversion).where(Conversion.id.in_(ids))).all()
        company = sharing.company(parts, ids)
        undoing.undo_together(parts, caller, some, force=bool(row.force), company=company)
    with parts.sessions.begin() as db:
        mine = (Batch.id == row.id, Batch.state == "to_undo")
        db.execute(update(Batch).where(*mine).values(state="undoing", problem=None,
                                                     changed_at=parts.clock()))  # fmt: skip
        batches.put_chunks_in_line(parts, db, row)


def person_is_back(parts: Parts, grant_id: int) -> None:
    """Put in line again whatever waits for this person to sign in: their batches as batches."""
    mine = or_(Batch.grant_id == grant_id, Batch.undone_by == grant_id)
    with parts.sessions.begin() as db:
        several = requested.person_is_back(parts, db, grant_id)
        asked = or_(Batch.id.in_(several), Batch.state.in_(("planning", "to_undo")) & mine)
        for row in db.scalars(select(Batch).where(asked)).all():
            if (row.problem or {}).get("code") == "sign_in":
                row.problem, row.changed_at = None, parts.clock()
                batches.put_in_line(parts, db, row)
            if row.id in several:
                batches.put_chunks_in_line(parts, db, row)
