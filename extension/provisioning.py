"""Does, for an org: see what its CRM lacks for us, and make or repair that, once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal, assert_never

import structlog

from . import automations, catalogues, channels, chosen_targets, grants, setting_rules, setup_turns
from .errors import (
    ExtensionError,
    GrantRevoked,
    ScopeMissing,
    SetupChanged,
    ZohoBusy,
    ZohoMissing,
    ZohoRefused,
    ZohoUnclear,
)
from .parts import Parts
from .planning import provision
from .planning.own_fields import SHOWS, standing
from .planning.provision import Item, OfChannel, OfField, Removal, Subject
from .planning.provision_rule import RuleWish
from .planning.provision_words import outcome
from .planning.reasons import Reason
from .planning.records import Field
from .sessions import Caller
from .zoho.client import Crm
from .zoho.outcomes import RowOutcome, RowRefused, RowUnclear, Written
from .zoho.scopes import SETUP, missing
from .zoho.setup import Setup
from .zoho.threads import together

log = structlog.get_logger(__name__)

TRIES = 2
"""How often something is sent: again only where Zoho shows that it did not happen."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of an item."""

    state: Literal["done", "refused", "unclear"]
    said: Reason


@dataclass(frozen=True, slots=True)
class Look:
    """What an org's CRM must have, and what of that it has; and what came of it, once applied."""

    items: tuple[Item, ...]
    missing_scopes: tuple[str, ...]
    wish: RuleWish | None = None
    """For the rule, where there is to be one."""
    came: Mapping[str, Came] = field(default_factory=dict)
    """Id of an item -> what came of it."""

    @property
    def digest(self) -> str:
        return provision.digest(self.items)


def look(parts: Parts, caller: Caller, wish: RuleWish | None = None) -> Look:
    """What there is and what would change, as this administrator sees it; with this wish for the
    rule, or with the one that was applied last. Nothing is written.

    Raises InvalidInput for a wish that cannot be.
    """
    chosen = chosen_targets.look(parts, caller)
    wanted = provision.wanted_fields(chosen.targets)
    crm = grants.crm(parts, caller.installation, caller.grant)
    names = tuple(dict.fromkeys(module for module, _ in wanted))
    fields = together(*(partial(_fields, crm, name) for name in names))
    items = provision.of_fields(wanted, dict(zip(names, fields, strict=True)), chosen.catalogue)
    are_open = channels.are_open(parts, caller.installation.id)
    items += provision.of_channels(chosen.targets, are_open, chosen.catalogue)
    if wish is not None:
        setting_rules.check(wish, chosen)
    wish = wish or setting_rules.wished(parts, caller)
    if wish is not None:
        keys = {one.key for one in chosen.targets}
        items += setting_rules.items(parts, caller, Setup(crm), wish, keys)
    lacking = missing(caller.grant.scopes, SETUP)
    return Look(tuple(items), tuple(sorted(lacking)), wish)


def apply(parts: Parts, caller: Caller, digest: str, wish: RuleWish | None = None) -> Look:
    """Make and repair what was shown under that digest. What Zoho refuses keeps nothing else.

    Raises SetupChanged, with nothing done, where there is something else to do by now, SetupBusy
    where somebody else is at it, and InvalidInput for a wish that cannot be.
    """
    with setup_turns.turn(parts, caller.installation.id) as prolong:
        return _apply(parts, caller, digest, wish, prolong)


def _apply(
    parts: Parts, caller: Caller, digest: str, wish: RuleWish | None, prolong: Callable[[], None]
) -> Look:
    shown = look(parts, caller, wish)
    _refuse_other(shown, digest)
    if wish is not None:
        setting_rules.keep(parts, caller, wish)
    came = _carried_out(parts, caller, shown, prolong)
    _choose(parts, caller, shown, came)
    if any(one.state == "done" for one in came.values()):
        _learn(parts, caller)
    log.info("provisioned", installation=caller.installation.short_id, **_count(came.values()))
    return replace(shown, came=came)


def _learn(parts: Parts, caller: Caller) -> None:
    """From here on records get their key; or a little later, once the metadata is read anyway."""
    try:
        catalogues.refresh(parts, caller)
    except ExtensionError as error:
        log.warning("metadata not refreshed", error_code=error.code)


def look_at_removal(parts: Parts, caller: Caller) -> Look:
    """What taking the rule away would change, its webhook included. Nothing is written."""
    setup = Setup(grants.crm(parts, caller.installation, caller.grant))
    items = setting_rules.removals(parts, setup)
    lacking = missing(caller.grant.scopes, SETUP)
    return Look(tuple(items), tuple(sorted(lacking)), setting_rules.wished(parts, caller))


def remove(parts: Parts, caller: Caller, digest: str) -> Look:
    """Take away what was shown under that digest. What Zoho refuses keeps nothing else.

    Raises SetupChanged, with nothing done, where there is something else to do by now, and
    SetupBusy where somebody else is at it.
    """
    with setup_turns.turn(parts, caller.installation.id) as prolong:
        shown = look_at_removal(parts, caller)
        _refuse_other(shown, digest)
        setting_rules.forget(parts, caller)
        # The rule first: as long as one calls the webhook, Zoho keeps it.
        came = _carried_out(parts, caller, shown, prolong)
    log.info("rule removed", installation=caller.installation.short_id, **_count(came.values()))
    return replace(shown, wish=None, came=came)


def _carried_out(
    parts: Parts, caller: Caller, shown: Look, prolong: Callable[[], None]
) -> dict[str, Came]:
    setup = Setup(grants.crm(parts, caller.installation, caller.grant))
    came = {}
    for one in shown.items:
        if one.open:
            prolong()
            came[one.id] = (
                _opened(parts, caller, shown, one.subject)
                if isinstance(one.subject, OfChannel)
                else _done(parts, caller, setup, one)
            )
    return came


def _opened(parts: Parts, caller: Caller, shown: Look, subject: OfChannel) -> Came:
    """As whom automation acts: whose channels they are, for the worker too. All are opened with
    the first."""
    ident, error = caller.installation.id, None
    if channels.are_open(parts, ident).get(subject.module) != "":
        every = [one.subject.module for one in shown.items if isinstance(one.subject, OfChannel)]
        try:
            error = channels.keep_open(parts, automations.caller_of(parts, ident), every)
        except ExtensionError as trouble:
            error = trouble
    why = channels.are_open(parts, ident).get(subject.module)
    if isinstance(error, ScopeMissing):
        return Came("refused", outcome("consent", url=f"{parts.config.public_url}/install"))
    if error is not None or why:
        return Came("refused", outcome("refused", why=error.message if error else why))
    return Came("done", outcome("done")) if why == "" else Came("unclear", outcome("unclear"))


def _refuse_other(shown: Look, digest: str) -> None:
    if shown.digest != digest:
        raise SetupChanged("Zoho CRM is not as it was shown to you. Look at what would change now.")


def _choose(parts: Parts, caller: Caller, shown: Look, came: Mapping[str, Came]) -> None:
    """Have assessments written to the fields that were just made, under the names that Zoho gave
    them, and to those that were there where none is chosen: whoever made them may have died before
    this."""
    made = {one.id for one in shown.items if one.id in came and came[one.id].state == "done"}
    right = {one.id for one in shown.items if one.state == "right"}
    known = made | (set() if automations.assesses(parts, caller.installation.id) else right)
    ours = {
        one.subject.field: one.id
        for one in shown.items
        if isinstance(one.subject, OfField) and one.subject.module == "Leads"
    }
    if not known & set(ours.values()):
        return
    fields = grants.crm(parts, caller.installation, caller.grant).fields("Leads")
    found = {what: standing(own, fields) for what, own in SHOWS.items() if ours.get(own) in known}
    names = {what: one.api_name for what, one in found.items() if one is not None}
    automations.show_in(parts, caller, names, fields)


def _fields(crm: Crm, module: str) -> Mapping[str, Field] | str:
    """A module's fields as they are now, or why Zoho does not show them."""
    try:
        return crm.fields(module)
    except (GrantRevoked, ScopeMissing):
        raise
    except ZohoRefused as error:
        return error.message


def _done(parts: Parts, caller: Caller, setup: Setup, one: Item) -> Came:
    """Carry an item out: once, whatever becomes of the answer."""
    url, subject = f"{parts.config.public_url}/install", one.subject
    if isinstance(subject, OfField):
        write, there = _of_field(setup, subject)
    elif isinstance(subject, OfChannel):
        raise TypeError("channels are opened by themselves")
    elif isinstance(subject, Removal):
        write, there = setting_rules.ways_out(setup, subject)
    else:
        write, there = setting_rules.ways(parts, caller, setup, subject)
    for _ in range(TRIES):
        came = _attempted(lambda: _came(write(), there, subject), url)
        # Zoho may have done it before its answer was lost.
        came = came or _attempted(lambda: Came("done", outcome("done")) if there() else None, url)
        if came is not None:
            return came
    return Came("unclear", outcome("unclear"))


def _attempted(ask: Callable[[], Came | None], url: str) -> Came | None:
    """What came of it; None where nobody knows."""
    try:
        return ask()
    except GrantRevoked:
        raise
    except ScopeMissing:
        return Came("refused", outcome("consent", url=url))
    except ZohoMissing:
        return None
    except ZohoRefused as error:
        return Came("refused", outcome("refused", why=error.message))
    except ZohoBusy:
        return Came("refused", outcome("busy"))
    except ZohoUnclear:
        return None


def _came(row: RowOutcome, there: Callable[[], bool], subject: Subject) -> Came | None:
    match row:
        case Written():
            if there():
                return Came("done", outcome("done"))
            if isinstance(subject, OfField):
                return Came("refused", outcome("other_name", api_name=subject.field.api_name))
            return Came("unclear", outcome("unclear"))
        case RowUnclear():
            return None
        case RowRefused(busy=True):
            return Came("refused", outcome("busy"))
        case RowRefused() if (row.code == "DUPLICATE_DATA" or row.missing) and there():
            # Somebody else has just made it, or taken it away.
            return Came("done", outcome("done"))
        case RowRefused():
            return Came("refused", outcome("refused", why=row.message))
    assert_never(row)


def _of_field(
    setup: Setup, subject: OfField
) -> tuple[Callable[[], RowOutcome], Callable[[], bool]]:
    """How it is made or repaired, and how one sees that it is there."""
    has, own, module = subject.has, subject.field, subject.module
    if has is None:
        write = partial(setup.create_field, module, own)
    else:
        write = partial(setup.repair_field, module, has.id, own)

    def there() -> bool:
        found = standing(own, setup.crm.fields(module))
        return found is not None and (found.unique or not own.unique)

    return write, there


def _count(came: Iterable[Came]) -> dict[str, int]:
    states = [one.state for one in came]
    return {state: states.count(state) for state in ("done", "refused", "unclear")}
