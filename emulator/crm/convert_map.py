"""Which values of a lead its conversion puts into a record of another module, and its layout.

https://help.zoho.com/portal/en/kb/crm/sales-force-automation/leads/articles/convert-leads
"""

from ..answers import Json, Rejected
from ..caller import Call
from ..schema import Layout, Module
from ..world import Record
from .computed import value
from .convert_lead import LEADS
from .value_types import Place, Writing
from .values import checked


def target_layout(call: Call, lead: Record, module: Module) -> Layout | None:
    """The layout that the lead's own layout is mapped to; the module's first without one."""
    own = lead_layout(call, lead)
    mapped = module.layout(own.converts_to.get(module.api_name, "")) if own else None
    return mapped or module.layout()


def lead_layout(call: Call, lead: Record) -> Layout | None:
    leads = call.world.module(LEADS)
    return leads.layout((lead.get("Layout") or {}).get("id") or "") if leads else None


def mapped_values(call: Call, lead: Record, module: Module, layout: Layout | None) -> Json:
    """The lead's values by field mapping, as the module's fields hold them.

    A value that its target cannot hold (too long, not a choice, another type) stays behind
    and the conversion goes on; what Zoho does is not documented.
    """
    leads = call.world.module(LEADS)
    found: Json = {}
    for source in leads.fields if leads else ():
        target = module.field(source.converts_to.get(module.api_name, ""))
        if leads is None or target is None:
            continue
        given = value(call.world, leads, lead, source)
        if given in (None, "", []):
            continue
        writing = Writing(call, module, {}, "$", None, layout)
        try:
            found[target.api_name] = checked(writing, target, given, Place(target.api_name, "$"))
        except Rejected:
            continue
    return found
