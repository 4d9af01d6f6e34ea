"""The part of the JSON API for administrators that is about the other door."""

from datetime import timedelta
from typing import Any

from .. import automations, deliveries, hooks, inbox
from ..automations import Settings
from ..deliveries import Page
from ..hooks import Knock
from ..planning.automation import as_data, from_data
from ..store.models import Grant
from .api import SIGNED_IN, may_fail
from .automation_schemas import (
    AutomationBody,
    AutomationLint,
    AutomationView,
    DeliveriesQuery,
    DeliveriesView,
    DeliveryView,
    HookView,
    RotateBody,
)
from .bodies import JsonBlueprint
from .caller import administrator
from .target_schemas import FindingsView
from .world import parts

automation = JsonBlueprint(
    "automation", __name__, url_prefix="/api/v1", description="Calls of workflow rules"
)


@automation.get("/hooks")
@automation.response(200, HookView)
@may_fail(401, 403, 502, 503)
@automation.doc(security=SIGNED_IN)
def show_hooks() -> dict[str, Any]:
    """The address that workflow rules call."""
    return hook_view(hooks.look(parts(), administrator().installation))


@automation.post("/hooks")
@automation.arguments(RotateBody)
@automation.response(200, HookView)
@may_fail(400, 401, 403, 415, 422, 502, 503)
@automation.doc(security=SIGNED_IN)
def rotate_hooks(wish: dict[str, Any]) -> dict[str, Any]:
    """Make the address and the secret, or put new ones in their place. A new secret is shown here
    and never again."""
    installation = administrator().installation
    kinds = tuple(one for one in hooks.KINDS if one in wish["rotate"])
    known = hooks.look(parts(), installation)
    if known is None:
        return hook_view(hooks.show(parts(), installation), secret=True)
    overlap = timedelta(hours=wish["overlap_hours"])
    made = hooks.rotate(parts(), installation, kinds, overlap)
    return hook_view(made, secret="secret" in kinds)


@automation.get("/automation")
@automation.response(200, AutomationView)
@may_fail(401, 403, 502, 503)
@automation.doc(security=SIGNED_IN)
def show_automation() -> dict[str, Any]:
    """What is done about calls, and as whom."""
    return _view(automations.look(parts(), administrator()))


@automation.put("/automation")
@automation.arguments(AutomationBody)
@automation.response(200, AutomationView)
@may_fail(400, 401, 403, 409, 415, 422, 502, 503)
@automation.doc(security=SIGNED_IN)
def save_automation(wish: dict[str, Any]) -> dict[str, Any]:
    """Have this done from now on. Nothing is saved where somebody else was faster, or where it
    does not fit the org."""
    boss = administrator()
    wanted = from_data(wish["automation"])
    saved = automations.save(parts(), boss, wish["version"], wanted, wish["acts_as"])
    inbox.go_on(parts(), boss.installation.id)
    return _view(saved)


@automation.post("/automation/lint")
@automation.arguments(AutomationLint)
@automation.response(200, FindingsView)
@may_fail(400, 401, 403, 415, 422, 502, 503)
@automation.doc(security=SIGNED_IN)
def lint_automation(wish: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with an automation that is not saved, or will be."""
    found = automations.check(parts(), administrator(), from_data(wish["automation"]))
    return {"findings": found}


@automation.get("/deliveries")
@automation.arguments(DeliveriesQuery, location="query")
@automation.response(200, DeliveriesView)
@may_fail(401, 403, 404, 422, 502, 503)
@automation.doc(security=SIGNED_IN)
def list_deliveries(query: dict[str, Any]) -> dict[str, Any]:
    """What came, and what became of it; the newest first."""
    return deliveries.listed(parts(), administrator(), Page(**query))


@automation.get("/deliveries/<delivery>")
@automation.response(200, DeliveryView)
@may_fail(401, 403, 404, 502, 503)
@automation.doc(security=SIGNED_IN)
def one_delivery(delivery: str) -> dict[str, Any]:
    """One delivery."""
    return deliveries.find(parts(), administrator(), delivery)


@automation.post("/deliveries/<delivery>/replay")
@automation.response(202, DeliveryView)
@may_fail(401, 403, 404, 409, 502, 503)
@automation.doc(security=SIGNED_IN)
def replay_delivery(delivery: str) -> dict[str, Any]:
    """Deal with it once more: only what was understood and came to nothing."""
    return deliveries.replay(parts(), administrator(), delivery)


def hook_view(known: Knock | None, *, secret: bool = False) -> dict[str, Any]:
    """What Zoho has to be told; the secret only while it is new."""
    times = {} if known is None else known.made_at
    former = {} if known is None else known.former_until
    return {
        "made": known is not None,
        "address": known.address if known else None,
        "header": hooks.HEADER,
        "parameter": hooks.PARAMETER,
        "secret": known.secret if known and secret else None,
        "made_at": {kind: at.isoformat() for kind, at in times.items()},
        "former_until": {kind: at.isoformat() for kind, at in former.items()},
    }


def _view(settings: Settings) -> dict[str, Any]:
    return {
        "version": settings.version,
        "automation": as_data(settings.automation),
        "findings": settings.findings,
        "acts_as": None if settings.acts_as is None else _person(settings.acts_as),
        "people": [_person(one) for one in settings.people],
        "changed_at": settings.changed_at,
        "changed_by": settings.changed_by or None,
    }


def _person(grant: Grant) -> dict[str, str]:
    return {"id": grant.zoho_user_id, "name": grant.user_name}
