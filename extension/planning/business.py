"""Which values of a lead are business: typed or chosen by somebody, so not to be lost unseen."""

from collections.abc import Mapping
from dataclasses import dataclass

from extension.planning.own_fields import is_own
from extension.planning.records import Catalogue, Field, Lead, Module

# What Zoho keeps for itself. Whose the new records are is chosen, not carried, and tags are counted
# on their own; scores, visits and stamps are worked out anew for the new record.
SYSTEM = frozenset({
    "id", "Owner", "Layout", "Tag", "Full_Name", "Record_Image", "Record_Status__s", "Locked__s",
    "Created_By", "Created_Time", "Modified_By", "Modified_Time", "Last_Activity_Time",
    "Change_Log_Time__s", "Unsubscribed_Mode", "Unsubscribed_Time", "Lead_Conversion_Time",
    "Converted__s", "Converted_Date_Time", "Converted_Date", "Converted_By",
    "Converted_Account", "Converted_Contact", "Converted_Deal",
    "Data_Processing_Basis", "Data_Processing_Basis_Details", "Data_Source",
    "Enrich_Status__s", "Last_Enriched_Time__s", "Score", "Positive_Score", "Negative_Score",
    "Touch_Point_Score", "Positive_Touch_Point_Score", "Negative_Touch_Point_Score",
    "smart_prediction_score", "Wizard", "Reporting_Currency",
})  # fmt: skip
COMPUTED = frozenset({"formula", "rollup_summary", "layout", "tag", "ownerlookup", "profileimage"})

NO_CHOICE = "-None-"
"""What Zoho's pick lists hold while nothing is chosen."""

FULL_NAME = "Full_Name"
PARTS = {FULL_NAME: ("First_Name", "Last_Name")}
"""Lead fields that Zoho composes: whoever takes one takes its parts."""


@dataclass(frozen=True, slots=True)
class Held:
    """A value that a lead holds, and the field that holds it."""

    field: Field
    value: object


def leads_of(catalogue: Catalogue) -> Module:
    """The module Leads; an empty one where the metadata does not show it."""
    empty = Module(api_name="Leads", id="", singular="Lead", plural="Leads")
    return catalogue.modules.get("Leads", empty)


def is_business(field: Field) -> bool:
    """Whether people fill it. A custom field is theirs, whatever its name, unless it is ours."""
    if field.data_type in COMPUTED or is_own(field.api_name):
        return False
    return field.custom or field.api_name not in SYSTEM


def is_empty(value: object, field: Field | None = None) -> bool:
    """Whether there is nothing in it. 0 is a value; an unticked box is none unless boxes of this
    field start ticked."""
    if isinstance(value, str):
        return value.strip() in ("", NO_CHOICE)
    if isinstance(value, list):
        return all(is_empty(one) for one in value)
    if value is False:
        return field is None or str(field.default).lower() != "true"
    return value is None or value == {}


def value_of(values: Mapping[str, object], api_name: str) -> object:
    """A lead's value. Its full name is composed where the answer came without it."""
    found = values.get(api_name)
    if api_name != FULL_NAME or not is_empty(found):
        return found
    parts = (values.get(part) for part in PARTS[FULL_NAME])
    return " ".join(part.strip() for part in parts if isinstance(part, str) and part.strip())


def text_of(values: Mapping[str, object], api_name: str) -> str:
    """A value as text: what a lookup shows for a lookup, nothing for nothing."""
    found = value_of(values, api_name)
    if isinstance(found, Mapping):
        found = found.get("name")
    return "" if found is None or isinstance(found, bool | list) else str(found).strip()


def business_values(lead: Lead, leads: Module) -> tuple[Held, ...]:
    """Every non-empty business value of a lead, each once, in the order of its module's fields.

    A value whose field the metadata does not know (yet) is one too: better a loss too many than
    a value that disappears unseen.
    """
    values = lead.record.values
    known = [one for one in leads.fields.values() if is_business(one)]
    names = {key for key in values if key not in leads.fields and not key.startswith("$")}
    names = {key for key in names if not is_own(key)}
    strange = [Field(key, key.replace("_", " "), "") for key in sorted(names - SYSTEM)]
    found = (Held(field, values.get(field.api_name)) for field in [*known, *strange])
    return tuple(held for held in found if not is_empty(held.value, held.field))
