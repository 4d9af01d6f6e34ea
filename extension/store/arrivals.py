"""Writes deliveries down as they come: with statements that are built once, since to build them for
each would take longer than to carry them out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import Boolean, Connection, Engine, Table, and_, bindparam, or_
from sqlalchemy.dialects import postgresql, sqlite

from .database import lock_soon
from .inbox import Delivery

Values = Mapping[str, Any]
SINCE = "since"
"""Beside a row's values: what came before is repeated by nothing any more."""
EXACT = "exact"
"""Beside a row's values: whether calls that look like this one tell of the same edit."""


class Arrived(NamedTuple):
    """The row that stands there now: the new one, or that which it repeats."""

    id: int
    public_id: str
    state: str
    conversion: str | None


def insert(db: Connection, values: Values) -> Arrived | None:
    """The new row, or that which it repeats, which is counted there; None where that came too long
    ago to be repeated."""
    found = db.execute(NEW[db.dialect.name], dict(values)).one_or_none()
    return None if found is None else Arrived(*found)


def writer(engine: Engine) -> Callable[[Sequence[Values]], list[Arrived | None]]:
    """Writes several in one transaction, as `insert` does each."""
    # A statement is a transaction of its own there: to begin and to commit would be two more trips.
    quick = engine.execution_options(isolation_level="AUTOCOMMIT")

    def write(rows: Sequence[Values]) -> list[Arrived | None]:
        if len(rows) == 1 and engine.dialect.name == "postgresql":
            with quick.connect() as db:
                return [insert(db, rows[0])]
        # In the same order everywhere: two processes then never wait for each other in a circle.
        ranked = sorted(range(len(rows)), key=lambda at: str(rows[at]["fingerprint"]))
        found = dict[int, Arrived | None]()
        with engine.begin() as db:
            lock_soon(db)
            for at in ranked:
                found[at] = insert(db, rows[at])
        return [found[at] for at in range(len(rows))]

    return write


def repeated(table: Table, exact: Any, since: Any) -> Any:
    """Whether what is there is repeated by a call that looks the same. One that does not say which
    edit it tells of may be about another one as soon as the first is dealt with: what came to
    nothing may come to something now, and an assessment to another."""
    stays = and_(table.c.state == "done", table.c.action != "assess")
    return and_(table.c.received_at > since, or_(exact, table.c.state == "accepted", stays))


def _since(table: Table) -> Any:
    return bindparam(SINCE, type_=table.c.received_at.type)


def _new(row: postgresql.Insert | sqlite.Insert, table: Table) -> Any:
    unique = [table.c.installation_id, table.c.kind, table.c.fingerprint]
    return row.on_conflict_do_update(
        index_elements=unique,
        set_={"repeats": table.c.repeats + 1},
        where=repeated(table, bindparam(EXACT, type_=Boolean()), _since(table)),
    ).returning(*(table.c[name] for name in Arrived._fields))


DELIVERIES = cast(Table, Delivery.__table__)
NEW = {
    "postgresql": _new(postgresql.insert(DELIVERIES), DELIVERIES),
    "sqlite": _new(sqlite.insert(DELIVERIES), DELIVERIES),
}
