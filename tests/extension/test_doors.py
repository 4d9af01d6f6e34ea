"""Bad input at our doors: the right status, one shape of error, nothing leaked."""

import io
import json
from itertools import product
from urllib.parse import quote, urlencode

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from extension.web.install import BROWSER_COOKIE
from tests.extension.rig import (
    PUBLIC_URL,
    VERIFIER,
    error_of,
    on_postgresql,
    on_sqlite,
    queried,
)

SESSIONS = "/api/v1/sessions"
TEN_MEGABYTES = 10_000_000


@on_sqlite
@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v2/me", "/nothing", "/api/v1/leads//options", "/app/nothing"]
)
def test_an_address_that_does_not_exist_is_told(nobody, path):
    assert error_of(nobody.get(path)) == (404, "not_found")


@on_sqlite
@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/api/v1/me", "GET"),
        ("GET", SESSIONS, "POST"),
        ("PUT", "/api/v1/leads/1/options", "GET"),
        ("PATCH", "/api/v1/installation", "DELETE"),
        ("DELETE", "/install", "POST"),
        ("POST", "/healthz", "GET"),
    ],
)
def test_a_method_that_is_not_offered_is_told_with_those_that_are(nobody, method, path, allowed):
    answer = nobody.ask(method, path)
    assert error_of(answer) == (405, "method_not_allowed")
    assert allowed in answer.headers["Allow"]


@on_sqlite
def test_a_method_that_nobody_knows_is_told(nobody):
    assert error_of(nobody.ask("BREW", "/api/v1/me")) == (405, "method_not_allowed")


# Bodies


@on_sqlite
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", SESSIONS),
        ("POST", "/api/v1/metadata/refresh"),
        ("DELETE", "/api/v1/installation"),
        ("POST", "/install"),
        ("POST", "/signin/release"),
        ("GET", "/api/v1/me"),
    ],
)
def test_ten_megabytes_are_refused_at_every_door(admin, method, path):
    answer = admin.ask(method, path, data=b"x" * TEN_MEGABYTES, content_type="application/json")
    assert error_of(answer) == (413, "too_large")


@on_sqlite
@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        (SESSIONS, "application/json"),
        ("/install", "application/x-www-form-urlencoded"),
        ("/signin/release", "multipart/form-data; boundary=x"),
    ],
)
def test_ten_megabytes_without_a_length_are_refused_when_they_have_come_too_far(
    app, path, content_type
):
    stream = Counting(TEN_MEGABYTES)
    status, answer = chunked(app, path, io.BufferedReader(stream), content_type)
    assert (status, answer["error"]["code"]) == (413, "too_large")
    assert stream.given < 200_000, "it is not read to its end"


@on_sqlite
def test_a_body_without_a_length_is_read_when_it_is_small(app):
    body = io.BytesIO(json.dumps({"verifier": VERIFIER}).encode())
    assert chunked(app, SESSIONS, body, "application/json") == (202, {"state": "pending"})


@on_sqlite
@pytest.mark.parametrize(
    "body", [b"", b"{", b"verifier", b"\xff\xfe", b'{"verifier": NaN', b"\x00"]
)
def test_a_body_that_is_no_json_is_told(nobody, body):
    answer = nobody.client.post(SESSIONS, data=body, content_type="application/json")
    assert error_of(answer)[0] in (400, 422)
    assert error_of(answer)[1] in ("bad_request", "invalid_input")


@on_sqlite
def test_a_body_that_nests_deeper_than_anybody_needs_is_told(nobody):
    body = b"[" * 30_000 + b"]" * 30_000
    answer = nobody.client.post(SESSIONS, data=body, content_type="application/json")
    assert error_of(answer) == (400, "bad_request")


@on_sqlite
@pytest.mark.parametrize("body", ["[]", "1", '"text"', "null", "true", "[[]]"])
def test_a_body_of_another_shape_is_told(nobody, body):
    answer = nobody.client.post(SESSIONS, data=body, content_type="application/json")
    assert error_of(answer) == (422, "invalid_input")


@on_sqlite
@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json", "*/*"],
)
def test_another_content_type_is_refused(nobody, content_type):
    answer = nobody.client.post(
        SESSIONS, data=json.dumps({"verifier": VERIFIER}), content_type=content_type
    )
    assert error_of(answer) == (415, "wrong_content_type")


@on_sqlite
def test_json_may_name_its_character_set(nobody):
    answer = nobody.client.post(
        SESSIONS,
        data=json.dumps({"verifier": VERIFIER}),
        content_type="application/json; charset=utf-8",
    )
    assert answer.status_code == 202


@on_sqlite
@pytest.mark.parametrize(
    "verifier",
    [
        None, 1, True, [], {}, "", "v" * 42, "v" * 129, "v" * 42 + "=", "v" * 42 + " ",
        "v" * 43 + "\n", "v" * 43 + "\x00", "v" * 43 + "ü", "v" * 50_000,
    ],
)  # fmt: skip
def test_a_verifier_that_is_none_is_told_by_name(nobody, verifier):
    answer = nobody.client.post(SESSIONS, json={"verifier": verifier})
    assert error_of(answer) == (422, "invalid_input")
    assert list(fields_of(answer)) == ["verifier"]


@on_sqlite
def test_a_missing_field_is_told_by_name(nobody):
    answer = nobody.client.post(SESSIONS, json={})
    assert error_of(answer) == (422, "invalid_input")
    assert list(fields_of(answer)) == ["verifier"]


@on_sqlite
def test_a_field_that_nobody_knows_is_refused_by_name(nobody):
    answer = nobody.client.post(SESSIONS, json={"verifier": VERIFIER, "admin": True})
    assert error_of(answer) == (422, "invalid_input")
    assert list(fields_of(answer)) == ["admin"]


@on_sqlite
def test_what_was_sent_is_not_repeated(nobody):
    answer = nobody.client.post(SESSIONS, json={"verifier": "secret of a person"})
    assert "secret of a person" not in answer.text


def fields_of(answer) -> dict[str, object]:
    found: dict[str, object] = answer.json["error"]["details"]["fields"]
    return found


# Ids


@on_sqlite
@pytest.mark.parametrize(
    "lead",
    [
        "abc", "0x10", "1.5", "-1", "1e3", "1" * 21, "1" * 5000, "%00", "1%00", "1%0A", "%20", "1 ",
        "..%2F..%2Forg", "%2e%2e", "1%27%20OR%201=1", "٣", "１", "@{lead:$.data[0].id}", "null",
        "{}", "1,2",
    ],
)  # fmt: skip
def test_an_id_that_can_be_none_is_refused_without_asking_zoho(rep, world, lead):
    world.log.clear()
    answer = rep.options(lead)
    # What has a slash in it is another address.
    assert error_of(answer) in ((422, "invalid_input"), (404, "not_found"))
    assert world.log.calls == []


# Texts that no database, or not every one, would take


STRANGE = ("\0", "a\0b", "\ud800", "\U0001f680", "x" * 5_000, "'; --", "\\", "%", "\n")


@on_postgresql
def test_a_sign_in_begins_with_no_strange_text(nobody):
    for name, text in product(("challenge", "origin", "org"), STRANGE):
        query = {"challenge": "c" * 43, "origin": PUBLIC_URL, "org": ""} | {name: text}
        assert nobody.client.get("/signin?" + encoded(query)).status_code == 422, (name, text[:9])


@on_postgresql
def test_no_strange_text_lets_a_widget_in(nobody):
    for name, text in product(("challenge", "secret"), STRANGE):
        form = {"challenge": "c" * 43, "secret": "s" * 43} | {name: text}
        assert send(nobody, "/signin/release", form).status_code == 400, (name, text[:9])


@on_postgresql
def test_no_strange_text_is_a_region(nobody):
    for text in STRANGE:
        assert send(nobody, "/install", {"data_center": text}).status_code == 400, text[:9]


@on_postgresql
@pytest.mark.parametrize("purpose", ["install", "session"])
def test_nobody_comes_back_from_zoho_with_a_strange_text(nobody, purpose):
    names = ("state", "code", "error", "location", "accounts-server")
    for number, (name, text) in enumerate(product(names, STRANGE)):
        away = nobody.depart() if purpose == "install" else opened(nobody, number)
        query = {"state": queried(away, "state"), "code": "1000.a.b"} | {name: text}
        answer = nobody.client.get("/oauth/callback?" + encoded(query))
        assert answer.status_code == 400, (name, text[:9])


@on_postgresql
def test_a_strange_text_is_no_browser(nobody):
    for text in STRANGE:
        state = queried(nobody.depart(), "state")
        cookie = f"{BROWSER_COOKIE}={text}".encode(errors="surrogatepass").decode("latin-1")
        answer = nobody.client.get(
            f"/oauth/callback?state={state}&code=1000.a.b",
            environ_overrides={"HTTP_COOKIE": cookie},
        )
        assert answer.status_code == 400, text[:9]


@on_postgresql
def test_a_strange_text_is_no_session(nobody):
    for text in STRANGE:
        header = f"Bearer {text}".encode(errors="surrogatepass").decode("latin-1")
        answer = nobody.client.get("/api/v1/me", environ_overrides={"HTTP_AUTHORIZATION": header})
        assert error_of(answer) == (401, "not_signed_in"), text[:9]


@on_postgresql
def test_a_strange_text_is_no_verifier_and_no_lead(rep):
    for text in STRANGE:
        answer = rep.client.post(SESSIONS, json={"verifier": text})
        assert error_of(answer) == (422, "invalid_input"), text[:9]
        answer = rep.options(quote(text, errors="surrogatepass", safe=""))
        assert error_of(answer) == (422, "invalid_input"), text[:9]


def encoded(values: dict[str, str]) -> str:
    return urlencode(values, errors="surrogatepass")


def send(person, path: str, form: dict[str, str]):
    content_type = "application/x-www-form-urlencoded"
    return person.client.post(path, data=encoded(form), content_type=content_type)


def opened(person, number: int) -> str:
    """Where a sign-in from the widget leads to."""
    return person.open_sign_in(f"{VERIFIER}{number}").headers["Location"]


# Headers and answers


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


class Counting(io.RawIOBase):
    """A body that comes in pieces and says how much of it was taken."""

    def __init__(self, size: int) -> None:
        self._left = size
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        count = min(len(buffer), self._left, 8192)
        buffer[:count] = b"x" * count
        self._left -= count
        self.given += count
        return count


def chunked(app, path: str, stream: io.BufferedIOBase, content_type: str):
    """Send a body whose length nobody says, as a server that unpacks chunks hands it on."""
    environ = EnvironBuilder(path=path, method="POST", content_type=content_type).get_environ()
    environ.pop("CONTENT_LENGTH", None)
    environ |= {"wsgi.input": stream, "wsgi.input_terminated": True}
    answer, status, _ = run_wsgi_app(app, environ, buffered=True)
    return int(status[:3]), json.loads(b"".join(answer))
