"""The org and its people: users, their roles and profiles; and the pipelines of its deals."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Stage:
    """A stage of a pipeline; also a choice of Deals.Stage with the same value."""

    name: str
    probability: int
    forecast: Literal["Open", "Closed Won", "Closed Lost"] = "Open"
    category: str = "Pipeline"
    id: str = ""


@dataclass(slots=True, kw_only=True)
class Pipeline:
    """A pipeline of one layout of Deals: which stages, in which order."""

    name: str
    stages: list[Stage]
    layout: str = "Standard"
    default: bool = False
    id: str = ""

    def stage(self, name: object) -> Stage | None:
        return next((stage for stage in self.stages if stage.name == name), None)


@dataclass(slots=True, kw_only=True)
class Profile:
    """A set of permissions such as Crm_Implied_View_Leads.

    `everything` grants all of them but those in `denied`; otherwise only `granted` are.
    Ask `World.may`, which knows the spellings.
    """

    name: str
    id: str = ""
    everything: bool = False
    granted: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    custom: bool = False
    description: str = ""


@dataclass(slots=True, kw_only=True)
class Role:
    """A place in the hierarchy: users see the private records of roles below theirs."""

    name: str
    id: str = ""
    reports_to: str = ""
    share_with_peers: bool = False


@dataclass(slots=True, kw_only=True)
class User:
    """Somebody who works in the org. `profile` and `role` are names."""

    first_name: str
    last_name: str
    email: str
    profile: str
    role: str
    id: str = ""
    zuid: str = ""
    status: Literal["active", "disabled", "deleted"] = "active"
    confirmed: bool = True
    locale: str = "en_US"
    language: str = "en_US"
    country_locale: str = "US"
    time_zone: str = "America/Chicago"
    date_format: str = "MM/dd/yyyy"
    time_format: str = "hh:mm a"
    alias: str | None = None
    phone: str | None = None

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def brief(self, *, email: bool = False) -> dict[str, str]:
        """The user as records name one: name and id, and the address where Zoho gives it."""
        base = {"name": self.full_name, "id": self.id}
        return {**base, "email": self.email} if email else base


@dataclass(slots=True, kw_only=True)
class Org:
    """The company that the CRM belongs to."""

    zgid: str
    company_name: str
    primary_email: str
    id: str = ""
    country: str = "US"
    country_code: str = "US"
    time_zone: str = "America/Chicago"
    currency: str = "US Dollar - USD"
    currency_symbol: str = "$"
    currency_locale: str = "en_US"
    iso_code: str = "USD"
    phone: str = ""
    translation_enabled: bool = False
