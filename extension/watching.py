"""Does, for what Zoho tells us by itself: hear it, have what it concerns looked at again, and see
to it that we are told."""

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import ColumnElement, CursorResult, Row, Select, delete, select, update
from sqlalchemy.orm import Session as Db

from . import catalogues, channels, chosen_targets, doubts, grants, refusals, sentry
from .errors import ExtensionError, ForgedDelivery, ZohoError
from .parts import Parts
from .planning import step_json
from .planning.provision import told_modules
from .planning.targets import Target
from .sessions import Caller
from .store.conversions import Conversion, Line
from .store.database import changed, once_more
from .store.inbox import Remembered
from .store.models import Grant, Installation
from .store.sealing import digest
from .store.watching import Channel, Touched, Watch
from .zoho.client import Crm
from .zoho.notifications import News, news, posted
from .zoho.writer import Writer

log = structlog.get_logger(__name__)

TURN = timedelta(minutes=10)
"""How long who sees to an org's channels may take before another does."""
SWEEP_EVERY = timedelta(hours=1)
SWEEP_MOST = 500
"""Leads that one sweep looks at: five calls, five credits."""
WRITTEN_MOST = 20
"""Conversions that are looked at for when we last wrote."""
LEAST_CREDITS = 1000
"""Where Zoho says that fewer are left today, nothing is spent on what may be nothing."""
TOUCHED_KEPT = timedelta(minutes=10)
"""Longer than anything is drawn from what was seen."""
UNBEGUN = ("queued", "running")
Waiting = Row[int, str, str]
"""A conversion, its lead, and what that was like when it was agreed to."""
EVERY = ""


def hear(parts: Parts, body: bytes) -> None:
    """Take a notification. When this returns, what it asks for is written down.

    Raises ForgedDelivery, which says no more than that.
    """
    told = posted(body)
    channel = _verified(parts, told.channel_id if told else "", told.token if told else "")
    if told is not None:
        once_more(lambda: _heed(parts, channel, news(told.payload)))


def _verified(parts: Parts, channel_id: str, token: str) -> Channel:
    with parts.sessions() as db:
        channel = db.get(Channel, channel_id)
    known = channel.token_digest if channel is not None else digest("")
    if not hmac.compare_digest(known, digest(token)) or channel is None:
        whose = channel.installation_id if channel is not None else refusals.NOBODY
        refusals.count(parts, whose, "token" if channel is not None else "channel")
        raise ForgedDelivery("This call could not prove where it comes from.")
    return channel


def _heed(parts: Parts, channel: Channel, told: News) -> None:
    # The channel says of which module it is; what was posted might say anything.
    leads = told.ids if channel.module == "Leads" else (EVERY,)
    of = Channel.channel_id == channel.channel_id
    with parts.sessions.begin() as db:
        db.execute(update(Channel).where(of).values(heard_at=parts.clock()))
        touch(parts, db, channel.installation_id, leads, told.at)
    doubts.of_news(parts, channel.installation_id, channel.module, told)
    log.info("notified", module=channel.module, operation=told.operation[:10], ids=len(told.ids))


def touch(
    parts: Parts,
    db: Db,
    installation_id: int,
    leads: Iterable[str],
    changed_at: datetime | None = None,
) -> None:
    """What was seen of these leads holds no more; a conversion of one that has written nothing yet
    is looked at now. What we write ourselves is told us, too, and does no more than that."""
    leads = list(leads)
    for lead_id in leads:
        row = Touched(installation_id=installation_id, lead_id=lead_id, at=parts.clock())
        db.merge(row)
    _forget_options(parts, db, installation_id, leads, changed_at or parts.clock())
    for public_id in db.scalars(_unbegun(installation_id, leads)):
        parts.queue.enqueue(public_id, str(installation_id), db)


def _forget_options(
    parts: Parts, db: Db, installation_id: int, leads: Sequence[str], changed_at: datetime
) -> None:
    of = Remembered.installation_id == installation_id
    if EVERY in leads:
        db.execute(delete(Remembered).where(of))
        return
    # They may have been worked out for the very change of which this tells, by a rule that it woke:
    # those stay, and are shown while the lead's Modified_Time is the same.
    old = Remembered.at <= changed_at
    db.execute(delete(Remembered).where(of, Remembered.lead_id.in_(leads), old))


def _unbegun(installation_id: int, leads: Sequence[str]) -> Select[str]:
    begun = select(Line.conversion_id).where(
        Line.installation_id == installation_id, Line.tries > 0
    )
    return select(Conversion.public_id).where(
        Conversion.installation_id == installation_id,
        Conversion.lead_id.in_(leads),
        Conversion.state.in_(UNBEGUN),
        # A batch carries out its own, by the hundred and when it is not paused, and looks then.
        Conversion.batch_id.is_(None),
        Conversion.id.not_in(begun),
    )


def tend(parts: Parts) -> int:
    """See to the channels of every org for which it is time. Returns for how many that was."""
    _begin(parts)
    return _of_each("channels not seen to", _due(parts), partial(_tend, parts))


def sweep(parts: Parts) -> int:
    """Look at the leads of conversions that wait for their turn, at most once an hour: what a
    missed notification would have told. Returns how many had changed."""
    return _of_each("not swept", _to_sweep(parts), partial(_sweep, parts))


def _of_each(event: str, callers: Iterable[Caller], do: Callable[[Caller], int]) -> int:
    """What becomes of one org costs no other its round."""
    count = 0
    for caller in callers:
        with sentry.going_on(event, installation=caller.installation.short_id):
            try:
                count += do(caller)
            except ExtensionError as error:
                _log(event, caller, error)
    return count


def _tend(parts: Parts, caller: Caller) -> int:
    channels.keep_open(parts, caller, told_modules(_targets(parts, caller)))
    said = channels.refused(parts, caller.installation.id).items()
    doubts.of_refusal(parts, caller.installation.id, [(*one, "") for one in said])
    return 1


def forget(parts: Parts, db: Db) -> int:
    """Delete what everybody has heard of by now."""
    over = delete(Touched).where(Touched.at < parts.clock() - TOUCHED_KEPT)
    return changed(db, over)


def _targets(parts: Parts, caller: Caller) -> tuple[Target, ...]:
    known = catalogues.known(parts, caller)
    return chosen_targets.meant(parts, caller, known).targets


def _begin(parts: Parts) -> None:
    """Every org is watched from the moment it is there."""
    with parts.sessions() as db:
        strange = select(Installation.id).where(
            Installation.id.not_in(select(Watch.installation_id))
        )
        new = list(db.scalars(strange))
    for one in new:
        once_more(partial(_watch, parts, one))


def _watch(parts: Parts, installation_id: int) -> None:
    now = parts.clock()
    with parts.sessions.begin() as db:
        there = db.get(Installation, installation_id)
        if there is not None and db.get(Watch, installation_id) is None:
            db.add(Watch(installation_id=installation_id, due_at=now, swept_at=now))


def _due(parts: Parts) -> Iterator[Caller]:
    """The automation grant of each org whose channels are to be seen to, and our turn to do it:
    taken when it comes to it, so that who dies keeps no other org waiting."""
    now = parts.clock()
    for caller in _callers(parts, Watch.due_at <= now):
        if _mine(parts, caller, Watch.due_at <= now, due_at=parts.clock() + TURN):
            yield caller


def _to_sweep(parts: Parts) -> Iterator[Caller]:
    now = parts.clock()
    is_time = Watch.swept_at <= now - SWEEP_EVERY
    for caller in _callers(parts, is_time):
        if _mine(parts, caller, is_time, swept_at=now):
            yield caller


def _callers(parts: Parts, is_time: ColumnElement[bool]) -> list[Caller]:
    with parts.sessions() as db:
        rows = db.execute(
            select(Installation, Grant)
            .join(Grant, Grant.id == Installation.automation_grant_id)
            .join(Watch, Watch.installation_id == Installation.id)
            .where(Grant.state == grants.ACTIVE, is_time)
        ).all()
    return [Caller(installation, grant, parts.clock()) for installation, grant in rows]


def _mine(parts: Parts, caller: Caller, is_time: ColumnElement[bool], **values: datetime) -> bool:
    """Whether it is this process that does it: of several that look at once, one."""
    with parts.sessions.begin() as db:
        done: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
            update(Watch)
            .where(Watch.installation_id == caller.installation.id, is_time)
            .values(**values)
        )
        return done.rowcount == 1


def _sweep(parts: Parts, caller: Caller) -> int:
    for module, at in _written(parts, caller.installation.id).items():
        if module:
            channels.missed(parts, caller.installation.id, module, at)
    waiting = _waiting(parts, caller.installation.id)
    crm = grants.crm(parts, caller.installation, caller.grant)
    count = 0
    for start in range(0, len(waiting), 100):
        if crm.credits_left is not None and crm.credits_left < LEAST_CREDITS:
            break
        count += _compared(parts, caller, crm, waiting[start : start + 100])
    return count


def _compared(parts: Parts, caller: Caller, crm: Crm, some: Sequence[Waiting]) -> int:
    """How many of these leads have changed, which is heeded before they count as looked at."""
    found = Writer(crm).read("Leads", [one.lead_id for one in some], ["Modified_Time"])
    changed: list[str] = []
    for one in some:
        lead = found.get(one.lead_id)
        if lead is None or lead.values.get("Modified_Time") != one.lead_stamp:
            changed.append(one.lead_id)
            channels.unheard(parts, caller.installation.id, lead)
    if changed:
        once_more(lambda: _touch(parts, caller.installation.id, changed))
    _note_swept(parts, caller.installation.id, some[-1].id)
    return len(changed)


def _written(parts: Parts, installation_id: int) -> dict[str, datetime]:
    """When we last wrote to each module, as far as the newest conversions tell: of that, too, Zoho
    tells us."""
    newest = (
        select(Conversion.id)
        .where(Conversion.installation_id == installation_id, Conversion.state == "done")
        .order_by(Conversion.id.desc())
        .limit(WRITTEN_MOST)
    )
    wanted = select(Line.step, Line.ended_at).where(
        Line.conversion_id.in_(newest), Line.state == "done", Line.ended_at.is_not(None)
    )
    with parts.sessions() as db:
        rows = db.execute(wanted.order_by(Line.ended_at)).all()
    return {doubts.module_of(step_json.from_json(row.step)): row.ended_at for row in rows}


def _touch(parts: Parts, installation_id: int, leads: Sequence[str]) -> None:
    with parts.sessions.begin() as db:
        touch(parts, db, installation_id, leads)


def _waiting(parts: Parts, installation_id: int) -> list[Waiting]:
    """Conversions that have written nothing yet: those after the last that was looked at, then
    from the beginning."""
    begun = select(Line.conversion_id).where(Line.tries > 0)
    wanted = (
        select(Conversion.id, Conversion.lead_id, Conversion.lead_stamp)
        .where(
            Conversion.installation_id == installation_id,
            Conversion.state.in_(UNBEGUN),
            Conversion.batch_id.is_(None),
            Conversion.id.not_in(begun),
        )
        .order_by(Conversion.id)
    )
    with parts.sessions() as db:
        last = (
            db.scalar(select(Watch.swept_to).where(Watch.installation_id == installation_id)) or 0
        )
        after = wanted.where(Conversion.id > last).limit(SWEEP_MOST)
        found = list(db.execute(after))
        more = wanted.where(Conversion.id <= last).limit(SWEEP_MOST - len(found))
        return found + list(db.execute(more))


def _note_swept(parts: Parts, installation_id: int, conversion_id: int) -> None:
    of = Watch.installation_id == installation_id
    with parts.sessions.begin() as db:
        db.execute(update(Watch).where(of).values(swept_to=conversion_id))


def _log(event: str, caller: Caller, error: ExtensionError) -> None:
    log.warning(
        event,
        installation=caller.installation.short_id,
        error_code=error.code,
        zoho_code=error.zoho_code if isinstance(error, ZohoError) else "",
    )
