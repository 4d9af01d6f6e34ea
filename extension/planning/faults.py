"""What is wrong with what people wrote: sentences, by code, for whoever translates them.

Of what people choose (`FAULTS`) only what a page can send is here: programs read English.
"""

from extension.planning.reasons import Reason

FAULTS = {
    "control_character": "This text holds a character that cannot be seen and means nothing.",
    "half_character": "This text holds half a character.",
    "no_target": "There is no such target.",
    "no_record": "The target has no such record.",
    "no_layout": "There is no such layout.",
    "no_field": "There is no such field.",
    "no_field.lead": "Leads have no such field.",
}
FAULTS_OF_RULES = {
    "no_id": "An id is expected here.",
    "no_marks": "Say which fields mark the lead.",
}
"""What of choices only the page of the automation can send besides."""
FINDINGS = {
    "unknown_target": "There is no target {target}.",
    "choice_does_not_fit": "{what} does not fit: {why}",
    "taken_twice": "Each needs a field of its own.",
    "dead_rule.every": "This rule takes every lead: the ones after it are never reached.",
    "dead_rule.target": "The target {target} writes {label} as well, and each replaces the other.",
    "type_mismatch.assess": "{label} cannot hold this: choose a field of another type.",
    "unknown_module": "There is no module {module} any more.",
    "unknown_layout": "{module} have no such active layout.",
    "unknown_field": "{module} have no field {field}.",
    "unknown_field.lead": "Leads have no field {field}.",
    "unknown_record": "The target has no record {record}.",
    "not_creatable": "No records can be created in {module}.",
    "not_mapped": "{field} is filled by no field of the lead, so nothing is looked for by it.",
    "mandatory_without_source": (
        "{label} must be filled and no rule fills it: people will be asked."
    ),
    "read_only": "{label} cannot be written.",
    "cycle": "{record} points at itself, directly or through other records.",
    "bad_template": "This is no template: {why}.",
    "dead_rule": "{label} is never reached: {certain} is never empty.",
    "dead_rule.twice": "{label} is never reached: It is there twice.",
    "dead_rule.off_layout": "{label} is on no layout that is used, so nothing is put there.",
    "dead_rule.merge": "No rule fills {field}, so there is nothing to merge.",
    "dead_rule.choices": "{label} does not offer: {choices}.",
    "pick_list_drift": "{label} does not offer: {choices}.",
    "pick_list_drift.untranslated": "Without a translation, and so lost: {choices}.",
    "length": "{label} holds up to {need}, {target_label} {room}: longer ones are lost.",
    "length.decimals": "{label} has {need} decimals, {target_label} {room}.",
    "type_mismatch": "{label} ({type}) cannot go to {target_label} ({target_type}).",
    "type_mismatch.template": "A template makes a text; {target_label} holds none.",
    "type_mismatch.lookup": "{target_label} is no lookup into a module.",
    "type_mismatch.person": "{target_label} holds no person.",
    "type_mismatch.date": "{target_label} holds no date.",
    "type_mismatch.link": "{target_label} is no lookup.",
    "type_mismatch.module": "{target_label} points at {target_module}, not {module}.",
}


def fault(key: str, **params: object) -> Reason:
    """What is wrong with a choice."""
    return _said((FAULTS | FAULTS_OF_RULES)[key], key, params)


def finding(key: str, **params: object) -> Reason:
    """What is wrong with a target, or will be."""
    return _said(FINDINGS[key], key, params)


def _said(sentence: str, key: str, params: dict[str, object]) -> Reason:
    return Reason(key.partition(".")[0], sentence.format(**params), params, key)
