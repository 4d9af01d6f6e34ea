"""Tells which calls of workflow rules our own marks on a lead have caused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select

from . import journal
from .journal import Entry
from .our_writes import ON_ITS_WAY
from .parts import Parts
from .planning.provision_rule import RULE, time_in
from .planning.records import Record
from .planning.sameness import holds
from .planning.steps import MarkLead, Values
from .store.conversions import Conversion, Line
from .store.inbox import Delivery
from .store.models import Grant
from .tracing import ACCURACY, MARGIN
from .unclear import MOST
from .zoho.webhooks import to_the_second

WITHIN = timedelta(hours=1)
"""How long after a mark a call may still be caused by it: a rule that waits for a time calls later
for a lead that nobody has touched since, and means it."""
TRIED_FOR = timedelta(hours=1)
"""How long a step of which nobody knows what became of it is sent again by itself."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that was made, or of which nobody knows whether it was."""

    line: Entry
    values: Values
    stamp: datetime | None
    """The lead's Modified_Time before."""
    changed_at: datetime
    """When its conversion came to where it is."""
    user: str
    """As whom it may have been made."""

    @property
    def time(self) -> datetime | None:
        """Which it gave the lead, where Zoho has said so."""
        return moment(self.line.outcome.time) if self.line.outcome is not None else None

    @property
    def unanswered(self) -> int:
        """How many of its tries."""
        return self.line.tries - (self.time is not None)

    def last(self, first: datetime) -> datetime:
        """Until when one of these may have reached Zoho, by our clock. When it was sent once more
        was not noted."""
        if self.unanswered < 2:
            return first + ON_ITS_WAY
        known = self.line.ended_at or self.changed_at
        # Who has it tried again by hand may do so at any time.
        return known if self.line.tries > MOST else min(known, first + TRIED_FOR)


def is_ours(parts: Parts, row: Delivery, lead: Record) -> bool:
    """Whether our own mark on the lead has woken the rule that calls.

    Zoho says at each write which Modified_Time it gave the lead. A call that brings that very time
    is ours; one that brings none is, where the lead was not touched since and it came after. Of
    tries that were not answered nobody knows the time, but between which it lies.
    """
    told, now = _version(row), _stamp(lead)
    at = told or now
    if at is None:
        return False
    return any(
        _told(mark, at, row, told is not None)
        or (_perhaps(mark, at, row, lead) and not (at == now and _by_another(mark, lead)))
        for mark in _marks(parts, row)
        if _in_time(mark, row)
    )


def moment(time: str) -> datetime | None:
    """One of Zoho's times, in whichever zone it is written; what is no such time is none."""
    try:
        found = datetime.fromisoformat(time)
    except ValueError:
        return None
    return None if found.tzinfo is None else found.astimezone(UTC)


def _version(row: Delivery) -> datetime | None:
    """Which time of the lead's the call brings: our own webhook writes it in its own way."""
    if not to_the_second(row.version):
        return None
    return moment(row.version) or (time_in(row.version) if row.rule == RULE else None)


def _stamp(lead: Record) -> datetime | None:
    return moment(str(lead.values.get("Modified_Time") or ""))


def _marks(parts: Parts, row: Delivery) -> Iterator[Mark]:
    """Each for everybody who may have made it."""
    wanted = (
        select(Line, Conversion.lead_stamp, Conversion.changed_at, Grant.zoho_user_id)
        .join(Conversion, Conversion.id == Line.conversion_id)
        .join(Grant, or_(Grant.id == Conversion.grant_id, Grant.id == Conversion.asker_id))
        .where(
            Conversion.installation_id == row.installation_id,
            Conversion.lead_id == row.lead_id,
            Line.step["kind"].as_string() == MarkLead.__name__,
            Line.state.in_(("done", "sent")),
        )
    )
    with parts.sessions() as db:
        found = db.execute(wanted).all()
    for line, stamp, changed_at, user in found:
        one = journal.entry(line)
        if isinstance(one.step, MarkLead):
            yield Mark(one, one.step.values, moment(stamp), changed_at, user)


def _in_time(mark: Mark, row: Delivery) -> bool:
    line = mark.line
    if line.sent_at is None:
        return True
    last = mark.last(line.sent_at) if mark.time is None else line.ended_at or line.sent_at
    return row.received_at <= last + WITHIN


def _told(mark: Mark, at: datetime, row: Delivery, by_the_call: bool) -> bool:
    """Whether Zoho has said that the lead has this time from the mark."""
    return mark.time == at and (by_the_call or _came_after(mark, row))


def _came_after(mark: Mark, row: Delivery) -> bool:
    return mark.line.sent_at is None or row.received_at >= mark.line.sent_at


def _perhaps(mark: Mark, at: datetime, row: Delivery, lead: Record) -> bool:
    """Whether the lead may have this time from a try that was not answered."""
    line = mark.line
    if mark.unanswered == 0 or line.sent_at is None or not _came_after(mark, row):
        return False
    if (mark.stamp is not None and at <= mark.stamp) or (mark.time is not None and at > mark.time):
        return False
    if line.state == "sent" and not _stands(mark, lead):
        return False
    began, off = line.zoho_at or line.sent_at, MARGIN if line.zoho_at is None else ACCURACY
    return began - off <= at <= mark.last(line.sent_at) + (began - line.sent_at) + off


def _stands(mark: Mark, lead: Record) -> bool:
    return all(holds(lead.values.get(name), value) for name, value in mark.values.items())


def _by_another(mark: Mark, lead: Record) -> bool:
    """Whether Zoho names somebody else as who has written the lead last."""
    who = lead.values.get("Modified_By")
    return isinstance(who, Mapping) and str(who.get("id")) != mark.user
