"""Zoho's consent and tokens."""

import json
import logging
import traceback
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from extension.errors import ExtensionError, GrantRevoked, InstallFailed, ZohoBusy, ZohoRefused
from extension.zoho import oauth
from extension.zoho.datacenters import known

US = known().by_location("us")
BACK = "https://convert.example.com/install/callback"
CODE, REFRESH = "1000.code", "1000.refresh"
ISSUED = {
    "access_token": "1000.access",
    "refresh_token": "1000.refresh",
    "scope": "ZohoCRM.modules.ALL ZohoCRM.org.READ",
    "api_domain": "https://www.zohoapis.com",
    "token_type": "Bearer",
    "expires_in": 3600,
}
THROTTLED = {
    "error_description": "You have made too many requests continuously.",
    "error": "Access Denied",
    "status": "failure",
}


def said(status=200, body=ISSUED):
    return status, {}, body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.fixture
def client(wire):
    """Our registration, over a network of these answers; and the network."""

    def make(*answers):
        network = wire(*answers)
        return oauth.Client("1000.client", "client-secret", network), network

    return make


def form(request):
    return {name: values[0] for name, values in parse_qs(request.body).items()}


CALLS = {
    "exchange": lambda client: oauth.exchange(US, client, BACK, CODE),
    "refresh": lambda client: oauth.refresh(US, client, REFRESH),
    "revoke": lambda client: oauth.revoke(US, client, REFRESH),
}


@pytest.fixture(params=CALLS)
def call(request):
    return CALLS[request.param]


def test_the_consent_page_gets_commas_and_a_wish_for_a_refresh_token(client):
    registration, _ = client()
    url = urlsplit(oauth.consent_url(US, registration, BACK, "the-state", ("a.READ", "b.ALL")))
    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://accounts.zoho.com/oauth/v2/auth"
    assert parse_qs(url.query) == {
        "response_type": ["code"],
        "client_id": ["1000.client"],
        "redirect_uri": [BACK],
        "scope": ["a.READ,b.ALL"],
        "state": ["the-state"],
        "access_type": ["offline"],
    }


def test_consent_can_be_asked_for_again(client):
    registration, _ = client()
    url = oauth.consent_url(US, registration, BACK, "s", force_consent=True)
    query = parse_qs(urlsplit(url).query)
    assert query["prompt"] == ["consent"]
    assert query["scope"] == [",".join(oauth.SCOPES)]


def test_the_emulators_consent_page_needs_no_tls(client):
    registration, _ = client()
    emulated = known("http://127.0.0.1:8001").by_location("us")
    url = oauth.consent_url(emulated, registration, BACK, "s")
    assert url.startswith("http://127.0.0.1:8001/oauth/v2/auth?")


def test_a_code_is_exchanged_at_the_accounts_server_of_its_region(client):
    registration, network = client(said())
    issued = oauth.exchange(US, registration, BACK, "1000.code")
    assert issued == oauth.TokenSet(
        access_token="1000.access",
        refresh_token="1000.refresh",
        expires_in=3600,
        scope="ZohoCRM.modules.ALL ZohoCRM.org.READ",
        api_domain="https://www.zohoapis.com",
    )
    [request] = network.asked
    assert (request.method, request.url) == ("POST", "https://accounts.zoho.com/oauth/v2/token")
    assert form(request) == {
        "grant_type": "authorization_code",
        "client_id": "1000.client",
        "client_secret": "client-secret",
        "redirect_uri": BACK,
        "code": "1000.code",
    }
    assert "Authorization" not in request.headers


def test_a_refresh_token_that_zoho_did_not_give_is_empty(client):
    body = {key: value for key, value in ISSUED.items() if key != "refresh_token"}
    registration, _ = client(said(body=body))
    assert oauth.exchange(US, registration, BACK, "1000.code").refresh_token == ""


def test_old_answers_count_the_seconds_elsewhere(client):
    body = {**ISSUED, "expires_in": 3600000, "expires_in_sec": 3600}
    registration, _ = client(said(body=body))
    assert oauth.exchange(US, registration, BACK, "1000.code").expires_in == 3600


def test_an_access_token_is_refreshed(client):
    body = {key: value for key, value in ISSUED.items() if key != "refresh_token"}
    registration, network = client(said(body=body))
    renewed = oauth.refresh(US, registration, "1000.refresh")
    assert (renewed.access_token, renewed.refresh_token) == ("1000.access", "")
    assert form(network.asked[0]) == {
        "grant_type": "refresh_token",
        "client_id": "1000.client",
        "client_secret": "client-secret",
        "refresh_token": "1000.refresh",
    }


def test_a_consent_is_ended(client):
    registration, network = client(said(body={"status": "success"}))
    oauth.revoke(US, registration, "1000.refresh")
    [request] = network.asked
    assert request.method == "POST"
    assert request.url == "https://accounts.zoho.com/oauth/v2/token/revoke?token=1000.refresh"


def test_a_consent_that_has_ended_before_is_fine(client):
    registration, _ = client(said(body={"error": "invalid_code"}))
    oauth.revoke(US, registration, "1000.refresh")


@pytest.mark.parametrize("status", [200, 400, 401])
@pytest.mark.parametrize("error", ["invalid_code", "invalid_grant"])
def test_a_dead_code_is_told_by_the_body_and_not_by_the_status(client, status, error):
    registration, _ = client(said(status, {"error": error}))
    with pytest.raises(InstallFailed) as failed:
        oauth.exchange(US, registration, BACK, "1000.code")
    assert failed.value.code == "invalid_code"


@pytest.mark.parametrize("status", [200, 400, 401])
@pytest.mark.parametrize("error", ["invalid_code", "invalid_grant"])
def test_a_dead_refresh_token_means_that_the_grant_is_dead(client, status, error):
    registration, _ = client(said(status, {"error": error}))
    with pytest.raises(GrantRevoked):
        oauth.refresh(US, registration, "1000.refresh")


@pytest.mark.parametrize("error", ["invalid_client", "invalid_client_secret", "access_denied"])
def test_a_wrong_registration_is_nobodys_revoked_grant(client, error):
    registration, _ = client(*[said(body={"error": error})] * 3)
    with pytest.raises(InstallFailed) as failed:
        oauth.exchange(US, registration, BACK, "1000.code")
    assert (failed.value.code, failed.value.details) == ("install_failed", {"zoho_error": error})
    with pytest.raises(ZohoRefused) as refused:
        oauth.refresh(US, registration, "1000.refresh")
    assert type(refused.value) is ZohoRefused
    assert refused.value.zoho_code == error
    with pytest.raises(ZohoRefused):
        oauth.revoke(US, registration, "1000.refresh")


@pytest.mark.parametrize(
    "answer",
    [
        said(400, THROTTLED),
        said(200, THROTTLED),
        said(200, {"error": "general_error"}),
        said(500, {"error": "invalid_code"}),
        said(502, b"<html>Bad gateway</html>"),
        said(200, b"<html>Maintenance</html>"),
        said(200, b'{"access_token":"1000.acc'),
        said(200, b"[]"),
        said(200, b""),
        said(307, b""),
        requests.ReadTimeout("1000.refresh"),
        requests.ConnectionError("1000.refresh"),
    ],
)
def test_an_accounts_server_that_does_not_answer_is_busy_and_kills_no_grant(client, call, answer):
    registration, _ = client(answer)
    with pytest.raises(ZohoBusy):
        call(registration)


@pytest.mark.parametrize("left_out", ["access_token", "api_domain"])
@pytest.mark.parametrize("name", ["exchange", "refresh"])
def test_an_answer_without_what_we_need_is_no_answer(client, name, left_out):
    body = {key: value for key, value in ISSUED.items() if key != left_out}
    registration, _ = client(said(body=body))
    with pytest.raises(ZohoBusy):
        CALLS[name](registration)


def test_a_secret_follows_no_redirect(client, call):
    elsewhere = (307, {"Location": "https://evil.example/"}, b"")
    registration, network = client(elsewhere, said())
    with pytest.raises(ZohoBusy):
        call(registration)
    assert len(network.asked) == 1


def test_every_call_has_a_timeout(client, call):
    registration, network = client(said())
    call(registration)
    assert network.timeouts == [(5.0, 20.0)]


SECRETS = ("1000.access", REFRESH, CODE, "client-secret", "1000.leak")


@pytest.mark.parametrize(
    "answer",
    [
        said(),
        said(body={"error": "invalid_code"}),
        said(body={"error": "1000.leak"}),
        said(400, THROTTLED),
        said(200, b'{"access_token":"1000.access"'),
        requests.ConnectionError("https://accounts.zoho.com/oauth/v2/token?token=1000.refresh"),
    ],
)
def test_no_token_and_no_secret_is_ever_logged_or_shown(client, call, answer, caplog):
    for name in ("", "requests_oauthlib.oauth2_session", "oauthlib", "urllib3"):
        caplog.set_level(logging.DEBUG, logger=name)
    registration, _ = client(answer)
    shown = repr(registration)
    try:
        shown += repr(call(registration))
    except ExtensionError as error:
        shown += "".join(traceback.format_exception(error)) + repr(error) + str(error.details)
        shown += getattr(error, "zoho_code", "")
    for secret in SECRETS:
        assert secret not in shown + caplog.text
