"""Does, for an org: leave its Zoho CRM, with what would call us in vain taken out of it."""

from collections.abc import Iterable

import structlog

from . import automations, installations, provisioning
from .errors import ExtensionError
from .parts import Parts
from .planning.provision import Item, Removal, of_removal
from .provisioning import Look
from .sessions import Caller
from .store.models import Installation
from .zoho.scopes import SETUP, missing

log = structlog.get_logger(__name__)


def leave(parts: Parts, installation: Installation, asks: Caller | None = None) -> list[Item]:
    """Take our rule and webhook away as far as Zoho lets us, then uninstall whatever came of that.
    Returns what somebody has to take away by hand.

    `asks` is the administrator who wants it; who consented to less than it needs, or nobody, leaves
    it to whom automation acts as.
    """
    try:
        caller = asks
        if caller is None or missing(caller.grant.scopes, SETUP):
            caller = automations.caller_of(parts, installation.id)
        shown = provisioning.look_at_removal(parts, caller)
        left = _left(provisioning.remove(parts, caller, shown.digest))
    except ExtensionError as error:
        log.warning("rule not taken away", error_code=error.code)
        kinds = (Removal("rule", None, error.message), Removal("webhook", None, error.message))
        left = [of_removal(one) for one in kinds]
    installations.uninstall(parts, installation.id)
    return left


def _left(found: Look) -> list[Item]:
    done = {id for id, came in found.came.items() if came.state == "done"}
    return [one for one in found.items if one.state != "right" and one.id not in done]


def told(left: Iterable[Item]) -> list[str]:
    """What is said of it: what it is, and the clicks."""
    return [" ".join([one.said.message, *(each.message for each in one.clicks)]) for one in left]
