"""What a CRM holds: modules, layouts, fields, pipelines, records, profiles; as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a pick list: `value` is what the API takes, `label` what people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a module, as the person with `hidden_from`/`read_only_for` profiles meets it."""

    api_name: str
    label: str
    data_type: str
    max_length: int | None = None
    decimal_places: int | None = None
    mandatory: bool = False
    read_only: bool = False
    unique: bool = False
    case_sensitive: bool = False
    """Of a unique field: whether values that differ in their case are different ones."""
    custom: bool = False
    choices: tuple[Choice, ...] = ()
    lookup_module: str = ""
    subform_module: str = ""
    default: object = None
    converts_to: Mapping[str, str] = field(default_factory=dict)
    """Zoho's conversion mapping: target module -> api_name of the field that takes it."""
    hidden_from: frozenset[str] = frozenset()
    """Ids of the profiles that do not see this field."""
    read_only_for: frozenset[str] = frozenset()
    """Ids of the profiles that see it and may not change it."""
    id: str = ""


@dataclass(frozen=True, slots=True)
class DealField:
    """A field that Zoho's conversion form asks for the deal."""

    api_name: str
    label: str
    required: bool


@dataclass(frozen=True, slots=True)
class Layout:
    id: str
    name: str
    active: bool = True
    fields: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    """API names of the fields that this layout makes mandatory."""
    converts_to: Mapping[str, str] = field(default_factory=dict)
    """On a lead's layout: target module -> id of the layout that Zoho's conversion uses."""
    deal_fields: tuple[DealField, ...] = ()
    profiles: frozenset[str] | None = None
    """Ids of the profiles that may use it; None where Zoho does not say."""
    choices: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    """Pick list -> what it offers on this layout, where that is not all that the field offers."""


@dataclass(frozen=True, slots=True)
class Module:
    api_name: str
    id: str
    singular: str
    plural: str
    kind: str = "default"
    """Zoho's `generated_type`: default, custom, linking, subform …"""
    visible: bool = True
    creatable: bool = True
    api_supported: bool = True
    name_field: str = "Name"
    module_name: str = ""
    """Zoho's inner name, such as CustomModule3, by which some permissions are called."""
    profiles: frozenset[str] | None = None
    """Ids of the profiles that may open it; None where Zoho does not say."""
    fields: Mapping[str, Field] = field(default_factory=dict)
    layouts: tuple[Layout, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    id: str
    name: str
    value: str
    """What the API takes for it, such as "Standard (Standard)"."""
    default: bool
    stages: tuple[Stage, ...]
    layout_id: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile: what its users may do. `permissions` maps Zoho's names
    (Crm_Implied_Create_Vendors …) to whether they are on; a name that is absent is unknown."""

    id: str
    name: str
    permissions: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    email: str
    profile: Profile
    locale: str = "en_US"
    time_zone: str = ""
    administrator: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The metadata of one org that planning needs, as of one moment."""

    modules: Mapping[str, Module]
    pipelines: Mapping[str, tuple[Pipeline, ...]] = field(default_factory=dict)
    """Deal layout id -> its pipelines."""
    related_labels: Mapping[str, str] = field(default_factory=dict)
    """What people call a lead's related lists: api_name -> label."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the API gives it: `values` is Zoho's JSON, system keys included."""

    module: str
    id: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead with what hangs on it: `related` maps a related list's api_name to how many records it
    holds, or None where that could not be counted."""

    record: Record
    related: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agreement:
    """A field by which Zoho found the records that it offers for a conversion."""

    field: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ZohoSays:
    """Zoho's answer when asked for the conversion options of a lead.

    `answered` (200), `nothing` (204), `refused` (`code` and `message` are Zoho's), `unavailable`
    (no answer this time: what matches is unknown), `unasked` (this API version cannot be asked,
    so a search must find the matches).
    https://www.zoho.com/crm/developer/docs/api/v8/lead-conversion-options.html
    """

    state: Literal["answered", "nothing", "refused", "unavailable", "unasked"]
    records: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    """Module -> the records that Zoho takes for the same; a module without any may be absent."""
    agreements: Mapping[str, tuple[Agreement, ...]] = field(default_factory=dict)
    """Module -> what those records have in common with the lead."""
    several_layouts: frozenset[str] = frozenset()
    """Modules whose layout somebody may choose."""
    code: str = ""
    message: str = ""
