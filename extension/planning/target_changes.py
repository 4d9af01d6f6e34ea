"""What is different between two versions of an org's targets, in lines that people can read."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from extension.planning.target_data import as_data
from extension.planning.targets import Target

Data = Mapping[str, object]
APART = ("key", "records")
"""What has lines of its own."""
PLAIN = re.compile(r"(?!(true|false|null)$)[^\W\d][^\r\n]*", re.I)
"""Texts that nobody takes for anything else though they are not quoted."""


def changes(before: Sequence[Target], after: Sequence[Target]) -> tuple[str, ...]:
    """One line for each difference: `+` for what is new, `-` for what goes, `~` for what changes.

    The order of the fields of a record means nothing; that of targets and of records does.
    """
    return tuple(_targets(before, after))


def _targets(before: Sequence[Target], after: Sequence[Target]) -> Iterator[str]:
    old, new = {one.key: one for one in before}, {one.key: one for one in after}
    for key, target in old.items():
        if key not in new:
            yield f"- {_text(key)}: the target {_text(target.label)}"
    for key, target in new.items():
        if key in old:
            yield from _target(_text(key), as_data(old[key]), as_data(target))
        else:
            what = "Zoho's own conversion" if target.kind == "zoho" else "a new target"
            yield f"+ {_text(key)}: {what}, {_text(target.label)}"
            bare = {"label": target.label, "kind": target.kind}
            yield from _target(_text(key), bare, as_data(target))
    yield from _order("targets", list(old), list(new))


def _target(key: str, old: Data, new: Data) -> Iterator[str]:
    yield from _entries(key, _without(old), _without(new))
    before, after = _records(old), _records(new)
    for name in before:
        if name not in after:
            yield f"- {key} › {_text(name)}: the record in {_text(before[name]['module'])}"
    for name, record in after.items():
        here = f"{key} › {_text(name)}"
        if name not in before:
            yield f"+ {here}: a record in {_text(record['module'])}"
        bare = {"module": record["module"], "fields": {}}
        yield from _entries(here, _without(before.get(name, bare)), _without(record))
    yield from _order(f"{key} › records", list(before), list(after))


def _without(data: Data) -> Data:
    return {name: value for name, value in data.items() if name not in APART}


def _records(data: Data) -> dict[str, Data]:
    records = cast(Sequence[Data], data.get("records", ()))
    return {str(one["key"]): one for one in records}


def _entries(place: str, old: Data, new: Data) -> Iterator[str]:
    for name in {**old, **new}:
        here = f"{place} › {_text(name)}"
        if name not in new:
            yield f"- {here} (was {_text(old[name])})"
        elif name not in old:
            yield f"+ {here}: {_text(new[name])}"
        else:
            yield from _changed(here, old[name], new[name])


def _changed(place: str, old: object, new: object) -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _entries(place, old, new)
    # As JSON, where true is not 1.
    elif json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True):
        yield f"~ {place}: {_text(new)} (was {_text(old)})"


def _order(place: str, old: list[str], new: list[str]) -> Iterator[str]:
    """Where those that stay have changed places."""
    before, after = [key for key in old if key in new], [key for key in new if key in old]
    if before != after:
        yield f"~ {place}: in the order {_joined(after)} (was {_joined(before)})"


def _joined(keys: list[str]) -> str:
    return ", ".join(map(_text, keys))


def _text(value: object) -> str:
    """A text as it is, where that is plain; else as JSON, which is always one line."""
    if isinstance(value, str) and PLAIN.fullmatch(value) and value == value.strip():
        return value
    return json.dumps(value, ensure_ascii=False)
