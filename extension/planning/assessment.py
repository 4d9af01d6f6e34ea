"""How ready a lead is: what it could best become now, and what that would cost it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from extension.planning.carry import Lost
from extension.planning.fit import NUMBERS
from extension.planning.option import Option
from extension.planning.records import Field
from extension.planning.typed import typed

Readiness = Literal["ready", "to_fill", "blocked"]
READINESS: Mapping[Readiness, str] = {
    "ready": "Ready",
    "to_fill": "Needs input",
    "blocked": "Blocked",
}
"""In the words that people read on the lead."""
ORDER: tuple[Readiness, ...] = ("ready", "to_fill", "blocked")


@dataclass(frozen=True, slots=True)
class Assessment:
    readiness: Readiness
    losses: int
    """Values that the best target has no room for."""
    target: str
    """Key of the best target; "" where nothing is open."""
    label: str
    became: str | None = None
    """What we have made of the lead, "" where that was taken back; None where we know of nothing,
    and then the field for it is left alone."""


def assess(options: Sequence[Option], shown_in: Collection[str] = ()) -> Assessment:
    """The option that is nearest, of several the one that loses least; then the first. Of the
    fields that show the assessment itself nothing is lost."""

    def rank(one: Option) -> tuple[int, int]:
        return ORDER.index(_readiness(one)), _lost(one, shown_in)

    ranked = sorted(options, key=rank)
    if not ranked or not ranked[0].available:
        return Assessment("blocked", 0, "", "")
    best = ranked[0]
    return Assessment(_readiness(best), _lost(best, shown_in), best.target, best.label)


def written(
    found: Assessment, chosen: Mapping[str, str], fields: Mapping[str, Field]
) -> dict[str, object]:
    """Field of the lead -> what stands there from now on. Raises ValueError with a sentence where
    a field cannot hold it (any more)."""
    said: dict[str, object] = {
        "readiness": READINESS[found.readiness],
        "losses": found.losses,
        "target": found.label,
        "mark": found.became,
    }
    values: dict[str, object] = {}
    for what, name in chosen.items():
        if said[what] is None:
            continue
        known = fields.get(name)
        if known is None:
            raise ValueError(f"Leads have no field {name} any more.")
        numeric = known.data_type in NUMBERS
        value = said[what] if numeric or not isinstance(said[what], int) else str(said[what])
        # A field is left empty by null, not by an empty text.
        verdict = typed(value, known) if value != "" else None
        if isinstance(verdict, Lost):
            raise ValueError(verdict.why.message)
        values[name] = None if verdict is None else verdict.value
    return values


def _readiness(option: Option) -> Readiness:
    if not option.available:
        return "blocked"
    return "to_fill" if any(one.required for one in option.to_fill) else "ready"


def _lost(option: Option, besides: Collection[str]) -> int:
    lost = (one for one in option.fates if not one.carried)
    return sum(one.held.field.api_name not in besides for one in lost)
