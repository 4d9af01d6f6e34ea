"""Zoho's clock, as its answers tell it."""

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


class ZohosClock:
    """What one client knows of it, to the second: ours, and that of another worker, may be off."""

    def __init__(self) -> None:
        self._said: tuple[datetime, float] | None = None

    def hear(self, headers: Mapping[str, str]) -> None:
        """Every answer says the time: https://www.rfc-editor.org/rfc/rfc9110#field.date"""
        said = {name.upper(): value for name, value in headers.items()}.get("DATE", "")
        with suppress(ValueError):
            told = parsedate_to_datetime(said)
            # "-0000" leaves the zone out; in HTTP there is no other than this one.
            at = told.replace(tzinfo=UTC) if told.tzinfo is None else told
            self._said = (at, time.monotonic())

    def now(self) -> datetime | None:
        """None before the first answer."""
        if self._said is None:
            return None
        at, heard = self._said
        return at + timedelta(seconds=time.monotonic() - heard)
