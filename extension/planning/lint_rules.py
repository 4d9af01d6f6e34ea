"""What is wrong with one rule: fields, types, lengths, pick lists and links."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from extension.planning.carry import Lost, can_carry, carry
from extension.planning.faults import finding
from extension.planning.fit import NUMBERS, TEXTS, USERS
from extension.planning.reasons import Reason
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
Said = tuple[str, Severity, Reason]
"""Path, severity, what is said."""
Fault = tuple[Severity, Reason]


def of_rule(rule: Rule, target: Field, leads: Module, modules: Mapping[str, str]) -> list[Fault]:
    """The faults of a rule that fills this field; `modules` are those of the target's records."""
    try:
        names = sources(rule)
    except ValueError as error:
        return [("error", finding("bad_template", why=str(error)))]
    unknown = [name for name in names if name not in leads.fields]
    if unknown:
        return [("error", finding("unknown_field.lead", field=", ".join(unknown)))]
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
                yield _mismatch("template", target)
        case Translate():
            yield from _translation(rule, leads.fields[rule.field], target)
        case LookupByName():
            if target.data_type != "lookup" or not target.lookup_module:
                yield _mismatch("lookup", target)
        case CurrentUser():
            if target.data_type not in USERS | {"text", "textarea"}:
                yield _mismatch("person", target)
        case CurrentDate():
            day = carry("2026-01-31", Field("today", "", "date"), target)
            if isinstance(day, Lost):
                yield _mismatch("date", target)
        case LinkTo(key):
            yield from _link(key, target, modules)


def _mismatch(which: str, target: Field, **params: object) -> Fault:
    said = finding(f"type_mismatch.{which}", target_label=target.label, **params)
    return ("error", said)


def does_not_fit(verdict: Lost, choice: str = "") -> Reason:
    """A value that is written into the target itself, under a choice where it translates that."""
    why = verdict.why
    message = f"{choice}: {why.message}" if choice else why.message
    params = {**why.params, **({"choice": choice} if choice else {})}
    return Reason("value_does_not_fit", message, params, f"loss.{why.key}")


def _pair(source: Field, target: Field) -> Iterator[Fault]:
    if not can_carry(source, target):
        # Harmless: every value is lost by name. Our own suggestions have such rules, so that the
        # loss says which field could not take it.
        types = {"type": source.data_type, "target_type": target.data_type}
        labels = {"label": source.label, "target_label": target.label}
        yield ("warning", finding("type_mismatch", **labels, **types))
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
        yield ("warning", finding("pick_list_drift", label=target.label, choices=words))


def _room(source: Field, target: Field) -> Iterator[Fault]:
    both = {source.data_type, target.data_type}
    counted = both <= TEXTS or both <= NUMBERS
    if not counted:
        return
    labels = {"label": source.label, "target_label": target.label}
    room, need = target.max_length, source.max_length
    if room and need and need > room:
        yield ("warning", finding("length", **labels, need=need, room=room))
    places, wanted = target.decimal_places, source.decimal_places
    whole = target.data_type in ("integer", "bigint")
    if both <= NUMBERS and wanted and (whole or (places is not None and wanted > places)):
        held = 0 if whole else places
        yield ("warning", finding("length.decimals", **labels, need=wanted, room=held))


def _first_of(names: Iterable[str], leads: Module, target: Field) -> Iterator[Fault]:
    seen, certain = list[str](), ""
    for name in names:
        one = leads.fields[name]
        if name in seen or certain:
            key, names = ("dead_rule", {"certain": certain}) if certain else ("dead_rule.twice", {})
            yield ("warning", finding(key, label=one.label, **names))
        else:
            yield from _pair(one, target)
        seen.append(name)
        certain = certain or (one.label if one.mandatory else "")


def _value(value: object, target: Field, choice: str = "") -> Iterator[Fault]:
    verdict = typed(value, target)
    if isinstance(verdict, Lost):
        yield ("error", does_not_fit(verdict, choice))


def _translation(rule: Translate, source: Field, target: Field) -> Iterator[Fault]:
    several = target.data_type == "multiselectpicklist"
    for key, value in rule.table.items():
        yield from _value([value] if several else value, target, key)
    if rule.default is not None:
        yield from _value([rule.default] if several else rule.default, target)
    known = {name.casefold() for one in source.choices for name in (one.value, one.label)}
    named = {key.strip().casefold() for key in rule.table}
    if not source.choices:
        return
    dead = [key for key in rule.table if key.strip().casefold() not in known]
    if dead:
        said = finding("dead_rule.choices", label=source.label, choices=", ".join(dead))
        yield ("warning", said)
    open_ = [
        one.label
        for one in source.choices
        if not {one.value.casefold(), one.label.casefold()} & named
    ]
    if open_ and rule.default is None:
        said = finding("pick_list_drift.untranslated", choices=", ".join(open_))
        yield ("warning", said)


def _link(key: str, target: Field, modules: Mapping[str, str]) -> Iterator[Fault]:
    if key not in modules:
        yield ("error", finding("unknown_record", record=key))
    elif target.data_type != "lookup":
        yield _mismatch("link", target)
    elif target.lookup_module != modules[key]:
        names = {"target_module": target.lookup_module, "module": modules[key]}
        yield _mismatch("module", target, **names)
