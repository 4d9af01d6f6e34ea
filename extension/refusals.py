"""Does, for administrators: how many calls were refused for want of proof. Who calls is told
nothing of it; of what they sent nothing is kept."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session as Db

from .attempts import INSERTS
from .parts import Clock, Parts
from .planning.doctor import Complaint, Refused, of_calls
from .store.database import changed, lock_soon
from .store.inbox import Refusal
from .store.models import Installation

NOBODY = 0
"""In the place of an installation's id: what was sent names none."""
KEPT = timedelta(days=30)


def count(parts: Parts, installation_id: int, kind: str) -> None:
    """One more; it is written down a moment later."""
    parts.refused.count((installation_id, kind))


def writer(engine: Engine, clock: Clock) -> Callable[[Mapping[tuple[int, str], int]], None]:
    """Adds counts, by installation and kind, to those of today: a row each, however many come."""

    def write(counts: Mapping[tuple[int, str], int]) -> None:
        now = clock()
        with engine.begin() as db:
            lock_soon(db)
            ids = {installation_id for installation_id, _ in counts}
            there = {NOBODY, *db.scalars(select(Installation.id).where(Installation.id.in_(ids)))}
            # In the same order everywhere: two processes then never wait for each other.
            for (installation_id, kind), more in sorted(counts.items()):
                if installation_id in there:
                    row = INSERTS[db.dialect.name](Refusal).values(
                        whose=installation_id, day=now.date(), kind=kind, count=more, last_at=now,
                        installation_id=installation_id or None,
                    )  # fmt: skip
                    db.execute(_added(row))

    return write


def _added(row: Any) -> Any:
    return row.on_conflict_do_update(
        index_elements=[Refusal.whose, Refusal.day, Refusal.kind],
        set_={"count": Refusal.count + row.excluded.count, "last_at": row.excluded.last_at},
    )


def since_yesterday(parts: Parts, installation_id: int) -> list[Refused]:
    """Those of an org, or of NOBODY, by kind."""
    # What this process has counted is seen at once, what others have within a second.
    parts.refused.write_down()
    day = (parts.clock() - timedelta(days=1)).date()
    wanted = (
        select(Refusal.kind, func.sum(Refusal.count), func.max(Refusal.last_at))
        .where(Refusal.whose == installation_id, Refusal.day >= day)
        .group_by(Refusal.kind)
        .order_by(Refusal.kind)
    )
    with parts.sessions() as db:
        return [Refused(kind, int(sum_), last) for kind, sum_, last in db.execute(wanted)]


def view(parts: Parts, installation_id: int) -> list[dict[str, Any]]:
    """The same as our API shows it."""
    return [
        {"kind": one.kind, "count": one.count, "last_at": one.last_at.isoformat()} | _words(one)
        for one in since_yesterday(parts, installation_id)
    ]


def _words(one: Refused) -> dict[str, str]:
    said: Complaint = of_calls(one)
    return {"message": said.message, "fix": said.fix}


def forget(parts: Parts, db: Db) -> int:
    """Delete what was counted too long ago."""
    old = delete(Refusal).where(Refusal.day < (parts.clock() - KEPT).date())
    return changed(db, old)
