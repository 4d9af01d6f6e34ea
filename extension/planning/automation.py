"""What is done about a call of a workflow rule: the rules that choose a target, and the fields of
the lead that show how ready it is. As data, with everything that is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from extension.errors import InvalidInput
from extension.planning import choices as choosing
from extension.planning.assessment import READINESS
from extension.planning.business import leads_of
from extension.planning.carry import NEVER_WRITTEN
from extension.planning.faults import finding
from extension.planning.fit import NUMBERS
from extension.planning.lint import Finding, is_offered
from extension.planning.lint_rules import Said
from extension.planning.policies import Condition, meets
from extension.planning.reasons import Reason
from extension.planning.records import Catalogue, Field
from extension.planning.shape import Shape
from extension.planning.target_data import condition_data, condition_from
from extension.planning.targets import Target

Data = dict[str, object]
MOST_RULES = 50
LONGEST_MARKER = 60
ASSESSED = ("readiness", "losses", "target", "mark")
"""What is written to the lead, each to a field of its own."""
CHOICES = tuple(one for one in choosing.KEYS if one != "target")


@dataclass(frozen=True, slots=True)
class AutomationRule:
    """To what a lead that meets all conditions is converted, and with which choices."""

    name: str
    target: str
    when: tuple[Condition, ...] = ()
    choices: Mapping[str, object] = field(default_factory=dict)

    @property
    def wish(self) -> dict[str, object]:
        """The choices, as a person would send them."""
        return {"target": self.target, **self.choices}


@dataclass(frozen=True, slots=True)
class Automation:
    rules: tuple[AutomationRule, ...] = ()
    assess: Mapping[str, str] = field(default_factory=dict)
    """What is written -> the lead's field."""
    lead_in_text: str = ""
    """The word behind which a call that is plain text names the lead."""


def chosen(automation: Automation, values: Mapping[str, object]) -> AutomationRule | None:
    """The first rule whose conditions the lead meets."""
    return next((one for one in automation.rules if meets(values, one.when)), None)


def as_data(automation: Automation) -> Data:
    return {
        "rules": [
            {
                "name": one.name,
                "when": [condition_data(each) for each in one.when],
                "target": one.target,
                "choices": dict(one.choices),
            }
            for one in automation.rules
        ],
        "assess": dict(automation.assess),
        "lead_in_text": automation.lead_in_text,
    }


def from_data(data: object) -> Automation:
    """The automation. InvalidInput names every fault with its path; then nothing counts."""
    shape = Shape(data)
    shape.sound()
    shape.object("rules", "assess", "lead_in_text")
    shape.refuse("This automation cannot be read.")
    rules = shape.at("rules").items()
    if len(rules) > MOST_RULES:
        shape.at("rules").wrong(f"There are at most {MOST_RULES} rules.")
    assess = shape.at("assess")
    if assess.value is not None:
        assess.object(*ASSESSED)
    marker = shape.at("lead_in_text").text("")
    if len(marker) > LONGEST_MARKER:
        shape.at("lead_in_text").wrong(f"At most {LONGEST_MARKER} characters are expected here.")
    found = Automation(
        tuple(_rule(one) for one in rules[:MOST_RULES]),
        assess.entries(lambda one: one.text()),
        marker.strip(),
    )
    shape.refuse("This automation cannot be read.")
    return found


def _rule(shape: Shape) -> AutomationRule:
    shape.object("name", "when", "target", "choices")
    choices = shape.at("choices")
    if choices.value is not None:
        choices.object(*CHOICES)
    name = shape.at("name").text()
    if len(name) > 100:
        shape.at("name").wrong("At most 100 characters are expected here.")
    return AutomationRule(
        name=name,
        target=shape.at("target").text(),
        when=tuple(condition_from(one) for one in shape.at("when").items()),
        choices=choices.entries(lambda one: one.value),
    )


def lint(
    automation: Automation, targets: Sequence[Target], catalogue: Catalogue
) -> tuple[Finding, ...]:
    """Everything there is to say, as the org's targets and metadata are now."""
    found = list[Said]()
    for at, rule in enumerate(automation.rules):
        found += _of_rule(f"rules[{at}]", rule, targets, catalogue)
        if not rule.when and at + 1 < len(automation.rules):
            found.append((f"rules[{at}].when", "warning", finding("dead_rule.every")))
    found += _of_fields(automation.assess, targets, leads_of(catalogue).fields)
    return tuple(
        Finding(path, severity, said.code, said.message, said.key, said.params)
        for path, severity, said in found
    )


def _of_rule(
    path: str, rule: AutomationRule, targets: Iterable[Target], catalogue: Catalogue
) -> Iterator[Said]:
    fields = leads_of(catalogue).fields
    for at, condition in enumerate(rule.when):
        known, place = fields.get(condition.field), f"{path}.when[{at}]"
        if known is None:
            said = finding("unknown_field.lead", field=condition.field)
            yield (f"{place}.field", "error", said)
        elif not is_offered(condition, known):
            said = finding("pick_list_drift", label=known.label, choices=condition.value)
            yield (f"{place}.{condition.operator}", "warning", said)
    if all(one.key != rule.target for one in targets):
        yield (f"{path}.target", "error", finding("unknown_target", target=rule.target))
        return
    try:
        choosing.read(rule.wish, targets, catalogue)
    except InvalidInput as error:
        for name, said in _refused(error):
            yield (f"{path}.choices.{name}", "error", said)


def _refused(error: InvalidInput) -> Iterator[tuple[str, Reason]]:
    """Where a choice does not fit, and why: by its own code where it has one."""
    told, coded = error.details.get("fields"), error.details.get("reasons")
    coded = coded if isinstance(coded, Mapping) else {}
    for name, message in (told if isinstance(told, Mapping) else {}).items():
        if name in coded:
            one = coded[name]
            yield name, Reason(one["code"], str(message), one["params"], one["key"])
        else:
            yield name, finding("choice_does_not_fit", what=name, why=str(message))


def _of_fields(
    chosen: Mapping[str, str], targets: Iterable[Target], fields: Mapping[str, Field]
) -> Iterator[Said]:
    names = list(chosen.values())
    for what, name in chosen.items():
        path, known = f"assess.{what}", fields.get(name)
        if known is None:
            yield (path, "error", finding("unknown_field.lead", field=name))
        elif known.read_only or known.data_type in NEVER_WRITTEN:
            yield (path, "error", finding("read_only", label=known.label))
        elif not _takes(what, known):
            yield (path, "error", finding("type_mismatch.assess", label=known.label))
        elif lacking := _lacking(what, known):
            said = finding("pick_list_drift", label=known.label, choices=", ".join(lacking))
            yield (path, "warning", said)
        for target in targets:
            if known is not None and name in target.lead_after.values:
                words = {"target": target.label or target.key, "label": known.label}
                yield (path, "warning", finding("dead_rule.target", **words))
        if names.count(name) > 1:
            yield (path, "error", finding("taken_twice"))


def _takes(what: str, known: Field) -> bool:
    if what == "losses":
        return known.data_type in NUMBERS or known.data_type == "text"
    return known.data_type in ("text", "textarea", "picklist")


def _lacking(what: str, known: Field) -> list[str]:
    """The words of ours that a pick list does not offer."""
    if what != "readiness" or known.data_type != "picklist":
        return []
    offered = {one.value for one in known.choices}
    return [word for word in READINESS.values() if word not in offered]
