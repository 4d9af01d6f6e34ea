"""What the OpenAPI document says of the doors through which Zoho calls us. It is written by hand:
what is sent there has no one form, and decorators would cost each call time."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_smorest import Api
from marshmallow import Schema, fields, validate

from .. import hooks
from ..zoho import webhooks
from .api import FAILURES
from .automation_schemas import STATES
from .schemas import OptionsView, Problem

TAG = {"name": "doors", "description": "Where Zoho calls us"}
SECURITY_SCHEMES = {
    "hook_secret": {"type": "apiKey", "in": "header", "name": hooks.HEADER},
    "hook_secret_parameter": {
        "type": "apiKey", "in": "query", "name": hooks.PARAMETER,
        "description": "Where a header cannot be set",
    },
}  # fmt: skip
PROOF: list[dict[str, list[str]]] = [{one: []} for one in SECURITY_SCHEMES]

FORMS = (
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data",
    "application/xml", "text/plain",
)  # fmt: skip
LEAD = {
    "type": "string",
    "pattern": "^(zcrm_)?[0-9]{1,20}$",
    "description": "Zoho's id of the lead, such as ${!Leads.id}",
}
VALUES: Mapping[str, dict[str, Any]] = {
    "lead_id": LEAD,
    "action": {"type": "string", "enum": list(webhooks.ACTIONS), "description": "What to do"},
    "rule": {
        "type": "string", "maxLength": webhooks.LONGEST["rule"],
        "description": "A name for the rule that calls",
    },
    "target": {
        "type": "string", "maxLength": webhooks.LONGEST["target"],
        "description": "The key of a target; without it the rules of the automation choose",
    },
    "modified_time": {
        "type": "string", "maxLength": webhooks.LONGEST["version"],
        "description": "The lead's Modified_Time, by which a repeat is known",
    },
}  # fmt: skip
CALL = {
    "type": "object",
    "properties": VALUES,
    "description": "Each value may stand here, in the address or in a header, but nowhere two that "
    "differ. What else is sent is not believed, and not kept.",
}
TEXT = {
    "type": "string",
    "description": "XML, or text with a line for each value, or with the lead's id in it",
}
NEWS = {
    "type": "object",
    "required": ["channel_id", "token"],
    "properties": {
        "channel_id": {"type": ["string", "integer"], "description": "One of ours"},
        "token": {"type": "string", "description": "What we gave Zoho for this channel: the proof"},
        "module": {"type": "string"},
        "operation": {"type": "string"},
        "ids": {"type": "array", "items": {"type": ["string", "integer"]}},
    },
}
KEY = {
    "in": "path",
    "name": "key",
    "required": True,
    "description": "The first of the two secrets: it names the installation",
    "schema": {"type": "string"},
}
BODY_LIMIT = "At most 64 KiB. "


class ReceiptView(Schema):
    delivery = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    repeated = fields.Boolean(required=True)
    conversion = fields.String(required=True, allow_none=True)


class CalledOptionsView(OptionsView):
    delivery = fields.String(required=True)


class HeardView(Schema):
    state = fields.String(required=True, validate=validate.Equal("accepted"))


FORGED = "Key, secret or token are wrong or missing: no more is said"
LIMITED = {413: FAILURES[413], 429: "Too many calls without proof from one address"}
REFUSALS = {
    401: "Of `options`: Zoho has withdrawn the consent of the person as whom automation acts",
    403: f"{FORGED}. Of `options` also: that person may not do this in Zoho",
    404: "Of `options`: that person sees no such lead",
    422: "The call could not be understood; the sentence says what to change in Zoho",
    502: "Of `options`: Zoho refused for a reason of its own",
    503: "Of `options`: Zoho is busy; a worker tries again",
    **LIMITED,
}


def register(app: Flask, api: Api) -> None:
    """Say it in the document, of views that are registered already."""
    spec = api.spec
    spec.tag(TAG)
    for name, scheme in SECURITY_SCHEMES.items():
        spec.components.security_scheme(name, scheme)
    spec.components.schema("Call", CALL)
    spec.components.schema("Notification", NEWS)
    [knock] = app.url_map.iter_rules("hooks.knock")
    spec.path(
        rule=knock,
        parameters=[KEY, *_named()],
        operations={"post": _call(body=True), "put": _call(body=True), "get": _call(body=False)},
    )
    [hear] = app.url_map.iter_rules("notifications.hear")
    spec.path(rule=hear, operations={"post": _notification()})


def _call(*, body: bool) -> dict[str, Any]:
    form: dict[str, Any] = {
        "requestBody": {
            "description": f"{BODY_LIMIT}What the sender says of the form counts less than what "
            "the body looks like; JSON or XML that a merged value has broken is read, too.",
            "content": {kind: {"schema": _form(kind)} for kind in FORMS},
        }
    }
    return {
        "tags": [TAG["name"]],
        "summary": "A workflow rule of Zoho's calls about a lead.",
        "description": "Read when key and secret are right. Answered when it is written down.",
        "security": PROOF,
        **(form if body else {}),
        "responses": {
            "200": _answer("Of `options`: what the lead can become", CalledOptionsView),
            "202": _answer("It is written down, and will be dealt with", ReceiptView),
            **_problems(REFUSALS),
        },
    }


def _notification() -> dict[str, Any]:
    return {
        "tags": [TAG["name"]],
        "summary": "Zoho tells that records have changed.",
        "description": "The token of the channel is the proof, and stands in the body.",
        "requestBody": {
            "required": True,
            "description": f"{BODY_LIMIT}JSON, whatever the sender says that it is.",
            "content": {"application/json": {"schema": "Notification"}},
        },
        "responses": {
            "200": _answer("What it asks for is written down", HeardView),
            **_problems({403: FORGED, **LIMITED}),
        },
    }


def _named() -> list[dict[str, Any]]:
    """Where in address and headers the values may stand."""
    places = zip(webhooks.HEADERS, VALUES, strict=True)
    return [
        *(_parameter("query", name, VALUES[name]) for name in VALUES),
        *(_parameter("header", header, VALUES[name]) for header, name in places),
    ]


def _parameter(place: str, name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    shape = dict(schema)
    return {"in": place, "name": name, "description": shape.pop("description"), "schema": shape}


def _form(kind: str) -> Any:
    return TEXT if kind in ("application/xml", "text/plain") else "Call"


def _answer(said: str, schema: type[Schema]) -> dict[str, Any]:
    return {"description": said, "content": {"application/json": {"schema": schema}}}


def _problems(said: Mapping[int, str]) -> dict[str, Any]:
    found = {str(status): _answer(said[status], Problem) for status in sorted(said)}
    wait = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
    for status in {"429", "503"} & set(found):
        found[status]["headers"] = wait
    return found
