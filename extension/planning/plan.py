"""Draws up the plan for one lead: what will be done, and what comes of it, before it is done."""

from dataclasses import replace

from extension.planning.choices import Choices
from extension.planning.drawn import Plan, as_json
from extension.planning.plan_records import plan_records
from extension.planning.plan_zoho import plan_zoho
from extension.planning.planned import Facts
from extension.planning.records import Catalogue, Lead
from extension.planning.standing_in import settled
from extension.planning.targets import Target

__all__ = ["Choices", "Facts", "Plan", "as_json", "draw_up"]


def draw_up(
    lead: Lead, target: Target, choices: Choices, catalogue: Catalogue, facts: Facts
) -> Plan:
    """Exactly what will happen to this lead. Same input, same plan, same digest.

    What stands in the way is in the plan (`blockers`), never raised: a plan that cannot be carried
    out yet is what the person completes.
    """
    if target.kind == "zoho":
        return plan_zoho(lead, target, choices, catalogue, facts)
    now = settled(lead, target, choices, catalogue, facts)
    plan = plan_records(lead, target, now.choices, catalogue, facts)
    return replace(plan, blockers=(*plan.blockers, *now.undecided)) if now.undecided else plan
