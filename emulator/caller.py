"""The call being answered: who asks, for which org, with which scopes, and what with."""

import json
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app, g, request

from . import answers
from .answers import Json, Rejected
from .changes import EVERY_TRIGGER
from .faults import Order
from .schema import Module, User
from .scopes import allows
from .tokens import Access
from .world import World
from .worlds import Worlds

Version = tuple[int, int]

PARENT = "emulator.parent"
"""Where a sub-request's environment has the composite call it is part of."""


@dataclass(slots=True)
class Call:
    """A call that got through the door.

    `parent` is the composite call that this one is part of; `strikes` the trouble ordered
    for it; `triggers` what its writes may set off.
    """

    worlds: Worlds
    world: World
    user: User
    access: Access
    version: Version
    parent: "Call | None" = None
    strikes: list[Order] = field(default_factory=list)
    triggers: tuple[str, ...] = EVERY_TRIGGER

    @property
    def scopes(self) -> tuple[str, ...]:
        return self.access.scopes

    def json(self) -> Any:
        """The body as JSON; anything else is refused as Zoho does."""
        try:
            return json.loads(request.get_data(), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise answers.invalid_body() from None

    def json_object(self) -> Json:
        """The body, which must be a JSON object."""
        body = self.json()
        if not isinstance(body, dict):
            raise answers.invalid_body()
        return body

    def data(self, key: str = "data", *, most: int = 100) -> list[Any]:
        """The list `key` of the body: there, a list, not empty, not over `most`."""
        body = self.json_object()
        if key not in body:
            raise answers.mandatory_not_found(key, f"$.{key}")
        rows = body[key]
        if not isinstance(rows, list):
            raise answers.invalid_data(key, f"$.{key}", expected_data_type="jsonarray")
        if not rows:
            raise answers.mandatory_not_found(key, f"$.{key}")
        if len(rows) > most:
            raise Rejected(
                "LIMIT_EXCEEDED",
                "count of records in your request exceeds the limit",
                {"maximum_length": most, "api_name": key},
                under=key,
            )
        return rows

    def param(self, name: str, default: str | None = None) -> str | None:
        """A query parameter; an empty one counts as absent."""
        return request.args.get(name) or default

    def required_param(self, name: str) -> str:
        value = self.param(name)
        if value is None:
            raise answers.required_param_missing(name)
        return value

    def number_param(self, name: str, default: int, *, most: int) -> int:
        """A whole number from 1 to `most`."""
        value = self.param(name)
        if value is None:
            return default
        if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= most:
            raise answers.invalid_param(name)
        return int(value)

    def module(self, name: str, index: int = 0) -> Module:
        """The module of a URL; INVALID_MODULE if there is none that the API knows."""
        module = self.world.module(name)
        if module is None or module.status != "visible":
            raise answers.invalid_module(index)
        if not module.api_supported:
            raise answers.not_supported()
        return module

    def may(self, permission: str) -> bool:
        return self.world.may(self.user, permission)

    def permit(self, *permissions: str) -> None:
        """Refuse with NO_PERMISSION unless the user's profile has all of them."""
        missing = [name for name in permissions if not self.may(name)]
        if missing:
            raise answers.no_permission(*map(self.world.permission_name, missing))

    def need(self, *scopes: str) -> None:
        """Refuse with OAUTH_SCOPE_MISMATCH unless the token allows all of them."""
        for scope in scopes:
            if not allows(self.scopes, scope):
                raise answers.scope_mismatch()

    def perform(
        self, method: str, uri: str, *, params: Json | None = None,
        headers: dict[str, str] | None = None, body: Any = None,
    ) -> tuple[int, dict[str, str], Any]:  # fmt: skip
        """Run another call as part of this one, for the same user, at no further cost.

        One after the other, never from another thread: this call holds the world's lock.
        Returns status, headers and the decoded JSON (None where there is no body).
        """
        client = current_app.test_client(use_cookies=False)
        response = client.open(
            urlsplit(uri).path,
            method=method,
            query_string=params or urlsplit(uri).query,
            headers=headers,
            json=body,
            base_url=request.host_url,
            environ_overrides={PARENT: self},
        )
        content = response.get_json(silent=True) if response.data else None
        return response.status_code, dict(response.headers), content


def current() -> Call:
    """The call being answered."""
    return cast(Call, g.call)


def _no_constant(name: str) -> None:
    raise ValueError(name)
