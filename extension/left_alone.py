"""Says what an undo has not touched, and why."""

from collections.abc import Iterable
from typing import Any

from .store.conversions import Conversion

CHANGED, SHARED, UNDER_WAY = "changed", "shared", "under_way"
WHY = {
    CHANGED: "Somebody has changed it since.",
    SHARED: "Other leads have become this record too. It goes with the last of them.",
    UNDER_WAY: "It is not known yet what became of the last step: undo again in a moment, or try "
    "it again first.",
    "cannot_undo": "Zoho's own conversion cannot be undone.",
    "lead_deleted": "The lead was deleted, and this version of Zoho's API cannot bring it back. "
    "Restore it from Zoho CRM's recycle bin, then undo the rest.",
    "converted_anew": "The lead is being converted anew. Let that end, or cancel it, first.",
}
"""Code of a reason -> our sentence."""


def kept(records: Iterable[tuple[str, str]], code: str) -> list[dict[str, str]]:
    """As it is written down: module and id of each record, once, and the code of the reason."""
    each = dict.fromkeys(records)
    return [{"module": module, "id": ident, "code": code} for module, ident in each]


def told(row: Conversion) -> list[dict[str, Any]]:
    """As it is shown: with the sentence."""
    found: list[Any] = row.left_alone or []
    # What was written down before there were codes had but one reason.
    each = [{"code": CHANGED, **one} for one in found]
    return [{**one, "message": WHY[one["code"]]} for one in each]
