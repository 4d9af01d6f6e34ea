"""What follows from writes, once the call that wrote is through: rules act, channels are told.

Which rules a record wakes is as documented; that a condition which fits ends the search, and that
what a conversion writes wakes rules for the new records but not for the lead, are guesses.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

from ..answers import Json
from ..outbox import Outgoing
from ..schema import Module
from ..state import Change
from ..world import World
from . import criteria, tokens, watch_request

WAKES = {
    "create": ("create",),
    "edit": ("edit",),
    "create_or_edit": ("create", "edit"),
    "delete": ("delete",),
    "field_update": ("edit",),
}
"""Trigger of a rule -> kinds of changes."""
CONTENT_TYPES = {
    "JSON": "application/json", "XML": "application/xml", "Text": "text/plain",
    "HTML": "text/html",
}  # fmt: skip
OPERATIONS = {"create": "insert", "edit": "update", "delete": "delete"}


def settle(world: World) -> None:
    """Let everything follow from what was written since the last time."""
    changes, world.state.changes = world.state.changes, []
    for change in changes:
        for rule in list(world.state.rules.values()):
            _wake(world, rule, change)
    if changes:
        _notify(world, changes)


def _wake(world: World, rule: Json, change: Change) -> None:
    module = world.module(change.module)
    if module is None or not _wakes(world, module, rule, change):
        return
    for condition in rule["conditions"]:
        if not criteria.fits(
            world, module, change.record, condition["criteria_details"]["criteria"]
        ):
            continue
        world.state.fired.add((rule["id"], change.record["id"]))
        rule["last_executed_time"] = world.timestamp()
        for action in condition["instant_actions"]["actions"]:
            webhook = world.state.webhooks.get(action["id"])
            if webhook is not None:
                _call(world, module, rule, webhook, change)
        return


def _wakes(world: World, module: Module, rule: Json, change: Change) -> bool:
    when, details = rule["execute_when"]["type"], rule["execute_when"]["details"]
    if not rule["status"]["active"] or "workflow" not in change.triggers:
        return False
    if rule["module"]["id"] != module.id or change.kind not in WAKES.get(when, ()):
        return False
    if details.get("repeat") is False and (rule["id"], change.record["id"]) in world.state.fired:
        return False
    if when != "field_update":
        return True
    return criteria.fits(world, module, change.record, details["criteria"], change.fields)


def _call(world: World, module: Module, rule: Json, webhook: Json, change: Change) -> None:
    """Post the webhook's request, with the record's values in it."""
    outgoing = request_of(world, module, webhook, change.record)
    outgoing.about = {
        "webhook": {"name": webhook["name"], "id": webhook["id"]},
        "workflow_rule": {"name": rule["name"], "id": rule["id"]},
        "entity_details": {
            "module": {"api_name": module.api_name, "id": module.id},
            "name": world.name_of(module.api_name, change.record),
            "id": change.record["id"],
        },
    }
    key = (world.now().date().isoformat(), webhook["id"])
    world.state.calls_made[key] = world.state.calls_made.get(key, 0) + 1
    world.outbox.post(outgoing)


def request_of(world: World, module: Module, webhook: Json, record: Json) -> Outgoing:
    """The request that a webhook makes for a record."""
    formats = webhook.get("date_time_format")

    def filled(text: str) -> str:
        return tokens.merged(world, module, record, text, formats)

    def pairs(parameters: Json | None, own: str = "") -> list[tuple[str, str]]:
        rows = [row for key in ("module_parameters", "custom_parameters")
                for row in (parameters or {}).get(key) or ()]  # fmt: skip
        rows += [one] if (one := (parameters or {}).get(own)) else []
        return [(row["name"], filled(row["value"])) for row in rows]

    url = filled(webhook["url"])
    url = f"http://{url}" if url.startswith("www.") else url
    query = pairs(webhook.get("url_parameters"), "user_defined_parameters")
    if query:
        url += ("&" if urlsplit(url).query else "?") + urlencode(query)
    # A header holds no line break: what a field had of them is a space.
    headers = {
        name: " ".join(value.split()) for name, value in pairs(webhook.get("headers"))
    }  # fmt: skip
    body, kind = b"", (webhook.get("body") or {}).get("type")
    if kind == "raw":
        headers.setdefault("Content-Type", CONTENT_TYPES[webhook["body"]["format"]])
        body = filled(webhook["body"]["raw_data_content"]).encode()
    elif kind == "form_data":
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        content = webhook["body"]["form_data_content"]
        body = urlencode(pairs(content, "user_defined_parameter")).encode()
    return Outgoing(
        kind="webhook", method=webhook["http_method"], url=url, headers=headers, body=body,
        about={}, due=world.clock.now(),
    )  # fmt: skip


def _notify(world: World, changes: list[Change]) -> None:
    """Tell each channel once for each kind of change that a call made in its module."""
    now = world.now()
    for channel in list(world.state.channels.values()):
        if watch_request.until(channel) <= now:
            continue
        for kind in OPERATIONS:
            told = [one for one in changes if one.kind == kind and _concerns(channel, one)]
            if told:
                _tell(world, channel, kind, _of_one_record(told))


def _concerns(channel: Json, change: Change) -> bool:
    name = channel["resource_name"]
    if change.module != name or f"{name}.{change.kind}" not in channel["events"]:
        return False
    if change.kind != "edit":
        return True
    if channel["fields"] and not set(channel["fields"]) & set(change.fields):
        return False
    conditions = channel["notification_condition"]
    return not conditions or any(
        watch_request.selected(one["field_selection"], change.fields) for one in conditions
    )


def _of_one_record(changes: list[Change]) -> dict[str, tuple[Json, tuple[str, ...]]]:
    """Each record once, as it is in the end, with all fields that were written."""
    found: dict[str, tuple[Json, tuple[str, ...]]] = {}
    for change in changes:
        before = found.get(change.record["id"], ({}, ()))[1]
        fields = tuple(dict.fromkeys((*before, *change.fields)))
        found[change.record["id"]] = (change.record, fields)
    return found


def _tell(
    world: World, channel: Json, kind: str, told: dict[str, tuple[Json, tuple[str, ...]]]
) -> None:
    name = channel["resource_name"]
    payload: dict[str, Any] = {
        "server_time": int(world.clock.now().timestamp() * 1000),
        "query_params": {},
        "module": name,
        # Seen as v2 whatever version the channel was opened with.
        "resource_uri": f"{world.data_centre.api_url}/crm/v2/{name}",
        "ids": list(told),
        "affected_fields": list(_affected(told)),
        "operation": OPERATIONS[kind],
        "channel_id": channel["channel_id"],
        "token": channel["token"],
    }
    if channel["return_affected_field_values"]:
        payload["affected_values"] = [
            {"record_id": record_id, "values": {one: record.get(one) for one in fields}}
            for record_id, (record, fields) in told.items()
            if fields
        ]
    strikes = world.outbox.post(
        Outgoing(
            kind="notification", method="POST", url=channel["notify_url"],
            headers={"Content-Type": "application/json"},
            body=json.dumps(payload, ensure_ascii=False).encode(),
            about={"channel_id": channel["channel_id"], "module": name,
                   "operation": OPERATIONS[kind]},
            due=world.clock.now(),
        )
    )  # fmt: skip
    if any(strike.kind == "channel_dropped" for strike in strikes):
        drop_channel(world, channel["channel_id"])


def _affected(told: dict[str, tuple[Json, tuple[str, ...]]]) -> Iterator[dict[str, list[str]]]:
    for record_id, (_, fields) in told.items():
        if fields:
            yield {record_id: list(fields)}


def drop_channel(world: World, channel_id: str) -> int:
    """Forget a channel without a word, as Zoho does at times; how many modules it had."""
    with world.lock:
        keys = [key for key in world.state.channels if key[0] == channel_id]
        for key in keys:
            del world.state.channels[key]
        return len(keys)
