"""Rules as plain data, and back: what people write, export and keep."""

from collections.abc import Callable, Mapping
from typing import assert_never

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
    template_fields,
)
from extension.planning.shape import Shape

Data = str | dict[str, object]


def as_data(rule: Rule) -> Data:
    """A field of the lead is its bare name; every other rule an object that names its kind."""
    match rule:
        case FromField(name):
            return name
        case Constant(value):
            return {"constant": value}
        case Template(text):
            return {"template": text}
        case FirstOf(names, otherwise):
            more = {} if otherwise is None else {"otherwise": otherwise}
            return {"first_of": list(names), **more}
        case Translate(name, table, default):
            more = {} if default is None else {"default": default}
            return {"translate": name, "table": dict(table), **more}
        case LookupByName(name):
            return {"lookup_by_name": name}
        case CurrentUser():
            return {"current": "user"}
        case CurrentDate(days):
            return {"current": "date", **({"days": days} if days else {})}
        case LinkTo(record):
            return {"link_to": record}
    assert_never(rule)


def from_data(shape: Shape) -> Rule:
    """The rule; where the data is none, its faults are noted and a rule is made up."""
    if isinstance(shape.value, str):
        return FromField(shape.text())
    if not isinstance(shape.value, Mapping):
        shape.wrong("The name of a lead's field, or a rule, is expected here.")
        return FromField("")
    kinds = [kind for kind in READ if kind in shape.value]
    if len(kinds) != 1:
        shape.wrong(f"A rule has exactly one of these keys: {', '.join(READ)}.")
        return FromField("")
    return READ[kinds[0]](shape)


def _constant(shape: Shape) -> Rule:
    shape.object("constant")
    if shape.at("constant").value is None:
        shape.at("constant").wrong("A value is expected here.")
    return Constant(shape.at("constant").value)


def _template(shape: Shape) -> Rule:
    shape.object("template")
    place = shape.at("template")
    text = place.text()
    try:
        template_fields(text)
    except ValueError as error:
        place.wrong(f"This is no template: {error}.")
    return Template(text)


def _first_of(shape: Shape) -> Rule:
    shape.object("first_of", "otherwise")
    names = shape.at("first_of").texts()
    if not names:
        shape.at("first_of").wrong("At least one field is expected here.")
    return FirstOf(names, shape.at("otherwise").value)


def _translate(shape: Shape) -> Rule:
    shape.object("translate", "table", "default")
    table = shape.at("table").entries(_to)
    return Translate(shape.at("translate").text(), table, shape.at("default").value)


def _to(place: Shape) -> object:
    if place.value is None:
        place.wrong("A value is expected here.")
    return place.value


def _lookup(shape: Shape) -> Rule:
    shape.object("lookup_by_name")
    return LookupByName(shape.at("lookup_by_name").text())


def _current(shape: Shape) -> Rule:
    if shape.at("current").one_of(("user", "date")) == "user":
        shape.object("current")
        return CurrentUser()
    shape.object("current", "days")
    return CurrentDate(shape.at("days").whole(0))


def _link(shape: Shape) -> Rule:
    shape.object("link_to")
    return LinkTo(shape.at("link_to").text())


READ: Mapping[str, Callable[[Shape], Rule]] = {
    "constant": _constant,
    "template": _template,
    "first_of": _first_of,
    "translate": _translate,
    "lookup_by_name": _lookup,
    "current": _current,
    "link_to": _link,
}
