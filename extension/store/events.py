"""The tables of conversion events: what happened, in order, and who is told of it."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from .models import NEVER_AGAIN, Base, Installation


class EventCount(Base):
    """How many events an org has had. Who adds one holds this line until the end of the
    transaction: events are seen in the order of their numbers, none appears behind a cursor."""

    __tablename__ = "event_counts"

    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), primary_key=True
    )
    last: Mapped[int]


class Event(Base):
    """One thing that became of a conversion, as it is told to others: ids and codes, no values."""

    __tablename__ = "events"

    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    """1, 2, 3 … within the installation: the cursor."""
    type: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, object]] = mapped_column(JSON)
    happened_at: Mapped[datetime] = mapped_column(index=True)


class Endpoint(Base):
    """An address that an administrator wants to be told at."""

    __tablename__ = "event_endpoints"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), index=True
    )
    url: Mapped[str] = mapped_column(String(500))
    types: Mapped[list[str]] = mapped_column(JSON)
    """The types of events that it wants; empty for all."""
    secret: Mapped[str] = mapped_column(Text)
    """Sealed."""
    old_secret: Mapped[str | None] = mapped_column(Text)
    """Sealed; signs beside the new one until `old_until`."""
    old_until: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16))
    """`active`; `off` where an administrator said so; `failed` after failing for too long."""
    cursor: Mapped[int]
    """The number of the last event that it has taken, or that was not meant for it."""
    failures: Mapped[int]
    """Attempts that failed since the last that did not."""
    failing_since: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    """Not before then, after a failure."""
    last_problem: Mapped[str | None] = mapped_column(String(200))
    """Why the last attempt failed, in words; NULL where it did not."""
    delivered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(32))
    """Zoho's id of the user who did."""
