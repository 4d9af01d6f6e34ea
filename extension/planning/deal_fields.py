"""What Zoho's own conversion of an org leaves open of a deal, whatever the lead holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from extension.planning.business import leads_of
from extension.planning.carry import ANYBODY
from extension.planning.demands import (
    DEAL_MINIMUM,
    PIPELINE,
    DealForm,
    Demand,
    of_deal,
    with_choices,
)
from extension.planning.fit import CHOICES
from extension.planning.records import Catalogue, Field, Layout, Module, Pipeline

DEALS = "Deals"
ALWAYS_ASKED = frozenset(DEAL_MINIMUM)
"""Zoho's form asks everybody for these, whatever is mapped: they are no gap."""


@dataclass(frozen=True, slots=True)
class DealGap:
    """What nothing fills where leads of this layout become deals, by label."""

    layout: str
    """What people call the lead's layout."""
    typed: tuple[str, ...] = ()
    """Somebody has to type these each time."""
    closed: tuple[str, ...] = ()
    """Nobody can: there is no deal."""


def deal_gaps(catalogue: Catalogue) -> tuple[DealGap, ...]:
    """One for each layout of leads with a gap; nothing where the org has no deals."""
    leads, deals = leads_of(catalogue), catalogue.modules.get(DEALS)
    if deals is None:
        return ()
    filled = {one.converts_to[DEALS] for one in leads.fields.values() if DEALS in one.converts_to}
    layouts = [one for one in leads.layouts if one.active] or [Layout("", leads.singular)]
    found = (_gap(one, deals, filled, catalogue) for one in layouts)
    return tuple(one for one in found if one.typed or one.closed)


def _gap(leads: Layout, deals: Module, filled: set[str], catalogue: Catalogue) -> DealGap:
    mine = _layout(deals, leads.converts_to.get(DEALS, ""))
    pipelines = catalogue.pipelines.get(mine.id, ()) if mine else ()
    form = DealForm(leads.deal_fields, pipelines)
    demand = of_deal(deals, mine, form, _given(deals, pipelines, filled), ANYBODY)
    stage = with_choices(deals.fields.get("Stage", DEAL_MINIMUM["Stage"]), pipelines)
    return DealGap(leads.name, _typed(demand), (*_closed(demand), *_unchoosable(stage)))


def _layout(deals: Module, chosen: str) -> Layout | None:
    active = [one for one in deals.layouts if one.active]
    return next((one for one in active if one.id == chosen), next(iter(active), None))


def _given(deals: Module, pipelines: Sequence[Pipeline], filled: set[str]) -> set[str]:
    """The fields that get a value by themselves: by the mapping, a default, or the one pipeline."""
    held = {name for name, one in deals.fields.items() if one.default not in (None, "", False)}
    one_pipeline = len(pipelines) == 1 or any(one.default for one in pipelines)
    return filled | held | ({PIPELINE.api_name} if one_pipeline else set())


def _typed(demand: Demand) -> tuple[str, ...]:
    asked = (one for one in demand.to_fill if one.required)
    return tuple(one.field.label for one in asked if one.field.api_name not in ALWAYS_ASKED)


def _closed(demand: Demand) -> tuple[str, ...]:
    return tuple(str(one.params["label"]) for one in demand.blockers)


def _unchoosable(stage: Field) -> tuple[str, ...]:
    """A stage that is to be chosen where there is none to choose."""
    return (stage.label,) if stage.data_type in CHOICES and not stage.choices else ()
