"""What keeps an installation from working well, and what to do about it: from facts to findings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from extension.planning.deal_fields import DealGap

LEAST_CREDITS = 1000


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that is not as it should be. An error keeps people from working; a warning will,
    or costs them something. `code` is for programs and never changes."""

    code: str
    severity: Literal["error", "warning"]
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Calls that were refused since yesterday, for the same want of proof."""

    kind: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found out of an installation."""

    tables_current: bool
    api_version: str
    automation: Literal["active", "revoked", "none"]
    automation_name: str = ""
    revoked: int = 0
    """How many people have to sign in again."""
    scopes_missing: Sequence[str] = ()
    targets: Sequence[tuple[Literal["error", "warning"], str]] = ()
    """What is to be said of the targets."""
    rules: Sequence[tuple[Literal["error", "warning"], str]] = ()
    """What is to be said of what happens by itself."""
    setup: Sequence[str] = ()
    """What Zoho CRM lacks for us."""
    channels: Sequence[str] = ()
    """Why Zoho does not tell us of changes."""
    waiting_minutes: float = 0.0
    """How long the first in line has been waiting for a worker."""
    credits_left: int | None = None
    deals: Sequence[DealGap] = ()
    """What Zoho's own conversion leaves open of deals."""
    ahead: float | None = None
    """Seconds by which our clock is ahead of Zoho's; None where Zoho did not say its time."""
    unread: str = ""
    """Why Zoho could not be asked, where it could not."""
    refused: Sequence[Refused] = ()


WAITING_MINUTES = 2.0
MOST_ASTRAY = 60.0
"""Seconds: what is signed, and what expires, is judged by the clock."""


def complaints(facts: Facts, install_url: str) -> tuple[Complaint, ...]:
    """All there is to say, the worst first."""
    calls = map(of_calls, facts.refused)
    found = [*_of_ours(facts), *_of_grants(facts, install_url), *_of_zoho(facts), *calls]
    return tuple(sorted(found, key=lambda one: one.severity != "error"))


def _of_ours(facts: Facts) -> Iterator[Complaint]:
    if not facts.tables_current:
        yield Complaint(
            "tables_outdated", "error", "The tables of the database are not up to date.",
            "Run `flask --app wsgi migrate`, as `release` in the Procfile does.",
        )  # fmt: skip
    if facts.ahead is not None and abs(facts.ahead) > MOST_ASTRAY:
        way = "ahead of" if facts.ahead > 0 else "behind"
        yield Complaint(
            "clock_astray", "error",
            f"The server's clock is {abs(facts.ahead):.0f} seconds {way} Zoho's: consents and "
            "signatures expire too early or too late by it.",
            "Have the server set its clock by itself (NTP, such as chrony or systemd-timesyncd).",
        )  # fmt: skip
    if facts.waiting_minutes >= WAITING_MINUTES:
        yield Complaint(
            "no_worker", "error",
            f"Conversions or calls have been in line for {facts.waiting_minutes:.0f} minutes, and "
            "nobody carries them out.",
            "Start a worker (`flask --app wsgi work`), or look into its log.",
        )  # fmt: skip


CALLS = {
    "secret": (
        "with a wrong secret, or with none",
        "Look whether the secret in Zoho's webhook is the present one, which "
        "`flask --app wsgi hooks show` prints; or make a new one, and give it to Zoho.",
    ),
    "address": (
        "to a former address of yours, which has ended",
        "Look which webhook of Zoho's still has it, and give it the present address.",
    ),
    "token": (
        "as notifications of Zoho's, with a wrong token",
        "The worker opens the channels anew. If it goes on, somebody else sends them: nothing of "
        "it was believed.",
    ),
    "unknown": (
        "to addresses that no organisation has here",
        "Look whether a webhook of Zoho's has another address than `flask --app wsgi hooks show` "
        "prints.",
    ),
    "channel": (
        "as notifications of channels that are not ours",
        "Zoho may tell of a channel that was closed for up to a week; nothing of it was believed.",
    ),
    "too_many": (
        "from network addresses that had sent too many wrong ones, and were told to wait",
        "Where one webhook of Zoho's is wrong it is named beside this; else somebody guesses.",
    ),
}
"""What was wrong, and what to do about it."""
OF_NOBODY = ("unknown", "channel", "too_many")
"""Of which nobody knows for which org they were meant."""


def of_calls(refused: Refused) -> Complaint:
    what, fix = CALLS[refused.kind]
    many = f"{refused.count} calls" if refused.count != 1 else "1 call"
    last = refused.last_at.strftime("%Y-%m-%d %H:%M UTC")
    message = f"Refused since yesterday: {many} {what}. The last came at {last}."
    return Complaint(f"refused_{refused.kind}", "warning", message, fix)


def _of_deals(gap: DealGap) -> Iterator[Complaint]:
    if gap.typed:
        yield Complaint(
            "deal_fields", "warning",
            f"When a lead of the layout {gap.layout} becomes a deal, nothing fills "
            f"{', '.join(gap.typed)}: somebody types it each time.",
            "Map a lead's field to it in Setup ▸ Modules and Fields ▸ Leads ▸ Lead Conversion "
            "Mapping, give it a default, or make it optional on the layout of Deals.",
        )  # fmt: skip
    if gap.closed:
        yield Complaint(
            "deal_fields_closed", "error",
            f"No lead of the layout {gap.layout} can become a deal: nothing fills "
            f"{', '.join(gap.closed)}, and nobody can type it.",
            "Map a lead's field to it in Setup ▸ Modules and Fields ▸ Leads ▸ Lead Conversion "
            "Mapping, or make it optional on the layout of Deals.",
        )  # fmt: skip


def _of_grants(facts: Facts, install_url: str) -> Iterator[Complaint]:
    again = f"An administrator opens {install_url} and accepts."
    if facts.automation == "none":
        yield Complaint(
            "no_automation", "error", "Nobody is chosen as whom automation acts.", again
        )
    if facts.automation == "revoked":
        yield Complaint(
            "automation_revoked", "error",
            f"Zoho has withdrawn the consent of {facts.automation_name}, as whom automation acts.",
            again,
        )  # fmt: skip
    if facts.scopes_missing:
        yield Complaint(
            "scopes_missing", "warning",
            f"The consent does not cover {', '.join(facts.scopes_missing)}.", again,
        )  # fmt: skip
    if facts.revoked:
        yield Complaint(
            "grants_revoked", "warning",
            f"Zoho has withdrawn the consent of {facts.revoked} people.",
            "They sign in again from the widget; nothing of theirs is lost.",
        )  # fmt: skip


def _of_zoho(facts: Facts) -> Iterator[Complaint]:
    if facts.api_version != "v8":
        yield Complaint(
            "api_version", "warning",
            f"Version {facts.api_version} of Zoho's API lacks some of what this can do.",
            "Set ZOHO_API_VERSION to v8.",
        )  # fmt: skip
    if facts.unread:
        yield Complaint(
            "zoho_unread", "error", f"Zoho could not be asked: {facts.unread}",
            "Do what the sentence says, then look again.",
        )  # fmt: skip
    for severity, message in facts.targets:
        yield Complaint(
            "targets", severity, message, "Correct the target on the page of the settings."
        )
    for severity, message in facts.rules:
        yield Complaint(
            "automation", severity, message,
            "Correct it in the part “What happens by itself” of the page of the settings.",
        )  # fmt: skip
    for gap in facts.deals:
        yield from _of_deals(gap)
    for message in facts.setup:
        yield Complaint(
            "setup", "warning", message, "Run `flask --app wsgi provision`, or do it by hand."
        )
    for message in facts.channels:
        yield Complaint(
            "channels", "warning", f"Zoho does not tell us of all changes: {message}",
            "See docs/provisioning.md; the worker tries again within a day, setting up at once.",
        )  # fmt: skip
    if facts.credits_left is not None and facts.credits_left < LEAST_CREDITS:
        yield Complaint(
            "credits_low", "warning",
            f"Zoho lets the organisation make calls for {facts.credits_left} more credits today.",
            "Wait, or look in Zoho CRM which integration uses them up.",
        )  # fmt: skip
