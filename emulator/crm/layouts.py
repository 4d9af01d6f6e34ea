"""Layouts as Zoho's metadata JSON: sections, what they demand, and how a lead's layout converts.

https://www.zoho.com/crm/developer/docs/api/v8/layouts-meta.html
"""

from ..answers import Json
from ..schema import Field, Layout, Module, Placed, Section, User
from ..world import World
from .describe import choices_json, customizes, field_json, shown_fields


def layout_json(world: World, user: User, module: Module, layout: Layout) -> Json:
    """One element of `layouts`, with its sections and their fields."""
    maker = world.users[0].brief()
    may_edit = customizes(world, user)
    return {
        "id": layout.id,
        "name": layout.name,
        "api_name": layout.api_name,
        "display_label": layout.name,
        "status": "active" if layout.active else "inactive",
        "visible": layout.active,
        "mode": "create",
        "source": "crm",
        "generated_type": "default" if layout is module.layouts[0] else "custom",
        "display_type": -1,
        "show_business_card": True,
        "created_for": None,
        "created_time": None,
        "modified_time": None,
        "created_by": maker,
        "modified_by": maker,
        "has_more_profiles": False,
        "profiles": _layout_profiles(world, layout) if may_edit else None,
        "subform_properties": None,
        "convert_mapping": _layout_mapping(world, layout) if module.convertable else None,
        "actions_allowed": dict.fromkeys(
            ("edit", "rename", "clone", "downgrade", "delete", "deactivate",
             "set_layout_permissions"),
            may_edit,
        ),
        "sections": [
            _section(world, user, module, section, number)
            for number, section in enumerate(layout.sections, 1)
        ],
    }  # fmt: skip


def _layout_profiles(world: World, layout: Layout) -> list[Json]:
    view = {"name": layout.name, "id": layout.id, "type": "layout"}
    return [
        {
            "default": layout.profiles is None,
            "name": profile.name,
            "id": profile.id,
            "_default_view": view,
            "_default_assignment_view": view,
        }
        for profile in world.profiles
        if layout.profiles is None or profile.name in layout.profiles
    ]


def _layout_mapping(world: World, layout: Layout) -> Json:
    mapping: Json = {}
    for api_name, name in layout.converts_to.items():
        module = world.module(api_name)
        target = module.layout(name) if module else None
        if module and target:
            mapping[api_name] = {"display_label": name, "name": name, "id": target.id}
            if api_name == "Deals":
                mapping[api_name]["fields"] = [
                    {**field_reference(module, field), "required": required}
                    for field, required in layout.deal_fields
                ]
    return mapping


def field_reference(module: Module, api_name: str) -> Json:
    one = module.field(api_name)
    return {
        "api_name": api_name,
        "field_label": one.label if one else api_name,
        "id": one.id if one else None,
    }


def _section(world: World, user: User, module: Module, section: Section, number: int) -> Json:
    shown = {one.api_name: one for one in shown_fields(world, user, module)}
    fields = [
        {
            **field_json(world, user, module, shown[placed.api_name]),
            **_placed(shown[placed.api_name], placed),
            "section_id": number,
            "sequence_number": order,
        }
        for order, placed in enumerate(section.fields, 1)
        if placed.api_name in shown
    ]
    return {
        "id": section.id,
        "name": section.label,
        "api_name": section.api_name,
        "display_label": section.label,
        "sequence_number": number,
        "column_count": section.columns,
        "tab_traversal": "left_to_right",
        "isSubformSection": any(field["data_type"] == "subform" for field in fields),
        "generated_type": "default",
        "type": "used",
        "properties": None,
        "fields": fields,
    }


def _placed(one: Field, placed: Placed) -> Json:
    """What a field says on this layout only."""
    return {
        "required": one.mandatory or placed.required,
        "pick_list_values": choices_json(one, placed.choices),
        "validation_rule": None,
        "element_type": "field",
    }
