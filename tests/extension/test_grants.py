"""One access token per grant, for all threads; and what becomes of a grant that fails."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
import requests
from cryptography.fernet import Fernet
from sqlalchemy import update

from extension import grants
from extension.errors import GrantRevoked, NotInstalled, ZohoBusy, ZohoRefused
from extension.parts import Parts
from extension.store.models import Grant
from extension.store.sealing import Vault
from extension.zoho.scopes import SCOPES
from tests.extension.rig import TOKEN_PATH, another_answer, on_sqlite


@pytest.fixture
def grant(admin, parts) -> Callable[[], Grant]:
    """The installer's grant, as it is in the store now."""

    def read() -> Grant:
        with parts.sessions() as db:
            return db.query(Grant).one()

    return read


@pytest.fixture
def refreshes(wire) -> Callable[[], int]:
    """How many tokens Zoho was asked for since the fixtures were ready."""
    before = wire.count(TOKEN_PATH)
    return lambda: wire.count(TOKEN_PATH) - before


def note(parts: Parts, **values: object) -> None:
    with parts.sessions.begin() as db:
        db.execute(update(Grant).values(**values))


def test_a_token_that_lives_is_used_without_asking_zoho(parts, grant, refreshes):
    token = grants.access_token(parts, grant().id)
    assert token == parts.vault.open(grant().access_token)
    assert refreshes() == 0


@on_sqlite
def test_a_token_is_renewed_a_minute_before_it_dies(parts, grant, refreshes, clock):
    first = grants.access_token(parts, grant().id)
    clock.advance(minutes=58, seconds=59)
    assert grants.access_token(parts, grant().id) == first
    clock.advance(seconds=1)
    assert grants.access_token(parts, grant().id) != first
    assert refreshes() == 1


def test_many_threads_that_ask_at_once_make_one_refresh(parts, grant, refreshes, clock):
    clock.advance(hours=2)
    grant_id, at_once = grant().id, Barrier(12)

    def ask(_: int) -> str:
        at_once.wait()
        return grants.access_token(parts, grant_id)

    with ThreadPoolExecutor(12) as pool:
        tokens = set(pool.map(ask, range(12)))
    assert len(tokens) == 1
    assert refreshes() == 1
    assert grant().refreshing_until is None


def test_a_token_that_zoho_refuses_is_replaced_once(parts, grant, refreshes):
    stale = grants.access_token(parts, grant().id)
    fresh = grants.access_token(parts, grant().id, stale)
    assert fresh != stale
    assert grants.access_token(parts, grant().id, stale) == fresh
    assert refreshes() == 1


@on_sqlite
def test_many_threads_with_the_same_refused_token_make_one_refresh(parts, grant, refreshes):
    grant_id, at_once = grant().id, Barrier(12)
    stale = grants.access_token(parts, grant_id)

    def ask(_: int) -> str:
        at_once.wait()
        return grants.access_token(parts, grant_id, stale)

    with ThreadPoolExecutor(12) as pool:
        tokens = set(pool.map(ask, range(12)))
    assert len(tokens) == 1
    assert refreshes() == 1


def test_who_died_while_refreshing_is_replaced_when_the_lease_is_over(
    parts, grant, refreshes, clock
):
    clock.advance(hours=2)
    note(parts, refreshing_until=clock() + grants.LEASE)
    ticking = Ticking(clock(), timedelta(seconds=7))
    assert grants.access_token(replace(parts, clock=ticking), grant().id)
    assert refreshes() == 1
    assert ticking.count > 4, "it waited for the lease to end"


@on_sqlite
def test_who_waits_gets_what_another_process_has_fetched(parts, grant, refreshes, clock):
    clock.advance(hours=2)
    note(parts, refreshing_until=clock() + grants.LEASE)

    def other_process_is_done(count: int) -> None:
        if count == 4:
            note(
                parts,
                access_token=parts.vault.seal("1000.from.elsewhere"),
                access_until=clock() + timedelta(hours=1),
                refreshing_until=None,
            )

    waiting = replace(parts, clock=Ticking(clock(), timedelta(), other_process_is_done))
    assert grants.access_token(waiting, grant().id) == "1000.from.elsewhere"
    assert refreshes() == 0


def test_a_refresh_token_that_zoho_does_not_know_any_more_ends_the_grant(
    parts, grant, refreshes, clock, zoho, world
):
    zoho.withdraw(world, world.users[0])
    clock.advance(hours=2)
    with pytest.raises(GrantRevoked):
        grants.access_token(parts, grant().id)
    assert grant().state == "revoked"
    with pytest.raises(GrantRevoked):
        grants.access_token(parts, grant().id)
    assert refreshes() == 1, "a dead grant asks Zoho nothing"


def test_zohos_limit_of_tokens_is_told_as_busy_and_ends_nothing(parts, grant, clock):
    with pytest.raises(ZohoBusy):  # noqa: PT012
        for _ in range(11):
            stale = grants.access_token(parts, grant().id)
            grants.access_token(parts, grant().id, stale)
    assert (grant().state, grant().refreshing_until) == ("active", None)
    clock.advance(minutes=11)
    stale = grants.access_token(parts, grant().id)
    assert grants.access_token(parts, grant().id, stale) != stale


@on_sqlite
@pytest.mark.parametrize(
    ("twist", "error"),
    [
        (lambda request, answer: another_answer(answer, error="invalid_client"), ZohoRefused),
        (lambda request, answer: another_answer(answer, access_token=None), ZohoBusy),
        (lambda request, answer: lost(), ZohoBusy),
    ],
)
def test_any_other_trouble_leaves_the_grant_as_it_was(parts, grant, clock, wire, twist, error):
    clock.advance(hours=2)
    wire.twist = twist
    with pytest.raises(error) as raised:
        grants.access_token(parts, grant().id)
    assert not isinstance(raised.value, GrantRevoked)
    assert (grant().state, grant().refreshing_until) == ("active", None)
    wire.twist = None
    assert grants.access_token(parts, grant().id)


@on_sqlite
def test_an_org_that_was_uninstalled_meanwhile_is_told(admin, parts, grant):
    grant_id = grant().id
    admin.ask("DELETE", "/api/v1/installation")
    with pytest.raises(NotInstalled):
        grants.access_token(parts, grant_id)


# Signing in again while a refresh with the former consent is under way


@pytest.fixture
def sign_in_again(parts, zoho, world, worlds) -> Callable[[], str]:
    """The person signs in again and consents anew; the refresh token that this yields."""

    def sign_in() -> str:
        fresh = worlds.tokens.grant(world, world.users[0], SCOPES)
        note(
            parts,
            refresh_token=parts.vault.seal(fresh.value),
            access_token=parts.vault.seal("1000.just.given"),
            access_until=parts.clock() + timedelta(hours=1),
            refreshing_until=None,
            state="active",
        )
        return fresh.value

    return sign_in


def during_a_refresh(wire, action: Callable[[], object], **changes: object) -> None:
    """Zoho's next answer to a refresh is on its way when this happens."""

    def twist(request, answer):
        if request.url.endswith(TOKEN_PATH):
            wire.twist = None
            action()
            return another_answer(answer, **changes) if changes else answer
        return answer

    wire.twist = twist


def test_a_refresh_that_fails_late_does_not_end_the_consent_given_meanwhile(
    parts, grant, clock, wire, sign_in_again
):
    clock.advance(hours=2)
    fresh = []
    during_a_refresh(wire, lambda: fresh.append(sign_in_again()), error="invalid_code")
    assert grants.access_token(parts, grant().id) == "1000.just.given"
    assert grant().state == "active"
    assert [parts.vault.open(grant().refresh_token)] == fresh


def test_a_refresh_that_comes_late_does_not_replace_the_token_given_meanwhile(
    parts, grant, clock, wire, sign_in_again
):
    """What it brought ends with the former consent, which is given back."""
    clock.advance(hours=2)
    during_a_refresh(wire, sign_in_again)
    assert grants.access_token(parts, grant().id) == "1000.just.given"
    assert parts.vault.open(grant().access_token) == "1000.just.given"


@on_sqlite
def test_a_refresh_that_is_answered_late_does_not_end_another_ones_turn(
    parts, grant, clock, wire, sign_in_again
):
    clock.advance(hours=2)
    turn = clock() + grants.LEASE

    def another_refreshes() -> None:
        sign_in_again()
        note(parts, refreshing_until=turn)

    during_a_refresh(wire, another_refreshes, error="Access Denied")
    with pytest.raises(ZohoBusy):
        grants.access_token(parts, grant().id)
    assert grant().refreshing_until == turn


# Keys


def under(parts: Parts, *keys: str) -> Parts:
    return replace(parts, vault=Vault(keys))


def test_keys_are_rotated_without_anybody_noticing(parts, grant, config, refreshes):
    [old], new = config.secret_keys, Fernet.generate_key().decode()
    token = grants.access_token(parts, grant().id)
    both = under(parts, new, old)
    assert grants.access_token(both, grant().id) == token
    assert grants.reseal(both) == (1, 0)
    assert grants.access_token(under(parts, new), grant().id) == token
    assert refreshes() == 0


@on_sqlite
def test_keys_that_are_rotated_during_a_refresh_delay_nobody(parts, grant, clock, config, wire):
    both = under(parts, Fernet.generate_key().decode(), *config.secret_keys)
    clock.advance(hours=2)
    during_a_refresh(wire, lambda: grants.reseal(both))
    token = grants.access_token(both, grant().id)
    assert both.vault.open(grant().access_token) == token


@on_sqlite
def test_a_grant_that_no_key_opens_is_counted_and_the_others_are_resealed(
    rep, parts, config, world
):
    new = Fernet.generate_key().decode()
    lost_key = Vault([Fernet.generate_key().decode()])
    with parts.sessions.begin() as db:
        db.execute(
            update(Grant)
            .where(Grant.zoho_user_id == world.users[1].id)
            .values(refresh_token=lost_key.seal("x"))
        )
    assert grants.reseal(under(parts, new, *config.secret_keys)) == (1, 1)
    with parts.sessions() as db:
        kept = db.query(Grant).filter_by(zoho_user_id=world.users[0].id).one()
    assert under(parts, new).vault.open(kept.refresh_token)


@on_sqlite
def test_who_holds_a_grant_that_no_key_opens_has_to_sign_in_again(parts, grant, refreshes):
    keyless = under(parts, Fernet.generate_key().decode())
    with pytest.raises(GrantRevoked, match="Sign in again"):
        grants.access_token(keyless, grant().id)
    assert grant().refreshing_until is None
    assert refreshes() == 0


@on_sqlite
def test_a_key_that_was_missing_for_a_while_does_no_harm(parts, grant):
    with pytest.raises(GrantRevoked):
        grants.access_token(under(parts, Fernet.generate_key().decode()), grant().id)
    assert grants.access_token(parts, grant().id)


class Ticking:
    """A clock that moves a step each time somebody looks."""

    def __init__(self, start, step, seen=lambda count: None) -> None:
        self._moment, self._step, self._seen, self.count = start, step, seen, 0

    def __call__(self):
        self.count += 1
        self._seen(self.count)
        self._moment += self._step
        return self._moment


def lost():
    raise requests.ConnectionError
