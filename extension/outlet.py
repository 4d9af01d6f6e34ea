"""Posts to addresses of somebody's choice, and by that reaches nothing that only we can reach.

The name is resolved once, what it means is checked, and the connection goes to what was checked. No
redirect is followed, no proxy asked, and nothing of the answer read but its status.
"""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

import certifi
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import Url, parse_url

from .zoho.quiet import hush
from .zoho.thinking import away

hush("urllib3")

LONGEST = 500
CONNECT_SECONDS = 5.0
SECONDS = 15.0
"""For all of it, however slowly the other side speaks."""
TOO_LATE = f"It took longer than {SECONDS:.0f} seconds, or no connection came about."
UNICAST = ipaddress.ip_network("2000::/3")
ROUNDABOUT = tuple(
    ipaddress.ip_network(one) for one in ("2001::/32", "2002::/16", "192.88.99.0/24")
)
"""Teredo, 6to4 and its relays: an IPv4 address in disguise. Mapped ones and those of NAT64 are no
global unicast."""


class NotThere(Exception):
    """This address is not one to post to; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message."""

    status: int
    """0 where no answer came."""
    problem: str
    """Why it does not count as taken, in a sentence; "" where it does."""


def check(url: str, *, inside: bool) -> None:
    """Raises NotThere where this is no address that may be posted to. `inside` allows plain HTTP
    and our own network: for demonstrations."""
    place = _place(url, inside=inside)
    _found(_host(place), _port(place), inside=inside)


@away()
def post(url: str, body: bytes, headers: Mapping[str, str], *, inside: bool) -> Answer:
    """Post it. Never raises for what the other side does."""
    try:
        place = _place(url, inside=inside)
    except NotThere as error:
        return Answer(0, str(error))
    connection = _connection(place, inside=inside)
    deadline = threading.Timer(SECONDS, connection.cut)
    deadline.daemon = True
    deadline.start()
    try:
        connection.request("POST", place.request_uri, body=body, headers=headers)
        status = connection.getresponse().status
    except (NotThere, OSError, HTTPException, HTTPError) as error:
        return Answer(0, _sentence(error, late=connection.late))
    finally:
        deadline.cancel()
        connection.close()
    if connection.late:
        # Headers that are cut short look like all of them.
        return Answer(0, TOO_LATE)
    return Answer(status, "" if 200 <= status < 300 else f"It answered with status {status}.")


def is_public(address: str) -> bool:
    """Whether everybody on the internet means the same by it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6 and ip not in UNICAST:
        return False
    around = any(ip.version == net.version and ip in net for net in ROUNDABOUT)
    return ip.is_global and not ip.is_multicast and not around


def _place(url: str, *, inside: bool) -> Url:
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise NotThere(f"It must have at most {LONGEST} characters, all of them ASCII.")
    try:
        place = parse_url(url)
    except (LocationParseError, ValueError):
        raise NotThere("This is no address.") from None
    if place.scheme not in (("https", "http") if inside else ("https",)) or not place.host:
        raise NotThere("It must be like https://receiver.example.com/path.")
    if place.auth is not None or place.fragment is not None:
        raise NotThere("It must have no user, no password and no #.")
    return place


def _host(place: Url) -> str:
    return (place.host or "").strip("[]")


def _port(place: Url) -> int:
    return place.port or (443 if place.scheme == "https" else 80)


def _found(host: str, port: int, *, inside: bool) -> list[tuple[str, int]]:
    """What the name means just now. One address that is not public spoils all: whoever answers for
    the name may want us to try it."""
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotThere("Its name cannot be found.") from None
    found = [(str(sockaddr[0]), port) for *_, sockaddr in infos]
    if not inside and not all(is_public(address) for address, _ in found):
        raise NotThere("It is not an address of the public internet.")
    return found


def _reach(host: str, port: int, *, inside: bool) -> socket.socket:
    trouble: OSError = ConnectionError()
    for address in _found(host, port, inside=inside):
        try:
            reached = socket.create_connection(address, timeout=CONNECT_SECONDS)
        except OSError as error:
            trouble = error
            continue
        reached.settimeout(SECONDS)
        return reached
    raise trouble


class _Guarded(HTTPConnection):
    """Connects to what was checked alone, and can be cut by another thread at any time."""

    def __init__(self, host: str, *, inside: bool, **more: Any) -> None:
        super().__init__(host, **more)
        self.late = False
        self._inside = inside
        self._twin: socket.socket | None = None
        self._guard = threading.Lock()

    def _new_conn(self) -> socket.socket:
        reached = _reach(self.host, self.port or 0, inside=self._inside)
        with self._guard:
            # TLS takes the socket over, even while it still shakes hands: this one stays ours.
            self._twin = reached.dup()
        if self.late:
            self.cut()
        return reached

    def cut(self) -> None:
        """End it: whoever reads or writes is told at once."""
        with self._guard, suppress(OSError):
            self.late = True
            if self._twin is not None:
                self._twin.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        super().close()
        with self._guard:
            if self._twin is not None:
                self._twin.close()


class _GuardedTls(_Guarded, HTTPSConnection):
    pass


def _connection(place: Url, *, inside: bool) -> _Guarded:
    host, port = _host(place), _port(place)
    if place.scheme == "http":
        return _Guarded(host, port=port, inside=inside)
    trust = ssl.create_default_context(cafile=certifi.where())
    return _GuardedTls(
        host, port=port, inside=inside, ssl_context=trust, cert_reqs="CERT_REQUIRED"
    )  # fmt: skip


def _sentence(error: Exception, *, late: bool) -> str:
    if isinstance(error, NotThere):
        return str(error)
    if late or isinstance(error, TimeoutError):
        return TOO_LATE
    if isinstance(error, ssl.SSLCertVerificationError):
        return "Its certificate is not valid for this name, or nobody vouches for it."
    return "It could not be reached, or ended the connection without an answer."
