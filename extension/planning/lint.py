"""What is wrong, or will be, with targets as the org's metadata is now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from extension.planning.business import FULL_NAME, is_empty, leads_of
from extension.planning.carry import NEVER_WRITTEN, Lost
from extension.planning.demands import unfilled
from extension.planning.fit import CHOICES
from extension.planning.lint_rules import Said, of_rule
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


def lint(targets: Iterable[Target], catalogue: Catalogue) -> tuple[Finding, ...]:
    """Everything there is to say, in the order in which it is written."""
    found = []
    for at, target in enumerate(targets):
        for path, severity, code, message in _target(target, catalogue):
            found.append(Finding(f"[{at}].{path}", severity, code, message))
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
            message = f"Leads have no field {condition.field}."
            yield (f"offered_when[{at}].field", "error", "unknown_field", message)
        elif not _is_offered(condition, leads.fields[condition.field]):
            label = leads.fields[condition.field].label
            message = f"{label} does not offer: {condition.value}."
            place = f"offered_when[{at}].{condition.operator}"
            yield (place, "warning", "pick_list_drift", message)
    for name, value in target.lead_after.values.items():
        field, path = leads.fields.get(name), f"lead_after.values.{name}"
        if field is None:
            yield (path, "error", "unknown_field", f"Leads have no field {name}.")
        elif isinstance(verdict := typed(value, field), Lost):
            yield (path, "error", "value_does_not_fit", verdict.why.message)


def _is_offered(condition: Condition, field: Field) -> bool:
    """Whether a lead can hold the value that the condition compares with."""
    compares = condition.operator in ("is", "is_not") and not is_empty(condition.value)
    if not compares or field.data_type not in CHOICES or not field.choices:
        return True
    return any(one.value == condition.value for one in field.choices)


def _record(record: TargetRecord, target: Target, catalogue: Catalogue) -> Iterator[Said]:
    module = catalogue.modules.get(record.module)
    if module is None:
        message = f"There is no module {record.module} any more."
        yield ("module", "error", "unknown_module", message)
        return
    if not can_be_target(module):
        yield ("module", "error", "not_creatable", f"No records can be created in {module.plural}.")
    layout = next((one for one in module.layouts if one.id == record.layout), None)
    if record.layout and (layout is None or not layout.active):
        message = f"{module.plural} have no such active layout."
        yield ("layout", "error", "unknown_layout", message)
    yield from _rules(record, module, target, catalogue)
    yield from _mandatory(record, module, layout)
    yield from _loose(record)


def _rules(
    record: TargetRecord, module: Module, target: Target, catalogue: Catalogue
) -> Iterator[Said]:
    modules = {one.key: one.module for one in target.records}
    for name, rule in rules_of(record).items():
        path, field = f"fields.{name}", module.fields.get(name)
        if field is None:
            yield (path, "error", "unknown_field", f"{module.plural} have no field {name}.")
            continue
        if field.read_only or field.data_type in NEVER_WRITTEN:
            # Harmless, as is a type that cannot be carried: see `lint_rules`.
            yield (path, "warning", "read_only", f"{field.label} cannot be written.")
            continue
        shown = [one.fields for one in module.layouts if one.active and one.fields]
        chosen = [one.fields for one in module.layouts if one.id == record.layout and one.fields]
        if all(name not in names for names in chosen or shown) and (chosen or shown):
            message = f"{field.label} is on no layout that is used, so nothing is put there."
            yield (path, "warning", "dead_rule", message)
        for severity, code, message in of_rule(rule, field, leads_of(catalogue), modules):
            yield (path, severity, code, message)


def _mandatory(record: TargetRecord, module: Module, layout: Layout | None) -> Iterator[Said]:
    first = next((one for one in module.layouts if one.active), None)
    for field in unfilled(module, layout or first, rules_of(record).keys()):
        message = f"{field.label} must be filled and no rule fills it: people will be asked."
        yield ("fields", "warning", "mandatory_without_source", message)


def _loose(record: TargetRecord) -> Iterator[Said]:
    """Settings for fields that nothing fills."""
    rules = rules_of(record)
    for at, name in enumerate(record.match_on):
        if name not in record.mapping and name != FULL_NAME:
            message = f"{name} is filled by no field of the lead, so nothing is looked for by it."
            yield (f"match_on[{at}]", "error", "not_mapped", message)
    for name in record.merge:
        if name not in rules:
            message = f"No rule fills {name}, so there is nothing to merge."
            yield (f"merge.fields.{name}", "warning", "dead_rule", message)


def _cycles(target: Target) -> Iterator[Said]:
    """Records that point at each other: none of them could be made first."""
    links = {
        one.key: {rule.record for rule in rules_of(one).values() if isinstance(rule, LinkTo)}
        for one in target.records
    }
    for at, record in enumerate(target.records):
        if record.key in _reached(links, record.key):
            message = f"{record.key} points at itself, directly or through other records."
            yield (f"records[{at}]", "error", "cycle", message)


def _reached(links: dict[str, set[str]], start: str) -> set[str]:
    seen, waiting = set[str](), list(links.get(start, ()))
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += links.get(key, ())
    return seen
