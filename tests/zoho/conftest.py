"""What the tests of the Zoho client share: recorded answers, and a network made of them."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from extension.zoho.client import Crm, Limiter, Transport
from extension.zoho.datacenters import known
from extension.zoho.patience import PROMPT, Patience
from extension.zoho.thinking import OURS

ANSWERS = Path(__file__).parent / "answers"

Said = tuple[int, dict[str, str], bytes]


def read(name: str) -> Said:
    """A file of `answers/` as it comes over the wire."""
    file = json.loads((ANSWERS / f"{name}.json").read_text(encoding="utf-8"))
    return file["status"], file.get("headers", {}), json.dumps(file["body"]).encode()


class Wire(BaseAdapter):
    """A network that gives these answers one after the other, and remembers what was asked.

    An answer is a name in `answers/`, a (status, headers, body), or an exception.
    """

    def __init__(self, *answers: str | Said | Exception) -> None:
        super().__init__()
        self.answers = list(answers)
        self.asked: list[requests.PreparedRequest] = []
        self.timeouts: list[Any] = []
        self.seat_was_free: list[bool] = []
        """Whether another run could have computed while this call was under way."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        self.asked.append(request)
        self.timeouts.append(options["timeout"])
        self.seat_was_free.append(OURS.free)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, headers, body = read(answer) if isinstance(answer, str) else answer
        response = requests.Response()
        response.status_code, response._content = status, body
        response.headers.update(headers)
        response.request, response.url = request, request.url or ""
        return response

    def close(self) -> None:
        pass


class TokenBox:
    """Hands out tokens in order; a stale one is answered with the next."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.stale: list[str] = []

    def access_token(self, stale: str | None = None) -> str:
        if stale is not None:
            self.stale.append(stale)
            self.tokens = [token for token in self.tokens if token != stale]
        return self.tokens[0]


@pytest.fixture
def answer() -> Callable[[str], Said]:
    return read


@pytest.fixture
def payload() -> Callable[[str], Any]:
    """The JSON of an answer."""

    def body(name: str) -> Any:
        return json.loads(read(name)[2])

    return body


@pytest.fixture
def wire() -> type[Wire]:
    return Wire


@pytest.fixture
def tokens() -> TokenBox:
    return TokenBox("first-token", "second-token")


@pytest.fixture
def crm(tokens: TokenBox) -> Iterable[Callable[..., tuple[Crm, Wire]]]:
    """A CRM client over a network of these answers."""
    transports = []

    def make(
        *answers: Any, version: str = "v8", limit: int = 10, patience: Patience = PROMPT
    ) -> tuple[Crm, Wire]:
        wire = Wire(*answers)
        transports.append(Transport(wire))
        center = known().by_location("eu")
        return Crm(transports[-1], tokens, center, version, Limiter(limit), patience), wire

    yield make
    for transport in transports:
        transport.close()
