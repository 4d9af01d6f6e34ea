"""Where a value that nothing takes could still be put, for this lead, with one click."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extension.planning.business import Held, is_business, is_empty
from extension.planning.carry import Carried, Lost, carry
from extension.planning.fit import closed_to
from extension.planning.planned import PlannedField, PlannedRecord
from extension.planning.records import Field, Profile

MOST = 12
"""More than that nobody reads; every field can be typed into anyway."""


@dataclass(frozen=True, slots=True)
class Rescue:
    """A field of a planned record that is free and would take the value."""

    record: str
    field: Field


def rescues(
    held: Held, records: Iterable[PlannedRecord], profile: Profile
) -> tuple[Rescue, ...]:  # fmt: skip
    """The free fields that this value fits: those of its own type first, then those that take it
    as it is, then in the order of the module."""
    found = [
        (_strangeness(held, one), Rescue(record.key, one))
        for record in records
        for one in _free(record, profile)
        if not isinstance(carry(held.value, held.field, one), Lost)
    ]
    return tuple(rescue for _, rescue in sorted(found, key=lambda pair: pair[0])[:MOST])


def _strangeness(held: Held, target: Field) -> tuple[bool, bool]:
    as_it_is = isinstance(carry(held.value, held.field, target), Carried)
    return target.data_type != held.field.data_type, not as_it_is


def _free(record: PlannedRecord, profile: Profile) -> Iterator[Field]:
    """The fields that this person could fill and nothing fills yet."""
    shown = record.layout.fields if record.layout else frozenset[str]()
    # What an existing record holds is seen only where the plan writes; it keeps what it has.
    taken = {one.field.api_name for one in record.fields if _taken(one)}
    for one in record.module.fields.values():
        there = (not shown or one.api_name in shown) and is_business(one)
        if there and one.api_name not in taken and closed_to(one, profile) is None:
            yield one


def _taken(one: PlannedField) -> bool:
    holds = not isinstance(one.verdict, Lost) or not is_empty(one.before, one.field)
    return bool(one.link) or holds
