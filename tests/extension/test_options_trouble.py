"""Zoho busy, broken, cut off or half asleep while somebody asks what a lead can become."""

import pytest
import requests

from emulator import World
from tests.extension.rig import TOKEN_PATH, asked, error_of, on_sqlite

LEAD = {
    "Last_Name": "Doe",
    "Company": "Acme Ltd",
    "Email": "pat@acme.example",
    "Phone": "555 0199",
}
COMPOSITE = "/__composite_requests"
SECOND = "/Vendors/search"
SOME = ["server_error", "answer_cut"]
SILENT = ["busy", "server_error", "answer_lost", "answer_cut", "no_connection"]


@pytest.fixture
def lead(world: World) -> str:
    """Its company has a legal form, so vendors are searched in a second trip."""
    world.add_record("Vendors", {"Vendor_Name": "Acme Inc"}, owner=world.users[0])
    return str(world.add_record("Leads", LEAD, owner=world.users[1])["id"])


@on_sqlite
def test_a_legal_form_in_a_name_is_searched_in_a_second_trip(warm, lead, world):
    assert vendors(warm.options(lead))["records"][0]["matches"]
    assert asked(world, SECOND) == 1


def vendors(answer) -> dict:
    assert answer.status_code == 200, answer.json
    [option] = [one for one in answer.json["options"] if one["target"] == "Vendors"]
    return option


@on_sqlite
@pytest.mark.parametrize("trouble", SILENT)
@pytest.mark.parametrize("temperature", ["warm", "cold"])
def test_without_the_lead_there_is_nothing_to_say_but_when_to_ask_again(
    rep, lead, world, trouble, temperature
):
    if temperature == "warm":
        rep.options(lead)
    world.faults.order(trouble, path=COMPOSITE if temperature == "warm" else f"/Leads/{lead}")
    answer = rep.options(lead)
    assert error_of(answer) == (503, "zoho_busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert rep.options(lead).status_code == 200, "the next one finds nothing half-done"


@on_sqlite
@pytest.mark.parametrize("trouble", SOME)
def test_a_count_that_fails_is_unknown_and_keeps_nobody(warm, lead, world, trouble):
    world.faults.order(trouble, path="*/get_related_records_count")
    answer = warm.options(lead)
    assert vendors(answer)["available"]
    counts = {one["list"]: one["count"] for one in answer.json["related"]}
    assert counts["Notes"] is None


@on_sqlite
@pytest.mark.parametrize("trouble", SOME)
def test_a_search_that_fails_is_said_and_keeps_nobody(warm, lead, world, trouble):
    world.faults.order(trouble, path=SECOND)
    answer = warm.options(lead)
    option = vendors(answer)
    assert option["available"]
    assert option["records"][0]["matches_state"] == "unknown"
    assert option["records"][0]["matches"] == []
    assert "matches_unknown" in {one["code"] for one in answer.json["warnings"]}


@on_sqlite
@pytest.mark.parametrize("trouble", SOME)
def test_zohos_own_matches_may_fail_alone(warm, lead, world, trouble):
    world.faults.order(trouble, path="*/__conversion_options")
    answer = warm.options(lead)
    assert vendors(answer)["records"][0]["matches_state"] == "known"
    [zoho] = [one for one in answer.json["options"] if one["target"] == "zoho"]
    states = {one["key"]: one["matches_state"] for one in zoho["records"]}
    assert states["Contacts"] == "unknown"
    assert "matches_unknown" in {one["code"] for one in answer.json["warnings"]}


@on_sqlite
def test_where_composite_requests_are_refused_single_ones_do(warm, lead, world, worlds, clock):
    """Such as for a grant from before we asked for that scope."""
    forget_scope(worlds, "ZohoCRM.composite_requests.CUSTOM")
    clock.advance(hours=2)
    answer = warm.options(lead)
    assert vendors(answer)["records"][0]["matches_state"] == "known"


@on_sqlite
@pytest.mark.parametrize("path", [COMPOSITE, "*/__conversion_options", "*_count", SECOND])
def test_a_token_that_dies_in_the_middle_is_replaced_and_nobody_notices(
    warm, lead, world, wire, path
):
    before = wire.count(TOKEN_PATH)
    world.faults.order("token_expired", path=path)
    option = vendors(warm.options(lead))
    assert option["records"][0]["matches_state"] == "known"
    assert wire.count(TOKEN_PATH) == before + 1


def test_all_tokens_dying_at_once_cost_one_refresh(warm, lead, world, worlds, wire):
    before = wire.count(TOKEN_PATH)
    worlds.tokens.expire_all(world)
    assert warm.options(lead).status_code == 200
    assert wire.count(TOKEN_PATH) == before + 1


@on_sqlite
def test_a_token_that_dies_again_and_again_ends_in_signing_in(warm, lead, world):
    world.faults.order("token_expired", path=COMPOSITE, times=None)
    assert error_of(warm.options(lead)) == (401, "grant_revoked")


@on_sqlite
def test_zohos_limit_of_tokens_is_told_as_busy(warm, lead, world, worlds, wire):
    for _ in range(12):
        worlds.tokens.expire_all(world)
        answer = warm.options(lead)
        if answer.status_code != 200:
            break
    assert error_of(answer) == (503, "zoho_busy")
    assert warm.get("/api/v1/me").status_code == 200, "the grant is not to blame"


@on_sqlite
def test_a_missing_scope_is_told_and_no_token_is_wasted_on_it(warm, lead, worlds, wire, clock):
    forget_scope(worlds, "ZohoCRM.modules.ALL")
    clock.advance(minutes=61)
    before = wire.count(TOKEN_PATH)
    answer = warm.options(lead)
    assert error_of(answer) == (403, "scope_missing")
    assert "Sign in with Zoho again" in answer.json["error"]["message"]
    assert wire.count(TOKEN_PATH) <= before + 2, "one for each grant, because an hour has passed"


@on_sqlite
def test_a_day_without_credits_is_told_as_busy(warm, lead, world):
    world.limits.credits = 0
    answer = warm.options(lead)
    assert error_of(answer) == (503, "zoho_busy")


@on_sqlite
def test_everything_being_down_is_told(warm, lead, world):
    world.faults.order("no_connection", times=None)
    answer = warm.options(lead)
    assert error_of(answer) == (503, "zoho_busy")
    for leak in ("zohoapis", "Traceback", "ConnectionError", "INTERNAL", "/crm/"):
        assert leak not in answer.text


@on_sqlite
def test_an_answer_that_is_no_json_is_told_as_busy(warm, lead, wire):
    def nonsense(request, answer):
        page = requests.Response()
        page.status_code, page._content = 200, b"<html>Zoho is being improved</html>"
        return page

    wire.twist = nonsense
    assert error_of(warm.options(lead)) == (503, "zoho_busy")


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", b'{"data": null}', b'{"data": [{}]}', b'{"data": [null]}', b'"x"', b"null"],
)
def test_an_answer_of_another_shape_breaks_nothing(warm, lead, wire, body):
    def odd(request, answer):
        page = requests.Response()
        page.status_code, page._content = 200, body
        return page

    wire.twist = odd
    status, _ = error_of(warm.options(lead))
    assert status in (404, 502, 503)


@on_sqlite
def test_an_error_of_zohos_own_is_told_without_its_words(warm, lead, wire):
    def refused(request, answer):
        page = requests.Response()
        page.status_code = 400
        page._content = (
            b'{"code": "SOMETHING_NEW", "message": "for pat@acme.example", "status": "error",'
            b' "details": {"value": "pat@acme.example", "api_name": "Email"}}'
        )
        return page

    wire.twist = refused
    answer = warm.options(lead)
    assert error_of(answer) == (502, "zoho_refused")
    assert "pat@acme.example" not in answer.text


@on_sqlite
def test_one_org_in_trouble_keeps_no_other_waiting(warm, stranger, lead, world, elsewhere):
    other = elsewhere.add_record("Leads", LEAD, owner=elsewhere.users[0])
    world.faults.order("server_error", times=None)
    assert warm.options(lead).status_code == 503
    assert stranger.options(other["id"]).status_code == 200


def forget_scope(worlds, scope: str) -> None:
    """From the next token on, Zoho knows nothing of this scope."""
    for one in worlds.tokens._refresh.values():
        one.scopes = tuple(held for held in one.scopes if held != scope)
