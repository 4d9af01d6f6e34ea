"""Does, for leads: offer what they can become, and preview what would come of that."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from . import glances, grants, looking, remembered
from .errors import GrantRevoked, ScopeMissing, ZohoRefused
from .glances import Glance
from .parts import Parts
from .planning import choices as choosing
from .planning import option, plan_view
from .planning.choices import Choices
from .planning.holders import unsearched
from .planning.option import Options
from .planning.options import work_out
from .planning.plan import Plan, draw_up
from .planning.planned import Facts
from .planning.records import Record, User
from .planning.standing_in import settled
from .planning.targets import Target
from .sessions import Caller
from .zoho.client import Crm
from .zoho.threads import together


def offer(parts: Parts, caller: Caller, lead_id: str) -> dict[str, Any]:
    """Everything that the lead can become for this person. Nothing is written.

    Raises what `glances.anew` raises.
    """
    kept = remembered.recall(parts, caller, lead_id)
    return kept or offered(glances.anew(parts, caller, lead_id))


def offered(glance: Glance) -> dict[str, Any]:
    """The same, of a lead that was seen just now."""
    return {**option.as_json(worked_out(glance)), "as_of": glance.at.isoformat()}


def worked_out(glance: Glance) -> Options:
    """What the lead can become for who has seen it."""
    known = glance.known
    return work_out(glance.lead, known.targets, known.catalogue, facts(glance))


def preview(
    parts: Parts, caller: Caller, lead_id: str, wish: Mapping[str, object]
) -> dict[str, Any]:
    """The plan for this lead and these choices. Nothing is written.

    Of a lead that was looked at a moment ago nothing is asked of Zoho but the existing records
    that are to stand in. Raises InvalidInput naming every choice that cannot be, and what
    `glances.anew` raises.
    """
    glance = glances.lately(parts, caller, lead_id)
    return drawn(parts, caller, glance, wish).view


def try_out(
    parts: Parts, caller: Caller, lead_id: str, target: Target, wish: Mapping[str, object]
) -> dict[str, Any]:
    """The plan for a target that nobody has saved yet; else as `preview`.

    Raises InvalidInput besides where lint finds an error in it.
    """
    glance = glances.for_draft(parts, caller, glances.lately(parts, caller, lead_id), target)
    return drawn(parts, caller, glance, {**wish, "target": target.key}).view


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan, and as the page sees it."""

    plan: Plan
    view: dict[str, Any]


def drawn(parts: Parts, caller: Caller, glance: Glance, wish: Mapping[str, object]) -> Drawn:
    """The plan for what was seen of the lead. Raises InvalidInput."""
    catalogue, targets = glance.known.catalogue, glance.known.targets
    choices = choosing.read(wish, targets, catalogue)
    target = next(one for one in targets if one.key == choices.target)
    crm, lead = grants.crm(parts, caller.installation, caller.grant), glance.lead
    choices = settled(lead, target, choices, catalogue, facts(glance)).choices
    restores = crm.asks.offers("recycle_bin")
    known = replace(facts(glance, _standing_in(crm, target, choices)), restores=restores)
    plan = draw_up(lead, target, choices, catalogue, known)
    wanted = unsearched(plan, target, lead, catalogue, known.zoho_says)
    further = looking.found_by(crm, wanted)
    if any(found is None or found for found in further.values()):
        plan = draw_up(lead, target, choices, catalogue, known.with_found(further))
    view = plan_view.as_json(plan, lead, target, choices, glance.user.profile)
    return Drawn(plan, {**view, "as_of": glance.at.isoformat()})


def facts(glance: Glance, standing_in: Sequence[Record] = ()) -> Facts:
    """What planning needs to know; records that were read in full stand before those found."""
    seen, found = glance.seen, dict(glance.seen.found)
    for one in standing_in:
        others = [other for other in found.get(one.module) or () if other.id != one.id]
        found[one.module] = (one, *others)
    day = _today(glance.user, glance.at)
    return Facts(glance.user, day, seen.zoho_says, found, seen.named)


def _today(user: User, now: datetime) -> date:
    """The day it is where the person works."""
    zone: ZoneInfo | None = None
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo(user.time_zone) if user.time_zone else None
    return now.astimezone(zone or UTC).date()


def _standing_in(crm: Crm, target: Target, choices: Choices) -> list[Record]:
    """The existing records that were chosen, in full: searches show some of their fields only."""
    chosen = [(one.module, choices.of(one).link) for one in target.records]
    wanted = dict.fromkeys((module, link) for module, link in chosen if link)
    answers = together(*(_reading(crm, module, link) for module, link in wanted)) if wanted else ()
    return [one for one in answers if one is not None]


def _reading(crm: Crm, module: str, record_id: str) -> Callable[[], Record | None]:
    """Reads a record; one that this person cannot see is none, and the plan says so."""

    def read() -> Record | None:
        try:
            return crm.record(module, record_id)
        except (GrantRevoked, ScopeMissing):
            raise
        except ZohoRefused:
            return None

    return read
