"""What an org's CRM is made of, as Zoho last said: kept in the store, renewed before it is old.

Modules, fields, layouts and pipelines are read with the automation grant, since an administrator
sees all of them; what a person may see of it is then decided by the profiles named in it. What had
to be read with a user's own grant is what that profile sees, and is kept for that profile only.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy import ColumnElement, CursorResult, or_, select, update

from . import describing, grants, installations, sentry
from .describing import Answers, Expected
from .errors import ExtensionError, GrantRevoked, ZohoError, ZohoRefused
from .parts import Parts
from .planning.records import Catalogue, Module, Profile, User
from .sessions import Caller
from .shelf import Key, Known
from .store.database import once_more
from .store.models import ChosenTargets, Grant, Installation, Metadata
from .zoho import metadata, people
from .zoho.client import Crm
from .zoho.threads import together

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=10)
"""Older than this, it is read again in the background; nobody waits."""
EXPIRED = timedelta(minutes=20)
"""Older than this, it is not used any more."""
AT_LEAST = timedelta(minutes=1)
"""So long it is used, whatever speaks against it: many doubts at once are one reason to read."""
LEASE = timedelta(minutes=2)
PATIENCE_SECONDS = 10.0
"""Who has waited so long for another's reading reads for themselves."""
CATALOGUE = "catalogue"
IS_CATALOGUE = or_(
    Metadata.kind == CATALOGUE, Metadata.kind.startswith(f"{CATALOGUE}:", autoescape=True)
)

Said = TypeVar("Said")


def at_hand(parts: Parts, caller: Caller) -> Known | None:
    """The org's catalogue without asking Zoho, at most EXPIRED old; None where it must be read."""
    kept = _kept(parts, caller)
    if not kept:
        return None
    key, read_at = kept[0]
    if parts.clock() - max(at for _, at in kept) >= FRESH:
        _later(parts, key, read_at, lambda: refresh(parts, caller))
    return parts.shelf.get(key, read_at, Known) or _parsed(parts, _row(parts, key))


def _kept(parts: Parts, caller: Caller) -> list[tuple[Key, datetime]]:
    """What may still be used and when it was read: first what is everybody's, then what the
    caller's profile sees."""
    kinds = (CATALOGUE, own_kind(caller.grant.profile_id))
    return _usable(parts, caller.installation.id, kinds)


def _usable(parts: Parts, installation_id: int, kinds: Sequence[str]) -> list[tuple[Key, datetime]]:
    now = parts.clock()
    wanted = select(Metadata.kind, Metadata.read_at, Metadata.doubted_at).where(
        Metadata.installation_id == installation_id,
        Metadata.kind.in_(kinds),
        Metadata.read_at > now - EXPIRED,
    )
    with parts.sessions() as db:
        rows = db.execute(wanted).all()
    found = {row.kind: row.read_at for row in rows
             if row.doubted_at is None or now < row.read_at + AT_LEAST}  # fmt: skip
    return [((installation_id, kind), found[kind]) for kind in kinds if kind in found]


def in_use(parts: Parts, installation_id: int) -> Catalogue | None:
    """Everybody's catalogue as it is used now, without asking Zoho."""
    kept = _usable(parts, installation_id, [CATALOGUE])
    if not kept:
        return None
    [(key, read_at)] = kept
    return (parts.shelf.get(key, read_at, Known) or _parsed(parts, _row(parts, key))).catalogue


def is_due(now: datetime) -> ColumnElement[bool]:
    """Whether a row is to be read again: for its age, or because it is doubted."""
    doubted = Metadata.doubted_at.is_not(None) & (Metadata.read_at <= now - AT_LEAST)
    return or_(Metadata.read_at < now - FRESH, doubted)


def freshen(parts: Parts, caller: Caller) -> bool:
    """Read the catalogue again, where it is due and nobody else is at it. Returns whether that was
    done; where it fails, somebody with another grant may try at once."""
    key = (caller.installation.id, CATALOGUE)
    turn = _claim(parts, key, is_due(parts.clock()))
    if turn is None:
        return False
    done = False
    try:
        refresh(parts, caller)
        done = True
    finally:
        if not done:
            _release(parts, key, turn)
    return True


def known(parts: Parts, caller: Caller) -> Known:
    """What is at hand; else what Zoho says now."""
    return at_hand(parts, caller) or read(parts, caller)


def read(parts: Parts, caller: Caller) -> Known:
    """The catalogue, asked of Zoho where it is not at hand; of many who need it at once, one
    asks."""
    with parts.shelf.turn(caller.installation.id, PATIENCE_SECONDS):
        return at_hand(parts, caller) or refresh(parts, caller)


def refresh(parts: Parts, caller: Caller) -> Known:
    """Read everything from Zoho now."""
    begun = parts.clock()
    expected = _expected(parts, caller.installation.id)
    answers, for_all = _with_the_best(
        parts, caller, lambda crm: describing.everything(crm, expected)
    )
    kind = CATALOGUE if for_all else own_kind(caller.grant.profile_id)
    return _parsed(parts, _keep(parts, caller.installation.id, kind, answers, begun))


def furnish(parts: Parts, caller: Caller, known: Known, names: Iterable[str]) -> Known:
    """The same, with these modules described too; Zoho is asked for those that are not yet."""
    modules = known.catalogue.modules
    lacking = [modules[one] for one in dict.fromkeys(names) if is_bare(known.catalogue, one)]
    if not lacking:
        return known
    found = together(*(partial(_furnished, parts, caller, known.read_at, one) for one in lacking))
    every = {**modules, **{one.api_name: one for one in found}}
    return replace(known, catalogue=replace(known.catalogue, modules=every))


def is_bare(catalogue: Catalogue, name: str) -> bool:
    """Whether there is such a module, of which no more is known."""
    module = catalogue.modules.get(name)
    return module is not None and not module.fields


def _furnished(parts: Parts, caller: Caller, read_at: datetime, module: Module) -> Module:
    everybodys = (caller.installation.id, f"module:{module.api_name}")
    own = (caller.installation.id, f"module:{module.api_name}:{caller.grant.profile_id}")
    for key in (everybodys, own):
        kept = parts.shelf.get(key, read_at, Module)
        if kept is not None:
            return kept
    (fields, layouts), for_all = _with_the_best(
        parts, caller, lambda crm: describing.description(crm, module.api_name)()
    )
    found = metadata.furnished(module, metadata.fields(fields), metadata.layouts(layouts))
    parts.shelf.put(everybodys if for_all else own, read_at, found)
    return found


def user_at_hand(parts: Parts, caller: Caller) -> User | None:
    """The caller with the profile's permissions, without asking Zoho, at most EXPIRED old."""
    key = (caller.installation.id, profile_kind(caller.grant.profile_id))
    read_at = _read_at(parts, key)
    if read_at is None:
        return None
    age = parts.clock() - min(read_at, caller.grant.user_read_at)
    if age >= EXPIRED:
        return None
    if age >= FRESH:
        _later(parts, key, read_at, lambda: read_user(parts, caller))
    profile = parts.shelf.get(key, read_at, Profile)
    return _user(caller.grant, profile or _profile(parts, _row(parts, key), caller.grant))


def read_user(parts: Parts, caller: Caller) -> User:
    """Ask Zoho who the caller is now (they may have got another profile), unless it has just said
    so, and what that allows.

    A profile that cannot be read has no known permissions: Zoho then decides when it comes to it.
    """
    grant = caller.grant
    if parts.clock() - grant.user_read_at >= FRESH:
        grant = _read_who(parts, caller)
    answer = _read_profile(parts, caller, grant.profile_id)
    kind = profile_kind(grant.profile_id)
    row = _keep(parts, caller.installation.id, kind, answer, parts.clock())
    return _user(grant, _profile(parts, row, grant))


def _read_profile(parts: Parts, caller: Caller, profile_id: str) -> Answers:
    def ask(crm: Crm) -> Answers:
        return crm.ask(crm.asks.profile(profile_id)) or {}

    try:
        return _with_the_best(parts, caller, ask)[0]
    except GrantRevoked:
        raise
    except ZohoRefused:
        return {}


def _read_who(parts: Parts, caller: Caller) -> Grant:
    """The caller's grant, with what Zoho says of its user now."""
    now_user = grants.crm(parts, caller.installation, caller.grant).current_user()
    with parts.sessions.begin() as db:
        grant = db.get(Grant, caller.grant.id)
        if grant is None:
            raise grants.uninstalled()
        installations.note_user(parts, grant, now_user)
    return grant


def administers(parts: Parts, caller: Caller) -> bool:
    """Whether the caller administers the org, as Zoho said at most EXPIRED ago."""
    if parts.clock() - caller.grant.user_read_at < EXPIRED:
        return caller.grant.administrator
    return read_user(parts, caller).administrator


def profile_kind(profile_id: str) -> str:
    return f"profile:{profile_id}"


def own_kind(profile_id: str) -> str:
    """The catalogue as one profile sees it."""
    return f"{CATALOGUE}:{profile_id}"


def _user(grant: Grant, profile: Profile) -> User:
    return User(
        id=grant.zoho_user_id,
        name=grant.user_name,
        email=grant.user_email,
        profile=profile,
        locale=grant.locale,
        time_zone=grant.time_zone,
        administrator=grant.administrator,
    )


def _profile(parts: Parts, row: Metadata, grant: Grant) -> Profile:
    try:
        profile = people.profile(row.answers)
    except ZohoError:
        profile = Profile(id=grant.profile_id, name=grant.profile_name)
    parts.shelf.put((row.installation_id, row.kind), row.read_at, profile)
    return profile


def _expected(parts: Parts, installation_id: int) -> Expected:
    """What will have to be described: what the org's own targets name, and what was there last,
    however long ago."""
    chosen = select(ChosenTargets.document).where(ChosenTargets.installation_id == installation_id)
    with parts.sessions() as db:
        document: Any = db.scalar(chosen) or []
        last = db.get(Metadata, (installation_id, CATALOGUE))
    named = {one["module"] for target in document for one in target.get("records", ())}
    return describing.expected(last.answers if last else {}, named)


def _parsed(parts: Parts, row: Metadata) -> Known:
    known = describing.read(row.answers, row.read_at)
    parts.shelf.put((row.installation_id, row.kind), row.read_at, known)
    return known


def _with_the_best(parts: Parts, caller: Caller, ask: Callable[[Crm], Said]) -> tuple[Said, bool]:
    """Ask with the automation grant, which sees most; where that one is dead or too weak, with
    the caller's own: what this user sees is better than nothing. Says also whether it was the
    automation grant, so that what was said is for all."""
    automation = _automation(parts, caller)
    if automation is not None:
        with suppress(ZohoRefused):
            return ask(grants.crm(parts, caller.installation, automation)), True
    is_automation = caller.grant.id == caller.installation.automation_grant_id
    return ask(grants.crm(parts, caller.installation, caller.grant)), is_automation


def _automation(parts: Parts, caller: Caller) -> Grant | None:
    """The automation grant, if it works and is not the caller's own."""
    wanted = caller.installation.automation_grant_id
    if wanted is None or wanted == caller.grant.id:
        return None
    with parts.sessions() as db:
        grant = db.get(Grant, wanted)
    return grant if grant is not None and grant.state == grants.ACTIVE else None


def _read_at(parts: Parts, key: Key) -> datetime | None:
    """When it was read; the answers themselves are large, and mostly on the shelf."""
    with parts.sessions() as db:
        return db.scalar(select(Metadata.read_at).where(*_is(key)))


def _row(parts: Parts, key: Key) -> Metadata:
    with parts.sessions() as db:
        row = db.get(Metadata, key)
    if row is None:
        raise grants.uninstalled()
    return row


def _is(key: Key) -> tuple[ColumnElement[bool], ...]:
    return Metadata.installation_id == key[0], Metadata.kind == key[1]


def _keep(
    parts: Parts, installation_id: int, kind: str, answers: Answers, begun: datetime
) -> Metadata:  # fmt: skip
    row = Metadata(
        installation_id=installation_id,
        kind=kind,
        answers=answers,
        read_at=parts.clock(),
        refreshing_until=None,
        doubted_at=None,
    )
    return once_more(lambda: _write(parts, row, begun))


def _write(parts: Parts, row: Metadata, begun: datetime) -> Metadata:
    with parts.sessions.begin() as db:
        if db.get(Installation, row.installation_id) is None:
            return row
        before = db.get(Metadata, (row.installation_id, row.kind))
        if before is not None and before.doubted_at is not None and before.doubted_at > begun:
            # Whoever answered may not have known of it yet.
            row.doubted_at = before.doubted_at
        return db.merge(row)


def _later(parts: Parts, key: Key, read_at: datetime, work: Callable[[], object]) -> None:
    """Do it in the background, unless another thread or process is at it."""
    # Else whoever looked just before another was done would do it once more.
    if _claim(parts, key, Metadata.read_at <= read_at) is not None:
        parts.background.submit(work).add_done_callback(_log_failure)


def _claim(parts: Parts, key: Key, is_wanted: ColumnElement[bool]) -> datetime | None:
    """Become the one that reads it again if that is wanted, for as long as that may take: until
    when, or None where it is not, or another is at it."""
    now = parts.clock()
    with parts.sessions.begin() as db:
        claimed: CursorResult[tuple[()]] = db.execute(  # type: ignore[assignment]
            update(Metadata)
            .where(
                *_is(key),
                is_wanted,
                or_(Metadata.refreshing_until.is_(None), Metadata.refreshing_until < now),
            )
            .values(refreshing_until=now + LEASE)
        )
        return now + LEASE if claimed.rowcount == 1 else None


def _release(parts: Parts, key: Key, turn: datetime) -> None:
    with parts.sessions.begin() as db:
        is_mine = (*_is(key), Metadata.refreshing_until == turn)
        db.execute(update(Metadata).where(*is_mine).values(refreshing_until=None))


def _log_failure(done: "Future[object]") -> None:
    error = done.exception()
    if isinstance(error, ExtensionError):
        log.warning("metadata not refreshed", error_code=error.code)
    elif error is not None:
        sentry.report(error)
        log.error("metadata not refreshed", exc_info=error)
