"""Asks Zoho what an org's CRM is made of: modules, fields, layouts, pipelines, related lists."""

from collections.abc import Callable
from typing import Any

from .errors import GrantRevoked, ScopeMissing, ZohoRefused
from .planning.records import Module
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


def everything(crm: Crm, named: frozenset[str]) -> Answers:
    """Everything that planning wants to know, each question put as soon as it can be."""
    asks = crm.asks
    (modules, custom), (deals, pipelines), related, described = together(
        lambda: _other_modules(crm, named),
        lambda: _deals(crm),
        lambda: crm.ask(asks.related_lists("Leads")) or {},
        lambda: together(*(description(crm, name) for name in ALWAYS)),
    )
    return {
        "modules": modules,
        "related_lists": related,
        "described": {**dict(zip(ALWAYS, described, strict=True)), "Deals": deals, **custom},
        "pipelines": pipelines,
    }


def _other_modules(crm: Crm, named: frozenset[str]) -> tuple[Payload, Described]:
    """All modules; described are the custom ones that leads may become, and those named."""
    modules = crm.ask(crm.asks.modules()) or {}
    others = named.difference(ALWAYS, ["Deals"])
    every = metadata.modules(modules)
    names = [one.api_name for one in every if _matters(one) or one.api_name in others]
    described = together(*(description(crm, name) for name in names))
    return modules, dict(zip(names, described, strict=True))


def _deals(crm: Crm) -> tuple[list[Answers], Answers]:
    """The description of Deals, and the pipelines of each of its layouts."""
    described = description(crm, "Deals")()
    layouts = [layout.id for layout in metadata.layouts(described[1])]
    pipelines = together(*(_tolerantly(crm, crm.asks.pipelines(one)) for one in layouts))
    return described, dict(zip(layouts, pipelines, strict=True))


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
