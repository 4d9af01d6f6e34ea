"""Does, for leads: offer what they can become."""

from collections.abc import Mapping, Sequence
from typing import Any

from . import catalogues, grants, looking
from .errors import NotFound, NotPermitted, ZohoMissing, ZohoRefused
from .looking import Look, Seen
from .parts import Parts
from .planning.option import as_json
from .planning.options import work_out
from .planning.records import Lead, Record, User
from .sessions import Caller
from .shelf import Known
from .zoho.client import Crm
from .zoho.threads import together

FORBIDDEN = frozenset({"NO_PERMISSION", "AUTHORIZATION_FAILED"})


def offer(parts: Parts, caller: Caller, lead_id: str) -> dict[str, Any]:
    """Everything that the lead can become for this person. Nothing is written.

    Raises NotFound where the person can see no such lead, NotPermitted where their profile keeps
    them out, and ZohoError where Zoho does not say.
    """
    crm = grants.crm(parts, caller.installation, caller.grant)
    try:
        user, known, seen = _gather(parts, caller, crm, lead_id)
    except ZohoMissing:
        raise NotFound(
            "There is no such lead, or you may not see it. It may have been deleted.",
            details={"lead": lead_id},
        ) from None
    except ZohoRefused as error:
        if error.zoho_code not in FORBIDDEN:
            raise
        raise NotPermitted(error.message) from None
    lead = Lead(seen.lead, seen.counts)
    found: Mapping[str, Sequence[Record] | None] = seen.found
    worked_out = work_out(lead, user, known.catalogue, known.targets, seen.zoho_says, found)
    return {**as_json(worked_out), "as_of": parts.clock().isoformat()}


def _gather(parts: Parts, caller: Caller, crm: Crm, lead_id: str) -> tuple[User, Known, Seen]:
    """One round trip to Zoho where the metadata is at hand; else the lead is read beside it."""
    user, known = catalogues.user_at_hand(parts, caller), catalogues.at_hand(parts, caller)
    if user is not None and known is not None:
        return user, known, looking.at_once(Look(crm, known, user), lead_id)
    who, what, read = together(
        lambda: user or catalogues.read_user(parts, caller),
        lambda: known or catalogues.read(parts, caller),
        lambda: looking.first(crm, lead_id),
    )
    return who, what, looking.then(Look(crm, what, who), read)
