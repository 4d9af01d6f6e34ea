"""The tables of batches: many leads that are planned, agreed to and converted together."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .conversions import Conversion
from .models import Base, Grant, Installation


class Batch(Base):
    """One request about many leads."""

    __tablename__ = "batches"
    __table_args__ = (
        UniqueConstraint("installation_id", "grant_id", "idempotency_key"),
        Index("ix_batches_installation", "installation_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    installation_id: Mapped[int] = mapped_column(ForeignKey(Installation.id, ondelete="CASCADE"))
    grant_id: Mapped[int] = mapped_column(ForeignKey(Grant.id, ondelete="CASCADE"))
    """Who asked; all of it is done with their grant."""
    target: Mapped[str] = mapped_column(String(200))
    target_label: Mapped[str] = mapped_column(String(200))
    choices: Mapped[dict[str, object]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12))
    """`planning`, `planned`, `running`, `cancelled`, `to_undo`, `undoing`; how far what runs has
    come, its conversions say."""
    digest: Mapped[str | None] = mapped_column(String(64))
    estimate: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    problem: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    """Why it cannot start, or does not go on: code, message, details."""
    idempotency_key: Mapped[str | None] = mapped_column(String(100))
    force: Mapped[bool | None]
    """Of its undoing: also what somebody has changed since."""
    undone_by: Mapped[int | None]
    """The grant of who has it undone."""
    started_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class BatchRow(Base):
    """One lead of a batch: a line of its ledger."""

    __tablename__ = "batch_rows"
    __table_args__ = (
        UniqueConstraint("batch_id", "place"),
        UniqueConstraint("batch_id", "lead_id"),
        Index("ix_batch_rows_conversion", "conversion_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey(Batch.id, ondelete="CASCADE"))
    installation_id: Mapped[int] = mapped_column(ForeignKey(Installation.id, ondelete="CASCADE"))
    place: Mapped[int]
    """From 1, in the order in which the leads were named."""
    lead_id: Mapped[str] = mapped_column(String(20))
    lead_stamp: Mapped[str] = mapped_column(String(40), default="")
    name: Mapped[str] = mapped_column(String(300), default="")
    company: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(12))
    """`listed`, `planned`, `blocked`, `cancelled`; `started` once there is a conversion, whose
    state is then the row's."""
    target: Mapped[str] = mapped_column(String(200), default="")
    choices: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    """What was decided for all, as it is of this lead."""
    plan: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    """Until its conversion has it."""
    digest: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    losses: Mapped[list[object] | None] = mapped_column(JSON(none_as_null=True))
    lost: Mapped[int] = mapped_column(default=0)
    tally: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    """What carrying it out will ask of Zoho; see `planning.crowd.tally`."""
    offers: Mapped[list[object] | None] = mapped_column(JSON(none_as_null=True))
    """The records it creates, by what leads further down would find them."""
    joined_to: Mapped[int | None]
    """The place of the lead whose new record this one shares."""
    conversion_id: Mapped[int | None] = mapped_column(
        ForeignKey(Conversion.id, ondelete="SET NULL")
    )


class Credits(Base):
    """What Zoho said last of an org's credits: nothing until half of a day's are used.
    https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html"""

    __tablename__ = "credits"

    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), primary_key=True
    )
    left: Mapped[int]
    said_at: Mapped[datetime]
