"""Zoho's notifications without any I/O: what to ask it to watch, and what it posts to us.

https://www.zoho.com/crm/developer/docs/api/v8/notifications/overview.html
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from .asks import Asks
from .protocol import Ask, Payload, outcomes
from .values import inner, objects, text
from .versions import V4

ZOHO_ID = re.compile(r"[0-9]{1,20}")
API_NAME = re.compile(r"\w{1,100}", re.ASCII)
MOST_FIELDS = 500
LATEST = 10**14
"""In the year 5138: beyond it no calendar goes on for long."""
MOST_CHANNELS = 50
LONGEST, LONGEST_BEFORE_V4 = timedelta(days=7), timedelta(days=1)
CLOCKS_APART = timedelta(hours=1)
"""What is asked for beyond the longest time lasts an hour only, so stay below it by so much."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A channel to be opened, or to be kept open. `repr` hides the token."""

    channel_id: str
    module: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WatchAsks(Asks):
    """The questions about channels beside those of `Asks`."""

    @property
    def life(self) -> timedelta:
        """How long a channel may stay open."""
        return (LONGEST if self.version >= V4 else LONGEST_BEFORE_V4) - CLOCKS_APART

    def open_channels(self, wishes: Sequence[Wish], url: str, until: datetime) -> Ask:
        """Channels that are there are opened anew: nothing is doubled.

        https://www.zoho.com/crm/developer/docs/api/v8/notifications/enable.html
        """
        rows = [
            {
                "channel_id": one.channel_id,
                "events": [f"{one.module}.all"],
                "channel_expiry": until.isoformat(timespec="seconds"),
                "token": one.token,
                "notify_url": url,
            }
            for one in wishes[:MOST_CHANNELS]
        ]
        return Ask("POST", self._path("actions", "watch"), json={"watch": rows}, writes=True)

    def close_channels(self, ids: Sequence[str]) -> Ask:
        """https://www.zoho.com/crm/developer/docs/api/v8/notifications/disable.html"""
        params = {"channel_ids": ",".join(ids[:MOST_CHANNELS])}
        return Ask("DELETE", self._path("actions", "watch"), params, writes=True)


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of a channel: until when it is open, or why it is not."""

    until: datetime | None
    code: str = ""
    message: str = ""


def opened(payload: Payload, count: int) -> list[Opened]:
    """One for each channel that was asked for, in order; an entry that is missing is not open."""
    found = [_opened(one) for one in outcomes(payload, "watch")][:count]
    return found + [Opened(None, "NO_ANSWER", "Zoho said nothing of it.")] * (count - len(found))


def _opened(entry: Any) -> Opened:
    if not isinstance(entry, dict):
        return Opened(None, entry.zoho_code, entry.message)
    events = objects(inner(entry, "details").get("events"))
    moments = [moment(text(one, "channel_expiry")) for one in events]
    return Opened(min((one for one in moments if one is not None), default=None))


def moment(said: str) -> datetime | None:
    """When it was, as Zoho writes it; None for what is no moment."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo else None


@dataclass(frozen=True, slots=True)
class Posted:
    """What somebody posted: nothing of it is believed before its token is verified."""

    channel_id: str
    token: str = field(repr=False)
    payload: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class News:
    """Which records have changed, and how."""

    module: str
    operation: str
    ids: tuple[str, ...]
    fields: tuple[str, ...] = ()
    """Those that were changed in any of them, where Zoho says so."""
    at: datetime | None = None
    """When, by Zoho's clock, where it says so."""


def posted(body: bytes) -> Posted | None:
    """None for what is no notification of Zoho's."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(payload, dict):
        return None
    channel = payload.get("channel_id")
    channel_id = str(channel) if isinstance(channel, int | str) else ""
    token = payload.get("token")
    if not ZOHO_ID.fullmatch(channel_id) or not isinstance(token, str):
        return None
    return Posted(channel_id, token, payload)


def news(payload: Mapping[str, Any]) -> News:
    """What a verified notification says: of what it says only names and ids are used."""
    ids = payload.get("ids")
    given = ids if isinstance(ids, list) else []
    known = (str(one) for one in given if isinstance(one, int | str))
    return News(
        text(dict(payload), "module"),
        text(dict(payload), "operation"),
        tuple(dict.fromkeys(one for one in known if ZOHO_ID.fullmatch(one))),
        _fields(payload.get("affected_fields")),
        _at(payload.get("server_time")),
    )


def _at(said: Any) -> datetime | None:
    """Zoho counts milliseconds."""
    if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said < LATEST:
        return None
    return datetime.fromtimestamp(said / 1000, UTC)


def _fields(said: Any) -> tuple[str, ...]:
    """Zoho lists them by record."""
    lists = [one for row in objects(said) for one in row.values() if isinstance(one, list)]
    names = (one for some in lists for one in some if isinstance(one, str))
    return tuple(dict.fromkeys(one for one in names if API_NAME.fullmatch(one)))[:MOST_FIELDS]
