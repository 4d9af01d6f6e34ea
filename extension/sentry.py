"""Errors to Sentry, when a DSN is set: what failed and where, never whose data or which token."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sentry_sdk
import structlog
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.flask import FlaskIntegration
from sentry_sdk.transport import Transport

log = structlog.get_logger(__name__)

# Whatever is not named here stays at home: messages of exceptions, which may quote a value, and
# all that Sentry collects of requests, people, machines and logs.
KEPT = ("event_id", "timestamp", "level", "platform", "release", "environment", "sdk")
KEPT_OF_FRAME = ("filename", "function", "module", "lineno", "in_app")
INSTALLATION = "installation"


def set_up(dsn: str, transport: Transport | None = None) -> None:
    """Send unexpected errors to this DSN; without one, nothing ever leaves."""
    if not dsn:
        return
    sentry_sdk.init(
        dsn=dsn,
        transport=transport,
        # The others listen to logs, calls and queries: all of them hold people's data.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            FlaskIntegration(),
            ExcepthookIntegration(),
            AtexitIntegration(callback=lambda _pending, _timeout: None),
        ],
        before_send=without_people,
        before_breadcrumb=lambda _crumb, _hint: None,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        auto_session_tracking=False,
        send_client_reports=False,
        # Zoho is nobody to tell about our traces.
        trace_propagation_targets=[],
    )


def tag_installation(short_id: str) -> None:
    """Say on whatever this request reports whose installation it was about."""
    if not sentry_sdk.get_client().is_active():
        return
    sentry_sdk.get_isolation_scope().set_tag(INSTALLATION, short_id)


def report(error: BaseException) -> None:
    """Send an error that nobody expected."""
    sentry_sdk.capture_exception(error)


@contextmanager
def going_on(event: str, **about: str) -> Iterator[None]:
    """An edge: what nobody expected in here is reported and logged, and keeps nothing that comes
    after it from being done."""
    try:
        yield
    except Exception as error:
        report(error)
        log.error(event, exc_info=error, **about)


def without_people(event: Any, _hint: Any) -> Any:
    """Of the event only what names the fault: types, places in the code, the installation."""
    raised = (event.get("exception") or {}).get("values") or []
    if not raised:
        return None
    tags = event.get("tags") or {}
    return {
        **_kept(event, KEPT),
        "tags": _kept(tags, (INSTALLATION,)),
        "exception": {"values": [_fault(one) for one in raised]},
    }


def _fault(raised: Mapping[str, Any]) -> dict[str, Any]:
    frames = (raised.get("stacktrace") or {}).get("frames") or []
    return {
        **_kept(raised, ("type", "module", "mechanism")),
        "stacktrace": {"frames": [_kept(frame, KEPT_OF_FRAME) for frame in frames]},
    }


def _kept(found: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: found[name] for name in names if name in found}
