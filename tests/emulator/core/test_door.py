"""The door every CRM endpoint stands behind: version, token, scopes, errors, log, sub-calls."""

import pytest
from flask import Blueprint

from emulator import Worlds, create_emulator
from emulator.answers import Rejected, invalid_data, many, success
from emulator.call import current, endpoint
from emulator.standard import custom_module

API = "https://www.zohoapis.com/crm/v8"


@pytest.fixture(scope="module")
def tried():
    """The emulator with a few endpoints of our own, each with one trait."""
    app = create_emulator(Worlds())
    bp = Blueprint("tried", __name__)

    @endpoint(bp, "/tried/<module>/look", scopes=["ZohoCRM.modules.{module}.READ"])
    def look(module):
        return {"module": current().module(module, 1).api_name, "user": current().user.last_name}

    @endpoint(bp, "/tried/two", scopes=["ZohoCRM.coql.READ", "ZohoCRM.modules.leads.READ"])
    def two():
        return {}

    @endpoint(bp, "/tried/body", methods=["POST"])
    def body():
        return {"got": current().data(most=2)}

    @endpoint(bp, "/tried/refused")
    def refused():
        raise invalid_data("Email", "$.data[0].Email", maximum_length=100).inside("data")

    @endpoint(bp, "/tried/far/off/the/way", methods=["PATCH"])
    def patched():
        return {}

    @endpoint(bp, "/tried/nothing")
    def nothing():
        return None

    @endpoint(bp, "/tried/numbers")
    def numbers():
        return {"page": current().number_param("page", 1, most=10)}

    @endpoint(bp, "/tried/permit")
    def permit():
        current().permit("Crm_Implied_View_Suppliers", "Crm_Implied_Convert_Leads")
        return {}

    @endpoint(bp, "/tried/costly", cost=5)
    def costly():
        return {}

    @endpoint(bp, "/tried/whole", methods=["POST"], places=5)
    def whole():
        call = current()
        answers = [
            call.perform(ask["method"], ask["uri"], params=ask.get("params"), body=ask.get("body"))
            for ask in call.json_object()["asks"]
        ]
        return {"answers": [[status, content] for status, _, content in answers]}

    @endpoint(bp, "/tried/broken")
    def broken():
        raise ZeroDivisionError

    app.register_blueprint(bp)
    return app


@pytest.fixture
def app(tried, worlds):
    tried.extensions["worlds"] = worlds
    tried.config["PROPAGATE_EXCEPTIONS"] = True
    return tried


@pytest.mark.parametrize("version", ["v2", "v2.1", "v3", "v4", "v5", "v6", "v7", "v8"])
def test_versions_from_2_to_8_are_served(zoho, version):
    assert zoho("GET", "/tried/Leads/look", version=version).json()["module"] == "Leads"


def test_version_1_is_told_what_to_use(zoho):
    answer = zoho("GET", "/tried/Leads/look", version="v1")
    assert answer.status_code == 400
    assert answer.json()["code"] == "API_NOT_SUPPORTED"
    assert answer.json()["details"] == {"supported_version": 2}


@pytest.mark.parametrize("version", ["v9", "v2.2", "v3.1", "v88", "v8x"])
def test_other_versions_are_no_url_of_zoho(zoho, version):
    answer = zoho("GET", "/tried/Leads/look", version=version)
    assert (answer.status_code, answer.json()["code"]) == (404, "INVALID_URL_PATTERN")


def test_an_unknown_path_is_an_invalid_url(zoho):
    answer = zoho("GET", "/a/b/c/d/e/f")
    assert (answer.status_code, answer.json()["code"]) == (404, "INVALID_URL_PATTERN")


def test_a_wrong_method_is_answered_with_400(zoho):
    answer = zoho("GET", "/tried/far/off/the/way")
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST_METHOD")


def test_without_a_token_nobody_comes_in(http):
    answer = http.get(f"{API}/tried/nothing")
    assert (answer.status_code, answer.json()["code"]) == (401, "AUTHENTICATION_FAILURE")


@pytest.mark.parametrize("header", ["Zoho-oauthtoken made-up", "Bearer {}", "Basic {}"])
def test_a_token_must_be_known_and_said_zohos_way(http, worlds, world, header):
    token = worlds.tokens.sign_in(world, world.users[0], ["ZohoCRM.modules.ALL"]).value
    answer = http.get(f"{API}/tried/nothing", headers={"Authorization": header.format(token)})
    assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_TOKEN")


def test_a_token_is_unknown_in_another_data_centre(http, worlds, world):
    token = worlds.tokens.sign_in(world, world.users[0], ["ZohoCRM.modules.ALL"]).value
    answer = http.get(
        "https://www.zohoapis.eu/crm/v8/tried/nothing",
        headers={"Authorization": f"Zoho-oauthtoken {token}"},
    )
    assert answer.json()["code"] == "INVALID_TOKEN"


@pytest.mark.parametrize(
    "url", ["https://accounts.zoho.com/crm/v8/org", "https://www.zohoapis.com/oauth/v2/auth"]
)
def test_accounts_and_api_keep_to_their_own_hosts(http, url):
    assert http.get(url).status_code == 404


def test_every_scope_is_needed(zoho):
    both = ("ZohoCRM.coql.READ", "ZohoCRM.modules.READ")
    assert zoho("GET", "/tried/two", scopes=both).status_code == 200
    for one in both:
        answer = zoho("GET", "/tried/two", scopes=(one,))
        assert (answer.status_code, answer.json()["code"]) == (401, "OAUTH_SCOPE_MISMATCH")


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("ZohoCRM.modules.custom.READ", 200),
        ("ZohoCRM.modules.suppliers.READ", 200),
        ("ZohoCRM.modules.leads.READ", 401),
    ],
)
def test_a_custom_module_goes_by_its_name_or_by_custom(zoho, world, scope, status):
    world.add_module(custom_module("Suppliers", "Supplier", "Suppliers"))
    assert zoho("GET", "/tried/Suppliers/look", scopes=(scope,)).status_code == status


def test_an_unknown_module_is_invalid_and_says_where(zoho):
    answer = zoho("GET", "/tried/Unicorns/look")
    assert answer.json()["code"] == "INVALID_MODULE"
    assert answer.json()["details"] == {"resource_path_index": 1}


def test_a_refusal_is_zohos_envelope(zoho):
    answer = zoho("GET", "/tried/refused")
    details = {"maximum_length": 100, "api_name": "Email", "json_path": "$.data[0].Email"}
    assert answer.status_code == 400
    assert answer.json() == {
        "data": [
            {
                "code": "INVALID_DATA",
                "details": details,
                "message": "invalid data",
                "status": "error",
            }
        ]
    }


def test_nothing_to_say_is_204_without_a_body(zoho):
    answer = zoho("GET", "/tried/nothing")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "INVALID_DATA"),
        (b"no json", "INVALID_DATA"),
        (b"[]", "INVALID_DATA"),
        (b'{"data": NaN}', "INVALID_DATA"),
        (b"\xff\xfe", "INVALID_DATA"),
        (b"[" * 100_000, "INVALID_DATA"),
        (b"{}", "MANDATORY_NOT_FOUND"),
        (b'{"data": []}', "MANDATORY_NOT_FOUND"),
        (b'{"data": {}}', "INVALID_DATA"),
        (b'{"data": [1, 2, 3]}', "LIMIT_EXCEEDED"),
    ],
)
def test_a_body_that_is_none_is_refused(zoho, body, code):
    answer = zoho("POST", "/tried/body", data=body)
    found = answer.json().get("data", [answer.json()])[0]
    assert (answer.status_code, found["code"]) == (400, code)


@pytest.mark.parametrize("page", ["0", "11", "-1", "one", "1.0", "²"])
def test_a_number_out_of_bounds_is_refused(zoho, page):
    answer = zoho("GET", "/tried/numbers", params={"page": page})
    assert answer.json()["details"] == {"param_name": "page"}


def test_missing_permissions_are_named_as_zoho_names_them(zoho, world):
    world.add_module(custom_module("Suppliers", "Supplier", "Suppliers", number=7))
    world.profiles[1].denied |= {"Crm_Implied_View_Suppliers"}
    answer = zoho("GET", "/tried/permit", user=world.users[1])
    assert answer.status_code == 403
    assert answer.json()["details"] == {"permissions": ["Crm_Implied_View_CustomModule7"]}


def test_a_profile_without_api_access_stays_outside(zoho, world):
    world.profiles[1].denied |= {"Crm_Implied_Api_Access"}
    answer = zoho("GET", "/tried/nothing", user=world.users[1])
    assert answer.status_code == 403
    assert answer.json()["details"] == {"permissions": ["Crm_Implied_Api_Access"]}


def test_an_error_of_ours_is_an_internal_error_and_tells_nothing(zoho, app):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = zoho("GET", "/tried/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")
    assert "ZeroDivision" not in answer.text


def test_the_log_has_the_call_without_values(zoho, world):
    zoho("GET", "/tried/numbers", params={"page": 3, "email": "pat@example.com"})
    [call] = world.log.calls
    assert (call.method, call.path, call.status) == ("GET", "/tried/numbers", 200)
    assert call.params == ("email", "page")
    assert "pat@" not in str(world.log.as_json())


def test_the_log_adds_up_calls_and_credits(zoho, world):
    zoho("GET", "/tried/costly")
    zoho("GET", "/tried/nothing")
    zoho("GET", "/tried/refused")
    summary = world.log.summary()
    assert (summary["calls"], summary["credits"]) == (3, 7)
    assert summary["by_status"] == {"200": 1, "204": 1, "400": 1}


def test_the_whole_and_its_parts_cost_one_call(zoho, world):
    asks = [
        {"method": "GET", "uri": "/crm/v8/tried/Leads/look"},
        {"method": "GET", "uri": "/crm/v8/tried/numbers?page=4"},
        {"method": "POST", "uri": "/crm/v8/tried/body", "body": {"data": [1]}},
        {"method": "GET", "uri": "/crm/v8/tried/nothing"},
        {"method": "GET", "uri": "/crm/v8/tried/refused"},
        {"method": "GET", "uri": "/crm/v8/unicorns/of/all/kinds/there/are"},
    ]
    answer = zoho("POST", "/tried/whole", json={"asks": asks}, user=world.users[1])
    statuses = [status for status, _ in answer.json()["answers"]]
    assert statuses == [200, 200, 200, 204, 400, 404]
    assert answer.json()["answers"][0][1] == {"module": "Leads", "user": "Rep"}
    assert answer.json()["answers"][1][1] == {"page": 4}
    assert answer.json()["answers"][2][1] == {"got": [1]}
    assert (world.limits.spent, world.log.summary()["sub_calls"]) == (1, 5)


def test_a_part_needs_its_own_scopes(zoho):
    ask = {"method": "GET", "uri": "/crm/v8/tried/Leads/look"}
    answer = zoho("POST", "/tried/whole", json={"asks": [ask]}, scopes=("ZohoCRM.org.READ",))
    assert answer.json()["answers"][0][1]["code"] == "OAUTH_SCOPE_MISMATCH"


ERROR = Rejected("INVALID_DATA", "no")
CLASH = Rejected("ALREADY_MODIFIED", "no", status=412)


@pytest.mark.parametrize(
    ("entries", "created", "status"),
    [
        ([success("ok")], True, 201),
        ([success("ok")], False, 200),
        ([success("ok"), ERROR], True, 207),
        ([ERROR, ERROR], True, 400),
        ([CLASH], False, 412),
        ([CLASH, ERROR], False, 400),
    ],
)
def test_an_answer_about_many_has_the_status_of_them_all(entries, created, status):
    body, found = many("data", entries, created=created)
    assert found == status
    assert [entry["status"] for entry in body["data"]] == [
        "error" if isinstance(entry, Rejected) else "success" for entry in entries
    ]
