"""Which values of a lead its conversion puts into a record of another module, and its layout.

https://help.zoho.com/portal/en/kb/crm/sales-force-automation/leads/articles/convert-leads
"""

from ..answers import Json, Rejected
from ..caller import Call
from ..schema import Field, Layout, Module
from ..world import Record
from .computed import value
from .convert_lead import LEADS
from .value_types import Place, Writing
from .values import checked

ROWS = ("multiselectlookup", "multiuserlookup", "subform")
"""What is kept as rows of its own. That Zoho copies them follows from its letting people map such
fields; nothing says how."""


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

    A value that its target cannot hold (too long, not a choice, another type), or that the
    caller may not write, stays behind and the conversion goes on; what Zoho does is not
    documented.
    """
    leads = call.world.module(LEADS)
    found: Json = {}
    for source in leads.fields if leads else ():
        target = module.field(source.converts_to.get(module.api_name, ""))
        if leads is None or target is None:
            continue
        given = value(call.world, leads, lead, source)
        closed = target.permissions.get(call.user.profile, "read_write") != "read_write"
        if closed or given in (None, "", []):
            continue
        if target.data_type in ROWS and target.data_type == source.data_type:
            found[target.api_name] = _rows(call, source, target, given)
            continue
        writing = Writing(call, module, {}, "$", None, layout)
        try:
            found[target.api_name] = checked(writing, target, given, Place(target.api_name, "$"))
        except Rejected:
            continue
    return found


def _rows(call: Call, source: Field, target: Field, given: list[Json]) -> list[Json]:
    """The same rows, each with an id of its own, under the names of the target."""
    world = call.world
    if source.data_type != "subform":
        if source.lookup != target.lookup:
            return []
        return [{target.api_name: row[source.api_name], "id": world.new_id()} for row in given]
    module = world.module(target.subform)
    columns = {one.api_name for one in module.fields} if module else set()
    stamps = dict.fromkeys(("Created_Time", "Modified_Time"), world.timestamp())
    return [
        {**{name: row[name] for name in columns & row.keys()}, **stamps, "id": world.new_id()}
        for row in given
    ]
