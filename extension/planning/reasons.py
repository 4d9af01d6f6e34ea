"""Why something cannot be, is lost, matches, or needs care: a code, a sentence and its parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` is for programs, `message` for people; `key` says which sentence of the code it is,
    and `params` its parts, for whoever translates it."""

    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    key: str = ""


SENTENCES = {
    # Blockers
    "already_converted": "This lead has been converted already.",
    "locked": "This lead is locked. Unlock it in Zoho CRM, or ask whoever locked it.",
    "locked.merging": "This lead is being merged with another. Finish the merge first.",
    "locked.converting": "Zoho is converting this lead right now. Look again in a minute.",
    "not_approved": "This lead is not approved. Have it approved in Zoho CRM first.",
    "under_review": "This lead is under review. Have the review finished in Zoho CRM first.",
    "no_permission": "Your profile may not create {label}. An administrator can allow it.",
    "no_permission.convert": "Your profile may not convert leads. An administrator can allow it.",
    "module_hidden": "{label} is hidden from your profile. An administrator can show it.",
    "no_layout": "No layout of {label} is open to your profile. An administrator can open one.",
    "no_conversion_options": "Zoho does not convert this lead ({zoho_code}: {zoho_message}).",
    "mandatory_without_source": (
        "{label} must be filled, and fields of this kind ({type}) cannot be typed in here."
    ),
    "mandatory_without_source.hidden": "{label} must be filled, and is hidden from your profile.",
    "mandatory_without_source.read_only": (
        "{label} must be filled, and is read-only for your profile."
    ),
    # Losses
    "no_field": "No field takes it.",
    "no_field.off_layout": "{target_label} is not on the layout {layout}.",
    "too_long": "{target_label} holds {max_length} characters; this value has {length}.",
    "too_long.digits": "{target_label} holds {max_length} digits; this value has {length}.",
    "too_long.decimals": "{target_label} holds {max_length} decimals; this value has {length}.",
    "not_a_choice": "{target_label} does not offer this choice.",
    "read_only": "{target_label} cannot be written.",
    "read_only.profile": "{target_label} is read-only for your profile.",
    "hidden": "{target_label} is hidden from your profile.",
    "type_mismatch": "{target_label} holds another kind of value ({target_type}).",
    "type_mismatch.form": "{target_label} takes no such text ({target_type}).",
    "type_mismatch.lines": "{target_label} holds a single line; this value has several.",
    # Why a record matches
    "same_field": "Same {label}",
    "similar_field": "Similar {label}",
    "zoho_match": "Zoho takes it for the same",
    # Warnings
    "matches_unknown": "{label} could not be searched for duplicates this time.",
    "matches_unknown.no_values": "{label} has no field in which duplicates could be searched.",
    "no_account": "This lead names no company, so Zoho's conversion creates no account.",
    "left_out": "{label} is left out of Zoho's conversion: {why}",
    "only_with_deal": "Kept only if a deal is created: {labels}.",
    "mandatory_unfilled": (
        "{module_label} asks for {label}, which this lead does not fill: Zoho may refuse."
    ),
    "hidden_lead_fields": "Fields of the lead that are hidden from you are not carried: {labels}.",
}


def say(key: str, **params: object) -> Reason:
    """The reason of that key; what follows a dot only chooses among sentences of one code."""
    return Reason(key.partition(".")[0], SENTENCES[key].format(**params), params, key)
