"""One person's calls to Zoho: tokens, limits, the network and what goes wrong with it."""

import logging
import socket
import ssl
import traceback

import pytest
import requests
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
)

from extension.errors import (
    GrantRevoked,
    ScopeMissing,
    ZohoBusy,
    ZohoError,
    ZohoMissing,
    ZohoRefused,
    ZohoUnclear,
)
from extension.zoho.client import Transport
from extension.zoho.metadata import RelatedList
from extension.zoho.protocol import Ask

READ = Ask("GET", "/crm/v8/Leads/search", {"criteria": "(Email:equals:pat@example.com)"})
WRITE = Ask("POST", "/crm/v8/Leads", json={"data": [{"Email": "pat@example.com"}]}, writes=True)
NOTHING = (204, {}, b"")


def test_a_question_goes_to_the_orgs_own_region_with_zohos_header(crm):
    client, wire = crm("org")
    client.org()
    [request] = wire.asked
    assert request.url == "https://www.zohoapis.eu/crm/v8/org"
    assert request.headers["Authorization"] == "Zoho-oauthtoken first-token"


def test_every_call_has_a_timeout_and_a_write_the_longer(crm):
    client, wire = crm("org", "one_vendor_made_one_double")
    client.org()
    client.ask(WRITE)
    assert wire.timeouts == [(5.0, 20.0), (5.0, 120.0)]


def test_parameters_and_bodies_are_sent_whole(crm):
    client, wire = crm(NOTHING, NOTHING)
    client.search("Vendors", "((Vendor_Name:equals:Müller \\(& Co.\\)))", limit=11)
    client.ask(WRITE)
    assert wire.asked[0].url == (
        "https://www.zohoapis.eu/crm/v8/Vendors/search?criteria=%28%28Vendor_Name%3Aequals%3A"
        "M%C3%BCller+%5C%28%26+Co.%5C%29%29%29&per_page=11"
    )
    assert wire.asked[1].body == b'{"data": [{"Email": "pat@example.com"}]}'


def test_a_dead_access_token_is_replaced_once_and_nobody_notices(crm, tokens):
    client, wire = crm("token_refused", "org")
    assert client.org().id == "60001234567"
    assert tokens.stale == ["first-token"]
    assert wire.asked[1].headers["Authorization"] == "Zoho-oauthtoken second-token"
    assert client.calls == 2


def test_a_write_turned_away_for_its_token_is_sent_again(crm):
    client, wire = crm("token_refused", "conversion_scheduled")
    client.ask(WRITE)
    assert wire.asked[0].body == wire.asked[1].body


def test_a_second_dead_token_means_that_the_grant_is_dead(crm, tokens):
    client, wire = crm("token_refused", "token_refused")
    with pytest.raises(GrantRevoked):
        client.org()
    assert len(wire.asked) == 2
    assert tokens.stale == ["first-token"]


def test_a_missing_scope_never_asks_for_another_token(crm, tokens):
    client, wire = crm("scope_missing")
    with pytest.raises(ScopeMissing):
        client.org()
    assert (len(wire.asked), tokens.stale) == (1, [])


def test_that_the_tokens_give_out_is_passed_on(crm):
    client, _ = crm("token_refused")

    class Ended:
        def access_token(self, stale=None):
            raise GrantRevoked("Sign in again.")

    client._tokens = Ended()
    with pytest.raises(GrantRevoked, match="Sign in again"):
        client.org()


def pool_error(kind):
    """A failure as requests passes it on from urllib3, with the URL in its message."""
    pool = HTTPSConnectionPool("www.zohoapis.eu")
    url = "/crm/v8/Leads/search?criteria=pat@example.com"
    return requests.ConnectionError(MaxRetryError(pool, url, kind(pool)))


BEFORE = {
    "refused": lambda: pool_error(lambda pool: NewConnectionError(pool, "refused")),
    "no such host": lambda: pool_error(
        lambda pool: NameResolutionError("www.zohoapis.eu", pool, socket.gaierror("unknown"))
    ),
    "connect timeout": lambda: requests.ConnectTimeout(
        MaxRetryError(None, "/?token=1000.secret", ConnectTimeoutError("slow"))
    ),
}
AFTER = {
    "read timeout": lambda: requests.ReadTimeout("/crm/v8?criteria=pat@example.com"),
    "reset": lambda: requests.ConnectionError(ProtocolError("aborted", ConnectionResetError())),
    "cut": lambda: requests.exceptions.ChunkedEncodingError("pat@example.com"),
    "tls": lambda: requests.exceptions.SSLError(ssl.SSLError("bad record")),
    "redirects": lambda: requests.TooManyRedirects(),
    "urllib3": lambda: ProtocolError("pat@example.com"),
}


@pytest.mark.parametrize("name", BEFORE)
@pytest.mark.parametrize("ask", [READ, WRITE])
def test_what_was_never_sent_did_not_happen(crm, name, ask):
    client, _ = crm(BEFORE[name]())
    with pytest.raises(ZohoBusy) as busy:
        client.ask(ask)
    assert busy.value.zoho_code == "UNREACHABLE"


@pytest.mark.parametrize("name", AFTER)
def test_a_read_whose_answer_is_lost_may_be_asked_again(crm, name):
    client, _ = crm(AFTER[name]())
    with pytest.raises(ZohoBusy):
        client.ask(READ)


@pytest.mark.parametrize("name", AFTER)
def test_a_write_whose_answer_is_lost_may_have_happened_and_is_not_repeated(crm, name):
    client, wire = crm(AFTER[name]())
    with pytest.raises(ZohoUnclear):
        client.ask(WRITE)
    assert len(wire.asked) == client.calls == 1


@pytest.mark.parametrize("failure", [*BEFORE.values(), *AFTER.values()])
def test_an_error_of_the_network_shows_no_url_and_nobodys_data(crm, failure, caplog):
    caplog.set_level(logging.DEBUG)
    client, _ = crm(failure())
    with pytest.raises(ZohoError) as raised:
        client.ask(READ)
    shown = "".join(traceback.format_exception(raised.value)) + caplog.text + repr(raised.value)
    for secret in ("pat@", "1000.secret", "first-token"):
        assert secret not in shown


def test_the_log_of_a_call_shows_its_path_and_nobodys_data(crm, caplog):
    caplog.set_level(logging.DEBUG)
    client, _ = crm("converted_lead", "token_refused", NOTHING)
    client.ask(READ)
    client.ask(READ)
    assert "GET /crm/v8/Leads/search: 200" in caplog.text
    for secret in ("pat@", "criteria", "first-token", "second-token", "Doe"):
        assert secret not in caplog.text


def test_nothing_of_one_orgs_answers_is_sent_with_the_next(crm):
    cookie = (204, {"Set-Cookie": "session=1; Domain=zohoapis.eu; Path=/"}, b"")
    client, wire = crm(cookie, NOTHING)
    client.ask(READ)
    client.ask(READ)
    assert "Cookie" not in wire.asked[1].headers


def test_a_token_follows_no_redirect(crm):
    client, wire = crm((302, {"Location": "https://evil.example/"}, b""))
    with pytest.raises(ZohoBusy):
        client.ask(READ)
    assert len(wire.asked) == 1


def test_a_netrc_file_does_not_replace_the_token(crm, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine www.zohoapis.eu login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    client, wire = crm("org")
    client.org()
    assert wire.asked[0].headers["Authorization"] == "Zoho-oauthtoken first-token"


def test_the_real_transport_repeats_nothing_by_itself():
    transport = Transport()
    adapter = transport._session.get_adapter("https://www.zohoapis.com")
    assert adapter.max_retries.total == 0
    transport.close()


def test_a_host_that_refuses_the_connection_is_busy_even_for_a_write():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{taken.getsockname()[1]}"
        transport = Transport()
        with pytest.raises(ZohoBusy) as busy:
            transport.send(origin, WRITE, "token")
        transport.close()
    assert busy.value.zoho_code == "UNREACHABLE"


def test_what_is_left_of_the_credits_is_remembered_until_zoho_says_otherwise(crm):
    said = (204, {"x-api-credits-remaining": "1234"}, b"")
    client, _ = crm(NOTHING, said, NOTHING, (204, {"X-API-CREDITS-REMAINING": "many"}, b""))
    client.ask(READ)
    assert client.credits_left is None
    for _ in range(3):
        client.ask(READ)
        assert client.credits_left == 1234


def test_a_composite_request_waits_for_five_places(crm):
    client, wire = crm("composite_mixed", limit=5)
    client._limiter._patience = 0
    questions = {f"q{number}": client.asks.org() for number in range(5)}
    with client._limiter.places(), pytest.raises(ZohoBusy) as busy:
        client.composite(questions)
    assert (busy.value.code, wire.asked, client.calls) == ("too_many_at_once", [], 0)
    assert set(client.composite(questions)) == set(questions)


def test_all_pages_of_users_are_read(crm):
    client, wire = crm("users_page_1", "users_page_2")
    assert [user.id for user in client.users()] == ["327001", "327002"]
    assert "page=2" in wire.asked[1].url


def test_pages_that_never_end_are_not_turned_forever(crm):
    client, wire = crm(*["users_page_1"] * 60)
    client.users()
    assert len(wire.asked) == 50


def test_a_converted_lead_is_still_a_lead(crm):
    client, wire = crm("converted_lead")
    assert client.lead("524157").values["$converted"] is True
    assert wire.asked[0].url.endswith("/crm/v8/Leads/524157?converted=both")


@pytest.mark.parametrize("answer", [NOTHING, "no_such_lead"])
def test_a_lead_that_is_not_there_is_missing(crm, answer):
    client, _ = crm(answer)
    with pytest.raises(ZohoMissing):
        client.lead("7")


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("conversion_options", "answered"),
        (NOTHING, "nothing"),
        ("lead_locked", "refused"),
        ("too_many_requests", "unavailable"),
        (requests.ReadTimeout(), "unavailable"),
    ],
)
def test_whatever_zoho_says_to_the_conversion_is_an_answer(crm, answer, state):
    client, _ = crm(answer)
    assert client.conversion_options("7").state == state


def test_what_a_version_does_not_offer_is_not_asked(crm):
    client, wire = crm(version="v2")
    assert client.conversion_options("7").state == "unasked"
    assert client.related_counts("Leads", "7", ["Notes"]) == {"Notes": None}
    with pytest.raises(ZohoRefused):
        client.composite({"org": client.asks.org()})
    assert wire.asked == []


def test_lists_that_cannot_be_counted_are_unknown(crm):
    client, _ = crm("related_counts_one_failed", "related_counts_all_failed")
    assert client.related_counts("Leads", "7", ["Notes", "Survey"]) == {"Notes": 40, "Survey": None}
    assert client.related_counts("Leads", "7", ["Survey"]) == {"Survey": None}


def test_more_than_twenty_lists_are_counted_in_several_calls(crm):
    client, wire = crm("related_counts_one_failed", "related_counts_one_failed")
    lists = [f"List_{number}" for number in range(20)] + ["Notes"]
    assert client.related_counts("Leads", "7", lists)["Notes"] == 40
    assert [request.body.count(b"related_list") for request in wire.asked] == [20, 1]


def test_a_search_gives_no_more_than_was_wanted(crm):
    row = b'{"id": "%d"}'
    body = b'{"data": [' + b", ".join(row % number for number in (1, 2, 3)) + b"]}"
    client, _ = crm((200, {}, body))
    assert [record.id for record in client.search("Vendors", "(A:equals:b)", 2)] == ["1", "2"]


def test_metadata_is_read_module_by_module(crm):
    client, wire = crm(
        "modules", "fields_of_leads", "layouts_of_leads", "related_lists_of_leads", "pipelines",
        "profile_of_a_rep", "current_user",
    )  # fmt: skip
    assert {module.api_name for module in client.modules()} >= {"Leads", "Vendors"}
    assert client.fields("Leads")["Email"].unique
    assert client.layouts("Leads")[0].id == "91055"
    assert client.related_lists("Leads")[0] == RelatedList("Notes", "Notes", "701", "Notes")
    assert client.pipelines("91023")[0].layout_id == "91023"
    assert client.profile("15975").name == "Sales"
    assert client.current_user().administrator
    assert client.calls == len(wire.asked) == 7


def test_a_version_that_does_not_exist_is_refused_at_once(crm):
    with pytest.raises(ValueError, match="must be one of"):
        crm(version="v9")
