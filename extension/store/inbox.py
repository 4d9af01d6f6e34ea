"""The tables of the other door: who may knock, what came, what is to be done about it."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from .models import Base, Grant, Installation


class HookSecret(Base):
    """Something that a caller of our webhooks has to know: the key in the address, or the secret
    beside it."""

    __tablename__ = "hook_secrets"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """What it is recognised by; of a key it is also how its installation is found."""
    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(8))
    """`key` or `secret`."""
    sealed: Mapped[str] = mapped_column(Text)
    """For whoever sets Zoho up."""
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    """When one that has been replaced is accepted no longer; NULL for the current one."""


class Delivery(Base):
    """One call that we accepted: what was believed of it, and what became of it."""

    __tablename__ = "deliveries"
    __table_args__ = (
        # NULLs differ from each other: what came too long ago repeats nothing.
        UniqueConstraint("installation_id", "kind", "fingerprint"),
        Index("ix_deliveries_lead", "installation_id", "lead_id", "state"),
        Index(
            "ix_deliveries_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    installation_id: Mapped[int] = mapped_column(ForeignKey(Installation.id, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    """`workflow` for a call of a workflow rule."""
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    """By which a repeat is known; NULL once another one like it is news again."""
    lead_id: Mapped[str] = mapped_column(String(20))
    """"" where it is about no single lead."""
    action: Mapped[str] = mapped_column(String(16))
    rule: Mapped[str] = mapped_column(String(100))
    target: Mapped[str] = mapped_column(String(200))
    version: Mapped[str] = mapped_column(String(64))
    """Of the lead, as the call says: its Modified_Time."""
    written_as: Mapped[str] = mapped_column(String(12))
    keys: Mapped[list[str]] = mapped_column(JSON)
    """What values the call named; the values themselves are not kept."""
    state: Mapped[str] = mapped_column(String(10))
    """`accepted`, then `done`, `nothing`, `dropped` or `failed`."""
    problem: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    """Why nothing was done: code, message, details."""
    conversion: Mapped[str | None] = mapped_column(String(16))
    """The public id of the conversion that it asked for."""
    written: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    """What was written to the lead itself: noted before it was sent, and again after."""
    repeats: Mapped[int]
    """How often it came again."""
    replays: Mapped[int]
    """How often an administrator had it done again."""
    due_at: Mapped[datetime | None]
    """When a worker is to put it in line; NULL once it is. What waits here is as safe as there, and
    a call is written down with one row."""
    received_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Refusal(Base):
    """How many calls were refused for the same want of proof on one day."""

    __tablename__ = "refusals"

    whose: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The installation's id, too, or 0 where what was sent names none: by NULL no row is found
    again."""
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    installation_id: Mapped[int | None] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), index=True
    )
    count: Mapped[int]
    last_at: Mapped[datetime]


class Automation(Base):
    """What an org's administrators want done about calls."""

    __tablename__ = "automations"

    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int]
    document: Mapped[dict[str, object]] = mapped_column(JSON)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(32))
    """Zoho's id of the user who did."""


class Remembered(Base):
    """The options of a lead as one person would see them, worked out before they ask."""

    __tablename__ = "remembered"

    grant_id: Mapped[int] = mapped_column(
        ForeignKey(Grant.id, ondelete="CASCADE"), primary_key=True
    )
    lead_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), index=True
    )
    stamp: Mapped[str] = mapped_column(String(40))
    """The lead's Modified_Time then."""
    basis: Mapped[str] = mapped_column(String(120))
    """Which metadata and targets it was worked out from."""
    answer: Mapped[str] = mapped_column(Text)
    """Sealed: it shows the lead."""
    at: Mapped[datetime]
