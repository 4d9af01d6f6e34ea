"""The people and the wires of the extension's tests: browsers at our door, Zoho behind it."""

import multiprocessing
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from threading import Barrier
from typing import Any, Self
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from emulator import World, Worlds
from emulator.accounts import DEMO_CLIENT_ID
from emulator.adapter import EmulatorAdapter
from emulator.schema import User
from emulator.tokens import InvalidCode
from extension import BACKGROUND_THREADS, installations, sessions
from extension.parts import Parts
from extension.sign_ins import challenge_of
from extension.zoho.oauth import TokenSet
from extension.zoho.scopes import asked as scopes_for

NOON = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
PUBLIC_URL = "https://convert.example.com"
ANOTHER_ORIGIN = "https://widget.example.org"
TOKEN_PATH = "/oauth/v2/token"
REVOKE_PATH = "/oauth/v2/token/revoke"
FORM_VALUE = re.compile(r'name="(\w+)" value="([^"]*)"')

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True, ids=[""])
"""For what does not depend on the database."""
on_postgresql = pytest.mark.parametrize(
    "database_url", ["postgresql"], indirect=True, ids=["postgresql"]
)
"""For what the stricter of the two has to take: text without NUL, and no longer than its column."""


# Children of a process that has the modules already, and no threads of ours.
children = multiprocessing.get_context("forkserver")
children.set_forkserver_preload(["extension"])


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


Twist = Callable[[requests.PreparedRequest, requests.Response], requests.Response]


class Wire(EmulatorAdapter):
    """The way from us to Zoho: notes who was asked and which tokens came back, and lets a test
    twist the answers."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.asked: list[tuple[str, str]] = []
        """Method and address, without the query."""
        self.secrets: set[str] = set()
        self.refresh_tokens: list[str] = []
        self.twist: Twist | None = None
        self.before: Callable[[requests.PreparedRequest], None] | None = None

    def send(
        self, request: requests.PreparedRequest, *more: Any, **named: Any
    ) -> requests.Response:
        url = urlsplit(request.url or "")
        self.asked.append((request.method or "", f"{url.scheme}://{url.netloc}{url.path}"))
        if self.before is not None:
            self.before(request)
        answer = super().send(request, *more, **named)
        if self.twist is not None:
            answer = self.twist(request, answer)
        if url.path == TOKEN_PATH:
            self._note(answer)
        return answer

    def count(self, ending: str) -> int:
        return sum(address.endswith(ending) for _, address in self.asked)

    @property
    def hosts(self) -> set[str]:
        return {urlsplit(address).netloc for _, address in self.asked}

    def _note(self, answer: requests.Response) -> None:
        said = answer.json()
        self.secrets |= {said[key] for key in ("access_token", "refresh_token") if key in said}
        if "refresh_token" in said:
            self.refresh_tokens.append(said["refresh_token"])


def another_answer(answer: requests.Response, **changes: object) -> requests.Response:
    """The same JSON answer with other values; None takes a key away."""
    said = {key: value for key, value in {**answer.json(), **changes}.items() if value is not None}
    twisted = requests.Response()
    twisted.status_code = answer.status_code
    twisted.headers["Content-Type"] = "application/json"
    twisted._content = requests.compat.json.dumps(said).encode()  # type: ignore[attr-defined]
    twisted.request, twisted.url = answer.request, answer.url
    return twisted


@dataclass
class Zoho:
    """The emulator as people's browsers meet it."""

    worlds: Worlds
    wire: Wire
    session: requests.Session = field(default_factory=requests.Session)

    def decide(self, consent_url: str, world: World, user: User, decision: str = "accept") -> str:
        """Answer Zoho's consent page as this user; where Zoho then sends the browser."""
        self.session.mount("https://", self.wire)
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

    def honours(self, refresh_token: str) -> bool:
        """Whether Zoho would still give access for it."""
        try:
            self.worlds.tokens.renew(refresh_token, DEMO_CLIENT_ID)
        except InvalidCode:
            return False
        return True

    def withdraw(self, world: World, user: User) -> None:
        """The person removes us from their connected apps."""
        self.worlds.tokens.withdraw(world, user.id)


@dataclass
class Person:
    """One browser at our door."""

    client: FlaskClient
    zoho: Zoho
    token: str = ""

    def depart(self) -> str:
        """Press the button of the install page; Zoho's consent page that it leads to."""
        answer = self.client.post("/install")
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def install(self, world: World, user: User, decision: str = "accept") -> TestResponse:
        return self.follow(self.client.post("/install"), world, user, decision)

    def open_sign_in(self, verifier: str, org: str = "", origin: str = PUBLIC_URL) -> TestResponse:
        return self.client.get(
            "/signin",
            query_string={"challenge": challenge_of(verifier), "origin": origin, "org": org},
        )

    def sign_in(
        self,
        world: World,
        user: User,
        *,
        org: str = "",
        decision: str = "accept",
        verifier: str = "",
    ) -> TestResponse:
        """Through the pop-up; keeps the token that its last page hands over."""
        opened = self.open_sign_in(verifier or VERIFIER + user.id, org)
        page = self.follow(opened, world, user, decision)
        found = re.search(r'"token":\s*"([^"]+)"', page.text)
        self.token = found[1] if found else ""
        return page

    def at_home(
        self, world: World, user: User, *, installs: bool = False, scopes: Sequence[str] = ()
    ) -> Self:
        """Installed or signed in before the test begins, without the way through the pages."""
        parts = parts_of(self.client.application)
        center = parts.data_centers.by_location(world.data_centre.location)
        scopes = scopes or scopes_for("install" if installs else "session")
        refresh = self.zoho.worlds.tokens.grant(world, user, scopes)
        access = self.zoho.worlds.tokens.renew(refresh.value, DEMO_CLIENT_ID)
        self.zoho.wire.refresh_tokens.append(refresh.value)
        self.zoho.wire.secrets |= {refresh.value, access.value}
        given = TokenSet(access.value, refresh.value, 3600, " ".join(scopes), center.api)
        arrived = installations.identify(parts, center, given)
        if installs:
            installations.install(parts, arrived)
        # As a sign-in after an installation does: Zoho gives no second refresh token.
        grant = installations.welcome(parts, arrived, "")
        assert grant is not None
        self.token = sessions.start(parts, grant).token
        return self

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

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.ask("GET", path, **more)

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.client.open(path, method=method, headers=headers, buffered=True, **more)

    def options(self, lead_id: str) -> TestResponse:
        return self.get(f"/api/v1/leads/{lead_id}/options")


VERIFIER = "v" * 43


def error_of(answer: TestResponse) -> tuple[int, str]:
    """Status and code of an answer that must have the one error shape."""
    assert answer.json is not None, answer.text
    assert set(answer.json) == {"error"}
    error = answer.json["error"]
    assert set(error) == {"code", "message", "details"}
    assert error["message"].endswith((".", ")", "?"))
    return answer.status_code, error["code"]


def changed(url: str, **values: str | None) -> str:
    """The URL with other query parameters; None takes one away."""
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query)), **values}
    kept = {name: value for name, value in query.items() if value is not None}
    return urlunsplit(parts._replace(query=urlencode(kept)))


def queried(url: str, name: str) -> str:
    return parse_qs(urlsplit(url).query)[name][0]


def parts_of(app: Flask) -> Parts:
    found: Parts = app.extensions["convert-anywhere"]
    return found


def settle(parts: Parts) -> None:
    """Wait for everything that is done in the background: each thread has to come by."""
    meeting = Barrier(BACKGROUND_THREADS + 1)
    for _ in range(BACKGROUND_THREADS):
        parts.background.submit(meeting.wait, 30)
    meeting.wait(30)


def asked(world: World, beginning: str = "") -> int:
    """How many calls to Zoho (not parts of a composite one) had a path that begins like this."""
    return sum(not call.sub and call.path.startswith(beginning) for call in world.log.calls)


def everything(parts: Parts, table: type) -> list[Any]:
    with parts.sessions() as db:
        return list(db.scalars(select(table)))
