"""Targets as plain data, and back: what people write in a file, export and keep."""

from collections.abc import Mapping
from typing import Literal, cast

from extension.planning import rule_data
from extension.planning.faults import fault
from extension.planning.policies import (
    AFTERS,
    CARRIED_LISTS,
    HOWS,
    MERGES,
    OPERATORS,
    Condition,
    How,
    LeadAfter,
    Merge,
    Operator,
    WhenMatched,
    lists_of,
)
from extension.planning.rules import FirstOf, FromField, LinkTo, Rule
from extension.planning.shape import Shape
from extension.planning.targets import Target, TargetRecord, rules_of

Data = dict[str, object]
MOST_RECORDS = 5
MOST_TARGETS = 100


def as_data(target: Target) -> Data:
    """Everything that is not as it would be unsaid. The records of Zoho's own conversion are
    Zoho's to say, so they are left out."""
    return {
        "key": target.key,
        "label": target.label,
        "kind": target.kind,
        **({"records": [_record_data(one) for one in target.records]} if _ours(target) else {}),
        **({"profiles": sorted(target.profiles)} if target.profiles else {}),
        **_unless({"offered_when": [condition_data(one) for one in target.offered_when]}),
        **_unless({"carry": dict(target.carry)}),
        **({"lead_after": _after_data(target.lead_after)} if _touched(target.lead_after) else {}),
        **({} if target.workflows else {"workflows": False}),
    }


def from_data(data: object) -> tuple[Target, ...]:
    """The targets of a list. InvalidInput names every fault with its path; then nothing counts."""
    shape = Shape(data)
    shape.sound()
    shape.refuse("These targets cannot be read.")
    if not isinstance(data, list | tuple):
        shape.wrong("A list of targets is expected here.")
    elif len(data) > MOST_TARGETS:
        shape.wrong(f"There are at most {MOST_TARGETS} targets.")
    shape.refuse("These targets cannot be read.")
    targets = [_target(one) for one in shape.items()]
    _told_apart(shape, [one.key for one in targets], "key")
    shape.refuse("These targets cannot be read.")
    return tuple(targets)


def _ours(target: Target) -> bool:
    return target.kind == "records"


def _touched(after: LeadAfter) -> bool:
    return after != LeadAfter()


def _unless(data: Mapping[str, object]) -> Data:
    return {key: value for key, value in data.items() if value}


def _record_data(record: TargetRecord) -> Data:
    merge = {**_unless({"fields": dict(record.merge)})}
    if record.merge_default != "fill_blanks":
        merge["default"] = record.merge_default
    return {
        "key": record.key,
        "module": record.module,
        **_unless({"layout": record.layout}),
        "fields": {name: rule_data.as_data(rule) for name, rule in rules_of(record).items()},
        **_unless({"match_on": list(record.match_on), "optional": record.optional}),
        **({"when_matched": "link"} if record.when_matched == "link" else {}),
        **_unless({"merge": merge}),
    }


def condition_data(one: Condition) -> Data:
    """A condition as plain data."""
    valued = one.operator in ("is", "is_not")
    return {"field": one.field, one.operator: one.value if valued else True}


def _after_data(after: LeadAfter) -> Data:
    return {"kind": after.kind, **_unless({"values": dict(after.values)})}


TARGET_KEYS = (
    "key", "label", "kind", "records", "profiles", "offered_when", "carry", "lead_after",
    "workflows",
)  # fmt: skip
RECORD_KEYS = (
    "key", "module", "layout", "fields", "match_on", "optional", "when_matched", "merge",
)  # fmt: skip


def _target(shape: Shape) -> Target:
    shape.object(*TARGET_KEYS)
    kind = cast(Literal["zoho", "records"], shape.at("kind").one_of(("zoho", "records"), "records"))
    return Target(
        key=shape.at("key").text(),
        label=shape.at("label").text(),
        kind=kind,
        records=_records(shape.at("records"), kind),
        profiles=frozenset(shape.at("profiles").texts()),
        offered_when=tuple(condition_from(one) for one in shape.at("offered_when").items()),
        carry=carry_from(shape.at("carry"), kind),
        lead_after=after_from(shape.at("lead_after"), kind),
        workflows=_workflows(shape.at("workflows"), kind),
    )


def _records(shape: Shape, kind: str) -> tuple[TargetRecord, ...]:
    if kind == "zoho":
        if shape.value is not None:
            shape.wrong("Zoho itself says which records its conversion makes.")
        return ()
    items = shape.items()
    if not 1 <= len(items) <= MOST_RECORDS:
        shape.wrong(f"A target has 1 to {MOST_RECORDS} records.")
    records = tuple(_record(one) for one in items[:MOST_RECORDS])
    _told_apart(shape, [one.key for one in records], "key")
    return records


def _told_apart(shape: Shape, keys: list[str], name: str) -> None:
    for at, key in enumerate(keys):
        if key in keys[:at]:
            Shape(key, f"{shape.path}[{at}].{name}", shape.faults).wrong(
                f"This {name} is taken already."
            )


def _record(shape: Shape) -> TargetRecord:
    shape.object(*RECORD_KEYS)
    rules = shape.at("fields").entries(rule_data.from_data)
    merge = shape.at("merge")
    if merge.value is not None:
        merge.object("fields", "default")
    when = shape.at("when_matched").one_of(("create", "link"), "create")
    return TargetRecord(
        key=shape.at("key").text(),
        module=shape.at("module").text(),
        mapping={name: _first(rule) for name, rule in rules.items() if _is_plain(rule)},
        fallback={
            name: rule.fields[1]
            for name, rule in rules.items()
            if isinstance(rule, FirstOf) and _is_plain(rule)
        },
        optional=shape.at("optional").flag(False),
        match_on=shape.at("match_on").texts(),
        links={name: rule.record for name, rule in rules.items() if isinstance(rule, LinkTo)},
        rules={
            name: rule
            for name, rule in rules.items()
            if not _is_plain(rule) and not isinstance(rule, LinkTo)
        },
        layout=shape.at("layout").text(""),
        when_matched=cast(WhenMatched, when),
        merge=merge.at("fields").entries(_merge),
        merge_default=cast(Merge, merge.at("default").one_of(MERGES, "fill_blanks")),
    )


def _is_plain(rule: Rule) -> bool:
    """Whether one field of the lead fills it, or a second where that is empty."""
    two = isinstance(rule, FirstOf) and len(rule.fields) == 2 and rule.otherwise is None
    return two or isinstance(rule, FromField)


def _first(rule: Rule) -> str:
    match rule:
        case FromField(name):
            return name
        case FirstOf(names):
            return names[0]
    raise ValueError(f"no field fills {rule}")


def _merge(shape: Shape) -> Merge:
    return cast(Merge, shape.one_of(MERGES))


def condition_from(shape: Shape) -> Condition:
    """The condition; where the data is none, its faults are noted and one is made up."""
    shape.object("field", *OPERATORS)
    given = shape.value if isinstance(shape.value, Mapping) else {}
    named = [one for one in OPERATORS if one in given]
    if len(named) != 1:
        shape.wrong(f"A condition has exactly one of these keys: {', '.join(OPERATORS)}.")
        return Condition("", "filled")
    operator: Operator = named[0]
    place = shape.at(operator)
    if operator in ("is", "is_not"):
        return Condition(shape.at("field").text(), operator, place.text())
    if place.value is not True:
        place.wrong("Only true is expected here.")
    return Condition(shape.at("field").text(), operator)


def _workflows(shape: Shape, kind: str) -> bool:
    wanted = shape.flag(True)
    if kind == "zoho" and not wanted:
        shape.wrong("Zoho's own conversion decides about workflow rules itself.")
    return wanted


def carry_from(shape: Shape, kind: str) -> dict[str, How]:
    """What is done with which of the lead's lists."""
    lists = lists_of(kind)
    return shape.entries(lambda one: _how(one, lists))


def _how(shape: Shape, lists: Mapping[str, tuple[How, ...]]) -> How:
    name = shape.path.rpartition(".")[2]
    if name not in lists:
        ours = "Zoho's own conversion decides about this itself. " if name in CARRIED_LISTS else ""
        shape.wrong(f"{ours}One of these lists is expected: {', '.join(lists)}.")
    return cast(How, shape.one_of(lists.get(name, HOWS)))


def after_from(shape: Shape, kind: str) -> LeadAfter:
    """What becomes of the lead."""
    if shape.value is None:
        return LeadAfter()
    if kind == "zoho":
        shape.wrong("Zoho's own conversion marks the lead itself.")
        return LeadAfter()
    shape.object("kind", "values")
    values = shape.at("values").entries(lambda one: one.value)
    kind = shape.at("kind").one_of(AFTERS)
    if kind == "mark" and not values:
        shape.at("values").wrong(fault("no_marks"))
    if kind != "mark" and values:
        shape.at("values").wrong("Only a lead that is marked takes values.")
    return LeadAfter(kind, values)  # type: ignore[arg-type]
