"""What standard and custom modules share: system fields, addresses, related lists, one layout."""

from .. import fields as f
from ..schema import Field, Layout, Module, RelatedList, Section

PRIVATE = ("Leads", "Contacts", "Accounts", "Deals", "Tasks", "Events", "Calls")
"""Modules whose records only owners and their superiors see; the others are public."""


def system_fields() -> list[Field]:
    """The fields that every module with owners has."""
    stamps: list[Field] = [
        f.owner("Created_By"),
        f.owner("Modified_By"),
        f.moment("Created_Time"),
        f.moment("Modified_Time"),
        f.moment("Last_Activity_Time"),
        f.boolean("Locked__s", label="Locked"),
    ]
    for stamp in stamps:
        f.unwritable(stamp).on_layouts = False
    layout = Field(api_name="Layout", label="Layout", data_type="layout", on_layouts=False)
    tag = Field(api_name="Tag", label="Tag", data_type="tag", length=2000, on_layouts=False)
    image = Field(
        api_name="Record_Image", label="Image", data_type="profileimage", length=255,
        on_layouts=False,
    )  # fmt: skip
    everything = [f.owner(), *stamps, layout, tag, f.unwritable(image)]
    for one in everything:
        one.system = True
    return everything


def address(prefix: str, *, code: str = "Code", to: dict[str, str] | None = None) -> list[Field]:
    """Street, city, state, code and country; `to` maps target modules to their prefixes."""
    parts = {"Street": 250, "City": 100, "State": 100, code: 30, "Country": 100}
    return [
        f.text(
            f"{prefix}{part}",
            length=length,
            converts_to={
                module: f"{target}{_code(module) if part == code else part}"
                for module, target in (to or {}).items()
            },
        )
        for part, length in parts.items()
    ]


def _code(module: str) -> str:
    return "Zip" if module == "Contacts" else "Code"


def full_name_field() -> Field:
    return f.unwritable(f.text("Full_Name", length=120, on_layouts=False))


def activity_lists() -> list[RelatedList]:
    lists = [
        RelatedList(api_name="Notes", label="Notes", module="Notes", kind="notes"),
        RelatedList(
            api_name="Attachments", label="Attachments", module="Attachments", kind="attachments"
        ),
    ]
    for module, label in (("Tasks", "Tasks"), ("Events", "Meetings"), ("Calls", "Calls")):
        lists += [
            RelatedList(
                api_name=module, label=f"Open {label}", module=module, kind="activities"
            ),
            RelatedList(
                api_name=f"{module}_History", label=f"Closed {label}", module=module,
                kind="activities", closed=True,
            ),
        ]  # fmt: skip
    return lists


def children(api_name: str, module: str, via: str, label: str = "") -> RelatedList:
    return RelatedList(
        api_name=api_name, label=label or api_name, module=module, kind="lookup", via=via
    )


def standard_module(
    api_name: str,
    singular: str,
    own: list[Field],
    required: list[str],
    lists: list[RelatedList],
) -> Module:
    """A module that Zoho ships, with one layout; its first field is its name."""
    return Module(
        api_name=api_name,
        singular=singular,
        plural=api_name,
        display_field=own[0].api_name,
        fields=[*own, *system_fields()],
        layouts=[_standard_layout(singular, own, required)],
        related_lists=lists,
        sharing="private" if api_name in PRIVATE else "public_read_write",
    )


def _standard_layout(singular: str, own: list[Field], required: list[str]) -> Layout:
    """One section for everything, and one for the description if there is one."""
    shown = [one.api_name for one in own if one.on_layouts and one.api_name != "Description"]
    marked = [f"{name}*" if name in required else name for name in shown]
    sections: list[Section] = [f.section(f"{singular} Information", "Owner", *marked)]
    if any(one.api_name == "Description" for one in own):
        sections.append(f.section("Description Information", "Description", columns=1))
    return f.layout("Standard", *sections)
