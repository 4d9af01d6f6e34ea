"""The part of the API that sets Zoho CRM up, for administrators."""

from dataclasses import asdict
from typing import Any

from .. import leaving, provisioning
from ..planning.provision import Item
from ..planning.provision_rule import RuleWish
from ..planning.reasons import Reason
from ..provisioning import Came, Look
from .api import SIGNED_IN, may_fail
from .bodies import JsonBlueprint
from .caller import administrator
from .setup_schemas import LeavingView, RemovalWish, RuleQuery, SetupView, SetupWish
from .world import parts

setup = JsonBlueprint(
    "setup", __name__, url_prefix="/api/v1", description="What Zoho CRM must have for us"
)


@setup.get("/provision")
@setup.arguments(RuleQuery, location="query")
@setup.response(200, SetupView)
@may_fail(401, 403, 422, 502, 503)
@setup.doc(security=SIGNED_IN)
def show(rule: dict[str, str]) -> dict[str, Any]:
    """What is there, and what would be made or repaired; with this workflow rule, or the one that
    was applied last. Nothing is written."""
    return _view(provisioning.look(parts(), administrator(), _wish(rule)))


@setup.post("/provision")
@setup.arguments(SetupWish)
@setup.response(200, SetupView)
@may_fail(400, 401, 403, 409, 415, 422, 502, 503)
@setup.doc(security=SIGNED_IN)
def apply(wish: dict[str, Any]) -> dict[str, Any]:
    """Make and repair what was shown under that digest, in the administrator's name. What Zoho
    refuses stands at its item."""
    return _view(
        provisioning.apply(parts(), administrator(), wish["digest"], _wish(wish.get("rule")))
    )


@setup.get("/provision/removal")
@setup.response(200, SetupView)
@may_fail(401, 403, 502, 503)
@setup.doc(security=SIGNED_IN)
def show_removal() -> dict[str, Any]:
    """What taking the workflow rule away would change. Nothing is written."""
    return _view(provisioning.look_at_removal(parts(), administrator()))


@setup.post("/provision/removal")
@setup.arguments(RemovalWish)
@setup.response(200, SetupView)
@may_fail(400, 401, 403, 409, 415, 422, 502, 503)
@setup.doc(security=SIGNED_IN)
def remove(wish: dict[str, str]) -> dict[str, Any]:
    """Take the workflow rule and its webhook away, as shown under that digest."""
    return _view(provisioning.remove(parts(), administrator(), wish["digest"]))


@setup.delete("/installation")
@setup.response(200, LeavingView)
@may_fail(401, 403, 502, 503)
@setup.doc(security=SIGNED_IN)
def uninstall() -> dict[str, Any]:
    """Take our rule and webhook out of Zoho CRM, revoke every consent of the org at Zoho, and
    delete what we keep of it. What Zoho does not let us take away is told."""
    asks = administrator()
    left = leaving.leave(parts(), asks.installation, asks)
    return {"left": [_by_hand(one) for one in left]}


def _by_hand(one: Item) -> dict[str, Any]:
    return {**_sentence(one.said), "clicks": [_sentence(click) for click in one.clicks]}


def _wish(given: dict[str, str] | None) -> RuleWish | None:
    return RuleWish(**given) if given else None


def _view(look: Look) -> dict[str, Any]:
    return {
        "digest": look.digest,
        "items": [
            {
                "id": one.id,
                "state": one.state,
                **_by_hand(one),
                "came": _came(look.came.get(one.id)),
            }
            for one in look.items
        ],
        "rule": asdict(look.wish) if look.wish else None,
        "missing_scopes": list(look.missing_scopes),
        "consent_url": f"{parts().config.public_url}/install",
    }


def _came(came: Came | None) -> dict[str, Any] | None:
    return None if came is None else {"state": came.state, **_sentence(came.said)}


def _sentence(said: Reason) -> dict[str, Any]:
    return {"key": said.key, "message": said.message, "params": dict(said.params)}
