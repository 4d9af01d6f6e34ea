"""What targets settle besides mappings: merging, carrying, whom and when they are for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from extension.planning.business import is_empty, text_of, value_of

Merge = Literal["keep", "fill_blanks", "overwrite", "append"]
MERGES: tuple[Merge, ...] = ("keep", "fill_blanks", "overwrite", "append")
NOTIFIED = ("lead_owner", "record_owner")
"""Whom Zoho's own conversion can write an e-mail to."""

How = Literal["copy", "move", "leave"]
HOWS: tuple[How, ...] = ("copy", "move", "leave")

WhenMatched = Literal["create", "link"]
After = Literal["leave", "mark", "delete"]
AFTERS: tuple[After, ...] = ("leave", "mark", "delete")

Operator = Literal["is", "is_not", "filled", "empty"]
OPERATORS: tuple[Operator, ...] = ("is", "is_not", "filled", "empty")

ACTIVITIES = {
    "Tasks": "Tasks", "Tasks_History": "Tasks",
    "Events": "Events", "Events_History": "Events",
    "Calls": "Calls", "Calls_History": "Calls",
}  # fmt: skip
"""The lead's lists of activities, open and closed -> the module of their entries."""

CARRIED_LISTS: Mapping[str, tuple[How, ...]] = {
    "Notes": ("copy", "leave"),
    "Attachments": ("copy", "leave"),
    "Tag": ("copy", "leave"),
    **dict.fromkeys(ACTIVITIES, ("move", "leave")),
    "Campaigns": ("copy", "leave"),
    "Products": ("copy", "leave"),
}
"""What can be done with each list through Zoho's API, first what we do unless told otherwise.
Notes and attachments cannot be moved, an activity cannot be copied with its history."""

LISTS_IN_ZOHO: Mapping[str, tuple[How, ...]] = {"Tag": CARRIED_LISTS["Tag"]}
"""Of these Zoho's own conversion can be told: tags are named in its request or left out.
https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html (carry_over_tags)"""


def lists_of(kind: str) -> Mapping[str, tuple[How, ...]]:
    """The lists that somebody may decide about, with what can be done with each."""
    return LISTS_IN_ZOHO if kind == "zoho" else CARRIED_LISTS


@dataclass(frozen=True, slots=True)
class LeadAfter:
    """What becomes of the lead; `values` are written when it is marked."""

    kind: After = "leave"
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must be so of a lead for which a target is offered."""

    field: str
    operator: Operator
    value: str = ""


def meets(values: Mapping[str, object], conditions: tuple[Condition, ...]) -> bool:
    """Whether the lead meets all of them."""
    return all(_met(values, one) for one in conditions)


def _met(values: Mapping[str, object], one: Condition) -> bool:
    match one.operator:
        case "filled":
            return not is_empty(value_of(values, one.field))
        case "empty":
            return is_empty(value_of(values, one.field))
    held = value_of(values, one.field)
    several = [str(each) for each in held] if isinstance(held, list) else []
    texts = several or ([str(held).lower()] if isinstance(held, bool) else [])
    same = one.value in (texts or [text_of(values, one.field)])
    return same if one.operator == "is" else not same
