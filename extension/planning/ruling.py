"""One rule of a record that a target creates, put in the place of whatever was there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from extension.planning.rules import Rule
from extension.planning.target_data import as_data, from_data
from extension.planning.targets import Target, TargetRecord

Held = TypeVar("Held")


@dataclass(frozen=True, slots=True)
class Spot:
    """A field of a target's record, by the keys of both."""

    target: str
    record: str
    field: str


def ruled(
    targets: Sequence[Target], spot: Spot, rule: Rule
) -> tuple[str, tuple[Target, ...]] | None:
    """The path of that place, and the targets with that rule; None where there is no such record of
    ours."""
    for at, target in enumerate(targets):
        for number, record in enumerate(target.records):
            if (target.key, target.kind, record.key) == (spot.target, "records", spot.record):
                changed = replace(
                    target,
                    records=_put(target.records, number, _with_rule(record, spot.field, rule)),
                )
                # Through the plain form, which tells a mapping from the other rules.
                every = from_data([as_data(one) for one in _put(targets, at, changed)])
                return f"[{at}].records[{number}].fields.{spot.field}", every
    return None


def _put(held: Sequence[Held], at: int, one: Held) -> tuple[Held, ...]:
    return (*held[:at], one, *held[at + 1 :])


def _with_rule(record: TargetRecord, name: str, rule: Rule) -> TargetRecord:
    return replace(
        record,
        mapping=_without(record.mapping, name),
        fallback=_without(record.fallback, name),
        links=_without(record.links, name),
        rules={**record.rules, name: rule},
    )


def _without(rules: Mapping[str, Held], name: str) -> dict[str, Held]:
    return {key: value for key, value in rules.items() if key != name}
