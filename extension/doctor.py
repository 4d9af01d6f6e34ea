"""Does, for an org: find out what keeps it from working well."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select

from . import automations, chosen_targets, grants, provisioning, refusals
from .errors import ExtensionError
from .parts import Parts
from .planning.deal_fields import DealGap, deal_gaps
from .planning.doctor import Complaint, Facts, complaints
from .planning.provision import Item, OfChannel
from .sessions import Caller
from .store import database
from .store.inbox import Delivery
from .store.models import Grant, Job
from .store.watching import Channel, Watch
from .zoho.scopes import SCOPES, SETUP, missing


@dataclass(frozen=True, slots=True)
class _Zoho:
    """What Zoho says, as far as it could be asked."""

    targets: Sequence[tuple[Literal["error", "warning"], str]] = ()
    rules: Sequence[tuple[Literal["error", "warning"], str]] = ()
    setup: Sequence[str] = ()
    unread: str = ""
    deals: Sequence[DealGap] = ()


def examine(parts: Parts, caller: Caller) -> tuple[Complaint, ...]:
    """Everything that is not as it should be, as the caller sees it. Nothing is written, and
    whatever fails meanwhile is a finding."""
    zoho = _zoho(parts, caller)
    automation, state, revoked = _grants(parts, caller)
    credits_left, ahead = _last_said(parts, caller)
    facts = Facts(
        tables_current=database.is_current(parts.engine),
        api_version=parts.config.zoho_api_version,
        automation=state,
        automation_name=automation.user_name if automation else "",
        revoked=revoked,
        scopes_missing=sorted(missing(automation.scopes, (*SCOPES, *SETUP))) if automation else (),
        targets=zoho.targets,
        rules=zoho.rules,
        setup=zoho.setup,
        channels=_channels(parts, caller),
        waiting_minutes=_waiting(parts, caller),
        credits_left=credits_left,
        ahead=ahead,
        deals=zoho.deals,
        unread=zoho.unread,
        refused=refusals.since_yesterday(parts, caller.installation.id),
    )
    return complaints(facts, f"{parts.config.public_url}/install")


def _zoho(parts: Parts, caller: Caller) -> _Zoho:
    try:
        chosen = chosen_targets.look(parts, caller)
        look = provisioning.look(parts, caller)
        rules = _rules(parts, caller)
    except ExtensionError as error:
        return _Zoho(unread=error.message)
    lacking = [one.said.message for one in look.items if _is_lacking(one)]
    # What we suggest ourselves may lose a value here and there; nobody has to hear of that.
    theirs = chosen.findings if chosen.version != chosen_targets.NEVER else ()
    # Who converts leads in ways of our own alone makes no deals by Zoho's.
    by_zoho = any(one.kind == "zoho" for one in chosen.targets)
    deals = deal_gaps(chosen.catalogue) if by_zoho else ()
    return _Zoho([(one.severity, one.message) for one in theirs], rules, lacking, deals=deals)


def _rules(parts: Parts, caller: Caller) -> list[tuple[Literal["error", "warning"], str]]:
    """What is to be said of the automation, with the name of the rule where it is one's."""
    look = automations.look(parts, caller)
    names = {f"rules[{at}]": f"{one.name}: " for at, one in enumerate(look.automation.rules)}
    return [
        (one.severity, names.get(one.path.partition(".")[0], "") + one.message)
        for one in look.findings
    ]


def _is_lacking(one: Item) -> bool:
    # What is to be said of channels is said by itself.
    return one.state != "right" and not isinstance(one.subject, OfChannel)


def _grants(
    parts: Parts, caller: Caller
) -> tuple[Grant | None, Literal["active", "revoked", "none"], int]:
    """The automation grant, its state, and how many others are dead."""
    chosen = caller.installation.automation_grant_id
    with parts.sessions() as db:
        rows = list(
            db.scalars(select(Grant).where(Grant.installation_id == caller.installation.id))
        )
    dead = [one for one in rows if one.state != grants.ACTIVE]
    automation = next((one for one in rows if one.id == chosen), None)
    if automation is None:
        return None, "none", len(dead)
    state: Literal["active", "revoked"] = "revoked" if automation in dead else "active"
    return automation, state, len([one for one in dead if one is not automation])


def _channels(parts: Parts, caller: Caller) -> list[str]:
    now, mine = parts.clock(), caller.installation.id
    with parts.sessions() as db:
        watch = db.get(Watch, mine)
        rows = list(db.scalars(select(Channel).where(Channel.installation_id == mine)))
    if watch is None and not rows:
        return ["no worker has seen to it yet."]
    if watch is not None and watch.problem:
        return [str(watch.problem["message"])]
    said = [f"{one.module}: {one.problem['message']}" for one in rows if one.problem]
    over = [one for one in rows if not one.problem and (one.expires_at or now) <= now]
    return said + [f"{one.module}: the channel is not open." for one in over]


def _waiting(parts: Parts, caller: Caller) -> float:
    """How many minutes the first has been waiting for a worker: a conversion, or a call that no
    worker has put in line."""
    return max(_waiting_jobs(parts, caller), _waiting_calls(parts, caller))


def _waiting_calls(parts: Parts, caller: Caller) -> float:
    """Minutes since the first call that nobody has looked at was due."""
    wanted = select(func.min(Delivery.due_at)).where(
        Delivery.installation_id == caller.installation.id, Delivery.state == "accepted"
    )
    with parts.sessions() as db:
        first = db.scalar(wanted)
    return 0.0 if first is None else max(0.0, (parts.clock() - first).total_seconds() / 60)


def _waiting_jobs(parts: Parts, caller: Caller) -> float:
    """Minutes since the first in line was put there. By the database's clock on both sides."""
    wanted = select(func.min(Job.changed_at)).where(
        Job.installation == str(caller.installation.id),
        Job.asked > Job.heeded,
        Job.worker.is_(None),
    )
    with parts.sessions() as db:
        first = db.scalar(wanted)
        now = db.scalar(select(func.current_timestamp(type_=Job.__table__.c.changed_at.type)))
    if first is None or now is None:
        return 0.0
    return max(0.0, float((now - first).total_seconds()) / 60)


def _last_said(parts: Parts, caller: Caller) -> tuple[int | None, float | None]:
    """What Zoho says with one answer: the credits that are left, nothing while less than half of
    them are used; and by how many seconds our clock is ahead of its."""
    with suppress(ExtensionError):
        crm = grants.crm(parts, caller.installation, caller.grant)
        crm.org()
        now = crm.clock.now()
        # Zoho says whole seconds.
        ahead = None if now is None else float(round((parts.clock() - now).total_seconds()))
        return crm.credits_left, ahead
    return None, None
