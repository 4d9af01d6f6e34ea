"""Reads who asks: Zoho's users, profiles and org; tolerant, no I/O."""

from dataclasses import dataclass
from datetime import datetime

from extension.errors import ZohoMissing
from extension.planning.records import Profile, User

from .protocol import Json, Payload, listed
from .values import flag, inner, moment, objects, text

ADMINISTRATOR = "Administrator"
"""Zoho's own profile of this name may do everything and cannot be changed; copies of it, and
profiles with single administrative permissions, do not count. UNVERIFIED: whether `name` stays
English in a translated org."""


@dataclass(frozen=True, slots=True)
class Org:
    """The company. `id` is its `zgid`, by which Zoho's widgets call it, too."""

    id: str
    name: str
    time_zone: str = ""
    currency: str = ""
    plan: str = ""
    """The edition that it has for good, as Zoho spells it: `free`, `enterprise` …"""
    trial: str = ""
    """The edition that it tries out, until then."""
    trial_until: datetime | None = None

    def edition(self, now: datetime) -> str:
        """What it may use now; "" where Zoho does not say."""
        is_trying = self.trial_until is not None and now < self.trial_until
        return self.trial if is_trying and self.trial else self.plan


def org(payload: Payload) -> Org:
    """https://www.zoho.com/crm/developer/docs/api/v8/get-org-data.html"""
    entry = _only(payload, "org")
    licence = inner(entry, "license_details")
    return Org(
        id=text(entry, "zgid"),
        name=text(entry, "company_name", "domain_name"),
        time_zone=text(entry, "time_zone"),
        currency=text(entry, "iso_code"),
        plan=text(licence, "paid_type"),
        trial=text(licence, "trial_type"),
        trial_until=moment(licence, "trial_expiry"),
    )


def profiles(payload: Payload) -> tuple[Profile, ...]:
    """https://www.zoho.com/crm/developer/docs/api/v8/get-profiles.html"""
    return tuple(
        Profile(id=text(entry, "id"), name=text(entry, "display_label", "name"))
        for entry in listed(payload, "profiles")
        if text(entry, "id")
    )


def profile(payload: Payload) -> Profile:
    """https://www.zoho.com/crm/developer/docs/api/v8/get-profiles.html"""
    entry = _only(payload, "profiles")
    permissions = objects(entry.get("permissions_details"))
    return Profile(
        id=text(entry, "id"),
        name=text(entry, "name", "display_label"),
        permissions={
            text(one, "name"): flag(one, "enabled")
            for one in permissions
            if text(one, "name") and isinstance(one.get("enabled"), bool)
        },
    )


def user(payload: Payload) -> User:
    """The one user in the answer; the profile comes without its permissions."""
    return _user(_only(payload, "users"))


def users(payload: Payload) -> tuple[User, ...]:
    """https://www.zoho.com/crm/developer/docs/api/v8/get-users.html"""
    return tuple(_user(entry) for entry in listed(payload, "users") if text(entry, "id"))


def _user(entry: Json) -> User:
    held = inner(entry, "profile")
    return User(
        id=text(entry, "id"),
        name=text(entry, "full_name") or _joined(entry) or text(entry, "email"),
        email=text(entry, "email"),
        profile=Profile(id=text(held, "id"), name=text(held, "name")),
        locale=text(entry, "locale") or "en_US",
        time_zone=text(entry, "time_zone"),
        administrator=text(held, "name") == ADMINISTRATOR,
    )


def _joined(entry: Json) -> str:
    return f"{text(entry, 'first_name')} {text(entry, 'last_name')}".strip()


def _only(payload: Payload, key: str) -> Json:
    entries = listed(payload, key)
    if not entries:
        raise ZohoMissing(f"Zoho's answer holds no {key}.")
    return entries[0]
