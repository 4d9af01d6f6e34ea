"""What every answer carries, and which pages of other origins may read it."""

import pytest

from tests.extension.door_rig import SESSIONS
from tests.extension.rig import (
    PUBLIC_URL,
    error_of,
    on_sqlite,
)


@on_sqlite
def test_every_answer_has_a_number_to_quote(nobody):
    first, second = nobody.get("/api/v1/me"), nobody.get("/api/v1/nothing")
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert len(first.headers["X-Request-Id"]) == 32


@on_sqlite
def test_a_proxys_number_is_kept(nobody):
    answer = nobody.client.get("/healthz", headers={"X-Request-Id": "proxy-0123456789"})
    assert answer.headers["X-Request-Id"] == "proxy-0123456789"


@on_sqlite
@pytest.mark.parametrize("given", ["short", "x" * 65, "bad id 12345", 'quote"123456', "ünsicher1"])
def test_a_number_that_could_do_harm_is_replaced(nobody, given):
    answer = nobody.client.get("/healthz", headers={"X-Request-Id": given})
    assert answer.headers["X-Request-Id"] != given


@on_sqlite
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Accept", "image/png"),
        ("Accept", ";;;,,,"),
        ("Accept-Language", "x" * 5000),
        ("Content-Length", "abc"),
        ("Cookie", "a=" + "b" * 5000),
        ("Cookie", "\x7f;;==;"),
        ("Host", "evil.example"),
        ("If-None-Match", "*"),
        ("If-Modified-Since", "yesterday"),
        ("Range", "bytes=0-1"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "gopher"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("Transfer-Encoding", "nonsense"),
        ("Expect", "100-continue"),
    ],
)
def test_absurd_headers_change_nothing(rep, name, value):
    answer = rep.client.get(
        "/api/v1/me", headers={"Authorization": f"Bearer {rep.token}", name: value}
    )
    assert answer.status_code == 200, answer.text
    assert "evil.example" not in answer.text + str(answer.headers)


@on_sqlite
@pytest.mark.parametrize(
    "path", ["/api/v1/me", "/api/v1/nothing", SESSIONS, "/api/v1/openapi.json"]
)
def test_the_api_sets_no_cookies_and_is_kept_by_nobody(rep, path):
    answer = rep.get(path)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@on_sqlite
def test_cookies_open_nothing(rep, nobody):
    nobody.client.set_cookie("token", rep.token, domain="convert.example.com")
    nobody.client.set_cookie("session", rep.token)
    assert error_of(nobody.get("/api/v1/me")) == (401, "not_signed_in")


@on_sqlite
def test_an_error_of_our_own_says_nothing_but_a_number(rep, parts, caplog):
    parts.engine.dispose()
    with parts.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sessions")
    answer = rep.get("/api/v1/me")
    assert error_of(answer) == (500, "internal_error")
    assert answer.json["error"]["details"] == {"request": answer.headers["X-Request-Id"]}
    assert "sessions" not in answer.text
    assert "sqlite" not in answer.text


# Other origins


@on_sqlite
@pytest.mark.parametrize("origin", [PUBLIC_URL, "https://widget.example.org"])
def test_a_widget_at_a_configured_origin_may_read_answers(nobody, origin):
    answer = nobody.client.get("/api/v1/me", headers={"Origin": origin})
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "Origin" in answer.headers["Vary"]
    exposed = answer.headers["Access-Control-Expose-Headers"]
    assert "Retry-After" in exposed
    assert "X-Request-Id" in exposed
    assert "Access-Control-Allow-Credentials" not in answer.headers


@on_sqlite
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://widget.example.org.evil.example",
        "https://evilwidget.example.org",
        "https://widgetXexample.org",
        "http://widget.example.org",
        "https://widget.example.org:8443",
        "null",
    ],
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_a_page_at_another_origin_may_read_nothing(nobody, origin, method):
    answer = nobody.client.open(
        "/api/v1/me",
        method=method,
        headers={"Origin": origin, "Access-Control-Request-Method": "GET"},
    )
    assert "Access-Control-Allow-Origin" not in answer.headers


@on_sqlite
def test_a_browser_may_ask_beforehand(nobody):
    answer = nobody.client.options(
        SESSIONS,
        headers={
            "Origin": "https://widget.example.org",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "https://widget.example.org"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert "authorization" in allowed
    assert "content-type" in allowed
    assert answer.headers["Access-Control-Max-Age"] == "3600"


@on_sqlite
@pytest.mark.parametrize("path", ["/install", "/signin", "/oauth/callback", "/healthz"])
def test_pages_are_read_by_no_other_origin(nobody, path):
    answer = nobody.client.get(path, headers={"Origin": "https://widget.example.org"})
    assert "Access-Control-Allow-Origin" not in answer.headers


@on_sqlite
def test_errors_too_can_be_read_by_the_widget(nobody):
    answer = nobody.client.get("/api/v1/nothing", headers={"Origin": "https://widget.example.org"})
    assert answer.headers["Access-Control-Allow-Origin"] == "https://widget.example.org"
