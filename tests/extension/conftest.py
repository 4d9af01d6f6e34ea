"""The whole extension against the emulator, in one process, on both databases."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from emulator import World, Worlds, create_emulator
from emulator.accounts import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from emulator.adapter import EmulatorAdapter
from emulator.schema import User
from emulator.seeds import bare_world
from extension import create_app
from extension.config import Config
from extension.parts import Parts
from extension.sign_ins import challenge_of

NOON = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
PUBLIC_URL = "https://convert.example.com"
ANOTHER_ORIGIN = "https://widget.example.org"
FORM_VALUE = re.compile(r'name="(\w+)" value="([^"]*)"')


@dataclass
class Clock:
    """Our clock and the emulator's, moved together."""

    worlds: Worlds
    moment: datetime = NOON

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)
        for world in self.worlds:
            world.clock.freeze(self.moment)


@dataclass
class Zoho:
    """The emulator as people's browsers meet it."""

    worlds: Worlds
    adapter: EmulatorAdapter
    session: requests.Session = field(default_factory=requests.Session)

    def decide(self, consent_url: str, world: World, user: User, decision: str = "accept") -> str:
        """Answer Zoho's consent page as this user; where Zoho then sends the browser."""
        self.session.mount("https://", self.adapter)
        page = self.session.get(consent_url)
        assert page.status_code == 200, page.text
        form = {name: unescape(value) for name, value in FORM_VALUE.findall(page.text)}
        form |= {"user": f"{world.org.zgid}:{user.id}", "decision": decision}
        url = urlsplit(consent_url)
        answer = self.session.post(
            f"{url.scheme}://{url.netloc}{url.path}", data=form, allow_redirects=False
        )
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@dataclass
class Person:
    """One browser at our door."""

    client: FlaskClient
    zoho: Zoho
    token: str = ""

    def install(self, world: World, user: User, decision: str = "accept") -> TestResponse:
        return self.follow(self.client.post("/install"), world, user, decision)

    def open_sign_in(self, verifier: str, org: str = "", origin: str = PUBLIC_URL) -> TestResponse:
        return self.client.get(
            "/signin",
            query_string={"challenge": challenge_of(verifier), "origin": origin, "org": org},
        )

    def sign_in(
        self, world: World, user: User, *, org: str = "", decision: str = "accept"
    ) -> TestResponse:
        """Through the pop-up; keeps the token that its last page hands over."""
        page = self.follow(self.open_sign_in(VERIFIER + user.id, org), world, user, decision)
        found = re.search(r'"token":\s*"([^"]+)"', page.text)
        self.token = found[1] if found else ""
        return page

    def follow(
        self, departure: TestResponse, world: World, user: User, decision: str = "accept"
    ) -> TestResponse:
        """From our redirect through Zoho's page back to ours, as often as we send them."""
        page = departure
        while page.status_code == 302:
            back = self.zoho.decide(page.headers["Location"], world, user, decision)
            page = self.come_back(back)
        return page

    def come_back(self, url: str) -> TestResponse:
        parts = urlsplit(url)
        return self.client.get(parts.path, query_string=dict(parse_qsl(parts.query)))

    def get(self, path: str, **more: object) -> TestResponse:
        return self.ask("GET", path, **more)

    def ask(self, method: str, path: str, **more: object) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.client.open(path, method=method, headers=headers, **more)


VERIFIER = "v" * 43


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
def adapter(worlds: Worlds) -> EmulatorAdapter:
    return EmulatorAdapter(create_emulator(worlds))


@pytest.fixture
def zoho(worlds: Worlds, adapter: EmulatorAdapter) -> Zoho:
    return Zoho(worlds, adapter)


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


@pytest.fixture
def app(config: Config, adapter: EmulatorAdapter, clock: Clock) -> Iterator[Flask]:
    one = create_app(config, network=adapter, clock=clock)
    yield one
    parts = parts_of(one)
    parts.background.shutdown(wait=True)
    parts.transport.close()
    parts.engine.dispose()


def parts_of(app: Flask) -> Parts:
    found: Parts = app.extensions["convert-anywhere"]
    return found


@pytest.fixture
def parts(app: Flask) -> Parts:
    return parts_of(app)


NewPerson = Callable[[], Person]


@pytest.fixture
def person(app: Flask, zoho: Zoho) -> NewPerson:
    """Somebody with a browser of their own."""

    def new() -> Person:
        client = app.test_client()
        client.environ_base["wsgi.url_scheme"] = "https"
        return Person(client, zoho)

    return new


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
