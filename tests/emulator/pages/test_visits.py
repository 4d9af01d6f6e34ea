"""Who looks at the pages: one cookie, no passwords, and nothing for strangers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.emulator.pages.conftest import ORG
from tests.emulator.pages.office import Office


def test_the_root_leads_to_the_orgs(app: Flask, office: Office) -> None:
    page = app.test_client().get("/", follow_redirects=True)
    assert page.status_code == 200
    assert "Acme Inc." in page.text


@pytest.mark.parametrize("path", ["/tab/Home", "/tab/Leads", "/tab/Leads/1", "/tab/Nothing"])
def test_a_stranger_is_sent_to_the_sign_in_page_and_back(
    app: Flask, office: Office, path: str
) -> None:
    client = app.test_client()
    sent = client.get(f"{ORG}{path}?search=a%26b")
    assert sent.status_code == 302
    page = client.get(sent.location)
    assert "Rob Rep" in page.text
    back = client.post(
        f"{ORG}/signin", data={"user": office.rep.id, "next": f"{ORG}{path}?search=a%26b"}
    )
    assert back.location == f"{ORG}{path}?search=a%26b"


def test_only_active_users_can_be_chosen(app: Flask, office: Office) -> None:
    page = app.test_client().get(f"{ORG}/signin")
    assert "Rhea Reader" in page.text
    assert "Gone Gary" not in page.text


def test_a_disabled_user_is_signed_out(rep: FlaskClient, office: Office) -> None:
    office.rep.status = "disabled"
    assert rep.get(f"{ORG}/tab/Home").status_code == 302


@pytest.mark.parametrize("user", ["", "nobody"])
def test_nobody_else_can_be_chosen(app: Flask, office: Office, user: str) -> None:
    answer = app.test_client().post(f"{ORG}/signin", data={"user": user})
    assert answer.status_code == 400
    assert "no such user" in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", f"{ORG}\\..\\evil", "/crm/org1/tab/Home",
        f"{ORG}.evil", "javascript:alert(1)", "",
    ],
)  # fmt: skip
def test_after_sign_in_nobody_is_sent_to_another_site(
    app: Flask, office: Office, target: str
) -> None:
    answer = app.test_client().post(f"{ORG}/signin", data={"user": office.rep.id, "next": target})
    assert answer.location == f"{ORG}/tab/Home"


def test_the_cookie_is_for_the_server_alone(app: Flask, office: Office) -> None:
    answer = app.test_client().post(f"{ORG}/signin", data={"user": office.rep.id})
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]


def test_a_person_can_switch_and_leave(rep: FlaskClient, office: Office) -> None:
    home = rep.get(f"{ORG}/tab/Home").text
    assert "Switch to" in home
    assert office.admin.full_name in home
    rep.post(f"{ORG}/signin", data={"user": office.admin.id})
    assert "Welcome, Ada" in rep.get(f"{ORG}/tab/Home").text
    rep.post(f"{ORG}/signout")
    assert rep.get(f"{ORG}/tab/Home").status_code == 302


@pytest.mark.parametrize("path", ["/signin", "/signout", "/widget/events"])
@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:8000", "null"])
def test_a_page_of_another_origin_can_do_nothing(
    rep: FlaskClient, office: Office, path: str, origin: str
) -> None:
    answer = rep.post(f"{ORG}{path}", data={"user": office.admin.id}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "Welcome, Rob" in rep.get(f"{ORG}/tab/Home").text


def test_the_pages_own_origin_may(rep: FlaskClient, office: Office) -> None:
    answer = rep.post(
        f"{ORG}/signin", data={"user": office.admin.id}, headers={"Origin": "http://localhost"}
    )
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "path", ["/crm/org1/", "/crm/org1/tab/Leads", "/crm/org1/signin", "/crm/org/tab/Home"]
)
def test_an_unknown_org_has_a_page_that_says_so(app: Flask, path: str) -> None:
    page = app.test_client().get(path)
    assert page.status_code == 404
    if "org1" in path:
        assert "There is no org 1" in page.text


def test_every_page_says_that_it_is_an_emulator_and_forbids_scripts_of_others(
    rep: FlaskClient, office: Office
) -> None:
    for path in ("/signin", "/tab/Home", "/tab/Leads", f"/tab/Leads/{office.pat['id']}"):
        page = rep.get(f"{ORG}{path}")
        assert "This is an emulator" in page.text
        assert 'href="/_emulator/"' in page.text
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert "unsafe" not in page.headers["Content-Security-Policy"]
