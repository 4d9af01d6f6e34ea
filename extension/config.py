"""Every setting, read once from the environment and checked at boot."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from environs import Env, EnvError, EnvValidationError
from marshmallow import ValidationError
from sentry_sdk.utils import BadDsn, Dsn

from .store.database import is_usable

DATABASE_URL = "sqlite:///var/convert-anywhere.db"
ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
API_VERSIONS = ("v2", "v2.1", "v3", "v4", "v5", "v6", "v7", "v8")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
# Where Zoho shows CRM: on its own, inside CRM Plus and inside Zoho One. No wildcard: other
# Zoho products host pages that anybody may write.
ZOHO_CRM_ORIGINS = tuple(
    f"https://{product}.{domain}"
    for domain in (
        *(f"zoho.{end}" for end in ("com", "eu", "in", "com.au", "jp", "com.cn", "sa", "uk", "ae")),
        "zohocloud.ca",
    )
    for product in ("crm", "crmplus", "one")
)


class BadSettings(Exception):
    """One or more settings are wrong; the message names every one of them."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the operator decides. `repr` shows no secret."""

    database_url: str = field(repr=False)
    public_url: str
    """The origin under which browsers reach us, such as https://convert.example.com."""
    secret_keys: tuple[str, ...] = field(repr=False)
    zoho_client_id: str
    zoho_client_secret: str = field(repr=False)
    zoho_api_version: str = "v8"
    zoho_emulator_url: str = ""
    zoho_concurrency: int = 25
    worker_concurrency: int = 32
    runs_per_installation: int = 4
    widget_origins: tuple[str, ...] = ()
    frame_ancestors: tuple[str, ...] = ZOHO_CRM_ORIGINS
    audit_days: int = 90
    sentry_dsn: str = field(default="", repr=False)
    trusted_proxies: int = 0
    log_level: str = "INFO"

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")


def read(environ: Env | None = None) -> Config:
    """The settings of this process. Raises BadSettings naming every wrong one."""
    env = environ or Env(eager=False)
    said = {
        "database_url": env.str("DATABASE_URL", DATABASE_URL, validate=_is_database),
        "public_url": env.str("PUBLIC_URL", validate=_is_address),
        "secret_keys": env.list("SECRET_KEYS", validate=_are_fernet_keys),
        "zoho_client_id": env.str("ZOHO_CLIENT_ID", validate=_is_filled),
        "zoho_client_secret": env.str("ZOHO_CLIENT_SECRET", validate=_is_filled),
        "zoho_api_version": env.str("ZOHO_API_VERSION", "v8", validate=_one_of(API_VERSIONS)),
        "zoho_emulator_url": env.str("ZOHO_EMULATOR_URL", "", validate=_unless_empty(_is_address)),
        "zoho_concurrency": env.int("ZOHO_CONCURRENCY", 25, validate=_at_least(1)),
        "worker_concurrency": env.int("WORKER_CONCURRENCY", 32, validate=_at_least(1)),
        "runs_per_installation": env.int("RUNS_PER_INSTALLATION", 4, validate=_at_least(1)),
        "widget_origins": env.list("WIDGET_ORIGINS", [], validate=_are_origins),
        "frame_ancestors": env.list("FRAME_ANCESTORS", [], validate=_are_origins),
        "audit_days": env.int("AUDIT_DAYS", 90, validate=_at_least(1)),
        "sentry_dsn": env.str("SENTRY_DSN", "", validate=_unless_empty(_is_dsn)),
        "trusted_proxies": env.int("TRUSTED_PROXIES", 0, validate=_at_least(0)),
        "log_level": env.str("LOG_LEVEL", "INFO", validate=_one_of(LOG_LEVELS)),
    }
    _seal(env)
    return _finished(said)


def _finished(said: dict[str, Any]) -> Config:
    """Settings that are right one by one, brought into the shape that the parts want."""
    public_url = said["public_url"].rstrip("/")
    emulator_url = said["zoho_emulator_url"].rstrip("/")
    return Config(
        **said
        | {
            "database_url": database_url(said["database_url"]),
            "public_url": public_url,
            "secret_keys": _trimmed(said["secret_keys"]),
            "zoho_emulator_url": emulator_url,
            "widget_origins": (public_url, *_trimmed(said["widget_origins"])),
            "frame_ancestors": _trimmed(said["frame_ancestors"]) or _ancestors(emulator_url),
        }
    )


def database_url(url: str) -> str:
    """The URL as SQLAlchemy wants it: psycopg 3 for PostgreSQL, however it was written."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if url.startswith("sqlite:///") and not url.startswith(("sqlite:////", "sqlite:///:")):
        path = Path(url.removeprefix("sqlite:///")).absolute()
        return f"sqlite:///{path}"
    return url


def _ancestors(emulator_url: str) -> tuple[str, ...]:
    return (emulator_url,) if emulator_url else ZOHO_CRM_ORIGINS


def _seal(env: Env) -> None:
    try:
        env.seal()
    except EnvValidationError as error:
        lines = [f"  {name}: {' '.join(map(str, said))}" for name, said in _named(error)]
        raise BadSettings("These settings are wrong or missing:\n" + "\n".join(lines)) from None
    except EnvError as error:
        raise BadSettings(str(error)) from None


def _named(error: EnvValidationError) -> list[tuple[str, list[object]]]:
    messages = error.error_messages
    if isinstance(messages, dict):
        return [(str(name), list(said)) for name, said in sorted(messages.items())]
    return [("environment", list(messages))]


def _is_filled(value: str) -> None:
    if not value.strip():
        raise ValidationError("It is empty.")


def _is_database(value: str) -> None:
    if not is_usable(database_url(value)):
        raise ValidationError("It must be sqlite:///path or postgresql://user:password@host/name.")


def _is_address(value: str) -> None:
    if not ORIGIN.fullmatch(value.rstrip("/")):
        raise ValidationError("It must be like https://convert.example.com: no path, lower case.")


def _are_origins(values: list[str]) -> None:
    # They end up in headers: anything but an origin could say more there.
    for value in _trimmed(values):
        if not ORIGIN.fullmatch(value):
            raise ValidationError("Each must be like https://crm.example.com: no path, no *.")


def _is_dsn(value: str) -> None:
    try:
        Dsn(value)
    except BadDsn:
        raise ValidationError("It must be like https://key@sentry.example.com/1.") from None


def _unless_empty(check: Callable[[str], None]) -> Callable[[str], None]:
    def check_filled(value: str) -> None:
        if value:
            check(value)

    return check_filled


def _trimmed(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(value.strip() for value in values)


def _are_fernet_keys(values: list[str]) -> None:
    if not values:
        raise ValidationError("At least one key is needed: `make key` prints one.")
    for value in _trimmed(values):
        try:
            Fernet(value)
        except ValueError:
            raise ValidationError("A key is not a Fernet key: `make key` prints one.") from None


def _one_of(allowed: tuple[str, ...]) -> Callable[[str], None]:
    def check(value: str) -> None:
        if value not in allowed:
            raise ValidationError(f"It must be one of {', '.join(allowed)}.")

    return check


def _at_least(lowest: int) -> Callable[[int], None]:
    def check(value: int) -> None:
        if value < lowest:
            raise ValidationError(f"It must be {lowest} or more.")

    return check
