"""Reads leads and other records, what hangs on them and what Zoho would make of them; no I/O."""

from collections.abc import Sequence

from extension.errors import ZohoBusy, ZohoError, ZohoMissing, ZohoRefused, ZohoUnclear
from extension.planning.records import Agreement, Record, ZohoSays

from .protocol import Json, Payload, is_error, listed
from .values import inner, number, objects, text

MATCHED = ("Contacts", "Accounts", "Deals")
"""Zoho looks for doubles in these; Deals stand in the schema and in no example."""


def record(payload: Payload, module: str) -> Record:
    """The one record in the answer. Raises ZohoMissing where there is none (204)."""
    found = records(payload, module)
    if not found:
        raise ZohoMissing("There is no such record, or you may not see it.")
    return found[0]


def records(payload: Payload, module: str) -> tuple[Record, ...]:
    return tuple(
        Record(module, text(entry, "id"), entry)
        for entry in listed(payload, "data")
        if text(entry, "id")
    )


def related_counts(payload: Payload, lists: Sequence[str]) -> dict[str, int | None]:
    """List -> how many records; None where Zoho could not count them."""
    counts: dict[str, int | None] = dict.fromkeys(lists)
    for entry in objects((payload or {}).get("get_related_records_count")):
        name = text(inner(entry, "related_list"), "api_name")
        if name in counts and not is_error(entry):
            counts[name] = number(entry, "count")
    return counts


def conversion_options(payload: Payload) -> ZohoSays:
    """Whom Zoho's own conversion would take for the same.

    https://www.zoho.com/crm/developer/docs/api/v8/lead-conversion-options.html
    """
    if payload is None:
        return ZohoSays("nothing")
    said = inner(payload, "__conversion_options")
    agreements = inner(said, "preference_field_matched_value")
    return ZohoSays(
        "answered",
        records={
            module: tuple(
                Record(module, text(one, "id"), one)
                for one in objects(said.get(module))
                if text(one, "id")
            )
            for module in MATCHED
            if objects(said.get(module))
        },
        agreements={
            module: tuple(_agreement(one) for one in objects(agreements.get(module)))
            for module in MATCHED
            if objects(agreements.get(module))
        },
        several_layouts=frozenset(
            text(one, "api_name")
            for one in objects(said.get("modules_with_multiple_layouts"))
            if text(one, "api_name")
        ),
    )


def no_conversion_options(error: ZohoError) -> ZohoSays:
    """What it means for a person that Zoho did not tell its options.

    Raises where not this question but the person's standing is at fault: a dead grant, a
    missing scope.
    """
    if error.zoho_code == "API_NOT_SUPPORTED":
        return ZohoSays("unasked")
    if isinstance(error, ZohoBusy | ZohoUnclear):
        return ZohoSays("unavailable", code=error.zoho_code, message=error.message)
    if type(error) not in (ZohoRefused, ZohoMissing):
        raise error
    return ZohoSays("refused", code=error.zoho_code, message=error.message)


def _agreement(entry: Json) -> Agreement:
    field = inner(entry, "field")
    value = entry.get("matched_lead_value")
    return Agreement(
        field=text(field, "api_name"),
        label=text(field, "field_label", "api_name"),
        value="" if value is None else str(value),
    )
