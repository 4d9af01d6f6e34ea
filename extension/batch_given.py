"""What the shell is given for many leads: their ids, and what is decided for all of them."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, TextIO

import click

from . import batch_wishes, batches
from .errors import InvalidInput
from .planning.fit import NUMBERS
from .sessions import Caller
from .web.api import zoho_id
from .web.world import parts

Json = dict[str, Any]
STDIN = "<stdin>"
UNREAD = (*NUMBERS, "boolean", "multiselectpicklist")
"""Fields whose values are no texts: what is typed for them is read as JSON."""


def leads(given: Sequence[str], file: TextIO | None) -> list[str]:
    """The leads that are meant, named one by one or in a file. Raises InvalidInput, UsageError."""
    if bool(given) == (file is not None):
        raise click.UsageError("Name leads, or with --file a file of them: one of the two.")
    found: dict[str, str] = {}
    for place, lead in _places(given, file):
        try:
            zoho_id(lead)
        except InvalidInput as error:
            raise InvalidInput(f"{place}: {error.message}") from None
        if lead in found:
            raise InvalidInput(f"{place}: this lead was named before ({found[lead]}).")
        found[lead] = place
        if len(found) > batches.MOST:
            raise InvalidInput(f"A batch has at most {batches.MOST:,} leads.")
    if not found:
        raise InvalidInput("The file names no leads.")
    return list(found)


def _places(given: Sequence[str], file: TextIO | None) -> Iterator[tuple[str, str]]:
    if file is None:
        yield from ((f"Lead number {at}", lead) for at, lead in enumerate(given, 1))
        return
    for at, line in enumerate(file, 1):
        if line.strip():
            yield f"{_name(file)}, line {at}", line.strip()


def is_stdin(file: TextIO) -> bool:
    """Whether it is standard input."""
    return _name(file) == STDIN


def _name(file: TextIO) -> str:
    return str(getattr(file, "name", STDIN))


def choices(caller: Caller, target: str, typed: Sequence[str]) -> Json:
    """What is decided for all of them. Raises InvalidInput."""
    found: Json = {"target": target}
    for one in typed:
        place, equals, value = one.partition("=")
        record, dot, field = place.partition(".")
        if not (equals and dot and record and field):
            raise InvalidInput(f"--set {one[:60]}: it is RECORD.FIELD=VALUE.")
        values = found.setdefault("records", {}).setdefault(record, {"values": {}})["values"]
        if field in values:
            raise InvalidInput(f"--set {place[:60]}: it was set before.")
        values[field] = _value(caller, target, record, field, value) if value else None
    return found


def _value(caller: Caller, target: str, record: str, field: str, value: str) -> object:
    """The value as the field's type has it; what does not fit is refused where all choices are."""
    known = batch_wishes.known_of(parts(), caller)
    for one in (each for some in known.targets if some.key == target for each in some.records):
        module = known.catalogue.modules.get(one.module) if one.key == record else None
        meant = module.fields.get(field) if module is not None else None
        if meant is not None and meant.data_type in UNREAD:
            with suppress(ValueError):
                # NaN and its like are no numbers to Zoho: a ValueError here.
                return json.loads(value, parse_constant=int)
    return value
