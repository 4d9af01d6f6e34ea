"""What a world consists of: its modules and people, its records and what hangs on them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from .schema import Module, Pipeline, Profile, Role, User

Record = dict[str, Any]


@dataclass(slots=True)
class Link:
    """Two records that belong together: campaign membership, products of a lead …

    Has no direction; `details` holds what Zoho keeps of the link, such as Member_Status.
    """

    module: str
    id: str
    other_module: str
    other_id: str
    details: Record = field(default_factory=dict)


@dataclass(slots=True)
class Deleted:
    """A record in the recycle bin."""

    module: str
    record: Record
    by: Record
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A record was written; what Zoho does of itself because of that is still to come.

    `record` is as it is now, `fields` names what was given a new value. `triggers` are those
    that the request lets run; `of` is who wrote.
    """

    kind: Literal["create", "edit", "delete"]
    module: str
    record: Record
    fields: tuple[str, ...]
    of: User
    triggers: tuple[str, ...]


@dataclass(slots=True)
class State:
    """Everything of a world that calls may change; what `snapshot` copies."""

    modules: list[Module] = field(default_factory=list)
    pipelines: list[Pipeline] = field(default_factory=list)
    profiles: list[Profile] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    records: dict[str, dict[str, Record]] = field(default_factory=dict)
    bin: dict[str, Deleted] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    tags: dict[str, dict[str, Record]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    jobs: dict[str, Record] = field(default_factory=dict)
    touched: dict[str, datetime] = field(default_factory=dict)
    notable: dict[str, str] = field(default_factory=dict)
    webhooks: dict[str, Record] = field(default_factory=dict)
    rules: dict[str, Record] = field(default_factory=dict)
    """Workflow rules, in the order in which they run."""
    fired: set[tuple[str, str]] = field(default_factory=set)
    """Rule and record, of rules that act once on each record."""
    channels: dict[tuple[str, str], Record] = field(default_factory=dict)
    """What is watched, by channel and module."""
    failures: list[Record] = field(default_factory=list)
    calls_made: dict[tuple[str, str], int] = field(default_factory=dict)
    """How often a webhook was called, by day and webhook."""
    mails: list[Record] = field(default_factory=list)
    """E-mails to users: `to` (an address), `module` and `id` of what they are about."""
    changes: list[Change] = field(default_factory=list)
    last_id: int = 2173


def full_name(record: Record) -> str:
    """First and last name of a lead or contact, as Full_Name and lookups show it."""
    names = (record.get("First_Name"), record.get("Last_Name"))
    return " ".join(name for name in names if name)
