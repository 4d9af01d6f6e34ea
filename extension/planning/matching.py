"""How to look for records that a lead may already be, and how alike it and a record are."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Literal

from extension.planning import spelling
from extension.planning.business import FULL_NAME, leads_of, text_of, value_of
from extension.planning.reasons import Reason, say
from extension.planning.records import Catalogue, Field, Lead, Module, Record
from extension.planning.targets import Target, TargetRecord

Kind = Literal["company", "person", "email", "phone", "website", "text"]

MOST_CONDITIONS = 10
"""Zoho's criteria hold that many."""

LEAST_SCORE = 0.4
"""What agrees less is not shown: Zoho's search is more tolerant than a person."""

WEIGHTS: Mapping[Kind, float] = {
    "email": 0.9, "company": 0.8, "person": 0.6, "website": 0.6, "phone": 0.5, "text": 0.5,
}  # fmt: skip
UNIQUE_WEIGHT = 0.95
SIMILAR_WEIGHT = 0.45
SIMILAR = 0.88
"""How alike two names are before we speak of it: one letter in eight may differ."""

SUPPORT = 0.5

SAME: Mapping[Kind, Callable[[str, str], bool]] = {
    "email": spelling.same_email,
    "phone": spelling.same_phone,
    "website": spelling.same_site,
    "person": spelling.same_person,
    "company": spelling.same_company,
    "text": spelling.same_text,
}

SPECIAL = re.compile(r"[(),\\]")
UNSAFE = re.compile(r"[(),\\\"'`{}$%&#=?;<>|\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Condition:
    """A field of the searched module that agrees with a field of the lead."""

    field: str
    lead_field: str
    operator: Literal["equals", "starts_with"]
    kind: Kind
    label: str
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for in one module: records that meet any of the conditions, surest first."""

    module: str
    conditions: tuple[Condition, ...]
    supporting: tuple[Condition, ...] = ()
    """Agreements that count once a record is found, and find none."""


Agreed = tuple[float, Reason]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How sure it is that a record and a lead are the same (0 to 1), and why."""

    score: float
    reasons: tuple[Reason, ...]


def searches(target: Target, lead: Lead | None, catalogue: Catalogue) -> tuple[Search, ...]:
    """One search for each module in which the target would create a record.

    Without a lead (it is not read yet): everything that could be looked for. With one: what its
    values let look for. A module with nothing to look for has no search.
    """
    found = (search_for(record, lead, catalogue) for record in target.records)
    return merged(search for search in found if search is not None)


def search_for(record: TargetRecord, lead: Lead | None, catalogue: Catalogue) -> Search | None:
    """The search for one record of a target: by what it is matched on, and by what no two records
    may share, whether or not it is matched on that."""
    module = catalogue.modules.get(record.module)
    if module is None:
        return None
    unique = [name for name, one in module.fields.items() if one.unique]
    mapped = [name for name in (*record.match_on, *unique) if name in record.mapping]
    named = [(name, _source(record, name, lead)) for name in dict.fromkeys(mapped)]
    if record.match_on and FULL_NAME in module.fields and "Last_Name" in record.mapping:
        named.append((FULL_NAME, FULL_NAME))
    leads = leads_of(catalogue)
    conditions = [_condition(module, name, leads, source) for name, source in named]
    if lead is not None:
        conditions = [one for one in conditions if text_of(lead.record.values, one.lead_field)]
    support = [
        _condition(module, name, leads, "Company")
        for name, to in record.links.items()
        if to == "Accounts" and name in module.fields
    ]
    if not conditions:
        return None
    return Search(module.api_name, _surest(conditions), tuple(support))


def merged(found: Iterable[Search]) -> tuple[Search, ...]:
    """One search per module, though several records ask for it."""
    by_module: dict[str, Search] = {}
    for one in found:
        other = by_module.get(one.module, one)
        conditions = tuple(dict.fromkeys([*other.conditions, *one.conditions]))
        support = tuple(dict.fromkeys([*other.supporting, *one.supporting]))
        by_module[one.module] = Search(one.module, _surest(conditions), support)
    return tuple(by_module.values())


def _surest(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """As many as Zoho takes; what must be unique first, since Zoho refuses a second record."""
    return tuple(sorted(conditions, key=lambda one: not one.unique))[:MOST_CONDITIONS]


def criteria(search: Search, lead_values: Mapping[str, object]) -> str:
    """Zoho's search criteria for these values; nothing where the lead gives nothing to look for.

    Parentheses, commas and backslashes of values are escaped; a company is looked for by how its
    name begins, since its legal form is written in many ways.
    https://www.zoho.com/crm/developer/docs/api/v8/search-records.html
    """
    found = []
    for one in search.conditions:
        text = text_of(lead_values, one.lead_field)
        if text:
            value = spelling.stem(text) if one.operator == "starts_with" else text
            found.append(f"({one.field}:{one.operator}:{escaped(value)})")
    return found[0] if len(found) == 1 else f"({'or'.join(found)})" if found else ""


def escaped(value: str) -> str:
    """A value as search criteria take it."""
    return SPECIAL.sub(lambda found: f"\\{found[0]}", value)


def trustworthy(value: object) -> bool:
    """Whether a value may be put into criteria by reference, where nobody escapes it.

    If not, it could end its condition early and find something else: search again with `criteria`.
    """
    if not isinstance(value, str) or not value or len(value) > 120:
        return False
    return value == value.strip() and UNSAFE.search(value) is None


def score(lead: Lead, record: Record, search: Search) -> Likeness | None:
    """How alike they are; None where they do not really agree."""
    # People of one company are not one person: what supports only makes surer what agrees.
    if not agreements(search.conditions, lead, record):
        return None
    found = likeness([*agreements(search.conditions, lead, record), *support(search, lead, record)])
    return found if found.score >= LEAST_SCORE else None


def support(search: Search, lead: Lead, record: Record) -> list[Agreed]:
    """What agrees besides, and alone says little."""
    return [(SUPPORT, reason) for _, reason in agreements(search.supporting, lead, record)]


def likeness(found: Iterable[Agreed]) -> Likeness:
    """All agreements together: each leaves as much doubt as it does alone."""
    ranked = sorted(found, key=lambda pair: -pair[0])
    doubt = prod(1 - weight for weight, _ in ranked)
    return Likeness(round(1 - doubt, 2), tuple(reason for _, reason in ranked))


def agreements(conditions: Iterable[Condition], lead: Lead, record: Record) -> list[Agreed]:
    """Where the record says the same as the lead, or nearly, and how much that weighs."""
    found = []
    for one in conditions:
        wanted = text_of(lead.record.values, one.lead_field)
        said = compare(one.kind, wanted, text_of(record.values, one.field))
        if said:
            weight = SIMILAR_WEIGHT if said == "similar" else weight_of(one.kind, unique=one.unique)
            reason = say(f"{said}_field", field=one.field, label=one.label, value=wanted)
            found.append((weight, reason))
    return found


def weight_of(kind: Kind, *, unique: bool) -> float:
    """How sure one agreement alone makes it that two records are the same."""
    return UNIQUE_WEIGHT if unique else WEIGHTS[kind]


def compare(kind: Kind, one: str, other: str) -> Literal["same", "similar", ""]:
    """Whether two values of that kind say the same."""
    if not one or not other:
        return ""
    if SAME[kind](one, other):
        return "same"
    if kind not in ("company", "person"):
        return ""
    close = spelling.likeness(spelling.core(one), spelling.core(other)) >= SIMILAR
    return "similar" if close else ""


def _source(record: TargetRecord, name: str, lead: Lead | None) -> str:
    first, second = record.mapping[name], record.fallback.get(name)
    if lead is None or second is None or value_of(lead.record.values, first):
        return first
    return second


def _condition(module: Module, name: str, leads: Module, source: str) -> Condition:
    field = module.fields.get(name) or Field(name, name, "text")
    kind = kind_of(field, module, source)
    operator: Literal["equals", "starts_with"] = "starts_with" if kind == "company" else "equals"
    return Condition(name, source, operator, kind, field.label, field.unique)


def kind_of(field: Field, module: Module, source: str = "") -> Kind:
    """How values of a field are compared, given the lead field that fills it."""
    if source == "Company":
        return "company"
    if FULL_NAME in (source, field.api_name):
        return "person"
    match field.data_type:
        case "email" | "phone" | "website" as kind:
            return kind
    return "company" if field.api_name == module.name_field else "text"
