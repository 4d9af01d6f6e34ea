"""Structured logs on standard error: JSON lines with a request id, and never a secret."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import ExcInfo

from .errors import ExtensionError

SECRET_KEYS = re.compile(r"token|secret|password|authorization|cookie|code|verifier", re.I)
# What Zoho's and our own secrets look like when they turn up inside a longer text.
SECRETS = re.compile(
    r"1000\.[0-9a-f]{32}\.[0-9a-f]{32}"
    r"|(?i:bearer|zoho-oauthtoken)\s+[\w.~+/=-]+"
    r"|(?i:code|token|secret|state|verifier)=[^&\s\"']+"
)
KEPT = frozenset({"error_code", "problem_code", "status_code", "zoho_code"})
QUIET = ("requests_oauthlib", "oauthlib", "urllib3", "werkzeug", "alembic", "flask-limiter")

Event = MutableMapping[str, Any]


def set_up(level: str) -> None:
    """Send every log line of this process through structlog, secrets taken out."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(places),
        without_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                without_secrets,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        # At DEBUG these print tokens and whole answers, at INFO people's addresses.
        logging.getLogger(name).setLevel(logging.WARNING)


def places(exc_info: ExcInfo) -> str:
    """Where an exception was raised, of which kind it is, and what caused it: not its words, which
    may quote people's data."""
    told: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None:
        told.append("".join(traceback.format_tb(error.__traceback__)) + _kind(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nThat came from:\n".join(told)


def _kind(error: BaseException) -> str:
    named = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{named} ({error.code})" if isinstance(error, ExtensionError) else named


def without_secrets(_logger: object, _method: str, event: Event) -> Event:
    """The same event with every secret replaced by [hidden]."""
    for key, value in event.items():
        event[key] = "[hidden]" if _is_secret(key) else clean(value)
    return event


def clean(value: Any) -> Any:
    """A value with everything that looks like a secret replaced, however deep it lies."""
    match value:
        case str():
            return SECRETS.sub("[hidden]", value)
        case dict():
            return {k: "[hidden]" if _is_secret(k) else clean(v) for k, v in value.items()}
        case list() | tuple():
            return [clean(item) for item in value]
    return value


def _is_secret(key: object) -> bool:
    return isinstance(key, str) and key not in KEPT and bool(SECRET_KEYS.search(key))
