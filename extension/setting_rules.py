"""Does, for an org: the webhook and the workflow rule by which Zoho calls us."""

from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import delete

from . import hooks
from .chosen_targets import Chosen
from .errors import GrantRevoked, InvalidInput, ScopeMissing, ZohoRefused
from .parts import Parts
from .planning.business import leads_of
from .planning.provision import Item, OfRule, OfWebhook, Removal, of_automation, of_removal
from .planning.provision_rule import (
    RULE,
    WEBHOOK,
    Address,
    RuleWish,
    calls_us,
    detached,
    fits,
    is_active,
    is_shared,
    repaired,
    rule,
    webhook,
    webhooks_of,
)
from .planning.records import Field
from .planning.shape import unfit
from .sessions import Caller
from .store.database import once_more
from .store.models import Installation
from .store.watching import SetUp
from .zoho.outcomes import RowOutcome
from .zoho.setup import Setup
from .zoho.webhooks import ACTIONS

Json = dict[str, Any]
WEBHOOKS, RULES = "webhooks", "workflow_rules"


def wished(parts: Parts, caller: Caller) -> RuleWish | None:
    """What was applied last."""
    with parts.sessions() as db:
        row = db.get(SetUp, caller.installation.id)
    return None if row is None else RuleWish(**row.rule)


def keep(parts: Parts, caller: Caller, wish: RuleWish) -> None:
    """From now on this is what must be there."""
    names = ("field", "value", "action", "target")
    row = SetUp(
        installation_id=caller.installation.id, rule={name: getattr(wish, name) for name in names}
    )
    once_more(lambda: _write(parts, row))


def check(wish: RuleWish, chosen: Chosen) -> None:
    """Raises InvalidInput where the org has no such field, choice or target."""
    faults = {}
    field = leads_of(chosen.catalogue).fields.get(wish.field)
    if field is None:
        faults["field"] = "Leads have no such field."
    elif field.choices and wish.value not in {one.value for one in field.choices}:
        faults["value"] = f"{field.label} does not offer this."
    if why := unfit(wish.value):
        faults["value"] = why.message
    if not wish.value.strip():
        faults["value"] = "It is empty."
    if wish.action not in ACTIONS:
        faults["action"] = f"It must be one of {', '.join(ACTIONS)}."
    if wish.target and wish.target not in {one.key for one in chosen.targets}:
        faults["target"] = "There is no such target."
    if faults:
        raise InvalidInput("This rule cannot be.", details={"fields": faults})


def items(
    parts: Parts, caller: Caller, setup: Setup, wish: RuleWish, targets: Container[str]
) -> list[Item]:
    """The webhook and the rule as they are now; `targets` are the keys of those that there are.
    Nothing is written."""
    rule = _named(setup, RULES, RULE)
    hook = _hook(parts, setup, rule)
    calling = _webhook(parts, caller, hook, wish)
    lost = bool(wish.target) and wish.target not in targets
    both = (replace(calling, lost=lost), _rule(setup, rule, hook, wish))
    return [of_automation(one) for one in both]


def ways(
    parts: Parts, caller: Caller, setup: Setup, one: OfWebhook | OfRule
) -> tuple[Callable[[], RowOutcome], Callable[[], bool]]:
    """How it is made or repaired, and how one sees that it is as it must be."""
    if isinstance(one, OfRule):
        return partial(_write_rule, setup, one), partial(_rule_is_right, setup, one.wish)
    address = _address(hooks.show(parts, caller.installation))
    body = webhook(one.wish, address, _leads_id(setup))
    if one.has is None:
        write = partial(setup.make, WEBHOOKS, body)
    else:
        write = partial(setup.change, WEBHOOKS, str(one.has["id"]), body)

    def is_right() -> bool:
        return _webhook(parts, caller, _named(setup, WEBHOOKS, WEBHOOK), one.wish).right

    return write, is_right


def removals(parts: Parts, setup: Setup) -> list[Item]:
    """The rule and the webhook as they are now, and what taking them away would change."""
    rule = _named(setup, RULES, RULE)
    hook = _hook(parts, setup, rule)
    return [of_removal(_rule_removal(rule, hook)), of_removal(_webhook_removal(hook))]


def ways_out(setup: Setup, one: Removal) -> tuple[Callable[[], RowOutcome], Callable[[], bool]]:
    """How it is taken away, and how one sees that it is gone."""
    kind, ident = (RULES if one.kind == "rule" else WEBHOOKS), _id(one.has)
    if not one.shared:
        return partial(setup.remove, kind, ident), lambda: not setup.stands(kind, ident)

    def calls_no_more() -> bool:
        there = setup.numbered(RULES, ident) if setup.stands(RULES, ident) else None
        return there is None or not calls_us(there, one.hook)

    return partial(setup.change, RULES, ident, detached(one.has or {}, one.hook)), calls_no_more


def forget(parts: Parts, caller: Caller) -> None:
    """From now on no rule has to be there."""
    mine = SetUp.installation_id == caller.installation.id
    with parts.sessions.begin() as db:
        db.execute(delete(SetUp).where(mine))


def _rule_removal(has: Json | str | None, hook: Json | str | None) -> Removal:
    if isinstance(has, str):
        return Removal("rule", None, why_unknown=has)
    if has is None or not is_shared(has, _id(hook)):
        return Removal("rule", has)
    if isinstance(hook, str):
        # It may call us, and what else it does is not ours to delete.
        return Removal("rule", has, why_unknown=hook, shared=True)
    return Removal("rule", has, shared=True, hook=_id(hook) if calls_us(has, _id(hook)) else "")


def _webhook_removal(has: Json | str | None) -> Removal:
    if isinstance(has, str):
        return Removal("webhook", None, why_unknown=has)
    return Removal("webhook", has)


def _hook(parts: Parts, setup: Setup, rule: Json | str | None) -> Json | str | None:
    """Our webhook: the one of our name; else, since people rename, one that our rule calls and
    that calls us. Or why Zoho does not show it."""
    return _shown(partial(_find_hook, parts, setup, rule))


def _find_hook(parts: Parts, setup: Setup, rule: Json | str | None) -> Json | None:
    if found := setup.named(WEBHOOKS, WEBHOOK):
        return found
    called = webhooks_of(rule) if isinstance(rule, Mapping) else []
    if not called:
        return None
    ours = f"{parts.config.public_url}{hooks.PATH}"
    ids = [str(one.get("id")) for one in setup.every(WEBHOOKS)]
    every = (setup.numbered(WEBHOOKS, one) for one in ids if one in called)
    return next((one for one in every if one and str(one.get("url")).startswith(ours)), None)


def _id(has: Json | str | Mapping[str, Any] | None) -> str:
    return str(has["id"]) if isinstance(has, Mapping) else ""


def _webhook(parts: Parts, caller: Caller, has: Json | str | None, wish: RuleWish) -> OfWebhook:
    if isinstance(has, str):
        return OfWebhook(wish, None, why_unknown=has)
    knock = hooks.look(parts, caller.installation)
    if has is None or knock is None:
        return OfWebhook(wish, has)
    wanted = webhook(wish, _address(knock), str((has.get("module") or {}).get("id", "")))
    return OfWebhook(wish, has, right=fits(has, wanted))


def _rule_is_right(setup: Setup, wish: RuleWish) -> bool:
    rule, hook = _named(setup, RULES, RULE), _named(setup, WEBHOOKS, WEBHOOK)
    return _rule(setup, rule, hook, wish).right


def _rule(setup: Setup, has: Json | str | None, hook: Json | str | None, wish: RuleWish) -> OfRule:
    fields = setup.crm.fields("Leads")
    field = fields.get(wish.field)
    label = field.label if field else wish.field
    if isinstance(has, str):
        return OfRule(wish, label, None, why_unknown=has)
    if _never(field, wish):
        return OfRule(wish, label, has, never=True)
    if has is None:
        return OfRule(wish, label, None)
    hook_id = _id(hook)
    leads_id = str((has.get("module") or {}).get("id", ""))
    wanted = rule(wish, field.id if field else "", leads_id, hook_id)
    return OfRule(wish, label, has, right=is_active(has) and fits(has, wanted))


def _never(field: Field | None, wish: RuleWish) -> bool:
    """Whether the field cannot become that any more."""
    offered = {one.value for one in field.choices} if field else set()
    return field is None or (bool(offered) and wish.value not in offered)


def _write_rule(setup: Setup, one: OfRule) -> RowOutcome:
    hook = setup.named(WEBHOOKS, WEBHOOK)
    if hook is None:
        raise ZohoRefused("The webhook that it calls is not there yet.")
    field = setup.crm.fields("Leads").get(one.wish.field)
    if field is None:
        raise ZohoRefused("Leads have no such field any more.")
    wanted = rule(one.wish, field.id, _leads_id(setup), str(hook["id"]))
    if one.has is None:
        return setup.make(RULES, wanted)
    return setup.change(RULES, str(one.has["id"]), repaired(wanted, one.has))


def _named(setup: Setup, kind: str, name: str) -> Json | str | None:
    """What stands there under our name, or why Zoho does not show it."""
    return _shown(partial(setup.named, kind, name))


def _shown(ask: Callable[[], Json | None]) -> Json | str | None:
    try:
        return ask()
    except GrantRevoked:
        raise
    except ScopeMissing as error:
        return error.message
    except ZohoRefused as error:
        return error.message


def _leads_id(setup: Setup) -> str:
    found = (one.id for one in setup.crm.modules() if one.api_name == "Leads")
    return next(found, "")


def _address(knock: hooks.Knock) -> Address:
    return Address(knock.address, hooks.HEADER, knock.secret)


def _write(parts: Parts, row: SetUp) -> None:
    with parts.sessions.begin() as db:
        if db.get(Installation, row.installation_id) is not None:
            db.merge(row)
