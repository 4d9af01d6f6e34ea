"""Does, for a delivery: what it asks for, in the name of the automation grant."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import structlog
from sqlalchemy import ColumnElement, select, update

from . import (
    automations,
    conversions,
    doubts,
    glances,
    grants,
    own_calls,
    remembered,
    requested,
    unclear,
)
from .backoff import BUSY_SECONDS, SOON
from .errors import (
    ExtensionError,
    GrantRevoked,
    NotPossible,
    ScopeMissing,
    ZohoBusy,
    ZohoUnclear,
)
from .glances import Glance
from .parts import Parts
from .planning.assessment import assess, written
from .planning.automation import chosen
from .planning.business import leads_of
from .planning.obstacles import is_converted
from .requested import Wish
from .runs import RUNNABLE
from .sessions import Caller
from .store.conversions import Conversion
from .store.inbox import Delivery
from .store.models import Grant
from .zoho.outcomes import RowOutcome, RowRefused, RowUnclear
from .zoho.writer import Writer

log = structlog.get_logger(__name__)


BEHIND = "conversion_under_way"
INSISTS = {
    "code": "own_write",
    "message": "Our own write has caused this call. An administrator wants it done all the same.",
    "details": {"insists": True},
}


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a delivery."""

    state: Literal["done", "nothing", "dropped", "failed"]
    code: str = ""
    message: str = ""
    conversion: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def problem(self) -> dict[str, object] | None:
        if not self.code:
            return None
        return {"code": self.code, "message": self.message, "details": dict(self.details)}


CONVERTED = Became("nothing", "already_converted", "The lead has been converted already.")


@dataclass(frozen=True, slots=True)
class Later:
    """Not now."""

    seconds: float
    problem: Mapping[str, object] | None = None
    """Why, where a person has to do something before it goes on, or would wonder."""
    behind: bool = False
    """Whether it waits for another conversion of the lead: that may take its time."""


def act(parts: Parts, row: Delivery) -> Became | Later:
    """Do what it asks for. May be called again at any time; what was done is not done twice."""
    try:
        caller = automations.caller_of(parts, row.installation_id)
        return ACTS[row.action](parts, caller, row)
    except ZohoBusy as error:
        return Later(float(str(error.details.get("retry_after", BUSY_SECONDS))))
    except (GrantRevoked, ScopeMissing) as error:
        return Later(BUSY_SECONDS, to_say(row, error.code, error.message))
    except ExtensionError as error:
        return Became("failed", error.code, error.message, details=_codes(error))


def to_say(row: Delivery, code: str, message: str) -> dict[str, object]:
    """Why the delivery waits, such as what a person has to do before it goes on."""
    details = {"insists": True} if insists(row) else {}
    return {"code": code, "message": message, "details": details}


def still_to_say(row: Delivery) -> Mapping[str, object] | None:
    """What of what was said of it before holds where Zoho is busy now."""
    return INSISTS if insists(row) else None


def insists(row: Delivery) -> bool:
    """Whether an administrator wants it done although our own write has caused it."""
    details = (row.problem or {}).get("details")
    return isinstance(details, Mapping) and bool(details.get("insists"))


def _codes(error: ExtensionError) -> dict[str, object]:
    """The codes of what stands in the way; the sentences may name records."""
    found = error.details.get("blockers")
    if not isinstance(error, NotPossible) or not isinstance(found, list):
        return {}
    return {"blockers": [one.get("code") for one in found]}


def _convert(parts: Parts, caller: Caller, row: Delivery) -> Became | Later:
    """Into the target that the call names, or that the org's rules choose."""
    key = f"delivery-{row.public_id}"
    made_before = _made(parts, row, key)
    if made_before is not None:
        return Became("done", conversion=made_before)
    there = _open(parts, row)
    if there is not None and there.state in RUNNABLE:
        return _behind(row, there)
    glance = glances.anew(parts, caller, row.lead_id)
    if not insists(row) and own_calls.is_ours(parts, row, glance.seen.lead):
        return Became("dropped", "own_write", "Our own write to the lead has caused this call.")
    if there is not None:
        return _behind(row, there)
    if is_converted(glance.seen.lead.values):
        return CONVERTED
    choices = _choices(parts, row, glance)
    if isinstance(choices, Became):
        return choices
    before = _before(parts, row, str(choices["target"]))
    if before is not None:
        message = "The lead has become that already. Undo it first, or convert it by hand."
        return Became("nothing", "already_converted", message, before)
    requested.request(parts, caller, Wish(row.lead_id, choices, None, key), glance)
    made = _made(parts, row, key)
    if made is None:
        # Somebody has asked for another one while the lead was looked at.
        there = _open(parts, row)
        return Later(SOON) if there is None else _behind(row, there)
    return Became("done", conversion=made)


def _behind(row: Delivery, there: Conversion) -> Became | Later:
    """The lead is being converted, which nothing overtakes; whom that waits for, may take long."""
    if there.state in RUNNABLE:
        message = "Another conversion of this lead is under way. Once it is over, this goes on."
        return Later(SOON, to_say(row, BEHIND, message), behind=True)
    message = "Another conversion of this lead waits for a person. End that, then replay this."
    return Became("failed", "conversion_open", message, there.public_id)


def _choices(parts: Parts, row: Delivery, glance: Glance) -> dict[str, object] | Became:
    if row.target:
        if all(one.key != row.target for one in glance.known.targets):
            message = "There is no target of the name that the call gives."
            return Became("failed", "unknown_target", message)
        return {"target": row.target}
    rule = chosen(automations.current(parts, row.installation_id), glance.seen.lead.values)
    if rule is None:
        return Became("nothing", "no_rule", "No rule of the automation is meant for this lead.")
    return rule.wish


def _open(parts: Parts, row: Delivery) -> Conversion | None:
    with parts.sessions() as db:
        return db.scalar(select(Conversion).where(*_of_lead(row), Conversion.open.is_(True)))


def _made(parts: Parts, row: Delivery, key: str) -> str | None:
    """The conversion that this call has brought already, in whatever state and as whoever it was
    asked for: the worker may have died before it noted that, and automation act as another now."""
    wanted = select(Conversion.public_id).where(
        Conversion.installation_id == row.installation_id, Conversion.idempotency_key == key
    )
    with parts.sessions() as db:
        return db.scalar(wanted.order_by(Conversion.id).limit(1))


def _before(parts: Parts, row: Delivery, target: str) -> str | None:
    """The conversion by which the lead has become this already."""
    wanted = select(Conversion.public_id).where(
        *_of_lead(row), Conversion.target == target, Conversion.state == "done"
    )
    with parts.sessions() as db:
        return db.scalar(wanted.order_by(Conversion.id.desc()).limit(1))


def _of_lead(row: Delivery) -> tuple[ColumnElement[bool], ...]:
    return (
        Conversion.installation_id == row.installation_id,
        Conversion.lead_id == row.lead_id,
    )


def _assess(parts: Parts, caller: Caller, row: Delivery) -> Became | Later:
    """Write to the lead how ready it is, without waking a rule: noted before and after."""
    there = _open(parts, row)
    if there is not None and there.state in RUNNABLE:
        return _behind(row, there)
    fields = automations.current(parts, row.installation_id).assess
    if not fields:
        message = "No fields are chosen that would show it: see the settings of the automation."
        return Became("nothing", "no_fields_chosen", message)
    glance = glances.anew(parts, caller, row.lead_id)
    if is_converted(glance.seen.lead.values):
        return CONVERTED
    found = assess(conversions.worked_out(glance).options, fields.values())
    found = replace(found, became=_became(parts, row, glance))
    try:
        values = written(found, fields, leads_of(glance.known.catalogue).fields)
    except ValueError as error:
        return Became("failed", "value_does_not_fit", str(error))
    held = {name: glance.seen.lead.values.get(name) for name in values}
    noted = row.written or {}
    if held == values and noted.get("state") == "sent" and noted.get("values") == values:
        # Its answer was lost, and it was done.
        _note(parts, row, {**noted, "state": "done"})
        return Became("done")
    if held == values:
        return Became("nothing", "unchanged", "The lead says so already.")
    before = noted.get("before", held)
    what = {"values": values, "before": before, "unclear": noted.get("unclear", 0)}
    _note(parts, row, {**what, "state": "sent"})
    said = _written_to(parts, caller, row, values)
    if isinstance(said, RowUnclear):
        return _unclear(parts, row, what)
    if isinstance(said, RowRefused) and said.busy:
        return Later(BUSY_SECONDS)
    if isinstance(said, RowRefused):
        _note(parts, row, {**what, "state": "refused"})
        doubts.of_refusal(parts, row.installation_id, [("Leads", said.code, said.field)])
        return Became("failed", "zoho_refused", said.message, details={"zoho_code": said.code})
    _note(parts, row, {**what, "state": "done"})
    return Became("done")


def _written_to(
    parts: Parts, caller: Caller, row: Delivery, values: Mapping[str, object]
) -> RowOutcome:
    writer = Writer(grants.crm(parts, caller.installation, caller.grant))
    try:
        return writer.update("Leads", [{"id": row.lead_id, **values}], workflows=False)[0]
    except ZohoUnclear as error:
        return RowUnclear(error.zoho_code)


def _unclear(parts: Parts, row: Delivery, what: Mapping[str, Any]) -> Became | Later:
    """It is looked later what the lead holds, and not for ever; who replays it begins anew."""
    times = what["unclear"] + 1
    over = times >= unclear.MOST
    _note(parts, row, {**what, "state": "sent", "unclear": 0 if over else times})
    if not over:
        return Later(unclear.pause(times))
    message = "Zoho never said whether it has written this to the lead. Replay it later."
    return Became("failed", "step_unclear", message)


def _became(parts: Parts, row: Delivery, glance: Glance) -> str | None:
    """The label of what the lead has last become; "" once that is taken back."""
    wanted = select(Conversion.state, Conversion.target).where(
        *_of_lead(row), Conversion.state.in_(("done", "undone"))
    )
    with parts.sessions() as db:
        last = db.execute(wanted.order_by(Conversion.id.desc()).limit(1)).first()
    if last is None:
        return None
    labels = {one.key: one.label for one in glance.known.targets}
    return (labels.get(last.target) or last.target) if last.state == "done" else ""


def _note(parts: Parts, row: Delivery, what: Mapping[str, object]) -> None:
    with parts.sessions.begin() as db:
        db.execute(update(Delivery).where(Delivery.id == row.id).values(written=dict(what)))


def _options(parts: Parts, caller: Caller, row: Delivery) -> Became | Later:
    """Work the options out for the lead's owner, who is likely to open the widget next."""
    if row.problem and not row.replays and row.received_at + remembered.KEPT <= parts.clock():
        # Whoever came back may find thousands of these before the calls that still matter.
        message = (
            "These options had to wait until nobody would have found them ready any more. The "
            "widget works them out when the lead is opened."
        )
        return Became("nothing", "too_late", message)
    glance = glances.anew(parts, caller, row.lead_id)
    owner = glance.seen.lead.values.get("Owner")
    person = _person(parts, caller, str(owner.get("id")) if isinstance(owner, Mapping) else "")
    if person is not None:
        # Whoever has to sign in again first has nothing to be quick for.
        with suppress(GrantRevoked, ScopeMissing):
            seen = glances.anew(parts, person, row.lead_id)
            remember(parts, person, seen, conversions.offered(seen))
    return Became("done")


def remember(parts: Parts, caller: Caller, glance: Glance, answer: dict[str, object]) -> None:
    """Keep what was worked out for who has looked."""
    stamp = str(glance.seen.lead.values.get("Modified_Time") or "")
    remembered.keep(parts, caller, glance.seen.lead.id, stamp, answer)


def _person(parts: Parts, caller: Caller, zoho_user_id: str) -> Caller | None:
    """The owner, if they have signed in to us and are somebody else."""
    wanted = select(Grant).where(
        Grant.installation_id == caller.installation.id,
        Grant.zoho_user_id == zoho_user_id,
        Grant.state == grants.ACTIVE,
        Grant.id != caller.grant.id,
    )
    with parts.sessions() as db:
        grant = db.scalar(wanted)
    return None if grant is None else Caller(caller.installation, grant, caller.expires_at)


Act = Callable[[Parts, Caller, Delivery], Became | Later]
ACTS: Mapping[str, Act] = {"convert": _convert, "assess": _assess, "options": _options}
