"""What an org's CRM must have for us, beside what it has: each difference as data, with its
sentence, and the clicks for whoever has to do it by hand."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from extension.planning.own_fields import KEY, ON_LEADS, OwnField, standing
from extension.planning.provision_rule import RULE, WEBHOOK, RuleWish
from extension.planning.provision_words import ANY_TARGET, clicks, item
from extension.planning.reasons import Reason
from extension.planning.records import Catalogue, Field
from extension.planning.targets import Target

State = Literal["right", "missing", "wrong", "by_hand", "surplus"]
"""As it must be; to be made; to be repaired; what we cannot change; to be taken away."""

ZOHO_LOOKS_IN = ("Contacts", "Accounts")
KINDS = {"text": "Single Line", "integer": "Number"}
"""What Zoho's setup calls the kinds of our fields."""


@dataclass(frozen=True, slots=True)
class OfField:
    """A field of ours in a module. `has` is the one that stands there under its name."""

    module: str
    label: str
    """What people call the module."""
    field: OwnField
    has: Field | None = None
    why_unknown: str = ""
    """Why Zoho does not show the module's fields, where it does not."""


@dataclass(frozen=True, slots=True)
class OfWebhook:
    """The webhook that calls us. `has` is the one that stands there under its name."""

    wish: RuleWish
    has: Mapping[str, Any] | None
    right: bool = False
    why_unknown: str = ""
    lost: bool = False
    """The target that it asks for is there no more."""


@dataclass(frozen=True, slots=True)
class OfRule:
    """The workflow rule that wakes the webhook."""

    wish: RuleWish
    label: str
    """What people call the field."""
    has: Mapping[str, Any] | None
    right: bool = False
    why_unknown: str = ""
    never: bool = False
    """The field is gone, or offers the value no more: what Zoho waits for cannot happen."""


@dataclass(frozen=True, slots=True)
class Removal:
    """Ours that is to be there no longer. `has` is the one that stands there under its name."""

    kind: Literal["webhook", "rule"]
    has: Mapping[str, Any] | None
    why_unknown: str = ""
    shared: bool = False
    """Others have added to it: then only our part goes."""
    hook: str = ""
    """The id of the webhook by which a shared rule calls us; "" where it does not."""


@dataclass(frozen=True, slots=True)
class OfChannel:
    """Where Zoho tells us of a module's records."""

    module: str
    label: str
    """What people call the module."""
    is_open: bool


Subject = OfField | OfWebhook | OfRule | Removal | OfChannel


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that must be there."""

    id: str
    state: State
    said: Reason
    clicks: tuple[Reason, ...]
    """How to do it by hand; () where nothing is to be done."""
    subject: Subject

    @property
    def open(self) -> bool:
        """Whether we would change something."""
        return self.state in ("missing", "wrong", "surplus")


def keyed_modules(targets: Iterable[Target]) -> tuple[str, ...]:
    """The modules in which we create records."""
    records = (one for target in targets if target.kind == "records" for one in target.records)
    return tuple(dict.fromkeys(one.module for one in records))


def told_modules(targets: Iterable[Target]) -> tuple[str, ...]:
    """The modules whose changes we want to be told of: leads, what we create, and where Zoho's own
    conversion looks for doubles."""
    targets = list(targets)
    looked_in = ZOHO_LOOKS_IN if any(one.kind == "zoho" for one in targets) else ()
    return tuple(dict.fromkeys(("Leads", *keyed_modules(targets), *looked_in)))


def wanted_fields(targets: Iterable[Target]) -> list[tuple[str, OwnField]]:
    """Module and field: a key wherever we create records, and what we write on leads."""
    keys = [(module, KEY) for module in keyed_modules(targets)]
    return [*keys, *(("Leads", one) for one in ON_LEADS)]


def of_fields(
    wanted: Sequence[tuple[str, OwnField]],
    there: Mapping[str, Mapping[str, Field] | str],
    catalogue: Catalogue,
) -> list[Item]:
    """`there` has each module's fields, or why they are not shown."""
    found = []
    for name, field in wanted:
        module, fields = catalogue.modules.get(name), there[name]
        label = module.plural if module else name
        if isinstance(fields, str):
            found.append(_of_field(OfField(name, label, field, why_unknown=fields)))
        else:
            found.append(_of_field(OfField(name, label, field, standing(field, fields))))
    return found


def of_channels(
    targets: Iterable[Target], are_open: Mapping[str, str], known: Catalogue
) -> list[Item]:
    """One for each module whose changes we want to be told of."""
    found = []
    for name in told_modules(targets):
        module = known.modules.get(name)
        one = OfChannel(name, module.plural if module else name, are_open.get(name) == "")
        words: dict[str, object] = {"module": one.label}
        state: State = "right" if one.is_open else "missing"
        hands = () if one.is_open else clicks(["channel"], **words)
        found.append(Item(f"channel:{name}", state, item(f"channel.{state}", **words), hands, one))
    return found


def of_automation(one: OfWebhook | OfRule) -> Item:
    """The item of the webhook, or of the rule."""
    kind = "webhook" if isinstance(one, OfWebhook) else "rule"
    name = WEBHOOK if isinstance(one, OfWebhook) else RULE
    wish, label = one.wish, getattr(one, "label", "")
    words: dict[str, object] = {
        "name": name, "action": wish.action, "field": label, "value": wish.value,
        "target": wish.target or ANY_TARGET,
        "why": one.why_unknown,
    }  # fmt: skip
    state, key, hands = _judged_automation(one, kind)
    return Item(
        f"{kind}:{name}", state, item(f"{kind}.{key}", **words), clicks(hands, **words), one
    )


def _judged_automation(one: OfWebhook | OfRule, kind: str) -> tuple[State, str, list[str]]:
    if one.why_unknown:
        return "by_hand", "unknown", ["automation.look", kind, f"{kind}.fill"]
    # What it must be instead only a person can say.
    if isinstance(one, OfWebhook) and one.lost:
        return "by_hand", "lost", ["rule.choose"]
    if isinstance(one, OfRule) and one.never:
        return "by_hand", "never", ["rule.choose"]
    if one.has is None:
        return "missing", "missing", [kind, f"{kind}.fill"]
    return ("right", "right", []) if one.right else ("wrong", "differs", [kind, f"{kind}.fill"])


def of_removal(one: Removal) -> Item:
    """The item of something that is taken away."""
    name = WEBHOOK if one.kind == "webhook" else RULE
    words = {"name": name, "why": one.why_unknown}
    state, key, hands = _judged_removal(one)
    said = item(f"{one.kind}.{key}", **words)
    return Item(f"{one.kind}:{name}", state, said, clicks(hands, **words), one)


def _judged_removal(one: Removal) -> tuple[State, str, list[str]]:
    if one.why_unknown and one.has is not None:
        return "by_hand", "unsure", ["automation.look", f"{one.kind}.detach"]
    if one.why_unknown:
        return "by_hand", "unknown", ["automation.look", f"{one.kind}.remove"]
    if one.has is None:
        return "right", "gone", []
    if one.shared and not one.hook:
        return "right", "free", []
    key = "detach" if one.shared else "remove"
    return "surplus", key, [f"{one.kind}.{key}"]


def digest(items: Iterable[Item]) -> str:
    """Of what was shown: whoever applies it gets exactly that. A worker opens channels by itself,
    and takes nothing away by it from what somebody has agreed to."""
    told = [
        [one.id, one.state, one.said.key, dict(one.said.params), _wished(one.subject)]
        for one in items
        if not isinstance(one.subject, OfChannel)
    ]
    whole = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def _wished(subject: Subject) -> dict[str, str] | None:
    """Also what no sentence names."""
    return asdict(subject.wish) if isinstance(subject, OfWebhook | OfRule) else None


def _of_field(one: OfField) -> Item:
    state, key, hands = _judged(one)
    own = one.field
    words: dict[str, object] = {
        "module": one.label, "field": own.label, "kind": KINDS[own.data_type],
        "length": own.length, "api_name": own.api_name, "why": one.why_unknown,
    }  # fmt: skip
    said = item(f"field.{key}", **words)
    return Item(f"field:{one.module}.{own.api_name}", state, said, clicks(hands, **words), one)


def _judged(one: OfField) -> tuple[State, str, list[str]]:
    """State, sentence and clicks."""
    own, has = one.field, one.has
    if one.why_unknown:
        return "by_hand", "unknown", ["fields.look"]
    if has is None:
        unique = ["fields.unique"] if own.unique else []
        return "missing", "missing", ["fields", "fields.add", *unique, "fields.name"]
    if has.data_type != own.data_type:
        unique = ["fields.unique"] if own.unique else []
        hands = ["fields", "fields.remove", "fields.add", *unique, "fields.name"]
        # What others have put into it would be lost.
        return "by_hand", "other_kind", hands
    if own.unique and not has.unique:
        return "wrong", "not_unique", ["fields", "fields.unique"]
    if has.max_length is not None and has.max_length < own.length:
        return "wrong", "too_short", ["fields", "fields.length"]
    return "right", "right", []
