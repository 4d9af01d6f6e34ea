"""The whole extension against the emulator, in one process, on both databases."""

import os
from collections.abc import Callable, Iterator

import pytest
from cryptography.fernet import Fernet
from flask import Flask

from emulator import World, Worlds, create_emulator
from emulator.accounts import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from emulator.seeds import bare_world
from extension import create_app
from extension.config import Config
from extension.parts import Parts
from extension.zoho import threads
from tests.extension.rig import (
    ANOTHER_ORIGIN,
    NOON,
    PUBLIC_URL,
    Clock,
    Person,
    Wire,
    Zoho,
    parts_of,
)


@pytest.fixture
def world() -> World:
    """An org with an administrator (first) and a rep, without records."""
    one = bare_world()
    one.clock.freeze(NOON)
    return one


@pytest.fixture
def elsewhere() -> World:
    """Another org, in another region."""
    one = bare_world("60009999999", location="eu")
    one.clock.freeze(NOON)
    return one


@pytest.fixture
def worlds(world: World, elsewhere: World) -> Worlds:
    return Worlds(world, elsewhere)


@pytest.fixture
def clock(worlds: Worlds) -> Clock:
    return Clock(worlds)


@pytest.fixture(scope="session")
def emulator() -> Flask:
    return create_emulator(Worlds())


@pytest.fixture
def wire(emulator: Flask, worlds: Worlds) -> Wire:
    # Only the orgs are a test's own: to build all of its addresses takes long.
    emulator.extensions["worlds"] = worlds
    return Wire(emulator)


@pytest.fixture
def zoho(worlds: Worlds, wire: Wire) -> Zoho:
    return Zoho(worlds, wire)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database of each kind."""
    return str(request.getfixturevalue(request.param).new())


@pytest.fixture
def config(database_url: str) -> Config:
    return Config(
        database_url=database_url,
        public_url=PUBLIC_URL,
        secret_keys=(Fernet.generate_key().decode(),),
        zoho_client_id=DEMO_CLIENT_ID,
        zoho_client_secret=DEMO_CLIENT_SECRET,
        widget_origins=(PUBLIC_URL, ANOTHER_ORIGIN),
    )


NewApp = Callable[..., Flask]


@pytest.fixture
def new_app(wire: Wire, clock: Clock) -> Iterator[NewApp]:
    """Another application of ours, such as one that was started again with other settings."""
    made: list[Flask] = []

    def new(config: Config) -> Flask:
        made.append(create_app(config, network=wire, clock=clock))
        return made[-1]

    yield new
    for app in made:
        parts_of(app).background.shutdown(wait=True)
    # A failed round leaves threads behind that still ask: let them come to an end.
    threads._pool(os.getpid()).shutdown(wait=True)
    threads._pool.cache_clear()
    for app in made:
        parts = parts_of(app)
        parts.transport.close()
        parts.engine.dispose()


@pytest.fixture
def app(config: Config, new_app: NewApp) -> Flask:
    return new_app(config)


@pytest.fixture
def parts(app: Flask) -> Parts:
    return parts_of(app)


NewPerson = Callable[[], Person]


@pytest.fixture
def person(app: Flask, zoho: Zoho) -> NewPerson:
    """Somebody with a browser of their own."""

    def new(at: Flask = app) -> Person:
        client = at.test_client()
        client.environ_base["wsgi.url_scheme"] = "https"
        return Person(client, zoho)

    return new


@pytest.fixture
def nobody(person: NewPerson) -> Person:
    """Somebody who is not signed in."""
    return person()


@pytest.fixture
def admin(person: NewPerson, world: World) -> Person:
    """The administrator, who has installed the org and is signed in."""
    one = person()
    assert one.install(world, world.users[0]).status_code == 200
    one.sign_in(world, world.users[0])
    return one


@pytest.fixture
def rep(admin: Person, person: NewPerson, world: World) -> Person:
    """A rep of the same org, signed in."""
    one = person()
    one.sign_in(world, world.users[1])
    return one


@pytest.fixture
def stranger(person: NewPerson, elsewhere: World) -> Person:
    """The administrator of another org, which is installed too."""
    one = person()
    assert one.install(elsewhere, elsewhere.users[0]).status_code == 200
    one.sign_in(elsewhere, elsewhere.users[0])
    return one
