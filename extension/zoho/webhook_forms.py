"""The forms in which a call may be written: names and values, whatever holds them."""

import json
import re
from collections.abc import Callable, Iterator
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl
from xml.parsers import expat

Pair = tuple[str, str]
MOST_PAIRS = 300
DEEPEST = 6
LOOSE_JSON = re.compile(
    r'"(?P<name>[A-Za-z][A-Za-z0-9_ .]{0,39})"\s*:\s*'
    r'(?:"(?P<text>[^"\\\r\n]{0,400})"(?=\s*[,}\]])|(?P<bare>-?[0-9]{1,20}|null)(?=\s*[,}\]]))'
)
LOOSE_XML = re.compile(
    r"<(?P<name>[A-Za-z][A-Za-z0-9_.-]{0,39})>(?P<text>[^<>&]{0,400})</(?P=name)>"
)
LINE = re.compile(
    r"^\s*(?P<name>[A-Za-z][A-Za-z0-9_ .]{0,39}?)\s*[:=]\s*(?P<text>.{0,400}?)\s*$", re.M
)


class Unreadable(Exception):
    """The body is not written in this form, or not rightly so."""


def pairs(body: bytes, content_type: str) -> tuple[list[Pair], str]:
    """Names and values in the order in which they stand, and the form that they came in. What the
    sender says of the form counts less than what the body looks like."""
    if not body.strip():
        return [], "none"
    kind = content_type.partition(";")[0].strip().casefold()
    if kind == "multipart/form-data":
        return _multipart(body, content_type), "form"
    text = decoded(body).strip()
    if text[0] in "{[":
        return _read(text, _json, LOOSE_JSON, "json")
    if text[0] == "<" and not kind.endswith("html"):
        return _read(text, _xml, LOOSE_XML, "xml")
    if kind == "application/x-www-form-urlencoded" or _is_form(text):
        return _form(text), "form"
    return _scanned(text, LINE), "text"


def decoded(body: bytes) -> str:
    """As text: what is believed of it is ASCII, so a letter that is broken does no harm."""
    return body.decode("utf-8-sig", "replace")


def _read(
    text: str, strictly: Callable[[str], list[Pair]], loose: re.Pattern[str], form: str
) -> tuple[list[Pair], str]:
    """Read as it should be, or, where what was merged has broken it, by what is still whole."""
    try:
        return strictly(text), form
    except Unreadable:
        return _scanned(text, loose), f"broken_{form}"


def _scanned(text: str, pattern: re.Pattern[str]) -> list[Pair]:
    found = []
    for one in pattern.finditer(text):
        named = one.groupdict()
        found.append((named["name"], named.get("text") or named.get("bare") or ""))
        if len(found) == MOST_PAIRS:
            break
    return found


def _is_form(text: str) -> bool:
    return "=" in text and re.fullmatch(r"[^\s=&]+=[^\s=]*(?:&[^\s=&]+=[^\s=]*)*", text) is not None


def _form(text: str) -> list[Pair]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PAIRS)
    except ValueError:
        return []


def _multipart(body: bytes, content_type: str) -> list[Pair]:
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    whole = BytesParser(policy=HTTP).parsebytes(head + body)
    found = []
    for part in whole.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found.append((name, decoded(content)))
    return found[:MOST_PAIRS]


def _json(text: str) -> list[Pair]:
    try:
        # As pairs: where a name stands twice, Python's reader would keep the last in silence.
        whole = json.loads(text, object_pairs_hook=_Members, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise Unreadable from None
    return list(_leaves("", whole, DEEPEST))[:MOST_PAIRS]


class _Members(list[tuple[str, Any]]):
    """The members of an object, also those of the same name."""


def _leaves(name: str, value: object, room: int) -> Iterator[Pair]:
    if isinstance(value, _Members):
        for key, held in value if room else ():
            # An owner's id is not the lead's.
            whose = f"{name}_{key}" if name and key.casefold() == "id" else key
            yield from _leaves(whose, held, room - 1)
    elif isinstance(value, list):
        for held in value if room else ():
            yield from _leaves(name, held, room - 1)
    elif value is not None and not isinstance(value, bool):
        yield name, str(value)


def _xml(text: str) -> list[Pair]:
    reader = _Elements()
    parser = expat.ParserCreate()
    # Entities are declared there, and who sends us one means no good.
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = reader.opened
    parser.CharacterDataHandler = reader.said
    parser.EndElementHandler = reader.closed
    try:
        parser.Parse(re.sub(r"^<\?xml[^>]*\?>", "", text), True)
    except expat.ExpatError:
        raise Unreadable from None
    return reader.found


def _refuse(*_: object) -> None:
    raise Unreadable


class _Elements:
    """Elements that hold a text: by their own name, or by the one in their attribute `name`."""

    def __init__(self) -> None:
        self.found: list[Pair] = []
        self._names: list[str] = []
        self._text: list[str] = []

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._names) > DEEPEST * 4 or len(self.found) >= MOST_PAIRS:
            raise Unreadable
        self._names.append(attributes.get("name") or attributes.get("val") or tag)
        self._text = []
        self.found += [(f"{tag}_{name}", held) for name, held in attributes.items() if name == "id"]

    def said(self, text: str) -> None:
        self._text.append(text)

    def closed(self, _tag: str) -> None:
        name, text = self._names.pop(), "".join(self._text).strip()
        if text:
            self.found.append((name, text))
        self._text = []
