"""A module as Zoho's modules API describes it.

https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html
"""

from ..answers import Json
from ..schema import Module, User
from ..world import World

FLAGS = {
    "api_supported": "api_supported",
    "convertable": "convertable",
    "quick_create": "quick_create",
    "show_as_tab": "show_as_tab",
    "lookupable": "lookupable",
    "isBlueprintSupported": "blueprint_supported",
}
RIGHTS = {"viewable": "View", "creatable": "Create", "editable": "Edit", "deletable": "Delete"}
PROPERTIES = (
    "$approval_state", "$currency_symbol", "$review", "$review_process", "$approval", "$in_merge",
    "$process_flow", "$orchestration", "$pathfinder", "$layout_id", "$editable", "$field_states",
    "$locked_for_me", "$sharing_permission",
)  # fmt: skip
PLAIN_TRUE = (
    "chart_view_supported", "emailTemplate_support", "filter_supported", "filter_status",
    "global_search_supported", "kanban_view_supported", "presence_sub_menu",
    "public_fields_configured", "recycle_bin_on_delete", "sub_menu_available",
    "triggers_supported", "webform_supported",
)  # fmt: skip
PLAIN_FALSE = (
    "chart_view", "email_parser_supported", "feeds_required", "has_more_profiles",
    "inventory_template_supported", "kanban_view", "scoring_supported", "track_current_data",
    "zia_view",
)  # fmt: skip


def module_json(world: World, user: User, module: Module) -> Json:
    """One element of `modules`; what may be done is what this user may do."""
    return {
        "api_name": module.api_name,
        "module_name": module.module_name,
        "id": module.id,
        "singular_label": module.singular,
        "plural_label": module.plural,
        "actual_singular_label": module.singular,
        "actual_plural_label": module.plural,
        "generated_type": module.generated_type,
        "status": module.status,
        "visible": module.status == "visible",
        "visibility": module.visibility,
        "access_type": "org_based",
        **{key: getattr(module, flag) for key, flag in FLAGS.items()},
        **_rights(world, user, module),
        **dict.fromkeys(PLAIN_TRUE, True),
        **dict.fromkeys(PLAIN_FALSE, False),
        "activity_badge": "Enabled" if module.related_list("Tasks") else "Disabled",
        "profiles": _profiles(world, module),
        "profile_count": len(_profiles(world, module)),
        "private_profile": None,
        "parent_module": _parent(world, module),
        "arguments": [],
        "web_link": None,
        "description": None,
        "sequence_number": module.sequence_number,
        "per_page": 50,
        "business_card_field_limit": 5,
        "business_card_fields": [],
        **_display(module),
        "$properties": [*PROPERTIES, *(["$converted_detail"] if module.convertable else [])],
        "$field_states": ["convert_scheduler"] if module.convertable else [],
        "$on_demand_properties": ["$blocked_reason"],
        "modified_time": None,
        "modified_by": world.users[0].brief(),
    }


def _rights(world: World, user: User, module: Module) -> Json:
    return {
        flag: getattr(module, flag) and world.may(user, f"Crm_Implied_{verb}_{module.module_name}")
        for flag, verb in RIGHTS.items()
    }


def _profiles(world: World, module: Module) -> list[Json]:
    view = f"Crm_Implied_View_{module.module_name}"
    return [
        {"name": profile.name, "id": profile.id}
        for profile in world.profiles
        if world.allows(profile, view)
    ]


def _parent(world: World, module: Module) -> Json:
    parent = world.module(module.parent) if module.parent else None
    return {"api_name": parent.api_name, "id": parent.id} if parent else {}


def _display(module: Module) -> Json:
    name = module.field(module.display_field)
    first = {"sequence_number": 1, "api_name": module.display_field, "id": name.id if name else ""}
    shown = [placed.api_name for layout in module.layouts[:1] for placed in layout.placed()][:5]
    return {
        "display_field": module.display_field,
        "search_layout_fields": [module.display_field, *shown],
        "lookup_field_properties": {"fields": [first]},
        "related_list_properties": {
            "sort_by": None,
            "fields": [module.display_field],
            "sort_order": None,
        },
    }
