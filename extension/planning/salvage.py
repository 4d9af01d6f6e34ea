"""What nothing takes is kept: as a note that people read, and a file that makes the lead again."""

from collections.abc import Iterable

from extension.planning.carry import Lost, shown
from extension.planning.hanging import ListFate
from extension.planning.planned import ValueFate
from extension.planning.records import Lead
from extension.planning.steps import Note, Place, Salvage, Step

TITLE = "What this record does not hold of its lead"
MORE = "All values are in the attached file."
MOST_LETTERS = 60_000
"""A note holds 65,535 letters; Zoho counts some of them twice."""


def salvage(
    lead: Lead, fates: Iterable[ValueFate], lists: Iterable[ListFate], on: Place
) -> tuple[Step, ...]:
    """A note and a file on the main record, if anything is lost at all."""
    lost = [one for one in fates if isinstance(one.verdict, Lost)]
    left = [one for one in lists if one.kind == "lost"]
    if not lost and not left:
        return ()
    lines = [f"{one.held.field.label}: {_text(one)}" for one in lost]
    lines += [f"{one.label}: {_count(one)}" for one in left]
    name = f"lead-{lead.record.id}.json"
    return (
        Note(on, TITLE, _whole_lines(lines)),
        Salvage(on, name, dict(lead.record.values)),
    )


def _text(fate: ValueFate) -> str:
    value = fate.held.value
    return shown(value) or "(only in the attached file)"


def _count(one: ListFate) -> str:
    number = "an unknown number" if one.count is None else str(one.count)
    return f"{number}. {one.reason.message}"


def _whole_lines(lines: list[str]) -> str:
    """As many lines as a note holds, each whole; that there are more is said."""
    kept, letters = list[str](), 0
    for line in lines:
        letters += 2 * len(line) + 1
        if letters > MOST_LETTERS:
            break
        kept.append(line)
    return "\n".join([*kept, MORE])
