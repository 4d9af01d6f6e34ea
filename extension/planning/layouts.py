"""What a layout makes of a module's fields."""

from dataclasses import replace

from extension.planning.records import Layout, Module


def as_laid_out(module: Module, layout: Layout | None) -> Module:
    """The module as records of this layout meet it: its pick lists offer what they offer there.

    https://www.zoho.com/crm/developer/docs/api/v8/layouts-meta.html (pick_list_values)
    """
    if layout is None or not layout.choices:
        return module
    offered = {
        name: replace(module.fields[name], choices=choices)
        for name, choices in layout.choices.items()
        if name in module.fields
    }
    return replace(module, fields={**module.fields, **offered})
