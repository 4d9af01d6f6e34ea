"""The tables of conversions: what was agreed to, and the journal of what was done about it."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from .models import Base, Grant, Installation


class Conversion(Base):
    """One plan being carried out for one lead."""

    __tablename__ = "conversions"
    __table_args__ = (
        # NULLs differ from each other: of one lead only one conversion is ever open.
        UniqueConstraint("installation_id", "lead_id", "open"),
        UniqueConstraint("installation_id", "grant_id", "idempotency_key"),
        Index("ix_conversions_lead", "installation_id", "lead_id"),
        Index(
            "ix_conversions_over",
            "changed_at",
            sqlite_where=text("open IS NULL"),
            postgresql_where=text("open IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    """Part of every conversion key, so that a record that we made names its conversion."""
    installation_id: Mapped[int] = mapped_column(ForeignKey(Installation.id, ondelete="CASCADE"))
    grant_id: Mapped[int] = mapped_column(ForeignKey(Grant.id, ondelete="CASCADE"))
    """Who asked; all of it is done with their grant. Once it is undone: who had that done."""
    asker_id: Mapped[int | None]
    """The grant of who asked, once it was undone."""
    lead_id: Mapped[str] = mapped_column(String(20))
    lead_stamp: Mapped[str] = mapped_column(String(40))
    """The lead's Modified_Time when its plan was agreed to."""
    target: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12))
    """`queued`, `running`, `waiting` for a person, `done`, `failed`, `cancelled`, `undoing`,
    `undone`."""
    open: Mapped[bool | None]
    """True until it is over, then NULL."""
    choices: Mapped[dict[str, object]] = mapped_column(JSON)
    plan: Mapped[dict[str, object]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    idempotency_key: Mapped[str | None] = mapped_column(String(100))
    question: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    """What it waits for: code, message, details."""
    problem: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    """Why it failed: code, message, details."""
    left_alone: Mapped[list[object] | None] = mapped_column(JSON(none_as_null=True))
    """What undoing did not touch: module and id of each, and the code of the reason."""
    looked_at: Mapped[datetime | None]
    """When it was last looked, for an undo, what somebody has changed; NULL where who undoes it
    insists."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    batch_id: Mapped[int | None] = mapped_column(index=True)
    """The batch that it is of; no foreign key, since the tables would need each other."""
    awaits: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    """What it shares with another conversion of its batch until that has made it: `conversion`,
    the id of the other, and `records`, key in its plan -> key in the other's."""


def keep(db: Session, *these: ColumnElement[bool], shared: bool = False) -> None:
    """Until the transaction is over nobody else changes these conversions; `shared`: others may
    keep them too. Whoever keeps several does it in this order, or each would wait for the other.
    SQLite lets only one write anyway."""
    if db.get_bind().dialect.name == "postgresql":
        wanted = select(Conversion.id).where(*these).order_by(Conversion.id)
        db.execute(wanted.with_for_update(read=shared)).all()


class Line(Base):
    """One step of a conversion, noted before it is sent and again when it is answered."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("conversion_id", "undoing", "place"),
        Index("ix_journal_hung", "installation_id", "hung_id", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversion_id: Mapped[int] = mapped_column(ForeignKey(Conversion.id, ondelete="CASCADE"))
    installation_id: Mapped[int] = mapped_column(ForeignKey(Installation.id, ondelete="CASCADE"))
    undoing: Mapped[bool]
    place: Mapped[int]
    """Steps are done in this order; between two there is room for those that a list unfolds to."""
    step: Mapped[dict[str, object]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(8))
    """`due`, `sent`, `done`, `refused`, `skipped`."""
    before: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    """What stood there before, noted before anything is written over."""
    outcome: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    refusal: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    made_id: Mapped[str | None] = mapped_column("hung_id", String(20))
    """The record that it has made, or the note or file that it has put on one: no other step can
    have done that too."""
    tries: Mapped[int] = mapped_column(default=0)
    """How often it was sent: whoever sends it counts it up first, so no two do at once."""
    sent_at: Mapped[datetime | None]
    """When it was sent for the first time."""
    zoho_at: Mapped[datetime | None]
    """When that was by Zoho's clock, which whoever looks for it later may have, too: workers'
    clocks may be apart. None where Zoho had not said the time yet."""
    unclear: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How often in a row its answer stayed out, since somebody last wanted it tried again."""
    ended_at: Mapped[datetime | None]
