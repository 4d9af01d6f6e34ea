"""The lead that somebody wants to convert: found, seen, and in which state.

https://www.zoho.com/crm/developer/docs/api/v8/convert-lead.html
"""

from .. import answers
from ..answers import Rejected
from ..call import Call
from ..world import Record

LEADS = "Leads"
SCHEDULED = "convert_scheduler"
"""What `$field_states` of a lead holds while its conversion is scheduled."""


def find_lead(call: Call, lead_id: str) -> Record:
    """The lead of this id, if the caller may see it; converted ones too."""
    call.permit("Crm_Implied_View_Leads")
    lead = call.world.find(LEADS, lead_id)
    if lead is None or not call.world.visible_to(call.user, LEADS, lead):
        raise answers.invalid_id()
    return lead


def converted(lead: Record) -> bool:
    return bool(lead.get("$converted") or lead.get("Converted__s"))


def unapproved(lead: Record) -> bool:
    return str(lead.get("$approval_state") or "").startswith("approval_process")


def under_review(lead: Record) -> bool:
    review = lead.get("$review_process") or {}
    state = str(lead.get("$approval_state") or "")
    return state.startswith("review_process") or bool(review.get("approve"))


def scheduled(lead: Record) -> bool:
    return SCHEDULED in (lead.get("$field_states") or ())


def under_merge(lead: Record) -> Rejected | None:
    """The refusal for a lead that is being merged, in both endpoints the same."""
    if not lead.get("$in_merge"):
        return None
    return _of_the_lead("RECORD_LOCKED", "record under merge is locked")


def obstacle_to_options(lead: Record) -> Rejected | None:
    """Why Zoho says nothing about this lead's options.

    That a converted lead counts as an invalid id is a guess.
    """
    if converted(lead):
        return answers.invalid_id()
    if unapproved(lead):
        return _of_the_lead("NOT_APPROVED", "record not approved")
    return under_merge(lead)


def obstacle_to_conversion(lead: Record) -> Rejected | None:
    """Why this lead cannot be converted now, whoever asks and whatever they ask for."""
    if converted(lead):
        return _of_the_lead("ID_ALREADY_CONVERTED", "id already converted")
    if unapproved(lead):
        return _of_the_lead("NOT_APPROVED", "cannot convert record that is not approved yet")
    if under_review(lead):
        return _of_the_lead("NOT_REVIEWED", "cannot convert record that is not reviewed yet")
    if lead.get("Locked__s"):
        return Rejected(
            "RECORD_LOCKED",
            "Sorry, you cannot perform this operation as the record is locked.",
            {"resource_path_index": 1, "action": "record_locking"},
        )
    if scheduled(lead):
        return _of_the_lead("CANNOT_PERFORM_ACTION", "conversion of the record is scheduled")
    return under_merge(lead)


def _of_the_lead(code: str, message: str) -> Rejected:
    return Rejected(code, message, {"resource_path_index": 1})
