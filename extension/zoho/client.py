"""Zoho CRM for one person of one org: a method for each call that we make, and the network."""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import BinaryIO, Protocol, cast

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from extension.errors import GrantRevoked, TokenExpired, ZohoBusy, ZohoError, ZohoMissing
from extension.planning.records import (
    Field,
    Layout,
    Module,
    Pipeline,
    Profile,
    Record,
    User,
    ZohoSays,
)

from . import composite, metadata, people, records
from .asks import MOST_COUNTS, PER_PAGE, Asks
from .clock import ZohosClock
from .composite import Answers
from .datacenters import DataCenter
from .files import PIECE, Multipart, Sink
from .limiter import Limiter, Limiters
from .metadata import RelatedList
from .patience import PROMPT, Patience
from .people import Org
from .protocol import Ask, Payload, broken, busy, decipher, more_follow
from .quiet import hush
from .thinking import away
from .threads import together, tolerant
from .values import number
from .versions import named

__all__ = ["Crm", "Limiter", "Limiters", "Tokens", "Transport", "together", "tolerant"]

TIMEOUT = (5.0, 20.0)
"""Seconds: to reach Zoho, and between two pieces of its answer."""
WRITE_PATIENCE = 120.0
"""Seconds until a write is answered. A hundred records with their workflows, or a large file, take
Zoho a while, and whoever hangs up too early does not know what became of them."""
POOLS, POOL_SIZE = 16, 64
"""Hosts, and connections to each: more than there are threads, so that none is thrown away."""
CREDITS_HEADER = "X-API-CREDITS-REMAINING"
SPENT = 10
"""Credits. With fewer left a call may be turned away for want of them, until the next day."""
MOST_PAGES = 50

log = logging.getLogger(__name__)
# It writes every URL, and with it what people search for.
hush("urllib3")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, undeciphered. `repr` shows nobody's data."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


class Transport:
    """One for the whole process: it keeps a pool of connections for each of Zoho's hosts, and
    nothing about anybody. `adapter` takes the place of the network in tests."""

    def __init__(
        self,
        adapter: BaseAdapter | None = None,
        timeout: tuple[float, float] = TIMEOUT,
        write_patience: float = WRITE_PATIENCE,
    ) -> None:
        self._timeout = timeout
        self._write_timeout = (timeout[0], write_patience)
        self._session = requests.Session()
        # Answers to one org must leave nothing behind for the next.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        # No retries here: whoever asks knows whether asking twice does harm.
        carrier = adapter or HTTPAdapter(POOLS, POOL_SIZE, max_retries=0)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, carrier)

    def send(self, origin: str, ask: Ask, token: str, into: Sink | None = None) -> Answer:
        """Zoho's answer, whatever it says; if it is a file, its content goes `into` the sink.
        Raises ZohoBusy or ZohoUnclear where there is none."""
        form = Multipart(ask.upload) if ask.upload else None
        with translated(ask.writes):
            response = self._session.request(
                ask.method,
                origin + ask.path,
                params=ask.params,
                json=ask.json,
                data=form,
                headers={**ask.headers, **({"Content-Type": form.content_type} if form else {})},
                auth=_ZohoToken(token),
                timeout=self._write_timeout if ask.writes else self._timeout,
                stream=into is not None,
                # Zoho's API sends nobody elsewhere, and a token follows nowhere.
                allow_redirects=False,
            )
            with response:
                if into is not None and _is_file(response):
                    into.take(response.iter_content(PIECE))
                    body = b""
                else:
                    body = response.content
        log.debug("%s %s: %s", ask.method, ask.path, response.status_code)
        return Answer(response.status_code, response.headers, body)

    def close(self) -> None:
        self._session.close()


class Tokens(Protocol):
    """Where access tokens come from."""

    def access_token(self, stale: str | None = None) -> str:
        """One that works; never `stale`, which Zoho has just refused."""


class Crm:
    """Asks Zoho as one person. Its errors are those of the ZohoError tree."""

    def __init__(
        self,
        transport: Transport,
        tokens: Tokens,
        api: DataCenter,
        version: str,
        limiter: Limiter,
        patience: Patience = PROMPT,
    ) -> None:
        self.asks = Asks(named(version))
        self.calls = 0
        """How many HTTP calls were made, those that failed included."""
        self.credits_left: int | None = None
        """What Zoho said last; it says nothing until half of the day's credits are used."""
        self.clock = ZohosClock()
        self._transport = transport
        self._tokens = tokens
        self._origin = api.api
        self._limiter = limiter
        self._patience = patience
        self._counting = threading.Lock()

    def ask(self, ask: Ask) -> Payload:
        """Zoho's answer to any question. A dead access token is replaced once."""
        return self._asked(ask, None, self._patience)

    def download(self, ask: Ask, into: BinaryIO, most: int) -> None:
        """A file of Zoho's, piece by piece, of at most so many bytes. Raises ZohoMissing where
        there is none."""
        sink = Sink(into, most)
        self._asked(ask, sink, self._patience)
        if not sink.filled:
            raise ZohoMissing("There is no such file, or you may not see it.")

    @away()
    def _asked(self, ask: Ask, into: Sink | None, patience: Patience) -> Payload:
        # A write that was not answered is not sent again before it is known what came of it.
        patience = PROMPT if ask.writes else patience
        token = self._tokens.access_token()
        try:
            return patience.asked(partial(self._once, ask, token, into), in_vain=self._in_vain)
        except TokenExpired:
            log.info("Zoho refuses an access token; asking for another")
        token = self._tokens.access_token(stale=token)
        try:
            return patience.asked(partial(self._once, ask, token, into), in_vain=self._in_vain)
        except TokenExpired as error:
            raise GrantRevoked(
                "Zoho does not let us in on your behalf any more. Sign in again.",
                zoho_code=error.zoho_code,
            ) from None

    def modules(self) -> tuple[Module, ...]:
        return metadata.modules(self.ask(self.asks.modules()))

    def fields(self, module: str) -> dict[str, Field]:
        return metadata.fields(self.ask(self.asks.fields(module)))

    def layouts(self, module: str) -> tuple[Layout, ...]:
        return metadata.layouts(self.ask(self.asks.layouts(module)))

    def related_lists(self, module: str) -> tuple[RelatedList, ...]:
        return metadata.related_lists(self.ask(self.asks.related_lists(module)))

    def pipelines(self, layout_id: str) -> tuple[Pipeline, ...]:
        """The pipelines of one layout of Deals."""
        return metadata.pipelines(self.ask(self.asks.pipelines(layout_id)), layout_id)

    def profiles(self) -> tuple[Profile, ...]:
        """All of the org, without their permissions."""
        return people.profiles(self.ask(self.asks.profiles()))

    def profile(self, profile_id: str) -> Profile:
        return people.profile(self.ask(self.asks.profile(profile_id)))

    def current_user(self) -> User:
        """Whose grant this is; the profile comes without its permissions."""
        return people.user(self.ask(self.asks.current_user()))

    def users(self) -> tuple[User, ...]:
        """Everybody who is active, all pages."""
        found: list[User] = []
        for page in range(1, MOST_PAGES + 1):
            payload = self.ask(self.asks.users(page))
            found += people.users(payload)
            if not more_follow(payload):
                break
        return tuple(found)

    def org(self) -> Org:
        return people.org(self.ask(self.asks.org()))

    def lead(self, lead_id: str) -> Record:
        """The lead, converted or not. Raises ZohoMissing if this person can see none."""
        return records.record(self.ask(self.asks.lead(lead_id)), "Leads")

    def record(self, module: str, record_id: str) -> Record:
        """A record in full. Raises ZohoMissing if this person can see none."""
        return records.record(self.ask(self.asks.record(module, record_id)), module)

    def conversion_options(self, lead_id: str) -> ZohoSays:
        """Refusals and silence are answers here; only a dead grant or a missing scope raises."""
        try:
            return records.conversion_options(self.ask(self.asks.conversion_options(lead_id)))
        except ZohoError as error:
            return records.no_conversion_options(error)

    def search(self, module: str, criteria: str, limit: int = PER_PAGE) -> tuple[Record, ...]:
        """The first records that match. New ones are found only seconds after they were made."""
        found = self.ask(self.asks.search(module, criteria, limit))
        return records.records(found, module)[:limit]

    def count(self, module: str) -> int | None:
        """How many records of a module this person sees; None where Zoho does not say."""
        return number(self.ask(self.asks.count(module)) or {}, "count")

    def related_counts(
        self, module: str, record_id: str, lists: Sequence[str]
    ) -> dict[str, int | None]:
        """List -> how many records; None where Zoho cannot count them."""
        counts: dict[str, int | None] = dict.fromkeys(lists)
        if self.asks.offers("related_counts"):
            for start in range(0, len(lists), MOST_COUNTS):
                part = lists[start : start + MOST_COUNTS]
                payload = self.ask(self.asks.related_counts(module, record_id, part))
                counts |= records.related_counts(payload, part)
        return counts

    def composite(self, asks: Mapping[str, Ask]) -> Answers:
        """Up to five questions in one call, made with `crm.asks`; each has its own outcome."""
        if not composite.separable(asks):
            return composite.apart(asks, self.ask(self.asks.composite(asks)))
        told: Answers = {}
        try:
            with away():
                self._patience.asked(partial(self._rest, asks, told), in_vain=self._in_vain)
        except ZohoBusy:
            if not told:
                raise
        return {name: told[name] for name in asks}

    def _rest(self, asks: Mapping[str, Ask], told: Answers) -> None:
        """Ask what Zoho has not told yet. Raises ZohoBusy where a part of that is still open."""
        left = composite.untold(asks, told)
        told |= composite.apart(left, self._asked(self.asks.composite(left), None, PROMPT))
        for one in composite.untold(asks, told):
            raise cast(ZohoBusy, told[one])

    def _once(self, ask: Ask, token: str, into: Sink | None) -> Payload:
        with self._limiter.places(ask.places, heavy=ask.heavy):
            with self._counting:
                self.calls += 1
            answer = self._transport.send(self._origin, ask, token, into)
        self._note_credits(answer)
        self.clock.hear(answer.headers)
        if into is not None and into.filled:
            return None
        return decipher(answer.status, answer.headers, answer.body, ask.writes)

    def _in_vain(self, error: ZohoBusy) -> bool:
        spent = self.credits_left is not None and self.credits_left < SPENT
        return spent or isinstance(error, TokenExpired)

    def _note_credits(self, answer: Answer) -> None:
        said = {name.upper(): value for name, value in answer.headers.items()}.get(CREDITS_HEADER)
        if said is not None and said.isascii() and said.isdigit():
            self.credits_left = int(said)


class _ZohoToken(AuthBase):
    """Zoho's header. As an AuthBase it also keeps a .netrc file from replacing it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Zoho-oauthtoken {self._token}"
        return request


def _is_file(response: requests.Response) -> bool:
    """Whether this is a file. Errors are JSON; and so may a file be, but then it has a name."""
    if response.status_code != 200:
        return False
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return "Content-Disposition" in response.headers or kind != "application/json"


# Stopped before a byte of the question was sent: nothing can have happened.
UNSENT = (requests.ConnectTimeout, ConnectTimeoutError, NewConnectionError)
# Anything else that goes wrong on the way may have gone wrong on the way back.
LOST = (requests.RequestException, HTTPError)


@contextmanager
def translated(wrote: bool) -> Iterator[None]:
    """The errors of the network, as ours. They are not kept as the cause: they repeat URLs."""
    try:
        yield
    except LOST as error:
        raise _translation(error, wrote) from None


def _translation(error: BaseException, wrote: bool) -> ZohoError:
    if any(isinstance(one, UNSENT) for one in _wrapped(error)):
        return busy("UNREACHABLE")
    return broken(wrote, "NO_ANSWER")


def _wrapped(error: BaseException) -> list[BaseException]:
    """An error and those that it wraps, as requests and urllib3 wrap them."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in seen:
            seen.append(one)
            waiting += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
    return seen
