"""Does, for whoever wants to know: note what became of a conversion, once, in order."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session as Db

from . import journal
from .attempts import INSERTS
from .parts import Parts
from .store.conversions import Conversion
from .store.database import changed
from .store.events import Endpoint, Event, EventCount
from .store.models import Grant, Installation

TYPES = {"done": "lead.converted", "failed": "lead.failed", "undone": "lead.undone"}
"""State in which a conversion ends -> what is told of it."""
KEPT = timedelta(days=30)
ACTIVE = "active"
RUN = "endpoint-"
"""What the names of the runs that deliver begin with."""


News = tuple[str, dict[str, object]]
"""The type of an event, and its data."""


def news(
    db: Db, row: Conversion, state: str, problem: Mapping[str, object] | None = None
) -> News | None:
    """What is told of a conversion that comes to this state; None where nobody is told of it."""
    told = TYPES.get(state)
    return None if told is None else (told, _data(db, row, problem))


def note(parts: Parts, db: Db, row: Conversion, news: News | None) -> None:
    """Note that this has happened, within the caller's transaction, and have it told to whom it
    concerns.

    Whoever notes the same end twice says so twice: the caller sees to it that it is the first.
    """
    if news is None:
        return
    told, data = news
    event = Event(
        installation_id=row.installation_id,
        number=_next(db, row.installation_id),
        type=told,
        data=data,
        happened_at=parts.clock(),
    )
    db.add(event)
    db.flush()
    wake(parts, db, row.installation_id)


def wake(parts: Parts, db: Db, installation: int) -> None:
    """Have those told that want to be, once this is committed. Who has just failed is in line for
    later already."""
    free = or_(Endpoint.retry_at.is_(None), Endpoint.retry_at <= parts.clock())
    mine = (Endpoint.installation_id == installation, Endpoint.state == ACTIVE)
    for public_id in db.scalars(select(Endpoint.public_id).where(*mine, free)).all():
        put_in_line(parts, db, public_id, installation)


def put_in_line(parts: Parts, db: Db, endpoint: str, installation: int) -> None:
    """In a line of their own: a slow receiver takes no place from the org's conversions."""
    db.flush()
    parts.queue.enqueue(f"{RUN}{endpoint}", f"{installation}-events", connection=db.connection())


def as_told(installation: Installation, event: Event) -> dict[str, object]:
    """The payload, the same however often it is sent."""
    return {
        "id": ident(installation, event.number),
        "type": event.type,
        "timestamp": stamp(event.happened_at),
        "cursor": str(event.number),
        "data": {"org": installation.zgid, **event.data},
    }


def ident(installation: Installation, number: int) -> str:
    """By which a receiver knows an event that it has had already."""
    return f"evt_{installation.short_id}_{number}"


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def last(db: Db, installation: int) -> int:
    """The number of the last event; 0 where there was none."""
    count = db.get(EventCount, installation)
    return 0 if count is None else count.last


def forget(parts: Parts, db: Db) -> int:
    """Delete what happened too long ago. How many that were."""
    over = delete(Event).where(Event.happened_at < parts.clock() - KEPT)
    return changed(db, over)


def _next(db: Db, installation: int) -> int:
    first = INSERTS[db.get_bind().dialect.name](EventCount).values(
        installation_id=installation, last=1
    )
    more = first.on_conflict_do_update(
        index_elements=[EventCount.installation_id], set_={"last": EventCount.last + 1}
    )
    number: int = db.execute(more.returning(EventCount.last)).scalar_one()
    return number


def _data(db: Db, row: Conversion, problem: Mapping[str, object] | None) -> dict[str, object]:
    """Ids and codes alone: values of leads stay in the CRM."""
    lines = journal.lines(db, [row.id], undoing=False)
    back = journal.lines(db, [row.id], undoing=True)
    return {
        "conversion": row.public_id,
        "lead": row.lead_id,
        "target": row.target,
        "digest": row.digest,
        "asked_by": db.get_one(Grant, row.asker_id or row.grant_id).zoho_user_id,
        "records": [
            {"key": key, "module": module, "id": made}
            for key, module, made in journal.records_made(lines)
        ],
        "left_alone": list(row.left_alone or []),
        "undoing": bool(back),
        "problem": None if problem is None else _reason(problem),
    }


def _reason(problem: Mapping[str, object]) -> dict[str, object]:
    """Without sentences: Zoho's may repeat a value."""
    details = problem.get("details")
    known = details if isinstance(details, Mapping) else {}
    return {
        "code": problem.get("code"),
        "step": known.get("step"),
        "zoho_code": known.get("code"),
        "field": known.get("field"),
    }
