"""Bad input at our doors: the right status, one shape of error, nothing leaked."""

import io
import json
import re
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote, urlencode

import pytest
from marshmallow import Schema, fields

from extension.web import FOR_PEOPLE
from extension.web.install import BROWSER_COOKIE
from extension.web.schemas import Strict
from tests.extension.door_rig import SESSIONS, Counting, chunked
from tests.extension.rig import (
    PUBLIC_URL,
    VERIFIER,
    error_of,
    on_postgresql,
    on_sqlite,
    queried,
)

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


def every_shape(one: type[Schema] = Strict) -> Iterator[type[Schema]]:
    for each in one.__subclasses__():
        yield each
        yield from every_shape(each)


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_no_text_that_no_database_would_keep_comes_in(text):
    named = [
        (shape, name)
        for shape in every_shape()
        for name, field in shape().fields.items()
        if isinstance(field, fields.String)
    ]
    assert len(named) > 20
    for shape, name in named:
        assert "character" in str(shape().validate({name: text})[name]), (shape, name)


@on_postgresql
@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_it_is_refused_by_name_and_nothing_is_written(admin, world, text):
    wish = {"field": "Company", "value": text, "action": "convert"}
    answers = [
        admin.ask("POST", "/api/v1/provision", json={"digest": "0" * 64, "rule": wish}),
        admin.ask("POST", "/api/v1/event-endpoints", json={"url": f"https://example.com/{text}"}),
    ]
    for answer in answers:
        assert error_of(answer) == (422, "invalid_input")
        assert "character" in str(answer.json["error"]["details"]["fields"])


NAMED = re.compile(r"<(?:\w+:)?(\w+)>")


@on_postgresql
def test_nothing_has_a_name_that_no_database_would_keep(admin, nobody, app):
    people = {one.name for one in FOR_PEOPLE}
    rules = [one for one in app.url_map.iter_rules()
             if one.arguments and one.endpoint.partition(".")[0] in people]  # fmt: skip
    assert len(rules) > 20
    for rule in rules:
        path = NAMED.sub("a%00b", rule.rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            assert error_of(admin.ask(method, path)) == (404, "not_found"), (method, path)
            assert error_of(nobody.ask(method, path))[0] == 401, "who asks comes first"


def encoded(values: dict[str, str]) -> str:
    return urlencode(values, errors="surrogatepass")


def send(person, path: str, form: dict[str, str]):
    content_type = "application/x-www-form-urlencoded"
    return person.client.post(path, data=encoded(form), content_type=content_type)


def opened(person, number: int) -> str:
    """Where a sign-in from the widget leads to."""
    return person.open_sign_in(f"{VERIFIER}{number}").headers["Location"]
