"""One record of a plan: what goes into each of its fields, and what an existing one keeps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from extension.planning import links
from extension.planning.business import PARTS, Held, business_values, is_empty, leads_of
from extension.planning.carry import (
    MULTI,
    Carried,
    Lost,
    Transformed,
    Verdict,
    carry,
    links_in,
    lost,
)
from extension.planning.choices import RecordChoice
from extension.planning.demands import defaults
from extension.planning.fit import closed_to
from extension.planning.policies import Merge
from extension.planning.reasons import say
from extension.planning.records import (
    Catalogue,
    Field,
    Layout,
    Lead,
    Module,
    Record,
    User,
    ZohoSays,
)
from extension.planning.rules import Filled, FromField, Given, Named, Rule, fill
from extension.planning.targets import TargetRecord, rules_of
from extension.planning.typed import typed


@dataclass(frozen=True, slots=True)
class Facts:
    """Who asks, on which day, and what the CRM has said besides its metadata."""

    user: User
    today: date
    zoho_says: ZohoSays = field(default_factory=lambda: ZohoSays("unasked"))
    found: Mapping[str, Sequence[Record] | None] = field(default_factory=dict)
    """Module -> records that were found there; None, or absent, where nobody searched."""
    named: Named = field(default_factory=dict)

    unsearched: frozenset[str] = frozenset()
    """Modules in which a later search failed."""
    restores: bool = True
    """Whether Zoho's API brings back what was deleted."""

    def with_found(self, more: Mapping[str, Sequence[Record] | None]) -> "Facts":
        """The same, and these records besides, each once."""
        found, failed = dict(self.found), set(self.unsearched)
        for module, records in more.items():
            there = tuple(found.get(module) or ())
            known = {one.id for one in there}
            new = [one for one in records or () if one.id not in known]
            if records is None:
                failed.add(module)
            else:
                found[module] = (*there, *new)
        return replace(self, found=found, unsearched=frozenset(failed))

    def known(self, module: str) -> tuple[Record, ...]:
        """The records of a module that were found, each once."""
        every = (*(self.found.get(module) or ()), *self.zoho_says.records.get(module, ()))
        return tuple({one.id: one for one in reversed(every)}.values())[::-1]

    def record(self, module: str, record_id: str) -> Record | None:
        """A record that was found, by id."""
        return next((one for one in self.known(module) if one.id == record_id), None)

    def held_by(self, one: Record, field: Field) -> object:
        """What it holds there. Where Zoho's answer does not show it, but says that by this it has
        found the record, the lead's value."""
        if field.api_name in one.values or one not in self.zoho_says.records.get(one.module, ()):
            return one.values.get(field.api_name)
        agreed = self.zoho_says.agreements.get(one.module, ())
        return next((each.value for each in agreed if each.field == field.api_name), None)


@dataclass(frozen=True, slots=True)
class PlannedField:
    """A field of a planned record: the verdict holds what will stand there."""

    field: Field
    verdict: Verdict
    sources: tuple[str, ...] = ()
    typed: bool = False
    replaces: tuple[str, ...] = ()
    """The lead's fields whose values would stand here had nothing else been typed in."""
    link: str = ""
    """Key of the other record that it will point at."""
    before: object = None
    """What the existing record holds now."""
    written: bool = True
    """False where it stands there already."""

    @property
    def value(self) -> object:
        return None if isinstance(self.verdict, Lost) else self.verdict.value


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """A record that is created, or an existing one (`link`) that stands in for it."""

    key: str
    module: Module
    layout: Layout | None
    fields: tuple[PlannedField, ...]
    link: str = ""

    @property
    def values(self) -> dict[str, object]:
        """What is written there."""
        return {one.field.api_name: _request(one) for one in self.fields if is_written(one)}

    @property
    def filled(self) -> frozenset[str]:
        """The fields that will hold something."""
        has = (one for one in self.fields if one.link or not is_empty(one.value, one.field))
        ticked = (one for one in self.fields if one.typed and one.value is False)
        return frozenset(one.field.api_name for one in (*has, *ticked))


@dataclass(frozen=True, slots=True)
class ValueFate:
    """What becomes of one value of the lead, and where it goes (record key, field)."""

    held: Held
    verdict: Verdict
    places: tuple[tuple[str, str], ...] = ()


def given(lead: Lead, catalogue: Catalogue, facts: Facts) -> Given:
    """What the rules read."""
    return Given(lead.record.values, leads_of(catalogue), facts.user, facts.today, facts.named)


def planned(
    record: TargetRecord, module: Module, layout: Layout | None, choice: RecordChoice, read: Given
) -> PlannedRecord:
    """The record as it would be made new."""
    rules: dict[str, Rule] = rules_of(record)
    rules |= {name: FromField(source) for name, source in choice.sources.items()}
    starting = () if choice.link else defaults(module, layout)
    found = []
    for name in dict.fromkeys([*rules, *choice.values, *(one.api_name for one in starting)]):
        target = module.fields.get(name) or Field(name, name.replace("_", " "), "")
        filled = fill(rules[name], target, read) if name in rules else None
        one = _planned_field(target, filled, module)
        if name in choice.values:
            one = _typed(target, choice.values[name], one, read)
        elif one is None and target in starting:
            closed = closed_to(target, read.user.profile)
            one = PlannedField(target, Lost(closed) if closed else typed(target.default, target))
        found += [_laid_out(one, layout)] if one is not None else []
    return PlannedRecord(record.key, module, layout, tuple(found), choice.link or "")


def _request(one: PlannedField) -> object:
    """The value as it is sent: of several links those that come, and those that go."""
    if one.field.data_type not in MULTI or not isinstance(one.before, list):
        return one.value
    return links.difference(one.before, one.value)


def _ids(links: object) -> list[str]:
    return [str(one["id"]) for one in links_in(links)]


def is_written(one: PlannedField) -> bool:
    return one.written and not one.link and not isinstance(one.verdict, Lost)


def _planned_field(target: Field, filled: Filled | None, module: Module) -> PlannedField | None:
    if filled is None:
        return None
    one = PlannedField(target, filled.verdict, filled.sources, link=filled.link)
    if target.api_name not in module.fields:
        return replace(one, verdict=Lost(say("no_field")), link="")
    return one


def _laid_out(one: PlannedField, layout: Layout | None) -> PlannedField:
    """Zoho passes over what the layout of the record lacks."""
    if layout is None or not layout.fields or one.field.api_name in layout.fields:
        return one
    off = lost("no_field.off_layout", one.field, layout=layout.name)
    return one if isinstance(one.verdict, Lost) else replace(one, verdict=off, link="")


def _typed(
    target: Field, value: object, rule: PlannedField | None, read: Given
) -> PlannedField:  # fmt: skip
    """What was typed in stands instead of what the rule says, unless it is the same."""
    sources = rule.sources if rule else ()
    closed = closed_to(target, read.user.profile)
    if closed is not None:
        return PlannedField(target, Lost(closed), sources, typed=True)
    if rule is not None and not isinstance(rule.verdict, Lost) and _same(rule.value, value):
        return replace(rule, typed=True)
    # A box is ticked or not: left empty it is not.
    given = False if value is None and target.data_type == "boolean" else value
    return PlannedField(target, Carried(given), typed=True, replaces=sources)


def merged(
    one: PlannedRecord, existing: Record | None, record: TargetRecord, choice: RecordChoice
) -> PlannedRecord:
    """The record as the existing one will be: by field it keeps, fills, overwrites or appends."""
    if existing is None:
        gone = (replace(each, verdict=lost("match_unknown", each.field)) for each in one.fields)
        return replace(one, fields=tuple(replace(each, link="") for each in gone))
    policies = {**record.merge, **choice.merge}
    done = [
        _merged(each, existing, policies.get(each.field.api_name, record.merge_default))
        for each in one.fields
    ]
    return replace(one, fields=tuple(done))


def _merged(one: PlannedField, existing: Record, policy: Merge) -> PlannedField:
    before = existing.values.get(one.field.api_name)
    one = replace(one, before=before)
    if isinstance(one.verdict, Lost):
        return one
    if one.typed:
        return replace(one, written=not _same(before, one.value))
    if not one.link and _same(before, one.value):
        return replace(one, written=False)
    # A search answers some fields only: what was not read is not taken for empty.
    if policy in ("fill_blanks", "append") and one.field.api_name not in existing.values:
        return replace(one, verdict=lost("match_unknown", one.field), link="")
    blank = is_empty(before, one.field) or before is False
    if policy == "overwrite" or (blank and policy != "keep"):
        return one
    if policy == "append" and not one.link:
        return _appended(one, before)
    return replace(one, verdict=lost("kept", one.field), link="")


def _same(before: object, after: object) -> bool:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return before.get("id") == after.get("id")
    if isinstance(before, list) and isinstance(after, list) and _ids(after):
        return sorted(_ids(before)) == sorted(_ids(after))
    return type(before) is type(after) and before == after


def _appended(one: PlannedField, before: object) -> PlannedField:
    """Behind what is there; what is part of it already is not written twice."""
    kind, value = one.field.data_type, one.value
    if kind == "multiselectpicklist" and isinstance(before, list) and isinstance(value, list):
        whole: object = list(dict.fromkeys([*before, *value]))
    elif kind in ("text", "textarea"):
        lines = str(before).splitlines() if kind == "textarea" else str(before).split("; ")
        there = str(value) in lines
        gap = "\n" if kind == "textarea" else "; "
        whole = before if there else f"{before}{gap}{value}"
    else:
        return replace(one, verdict=lost("cannot_append", one.field))
    verdict = carry(whole, replace(one.field, read_only=False), one.field)
    if isinstance(verdict, Lost):
        return replace(one, verdict=verdict)
    return replace(one, verdict=Transformed(whole, say("in_text")), written=whole != before)


def value_fates(
    lead: Lead, records: Iterable[PlannedRecord], catalogue: Catalogue
) -> tuple[ValueFate, ...]:
    """The fate of every non-empty value of the lead, each once; the best of those it has."""
    takers: dict[str, list[tuple[str, PlannedField]]] = {}
    for record in records:
        for one in record.fields:
            for source in (*one.sources, *one.replaces):
                for name in PARTS.get(source, (source,)):
                    takers.setdefault(name, []).append((record.key, one))
    held = business_values(lead, leads_of(catalogue))
    return tuple(_fate(each, takers.get(each.field.api_name, ())) for each in held)


def _fate(held: Held, takers: Sequence[tuple[str, PlannedField]]) -> ValueFate:
    if not takers:
        return ValueFate(held, Lost(say("no_field")))
    verdicts = [(key, one, _verdict(one, held)) for key, one in takers]
    taken = [each for each in verdicts if not isinstance(each[2], Lost)]
    if not taken:
        return ValueFate(held, verdicts[0][2])
    whole = next((each[2] for each in taken if isinstance(each[2], Carried)), taken[0][2])
    return ValueFate(held, whole, tuple((key, one.field.api_name) for key, one, _ in taken))


def _verdict(one: PlannedField, held: Held) -> Verdict:
    """What became of the lead's value there. A part of a longer text is not the whole of it."""
    if one.replaces and not one.sources:
        return lost("typed_over", one.field)
    whole = isinstance(one.verdict, Carried) and one.sources != (held.field.api_name,)
    if whole and isinstance(one.verdict, Carried):
        return Transformed(one.verdict.value, say("in_text"))
    return one.verdict
