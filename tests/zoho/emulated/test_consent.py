"""Consent and tokens, as Zoho's accounts servers deal them out."""

import pytest

from emulator.tokens import DEMO_CLIENT_ID
from extension.errors import GrantRevoked, InstallFailed, ScopeMissing, ZohoBusy, ZohoRefused
from extension.zoho import oauth
from extension.zoho.datacenters import known

CENTERS = known()


def test_a_consent_ends_in_tokens_that_work(consent, registration, world, crm, back, holding):
    said = consent(world.users[0])
    assert said["state"] == "the-state"
    center = CENTERS.by_accounts_server(said["accounts-server"])
    issued = oauth.exchange(center, registration, back, said["code"])
    assert oauth.missing(issued.scope) == set()
    assert CENTERS.by_api_domain(issued.api_domain) is center
    tokens = holding(issued.refresh_token, issued.access_token)
    assert crm(tokens=tokens).org().id == world.org.zgid
    assert tokens.refreshed == 0


def test_every_scope_that_we_ask_for_exists(consent, world):
    assert "code" in consent(world.users[1])


def test_who_declines_comes_back_with_access_denied(consent, world):
    assert consent(world.users[0], "decline") == {"error": "access_denied", "state": "the-state"}


def test_a_second_consent_gives_a_refresh_token_only_if_it_was_forced(
    consent, registration, world, back
):
    center = CENTERS.by_location("us")

    def issued(**wish):
        code = consent(world.users[0], **wish)["code"]
        return oauth.exchange(center, registration, back, code).refresh_token

    assert issued() != ""
    assert issued() == ""
    assert issued(force_consent=True) != ""


def test_a_code_works_once(consent, registration, world, back):
    code = consent(world.users[0])["code"]
    center = CENTERS.by_location("us")
    oauth.exchange(center, registration, back, code)
    with pytest.raises(InstallFailed) as failed:
        oauth.exchange(center, registration, back, code)
    assert failed.value.code == "invalid_code"


def test_an_eleventh_token_in_ten_minutes_is_busy_and_the_grant_lives(grant):
    tokens = grant()
    for _ in range(10):
        tokens.access_token(stale=tokens.current)
    with pytest.raises(ZohoBusy):
        tokens.access_token(stale=tokens.current)


def test_a_wrong_secret_is_not_a_dead_grant(grant, registration):
    wrong = oauth.Client(DEMO_CLIENT_ID, "wrong", registration.adapter)
    with pytest.raises(ZohoRefused) as refused:
        oauth.refresh(CENTERS.by_location("us"), wrong, grant().refresh_token)
    assert type(refused.value) is ZohoRefused


def test_an_ended_consent_ends_everything(crm, grant, registration):
    tokens = grant()
    client = crm(tokens=tokens)
    assert client.org().name
    oauth.revoke(CENTERS.by_location("us"), registration, tokens.refresh_token)
    with pytest.raises(GrantRevoked):
        client.org()
    oauth.revoke(CENTERS.by_location("us"), registration, tokens.refresh_token)


def test_an_access_token_that_has_run_out_is_refreshed_once(crm, grant, world):
    tokens = grant()
    client = crm(tokens=tokens)
    client.org()
    world.clock.advance(7200)
    assert client.org().id == world.org.zgid
    assert (tokens.refreshed, client.calls) == (2, 3)


def test_a_token_that_zoho_refuses_for_once_is_refreshed_once(crm, grant, world):
    tokens = grant()
    client = crm(tokens=tokens)
    client.org()
    world.faults.order("token_expired", path="/org")
    assert client.org().id == world.org.zgid
    assert tokens.refreshed == 2


def test_tokens_that_zoho_keeps_refusing_mean_a_dead_grant(crm, grant, world):
    tokens = grant()
    world.faults.order("token_expired", path="/org", times=None)
    with pytest.raises(GrantRevoked):
        crm(tokens=tokens).org()
    assert tokens.refreshed == 2


def test_a_scope_that_is_missing_refreshes_nothing(crm, grant):
    tokens = grant(scopes=("ZohoCRM.org.READ",))
    client = crm(tokens=tokens)
    with pytest.raises(ScopeMissing):
        client.current_user()
    assert (tokens.refreshed, client.calls) == (1, 1)
