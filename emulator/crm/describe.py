"""Fields and related lists as Zoho's metadata JSON, for the user who asks.

Keys follow https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html and its neighbours.
Who lacks modules customization sees no `profiles`, no field hidden from them, and the fields
they may only read as read-only.
"""

from ..answers import Json
from ..permissions import CUSTOMIZE
from ..schema import Field, Module, PickListValue, RelatedList, User
from ..world import World

UI_TYPES = {
    "text": 1, "picklist": 2, "textarea": 110, "lookup": 133, "ownerlookup": 8, "userlookup": 221,
    "multiselectpicklist": 100, "email": 25, "phone": 33, "website": 21, "boolean": 301,
    "integer": 32, "bigint": 34, "double": 38, "currency": 36, "percent": 35, "date": 24,
    "datetime": 333, "autonumber": 37, "formula": 20, "subform": 444, "multiselectlookup": 445,
    "multiuserlookup": 446, "fileupload": 136, "imageupload": 137, "profileimage": 66,
}  # fmt: skip
ZOHO_TYPES = {"layout": "bigint", "tag": "text"}
"""What Zoho calls the types that are Layout's and Tag's own here."""
NOWHERE: Json = {"Contacts": None, "Deals": None, "Accounts": None}


def customizes(world: World, user: User) -> bool:
    return world.may(user, CUSTOMIZE)


def shown_fields(world: World, user: User, module: Module) -> list[Field]:
    """The fields of a module that the user's metadata has."""
    if customizes(world, user):
        return module.fields
    return [one for one in module.fields if one.permissions.get(user.profile) != "hidden"]


def field_json(world: World, user: User, module: Module, one: Field) -> Json:
    """One element of `fields`."""
    locked = one.read_only or (
        not customizes(world, user) and one.permissions.get(user.profile) == "read_only"
    )
    return {
        **_identity(module, one),
        **_behaviour(one, locked),
        **_kind(world, one),
        "profiles": _field_profiles(world, user, one),
        "layout_associations": [
            {"api_name": layout.api_name, "name": layout.name, "id": layout.id}
            for layout in module.layouts
            if layout.place(one.api_name)
        ],
        "convert_mapping": {**NOWHERE, **one.converts_to} if module.convertable else None,
    }


def _identity(module: Module, one: Field) -> Json:
    number = next((n for n, other in enumerate(module.fields, 1) if other is one), 0)
    return {
        "id": one.id,
        "api_name": one.api_name,
        "field_label": one.label,
        "display_label": one.label,
        "data_type": ZOHO_TYPES.get(one.data_type, one.data_type),
        "json_type": "jsonobject" if one.data_type == "layout" else one.json_type,
        "ui_type": UI_TYPES.get(one.data_type, 1),
        "length": one.length,
        "decimal_place": one.decimal_place,
        "column_name": one.api_name.upper().replace("_", ""),
        "sequence_number": number,
        "quick_sequence_number": str(number),
        "created_source": "default",
        "created_time": None,
        "modified_time": None,
        "type": "used" if one.visible else "unused",
        "display_type": -1,
        "show_type": 7,
        "category": 0,
        "custom_field": one.custom,
        "display_field": one.api_name == module.display_field,
    }


def _behaviour(one: Field, locked: bool) -> Json:
    writable = not one.read_only
    return {
        "operation_type": {
            "web_update": writable,
            "api_create": one.api_create,
            "web_create": writable,
            "api_update": one.api_update,
        },
        "system_mandatory": one.mandatory,
        "read_only": locked,
        "field_read_only": locked,
        "visible": one.visible,
        "available_in_user_layout": one.on_layouts,
        "view_type": {
            "view": True,
            "edit": one.on_layouts and writable,
            "quick_create": one.mandatory,
            "create": one.on_layouts and writable,
        },
        "unique": {"casesensitive": str(one.case_sensitive).lower()} if one.unique else {},
        "searchable": one.searchable,
        "filterable": one.searchable,
        "sortable": one.data_type not in ("textarea", "multiselectpicklist", "subform"),
        "mass_update": writable and not one.unique,
        "webhook": True,
        "businesscard_supported": True,
        "blueprint_supported": writable,
        "virtual_field": False,
        "separator": one.data_type in ("integer", "bigint", "double", "currency"),
        "number_separator": one.data_type in ("integer", "bigint", "double", "currency"),
        "static_field": False,
        "email_parser": {"fields_update_supported": False, "record_operations_supported": writable},
        "default_value": one.default,
        "tooltip": {"name": "Info Icon", "value": one.tooltip} if one.tooltip else None,
        "enable_colour_code": any(choice.colour for choice in one.choices),
        "colour_code_enabled_by_system": False,
        "pick_list_values_sorted_lexically": False,
        **dict.fromkeys(_ALWAYS_NULL),
        "customizable_properties": [],
        "history_tracking_enabled": False,
        "public": False,
        "hipaa_compliance_enabled": False,
    }


_ALWAYS_NULL = (
    "additional_column", "address", "associated_module", "association_details", "child_fields",
    "crypt", "display_format", "display_format_properties", "external", "global_picklist",
    "hipaa_compliance", "history_tracking", "parent_field", "private", "range",
    "refer_from_field", "sharing_properties", "sub_module",
)  # fmt: skip


def _kind(world: World, one: Field) -> Json:
    """The keys that say what a field of this type holds; `{}` where it is of another."""
    money = one.data_type == "currency"
    return {
        "pick_list_values": choices_json(one),
        "lookup": _lookup(world, one),
        "multi_module_lookup": _several(world, one),
        "multiselectlookup": _multiple(world, one) if one.data_type == "multiselectlookup" else {},
        "currency": {"rounding_option": "normal", "precision": one.decimal_place} if money else {},
        "formula": {"return_type": one.returns, "expression": one.formula} if one.formula else {},
        "rollup_summary": {},
        "auto_number": _auto_number(one),
        **_rare(world, one),
    }


def _rare(world: World, one: Field) -> Json:
    """The keys that only fields of their type have."""
    if one.data_type == "multiuserlookup":
        return {"multiuserlookup": _multiple(world, one)}
    if one.data_type == "autonumber":
        return {"autonumber": _auto_number(one)}
    if one.data_type == "textarea":
        return {"textarea": {"type": one.textarea_type}}
    if one.data_type == "subform":
        module = world.module(one.subform)
        return {"subform": {"module": one.subform, "id": module.id if module else one.id}}
    return {}


def choices_json(one: Field, only: tuple[str, ...] | None = None) -> list[Json]:
    """The choices, with Zoho's own "-None-" first where nothing may be chosen."""
    offered = [choice for choice in one.choices if only is None or choice.actual_value in only]
    if one.data_type == "picklist" and not one.mandatory and offered:
        # World's ids are odd: the next even number is nobody else's.
        nothing = PickListValue(
            actual_value="-None-", display_value="-None-", id=str(int(one.id) + 1)
        )
        offered = [nothing, *offered]
    return [_choice(choice, number) for number, choice in enumerate(offered, 1)]


def _choice(choice: PickListValue, number: int) -> Json:
    deal = {}
    if choice.probability is not None:
        deal = {
            "probability": choice.probability,
            "forecast_type": choice.deal_category,
            "deal_category": choice.deal_category,
        }
    return {
        "display_value": choice.display_value,
        "actual_value": choice.actual_value,
        "reference_value": choice.actual_value,
        "sequence_number": number,
        "colour_code": choice.colour,
        "type": "used" if choice.used else "unused",
        "id": choice.id,
        **deal,
    }


def reference(world: World, api_name: str) -> Json:
    """A module as metadata refers to it."""
    module = world.module(api_name)
    return {"api_name": api_name, "id": module.id if module else None}


def _lookup(world: World, one: Field) -> Json:
    if one.data_type != "lookup" or not one.lookup:
        return {}
    target = world.module(one.lookup)
    back = next(
        (item for item in target.related_lists if item.via == one.api_name) if target else iter(()),
        None,
    )
    return {
        "display_label": one.related_label,
        "api_name": back.api_name if back else None,
        "module": reference(world, one.lookup),
        "id": back.id if back else one.id,
        "query_details": {},
        "revalidate_filter_during_edit": False,
        "show_fields": [],
    }


def _several(world: World, one: Field) -> Json:
    if not one.lookup_modules:
        return {}
    names = [name for name in one.lookup_modules if world.module(name)]
    return {
        "display_label": one.label,
        "api_name": one.api_name,
        "modules": [reference(world, name) for name in names],
    }


def _multiple(world: World, one: Field) -> Json:
    return {
        "display_label": one.label,
        "linking_module": reference(world, one.linking),
        "connected_module": reference(world, one.lookup) if one.lookup else None,
        "lookup_apiname": one.api_name,
        "api_name": one.api_name,
        "connectedfield_apiname": one.api_name,
        "connectedlookup_apiname": one.api_name,
        "id": one.id,
        "record_access": False,
    }


def _auto_number(one: Field) -> Json:
    if one.auto_number is None:
        return {}
    return {
        "prefix": one.auto_number.prefix,
        "suffix": one.auto_number.suffix,
        "start_number": one.auto_number.next,
        "starting_number_length": len(str(one.auto_number.next)),
    }


def _field_profiles(world: World, user: User, one: Field) -> list[Json] | None:
    if not customizes(world, user):
        return None
    default = "read_only" if one.read_only else "read_write"
    return [
        {
            "permission_type": one.permissions.get(profile.name, default),
            "name": profile.name,
            "id": profile.id,
        }
        for profile in world.profiles
    ]


def related_list_json(world: World, module: Module, one: RelatedList, number: int) -> Json:
    """One element of `related_lists`."""
    link = {"linkingmodule": one.linking} if one.linking else {}
    return {
        "id": one.id,
        "sequence_number": str(number),
        "display_label": one.label,
        "api_name": one.api_name,
        "module": reference(world, one.module) if world.module(one.module) else None,
        "name": one.label,
        "action": None,
        "href": f"{module.api_name}/{{ENTITYID}}/{one.api_name}",
        "type": "default",
        "connectedmodule": one.module,
        **link,
        "customize_sort": True,
        "customize_fields": True,
        "customize_display_label": True,
        "sort_by": None,
        "sort_order": None,
        "fields": [],
        "status": "visible" if one.visible else "user_hidden",
    }
