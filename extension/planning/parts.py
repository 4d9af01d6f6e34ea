"""One record of an option while that is worked out, and what it is worked out from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from extension.planning.layouts import as_laid_out
from extension.planning.mapping import Fate, Filling, Recipient, fates_by, fillings
from extension.planning.matches import Matches, from_search, from_zoho
from extension.planning.matching import search_for
from extension.planning.obstacles import open_layouts, shown
from extension.planning.option import OptionRecord
from extension.planning.reasons import Reason, say
from extension.planning.records import Catalogue, Layout, Lead, Module, Record, User, ZohoSays
from extension.planning.targets import CONVERSION, TargetRecord

Found = Mapping[str, Sequence[Record] | None]
"""Module -> the records that its search found; None, or absent, where nobody searched."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The lead, who asks, and all that is known."""

    lead: Lead
    user: User
    catalogue: Catalogue
    zoho_says: ZohoSays
    found: Found


@dataclass(frozen=True, slots=True)
class Part:
    """A record of a target, with what the lead puts into it."""

    record: OptionRecord
    fillings: tuple[Filling, ...]
    filled: frozenset[str]
    """Fields that get a value from the lead, or point at another record of the option."""
    warnings: tuple[Reason, ...]


def part(record: TargetRecord, module: Module, asked: Asked, *, layout_id: str = "") -> Part:
    """A record that Zoho's own conversion makes, and what Zoho puts into it."""
    shape, warnings = outline(record, module, asked, layout_id=layout_id, by_zoho=True)
    taker = as_laid_out(module, shape.layout)
    recipient = Recipient(record.key, taker, record.mapping, record.fallback, shape.layout, True)
    every = fillings(asked.lead, recipient, asked.catalogue, asked.user.profile)
    filled = {one.target for one in every if one.obstacle is None} | record.links.keys()
    return Part(shape, every, frozenset(filled), warnings)


def outline(
    record: TargetRecord,
    module: Module,
    asked: Asked,
    *,
    layout_id: str = "",
    by_zoho: bool = False,
) -> tuple[OptionRecord, tuple[Reason, ...]]:
    """The record in the layout of that id, where the person may use it, else in the first; with
    who may be the same, and what is to be said of that."""
    layouts = open_layouts(module, asked.user)
    layout = next((one for one in layouts if one.id == layout_id), layouts[0] if layouts else None)
    matches, warnings = _matches(record, module, asked, by_zoho=by_zoho)
    shape = OptionRecord(record.key, module, record.optional, layouts, layout, matches)
    return shape, warnings


def fates_in(parts: Iterable[Part], asked: Asked) -> tuple[Fate, ...]:
    """What becomes of the lead's values when these records are made."""
    every = [filling for one in parts for filling in one.fillings]
    return fates_by(every, asked.lead, asked.catalogue)


def _matches(
    record: TargetRecord, module: Module, asked: Asked, *, by_zoho: bool
) -> tuple[Matches, tuple[Reason, ...]]:
    """Zoho's conversion names its matches itself, where it can be asked. A deal is always new."""
    if record.optional and by_zoho:
        return Matches(), ()
    search, says = search_for(record, asked.lead, asked.catalogue), asked.zoho_says
    if by_zoho and says.state != "unasked" and not _means_nothing(asked):
        found = from_zoho(asked.lead, says, search, module, asked.user)
        unsaid = found.state == "unknown" and says.state == "unavailable"
        return found, (_unknown(module),) if unsaid else ()
    found = from_search(
        asked.lead, asked.found.get(module.api_name), search, module, asked.user
    )  # fmt: skip
    if found.state == "known" or not shown(module, asked.user):
        return found, ()
    return found, (_unknown(module, "" if search else ".no_values"),)


def _means_nothing(asked: Asked) -> bool:
    """Zoho says nothing at all, match or no match, where one of its modules is hidden."""
    modules = [asked.catalogue.modules.get(name) for name in CONVERSION]
    hidden = any(one is None or not one.visible for one in modules)
    return asked.zoho_says.state == "nothing" and hidden


def _unknown(module: Module, variant: str = "") -> Reason:
    return say(f"matches_unknown{variant}", module=module.api_name, label=module.plural)


def lead_layout(asked: Asked, leads: Module) -> Layout | None:
    """The layout of the lead; the first where the lead does not name one."""
    value = asked.lead.record.values.get("Layout")
    wanted = str(value.get("id")) if isinstance(value, Mapping) else ""
    first = leads.layouts[0] if leads.layouts else None
    return next((one for one in leads.layouts if one.id == wanted), first)
