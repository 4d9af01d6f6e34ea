"""Looks at a lead for a person: anew, or as it was seen a moment ago."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from . import catalogues, channels, chosen_targets, doubts, grants, looking
from .errors import NotFound, NotPermitted, ZohoMissing, ZohoRefused
from .looking import Look, Seen
from .parts import Parts
from .planning.lint import lint
from .planning.records import Lead, User
from .planning.targets import Target, zoho_target
from .sessions import Caller
from .shelf import Known
from .store.watching import Touched
from .zoho.threads import together

FORBIDDEN = frozenset({"NO_PERMISSION", "AUTHORIZATION_FAILED"})
LATELY = timedelta(seconds=60)
"""How long a plan is redrawn from what was seen; whoever writes looks anew."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Glance:
    """A lead as this person saw it at that moment, and what was known of the org and of them."""

    user: User
    known: Known
    seen: Seen
    at: datetime

    @property
    def lead(self) -> Lead:
        return Lead(self.seen.lead, self.seen.counts)


def anew(parts: Parts, caller: Caller, lead_id: str) -> Glance:
    """The lead as it is now: one round trip to Zoho where the metadata is at hand.

    Raises NotFound where the person can see no such lead, NotPermitted where their profile keeps
    them out, and ZohoError where Zoho does not say.
    """
    at = parts.clock()
    with _in_words(lead_id):
        user, known, seen = _gather(parts, caller, lead_id)
    glance = Glance(user, known, seen, at)
    doubts.of_lead(parts, caller.installation.id, known.catalogue, seen.lead.values)
    channels.unheard(parts, caller.installation.id, seen.lead)
    parts.glances.put((caller.grant.id, lead_id), at, glance)
    return glance


def lately(parts: Parts, caller: Caller, lead_id: str) -> Glance:
    """The lead as it was seen at most LATELY ago, if the metadata is still the same; else anew."""
    since = max(parts.clock() - LATELY, _touched(parts, caller, lead_id))
    kept = parts.glances.get((caller.grant.id, lead_id), since, Glance)
    user, known = _at_hand(parts, caller)
    if kept is None or (user, known) != (kept.user, kept.known):
        return anew(parts, caller, lead_id)
    return kept


def basis(parts: Parts, caller: Caller) -> str | None:
    """Which metadata and targets are at hand for this person; None where there is no metadata."""
    user, known = _at_hand(parts, caller)
    if user is None or known is None:
        return None
    version = chosen_targets.stamp(parts, caller.installation.id)
    targets = "" if version is None else f"{version[0]}|{version[1].isoformat()}"
    return f"{known.read_at.isoformat()}|{caller.grant.profile_id}|{targets}"


def for_draft(parts: Parts, caller: Caller, glance: Glance, draft: Target) -> Glance:
    """The same with this one target, and what it needs to know besides: nothing is asked of Zoho
    that was looked for already. Raises InvalidInput where lint finds an error in it."""
    known = catalogues.furnish(parts, caller, glance.known, chosen_targets.modules_of([draft]))
    chosen_targets.refuse(lint([draft], known.catalogue))
    if draft.kind == "zoho":
        draft = replace(draft, records=zoho_target(known.catalogue).records)
    look = Look(
        grants.crm(parts, caller.installation, caller.grant),
        replace(known, targets=(draft,)),
        glance.user,
    )
    return replace(glance, known=look.known, seen=looking.further(look, glance.seen, known.targets))


def _touched(parts: Parts, caller: Caller, lead_id: str) -> datetime:
    """Right after Zoho last told us of the lead, or of what may be its double."""
    of = (Touched.installation_id == caller.installation.id, Touched.lead_id.in_((lead_id, "")))
    with parts.sessions() as db:
        found = max(db.scalars(select(Touched.at).where(*of)), default=None)
    return LONG_AGO if found is None else found + timedelta(microseconds=1)


def _at_hand(parts: Parts, caller: Caller) -> tuple[User | None, Known | None]:
    known = catalogues.at_hand(parts, caller)
    chosen = None if known is None else chosen_targets.meant(parts, caller, known)
    return catalogues.user_at_hand(parts, caller), chosen


def _gather(parts: Parts, caller: Caller, lead_id: str) -> tuple[User, Known, Seen]:
    crm = grants.crm(parts, caller.installation, caller.grant)
    user, known = _at_hand(parts, caller)
    if user is not None and known is not None:
        return user, known, looking.at_once(Look(crm, known, user), lead_id)
    who, what, read = together(
        lambda: user or catalogues.read_user(parts, caller),
        lambda: known or chosen_targets.meant(parts, caller, catalogues.read(parts, caller)),
        lambda: looking.first(crm, lead_id),
    )
    return who, what, looking.then(Look(crm, what, who), read)


@contextmanager
def _in_words(lead_id: str) -> Iterator[None]:
    """Zoho's refusals to show a lead, as ours."""
    try:
        yield
    except ZohoMissing:
        raise NotFound(
            "There is no such lead, or you may not see it. It may have been deleted.",
            details={"lead": lead_id},
        ) from None
    except ZohoRefused as error:
        if error.zoho_code not in FORBIDDEN:
            raise
        raise NotPermitted(error.message) from None
