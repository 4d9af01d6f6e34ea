"""Many leads that are planned together: templates, doubles among themselves, cost and digest."""

import hashlib
import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extension.planning import costs, spelling, step_json
from extension.planning.business import text_of
from extension.planning.carry import shown
from extension.planning.choices import Choices
from extension.planning.matching import Search
from extension.planning.plan import Plan
from extension.planning.planned import Facts, PlannedField, PlannedRecord
from extension.planning.records import Lead, Module, Record
from extension.planning.steps import (
    Create,
    DeleteLead,
    LinkLookup,
    MarkLead,
    MoveActivity,
    Note,
    Step,
    Tag,
    Update,
)
from extension.planning.targets import Target, TargetRecord

NAMED = re.compile(r"\$\{([^{}]*)\}")
CHUNK = 100
"""Leads that are carried out together: as many as one call of Zoho's writes."""
SECONDS_PER_CALL = 0.8
"""What a call that writes takes, seen from outside; an estimate is no promise."""
AT_ONCE = 4
"""Chunks of a batch that run at the same time."""
JOINED = "joined:"
"""How the id of a record begins that another lead of the batch will create."""

Json = dict[str, Any]


def named_fields(choices: object) -> Iterator[str]:
    """The lead's fields that templates within choices name."""
    match choices:
        case str():
            yield from NAMED.findall(choices)
        case Mapping():
            for one in choices.values():
                yield from named_fields(one)
        case list():
            for one in choices:
                yield from named_fields(one)


def filled(choices: Any, lead: Mapping[str, object]) -> Any:
    """The same choices with every template filled from this lead."""
    match choices:
        case str() if NAMED.search(choices):
            return NAMED.sub(lambda found: shown(lead.get(found[1])), choices).strip()
        case Mapping():
            return {key: filled(one, lead) for key, one in choices.items()}
        case list():
            return [filled(one, lead) for one in choices]
    return choices


class Index:
    """Records of a module, by what searches for doubles compare."""

    def __init__(self, records: Iterable[Record], searches: Iterable[Search]) -> None:
        self._records = tuple(records)
        conditions = [one for search in searches for one in search.conditions]
        self._equal: dict[tuple[str, str], list[Record]] = {}
        self._sorted: dict[str, list[tuple[str, int]]] = {}
        for name in {one.field for one in conditions}:
            texts = [text_of(one.values, name).casefold() for one in self._records]
            self._sorted[name] = sorted((text, at) for at, text in enumerate(texts) if text)
            for text, at in self._sorted[name]:
                self._equal.setdefault((name, text), []).append(self._records[at])

    def found(self, search: Search, lead: Lead) -> tuple[Record, ...]:
        """What Zoho's search for this lead would find, each once."""
        found: dict[str, Record] = {}
        for one in search.conditions:
            text = text_of(lead.record.values, one.lead_field)
            if not text:
                continue
            alike = (
                self._beginning(one.field, spelling.stem(text).casefold())
                if one.operator == "starts_with"
                else self._equal.get((one.field, text.casefold()), [])
            )
            found |= {each.id: each for each in alike}
        return tuple(found.values())

    def _beginning(self, name: str, stem: str) -> Iterator[Record]:
        texts = self._sorted.get(name, [])
        for text, at in texts[bisect_left(texts, (stem, -1)) :]:
            if not text.startswith(stem):
                return
            yield self._records[at]


@dataclass(frozen=True, slots=True)
class Offer:
    """A record that a lead of the batch will create: what others know it by, and what it holds."""

    place: int
    key: str
    module: str
    known_by: tuple[str, ...]
    values: Mapping[str, object]

    @property
    def id(self) -> str:
        return f"{JOINED}{self.place}:{self.key}"

    def as_json(self) -> Json:
        return {"key": self.key, "module": self.module, "known_by": list(self.known_by),
                "values": dict(self.values)}  # fmt: skip


def offer_from(place: int, data: Mapping[str, Any]) -> Offer:
    return Offer(place, data["key"], data["module"], tuple(data["known_by"]), data["values"])


Offers = Mapping[str, Offer]
"""By what it is known: the first lead that creates it."""


def with_offers(offers: Offers, more: Iterable[Offer]) -> dict[str, Offer]:
    """The first comes first."""
    found = dict(offers)
    for one in more:
        for known in one.known_by:
            found.setdefault(known, one)
    return found


def offered(plan: Plan, target: Target, place: int) -> list[Offer]:
    """The records that a plan creates, if others of the batch can know them."""
    of_target = {one.key: one for one in target.records}
    found = []
    for record in plan.records:
        known = tuple(_known_by(record, of_target[record.key], target.kind))
        if known and not record.link:
            found.append(
                Offer(place, record.key, record.module.api_name, known, dict(record.values))
            )
    return found


def joined(
    plan: Plan, target: Target, choices: Choices, offers: Offers
) -> tuple[Choices, tuple[Offer, ...]]:
    """The choices with those records linked that one lead before will create, and these. All of
    them are of the same lead: what has to wait, waits for one other."""
    of_target = {one.key: one for one in target.records}
    shared: dict[str, Offer] = {}
    for record in plan.records:
        decided = choices.records.get(record.key)
        if record.link or (decided is not None and decided.link == ""):
            continue
        known = _known_by(record, of_target[record.key], target.kind)
        offer = next((offers[one] for one in known if one in offers), None)
        if offer is not None:
            shared[record.key] = offer
    if not shared:
        return choices, ()
    first = min(one.place for one in shared.values())
    mine = {key: one for key, one in shared.items() if one.place == first}
    records = dict(choices.records)
    for key, one in mine.items():
        records[key] = replace(choices.of(of_target[key]), link=one.id)
    return replace(choices, records=records), tuple(mine.values())


def with_joined(facts: Facts, offers: Iterable[Offer]) -> Facts:
    """The facts as they will be: what others create is there."""
    found = dict(facts.found)
    for one in offers:
        there = Record(one.module, one.id, {**one.values, "id": one.id})
        found[one.module] = (*(found.get(one.module) or ()), there)
    return replace(facts, found=found)


def _known_by(record: PlannedRecord, target: TargetRecord, kind: str) -> Iterator[str]:
    """Only what alone makes two records the same: people share a telephone, and a name."""
    if kind == "zoho" and target.module == "Deals":
        return
    for one in record.fields:
        text = text_of({"value": one.value}, "value")
        if text and (said := _said(one, target, record.module, text)):
            yield f"{record.module.api_name} {one.field.api_name} {said}"


def _said(one: PlannedField, target: TargetRecord, module: Module, text: str) -> str:
    if one.field.api_name in target.match_on and "Company" in (*one.sources, *one.replaces):
        return spelling.core(text)
    if one.field.unique or (
        one.field.api_name in target.match_on and one.field.data_type == "email"
    ):
        return text.casefold()
    # Typed in for all: then all of them mean this one.
    named = one.typed and one.field.api_name == module.name_field
    return text.casefold() if named and one.field.api_name in target.match_on else ""


TOGETHER = (Create, Update, LinkLookup, MarkLead, DeleteLead, Note, MoveActivity, Tag)


def tally(steps: Iterable[Step]) -> Json:
    """What these steps ask of Zoho: how many of each kind that travels with others of its kind, and
    the calls and credits of those that travel alone."""
    kinds: Counter[str] = Counter()
    alone = costs.Cost()
    for step in steps:
        if isinstance(step, TOGETHER):
            module = getattr(step, "module", "") or getattr(getattr(step, "on", None), "module", "")
            tags = getattr(step, "names", ())
            kinds[" ".join((type(step).__name__, module, *tags)).rstrip()] += 1
        else:
            alone += costs.cost([step])
    return {"kinds": dict(kinds), "calls": alone.calls, "credits": alone.credits}


def estimate(tallies: Sequence[Mapping[str, Any]]) -> Json:
    """Calls, credits and seconds that carrying them out takes, if nothing has to be repeated."""
    calls = spent = 0
    for start in range(0, len(tallies), CHUNK):
        kinds: Counter[str] = Counter()
        for one in tallies[start : start + CHUNK]:
            kinds.update(one["kinds"])
            calls, spent = calls + one["calls"], spent + one["credits"]
        # That the leads are still the same is asked first.
        calls, spent = calls + len(kinds) + 1, spent + 1
        spent += sum(-(-count // costs.ONE_CREDIT) for count in kinds.values())
    lanes = max(1, min(AT_ONCE, -(-len(tallies) // CHUNK)))
    return {"calls": calls, "credits": spent, "seconds": round(calls * SECONDS_PER_CALL / lanes)}


def digest(choices: Mapping[str, object], rows: Iterable[tuple[str, str]]) -> str:
    """Of a whole batch: lead and digest of its plan, or why it has none, in order."""
    whole = json.dumps([choices, *map(list, rows)], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()


def bound(step: Mapping[str, Any], ids: Mapping[str, str]) -> Json:
    """A step as JSON, with the ids of the records that others have created by now."""

    def replaced(value: Any) -> Any:
        match value:
            case str():
                return ids.get(value, value)
            case Mapping():
                return {key: replaced(one) for key, one in value.items()}
            case list():
                return [replaced(one) for one in value]
        return value

    return {key: replaced(one) for key, one in step.items()}


def steps_of(plan: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps of a plan that was kept as JSON."""
    return tuple(step_json.from_json(one) for one in plan["steps"])


def awaited(plan: Mapping[str, Any], place: int) -> dict[str, object]:
    """Every id within a plan of a record that the lead at this place creates -> the key of that
    record. What somebody has written may look like an id of another place: it is none."""
    begin = f"{JOINED}{place}:"
    found = (one for one in tokens(plan) if one.startswith(begin))
    return {one: one.removeprefix(begin) for one in found}


def tokens(value: Any) -> set[str]:
    """The ids within a plan of records that another lead creates."""
    match value:
        case str() if value.startswith(JOINED):
            return {value}
        case Mapping():
            return set().union(*map(tokens, value.values()))
        case list():
            return set().union(*map(tokens, value))
    return set()
