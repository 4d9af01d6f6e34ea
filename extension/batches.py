"""Does, for who converts many leads: have them planned, agree to that, stop it, take it back."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Db

from . import batch_views, batch_wishes, in_line, requested, spending
from .batch_views import view
from .batch_wishes import Wish
from .errors import NotFound, NotPossible, PlanChanged, WrongState
from .parts import Parts
from .planning import crowd
from .runs import UNDER_WAY
from .sessions import Caller
from .store.batches import Batch, BatchRow
from .store.conversions import Conversion, keep
from .store.database import changed

Json = dict[str, Any]
MOST = 10_000
"""Leads of one batch."""
MOST_LISTED = 100
OPEN = ("planning", "planned", "running", "to_undo", "undoing")
ABANDONED = timedelta(days=7)


def request(parts: Parts, caller: Caller, wish: Wish) -> Json:
    """Have these leads planned; nothing is written to Zoho. The same key brings the same batch.

    Raises InvalidInput where a lead is named twice, or something decided can be for none of them.
    """
    there = _of_key(parts, caller, wish.idempotency_key)
    if there is not None:
        return view(parts, there)
    batch_wishes.each_once(wish.leads)
    label = batch_wishes.checked(parts, caller, wish.choices)
    row = Batch(
        public_id=requested.new_id(),
        installation_id=caller.installation.id,
        grant_id=caller.grant.id,
        target=str(wish.choices["target"]),
        target_label=label,
        choices=dict(wish.choices),
        state="planning",
        idempotency_key=wish.idempotency_key or None,
        created_at=parts.clock(),
        changed_at=parts.clock(),
    )
    try:
        with parts.sessions.begin() as db:
            db.add(row)
            db.flush()
            _add(db, row, wish.leads, 0)
            put_in_line(parts, db, row)
    except IntegrityError:
        there = _of_key(parts, caller, wish.idempotency_key)
        if there is None:
            raise
        return view(parts, there)
    return view(parts, row)


def add(parts: Parts, caller: Caller, public_id: str, leads: Sequence[str]) -> Json:
    """More leads, before it is started. Raises WrongState, and InvalidInput where they are too
    many, or named before."""
    batch_wishes.each_once(leads)
    row = _mine(parts, caller, public_id)
    with parts.sessions.begin() as db:
        # Held until the end: nobody starts it, or adds to it, meanwhile.
        _move(parts, db, row, ("planning", "planned"), "planning", digest=None, estimate=None)
        count = db.scalar(select(func.count()).where(BatchRow.batch_id == row.id)) or 0
        known = (BatchRow.batch_id == row.id, BatchRow.lead_id.in_(list(leads)))
        if db.scalar(select(BatchRow.id).where(*known).limit(1)) is not None:
            raise batch_wishes.bad("leads", "Some of these leads are in the batch already.")
        if count + len(leads) > MOST:
            raise batch_wishes.bad("leads", f"A batch has at most {MOST:,} leads.")
        _add(db, row, leads, count)
        put_in_line(parts, db, row)
    return find(parts, caller, public_id)


def find(parts: Parts, caller: Caller, public_id: str) -> Json:
    """How far a batch has come. Raises NotFound where it is somebody else's."""
    return view(parts, _mine(parts, caller, public_id))


def of_person(parts: Parts, caller: Caller, *, only_open: bool = False) -> list[Json]:
    """The person's own, the newest first; for an administrator those of the whole org."""
    wanted = select(Batch).where(Batch.installation_id == caller.installation.id)
    if not caller.grant.administrator:
        wanted = wanted.where(Batch.grant_id == caller.grant.id)
    if only_open:
        wanted = wanted.where(Batch.state.in_(OPEN), Batch.changed_at > parts.clock() - ABANDONED)
    with parts.sessions() as db:
        rows = db.scalars(wanted.order_by(Batch.id.desc()).limit(MOST_LISTED)).all()
        views = [batch_views.seen(db, row) for row in rows]
    over = ("done", "undone", "cancelled")
    return [one for one in views if not (only_open and one["state"] in over)]


def ledger(
    parts: Parts, caller: Caller, public_id: str, *, state: str = "", after: int = 0, limit: int
) -> Json:
    """A page of its leads. Raises NotFound."""
    row = _mine(parts, caller, public_id)
    return batch_views.ledger(parts, row, state=state, after=after, limit=limit)


def ledger_csv(parts: Parts, caller: Caller, public_id: str) -> Iterable[str]:
    return batch_views.as_csv(parts, _mine(parts, caller, public_id))


def start(parts: Parts, caller: Caller, public_id: str, digest: str) -> Json:
    """Have carried out what the person has seen, and nothing else. Twice is once.

    Raises PlanChanged where they saw something else, NotPossible where the credits will not do or
    no lead can be converted, WrongState.
    """
    row = _mine(parts, caller, public_id)
    if row.started_at is not None and row.digest == digest and row.state == "running":
        return view(parts, row)
    if row.state != "planned":
        raise wrong_state(row)
    if row.digest != digest:
        raise PlanChanged(
            "The plan is not the one that was seen. Look at it again.",
            details={"batch": view(parts, row)},
        )
    seen = view(parts, row)
    if not seen["counts"]["planned"]:
        raise NotPossible("None of these leads can be converted.", details={"blockers": []})
    spending.afford(parts, row)
    started = row.started_at or parts.clock()
    # Somebody else's click of this very moment is as good.
    with suppress(WrongState), parts.sessions.begin() as db:
        _move(parts, db, row, ("planned",), "running", started_at=started)
        put_in_line(parts, db, row)
    return find(parts, caller, public_id)


def start_planned(
    parts: Parts, caller: Caller, leads: Sequence[str], choices: Mapping[str, object], digest: str
) -> Json:
    """The same for the person's batch of that digest, if it is of these leads.
    Raises NotFound, and what starting raises."""
    batch_wishes.each_once(leads)
    mine = (
        Batch.installation_id == caller.installation.id,
        Batch.grant_id == caller.grant.id,
        Batch.digest == digest,
    )
    with parts.sessions() as db:
        row = db.scalar(select(Batch).where(*mine).order_by(Batch.id.desc()).limit(1))
        of = select(BatchRow.lead_id).where(BatchRow.batch_id == (row.id if row else 0))
        there = set(db.scalars(of))
    if row is None or there != set(leads) or dict(choices) != row.choices:
        raise NotFound("No batch of these leads was planned like that. POST /batches plans one.")
    return start(parts, caller, row.public_id, digest)


def cancel(parts: Parts, caller: Caller, public_id: str) -> Json:
    """Do nothing more of it; what is being sent to Zoho just now is finished. Raises WrongState."""
    row = _mine(parts, caller, public_id)
    state = view(parts, row)["state"]
    if state in ("done", "cancelled", "undone", "undoing"):
        raise wrong_state(row, state)
    now = parts.clock()
    with parts.sessions.begin() as db:
        _move(parts, db, row, ("planning", "planned", "running"), "cancelled", problem=None)
        left = (BatchRow.batch_id == row.id, BatchRow.state.in_(("listed", "planned")))
        db.execute(update(BatchRow).where(*left).values(state="cancelled"))
        keep(db, Conversion.batch_id == row.id)
        asked = (Conversion.batch_id == row.id, Conversion.state == "waiting")
        for one in db.scalars(select(Conversion).where(*asked)):
            requested.never_mind(parts, db, one)
        db.execute(
            update(Conversion)
            .where(
                Conversion.batch_id == row.id,
                Conversion.state.in_(("queued", "running", "waiting")),
            )
            .values(state="cancelled", open=None, question=None, changed_at=now)
        )
        # What has failed stays so, but is in the way of nobody who tries anew.
        failed = (Conversion.batch_id == row.id, Conversion.state == "failed")
        db.execute(update(Conversion).where(*failed).values(open=None))
        of = (Conversion.batch_id == row.id, UNDER_WAY.exists())
        if db.scalar(select(Conversion.id).where(*of).limit(1)) is not None:
            # What became of that is found out all the same.
            put_chunks_in_line(parts, db, row)
    return find(parts, caller, public_id)


def retry(parts: Parts, caller: Caller, public_id: str) -> Json:
    """Send what Zoho refused once more; what was blocked is planned again, and wants another
    start. Raises WrongState."""
    row = _mine(parts, caller, public_id)
    state = view(parts, row)["state"]
    with parts.sessions.begin() as db:
        failed = db.scalars(
            select(Conversion).where(Conversion.batch_id == row.id, Conversion.state == "failed")
        ).all()
        blocked = (BatchRow.batch_id == row.id, BatchRow.state == "blocked")
        again = db.scalars(select(BatchRow.id).where(*blocked)).all()
        if not (failed or again) or state in ("planning", "undoing", "undone", "cancelled"):
            raise wrong_state(row, state)
        for one in failed:
            requested.again(parts, db, one, queue=False)
        anew = {"reason": None, "joined_to": None, "losses": None, "lost": 0}
        db.execute(update(BatchRow).where(*blocked).values(state="listed", **anew))
        now = "planning" if again else "running"
        _move(parts, db, row, ("planned", "running"), now, problem=None)
        put_in_line(parts, db, row)
        put_chunks_in_line(parts, db, row)
    return find(parts, caller, public_id)


def undo(parts: Parts, caller: Caller, public_id: str, *, force: bool = False) -> Json:
    """Take back every conversion of it that can be; what somebody has changed since only with
    `force`. Raises WrongState where there is none."""
    row = _mine(parts, caller, public_id)
    seen = view(parts, row)
    some = [*(seen["counts"][one] for one in batch_views.STOOD), seen["left_alone"]]
    if seen["state"] not in batch_views.STANDING or not any(some):
        raise wrong_state(row, seen["state"])
    with parts.sessions.begin() as db:
        _move(parts, db, row, (row.state,), "to_undo", force=force, undone_by=caller.grant.id,
              problem=None)  # fmt: skip
        put_in_line(parts, db, row)
    return find(parts, caller, public_id)


def put_in_line(parts: Parts, db: Db, row: Batch) -> None:
    """Have it planned, or its conversions made, once this is committed: in a line of its own, so
    that it takes no place from a single click."""
    db.flush()
    parts.queue.enqueue(
        f"{in_line.BATCH}{row.public_id}",
        in_line.of_batches(row.installation_id),
        connection=db.connection(),
    )


def put_chunks_in_line(parts: Parts, db: Db, row: Batch) -> None:
    """Have every chunk of it looked at that has conversions."""
    last = db.scalar(
        select(func.max(BatchRow.place)).where(
            BatchRow.batch_id == row.id, BatchRow.conversion_id.is_not(None)
        )
    )
    db.flush()
    for number in range(0 if last is None else -(-last // crowd.CHUNK)):
        in_line.put_chunk(parts, db, row.installation_id, row.public_id, number)


def wrong_state(row: Batch, state: str = "") -> WrongState:
    now = state or row.state
    return WrongState(f"This cannot be done with a batch that is {now}.", details={"state": now})


def _move(
    parts: Parts, db: Db, row: Batch, states: Sequence[str], to: str, **values: Any
) -> None:  # fmt: skip
    moved: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
        update(Batch)
        .where(Batch.id == row.id, Batch.state.in_(states))
        .values(state=to, changed_at=parts.clock(), **values)
    )
    if moved.rowcount != 1:
        raise wrong_state(row)


def _mine(parts: Parts, caller: Caller, public_id: str) -> Batch:
    with parts.sessions() as db:
        row = db.scalar(
            select(Batch).where(
                Batch.installation_id == caller.installation.id, Batch.public_id == public_id
            )
        )
    if row is None or not (row.grant_id == caller.grant.id or caller.grant.administrator):
        raise NotFound("There is no such batch.")
    return row


def _of_key(parts: Parts, caller: Caller, key: str) -> Batch | None:
    mine = (Batch.installation_id == caller.installation.id, Batch.grant_id == caller.grant.id)
    with parts.sessions() as db:
        wanted = select(Batch).where(*mine, Batch.idempotency_key == key)
        return db.scalar(wanted) if key else None


def _add(db: Db, row: Batch, leads: Sequence[str], after: int) -> None:
    db.add_all(
        BatchRow(
            batch_id=row.id, installation_id=row.installation_id, place=place, lead_id=lead,
            state="listed",
        )
        for place, lead in enumerate(leads, after + 1)
    )  # fmt: skip


def forget(parts: Parts, db: Db) -> int:
    """Delete of batches what is about conversions that are forgotten, and those of which nothing
    is left. How many leads and batches that were."""
    before = parts.clock() - timedelta(days=parts.config.audit_days)
    rows = delete(BatchRow).where(BatchRow.state == "started", BatchRow.conversion_id.is_(None))
    left = select(Conversion.id).where(Conversion.batch_id == Batch.id).exists()
    old = delete(Batch).where(Batch.changed_at < before, ~left)
    return changed(db, rows) + changed(db, old)
