"""Says what an undo has not touched, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .store.conversions import Conversion

CHANGED, MEMBERSHIP, ADDED, NEEDED = "changed", "membership_changed", "added", "needed"
SHARED, UNDER_WAY, GONE, CONVERTED = "shared", "under_way", "gone", "converted"
WHY = {
    CHANGED: "Somebody has changed it since.",
    MEMBERSHIP: "Somebody has changed the membership of this campaign since.",
    ADDED: "Somebody has added to it since: {added}.",
    NEEDED: "Something that is left alone hangs on it.",
    SHARED: "Other leads have become this record too. It goes with the last of them.",
    GONE: "It, or what it belongs to, was deleted, or is hidden from you now.",
    CONVERTED: "The lead was converted in Zoho since, and takes nothing more.",
    UNDER_WAY: "It is not known yet what became of the last step: undo again in a moment, or try "
    "it again first.",
    "cannot_undo": "Zoho's own conversion cannot be undone.",
    "lead_deleted": "The lead was deleted, and this version of Zoho's API cannot bring it back. "
    "Restore it from Zoho CRM's recycle bin, then undo the rest.",
    "converted_anew": "The lead is being converted anew. Let that end, or cancel it, first.",
}
"""Code of a reason -> our sentence."""
FIELDS_CHANGED = "Somebody has changed it since: {fields}."
FORCEABLE = (CHANGED, MEMBERSHIP, ADDED, NEEDED, SHARED)
"""What is taken back too where the person insists."""
CALLED = {
    "Notes": ("note", "notes"),
    "Attachments": ("file", "files"),
    "Tasks": ("task", "tasks"),
    "Events": ("meeting", "meetings"),
    "Calls": ("call", "calls"),
    "Campaigns": ("campaign", "campaigns"),
    "Products": ("product", "products"),
}
"""Module -> what one and what several of it are called."""


@dataclass(frozen=True, slots=True)
class Left:
    """A record that is left alone."""

    module: str
    id: str
    code: str
    added: Mapping[str, int] = field(default_factory=dict)
    """Module -> how much of it somebody has added."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Where only these fields of it are: what people call each."""


def kept(each: Iterable[Left], there: Iterable[Any] | None = ()) -> list[Any]:
    """As it is written down, after what was before: each record once, with its first reason."""
    found = {(one["module"], one["id"]): dict(one) for one in there or ()}
    for one in each:
        said: dict[str, Any] = {"module": one.module, "id": one.id, "code": one.code}
        said |= {"added": dict(one.added)} if one.added else {}
        said |= {"changed": []} if one.fields else {}
        known = found.setdefault((one.module, one.id), said)
        if "changed" in known:
            known["changed"] = list(dict.fromkeys([*known["changed"], *one.fields.values()]))
    return list(found.values())


def told(row: Conversion) -> list[dict[str, Any]]:
    """As it is shown: with the sentence."""
    found: list[Any] = row.left_alone or []
    # What was written down before there were codes had but one reason.
    each = [{"code": CHANGED, "added": {}, **one} for one in found]
    return [{**one, "message": _sentence(one)} for one in each]


def _sentence(one: Mapping[str, Any]) -> str:
    if one.get("changed"):
        return FIELDS_CHANGED.format(fields=", ".join(one["changed"]))
    return WHY[one["code"]].format(added=_in_words(one["added"]))


def _in_words(added: Mapping[str, int]) -> str:
    return ", ".join(_counted(module, count) for module, count in added.items())


def _counted(module: str, count: int) -> str:
    if module not in CALLED:
        return f"{count} of {module}"
    return f"{count} {CALLED[module][count != 1]}"
