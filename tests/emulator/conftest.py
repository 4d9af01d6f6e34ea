"""An org without records, and a way to call the emulator as one of its users."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import requests
from flask import Flask

from emulator import World, Worlds
from emulator.adapter import EmulatorAdapter
from emulator.schema import User
from emulator.seeds import bare_world

EVERYTHING = (
    "ZohoCRM.modules.ALL",
    "ZohoCRM.settings.ALL",
    "ZohoCRM.users.ALL",
    "ZohoCRM.org.ALL",
    "ZohoCRM.coql.READ",
    "ZohoSearch.securesearch.READ",
    "ZohoCRM.composite_requests.CUSTOM",
    "ZohoCRM.mass_convert.leads.ALL",
    "ZohoCRM.Files.ALL",
    "ZohoCRM.recycle_bin.ALL",
    "ZohoCRM.notifications.ALL",
)
NOON = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    """An org in the US data centre, at noon: an administrator (first) and a rep."""
    one = bare_world()
    one.clock.freeze(NOON)
    return one


@pytest.fixture
def worlds(world: World) -> Worlds:
    return Worlds(world)


@pytest.fixture
def app(emulator: Flask, worlds: Worlds) -> Flask:
    emulator.extensions["worlds"] = worlds
    return emulator


@pytest.fixture
def http(app: Flask) -> Iterator[requests.Session]:
    """A requests session whose https:// ends in the emulator."""
    with requests.Session() as session:
        session.mount("https://", EmulatorAdapter(app))
        yield session


Zoho = Callable[..., requests.Response]


@pytest.fixture
def zoho(world: World, worlds: Worlds, http: requests.Session) -> Zoho:
    """Call the CRM API: `zoho("GET", "/Leads/1", json=…, params=…)`.

    As the administrator with all scopes; `user`, `scopes`, `version`, `token` and anything
    `requests` takes can be given.
    """

    def ask(
        method: str,
        path: str,
        *,
        user: User | None = None,
        scopes: tuple[str, ...] = EVERYTHING,
        version: str = "v8",
        token: str | None = None,
        headers: dict[str, str] | None = None,
        **more: object,
    ) -> requests.Response:
        speaker = user or world.users[0]
        token = token or worlds.tokens.sign_in(world, speaker, scopes).value
        return http.request(
            method,
            f"{world.data_centre.api_url}/crm/{version}{path}",
            headers={"Authorization": f"Zoho-oauthtoken {token}", **(headers or {})},
            **more,
        )

    return ask
