"""What Zoho says of each row of a write, and of a conversion; no I/O.

Three fates of a row are never one: *written*, *refused* and *unclear*.
https://www.zoho.com/crm/developer/docs/api/v8/response-structure.html
"""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extension.errors import ZohoBusy, ZohoError, ZohoMissing, ZohoRefused, ZohoUnclear

from .protocol import Json, Payload, broken, is_error, named_error
from .values import inner, objects, text

LONGEST_SAYING = 500
FIELD = re.compile(r"\$\.data\[\d+\]\.(\w+)")


@dataclass(frozen=True, slots=True)
class Written:
    """Done. `created` is False where the row changed a record that was there; `time` is the
    record's Modified_Time, where Zoho tells it."""

    id: str
    created: bool = True
    time: str = ""


@dataclass(frozen=True, slots=True)
class RowRefused:
    """Certainly not done. `message` is ours, `said` is Zoho's own and may hold people's data."""

    code: str
    message: str
    field: str = ""
    """API name of the field that Zoho blames."""
    duplicate: str = ""
    """Id of the record that Zoho names with DUPLICATE_DATA."""
    busy: bool = False
    """Turned away for now: the same row may be sent again as it is."""
    missing: bool = False
    """Zoho knows no record with the id that was sent, or does not show it to this person."""
    said: str = dataclasses.field(default="", repr=False)
    also: tuple["RowRefused", ...] = ()
    """What else Zoho found wrong with the same row."""

    def double_in(self, field: str) -> str:
        """Id of the record that has the same value in this field, or "": a row can double
        several records at once, each in another field."""
        doubles = (one for one in (self, *self.also) if one.field == field)
        return next((one.duplicate for one in doubles if one.duplicate), "")


@dataclass(frozen=True, slots=True)
class RowUnclear:
    """Perhaps done: Zoho broke down over this row, or says nothing of it that can be read."""

    code: str = ""


RowOutcome = Written | RowRefused | RowUnclear


@dataclass(frozen=True, slots=True)
class Converted:
    """What a lead became; None where there is none of the kind."""

    contact: str | None
    account: str | None
    deal: str | None


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Zoho converts the lead later. Nothing tells how far it is but the lead itself."""

    job_id: str


def rows(
    payload: Payload,
    count: int,
    *,
    under: str = "data",
    ids: Sequence[str] = (),
    creates: bool = False,
) -> tuple[RowOutcome, ...]:
    """One outcome for each row sent, in order. `ids` are those that were sent, if any were.

    Raises ZohoUnclear where the answer is about other rows than were sent, and ZohoRefused where
    Zoho refused all as one.
    """
    entries = (payload or {}).get(under)
    entries = entries if isinstance(entries, list) else []
    if len(entries) != count:
        raise _of_the_whole(payload or {}, under, entries)
    found = tuple(
        _row(entry, sent, creates) for entry, sent in zip(entries, ids or [""] * count, strict=True)
    )
    for outcome, sent in zip(found, ids, strict=False):
        if isinstance(outcome, Written) and outcome.id != sent:
            raise broken(True, "OTHER_ROWS")
    return found


def only(payload: Payload, sent: str = "", *, creates: bool = False) -> Written | RowRefused:
    """The outcome of a write of one row; raises ZohoUnclear where it is."""
    [outcome] = rows(payload, 1, ids=[sent] if sent else (), creates=creates)
    if isinstance(outcome, RowUnclear):
        raise broken(True, outcome.code)
    return outcome


def alone(error: ZohoRefused) -> RowRefused:
    """A refusal of a whole call, where the call was about one row. Raises it where not the row
    but the person's standing is at fault: a dead grant, a missing scope."""
    if type(error) not in (ZohoRefused, ZohoMissing):
        raise error
    return _told(error, error.details, isinstance(error, ZohoMissing))


def conversion(payload: Payload) -> Converted | Scheduled | RowRefused:
    """What became of a lead. Refusals come with 400 and with 202.

    https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html
    """
    entries = objects((payload or {}).get("data"))
    if len(entries) != 1:
        raise broken(True)
    [entry] = entries
    if is_error(entry):
        refused = _error(entry)
        if isinstance(refused, RowUnclear):
            raise broken(True, refused.code)
        return refused
    details = inner(entry, "details")
    if entry.get("code") == "SCHEDULED":
        return Scheduled(text(details, "job_id"))
    # Before version 3 the ids stand in the entry itself.
    became = details or entry
    contact, account, deal = (_id(became.get(key)) for key in ("Contacts", "Accounts", "Deals"))
    if contact is None:
        raise broken(True)
    return Converted(contact, account, deal)


def _row(entry: object, sent: str, creates: bool) -> RowOutcome:
    if not isinstance(entry, dict):
        return RowUnclear()
    if is_error(entry):
        return _error(entry)
    details = inner(entry, "details")
    ident = text(details, "id") or sent
    if not ident or "success" not in (entry.get("status"), str(entry.get("code")).lower()):
        return RowUnclear(text(entry, "code"))
    created = creates and entry.get("action") != "update"
    return Written(ident, created, text(details, "Modified_Time"))


def _error(entry: Json) -> RowRefused | RowUnclear:
    error = named_error(entry["code"], entry, wrote=True)
    if isinstance(error, ZohoUnclear):
        return RowUnclear(error.zoho_code)
    if isinstance(error, ZohoBusy):
        return RowRefused(error.zoho_code, error.message, busy=True)
    several = [one for one in objects(inner(entry, "details").get("errors")) if is_error(one)]
    if several:
        first, *rest = map(_refused, several)
        return dataclasses.replace(first, also=tuple(rest))
    return _refused(entry)


def _refused(entry: Json) -> RowRefused:
    error, details = named_error(entry["code"], entry), inner(entry, "details")
    path = text(details, "json_path")
    # Deletions and tags name the id that is nowhere, and no field.
    nowhere = "id" in details or "resource_path_index" in details
    nowhere = (nowhere and "api_name" not in details) or path.endswith("].id")
    missing = error.zoho_code == "INVALID_DATA" and nowhere
    told = _told(error, details, missing)
    return dataclasses.replace(told, said=text(entry, "message")[:LONGEST_SAYING])


def _told(error: ZohoError, details: Mapping[str, Any], missing: bool) -> RowRefused:
    return RowRefused(
        error.zoho_code,
        "There is no such record, or you may not see it." if missing else error.message,
        field=_field(dict(details)),
        duplicate=str(error.details.get("id", "")) if error.zoho_code == "DUPLICATE_DATA" else "",
        missing=missing,
    )


def _field(details: Json) -> str:
    """The field that is blamed; of a lookup's id, the lookup."""
    expected = objects(details.get("expected_fields"))
    named = text(details, "api_name", "param_name", "param")
    named = named or next((text(one, "api_name") for one in expected), "")
    inside = FIELD.match(text(details, "json_path"))
    return inside[1] if inside and named == "id" else named


def _id(value: object) -> str | None:
    """The id in a reference, or a plain one."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and value else None


def _of_the_whole(payload: Json, under: str, entries: list[object]) -> ZohoError:
    """What it means that not every row has an entry: unclear, unless what is refused is no row,
    but a tag's name, the number of rows, or a trigger."""
    elsewhere = [
        error
        for key, found in payload.items()
        if key != under and isinstance(found, list)
        for error in found
        if is_error(error)
    ]
    if not entries and elsewhere:
        return named_error(text(elsewhere[0], "code"), elsewhere[0], wrote=True)
    entry = next(iter(objects(entries)), {}) if len(entries) == 1 else {}
    if is_error(entry) and _of_no_row(inner(entry, "details")):
        return named_error(text(entry, "code"), entry, wrote=True)
    return broken(True, "OTHER_ROWS")


def _of_no_row(details: Json) -> bool:
    path = text(details, "json_path")
    if path:
        return path.startswith("$.") and not path.startswith("$.data[")
    return text(details, "api_name") == "data"
