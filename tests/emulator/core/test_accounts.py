"""Consent, tokens and revocation over HTTP, as an application sees them."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from emulator.accounts import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from emulator.seeds import bare_world
from emulator.worlds import Worlds

BACK = "http://127.0.0.1:8000/oauth/callback"
SCOPES = "ZohoCRM.modules.ALL,ZohoCRM.settings.READ"
US = "https://accounts.zoho.com"
EU = "https://accounts.zoho.eu"


@pytest.fixture
def european():
    return bare_world("60007654321", location="eu")


@pytest.fixture
def worlds(world, european):
    return Worlds(world, european)


def wish(**changes):
    asked = {
        "client_id": DEMO_CLIENT_ID,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": SCOPES,
        "state": "s-1",
        "access_type": "offline",
        "prompt": "consent",
    }
    return {key: value for key, value in (asked | changes).items() if value is not None}


@pytest.fixture
def consent(http, world):
    """Walk through the consent page; returns what the callback is given."""

    def walk(decision="accept", user=None, server=US, **changes):
        page = http.get(f"{server}/oauth/v2/auth", params=wish(**changes))
        assert page.status_code == 200, page.text
        form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        form["user"] = user or f"{world.org.zgid}:{world.users[0].id}"
        answer = http.post(
            f"{server}/oauth/v2/auth", data=form | {"decision": decision}, allow_redirects=False
        )
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(changes.get("redirect_uri", BACK))
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return {key: values[0] for key, values in query.items()}

    return walk


@pytest.fixture
def token(http):
    def ask(server=US, **values):
        about = {"client_id": DEMO_CLIENT_ID, "client_secret": DEMO_CLIENT_SECRET}
        return http.post(f"{server}/oauth/v2/token", data=about | values)

    return ask


def redeem(token, given, **changes):
    values = {"grant_type": "authorization_code", "code": given, "redirect_uri": BACK}
    return token(**(values | changes))


def test_the_page_says_that_it_is_an_emulator_and_names_scopes_and_people(http):
    page = http.get(f"{US}/oauth/v2/auth", params=wish()).text
    for words in ("This is an emulator", "ZohoCRM.modules.ALL", "Ada Admin", "Rob Rep"):
        assert words in page


def chosen(page):
    return re.findall(r'value="([\d:]+)"\s+checked', page.text)


def test_the_first_person_is_chosen_unless_the_browser_is_signed_in_to_the_crm(http, world):
    first, rep = world.users
    zgid = world.org.zgid
    page = http.get(f"{US}/oauth/v2/auth", params=wish())
    assert chosen(page) == [f"{zgid}:{first.id}"]
    cookie = {"Cookie": f"emulator_user_{zgid}={rep.id}"}
    page = http.get(f"{US}/oauth/v2/auth", params=wish(), headers=cookie)
    assert chosen(page) == [f"{zgid}:{rep.id}"]


def test_the_callback_gets_code_state_and_data_centre(consent):
    given = consent()
    assert given.pop("code").startswith("1000.")
    assert given == {"state": "s-1", "location": "us", "accounts-server": US}


def test_a_user_of_another_data_centre_is_sent_there(consent, token, european):
    given = consent(user=f"{european.org.zgid}:{european.users[0].id}")
    assert (given["location"], given["accounts-server"]) == ("eu", EU)
    assert redeem(token, given["code"]).json() == {"error": "invalid_code"}


def test_the_code_is_exchanged_at_the_users_own_data_centre(consent, token, european):
    given = consent(user=f"{european.org.zgid}:{european.users[0].id}")
    answer = redeem(token, given["code"], server=EU).json()
    assert answer["api_domain"] == "https://www.zohoapis.eu"


def test_another_data_centre_than_the_us_shows_its_own_people_only(http):
    page = http.get(f"{EU}/oauth/v2/auth", params=wish()).text
    assert "60007654321" in page
    assert "60001234567" not in page


def test_declining_is_told_to_the_application(consent):
    assert consent(decision="decline") == {"error": "access_denied", "state": "s-1"}


def test_a_state_is_returned_only_if_there_was_one(consent):
    assert consent(decision="decline", state=None) == {"error": "access_denied"}


def test_the_query_of_the_redirect_uri_is_kept(consent):
    given = consent(redirect_uri=f"{BACK}?from=zoho")
    assert given["from"] == "zoho"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": "1000.UNKNOWN"}, "Invalid client"),
        ({"redirect_uri": "http://elsewhere.example.com/"}, "Invalid redirect URI"),
        ({"redirect_uri": None}, "Invalid redirect URI"),
        ({"redirect_uri": "javascript:alert(1)"}, "Invalid redirect URI"),
        ({"redirect_uri": "https://app.example.com/#x"}, "Invalid redirect URI"),
        ({"scope": "ZohoCRM.modules.ALL,ZohoCRM.unicorns.ALL"}, "ZohoCRM.unicorns.ALL"),
        ({"scope": "ZohoCRM.modules.ALL ZohoCRM.settings.ALL"}, "scope does not exist"),
        ({"scope": None}, "scope does not exist"),
        ({"response_type": "token"}, "Invalid response type"),
    ],
)
def test_a_wrong_wish_is_refused_on_a_page_and_goes_nowhere(http, changes, words):
    page = http.get(f"{US}/oauth/v2/auth", params=wish(**changes), allow_redirects=False)
    assert page.status_code == 400
    assert words in page.text


def test_a_person_of_no_org_cannot_be_chosen(http):
    form = wish() | {"user": "1:2", "decision": "accept"}
    answer = http.post(f"{US}/oauth/v2/auth", data=form, allow_redirects=False)
    assert answer.status_code == 400


def test_what_the_page_repeats_is_escaped(http):
    page = http.get(f"{US}/oauth/v2/auth", params=wish(state='"><script>x</script>')).text
    assert "<script>x" not in page


def test_a_code_becomes_tokens_with_scopes_parted_by_spaces(consent, token):
    answer = redeem(token, consent()["code"])
    body = answer.json()
    assert answer.status_code == 200
    assert body.pop("access_token") != body.pop("refresh_token")
    assert body == {
        "scope": "ZohoCRM.modules.ALL ZohoCRM.settings.READ",
        "api_domain": "https://www.zohoapis.com",
        "token_type": "Bearer",
        "expires_in": 3600,
    }


@pytest.mark.parametrize("access_type", ["online", None])
def test_without_offline_there_is_no_refresh_token(consent, token, access_type):
    answer = redeem(token, consent(access_type=access_type)["code"])
    assert "refresh_token" not in answer.json()


def test_a_second_sign_in_without_prompt_has_no_refresh_token(consent, token):
    first = redeem(token, consent(prompt=None)["code"]).json()
    second = redeem(token, consent(prompt=None)["code"]).json()
    assert "refresh_token" in first
    assert "refresh_token" not in second


def test_a_used_code_is_an_error_with_status_200(consent, token):
    code = consent()["code"]
    redeem(token, code)
    answer = redeem(token, code)
    assert (answer.status_code, answer.json()) == (200, {"error": "invalid_code"})


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "1000.UNKNOWN"}, "invalid_client"),
        ({"client_secret": "wrong"}, "invalid_client_secret"),
        ({"redirect_uri": "http://elsewhere.example.com/"}, "invalid_redirect_uri"),
        ({"redirect_uri": "https://app.example.com/other"}, "invalid_code"),
        ({"grant_type": "password"}, "general_error"),
        ({"code": "1000.made.up"}, "invalid_code"),
    ],
)
def test_a_wrong_exchange_says_what_is_wrong(consent, token, changes, error):
    assert redeem(token, consent()["code"], **changes).json() == {"error": error}


def test_values_may_come_in_the_query_string(http, consent):
    query = {
        "grant_type": "authorization_code",
        "code": consent()["code"],
        "redirect_uri": BACK,
        "client_id": DEMO_CLIENT_ID,
        "client_secret": DEMO_CLIENT_SECRET,
    }
    assert "access_token" in http.post(f"{US}/oauth/v2/token", params=query).json()


def test_a_refresh_token_is_not_rotated(consent, token):
    refresh = redeem(token, consent()["code"]).json()["refresh_token"]
    answers = [token(grant_type="refresh_token", refresh_token=refresh).json() for _ in "ab"]
    assert all("refresh_token" not in answer for answer in answers)
    assert answers[0]["access_token"] != answers[1]["access_token"]


def test_an_access_token_opens_the_api_and_expires(consent, token, zoho, world):
    access = redeem(token, consent()["code"]).json()["access_token"]
    assert zoho("GET", "/settings/modules", token=access).status_code == 200
    world.clock.advance(3600)
    assert zoho("GET", "/settings/modules", token=access).json()["code"] == "INVALID_TOKEN"


def test_too_many_refreshes_are_throttled_with_status_400(consent, token):
    refresh = redeem(token, consent()["code"]).json()["refresh_token"]
    for _ in range(9):
        token(grant_type="refresh_token", refresh_token=refresh)
    answer = token(grant_type="refresh_token", refresh_token=refresh)
    assert (answer.status_code, answer.json()["error"]) == (400, "Access Denied")


def test_too_many_consents_are_denied(consent):
    for _ in range(10):
        consent()
    assert consent()["error"] == "access_denied"


def test_revoking_ends_everything(http, consent, token, zoho):
    tokens = redeem(token, consent()["code"]).json()
    refresh = tokens["refresh_token"]
    revoked = http.post(f"{US}/oauth/v2/token/revoke", params={"token": refresh})
    assert (revoked.status_code, revoked.json()) == (200, {"status": "success"})
    again = token(grant_type="refresh_token", refresh_token=refresh)
    assert (again.status_code, again.json()) == (200, {"error": "invalid_code"})
    call = zoho("GET", "/settings/modules", token=tokens["access_token"])
    assert (call.status_code, call.json()["code"]) == (401, "INVALID_TOKEN")


def test_revoking_at_another_data_centre_does_nothing(http, consent, token):
    refresh = redeem(token, consent()["code"]).json()["refresh_token"]
    http.post(f"{EU}/oauth/v2/token/revoke", params={"token": refresh})
    assert "access_token" in token(grant_type="refresh_token", refresh_token=refresh).json()


def test_served_under_its_own_host_everything_points_there(app, world):
    client = app.test_client()
    form = wish() | {"user": f"{world.org.zgid}:{world.users[0].id}", "decision": "accept"}
    host = "http://127.0.0.1:8001"
    there = client.post("/oauth/v2/auth", data=form, base_url=host).headers["Location"]
    given = parse_qs(urlsplit(there).query)
    assert given["accounts-server"] == [host]
    values = {
        "grant_type": "authorization_code",
        "code": given["code"][0],
        "redirect_uri": BACK,
        "client_id": DEMO_CLIENT_ID,
        "client_secret": DEMO_CLIENT_SECRET,
    }
    assert client.post("/oauth/v2/token", data=values, base_url=host).json["api_domain"] == host
