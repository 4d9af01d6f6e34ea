"""Whether an answer has the keys that a captured sample has, and no others."""

from collections.abc import Iterator
from typing import Any

NUMBERS = (int, float)


def differences(sample: Any, ours: Any, path: str = "") -> Iterator[str]:
    """Each key too few (`-path`), too many (`+path`), or of another type (`~path`).

    The elements of a list count as one, with all their keys. Where one side is null or an
    empty list nothing can be compared.
    """
    sample, ours = _one(sample), _one(ours)
    if sample is None or ours is None:
        return
    if isinstance(sample, dict) and isinstance(ours, dict):
        if not sample or not ours:
            return
        yield from (f"-{path}{key}" for key in sorted(sample.keys() - ours.keys()))
        yield from (f"+{path}{key}" for key in sorted(ours.keys() - sample.keys()))
        for key in sorted(sample.keys() & ours.keys()):
            yield from differences(sample[key], ours[key], f"{path}{key}.")
    elif not _same_kind(sample, ours):
        yield f"~{path.rstrip('.')}"


def _one(value: Any) -> Any:
    """A list as its merged elements."""
    if not isinstance(value, list):
        return value
    if not value or not all(isinstance(each, dict) for each in value):
        return value[0] if value else None
    merged: dict[str, Any] = {}
    for each in value:
        merged |= {key: found for key, found in each.items() if merged.get(key) is None}
    return merged


def _same_kind(sample: Any, ours: Any) -> bool:
    if isinstance(sample, bool) or isinstance(ours, bool):
        return isinstance(sample, bool) and isinstance(ours, bool)
    if isinstance(sample, NUMBERS):
        return isinstance(ours, NUMBERS)
    return isinstance(ours, type(sample))
