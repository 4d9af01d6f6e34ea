"""Says what can be decided for many leads at once, and what cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import catalogues, chosen_targets
from .errors import ExtensionError, InvalidInput
from .parts import Parts
from .planning import choices as choosing
from .planning import crowd
from .planning.business import leads_of
from .sessions import Caller
from .shelf import Known

BY_RULE = "by_rule"
BY_RULE_LABEL = "What the rules say"


@dataclass(frozen=True, slots=True)
class Wish:
    """Which leads, and what was decided for all of them."""

    leads: Sequence[str]
    choices: Mapping[str, object]
    idempotency_key: str = ""


def each_once(leads: Sequence[str]) -> None:
    if len(set(leads)) != len(leads):
        raise bad("leads", "A lead is named twice.")


def bad(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, details={"fields": {field: message}})


def known_of(parts: Parts, caller: Caller) -> Known:
    """What is known of the org, with the targets that are meant."""
    known = catalogues.known(parts, caller)
    return chosen_targets.meant(parts, caller, known)


def checked(parts: Parts, caller: Caller, choices: Mapping[str, object]) -> str:
    """The label of the target. Raises InvalidInput for what could be of no lead."""
    known = known_of(parts, caller)
    fields = leads_of(known.catalogue).fields
    strange = [one for one in crowd.named_fields(choices) if one not in fields]
    if strange:
        raise bad("choices", f"Leads have no field {strange[0][:60]}.")
    if choices["target"] != BY_RULE:
        choosing.read(choices, known.targets, known.catalogue)
        return next(one.label for one in known.targets if one.key == choices["target"])
    if choices.get("records"):
        raise bad("choices.records", "What becomes of each lead is not known yet.")
    faults: list[ExtensionError] = []
    for one in known.targets:
        try:
            choosing.read({**choices, "target": one.key}, known.targets, known.catalogue)
        except InvalidInput as error:
            faults.append(error)
    if len(faults) == len(known.targets) and faults:
        raise faults[0]
    return BY_RULE_LABEL
