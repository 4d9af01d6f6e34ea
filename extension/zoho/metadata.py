"""Reads Zoho's metadata into the values that planning works with: tolerant, no I/O.

Keys that are missing or null are what the value's own default says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from extension.planning.records import (
    Choice,
    DealField,
    Field,
    Layout,
    Module,
    Pipeline,
    Stage,
)

from .protocol import Json, Payload, listed
from .values import flag, number, objects, text

# Zoho's `length` counts characters or digits here; elsewhere it is a number without a meaning.
MEASURED = frozenset(
    {
        "text",
        "textarea",
        "email",
        "phone",
        "website",
        "integer",
        "bigint",
        "double",
        "currency",
        "percent",
    }
)
# Worked out by Zoho; older versions of the API do not say so in `operation_type`.
COMPUTED = frozenset({"formula", "rollup_summary", "autonumber"})
# How Zoho spells "nothing chosen" in its pick lists.
NO_CHOICE = "-None-"


@dataclass(frozen=True, slots=True)
class RelatedList:
    """A list of what hangs on a record, such as Notes; `module` is what it holds ("" unknown)."""

    api_name: str
    label: str
    id: str = ""
    module: str = ""


def modules(payload: Payload) -> tuple[Module, ...]:
    """https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html"""
    return tuple(_module(entry) for entry in listed(payload, "modules") if text(entry, "api_name"))


def fields(payload: Payload) -> dict[str, Field]:
    """By API name. https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html"""
    found = [_field(entry) for entry in listed(payload, "fields") if text(entry, "api_name")]
    return {one.api_name: one for one in found}


def layouts(payload: Payload) -> tuple[Layout, ...]:
    """https://www.zoho.com/crm/developer/docs/api/v8/layouts-meta.html"""
    return tuple(_layout(entry) for entry in listed(payload, "layouts") if text(entry, "id"))


def pipelines(payload: Payload, layout_id: str) -> tuple[Pipeline, ...]:
    """https://www.zoho.com/crm/developer/docs/api/v8/get-pipelines.html"""
    return tuple(_pipeline(entry, layout_id) for entry in listed(payload, "pipeline"))


def related_lists(payload: Payload) -> tuple[RelatedList, ...]:
    """https://www.zoho.com/crm/developer/docs/api/v8/related-list-meta.html"""
    return tuple(
        RelatedList(
            api_name=text(entry, "api_name"),
            label=text(entry, "display_label", "name", "api_name"),
            id=text(entry, "id"),
            module=_module_name(entry.get("module")),
        )
        for entry in listed(payload, "related_lists")
        if text(entry, "api_name") and text(entry, "status") in ("", "visible")
    )


def furnished(module: Module, fields: Mapping[str, Field], layouts: Iterable[Layout]) -> Module:
    """The module with its fields and layouts; of these, only the pick lists that they narrow."""
    narrowed = (replace(one, choices=_narrower(one, fields)) for one in layouts)
    return replace(module, fields=dict(fields), layouts=tuple(narrowed))


def _narrower(layout: Layout, fields: Mapping[str, Field]) -> dict[str, tuple[Choice, ...]]:
    """The pick lists that offer less on this layout than the field has. A layout that names no
    choices at all does not say."""
    return {
        name: choices
        for name, choices in layout.choices.items()
        if choices and name in fields and set(choices) < set(fields[name].choices)
    }


def _module(entry: Json) -> Module:
    status = text(entry, "status")
    return Module(
        api_name=text(entry, "api_name"),
        id=text(entry, "id"),
        singular=text(entry, "singular_label", "api_name"),
        plural=text(entry, "plural_label", "api_name"),
        kind=text(entry, "generated_type") or "default",
        # Before v8 a flag said what `status` says since.
        visible=status == "visible" if status else flag(entry, "visible", True),
        creatable=flag(entry, "creatable", True),
        api_supported=flag(entry, "api_supported", True),
        name_field=text(entry, "display_field") or _usual_name_field(text(entry, "api_name")),
        module_name=text(entry, "module_name", "api_name"),
        profiles=_profiles(entry),
    )


def _usual_name_field(module: str) -> str:
    """The field with a record's name, where Zoho does not say: lists of modules leave it out."""
    return USUAL_NAME_FIELDS.get(module, "Name")


USUAL_NAME_FIELDS = {
    "Leads": "Full_Name",
    "Contacts": "Full_Name",
    "Accounts": "Account_Name",
    "Deals": "Deal_Name",
    "Vendors": "Vendor_Name",
    "Products": "Product_Name",
    "Campaigns": "Campaign_Name",
    "Tasks": "Subject",
    "Calls": "Subject",
    "Events": "Event_Title",
    "Cases": "Subject",
    "Quotes": "Subject",
    "Sales_Orders": "Subject",
    "Purchase_Orders": "Subject",
    "Invoices": "Subject",
    "Price_Books": "Price_Book_Name",
    "Solutions": "Solution_Title",
}


def _field(entry: Json) -> Field:
    kind = text(entry, "data_type")
    default = entry.get("default_value")
    return Field(
        api_name=text(entry, "api_name"),
        label=text(entry, "field_label", "display_label", "api_name"),
        data_type=kind,
        max_length=number(entry, "length") if kind in MEASURED else None,
        decimal_places=number(entry, "decimal_place"),
        mandatory=flag(entry, "system_mandatory"),
        read_only=_cannot_be_set(entry) or kind in COMPUTED,
        unique=bool(entry.get("unique")),
        case_sensitive=_minds_case(entry.get("unique")),
        custom=flag(entry, "custom_field"),
        choices=_choices(entry.get("pick_list_values")),
        lookup_module=_looked_up(entry),
        subform_module=_module_name(entry.get("subform")) if kind == "subform" else "",
        default=None if default == NO_CHOICE else default,
        converts_to=_targets(entry.get("convert_mapping"), "api_name"),
        hidden_from=_holding(entry, "hidden"),
        read_only_for=_holding(entry, "read_only"),
        id=text(entry, "id"),
    )


def _cannot_be_set(entry: Json) -> bool:
    """Whether a new record cannot be given a value here; `operation_type` is Zoho's last word."""
    operations = entry.get("operation_type")
    if isinstance(operations, dict) and operations.get("api_create") is False:
        return True
    return flag(entry, "read_only") or flag(entry, "field_read_only")


def _minds_case(unique: object) -> bool:
    """`{"casesensitive": "true"}`; Zoho's documents spell the key in two ways."""
    said = unique if isinstance(unique, dict) else {}
    return any(said.get(key) in (True, "true") for key in ("casesensitive", "case_sensitive"))


def _choices(values: object) -> tuple[Choice, ...]:
    entries = [one for one in objects(values) if one.get("type") != "unused"]
    found = [
        Choice(
            text(one, "actual_value", "display_value"), text(one, "display_value", "actual_value")
        )
        for one in entries
    ]
    return tuple(one for one in found if one.value and one.value != NO_CHOICE)


def _looked_up(entry: Json) -> str:
    """The module that a lookup points at; "" for other fields and for lookups of users."""
    several = entry.get("multiselectlookup")
    if isinstance(several, dict) and several.get("connected_module"):
        return _module_name({"module": several["connected_module"]})
    return _module_name(entry.get("lookup"))


def _module_name(holder: object) -> str:
    """The API name in `{"module": "Accounts"}` (v2) or `{"module": {"api_name": "Accounts"}}`,
    and in `{"api_name": "Accounts"}` itself."""
    if isinstance(holder, str):
        return holder
    if not isinstance(holder, dict):
        return ""
    return _module_name(holder["module"]) if "module" in holder else text(holder, "api_name")


def _layout(entry: Json) -> Layout:
    placed = [
        field
        for section in objects(entry.get("sections"))
        for field in objects(section.get("fields"))
        if text(field, "api_name")
    ]
    mapping = entry.get("convert_mapping")
    return Layout(
        id=text(entry, "id"),
        name=text(entry, "name", "display_label"),
        active=text(entry, "status") in ("", "active") and flag(entry, "visible", True),
        fields=frozenset(text(field, "api_name") for field in placed),
        required=frozenset(text(field, "api_name") for field in placed if flag(field, "required")),
        converts_to=_targets(mapping, "id"),
        deal_fields=_deal_fields(mapping.get("Deals") if isinstance(mapping, dict) else None),
        profiles=_profiles(entry),
        choices={
            text(field, "api_name"): _choices(field["pick_list_values"])
            for field in placed
            if field.get("pick_list_values")
        },
    )


def _deal_fields(target: object) -> tuple[DealField, ...]:
    entries = objects(target.get("fields")) if isinstance(target, dict) else []
    return tuple(
        DealField(
            text(one, "api_name"), text(one, "field_label", "api_name"), flag(one, "required")
        )
        for one in entries
        if text(one, "api_name")
    )


def _pipeline(entry: Json, layout_id: str) -> Pipeline:
    stages = sorted(
        objects(entry.get("maps")), key=lambda stage: number(stage, "sequence_number") or 0
    )
    return Pipeline(
        id=text(entry, "id"),
        name=text(entry, "display_value", "actual_value"),
        value=text(entry, "actual_value", "display_value"),
        default=flag(entry, "default"),
        stages=tuple(
            Stage(
                text(stage, "actual_value", "display_value"),
                text(stage, "display_value", "actual_value"),
            )
            for stage in stages
        ),
        layout_id=layout_id,
    )


def _targets(mapping: object, key: str) -> dict[str, str]:
    """Target module -> what it maps to, a name or an object with `key`; unmapped ones left out."""
    if not isinstance(mapping, dict):
        return {}
    named = {
        module: target if isinstance(target, str) else text(target, key)
        for module, target in mapping.items()
        if isinstance(target, str | dict)
    }
    return {module: name for module, name in named.items() if name}


def _profiles(entry: Json) -> frozenset[str] | None:
    """Ids of the profiles that may use it; None where Zoho lists none, or not all of them."""
    profiles = entry.get("profiles")
    if not isinstance(profiles, list) or flag(entry, "has_more_profiles"):
        return None
    return frozenset(text(one, "id") for one in objects(profiles)) or None


def _holding(entry: Json, permission: str) -> frozenset[str]:
    return frozenset(
        text(profile, "id")
        for profile in objects(entry.get("profiles"))
        if profile.get("permission_type") == permission
    )
