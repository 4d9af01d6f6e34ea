"""Uninstalling: every consent ends at Zoho, and nothing of the org stays with us."""

from threading import Barrier

import requests
from sqlalchemy import select, text

from emulator.people import User
from extension.parts import Parts
from extension.store.models import Base, Installation
from tests.extension.rig import REVOKE_PATH, VERIFIER, error_of, on_sqlite

PATH = "/api/v1/installation"


def lines(parts: Parts) -> dict[str, int]:
    """How many lines each of our tables has; the queue's own hold ids of runs alone."""
    with parts.engine.connect() as connection:
        return {
            name: connection.scalar(text(f"SELECT count(*) FROM {name}"))
            for name in Base.metadata.tables
            if name not in ("sign_ins", "workers")
        }


def test_an_administrator_uninstalls_and_nothing_stays(admin, rep, world, parts, wire, zoho):
    lead = world.add_record("Leads", {"Last_Name": "Doe"}, owner=world.users[1])
    assert rep.options(lead["id"]).status_code == 200
    assert all(zoho.honours(token) for token in wire.refresh_tokens)
    answer = admin.ask("DELETE", PATH)
    assert (answer.status_code, answer.json) == (200, {"left": []})
    assert len(wire.refresh_tokens) == 2
    assert not any(zoho.honours(token) for token in wire.refresh_tokens)
    assert set(lines(parts).values()) == {0}


def test_another_org_is_not_touched(admin, stranger, parts, elsewhere):
    admin.ask("DELETE", PATH)
    assert stranger.get("/api/v1/me").status_code == 200
    with parts.sessions() as db:
        assert [one.zgid for one in db.scalars(select(Installation))] == [elsewhere.org.zgid]


@on_sqlite
def test_a_rep_cannot_uninstall(rep, admin, wire):
    before = wire.count(REVOKE_PATH)
    assert error_of(rep.ask("DELETE", PATH)) == (403, "not_admin")
    assert wire.count(REVOKE_PATH) == before
    assert admin.get("/api/v1/me").status_code == 200


@on_sqlite
def test_a_stranger_uninstalls_their_own_org_only(admin, stranger):
    assert stranger.ask("DELETE", PATH).status_code == 200
    assert error_of(stranger.get("/api/v1/me")) == (401, "not_signed_in")
    assert admin.get("/api/v1/me").status_code == 200


@on_sqlite
def test_nobody_cannot_uninstall(nobody):
    assert error_of(nobody.ask("DELETE", PATH)) == (401, "not_signed_in")


@on_sqlite
def test_who_is_no_administrator_any_more_cannot_uninstall(admin, world, clock):
    world.users[0].profile = "Standard"
    clock.advance(minutes=21)
    assert error_of(admin.ask("DELETE", PATH)) == (403, "not_admin")
    assert admin.get("/api/v1/me").json["user"]["administrator"] is False


@on_sqlite
def test_who_has_become_an_administrator_can_uninstall(rep, world, clock):
    world.users[1].profile = "Administrator"
    clock.advance(minutes=21)
    assert rep.ask("DELETE", PATH).status_code == 200


@on_sqlite
def test_nothing_stays_even_where_zoho_cannot_be_reached(admin, rep, parts, wire):
    def unreachable(request, answer):
        if REVOKE_PATH in request.url:
            raise requests.ConnectionError
        return answer

    wire.twist = unreachable
    assert admin.ask("DELETE", PATH).status_code == 200
    assert set(lines(parts).values()) == {0}


@on_sqlite
def test_consents_are_ended_all_at_once(admin, rep, person, world, wire, parts):
    """With Zoho out of reach, one after the other would take minutes."""
    colleague = User(
        first_name="Co", last_name="Lleague", email="c@example.com", profile="Standard", role="CEO"
    )
    world.add_user(colleague)
    person().at_home(world, colleague)
    at_once = Barrier(3)

    def wait_for_the_others(request, answer):
        if REVOKE_PATH in request.url:
            at_once.wait(10)
            raise requests.ConnectionError
        return answer

    wire.twist = wait_for_the_others
    assert admin.ask("DELETE", PATH).status_code == 200
    assert set(lines(parts).values()) == {0}


def test_the_consent_of_who_signs_in_meanwhile_is_ended_too(admin, person, world, wire, zoho):
    late = person()

    def sign_in(request, answer):
        if REVOKE_PATH in request.url:
            wire.twist = None
            late.at_home(world, world.users[1])
        return answer

    wire.twist = sign_in
    assert admin.ask("DELETE", PATH).status_code == 200
    assert len(wire.refresh_tokens) == 2
    assert not any(zoho.honours(token) for token in wire.refresh_tokens)
    assert error_of(late.get("/api/v1/me")) == (401, "not_signed_in")


@on_sqlite
def test_the_consent_of_who_signs_in_after_all_was_deleted_is_given_back(
    admin, nobody, world, wire, zoho
):
    departure = nobody.open_sign_in(VERIFIER).headers["Location"]
    back = zoho.decide(departure, world, world.users[1])

    def uninstall(request, answer):
        if "/users" in request.url:
            wire.twist = None
            assert admin.ask("DELETE", PATH).status_code == 200
        return answer

    wire.twist = uninstall
    assert nobody.come_back(back).status_code == 401
    assert len(wire.refresh_tokens) == 2
    assert not any(zoho.honours(token) for token in wire.refresh_tokens)


@on_sqlite
def test_the_org_can_be_installed_again(admin, world):
    admin.ask("DELETE", PATH)
    assert admin.install(world, world.users[0]).status_code == 200
    admin.sign_in(world, world.users[0], verifier="again" * 10)
    assert admin.get("/api/v1/me").status_code == 200
