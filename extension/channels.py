"""Does, for an org: keep Zoho's channels of notifications open, and close them when it leaves."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session as Db

from . import grants
from .errors import ExtensionError, ScopeMissing, ZohoError, ZohoRefused
from .parts import Parts
from .planning.records import Record
from .sessions import Caller
from .store.database import once_more
from .store.models import Grant, Installation
from .store.sealing import Unsealable, digest
from .store.watching import Channel, Watch
from .zoho.notifications import MOST_CHANNELS, Opened, WatchAsks, Wish, moment, opened

log = structlog.get_logger(__name__)

PATH = "/hooks/notifications"
TAKEN = "INVALID_DATA"
"""What Zoho says of a number that it does not take from this person."""
AGAIN = timedelta(hours=1)
"""After something went wrong."""
DAILY = timedelta(days=1)
LASTING = frozenset(
    {"FEATURE_NOT_SUPPORTED", "NOT_SUPPORTED", "API_NOT_SUPPORTED", "NO_PERMISSION",
     "AUTHORIZATION_FAILED", "INVALID_MODULE"}
)  # fmt: skip
"""What Zoho says as long as nobody changes something there: asked again DAILY."""
LOOKED_BACK = timedelta(days=1)
"""What was changed longer ago, was so before the channels were last opened."""
LATE = timedelta(minutes=5)
"""So long a notification may be under way, and so far may Zoho's clock be from ours."""


def are_open(parts: Parts, installation_id: int) -> dict[str, str]:
    """Module -> why its channel is not open, as far as Zoho said; "" where it is open."""
    now = parts.clock()
    with parts.sessions() as db:
        rows = list(db.scalars(select(Channel).where(Channel.installation_id == installation_id)))
    said = {one.module: str(one.problem["message"]) for one in rows if one.problem}
    lasting = (one for one in rows if not one.problem and one.expires_at and one.expires_at > now)
    return said | dict.fromkeys((one.module for one in lasting), "")


def refused(parts: Parts, installation_id: int) -> dict[str, str]:
    """Module -> Zoho's code, where it did not open a channel."""
    with parts.sessions() as db:
        rows = list(db.scalars(select(Channel).where(Channel.installation_id == installation_id)))
    return {one.module: str(one.problem["code"]) for one in rows if one.problem}


def keep_open(parts: Parts, caller: Caller, modules: Iterable[str]) -> ExtensionError | None:
    """Have Zoho tell us of these modules' records, for as long as it can be; and of no others.

    Asked for again, a channel is renewed, and repaired where Zoho has dropped it. What goes wrong
    is noted; what kept all of it from being done is returned.
    """
    wanted = list(dict.fromkeys(modules))[:MOST_CHANNELS]
    known = _known(parts, caller.installation.id)
    _let_go(parts, caller.installation, [one for one in known if not _renewable(one, caller)])
    rows = once_more(lambda: _rows(parts, caller, wanted))
    crm = grants.crm(parts, caller.installation, caller.grant)
    asks = WatchAsks(crm.asks.version)
    _close_each(parts, caller, [one for one in rows if one.module not in wanted])
    try:
        mine = [one for one in rows if one.module in wanted]
        wishes = [Wish(one.channel_id, one.module, parts.vault.open(one.token)) for one in mine]
        until = parts.clock() + asks.life
        ask = asks.open_channels(wishes, parts.config.public_url + PATH, until)
        found = opened(crm.ask(ask), len(wishes))
    except ExtensionError as error:
        _note_trouble(parts, caller, error)
        return error
    except Unsealable:
        # Without the key nobody knows the tokens any more: they are made anew next time.
        _forget(parts, [one.channel_id for one in rows])
        return None
    _note(parts, caller, mine, found, asks)
    return None


def missed(parts: Parts, installation_id: int, module: str, changed_at: datetime) -> None:
    """A record of this module was changed then: was that told? Zoho can drop a channel without a
    word; where nothing has come by it since, the next round opens all of them again."""
    now = parts.clock()
    if not now - LOOKED_BACK < changed_at < now - LATE:
        return
    wanted = select(Channel.opened_at, Channel.heard_at).where(
        Channel.installation_id == installation_id,
        Channel.module == module,
        Channel.opened_at.is_not(None),
    )
    with parts.sessions() as db:
        row = db.execute(wanted).first()
    if row is not None and changed_at > max(at for at in row if at) + LATE:
        suspect(parts, installation_id)


def unheard(parts: Parts, installation_id: int, lead: Record | None) -> None:
    """The same of a lead as Zoho shows it, or does not show it any more."""
    if lead is None:
        suspect(parts, installation_id)
        return
    changed_at = moment(str(lead.values.get("Modified_Time")))
    if changed_at is not None:
        missed(parts, installation_id, "Leads", changed_at)


def suspect(parts: Parts, installation_id: int) -> None:
    """Have the channels seen to in the next round; at most once an hour, since Zoho need not tell
    all that we think it does."""
    now = parts.clock()
    lately = select(Channel.installation_id).where(Channel.opened_at > now - AGAIN)
    of = (Watch.installation_id == installation_id, Watch.due_at > now)
    with parts.sessions.begin() as db:
        done: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
            update(Watch).where(*of, Watch.installation_id.not_in(lately)).values(due_at=now)
        )
    if done.rowcount:
        log.warning("a change was not told: channels are seen to", installation_id=installation_id)


def see_to_soon(parts: Parts, db: Db, installation_id: int) -> None:
    """Have the channels seen to in the worker's next round: somebody else acts, or is back."""
    of = Watch.installation_id == installation_id
    db.execute(update(Watch).where(of).values(due_at=parts.clock()))


def close_all(parts: Parts, installation: Installation) -> None:
    """Nothing more is to be told."""
    _let_go(parts, installation, _known(parts, installation.id))


def _renewable(row: Channel, caller: Caller) -> bool:
    """Whether Zoho would open it anew for this person: it may refuse everybody but who has opened
    it before, and a number that somebody else uses."""
    taken = (row.problem or {}).get("code") == TAKEN
    return row.grant_id in (None, caller.grant.id) and not taken


def _let_go(parts: Parts, installation: Installation, rows: Sequence[Channel]) -> None:
    """Have Zoho close them for who has opened them, and forget them. What Zoho does not hear ends
    by itself within a week."""
    opened_by: dict[int, list[Channel]] = {}
    for one in rows:
        whose = one.grant_id or installation.automation_grant_id or 0
        opened_by.setdefault(whose, []).append(one)
    for whose, some in opened_by.items():
        with parts.sessions() as db:
            grant = db.get(Grant, whose)
        if grant is not None and grant.state == grants.ACTIVE:
            try:
                _close(parts, Caller(installation, grant, parts.clock()), some)
            except ExtensionError as error:
                log.warning("channels not closed", error_code=error.code)
        _forget(parts, [one.channel_id for one in some])


def _close_each(parts: Parts, caller: Caller, rows: Iterable[Channel]) -> None:
    """Those that nobody wants any more, each by itself: one that is not closed keeps no other from
    that, nor from being opened. What Zoho refuses it would refuse again; it ends by itself."""
    for one in rows:
        try:
            _close(parts, caller, [one])
        except ExtensionError as error:
            log.warning("channel not closed", error_code=error.code)
            if isinstance(error, ZohoRefused) and not isinstance(error, ScopeMissing):
                _forget(parts, [one.channel_id])


def _known(parts: Parts, installation_id: int) -> list[Channel]:
    with parts.sessions() as db:
        of = Channel.installation_id == installation_id
        return list(db.scalars(select(Channel).where(of)))


def _rows(parts: Parts, caller: Caller, wanted: Sequence[str]) -> list[Channel]:
    """The channels as they are known, with one for each wanted module: noted before it is asked
    for."""
    of = Channel.installation_id == caller.installation.id
    with parts.sessions.begin() as db:
        rows = list(db.scalars(select(Channel).where(of)))
        there = {one.module for one in rows}
        for module in wanted:
            if module not in there:
                rows.append(_new(parts, caller, module))
                db.add(rows[-1])
    return rows


def _new(parts: Parts, caller: Caller, module: str) -> Channel:
    token = secrets.token_urlsafe(24)
    return Channel(
        # Zoho wants numbers that nobody of the org uses: chance is enough.
        channel_id=str(10**17 + secrets.randbelow(9 * 10**17)),
        installation_id=caller.installation.id,
        grant_id=caller.grant.id,
        module=module,
        token=parts.vault.seal(token),
        token_digest=digest(token),
        expires_at=None,
        opened_at=None,
        heard_at=None,
        problem=None,
    )


def _note(
    parts: Parts, caller: Caller, rows: Sequence[Channel], found: Sequence[Opened], asks: WatchAsks
) -> None:
    now = parts.clock()
    for row, one in zip(rows, found, strict=True):
        problem = {"code": one.code, "message": one.message} if one.code else None
        # An answer that does not say until when stands for what was asked for.
        until = one.until or (None if one.code else now + asks.life)
        values = {"expires_at": until, "opened_at": None if one.code else now, "problem": problem}
        whose = {} if one.code else {"grant_id": caller.grant.id}
        _write(parts, row.channel_id, **values, **whose)
    lasting = min((one.until - now for one in found if one.until), default=asks.life)
    refused = [one.code for one in found if one.code]
    # Daily, or often enough for a version in which a channel lasts a day: what Zoho has dropped
    # is back by then, too.
    due = AGAIN if set(refused) - LASTING else min(DAILY, lasting / 2)
    _set_watch(parts, caller.installation.id, due_at=now + due, problem=None)
    log.info(
        "channels kept open",
        installation=caller.installation.short_id,
        open=len(found) - len(refused),
        refused=len(refused),
    )


def _note_trouble(parts: Parts, caller: Caller, error: ExtensionError) -> None:
    log.warning(
        "channels not kept open",
        installation=caller.installation.short_id,
        error_code=error.code,
    )
    problem = {"code": error.code, "message": error.message}
    lasts = isinstance(error, ZohoError) and error.zoho_code in LASTING
    due = parts.clock() + (DAILY if lasts else AGAIN)
    _set_watch(parts, caller.installation.id, due_at=due, problem=problem)


def _close(parts: Parts, caller: Caller, rows: Sequence[Channel]) -> None:
    if not rows:
        return
    crm = grants.crm(parts, caller.installation, caller.grant)
    ids = [one.channel_id for one in rows]
    crm.ask(WatchAsks(crm.asks.version).close_channels(ids))
    _forget(parts, ids)


def _forget(parts: Parts, ids: Sequence[str]) -> None:
    with parts.sessions.begin() as db:
        db.execute(delete(Channel).where(Channel.channel_id.in_(ids)))


def _write(parts: Parts, channel_id: str, **values: Any) -> None:
    with parts.sessions.begin() as db:
        db.execute(update(Channel).where(Channel.channel_id == channel_id).values(**values))


def _set_watch(parts: Parts, installation_id: int, **values: Any) -> None:
    with parts.sessions.begin() as db:
        db.execute(update(Watch).where(Watch.installation_id == installation_id).values(**values))
