"""Writes deliveries down as they come: with statements that are built once, since to build them for
each would take longer than to carry them out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite

from .database import lock_soon
from .inbox import Delivery

Values = Mapping[str, Any]


def insert(db: Connection, values: Values) -> int | None:
    """The new row's id; None where there is one like it."""
    found: int | None = db.execute(NEW[db.dialect.name], dict(values)).scalar_one_or_none()
    return found


def writer(engine: Engine) -> Callable[[Sequence[Values]], list[int | None]]:
    """Writes several in one transaction, as `insert` does each."""

    def write(rows: Sequence[Values]) -> list[int | None]:
        # In the same order everywhere: two processes then never wait for each other in a circle.
        ranked = sorted(range(len(rows)), key=lambda at: str(rows[at]["fingerprint"]))
        found = dict[int, int | None]()
        with engine.begin() as db:
            lock_soon(db)
            for at in ranked:
                found[at] = insert(db, rows[at])
        return [found[at] for at in range(len(rows))]

    return write


def _new(row: postgresql.Insert | sqlite.Insert, table: Table) -> Any:
    unique = [table.c.installation_id, table.c.kind, table.c.fingerprint]
    return row.on_conflict_do_nothing(index_elements=unique).returning(table.c.id)


DELIVERIES = cast(Table, Delivery.__table__)
NEW = {
    "postgresql": _new(postgresql.insert(DELIVERIES), DELIVERIES),
    "sqlite": _new(sqlite.insert(DELIVERIES), DELIVERIES),
}
