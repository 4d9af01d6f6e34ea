"""Setup: workflow rules, webhooks and channels of notifications, and what was sent because of them.

To look at; they are changed through the API.
"""

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from ..automation.watch import forget_expired
from ..outbox import Outgoing
from ..permissions import MANAGE_WORKFLOW
from ..world import World
from .values import moment
from .visits import Visit, page

bp = Blueprint("setup", __name__)
LAST = 25
WHEN = {
    "create": "Created",
    "edit": "Edited",
    "create_or_edit": "Created or edited",
    "delete": "Deleted",
    "field_update": "Field changed",
    "date_or_datetime": "On a date",
}
COMPARATORS = {
    "equal": "is", "not_equal": "isn't", "in": "is one of", "not_in": "is none of",
    "less_than": "<", "less_equal": "<=", "greater_than": ">", "greater_equal": ">=",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that the org made of somebody else's server, as a row."""

    number: int
    what: str
    call: str
    outcome: str
    tone: str
    at: str
    trouble: str
    body: str


@page(bp, "/setup/automation")
def show(visit: Visit) -> ResponseReturnValue:
    """All of it, and the last requests."""
    world = _permitted(visit)
    forget_expired(world)
    return render_template(
        "pages/setup.html",
        rules=list(world.state.rules.values()),
        webhooks=list(world.state.webhooks.values()),
        channels=list(world.state.channels.values()),
        sent=[_sent(visit, one) for one in world.outbox.all()[:LAST]],
        when=WHEN,
        moment=lambda text: moment(visit, text),
    )


@page(bp, "/setup/automation/rules/<rule_id>")
def rule(visit: Visit, rule_id: str) -> ResponseReturnValue:
    """One rule: when it wakes, for which records, and what it does."""
    found = _permitted(visit).state.rules.get(rule_id)
    if found is None:
        abort(404, "There is no such workflow rule.")
    conditions = [
        {
            "number": one["sequence_number"],
            "text": _words(one["criteria_details"]["criteria"]) or "every record",
            "actions": one["instant_actions"]["actions"],
        }
        for one in found["conditions"]
    ]
    watched = _words(found["execute_when"]["details"].get("criteria"))
    return render_template(
        "pages/setup_rule.html", rule=found, conditions=conditions, watched=watched, when=WHEN,
        sent=_of(visit, "workflow_rule", rule_id),
    )  # fmt: skip


@page(bp, "/setup/automation/webhooks/<webhook_id>")
def webhook(visit: Visit, webhook_id: str) -> ResponseReturnValue:
    """One webhook: whom it calls, and with what."""
    found = _permitted(visit).state.webhooks.get(webhook_id)
    if found is None:
        abort(404, "There is no such webhook.")
    return render_template(
        "pages/setup_webhook.html", webhook=found, parameters=list(_parameters(found)),
        sent=_of(visit, "webhook", webhook_id),
    )  # fmt: skip


def _permitted(visit: Visit) -> World:
    if not visit.world.may(visit.user, MANAGE_WORKFLOW):
        abort(403, f"The profile {visit.user.profile} does not permit automation to be managed.")
    return visit.world


def _of(visit: Visit, key: str, wanted: str) -> list[Sent]:
    """The last requests of one rule or webhook."""
    rows = [one for one in visit.world.outbox.all() if one.about.get(key, {}).get("id") == wanted]
    return [_sent(visit, one) for one in rows[:LAST]]


def _sent(visit: Visit, one: Outgoing) -> Sent:
    about, tone = one.about, {"delivered": "good", "waiting": ""}.get(one.outcome, "warn")
    if one.kind == "webhook":
        record = about["entity_details"]
        what = f"{about['webhook']['name']}: {record['name'] or record['id']}"
    else:
        what = f"Channel {about['channel_id']}: {about['module']} {about['operation']}"
    return Sent(
        number=one.number,
        what=what,
        call=f"{one.method} {one.url}",
        outcome=one.outcome.replace("_", " ") + (f" ({one.status})" if one.status else ""),
        tone=tone,
        at=moment(visit, one.ended) if one.ended else "",
        trouble=", ".join(kind.replace("_", " ") for kind in one.trouble),
        body=one.body.decode(errors="replace"),
    )


def _words(criteria: dict[str, Any] | None) -> str:
    """Criteria in words: `Lead_Status is Qualified and (…)`."""
    if criteria is None:
        return ""
    if "group" in criteria:
        joint = f" {criteria['group_operator'].lower()} "
        parts = [_words(one) for one in criteria["group"]]
        return joint.join(f"({one})" if " and " in one or " or " in one else one for one in parts)
    comparator = criteria["comparator"]
    value = {"${EMPTY}": "empty", "${NOTEMPTY}": "not empty", "${ANYVALUE}": "any value"}.get(
        str(criteria["value"]), criteria["value"]
    )
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False)
    words = COMPARATORS.get(comparator, comparator.replace("_", " "))
    return f"{criteria['field']['api_name']} {words} {value}"


def _parameters(webhook: dict[str, Any]) -> Any:
    """Where each named value goes, its name and what is sent."""
    parts = (
        ("Header", webhook.get("headers")),
        ("Query", webhook.get("url_parameters")),
        ("Form", (webhook.get("body") or {}).get("form_data_content")),
    )
    for place, parameters in parts:
        for rows in (parameters or {}).values():
            for row in rows if isinstance(rows, list) else [rows]:
                yield place, row["name"], row["value"]
