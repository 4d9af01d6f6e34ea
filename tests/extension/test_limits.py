"""How often one address may begin a sign-in, and ask whether it is done."""

import re
from dataclasses import replace
from pathlib import Path

from flask import Flask

from extension.sign_ins import challenge_of
from extension.store.models import Consent, SignIn
from extension.web import limits
from extension.web.limits import RATES
from tests.extension.rig import PUBLIC_URL, VERIFIER, error_of, everything, on_sqlite

SESSIONS = "/api/v1/sessions"
FILES = Path(__file__).parents[2] / "app"
MOST = {endpoint: int(rate.partition("/")[0]) for endpoint, rate in RATES.items()}


def begin(one, number: int, address: str = "192.0.2.1"):
    query = {"challenge": challenge_of(f"{VERIFIER}{number}"), "origin": PUBLIC_URL, "org": ""}
    where = {"REMOTE_ADDR": address}
    return one.client.get("/signin", query_string=query, environ_overrides=where)


def claim(one, address: str = "192.0.2.1"):
    where = {"REMOTE_ADDR": address}
    return one.client.post(SESSIONS, json={"verifier": VERIFIER}, environ_overrides=where)


@on_sqlite
def test_nobody_fills_the_store_with_sign_ins(nobody, parts):
    most = MOST["pages.sign_in"]
    statuses = [begin(nobody, number).status_code for number in range(most)]
    assert set(statuses) == {302}
    page = begin(nobody, most)
    assert (page.status_code, page.mimetype) == (429, "text/html")
    assert "<code>too_many_requests</code>" in page.text
    assert "Try again in a minute" in page.text
    assert 1 <= int(page.headers["Retry-After"]) <= 60
    assert len(everything(parts, SignIn)) == len(everything(parts, Consent)) == most


@on_sqlite
def test_nobody_fills_the_store_with_installations_that_are_begun(nobody, parts):
    most = MOST["pages.start_install"]
    statuses = [nobody.client.post("/install").status_code for _ in range(most + 1)]
    assert statuses == [302] * most + [429]
    assert len(everything(parts, Consent)) == most


@on_sqlite
def test_who_asks_too_often_for_a_session_is_told_so(nobody):
    most = MOST["api.claim_session"]
    for _ in range(most):
        assert claim(nobody).status_code == 202
    answer = claim(nobody)
    assert error_of(answer) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


@on_sqlite
def test_the_others_are_not_kept_out(nobody):
    for number in range(MOST["pages.sign_in"] + 1):
        begin(nobody, number)
    assert begin(nobody, 1_000, "192.0.2.1").status_code == 429
    assert begin(nobody, 1_001, "192.0.2.2").status_code == 302
    assert claim(nobody).status_code == 202, "nor from another door"


def test_who_is_refused_waits_no_longer_than_the_minute():
    app = Flask("quick")
    for endpoint in RATES:
        app.add_url_rule(f"/{endpoint}", endpoint, view_func=lambda: "")
    limits.register(app)
    client = app.test_client()
    path = "/pages.sign_in"
    assert {client.get(path).status_code for _ in range(MOST["pages.sign_in"])} == {200}
    answer = client.get(path)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


@on_sqlite
def test_who_comes_through_a_proxy_is_counted_by_their_own_address(config, new_app, person):
    app = new_app(replace(config, trusted_proxies=1))
    one = person(app)
    for number in range(MOST["pages.sign_in"] + 1):
        forwarded(one, number, "198.51.100.1")
    assert forwarded(one, 1_000, "198.51.100.1").status_code == 429
    assert forwarded(one, 1_001, "198.51.100.2").status_code == 302


def forwarded(one, number: int, address: str):
    query = {"challenge": challenge_of(f"{VERIFIER}{number}"), "origin": PUBLIC_URL, "org": ""}
    return one.client.get("/signin", query_string=query, headers={"X-Forwarded-For": address})


@on_sqlite
def test_an_address_that_asked_too_often_is_not_written_into_the_log(nobody, caplog):
    caplog.set_level("INFO")
    for number in range(MOST["pages.sign_in"] + 1):
        begin(nobody, number)
    assert "192.0.2.1" not in caplog.text


def test_an_office_behind_one_address_can_sign_in_together():
    people = 20
    [seconds] = re.findall(r"ASK_EVERY = ([0-9_]+);", (FILES / "js/session.js").read_text())
    assert people * 60_000 / int(seconds) <= MOST["api.claim_session"]
    assert people <= MOST["pages.sign_in"]
