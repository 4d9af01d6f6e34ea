"""Targets as a YAML file: read with the line of every fault, and written for people to read.

Of YAML no more is taken than a list of targets needs: one document of objects, lists, texts,
numbers, true, false and null. What other readers might take for a date, a number in octal or a
"no" is the text that it looks like.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from .errors import InvalidInput
from .planning.shape import DEEPEST, Shape
from .planning.target_data import as_data, from_data
from .planning.targets import Target

MOST_BYTES = 256 * 1024
VERSION = 1
KEYS = ("version", "targets")
UNREADABLE = "This file of targets cannot be read."

WORDS: Mapping[str, object] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
"""What is no text where it is not quoted. https://yaml.org/spec/1.2.2/#103-core-schema"""
WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,4000})")
BROKEN = re.compile(r"-?(0|[1-9][0-9]{0,300})\.[0-9]+([eE][-+]?[0-9]{1,3})?")

NAMING = re.compile(
    r"\[\d+\]\.(key|label|profiles\[\d+\]|offered_when\[\d+\]\.(is|is_not)"
    r"|records\[\d+\]\.(key|module|layout))"
)
"""Places of names and ids: there a number is a text though nobody has quoted it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file, counted from 1."""

    line: int
    column: int


Places = Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Written:
    """The targets of a file, and where in it each of their parts stands."""

    targets: tuple[Target, ...]
    places: Places

    def place(self, path: str) -> Place:
        return place_of(self.places, path)


def load(raw: bytes) -> Written:
    """Read a file. InvalidInput names every fault with its path, line and column."""
    data, places = plain(raw)
    try:
        _top(data)
        targets = from_data(data["targets"])
    except InvalidInput as error:
        raise placed(error, places) from None
    return Written(targets, places)


def plain(raw: bytes) -> tuple[Any, Places]:
    """The data of a file, and the place of every path in it. InvalidInput where it is no YAML, or
    more of YAML than is taken."""
    reader = _Reader(_text(raw))
    return reader.document(), reader.places


def dump(targets: Iterable[Target], schema: str) -> str:
    """The file: the same targets give the same text, and reading it gives the same targets.
    `schema` is the address at which editors find what is allowed in it."""
    data = {"version": VERSION, "targets": [as_data(one) for one in targets]}
    text = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6, indent=2
    )
    return f"# yaml-language-server: $schema={schema}\n{text}"


def placed(error: InvalidInput, places: Places) -> InvalidInput:
    """The same error, with the line and column of each fault, and those of the first."""
    fields: Any = error.details["fields"]
    found = {path: place_of(places, path) for path in fields}
    first = min(found.values(), key=lambda one: (one.line, one.column))
    told = {path: {"line": one.line, "column": one.column} for path, one in found.items()}
    details = {"fields": fields, "places": told, "line": first.line, "column": first.column}
    return InvalidInput(f"Line {first.line}: {UNREADABLE}", details=details)


def place_of(places: Places, path: str) -> Place:
    """Where that stands; for what is missing, where it should stand."""
    while path and path not in places:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return places.get(path) or places.get("$") or Place(1, 1)


def _text(raw: bytes) -> str:
    if len(raw) > MOST_BYTES:
        raise _fault("$", f"A file holds at most {MOST_BYTES // 1024} kB.", Place(1, 1))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        raise _fault("$", "This is not UTF-8.", _place_at(before, len(before))) from None


def _top(data: object) -> None:
    """The outermost object. Its list of targets is the root of all other paths."""
    shape = Shape(data)
    if shape.object(*KEYS):
        version = shape.at("version")
        if version.value != VERSION or isinstance(version.value, bool):
            version.wrong(f"The version is {VERSION}: that is the only one there is.")
        if not isinstance(shape.at("targets").value, list):
            shape.at("targets").wrong("A list of targets is expected here.")
    shape.refuse(UNREADABLE)


def _fault(path: str, message: str, place: Place) -> InvalidInput:
    return placed(InvalidInput(UNREADABLE, details={"fields": {path: message}}), {path: place})


def _place_at(text: str, index: int) -> Place:
    return Place(text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


class _Reader:
    """Builds the data from YAML's events, one after the other: nothing is resolved, looked up or
    called by name."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._events = self._parsed()
        self.places: dict[str, Place] = {}

    def document(self) -> Any:
        event = next(self._events)
        while not isinstance(event, NodeEvent | StreamEndEvent):
            event = next(self._events)
        if isinstance(event, StreamEndEvent):
            raise _fault("$", "There is nothing in this file.", Place(1, 1))
        data = self._value(event, "", 0)
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                self._refuse(event, "$", "A file has one document only.")
        return data

    def _parsed(self) -> Iterator[Event]:
        try:
            yield from yaml.parse(self._text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
            raise _fault("$", f"This is no YAML: {error.problem}.", place) from None
        except yaml.reader.ReaderError as error:
            place = _place_at(self._text, error.position)
            raise _fault("$", "This character cannot stand in a file.", place) from None

    def _value(self, event: Event, path: str, depth: int) -> Any:
        self._plain(event, path)
        if isinstance(event, ScalarEvent):
            return _scalar(event, path)
        if depth > DEEPEST:
            self._refuse(event, path, "This stands in too many lists and objects.")
        if isinstance(event, MappingStartEvent):
            return self._object(path, depth)
        return self._list(path, depth)

    def _object(self, path: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(key := next(self._events), MappingEndEvent):
            if not isinstance(key, ScalarEvent):
                self._refuse(key, path, "A text is expected as the key.")
            self._plain(key, path)
            here = _under(path, key.value)
            if key.value in found:
                self._refuse(key, here, "This key is here twice.")
            self._note(key, here)
            found[key.value] = self._value(next(self._events), here, depth + 1)
        return found

    def _list(self, path: str, depth: int) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            here = f"{'' if path == '$' else path}[{len(found)}]"
            self._note(event, here)
            found.append(self._value(event, here, depth + 1))
        return found

    def _plain(self, event: Event, path: str) -> None:
        """Refuse what makes YAML more than a way to write data."""
        if isinstance(event, AliasEvent):
            self._refuse(event, path, f"No alias (*{event.anchor}) is taken: write it out.")
        if isinstance(event, ScalarEvent | CollectionStartEvent):
            if event.anchor is not None:
                self._refuse(event, path, f"No anchor (&{event.anchor}) is taken.")
            if event.tag is not None:
                self._refuse(event, path, "No tag (!) is taken.")

    def _note(self, event: Event, path: str) -> None:
        self.places.setdefault(path, _place(event))

    def _refuse(self, event: Event, path: str, message: str) -> NoReturn:
        raise _fault(path or "$", message, _place(event))


def _place(event: Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _under(path: str, key: str) -> str:
    """The list of targets is the root of the paths within it, as where they are sent as JSON."""
    if not path and key == "targets":
        return "$"
    return f"{path}.{key}" if path else key


def _scalar(event: ScalarEvent, path: str) -> object:
    text: str = event.value
    # Only what is not quoted may be anything but a text.
    if not event.implicit[0] or (NAMING.fullmatch(path) and text not in ("", "~", "null")):
        return text
    if text in WORDS:
        return WORDS[text]
    if WHOLE.fullmatch(text):
        return int(text)
    return float(text) if BROKEN.fullmatch(text) else text


class _Dumper(yaml.SafeDumper):
    """Quotes whatever any reader of YAML, of any version, might take for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _represent_text(dumper: _Dumper, text: str) -> yaml.Node:
    style = None
    if not text.isprintable():
        lines = text.split("\n")
        tidy = all(one.isprintable() and one == one.rstrip() for one in lines)
        style = "|" if tidy and lines[0].strip() and lines[-1] and lines[0][0] != " " else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
# What YAML 1.2 takes for numbers, besides what 1.1 does; more than that harms nobody.
_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+"),
    list("-+.0123456789"),
)
