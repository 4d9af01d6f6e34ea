"""The webhook and the workflow rule by which Zoho calls us: what they must be like."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

WEBHOOK = "Convert Anywhere call"
RULE = "Convert Anywhere rule"
"""By these names we find our own again."""

TIMES = {
    "date_format": "dd-mmmm-yyyy",
    "datetime_format": "dd-mm-yyyy H:M:S",
    "time_zone": "Etc/GMT+12",
}
"""How our own webhook is to write times: to the second, or two edits within a minute look alike.
The values are those of Zoho's own example, which it surely takes:
https://www.zoho.com/crm/developer/docs/api/v8/create-webhook.html"""
ZONE = timezone(timedelta(hours=-12))
"""What that zone is: its sign is the other way round."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleWish:
    """When the lead's field becomes this, have that done. Without a target the automation's own
    rules choose one."""

    field: str
    value: str
    action: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where Zoho is to call, and what it has to know. `repr` shows neither."""

    url: str
    header: str
    secret: str

    def __repr__(self) -> str:
        return "Address(…)"


def webhook(wish: RuleWish, address: Address, leads_id: str) -> dict[str, Any]:
    """https://www.zoho.com/crm/developer/docs/api/v8/webhooks.html"""
    custom = {
        "rule": RULE,
        "action": wish.action,
        **({"target": wish.target} if wish.target else {}),
    }
    module = {"lead_id": "${!Leads.id}", "modified_time": "${!Leads.Modified_Time}"}
    return {
        "name": WEBHOOK,
        "description": "Made and repaired by Convert Anywhere.",
        "module": {"api_name": "Leads", "id": leads_id},
        "url": address.url,
        "http_method": "POST",
        "feature_type": "workflow",
        "authentication": {"type": "general"},
        "headers": {
            "module_parameters": [],
            "custom_parameters": _pairs({address.header: address.secret}),
        },
        "body": {
            "type": "form_data",
            "format": None,
            "form_data_content": {
                "module_parameters": _pairs(module),
                "custom_parameters": _pairs(custom),
            },
        },
        "date_time_format": TIMES,
    }


def time_in(text: str) -> datetime | None:
    """The time that our own webhook has written so; None where that is none."""
    try:
        return datetime.strptime(text, "%d-%m-%Y %H:%M:%S").replace(tzinfo=ZONE).astimezone(UTC)
    except ValueError:
        return None


def rule(wish: RuleWish, field_id: str, leads_id: str, webhook_id: str) -> dict[str, Any]:
    """https://www.zoho.com/crm/developer/docs/api/v8/config-workflow.html"""
    leads = {"api_name": "Leads", "id": leads_id}
    criteria = {
        "field": {"api_name": wish.field, "id": field_id},
        "comparator": "equal",
        "value": wish.value,
    }
    return {
        "name": RULE,
        "description": "Made and repaired by Convert Anywhere.",
        "module": leads,
        "execute_when": {
            "type": "field_update",
            # A lead that becomes this once more is another occasion.
            "details": {"trigger_module": leads, "repeat": True, "criteria": criteria},
        },
        "conditions": [
            {
                "sequence_number": 1,
                "instant_actions": {"actions": [{"type": "webhooks", "id": webhook_id}]},
            }
        ],
    }


def fits(has: object, wanted: object) -> bool:
    """Whether all that is wanted is there; what Zoho adds is no difference. Lists of parameters
    have no order."""
    if isinstance(wanted, Mapping):
        return isinstance(has, Mapping) and all(
            fits(has.get(key), value) for key, value in wanted.items() if key != "description"
        )
    if isinstance(wanted, list):
        # A parameter too many is said to us, too; other actions of a rule are somebody's own.
        exact = any(isinstance(one, Mapping) and "value" in one for one in wanted)
        if not isinstance(has, list) or (exact and len(has) != len(wanted)):
            return False
        return all(any(fits(one, each) for one in has) for each in wanted)
    return has == wanted or str(has) == str(wanted)


def repaired(wanted: Json, has: Json) -> dict[str, Any]:
    """The rule as it is sent to repair one that is there: in its first condition, and running."""
    conditions = [one for one in has.get("conditions") or () if isinstance(one, Mapping)]
    first = {"id": str(conditions[0]["id"])} if conditions and conditions[0].get("id") else {}
    [condition] = wanted["conditions"]
    return {**wanted, "conditions": [{**condition, **first}], "status": {"active": True}}


def is_shared(rule: Json, webhook_id: str) -> bool:
    """Whether it does anything besides calling us."""
    return bool(_others(rule, webhook_id)) or any(
        one.get("scheduled_actions") for one in _conditions(rule)
    )


def detached(rule: Json, webhook_id: str) -> dict[str, Any]:
    """What is sent to have the rule call us no longer, and nothing else changed."""
    gone = {"actions": [{"type": "webhooks", "id": webhook_id, "_delete": None}]}
    return {
        "conditions": [
            {"id": str(one["id"]), "instant_actions": gone}
            for one in _conditions(rule)
            if any(str(each.get("id")) == webhook_id for each in _actions(one))
        ]
    }


def calls_us(rule: Json, webhook_id: str) -> bool:
    """Whether our webhook is among its actions."""
    every = (each for one in _conditions(rule) for each in _actions(one))
    return any(str(one.get("id")) == webhook_id for one in every)


def webhooks_of(rule: Json) -> list[str]:
    """The ids of the webhooks that it calls."""
    every = (each for one in _conditions(rule) for each in _actions(one))
    return [str(one["id"]) for one in every if one.get("type") == "webhooks" and one.get("id")]


def _others(rule: Json, webhook_id: str) -> list[Json]:
    every = (each for one in _conditions(rule) for each in _actions(one))
    return [one for one in every if str(one.get("id")) != webhook_id]


def _conditions(rule: Json) -> list[Json]:
    return [one for one in rule.get("conditions") or () if isinstance(one, Mapping)]


def _actions(condition: Json) -> list[Json]:
    found = (condition.get("instant_actions") or {}).get("actions") or ()
    return [one for one in found if isinstance(one, Mapping)]


def is_active(rule: Json) -> bool:
    """Whether the rule runs."""
    status = rule.get("status")
    return not isinstance(status, Mapping) or status.get("active") is not False


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]
