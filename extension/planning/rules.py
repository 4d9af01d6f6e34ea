"""The rules that fill the fields of a record to be, as values, and what each makes of a lead."""

import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import assert_never

from extension.planning.business import is_empty, value_of
from extension.planning.carry import (
    Carried,
    Lost,
    Transformed,
    Verdict,
    carry,
    lost,
    shown,
)
from extension.planning.fit import USERS, closed_to
from extension.planning.reasons import say
from extension.planning.records import Field, Module, User
from extension.planning.typed import typed


@dataclass(frozen=True, slots=True)
class FromField:
    """The value of a field of the lead."""

    field: str


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value for every lead."""

    value: object


@dataclass(frozen=True, slots=True)
class Template:
    """A text with `{Field}` where the lead's values go; `{{` is a brace."""

    text: str


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The first of these fields that is not empty; `otherwise` where all are."""

    fields: tuple[str, ...]
    otherwise: object = None


@dataclass(frozen=True, slots=True)
class Translate:
    """The choice that stands for the lead's; `default` for those that are not named."""

    field: str
    table: Mapping[str, object]
    default: object = None


@dataclass(frozen=True, slots=True)
class LookupByName:
    """The record of the looked-up module whose name is the lead's value."""

    field: str


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """Whoever converts the lead."""


@dataclass(frozen=True, slots=True)
class CurrentDate:
    """The day of the conversion, or so many days later."""

    days: int = 0


@dataclass(frozen=True, slots=True)
class LinkTo:
    """Another record of the target, by its key."""

    record: str


Rule = (
    FromField
    | Constant
    | Template
    | FirstOf
    | Translate
    | LookupByName
    | CurrentUser
    | CurrentDate
    | LinkTo
)

Named = Mapping[tuple[str, str], tuple[str, ...]]
"""Module and name -> ids of the records of that name; absent where nobody searched."""


@dataclass(frozen=True, slots=True)
class Given:
    """What rules read."""

    values: Mapping[str, object]
    leads: Module
    user: User
    today: date
    named: Named = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a rule puts into a field, and the lead's fields that it comes from."""

    verdict: Verdict
    sources: tuple[str, ...] = ()
    link: str = ""
    """Key of the record that the field will point at; what that is, only the conversion knows."""


def sources(rule: Rule) -> tuple[str, ...]:
    """The lead's fields that a rule reads, in the order in which it reads them."""
    match rule:
        case FromField(name) | Translate(name) | LookupByName(name):
            return (name,)
        case FirstOf(names):
            return names
        case Template(text):
            return template_fields(text)
        case Constant() | CurrentUser() | CurrentDate() | LinkTo():
            return ()
    assert_never(rule)


def template_fields(text: str) -> tuple[str, ...]:
    """The fields that a template names, each once. ValueError where it is not well-formed."""
    found = []
    for _, name, form, conversion in string.Formatter().parse(text):
        if name is not None:
            if not re.fullmatch(r"\w+", name) or form or conversion:
                raise ValueError(f"{{{name}}} is not the API name of a field")
            found.append(name)
    return tuple(dict.fromkeys(found))


def fill(rule: Rule, target: Field, given: Given) -> Filled | None:
    """What the rule puts into the field for this lead; nothing where the lead has nothing."""
    found = _fill(rule, target, given)
    closed = closed_to(target, given.user.profile)
    if found is None or closed is None:
        return found
    return replace(found, verdict=Lost(closed), link="")


def _fill(rule: Rule, target: Field, given: Given) -> Filled | None:
    match rule:
        case FromField(name):
            return _from_fields((name,), None, target, given)
        case FirstOf(names, otherwise):
            return _from_fields(names, otherwise, target, given)
        case Constant(value):
            return Filled(typed(value, target))
        case Template(text):
            return _composed(text, target, given)
        case Translate():
            return _translated(rule, target, given)
        case LookupByName(name):
            return _looked_up(name, target, given)
        case CurrentUser():
            return Filled(_person(target, given.user))
        case CurrentDate(days):
            return Filled(_day(given.today, days, target))
        case LinkTo(record):
            links = target.data_type == "lookup"
            verdict = Carried(None) if links else lost("type_mismatch", target)
            return Filled(verdict, link=record if links else "")
    assert_never(rule)


def known_field(name: str, leads: Module) -> Field:
    """A field of the lead; one of no certain kind where the metadata does not know it."""
    return leads.fields.get(name) or Field(name, name.replace("_", " "), "text")


def _held(name: str, given: Given) -> object:
    """The lead's value, or None for an empty one."""
    value = value_of(given.values, name)
    return None if is_empty(value, given.leads.fields.get(name)) else value


def _from_fields(
    names: tuple[str, ...], otherwise: object, target: Field, given: Given
) -> Filled | None:
    for name in names:
        value = _held(name, given)
        if value is not None:
            return Filled(carry(value, known_field(name, given.leads), target), (name,))
    return (
        _unticked(names, target, given) if otherwise is None else Filled(typed(otherwise, target))
    )


def _unticked(names: Iterable[str], target: Field, given: Given) -> Filled | None:
    """A box that is not ticked says nothing, unless the other would then start ticked."""
    starts_ticked = target.data_type == "boolean" and not is_empty(False, target)
    found = next((name for name in names if given.values.get(name) is False), None)
    return Filled(Carried(False), (found,)) if starts_ticked and found else None


def _composed(text: str, target: Field, given: Given) -> Filled | None:
    """Where a field is empty, what is left is not parted by more than one space."""
    parts = {name: _held(name, given) for name in template_fields(text)}
    held = tuple(name for name, value in parts.items() if value is not None)
    if parts and not held:
        return None
    words = text.format_map({name: shown(value) for name, value in parts.items()})
    tidy = words if len(held) == len(parts) else re.sub(r" {2,}", " ", words).strip()
    several = Field("template", "", "textarea")
    plain = several if "\n" in tidy else replace(several, data_type="text")
    verdict = carry(tidy, plain, target)
    if held and isinstance(verdict, Carried):
        verdict = Transformed(verdict.value, say("in_text"))
    return Filled(verdict, held)


def _translated(rule: Translate, target: Field, given: Given) -> Filled | None:
    value = _held(rule.field, given)
    if value is None:
        return None
    table = {key.strip().casefold(): to for key, to in rule.table.items()}
    labels = {
        one.value: one.label for one in known_field(rule.field, given.leads).choices
    }  # fmt: skip
    found: list[object] = []
    for one in value if isinstance(value, list) else [value]:
        names = [shown(one), labels.get(str(one), "")]
        keys = (name.strip().casefold() for name in names)
        to = next((table[key] for key in keys if key in table), rule.default)
        if to is None:
            return Filled(lost("not_translated", target), (rule.field,))
        found += to if isinstance(to, list) and target.data_type == "multiselectpicklist" else [to]
    if target.data_type != "multiselectpicklist" and len(found) > 1:
        return Filled(lost("type_mismatch.several", target), (rule.field,))
    several = [one for at, one in enumerate(found) if one not in found[:at]]
    whole = several if target.data_type == "multiselectpicklist" else found[0]
    verdict = typed(whole, target)
    if isinstance(verdict, Lost):
        return Filled(verdict, (rule.field,))
    how = say("translated", text=shown(verdict.value))
    return Filled(Transformed(verdict.value, how), (rule.field,))


def _looked_up(name: str, target: Field, given: Given) -> Filled | None:
    value = _held(name, given)
    if value is None:
        return None
    text = shown(value).strip()
    ids = given.named.get((target.lookup_module, text))
    params = {"module": target.lookup_module, "name": text}
    if target.data_type != "lookup":
        return Filled(lost("type_mismatch", target), (name,))
    if ids is not None and len(ids) == 1:
        return Filled(Transformed({"id": ids[0], "name": text}, say("found")), (name,))
    key = "not_found.unknown" if ids is None else "not_found.several" if ids else "not_found"
    return Filled(Lost(say(key, **params)), (name,))


def _person(target: Field, user: User) -> Verdict:
    if target.data_type in USERS:
        return Carried({"id": user.id, "name": user.name})
    return carry(user.name, Field("name", "", "text"), target)


def _day(today: date, days: int, target: Field) -> Verdict:
    try:
        day = (today + timedelta(days=days)).isoformat()
    except OverflowError:
        return lost("type_mismatch.day", target)
    return carry(day, Field("today", "", "date"), target)
