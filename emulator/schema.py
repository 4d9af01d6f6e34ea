"""What an org's records are made of: modules, fields, layouts, related lists.

Plain values with Zoho's API names; a World gives every one of them its id when it is added.
`emulator.fields` builds fields in few words, `emulator.standard` the modules Zoho ships.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from .people import Org, Pipeline, Profile, Role, Stage, User

Permission = Literal["read_write", "read_only", "hidden"]
Sharing = Literal["private", "public_read", "public_read_write"]

JSON_TYPES = {
    "boolean": "boolean",
    "integer": "integer",
    "double": "double",
    "currency": "double",
    "percent": "double",
    "lookup": "jsonobject",
    "ownerlookup": "jsonobject",
    "userlookup": "jsonobject",
    "layout": "jsonobject",
    "multiselectpicklist": "jsonarray",
    "multiselectlookup": "jsonarray",
    "multiuserlookup": "jsonarray",
    "subform": "jsonarray",
    "fileupload": "jsonarray",
    "imageupload": "jsonarray",
    "tag": "jsonarray",
}
"""Zoho's `json_type` of each `data_type`; what is not named here is a string."""


@dataclass(slots=True, kw_only=True)
class PickListValue:
    """One choice of a pick list; the API reads and writes `actual_value`."""

    actual_value: str
    display_value: str
    id: str = ""
    used: bool = True
    colour: str | None = None
    probability: int | None = None
    deal_category: str | None = None


@dataclass(slots=True, kw_only=True)
class AutoNumber:
    """How an autonumber field counts; `next` moves with every record."""

    prefix: str = ""
    suffix: str = ""
    next: int = 1


@dataclass(slots=True, kw_only=True)
class Field:
    """A field of a module, with what its metadata must say and its values must obey.

    `permissions` names the profiles that do not have read_write. `converts_to` maps a
    target module to the API name that takes the value on Zoho's own conversion.
    `lookup` is the module a lookup points at; `lookup_modules` those of a lookup that
    may point at several (What_Id), whose record says which in `$se_module`. `subform`
    is the API name of the module of the rows. `linking` is the linking module of a
    multi-select lookup. `formula` is the expression of a formula field.
    """

    api_name: str
    label: str
    data_type: str
    id: str = ""
    length: int = 0
    decimal_place: int | None = None
    mandatory: bool = False
    custom: bool = False
    unique: bool = False
    case_sensitive: bool = False
    read_only: bool = False
    api_create: bool = True
    api_update: bool = True
    visible: bool = True
    searchable: bool = True
    on_layouts: bool = True
    system: bool = False
    default: Any = None
    tooltip: str | None = None
    choices: list[PickListValue] = field(default_factory=list)
    lookup: str = ""
    lookup_modules: tuple[str, ...] = ()
    related_label: str | None = None
    linking: str = ""
    subform: str = ""
    formula: str = ""
    returns: str = ""
    auto_number: AutoNumber | None = None
    textarea_type: str = "small"
    converts_to: dict[str, str] = field(default_factory=dict)
    permissions: dict[str, Permission] = field(default_factory=dict)

    @property
    def json_type(self) -> str:
        kind = self.returns if self.data_type == "formula" else self.data_type
        return JSON_TYPES.get(kind, "string")

    def choice(self, actual_value: object) -> PickListValue | None:
        """The used choice of this value, or None."""
        return next((c for c in self.choices if c.used and c.actual_value == actual_value), None)


@dataclass(slots=True, kw_only=True)
class Placed:
    """A field on a layout; `choices`, if given, are the only ones this layout offers."""

    api_name: str
    required: bool = False
    choices: tuple[str, ...] | None = None


@dataclass(slots=True, kw_only=True)
class Section:
    """A block of a layout."""

    label: str
    fields: list[Placed]
    id: str = ""
    columns: int = 2

    @property
    def api_name(self) -> str:
        return self.label.replace(" ", "_")


@dataclass(slots=True, kw_only=True)
class LayoutRule:
    """When `field` has one of `values`, `requires` become mandatory on this layout."""

    name: str
    field: str
    values: tuple[object, ...]
    requires: tuple[str, ...]
    id: str = ""


@dataclass(slots=True, kw_only=True)
class Layout:
    """One way a module is laid out; which fields it has, which it demands.

    `converts_to` names the layout per target module that Zoho's conversion uses;
    `deal_fields` the fields (and whether required) that its form asks for a deal.
    `profiles` are the names of those that may use it; None means all.
    """

    name: str
    sections: list[Section]
    id: str = ""
    api_name: str = ""
    active: bool = True
    rules: list[LayoutRule] = field(default_factory=list)
    converts_to: dict[str, str] = field(default_factory=dict)
    deal_fields: list[tuple[str, bool]] = field(default_factory=list)
    profiles: tuple[str, ...] | None = None

    def placed(self) -> Iterator[Placed]:
        for section in self.sections:
            yield from section.fields

    def place(self, api_name: str) -> Placed | None:
        return next((p for p in self.placed() if p.api_name == api_name), None)

    def required(self) -> set[str]:
        """The API names that this layout itself demands."""
        return {placed.api_name for placed in self.placed() if placed.required}


@dataclass(slots=True, kw_only=True)
class RelatedList:
    """What can hang on a record of a module.

    `kind` says where its rows come from: "notes", "attachments", "tags"; "activities"
    (records of `module` whose What_Id or Who_Id is this record, open unless `closed`);
    "lookup" (records of `module` whose field `via` points here); "link" (see World.links).
    """

    api_name: str
    label: str
    module: str
    kind: Literal["notes", "attachments", "activities", "lookup", "link", "other"]
    via: str = ""
    closed: bool = False
    linking: str = ""
    id: str = ""
    visible: bool = True


@dataclass(slots=True, kw_only=True)
class Module:
    """A module and its flags, named as Zoho's modules API names them."""

    api_name: str
    singular: str
    plural: str
    fields: list[Field]
    layouts: list[Layout] = field(default_factory=list)
    related_lists: list[RelatedList] = field(default_factory=list)
    id: str = ""
    module_name: str = ""
    generated_type: str = "default"
    status: str = "visible"
    visibility: int = 1
    display_field: str = "Name"
    creatable: bool = True
    editable: bool = True
    deletable: bool = True
    viewable: bool = True
    api_supported: bool = True
    convertable: bool = False
    quick_create: bool = True
    show_as_tab: bool = True
    lookupable: bool = True
    blueprint_supported: bool = True
    sequence_number: int = 0
    sharing: Sharing = "private"
    parent: str = ""

    def __post_init__(self) -> None:
        self.module_name = self.module_name or self.api_name

    @property
    def custom(self) -> bool:
        return self.generated_type == "custom"

    def field(self, api_name_or_id: str) -> Field | None:
        wanted = api_name_or_id
        return next((f for f in self.fields if wanted in (f.api_name, f.id)), None)

    def layout(self, id_or_name: str | None = None) -> Layout | None:
        """The layout of this id or name; without one, the default: the first active."""
        if id_or_name is None:
            return next((one for one in self.layouts if one.active), None)
        return next((one for one in self.layouts if id_or_name in (one.id, one.name)), None)

    def related_list(self, api_name: str) -> RelatedList | None:
        return next((one for one in self.related_lists if one.api_name == api_name), None)

    def add(self, *fields: Field, section: str | None = None, custom: bool = True) -> "Module":
        """Add fields, by default custom ones, to the module and to each layout.

        They go to the section of that label, or to the last one. Returns the module.
        """
        for one in fields:
            one.custom = custom
            self.fields.append(one)
            if one.on_layouts:
                self._lay_out(one, section)
        return self

    def _lay_out(self, one: Field, label: str | None) -> None:
        for layout in self.layouts:
            found = [part for part in layout.sections if part.label == label]
            if label is not None and not found:
                found = [Section(label=label, fields=[])]
                layout.sections += found
            target = found[0] if found else layout.sections[-1]
            target.fields.append(Placed(api_name=one.api_name, required=one.mandatory))


__all__ = [
    "AutoNumber", "Field", "Layout", "LayoutRule", "Module", "Org", "Permission", "PickListValue",
    "Pipeline", "Placed", "Profile", "RelatedList", "Role", "Section", "Stage", "User",
]  # fmt: skip
