"""The whole extension against the emulator, in one process, on both databases."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask

from emulator import World, Worlds
from emulator.accounts import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from emulator.seeds import bare_world
from extension import create_app, join, watching
from extension.config import Config
from extension.parts import Parts
from extension.store.models import Metadata, Session
from extension.web.world import KEY
from extension.zoho import scopes, threads
from tests.databases import SqliteDatabases
from tests.extension.conversion_rig import new_lead
from tests.extension.hook_rig import Rule, rule_of
from tests.extension.rig import (
    ANOTHER_ORIGIN,
    NOON,
    PUBLIC_URL,
    Clock,
    Person,
    Wire,
    Zoho,
    everything,
    parts_of,
)
from tests.extension.rule_rig import WISH
from tests.extension.setup_rig import applied, came
from tests.extension.target_cases import SUPPLIER


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


@pytest.fixture
def wire(emulator: Flask, worlds: Worlds) -> Wire:
    emulator.extensions["worlds"] = worlds
    return Wire(emulator)


@pytest.fixture
def zoho(worlds: Worlds, wire: Wire) -> Zoho:
    return Zoho(worlds, wire)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database of each kind."""
    return str(request.getfixturevalue(request.param).new())


def settings(database_url: str) -> Config:
    return Config(
        database_url=database_url,
        public_url=PUBLIC_URL,
        secret_keys=(Fernet.generate_key().decode(),),
        zoho_client_id=DEMO_CLIENT_ID,
        zoho_client_secret=DEMO_CLIENT_SECRET,
        widget_origins=(PUBLIC_URL, ANOTHER_ORIGIN),
    )


@pytest.fixture
def config(database_url: str) -> Config:
    return settings(database_url)


NewApp = Callable[..., Flask]


@pytest.fixture
def new_app(wire: Wire, clock: Clock) -> Iterator[NewApp]:
    """Another application of ours, such as one that was started again with other settings."""
    made: list[Flask] = []

    def new(config: Config) -> Flask:
        made.append(create_app(config, network=wire, clock=clock))
        return made[-1]

    yield new
    end(*map(parts_of, made))


@pytest.fixture(scope="session")
def served(sqlite: SqliteDatabases) -> Flask:
    """The application of most tests: to build its addresses takes long, so they share it."""
    one = create_app(settings(sqlite.new()))
    end(parts_of(one))
    return one


@pytest.fixture
def app(served: Flask, parts: Parts) -> Flask:
    served.extensions[KEY] = parts
    for limiter in served.extensions["limiter"]:
        limiter.reset()
    return served


@pytest.fixture
def parts(config: Config, wire: Wire, clock: Clock) -> Iterator[Parts]:
    one = join(config, network=wire, clock=clock)
    yield one
    end(one)


def end(*ended: Parts) -> None:
    for parts in ended:
        parts.background.shutdown(wait=True)
    # A failed round leaves threads behind that still ask: let them come to an end.
    threads._pool(os.getpid()).shutdown(wait=True)
    threads._pool.cache_clear()
    for parts in ended:
        parts.transport.close()
        parts.refused.write_down()
        parts.engine.dispose()


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
    return person().at_home(world, world.users[0], installs=True)


@pytest.fixture
def rep(admin: Person, person: NewPerson, world: World) -> Person:
    """A rep of the same org, signed in."""
    return person().at_home(world, world.users[1])


@pytest.fixture
def stranger(person: NewPerson, elsewhere: World) -> Person:
    """The administrator of another org, which is installed too."""
    return person().at_home(elsewhere, elsewhere.users[0], installs=True)


@pytest.fixture
def lead(world: World) -> str:
    """A lead of the rep's, where a test has none of its own."""
    return new_lead(world)


@pytest.fixture
def rule(admin: Person) -> Rule:
    """A workflow rule of the org's, which has our address and its secret."""
    return rule_of(admin)


Memory = dict[str, list[tuple[str, dict[str, object]]]]


@pytest.fixture(scope="session")
def memory() -> Memory:
    """What Zoho says of an org's metadata: of a bare org always the same, and long to ask for."""
    return {}


@pytest.fixture
def warm(rep: Person, lead: str, world: World, parts: Parts, memory: Memory) -> Person:
    """The rep, while the metadata of the org is at hand; no lead has been looked at."""
    [installation] = {one.installation_id for one in everything(parts, Session)}
    if world.org.zgid not in memory:
        passing = {"Last_Name": "Passing", "Company": "Passing"}
        other = str(world.add_record("Leads", passing, owner=world.users[1])["id"])
        assert rep.options(other).status_code == 200
        del world.records["Leads"][other]
        memory[world.org.zgid] = [(row.kind, row.answers) for row in everything(parts, Metadata)]
    else:
        with parts.sessions.begin() as db:
            for kind, answers in memory[world.org.zgid]:
                row = Metadata(installation_id=installation, kind=kind, answers=answers)
                row.read_at, row.refreshing_until = parts.clock(), None
                db.add(row)
    world.log.clear()
    return rep


@pytest.fixture
def old_admin(person, world):
    """An administrator who installed before setting Zoho up was asked for."""
    return person().at_home(world, world.users[0], installs=True, scopes=scopes.SCOPES)


@pytest.fixture
def supplier(admin) -> dict[str, Any]:
    """The org's targets are those of the supplier."""
    answer = admin.ask("PUT", "/api/v1/targets", json={"version": 0, "targets": [SUPPLIER]})
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


@pytest.fixture
def ruled(admin):
    """The org's administrator, with a rule of ours that calls us."""
    assert set(came(applied(admin, **WISH)).values()) == {"done"}
    return admin


@pytest.fixture
def watched(admin, parts):
    """The org, with its channels open."""
    assert watching.tend(parts) == 1
    return admin
