"""The fields that we add to an org's CRM, and what they are for."""

from collections.abc import Mapping
from dataclasses import dataclass

from extension.planning.records import Field

PREFIX = "Convert_Anywhere_"
"""How the API names of all of them begin."""


@dataclass(frozen=True, slots=True)
class OwnField:
    """A field of ours. Zoho makes the API name from the label."""

    label: str
    data_type: str
    length: int
    unique: bool = False
    tooltip: str = ""

    @property
    def api_name(self) -> str:
        return self.label.replace(" ", "_")


KEY = OwnField(
    "Convert Anywhere Key",
    "text",
    60,
    unique=True,
    tooltip="Which conversion made this record. Filled by Convert Anywhere: leave it alone.",
)
"""Unique, so that Zoho itself refuses to make a record twice."""
KEY_FIELD = KEY.api_name
"""The unique text field in which a record says which step of which conversion made it."""

MARK = OwnField(
    "Convert Anywhere Mark", "text", 100, tooltip="What became of the lead, if a target says so."
)
READINESS = OwnField(
    "Convert Anywhere Readiness", "text", 40, tooltip="Whether the lead can be converted now."
)
LOSSES = OwnField(
    "Convert Anywhere Losses", "integer", 9, tooltip="How many values a conversion would lose."
)
BEST_TARGET = OwnField(
    "Convert Anywhere Target", "text", 200, tooltip="What the lead is best converted to."
)
SHOWS = {"mark": MARK, "readiness": READINESS, "losses": LOSSES, "target": BEST_TARGET}
"""What an assessment writes -> the field that we add for it."""
ON_LEADS = tuple(SHOWS.values())


def standing(own: OwnField, fields: Mapping[str, Field]) -> Field | None:
    """The field that stands there for ours. Zoho names one otherwise where the name is taken; but a
    key is sought by its name alone, which is written into every record."""
    named = fields.get(own.api_name)
    if own.unique or (named is not None and named.data_type == own.data_type):
        return named
    label = own.label.casefold()
    return next((one for one in fields.values() if one.label.casefold() == label), None)


def is_own(api_name: str) -> bool:
    """Whether the field is one of ours: no person fills it."""
    return api_name.startswith(PREFIX)
