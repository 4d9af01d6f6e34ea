"""What is wrong, or will be, with targets as the org's metadata is now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from extension.planning.business import FULL_NAME, is_empty, leads_of
from extension.planning.carry import NEVER_WRITTEN, Lost
from extension.planning.demands import unfilled
from extension.planning.faults import finding
from extension.planning.fit import CHOICES
from extension.planning.lint_rules import Said, does_not_fit, of_rule
from extension.planning.policies import Condition
from extension.planning.records import Catalogue, Field, Layout, Module
from extension.planning.rules import LinkTo
from extension.planning.targets import Target, TargetRecord, can_be_target, rules_of
from extension.planning.typed import typed


@dataclass(frozen=True, slots=True)
class Finding:
    """`path` is where it stands in the plain form; an error keeps targets from being applied."""

    path: str
    severity: Literal["error", "warning"]
    code: str
    message: str
    key: str = ""
    """Which sentence it is (`faults.FINDINGS`); one that begins with `loss.` is of the plan."""
    params: Mapping[str, object] = field(default_factory=dict)


def lint(targets: Iterable[Target], catalogue: Catalogue) -> tuple[Finding, ...]:
    """Everything there is to say, in the order in which it is written."""
    found = []
    for at, target in enumerate(targets):
        for path, severity, said in _target(target, catalogue):
            place = f"[{at}].{path}"
            found.append(Finding(place, severity, said.code, said.message, said.key, said.params))
    return tuple(found)


def _target(target: Target, catalogue: Catalogue) -> Iterator[Said]:
    leads = leads_of(catalogue)
    if target.kind == "records":
        for at, record in enumerate(target.records):
            for path, *rest in _record(record, target, catalogue):
                yield (f"records[{at}].{path}" if path else f"records[{at}]", *rest)  # type: ignore[misc]
        yield from _cycles(target)
    for at, condition in enumerate(target.offered_when):
        if condition.field not in leads.fields:
            said = finding("unknown_field.lead", field=condition.field)
            yield (f"offered_when[{at}].field", "error", said)
        elif not is_offered(condition, leads.fields[condition.field]):
            label = leads.fields[condition.field].label
            place = f"offered_when[{at}].{condition.operator}"
            said = finding("pick_list_drift", label=label, choices=condition.value)
            yield (place, "warning", said)
    for name, value in target.lead_after.values.items():
        known, path = leads.fields.get(name), f"lead_after.values.{name}"
        if known is None:
            yield (path, "error", finding("unknown_field.lead", field=name))
        elif isinstance(verdict := typed(value, known), Lost):
            yield (path, "error", does_not_fit(verdict))


def is_offered(condition: Condition, known: Field) -> bool:
    """Whether a lead can hold the value that the condition compares with."""
    compares = condition.operator in ("is", "is_not") and not is_empty(condition.value)
    if not compares or known.data_type not in CHOICES or not known.choices:
        return True
    return any(one.value == condition.value for one in known.choices)


def _record(record: TargetRecord, target: Target, catalogue: Catalogue) -> Iterator[Said]:
    module = catalogue.modules.get(record.module)
    if module is None:
        yield ("module", "error", finding("unknown_module", module=record.module))
        return
    if not can_be_target(module):
        yield ("module", "error", finding("not_creatable", module=module.plural))
    layout = next((one for one in module.layouts if one.id == record.layout), None)
    if record.layout and (layout is None or not layout.active):
        yield ("layout", "error", finding("unknown_layout", module=module.plural))
    yield from _rules(record, module, target, catalogue)
    yield from _mandatory(record, module, layout)
    yield from _loose(record)


def _rules(
    record: TargetRecord, module: Module, target: Target, catalogue: Catalogue
) -> Iterator[Said]:
    modules = {one.key: one.module for one in target.records}
    for name, rule in rules_of(record).items():
        path, known = f"fields.{name}", module.fields.get(name)
        if known is None:
            said = finding("unknown_field", module=module.plural, field=name)
            yield (path, "error", said)
            continue
        if known.read_only or known.data_type in NEVER_WRITTEN:
            # Harmless, as is a type that cannot be carried: see `lint_rules`.
            yield (path, "warning", finding("read_only", label=known.label))
            continue
        shown = [one.fields for one in module.layouts if one.active and one.fields]
        chosen = [one.fields for one in module.layouts if one.id == record.layout and one.fields]
        if all(name not in names for names in chosen or shown) and (chosen or shown):
            yield (path, "warning", finding("dead_rule.off_layout", label=known.label))
        for severity, told in of_rule(rule, known, leads_of(catalogue), modules):
            yield (path, severity, told)


def _mandatory(record: TargetRecord, module: Module, layout: Layout | None) -> Iterator[Said]:
    first = next((one for one in module.layouts if one.active), None)
    for one in unfilled(module, layout or first, rules_of(record).keys()):
        yield ("fields", "warning", finding("mandatory_without_source", label=one.label))


def _loose(record: TargetRecord) -> Iterator[Said]:
    """Settings for fields that nothing fills."""
    rules = rules_of(record)
    for at, name in enumerate(record.match_on):
        if name not in record.mapping and name != FULL_NAME:
            yield (f"match_on[{at}]", "error", finding("not_mapped", field=name))
    for name in record.merge:
        if name not in rules:
            yield (f"merge.fields.{name}", "warning", finding("dead_rule.merge", field=name))


def _cycles(target: Target) -> Iterator[Said]:
    """Records that point at each other: none of them could be made first."""
    links = {
        one.key: {rule.record for rule in rules_of(one).values() if isinstance(rule, LinkTo)}
        for one in target.records
    }
    for at, record in enumerate(target.records):
        if record.key in _reached(links, record.key):
            yield (f"records[{at}]", "error", finding("cycle", record=record.key))


def _reached(links: dict[str, set[str]], start: str) -> set[str]:
    seen, waiting = set[str](), list(links.get(start, ()))
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += links.get(key, ())
    return seen
