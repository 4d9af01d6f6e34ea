"""What conversions do next: which lines of the journal are due, and which of them go together."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import takewhile

from .journal import Entry
from .planning.steps import (
    CarryList,
    ConvertInZoho,
    Create,
    Delete,
    LinkLookup,
    MoveActivity,
    Note,
    Step,
    Tag,
    Untag,
    Update,
)


def next_lines(lines: Sequence[Entry]) -> list[Entry]:
    """The first line that is not over, and those that can go with it."""
    left = [one for one in lines if one.state in ("due", "sent")]
    if left and left[0].state == "due" and isinstance(left[0].step, CarryList):
        # What is in all lists is asked for in one go: reading needs nothing of what comes between.
        ahead = takewhile(lambda one: not isinstance(one.step, ConvertInZoho), left)
        return [one for one in ahead if one.state == "due" and isinstance(one.step, CarryList)]
    if not left or left[0].state == "sent" or not _loose(left[0].step):
        return left[:1]
    kind = _loose(left[0].step)
    return list(takewhile(lambda one: one.state == "due" and _loose(one.step) == kind, left))


def written_over(lines: Iterable[Entry], made: Mapping[str, str]) -> set[Hashable]:
    """The records that these write over, while they are not over: of several conversions one does
    at a time, in their order. What stands there is asked before, and the last one's is to stay."""
    left = (one.step for one in lines if one.state in ("due", "sent"))
    return {place for step in left if (place := _over(step, made)) is not None}


def _over(step: Step, made: Mapping[str, str]) -> Hashable:
    match step:
        case Tag(on=on) | Untag(on=on):
            return "Tag", on.module, on.id or made.get(on.key)
        case Update(on=on) | LinkLookup(on=on):
            return "fields", on.module, on.id or made.get(on.key)
    return None


def _loose(step: Step) -> str:
    """The kind of a step that needs nothing of its like: those of one conversion that follow each
    other are one call."""
    match step:
        case Note() | Delete(module="Notes"):
            return type(step).__name__
        case MoveActivity(module=module):
            return f"move {module}"
    return ""


def made(lines: Iterable[Entry]) -> dict[str, str]:
    """Key of a record of the target -> the id of the record that was made for it."""
    found: dict[str, str] = {}
    for one in lines:
        if one.state == "done" and one.outcome is not None:
            if isinstance(one.step, Create):
                found[one.step.record] = one.outcome.id
            elif isinstance(one.step, ConvertInZoho):
                found |= {key: str(ident) for key, ident in one.outcome.before.items()}
    return found


def made_ids(lines: Iterable[Entry]) -> set[str]:
    return {one.outcome.id for one in lines if one.outcome is not None and one.outcome.id}
