"""What an answer means: a payload, nothing, or one of three kinds of error."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extension.errors import (
    ScopeMissing,
    TokenExpired,
    Unchanged,
    ZohoBusy,
    ZohoError,
    ZohoMissing,
    ZohoRefused,
    ZohoUnclear,
)
from extension.zoho.protocol import (
    Ask,
    decipher,
    is_error,
    listed,
    more_follow,
    outcomes,
)


def kind(answer, *, wrote=False):
    """The class of error that an answer stands for."""
    with pytest.raises(ZohoError) as raised:
        decipher(*answer, wrote)
    return type(raised.value)


def error(answer, *, wrote=False):
    with pytest.raises(ZohoError) as raised:
        decipher(*answer, wrote)
    return raised.value


def test_a_payload_is_the_json_of_the_body(answer, payload):
    assert decipher(*answer("org"), False) == payload("org")


def test_204_is_nothing():
    assert decipher(204, {}, b"", False) is None


def test_304_says_that_nothing_has_changed():
    assert kind((304, {}, b"")) is Unchanged


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("token_refused", TokenExpired),
        ("scope_missing", ScopeMissing),
        ("no_permission", ZohoRefused),
        ("no_such_lead", ZohoMissing),
        ("lead_locked", ZohoRefused),
        ("too_many_requests", ZohoBusy),
    ],
)
@pytest.mark.parametrize("wrote", [False, True])
def test_what_zoho_turned_away_was_not_done_whether_we_read_or_wrote(answer, name, expected, wrote):
    assert kind(answer(name), wrote=wrote) is expected


def test_a_dead_token_and_a_missing_scope_are_both_401_and_not_the_same(answer):
    assert answer("token_refused")[0] == answer("scope_missing")[0] == 401
    assert not issubclass(kind(answer("scope_missing")), TokenExpired)


UNFINISHED = [
    (500, {}, b'{"code":"INTERNAL_ERROR","details":{},"message":"","status":"error"}'),
    (200, {}, b'{"code":"INTERNAL_SERVER_ERROR","details":{},"message":"","status":"error"}'),
    (503, {}, b'{"code":"SOMETHING_NEW","details":{},"message":"","status":"error"}'),
    (502, {}, b"<html>Bad gateway</html>"),
    (200, {}, b"<html>Welcome</html>"),
    (200, {}, b'{"data":[{"id":"48768760000'),
    (200, {}, b""),
    (200, {}, b"[1, 2]"),
    (200, {}, b"\xff\xfe"),
    (201, {}, b"[" * 100_000),
    (302, {"Location": "https://evil.example"}, b""),
    (404, {}, b"<html>Not here</html>"),
]


@pytest.mark.parametrize("answer", UNFINISHED)
def test_a_read_without_a_usable_answer_may_be_asked_again(answer):
    assert kind(answer) is ZohoBusy
    assert error(answer).retry


@pytest.mark.parametrize("answer", UNFINISHED)
def test_a_write_without_a_usable_answer_may_have_happened(answer):
    assert kind(answer, wrote=True) is ZohoUnclear
    assert not error(answer, wrote=True).retry


@pytest.mark.parametrize(
    "body", [b"", b"<html>slow down</html>", b'{"code":"NEW","status":"error"}']
)
def test_429_is_busy_whatever_its_body(body):
    assert kind((429, {}, body), wrote=True) is ZohoBusy


def test_a_waiting_time_is_passed_on_where_somebody_gives_one():
    assert error((503, {"Retry-After": "7"}, b"")).details == {"retry_after": 7}
    assert error((503, {"Retry-After": "tomorrow"}, b"")).details == {}


@pytest.mark.parametrize("status", [405, 413, 414, 415, 431])
def test_what_a_server_on_the_way_refuses_is_refused(status):
    assert kind((status, {}, b"<html></html>"), wrote=True) is ZohoRefused


@pytest.mark.parametrize("status", [200, 202, 400])
def test_an_error_is_an_error_with_any_status(status):
    body = b'{"code":"NOT_APPROVED","details":{},"message":"record not approved","status":"error"}'
    assert error((status, {}, body)).zoho_code == "NOT_APPROVED"


def test_a_refused_status_is_refused_even_without_a_code():
    assert error((400, {}, b'{"error":"what"}')).zoho_code == "HTTP_400"


def test_a_refusal_names_the_permissions_that_are_missing(answer):
    refused = error(answer("no_permission"))
    assert refused.details == {"permissions": ["Crm_Implied_View_Vendors"]}
    assert "administrator" in refused.message


def test_a_converted_lead_is_no_missing_lead(answer):
    refused = error(answer("counts_of_a_converted_lead"))
    assert (type(refused), refused.zoho_code) == (ZohoRefused, "ID_ALREADY_CONVERTED")


def test_a_bad_value_is_no_missing_record():
    body = {
        "code": "INVALID_DATA",
        "details": {"api_name": "Email", "json_path": "$.data[0].Email"},
        "message": "invalid data",
        "status": "error",
    }
    refused = error((400, {}, json.dumps(body).encode()))
    assert (type(refused), refused.details["api_name"]) == (ZohoRefused, "Email")


def test_nothing_of_what_people_typed_is_passed_on():
    body = {
        "code": "INVALID_DATA",
        "details": {
            "api_name": "Owner",
            "value": "pat@example.com",
            "reason": "pat@example.com",
            "limit_due_to": [{"api_name": "pat@example.com"}],
            "maximum_length": 40,
        },
        "message": "pat@example.com is not valid",
        "status": "error",
    }
    refused = error((400, {}, json.dumps(body).encode()))
    assert "pat@example.com" not in f"{refused!r} {refused.details} {refused.zoho_code}"
    assert refused.details == {"api_name": "Owner", "maximum_length": 40}


def test_a_code_that_is_none_is_not_repeated():
    body = b'{"code":"pat@example.com","details":null,"message":null,"status":"error"}'
    refused = error((400, {}, body))
    assert refused.zoho_code == "UNKNOWN"
    assert "pat@example.com" not in refused.message


def test_an_unknown_refusal_still_makes_a_sentence():
    body = b'{"code":"BRAND_NEW","details":{},"message":"","status":"error"}'
    assert error((400, {}, body)).message == "Zoho refuses this (BRAND_NEW)."


def test_records_refused_one_by_one_have_each_an_outcome(answer):
    made, double = outcomes(decipher(*answer("one_vendor_made_one_double"), True))
    assert made["details"]["id"] == "4876876000009400001"
    assert (type(double), double.zoho_code) == (ZohoRefused, "DUPLICATE_DATA")


def test_a_double_names_the_record_that_it_doubles_and_nobody(answer):
    _, double = outcomes(decipher(*answer("one_vendor_made_one_double"), True))
    assert double.details == {
        "api_name": "Email",
        "json_path": "$.data[1].Email",
        "id": "4876876000009400007",
    }


def test_several_faults_of_one_record_are_all_named_and_the_first_is_told(answer):
    [refused] = outcomes(decipher(*answer("vendor_with_two_faults"), True))
    assert refused.zoho_code == "MULTIPLE_OR_MULTI_ERRORS"
    assert refused.message == "A record with the same unique value exists already."
    assert refused.details == {
        "errors": [
            {"code": "DUPLICATE_DATA", "api_name": "Email", "id": "9400007"},
            {"code": "MANDATORY_NOT_FOUND", "api_name": "Vendor_Name"},
        ]
    }


def test_202_may_hold_a_refusal(answer):
    [refused] = outcomes(decipher(*answer("conversion_refused_with_202"), True))
    assert refused.zoho_code == "MANDATORY_NOT_FOUND"


@pytest.mark.parametrize("name", ["conversion_scheduled", "mass_conversion_scheduled"])
def test_scheduled_is_no_error(answer, payload, name):
    assert decipher(*answer(name), True) == payload(name)


def test_an_entry_that_broke_is_unclear_after_a_write_and_busy_after_a_read():
    entry = {"code": "INTERNAL_ERROR", "details": {}, "message": "", "status": "error"}
    payload = {"data": [entry, "what?"]}
    assert [type(one) for one in outcomes(payload)] == [ZohoUnclear, ZohoUnclear]
    assert [type(one) for one in outcomes(payload, wrote=False)] == [ZohoBusy, ZohoBusy]


def test_nothing_has_no_entries():
    assert listed(None, "data") == []
    assert outcomes(None) == []
    assert listed({"data": None}, "data") == []


def test_an_error_among_entries_that_were_read_is_raised(payload):
    with pytest.raises(ZohoRefused):
        listed(payload("one_vendor_made_one_double"), "data")


def test_a_record_with_a_status_of_its_own_is_no_error():
    assert not is_error({"id": "1", "status": "error"})
    assert not is_error({"id": "1", "code": "X", "status": "active"})


def test_a_page_says_whether_more_follow():
    assert more_follow({"info": {"more_records": True}})
    assert not more_follow({"info": {"more_records": False}})
    assert not more_follow({"info": None})
    assert not more_follow(None)


def test_a_question_shows_nobodys_data():
    ask = Ask("GET", "/crm/v8/Leads/search", {"criteria": "(Email:equals:pat@example.com)"})
    assert "pat@" not in repr(ask)


def test_an_entry_that_was_turned_away_was_not_done():
    entry = {"code": "TOO_MANY_REQUESTS", "details": {}, "message": "", "status": "error"}
    assert [type(one) for one in outcomes({"data": [entry]})] == [ZohoBusy]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["data", "code"]), inner)
    ),
    max_leaves=8,
)
ANY_BODY = st.binary() | ANY_JSON.map(lambda value: json.dumps(value).encode())


@given(status=st.integers(100, 599), body=ANY_BODY)
def test_whatever_comes_back_from_a_write_it_is_done_refused_or_unclear(status, body):
    try:
        payload = decipher(status, {}, body, True)
    except ZohoError as error:
        assert status == 429 or not isinstance(error, ZohoBusy)  # noqa: PT017
    else:
        assert payload is None or status < 400 or any(payload.values())


@given(status=st.integers(100, 599), body=ANY_BODY)
def test_whatever_comes_back_from_a_read_is_never_unclear(status, body):
    try:
        decipher(status, {}, body, False)
    except ZohoError as error:
        assert not isinstance(error, ZohoUnclear)  # noqa: PT017
