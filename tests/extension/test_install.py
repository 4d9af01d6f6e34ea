"""Installing: from our page over Zoho's consent and back, and every way in which it fails."""

import pytest
import requests
from sqlalchemy import select

from emulator import World
from emulator.schema import User
from extension.parts import Parts
from extension.store.models import Grant, Installation
from tests.extension.rig import (
    REVOKE_PATH,
    TOKEN_PATH,
    another_answer,
    changed,
    on_sqlite,
    queried,
)


def installations(parts: Parts) -> list[Installation]:
    with parts.sessions() as db:
        return list(db.scalars(select(Installation)))


def grants(parts: Parts) -> list[Grant]:
    with parts.sessions() as db:
        return list(db.scalars(select(Grant).order_by(Grant.id)))


def test_an_administrator_installs_the_org(nobody, world, parts):
    page = nobody.install(world, world.users[0])
    assert page.status_code == 200
    assert "Installed for Acme Inc." in page.text
    [installation] = installations(parts)
    [grant] = grants(parts)
    assert (installation.zgid, installation.data_center) == (world.org.zgid, "us")
    assert installation.automation_grant_id == grant.id
    assert installation.edition == "enterprise"
    assert (grant.zoho_user_id, grant.administrator) == (world.users[0].id, True)


@on_sqlite
def test_an_org_that_has_moved_up_is_known_as_such_when_somebody_signs_in(
    admin, person, world, parts
):
    world.edition = "ultimate"
    person().sign_in(world, world.users[1])
    assert [one.edition for one in installations(parts)] == ["ultimate"]


@on_sqlite
def test_an_org_of_another_region_is_served_by_that_region(nobody, elsewhere, parts, wire):
    nobody.install(elsewhere, elsewhere.users[0])
    [installation] = installations(parts)
    assert installation.data_center == "eu"
    assert installation.api_domain == "https://www.zohoapis.eu"
    assert "www.zohoapis.com" not in wire.hosts


def test_installing_again_renews_the_grant_and_gives_the_old_one_back(
    admin, world, parts, wire, zoho
):
    [before], [old] = installations(parts), wire.refresh_tokens
    page = admin.install(world, world.users[0])
    assert page.status_code == 200
    [after], [grant] = installations(parts), grants(parts)
    assert (after.id, after.short_id) == (before.id, before.short_id)
    assert after.automation_grant_id == grant.id
    assert not zoho.honours(old)
    assert parts.vault.open(grant.refresh_token) == wire.refresh_tokens[-1] != old


def test_who_was_signed_in_stays_so_when_the_org_is_installed_again(admin, rep, world):
    admin.install(world, world.users[0])
    assert rep.get("/api/v1/me").status_code == 200
    assert admin.get("/api/v1/me").status_code == 200


@on_sqlite
def test_a_second_administrator_does_not_take_the_automation_over(admin, person, world, parts):
    colleague = an_administrator(world)
    person().install(world, colleague)
    first, second = grants(parts)
    [installation] = installations(parts)
    assert (second.zoho_user_id, installation.automation_grant_id) == (colleague.id, first.id)


@on_sqlite
def test_a_second_administrator_replaces_an_automation_grant_that_is_dead(
    admin, person, world, parts, zoho, clock
):
    zoho.withdraw(world, world.users[0])
    clock.advance(hours=2)
    assert admin.options("1").status_code == 401
    person().install(world, an_administrator(world))
    _, second = grants(parts)
    [installation] = installations(parts)
    assert installation.automation_grant_id == second.id


@on_sqlite
def test_two_orgs_are_installed_side_by_side(admin, stranger, parts):
    assert len({one.zgid for one in installations(parts)}) == 2


@on_sqlite
def test_the_install_page_says_what_will_happen(nobody):
    page = nobody.client.get("/install")
    assert page.status_code == 200
    for words in ("administrator", "Continue to Zoho", "accounts.zoho.eu", "not tested"):
        assert words in page.text


@on_sqlite
def test_the_start_page_leads_to_installing(nobody):
    assert nobody.client.get("/").headers["Location"] == "/install"


@on_sqlite
def test_the_chosen_region_decides_where_zoho_asks(nobody):
    answer = nobody.client.post("/install", data={"data_center": "cn"})
    assert answer.headers["Location"].startswith("https://accounts.zoho.com.cn/oauth/v2/auth?")


@on_sqlite
def test_a_region_that_does_not_exist_is_refused_with_a_page(nobody):
    answer = nobody.client.post("/install", data={"data_center": "mars"})
    assert_problem(answer, "unknown_data_centre", "Start again")


@on_sqlite
def test_the_question_goes_to_zoho_with_all_that_it_needs(nobody):
    url = nobody.depart()
    assert queried(url, "access_type") == "offline"
    assert queried(url, "prompt") == "consent"
    assert queried(url, "redirect_uri") == "https://convert.example.com/oauth/callback"
    assert "," in queried(url, "scope")
    assert len(queried(url, "state")) >= 43


@on_sqlite
def test_the_state_is_bound_to_the_browser_by_a_cookie_that_no_script_reads(nobody):
    cookie = nobody.client.post("/install").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "Secure" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=600" in cookie


# Where it goes wrong


@on_sqlite
def test_who_declines_is_told_that_nothing_was_changed(nobody, world, parts):
    page = nobody.install(world, world.users[0], decision="decline")
    assert_problem(page, "access_denied", "You declined", "Accept")
    assert installations(parts) == []


@on_sqlite
def test_a_code_that_comes_too_late_is_told(nobody, world, clock, zoho):
    back = zoho.decide(nobody.depart(), world, world.users[0])
    clock.advance(minutes=4)
    assert_problem(nobody.come_back(back), "invalid_code", "three minutes", "Start again")


@on_sqlite
def test_a_code_that_was_used_already_is_told(nobody, world, zoho, parts):
    first = zoho.decide(nobody.depart(), world, world.users[0])
    nobody.come_back(first)
    second = zoho.decide(nobody.depart(), world, world.users[0])
    page = nobody.come_back(changed(second, code=queried(first, "code")))
    assert_problem(page, "invalid_code", "used already")


@on_sqlite
def test_an_answer_without_a_code_is_told(nobody, world, zoho):
    back = zoho.decide(nobody.depart(), world, world.users[0])
    assert_problem(nobody.come_back(changed(back, code=None)), "invalid_code")


@on_sqlite
def test_a_consent_that_gives_no_lasting_access_is_told(nobody, world, zoho, parts):
    back = zoho.decide(changed(nobody.depart(), access_type="online"), world, world.users[0])
    page = nobody.come_back(back)
    assert_problem(page, "no_refresh_token", "one hour only", "Connected Apps")
    assert installations(parts) == []


@on_sqlite
def test_scopes_that_were_not_granted_are_named(nobody, world, zoho, parts, wire):
    url = nobody.depart()
    fewer = queried(url, "scope").replace("ZohoCRM.users.READ,", "")
    page = nobody.come_back(zoho.decide(changed(url, scope=fewer), world, world.users[0]))
    assert_problem(page, "scopes_missing", "<code>ZohoCRM.users.READ</code>")
    assert installations(parts) == []


@on_sqlite
def test_a_grant_with_too_few_scopes_is_given_back(nobody, world, zoho, wire):
    url = nobody.depart()
    back = zoho.decide(changed(url, scope="ZohoCRM.org.READ"), world, world.users[0])
    nobody.come_back(back)
    [token] = wire.refresh_tokens
    assert not zoho.honours(token)


@on_sqlite
@pytest.mark.parametrize(
    "server",
    [
        "https://accounts.zoho.com.evil.example",
        "https://evil.example",
        "https://accounts.zoho.com@evil.example",
        "http://accounts.zoho.com",
        "https://accounts.zoho.com:444",
        "https://accounts.zoho.com/oauth",
        "javascript:alert(1)",
        "//accounts.zoho.com",
    ],
)
def test_no_code_is_sent_to_an_accounts_server_that_is_not_on_the_list(
    nobody, world, zoho, wire, server
):
    back = zoho.decide(nobody.depart(), world, world.users[0])
    before = len(wire.asked)
    page = nobody.come_back(changed(back, **{"accounts-server": server}))
    assert_problem(page, "unknown_data_centre", "did not follow")
    assert wire.asked[before:] == []


@on_sqlite
@pytest.mark.parametrize(
    "domain", ["https://www.zohoapis.com.evil.example", "https://www.zohoapis.eu", ""]
)
def test_no_token_is_sent_to_an_api_domain_that_does_not_fit(
    nobody, world, zoho, wire, parts, domain
):
    back = zoho.decide(nobody.depart(), world, world.users[0])
    wire.twist = lambda request, answer: (
        another_answer(answer, api_domain=domain)
        if (request.url or "").endswith(TOKEN_PATH)
        else answer
    )
    page = nobody.come_back(back)
    assert_problem(page, "unknown_data_centre")
    assert {host for host in wire.hosts if "zohoapis" in host} == set()
    assert installations(parts) == []


@on_sqlite
@pytest.mark.parametrize("state", ["", "unknown", "x" * 5000, "\x00"])
def test_a_state_that_nobody_began_with_is_refused(nobody, world, zoho, state):
    back = zoho.decide(nobody.depart(), world, world.users[0])
    assert_problem(nobody.come_back(changed(back, state=state)), "state_lost", "Start again")


def test_a_state_works_once(nobody, world, zoho, parts):
    back = zoho.decide(nobody.depart(), world, world.users[0])
    assert nobody.come_back(back).status_code == 200
    assert_problem(nobody.come_back(back), "state_lost", "opened twice")
    assert len(grants(parts)) == 1


def test_a_state_is_over_after_ten_minutes(nobody, world, zoho, clock):
    url = nobody.depart()
    clock.advance(minutes=10)
    back = zoho.decide(url, world, world.users[0])
    assert_problem(nobody.come_back(back), "state_lost", "ten minutes")


@on_sqlite
def test_a_state_works_only_in_the_browser_that_began(nobody, person, world, zoho, parts):
    back = zoho.decide(nobody.depart(), world, world.users[0])
    assert_problem(person().come_back(back), "state_lost", "another browser")
    other = person()
    other.depart()
    back = zoho.decide(nobody.depart(), world, world.users[0])
    assert_problem(other.come_back(back), "state_lost")
    assert installations(parts) == []


@on_sqlite
def test_two_windows_of_one_browser_can_install_at_the_same_time(nobody, world, elsewhere, zoho):
    first, second = nobody.depart(), nobody.depart()
    one = nobody.come_back(zoho.decide(first, world, world.users[0]))
    other = nobody.come_back(zoho.decide(second, elsewhere, elsewhere.users[0]))
    assert (one.status_code, other.status_code) == (200, 200)


@on_sqlite
def test_a_rep_cannot_install(nobody, world, parts, wire, zoho):
    page = nobody.install(world, world.users[1])
    assert_problem(page, "not_admin", "administrator")
    assert installations(parts) == []
    [token] = wire.refresh_tokens
    assert not zoho.honours(token)


@on_sqlite
def test_zoho_being_busy_is_told_with_a_page(nobody, world, zoho, parts, wire):
    back = zoho.decide(nobody.depart(), world, world.users[0])
    world.faults.order("server_error", path="/org")
    page = nobody.come_back(back)
    assert_problem(page, "zoho_busy", "Wait a minute", status=503)
    assert installations(parts) == []
    [token] = wire.refresh_tokens
    assert not zoho.honours(token), "nobody keeps it, so nobody could ever end it"


@on_sqlite
def test_a_registration_that_zoho_does_not_accept_is_told(nobody, world, zoho, wire):
    back = zoho.decide(nobody.depart(), world, world.users[0])
    wire.twist = lambda request, answer: another_answer(answer, error="invalid_client")
    assert_problem(nobody.come_back(back), "install_failed", "operator")


@on_sqlite
@pytest.mark.parametrize("path", ["/signin", "/install"])
def test_a_fault_of_ours_is_told_with_a_page_and_a_number(nobody, parts, path):
    with parts.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE consents")
        connection.exec_driver_sql("DROP TABLE sign_ins")
    page = nobody.client.post(path) if path == "/install" else nobody.open_sign_in("v" * 43)
    assert_problem(page, "internal_error", "our side", status=500)
    assert page.headers["X-Request-Id"] in page.text
    assert "consents" not in page.text


@on_sqlite
def test_a_fault_of_ours_leaves_no_consent_behind_at_zoho(nobody, world, wire, zoho, parts):
    def fault(request, answer):
        if "/users" in request.url:
            raise ZeroDivisionError
        return answer

    wire.twist = fault
    assert nobody.install(world, world.users[0]).status_code == 500
    [token] = wire.refresh_tokens
    assert not zoho.honours(token)
    assert installations(parts) == []


@on_sqlite
def test_the_name_of_an_org_is_no_markup(nobody, world):
    world.org.company_name = "<script>alert(1)</script>"
    page = nobody.install(world, world.users[0])
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


@on_sqlite
def test_no_page_shows_a_token_or_a_code(nobody, world, zoho, wire):
    back = zoho.decide(nobody.depart(), world, world.users[0])
    page = nobody.come_back(back)
    assert page.status_code == 200
    for secret in {queried(back, "code"), queried(back, "state"), *wire.secrets}:
        assert secret not in page.text + str(page.headers)


@on_sqlite
@pytest.mark.parametrize("path", ["/install", "/oauth/callback"])
def test_pages_are_kept_by_nobody_and_framed_by_nobody(nobody, path):
    page = nobody.client.get(path)
    assert page.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Content-Type-Options"] == "nosniff"


@on_sqlite
def test_an_install_that_zoho_does_not_take_back_is_an_install_all_the_same(admin, world, wire):
    def unreachable(request, answer):
        if request.url.partition("?")[0].endswith(REVOKE_PATH):
            raise requests.ConnectionError
        return answer

    wire.twist = unreachable
    assert admin.install(world, world.users[0]).status_code == 200


def assert_problem(page, code: str, *words: str, status: int = 400) -> None:
    """A page for a person: what went wrong, and what to do."""
    assert (page.status_code, page.mimetype) == (status, "text/html"), page.text[:300]
    assert f"<code>{code}</code>" in page.text
    for said in words:
        assert said in page.text
    assert page.headers["Cache-Control"] == "no-store"


def an_administrator(world: World) -> User:
    """One more of them."""
    one = User(
        first_name="Bea", last_name="Boss", email="bea@example.com", profile="Administrator",
        role="CEO",
    )  # fmt: skip
    world.add_user(one)
    return one
