"""Why we suggest the mapping that we suggest, and how sure we are of each pair in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from extension.planning.reasons import Reason
from extension.planning.records import Field, Module
from extension.planning.rules import known_field
from extension.planning.suggest import SAME_LABEL, SAME_MEANING, SAME_NAME, suggest
from extension.planning.suggest import Rule as Pairing

Confidence = Literal["sure", "likely", "guess"]

WHY: dict[str, tuple[Confidence, str]] = {
    "same_name": ("sure", "Both fields have the same name."),
    "same_label": ("sure", "People call both fields {label}."),
    "same_meaning": ("likely", "{source_label} and {label} usually mean the same."),
    "names_record": ("likely", "{label} is what the record is called by."),
    "names_record.else": ("guess", "{label} must not stay empty where the first field is."),
    "same_name.unfit": ("guess", "Both fields have the same name, but hold different kinds."),
}
"""Each reason with how sure it makes us, and what it says."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A field of the module, and the lead's field that should fill it."""

    field: str
    source: str
    reason: Reason
    confidence: Confidence


def suggested(leads: Module, module: Module) -> tuple[Suggested, ...]:
    """Every pair of the mapping that we suggest, in the order of the module's fields."""
    return tuple(_suggested(leads, module))


def _suggested(leads: Module, module: Module) -> Iterator[Suggested]:
    found = suggest(leads, module)
    for name, first in found.mapping.items():
        target, source = module.fields[name], known_field(first, leads)
        key = "names_record" if name == module.name_field else _why(source, target)
        yield _said(key, source, target)
        second = found.fallback.get(name)
        if second:
            yield _said("names_record.else", known_field(second, leads), target)


def _why(source: Field, target: Field) -> str:
    pairings = {
        "same_name": SAME_NAME, "same_label": SAME_LABEL, "same_meaning": SAME_MEANING,
    }  # fmt: skip
    fitting = (key for key, one in pairings.items() if _pairs(one, source, target))
    return next(fitting, "same_name.unfit")


def _pairs(one: Pairing, source: Field, target: Field) -> bool:
    return not set(one.source(source)).isdisjoint(one.target(target)) and one.fits(source, target)


def _said(key: str, source: Field, target: Field) -> Suggested:
    confidence, sentence = WHY[key]
    parts = {"label": target.label, "source_label": source.label}
    params = {name: label for name, label in parts.items() if f"{{{name}}}" in sentence}
    reason = Reason(key.partition(".")[0], sentence.format(**params), params, key)
    return Suggested(target.api_name, source.api_name, reason, confidence)
