"""Which lead field fills which field of a new record, and what is lost on the way, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from extension.planning.business import (
    PARTS,
    Held,
    business_values,
    is_empty,
    leads_of,
    value_of,
)
from extension.planning.fit import fit
from extension.planning.reasons import Reason, say
from extension.planning.records import Catalogue, Field, Layout, Lead, Module, Profile


@dataclass(frozen=True, slots=True)
class Recipient:
    """A record to be, and the rules that fill it."""

    key: str
    module: Module
    mapping: Mapping[str, str]
    """Field of the record -> field of the lead that fills it."""
    fallback: Mapping[str, str] = field(default_factory=dict)
    """The same, for where the lead's first field is empty."""
    layout: Layout | None = None
    by_zoho: bool = False
    """Zoho's own conversion fills it, not we."""


@dataclass(frozen=True, slots=True)
class Filling:
    """One field of a record to be, with what goes there, or why that cannot go there."""

    record: str
    module: str
    target: str
    source: str
    value: object = None
    obstacle: Reason | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one value of the lead: carried by `fillings`, or else lost."""

    held: Held
    fillings: tuple[Filling, ...] = ()
    loss: Reason | None = None

    @property
    def carried(self) -> bool:
        return self.loss is None


def fates(
    lead: Lead, recipients: Iterable[Recipient], catalogue: Catalogue, profile: Profile
) -> tuple[Fate, ...]:
    """The fate of every non-empty business value, each once: carried if one record takes it."""
    every = [fillings(lead, one, catalogue, profile) for one in recipients]
    return fates_by([filling for some in every for filling in some], lead, catalogue)


def fates_by(every: Iterable[Filling], lead: Lead, catalogue: Catalogue) -> tuple[Fate, ...]:
    """The same, where all that is filled is known already."""
    by_source: dict[str, list[Filling]] = {}
    for filling in every:
        for name in PARTS.get(filling.source, (filling.source,)):
            by_source.setdefault(name, []).append(filling)
    held = business_values(lead, leads_of(catalogue))
    return tuple(_fate(one, by_source.get(one.field.api_name, ())) for one in held)


def fillings(
    lead: Lead, recipient: Recipient, catalogue: Catalogue, profile: Profile
) -> tuple[Filling, ...]:
    """What this lead puts into each field of a record to be. Empty lead fields put nothing."""
    values, leads = lead.record.values, leads_of(catalogue)
    found = []
    for target, first in recipient.mapping.items():
        sources = [one for one in (first, recipient.fallback.get(target)) if one]
        filled = [(one, value) for one in sources if not is_empty(value := value_of(values, one))]
        if filled:
            source, value = filled[0]
            known = leads.fields.get(source) or Field(source, source, "text")
            found.append(_filling(recipient, target, known, value, profile))
    return tuple(found)


def _filling(
    recipient: Recipient, target: str, source: Field, value: object, profile: Profile
) -> Filling:
    place = (recipient.key, recipient.module.api_name, target, source.api_name)
    taker, layout = recipient.module.fields.get(target), recipient.layout
    if taker is None:
        return Filling(*place, obstacle=say("no_field"))
    if layout is not None and layout.fields and target not in layout.fields:
        # At best Zoho keeps it where nobody sees it (unverified).
        off = say(
            "no_field.off_layout", target=target, target_label=taker.label, layout=layout.name
        )
        return Filling(*place, obstacle=off)
    result = fit(value, source, taker, profile, by_zoho=recipient.by_zoho)
    return Filling(*place, value=result.value, obstacle=result.obstacle)


def _fate(held: Held, mine: Iterable[Filling]) -> Fate:
    taken = tuple(one for one in mine if one.obstacle is None)
    if taken:
        return Fate(held, taken)
    obstacles = (one.obstacle for one in mine if one.obstacle is not None)
    return Fate(held, loss=next(obstacles, None) or say("no_field"))
