"""Zoho's HTTP without any I/O: a question as a value, and what an answer means.

Three failures of a call are never one: *refused* (would say the same again), *busy* (ask later)
and *unclear* (a write was sent, and nobody knows what became of it).
https://www.zoho.com/crm/developer/docs/api/v8/status-codes.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from extension.errors import (
    TokenExpired,
    Unchanged,
    ZohoBusy,
    ZohoError,
    ZohoUnclear,
)

from .refusals import refusal

Json = dict[str, Any]
Payload = Json | None
"""What Zoho answered: a JSON object, or None where it said "nothing" (204)."""

# Zoho says with these that it did not come to an end; what it had done by then it does not say.
BROKEN = frozenset({"INTERNAL_ERROR", "INTERNAL_SERVER_ERROR", "REQUEST_TIMEOUT"})
# Turned away at the door: certainly not done, not even a write.
TURNED_AWAY = frozenset({"TOO_MANY_REQUESTS", "RATE_LIMIT_EXCEEDED"})
DEAD_TOKEN = frozenset({"INVALID_TOKEN", "INVALID_OAUTHTOKEN"})
# Servers on the way refuse these by themselves, without Zoho's JSON; they would do it again.
REFUSED_BY_STATUS = frozenset({405, 413, 414, 415, 431})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send: it is read from its start, piece by piece, and once more if it must be
    sent again."""

    file_name: str = field(repr=False)
    content: BinaryIO = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to Zoho. `writes` decides what a lost answer means; `places` is how many of
    the org's concurrent calls it takes; of `heavy` ones Zoho lets fewer run at once. `repr` shows
    nobody's data."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Mapping[str, Any] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    writes: bool = False
    places: int = 1
    heavy: bool = False
    upload: Upload | None = None


def decipher(status: int, headers: Mapping[str, str], body: bytes, wrote: bool) -> Payload:
    """What an answer says, or the kind of error that it is.

    Entries of a list (`data`, `fields` …) each have an outcome of their own: see `outcomes`.
    """
    if status == 204:
        return None
    if status == 304:
        raise Unchanged("Nothing has changed since then.")
    payload = _parsed(body)
    if payload is not None:
        return judge(status, payload, wrote, _patience(headers))
    if status == 429:
        raise busy("HTTP_429", _patience(headers))
    if status in REFUSED_BY_STATUS:
        raise refusal(f"HTTP_{status}", {})
    raise broken(wrote, f"HTTP_{status}", _patience(headers))


def judge(
    status: int, payload: Json, wrote: bool, patience: Mapping[str, int] | None = None
) -> Json:
    """The payload, if it is one; an error may come with any status, 200 and 202 included."""
    code = _root_error(status, payload)
    if code is None:
        return payload
    if status == 429:
        raise busy(code, patience)
    if status >= 500:
        raise broken(wrote, code, patience)
    raise named_error(code, payload, wrote, patience)


def named_error(
    code: str,
    envelope: Mapping[str, Any],
    wrote: bool = False,
    patience: Mapping[str, int] | None = None,
) -> ZohoError:
    """The error that Zoho's envelope `{"code", "details", "message", "status"}` stands for."""
    if code in DEAD_TOKEN:
        return TokenExpired("Zoho does not accept the access token any more.", zoho_code=code)
    if code in TURNED_AWAY:
        return busy(code, patience)
    if code in BROKEN:
        return broken(wrote, code, patience)
    return refusal(code, envelope)


def busy(code: str = "", patience: Mapping[str, int] | None = None) -> ZohoBusy:
    return ZohoBusy(
        "Zoho is busy just now. Try again in a moment.", zoho_code=code, details=patience
    )


def broken(wrote: bool, code: str = "", patience: Mapping[str, int] | None = None) -> ZohoError:
    """No usable answer: busy if we only asked, unclear if we wrote."""
    if not wrote:
        return busy(code, patience)
    return ZohoUnclear(
        "Zoho did not say whether it has done this. Look before you do it again.", zoho_code=code
    )


def is_error(entry: object) -> bool:
    """Whether this is Zoho's error envelope; a record never looks like one."""
    return (
        isinstance(entry, dict)
        and entry.get("status") == "error"
        and isinstance(entry.get("code"), str)
    )


def listed(payload: Payload, key: str) -> list[Json]:
    """The objects in the list `key`; raises where one of them is an error. Nothing is no object."""
    found = [entry for entry in _entries(payload, key) if isinstance(entry, dict)]
    for entry in found:
        if is_error(entry):
            raise named_error(entry["code"], entry)
    return found


def outcomes(payload: Payload, key: str = "data", wrote: bool = True) -> list[Json | ZohoError]:
    """Each entry of a list in the order of the request: what was done, or why it was not."""
    return [_outcome(entry, wrote) for entry in _entries(payload, key)]


def more_follow(payload: Payload) -> bool:
    """Whether there is another page after this one."""
    info = (payload or {}).get("info")
    return isinstance(info, dict) and info.get("more_records") is True


def _outcome(entry: object, wrote: bool) -> Json | ZohoError:
    if not isinstance(entry, dict):
        return broken(wrote)
    return named_error(entry["code"], entry, wrote) if is_error(entry) else entry


def _root_error(status: int, payload: Json) -> str | None:
    """Zoho's code if the whole answer is an error."""
    if is_error(payload):
        return str(payload["code"])
    if status < 400:
        return None
    # Refused one by one: each entry says why.
    if any(entries and all(map(is_error, entries)) for entries in _lists(payload)):
        return None
    code = payload.get("code")
    return code if isinstance(code, str) else f"HTTP_{status}"


def _parsed(body: bytes) -> Json | None:
    """The JSON object in the body; None if there is none, or only a part of it."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None


def _patience(headers: Mapping[str, str]) -> dict[str, int]:
    """How many seconds to wait, where somebody says so; Zoho itself does not."""
    said = {name.casefold(): value for name, value in headers.items()}.get("retry-after", "")
    return {"retry_after": int(said)} if said.isascii() and said.isdigit() else {}


def _entries(payload: Payload, key: str) -> list[object]:
    entries = (payload or {}).get(key)
    return entries if isinstance(entries, list) else []


def _lists(payload: Json) -> list[list[object]]:
    return [value for value in payload.values() if isinstance(value, list)]
