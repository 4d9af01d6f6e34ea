"""Does, for a batch: draw up the plan of each of its leads, many at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select, update

from . import catalogues, conversions, grants, looking_many, spending
from .batch_wishes import BY_RULE, known_of
from .errors import InvalidInput
from .glances import Glance
from .looking import Look, Seen, found_by
from .looking_many import Wanted
from .parts import Parts
from .planning import choices as choosing
from .planning import crowd, drawn
from .planning.business import FULL_NAME, text_of
from .planning.choices import Choices
from .planning.crowd import Offer
from .planning.holders import unsearched
from .planning.option import reason_json
from .planning.plan import Plan, draw_up
from .planning.planned import Facts
from .planning.policies import meets
from .planning.reasons import Reason, say
from .planning.records import Lead, Record
from .planning.standing_in import settled
from .planning.targets import Target
from .sessions import Caller
from .store.batches import Batch, BatchRow
from .store.conversions import Conversion
from .store.models import Grant, Installation
from .zoho.thinking import give_way

AT_ONCE = 500
"""Leads that are looked at together: of what hangs on them Zoho is asked once for all."""

Json = dict[str, Any]


@dataclass(slots=True)
class Desk:
    """Where the plans of one batch are drawn."""

    parts: Parts
    caller: Caller
    look: Look
    batch: Batch
    offers: dict[str, Offer] = field(default_factory=dict)
    full: dict[tuple[str, str], Record] = field(default_factory=dict)


def plan(parts: Parts, row: Batch) -> None:
    """Plan what is listed, chunk by chunk, then sum up. May be called again at any time: what was
    planned stays. Raises ZohoError where Zoho does not say enough."""
    desk = _desk(parts, row)
    try:
        while listed := _listed(parts, row):
            _chunk(desk, listed)
    finally:
        spending.note(parts, row.installation_id, desk.look.crm.credits_left)
    sum_up(parts, row)


def again(parts: Parts, caller: Caller, row: Conversion) -> str:
    """The digest of the plan that its lead would have now, without what it shares with others;
    "" where it has none."""
    known = known_of(parts, caller)
    target = next((one for one in known.targets if one.key == row.target), None)
    with parts.sessions() as db:
        batch = db.get_one(Batch, row.batch_id)
    if target is None:
        return ""
    user = catalogues.user_at_hand(parts, caller) or catalogues.read_user(parts, caller)
    crm = grants.crm(parts, caller.installation, caller.grant)
    desk = Desk(parts, caller, Look(crm, known, user), batch)
    wanted = _wanted(desk, [target])
    seen = looking_many.look(desk.look, [row.lead_id], wanted).get(row.lead_id)
    if seen is None:
        return ""
    desk.full |= looking_many.in_full(desk.look, _links(desk, [seen], [target]))
    try:
        plan = _Drawing(desk, seen, target, {}).plan
    except InvalidInput:
        return ""
    return plan.digest if plan.possible else ""


def _desk(parts: Parts, row: Batch) -> Desk:
    with parts.sessions() as db:
        grant = db.get_one(Grant, row.grant_id)
        caller = Caller(db.get_one(Installation, row.installation_id), grant, parts.clock())
        before = db.scalars(
            select(BatchRow)
            .where(
                BatchRow.batch_id == row.id,
                BatchRow.state.in_(("planned", "started")),
                BatchRow.offers.is_not(None),
            )
            .order_by(BatchRow.place)
        ).all()
    known = known_of(parts, caller)
    user = catalogues.user_at_hand(parts, caller) or catalogues.read_user(parts, caller)
    crm = grants.crm(parts, caller.installation, caller.grant)
    desk = Desk(parts, caller, Look(crm, known, user), row)
    for one in before:
        some: Any = one.offers or []
        desk.offers = crowd.with_offers(
            desk.offers, (crowd.offer_from(one.place, each) for each in some)
        )
    return desk


def _listed(parts: Parts, row: Batch) -> Sequence[BatchRow]:
    of = (BatchRow.batch_id == row.id, BatchRow.state == "listed")
    with parts.sessions() as db:
        return db.scalars(select(BatchRow).where(*of).order_by(BatchRow.place).limit(AT_ONCE)).all()


def _targets(desk: Desk) -> list[Target]:
    wanted = desk.batch.target
    return [one for one in desk.look.known.targets if wanted in (one.key, BY_RULE)]


def _wanted(desk: Desk, targets: Sequence[Target]) -> Wanted:
    after: Any = desk.batch.choices.get("lead_after") or {}
    kinds = {after["kind"]} if after else {one.lead_after.kind for one in targets}
    return Wanted(tuple(targets), exact="delete" in kinds)


def _chunk(desk: Desk, listed: Sequence[BatchRow]) -> None:
    targets = _targets(desk)
    seen = looking_many.look(desk.look, [one.lead_id for one in listed], _wanted(desk, targets))
    desk.full |= looking_many.in_full(desk.look, _links(desk, seen.values(), targets))
    found = []
    for one in listed:
        give_way()
        found.append((one, _planned(desk, one, seen.get(one.lead_id), targets)))
    with desk.parts.sessions.begin() as db:
        for row, values in found:
            mine = (BatchRow.id == row.id, BatchRow.state == "listed")
            db.execute(update(BatchRow).where(*mine).values(**values))
        still = (Batch.id == desk.batch.id, Batch.state == "planning")
        db.execute(update(Batch).where(*still).values(changed_at=desk.parts.clock()))


def _glance(desk: Desk, seen: Seen) -> Glance:
    return Glance(desk.look.user, desk.look.known, seen, desk.parts.clock())


def _links(desk: Desk, seen: Any, targets: Sequence[Target]) -> list[tuple[str, str]]:
    """The existing records that will stand in for new ones, to be read in full."""
    found = []
    catalogue = desk.look.known.catalogue
    for one in seen:
        give_way()
        glance = _glance(desk, one)
        for target in targets:
            choices = _choices(desk, target, one)
            if choices is None:
                continue
            facts = conversions.facts(glance)
            now = settled(glance.lead, target, choices, catalogue, facts).choices
            found += [(each.module, link) for each in target.records if (link := now.of(each).link)]
    return found


def _choices(desk: Desk, target: Target, seen: Seen) -> Choices | None:
    known = desk.look.known
    wish = crowd.filled({**desk.batch.choices, "target": target.key}, seen.lead.values)
    try:
        return choosing.read(wish, known.targets, known.catalogue)
    except InvalidInput:
        return None


class _Drawing:
    """The plan of one lead for one target, and what it shares with others."""

    def __init__(self, desk: Desk, seen: Seen, target: Target, offers: Mapping[str, Offer]) -> None:
        known = desk.look.known
        self.target, self._desk, self._catalogue = target, desk, known.catalogue
        wish = crowd.filled({**desk.batch.choices, "target": target.key}, seen.lead.values)
        self.wish: Json = wish
        glance = _glance(desk, seen)
        lead = glance.lead
        read = choosing.read(wish, known.targets, known.catalogue)
        facts = conversions.facts(glance)
        read = settled(lead, target, read, known.catalogue, facts).choices
        linked = [(one.module, read.of(one).link) for one in target.records]
        there = [desk.full[key] for key in linked if key in desk.full]
        restores = desk.look.crm.asks.offers("recycle_bin")
        facts = replace(conversions.facts(glance, there), restores=restores)
        alone, facts = self._drawn(lead, read, facts)
        joined, self.shared = crowd.joined(alone, target, read, offers)
        self.plan = alone
        if self.shared:
            with_them = crowd.with_joined(facts, self.shared)
            self.plan = draw_up(lead, target, joined, known.catalogue, with_them)

    def _drawn(self, lead: Lead, choices: Choices, facts: Facts) -> tuple[Plan, Facts]:
        """The plan, and again with whoever else holds a value that must be unique."""
        found = draw_up(lead, self.target, choices, self._catalogue, facts)
        wanted = unsearched(found, self.target, lead, self._catalogue, facts.zoho_says)
        further = found_by(self._desk.look.crm, wanted)
        if any(one is None or one for one in further.values()):
            facts = facts.with_found(further)
            found = draw_up(lead, self.target, choices, self._catalogue, facts)
        return found, facts


def _planned(
    desk: Desk, row: BatchRow, seen: Seen | None, targets: Sequence[Target]
) -> dict[str, Any]:
    """What is written into the ledger about a lead."""
    if seen is None:
        return {"state": "blocked", "reason": GONE}
    said = {
        "name": text_of(seen.lead.values, FULL_NAME)[:300],
        "company": text_of(seen.lead.values, "Company")[:300],
        "lead_stamp": str(seen.lead.values.get("Modified_Time") or ""),
    }
    first: dict[str, Any] | None = None
    for target in targets:
        if desk.batch.target == BY_RULE and not meets(seen.lead.values, target.offered_when):
            continue
        try:
            made = _Drawing(desk, seen, target, desk.offers)
        except InvalidInput as error:
            fields: Any = error.details.get("fields") or {}
            why = next(iter(fields.values()), error.message)
            first = first or _blocked(target, {
                "code": error.code, "message": str(why), "details": {"fields": fields},
            })  # fmt: skip
            continue
        if made.plan.possible:
            return {**said, **_possible(desk, row, made)}
        first = first or _blocked(target, trouble(made.plan.blockers[0]))
    return {**said, **(first or {"state": "blocked", "reason": trouble(say("not_offered"))})}


GONE = {
    "code": "not_found",
    "message": "There is no such lead, or you may not see it. It may have been deleted.",
    "details": {},
}


def _blocked(target: Target, reason: Json) -> dict[str, Any]:
    return {"state": "blocked", "target": target.key, "reason": reason}


def trouble(reason: Reason) -> Json:
    details = {"key": reason.key, "params": dict(reason.params)}
    return {"code": reason.code, "message": reason.message, "details": details}


def _possible(desk: Desk, row: BatchRow, made: _Drawing) -> dict[str, Any]:
    plan, place = drawn.as_json(made.plan), row.place
    offers = crowd.offered(made.plan, made.target, place)
    desk.offers = crowd.with_offers(desk.offers, offers)
    values: Any = plan["values"]
    losses = [_loss(one) for one in values if one["fate"] == "lost"]
    return {
        "state": "planned",
        "target": made.target.key,
        "choices": made.wish,
        "plan": plan,
        "digest": str(plan["digest"]),
        "reason": None,
        "losses": losses,
        "lost": len(losses),
        "tally": crowd.tally(made.plan.steps),
        "offers": [one.as_json() for one in offers] or None,
        "joined_to": made.shared[0].place if made.shared else None,
    }


def _loss(fate: Json) -> Json:
    why = fate["reason"] or reason_json(say("no_field"))
    return {
        "field": fate["field"], "label": fate["label"], "code": why["code"],
        "message": why["message"], "key": why["key"], "params": why["params"],
    }  # fmt: skip


def sum_up(parts: Parts, row: Batch, problem: Json | None = None) -> None:
    """Estimate and digest, unless somebody has added leads, or stopped it, meanwhile."""
    with parts.sessions.begin() as db:
        still = (Batch.id == row.id, Batch.state == "planning")
        # Held until the end: whoever adds leads does so before they are counted, or after.
        hold = update(Batch).where(*still).values(changed_at=parts.clock()).returning(Batch.id)
        if db.scalar(hold) is None:
            return
        rows = db.execute(
            select(
                BatchRow.lead_id, BatchRow.state, BatchRow.digest, BatchRow.tally, BatchRow.reason
            )
            .where(BatchRow.batch_id == row.id, BatchRow.conversion_id.is_(None))
            .order_by(BatchRow.place)
        ).all()
        if any(one.state == "listed" for one in rows):
            return
        planned = [one for one in rows if one.state == "planned"]
        found = crowd.estimate([one.tally for one in planned])
        there = spending.left_in(parts, db, row.installation_id)
        # Where others of it run already and these cannot, there is nothing to agree to.
        on = row.started_at is not None and not planned
        values = {
            "state": "running" if on else "planned",
            "estimate": {**found, "credits_left": there},
            "problem": problem or spending.problem(found["credits"], there),
            "digest": crowd.digest(row.choices, ((one.lead_id, _said(one)) for one in rows)),
            "changed_at": parts.clock(),
        }
        db.execute(update(Batch).where(*still).values(**values))


def _said(row: Any) -> str:
    return str(row.digest if row.state == "planned" else (row.reason or {}).get("code"))
