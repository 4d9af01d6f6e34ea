"""Does, for administrators: what came through the other door, what became of it, and once more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, select, update

from . import acting, inbox, refusals
from .errors import NotFound, WrongState
from .parts import Parts
from .sessions import Caller
from .store.conversions import Conversion
from .store.inbox import Delivery

Json = dict[str, Any]
AGAIN = ("failed", "nothing", "dropped")
"""States in which a delivery can be dealt with once more."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which deliveries, and how many of them at once."""

    state: str = ""
    lead: str = ""
    before: str = ""
    """The last one of the page before."""
    limit: int = 50


def listed(parts: Parts, caller: Caller, page: Page) -> Json:
    """The deliveries of the org, the newest first. Raises NotFound where `before` names none."""
    wanted = select(Delivery).where(Delivery.installation_id == caller.installation.id)
    if page.state:
        wanted = wanted.where(Delivery.state == page.state)
    if page.lead:
        wanted = wanted.where(Delivery.lead_id == page.lead)
    if page.before:
        wanted = wanted.where(Delivery.id < _row(parts, caller, page.before).id)
    with parts.sessions() as db:
        rows = list(db.scalars(wanted.order_by(Delivery.id.desc()).limit(page.limit + 1)))
    shown = rows[: page.limit]
    states = _conversions(parts, caller, shown)
    return {
        "deliveries": [view(one, states) for one in shown],
        "next": shown[-1].public_id if len(rows) > len(shown) else None,
        "refused": refusals.view(parts, caller.installation.id),
    }


def find(parts: Parts, caller: Caller, public_id: str) -> Json:
    """One delivery. Raises NotFound."""
    row = _row(parts, caller, public_id)
    return view(row, _conversions(parts, caller, [row]))


def replay(parts: Parts, caller: Caller, public_id: str) -> Json:
    """Deal with it once more, whatever it came to before. Raises NotFound, and WrongState where it
    was done, is still in line, or was not understood."""
    row = _row(parts, caller, public_id)
    if row.state not in AGAIN or not row.lead_id:
        raise WrongState(
            "Only what was understood and came to nothing can be done again.",
            details={"state": row.state},
        )
    problem = acting.INSISTS if row.state == "dropped" else None
    with parts.sessions.begin() as db:
        changed: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
            update(Delivery)
            .where(Delivery.id == row.id, Delivery.state == row.state)
            .values(
                state="accepted", problem=problem, conversion=None, changed_at=parts.clock(),
                replays=Delivery.replays + 1,
            )
        )  # fmt: skip
        if changed.rowcount == 1:
            inbox.due(parts, db, row.installation_id, row.lead_id)
    return find(parts, caller, public_id)


def view(row: Delivery, states: Mapping[str, str]) -> Json:
    """A delivery as our API shows it: nothing of the lead but its id."""
    made = row.conversion
    return {
        "id": row.public_id,
        "kind": row.kind,
        "lead": row.lead_id or None,
        "action": row.action or None,
        "rule": row.rule or None,
        "target": row.target or None,
        "version": row.version or None,
        "written_as": row.written_as,
        "keys": row.keys,
        "state": row.state,
        "problem": row.problem,
        "conversion": None if made is None else {"id": made, "state": states.get(made)},
        "conversion_state": None if made is None else states.get(made),
        "written": None
        if row.written is None
        else {name: row.written.get(name) for name in ("state", "values")},
        "repeats": row.repeats,
        "replays": row.replays,
        "received_at": row.received_at.isoformat(),
        "changed_at": row.changed_at.isoformat(),
    }


def _conversions(parts: Parts, caller: Caller, rows: Iterable[Delivery]) -> dict[str, str]:
    """How far those that they asked for have come."""
    names = [one.conversion for one in rows if one.conversion]
    if not names:
        return {}
    wanted = select(Conversion.public_id, Conversion.state).where(
        Conversion.installation_id == caller.installation.id, Conversion.public_id.in_(names)
    )
    with parts.sessions() as db:
        return {row.public_id: row.state for row in db.execute(wanted)}


def _row(parts: Parts, caller: Caller, public_id: str) -> Delivery:
    with parts.sessions() as db:
        row = db.scalar(
            select(Delivery).where(
                Delivery.installation_id == caller.installation.id,
                Delivery.public_id == public_id,
            )
        )
    if row is None:
        raise NotFound("There is no such delivery.")
    return row
