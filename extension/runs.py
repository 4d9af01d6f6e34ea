"""Conversions that are carried out together: one person's, as far as they have come."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Literal

from sqlalchemy import and_, or_, select, update

from . import grants, tracing
from .journal import Entry
from .parts import Parts
from .performing import Task
from .planning.own_fields import KEY_FIELD
from .planning.records import Module
from .planning.steps import Create
from .sessions import Caller
from .store.conversions import Conversion, Line, keep
from .store.models import Grant, Installation
from .tracing import Eyes
from .zoho.writer import Writer

RUNNABLE = ("queued", "running", "undoing")
STOPPED = ("cancelled", "failed")
UNDER_WAY = select(Line.id).where(
    Line.conversion_id == Conversion.id, Line.undoing.is_(False), Line.state == "sent"
)
TO_LOOK_AT = or_(
    Conversion.state.in_(RUNNABLE),
    and_(Conversion.state.in_(STOPPED), UNDER_WAY.exists()),
)
"""Conversions about which there is something to do or to find out."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A conversion of whose step nobody knows what became of it, or that Zoho does later, and the
    seconds until that is looked."""

    row: Conversion
    seconds: float
    why: Literal["unclear", "later"]


@dataclass(slots=True)
class Runs:
    """Conversions that one person asked for, as far as they have come."""

    caller: Caller
    eyes: Eyes
    rows: dict[int, Conversion]
    modules: Mapping[str, Module] = field(default_factory=dict)
    """The org's, by name: some have a field for our key, and each says which field names its
    records."""
    wait: float | None = None
    """Seconds after which to go on, where it cannot go on now."""
    reserve: int = 0
    """With fewer credits left than this it goes on later."""
    got_on: Callable[[], None] = lambda: None
    stopped: dict[int, Conversion] = field(default_factory=dict)
    """Those that somebody or something has stopped while a write was under way."""
    held: dict[int, Conversion] = field(default_factory=dict)
    """Those that wait for a record that another one of their batch creates."""
    soon: bool = False
    """Whether one of those others is on its way; else it waits for a person itself."""
    aside: dict[int, Aside] = field(default_factory=dict)
    taken: dict[int, set[str]] = field(default_factory=dict)
    looked_at: datetime | None = None
    """When it was last seen that the leads are those whose plans were agreed to."""
    stamps: dict[int, str] = field(default_factory=dict)
    """Of conversions whose leads were touched and hold the same: what the leads were like then."""


def begun(parts: Parts, public_ids: Sequence[str]) -> list[Runs]:
    """Those that can run, by who asked."""
    these = Conversion.public_id.in_(list(public_ids))
    with parts.sessions.begin() as db:
        keep(db, these, Conversion.state == "queued")
        # Not by way of what was read before: somebody may cancel it in that moment.
        db.execute(
            update(Conversion)
            .where(these, Conversion.state == "queued")
            .values(state="running", changed_at=parts.clock())
        )
        rows = db.scalars(select(Conversion).where(these, TO_LOOK_AT)).all()
        people = {row.grant_id: db.get_one(Grant, row.grant_id) for row in rows}
        orgs = {one.installation_id: db.get_one(Installation, one.installation_id)
                for one in people.values()}  # fmt: skip
    found = []
    for grant in people.values():
        caller = Caller(orgs[grant.installation_id], grant, parts.clock())
        mine = {row.id: row for row in rows if row.grant_id == grant.id}
        stopped = {ident: row for ident, row in mine.items() if row.state in STOPPED}
        crm = grants.crm(parts, caller.installation, grant)
        made = partial(tracing.made_lately, parts, caller.installation.id)
        copied = partial(tracing.copied, parts, caller.installation.id)
        lost = partial(tracing.under_way, parts, caller.installation.id)
        eyes = Eyes(
            crm, Writer(crm), grant.zoho_user_id, parts.clock(), made, lost, copied, parts.clock
        )
        rest = {ident: row for ident, row in mine.items() if ident not in stopped}
        found.append(Runs(caller, eyes, rest, stopped=stopped))
    return found


def task_of(runs: Runs, row: Conversion, entry: Entry, there: Mapping[str, str]) -> Task:
    step = entry.step
    described = runs.modules.get(step.module) if isinstance(step, Create) else None
    keyed = described is not None and KEY_FIELD in described.fields
    key = f"{runs.caller.installation.short_id}-{row.public_id}-{entry.place}" if keyed else ""
    named_by = _named_by(runs, step) if isinstance(step, Create) else ""
    return Task(entry, row.lead_id, key, named_by, made=there)


def _named_by(runs: Runs, step: Create) -> str:
    # Zoho puts a person's name together by itself.
    described = runs.modules.get(step.module)
    names = (described.name_field if described is not None else "", "Last_Name")
    return next((name for name in names if name in step.values), "")
