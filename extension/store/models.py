"""The tables. Every row that an org owns carries its installation's id."""

from datetime import UTC, datetime

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A point in time, always with UTC as its zone; SQLite itself would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    type_annotation_map = {datetime: Moment}  # noqa: RUF012


# SQLite would give the id of an org that has gone to the next one that comes, and with it whatever
# a process still keeps or does under that id. PostgreSQL never does.
NEVER_AGAIN = {"sqlite_autoincrement": True}


class Installation(Base):
    """One org's consent to us: our tenant."""

    __tablename__ = "installations"
    __table_args__ = (UniqueConstraint("data_center", "zgid"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(primary_key=True)
    short_id: Mapped[str] = mapped_column(String(16), unique=True)
    """Part of every conversion key, so that a record that we made names its installation."""
    zgid: Mapped[str] = mapped_column(String(32))
    data_center: Mapped[str] = mapped_column(String(8))
    api_domain: Mapped[str] = mapped_column(String(200))
    org_name: Mapped[str] = mapped_column(String(250))
    edition: Mapped[str] = mapped_column(String(40), default="")
    """As Zoho said when the org was installed last; "" where it did not say."""
    automation_grant_id: Mapped[int | None]
    installed_at: Mapped[datetime]


class Grant(Base):
    """One user's consent within an installation."""

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("installation_id", "zoho_user_id"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(primary_key=True)
    installation_id: Mapped[int] = mapped_column(ForeignKey(Installation.id, ondelete="CASCADE"))
    zoho_user_id: Mapped[str] = mapped_column(String(32))
    user_name: Mapped[str] = mapped_column(String(250))
    user_email: Mapped[str] = mapped_column(String(250))
    locale: Mapped[str] = mapped_column(String(20), default="en_US")
    time_zone: Mapped[str] = mapped_column(String(64), default="")
    profile_id: Mapped[str] = mapped_column(String(32))
    profile_name: Mapped[str] = mapped_column(String(250))
    administrator: Mapped[bool]
    user_read_at: Mapped[datetime]
    """When Zoho last said who this is and which profile they have."""
    scopes: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    """`active`, or `revoked` once Zoho has refused the refresh token."""
    refresh_token: Mapped[str] = mapped_column(Text)
    """Sealed."""
    access_token: Mapped[str] = mapped_column(Text)
    """Sealed; shared by all processes."""
    access_until: Mapped[datetime]
    refreshing_until: Mapped[datetime | None]
    """While this lies ahead, one process is asking Zoho for a new access token."""


class Consent(Base):
    """A trip to Zoho's consent page that has not come back yet."""

    __tablename__ = "consents"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(16))
    """`install`, or `session` for a user who signs in from the widget."""
    data_center: Mapped[str] = mapped_column(String(8))
    challenge: Mapped[str | None] = mapped_column(String(64))
    forced: Mapped[bool]
    """Whether Zoho was told to ask again, which is what yields a new refresh token."""
    expires_at: Mapped[datetime]


class SignIn(Base):
    """What a widget waits for while its user is in the pop-up."""

    __tablename__ = "sign_ins"

    challenge: Mapped[str] = mapped_column(String(64), primary_key=True)
    origin: Mapped[str] = mapped_column(String(200))
    """The exact origin of the widget: the only one that may hear of the outcome."""
    expected_zgid: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    """`pending`, `signed_in` (only the pop-up holds the token), `released` (confirmed there, so the
    widget may fetch it), or `failed`."""
    release_hash: Mapped[str | None] = mapped_column(String(64))
    token: Mapped[str | None] = mapped_column(Text)
    """Sealed, and only until the widget has it."""
    token_until: Mapped[datetime | None]
    failure_code: Mapped[str | None] = mapped_column(String(40))
    failure_message: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime]


class Session(Base):
    """A widget's user, signed in."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), index=True
    )
    grant_id: Mapped[int] = mapped_column(ForeignKey(Grant.id, ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]


class Metadata(Base):
    """What Zoho last said of an org's modules, fields, layouts, profiles."""

    __tablename__ = "metadata"

    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    """`catalogue`, `profile:<id>`, or `catalogue:<profile id>` for what one profile sees."""
    answers: Mapped[dict[str, object]] = mapped_column(JSON)
    read_at: Mapped[datetime]
    refreshing_until: Mapped[datetime | None]
    doubted_at: Mapped[datetime | None]
    """When something has shown that Zoho would say something else by now."""


class ChosenTargets(Base):
    """What an org's leads may become, where its administrators have said so."""

    __tablename__ = "chosen_targets"

    installation_id: Mapped[int] = mapped_column(
        ForeignKey(Installation.id, ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int]
    """Counts the changes: who changes the targets says which version they have seen."""
    document: Mapped[list[dict[str, object]]] = mapped_column(JSON)
    """The targets as plain data: see `planning.target_data`."""
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(32))
    """Zoho's id of the user who did."""


class Job(Base):
    """A run's place in line. A run is carried out by attempts, one at a time."""

    __tablename__ = "jobs"

    run_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    installation: Mapped[str] = mapped_column(String(32), index=True)
    """Whose run it is: nobody's runs wait behind another installation's."""
    asked: Mapped[int]
    """How often the run was put in line; also the number of the newest attempt."""
    heeded: Mapped[int]
    """What `asked` was when the last attempt began: what came later it may not have seen."""
    attempt: Mapped[int | None]
    """The number of the attempt that is being made."""
    worker: Mapped[str | None] = mapped_column(String(128))
    """Who makes it."""
    tries: Mapped[int]
    """Attempts begun since the last one that ended in good order."""
    changed_at: Mapped[datetime]


class Worker(Base):
    """A worker's last sign of life, by the database's clock. On SQLite there is but one worker, and
    a lock on a file says whether it lives."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    seen_at: Mapped[datetime]
