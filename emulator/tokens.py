"""Codes, refresh tokens and access tokens, and how many of each Zoho tolerates.

https://www.zoho.com/crm/developer/docs/api/v8/token-validity.html
"""

import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .schema import User
    from .world import World

DEMO_CLIENT_ID = "1000.EMULATORDEMOCLIENT0000000000000"
DEMO_CLIENT_SECRET = "emulator-demo-client-secret-not-a-secret"  # noqa: S105
CODE_LIFE = timedelta(minutes=3)
ACCESS_LIFE = timedelta(hours=1)
WINDOW = timedelta(minutes=10)
PER_WINDOW = 10
ALIVE_PER_REFRESH = 15
REFRESH_PER_USER = 20


class Throttled(Exception):
    """More codes or tokens in ten minutes than Zoho gives."""


class InvalidCode(Exception):
    """The code or refresh token is unknown, used, expired or revoked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an application asks a person's consent to.

    `prompted`: the person is to be asked although they have agreed before.
    """

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    offline: bool = False
    prompted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A one-time code: `user_id` of `world` has consented to what was asked."""

    value: str
    asked: Asked
    world: "World"
    user_id: str
    issued: datetime


@dataclass(slots=True, kw_only=True)
class Refresh:
    """A refresh token with its access tokens, oldest first."""

    value: str
    client_id: str
    world: "World"
    user_id: str
    scopes: tuple[str, ...]
    access: list["Access"] = field(default_factory=list)
    issues: list[datetime] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Access:
    """An access token; `world` and `user_id` say for whom it speaks."""

    value: str
    client_id: str
    world: "World"
    user_id: str
    scopes: tuple[str, ...]
    expires: datetime
    refresh: Refresh | None = None

    @property
    def user(self) -> "User | None":
        return self.world.user(self.user_id)


class Tokens:
    """Everything the accounts servers remember."""

    def __init__(self) -> None:
        self._codes: dict[str, Code] = {}
        self._code_times: dict[tuple[str, str], list[datetime]] = {}
        self._refresh: dict[str, Refresh] = {}
        self._access: dict[str, Access] = {}
        self._lock = threading.RLock()

    def new_code(self, world: "World", user: "User", asked: Asked) -> Code:
        """A code for somebody who has consented."""
        with self._lock:
            now = world.clock.now()
            _throttle(self._code_times.setdefault((asked.client_id, user.id), []), now)
            code = Code(value=_secret(), asked=asked, world=world, user_id=user.id, issued=now)
            self._codes[code.value] = code
            return code

    def redeem(
        self, value: str, client_id: str, redirect_uri: str, location: str | None = None
    ) -> tuple[Access, Refresh | None]:
        """Exchange a code, once. A refresh token comes with the first consent, or a new one.

        `location` is the data centre that is asked; another one's codes are unknown there.
        """
        with self._lock:
            code = self._codes.get(value)
            if code is None or (code.asked.client_id, code.asked.redirect_uri) != (
                client_id,
                redirect_uri,
            ):
                raise InvalidCode
            _same_place(code.world, location)
            del self._codes[value]
            user = code.world.user(code.user_id)
            if code.world.clock.now() - code.issued > CODE_LIFE or not _works(user):
                raise InvalidCode
            about = (code.world, code.user_id, client_id, code.asked.scopes)
            if not code.asked.offline or (self.granted(code) and not code.asked.prompted):
                return self._new_access(*about), None
            refresh = self._new_refresh(*about)
            return self._access_of(refresh), refresh

    def granted(self, code: Code) -> bool:
        """Whether this user already holds a refresh token for the client and these scopes."""
        return any(
            held.user_id == code.user_id
            and held.client_id == code.asked.client_id
            and set(code.asked.scopes) <= set(held.scopes)
            for held in self._refresh.values()
        )

    def renew(self, value: str, client_id: str, location: str | None = None) -> Access:
        """A new access token from a refresh token."""
        with self._lock:
            refresh = self._refresh.get(value)
            if refresh is None or refresh.client_id != client_id:
                raise InvalidCode
            _same_place(refresh.world, location)
            if not _works(refresh.world.user(refresh.user_id)):
                raise InvalidCode
            return self._access_of(refresh)

    def revoke(self, value: str, location: str | None = None) -> None:
        """Forget a refresh token and, with it, its access tokens."""
        with self._lock:
            refresh = self._refresh.get(value)
            if refresh is None:
                raise InvalidCode
            _same_place(refresh.world, location)
            self._forget(refresh)

    def withdraw(self, world: "World", user_id: str) -> int:
        """A user takes back every consent, as among Zoho's connected apps. How many that were."""
        with self._lock:
            given = [one for one in self._refresh.values()
                     if one.world is world and one.user_id == user_id]  # fmt: skip
            for one in given:
                self._forget(one)
            # Those too that came without a refresh token, when the user signed in once more.
            for access in list(self._access.values()):
                if access.world is world and access.user_id == user_id:
                    del self._access[access.value]
            return len(given)

    def find(self, value: str) -> Access | None:
        """The access token, if it is alive and its user may still work."""
        with self._lock:
            access = self._access.get(value)
            if access is None or access.world.clock.now() >= access.expires:
                return None
            return access if _works(access.user) else None

    def kill(self, value: str) -> None:
        """End one access token before its time."""
        with self._lock:
            access = self._access.pop(value, None)
            if access is not None and access.refresh is not None:
                access.refresh.access.remove(access)

    def forgive(self, world: "World") -> None:
        """What the people of an org have asked for so far counts no more towards the limit of codes
        in ten minutes."""
        with self._lock:
            people = {user.id for user in world.users}
            for key in [key for key in self._code_times if key[1] in people]:
                del self._code_times[key]

    def expire_all(self, world: "World") -> int:
        """End all access tokens of an org; their refresh tokens stay."""
        with self._lock:
            values = [value for value, held in self._access.items() if held.world is world]
            for value in values:
                self.kill(value)
            return len(values)

    def sign_in(
        self, world: "World", user: "User", scopes: Iterable[str],
        client_id: str = DEMO_CLIENT_ID,
    ) -> Access:  # fmt: skip
        """An access token without any ceremony, for tests and the emulator's own pages."""
        with self._lock:
            return self._new_access(world, user.id, client_id, tuple(scopes))

    def grant(
        self, world: "World", user: "User", scopes: Iterable[str],
        client_id: str = DEMO_CLIENT_ID,
    ) -> Refresh:  # fmt: skip
        """A refresh token without any ceremony, for tests."""
        with self._lock:
            return self._new_refresh(world, user.id, client_id, tuple(scopes))

    def _new_refresh(
        self, world: "World", user_id: str, client_id: str, scopes: tuple[str, ...]
    ) -> Refresh:
        held = [
            one
            for one in self._refresh.values()
            if (one.user_id, one.client_id) == (user_id, client_id)
        ]
        if len(held) >= REFRESH_PER_USER:
            self._forget(held[0])
        refresh = Refresh(
            value=_secret(), client_id=client_id, world=world, user_id=user_id, scopes=scopes
        )
        self._refresh[refresh.value] = refresh
        return refresh

    def _access_of(self, refresh: Refresh) -> Access:
        now = refresh.world.clock.now()
        _throttle(refresh.issues, now)
        for old in [one for one in refresh.access if one.expires <= now]:
            self.kill(old.value)
        if len(refresh.access) >= ALIVE_PER_REFRESH:
            self.kill(refresh.access[0].value)
        access = self._new_access(refresh.world, refresh.user_id, refresh.client_id, refresh.scopes)
        access.refresh = refresh
        refresh.access.append(access)
        return access

    def _new_access(
        self, world: "World", user_id: str, client_id: str, scopes: tuple[str, ...]
    ) -> Access:
        access = Access(
            value=_secret(), client_id=client_id, world=world, user_id=user_id, scopes=scopes,
            expires=world.clock.now() + ACCESS_LIFE,
        )  # fmt: skip
        self._access[access.value] = access
        return access

    def _forget(self, refresh: Refresh) -> None:
        for access in refresh.access:
            self._access.pop(access.value, None)
        del self._refresh[refresh.value]


def _secret() -> str:
    return f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"


def _works(user: "User | None") -> bool:
    return user is not None and user.status == "active"


def _same_place(world: "World", location: str | None) -> None:
    """A token is known to its own data centre only; None asks the whole emulator."""
    if location not in (None, world.data_centre.location):
        raise InvalidCode


def _throttle(times: list[datetime], now: datetime) -> None:
    """Note one more, unless there were ten in the last ten minutes."""
    times[:] = [at for at in times if now - at < WINDOW]
    if len(times) >= PER_WINDOW:
        raise Throttled
    times.append(now)
