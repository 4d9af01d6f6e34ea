"""The fields that we add to an org's CRM, and what they are for."""

from dataclasses import dataclass

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
ON_LEADS = (MARK, READINESS, LOSSES, BEST_TARGET)


def is_own(api_name: str) -> bool:
    """Whether the field is one of ours: no person fills it."""
    return api_name.startswith(PREFIX)
