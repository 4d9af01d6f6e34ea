"""What is wrong with one rule: fields, types, lengths, pick lists and links."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from extension.planning.carry import Lost, can_carry, carry
from extension.planning.fit import NUMBERS, TEXTS, USERS
from extension.planning.records import Field, Module
from extension.planning.rules import (
    Constant,
    CurrentDate,
    CurrentUser,
    FirstOf,
    FromField,
    LinkTo,
    LookupByName,
    Rule,
    Template,
    Translate,
    sources,
)
from extension.planning.typed import typed

Severity = Literal["error", "warning"]
Said = tuple[str, Severity, str, str]
"""Path, severity, code, message."""
Fault = tuple[Severity, str, str]


def of_rule(rule: Rule, target: Field, leads: Module, modules: Mapping[str, str]) -> list[Fault]:
    """The faults of a rule that fills this field; `modules` are those of the target's records."""
    try:
        names = sources(rule)
    except ValueError as error:
        return [("error", "bad_template", f"This is no template: {error}.")]
    unknown = [name for name in names if name not in leads.fields]
    if unknown:
        told = f"Leads have no field {', '.join(unknown)}."
        return [("error", "unknown_field", told)]
    return list(_faults(rule, target, leads, modules))


def _faults(
    rule: Rule, target: Field, leads: Module, modules: Mapping[str, str]
) -> Iterator[Fault]:
    match rule:
        case FromField(name):
            yield from _pair(leads.fields[name], target)
        case FirstOf(names, otherwise):
            yield from _first_of(names, leads, target)
            if otherwise is not None:
                yield from _value(otherwise, target)
        case Constant(value):
            yield from _value(value, target)
        case Template():
            if target.data_type not in TEXTS:
                yield _mismatch(f"A template makes a text; {target.label} holds none")
        case Translate():
            yield from _translation(rule, leads.fields[rule.field], target)
        case LookupByName():
            if target.data_type != "lookup" or not target.lookup_module:
                yield _mismatch(f"{target.label} is no lookup into a module")
        case CurrentUser():
            if target.data_type not in USERS | {"text", "textarea"}:
                yield _mismatch(f"{target.label} holds no person")
        case CurrentDate():
            day = carry("2026-01-31", Field("today", "", "date"), target)
            if isinstance(day, Lost):
                yield _mismatch(f"{target.label} holds no date")
        case LinkTo(key):
            yield from _link(key, target, modules)


def _mismatch(words: str) -> Fault:
    return ("error", "type_mismatch", f"{words}.")


def _pair(source: Field, target: Field) -> Iterator[Fault]:
    if not can_carry(source, target):
        # Harmless: every value is lost by name. Our own suggestions have such rules, so that the
        # loss says which field could not take it.
        words = f"{source.label} ({source.data_type}) cannot go to"
        yield ("warning", "type_mismatch", f"{words} {target.label} ({target.data_type}).")
        return
    yield from _room(source, target)
    if source.data_type in CHOSEN and target.data_type in CHOSEN:
        single = [one.value for one in source.choices]
        plain = Field(source.api_name, source.label, "picklist", choices=source.choices)
        lacking = [one for one in single if isinstance(carry(one, plain, target), Lost)]
        yield from _drift(lacking, target)


CHOSEN = frozenset({"picklist", "multiselectpicklist"})


def _drift(lacking: Iterable[object], target: Field) -> Iterator[Fault]:
    words = ", ".join(str(one) for one in lacking)
    if words:
        yield ("warning", "pick_list_drift", f"{target.label} does not offer: {words}.")


def _room(source: Field, target: Field) -> Iterator[Fault]:
    both = {source.data_type, target.data_type}
    counted = both <= TEXTS or both <= NUMBERS
    if not counted:
        return
    room, need = target.max_length, source.max_length
    if room and need and need > room:
        told = f"{source.label} holds up to {need}, {target.label} {room}: longer ones are lost."
        yield ("warning", "length", told)
    places, wanted = target.decimal_places, source.decimal_places
    whole = target.data_type in ("integer", "bigint")
    if both <= NUMBERS and wanted and (whole or (places is not None and wanted > places)):
        told = f"{source.label} has {wanted} decimals, {target.label} {0 if whole else places}."
        yield ("warning", "length", told)


def _first_of(names: Iterable[str], leads: Module, target: Field) -> Iterator[Fault]:
    seen, certain = list[str](), ""
    for name in names:
        one = leads.fields[name]
        if name in seen or certain:
            told = f"{certain} is never empty." if certain else "It is there twice."
            yield ("warning", "dead_rule", f"{one.label} is never reached: {told}")
        else:
            yield from _pair(one, target)
        seen.append(name)
        certain = certain or (one.label if one.mandatory else "")


def _value(value: object, target: Field) -> Iterator[Fault]:
    verdict = typed(value, target)
    if isinstance(verdict, Lost):
        yield ("error", "value_does_not_fit", verdict.why.message)


def _translation(rule: Translate, source: Field, target: Field) -> Iterator[Fault]:
    several = target.data_type == "multiselectpicklist"
    for key, value in rule.table.items():
        for severity, code, message in _value([value] if several else value, target):
            yield (severity, code, f"{key}: {message}")
    if rule.default is not None:
        yield from _value([rule.default] if several else rule.default, target)
    known = {name.casefold() for one in source.choices for name in (one.value, one.label)}
    named = {key.strip().casefold() for key in rule.table}
    if not source.choices:
        return
    dead = [key for key in rule.table if key.strip().casefold() not in known]
    if dead:
        told = f"{source.label} does not offer: {', '.join(dead)}."
        yield ("warning", "dead_rule", told)
    open_ = [
        one.label
        for one in source.choices
        if not {one.value.casefold(), one.label.casefold()} & named
    ]
    if open_ and rule.default is None:
        told = f"Without a translation, and so lost: {', '.join(open_)}."
        yield ("warning", "pick_list_drift", told)


def _link(key: str, target: Field, modules: Mapping[str, str]) -> Iterator[Fault]:
    if key not in modules:
        yield ("error", "unknown_record", f"The target has no record {key}.")
    elif target.data_type != "lookup":
        yield _mismatch(f"{target.label} is no lookup")
    elif target.lookup_module != modules[key]:
        yield _mismatch(f"{target.label} points at {target.lookup_module}, not {modules[key]}")
