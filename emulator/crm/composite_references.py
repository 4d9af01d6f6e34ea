"""References between the parts of a composite request: `@{sub_request_id:$.data[0].id}`.

https://www.zoho.com/crm/developer/docs/api/v8/composite-api.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

REFERENCE = re.compile(r"@\{([A-Za-z0-9]\w*):(\$[^{}]*)\}")
STEP = re.compile(r"\.([A-Za-z0-9_$]+)|\[(\d+)\]|\['([^']+)'\]")
NOTHING = object()


class BadReference(Exception):
    """A reference names no other part, or a value that its answer lacks."""

    def __init__(self, place: str, reference: str) -> None:
        super().__init__(reference)
        self.place = place
        self.reference = reference


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a reference stands (`uri`, `params.criteria`, `body.data[0].id`), and what it says."""

    place: str
    text: str
    sub_request_id: str
    path: str


def references(given: Any, place: str) -> Iterator[Reference]:
    """All references in a text, or in the texts inside an object or a list."""
    if isinstance(given, str):
        for found in REFERENCE.finditer(given):
            yield Reference(place, found[0], found[1], found[2])
    elif isinstance(given, dict):
        for key, value in given.items():
            yield from references(value, f"{place}.{key}")
    elif isinstance(given, list):
        for index, value in enumerate(given):
            yield from references(value, f"{place}[{index}]")


def resolved(given: Any, place: str, answers: Mapping[str, Any]) -> Any:
    """The same with every reference replaced by what the answers hold.

    A text that is nothing but a reference becomes the value itself, whatever its type.
    """
    if isinstance(given, dict):
        return {key: resolved(value, f"{place}.{key}", answers) for key, value in given.items()}
    if isinstance(given, list):
        return [resolved(one, f"{place}[{i}]", answers) for i, one in enumerate(given)]
    if not isinstance(given, str):
        return given
    whole = REFERENCE.fullmatch(given)
    if whole:
        return _looked_up(whole, place, answers)
    return REFERENCE.sub(lambda found: str(_looked_up(found, place, answers)), given)


def _looked_up(found: re.Match[str], place: str, answers: Mapping[str, Any]) -> Any:
    value = at(answers.get(found[1]), found[2])
    if value is NOTHING or value is None:
        raise BadReference(place, found[0])
    return value


def at(body: Any, path: str) -> Any:
    """What stands at a simple JSON path, or NOTHING."""
    position = 1
    while position < len(path):
        step = STEP.match(path, position)
        if step is None:
            return NOTHING
        position = step.end()
        key, index, quoted = step.groups()
        if index is not None:
            if not isinstance(body, list) or int(index) >= len(body):
                return NOTHING
            body = body[int(index)]
        else:
            name = key if key is not None else quoted
            if not isinstance(body, dict) or name not in body:
                return NOTHING
            body = body[name]
    return body
