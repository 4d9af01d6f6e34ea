"""Where the browser keeps pop-up and widget apart: the widget asks, the person lets it in."""

import re
from dataclasses import replace
from html import unescape

import pytest
from cryptography.fernet import Fernet

from extension.sign_ins import challenge_of
from tests.extension.rig import (
    FORM_VALUE,
    VERIFIER,
    Person,
    error_of,
    on_sqlite,
)


def ask(one: Person, verifier: str):
    return one.client.post("/api/v1/sessions", json={"verifier": verifier})


def let_in(page, one: Person):
    """Press "Yes, it is the same code" on the pop-up's last page."""
    form = {name: unescape(value) for name, value in FORM_VALUE.findall(page.text)}
    return one.client.post("/signin/release", data=form)


@pytest.fixture
def widget(person) -> Person:
    """The widget: it shares no cookie with the pop-up."""
    return person()


@pytest.fixture
def verifier(world) -> str:
    return VERIFIER + world.users[1].id


@on_sqlite
def test_the_widget_gets_its_session_once_the_person_has_compared_the_codes(
    admin, nobody, widget, world, verifier
):
    assert ask(widget, verifier).json == {"state": "pending"}, "the pop-up is not there yet"
    departure = nobody.open_sign_in(verifier)
    assert (ask(widget, verifier).status_code, ask(widget, verifier).json) == (
        202,
        {"state": "pending"},
    )
    page = nobody.follow(departure, world, world.users[1])
    assert ask(widget, verifier).status_code == 202, "nobody has compared the codes yet"
    assert "You are signed in" in let_in(page, nobody).text
    answer = ask(widget, verifier)
    assert answer.status_code == 200
    assert answer.json["state"] == "signed_in"
    assert answer.json["expires_at"] == "2026-01-10T20:00:00+00:00"
    widget.token = answer.json["token"]
    assert widget.get("/api/v1/me").json["user"]["name"] == "Rob Rep"


def test_the_session_is_given_once(admin, nobody, widget, world, verifier):
    let_in(nobody.sign_in(world, world.users[1]), nobody)
    assert "token" in ask(widget, verifier).json
    assert "token" not in ask(widget, verifier).json


@on_sqlite
def test_a_session_is_kept_by_nobody_on_the_way(admin, nobody, widget, world, verifier):
    let_in(nobody.sign_in(world, world.users[1]), nobody)
    assert ask(widget, verifier).headers["Cache-Control"] == "no-store"


@on_sqlite
def test_another_verifier_gets_nothing(admin, nobody, widget, world):
    let_in(nobody.sign_in(world, world.users[1]), nobody)
    assert ask(widget, "x" * 43).json == {"state": "pending"}


@on_sqlite
def test_the_challenge_itself_opens_nothing(admin, nobody, widget, world, verifier):
    let_in(nobody.sign_in(world, world.users[1]), nobody)
    assert ask(widget, challenge_of(verifier)).json == {"state": "pending"}


@on_sqlite
@pytest.mark.parametrize("secret", ["", "guess"])
def test_only_the_last_page_of_the_pop_up_can_let_the_widget_in(
    admin, nobody, widget, world, verifier, secret
):
    nobody.sign_in(world, world.users[1])
    page = nobody.client.post(
        "/signin/release", data={"challenge": challenge_of(verifier), "secret": secret}
    )
    assert (page.status_code, page.mimetype) == (400, "text/html")
    assert "<code>sign_in_expired</code>" in page.text
    assert ask(widget, verifier).status_code == 202


@on_sqlite
def test_a_page_that_waited_too_long_lets_nobody_in(admin, nobody, widget, world, verifier, clock):
    page = nobody.sign_in(world, world.users[1])
    clock.advance(minutes=10)
    assert let_in(page, nobody).status_code == 400
    assert error_of(ask(widget, verifier)) == (404, "sign_in_expired")


@on_sqlite
def test_a_widget_that_asks_too_late_is_told(admin, nobody, widget, world, verifier, clock):
    let_in(nobody.sign_in(world, world.users[1]), nobody)
    clock.advance(minutes=10)
    assert error_of(ask(widget, verifier)) == (404, "sign_in_expired")


@on_sqlite
def test_the_code_is_there_without_scripts_too(admin, nobody, world):
    page = nobody.sign_in(world, world.users[1])
    [inside] = re.findall(r"<noscript>(.*?)</noscript>", page.text, re.S)
    assert 'action="/signin/release"' in inside


@on_sqlite
def test_the_widget_is_told_that_the_person_declined(admin, nobody, widget, world, verifier):
    nobody.sign_in(world, world.users[1], decision="decline")
    assert error_of(ask(widget, verifier)) == (403, "access_denied")


@on_sqlite
def test_the_widget_is_told_that_the_org_is_not_installed(nobody, widget, world, verifier):
    nobody.sign_in(world, world.users[1])
    assert error_of(ask(widget, verifier)) == (403, "not_installed")


@on_sqlite
def test_the_widget_is_told_that_it_was_another_org(
    admin, stranger, nobody, widget, world, elsewhere
):
    nobody.sign_in(elsewhere, elsewhere.users[1], org=world.org.zgid)
    answer = ask(widget, VERIFIER + elsewhere.users[1].id)
    assert error_of(answer) == (403, "wrong_org")
    assert "token" not in answer.text


@on_sqlite
def test_a_session_that_no_key_opens_any_more_is_over(
    admin, nobody, widget, world, verifier, config, new_app, person
):
    let_in(nobody.sign_in(world, world.users[1]), nobody)
    config = replace(config, secret_keys=(Fernet.generate_key().decode(),))
    there = person(new_app(config))
    assert error_of(ask(there, verifier)) == (404, "sign_in_expired")
