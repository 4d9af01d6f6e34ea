"""Asks Zoho what an org's CRM is made of: modules, fields, layouts, pipelines, related lists."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .errors import GrantRevoked, ScopeMissing, ZohoRefused
from .planning.records import Catalogue, Module
from .planning.targets import default_targets
from .shelf import Known
from .zoho import metadata
from .zoho.client import Crm
from .zoho.protocol import Ask, Payload
from .zoho.threads import together

ALWAYS = ("Leads", "Contacts", "Accounts", "Vendors")
"""Described for every org; Deals, too, whose layouts have pipelines. Custom modules that leads may
become, and the modules of the org's own targets, are described besides."""
CUSTOM = "custom"

Answers = dict[str, Any]
Described = dict[str, list[Answers]]
"""Module -> Zoho's answers about its fields and about its layouts."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Modules, and layouts of Deals, that are asked about without waiting to hear that there are
    such ones: one that there is not is left out."""

    modules: tuple[str, ...]
    layouts: tuple[str, ...]


def expected(last: Answers, named: Iterable[str]) -> Expected:
    """What these answers of long ago described, and the modules that are named."""
    modules = {*last.get("described", ()), *named}.difference(ALWAYS, ["Deals"])
    return Expected((*ALWAYS, *sorted(modules)), tuple(last.get("pipelines", ())))


def everything(crm: Crm, early: Expected) -> Answers:
    """Everything that planning wants to know, each question put as soon as it can be."""
    asks = crm.asks
    (modules, custom), (deals, pipelines), related, described = together(
        lambda: _other_modules(crm, early),
        lambda: _deals(crm, early),
        lambda: crm.ask(asks.related_lists("Leads")) or {},
        lambda: together(*(description(crm, name) for name in early.modules)),
    )
    found = {**dict(zip(early.modules, described, strict=True)), "Deals": deals, **custom}
    there = {*ALWAYS, "Deals", *(one.api_name for one in metadata.modules(modules))}
    return {
        "modules": modules,
        "related_lists": related,
        "described": {name: said for name, said in found.items() if name in there},
        "pipelines": pipelines,
    }


def _other_modules(crm: Crm, early: Expected) -> tuple[Payload, Described]:
    """All modules; described are the custom ones that leads may become, but for the early ones."""
    modules = crm.ask(crm.asks.modules()) or {}
    custom = [one.api_name for one in metadata.modules(modules) if _matters(one)]
    names = [one for one in custom if one not in early.modules]
    described = together(*(description(crm, name) for name in names))
    return modules, dict(zip(names, described, strict=True))


def _deals(crm: Crm, early: Expected) -> tuple[list[Answers], Answers]:
    """The description of Deals, and the pipelines of each of its layouts."""
    described, known = together(description(crm, "Deals"), lambda: _pipelines(crm, early.layouts))
    layouts = [layout.id for layout in metadata.layouts(described[1])]
    known |= _pipelines(crm, [one for one in layouts if one not in known])
    return described, {one: known[one] for one in layouts}


def _pipelines(crm: Crm, layouts: Sequence[str]) -> Answers:
    said = together(*(_tolerantly(crm, crm.asks.pipelines(one)) for one in layouts))
    return dict(zip(layouts, said, strict=True))


def _matters(module: Module) -> bool:
    """Whether leads may become this custom module's records by default."""
    return module.kind == CUSTOM and module.api_supported and module.creatable and module.visible


def description(crm: Crm, module: str) -> Callable[[], list[Answers]]:
    """Asks for a module's fields and layouts."""
    asks, needed = (crm.asks.fields(module), crm.asks.layouts(module)), module == "Leads"
    return lambda: list(together(*(_tolerantly(crm, ask, needed) for ask in asks)))


def _tolerantly(crm: Crm, ask: Ask, needed: bool = False) -> Callable[[], Answers]:
    """A module or layout that Zoho refuses to describe is one that we do not offer; Zoho being
    busy, or a dead grant, is no answer, so that is raised."""

    def put() -> Answers:
        try:
            return crm.ask(ask) or {}
        except (GrantRevoked, ScopeMissing):
            raise
        except ZohoRefused:
            if needed:
                raise
            return {}

    return put


def read(answers: Answers, read_at: datetime) -> Known:
    """What Zoho's answers say."""
    described: dict[str, list[Any]] = answers["described"]
    modules = {}
    for module in metadata.modules(answers["modules"]):
        fields, layouts = described.get(module.api_name) or ({}, {})
        modules[module.api_name] = metadata.furnished(
            module, metadata.fields(fields), metadata.layouts(layouts)
        )
    pipelines = {
        layout: metadata.pipelines(said, layout) for layout, said in answers["pipelines"].items()
    }
    related = metadata.related_lists(answers["related_lists"])
    labels = {one.api_name: one.label for one in related}
    catalogue = Catalogue(modules, pipelines, labels)
    return Known(catalogue, default_targets(catalogue), related, read_at)
