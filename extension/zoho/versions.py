"""Zoho's API versions, and what we may ask of which.

https://www.zoho.com/crm/developer/docs/api/v8/whats-new.html
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Version:
    """One version of the API; `str` gives it as URLs write it."""

    major: int
    minor: int = 0

    def __str__(self) -> str:
        return f"v{self.major}.{self.minor}" if self.minor else f"v{self.major}"


V3, V4, V5, V8 = Version(3), Version(4), Version(5), Version(8)
SUPPORTED = (Version(2), Version(2, 1), V3, V4, V5, Version(6), Version(7), V8)

SINCE = {
    "composite": V3,
    # Seen since v4; older versions have no page for it.
    "related_counts": V4,
    # Zoho documents it from v7; its own pages call it with v5.
    "conversion_options": V5,
    "recycle_bin": V8,
    # Its pages begin with v8; of older versions nobody knows.
    "setup": V8,
}
"""What not every version offers."""


def named(text: str) -> Version:
    """The version that a setting such as "v8" or "v2.1" names. Raises ValueError."""
    found = re.fullmatch(r"v(\d)(?:\.(\d))?", text)
    version = Version(int(found[1]), int(found[2] or 0)) if found else None
    if version not in SUPPORTED:
        offered = ", ".join(map(str, SUPPORTED))
        raise ValueError(f"Zoho's API version must be one of {offered}, not {text!r}.")
    return version
