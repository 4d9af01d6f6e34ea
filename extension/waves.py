"""What conversions do next: which lines of the journal are due, and which of them go together."""

from collections.abc import Iterable, Sequence
from itertools import takewhile

from .journal import Entry
from .planning.steps import ConvertInZoho, Create, MoveActivity, Note

ALIKE = (Note, MoveActivity)
"""Steps that need nothing of each other: those of one conversion that follow each other are one
call."""


def next_lines(lines: Sequence[Entry]) -> list[Entry]:
    """The first line that is not over, and those that can go with it."""
    left = [one for one in lines if one.state in ("due", "sent")]
    if not left or left[0].state == "sent" or not isinstance(left[0].step, ALIKE):
        return left[:1]
    kind = type(left[0].step)
    return list(takewhile(lambda one: one.state == "due" and type(one.step) is kind, left))


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
