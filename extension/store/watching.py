"""The tables of what Zoho tells us by itself: the channels, and which leads have changed."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .models import Base, Installation


class Watch(Base):
    """How an org is watched: when its channels are seen to next."""

    __tablename__ = "watches"

    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), primary_key=True
    )
    due_at: Mapped[datetime] = mapped_column(index=True)
    """When the channels are to be opened again."""
    swept_at: Mapped[datetime]
    """When leads were last looked at of which a notification may have been missed."""
    swept_to: Mapped[int | None]
    """The id of the last conversion whose lead was: the next round begins behind it."""
    problem: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    """Why the channels could not be seen to: code and message."""


class Channel(Base):
    """Where Zoho tells us of one module's records."""

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("installation_id", "module"),)

    channel_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    """Chosen by us: a number of at most 64 bits."""
    installation_id: Mapped[int] = mapped_column(ForeignKey(Installation.id, ondelete="CASCADE"))
    grant_id: Mapped[int | None]
    """The grant of who has opened it: Zoho ties it to them. NULL where that was not noted yet."""
    module: Mapped[str] = mapped_column(String(100))
    token: Mapped[str] = mapped_column(Text)
    """Sealed; Zoho sends it with every notification."""
    token_digest: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime | None]
    """As Zoho said; NULL while it is not open."""
    opened_at: Mapped[datetime | None]
    """When Zoho last said that it is open."""
    heard_at: Mapped[datetime | None]
    """When Zoho last told us something by it."""
    problem: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    """Why Zoho did not open it: code and message."""


class Touched(Base):
    """Something in Zoho has changed: what was seen of it before holds no more."""

    __tablename__ = "touched"

    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), primary_key=True
    )
    lead_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    """"" for every lead: a record that might be its double has changed."""
    at: Mapped[datetime]


class Strange(Base):
    """Something that did not fit what was known of an org's CRM; it is heeded once."""

    __tablename__ = "strange"

    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), primary_key=True
    )
    what: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A digest."""
    at: Mapped[datetime]


class SetUp(Base):
    """What an org's administrators want of Zoho's own automation."""

    __tablename__ = "setups"

    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), primary_key=True
    )
    rule: Mapped[dict[str, str]] = mapped_column(JSON)
    """Which lead wakes the rule, and what it asks for."""


class SetupTurn(Base):
    """Who is just now setting an org's Zoho up."""

    __tablename__ = "setup_turns"

    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), primary_key=True
    )
    holder: Mapped[str] = mapped_column(String(16))
    until: Mapped[datetime]
    """When the turn is over, even if nobody has said so."""
