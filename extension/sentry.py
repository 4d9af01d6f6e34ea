"""Errors to Sentry, when a DSN is set: where and what failed, never whose data or which token."""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.flask import FlaskIntegration
from sentry_sdk.transport import Transport

from .logs import clean

KEPT_OF_REQUEST = ("method",)


def set_up(dsn: str, transport: Transport | None = None) -> None:
    """Send unexpected errors to this DSN; without one, nothing ever leaves."""
    if not dsn:
        return
    sentry_sdk.init(
        dsn=dsn,
        transport=transport,
        integrations=[FlaskIntegration()],
        before_send=without_people,
        before_breadcrumb=lambda _crumb, _hint: None,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        traces_sample_rate=0,
    )


def tag_installation(short_id: str) -> None:
    sentry_sdk.get_isolation_scope().set_tag("installation", short_id)


def without_people(event: Any, _hint: Any) -> Any:
    """The event with only what names the fault: no lead, no user, no header, no address.

    The messages of exceptions go too: they may quote a value that Zoho refused. The type, the
    place in our code and the tags stay.
    """
    request = event.get("request") or {}
    event["request"] = {key: request[key] for key in KEPT_OF_REQUEST if key in request}
    for key in ("user", "extra", "breadcrumbs", "server_name", "logentry", "modules"):
        event.pop(key, None)
    for exception in (event.get("exception") or {}).get("values") or []:
        exception["value"] = "[hidden]"
        for frame in (exception.get("stacktrace") or {}).get("frames") or []:
            frame.pop("vars", None)
    contexts = event.get("contexts") or {}
    event["contexts"] = {key: contexts[key] for key in ("runtime", "trace") if key in contexts}
    return clean(event)
