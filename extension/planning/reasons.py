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
    "matches_unknown.no_values": "{label}: there is nothing to search for duplicates by.",
    "no_account": "This lead names no company, so Zoho's conversion creates no account.",
    "left_out": "{label} is left out of Zoho's conversion: {why}",
    "only_with_deal": "Kept only if a deal is created: {labels}.",
    "mandatory_unfilled": (
        "{module_label} asks for {label}, which this lead does not fill: Zoho may refuse."
    ),
    "hidden_lead_fields": "Fields of the lead that are hidden from you are not carried: {labels}.",
}

PLAN_SENTENCES = {
    "type_mismatch.hour": "{target_label} holds a day; the hour of this value would be cut off.",
    "type_mismatch.no_hour": "{target_label} needs an hour, and this value is a day without one.",
    "type_mismatch.number": "{target_label} holds a number; this text is not a plain one.",
    "type_mismatch.day": "{target_label} takes dates written as 2026-01-31 only.",
    "type_mismatch.moment": (
        "{target_label} takes moments written as 2026-01-31T09:00:00+00:00 only."
    ),
    "type_mismatch.box": "{target_label} is ticked or not; this text says neither yes nor no.",
    "type_mismatch.several": "{target_label} holds one of these; this value has several.",
    "type_mismatch.other_module": "{target_label} points at records of another module.",
    "type_mismatch.rows": "The rows of a subform cannot be written into {target_label}.",
    "type_mismatch.files": "Files cannot be moved from field to field ({target_label}).",
    "too_long.precision": "{target_label} cannot hold this number exactly.",
    "not_found": "No record of {module} is called {name}.",
    "not_found.several": "Several records of {module} are called {name}.",
    "not_found.unknown": "{module} was not searched for {name} this time.",
    "not_translated": "The translation for {target_label} does not know this choice.",
    "typed_over": "Something else was put into {target_label}.",
    "kept": "{target_label} of the existing record keeps what it holds.",
    "cannot_append": "Nothing can be appended to {target_label} ({target_type}).",
    "match_unknown": "What {target_label} of the existing record holds is not known.",
    "not_chosen": "The record that would take it is not created.",
    # What becomes of a lead's lists
    "list_copied": "Copied to {record}.",
    "list_moved": "Moved to {record}.",
    "list_by_zoho": "Zoho's own conversion takes care of it.",
    "list_by_zoho.attachments": "Zoho's own conversion moves it to {record}.",
    "list_left": "Left with the lead.",
    "list_left.deleted": "Left with the lead, and deleted with it.",
    "list_no_place": "{record} has no such list; it stays with the lead.",
    "list_immovable": "Zoho's API cannot move it; it stays with the lead.",
    # What a value becomes
    "as_text": "Written as text: {text}",
    "as_text.list": "Written as one text, choices parted by semicolons: {text}",
    "as_text.name": "Written as a name; the link itself is not carried: {text}",
    "as_text.box": "Written as a word: {text}",
    "as_number": "Read as a number: {text}",
    "as_box": "Read as ticked or not: {text}",
    "as_date": "Read as a date: {text}",
    "as_list": "Becomes a list of one.",
    "as_one": "The only one of the list.",
    "same_choice": "Stored as {text} there: the same choice.",
    "linked_anew": "Linked to the same records anew.",
    "snapshot": "The result as it stands now; it is not worked out again there.",
    "trimmed": "Without the spaces around it.",
    "translated": "Translated to {text}.",
    "in_text": "Part of a longer text.",
    "found": "Linked to the record of that name.",
    "mandatory_without_value": "{label} must be filled.",
    "unique_clash": "{label} must be unique, and {name} holds this value already.",
    "unique_unchecked": (
        "{label} must be unique, and this time nobody could look whether another record holds "
        "this value. If one does, Zoho will refuse."
    ),
    "match_missing": "The record to link to could not be read. Choose again.",
    "match_undecided": (
        "{count} records of {label} may be the same. Choose one of them, or a new record."
    ),
    "match_closed": "{name} cannot be changed by you, or is locked.",
    "no_permission.mark_lead": (
        "Your profile may not change leads, so this one cannot be marked. "
        "An administrator can allow it."
    ),
    "no_permission.delete_lead": (
        "Your profile may not delete leads, so this one cannot be deleted. "
        "An administrator can allow it."
    ),
    "no_permission.move": (
        "Your profile may not change {label}, so they cannot be moved. "
        "An administrator can allow it."
    ),
    "no_permission.copy": (
        "Your profile may not create {label}, so they cannot be copied. "
        "An administrator can allow it."
    ),
    "no_permission.tag": (
        "Your profile may not change {label}, so they cannot get the lead's tags. "
        "An administrator can allow it."
    ),
    "no_permission.salvage": (
        "Your profile may not create {label}, so what would be lost cannot be kept there. "
        "An administrator can allow it, or nothing is kept."
    ),
    "lead_closed": (
        "You may read this lead and not change it, so it can be neither marked nor deleted."
    ),
    "mark_closed": "The lead cannot be marked: {label} cannot be written.",
    "mark_closed.profile": "The lead cannot be marked: {label} is read-only for your profile.",
    "mark_closed.hidden": "The lead cannot be marked: {label} is hidden from your profile.",
    "link_missing": "{label} would point at a record that is not part of this conversion.",
    "not_for_you": "This target is not meant for your profile.",
    "not_offered": "This target is not meant for leads such as this one.",
    "stage_not_in_pipeline": "The pipeline {pipeline} has no stage {stage}.",
    "no_records": "Nothing would be created or changed.",
    # What cannot be taken back
    "cannot_undo": "Zoho's own conversion cannot be undone.",
    "cannot_undo.lead": (
        "The deleted lead comes back by hand only, from Zoho CRM's recycle bin: this version of "
        "Zoho's API cannot restore it. What was made of it can be undone after that."
    ),
}
"""What only a plan says."""

EVERY = {**SENTENCES, **PLAN_SENTENCES}


def say(key: str, **params: object) -> Reason:
    """The reason of that key; what follows a dot only chooses among sentences of one code."""
    return Reason(key.partition(".")[0], EVERY[key].format(**params), params, key)
