"""Signing in from the widget: the pop-up, and what its last page hands over to whom."""

import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select
from werkzeug.test import TestResponse

from emulator.accounts import DEMO_CLIENT_ID
from extension import installations
from extension.config import Config
from extension.installations import identify
from extension.parts import Parts
from extension.sign_ins import challenge_of, code_of
from extension.store.models import Grant, Session, SignIn
from extension.zoho.oauth import TokenSet
from extension.zoho.scopes import SCOPES
from tests.extension.rig import (
    ANOTHER_ORIGIN,
    PUBLIC_URL,
    VERIFIER,
    changed,
    error_of,
    on_sqlite,
    parts_of,
    queried,
)

MESSAGE = re.compile(r'<script type="application/json" id="message">(.*?)</script>', re.S)
ORIGIN = re.compile(r'data-origin="([^"]*)"')


def handed_over(page: TestResponse) -> dict[str, Any]:
    """What the pop-up's last page posts to the widget."""
    found = MESSAGE.search(page.text)
    assert found, page.text
    said: dict[str, Any] = json.loads(found[1])
    return said


def rows(parts: Parts, table: type) -> Sequence[Any]:
    with parts.sessions() as db:
        return db.scalars(select(table)).all()


def test_a_rep_signs_in_and_the_pop_up_hands_the_session_over(admin, person, world):
    page = person().sign_in(world, world.users[1])
    assert page.status_code == 200
    said = handed_over(page)
    assert said["type"] == "convert-anywhere:session"
    assert said["challenge"] == challenge_of(VERIFIER + world.users[1].id)
    assert said["expires_at"] == "2026-01-10T20:00:00+00:00"
    assert len(said["token"]) >= 43


def test_the_session_works_for_whom_it_was_made(rep, world):
    answer = rep.get("/api/v1/me")
    assert answer.json["user"] == {
        "id": world.users[1].id,
        "name": "Rob Rep",
        "email": "rob@example.com",
        "profile": "Standard",
        "administrator": False,
    }


@on_sqlite
@pytest.mark.parametrize("origin", [PUBLIC_URL, ANOTHER_ORIGIN])
def test_the_session_goes_to_the_origin_that_opened_the_pop_up_and_to_no_other(
    admin, nobody, world, origin
):
    page = nobody.follow(nobody.open_sign_in(VERIFIER, origin=origin), world, world.users[1])
    assert ORIGIN.findall(page.text) == [origin]


@on_sqlite
@pytest.mark.parametrize(
    "origin",
    [
        "",
        "*",
        "null",
        "https://convert.example.com/",
        "https://convert.example.com.evil.example",
        "https://evil.example",
        "http://convert.example.com",
        "https://CONVERT.example.com",
    ],
)
def test_a_page_of_another_origin_opens_no_sign_in(nobody, origin, parts):
    page = nobody.open_sign_in(VERIFIER, origin=origin)
    assert_problem(page, "unknown_origin", "WIDGET_ORIGINS", status=422)
    assert rows(parts, SignIn) == []


@on_sqlite
@pytest.mark.parametrize(
    "challenge", ["", "short", "c" * 42, "c" * 44, "c" * 42 + "=", "c" * 42 + "\x00", "ç" * 43]
)
def test_a_challenge_that_is_none_opens_no_sign_in(nobody, challenge, parts):
    page = nobody.client.get("/signin", query_string={"challenge": challenge, "origin": PUBLIC_URL})
    assert_problem(page, "invalid_input", "not complete", status=422)
    assert rows(parts, SignIn) == []


@on_sqlite
@pytest.mark.parametrize("org", ["abc", "1" * 21, "60001234567\n", "٦٠٠٠"])
def test_an_org_that_is_no_id_opens_no_sign_in(nobody, org):
    assert_problem(nobody.open_sign_in(VERIFIER, org), "invalid_input", status=422)


@on_sqlite
def test_a_challenge_works_once(admin, nobody):
    assert nobody.open_sign_in(VERIFIER).status_code == 302
    page = nobody.open_sign_in(VERIFIER)
    assert_problem(page, "invalid_input", "used already", status=422)


@on_sqlite
def test_who_comes_from_the_widget_is_not_sent_to_the_install_page(nobody):
    page = nobody.open_sign_in("too short", origin="https://evil.example")
    assert "/install" not in page.text


@on_sqlite
def test_people_are_asked_in_the_region_where_their_org_is_installed(stranger, nobody, elsewhere):
    answer = nobody.open_sign_in(VERIFIER, org=elsewhere.org.zgid)
    assert answer.headers["Location"].startswith("https://accounts.zoho.eu/")


@on_sqlite
def test_the_last_page_lets_nobody_else_look(admin, nobody, world):
    page = nobody.sign_in(world, world.users[1])
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert page.headers["Cross-Origin-Opener-Policy"] == "unsafe-none"


@on_sqlite
def test_only_the_session_is_on_the_last_page_and_no_token_of_zoho(admin, nobody, world, wire):
    page = nobody.sign_in(world, world.users[1])
    assert not [secret for secret in wire.secrets if secret in page.text]


def test_the_store_keeps_no_token_as_it_is(rep, parts, wire, world):
    kept = repr(
        [
            vars(row)
            for table in (Grant, Session, SignIn)
            for row in rows(parts, table)
        ]
    )  # fmt: skip
    assert rep.token not in kept
    assert not [secret for secret in wire.secrets if secret in kept]


@on_sqlite
def test_the_page_shows_the_code_that_the_widget_shows(admin, nobody, world):
    page = nobody.sign_in(world, world.users[1])
    code = code_of(challenge_of(VERIFIER + world.users[1].id))
    assert re.fullmatch("[A-Z2-7]{6}", code)
    assert f'<p class="code">{code}</p>' in page.text


@on_sqlite
def test_two_sign_ins_of_one_browser_can_be_under_way(admin, nobody, world, zoho):
    first = nobody.open_sign_in(VERIFIER).headers["Location"]
    second = nobody.open_sign_in("w" * 43).headers["Location"]
    for url in (first, second):
        page = nobody.come_back(zoho.decide(url, world, world.users[1]))
        assert handed_over(page)["type"] == "convert-anywhere:session"


# Coming again


def test_who_signs_in_again_is_not_asked_again_and_keeps_the_grant(rep, world, parts, wire):
    before = rows(parts, Grant)[-1].refresh_token
    issued = list(wire.refresh_tokens)
    page = rep.sign_in(world, world.users[1], verifier="again" + VERIFIER)
    assert page.status_code == 200
    assert rep.get("/api/v1/me").status_code == 200
    assert wire.refresh_tokens == issued
    assert rows(parts, Grant)[-1].refresh_token == before


@on_sqlite
def test_the_usual_sign_in_does_not_make_zoho_ask(admin, nobody):
    assert "prompt" not in nobody.open_sign_in(VERIFIER).headers["Location"]


@on_sqlite
def test_zoho_is_made_to_ask_when_it_gives_no_lasting_access_and_we_hold_none(
    admin, nobody, world, worlds, zoho
):
    # The rep consented long ago, for an installation that has been removed since.
    worlds.tokens.grant(world, world.users[1], SCOPES, DEMO_CLIENT_ID)
    first = nobody.open_sign_in(VERIFIER).headers["Location"]
    again = nobody.come_back(zoho.decide(first, world, world.users[1]))
    assert again.status_code == 302
    assert queried(again.headers["Location"], "prompt") == "consent"
    page = nobody.come_back(zoho.decide(again.headers["Location"], world, world.users[1]))
    assert handed_over(page)["type"] == "convert-anywhere:session"


@on_sqlite
def test_nobody_is_asked_for_ever(admin, nobody, world, worlds, zoho, wire):
    """Zoho may give no lasting access however it is asked."""
    worlds.tokens.grant(world, world.users[1], SCOPES, DEMO_CLIENT_ID)
    first = nobody.open_sign_in(VERIFIER).headers["Location"]
    again = nobody.come_back(zoho.decide(first, world, world.users[1])).headers["Location"]
    back = zoho.decide(changed(again, access_type="online"), world, world.users[1])
    page = nobody.come_back(back)
    assert_problem(page, "no_refresh_token", "Connected Apps")
    assert handed_over(page)["code"] == "no_refresh_token"


@on_sqlite
def test_who_withdrew_the_consent_can_give_it_again(rep, world, zoho, clock):
    zoho.withdraw(world, world.users[1])
    clock.advance(hours=2)
    assert rep.options("1").status_code == 401
    rep.sign_in(world, world.users[1], verifier="again" + VERIFIER)
    assert rep.get("/api/v1/me").status_code == 200


@on_sqlite
def test_zoho_is_made_to_ask_when_no_key_opens_what_we_hold(
    rep, world, config, new_app, person, zoho
):
    """Else Zoho, which has asked before, would never again give what we lost."""
    app = new_app(with_another_key(config))
    there = person(app)
    first = there.open_sign_in("again" + VERIFIER).headers["Location"]
    again = there.come_back(zoho.decide(first, world, world.users[1]))
    assert queried(again.headers["Location"], "prompt") == "consent"
    page = there.come_back(zoho.decide(again.headers["Location"], world, world.users[1]))
    assert handed_over(page)["type"] == "convert-anywhere:session"
    [grant] = [one for one in rows(parts_of(app), Grant) if not one.administrator]
    assert parts_of(app).vault.open(grant.refresh_token)


def with_another_key(config: Config) -> Config:
    return replace(config, secret_keys=(Fernet.generate_key().decode(),))


# Where it goes wrong


@on_sqlite
def test_who_declines_is_told_and_so_is_the_widget(admin, nobody, world, parts):
    page = nobody.sign_in(world, world.users[1], decision="decline")
    assert_problem(page, "access_denied", "You declined")
    assert handed_over(page) == {
        "type": "convert-anywhere:sign-in-failed",
        "challenge": challenge_of(VERIFIER + world.users[1].id),
        "code": "access_denied",
        "message": "You declined Zoho's question.",
    }
    assert ORIGIN.findall(page.text) == [PUBLIC_URL]
    assert "/install" not in page.text


@on_sqlite
def test_an_org_that_is_not_installed_is_told_and_nothing_is_kept(nobody, world, parts, wire, zoho):
    page = nobody.sign_in(world, world.users[1])
    assert_problem(page, "not_installed", "administrator", status=401)
    assert handed_over(page)["code"] == "not_installed"
    assert rows(parts, Grant) == []
    [token] = wire.refresh_tokens
    assert not zoho.honours(token)


@on_sqlite
def test_another_org_than_the_one_that_is_open_is_told(
    admin, stranger, nobody, world, elsewhere, wire, zoho
):
    page = nobody.sign_in(elsewhere, elsewhere.users[1], org=world.org.zgid)
    assert_problem(page, "wrong_org", "another organisation", status=403)
    assert "token" not in handed_over(page)
    assert not zoho.honours(wire.refresh_tokens[-1])


@on_sqlite
def test_scopes_that_were_not_granted_are_told(admin, nobody, world, zoho):
    url = nobody.open_sign_in(VERIFIER).headers["Location"]
    back = zoho.decide(changed(url, scope="ZohoCRM.org.READ"), world, world.users[1])
    page = nobody.come_back(back)
    assert_problem(page, "scopes_missing", "ZohoCRM.modules.ALL")
    assert handed_over(page)["code"] == "scopes_missing"


@on_sqlite
def test_zoho_being_busy_is_told(admin, nobody, world):
    world.faults.order("busy", path="/users")
    page = nobody.sign_in(world, world.users[1])
    assert_problem(page, "zoho_busy", status=503)
    assert handed_over(page)["code"] == "zoho_busy"


@on_sqlite
def test_a_sign_in_that_took_too_long_is_told(admin, nobody, world, clock, zoho):
    url = nobody.open_sign_in(VERIFIER).headers["Location"]
    clock.advance(minutes=11)
    page = nobody.come_back(zoho.decide(url, world, world.users[1]))
    assert_problem(page, "state_lost", "ten minutes")


@on_sqlite
def test_the_widget_is_told_that_its_sign_in_took_too_long(admin, nobody, world, clock, zoho):
    url = nobody.open_sign_in(VERIFIER).headers["Location"]
    clock.advance(minutes=11)
    page = nobody.come_back(zoho.decide(url, world, world.users[1]))
    assert handed_over(page)["code"] == "state_lost"
    assert ORIGIN.findall(page.text) == [PUBLIC_URL]


@on_sqlite
def test_the_widget_is_told_that_its_sign_in_ended_while_zoho_asked_again(
    admin, nobody, world, worlds, zoho, clock, wire
):
    worlds.tokens.grant(world, world.users[1], SCOPES, DEMO_CLIENT_ID)
    first = nobody.open_sign_in(VERIFIER).headers["Location"]
    clock.advance(minutes=6)
    again = nobody.come_back(zoho.decide(first, world, world.users[1])).headers["Location"]
    clock.advance(minutes=6)
    page = nobody.come_back(zoho.decide(again, world, world.users[1]))
    assert_problem(page, "sign_in_expired", status=404)
    assert handed_over(page)["code"] == "sign_in_expired"
    assert wire.refresh_tokens == wire.refresh_tokens[:1], "no code is redeemed for nobody"


@on_sqlite
def test_a_fault_of_ours_is_told_in_the_pop_up_and_to_the_widget(
    admin, nobody, world, wire, zoho, person
):
    wire.twist = fault
    page = nobody.sign_in(world, world.users[1])
    assert_problem(page, "internal_error", page.headers["X-Request-Id"], status=500)
    assert handed_over(page)["code"] == "internal_error"
    assert not zoho.honours(wire.refresh_tokens[-1])
    polled = person().client.post(
        "/api/v1/sessions", json={"verifier": VERIFIER + world.users[1].id}
    )
    assert error_of(polled) == (403, "internal_error")


@on_sqlite
def test_the_pop_up_tells_the_widget_even_of_a_database_that_fails(
    admin, nobody, world, wire, zoho, parts
):
    departure = nobody.open_sign_in(VERIFIER)
    with parts.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sessions")
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE UPDATE ON sign_ins BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    page = nobody.follow(departure, world, world.users[1])
    assert_problem(page, "internal_error", status=500)
    assert handed_over(page)["code"] == "internal_error"


def fault(request, answer):
    """Something in our own code goes wrong while Zoho is asked who this is."""
    if "/users" in request.url:
        raise ZeroDivisionError
    return answer


@on_sqlite
def test_a_sign_in_works_only_in_the_browser_that_began(admin, nobody, person, world, zoho, parts):
    url = nobody.open_sign_in(VERIFIER).headers["Location"]
    page = person().come_back(zoho.decide(url, world, world.users[1]))
    assert_problem(page, "state_lost")
    assert len(rows(parts, Grant)) == 1


@on_sqlite
def test_the_name_of_an_org_breaks_out_of_no_script(nobody, world):
    world.org.company_name = "</script><script>alert(1)</script>"
    page = nobody.sign_in(world, world.users[1])
    assert "<script>alert" not in page.text
    assert "</script><script>alert(1)</script>" in handed_over(page)["message"]


def test_a_user_who_signs_in_twice_at_once_has_one_grant(admin, world, app, parts, wire):
    """Two windows: whichever comes second finds what the first has made."""
    center = parts.data_centers.by_location("us")
    tokens = wire._app.extensions["worlds"].tokens
    arrived = []
    for _ in range(4):
        refresh = tokens.grant(world, world.users[1], SCOPES)
        access = tokens.renew(refresh.value, DEMO_CLIENT_ID)
        given = TokenSet(access.value, refresh.value, 3600, " ".join(SCOPES), center.api)
        arrived.append(identify(parts, center, given))
    at_once = Barrier(len(arrived))

    def welcome(one):
        at_once.wait()
        return installations.welcome(parts, one, "")

    with ThreadPoolExecutor(len(arrived)) as pool:
        kept = list(pool.map(welcome, arrived))
    assert len({grant.id for grant in kept}) == 1
    assert len(rows(parts, Grant)) == 2


def assert_problem(page, code: str, *words: str, status: int = 400) -> None:
    assert (page.status_code, page.mimetype) == (status, "text/html"), page.text[:300]
    assert f"<code>{code}</code>" in page.text
    for said in words:
        assert said in page.text
