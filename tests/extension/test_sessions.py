"""The widget's bearer token: what it opens, and when it is over."""

import pytest
from sqlalchemy import select

from extension.store.models import Session
from tests.extension.rig import VERIFIER, error_of, on_sqlite

PROTECTED = [
    ("GET", "/api/v1/me"),
    ("GET", "/api/v1/leads/1/options"),
    ("POST", "/api/v1/metadata/refresh"),
    ("DELETE", "/api/v1/installation"),
]


@pytest.mark.parametrize(("method", "path"), [*PROTECTED, ("DELETE", "/api/v1/sessions/current")])
@on_sqlite
def test_nobody_gets_in_without_a_token(nobody, method, path):
    answer = nobody.ask(method, path)
    assert error_of(answer) == (401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), PROTECTED)
@on_sqlite
def test_nobody_gets_in_with_a_forged_token(admin, nobody, method, path):
    nobody.token = admin.token[:-1] + ("A" if admin.token[-1] != "A" else "B")
    assert error_of(nobody.ask(method, path)) == (401, "not_signed_in")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer  \t",
        "Basic dXNlcjpwdw==",
        "Zoho-oauthtoken {token}",
        "Token {token}",
        "{token}",
        "Bearer {token}, Bearer {token}",
        "Bearer ' OR 1=1 --",
        "Bearer \xff\xfe",
        "Bearer " + "x" * 20_000,
    ],
)
@on_sqlite
def test_garbage_in_the_header_is_no_session(admin, header):
    answer = admin.client.get(
        "/api/v1/me", headers={"Authorization": header.format(token=admin.token)}
    )
    assert error_of(answer) == (401, "not_signed_in")


@on_sqlite
def test_the_kind_of_the_header_may_be_spelled_in_any_case(admin):
    answer = admin.client.get("/api/v1/me", headers={"Authorization": f"bearer {admin.token}"})
    assert answer.status_code == 200


@on_sqlite
def test_an_access_token_of_zoho_is_no_session_of_ours(admin, nobody, wire):
    for secret in wire.secrets:
        nobody.token = secret
        assert error_of(nobody.get("/api/v1/me")) == (401, "not_signed_in")


def test_a_session_lasts_eight_hours(rep, clock):
    clock.advance(hours=7, minutes=59)
    assert rep.get("/api/v1/me").status_code == 200
    clock.advance(minutes=1)
    assert error_of(rep.get("/api/v1/me")) == (401, "session_over")


def test_who_signs_out_is_out(rep):
    assert rep.ask("DELETE", "/api/v1/sessions/current").status_code == 204
    assert error_of(rep.get("/api/v1/me")) == (401, "not_signed_in")


@on_sqlite
def test_signing_out_ends_one_session_and_no_other(rep, admin, world):
    first = rep.token
    rep.sign_in(world, world.users[1], verifier="again" + VERIFIER)
    rep.ask("DELETE", "/api/v1/sessions/current")
    assert admin.get("/api/v1/me").status_code == 200
    rep.token = first
    assert rep.get("/api/v1/me").status_code == 200


@on_sqlite
def test_signing_out_twice_does_no_harm(rep):
    rep.ask("DELETE", "/api/v1/sessions/current")
    assert rep.ask("DELETE", "/api/v1/sessions/current").status_code == 204


def test_a_session_is_dead_when_zoho_has_withdrawn_the_grant(rep, admin, world, zoho, clock):
    zoho.withdraw(world, world.users[1])
    clock.advance(hours=1)
    assert error_of(rep.options("1")) == (401, "grant_revoked")
    assert error_of(rep.get("/api/v1/me")) == (401, "grant_revoked")
    assert admin.get("/api/v1/me").status_code == 200


def test_a_session_is_dead_when_the_org_is_uninstalled(rep, admin):
    assert admin.ask("DELETE", "/api/v1/installation").status_code == 200
    assert error_of(rep.get("/api/v1/me")) == (401, "not_signed_in")


@on_sqlite
def test_a_stranger_sees_their_own_org(admin, stranger, elsewhere):
    answer = stranger.get("/api/v1/me").json
    assert answer["org"]["id"] == elsewhere.org.zgid
    assert answer["installation"]["data_center"] == "eu"
    assert answer["installation"]["records_at"].startswith("https://crm.zoho.eu/")


@on_sqlite
def test_me_says_until_when_and_where(rep, world):
    answer = rep.get("/api/v1/me").json
    assert answer["org"] == {"id": world.org.zgid, "name": "Acme Inc."}
    assert answer["session"] == {"expires_at": "2026-01-10T20:00:00+00:00"}
    assert answer["installation"] == {
        "data_center": "us", "state": "active",
        "records_at": f"https://crm.zoho.com/crm/org{world.org.zgid}/tab",
    }  # fmt: skip


@on_sqlite
def test_me_says_that_the_installation_has_lost_its_own_access(rep, admin, world, zoho, clock):
    zoho.withdraw(world, world.users[0])
    clock.advance(hours=1)
    admin.ask("POST", "/api/v1/metadata/refresh")
    assert rep.get("/api/v1/me").json["installation"]["state"] == "revoked"


@on_sqlite
def test_me_asks_zoho_nothing(rep, wire):
    before = len(wire.asked)
    rep.get("/api/v1/me")
    assert len(wire.asked) == before


@on_sqlite
def test_sessions_that_are_over_are_forgotten_when_somebody_signs_in(
    rep, admin, parts, world, clock
):
    clock.advance(hours=9)
    admin.sign_in(world, world.users[0], verifier="later" + VERIFIER)
    with parts.sessions() as db:
        assert len(db.scalars(select(Session)).all()) == 1
