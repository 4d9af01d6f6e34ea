"""Batches and their ledgers as our API shows them."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, and_, case, cast, false, func, or_, select
from sqlalchemy.orm import Session as Db

from . import journal, left_alone
from .parts import Parts
from .store.batches import Batch, BatchRow
from .store.conversions import Conversion, Line
from .store.models import Grant

Json = dict[str, Any]
STATES = (
    "listed", "planned", "blocked", "queued", "running", "waiting", "done", "failed", "cancelled",
    "undoing", "undone",
)  # fmt: skip
MOVING = ("queued", "running")
STANDING = ("done", "waiting", "cancelled", "undone")
"""States of a batch in which it can be taken back."""
STOOD = ("done", "failed", "cancelled")
"""States of conversions that may have done something which was not taken back."""
MOST_ROWS = 200
STATE = func.coalesce(Conversion.state, BatchRow.state)
COLUMNS = (
    "place", "lead", "name", "company", "state", "reason", "target", "records", "left_alone",
    "lost", "losses", "joined_to", "conversion",
)  # fmt: skip
LEFT_ALONE = func.length(cast(Conversion.left_alone, String)) > len("null")
"""Whether undoing has left records of a conversion alone: a list of them, and no empty one."""
TO_TAKE_BACK = or_(
    Conversion.state.in_(STOOD),
    and_(Conversion.state == "undone", LEFT_ALONE),
)
"""Whether undoing would look at a conversion."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def view(parts: Parts, row: Batch) -> Json:
    """How far a batch has come."""
    with parts.sessions() as db:
        return seen(db, row)


def seen(db: Db, row: Batch) -> Json:
    """The same, as this transaction sees it."""
    counts = _counts(db, row.id)
    lost, losing, joined = db.execute(
        select(
            func.coalesce(func.sum(BatchRow.lost), 0),
            func.coalesce(func.sum(case((BatchRow.lost > 0, 1), else_=0)), 0),
            func.count(BatchRow.joined_to),
        ).where(BatchRow.batch_id == row.id)
    ).one()
    last = db.scalar(select(func.max(Conversion.changed_at)).where(Conversion.batch_id == row.id))
    left = db.scalar(
        select(func.count()).where(Conversion.batch_id == row.id, LEFT_ALONE)
    )  # fmt: skip
    who = db.get(Grant, row.grant_id)
    state = state_of(row, counts)
    return {
        "id": row.public_id,
        "state": state,
        "target": row.target,
        "target_label": row.target_label,
        "choices": row.choices,
        "leads": sum(counts.values()),
        "counts": counts,
        "lost": int(lost),
        "leads_with_losses": int(losing),
        "joined": int(joined),
        "left_alone": int(left or 0),
        "undoable": _undoable(db, row.id) if state in STANDING else 0,
        "estimate": row.estimate,
        "possible": state == "planned" and counts["planned"] > 0 and row.problem is None,
        "problem": row.problem,
        "digest": row.digest,
        "seconds_left": _seconds_left(row, counts, state, last),
        "created_at": row.created_at.isoformat(),
        "changed_at": max(one for one in (row.changed_at, last) if one is not None).isoformat(),
        "asked_by": who.user_name if who is not None else "",
    }


def state_of(row: Batch, counts: Mapping[str, int]) -> str:
    """What is said of it as a whole."""
    moving = sum(counts[one] for one in MOVING) + (
        counts["planned"] if row.state == "running" else 0
    )
    if row.state in ("planning", "to_undo") and (row.problem or {}).get("code") == "sign_in":
        return "waiting"
    match row.state:
        case "running" if moving or counts["undoing"]:
            return "paused" if row.problem else "running"
        case "running":
            return "waiting" if counts["waiting"] else "done"
        case "to_undo":
            return "undoing"
        case "undoing" if not counts["undoing"]:
            return "undone"
        case "cancelled" if counts["running"]:
            return "running"
    return row.state


def _counts(db: Db, batch: int) -> dict[str, int]:
    wanted = (
        select(STATE, func.count())
        .select_from(BatchRow)
        .outerjoin(Conversion, Conversion.id == BatchRow.conversion_id)
        .where(BatchRow.batch_id == batch)
        .group_by(STATE)
    )
    found = {str(one[0]): int(one[1]) for one in db.execute(wanted).all()}
    return {name: found.get(name, 0) for name in STATES}


def _undoable(db: Db, batch: int) -> int:
    """How many conversions have done something that can be taken back."""
    something = select(Line.id).where(
        Line.conversion_id == Conversion.id, Line.undoing.is_(False), Line.state == "done"
    )
    never = cast(Conversion.left_alone, String).contains('"cannot_undo"')
    wanted = select(func.count()).where(
        Conversion.batch_id == batch,
        Conversion.state.in_(STOOD),
        func.coalesce(never, false()).is_(False),
        something.exists(),
    )
    return int(db.scalar(wanted) or 0)


def _seconds_left(
    row: Batch, counts: Mapping[str, int], state: str, now: datetime | None
) -> int | None:
    """As fast as until now; before anything is done, as was estimated."""
    if state != "running" or row.estimate is None:
        return None
    over = counts["done"] + counts["failed"]
    left = counts["planned"] + sum(counts[one] for one in MOVING)
    if over and now is not None and row.started_at is not None:
        return round((now - row.started_at).total_seconds() / over * left)
    share = left / max(1, left + over)
    return round(float(str(row.estimate["seconds"])) * share)


def ledger(parts: Parts, row: Batch, *, state: str = "", after: int = 0, limit: int) -> Json:
    """A page of its leads, by place."""
    with parts.sessions() as db:
        wanted = _rows(row.id, state).where(BatchRow.place > after).limit(limit + 1)
        found = [(one, other) for one, other in db.execute(wanted).all()]
        rows = list(_shown(db, found[:limit]))
    return {"rows": rows, "next": rows[-1]["place"] if len(found) > limit else None}


def _rows(batch: int, state: str = "") -> Select[BatchRow, Conversion]:
    wanted = (
        select(BatchRow, Conversion)
        .outerjoin(Conversion, Conversion.id == BatchRow.conversion_id)
        .where(BatchRow.batch_id == batch)
        .order_by(BatchRow.place)
    )
    return wanted.where(STATE.in_([state])) if state else wanted


def _shown(db: Db, found: Sequence[tuple[BatchRow, Conversion | None]]) -> Iterator[Json]:
    made = _made(db, [other.id for _, other in found if other is not None])
    for one, conversion in found:
        yield {
            "place": one.place,
            "lead": one.lead_id,
            "name": one.name,
            "company": one.company,
            "state": one.state if conversion is None else conversion.state,
            "reason": one.reason if conversion is None else conversion.problem,
            "target": one.target,
            "records": [] if conversion is None else made.get(conversion.id, []),
            "left_alone": [] if conversion is None else left_alone.told(conversion),
            "losses": one.losses or [],
            "lost": one.lost,
            "joined_to": one.joined_to,
            "conversion": None if conversion is None else conversion.public_id,
            "question": None if conversion is None else conversion.question,
        }


def _made(db: Db, conversions: Sequence[int]) -> dict[int, list[Json]]:
    if not conversions:
        return {}
    wanted = select(Line).where(
        Line.conversion_id.in_(conversions),
        Line.undoing.is_(False),
        Line.state == "done",
        Line.step["kind"].as_string().in_(["Create", "ConvertInZoho"]),
    )
    found: dict[int, list[Json]] = {}
    for line in db.scalars(wanted.order_by(Line.conversion_id, Line.place)):
        some = found.setdefault(line.conversion_id, [])
        some += [
            {"key": key, "module": module, "id": ident}
            for key, module, ident in journal.records_made([journal.entry(line)])
        ]
    return found


def as_csv(parts: Parts, row: Batch) -> Iterator[str]:
    """The whole ledger, page by page; Excel knows by the first letter that it is UTF-8."""
    yield "\ufeff" + _line(COLUMNS)
    after: int | None = 0
    while after is not None:
        page = ledger(parts, row, after=after, limit=MOST_ROWS)
        yield "".join(_line(_cells(one)) for one in page["rows"])
        after = page["next"]


def _cells(row: Json) -> list[str]:
    reason = row["reason"] or row["question"] or {}
    records = "; ".join(f"{one['module']} {one['id']}" for one in row["records"])
    losses = "; ".join(f"{one['label']}: {one['message']}" for one in row["losses"])
    told = {
        **row, "reason": reason.get("message", ""), "records": records, "losses": losses,
        "left_alone": "; ".join(map(stays, row["left_alone"])),
    }  # fmt: skip
    return ["" if told[name] is None else str(told[name]) for name in COLUMNS]


def stays(one: Json) -> str:
    """What undoing did not touch, and why, in a sentence."""
    return f"{one['module']} {one['id']}: {one['message']}"


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(one) for one in cells])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """What a spreadsheet would take for a formula is a text.
    https://owasp.org/www-community/attacks/CSV_Injection"""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
